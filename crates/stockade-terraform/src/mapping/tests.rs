//! The rows as a whole, and what modules of HCL become.

use super::row::{Form, Target, Word};
use super::*;
use crate::{Inputs, Module, Sources, evaluate};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::sync::Arc;
use stockade_model::{Kind, Piece, Raise as _, Text as ModelText, Value as ModelValue};
use stockade_syntax::{FileId, Source};

/// A root module of one file.
struct OneFile(Arc<Source>, &'static str);

impl Sources for OneFile {
    fn list(&self, _: &Utf8Path) -> Result<Vec<String>, String> {
        Ok(vec![self.1.into()])
    }

    fn source(&self, _: &Utf8Path) -> Result<Arc<Source>, String> {
        Ok(Arc::clone(&self.0))
    }

    fn bytes(&self, _: &Utf8Path) -> Result<Vec<u8>, String> {
        Err("there are no other files".into())
    }

    fn below(&self, _: &Utf8Path) -> Result<Vec<Utf8PathBuf>, String> {
        Ok(Vec::new())
    }

    fn module(&self, folder: &Utf8Path) -> Arc<Module> {
        Arc::new(Module::read(folder, self))
    }
}

fn lowered(hcl: &str) -> Lowered {
    lowered_file("main.tf", hcl)
}

fn lowered_file(name: &'static str, text: &str) -> Lowered {
    let lowered = lowered_file_with_rest(name, text);
    assert!(lowered.outside.is_empty(), "{:?}", lowered.outside);
    lowered
}

fn lowered_with_rest(hcl: &str) -> Lowered {
    lowered_file_with_rest("main.tf", hcl)
}

fn lowered_file_with_rest(name: &'static str, text: &str) -> Lowered {
    let sources = OneFile(Arc::new(Source::new(FileId(0), name, text)), name);
    let evaluated = evaluate(Utf8Path::new(""), &sources, &Inputs::default());
    assert!(evaluated.diagnostics.is_empty(), "{:?}", evaluated.diagnostics);
    let lowered = lower(&evaluated);
    assert!(lowered.unmapped.is_empty(), "{:?}", lowered.unmapped);
    lowered
}

/// The properties of a resource as JSON in one line; symbols as `${name}`.
fn shown(lowered: &Lowered, id: &str) -> String {
    let resource = lowered.resources.iter().find(|resource| resource.id == id);
    let resource = resource.unwrap_or_else(|| panic!("no `{id}` in {:?}", ids(lowered)));
    format!("{} {}", resource.type_name, json_of(&resource.properties))
}

fn ids(lowered: &Lowered) -> Vec<&str> {
    lowered.resources.iter().map(|resource| resource.id.as_str()).collect()
}

fn json_of(value: &ModelValue) -> serde_json::Value {
    match &value.kind {
        Kind::Null | Kind::Absent(_) => serde_json::Value::Null,
        Kind::Bool(value) => (*value).into(),
        Kind::Number(number) => serde_json::from_str(number).unwrap(),
        Kind::Text(text) => spelled(text).into(),
        Kind::Unknown(symbol) => spelled(&ModelText::symbol(symbol.clone())).into(),
        Kind::List(list) => {
            let rest = list.open.iter().map(|_| "…".into());
            list.items.iter().map(json_of).chain(rest).collect()
        }
        Kind::Object(object) => {
            let rest = object.open.iter().map(|_| ("…".to_owned(), "…".into()));
            let fields = object.fields.iter().map(|field| (field.key.to_string(), json_of(&field.value)));
            let sorted: BTreeMap<String, serde_json::Value> = fields.chain(rest).collect();
            serde_json::Value::Object(sorted.into_iter().collect())
        }
    }
}

fn spelled(text: &ModelText) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Literal(literal) => literal.to_string(),
        Piece::Symbol(symbol) => match symbol.kind() {
            SymbolKind::Attribute { resource, attribute } => format!("${{{resource}#{attribute}}}"),
            SymbolKind::Pseudo(name) => format!("${{{name}}}"),
            _ => "${?}".to_owned(),
        },
    };
    text.pieces().iter().map(piece).collect()
}

/// A block that gives each word a value.
fn block_of(words: &[Word], indent: usize) -> String {
    let margin = " ".repeat(indent);
    let word = |word: &Word| match word.form {
        Form::Block(inner) | Form::Blocks(inner) => {
            format!("{margin}{} {{\n{}{margin}}}\n", word.argument, block_of(inner, indent + 2))
        }
        Form::Json => format!("{margin}{} = \"{{\\\"a\\\": 1}}\"\n", word.argument),
        Form::Tags | Form::Pairs(..) => format!("{margin}{} = {{ key = \"value\" }}\n", word.argument),
        Form::Each(_) => format!("{margin}{} = [\"value\"]\n", word.argument),
        _ => format!("{margin}{} = \"value\"\n", word.argument),
    };
    words.iter().map(word).collect()
}

fn assert_arrived(words: &[Word], object: &ModelValue, row: &str) {
    let spellings = |property: &str| words.iter().filter(|word| word.property == property).count();
    // Of two spellings of one property the last one stands; an empty path is spread in place.
    for word in words.iter().filter(|word| !word.property.is_empty() && spellings(word.property) == 1) {
        let path = word.property.replace("[]", ".0");
        let value = object.get(&path);
        let value = if word.property.contains("[]") {
            let (list, rest) = word.property.split_once("[].").unwrap();
            object.get(list).items().first().unwrap().get(rest).into_owned()
        } else {
            value.into_owned()
        };
        assert!(!value.is_absent(), "{row}: `{}` is not at `{}`", word.argument, word.property);
        match word.form {
            Form::Block(inner) => assert_arrived(inner, &value, row),
            Form::Blocks(inner) => assert_arrived(inner, value.items().first().unwrap(), row),
            _ => {}
        }
    }
}

#[test]
fn each_argument_of_each_row_arrives() {
    for row in SERVICES.iter().flat_map(|rows| rows.iter()) {
        let Target::Resource(type_name) = row.target else { continue };
        let hcl = format!("resource \"{}\" \"x\" {{\n{}}}\n", row.source, block_of(row.words, 2));
        let lowered = lowered(&hcl);
        let own = lowered.resources.iter().find(|resource| !resource.id.contains('/')).unwrap();
        assert_eq!(own.type_name, type_name);
        if row.finish.is_none() {
            assert_arrived(row.words, &own.properties, row.source);
        }
    }
}

/// Arguments that the provider takes in the stead of another one.
const OTHER_SPELLINGS: &[&str] = &["aws_ssm_parameter.value", "aws_vpclattice_listener.service_identifier"];

#[test]
fn no_two_arguments_of_a_block_are_one_property() {
    fn check(words: &[Word], row: &str, twins: &mut Vec<String>) {
        let mut seen: Vec<&str> = Vec::new();
        for word in words {
            // Two spellings of one, of which only one may be written.
            let is_other_spelling = matches!(word.form, Form::Values(_))
                || ["_wo", "json"].iter().any(|ending| word.argument.ends_with(ending))
                || word.property.is_empty();
            if !is_other_spelling {
                if seen.contains(&word.property) {
                    twins.push(format!("{row}.{}", word.argument));
                }
                seen.push(word.property);
            }
            if let Form::Block(inner) | Form::Blocks(inner) = word.form {
                check(inner, row, twins);
            }
        }
    }
    let mut twins = Vec::new();
    for row in SERVICES.iter().flat_map(|rows| rows.iter()) {
        check(row.words, row.source, &mut twins);
    }
    assert_eq!(twins, OTHER_SPELLINGS);
}

#[test]
fn every_owner_of_a_part_is_a_resource() {
    for row in SERVICES.iter().flat_map(|rows| rows.iter()) {
        let (Target::Part(part) | Target::Keyed(part, _) | Target::KeyedOr(part, ..)) = row.target else {
            continue;
        };
        for owner in part.owners {
            let owner = super::row(owner).unwrap_or_else(|| panic!("{} has no row", owner));
            assert!(matches!(owner.target, Target::Resource(_)), "{}", owner.source);
        }
    }
}

#[test]
fn the_type_is_found_in_an_address() {
    assert_eq!(type_of("aws_sqs_queue.jobs"), Some("aws_sqs_queue"));
    assert_eq!(type_of("aws_sqs_queue.jobs[0]"), Some("aws_sqs_queue"));
    assert_eq!(type_of("module.a[\"x.y\"].module.b.aws_sqs_queue.jobs[?]"), Some("aws_sqs_queue"));
    assert_eq!(type_of("module.a"), None);
    assert_eq!(type_of("data.aws_region.here"), None);
}

#[test]
fn each_type_has_one_row() {
    assert_eq!(TABLE.len(), SERVICES.iter().map(|rows| rows.len()).sum::<usize>());
}

mod json_form;
mod outside;
mod places;
mod schemas;
mod services;
mod way_back;

#[test]
fn properties_of_a_part_are_spelled_as_its_own_resource_has_them() {
    let bucket = row("aws_s3_bucket").unwrap();
    let property = "PublicAccessBlockConfiguration.BlockPublicPolicy";
    assert_eq!(bucket.spell(property), "block_public_policy");
    assert_eq!(row("aws_sqs_queue").unwrap().spell("RedrivePolicy"), "redrive_policy");
}

#[test]
fn secrets_are_told_from_other_attributes() {
    use stockade_model::Secrecy;
    let of = |address: &str, attribute| attribute_symbol(&address.into(), attribute).secrecy();
    let secret = "module.a[\"x.y\"].data.aws_secretsmanager_secret_version.db[0]";
    assert_eq!(of(secret, "secret_string"), Some(Secrecy::Resolved));
    assert_eq!(of(secret, "arn"), None);
    assert_eq!(of("random_password.db", "result"), Some(Secrecy::Resolved));
    assert_eq!(of("data.aws_ssm_parameter.token", "value"), Some(Secrecy::PerhapsResolved));
    assert_eq!(of("aws_ssm_parameter.token", "value"), None);
}
