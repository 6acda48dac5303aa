//! `stockade controls`.

use crate::arguments::{AnswerFormat, ControlsArguments};
use crate::write;
use anyhow::Result;
use serde_json::json;
use std::fmt::Write as _;
use stockade_controls::{catalogue, find};

pub(crate) fn run(arguments: &ControlsArguments) -> Result<u8> {
    let text = match arguments.format {
        AnswerFormat::Text => text(),
        AnswerFormat::Json => as_json()?,
    };
    write::out(&text)?;
    Ok(0)
}

fn text() -> String {
    let mut out = String::new();
    let judged = catalogue().iter().filter(|row| find(row.id).is_some()).count();
    for row in catalogue() {
        let mark = if find(row.id).is_some() { "judged" } else { "" };
        let _ = writeln!(
            out,
            "{:<7} {:<9} {:<9} {:<7} {:<44} {}",
            row.id,
            row.severity.name(),
            row.profile.name(),
            mark,
            row.slug,
            row.control
        );
    }
    let _ = writeln!(out, "\n{} controls, {judged} judged by this version", catalogue().len());
    out
}

fn as_json() -> Result<String> {
    let rows: Vec<_> = catalogue()
        .iter()
        .map(|row| {
            json!({
                "id": row.id,
                "family": row.family,
                "basis": row.basis,
                "profile": row.profile.name(),
                "scope": row.scope,
                "subject": row.subject,
                "severity": row.severity.name(),
                "slug": row.slug,
                "control": row.control,
                "cloudformation_or_sam": row.cloudformation_or_sam,
                "terraform": row.terraform,
                "live_api": row.live_api,
                "judged": find(row.id).is_some(),
            })
        })
        .collect();
    Ok(format!("{}\n", serde_json::to_string_pretty(&rows)?))
}
