//! Answers for people.

use serde_json::Value as Json;
use std::fmt::Write as _;

/// An answer as text.
pub(super) fn of(answer: &Json) -> String {
    let mut out = String::new();
    if let Some(actions) = answer["actions"].as_array() {
        let note = if answer["in_catalogue"] == true { "" } else { "  (not in the catalogue of actions)" };
        let _ = writeln!(out, "{}{note}", list(actions));
        return out;
    }
    let word = answer["answer"].as_str().unwrap_or_default().replace('_', " ");
    if !matches!(word.as_str(), "findings" | "paths" | "radius" | "policy") {
        let _ = writeln!(out, "{word}");
    }
    if word == "policy" {
        let policy = serde_json::to_string_pretty(&answer["policy"]).unwrap_or_default();
        let _ = writeln!(out, "{policy}");
        for excess in answer["excess"].as_array().into_iter().flatten() {
            let statement = plain(&excess["statement"]);
            let _ = writeln!(
                out,
                "beyond what is needed: statement {statement} grants {} on {}",
                plain(&excess["action"]),
                plain(&excess["resource"])
            );
        }
    }
    if let Some(reason) = answer["reason"].as_str() {
        let _ = writeln!(out, "  {reason}");
    }
    if let Some(types) = answer["blocked_by"].as_array().filter(|types| !types.is_empty()) {
        let _ = writeln!(out, "  blocked by: {}", list(types));
    }
    if let Json::Object(request) = &answer["request"] {
        let _ = writeln!(out, "  request:");
        for field in ["principal", "action", "resource"] {
            let _ = writeln!(out, "    {field}: {}", plain(&request[field]));
        }
        for (key, value) in request["context"].as_object().into_iter().flatten() {
            let _ = writeln!(out, "    {key}: {}", plain(value));
        }
    }
    for statement in answer["statements"].as_array().into_iter().flatten() {
        let _ = match statement.as_object() {
            Some(fields) => {
                let sid = fields.get("sid").map(|sid| format!(" ({})", plain(sid))).unwrap_or_default();
                let index = plain(&fields["statement"]);
                writeln!(
                    out,
                    "  statement {index}{sid} of {} policy {}",
                    plain(&fields["type"]),
                    plain(&fields["policy"])
                )
            }
            None => writeln!(out, "  statement {}", plain(statement)),
        };
    }
    for error in answer["errors"].as_array().into_iter().flatten() {
        let line = error["line"].as_u64().map(|line| format!("line {line}: ")).unwrap_or_default();
        let _ = writeln!(out, "  {line}{} ({})", plain(&error["message"]), plain(&error["class"]));
    }
    if let Some(findings) = answer["findings"].as_array() {
        for finding in findings {
            let principal = finding["principal"].as_object().into_iter().flatten();
            let who: Vec<String> = principal.map(|(kind, id)| format!("{kind} {}", plain(id))).collect();
            let actions = finding["actions"].as_array().map(|all| list(all)).unwrap_or_default();
            let _ = writeln!(out, "{} may {actions}", who.join(", "));
            for (key, value) in finding["condition"].as_object().into_iter().flatten() {
                let _ = writeln!(out, "  with {key} {}", plain(value));
            }
        }
        let _ = writeln!(out, "{} findings of access from outside", findings.len());
    }
    paths(answer, &mut out);
    radius(answer, &mut out);
    for missing in answer["missing"].as_array().into_iter().flatten() {
        let _ = writeln!(out, "not known: {}", plain(missing));
    }
    out
}

fn paths(answer: &Json, out: &mut String) {
    let Some(paths) = answer["paths"].as_array() else { return };
    paths.iter().for_each(|path| one_path(path, out));
    let _ = writeln!(out, "{} paths", paths.len());
    let conditional = answer["conditional"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !conditional.is_empty() {
        let _ = writeln!(out, "\nif what the last step assumes holds:");
        conditional.iter().for_each(|path| one_path(path, out));
    }
}

fn one_path(path: &Json, out: &mut String) {
    let admin = if path["admin"] == true { ", an administrator" } else { "" };
    let _ = writeln!(out, "{}{admin}", plain(&path["to"]));
    for step in path["steps"].as_array().into_iter().flatten() {
        let permissions = step["permissions"].as_array().map(|all| list(all)).unwrap_or_default();
        let assumes =
            step["assumes"].as_str().map(|what| format!(", if there is {what}")).unwrap_or_default();
        let _ =
            writeln!(out, "  {:<4} {} → {}", plain(&step["edge"]), plain(&step["from"]), plain(&step["to"]));
        let _ = writeln!(out, "       by {permissions}{assumes}");
        for statement in step["statements"].as_array().into_iter().flatten() {
            let named = match &statement["sid"] {
                Json::String(sid) => format!("{sid} (statement {})", plain(&statement["statement"])),
                _ => format!("statement {}", plain(&statement["statement"])),
            };
            let (permission, kind) = (plain(&statement["permission"]), plain(&statement["type"]));
            let _ = writeln!(
                out,
                "         {permission}: {named} of {kind} policy {}",
                plain(&statement["policy"])
            );
        }
    }
}

fn radius(answer: &Json, out: &mut String) {
    let Some(principals) = answer["principals"].as_array() else { return };
    let _ = writeln!(out, "principals: {}", list(principals));
    for (service, access) in answer["services"].as_object().into_iter().flatten() {
        let of = |key: &str| access[key].as_array().map(|all| list(all)).unwrap_or_default();
        let _ = writeln!(out, "{service}: {}\n  on {}", of("actions"), of("resources"));
    }
}

fn list(items: &[Json]) -> String {
    items.iter().map(plain).collect::<Vec<_>>().join(", ")
}

fn plain(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        Json::Array(items) => list(items),
        other => other.to_string(),
    }
}
