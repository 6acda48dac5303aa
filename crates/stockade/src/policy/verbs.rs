//! The verbs of `stockade policy` besides `batch`: arguments → the same query → text or JSON.

use super::batch::Session;
use super::text;
use crate::arguments::{AnswerFormat, EvaluateArguments, PolicyVerb, RequestArguments};
use crate::write;
use anyhow::{Context as _, Result, anyhow};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Map, Value as Json, json};
use stockade_iam::Catalogue;

/// Answers one question. The exit code is 1 for an answer that a gate would stop at.
pub(super) fn run(verb: &PolicyVerb, catalogue: &Catalogue) -> Result<u8> {
    let (query, format) = query(verb)?;
    let answer = Session::new(catalogue).answer(&query).map_err(|error| anyhow!(error))?;
    match format {
        AnswerFormat::Text => write::out(&text::of(&answer))?,
        AnswerFormat::Json => write::out(&format!("{}\n", serde_json::to_string_pretty(&answer)?))?,
    }
    let word = answer["answer"].as_str().unwrap_or_default();
    let clean = match word {
        "allowed" | "holds" | "not_public" | "valid" | "radius" => true,
        "policy" => answer["excess"].as_array().is_none_or(Vec::is_empty),
        "findings" => answer["findings"].as_array().is_some_and(Vec::is_empty),
        "paths" => answer["paths"].as_array().is_some_and(Vec::is_empty),
        // An action that the catalogue has not is named after the event, which may be wrong.
        _ if matches!(verb, PolicyVerb::EventAction { .. }) => answer["in_catalogue"] == true,
        "yes" => matches!(verb, PolicyVerb::Can { .. }),
        "no" => !matches!(verb, PolicyVerb::Can { .. }),
        _ => false,
    };
    Ok(u8::from(!clean))
}

fn query(verb: &PolicyVerb) -> Result<(Json, AnswerFormat)> {
    Ok(match verb {
        PolicyVerb::Batch => (Json::Null, AnswerFormat::Json),
        PolicyVerb::Evaluate(arguments) => (evaluate(arguments)?, arguments.format),
        PolicyVerb::Compare { existing, new, typed, common } => (
            json!({
                "verb": "compare", "existing": file(existing)?, "new": file(new)?, "typed": typed,
                "type": common.policy_type,
            }),
            common.format,
        ),
        PolicyVerb::Grants { policy, action, resource, common } => (
            json!({
                "verb": "grants", "policy": file(policy)?, "actions": action, "resources": resource,
                "type": common.policy_type,
            }),
            common.format,
        ),
        PolicyVerb::Lint { policy, common } => {
            (json!({"verb": "lint", "policy": file(policy)?, "type": common.policy_type}), common.format)
        }
        PolicyVerb::Public(arguments) | PolicyVerb::Findings(arguments) => (
            json!({
                "verb": if matches!(verb, PolicyVerb::Public(_)) { "public" } else { "findings" },
                "policy": file(&arguments.policy)?, "resource": arguments.resource, "owner": arguments.owner,
                "organization": arguments.organization,
            }),
            arguments.format,
        ),
        PolicyVerb::Can { estate, request, closed_context } => {
            let mut query = request_json(request)?;
            query["verb"] = json!("can");
            query["estate"] = json_file(&estate.estate)?;
            query["closed_context"] = json!(closed_context);
            (query, estate.format)
        }
        PolicyVerb::Effective { estate, principal } => (
            json!({"verb": "effective_admin", "estate": json_file(&estate.estate)?, "principal": principal}),
            estate.format,
        ),
        PolicyVerb::Escalate { estate, from } => {
            (json!({"verb": "escalate", "estate": json_file(&estate.estate)?, "from": from}), estate.format)
        }
        PolicyVerb::Generate { needs, granted, format } => (
            json!({
                "verb": "generate", "needs": json_file(needs)?,
                "granted": granted.as_deref().map(json_file).transpose()?,
            }),
            *format,
        ),
        PolicyVerb::EventAction { source, name, format } => {
            (json!({"verb": "event_action", "event_source": source, "event_name": name}), *format)
        }
        PolicyVerb::BlastRadius { estate, from } => (
            json!({"verb": "blast_radius", "estate": json_file(&estate.estate)?, "from": from}),
            estate.format,
        ),
    })
}

fn evaluate(arguments: &EvaluateArguments) -> Result<Json> {
    let all = |paths: &[Utf8PathBuf]| paths.iter().map(|path| file(path)).collect::<Result<Vec<_>>>();
    let levels =
        |paths: &[Utf8PathBuf]| paths.iter().map(|path| Ok(json!([file(path)?]))).collect::<Result<Vec<_>>>();
    let one = |path: &Option<Utf8PathBuf>| path.as_deref().map(file).transpose();
    Ok(json!({
        "verb": "evaluate",
        "request": request_json(&arguments.request)?,
        "policies": {
            "identity": all(&arguments.identity)?,
            "resource": one(&arguments.resource_policy)?,
            "boundary": all(&arguments.boundary)?,
            "scp": levels(&arguments.scp)?,
            "rcp": levels(&arguments.rcp)?,
            "session": all(&arguments.session)?,
            "endpoint": one(&arguments.endpoint)?,
        },
        "resource_account": arguments.resource_account,
    }))
}

fn request_json(arguments: &RequestArguments) -> Result<Json> {
    let mut context: Map<String, Json> = Map::new();
    for entry in &arguments.context {
        let (key, value) =
            entry.split_once('=').with_context(|| format!("`{entry}` is not of the form KEY=VALUE"))?;
        if let Json::Array(values) = context.entry(key).or_insert_with(|| json!([])) {
            values.push(json!(value));
        }
    }
    Ok(json!({
        "principal": arguments.principal,
        "action": arguments.action,
        "resource": arguments.resource,
        "context": context,
    }))
}

/// A document as text: its errors have lines.
fn file(path: &Utf8Path) -> Result<Json> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{path}`"))?;
    Ok(Json::String(text))
}

fn json_file(path: &Utf8Path) -> Result<Json> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{path}`"))?;
    serde_json::from_str(&text).with_context(|| format!("`{path}` is no JSON"))
}
