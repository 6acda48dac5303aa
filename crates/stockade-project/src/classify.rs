//! Whether a file is a template or a plan.

use crate::files::{Parsed, ReadError};
use crate::walk::Candidate;
use crate::{Files, Notice, Problem};
use std::io::Read as _;
use stockade_cfn::{Template, is_template, shows_template};
use stockade_model::Place;
use stockade_syntax::NoticeKind;
use stockade_terraform::{is_plan, shows_plan};

/// How many files were what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FileCounts {
    /// Templates.
    pub judged: usize,
    /// Read, and no template.
    pub not_template: usize,
    /// Of a source that this version does not read.
    pub unsupported: usize,
    /// Could not be read.
    pub failed: usize,
    /// Left out by `exclude`.
    pub excluded: usize,
}

/// A file that is judged.
pub(crate) enum Judged {
    /// A template.
    Template(Box<Template>),
    /// A plan of Terraform.
    Plan(Parsed),
}

/// What a file turned out to be.
pub(crate) struct Class {
    /// What it is, nothing to judge, or something that should be and cannot be read.
    pub result: Result<Option<Judged>, Problem>,
    /// What a reader should know of it.
    pub notices: Vec<Notice>,
}

/// Reads a file and decides. Only what shows signs of a template is parsed at all, unless the user named it.
pub(crate) fn classify(candidate: &Candidate, files: &Files) -> Class {
    let mut notices = Vec::new();
    let result = decide(candidate, files, &mut notices);
    Class { result, notices }
}

fn decide(
    candidate: &Candidate,
    files: &Files,
    notices: &mut Vec<Notice>,
) -> Result<Option<Judged>, Problem> {
    let path = &candidate.path;
    if !candidate.named && files.root_of(path).is_none() {
        notices.push(Notice {
            kind: "outside",
            path: path.clone(),
            message: "not read: the link leads out of the project".into(),
            place: None,
        });
        return Ok(None);
    }
    let source = match files.read(path) {
        Ok(source) => source,
        Err(ReadError::NotText(shows)) if !shows && !candidate.named => return Ok(None),
        Err(ReadError::NotText(_)) if is_binary_plan(path) => {
            let message = "a plan in Terraform's own form, which only Terraform reads: write it as JSON with `terraform show -json PLAN > plan.json`";
            return Err(Problem::new(path, message));
        }
        Err(ReadError::NotText(_)) => {
            return Err(Problem::new(path, "the file is not UTF-8 text: save it as UTF-8"));
        }
        Err(ReadError::Unreadable(cause)) => {
            return Err(Problem::new(path, format!("cannot read the file: {cause}")));
        }
        Err(ReadError::Syntax(..)) => return Ok(None),
    };
    let shows_plan = shows_plan(&source.text);
    if !shows_template(&source.text) && !shows_plan && !candidate.named {
        return Ok(None);
    }
    let parsed = match files.parse(&source) {
        Ok(parsed) => parsed,
        Err(ReadError::Syntax(source, error)) => {
            let place = Place { file: source.id, span: error.span };
            let message = match is_plan_log(&source.text) {
                true => "the log that `terraform plan -json` prints, not the plan: `terraform plan -out=PLAN`, then `terraform show -json PLAN > plan.json`".into(),
                false => error.message,
            };
            return Err(Problem::at(path, message, place));
        }
        Err(_) => return Ok(None),
    };
    let document = &parsed.1;
    if is_plan(document) {
        return Ok(Some(Judged::Plan(parsed)));
    }
    if !is_template(document) {
        if candidate.named {
            let place = Place { file: source.id, span: stockade_syntax::Span::default() };
            let is_state = document.root.get("terraform_version").is_some();
            let message = match is_state {
                true => {
                    "a Terraform state, not a plan: `terraform plan -out=PLAN`, then `terraform show -json PLAN > plan.json`"
                }
                false => "not a SAM or CloudFormation template: it has no `Resources` with a `Type`",
            };
            return Err(Problem::at(path, message, place));
        }
        return Ok(None);
    }
    let template = Template::read(document);
    // A SAM template never goes to CloudFormation as it is written: `sam` unrolls aliases.
    let is_sam = template.as_ref().is_ok_and(Template::is_sam);
    let telling = document.notices.iter().filter(|notice| !(is_sam && notice.kind == NoticeKind::Alias));
    notices.extend(telling.map(|notice| Notice {
        kind: notice.kind.name(),
        path: path.clone(),
        message: notice.message.clone(),
        place: Some(Place { file: source.id, span: notice.span }),
    }));
    notices.extend(template.as_ref().ok().and_then(Template::lacks_transform).map(|declaration| Notice {
        kind: "missing-transform",
        path: path.clone(),
        message: format!(
            "judged as SAM, but CloudFormation refuses `{}` without `Transform: AWS::Serverless-2016-10-31`",
            declaration.type_name
        ),
        place: Some(declaration.id_at),
    }));
    template
        .map(|template| Some(Judged::Template(Box::new(template))))
        .map_err(|error| Problem::at(path, error.message, error.place))
}

/// Whether a file is what `terraform plan -out` writes: a ZIP archive of which the first entry is the plan.
fn is_binary_plan(path: &camino::Utf8Path) -> bool {
    let mut head = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(64).read_to_end(&mut head));
    let named =
        head.get(30..).is_some_and(|name| name.starts_with(b"tfplan") || name.starts_with(b"tfstate"));
    read.is_ok() && head.starts_with(b"PK\x03\x04") && named
}

/// Whether a text is lines of JSON, each a message of Terraform.
fn is_plan_log(text: &str) -> bool {
    text.trim_start().starts_with("{\"@level\"")
}
