//! Ways to run the tool from a test.

use assert_cmd::Command;
use camino::{Utf8Path, Utf8PathBuf};
use stockade_check::{Report, Request, check};
use stockade_model::Profile;

/// The day that every test judges for.
pub const DAY: &str = "2026-11-24";

/// The project's root folder.
pub fn root() -> Utf8PathBuf {
    let root = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize_utf8().unwrap()
}

/// A folder beside the project, or `None` after saying aloud that the test is skipped. In CI that is a failure.
pub fn shared(name: &str) -> Option<Utf8PathBuf> {
    let path = root().join("../shared").join(name);
    if path.exists() {
        return Some(path.canonicalize_utf8().unwrap());
    }
    assert!(std::env::var_os("CI").is_none(), "a skipped test is a failure in CI: `{path}` is missing");
    println!("SKIPPED: `{path}` is not beside the project");
    None
}

/// Judges paths with all profiles.
pub fn judge(paths: &[&Utf8Path]) -> Report {
    check(&Request {
        profile: Some(Profile::Regulated),
        ..Request::new(paths.iter().map(|path| (*path).to_owned()).collect(), DAY.parse().unwrap())
    })
}

/// A folder with one file in it.
pub fn folder(name: &str, text: &str) -> (tempfile::TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap().join(name);
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

/// The binary, in a folder.
pub fn stockade(folder: &Utf8Path) -> Command {
    let mut command = Command::cargo_bin("stockade").unwrap();
    command.current_dir(folder);
    command
}

/// Line and column, from 1, of the first place where `needle` stands in a file.
pub fn find_in(path: &Utf8Path, needle: &str) -> (u32, u32) {
    let text = std::fs::read_to_string(path).unwrap();
    let at = text.find(needle).unwrap_or_else(|| panic!("`{path}` has no `{needle}`"));
    let line = text[..at].matches('\n').count() + 1;
    let column = text[..at].rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (u32::try_from(line).unwrap(), u32::try_from(column).unwrap())
}
