//! Questions about an estate.

use super::query::{budget, context, flag, optional_text, request_json, text};
use serde_json::{Map, Value as Json, json};
use smol_str::SmolStr;
use std::sync::Arc;
use stockade_iam::{Admin, Estate, GrantingStatement, Path, Proof};

/// The estate that the last query was about: queries about one estate come together.
#[derive(Default)]
pub(super) struct Cache {
    last: Option<(Json, Arc<Estate>)>,
}

impl Cache {
    fn estate(&mut self, query: &Json) -> Result<Arc<Estate>, String> {
        let json = query.get("estate").filter(|estate| !estate.is_null()).ok_or("`estate` is missing")?;
        if let Some((known, estate)) = &self.last
            && known == json
        {
            return Ok(estate.clone());
        }
        let estate = Arc::new(Estate::read(json).map_err(|error| format!("`estate`: {error}"))?);
        self.last = Some((json.clone(), estate.clone()));
        Ok(estate)
    }
}

pub(super) fn can(query: &Json, estates: &mut Cache) -> Result<Json, String> {
    let estate = estates.estate(query)?;
    let closed = flag(query, "closed_context")?;
    let proof = estate
        .can(
            text(query, "principal")?,
            text(query, "action")?,
            optional_text(query, "resource")?.unwrap_or("*"),
            context(query.get("context"))?,
            closed,
            budget(query)?,
        )
        .map_err(|unanswered| unanswered.0)?;
    Ok(match proof {
        Proof::None => json!({"answer": "no"}),
        Proof::Some(witness) => json!({"answer": "yes", "request": request_json(&witness.request)}),
        Proof::Unknown(reason) => json!({"answer": "unknown", "reason": reason}),
    })
}

pub(super) fn effective_admin(query: &Json, estates: &mut Cache) -> Result<Json, String> {
    let estate = estates.estate(query)?;
    let principal = text(query, "principal")?;
    if !estate.has(principal) {
        return Err(format!("the principal `{principal}` is not in the estate"));
    }
    Ok(match estate.effective_admin(principal) {
        Ok(Admin::Yes) => json!({"answer": "yes"}),
        Ok(Admin::No) => json!({"answer": "no"}),
        Err(unanswered) => json!({"answer": "unknown", "reason": unanswered.0}),
    })
}

pub(super) fn escalate(query: &Json, estates: &mut Cache) -> Result<Json, String> {
    let estate = estates.estate(query)?;
    let found = estate.escalate(text(query, "from")?).map_err(|unanswered| unanswered.0)?;
    let all = |paths: &[Path]| paths.iter().map(path_json).collect::<Vec<_>>();
    let mut out =
        json!({"answer": "paths", "paths": all(&found.paths), "conditional": all(&found.conditional)});
    if !estate.missing().is_empty() {
        out["missing"] = json!(estate.missing());
    }
    Ok(out)
}

fn path_json(path: &Path) -> Json {
    let steps: Vec<Json> = path
        .steps
        .iter()
        .map(|step| {
            let mut out = json!({
                "edge": step.edge,
                "from": step.from.as_str(),
                "to": step.to.as_str(),
                "permissions": step.permissions.iter().map(SmolStr::as_str).collect::<Vec<_>>(),
                "resources": step.resources.iter().map(SmolStr::as_str).collect::<Vec<_>>(),
                "statements": step.statements.iter().map(statement_json).collect::<Vec<_>>(),
            });
            if let Some(assumes) = &step.assumes {
                out["assumes"] = json!(assumes);
            }
            out
        })
        .collect();
    json!({"to": path.to.as_str(), "admin": path.admin, "steps": steps})
}

fn statement_json(statement: &GrantingStatement) -> Json {
    let mut out = json!({
        "permission": statement.permission.as_str(),
        "type": statement.policy_type.name(),
        "policy": statement.policy.as_str(),
        "statement": statement.statement,
    });
    if let Some(sid) = &statement.sid {
        out["sid"] = json!(sid.as_str());
    }
    out
}

pub(super) fn blast_radius(query: &Json, estates: &mut Cache) -> Result<Json, String> {
    let estate = estates.estate(query)?;
    let radius = estate.blast_radius(text(query, "from")?).map_err(|unanswered| unanswered.0)?;
    let mut services = Map::new();
    for (service, access) in &radius.services {
        services.insert(
            service.to_string(),
            json!({
                "actions": access.actions.iter().map(SmolStr::as_str).collect::<Vec<_>>(),
                "resources": access.resources.iter().map(SmolStr::as_str).collect::<Vec<_>>(),
            }),
        );
    }
    let principals: Vec<&str> = radius.principals.iter().map(SmolStr::as_str).collect();
    Ok(json!({"answer": "radius", "services": services, "principals": principals}))
}
