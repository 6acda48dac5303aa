//! Questions about given policies.

use super::query::{
    budget, document, levels, optional_text, policies, policy, policy_type, request, texts, witness_json,
};
use serde_json::{Value as Json, json};
use stockade_iam::{Catalogue, Decision, PolicySet, Proof};

pub(super) fn evaluate(query: &Json) -> Result<Json, String> {
    let asked = query.get("request").filter(|request| !request.is_null()).ok_or("`request` is missing")?;
    let request = request(asked)?;
    let given = match query.get("policies") {
        None | Some(Json::Null) => &json!({}),
        Some(given) if given.is_object() => given,
        Some(_) => return Err("`policies` is not an object of lists of policies by type".into()),
    };
    let one = |field: &str| match given.get(field) {
        None | Some(Json::Null) => Ok(None),
        Some(_) => policy(given, field).map(|policy| Some(std::sync::Arc::new(policy))),
    };
    let set = PolicySet {
        identity: policies(given.get("identity"), "identity")?,
        resource: one("resource")?,
        boundary: policies(given.get("boundary"), "boundary")?,
        scp: levels(given.get("scp"), "scp")?,
        rcp: levels(given.get("rcp"), "rcp")?,
        session: policies(given.get("session"), "session")?,
        endpoint: one("endpoint")?,
    };
    let account = optional_text(query, "resource_account")?;
    Ok(decision_json(&stockade_iam::evaluate(&request, &set, account)))
}

fn decision_json(decision: &Decision) -> Json {
    let statements: Vec<Json> = decision
        .statements
        .iter()
        .map(|statement| {
            let mut out = json!({
                "type": statement.policy_type.name(),
                "policy": statement.policy,
                "statement": statement.statement,
            });
            if let Some(level) = statement.level {
                out["level"] = json!(level);
            }
            if let Some(sid) = &statement.sid {
                out["sid"] = json!(sid.as_str());
            }
            out
        })
        .collect();
    let blocked_by: Vec<&str> = decision.blocked_by.iter().map(|policy_type| policy_type.name()).collect();
    let mut out = json!({
        "answer": decision.answer.name(),
        "statements": statements,
        "blocked_by": blocked_by,
    });
    if let Some(symbol) = &decision.reason {
        out["reason"] = json!(format!("it depends on {}", symbol.settled_by()));
    }
    out
}

/// An answer from a proof: the word for none and for some.
fn proof_json(proof: &Proof, none: &str, some: &str) -> Json {
    match proof {
        Proof::None => json!({"answer": none}),
        Proof::Some(witness) => {
            let (request, statements) = witness_json(witness);
            json!({"answer": some, "request": request, "statements": statements})
        }
        Proof::Unknown(reason) => json!({"answer": "unknown", "reason": reason}),
    }
}

pub(super) fn compare(query: &Json, catalogue: &Catalogue) -> Result<Json, String> {
    let (existing, new) = (policy(query, "existing")?, policy(query, "new")?);
    let typed = match query.get("typed") {
        None | Some(Json::Null) => false,
        Some(Json::Bool(typed)) => *typed,
        Some(_) => return Err("`typed` is neither true nor false".into()),
    };
    let (policy_type, budget) = (policy_type(query)?, budget(query)?);
    let proof = if typed {
        stockade_iam::compare_typed(&existing, &new, policy_type, catalogue, budget)
    } else {
        stockade_iam::compare(&existing, &new, policy_type, budget)
    };
    Ok(proof_json(&proof, "holds", "violated"))
}

pub(super) fn grants(query: &Json) -> Result<Json, String> {
    let policy = policy(query, "policy")?;
    let (actions, resources) = (texts(query, "actions")?, texts(query, "resources")?);
    let proof = stockade_iam::grants(&policy, &actions, &resources, policy_type(query)?, budget(query)?);
    Ok(proof_json(&proof, "no", "yes"))
}

pub(super) fn public(query: &Json) -> Result<Json, String> {
    let policy = policy(query, "policy")?;
    let proof = stockade_iam::public(
        &policy,
        optional_text(query, "resource")?,
        optional_text(query, "owner")?,
        optional_text(query, "organization")?,
        budget(query)?,
    );
    Ok(proof_json(&proof, "not_public", "public"))
}

pub(super) fn findings(query: &Json) -> Result<Json, String> {
    let document = document(query, "policy")?;
    if let Some(problem) = document.problem() {
        return Err(format!("`policy`: {}", problem.message));
    }
    let (resource, owner) = (optional_text(query, "resource")?, optional_text(query, "owner")?);
    Ok(match stockade_iam::findings(&document, resource, owner, budget(query)?) {
        Ok(found) => {
            let findings: Vec<Json> = found
                .iter()
                .map(|finding| {
                    let condition: serde_json::Map<String, Json> = finding
                        .condition
                        .iter()
                        .map(|(key, value)| (key.to_string(), json!(value.as_str())))
                        .collect();
                    let (kind, id) = &finding.principal;
                    json!({
                        "principal": {kind.as_str(): id.as_str()},
                        "actions": finding.actions.iter().map(|action| action.as_str()).collect::<Vec<_>>(),
                        "condition": condition,
                    })
                })
                .collect();
            json!({"answer": "findings", "findings": findings})
        }
        Err(reason) => json!({"answer": "unknown", "reason": reason}),
    })
}
