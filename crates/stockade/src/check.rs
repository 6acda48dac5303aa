//! `stockade check`.

use crate::arguments::{CheckArguments, DeploymentArguments, JudgeArguments};
use crate::{outputs, timings, write};
use anyhow::{Context as _, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;
use stockade_check::{Known, Request, check, exit_code};
use stockade_project::{Change, Options, from_here};
use stockade_report::Listed;
use stockade_syntax::{FileId, Source, parse};

pub(crate) fn run(arguments: &CheckArguments) -> Result<u8> {
    let known = match (&arguments.judge.baseline, arguments.no_baseline) {
        (_, true) => Known::Nothing,
        (Some(path), _) if !path.exists() => {
            bail!("--baseline `{path}`: no such file; `stockade baseline update` writes it");
        }
        (Some(path), _) => Known::File(path.clone()),
        (None, false) => Known::Baseline,
    };
    let paths: Vec<Utf8PathBuf> = arguments.paths.iter().map(|path| from_here(path)).collect();
    let since = match &arguments.since {
        Some(revision) => Some(Arc::new(change(revision, &paths)?)),
        None => None,
    };
    let request = Request {
        fail_on: arguments.fail_on,
        known,
        since,
        related: arguments.related,
        ..request(&arguments.judge, paths)?
    };
    let outputs = outputs::outputs(&arguments.format, &arguments.output)?;
    if arguments.explain_unknown && !outputs.iter().any(|output| output.format.name == "text") {
        bail!("--explain-unknown: the text report is the one that has it; add `--format text`");
    }
    let report = check(&request);
    if report.deployments.is_empty()
        && !report.is_partial
        && report.problems.is_empty()
        && report.files.judged == 0
    {
        let paths: Vec<&str> = request.paths.iter().map(|path| path.as_str()).collect();
        write::error(&format!(
            "error: nothing to judge in `{}`: no template of SAM, CloudFormation or Terraform among {} files",
            paths.join("`, `"),
            report.files.not_template
        ));
    }
    let listed = (!arguments.verdicts.is_empty()).then(|| Listed(arguments.verdicts.clone()));
    let rendering = Instant::now();
    for output in &outputs {
        let mut rendered = output.format.render(&report, listed.as_ref());
        if arguments.explain_unknown && output.format.name == "text" {
            rendered.text.push_str(&stockade_report::unknowns(&report));
        }
        match &output.file {
            Some(path) => write::file(path, &rendered.text)?,
            None => write::out(&rendered.text)?,
        }
        for remark in &rendered.remarks {
            write::error(&format!("note: {remark}"));
        }
    }
    if arguments.timings {
        write::error(timings::table(&report.timings, rendering.elapsed()).trim_end());
    }
    let code = exit_code(&report);
    // The process ends here: to take the report apart first costs time and gives nothing.
    std::mem::forget(report);
    Ok(code)
}

/// The change since a revision of the repository that the first path lies in.
fn change(revision: &str, paths: &[Utf8PathBuf]) -> Result<Change> {
    let first = paths.first().map_or(Utf8Path::new("."), Utf8PathBuf::as_path);
    let folder = if first.is_dir() { first } else { first.parent().unwrap_or(first) };
    let folder = if folder.as_str().is_empty() { Utf8Path::new(".") } else { folder };
    Change::since(revision, folder).with_context(|| format!("--since {revision}"))
}

/// The date in UTC: the same for everyone who judges at the same moment, and the time zones of the machine, hundreds of
/// files, need not be looked at.
pub(crate) fn today() -> Date {
    Offset::UTC.to_datetime(Timestamp::now()).date()
}

/// A request for paths, as the arguments say to judge.
pub(crate) fn request(arguments: &JudgeArguments, paths: Vec<Utf8PathBuf>) -> Result<Request> {
    if let Some(path) = arguments.config.as_ref().filter(|path| !path.is_file()) {
        bail!("--config `{path}`: no such file");
    }
    let as_of = arguments.as_of.unwrap_or_else(today);
    Ok(Request {
        options: Options { configuration: arguments.config.clone(), ..options(&arguments.deployment)? },
        profile: arguments.profile,
        strict: arguments.strict,
        ..Request::new(paths, as_of)
    })
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
    Ok(Options {
        region: arguments.region.as_deref().map(Into::into),
        parameters,
        environments,
        environment,
        configuration: None,
    })
}
