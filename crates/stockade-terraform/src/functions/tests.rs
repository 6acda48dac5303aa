//! What the documentation of Terraform and OpenTofu says of functions that are newer than the binary that
//! `cargo xtask conformance terraform` runs, and what functions make of values that are not known.

use super::{CallError, ModuleFiles, call};
use crate::value::{Entry, Kind, MappingKind, SequenceKind, Type, Value, call_symbol};
use camino::{Utf8Path, Utf8PathBuf};
use proptest::prelude::*;
use stockade_model::{Origin, Place, Symbol};

struct NoFiles;

impl ModuleFiles for NoFiles {
    fn module_path(&self) -> &Utf8Path {
        Utf8Path::new(".")
    }

    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, String> {
        Err(format!("there is no file `{path}`"))
    }

    fn list(&self, _: &Utf8Path) -> Result<Vec<Utf8PathBuf>, String> {
        Ok(Vec::new())
    }
}

fn origin() -> Origin {
    Origin::at(Place::default())
}

fn text(text: &str) -> Value {
    Value::string(text, origin())
}

fn int(value: i64) -> Value {
    Value::int(value, origin())
}

fn tuple(items: &[Value]) -> Value {
    Value::tuple(items.to_vec(), origin())
}

fn object(fields: &[(&str, Value)]) -> Value {
    let entry = |(key, value): &(&str, Value)| {
        ((*key).into(), Entry { key_place: Place::default(), value: value.clone() })
    };
    Value::object(fields.iter().map(entry).collect(), origin())
}

fn symbol(name: &str) -> Symbol {
    Symbol::parameter("", name, None, Vec::new(), false)
}

fn unknown(name: &str, ty: Type) -> Value {
    Value::unknown(symbol(name), ty, origin())
}

fn run(name: &str, arguments: &[Value]) -> Result<Value, CallError> {
    call(name, arguments.to_vec(), origin(), &NoFiles)
}

/// A value's spelling, in which symbols are written as `${NAME}` and the rest of an open collection as `…`.
fn shown(value: &Value) -> String {
    let items = |items: Vec<String>, open: bool| {
        items.into_iter().chain(open.then(|| "…".to_owned())).collect::<Vec<_>>().join(", ")
    };
    match &value.kind {
        Kind::Null(_) => "null".to_owned(),
        Kind::Bool(value) => value.to_string(),
        Kind::Number(number) => number.spell(),
        Kind::String(string) => format!("\"{}\"", string.text),
        Kind::Unknown(symbol, _) => symbol.to_string(),
        Kind::Sequence(sequence) => {
            format!("[{}]", items(sequence.items.iter().map(shown).collect(), sequence.open.is_some()))
        }
        Kind::Mapping(mapping) => {
            let fields =
                mapping.entries.iter().map(|(key, entry)| format!("{key} = {}", shown(&entry.value)));
            format!("{{{}}}", items(fields.collect(), mapping.open.is_some()))
        }
    }
}

fn gives(name: &str, arguments: &[Value], expected: &str) {
    let result = run(name, arguments).map(|value| shown(&value)).unwrap_or_else(|error| format!("{error:?}"));
    assert_eq!(result, expected, "{name}");
}

/// <https://developer.hashicorp.com/terraform/language/functions> and <https://opentofu.org/docs/language/functions>.
#[test]
fn newer_functions_give_what_the_documentation_shows() {
    gives("startswith", &[text("hello world"), text("hello")], "true");
    gives("startswith", &[text("hello world"), text("world")], "false");
    gives("endswith", &[text("hello world"), text("world")], "true");
    gives("strcontains", &[text("hello world"), text("wor")], "true");
    gives("strcontains", &[text("hello world"), text("wod")], "false");
    let (early, late) = ("2017-11-22T00:00:00Z", "2017-11-22T01:00:00Z");
    gives("timecmp", &[text(early), text(early)], "0");
    gives("timecmp", &[text(early), text(late)], "-1");
    gives("timecmp", &[text("2017-11-22T01:00:00Z"), text("2017-11-22T00:00:00-01:00")], "0");
    gives("element", &[tuple(&[text("a"), text("b"), text("c")]), int(-1)], "\"c\"");
    gives("urldecode", &[text("Hello+World%21")], "\"Hello World!\"");
    gives("cidrcontains", &[text("192.168.2.0/20"), text("192.168.2.1")], "true");
    gives("cidrcontains", &[text("192.168.2.0/20"), text("192.126.2.1")], "false");
    gives("cidrcontains", &[text("192.168.2.0/20"), text("192.168.2.0/22")], "true");
    gives("base64gunzip", &[text("H4sIAAAAAAAA/8pIzcnJBwAAAP//AQAA//+GphA2BQAAAA==")], "\"hello\"");
    gives("issensitive", &[text("x").hidden(true)], "true");
    gives("issensitive", &[text("x")], "false");
    gives("core::upper", &[text("x")], "\"X\"");
    let refused =
        |name: &str, arguments: &[Value]| matches!(run(name, arguments), Err(CallError::Refused(_)));
    assert!(refused("cidrcontains", &[text("192.168.2.0/20"), text("fe80::1")]));
    assert!(refused("urldecode", &[text("%2")]));
    assert!(refused("list", &[text("a")]) && refused("nothing", &[]) && refused("upper", &[]));
    assert!(matches!(run("uuid", &[]), Err(CallError::NotKnown(_))));
}

#[test]
fn what_is_not_known_leaves_known_what_it_can() {
    let name = || unknown("Name", Type::String);
    gives("format", &[text("%s-x"), name()], "\"${Name}-x\"");
    gives("join", &[text("-"), tuple(&[text("a"), name()])], "\"a-${Name}\"");
    gives("lower", &[run("format", &[text("A-%s"), name()]).unwrap()], "\"a-${lower}\"");
    gives("startswith", &[run("format", &[text("arn:%s"), name()]).unwrap(), text("arn:")], "true");
    gives("endswith", &[run("format", &[text("arn:%s"), name()]).unwrap(), text("x")], "${endswith}");
    gives("trimprefix", &[run("format", &[text("a-b%s"), name()]).unwrap(), text("a-")], "\"b${Name}\"");
    gives("compact", &[tuple(&[text("a"), name(), text("")])], "[\"a\", …]");
    gives("concat", &[tuple(&[int(1)]), unknown("Rest", Type::Any)], "[1, …]");
    gives("flatten", &[tuple(&[tuple(&[int(1)]), unknown("Rest", Type::Any)])], "[1, …]");
    gives("length", &[tuple(&[name(), name()])], "2");
    gives("length", &[run("toset", &[tuple(&[name(), text("a")])]).unwrap()], "${length}");
    gives("coalesce", &[text("a"), name()], "\"a\"");
    gives("coalesce", &[name(), text("a")], "${coalesce}");
    gives("contains", &[tuple(&[text("a"), name()]), text("a")], "true");
    gives("contains", &[tuple(&[text("b"), name()]), text("a")], "${contains}");
    gives("distinct", &[tuple(&[text("a"), name(), text("a")])], "[\"a\", …]");
    gives("tolist", &[tuple(&[int(1), unknown("Any", Type::Any)])], "[${unify}, ${Any}]");
    let rest = unknown("Rest", Type::Map(Box::new(Type::String)));
    gives(
        "merge",
        &[object(&[("a", int(1))]), rest.clone(), object(&[("b", int(2))])],
        "{a = ${lookup}, b = 2, …}",
    );
    gives("keys", &[run("merge", &[rest, object(&[("b", int(2))])]).unwrap()], "[\"b\", …]");
    gives("jsonencode", &[object(&[("a", name()), ("b", int(1))])], "\"{\"a\":${jsonencode},\"b\":1}\"");
    gives("jsondecode", &[run("jsonencode", &[object(&[("a", name())])]).unwrap()], "{a = ${Name}}");
    gives("lookup", &[object(&[("a", int(1))]), name(), int(0)], "${lookup}");
    gives("setproduct", &[tuple(&[name()]), tuple(&[int(1), int(2)])], "[[${Name}, 1], [${Name}, 2]]");
    gives(
        "replace",
        &[run("format", &[text("a.%s"), name()]).unwrap(), text("."), text("-")],
        "\"a-${replace}\"",
    );
}

#[test]
fn equal_calls_of_what_is_not_known_are_equal() {
    let value = run("md5", &[unknown("Name", Type::String)]).unwrap();
    assert_eq!(value.symbol(), Some(&call_symbol("md5", &[&unknown("Name", Type::String)])));
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::null(origin())),
        any::<bool>().prop_map(|value| Value::bool(value, origin())),
        any::<i64>().prop_map(int),
        "[a-c1]{0,3}".prop_map(|value| text(&value)),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(|items| tuple(&items)),
            proptest::collection::btree_map("[a-c]", inner, 0..3).prop_map(|entries| {
                let entry = |(key, value): (String, Value)| {
                    (key.into(), Entry { key_place: Place::default(), value })
                };
                Value::object(entries.into_iter().map(entry).collect(), origin())
            }),
        ]
    })
}

proptest! {
    /// Decoding what was encoded gives the value, of tuples and objects.
    #[test]
    fn json_goes_there_and_back(value in value()) {
        let encoded = run("jsonencode", std::slice::from_ref(&value)).unwrap();
        let decoded = run("jsondecode", &[text(encoded.as_str().unwrap())]).unwrap();
        prop_assert_eq!(shown(&decoded), shown(&value));
    }

    /// Converting twice is converting once.
    #[test]
    fn conversion_is_idempotent(value in value()) {
        for (function, kind) in [("tolist", SequenceKind::List), ("toset", SequenceKind::Set)] {
            if let Ok(once) = run(function, std::slice::from_ref(&value)) {
                prop_assert!(once.is_null() || matches!(&once.kind, Kind::Sequence(sequence) if sequence.kind == kind));
                prop_assert_eq!(shown(&run(function, std::slice::from_ref(&once)).unwrap()), shown(&once));
            }
        }
        if let Ok(once) = run("tomap", std::slice::from_ref(&value)) {
            prop_assert!(once.is_null() || matches!(&once.kind, Kind::Mapping(mapping) if mapping.kind == MappingKind::Map));
        }
    }
}
