//! `GatewayResponses` (AWS SAM developer guide, "GatewayResponseProperty" of `AWS::Serverless::Api`).

use super::{Api, body};
use crate::SamError;
use crate::open_api::{Key, made, put, put_written, python};
use crate::presence::{is_set, set};
use stockade_cfn::{Entry, Expr};

const KEYS: [&str; 3] = ["ResponseParameters", "ResponseTemplates", "StatusCode"];
/// Groups of response parameters, and what stands before the names in them.
const PARAMETERS: [(&str, &str); 3] =
    [("Headers", "header"), ("Paths", "path"), ("QueryStrings", "querystring")];

/// Works `GatewayResponses` into the body.
pub(super) fn add(api: &Api, body: &mut Expr) -> Result<(), SamError> {
    let Some(setting) = api.filled("GatewayResponses") else { return Ok(()) };
    for entry in setting.entries() {
        if entry.value.intrinsic().is_some() || !entry.value.is_object() {
            return Err(api
                .error("each of `GatewayResponses` must be an object, no intrinsic function", &entry.value));
        }
        if let Some(wrong) = entry.value.entries().iter().find(|inner| !KEYS.contains(&inner.key.as_str())) {
            let message = format!("gateway response `{}` has no property `{}`", entry.key, wrong.key);
            return Err(api.resource.error(message, wrong.key_place));
        }
    }
    body::require_valid(api, body, "GatewayResponses", setting)?;
    let mut swagger = body::open(api, body)?;
    let mut responses = Expr::object(&setting.origin);
    for entry in python::entries(setting) {
        responses.set_entry(Entry { value: response(api, entry)?, ..entry.clone() });
    }
    for entry in python::entries(&responses) {
        let key = Key { text: entry.key.clone(), place: entry.key_place };
        put_written(&mut swagger.responses, &key, entry.value.clone());
    }
    *body = swagger.finish();
    Ok(())
}

fn response(api: &Api, entry: &Entry) -> Result<Expr, SamError> {
    let written = &entry.value;
    let made = made(&written.origin, api.resource);
    let mut parameters = Expr::object(&made);
    if let Some(groups) = set(written, "ResponseParameters") {
        if !groups.is_object() {
            return Err(api.error("`ResponseParameters` must be an object", groups));
        }
        if let Some(wrong) =
            groups.entries().iter().find(|group| !PARAMETERS.iter().any(|(name, _)| *name == group.key))
        {
            return Err(api
                .resource
                .error(format!("response parameters cannot be `{}`", wrong.key), wrong.key_place));
        }
        for (name, prefix) in PARAMETERS {
            let Some(group) = groups.get(name) else { continue };
            if !group.is_object() {
                return Err(api.error(format!("`{name}` of `ResponseParameters` must be an object"), group));
            }
            for parameter in python::entries(group) {
                let text = smol_str::format_smolstr!("gatewayresponse.{prefix}.{}", parameter.key);
                let key = Key { text, place: parameter.key_place };
                put_written(&mut parameters, &key, parameter.value.clone());
            }
        }
    }
    let templates = set(written, "ResponseTemplates").cloned().unwrap_or_else(|| Expr::object(&made));
    let mut out =
        Expr::object(&made).with("responseParameters", parameters).with("responseTemplates", templates);
    if let Some(code) = written.get("StatusCode").filter(|code| !code.is_null()) {
        let text = code.as_scalar();
        let numeric = text.as_ref().is_some_and(|text| {
            (1..=3).contains(&text.len()) && text.chars().all(|digit| digit.is_ascii_digit())
        });
        if is_set(code) && !numeric {
            return Err(api.error("`StatusCode` must be a number", code));
        }
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            put(
                &mut out,
                "statusCode",
                Expr::string(text, &crate::open_api::made(&code.origin, api.resource)),
            );
        }
    }
    Ok(out)
}
