//! Bodies that the transform began in Swagger's words, in those of OpenAPI 3: `OpenApiVersion`.

use super::Api;
use crate::SamError;
use crate::open_api::{Fault, is_version_3, put, python};
use crate::presence::{is_set, set};
use stockade_cfn::Expr;

/// What moves into `components`.
const MOVES: [(&str, &str); 2] = [("securityDefinitions", "securitySchemes"), ("definitions", "schemas")];

/// Moves what has another place in OpenAPI 3, if the API is in that version and the body is not in Swagger 2.
pub(super) fn rewrite(api: &Api, body: &mut Expr) -> Result<(), SamError> {
    if body.get("swagger").is_some_and(|version| !version.is_null()) {
        return Ok(());
    }
    let version = body.get("openapi").or_else(|| api.resource.properties.get("OpenApiVersion"));
    if !version.is_some_and(is_version_3) {
        return Ok(());
    }
    for (from, to) in MOVES {
        let Some(section) = set(body, from).cloned() else { continue };
        let mut components = set(body, "components").cloned().unwrap_or_else(|| Expr::object(&api.made()));
        put(&mut components, to, section);
        put(body, "components", components);
        python::remove(body, from);
    }
    let Some(paths) = body.get_mut("paths").filter(|paths| is_set(paths)) else { return Ok(()) };
    if !paths.is_object() {
        return Err(Fault::new("the value of `paths` must be an object", paths).of(api.resource));
    }
    let names: Vec<_> = paths.entries().iter().map(|entry| entry.key.clone()).collect();
    for path in names {
        let Some(item) = paths.get_mut(&path) else { continue };
        rewrite_options(item, &path).map_err(|fault| fault.of(api.resource))?;
    }
    Ok(())
}

fn rewrite_options(item: &mut Expr, path: &str) -> Result<(), Fault> {
    crate::open_api::require_path_item(item, path)?;
    let Some(options) = item.get_mut("options").filter(|options| is_set(options)) else {
        return Ok(());
    };
    let object = |value: &Expr, what: &str| {
        let message = format!("{what} of the options method of path `{path}` must be an object");
        if value.is_object() { Ok(()) } else { Err(Fault::new(message, value)) }
    };
    object(options, "the value")?;
    for key in ["produces", "consumes"] {
        python::remove(options, key);
    }
    let Some(responses) = options.get_mut("responses").filter(|responses| !responses.is_null()) else {
        return Ok(());
    };
    object(responses, "`responses`")?;
    let Some(response) = responses.get_mut("200").filter(|response| !response.is_null()) else {
        return Ok(());
    };
    object(response, "the response")?;
    let Some(headers) = response.get_mut("headers").filter(|headers| is_set(headers)) else {
        return Ok(());
    };
    object(headers, "`headers`")?;
    let names: Vec<_> = headers.entries().iter().map(|entry| entry.key.clone()).collect();
    for name in names {
        if let Some(entry) = headers.entry(&name).cloned() {
            let schema = Expr::object(&entry.value.origin).with("schema", entry.value.clone());
            headers.set_entry(stockade_cfn::Entry { value: schema, ..entry });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::{Context, transform};
    use stockade_cfn::{Template, tag_meaning};
    use stockade_syntax::{FileId, Source, parse};

    fn errors(body: &str) -> Vec<String> {
        let text = format!(
            "{{Resources: {{A: {{Type: AWS::Serverless::Api, Properties: {{StageName: p, DefinitionBody: {body}}}}}}}}}"
        );
        let document = parse(&Source::new(FileId(0), "template.yaml", text), tag_meaning).expect("YAML");
        let template = Template::read(&document).expect("a template");
        let context = Context { region: "eu-west-1", partition: "aws", parameter: &|_| None };
        transform(&template, &context).errors.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn paths_that_are_no_object_are_rejected_in_version_3_only() {
        for paths in ["true", "x", "[a]"] {
            let found = errors(&format!("{{openapi: 3.0.1, paths: {paths}}}"));
            assert!(matches!(found.as_slice(), [one] if one.contains("`paths`")), "{paths}: {found:?}");
            assert!(errors(&format!("{{swagger: '2.0', paths: {paths}}}")).is_empty(), "{paths}");
        }
        for paths in ["[]", "false", "null", "{}"] {
            assert!(errors(&format!("{{openapi: 3.0.1, paths: {paths}}}")).is_empty(), "{paths}");
        }
    }
}
