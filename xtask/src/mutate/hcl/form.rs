//! The ways in which HCL writes what decides, and a literal mutant written in each.

use super::structure::{Block, Structured};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::ops::Range;

/// What the value, the variable and the module of a mutant are called.
pub const NAME: &str = "stockade_mutant";

/// The ways in which a value can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    /// At its argument; `null` where nothing is the fault.
    Literal,
    /// In the default of a variable.
    Variable,
    /// In `terraform.tfvars`.
    Tfvars,
    /// In a local value.
    Local,
    /// As the argument of the call of a module that everything else stands in.
    Argument,
    /// In what a `dynamic` block is repeated for; for nothing where nothing is the fault.
    Dynamic,
    /// In a resource of its own, which is part of the one that it is about.
    Split,
    /// In the JSON form of the language.
    Json,
    /// The argument or block taken away.
    Absent,
}

impl Form {
    /// All, in the order of the table's columns.
    pub const ALL: [Self; 9] = [
        Self::Literal,
        Self::Variable,
        Self::Tfvars,
        Self::Local,
        Self::Argument,
        Self::Dynamic,
        Self::Split,
        Self::Json,
        Self::Absent,
    ];

    /// The column's title.
    pub fn name(self) -> &'static str {
        match self {
            Self::Literal => "literal",
            Self::Variable => "variable",
            Self::Tfvars => "tfvars",
            Self::Local => "local",
            Self::Argument => "argument",
            Self::Dynamic => "dynamic",
            Self::Split => "split",
            Self::Json => "json",
            Self::Absent => "absent",
        }
    }
}

/// Why a mutant has no such form: what is said of every mutant of a clause is a reason for the table.
pub type NotThisForm = &'static str;

/// A mutant whose fault is written at its place.
pub struct Literal {
    /// The files that differ, with paths from the root module.
    pub files: BTreeMap<Utf8PathBuf, String>,
    /// The file that has the fault.
    pub file: Utf8PathBuf,
    /// Where a finding must point in that file.
    pub at: Vec<Range<usize>>,
    /// Where the expression of the value stands that is the fault; none if there is no value, as where something was
    /// taken away.
    pub value: Option<Range<usize>>,
    /// Where the nested block stands whose absence is the fault.
    pub block: Option<Range<usize>>,
    /// Whether the fault stands in another resource than the one that it is about.
    pub split: bool,
    /// Whether the fault is that something was taken away.
    pub absent: bool,
    /// Whether the value is the fault because its variable hides it.
    pub sensitive: bool,
}

/// A root module with a fault in it.
pub struct Mutant {
    /// The files that differ; those without a text are taken away.
    pub files: BTreeMap<Utf8PathBuf, Option<String>>,
    /// Where a finding must point.
    pub at: Vec<(Utf8PathBuf, Range<usize>)>,
    /// The file that calls the rest as a module, if it is one.
    pub caller: Option<String>,
}

/// Writes the mutant in a form. `tfvars` is what stands in `terraform.tfvars` now.
pub fn written(literal: &Literal, form: Form, tfvars: Option<&str>) -> Result<Mutant, NotThisForm> {
    let text = literal.files.get(&literal.file).ok_or("nothing is written")?;
    let by_variable = matches!(form, Form::Variable | Form::Tfvars | Form::Argument);
    match form {
        _ if literal.sensitive && !by_variable => Err("a variable alone hides its value"),
        _ if by_variable && literal.value.clone().is_some_and(|value| text[value].contains("data.")) => {
            Err("what a variable is given names no data source of the module")
        }
        Form::Absent | Form::Split | Form::Json | Form::Literal if literal.block.is_some() => {
            Err("a whole block is missing: a value cannot say so")
        }
        Form::Absent if literal.absent => Ok(as_it_is(literal)),
        Form::Absent => Err("what is not there is no fault, or a clause of its own"),
        _ if literal.absent && form != Form::Dynamic && form != Form::Split && form != Form::Json => {
            Err("a whole block is missing: a value cannot say so")
        }
        Form::Split if literal.split => Ok(as_it_is(literal)),
        Form::Split => Err("it stands in the resource that it is about"),
        Form::Literal if literal.split => Err("it stands in a resource of its own"),
        Form::Literal => Ok(as_it_is(literal)),
        Form::Dynamic => dynamic(literal, text),
        Form::Json => in_json(literal, text),
        Form::Variable | Form::Local | Form::Tfvars | Form::Argument => named(literal, text, form, tfvars),
    }
}

fn as_it_is(literal: &Literal) -> Mutant {
    Mutant {
        files: literal.files.iter().map(|(path, text)| (path.clone(), Some(text.clone()))).collect(),
        at: literal.at.iter().map(|at| (literal.file.clone(), at.clone())).collect(),
        caller: None,
    }
}

/// The spans behind a replacement in a text, moved with it.
fn moved(spans: &[Range<usize>], replaced: &Range<usize>, by: usize) -> Vec<Range<usize>> {
    let after = |at: usize| match at {
        at if at >= replaced.end => at - replaced.len() + by,
        at if at > replaced.start => replaced.start + by,
        at => at,
    };
    spans.iter().map(|span| after(span.start)..after(span.end)).collect()
}

/// The value behind a name.
fn named(literal: &Literal, text: &str, form: Form, tfvars: Option<&str>) -> Result<Mutant, NotThisForm> {
    let value = literal.value.clone().ok_or("no value decides")?;
    let folder = literal.file.parent().unwrap_or(Utf8Path::new(""));
    if form != Form::Variable && form != Form::Local && !folder.as_str().is_empty() {
        return Err("the fault stands in a module that is called");
    }
    let expression = text[value.clone()].to_owned();
    let name = match form {
        Form::Local => format!("local.{NAME}"),
        _ => format!("var.{NAME}"),
    };
    let mut changed = text.to_owned();
    changed.replace_range(value.clone(), &name);
    let mut mutant = as_it_is(literal);
    mutant.at =
        moved(&literal.at, &value, name.len()).into_iter().map(|at| (literal.file.clone(), at)).collect();
    let start = changed.len() + 1;
    let hidden = if literal.sensitive { "  sensitive = true\n" } else { "" };
    changed.push_str(&match form {
        Form::Variable => format!("\nvariable \"{NAME}\" {{\n  default = {expression}\n{hidden}}}\n"),
        Form::Local => format!("\nlocals {{\n  {NAME} = {expression}\n}}\n"),
        _ => format!("\nvariable \"{NAME}\" {{\n{hidden}}}\n"),
    });
    if matches!(form, Form::Variable | Form::Local) {
        mutant.at.push((literal.file.clone(), start..changed.len()));
    }
    mutant.files.insert(literal.file.clone(), Some(changed));
    if form == Form::Tfvars {
        let given = format!("{NAME} = {expression}\n");
        let before = tfvars.map(|before| format!("{}\n", before.trim_end())).unwrap_or_default();
        mutant.at.push(("terraform.tfvars".into(), before.len()..before.len() + given.len()));
        mutant.files.insert("terraform.tfvars".into(), Some(before + &given));
    }
    if form == Form::Argument {
        let head = format!("module \"{NAME}\" {{\n  source = \"./{NAME}\"\n  ");
        let argument = format!("{NAME} = {expression}");
        let inside = |path: &Utf8Path| Utf8Path::new(NAME).join(path);
        mutant.files = mutant.files.into_iter().map(|(path, text)| (inside(&path), text)).collect();
        mutant.at = mutant.at.into_iter().map(|(path, at)| (inside(&path), at)).collect();
        mutant.at.push(("main.tf".into(), head.len()..head.len() + argument.len()));
        mutant.caller = Some(format!("{head}{argument}\n}}\n"));
    }
    Ok(mutant)
}

/// The nested block as one that is repeated: once for the value, or not at all.
fn dynamic(literal: &Literal, text: &str) -> Result<Mutant, NotThisForm> {
    let structured = Structured::of(text).ok_or("the text cannot be read")?;
    let nowhere = "no nested block holds it";
    let span = match (&literal.value, &literal.block) {
        (Some(value), _) => value,
        (None, Some(block)) => block,
        (None, None) => return Err(nowhere),
    };
    let is_nested = |block: &&Block| {
        let parent = structured.parent(block);
        parent.is_some_and(|parent| {
            ["resource", "content"].contains(&parent.kind.as_str()) || parent.within.is_some()
        }) && !["content", "dynamic", "lifecycle", "timeouts"].contains(&block.kind.as_str())
    };
    let block = structured.innermost(span).filter(is_nested).ok_or(nowhere)?;
    let whole = text[block.span.clone()].to_owned();
    let open = whole.find('{').ok_or(nowhere)?;
    let (items, body) = match &literal.value {
        Some(value) => {
            let expression = &text[value.clone()];
            let within = value.start - block.span.start..value.end - block.span.start;
            let mut body = whole.clone();
            body.replace_range(within, &format!("{}.value", block.kind));
            // What is nothing is the fault of a block that is not there.
            match expression {
                "null" => (String::new(), whole.clone()),
                _ => (expression.to_owned(), body),
            }
        }
        None => (String::new(), whole.clone()),
    };
    let written = format!(
        "dynamic \"{}\" {{\n    for_each = [{items}]\n    content {}\n  }}",
        block.kind,
        &body[open..]
    );
    let mut changed = text.to_owned();
    changed.replace_range(block.span.clone(), &written);
    let mut mutant = as_it_is(literal);
    mutant.at = moved(&literal.at, &block.span, written.len())
        .into_iter()
        .map(|at| (literal.file.clone(), at))
        .collect();
    mutant.at.push((literal.file.clone(), block.span.start..block.span.start + written.len()));
    mutant.files.insert(literal.file.clone(), Some(changed));
    Ok(mutant)
}

/// The file in the JSON form of the language: what names the fault there is what the file says nowhere else.
fn in_json(literal: &Literal, text: &str) -> Result<Mutant, NotThisForm> {
    let heredoc = "a heredoc is not written in JSON";
    let mut mutant = as_it_is(literal);
    let json = super::json::converted(text).ok_or(heredoc)?;
    let path = Utf8PathBuf::from(format!("{}.json", literal.file));
    let mut at = Vec::new();
    if let Some(value) = &literal.value {
        let mut marked = text.to_owned();
        marked.replace_range(value.clone(), &format!("\"{MARK}\""));
        let marked = super::json::converted(&marked).ok_or(heredoc)?;
        // All up to the mark is the same, so the line is.
        let start = marked.find(MARK).ok_or(heredoc)?.min(json.len());
        let start = (0..=start).rev().find(|at| json.is_char_boundary(*at)).unwrap_or_default();
        at.push(line_around(&json, start));
    }
    let structured = Structured::of(text).ok_or(heredoc)?;
    for place in &literal.at {
        let top = structured.blocks.iter().filter(|block| block.within.is_none());
        for block in top.filter(|block| block.span.start < place.end && place.start < block.span.end) {
            // A place at its beginning stands for the block's own line, unless it is all of it.
            let whole = place.start > block.span.start || place.end >= block.span.end;
            at.extend(in_json_of(&json, &block.labels, whole));
        }
    }
    mutant.at = at.into_iter().map(|at| (path.clone(), at)).collect();
    mutant.files.insert(literal.file.clone(), None);
    mutant.files.insert(path, Some(json));
    Ok(mutant)
}

/// Stands for a value, to see where it is written.
pub const MARK: &str = "stockade-mutant-mark";

/// Where a block with those labels stands in JSON: its first line, or all of it. Keys stand two blanks deeper for each
/// label.
fn in_json_of(json: &str, labels: &[String], whole: bool) -> Option<Range<usize>> {
    let mut at = 0;
    for (depth, label) in labels.iter().enumerate() {
        let key = format!("\n{}\"{label}\": ", " ".repeat(4 + 2 * depth));
        at += json[at..].find(&key)? + 1;
    }
    let line = line_around(json, at);
    let end = format!("\n{}}}", " ".repeat(2 + 2 * labels.len()));
    let last = json[at..].find(&end).map_or(line.end, |end| at + end);
    Some(if whole { line.start..last } else { line })
}

fn line_around(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    start..end
}
