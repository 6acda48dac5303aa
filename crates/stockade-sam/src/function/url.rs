//! `FunctionUrlConfig`: an HTTPS endpoint of the function or its alias, open to everyone with the type `NONE`
//! (AWS SAM developer guide, "FunctionUrlConfig").

use crate::SamError;
use crate::events::Target;
use crate::output::Output;
use crate::presence::{given, set};
use crate::resource::SamResource;
use crate::words::Words;
use smol_str::format_smolstr;
use stockade_cfn::{Data, Expr};

static URL_WORDS: Words = Words {
    rows: &[
        ("AuthType", "FunctionUrlConfig.AuthType"),
        ("Cors", "FunctionUrlConfig.Cors"),
        ("InvokeMode", "FunctionUrlConfig.InvokeMode"),
    ],
};

static PERMISSION_WORDS: Words = Words { rows: &[("FunctionUrlAuthType", "FunctionUrlConfig.AuthType")] };

/// What each key of `Cors` takes.
const CORS: [(&str, &str); 6] = [
    ("AllowOrigins", "a list"),
    ("AllowMethods", "a list"),
    ("AllowCredentials", "a boolean"),
    ("AllowHeaders", "a list"),
    ("ExposeHeaders", "a list"),
    ("MaxAge", "a whole number"),
];

/// Adds the URL and the permissions that open it to everyone.
pub(super) fn lower(target: &Target, output: &mut Output) -> Result<(), SamError> {
    let resource = target.function;
    let Some(config) = set(&resource.properties, "FunctionUrlConfig") else { return Ok(()) };
    check(config, resource)?;
    let origin = &config.origin;
    let mut url = Expr::object(origin).with("TargetFunctionArn", target.reference(origin));
    URL_WORDS.lower_into(&resource.properties, &mut url);
    if set(config, "Cors").is_none() {
        url.remove("Cors");
    }
    output.add_generated(
        format_smolstr!("{}Url", resource.id),
        "AWS::Lambda::Url",
        url,
        resource,
        &URL_WORDS,
    );
    let Some(open) = given(config, "AuthType").filter(|kind| kind.as_str() == Some("NONE")) else {
        return Ok(());
    };
    let permission = |action: &'static str| {
        Expr::object(&open.origin)
            .with("Action", Expr::string(action, &open.origin))
            .with("FunctionName", target.reference(&open.origin))
            .with("Principal", Expr::string("*", &open.origin))
    };
    let url = permission("lambda:InvokeFunctionUrl").with("FunctionUrlAuthType", open.clone());
    let invoke =
        permission("lambda:InvokeFunction").with("InvokedViaFunctionUrl", Expr::bool(true, &open.origin));
    for (suffix, properties) in [("UrlPublicPermissions", url), ("URLInvokeAllowPublicAccess", invoke)] {
        let id = format_smolstr!("{}{suffix}", resource.id);
        output.add_generated(id, "AWS::Lambda::Permission", properties, resource, &PERMISSION_WORDS);
    }
    Ok(())
}

fn check(config: &Expr, resource: &SamResource) -> Result<(), SamError> {
    if config.intrinsic().is_some() {
        return Ok(());
    }
    let auth = given(config, "AuthType");
    let known = |auth: &Expr| auth.intrinsic().is_some() || matches!(auth.as_str(), Some("AWS_IAM" | "NONE"));
    if !auth.is_some_and(known) {
        let place = auth.map_or(config.origin.place, |auth| auth.origin.place);
        return Err(resource.error("`FunctionUrlConfig` needs an `AuthType` of `AWS_IAM` or `NONE`", place));
    }
    let Some(cors) = set(config, "Cors").filter(|cors| cors.intrinsic().is_none()) else { return Ok(()) };
    if !cors.is_object() {
        return Err(resource.error("`FunctionUrlConfig.Cors` should be a map", cors.origin.place));
    }
    for entry in cors.entries() {
        let Some((name, kind)) = CORS.iter().find(|(name, _)| *name == entry.key) else {
            let message = format!("`FunctionUrlConfig.Cors` has no property `{}`", entry.key);
            return Err(resource.error(message, entry.key_place));
        };
        let value = &entry.value;
        let fits = match *kind {
            "a list" => value.is_list(),
            "a boolean" => matches!(value.data, Data::Bool(_)),
            _ => matches!(&value.data, Data::Number(number) if number.parse::<i64>().is_ok()),
        };
        if value.intrinsic().is_none() && !fits {
            let message = format!("`FunctionUrlConfig.Cors.{name}` should be {kind}");
            return Err(resource.error(message, value.origin.place));
        }
    }
    Ok(())
}
