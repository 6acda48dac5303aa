//! `data/cloudformation/property-paths.txt`: the properties that the mapping of Terraform writes, as far as the resource
//! schemas that CloudFormation publishes have them. `cfn-lint` carries those schemas.

use super::{read_json, text};
use anyhow::{Context as _, Result};
use serde_json::Value as Json;
use std::fmt::Write as _;
use std::path::Path;

const FILE: &str = "data/cloudformation/property-paths.txt";
const PINS: &str = "data/cloudformation/requirements.txt";

/// How many references a step may follow: definitions of schemas refer to each other.
const MAX_DEPTH: usize = 8;

/// Writes the table anew.
///
/// # Errors
///
/// If the package cannot be installed, or its files are not where they were.
pub fn run() -> Result<()> {
    let programs = crate::python::environment("cloudformation-schemas", PINS)?;
    let library = programs.parent().context("an environment has a folder")?.join("lib");
    let version = std::fs::read_dir(&library)?.next().context("an environment has a library")??;
    let schemas = version.path().join("site-packages/cfnlint/data/schemas");
    let date = read_json(&schemas.join("version.json"))?;
    let types = read_json(&schemas.join("providers/us-east-1.json"))?;
    let pins = std::fs::read_to_string(PINS)?;
    let package = pins.lines().find(|line| line.starts_with("cfn-lint==")).context("cfn-lint is pinned")?;
    let mut out = format!(
        "# Properties that the mapping of Terraform writes and CloudFormation's resource schemas have: a type, below it its\n\
         # properties, each level one space further in. Written by `cargo xtask data cloudformation`.\n\
         # Source: {package}\n# Date: {}\n",
        text(&date, "schema_date")?.split('T').next().unwrap_or_default()
    );
    for (type_name, paths) in stockade_terraform::property_paths() {
        let Some(schema) = schema(&schemas, &types, type_name)? else { continue };
        writeln!(out, "{type_name}")?;
        let mut written: Vec<&str> = Vec::new();
        for path in paths.iter().filter(|path| has(&schema, path)) {
            let steps: Vec<&str> = path.split('.').collect();
            let shared = steps.iter().zip(&written).take_while(|(step, before)| step == before).count();
            for (depth, step) in steps.iter().enumerate().skip(shared) {
                writeln!(out, "{}{step}", " ".repeat(depth + 1))?;
            }
            written = steps;
        }
    }
    std::fs::write(FILE, out)?;
    Ok(())
}

fn schema(schemas: &Path, types: &Json, type_name: &str) -> Result<Option<Json>> {
    match types[type_name].as_str() {
        Some(name) => read_json(&schemas.join("resources").join(format!("{name}.json"))).map(Some),
        None => Ok(None),
    }
}

/// Whether a schema has a property. Below an object of which it says nothing there may be any.
fn has(schema: &Json, path: &str) -> bool {
    let mut at = vec![schema];
    for step in path.split('.') {
        let next: Vec<&Json> = at.iter().flat_map(|node| below(schema, node, step, 0)).collect();
        if next.is_empty() {
            return at.iter().any(|node| is_any_object(schema, node, 0));
        }
        at = next;
    }
    true
}

fn followed<'s>(schema: &'s Json, node: &'s Json) -> &'s Json {
    let Some(reference) = node["$ref"].as_str() else { return node };
    let found = schema.pointer(reference.trim_start_matches('#'));
    found.map_or(node, |found| followed(schema, found))
}

fn below<'s>(schema: &'s Json, node: &'s Json, step: &str, depth: usize) -> Vec<&'s Json> {
    let node = followed(schema, node);
    if depth > MAX_DEPTH {
        return Vec::new();
    }
    let own = node["properties"].get(step);
    let patterns = node["patternProperties"].as_object().into_iter().flat_map(serde_json::Map::values);
    let others = Some(&node["additionalProperties"]).filter(|others| others.is_object());
    let inner = Some(&node["items"]).filter(|items| items.is_object()).into_iter().chain(choices(node));
    own.into_iter()
        .chain(patterns)
        .chain(others)
        .chain(inner.flat_map(|inner| below(schema, inner, step, depth + 1)))
        .collect()
}

fn is_any_object(schema: &Json, node: &Json, depth: usize) -> bool {
    let node = followed(schema, node);
    let is_object = node["type"] == "object"
        || node["type"].as_array().is_some_and(|types| types.iter().any(|name| name == "object"));
    let says = ["properties", "patternProperties"].iter().any(|key| node.get(*key).is_some())
        || choices(node).next().is_some();
    let inner = || node["items"].is_object() && is_any_object(schema, &node["items"], depth + 1);
    depth <= MAX_DEPTH && ((is_object && !says) || inner())
}

fn choices(node: &Json) -> impl Iterator<Item = &Json> {
    ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|key| node[key].as_array()).flatten()
}
