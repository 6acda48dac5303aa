//! `stockade check`.

use crate::arguments::{CheckArguments, DeploymentArguments, Format};
use crate::write;
use anyhow::{Context as _, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use stockade_check::{Request, check, exit_code};
use stockade_project::Options;
use stockade_report::Listed;
use stockade_syntax::{FileId, Source, parse};

pub(crate) fn run(arguments: &CheckArguments) -> Result<u8> {
    let request = Request {
        paths: arguments.paths.iter().map(|path| from_here(path)).collect(),
        options: options(&arguments.deployment)?,
        as_of: arguments.as_of.unwrap_or_else(|| jiff::ZonedDateTime::now().date()),
        profile: arguments.profile,
    };
    let report = check(&request);
    if report.deployments.is_empty() && report.problems.is_empty() && report.files.judged == 0 {
        let unsupported = report.files.unsupported;
        let hint = if unsupported > 0 {
            format!("; {unsupported} Terraform files are not judged by this version")
        } else {
            String::new()
        };
        let paths: Vec<&str> = request.paths.iter().map(|path| path.as_str()).collect();
        write::error(&format!(
            "error: nothing to judge in `{}`: no SAM or CloudFormation template among {} files{hint}",
            paths.join("`, `"),
            report.files.not_template
        ));
    }
    let listed = Listed(arguments.verdicts.clone());
    let render = |format| match format {
        Format::Text => stockade_report::text(&report, &listed),
        Format::Json => stockade_report::json(&report, &listed),
    };
    let mut formats = arguments.format.iter().copied();
    for path in &arguments.output {
        let by_name = if path.extension() == Some("json") { Format::Json } else { Format::Text };
        write::file(path, &render(formats.next().unwrap_or(by_name)))?;
    }
    let rest: Vec<Format> = formats.collect();
    if rest.is_empty() && arguments.output.is_empty() {
        write::out(&render(Format::Text))?;
    }
    for format in rest {
        write::out(&render(format))?;
    }
    Ok(exit_code(&report, arguments.fail_on, arguments.strict))
}

/// Paths are shown relative to the current folder where they lie in it.
pub(crate) fn from_here(path: &Utf8Path) -> Utf8PathBuf {
    let here = std::env::current_dir().ok().and_then(|here| Utf8PathBuf::from_path_buf(here).ok());
    match here.and_then(|here| path.strip_prefix(here).ok().map(Utf8Path::to_owned)) {
        Some(relative) if relative.as_str().is_empty() => ".".into(),
        Some(relative) => relative,
        None => path.to_owned(),
    }
}

/// The options that the deployment arguments say.
pub(crate) fn options(arguments: &DeploymentArguments) -> Result<Options> {
    let mut parameters = BTreeMap::new();
    for pair in &arguments.parameter {
        let Some((name, value)) = pair.split_once('=') else {
            bail!("--parameter `{pair}`: expected KEY=VALUE");
        };
        parameters.insert(name.into(), value.into());
    }
    let mut environments = Vec::new();
    for path in &arguments.parameter_file {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{path}`"))?;
        let source = Source::new(FileId(0), path.clone(), text);
        let at = |span: stockade_syntax::Span| {
            let position = source.position(span.start);
            format!("{path}:{}:{}", position.line, position.column)
        };
        let document = match parse(&source, |_| None) {
            Ok(document) => document,
            Err(error) => bail!("{}: {}", at(error.span), error.message),
        };
        let values = match stockade_cfn::parameter_file(&document) {
            Ok(values) => values,
            Err(error) => bail!("{}: {}", at(error.span), error.message),
        };
        environments.push((path.file_stem().unwrap_or("parameters").into(), values));
    }
    let environment = arguments.environment.as_deref().map(Into::into);
    Ok(Options { region: arguments.region.as_str().into(), parameters, environments, environment })
}
