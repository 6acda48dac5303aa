//! A Terraform root module: the resources that its own are mapped to, and its outputs.

use super::evaluated::to_json;
use super::origins::write;
use serde_json::{Map, Value as Json, json};
use stockade_model::{Kind, Value};
use stockade_project::{Deployment, Snapshot};

/// The sections, and the places of the properties if they are asked for.
pub(super) fn sections(
    deployment: &Deployment,
    snapshot: Option<&Snapshot>,
) -> (Map<String, Json>, Option<Map<String, Json>>) {
    let mut resources = Map::new();
    let mut origins = Map::new();
    for resource in deployment.deployed.first().into_iter().flat_map(|deployed| &deployed.resources) {
        let body = json!({ "Type": resource.type_name.as_str(), "Properties": written(to_json(&resource.properties)) });
        resources.insert(resource.id.to_string(), body);
        if let Some(snapshot) = snapshot {
            let path = format!("Resources.{}", resource.id);
            write(&path, resource.declared_at, snapshot, &mut origins);
            walk(&format!("{path}.Properties"), &resource.properties, snapshot, &mut origins);
        }
    }
    let outputs =
        deployment.outputs.iter().map(|(name, value)| (name.to_string(), json!({ "Value": to_json(value) })));
    let mut out = Map::new();
    out.insert("Resources".into(), Json::Object(resources));
    let outputs: Map<String, Json> = outputs.collect();
    if !outputs.is_empty() {
        out.insert("Outputs".into(), Json::Object(outputs));
    }
    (out, snapshot.map(|_| origins))
}

/// Without what is null: an argument that says so (`retention_in_days = 0`) is a property that is left out.
fn written(value: Json) -> Json {
    match value {
        Json::Object(fields) => Json::Object(
            fields
                .into_iter()
                .filter(|(_, field)| !field.is_null())
                .map(|(key, field)| (key, written(field)))
                .collect(),
        ),
        Json::Array(items) => items.into_iter().map(written).collect(),
        other => other,
    }
}

fn walk(path: &str, value: &Value, snapshot: &Snapshot, out: &mut Map<String, Json>) {
    write(path, value.origin.place, snapshot, out);
    match &value.kind {
        Kind::Object(object) => {
            for field in &object.fields {
                walk(&format!("{path}.{}", field.key), &field.value, snapshot, out);
            }
        }
        Kind::List(list) => {
            for (at, item) in list.items.iter().enumerate() {
                walk(&format!("{path}[{at}]"), item, snapshot, out);
            }
        }
        _ => {}
    }
}
