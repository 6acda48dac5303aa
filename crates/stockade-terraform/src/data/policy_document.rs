//! `aws_iam_policy_document`: a policy that follows from its arguments alone.
//!
//! Semantics: the provider's page of the data source. Source documents come first, then the statements written here,
//! then override documents; a later statement takes the place of an earlier one of its `sid`.

use crate::functions::{self, ModuleFiles};
use crate::value::{Entry, Kind, MappingKind, SequenceKind, Type, Value};
use camino::{Utf8Path, Utf8PathBuf};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use stockade_model::{Origin, Piece, Place, Symbol, Text};

/// A statement list under construction.
#[derive(Default)]
struct Statements {
    items: Vec<Value>,
    open: Option<Symbol>,
}

/// What the data source gives beside its arguments.
pub(crate) fn read(arguments: &Value, address: &SmolStr, place: Place) -> Vec<(&'static str, Value)> {
    let mut statements = Statements::default();
    let mut version = arguments.get("version").cloned();
    let mut id = arguments.get("policy_id").cloned();
    for document in documents(arguments, &["source_json"], "source_policy_documents") {
        statements.take(&document, &mut version, &mut id);
    }
    for block in arguments.get("statement").map(Value::blocks).unwrap_or_default() {
        statements.put(statement(block));
    }
    if let Some(open) = arguments.get("statement").and_then(open_of) {
        statements.open.get_or_insert(open);
    }
    for document in documents(arguments, &["override_json"], "override_policy_documents") {
        statements.take(&document, &mut version, &mut id);
    }
    let origin = arguments.origin.clone();
    let mut entries = BTreeMap::new();
    let version = version.filter(|value| !value.is_null());
    let version = version.unwrap_or_else(|| Value::string("2012-10-17", Origin::at(place)));
    put(&mut entries, "Version", version);
    if let Some(id) = id.filter(|value| !value.is_null()) {
        put(&mut entries, "Id", id);
    }
    let list = Value::sequence(SequenceKind::Tuple, statements.items, statements.open, origin.clone());
    put(&mut entries, "Statement", list);
    let policy = Value::object(entries, origin.clone());
    let json = functions::call("jsonencode", vec![policy], origin.clone(), &NoFiles)
        .unwrap_or_else(|_| Value::unknown(Symbol::attribute(address.clone(), "json"), Type::String, origin));
    vec![("json", json.clone()), ("minified_json", json)]
}

/// The documents that are given as strings of JSON: the policies behind them, or the symbol of one that is not known.
fn documents(arguments: &Value, single: &[&str], list: &str) -> Vec<Value> {
    let single = single.iter().filter_map(|name| arguments.get(name)).cloned();
    let listed = arguments.get(list);
    let rest = listed.and_then(open_of).map(|symbol| {
        let origin = arguments.origin.clone();
        Value::unknown(symbol, Type::String, origin)
    });
    single
        .chain(listed.map(Value::items).unwrap_or_default().iter().cloned())
        .chain(rest)
        .filter(|value| !value.is_null() && value.as_str() != Some(""))
        .map(|value| crate::json::behind(&value).unwrap_or(value))
        .collect()
}

fn open_of(value: &Value) -> Option<Symbol> {
    match &value.kind {
        Kind::Sequence(sequence) => sequence.open.clone(),
        Kind::Unknown(symbol, _) => Some(symbol.clone()),
        _ => None,
    }
}

impl Statements {
    /// Takes the statements of another document.
    fn take(&mut self, document: &Value, version: &mut Option<Value>, id: &mut Option<Value>) {
        let Kind::Mapping(_) = &document.kind else {
            if let Some(symbol) = document.first_symbol() {
                self.open.get_or_insert_with(|| symbol.clone());
            }
            return;
        };
        if let Some(theirs) = document.get("Version") {
            version.get_or_insert_with(|| theirs.clone());
        }
        if let Some(theirs) = document.get("Id") {
            *id = Some(theirs.clone());
        }
        match document.get("Statement") {
            Some(Value { kind: Kind::Sequence(sequence), .. }) => {
                sequence.items.iter().for_each(|statement| self.put(statement.clone()));
                if let Some(open) = &sequence.open {
                    self.open.get_or_insert_with(|| open.clone());
                }
            }
            Some(statement) => self.put(statement.clone()),
            None => {}
        }
    }

    fn put(&mut self, statement: Value) {
        let sid = statement.get("Sid").and_then(Value::as_str).filter(|sid| !sid.is_empty());
        let twin = sid.and_then(|sid| {
            self.items.iter().position(|known| known.get("Sid").and_then(Value::as_str) == Some(sid))
        });
        match twin {
            Some(at) => self.items[at] = statement,
            None => self.items.push(statement),
        }
    }
}

/// A `statement` block as a policy has it.
fn statement(block: &Value) -> Value {
    let mut entries = BTreeMap::new();
    let given = |name: &str| block.get(name).filter(|value| !value.is_null());
    if let Some(sid) = given("sid") {
        put(&mut entries, "Sid", sid.clone());
    }
    let effect = given("effect").cloned();
    put(&mut entries, "Effect", effect.unwrap_or_else(|| Value::string("Allow", block.origin.clone())));
    let lists = [
        ("actions", "Action"),
        ("not_actions", "NotAction"),
        ("resources", "Resource"),
        ("not_resources", "NotResource"),
    ];
    for (name, element) in lists {
        if let Some(value) = given(name).filter(|value| !is_empty(value)) {
            entries
                .insert(element.into(), Entry { key_place: place_of(block, name), value: variables(value) });
        }
    }
    for (name, element) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
        if let Some(value) = given(name)
            && let Some(principals) = principals(value)
        {
            entries.insert(element.into(), Entry { key_place: place_of(block, name), value: principals });
        }
    }
    if let Some(value) = given("condition")
        && let Some(conditions) = conditions(value)
    {
        entries
            .insert("Condition".into(), Entry { key_place: place_of(block, "condition"), value: conditions });
    }
    Value::object(entries, block.origin.clone())
}

fn is_empty(value: &Value) -> bool {
    matches!(&value.kind, Kind::Sequence(sequence) if sequence.items.is_empty() && sequence.open.is_none())
}

fn place_of(block: &Value, name: &str) -> Place {
    match &block.kind {
        Kind::Mapping(mapping) => mapping.entries.get(name).map(|entry| entry.key_place),
        _ => None,
    }
    .unwrap_or(block.origin.place)
}

/// `principals` blocks: `*` where one says so of all, else identifiers by kind.
fn principals(blocks: &Value) -> Option<Value> {
    let mut kinds: BTreeMap<SmolStr, Vec<Value>> = BTreeMap::new();
    let mut open = open_of(blocks);
    for block in blocks.blocks() {
        let kind = block.get("type")?;
        let identifiers =
            block.get("identifiers").cloned().unwrap_or_else(|| Value::tuple(vec![], block.origin.clone()));
        match kind.as_str() {
            Some("*") => {
                let whole = identifiers.items().iter().find(|item| item.as_str() == Some("*"));
                return whole.cloned().or(Some(identifiers));
            }
            Some(kind) => {
                let items = kinds.entry(kind.into()).or_default();
                match &identifiers.kind {
                    Kind::Sequence(sequence) => {
                        items.extend(sequence.items.iter().map(variables));
                        open = open.or_else(|| sequence.open.clone());
                    }
                    _ => items.push(identifiers),
                }
            }
            None => open = open.or_else(|| kind.first_symbol().cloned()),
        }
    }
    let origin = blocks.blocks().first().map_or_else(|| blocks.origin.clone(), |block| block.origin.clone());
    let key_place = origin.place;
    let entries = kinds
        .into_iter()
        .map(|(kind, items)| (kind, Entry { key_place, value: Value::tuple(items, origin.clone()) }));
    let entries: BTreeMap<SmolStr, Entry> = entries.collect();
    (!entries.is_empty() || open.is_some())
        .then(|| Value::mapping(MappingKind::Object, entries, open, origin.clone()))
}

/// `condition` blocks, by operator and key.
fn conditions(blocks: &Value) -> Option<Value> {
    let mut operators: BTreeMap<SmolStr, (Place, BTreeMap<SmolStr, Entry>)> = BTreeMap::new();
    let mut open = open_of(blocks);
    for block in blocks.blocks() {
        let (test, variable) = (block.get("test")?, block.get("variable")?);
        let (Some(operator), Some(key)) = (test.as_str(), variable.as_str()) else {
            open = open.or_else(|| test.first_symbol().or(variable.first_symbol()).cloned());
            continue;
        };
        let values =
            block.get("values").map_or_else(|| Value::tuple(vec![], block.origin.clone()), variables);
        let (_, keys) =
            operators.entry(operator.into()).or_insert_with(|| (block.origin.place, BTreeMap::new()));
        match keys.get_mut(key) {
            // The values of blocks of one operator and key are taken together.
            Some(known) => {
                let all = known.value.items().iter().chain(values.items()).cloned().collect();
                known.value = Value::tuple(all, known.value.origin.clone());
            }
            None => {
                keys.insert(key.into(), Entry { key_place: block.origin.place, value: values });
            }
        }
    }
    let origin = blocks.blocks().first().map_or_else(|| blocks.origin.clone(), |block| block.origin.clone());
    let entries: BTreeMap<SmolStr, Entry> = operators
        .into_iter()
        .map(|(operator, (key_place, keys))| {
            (operator, Entry { key_place, value: Value::object(keys, origin.clone()) })
        })
        .collect();
    (!entries.is_empty() || open.is_some())
        .then(|| Value::mapping(MappingKind::Object, entries, open, origin.clone()))
}

/// A value with policy variables as a policy spells them: `&{…}` stands for `${…}`, which Terraform would evaluate.
fn variables(value: &Value) -> Value {
    let kind = match &value.kind {
        Kind::String(string) => {
            let mut text = Text::default();
            for piece in string.text.pieces() {
                match piece {
                    Piece::Literal(literal) => text.push_str(&literal.replace("&{", "${")),
                    Piece::Symbol(symbol) => text.push_symbol(symbol.clone()),
                }
            }
            return Value::text(text, value.origin.clone()).hidden(value.sensitive);
        }
        Kind::Sequence(sequence) => {
            let items = sequence.items.iter().map(variables).collect();
            return Value::sequence(sequence.kind, items, sequence.open.clone(), value.origin.clone());
        }
        kind => kind.clone(),
    };
    Value { kind, origin: value.origin.clone(), sensitive: value.sensitive }
}

fn put(entries: &mut BTreeMap<SmolStr, Entry>, name: &str, value: Value) {
    entries.insert(name.into(), Entry { key_place: value.origin.place, value });
}

/// `jsonencode` reads no files.
struct NoFiles;

impl ModuleFiles for NoFiles {
    fn module_path(&self) -> &Utf8Path {
        Utf8Path::new(".")
    }

    fn read(&self, _: &Utf8Path) -> Result<Vec<u8>, String> {
        Err("it reads no files".into())
    }

    fn list(&self, _: &Utf8Path) -> Result<Vec<Utf8PathBuf>, String> {
        Err("it reads no files".into())
    }
}
