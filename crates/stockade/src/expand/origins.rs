//! `--origins`: the place that each value of the deployed resources came from.
//!
//! The places are a map beside the other sections, from a path to `file:line:column`:
//! `Resources.Fn` is where the logical id is written, `Resources.Fn.Properties.Layers[0]` a value. An intrinsic
//! function has one place; a value that a transform made has that of what it was made from.

use serde_json::{Map, Value as Json};
use stockade_cfn::{Data, Expr, Template};
use stockade_model::Place;
use stockade_project::Snapshot;

/// The map, in the order of the template.
pub(super) fn origins(template: &Template, snapshot: &Snapshot) -> Map<String, Json> {
    let mut out = Map::new();
    for (id, declaration) in &template.resources {
        let path = format!("Resources.{id}");
        write(&path, declaration.id_at, snapshot, &mut out);
        for entry in declaration.body.entries() {
            if entry.key != "Type" {
                walk(&format!("{path}.{}", entry.key), &entry.value, snapshot, &mut out);
            }
        }
    }
    for (name, output) in &template.outputs {
        walk(&format!("Outputs.{name}"), output, snapshot, &mut out);
    }
    out
}

fn walk(path: &str, expr: &Expr, snapshot: &Snapshot, out: &mut Map<String, Json>) {
    write(path, expr.origin.place, snapshot, out);
    match &expr.data {
        Data::List(items) => {
            for (at, item) in items.iter().enumerate() {
                walk(&format!("{path}[{at}]"), item, snapshot, out);
            }
        }
        Data::Object(map) if expr.intrinsic().is_none() => {
            for entry in &map.entries {
                walk(&format!("{path}.{}", entry.key), &entry.value, snapshot, out);
            }
        }
        _ => {}
    }
}

pub(super) fn write(path: &str, place: Place, snapshot: &Snapshot, out: &mut Map<String, Json>) {
    if let Some(source) = snapshot.source(place.file) {
        let at = source.position(place.span.start);
        out.insert(path.to_owned(), format!("{}:{}:{}", source.path, at.line, at.column).into());
    }
}
