//! `Cors`: an `options` method for each path that answers preflight requests (AWS SAM developer guide,
//! "CorsConfiguration" of `AWS::Serverless::Api`).

use super::{Api, body};
use crate::SamError;
use crate::open_api::{self, ANY, Fault, each_path_item, made, put};
use crate::presence::set;
use smol_str::SmolStr;
use std::collections::BTreeSet;
use stockade_cfn::Expr;
use stockade_model::Origin;

const KEYS: [&str; 5] = ["AllowMethods", "AllowHeaders", "AllowOrigin", "MaxAge", "AllowCredentials"];
const ALL_METHODS: &str = "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT";

/// What `Cors` says.
struct Cors<'a> {
    origin: Option<Expr>,
    headers: Option<&'a Expr>,
    methods: Option<&'a Expr>,
    max_age: Option<&'a Expr>,
    credentials: Option<&'a Expr>,
    made: Origin,
}

/// Works `Cors` into the body.
pub(super) fn add(api: &Api, body: &mut Expr) -> Result<(), SamError> {
    let Some(setting) = api.filled("Cors") else { return Ok(()) };
    let cors = read(api, setting)?;
    body::require_valid(api, body, "Cors", setting)?;
    let wildcard = cors.origin.as_ref().is_some_and(|origin| origin.as_str() == Some("'*'"));
    if let (Some(credentials), true) = (cors.credentials, wildcard) {
        return Err(api.error("`AllowCredentials` needs an `AllowOrigin` other than `'*'`", credentials));
    }
    let mut swagger = body::open(api, body)?;
    let mut done: BTreeSet<SmolStr> = BTreeSet::new();
    for path in swagger.paths() {
        // API Gateway takes a path with and without a slash at the end for the same.
        let same = if path == "/" { "/" } else { path.trim_end_matches('/') };
        if !done.insert(same.into()) {
            continue;
        }
        let mut methods = cors.methods.filter(|methods| crate::presence::is_set(methods)).cloned();
        let result = each_path_item(&mut swagger.doc, &path, &mut |item| {
            if item.get("options").is_some() {
                return Ok(());
            }
            let Some(origin) = cors.origin.as_ref().filter(|origin| crate::presence::is_set(origin)) else {
                return Err(Fault::new("`Cors` needs an `AllowOrigin`", setting));
            };
            let methods = methods.get_or_insert_with(|| Expr::string(methods_of(item), &cors.made));
            put(item, "options", cors.method(origin, methods));
            Ok(())
        });
        result.map_err(|fault| fault.of(api.resource))?;
    }
    *body = swagger.finish();
    Ok(())
}

fn read<'a>(api: &Api, setting: &'a Expr) -> Result<Cors<'a>, SamError> {
    let made = made(&setting.origin, api.resource);
    let only = |origin: Expr, made: Origin| Cors {
        origin: Some(origin),
        headers: None,
        methods: None,
        max_age: None,
        credentials: None,
        made,
    };
    if setting.as_str().is_some() || setting.intrinsic().is_some() {
        return Ok(only(setting.clone(), made));
    }
    if !setting.is_object() {
        return Err(api.error("`Cors` must be a string or an object", setting));
    }
    if let Some(wrong) = setting.entries().iter().find(|entry| !KEYS.contains(&entry.key.as_str())) {
        return Err(api.resource.error(format!("`Cors` has no property `{}`", wrong.key), wrong.key_place));
    }
    let any = || Expr::string("'*'", &made);
    Ok(Cors {
        origin: Some(setting.get("AllowOrigin").cloned().unwrap_or_else(any)),
        headers: set(setting, "AllowHeaders"),
        methods: set(setting, "AllowMethods"),
        max_age: setting.get("MaxAge").filter(|age| !age.is_null()),
        credentials: setting
            .get("AllowCredentials")
            .filter(|value| value.data == stockade_cfn::Data::Bool(true)),
        made,
    })
}

/// The methods of a path, as the header of a response spells them.
fn methods_of(item: &Expr) -> String {
    if item.get(ANY).is_some() {
        return format!("'{ALL_METHODS}'");
    }
    let names = item.entries().iter().map(|entry| entry.key.to_uppercase());
    let names: BTreeSet<String> = names.chain(["OPTIONS".to_owned()]).collect();
    format!("'{}'", names.into_iter().collect::<Vec<_>>().join(","))
}

impl Cors<'_> {
    /// The definition of the `options` method.
    fn method(&self, origin: &Expr, methods: &Expr) -> Expr {
        let made = &self.made;
        let text = |text: &str| Expr::string(text, made);
        let credentials =
            self.credentials.map(|value| Expr::string("'true'", &open_api::remade(made, value)));
        let rows: [(&str, Option<Expr>, &str); 5] = [
            ("Origin", Some(origin.clone()), "string"),
            ("Headers", self.headers.cloned(), "string"),
            ("Methods", Some(methods.clone()).filter(crate::presence::is_set), "string"),
            ("", self.max_age.cloned(), "integer"),
            ("Credentials", credentials, "string"),
        ];
        let (mut parameters, mut headers) = (Expr::object(made), Expr::object(made));
        for (name, value, kind) in rows {
            let Some(value) = value else { continue };
            let header = match name {
                "" => "Access-Control-Max-Age".to_owned(),
                name => format!("Access-Control-Allow-{name}"),
            };
            put(&mut parameters, format!("method.response.header.{header}"), value);
            put(&mut headers, header, Expr::object(made).with("type", text(kind)));
        }
        let json = |value: &str| Expr::object(made).with("application/json", text(value));
        let default = Expr::object(made)
            .with("statusCode", text("200"))
            .with("responseParameters", parameters)
            .with("responseTemplates", json("{}\n"));
        let integration = Expr::object(made)
            .with("type", text("mock"))
            .with("requestTemplates", json("{\n  \"statusCode\" : 200\n}\n"))
            .with("responses", Expr::object(made).with("default", default));
        let response = Expr::object(made)
            .with("description", text("Default response for CORS method"))
            .with("headers", headers);
        Expr::object(made)
            .with("summary", text("CORS support"))
            .with("consumes", Expr::list(vec![text("application/json")], made))
            .with("produces", Expr::list(vec![text("application/json")], made))
            .with(open_api::INTEGRATION, integration)
            .with("responses", Expr::object(made).with("200", response))
    }
}
