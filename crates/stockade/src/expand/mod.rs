//! `stockade expand`.

mod evaluated;
mod mapped;
mod origins;

use crate::arguments::{ExpandArguments, ExpandFormat};
use crate::check::options;
use crate::write;
use anyhow::{Result, bail};
use serde_json::{Map, Value as Json};
use stockade_cfn::{Expr, Scope, Template};
use stockade_model::{Origin, Place};
use stockade_project::{Deployment, Project, Snapshot, from_here, load};

pub(crate) fn run(arguments: &ExpandArguments) -> Result<u8> {
    let path = from_here(&arguments.path);
    let project = load(std::slice::from_ref(&path), &options(&arguments.deployment)?);
    let snapshot = project.files.snapshot();
    report_problems(&project, &snapshot);
    let Some(deployment) =
        project.deployments.iter().find(|deployment| deployment.name == path).or(project.deployments.first())
    else {
        if project.problems.is_empty() {
            bail!("`{path}` is not a SAM or CloudFormation template, nor a Terraform root module or plan");
        }
        return Ok(2);
    };
    if deployment.kind.is_terraform() {
        let (sections, origins) = mapped::sections(deployment, arguments.origins.then_some(&snapshot));
        return print(sections, origins, arguments.format, &Origin::at(Place::default()), &project);
    }
    let [template] = deployment.expanded.as_slice() else {
        let paths: Vec<&str> = deployment.paths.iter().skip(1).map(|path| path.as_str()).collect();
        bail!("`{}` deploys several stacks: expand one of `{}`", deployment.name, paths.join("`, `"));
    };
    let mut sections = kept(template);
    sections.extend(if arguments.evaluate { evaluated(deployment, template) } else { written(template) });
    let origins = arguments.origins.then(|| origins::origins(template, &snapshot));
    print(sections, origins, arguments.format, template.origin(), &project)
}

fn print(
    mut sections: Map<String, Json>,
    origins: Option<Map<String, Json>>,
    format: ExpandFormat,
    origin: &Origin,
    project: &Project,
) -> Result<u8> {
    if let Some(origins) = origins {
        sections.insert("Origins".into(), origins.into());
    }
    let json = Json::Object(sections);
    let text = match format {
        ExpandFormat::Json => format!("{}\n", serde_json::to_string_pretty(&json)?),
        ExpandFormat::Yaml => {
            stockade_syntax::to_yaml(&Expr::from_json(&json, origin).to_new(), stockade_model::short_tag)
        }
    };
    write::out(&text)?;
    Ok(if project.problems.is_empty() { 0 } else { 2 })
}

/// The sections that no transform touches. What the transforms have used up is left out.
fn kept(template: &Template) -> Map<String, Json> {
    let mut out = Map::new();
    for entry in template.root.entries() {
        let used_up =
            matches!(entry.key.as_str(), "Resources" | "Conditions" | "Outputs" | "Globals" | "Transform");
        if !used_up {
            out.insert(entry.key.to_string(), entry.value.to_json());
        }
    }
    let rest: Vec<Json> = template.transforms.iter().map(|name| Json::from(name.as_str())).collect();
    if !rest.is_empty() {
        out.insert("Transform".into(), Json::Array(rest));
    }
    out
}

/// The other sections as they are deployed.
fn written(template: &Template) -> Map<String, Json> {
    let conditions =
        template.conditions.iter().map(|(name, expr)| (name.to_string(), expr.to_json())).collect();
    let resources = template
        .resources
        .iter()
        .map(|(id, declaration)| (id.to_string(), declaration.body.to_json()))
        .collect();
    let outputs = template.outputs.iter().map(|(name, expr)| (name.to_string(), expr.to_json())).collect();
    sections([("Conditions", conditions), ("Resources", resources), ("Outputs", outputs)])
}

/// The other sections as the first scenario knows them.
fn evaluated(deployment: &Deployment, template: &Template) -> Map<String, Json> {
    let (Some(deployed), Some(assignment)) = (deployment.deployed.first(), deployment.assignments.first())
    else {
        return written(template);
    };
    let scope = Scope::root(template, &deployed.environment, assignment);
    let resources = template.resources.iter().map(|(id, declaration)| (id.as_str(), &declaration.body));
    let outputs = template.outputs.iter().map(|(name, output)| (name.as_str(), output));
    sections([
        ("Conditions", evaluated::conditions(&scope)),
        ("Resources", evaluated::deployed(&scope, resources)),
        ("Outputs", evaluated::deployed(&scope, outputs)),
    ])
}

fn sections(all: [(&str, Map<String, Json>); 3]) -> Map<String, Json> {
    let there = all.into_iter().filter(|(_, entries)| !entries.is_empty());
    there.map(|(name, entries)| (name.to_owned(), Json::Object(entries))).collect()
}

fn report_problems(project: &Project, snapshot: &Snapshot) {
    for problem in &project.problems {
        let at = problem.place.and_then(|place| {
            let position = snapshot.source(place.file)?.position(place.span.start);
            Some(format!(":{}:{}", position.line, position.column))
        });
        write::error(&format!("error: {}{}: {}", problem.path, at.unwrap_or_default(), problem.message));
    }
}
