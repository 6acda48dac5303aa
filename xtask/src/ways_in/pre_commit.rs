//! The pre-commit hook, in a fresh repository of many files, with an environment that pre-commit makes itself.

use super::{Bench, copy, copy_project, expect, git, succeed, text};
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const CORPUS: &str = "../shared/corpus";

/// So many files are given to the hook at once, if the corpus is there.
const MANY: usize = 1000;

pub fn run(bench: &Bench) -> Result<String> {
    let hooks = bench.folder("hook-source")?;
    copy_project(&bench.project, &hooks)?;
    succeed(&mut git(&hooks, &["init", "--quiet"]))?;
    succeed(&mut git(&hooks, &["add", "--all"]))?;
    succeed(&mut git(&hooks, &["commit", "--quiet", "--message", "Release"]))?;
    let revision = text(&succeed(&mut git(&hooks, &["rev-parse", "HEAD"]))?.stdout);

    let repository = bench.folder("repository")?;
    let files = many_files(&repository)?;
    let configuration = format!(
        "repos:\n- repo: {}\n  rev: {}\n  hooks:\n  - id: stockade\n    args: [--profile=minimum]\n",
        hooks.display(),
        revision.trim()
    );
    std::fs::write(repository.join(".pre-commit-config.yaml"), configuration)?;
    succeed(&mut git(&repository, &["init", "--quiet"]))?;
    succeed(&mut git(&repository, &["add", "--all"]))?;
    let hook = Hook { bench, repository: &repository, wheels: setuptools(bench)? };

    // All files at once: what the tool says of the whole folder.
    let all = hook.run(&["run", "--all-files"])?;
    let found = text(&all.stdout);
    let whole = hook.stockade(&["check", "--profile=minimum", "."])?;
    let code = whole.status.code().unwrap_or(-1);
    if code == 0 || !found.contains(&format!("exit code: {code}\n")) {
        bail!("`pre-commit run --all-files` should fail with exit code {code}, and says\n{found}");
    }
    // Files that are no templates are not told of.
    for innocent in ["chart/values.yaml", "chart/templates/service.yaml", "web/package.json"] {
        if found.contains(innocent) {
            bail!("`pre-commit run --all-files` speaks of {innocent}:\n{found}");
        }
    }
    succeed(&mut hook.git(&["commit", "--quiet", "--no-verify", "--message", "Start"]))?;
    succeed(&mut hook.pre_commit(&["install"]))?;

    // Other YAML, a nested template that only its parent makes safe, and a removed file do not stop a commit.
    append(&repository.join("chart/values.yaml"), "more: 1\n")?;
    append(&repository.join("nested/child.yaml"), "# reviewed\n")?;
    std::fs::remove_file(repository.join("web/package.json"))?;
    let commit = hook.commit("Change what is fine")?;
    if !commit.status.success() {
        bail!("a commit of what is fine was stopped:\n{}{}", text(&commit.stdout), text(&commit.stderr));
    }
    let head = text(&succeed(&mut hook.git(&["rev-parse", "HEAD"]))?.stdout);

    // A fault in the nested template, by way of its parent, stops it.
    let parent = repository.join("nested/parent.yaml");
    let opened = std::fs::read_to_string(&parent)?.replace("AWS_IAM", "NONE");
    std::fs::write(&parent, opened)?;
    let commit = hook.commit("Open it")?;
    let said = text(&commit.stdout) + &text(&commit.stderr);
    if commit.status.success() || !said.contains("EP-01") || !said.contains("nested/child.yaml") {
        bail!("a commit that opens a function URL should be stopped with EP-01, and says\n{said}");
    }
    let after = text(&succeed(&mut hook.git(&["rev-parse", "HEAD"]))?.stdout);
    expect("the commit after a stopped one", &after, &head)?;

    // The same with the stockade of the path.
    let system = std::fs::read_to_string(repository.join(".pre-commit-config.yaml"))?;
    let system = system.replace("id: stockade", "id: stockade-system");
    std::fs::write(repository.join(".pre-commit-config.yaml"), system)?;
    succeed(&mut hook.git(&["add", "--all"]))?;
    let output = hook.run(&["run"])?;
    if output.status.success() || !text(&output.stdout).contains("EP-01") {
        bail!("`stockade-system` says\n{}{}", text(&output.stdout), text(&output.stderr));
    }
    Ok(format!("{files} files at once, commits let through and stopped"))
}

/// The repository, and where pre-commit's pip finds packages.
struct Hook<'a> {
    bench: &'a Bench,
    repository: &'a Path,
    wheels: PathBuf,
}

impl Hook<'_> {
    /// Git commits and pre-commit run with the same surroundings: nothing that pre-commit installed before, packages from
    /// the release alone.
    fn surround(&self, command: &mut Command) -> Result<()> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let installed = self.bench.folder.join("wheel/bin");
        let paths = [self.bench.tools.clone(), installed].into_iter().chain(std::env::split_paths(&path));
        command
            .current_dir(self.repository)
            .env("PATH", std::env::join_paths(paths)?)
            .env("PRE_COMMIT_HOME", self.bench.folder.join("pre-commit"))
            .env("PIP_NO_INDEX", "1")
            .env("PIP_FIND_LINKS", &self.wheels);
        Ok(())
    }

    fn pre_commit(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.bench.tools.join("pre-commit"));
        command.args(arguments).current_dir(self.repository).env("GIT_CONFIG_GLOBAL", "/dev/null");
        command
    }

    fn run(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = self.pre_commit(arguments);
        self.surround(&mut command)?;
        command.output().context("cannot run pre-commit")
    }

    fn git(&self, arguments: &[&str]) -> Command {
        git(self.repository, arguments)
    }

    fn commit(&self, message: &str) -> Result<Output> {
        let mut command = self.git(&["commit", "--quiet", "--all", "--message", message]);
        self.surround(&mut command)?;
        command.output().context("cannot run git")
    }

    fn stockade(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = Command::new(self.bench.folder.join("wheel/bin/stockade"));
        Ok(command.args(arguments).current_dir(self.repository).output()?)
    }
}

/// A folder with the release's wheel and the one that pip needs for the hook's own package.
fn setuptools(bench: &Bench) -> Result<PathBuf> {
    let folder = bench.folder("wheels")?;
    let mut pip = Command::new(bench.tools.join("python"));
    pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "setuptools==80.9.0", "--dest"]).arg(&folder);
    succeed(&mut pip)?;
    let wheel = bench.release_file("stockade-", ".whl")?;
    let name = wheel.file_name().context("a wheel without a name")?;
    copy(&wheel, &folder.join(name))?;
    Ok(folder)
}

/// Templates of the examples and of the corpus, a template within another one, and files that are no templates. Tells
/// how many files there are.
fn many_files(repository: &Path) -> Result<usize> {
    let mut count = copy_tree(Path::new("xtask/ways-in/repository"), repository)?;
    count += copy_tree(Path::new("examples"), &repository.join("examples"))?;
    if Path::new(CORPUS).is_dir() {
        count += copy_tree(Path::new(CORPUS), &repository.join("corpus"))?;
        if count < MANY {
            bail!("there are only {count} files, {MANY} are promised");
        }
    } else {
        crate::comparison::skipped(&format!("{CORPUS} is not beside the project"))?;
    }
    Ok(count)
}

fn copy_tree(from: &Path, to: &Path) -> Result<usize> {
    let mut count = 0;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let path = entry.path();
        if path.is_dir() {
            count += copy_tree(&path, &to.join(entry.file_name()))?;
        } else {
            copy(&path, &to.join(entry.file_name()))?;
            count += 1;
        }
    }
    Ok(count)
}

fn append(path: &Path, text: &str) -> Result<()> {
    let before = std::fs::read_to_string(path)?;
    Ok(std::fs::write(path, before + text)?)
}
