//! Environment variables, whatever has them.

use crate::Inventory;
use smol_str::{SmolStr, format_smolstr};
use std::borrow::Cow;
use stockade_model::{Fact, Kind, Resource, Symbol, Value};

/// Where the types that have environment variables keep them: by name, or in a list of keys and values.
const VARIABLES: [(&str, &str); 4] = [
    ("AWS::Lambda::Function", "Environment.Variables"),
    ("AWS::Lambda::WebFunctionRevision", "ServiceConfig.EnvironmentVariables"),
    ("AWS::Lambda::MicrovmImage", "EnvironmentVariables"),
    ("AWS::AppSync::GraphQLApi", "EnvironmentVariables"),
];

/// The environment variables of a resource.
#[derive(Debug, Clone)]
pub struct Environment<'a> {
    /// The resource.
    pub resource: &'a Resource,
    /// What holds them; absent if there are none.
    pub holder: Cow<'a, Value>,
    /// Those that are known.
    pub variables: Vec<EnvironmentVariable>,
    /// What stands for the rest, if there may be more.
    pub open: Option<Symbol>,
}

/// One of them.
#[derive(Debug, Clone)]
pub struct EnvironmentVariable {
    /// Its name.
    pub name: SmolStr,
    /// The property that holds its value.
    pub property: SmolStr,
    /// Its value.
    pub value: Value,
}

impl Inventory {
    /// The environment of every resource of a type that can have one.
    pub fn environments(&self) -> impl Iterator<Item = Environment<'_>> {
        VARIABLES.into_iter().flat_map(|(type_name, path)| {
            self.of_type(type_name).map(move |(_, resource)| Environment::of(resource, path))
        })
    }
}

impl<'a> Environment<'a> {
    fn of(resource: &'a Resource, path: &str) -> Self {
        let holder = resource.properties.get(path);
        let mut open = holder.open().cloned();
        let by_name = holder.fields().iter().map(|field| EnvironmentVariable {
            name: field.key.clone(),
            property: format_smolstr!("{path}.{}", field.key),
            value: field.value.clone(),
        });
        let mut variables: Vec<EnvironmentVariable> = by_name.collect();
        let listed = if let Kind::List(list) = &holder.kind { list.items.as_slice() } else { &[] };
        for (at, item) in listed.iter().enumerate() {
            match item.get("Key").literal() {
                Fact::Known(name) => variables.push(EnvironmentVariable {
                    name,
                    property: format_smolstr!("{path}.{at}.Value"),
                    value: item.get("Value").into_owned(),
                }),
                Fact::Unknown(symbol) => open = open.or(Some(symbol)),
                Fact::Absent | Fact::Other => {}
            }
        }
        Self { resource, holder, variables, open }
    }
}
