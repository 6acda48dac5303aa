//! `stockade init`: a configuration file for what is there.

use crate::arguments::InitArguments;
use crate::write;
use anyhow::{Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use stockade_check::{Known, Report, Request, check};
use stockade_model::{Finding, Outcome, Profile, Severity};
use stockade_project::{CONFIGURATION, Glob, from_here};
use stockade_report::plural;

/// So many unreadable files, controls and accounts are named.
const SHOWN: usize = 10;

pub(crate) fn run(arguments: &InitArguments) -> Result<u8> {
    let path = from_here(&arguments.folder).join(CONFIGURATION);
    let path = path.strip_prefix(".").map(ToOwned::to_owned).unwrap_or(path);
    if !arguments.folder.is_dir() {
        bail!("`{}` is no folder", arguments.folder);
    }
    if path.exists() && !arguments.print {
        bail!("`{path}` is there already; `stockade init --print` shows what would be written");
    }
    let as_of = crate::check::today();
    let folder = from_here(&arguments.folder);
    let request = Request {
        profile: Some(Profile::Baseline),
        known: Known::Nothing,
        ..Request::new(vec![folder.clone()], as_of)
    };
    let report = check(&request);
    let relative = |path: &str| {
        let path = camino::Utf8Path::new(path);
        path.strip_prefix(&folder).unwrap_or(path).as_str().replace('\\', "/")
    };
    let text = configuration(&report, &relative);
    if arguments.print {
        write::out(&text)?;
        return Ok(0);
    }
    write::file(&path, &text)?;
    let failures: usize = report.summary.by_severity.iter().map(|(_, count)| count).sum();
    let mut out = format!("wrote {path}: {}\n", seen(&report));
    if failures > 0 {
        let gating = at_least(&report, Severity::High);
        let _ = write!(
            out,
            "today {failures} findings, {gating} of them high or critical\n\
             next: `stockade check` shows them; `stockade baseline update` accepts them, so that only new ones count\n",
        );
    }
    write::out(&out)?;
    Ok(0)
}

fn seen(report: &Report) -> String {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for deployment in &report.deployments {
        *kinds.entry(deployment.kind).or_default() += 1;
    }
    let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let functions: usize = report.deployments.iter().map(|deployment| deployment.functions).sum();
    if kinds.is_empty() {
        return "no templates yet".to_owned();
    }
    let count = report.deployments.len();
    format!("{} ({}), {}", plural(count, "deployment"), kinds.join(", "), plural(functions, "function"))
}

fn failures(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings.iter().filter(|finding| finding.verdict.outcome == Outcome::Fail && finding.is_live())
}

fn at_least(report: &Report, severity: Severity) -> usize {
    failures(report).filter(|finding| finding.severity >= severity).count()
}

fn configuration(report: &Report, relative: &dyn Fn(&str) -> String) -> String {
    let mut out = format!(
        "# How Stockade judges the templates below this folder: `stockade check`.\n\
         # Seen on {}: {}.\n\n",
        report.as_of,
        seen(report)
    );
    let of_minimum = |finding: &&Finding| {
        let control = stockade_controls::find(finding.control);
        control.is_some_and(|control| control.row().profile == Profile::Minimum)
    };
    let _ = write!(
        out,
        "# Which controls: minimum, baseline or regulated. Today baseline gives {}, minimum {}.\n\
         profile = \"baseline\"\n\n\
         # The least severity that fails a run: low, medium, high or critical. Today {} high or critical.\n\
         fail-on = \"high\"\n\n\
         # Make what cannot be told count like a failure.\n\
         # strict = true\n\n",
        plural(failures(report).count(), "finding"),
        failures(report).filter(of_minimum).count(),
        plural_is(at_least(report, Severity::High)),
    );
    exclude(report, relative, &mut out);
    out.push_str(
        "# The file of known failures that `stockade baseline update` writes.\n\
         # baseline = \".stockade-baseline.json\"\n\n",
    );
    controls(report, &mut out);
    allow(report, &mut out);
    out.push_str(
        "[limits]\n\
         # Logs must be kept at least so many days.\n\
         # log-retention-days = 30\n\
         # A catalogue of IAM actions that is older says nothing of names that it does not have.\n\
         # action-catalogue-days = 90\n\n\
         [network]\n\
         # Functions that must run in a VPC, by name (or logical id) or by tag.\n\
         # vpc-required = [{ name = \"payments-*\" }, { tag = \"data-class\", value = \"personal\" }]\n\n",
    );
    environments(report, &mut out);
    let known: BTreeSet<&str> = failures(report).map(|finding| finding.control).collect();
    let example = known.first().copied().unwrap_or("EP-01");
    let _ = write!(
        out,
        "# A failure that is accepted, with a reason, and until a day. In a template: a comment\n\
         # `# stockade: waive {example} until 2027-03-01 -- reason` above what it is about.\n\
         # [[waivers]]\n\
         # control = \"{example}\"\n\
         # path = \"services/orders/**\"\n\
         # subject = \"OrdersFunction\"\n\
         # until = 2027-03-01\n\
         # reason = \"why this is accepted\"\n",
    );
    out
}

fn plural_is(count: usize) -> String {
    if count == 1 { "1 is".to_owned() } else { format!("{count} are") }
}

/// Files that could not be read are named, so that the others can be gated today.
fn exclude(report: &Report, relative: &dyn Fn(&str) -> String, out: &mut String) {
    out.push_str("# Files and folders that are not judged.\n");
    let mut unread: BTreeMap<String, &str> = BTreeMap::new();
    for problem in &report.problems {
        let message = problem.message.lines().next().unwrap_or_default();
        // What is wrong with a nested template is wrong with all that nest it.
        let roots = report.deployments.iter().filter(|deployment| deployment.paths.contains(&problem.path));
        let roots: Vec<&str> = roots.map(|deployment| deployment.name.as_str()).collect();
        let paths = if roots.is_empty() { vec![problem.path.as_str()] } else { roots };
        for path in paths {
            unread.entry(relative(path)).or_insert(message);
        }
    }
    if unread.is_empty() {
        out.push_str("# exclude = [\"legacy/**\"]\n\n");
        return;
    }
    out.push_str("exclude = [\n    # These cannot be read whole today: mend them and take them out.\n");
    for (path, message) in &unread {
        let _ = writeln!(out, "    {}, # {message}", toml::Value::from(Glob::escape(path)));
    }
    out.push_str("]\n\n");
}

fn controls(report: &Report, out: &mut String) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in failures(report) {
        *counts.entry(finding.control).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(control, count)| (std::cmp::Reverse(*count), *control));
    out.push_str(
        "[controls]\n\
         # \"off\", \"on\" whatever the profile, or a severity of your own: low, medium, high, critical.\n",
    );
    if counts.is_empty() {
        out.push_str("# CC-01 = \"low\"\n");
    } else {
        out.push_str("# What fails most today:\n");
    }
    for (control, count) in counts.iter().take(SHOWN) {
        let slug = stockade_controls::find(control).map_or("", |control| control.row().slug);
        let _ = writeln!(out, "# {control} = \"off\" # {slug}: {count}");
    }
    out.push('\n');
}

fn allow(report: &Report, out: &mut String) {
    out.push_str(
        "[allow]\n\
         # Accounts that may invoke functions and assume their roles: your own, where templates write it out, and partners'.\n",
    );
    accounts(report, "accounts", &["IAM-15", "IAM-21"], out);
    out.push_str(
        "# Organisations whose accounts may.\n\
         # organizations = [\"o-a1b2c3d4e5\"]\n\
         # Accounts whose Lambda layers are trusted, beside AWS's own.\n",
    );
    accounts(report, "layer-owners", &["SC-11"], out);
    out.push('\n');
}

/// A list of accounts: those that findings of the controls name, which may be the organisation's own.
fn accounts(report: &Report, key: &str, controls: &[&str], out: &mut String) {
    let accounts: BTreeSet<&str> = failures(report)
        .filter(|finding| controls.contains(&finding.control))
        .flat_map(|finding| finding.verdict.arguments.iter())
        .filter(|(name, value)| *name == "account" && value.len() == 12)
        .map(|(_, value)| value.as_str())
        .take(SHOWN)
        .collect();
    let list: Vec<String> = accounts.iter().map(|account| format!("\"{account}\"")).collect();
    let _ = match list.is_empty() {
        true => writeln!(out, "# {key} = [\"123456789012\"]"),
        false => writeln!(out, "# In use today and on no list:\n# {key} = [{}]", list.join(", ")),
    };
}

fn environments(report: &Report, out: &mut String) {
    let named: BTreeSet<&str> = report
        .deployments
        .iter()
        .flat_map(|deployment| &deployment.scenarios)
        .filter(|scenario| scenario.kind == stockade_model::ScenarioKind::Named)
        .map(|scenario| scenario.name.as_str())
        .collect();
    out.push_str("# Named sets of parameter values, each judged as a scenario of its own.\n");
    if !named.is_empty() {
        let named: Vec<&str> = named.into_iter().take(SHOWN).collect();
        let _ = writeln!(out, "# Read from samconfig files already: {}.", named.join(", "));
    }
    out.push_str(
        "# [environments.prod]\n\
         # region = \"eu-west-1\"\n\
         # parameters = { Stage = \"prod\" }\n\
         # templates = [\"services/**\"]\n\n\
         # What is true of some deployments: values in every scenario, whose exports they import.\n\
         # [deployments.\"services/orders/template.yaml\"]\n\
         # parameters = { Domain = \"example.com\" }\n\
         # imports-from = [\"network/template.yaml\"]\n\n",
    );
}
