//! The ways in, each tried in a fresh environment as its user would: wheel, npm packages, archive, pre-commit hook, GitHub
//! action, GitLab component.

mod action;
mod archive;
mod gitlab;
mod npm;
mod pre_commit;
mod runner;
mod wheel;

use crate::release;
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

const REQUIREMENTS: &str = "xtask/ways-in/requirements.txt";

/// What the tries work with.
struct Bench {
    /// The files of the release.
    dist: PathBuf,
    /// A folder that was empty before.
    folder: PathBuf,
    /// The programs of the tools that check and try.
    tools: PathBuf,
    /// The project's folder.
    project: PathBuf,
}

/// Builds the release and tries each way in, or those that are named. The hook and the action need the wheel.
pub fn run(named: &[&str]) -> Result<()> {
    let tools = match crate::python::environment("ways-in-tools", REQUIREMENTS) {
        Ok(programs) => std::path::absolute(programs)?,
        Err(error) => {
            return crate::comparison::skipped(&format!("the tools cannot be installed: {error:#}"));
        }
    };
    let start = Instant::now();
    let dist = std::path::absolute(release::build()?)?;
    println!("release built: {:.1} s", start.elapsed().as_secs_f64());
    let folder = std::path::absolute(crate::target_folder().join("ways-in"))?;
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let bench = Bench { dist, folder, tools, project: std::env::current_dir()? };
    type Try = fn(&Bench) -> Result<String>;
    let ways: [(&str, Try); 6] = [
        ("archive", archive::run),
        ("wheel", wheel::run),
        ("npm", npm::run),
        ("pre-commit", pre_commit::run),
        ("github", action::run),
        ("gitlab", gitlab::run),
    ];
    for (name, way) in ways.into_iter().filter(|(name, _)| named.is_empty() || named.contains(name)) {
        let start = Instant::now();
        let said = way(&bench).with_context(|| name.to_owned())?;
        println!("{name}: {said} ({:.1} s)", start.elapsed().as_secs_f64());
    }
    std::fs::remove_dir_all(&bench.folder)?;
    Ok(())
}

impl Bench {
    /// An empty folder.
    fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// A file of the release by what its name begins and ends with.
    fn release_file(&self, begins: &str, ends: &str) -> Result<PathBuf> {
        for entry in std::fs::read_dir(&self.dist)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(begins) && name.ends_with(ends) {
                return Ok(entry.path());
            }
        }
        bail!("the release has no {begins}…{ends}")
    }

    /// The programs of a fresh Python environment.
    fn python(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        succeed(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        Ok(folder.join("bin"))
    }

    /// Lets pip take packages from the release and from nowhere else.
    fn offline<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("PIP_NO_INDEX", "1").env("PIP_FIND_LINKS", &self.dist)
    }

    /// Tries a binary that was installed: its version, and what it finds in the examples.
    fn try_binary(&self, binary: &Path) -> Result<()> {
        let output = succeed(Command::new(binary).arg("--version"))?;
        expect("the version", text(&output.stdout).trim(), &format!("stockade {}", release::VERSION))?;
        for (example, expected) in [("hardened", 0), ("open", 1)] {
            let mut command = Command::new(binary);
            let output =
                command.args(["check", example]).current_dir(self.project.join("examples")).output()?;
            expect(&format!("the exit code of `check {example}`"), &output.status.code(), &Some(expected))?;
        }
        Ok(())
    }
}

/// Runs a command that must succeed.
fn succeed(command: &mut Command) -> Result<Output> {
    let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} failed\n{}{}", text(&output.stdout), text(&output.stderr));
    }
    Ok(output)
}

fn expect<T: PartialEq + std::fmt::Debug + ?Sized>(what: &str, is: &T, should: &T) -> Result<()> {
    if is != should {
        bail!("{what} is {is:?}, should be {should:?}");
    }
    Ok(())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Copies the files of a folder that are of the project: those that git has, and new ones that it does not ignore.
fn copy_project(from: &Path, to: &Path) -> Result<()> {
    let mut command = Command::new("git");
    let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let output = succeed(command.args(arguments).current_dir(from))?;
    for path in text(&output.stdout).split('\0').filter(|path| !path.is_empty()) {
        // A file that is deleted and not committed yet is still listed.
        if from.join(path).is_file() {
            copy(&from.join(path), &to.join(path))?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}

/// Git with an identity, whatever is set up on the machine.
fn git(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null");
    for role in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{role}_NAME"), "ways-in")
            .env(format!("GIT_{role}_EMAIL"), "ways-in@example.com");
    }
    command
}
