//! `stockade explain`.

use crate::arguments::ExplainArguments;
use crate::write;
use anyhow::{Result, bail};
use stockade_controls::{catalogue, find};

pub(crate) fn run(arguments: &ExplainArguments) -> Result<u8> {
    let name = arguments.control.as_str();
    if let Some(control) = find(name) {
        let page = control.page();
        let row = page.row;
        let mut text = format!("# {} {}: {}\n\n", row.id, row.slug, page.title);
        text.push_str(&format!(
            "severity {} · profile {} · {} · since {}\n",
            row.severity.name(),
            row.profile.name(),
            row.subject,
            page.since
        ));
        if !page.equivalent.is_empty() {
            let rules: Vec<String> =
                page.equivalent.iter().map(|(tool, rule)| format!("{tool} {rule}")).collect();
            text.push_str(&format!("the same in other tools: {}\n", rules.join(", ")));
        }
        text.push_str(page.body);
        write::out(&text)?;
        return Ok(0);
    }
    let known = |row: &&stockade_controls::Row| {
        row.id.eq_ignore_ascii_case(name) || row.slug.eq_ignore_ascii_case(name)
    };
    if let Some(row) = catalogue().iter().find(known) {
        write::out(&format!(
            "# {} {}\n\n{}\n\nThis version does not judge it yet.\n\nCloudFormation and SAM: {}\n",
            row.id, row.slug, row.control, row.cloudformation_or_sam
        ))?;
        return Ok(0);
    }
    let family = name.split('-').next().unwrap_or(name);
    let near: Vec<&str> = catalogue()
        .iter()
        .filter(|row| {
            row.family.eq_ignore_ascii_case(family) || row.slug.contains(&name.to_ascii_lowercase())
        })
        .map(|row| row.id)
        .take(8)
        .collect();
    if near.is_empty() {
        bail!("no control `{name}`; `stockade controls` lists them");
    }
    bail!("no control `{name}`; did you mean one of {}?", near.join(", "))
}
