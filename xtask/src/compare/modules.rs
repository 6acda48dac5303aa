//! Stockade beside Checkov on root modules of Terraform. Two findings are the same if they are of the same control and
//! root module and name the same resource, data source or block.

use super::{CORPUS, REQUIREMENTS, Said, cpu, list, listed, reports, table, tool};
use crate::bench::release_binary;
use crate::python::environment;
use anyhow::Result;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::process::Command;

const MODULES: &str = "tests/peers/modules.txt";

/// Runs both tools, prints what they find, or also each difference.
pub(super) fn run(show: bool) -> Result<()> {
    let (below, roots) = laid_out()?;
    let programs = environment("peers", REQUIREMENTS)?.canonicalize()?;
    let options = ["--format", "json", "--profile", "regulated", "--verdicts", "fail,unknown,pass"];
    let stockade = tool(Command::new(release_binary()?).arg("check").args(options).arg(&below))?;
    let options = ["--framework", "terraform", "secrets", "--output", "json", "--compact", "--quiet"];
    let checkov = tool(
        Command::new(programs.join("checkov"))
            .args(options)
            .args(["--skip-download", "--directory"])
            .arg(&below),
    )?;

    let mut blocks = Blocks::default();
    let ours = ours(&stockade.answer, &roots, &mut blocks);
    let peers = [("checkov", checkov_findings(&checkov.answer, &below, &roots, &mut blocks))];
    println!("{} root modules", roots.len());
    let unread: u64 = reports(&checkov.answer)
        .iter()
        .filter_map(|report| report["summary"]["parsing_errors"].as_u64())
        .sum();
    println!("files not read by checkov: {unread}");
    println!("\nrules that judge the same thing:\n");
    table(&ours, &peers, false, show);
    println!("\nrules that judge partly the same thing:\n");
    table(&ours, &peers, true, show);
    let ratio = checkov.seconds / stockade.seconds;
    println!(
        "\nCPU: stockade {:.3} s, checkov {:.2} s ({ratio:.0} times ours)",
        stockade.seconds, checkov.seconds
    );
    cpu(stockade.seconds, checkov.seconds)
}

/// A folder of its own with the root modules and what they call, and the root modules in it: of several folders, Checkov
/// tells each one's findings again for all that follow.
fn laid_out() -> Result<(PathBuf, Vec<String>)> {
    let corpus = Path::new(CORPUS).canonicalize()?;
    let below = crate::target_folder().join("peers-modules").join("corpus");
    if below.exists() {
        std::fs::remove_dir_all(&below)?;
    }
    std::fs::create_dir_all(&below)?;
    let below = below.canonicalize()?;
    let folders = folders(&corpus)?;
    let mut roots = Vec::new();
    let (mut open, mut seen) = (listed(MODULES)?, BTreeSet::new());
    for root in &open {
        roots.push(below.join(root.strip_prefix(&corpus)?).to_string_lossy().into_owned());
    }
    while let Some(path) = open.pop() {
        let Some(folder) = folders.get(&path).filter(|_| seen.insert(path.clone())) else { continue };
        let copy = below.join(path.strip_prefix(&corpus)?);
        std::fs::create_dir_all(&copy)?;
        for entry in std::fs::read_dir(&path)? {
            let file = entry?.path();
            if let Some(name) = file.file_name().filter(|_| file.is_file()) {
                std::fs::copy(&file, copy.join(name))?;
            }
        }
        open.extend(folder.calls.iter().cloned());
    }
    Ok((below, roots))
}

/// Writes the list of root modules: all that no other module calls and that declare, themselves or in a local module that
/// they call, a Lambda function.
pub(super) fn choose() -> Result<()> {
    let corpus = Path::new(CORPUS).canonicalize()?;
    let folders = folders(&corpus)?;
    let called: BTreeSet<&PathBuf> = folders
        .iter()
        .flat_map(|(path, folder)| folder.calls.iter().filter(move |called| *called != path))
        .collect();
    let mut chosen = Vec::new();
    for root in folders.keys().filter(|root| !called.contains(root)) {
        let (mut open, mut seen) = (vec![root], BTreeSet::new());
        while let Some(path) = open.pop() {
            if let Some(folder) = folders.get(path).filter(|_| seen.insert(path)) {
                open.extend(&folder.calls);
            }
        }
        if seen.iter().any(|path| folders[*path].declares_function) {
            chosen.push(root.strip_prefix(&corpus)?.to_string_lossy().into_owned());
        }
    }
    println!("{} root modules", chosen.len());
    let head = "# Root modules of the corpus with Lambda functions, chosen by `cargo xtask compare terraform --choose`.";
    Ok(std::fs::write(MODULES, format!("{head}\n{}\n", chosen.join("\n")))?)
}

/// What the text of a folder shows.
#[derive(Default)]
struct Folder {
    calls: BTreeSet<PathBuf>,
    declares_function: bool,
}

/// The folders with files of Terraform below a folder, by their paths.
fn folders(below: &Path) -> Result<BTreeMap<PathBuf, Folder>> {
    let mut found: BTreeMap<PathBuf, Folder> = BTreeMap::new();
    let mut open = vec![below.canonicalize()?];
    while let Some(path) = open.pop() {
        for entry in std::fs::read_dir(&path)? {
            let inner = entry?.path();
            if inner.is_dir() {
                open.push(inner);
            } else if inner.extension().is_some_and(|extension| extension == "tf") {
                let folder = found.entry(path.clone()).or_default();
                for line in std::fs::read_to_string(&inner)?.lines().map(str::trim_start) {
                    folder.declares_function |= line.starts_with("resource \"aws_lambda_function\"");
                    let named =
                        line.strip_prefix("source").map(|rest| rest.trim_start_matches([' ', '=', '"']));
                    if let Some(local) = named.filter(|named| named.starts_with('.')) {
                        folder.calls.insert(normal(&path.join(local.split('"').next().unwrap_or(local))));
                    }
                }
            }
        }
    }
    Ok(found)
}

/// A path without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

/// A block at the top of a file: its first and its last line, and the address of a resource or data source in its module.
struct Block {
    first: u64,
    last: u64,
    address: Option<String>,
}

/// The blocks of files, read once.
#[derive(Default)]
struct Blocks(BTreeMap<String, Vec<Block>>);

impl Blocks {
    /// The ids of the block around a line: its file and first line, and its address below a module's.
    fn ids(&mut self, path: &str, line: u64, module: &str) -> Vec<String> {
        let read = || std::fs::read_to_string(path).map(|text| blocks(&text)).unwrap_or_default();
        let blocks = self.0.entry(path.to_owned()).or_insert_with(read);
        let Some(block) = blocks.iter().find(|block| (block.first..=block.last).contains(&line)) else {
            return Vec::new();
        };
        let address = block.address.iter().map(|address| format!("{module}{address}"));
        std::iter::once(format!("{path}:{}", block.first)).chain(address).collect()
    }
}

/// The blocks of a file as Terraform formats it: each ends with a brace at the start of a line.
fn blocks(text: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut open = false;
    for (line, at) in text.lines().zip(1..) {
        let starts = line.starts_with(|character: char| character.is_ascii_lowercase()) && line.contains('{');
        if starts && !open {
            let mut labels = line.split('"').skip(1).step_by(2);
            let address = match (line.split([' ', '"']).next(), labels.next(), labels.next()) {
                (Some("resource" | "data"), Some(kind), Some(name)) => Some(format!("{kind}.{name}")),
                _ => None,
            };
            found.push(Block { first: at, last: at, address });
            open = !line.trim_end().ends_with('}');
        } else if open && let Some(block) = found.last_mut() {
            block.last = at;
            open = !line.starts_with('}');
        }
    }
    found
}

/// An address without the keys of instances and the word `data`, as Checkov writes it.
fn plain(address: &str) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    for character in address.chars() {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(character),
            _ => {}
        }
    }
    out.strip_prefix("data.").map_or_else(|| out.replace(".data.", "."), str::to_owned)
}

/// The modules of an address, with a dot behind them.
fn module_of(address: &str) -> &str {
    let parts: Vec<&str> = address.rsplitn(3, '.').collect();
    parts.get(2).map_or("", |modules| &address[..=modules.len()])
}

/// The root module that Checkov found something for: the one with the call of the module, if it names one, or the one that
/// the file lies in.
fn root_of<'a>(roots: &'a [String], below: &Path, check: &Json) -> Option<&'a String> {
    let caller = check["caller_file_path"].as_str().map(|caller| below.join(caller.trim_start_matches('/')));
    let path = caller.or_else(|| check["file_abs_path"].as_str().map(PathBuf::from))?;
    roots.iter().filter(|root| path.starts_with(root)).max_by_key(|root| root.len())
}

fn ours(report: &Json, roots: &[String], blocks: &mut Blocks) -> Vec<Said> {
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let mut out = Vec::new();
    for finding in list(&report["findings"]) {
        let deployment = text(&finding["deployment"]);
        if !roots.contains(&deployment) {
            continue;
        }
        let subject = plain(finding["subject"]["id"].as_str().unwrap_or_default());
        let mut ids = vec![subject.clone()];
        let related = list(&finding["related"]).iter().map(|related| &related["location"]);
        for place in std::iter::once(&finding["location"]).chain(related) {
            let line = place["start"]["line"].as_u64().unwrap_or_default();
            ids.extend(blocks.ids(place["path"].as_str().unwrap_or_default(), line, module_of(&subject)));
        }
        out.push(Said {
            rule: text(&finding["control"]),
            verdict: text(&finding["verdict"]),
            line: finding["location"]["start"]["line"].as_u64().unwrap_or_default(),
            message: text(&finding["message"]),
            path: deployment,
            ids,
        });
    }
    out
}

fn checkov_findings(answer: &Json, below: &Path, roots: &[String], blocks: &mut Blocks) -> Vec<Said> {
    let mut out: Vec<Said> = Vec::new();
    for check in reports(answer).iter().flat_map(|report| list(&report["results"]["failed_checks"])) {
        let path = check["file_abs_path"].as_str().unwrap_or_default();
        let Some(root) = root_of(roots, below, check) else { continue };
        let line = check["file_line_range"][0].as_u64().unwrap_or_default();
        let resource = plain(check["resource"].as_str().unwrap_or_default());
        let mut ids = vec![resource.clone()];
        ids.extend(blocks.ids(path, line, module_of(&resource)));
        let rule = check["check_id"].as_str().unwrap_or_default().to_owned();
        // Once for each instance, of which none has a key here.
        let again = |said: &Said| said.rule == rule && said.path == *root && said.ids == ids;
        if !out.iter().any(again) {
            let message = check["check_name"].as_str().unwrap_or_default().to_owned();
            let verdict = "fail".to_owned();
            out.push(Said { rule, verdict, path: root.clone(), line, ids, message });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{blocks, module_of, plain};

    #[test]
    fn addresses_are_compared_without_keys() {
        assert_eq!(plain(r#"module.a["x.y"].aws_s3_bucket.b[0]"#), "module.a.aws_s3_bucket.b");
        assert_eq!(plain("data.aws_iam_policy_document.d"), "aws_iam_policy_document.d");
        assert_eq!(plain("module.a.data.aws_iam_policy_document.d"), "module.a.aws_iam_policy_document.d");
        assert_eq!(module_of("module.a.module.b.aws_s3_bucket.b"), "module.a.module.b.");
        assert_eq!(module_of("aws_s3_bucket.b"), "");
    }

    #[test]
    fn a_block_ends_with_a_brace_at_the_start_of_a_line() {
        let found = blocks("locals {}\nresource \"a\" \"b\" {\n  c {\n  }\n}\n# d\ndata \"e\" \"f\" {\n}\n");
        let lines: Vec<_> =
            found.iter().map(|block| (block.first, block.last, block.address.as_deref())).collect();
        assert_eq!(lines, [(1, 1, None), (2, 5, Some("a.b")), (7, 8, Some("e.f"))]);
    }
}
