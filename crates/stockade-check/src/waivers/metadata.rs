//! `Metadata.Stockade.Waivers` of a resource or a template: a list of `{Control, Until, Reason}` that holds for all of it.

use super::{Scope, Waiver, Written, controls};
use stockade_model::{Place, Waived, WaiverSource};
use stockade_syntax::{Data, Document, Node, Source, Span};

const FORM: &str =
    "write `Metadata: {Stockade: {Waivers: [{Control: EP-01, Until: 2027-03-01, Reason: why}]}}`";

pub(super) fn collect(source: &Source, document: &Document, written: &mut Vec<Written>) {
    if !source.text.contains("Stockade") {
        return;
    }
    each(&document.root, &mut |span, metadata| {
        let Some(stockade) = metadata.get("Stockade") else { return };
        let place = |span: Span| Place { file: source.id, span };
        let faulty = |span: Span, message: &str| Written::Faulty(place(span), format!("{message}: {FORM}"));
        for entry in stockade.entries() {
            if entry.key != "Waivers" {
                written.push(faulty(entry.key_span, &format!("unknown key `{}`", entry.key)));
            }
        }
        let Some(waivers) = stockade.get("Waivers") else {
            if stockade.entries().is_empty() {
                written.push(faulty(stockade.span, "not understood"));
            }
            return;
        };
        let Data::Sequence(items) = &waivers.data else {
            written.push(faulty(waivers.span, "`Waivers` is a list"));
            return;
        };
        for item in items {
            written.push(match read(item, place(span), place(item.span)) {
                Ok(waiver) => Written::Waiver(waiver),
                Err(message) => Written::Faulty(place(item.span), message),
            });
        }
    });
}

/// Calls `visit` for the `Metadata` of the template and of each resource, with the part that it is of.
pub(super) fn each(root: &Node, visit: &mut dyn FnMut(Span, &Node)) {
    if let Some(metadata) = root.get("Metadata") {
        visit(root.span, metadata);
    }
    for resource in root.get("Resources").map(Node::entries).unwrap_or_default() {
        if let Some(metadata) = resource.value.get("Metadata") {
            visit(resource.key_span.to(resource.value.span), metadata);
        }
    }
}

fn read(item: &Node, part: Place, place: Place) -> Result<Waiver, String> {
    for entry in item.entries() {
        if !["Control", "Controls", "Until", "Reason"].contains(&entry.key.as_str()) {
            return Err(format!("unknown key `{}`: {FORM}", entry.key));
        }
    }
    let names = item.get("Control").or_else(|| item.get("Controls")).map(strings).unwrap_or_default();
    let controls = controls(names.into_iter())?;
    if controls.is_empty() {
        return Err(format!("the waiver names no control: {FORM}"));
    }
    let reason = item.get("Reason").and_then(Node::as_str).unwrap_or_default().trim();
    if reason.is_empty() {
        return Err(format!("the waiver has no reason and waives nothing: {FORM}"));
    }
    let until = match item.get("Until") {
        None => None,
        Some(day) => {
            let date = super::day(day.as_str().unwrap_or_default());
            Some(date.ok_or_else(|| format!("`Until` is no day, so it waives nothing: {FORM}"))?)
        }
    };
    let waived = Waived { reason: reason.to_owned(), until, source: WaiverSource::Metadata, place };
    Ok(Waiver { controls, scope: Scope::Part(part), waived })
}

/// A string, or the strings of a list.
pub(super) fn strings(node: &Node) -> Vec<&str> {
    match &node.data {
        Data::Sequence(items) => items.iter().filter_map(Node::as_str).collect(),
        _ => node.as_str().into_iter().collect(),
    }
}
