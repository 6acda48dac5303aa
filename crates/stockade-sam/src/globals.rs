//! `Globals`: properties for every resource of a kind.
//!
//! Objects merge key by key, lists are joined with the global items first, everything else is replaced by the
//! resource's own value (AWS SAM developer guide, "Globals section of the AWS SAM template").

use crate::SamError;
use crate::global_sections::{Join, Section, joins, named, of_type};
use crate::output::Output;
use crate::presence::is_set;
use crate::resource::SamResource;
use smol_str::SmolStr;
use stockade_cfn::{Declaration, Entry, Expr, Template};
use stockade_model::{Container, Containers, Place, ViaKind};

/// The template's SAM resources in the order written, `Globals` merged into their properties.
pub(crate) fn merge(template: &Template, output: &mut Output) -> Vec<SamResource> {
    output.errors.extend(check(template));
    let mut merged = Vec::new();
    let sam =
        template.resources.iter().filter(|(_, resource)| resource.type_name.starts_with("AWS::Serverless::"));
    for (id, declaration) in sam {
        match with_globals(template, id, declaration) {
            Ok(resource) => merged.push(resource),
            Err(error) => output.errors.push(error),
        }
    }
    merged
}

fn with_globals(
    template: &Template,
    id: &SmolStr,
    declaration: &Declaration,
) -> Result<SamResource, SamError> {
    let body = &declaration.body;
    let rejected = |message: &str, place| SamError { resource: id.clone(), message: message.into(), place };
    if let Some(properties) = body.get("Properties").filter(|properties| !properties.is_object()) {
        return Err(rejected("`Properties` should be a map", properties.origin.place));
    }
    if let Some(condition) = body.get("Condition").filter(|it| is_set(it) && it.as_str().is_none()) {
        return Err(rejected("`Condition` should be the name of a condition", condition.origin.place));
    }
    let global = match section(template, &declaration.type_name) {
        Some(section) => kept(section, body.get("IgnoreGlobals")).map_err(|place| {
            rejected("`IgnoreGlobals` takes `\"*\"` or a list of properties in `Globals`", place)
        })?,
        None => None,
    };
    let own = declaration.properties();
    let first = match own {
        Some(own) => Container::from(own.origin.place),
        None => Container { place: body.origin.place, key: Some("Properties".into()) },
    };
    let containers: Vec<Container> =
        std::iter::once(first).chain(global.as_ref().map(|global| global.origin.place.into())).collect();
    let origin = own.map_or(&body.origin, |own| &own.origin);
    let empty = Expr::object(origin);
    let own = own.unwrap_or(&empty);
    let kind = of_type(&declaration.type_name).map_or("", |section| section.name);
    let properties =
        global.map_or_else(|| own.clone(), |global| merged_at(kind, &from_globals(&global), own));
    Ok(SamResource {
        id: id.clone(),
        type_name: declaration.type_name.clone(),
        id_at: declaration.id_at,
        declared_id: declaration.declared_id.clone(),
        instance: declaration.instance.clone(),
        body: body.clone(),
        properties,
        containers: Containers::At(containers.into()),
    })
}

/// What AWS would reject in `Globals` itself.
fn check(template: &Template) -> Option<SamError> {
    let rejected = |message: String, place| Some(SamError { resource: "Globals".into(), message, place });
    let globals = template.root.get("Globals")?;
    if !globals.is_object() {
        return rejected("`Globals` should be a map".into(), globals.origin.place);
    }
    for entry in globals.entries() {
        let Some(Section { properties, .. }) = named(&entry.key) else {
            return rejected(format!("`Globals` has no section `{}`", entry.key), entry.key_place);
        };
        if !entry.value.is_object() {
            return rejected(format!("`Globals.{}` should be a map", entry.key), entry.value.origin.place);
        }
        let unknown = entry.value.entries().iter().find(|key| !properties.contains(&key.key.as_str()));
        if let Some(unknown) = unknown {
            let message = format!("`Globals.{}` does not take `{}`", entry.key, unknown.key);
            return rejected(message, unknown.key_place);
        }
    }
    None
}

/// A section without what a resource's `IgnoreGlobals` names; the place of the fault if that is malformed.
fn kept(section: &Expr, ignored: Option<&Expr>) -> Result<Option<Expr>, Place> {
    let Some(ignored) = ignored.filter(|ignored| is_set(ignored)) else { return Ok(Some(section.clone())) };
    if ignored.as_str() == Some("*") {
        return Ok(None);
    }
    if !ignored.is_list() {
        return Err(ignored.origin.place);
    }
    let mut out = section.clone();
    for name in ignored.items() {
        let removed = name.as_str().and_then(|name| out.remove(name));
        if removed.is_none() {
            return Err(name.origin.place);
        }
    }
    Ok(Some(out))
}

/// The `Globals` section for a SAM type, as written.
pub(crate) fn section<'a>(template: &'a Template, type_name: &str) -> Option<&'a Expr> {
    let section = of_type(type_name)?;
    template.root.get("Globals")?.get(section.name).filter(|section| section.is_object())
}

/// The section's values, each with the section's key as a place behind it.
pub(crate) fn from_globals(section: &Expr) -> Expr {
    let mut out = section.clone();
    for entry in section.entries() {
        let value = entry.value.with_via(ViaKind::Globals, entry.key_place);
        out.set_entry(Entry { value, ..entry.clone() });
    }
    out
}

/// Merges a global value with a resource's own.
pub(crate) fn merged(global: &Expr, own: &Expr) -> Expr {
    merged_at("", global, own)
}

/// Merges the values at a path such as `Function.Architectures`, which may have a rule of its own.
fn merged_at(path: &str, global: &Expr, own: &Expr) -> Expr {
    let plain = |value: &Expr| value.is_object() && value.intrinsic().is_none();
    let join = joins(path);
    if (plain(global) && plain(own)) || (global.is_list() && own.is_list()) {
        match join {
            Join::Replace => return own.clone(),
            Join::OwnKeys if own.entries().is_empty() => {}
            Join::OwnKeys => {
                return own.entries().iter().fold(own.clone(), |out, entry| match global.get(&entry.key) {
                    Some(value) => out.with(entry.key.clone(), merged_at("", value, &entry.value)),
                    None => out,
                });
            }
            Join::Merge => {}
        }
    }
    if plain(global) && plain(own) {
        let below = |key: &str| if path.is_empty() { String::new() } else { format!("{path}.{key}") };
        let mut out = own.clone();
        // Global keys come first, in their order, then what only the resource has.
        let mut entries: Vec<Entry> = Vec::new();
        for entry in global.entries() {
            match own.entry(&entry.key) {
                Some(mine) => entries.push(Entry {
                    value: merged_at(&below(&entry.key), &entry.value, &mine.value),
                    ..mine.clone()
                }),
                None => entries.push(entry.clone()),
            }
        }
        entries.extend(own.entries().iter().filter(|entry| global.get(&entry.key).is_none()).cloned());
        for entry in own.entries() {
            out.remove(&entry.key);
        }
        for entry in entries {
            out.set_entry(entry);
        }
        return out;
    }
    if global.is_list() && own.is_list() {
        let items = global.items().iter().chain(own.items()).cloned().collect();
        return Expr::list(items, &own.origin);
    }
    own.clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use stockade_model::Origin;

    fn merge(path: &str, global: &Value, own: &Value) -> Value {
        let expr = |json: &Value| Expr::from_json(json, &Origin::at(Place::default()));
        merged_at(path, &expr(global), &expr(own)).to_json()
    }

    #[test]
    fn values_merge_by_their_kind() {
        let global =
            json!({"Layers": ["a"], "Environment": {"Variables": {"A": 1, "B": 2}}, "Architectures": ["x"]});
        let own = json!({"Layers": ["b"], "Environment": {"Variables": {"B": 3}}, "Architectures": ["y"]});
        let environment = json!({"Variables": {"A": 1, "B": 3}});
        let expected = json!({"Layers": ["a", "b"], "Environment": environment, "Architectures": ["y"]});
        assert_eq!(merge("Function", &global, &own), expected);
        let null = json!({"Environment": null});
        assert_eq!(merge("Function", &global, &null)["Environment"], Value::Null);
        let (global, own) = (json!({"Tags": {"A": "1", "B": "2"}}), json!({"Tags": {"A": "3"}}));
        assert_eq!(
            merge("CapacityProvider.ManagedResourceTags", &global, &own),
            json!({"Tags": {"A": "3", "B": "2"}})
        );
    }

    #[test]
    fn an_intrinsic_function_counts_as_one_value() {
        let own = json!({"Fn::If": ["C", 1, 2]});
        assert_eq!(merge("", &json!({"A": 1}), &own), own);
    }
}
