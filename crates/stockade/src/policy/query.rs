//! Reading the parts of a query.

use serde_json::{Map, Value as Json, json};
use smol_str::SmolStr;
use std::sync::Arc;
use stockade_iam::{
    AwsPrincipal, Budget, CompiledPolicy, Context, PolicyDocument, PolicyType, Request, RequestPrincipal,
    Witness,
};

/// The text of a field.
pub(super) fn text<'q>(query: &'q Json, field: &str) -> Result<&'q str, String> {
    optional_text(query, field)?.ok_or_else(|| format!("`{field}` is missing"))
}

/// The text of a field that may be null or missing.
pub(super) fn optional_text<'q>(query: &'q Json, field: &str) -> Result<Option<&'q str>, String> {
    match query.get(field) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("`{field}` is not a text")),
    }
}

/// The truth value of a field; false if it is null or missing.
pub(super) fn flag(query: &Json, field: &str) -> Result<bool, String> {
    match query.get(field) {
        None | Some(Json::Null) => Ok(false),
        Some(Json::Bool(value)) => Ok(*value),
        Some(_) => Err(format!("`{field}` is neither true nor false")),
    }
}

/// The most that a question may take, by the query's `budget`, in steps.
pub(super) fn budget(query: &Json) -> Result<Budget, String> {
    match query.get("budget") {
        None | Some(Json::Null) => Ok(Budget::default()),
        Some(steps) => {
            steps.as_u64().map(Budget::new).ok_or_else(|| "`budget` is not a number of steps".into())
        }
    }
}

/// The texts of a field: a list, one text, or nothing.
pub(super) fn texts(query: &Json, field: &str) -> Result<Vec<SmolStr>, String> {
    match query.get(field) {
        None | Some(Json::Null) => Ok(Vec::new()),
        Some(Json::String(text)) => Ok(vec![text.into()]),
        Some(Json::Array(items)) => items
            .iter()
            .map(|item| {
                item.as_str().map(SmolStr::new).ok_or_else(|| format!("`{field}` is not a list of texts"))
            })
            .collect(),
        Some(_) => Err(format!("`{field}` is not a list of texts")),
    }
}

/// The type of policy that a field names.
pub(super) fn policy_type(query: &Json) -> Result<PolicyType, String> {
    match optional_text(query, "type")? {
        None => Ok(PolicyType::Identity),
        Some(word) => word.to_ascii_lowercase().parse(),
    }
}

/// The policy document of a field.
pub(super) fn document(query: &Json, field: &str) -> Result<PolicyDocument, String> {
    match query.get(field) {
        None | Some(Json::Null) => Err(format!("`{field}` is missing")),
        Some(json) => Ok(PolicyDocument::from_json(json)),
    }
}

/// The policy of a field, ready for questions.
pub(super) fn policy(query: &Json, field: &str) -> Result<CompiledPolicy, String> {
    CompiledPolicy::new(&document(query, field)?).map_err(|message| format!("`{field}`: {message}"))
}

/// The policies of a list.
pub(super) fn policies(value: Option<&Json>, field: &str) -> Result<Vec<Arc<CompiledPolicy>>, String> {
    let compile = |json: &Json| {
        CompiledPolicy::new(&PolicyDocument::from_json(json))
            .map(Arc::new)
            .map_err(|message| format!("`{field}`: {message}"))
    };
    match value {
        None | Some(Json::Null) => Ok(Vec::new()),
        Some(Json::Array(items)) => items.iter().map(compile).collect(),
        Some(one) => Ok(vec![compile(one)?]),
    }
}

/// The policies of a list of levels.
pub(super) fn levels(value: Option<&Json>, field: &str) -> Result<Vec<Vec<Arc<CompiledPolicy>>>, String> {
    match value {
        None | Some(Json::Null) => Ok(Vec::new()),
        Some(Json::Array(items)) => items.iter().map(|level| policies(Some(level), field)).collect(),
        Some(_) => Err(format!("`{field}` is not a list of levels, each a list of policies")),
    }
}

/// `{key: value | [values]}`.
pub(super) fn context(value: Option<&Json>) -> Result<Context, String> {
    let mut context = Context::default();
    let entries = match value {
        None | Some(Json::Null) => return Ok(context),
        Some(Json::Object(entries)) => entries,
        Some(_) => return Err("`context` is not an object".into()),
    };
    for (key, value) in entries {
        let one = |value: &Json| match value {
            Json::String(text) => Ok(SmolStr::new(text)),
            Json::Number(number) => Ok(SmolStr::new(number.to_string())),
            Json::Bool(value) => Ok(SmolStr::new_static(if *value { "true" } else { "false" })),
            _ => Err(format!("`context.{key}` is neither a value nor a list of values")),
        };
        let values = match value {
            Json::Null => continue,
            Json::Array(items) => items.iter().map(one).collect::<Result<Vec<_>, _>>()?,
            other => vec![one(other)?],
        };
        context.set(key, values);
    }
    Ok(context)
}

/// A principal: a text, or an object of one kind as policies write it.
pub(super) fn principal(value: Option<&Json>) -> Result<RequestPrincipal, String> {
    match value {
        Some(Json::String(text)) => Ok(RequestPrincipal::parse(text)),
        Some(Json::Object(entries)) => match entries.iter().next() {
            Some((kind, Json::String(id))) => match kind.as_str() {
                "AWS" if id == "*" => Ok(RequestPrincipal::Anonymous),
                "AWS" => AwsPrincipal::parse(id)
                    .map(RequestPrincipal::Aws)
                    .ok_or_else(|| format!("`{id}` is no principal of an account")),
                "Service" => Ok(RequestPrincipal::Service(id.into())),
                "Federated" => Ok(RequestPrincipal::Federated(id.into())),
                "CanonicalUser" => Ok(RequestPrincipal::CanonicalUser(id.into())),
                _ => Err(format!("`{kind}` is no kind of principal")),
            },
            _ => Err("`principal` has no identifier".into()),
        },
        _ => Err("`principal` is missing".into()),
    }
}

/// The request of a query.
pub(super) fn request(value: &Json) -> Result<Request, String> {
    Ok(Request {
        principal: principal(value.get("principal"))?,
        action: text(value, "action")?.into(),
        resource: optional_text(value, "resource")?.unwrap_or("*").into(),
        context: context(value.get("context"))?,
    })
}

/// A request as answers write it.
pub(super) fn request_json(request: &Request) -> Json {
    let mut context = Map::new();
    for (key, values) in request.context.iter() {
        let value = match values.as_slice() {
            // A key that is known to be absent.
            [] => continue,
            [one] => json!(one.as_str()),
            all => json!(all.iter().map(SmolStr::as_str).collect::<Vec<_>>()),
        };
        context.insert(key.to_string(), value);
    }
    let principal = match &request.principal {
        RequestPrincipal::Federated(id) => json!({"Federated": id.as_str()}),
        // Ids that do not look like what they are say it.
        RequestPrincipal::CanonicalUser(id) if RequestPrincipal::parse(id) != request.principal => {
            json!({"CanonicalUser": id.as_str()})
        }
        RequestPrincipal::Service(id) if RequestPrincipal::parse(id) != request.principal => {
            json!({"Service": id.as_str()})
        }
        other => json!(other.id()),
    };
    json!({
        "principal": principal,
        "action": request.action.as_str(),
        "resource": request.resource.as_str(),
        "context": context,
    })
}

/// A proof's request with the statements that allow it.
pub(super) fn witness_json(witness: &Witness) -> (Json, Json) {
    (request_json(&witness.request), json!(witness.statements))
}
