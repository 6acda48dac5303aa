//! The way of a Terraform value to the model that controls read.

use super::{Kind, Value};
use stockade_model::{
    Container, Containers, Field, Kind as ModelKind, List, Object, Secrecy, Symbol, SymbolKind,
    Value as ModelValue,
};

impl Value {
    /// The value as controls read it. A string that is the JSON of something stays a string: where CloudFormation has
    /// an object, the mapping asks for the value behind it instead.
    #[must_use]
    pub fn to_model(&self) -> ModelValue {
        let kind = match &self.kind {
            Kind::Null(_) => ModelKind::Null,
            Kind::Bool(value) => ModelKind::Bool(*value),
            Kind::Number(number) => ModelKind::Number(number.spell().into()),
            // What is known of it is hidden from the deployer, and stands in clear wherever it goes: as a parameter without
            // echo, which is a symbol whatever its default is.
            Kind::String(string)
                if self.sensitive && string.text.as_literal().is_some_and(|text| !text.is_empty()) =>
            {
                let place = self.origin.place;
                let kind = SymbolKind::Opaque { place, why: "it is marked as sensitive".into() };
                ModelKind::Unknown(Symbol::secret(kind, Secrecy::Typed))
            }
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
