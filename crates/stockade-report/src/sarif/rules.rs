//! The controls as SARIF rules.

use super::model::{Configuration, Help, Level, Rule, RuleProperties};
use stockade_controls::{CONTROLS, Page, Wording};
use stockade_model::Severity;

/// GitHub shows so many characters of a description.
const DESCRIPTION: usize = 1024;

/// Every control of this version, whatever was judged: rules change with the tool, results with the code.
pub(super) fn rules() -> Vec<Rule<'static>> {
    CONTROLS.iter().map(|control| rule(control.page())).collect()
}

fn rule(page: &'static Page) -> Rule<'static> {
    let row = page.row;
    let mut tags = vec!["security", "serverless", row.family, row.profile.name()];
    tags.extend((row.basis == "explicit").then_some("baseline-explicit"));
    Rule {
        id: row.id,
        name: row.slug,
        short_description: sentence(&page.title).into(),
        full_description: cut(&format!(
            "{} {}",
            sentence(row.control),
            sentence(&page.remediation(&Wording::default()))
        )
        .replace('`', ""))
        .into(),
        default_configuration: Configuration { level: level(row.severity) },
        help: Help { text: plain(page), markdown: markdown(page) },
        properties: RuleProperties { security_severity: security_severity(row.severity), tags },
    }
}

pub(super) fn level(severity: Severity) -> Level {
    match severity {
        Severity::Critical | Severity::High => Level::Error,
        Severity::Medium => Level::Warning,
        Severity::Low => Level::Note,
    }
}

/// The middle of the range that GitHub shows as that word: over 9.0 critical, from 7.0 high, from 4.0 medium, from 0.1
/// low.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
    }
}

/// With a capital and a full stop, as descriptions are shown.
fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", characters.as_str())
}

/// At most as many characters as are shown.
fn cut(text: &str) -> String {
    if text.chars().count() <= DESCRIPTION {
        return text.to_owned();
    }
    let kept: String = text.chars().take(DESCRIPTION - 1).collect();
    format!("{kept}…")
}

fn head(page: &Page) -> String {
    let row = page.row;
    let remediation = sentence(&page.remediation(&Wording::default()));
    format!("{remediation}\n\nSeverity {}, profile {}.\n", row.severity.name(), row.profile.name())
}

fn markdown(page: &Page) -> String {
    let mut text = head(page);
    if !page.equivalent.is_empty() {
        let rules: Vec<String> =
            page.equivalent.iter().map(|(tool, rule)| format!("{tool} `{rule}`")).collect();
        text.push_str(&format!("\nThe same in other tools: {}.\n", rules.join(", ")));
    }
    text.push_str(prose(page));
    let id = page.row.id;
    text.push_str(&format!("\n\n`stockade explain {id}` has this with examples.\n"));
    text
}

/// The page without its examples: they hold text in the shape of secrets, which scanners would find in every report.
fn prose(page: &Page) -> &'static str {
    page.body.split("\n## Examples").next().unwrap_or_default().trim_end()
}

/// The same without Markdown's marks.
fn plain(page: &Page) -> String {
    let mut text = head(page).replace('`', "");
    let mut in_code = false;
    for line in prose(page).lines() {
        if line.starts_with("```") {
            in_code = !in_code;
        } else if in_code {
            text.push_str(line);
            text.push('\n');
        } else {
            let line = line.strip_prefix('#').map_or(line, |title| title.trim_start_matches(['#', ' ']));
            text.push_str(&line.replace("**", "").replace('`', ""));
            text.push('\n');
        }
    }
    text
}
