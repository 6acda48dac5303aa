//! Edits of OpenAPI and Swagger bodies in place: paths, methods and integrations, whoever wrote them.
//!
//! Paths and methods may stand in `Fn::If` (one level): an edit then goes into both branches. What an edit makes is
//! marked with [`made`], so that [`python`] can tell it from what the user wrote (see there why that matters).

pub(crate) mod python;
mod swagger;

pub(crate) use swagger::Swagger;

use crate::SamError;
use crate::presence::set;
use crate::resource::SamResource;
use smol_str::{SmolStr, ToSmolStr};
use std::sync::Arc;
use stockade_cfn::{Data, Entry, Expr};
use stockade_model::{Origin, Place, ViaKind};

/// The property that marks an API whose body the transform writes: events add their paths to it.
pub(crate) const MANAGED: &str = "__MANAGE_SWAGGER";
/// The extension that holds a method's integration.
pub(crate) const INTEGRATION: &str = "x-amazon-apigateway-integration";
/// The key of the method that stands for every HTTP method.
pub(crate) const ANY: &str = "x-amazon-apigateway-any-method";

/// Why a body cannot take an edit.
#[derive(Debug)]
pub(crate) struct Fault {
    /// The cause, lower case.
    pub message: String,
    /// Where it is written.
    pub place: Place,
}

impl Fault {
    /// A fault of the value `at`.
    pub fn new(message: impl Into<String>, at: &Expr) -> Self {
        Self { message: message.into(), place: at.origin.place }
    }

    /// The fault as an error of a resource.
    pub fn of(self, resource: &SamResource) -> SamError {
        resource.error(self.message, self.place)
    }
}

/// A key that the user wrote, to be used in a body.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    /// The key.
    pub text: SmolStr,
    /// Where it is written.
    pub place: Place,
}

impl Key {
    /// The key that a string spells.
    pub fn of(value: &Expr) -> Option<Self> {
        Some(Self { text: value.as_str()?.into(), place: value.origin.place })
    }

    /// The HTTP method that a string spells, as the key of a method: lower case, `any` as API Gateway's extension.
    pub fn method(&self, made: &Origin) -> Self {
        let text = normal_method(&self.text);
        let place = if text == ANY && self.text != ANY { made.place } else { self.place };
        Self { text, place }
    }
}

/// The origin of what the transform makes for `from` because of `cause`.
pub(crate) fn made(cause: &Origin, from: &SamResource) -> Origin {
    cause.with(ViaKind::Transform, from.id_at)
}

/// The origin of what is made because of `cause`, for the same resource as another thing that was made.
pub(crate) fn remade(made: &Origin, cause: &Expr) -> Origin {
    match made.vias().find(|via| via.kind == ViaKind::Transform) {
        Some(via) => cause.origin.with(via.kind, via.place),
        None => cause.origin.clone(),
    }
}

/// The key of a method: lower case, `any` as API Gateway's extension.
pub(crate) fn normal_method(method: &str) -> SmolStr {
    let lower = method.to_lowercase();
    if lower == "any" { SmolStr::new_static(ANY) } else { lower.into() }
}

/// Sets a key that the transform makes. If it is there already, made before, its place follows the value's.
pub(crate) fn put(object: &mut Expr, key: impl Into<SmolStr>, value: Expr) {
    let key = key.into();
    let user = object
        .entry(&key)
        .filter(|entry| entry.key_place != entry.value.origin.place)
        .map(|entry| entry.key_place);
    let key_place = user.unwrap_or(value.origin.place);
    object.set_entry(Entry { key, key_place, value });
}

/// Sets a key that the user wrote somewhere else; one that is there already stays whose it is.
pub(crate) fn put_written(object: &mut Expr, key: &Key, value: Expr) {
    if object.get(&key.text).is_some() {
        put(object, key.text.clone(), value);
        return;
    }
    object.set_entry(Entry { key: key.text.clone(), key_place: key.place, value });
}

/// `Fn::If` of a condition, with nothing where it is false.
pub(crate) fn conditional(condition: Expr, value: Expr, made: &Origin) -> Expr {
    let nothing = Expr::reference("AWS::NoValue", made);
    Expr::call("Fn::If", Expr::list(vec![condition, value, nothing], made), made)
}

/// An empty body of the given version key (`swagger` or `openapi`).
pub(crate) fn skeleton(version_key: &'static str, version: &'static str, made: &Origin) -> Expr {
    let info = Expr::object(made)
        .with("version", Expr::string("1.0", made))
        .with("title", Expr::reference("AWS::StackName", made));
    Expr::object(made)
        .with(version_key, Expr::string(version, made))
        .with("info", info)
        .with("paths", Expr::object(made))
}

/// Whether a value spells version 3 of OpenAPI.
pub(crate) fn is_version_3(version: &Expr) -> bool {
    version.as_scalar().is_some_and(|version| is_version(&version, '3'..='3', false))
}

/// Whether a text is a major version, optionally with one-digit minor and patch numbers.
pub(crate) fn is_version(text: &str, major: std::ops::RangeInclusive<char>, minor_required: bool) -> bool {
    let mut parts = text.split('.');
    let digit = |part: &str| part.len() == 1 && part.chars().all(|character| character.is_ascii_digit());
    let starts =
        parts.next().is_some_and(|part| digit(part) && part.chars().all(|digit| major.contains(&digit)));
    let rest: Vec<&str> = parts.collect();
    starts && rest.len() <= 2 && rest.len() >= usize::from(minor_required) && rest.into_iter().all(digit)
}

/// Whether a value is an OpenAPI 3 body that edits can be made in.
pub(crate) fn is_open_api(body: &Expr) -> bool {
    body.get("paths").is_some_and(Expr::is_object) && set(body, "openapi").is_some_and(is_version_3)
}

/// The values that a value may be: the branches of an `Fn::If`, those that are nothing left out.
pub(crate) fn branches(value: &Expr) -> Result<Vec<&Expr>, Fault> {
    match value.get("Fn::If") {
        Some(arguments) if !arguments.is_list() => {
            Err(Fault::new("the value of `Fn::If` must be a list", arguments))
        }
        Some(arguments) => {
            Ok(arguments.items().iter().skip(1).filter(|branch| !branch.is_no_value()).collect())
        }
        None => Ok(vec![value]),
    }
}

/// Edits each value that a value may be.
pub(crate) fn each_branch(
    value: &mut Expr,
    edit: &mut dyn FnMut(&mut Expr) -> Result<(), Fault>,
) -> Result<(), Fault> {
    branches(value)?;
    match value.get_mut("Fn::If") {
        Some(arguments) => {
            if let Data::List(items) = &mut arguments.data {
                for branch in Arc::make_mut(items).iter_mut().skip(1).filter(|branch| !branch.is_no_value()) {
                    edit(branch)?;
                }
            }
            Ok(())
        }
        None => edit(value),
    }
}

/// That a path's value is an object.
pub(crate) fn require_path_item(item: &Expr, path: &str) -> Result<(), Fault> {
    if item.is_object() {
        Ok(())
    } else {
        Err(Fault::new(format!("the value of path `{path}` must be an object"), item))
    }
}

/// That a method's value is an object.
fn require_method(definition: &Expr, path: &str, method: &str) -> Result<(), Fault> {
    let message = || format!("the definition of method `{method}` of path `{path}` must be an object");
    if definition.is_object() { Ok(()) } else { Err(Fault::new(message(), definition)) }
}

/// Whether a method's definition has an integration.
fn is_integrated(definition: &Expr) -> bool {
    set(definition, INTEGRATION).is_some()
}

/// Whether a path has a method with an integration, in every branch.
pub(crate) fn has_integration(body: &Expr, path: &str, method: &str) -> Result<bool, Fault> {
    let method = normal_method(method);
    let Some(item) = body.get("paths").and_then(|paths| paths.get(path)) else { return Ok(false) };
    for branch in branches(item)? {
        let Some(definition) = branch.get(&method).filter(|definition| definition.is_object()) else {
            return Ok(false);
        };
        let mut any = false;
        for definition in branches(definition)? {
            require_method(definition, path, &method)?;
            any |= is_integrated(definition);
        }
        if !any {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Adds a method to a path, unless it is there, and the path too.
pub(crate) fn add_path(body: &mut Expr, path: &Key, method: &Key, made: &Origin) -> Result<(), Fault> {
    if body.get("paths").is_none() {
        put(body, "paths", Expr::object(made));
    }
    let Some(paths) = body.get_mut("paths") else { return Ok(()) };
    if paths.get(&path.text).is_none() {
        put_written(paths, path, Expr::object(made));
    }
    let Some(item) = paths.get_mut(&path.text) else { return Ok(()) };
    require_path_item(item, &path.text)?;
    let method = method.method(made);
    each_branch(item, &mut |branch| {
        require_path_item(branch, &path.text)?;
        if branch.get(&method.text).is_none() {
            put_written(branch, &method, Expr::object(made));
        }
        Ok(())
    })
}

/// Edits each path item that a path may have.
pub(crate) fn each_path_item(
    body: &mut Expr,
    path: &str,
    edit: &mut dyn FnMut(&mut Expr) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let Some(item) = body.get_mut("paths").and_then(|paths| paths.get_mut(path)) else { return Ok(()) };
    each_branch(item, &mut |branch| {
        require_path_item(branch, path)?;
        edit(branch)
    })
}

/// Edits each definition with an integration that a path's method may have.
pub(crate) fn each_method(
    body: &mut Expr,
    path: &str,
    method: &str,
    edit: &mut dyn FnMut(&mut Expr) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let method = normal_method(method);
    each_path_item(body, path, &mut |item| match item.get_mut(&method) {
        Some(definition) => each_branch(definition, &mut |definition| {
            require_method(definition, path, &method)?;
            if is_integrated(definition) { edit(definition) } else { Ok(()) }
        }),
        None => Err(Fault::new(
            format!("the definition of method `{method}` of path `{path}` must be an object"),
            item,
        )),
    })
}

/// Edits each definition with an integration of every method of a path, except of the keys in `skip`.
pub(crate) fn all_methods(
    body: &mut Expr,
    path: &str,
    skip: &[&str],
    edit: &mut dyn FnMut(&str, &mut Expr) -> Result<(), Fault>,
) -> Result<(), Fault> {
    each_path_item(body, path, &mut |item| {
        let methods: Vec<SmolStr> = item.entries().iter().map(|entry| entry.key.clone()).collect();
        for method in methods.iter().filter(|method| !skip.contains(&method.as_str())) {
            let Some(definition) = item.get_mut(method) else { continue };
            each_branch(definition, &mut |definition| {
                require_method(definition, path, method)?;
                if is_integrated(definition) { edit(&normal_method(method), definition) } else { Ok(()) }
            })?;
        }
        Ok(())
    })
}

/// A path as the ARN of its requests has it: every parameter in braces is a wildcard. `greedy` names a parameter
/// that may end in a plus sign, or all of them if there is no name.
pub(crate) fn arn_path(path: &str, greedy: Option<&str>) -> SmolStr {
    let allowed = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
    let is_parameter = |name: &str| {
        let plain = !name.is_empty() && name.chars().all(allowed);
        let plus = name.strip_suffix('+').is_some_and(|name| {
            !name.is_empty() && name.chars().all(allowed) && greedy.is_none_or(|greedy| greedy == name)
        });
        plain || plus
    };
    let mut out = String::new();
    let mut rest = path;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        out.push_str(before);
        match after.find('}') {
            Some(close) if is_parameter(&after[1..close]) => {
                out.push('*');
                rest = &after[close + 1..];
            }
            _ => {
                out.push('{');
                rest = &after[1..];
            }
        }
    }
    out.push_str(rest);
    out.to_smolstr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_a_path_are_wildcards_in_its_arn() {
        assert_eq!(arn_path("/users/{id}/files/{path+}", None), "/users/*/files/*");
        assert_eq!(arn_path("/{proxy+}/{other+}", Some("proxy")), "/*/{other+}");
        assert_eq!(arn_path("/{}/{{a}", None), "/{}/{*");
    }

    #[test]
    fn versions_have_one_digit_a_part() {
        assert!(is_version("3.0.1", '3'..='3', false) && is_version("3", '3'..='3', false));
        assert!(!is_version("3.0.10", '3'..='3', false) && !is_version("2.0", '3'..='3', false));
        assert!(is_version("2.0", '2'..='3', true) && !is_version("2", '2'..='3', true));
    }
}
