//! The deployment of a REST API. Its logical id changes when the API does, as a deployment cannot be updated.

use super::Api;
use crate::implicit_api::{GlobalWords, is_implicit};
use crate::logical_id::hash;
use crate::open_api::python;
use crate::output::Output;
use crate::resolve;
use crate::resource::SamResource;
use crate::words::Words;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;

static WORDS: Words = Words { rows: &[] };
static IMPLICIT: GlobalWords = GlobalWords { section: "Api", words: &WORDS };

/// Adds the deployment of a body, or of the place of one, and gives its logical id.
pub(super) fn add(
    api: &Api,
    deployed: Option<&Expr>,
    domain: Option<&super::domain::Domain>,
    resources: &[SamResource],
    output: &mut Output,
) -> SmolStr {
    let origin = api.resource.origin();
    let mut properties =
        Expr::object(&origin).with("RestApiId", Expr::reference(api.resource.id.clone(), &origin));
    if api.filled("OpenApiVersion").is_none() {
        properties.set("StageName", Expr::string("Stage", &origin));
    }
    let mut id = format_smolstr!("{}Deployment", api.resource.id);
    if let Some(deployed) = deployed {
        let mut data = vec![python::text(deployed)];
        data.extend(
            api.filled("OpenApiVersion").and_then(Expr::as_scalar).map(|version| version.to_string()),
        );
        data.extend(domain.map(|domain| python::json(&domain.hashed)));
        let names = function_names(api, resources);
        data.extend((!names.is_empty()).then_some(names));
        let data = data.join("||");
        id = format_smolstr!("{id}{}", hash(&data, 10));
        let description = format!("RestApi deployment id: {}", hash(&data, 40));
        properties.set("Description", Expr::string(description, &origin));
    }
    let raise: &'static dyn stockade_model::Raise =
        if is_implicit(api.resource) { &IMPLICIT } else { &WORDS };
    output.add_generated(id.clone(), "AWS::ApiGateway::Deployment", properties, api.resource, raise);
    id
}

/// The names that the functions behind the API's events are given, one for each event.
fn function_names(api: &Api, resources: &[SamResource]) -> String {
    let mut names = String::new();
    for function in resources.iter().filter(|resource| resource.type_name == "AWS::Serverless::Function") {
        let Some(name) = function.properties.get("FunctionName") else { continue };
        let events = function.properties.get("Events").map(Expr::entries).unwrap_or_default();
        let mine = events.iter().filter(|event| {
            let id = event.value.path("Properties.RestApiId");
            let id = id.and_then(|id| id.as_reference().or(id.as_str()));
            event.value.get("Type").and_then(Expr::as_str) == Some("Api")
                && id == Some(api.resource.id.as_str())
        });
        let name = resolve::parameters(name, api.context);
        let name = name.as_scalar().map_or_else(|| python::text(&name), |name| name.to_string());
        mine.for_each(|_| names.push_str(&name));
    }
    names
}

#[cfg(test)]
mod tests {
    use crate::{Context, transform};
    use smol_str::SmolStr;
    use stockade_cfn::{Template, tag_meaning};
    use stockade_syntax::{FileId, Source, parse};

    /// The id of the deployment of an API whose body holds a value.
    fn id(value: &str) -> String {
        let text = format!(
            "{{Resources: {{A: {{Type: AWS::Serverless::Api, Properties: {{StageName: p,
               DefinitionBody: {{swagger: '2.0', paths: {{}}}}, Auth: {{Authorizers: {{L: {{UserPoolArn: {value}}}}}}}}}}}}}}}"
        );
        let document = parse(&Source::new(FileId(0), "template.yaml", text), tag_meaning).expect("YAML");
        let template = Template::read(&document).expect("a template");
        let parameter = |name: &str| (name == "P").then(|| SmolStr::new("us-east-1"));
        let out =
            transform(&template, &Context { region: "us-east-1", partition: "aws", parameter: &parameter });
        let found = out.template.resources.keys().find(|id| id.starts_with("ADeployment"));
        found.map(ToString::to_string).unwrap_or_default()
    }

    /// The ids are those that AWS's translator makes.
    #[test]
    fn the_region_counts_as_a_constant_and_a_parameter_as_written() {
        assert_eq!(id("{Ref: P}"), "ADeployment0d969cbae5");
        assert_eq!(id("{Fn::Sub: 'x-${AWS::Region}'}"), "ADeploymente1caf3860b");
        assert_eq!(id("{Ref: AWS::Region}"), "ADeploymentefe04b4671");
    }
}
