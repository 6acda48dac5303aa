//! `Globals`: properties for every resource of a kind.
//!
//! Objects merge key by key, lists are joined with the global items first, everything else is replaced by the
//! resource's own value (AWS SAM developer guide, "Globals section of the AWS SAM template").

use crate::output::Output;
use crate::resource::SamResource;
use stockade_cfn::{Entry, Expr, Template};
use stockade_model::{Container, Containers, ViaKind};

/// The sections of `Globals` and the types that they are for.
const SECTIONS: [(&str, &str); 8] = [
    ("Function", "AWS::Serverless::Function"),
    ("Api", "AWS::Serverless::Api"),
    ("HttpApi", "AWS::Serverless::HttpApi"),
    ("SimpleTable", "AWS::Serverless::SimpleTable"),
    ("StateMachine", "AWS::Serverless::StateMachine"),
    ("LayerVersion", "AWS::Serverless::LayerVersion"),
    ("CapacityProvider", "AWS::Serverless::CapacityProvider"),
    ("WebSocketApi", "AWS::Serverless::WebSocketApi"),
];

/// The template's SAM resources in the order written, `Globals` merged into their properties.
pub(crate) fn merge(template: &Template, output: &mut Output) -> Vec<SamResource> {
    let _ = output;
    let sam = template.resources.iter().filter(|(_, resource)| resource.type_name.starts_with("AWS::Serverless::"));
    sam.map(|(id, declaration)| {
        let global = section(template, &declaration.type_name);
        let own = declaration.properties();
        let first = match own {
            Some(own) => Container::from(own.origin.place),
            None => Container { place: declaration.body.origin.place, key: Some("Properties".into()) },
        };
        let containers: Vec<Container> =
            std::iter::once(first).chain(global.map(|global| global.origin.place.into())).collect();
        let origin = own.map_or(&declaration.body.origin, |own| &own.origin);
        let empty = Expr::object(origin);
        let own = own.unwrap_or(&empty);
        let properties = global.map_or_else(|| own.clone(), |global| merged(&from_globals(global), own));
        SamResource {
            id: id.clone(),
            type_name: declaration.type_name.clone(),
            id_at: declaration.id_at,
            declared_id: declaration.declared_id.clone(),
            body: declaration.body.clone(),
            properties,
            containers: Containers::At(containers.into()),
        }
    })
    .collect()
}

/// The `Globals` section for a SAM type, as written.
pub(crate) fn section<'a>(template: &'a Template, type_name: &str) -> Option<&'a Expr> {
    let (name, _) = SECTIONS.iter().find(|(_, candidate)| *candidate == type_name)?;
    template.root.get("Globals")?.get(name).filter(|section| section.is_object())
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
    let plain = |value: &Expr| value.is_object() && value.intrinsic().is_none();
    if plain(global) && plain(own) {
        let mut out = own.clone();
        // Global keys come first, in their order, then what only the resource has.
        let mut entries: Vec<Entry> = Vec::new();
        for entry in global.entries() {
            match own.get(&entry.key) {
                Some(value) => entries.push(Entry {
                    key: entry.key.clone(),
                    key_place: own.entry(&entry.key).map_or(entry.key_place, |own| own.key_place),
                    value: merged(&entry.value, value),
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
