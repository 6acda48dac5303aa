//! The way of a Terraform value to the model that controls read.

use super::{Kind, Value};
use stockade_model::{Container, Containers, Field, Kind as ModelKind, List, Object, Value as ModelValue};

impl Value {
    /// The value as controls read it. A string that is the JSON of something stays a string: where CloudFormation has
    /// an object, the mapping asks for the value behind it instead.
    #[must_use]
    pub fn to_model(&self) -> ModelValue {
        let kind = match &self.kind {
            Kind::Null(_) => ModelKind::Null,
            Kind::Bool(value) => ModelKind::Bool(*value),
            Kind::Number(number) => ModelKind::Number(number.spell().into()),
            Kind::String(string) => return ModelValue::text(string.text.clone(), self.origin.clone()),
            Kind::Unknown(symbol, _) => ModelKind::Unknown(symbol.clone()),
            Kind::Sequence(sequence) => ModelKind::List(List {
                items: sequence.items.iter().map(Value::to_model).collect(),
                open: sequence.open.clone(),
            }),
            Kind::Mapping(mapping) => ModelKind::Object(Object {
                fields: mapping
                    .entries
                    .iter()
                    .filter(|(_, entry)| !entry.value.is_null())
                    .map(|(key, entry)| Field {
                        key: key.clone(),
                        key_place: entry.key_place,
                        value: entry.value.to_model(),
                    })
                    .collect(),
                open: mapping.open.clone(),
                containers: Containers::At([Container::from(self.origin.place)].into()),
            }),
        };
        ModelValue::new(kind, self.origin.clone())
    }
}
