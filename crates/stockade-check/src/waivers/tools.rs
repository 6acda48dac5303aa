//! Suppressions meant for other tools, where their rule judges the same as one of our controls (the control's page lists
//! it as equivalent, without `~`).
//!
//! Sources of the forms: Checkov, "Suppressing and skipping policies"; cfn-lint, "Metadata" (README); cdk-nag,
//! "Suppressing a rule" (README).

use super::covered::{resource, top_block};
use super::metadata::{each, strings};
use super::{Scope, Waiver, Written};
use stockade_controls::CONTROLS;
use stockade_model::{Place, Waived, WaiverSource};
use stockade_syntax::{Document, Format, Node, Source, Span};

pub(super) fn collect(source: &Source, document: &Document, written: &mut Vec<Written>) {
    let text = &source.text;
    if text.contains("checkov") {
        checkov_comments(source, document, written);
    }
    let marks = ["checkov", "cfn-lint", "cdk_nag"];
    if !marks.iter().any(|mark| text.contains(mark)) {
        return;
    }
    each(&document.root, &mut |part, metadata| {
        for item in items(metadata, &["checkov", "skip"]) {
            let comment = item.get("comment").and_then(Node::as_str);
            add(("checkov", item.get("id")), comment, source, part, item.span, written);
        }
        for item in items(metadata, &["cdk_nag", "rules_to_suppress"]) {
            // A suppression of some findings of a rule says nothing of the others.
            if item.get("applies_to").is_none() && item.get("appliesTo").is_none() {
                let reason = item.get("reason").and_then(Node::as_str);
                add(("cdk-nag", item.get("id")), reason, source, part, item.span, written);
            }
        }
        let ignored =
            ["cfn-lint", "config", "ignore_checks"].iter().try_fold(metadata, |node, key| node.get(key));
        for rule in ignored.map(strings).unwrap_or_default() {
            let span = ignored.map_or(part, |node| node.span);
            push("cfn-lint", rule, None, source, part, span, written);
        }
    });
}

/// `# checkov:skip=CKV_AWS_45:reason` anywhere in a resource.
fn checkov_comments(source: &Source, document: &Document, written: &mut Vec<Written>) {
    for comment in &document.comments {
        let Some((_, skip)) = comment.text.split_once("checkov:skip=") else { continue };
        let part = match document.format {
            Format::Hcl => top_block(source, comment.span.start),
            Format::Yaml | Format::Json => resource(&document.root, source, comment.span.start),
        };
        let Some(part) = part else { continue };
        let (rules, reason) = skip.split_once(':').unwrap_or((skip, ""));
        for rule in rules.split(',') {
            push("checkov", rule.trim(), Some(reason), source, part, comment.span, written);
        }
    }
}

/// The items of a list inside the metadata.
fn items<'a>(metadata: &'a Node, path: &[&str]) -> impl Iterator<Item = &'a Node> {
    let list = path.iter().try_fold(metadata, |node, key| node.get(key));
    list.into_iter().flat_map(|list| match &list.data {
        stockade_syntax::Data::Sequence(items) => items.as_slice(),
        _ => &[],
    })
}

fn add(
    (tool, rule): (&'static str, Option<&Node>),
    reason: Option<&str>,
    source: &Source,
    part: Span,
    at: Span,
    written: &mut Vec<Written>,
) {
    if let Some(rule) = rule.and_then(Node::as_str) {
        push(tool, rule, reason, source, part, at, written);
    }
}

fn push(
    tool: &'static str,
    rule: &str,
    reason: Option<&str>,
    source: &Source,
    part: Span,
    at: Span,
    written: &mut Vec<Written>,
) {
    let same = |control: &&stockade_controls::Control| {
        let equivalent = &control.page().equivalent;
        equivalent.iter().any(|(name, id)| name == tool && id == rule)
    };
    let controls: Vec<&'static str> = CONTROLS.iter().filter(same).map(|control| control.row().id).collect();
    if controls.is_empty() {
        return;
    }
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty()).unwrap_or("no reason given");
    written.push(Written::Waiver(Waiver {
        controls,
        scope: Scope::Part(Place { file: source.id, span: part }),
        waived: Waived {
            reason: reason.to_owned(),
            until: None,
            source: WaiverSource::Tool { name: tool, rule: rule.to_owned() },
            place: Place { file: source.id, span: at },
        },
    }));
}
