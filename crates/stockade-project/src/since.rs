//! What changed since a revision of git, and which files that touches.
//!
//! `git` itself is asked, so that its configuration, worktrees and sparse checkouts count.

use crate::Files;
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// Why the change since a revision is not known.
#[derive(Debug, thiserror::Error)]
pub enum SinceError {
    /// There is no `git`.
    #[error("cannot run `git`: {0}")]
    NoGit(std::io::Error),
    /// `git` refused.
    #[error("{0}")]
    Refused(String),
    /// A file cannot be written for the comparison.
    #[error("cannot write `{0}`: {1}")]
    Write(Utf8PathBuf, std::io::Error),
}

/// A change: from a revision to the files as they are.
#[derive(Debug)]
pub struct Change {
    /// The root of git's working tree, in full.
    root: Utf8PathBuf,
    revision: String,
    /// Files that changed, from the root: those that are there now, and those that are there no more.
    changed: BTreeSet<String>,
    /// What they were called at the revision, if that was something else.
    renamed: BTreeMap<String, String>,
    /// The files that git knows or would add, from the root.
    files: Vec<String>,
    /// Texts at the revision that were asked for.
    texts: Mutex<BTreeMap<String, Option<String>>>,
}

impl Change {
    /// The change of the repository that a folder lies in, files that git does not know yet included.
    ///
    /// # Errors
    /// `git` is not there, or does not know the folder or the revision.
    pub fn since(revision: &str, folder: &Utf8Path) -> Result<Self, SinceError> {
        if revision.starts_with('-') {
            return Err(SinceError::Refused(format!("`{revision}` is no revision")));
        }
        let commit = format!("{revision}^{{commit}}");
        let asked = git(folder, &["rev-parse", "--show-toplevel", &commit]);
        let asked = asked.map_err(|error| match git(folder, &["rev-parse", "--show-toplevel"]) {
            Ok(_) => SinceError::Refused(format!(
                "`{revision}` is no revision here: fetch it (a shallow clone has only the newest), or name another"
            )),
            Err(_) => error,
        })?;
        let (top, commit) = asked.trim_end().rsplit_once('\n').unwrap_or_default();
        let root = Utf8PathBuf::from(top);
        let root = root.canonicalize_utf8().unwrap_or(root);
        let mut change = Self {
            root,
            revision: commit.to_owned(),
            changed: BTreeSet::new(),
            renamed: BTreeMap::new(),
            files: Vec::new(),
            texts: Mutex::default(),
        };
        let diff = git(&change.root, &["diff", "--name-status", "-z", "-M", &change.revision, "--"])?;
        let mut words = diff.split('\0').filter(|word| !word.is_empty());
        while let (Some(status), Some(path)) = (words.next(), words.next()) {
            change.changed.insert(path.to_owned());
            if status.starts_with(['R', 'C'])
                && let Some(new) = words.next()
            {
                change.changed.insert(new.to_owned());
                if status.starts_with('R') {
                    change.renamed.insert(new.to_owned(), path.to_owned());
                }
            }
        }
        let list = ["ls-files", "-t", "--cached", "--others", "--exclude-standard", "-z"];
        for line in git(&change.root, &list)?.split('\0') {
            let Some((mark, path)) = line.split_once(' ') else { continue };
            if mark == "?" {
                change.changed.insert(path.to_owned());
            }
            change.files.push(path.to_owned());
        }
        Ok(change)
    }

    /// The files that git knows or would add below a folder, as they would be found by walking it; `None` if the folder
    /// does not lie in the working tree.
    pub(crate) fn files_below(&self, folder: &Utf8Path) -> Option<Vec<Utf8PathBuf>> {
        let relative = self.relative(folder)?;
        let below = |file: &&String| match file.strip_prefix(relative.as_str()) {
            Some(rest) => relative.is_empty() || rest.starts_with('/'),
            None => false,
        };
        let rest = |file: &String| folder.join(file[relative.len()..].trim_start_matches('/'));
        let is_there =
            |file: &&String| !self.changed.contains(*file) || self.root.join(file.as_str()).is_file();
        Some(self.files.iter().filter(below).filter(is_there).map(rest).collect())
    }

    /// The files that changed, by full path; some are not there any more.
    pub(crate) fn paths(&self) -> impl Iterator<Item = Utf8PathBuf> {
        self.changed.iter().map(|path| self.root.join(path))
    }

    /// Whether a file below a folder changed.
    pub(crate) fn is_below(&self, folder: &Utf8Path) -> bool {
        let folder = if folder.as_str().is_empty() { Utf8Path::new(".") } else { folder };
        let Some(relative) = self.relative(folder) else { return false };
        let prefix = if relative.is_empty() { relative } else { format!("{relative}/") };
        self.changed.iter().any(|path| path.starts_with(&prefix))
    }

    /// The files among `paths` that the change touches: those that changed, and, again and again, those whose text names
    /// a touched file, so that what a change breaks elsewhere is judged too. A template that imports what a touched one
    /// exports is touched; one that exports what a touched one imports is needed to judge it, and counts too.
    #[must_use]
    pub fn touches(&self, paths: &[Utf8PathBuf], known: &Files) -> BTreeSet<Utf8PathBuf> {
        let files: Vec<(&Utf8PathBuf, Option<String>)> =
            paths.iter().map(|path| (path, known.full(path).and_then(|full| self.below(&full)))).collect();
        // A configuration file decides over everything below it.
        let configured: Vec<&str> = self
            .changed
            .iter()
            .filter(|path| name_of(path) == crate::CONFIGURATION)
            .map(|path| path.trim_end_matches(crate::CONFIGURATION))
            .collect();
        // What an environment or a parameter file says, it says of the templates beside it.
        let beside: BTreeSet<&str> = self
            .changed
            .iter()
            .filter(|path| name_of(path).starts_with("samconfig."))
            .map(|path| &path[..path.len() - name_of(path).len()])
            .collect();
        let texts: Vec<Option<String>> = files
            .iter()
            .map(|(path, relative)| relative.as_ref().and_then(|_| std::fs::read_to_string(path).ok()))
            .collect();
        let mut touched: BTreeSet<usize> = BTreeSet::new();
        for (at, (_, relative)) in files.iter().enumerate() {
            let Some(relative) = relative else { continue };
            let folder = &relative[..relative.len() - name_of(relative).len()];
            if self.changed.contains(relative)
                || configured.iter().any(|root| relative.starts_with(root))
                || beside.contains(folder)
            {
                touched.insert(at);
            }
        }
        let exports = self.exports(&files, &texts, &touched);
        let mut new: Vec<String> = self.changed.iter().cloned().collect();
        while !new.is_empty() {
            let mut next = Vec::new();
            for (at, (_, relative)) in files.iter().enumerate() {
                let (Some(text), Some(relative)) = (&texts[at], relative) else { continue };
                if touched.contains(&at) {
                    continue;
                }
                let imports = || has(text, "ImportValue") && exports.iter().any(|name| has(text, name));
                if new.iter().any(|path| names(text, relative, path)) || imports() {
                    touched.insert(at);
                    next.push(relative.clone());
                }
            }
            new = next;
        }
        let importing =
            touched.iter().any(|at| texts[*at].as_ref().is_some_and(|text| has(text, "ImportValue")));
        if importing {
            for (at, text) in texts.iter().enumerate() {
                if text.as_ref().is_some_and(|text| has(text, "Export")) {
                    touched.insert(at);
                }
            }
        }
        touched.into_iter().map(|at| files[at].0.clone()).collect()
    }

    /// Names that touched templates export, or exported at the revision, as far as they are written out.
    fn exports(
        &self,
        files: &[(&Utf8PathBuf, Option<String>)],
        texts: &[Option<String>],
        touched: &BTreeSet<usize>,
    ) -> BTreeSet<String> {
        let exporting = |text: &&String| text.contains("Export");
        let now = touched.iter().filter_map(|at| texts[*at].as_ref()).filter(exporting);
        let mut names: BTreeSet<String> = now.flat_map(|text| export_names(text)).collect();
        let old: Vec<String> =
            touched.iter().filter_map(|at| Some(self.old_name(files[*at].1.as_ref()?))).collect();
        let gone = self.changed.iter().filter(|path| !self.root.join(path).exists()).cloned();
        let old: BTreeSet<String> = old.into_iter().chain(gone).collect();
        if let Ok(texts) = self.texts(&old) {
            names.extend(texts.values().flat_map(|text| export_names(text)));
        }
        names
    }

    /// The configuration files of `sam` beside some files, as they are called now.
    fn beside(&self, paths: &BTreeSet<String>) -> BTreeSet<String> {
        let folders: BTreeSet<&str> =
            paths.iter().map(|path| &path[..path.len() - name_of(path).len()]).collect();
        let names = ["samconfig.toml", "samconfig.yaml", "samconfig.yml"];
        let all = folders.into_iter().flat_map(|folder| names.map(|name| format!("{folder}{name}")));
        all.filter(|path| self.changed.contains(path) || self.root.join(path).is_file()).collect()
    }

    /// Writes the files of paths as they were at the revision into a folder, under the names that they have now, so
    /// that what was found in them then can be told. Files that did not change are copied as they are.
    ///
    /// # Errors
    /// `git` refused, or a file cannot be written.
    pub fn restore(&self, paths: &BTreeSet<Utf8PathBuf>, into: &Utf8Path) -> Result<(), SinceError> {
        let mut relative: BTreeSet<String> = paths.iter().filter_map(|path| self.relative(path)).collect();
        relative.extend(self.beside(&relative));
        let changed: BTreeSet<String> = relative
            .iter()
            .filter(|path| self.changed.contains(*path))
            .map(|path| self.old_name(path))
            .collect();
        let mut texts = self.texts(&changed)?;
        // What is there no more may have been a part of what is judged.
        let gone: BTreeSet<String> = self
            .changed
            .iter()
            .filter(|path| !self.root.join(path).exists() && !self.renamed.values().any(|old| old == *path))
            .cloned()
            .collect();
        let gone = self.texts(&gone)?;
        let write = |path: &str, text: &str| {
            let target = into.join(path);
            let folder = target.parent().unwrap_or(into);
            std::fs::create_dir_all(folder)
                .and_then(|()| std::fs::write(&target, text))
                .map_err(|error| SinceError::Write(target.clone(), error))
        };
        for path in &relative {
            if self.changed.contains(path) {
                if let Some(text) = texts.remove(&self.old_name(path)) {
                    write(path, &text)?;
                }
            } else if let Ok(text) = std::fs::read_to_string(self.root.join(path)) {
                write(path, &text)?;
            }
        }
        for (path, text) in gone {
            write(&path, &text)?;
        }
        Ok(())
    }

    /// The path of a file from the root of the working tree, with forward slashes, if it lies in it.
    #[must_use]
    pub fn relative(&self, path: &Utf8Path) -> Option<String> {
        self.below(&path.canonicalize_utf8().ok()?)
    }

    fn below(&self, full: &Utf8Path) -> Option<String> {
        Some(full.strip_prefix(&self.root).ok()?.as_str().replace('\\', "/"))
    }

    /// The root of the working tree, in full.
    #[must_use]
    pub fn root(&self) -> &Utf8Path {
        &self.root
    }

    fn old_name(&self, path: &String) -> String {
        self.renamed.get(path).unwrap_or(path).clone()
    }

    /// The texts of files at the revision, of those that were there and are text.
    fn texts(&self, paths: &BTreeSet<String>) -> Result<BTreeMap<String, String>, SinceError> {
        let mut known = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let missing: Vec<&String> = paths.iter().filter(|path| !known.contains_key(*path)).collect();
        let mut found = self.ask(&missing)?;
        for path in missing {
            known.insert(path.clone(), found.remove(path));
        }
        Ok(paths.iter().filter_map(|path| Some((path.clone(), known.get(path)?.clone()?))).collect())
    }

    fn ask(&self, paths: &[&String]) -> Result<BTreeMap<String, String>, SinceError> {
        if paths.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut child = Command::new("git")
            .args(["cat-file", "--batch"])
            .current_dir(&self.root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(SinceError::NoGit)?;
        let mut stdin = child.stdin.take();
        // A path with a line break cannot be asked for.
        let asked: Vec<&String> = paths.iter().copied().filter(|path| !path.contains('\n')).collect();
        let questions: String = asked.iter().map(|path| format!("{}:{path}\n", self.revision)).collect();
        let writer = std::thread::spawn(move || {
            if let Some(stdin) = &mut stdin {
                let _ = stdin.write_all(questions.as_bytes());
            }
        });
        let mut texts = BTreeMap::new();
        if let Some(stdout) = child.stdout.take() {
            let mut reader = BufReader::new(stdout);
            for path in asked {
                let mut header = String::new();
                if reader.read_line(&mut header).unwrap_or(0) == 0 {
                    break;
                }
                let mut words = header.trim_end().rsplit(' ');
                let (Some(size), Some("blob")) =
                    (words.next().and_then(|size| size.parse::<usize>().ok()), words.next())
                else {
                    continue;
                };
                let mut bytes = vec![0; size + 1];
                if reader.read_exact(&mut bytes).is_err() {
                    break;
                }
                bytes.truncate(size);
                if let Ok(text) = String::from_utf8(bytes) {
                    texts.insert(path.clone(), text);
                }
            }
        }
        let _ = writer.join();
        let _ = child.wait();
        Ok(texts)
    }
}

/// Whether the text of a file may name another one: by its name, from the same folder or one below; by its folder and
/// name, from elsewhere; by its folder alone, where that holds a template that is nested.
fn names(text: &str, of: &str, path: &str) -> bool {
    let name = name_of(path);
    let folder = path[..path.len() - name.len()].trim_end_matches('/');
    let own = of[..of.len() - name_of(of).len()].trim_end_matches('/');
    let parent = name_of(folder);
    let nests = || {
        name.starts_with("template.")
            && ["AWS::Serverless::Application", "AWS::CloudFormation::Stack"]
                .iter()
                .any(|word| has(text, word))
    };
    if has(text, name) {
        let below = folder.is_empty()
            || own == folder
            || own.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        return below || has(text, &format!("{parent}/{name}"));
    }
    !parent.is_empty() && has(text, parent) && nests()
}

/// Whether a text contains a word; whole repositories are searched.
fn has(text: &str, word: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some()
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The words after `Name:` below an `Export:`, as far as they are written out.
fn export_names(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let parts = text.split("Export").skip(1);
    for part in parts {
        let Some((_, name)) = part.split_once("Name") else { continue };
        let name = name.trim_start_matches(['"', '\'', ' ', ':']);
        let name = name.split(['\n', '"', '\'', '}', ',']).next().unwrap_or_default().trim();
        if !name.is_empty() && !name.contains(['$', '!', '{']) {
            names.push(name.to_owned());
        }
    }
    names
}

fn git(folder: &Utf8Path, arguments: &[&str]) -> Result<String, SinceError> {
    // A repository's own settings must not start programs of its choice.
    let safe = ["-c", "core.fsmonitor=false"];
    let output = Command::new("git")
        .args(safe)
        .args(arguments)
        .current_dir(folder)
        .output()
        .map_err(SinceError::NoGit)?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        let message = message.lines().next().unwrap_or_default().trim_start_matches("fatal: ").to_owned();
        return Err(SinceError::Refused(format!("git: {message}")));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_name_folder_or_both() {
        let parent = "Child:\n  Type: AWS::Serverless::Application\n  Properties: {Location: ./child}\n";
        assert!(names(parent, "template.yaml", "child/template.yaml"));
        assert!(names("TemplateURL: child/stack.yaml", "template.yaml", "child/stack.yaml"));
        assert!(names("Location: openapi.yaml", "a/template.yaml", "a/openapi.yaml"));
        assert!(names("Location: ../openapi.yaml", "a/b/template.yaml", "a/openapi.yaml"));
        assert!(!names("Location: ./template.yaml", "a/parent.yaml", "b/template.yaml"));
    }

    #[test]
    fn export_names_are_those_written_out() {
        let text = "Outputs:\n  A:\n    Value: x\n    Export:\n      Name: network-vpc\n  B:\n    Export: {Name: \"b\"}\n  C:\n    \
                    Export:\n      Name: !Sub ${AWS::StackName}-c\n";
        assert_eq!(export_names(text), ["network-vpc", "b"]);
    }
}
