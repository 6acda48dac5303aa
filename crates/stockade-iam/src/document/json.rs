//! From JSON, as text with places or already parsed, to the model.

use super::{PolicyDocument, Problem};
use smol_str::format_smolstr;
use stockade_model::{Field, Kind, List, Object, Origin, Place, Text, Value};
use stockade_syntax::{Data, FileId, Node, Source, Span};

/// The name makes the reader strict.
const NAME: &str = "policy.json";

impl PolicyDocument {
    /// Reads JSON text; places are byte ranges in it. A text that is no JSON gives a document with that problem alone.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let source = Source::new(FileId::default(), NAME, text);
        match stockade_syntax::parse(&source, |_| None) {
            Ok(document) => Self::read(&value_of_node(&document.root, None)),
            Err(error) => {
                let place = Place { file: source.id, span: error.span };
                let problem = Problem { message: error.message, place };
                Self { problems: vec![problem], ..Self::default() }
            }
        }
    }

    /// Reads JSON text that stands at a place in another file: all of the document is there.
    pub(super) fn of_text(text: &str, place: Place) -> Self {
        let source = Source::new(FileId::default(), NAME, text);
        match stockade_syntax::parse(&source, |_| None) {
            Ok(document) => Self::read(&value_of_node(&document.root, Some(place))),
            Err(error) => {
                Self { place, problems: vec![Problem { message: error.message, place }], ..Self::default() }
            }
        }
    }

    /// Reads a parsed JSON value; it has no places. A string is read as JSON text.
    #[must_use]
    pub fn from_json(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::String(text) => Self::parse(text),
            _ => Self::read(&value_of_json(json)),
        }
    }
}

fn origin(span: Span, place: Option<Place>) -> Origin {
    Origin { place: place.unwrap_or(Place { file: FileId::default(), span }), via: None }
}

/// `place` stands for all places, if it is given.
fn value_of_node(node: &Node, place: Option<Place>) -> Value {
    let kind = match &node.data {
        Data::Null => Kind::Null,
        Data::Bool(value) => Kind::Bool(*value),
        Data::Number(number) => Kind::Number(number.clone()),
        Data::String(text) => Kind::Text(Text::literal(text.clone())),
        Data::Sequence(items) => Kind::List(List {
            items: items.iter().map(|item| value_of_node(item, place)).collect(),
            open: None,
        }),
        Data::Mapping(entries) => {
            let mut fields: Vec<Field> = Vec::with_capacity(entries.len());
            for entry in entries {
                let field = Field {
                    key: entry.key.clone(),
                    key_place: origin(entry.key_span, place).place,
                    value: value_of_node(&entry.value, place),
                };
                // The last of equal keys counts, as in every reader of JSON that the services use.
                match fields.iter_mut().find(|earlier| earlier.key == field.key) {
                    Some(earlier) => *earlier = field,
                    None => fields.push(field),
                }
            }
            Kind::Object(Object { fields, ..Object::default() })
        }
    };
    Value::new(kind, origin(node.span, place))
}

fn value_of_json(json: &serde_json::Value) -> Value {
    use serde_json::Value as Json;
    let kind = match json {
        Json::Null => Kind::Null,
        Json::Bool(value) => Kind::Bool(*value),
        Json::Number(number) => Kind::Number(format_smolstr!("{number}")),
        Json::String(text) => Kind::Text(Text::literal(text.as_str())),
        Json::Array(items) => {
            Kind::List(List { items: items.iter().map(value_of_json).collect(), open: None })
        }
        Json::Object(entries) => {
            let field = |(key, value): (&String, &Json)| Field {
                key: key.as_str().into(),
                key_place: Place::default(),
                value: value_of_json(value),
            };
            Kind::Object(Object { fields: entries.iter().map(field).collect(), ..Object::default() })
        }
    };
    Value::new(kind, Origin { place: Place::default(), via: None })
}
