//! `stockade expand`.

use crate::arguments::{ExpandArguments, ExpandFormat};
use crate::check::{from_here, options};
use crate::write;
use anyhow::{Result, bail};
use serde_json::{Map, Value as Json};
use stockade_cfn::{Expr, Template};
use stockade_project::{Project, load};

pub(crate) fn run(arguments: &ExpandArguments) -> Result<u8> {
    let path = from_here(&arguments.path);
    let project = load(&[path.clone()], &options(&arguments.deployment)?);
    report_problems(&project);
    let Some(deployment) = project.deployments.iter().find(|deployment| deployment.name == path).or(project.deployments.first())
    else {
        if project.problems.is_empty() {
            bail!("`{path}` is not a SAM or CloudFormation template");
        }
        return Ok(2);
    };
    let [template] = deployment.expanded.as_slice() else {
        let paths: Vec<&str> = deployment.paths.iter().skip(1).map(|path| path.as_str()).collect();
        bail!("`{}` deploys several stacks: expand one of `{}`", deployment.name, paths.join("`, `"));
    };
    let json = expanded(template);
    let text = match arguments.format {
        ExpandFormat::Json => format!("{}\n", serde_json::to_string_pretty(&json)?),
        ExpandFormat::Yaml => stockade_syntax::to_yaml(&Expr::from_json(&json, template.origin()).to_new(), stockade_cfn::short_tag),
    };
    write::out(&text)?;
    Ok(if project.problems.is_empty() { 0 } else { 2 })
}

/// The template's sections as they are deployed. What the transform has used up is left out.
fn expanded(template: &Template) -> Json {
    let mut out = Map::new();
    for entry in template.root.entries() {
        let used_up = matches!(entry.key.as_str(), "Resources" | "Conditions" | "Outputs" | "Globals" | "Transform");
        if !used_up {
            out.insert(entry.key.to_string(), entry.value.to_json());
        }
    }
    let rest: Vec<Json> = template.transforms.iter().map(|name| Json::from(name.as_str())).collect();
    if !rest.is_empty() {
        out.insert("Transform".into(), Json::Array(rest));
    }
    let section = |entries: Map<String, Json>| (!entries.is_empty()).then_some(Json::Object(entries));
    let conditions = template.conditions.iter().map(|(name, expr)| (name.to_string(), expr.to_json())).collect();
    let resources =
        template.resources.iter().map(|(id, declaration)| (id.to_string(), declaration.body.to_json())).collect();
    let outputs = template.outputs.iter().map(|(name, expr)| (name.to_string(), expr.to_json())).collect();
    for (name, entries) in [("Conditions", conditions), ("Resources", resources), ("Outputs", outputs)] {
        if let Some(section) = section(entries) {
            out.insert(name.into(), section);
        }
    }
    Json::Object(out)
}

fn report_problems(project: &Project) {
    let snapshot = project.files.snapshot();
    for problem in &project.problems {
        let at = problem.place.and_then(|place| {
            let position = snapshot.source(place.file)?.position(place.span.start);
            Some(format!(":{}:{}", position.line, position.column))
        });
        write::error(&format!("error: {}{}: {}", problem.path, at.unwrap_or_default(), problem.message));
    }
}
