//! Questions that the catalogue of actions answers: `lint`, `generate`, `event_action`.

use super::query::{budget, policy_type, request_json, text, texts};
use serde_json::{Map, Value as Json, json};
use stockade_iam::lint::Flaw;
use stockade_iam::{Catalogue, Need};

pub(super) fn lint(query: &Json, catalogue: &Catalogue) -> Result<Json, String> {
    let policy = query.get("policy").filter(|policy| !policy.is_null()).ok_or("`policy` is missing")?;
    let lint = stockade_iam::lint_json(policy, policy_type(query)?, catalogue);
    fn flaws<Class: Copy>(flaws: &[Flaw<Class>], name: fn(Class) -> &'static str) -> Vec<Json> {
        let flaw = |flaw: &Flaw<Class>| json!({"class": name(flaw.class), "message": flaw.message, "line": flaw.line});
        flaws.iter().map(flaw).collect()
    }
    Ok(json!({
        "answer": if lint.is_valid() { "valid" } else { "invalid" },
        "errors": flaws(&lint.errors, stockade_iam::lint::ErrorClass::name),
        "warnings": flaws(&lint.warnings, stockade_iam::lint::WarningClass::name),
    }))
}

pub(super) fn generate(query: &Json, catalogue: &Catalogue) -> Result<Json, String> {
    let asked = query.get("needs").and_then(Json::as_array).ok_or("`needs` is not a list of needs")?;
    let needs: Vec<Need> = asked.iter().map(need).collect::<Result<_, _>>()?;
    let policy = stockade_iam::generate(&needs, catalogue);
    let excess = match query.get("granted") {
        None | Some(Json::Null) => Vec::new(),
        Some(granted) => {
            let found = stockade_iam::excess(granted, &policy, catalogue, budget(query)?);
            found.map_err(|message| format!("`granted`: {message}"))?
        }
    };
    let excess: Vec<Json> = excess
        .iter()
        .map(|part| {
            let mut out = json!({
                "statement": part.statement,
                "action": part.action,
                "resource": part.resource,
                "needed_actions": part.needed_actions,
            });
            match &part.example {
                Ok(witness) => out["request"] = request_json(&witness.request),
                Err(reason) => out["unknown"] = json!(reason),
            }
            out
        })
        .collect();
    Ok(json!({"answer": "policy", "policy": policy, "excess": excess}))
}

fn need(asked: &Json) -> Result<Need, String> {
    let own = |field: &str| -> Result<Vec<String>, String> {
        Ok(texts(asked, field)?.into_iter().map(String::from).collect())
    };
    let actions = own("actions")?;
    if actions.is_empty() {
        return Err("a need has no `actions`".into());
    }
    let conditions = match asked.get("conditions") {
        None | Some(Json::Null) => Map::new(),
        Some(Json::Object(conditions)) => conditions.clone(),
        Some(_) => return Err("`conditions` is not an object of operators".into()),
    };
    Ok(Need { actions, resources: own("resources")?, conditions })
}

pub(super) fn event_action(query: &Json, catalogue: &Catalogue) -> Result<Json, String> {
    let found =
        stockade_iam::event_action(catalogue, text(query, "event_source")?, text(query, "event_name")?);
    Ok(json!({"answer": found.actions.first(), "actions": found.actions, "in_catalogue": found.known}))
}
