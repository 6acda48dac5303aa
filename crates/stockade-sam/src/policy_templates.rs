//! Policy templates: `SQSPollerPolicy: {QueueName: …}` stands for the statements that AWS documents for it
//! (AWS SAM developer guide, "SAM policy templates"). The statements are in `data/sam-policy-templates.json`.

use crate::SamError;
use crate::resource::SamResource;
use serde_json::Value as Json;
use std::sync::LazyLock;
use stockade_cfn::Expr;
use stockade_model::Origin;

static TEMPLATES: LazyLock<Json> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../data/sam-policy-templates.json")).unwrap_or_default()
});

/// Whether an entry of `Policies` names a policy template.
pub(crate) fn is_template(policy: &Expr) -> bool {
    matches!(policy.entries(), [entry] if TEMPLATES.get(entry.key.as_str()).is_some())
}

/// The policy document that an entry of `Policies` stands for.
pub(crate) fn document(policy: &Expr, resource: &SamResource) -> Result<Expr, SamError> {
    let [entry] = policy.entries() else { return Ok(policy.clone()) };
    let (name, values) = (&entry.key, &entry.value);
    let Some(template) = TEMPLATES.get(name.as_str()) else { return Ok(policy.clone()) };
    if !values.is_object() {
        let message = format!("the policy template `{name}` takes an object of parameters");
        return Err(resource.error(message, values.origin.place));
    }
    let needed = template["parameters"].as_array().into_iter().flatten().filter_map(Json::as_str);
    let missing: Vec<&str> = needed.filter(|parameter| values.get(parameter).is_none()).collect();
    if !missing.is_empty() {
        let message = format!("the policy template `{name}` needs the parameters `{}`", missing.join("`, `"));
        return Err(resource.error(message, entry.key_place));
    }
    let origin = Origin { place: entry.key_place, via: policy.origin.via.clone() };
    Ok(Expr::object(&origin).with("Statement", filled(&template["statement"], values, &origin)))
}

/// A template's JSON with each `{"Ref": parameter}` replaced by the user's value.
fn filled(json: &Json, values: &Expr, origin: &Origin) -> Expr {
    match json {
        Json::Object(entries) => {
            let parameter = entries.get("Ref").and_then(Json::as_str).and_then(|name| values.get(name));
            if let Some(value) = parameter {
                return value.clone();
            }
            entries.iter().fold(Expr::object(origin), |object, (key, value)| {
                object.with(key.as_str(), filled(value, values, origin))
            })
        }
        Json::Array(items) => {
            Expr::list(items.iter().map(|item| filled(item, values, origin)).collect(), origin)
        }
        scalar => Expr::from_json(scalar, origin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_lists_the_parameters_that_its_statement_uses() {
        fn references(json: &Json, found: &mut Vec<String>) {
            match json {
                Json::Object(entries) => {
                    found.extend(entries.get("Ref").and_then(Json::as_str).map(str::to_owned));
                    entries.values().for_each(|value| references(value, found));
                }
                Json::Array(items) => items.iter().for_each(|item| references(item, found)),
                _ => {}
            }
        }
        let templates = TEMPLATES.as_object().expect("an object of templates");
        assert_eq!(templates.len(), 81);
        for (name, template) in templates {
            let mut found = Vec::new();
            references(&template["statement"], &mut found);
            let listed = template["parameters"].as_array().expect("parameters");
            assert!(found.iter().all(|used| listed.iter().any(|parameter| parameter == used)), "{name}");
        }
    }
}
