//! Environment variables, whatever has them.

use crate::Inventory;
use std::borrow::Cow;
use stockade_model::{Resource, Value};

/// Where the types that have environment variables keep them.
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
    /// The property that holds them.
    pub path: &'static str,
    /// The object that holds them; absent if there are none.
    pub variables: Cow<'a, Value>,
}

impl Inventory {
    /// The environment of every resource of a type that can have one.
    pub fn environments(&self) -> impl Iterator<Item = Environment<'_>> {
        VARIABLES.into_iter().flat_map(|(type_name, path)| {
            self.of_type(type_name).map(move |(_, resource)| Environment {
                resource,
                path,
                variables: resource.properties.get(path),
            })
        })
    }
}
