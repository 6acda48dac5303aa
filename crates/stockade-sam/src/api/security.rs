//! The `security` of methods: which authorizer lets a request in, and whether it needs an API key.
//!
//! Functions say so for their methods first, then the API's defaults fill in. Until then `NONE` and `api_key_false`
//! stand for "not the default".

use super::auth::define_iam;
use crate::open_api::{Fault, Key, Swagger, all_methods, each_method, put, put_written};
use crate::presence::is_set;
use smol_str::SmolStr;
use stockade_cfn::Expr;
use stockade_model::Origin;

/// Keys of a path item that are no methods.
const NO_METHODS: [&str; 3] = ["summary", "description", "parameters"];

/// The default authorizer of an API.
#[derive(Debug)]
pub(crate) struct Default {
    /// Its name.
    pub key: Key,
    /// Where it is set.
    pub origin: Origin,
    /// The scopes that it asks for.
    pub scopes: Expr,
    /// The names of all authorizers.
    pub names: Vec<SmolStr>,
    /// Whether `options` methods get it too.
    pub preflight: bool,
    /// The origin of what is made because of it.
    pub made: Origin,
}

/// The security that a method has already.
fn existing(definition: &Expr, path: &str, method: &str) -> Result<Vec<Expr>, Fault> {
    match definition.get("security") {
        Some(list) if list.is_list() => Ok(list.items().to_vec()),
        Some(other) => Err(Fault::new(format!("`security` of {method} {path} must be a list"), other)),
        None => Ok(Vec::new()),
    }
}

/// As [`existing`], each requirement an object.
fn requirements(definition: &Expr, path: &str, method: &str) -> Result<Vec<Expr>, Fault> {
    let all = existing(definition, path, method)?;
    match all.iter().find(|requirement| !requirement.is_object()) {
        Some(wrong) => {
            Err(Fault::new(format!("each `security` of {method} {path} must be an object"), wrong))
        }
        None => Ok(all),
    }
}

fn has_any(requirement: &Expr, names: &[&str]) -> bool {
    requirement.entries().iter().any(|entry| names.contains(&entry.key.as_str()))
}

/// Sets the security of a method. Signed requests need the built-in authorizer's definition.
fn set(definition: &mut Expr, all: Vec<Expr>, origin: &Origin, defined: &mut Expr, made: &Origin) {
    let iam = all.first().is_some_and(|first| has_any(first, &["AWS_IAM"]));
    put(definition, "security", Expr::list(all, origin));
    if iam {
        define_iam(defined, made);
    }
}

/// Gives the default authorizer to the methods of a path that have no other.
pub(super) fn set_default(swagger: &mut Swagger, path: &str, default: &Default) -> Result<(), Fault> {
    let names: Vec<&str> = default.names.iter().map(SmolStr::as_str).chain(["AWS_IAM"]).collect();
    let defined = &mut swagger.security;
    all_methods(&mut swagger.doc, path, &NO_METHODS, &mut |method, definition| {
        if method == "options" && !default.preflight {
            return Ok(());
        }
        let (mut own, mut rest): (Vec<Expr>, Vec<Expr>) = requirements(definition, path, method)?
            .into_iter()
            .partition(|requirement| has_any(requirement, &names));
        // What opts out of the default is why the rest is all there is.
        let mut why = None;
        match rest.iter().position(|requirement| has_any(requirement, &["NONE"])) {
            Some(none) => {
                why = Some(rest.remove(none).origin);
                own.clear();
            }
            None if own.is_empty() => {
                let mut requirement = Expr::object(&default.origin);
                put_written(&mut requirement, &default.key, default.scopes.clone());
                own.push(requirement);
            }
            None => {}
        }
        rest.append(&mut own);
        if !rest.is_empty() {
            let first = rest.first().map(|first| first.origin.clone());
            let origin = why.or(first).unwrap_or_else(|| default.origin.clone());
            set(definition, rest, &origin, defined, &default.made);
        }
        Ok(())
    })
}

/// The definition of API keys, unless there is one.
pub(super) fn define_api_key(swagger: &mut Swagger, made: &Origin) -> Result<(), Fault> {
    swagger.require_security()?;
    if swagger.security.get("api_key").is_none() {
        let text = |text: &str| Expr::string(text, made);
        let definition = Expr::object(made)
            .with("type", text("apiKey"))
            .with("name", text("x-api-key"))
            .with("in", text("header"));
        put(&mut swagger.security, "api_key", definition);
    }
    Ok(())
}

/// Requires an API key of the methods of a path that do not say otherwise.
pub(super) fn require_api_key(
    swagger: &mut Swagger,
    path: &str,
    preflight: bool,
    made: &Origin,
) -> Result<(), Fault> {
    all_methods(&mut swagger.doc, path, &NO_METHODS, &mut |method, definition| {
        let before = requirements(definition, path, method)?;
        let (keys, mut rest): (Vec<Expr>, Vec<Expr>) = before
            .iter()
            .cloned()
            .partition(|requirement| has_any(requirement, &["api_key", "api_key_false"]));
        let exempt = keys.iter().any(|requirement| has_any(requirement, &["api_key_false"]));
        if !exempt && (method != "options" || preflight) {
            rest.push(Expr::object(made).with("api_key", Expr::list(Vec::new(), made)));
        }
        if !same(&rest, &before) {
            put(definition, "security", Expr::list(rest, made));
        }
        Ok(())
    })
}

fn same(a: &[Expr], b: &[Expr]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_json() == b.to_json())
}

/// What an event asks of its method.
#[derive(Debug)]
pub(crate) struct MethodAuth<'a> {
    /// The path.
    pub path: &'a str,
    /// The method.
    pub method: &'a str,
    /// The event's `Auth`.
    pub auth: &'a Expr,
    /// The API's `Auth.Authorizers`.
    pub authorizers: Option<&'a Expr>,
    /// The origin of what is made because of it.
    pub made: Origin,
}

impl MethodAuth<'_> {
    /// Adds the event's authorizer and API key to its method.
    pub fn add(&self, swagger: &mut Swagger) -> Result<(), Fault> {
        if let Some(authorizer) = self.auth.get("Authorizer").filter(|authorizer| is_set(authorizer)) {
            self.add_authorizer(swagger, authorizer)?;
        }
        match self.auth.get("ApiKeyRequired").filter(|required| !required.is_null()) {
            Some(required) => self.add_api_key(swagger, required),
            None => Ok(()),
        }
    }

    fn add_authorizer(&self, swagger: &mut Swagger, authorizer: &Expr) -> Result<(), Fault> {
        let key =
            Key::of(authorizer).ok_or_else(|| Fault::new("`Authorizer` must be a string", authorizer))?;
        let chosen = self.authorizers.and_then(|all| all.get(&key.text)).filter(|chosen| !chosen.is_null());
        if let Some(wrong) = chosen.filter(|chosen| key.text != "NONE" && !chosen.is_object()) {
            return Err(Fault::new(format!("authorizer `{}` must be an object", key.text), wrong));
        }
        let own = self.auth.get("AuthorizationScopes").filter(|scopes| !scopes.is_null());
        let scopes = chosen
            .filter(|_| key.text != "NONE")
            .and_then(|chosen| own.or_else(|| chosen.get("AuthorizationScopes")))
            .filter(|scopes| !scopes.is_null());
        let scopes = scopes.cloned().unwrap_or_else(|| Expr::list(Vec::new(), &self.made));
        let mut requirement = Expr::object(&authorizer.origin);
        put_written(&mut requirement, &key, scopes);
        let defined = &mut swagger.security;
        each_method(&mut swagger.doc, self.path, self.method, &mut |definition| {
            let mut all = existing(definition, self.path, self.method)?;
            all.push(requirement.clone());
            set(definition, all, &authorizer.origin, defined, &self.made);
            Ok(())
        })
    }

    fn add_api_key(&self, swagger: &mut Swagger, required: &Expr) -> Result<(), Fault> {
        let name = if is_set(required) { "api_key" } else { "api_key_false" };
        if is_set(required) {
            define_api_key(swagger, &self.made)?;
        }
        let origin = crate::open_api::remade(&self.made, required);
        let requirement = Expr::object(&origin).with(name, Expr::list(Vec::new(), &origin));
        each_method(&mut swagger.doc, self.path, self.method, &mut |definition| {
            let mut all = existing(definition, self.path, self.method)?;
            all.push(requirement.clone());
            put(definition, "security", Expr::list(all, &origin));
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use smol_str::SmolStr;
    use stockade_cfn::{Template, tag_meaning};
    use stockade_syntax::{FileId, Source, parse};

    const TEMPLATE: &str = r"
Transform: AWS::Serverless-2016-10-31
Globals:
  Api:
    Auth:
      DefaultAuthorizer: Pool
      Authorizers:
        Pool: { UserPoolArn: arn:pool }
        Other: { UserPoolArn: arn:other }
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Runtime: python3.13
      InlineCode: x
      Events:
        Default: { Type: Api, Properties: { Path: /a, Method: get } }
        Own: { Type: Api, Properties: { Path: /b, Method: get, Auth: { Authorizer: Other } } }
";

    #[test]
    fn security_has_the_place_of_the_setting_that_caused_it() {
        let source = Source::new(FileId(0), "template.yaml", TEMPLATE.to_owned());
        let document = parse(&source, tag_meaning).unwrap();
        let template = Template::read(&document).unwrap();
        let parameter = |_: &str| -> Option<SmolStr> { None };
        let context = crate::Context { region: "eu-west-1", partition: "aws", parameter: &parameter };
        let transformed = crate::transform(&template, &context);
        assert_eq!(transformed.errors, []);
        let paths =
            transformed.template.resources["ServerlessRestApi"].body.path("Properties.Body.paths").unwrap();
        let cause = |path: &str| {
            let requirement = &paths.get(path).unwrap().path("get.security").unwrap().items()[0];
            let span = requirement.origin.place.span;
            (requirement.entries()[0].key.clone(), &TEMPLATE[span.start as usize..span.end as usize])
        };
        assert_eq!(cause("/a"), ("Pool".into(), "Pool"));
        assert_eq!(cause("/b"), ("Other".into(), "Other"));
        let method = paths.get("/a").unwrap().get("get").unwrap().origin.place.span;
        assert_eq!(&TEMPLATE[method.start as usize..method.end as usize], "Default");
    }
}
