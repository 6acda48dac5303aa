//! Functions over paths and files of the project.

use super::{Call, CallError, Function};
use crate::value::{SequenceKind, Type, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use camino::Utf8Path;

/// The rows of this family.
pub(super) fn functions() -> Vec<Function> {
    use Type::{Bool, String};
    let of_path = |name, run| Function::new(name, &[String], String, run);
    vec![
        of_path("basename", |call| call.string(base(call.str(0)))),
        of_path("dirname", |call| call.string(folder(call.str(0)))),
        of_path("pathexpand", |call| {
            if call.str(0).starts_with('~') {
                return Err(CallError::NotKnown("the home folder is not known".to_owned()));
            }
            call.string(call.str(0))
        }),
        of_path("abspath", |call| {
            if !call.str(0).starts_with('/') {
                return Err(CallError::NotKnown("where Terraform runs is not known".to_owned()));
            }
            call.string(clean(call.str(0)))
        }),
        of_path("file", |call| {
            let text = std::string::String::from_utf8(read(call)?);
            call.string(text.map_err(|_| CallError::refused("the file is not text in UTF-8"))?)
        }),
        of_path("filebase64", |call| call.string(STANDARD.encode(read(call)?))),
        Function::new("fileexists", &[String], Bool, file_exists),
        Function::new("fileset", &[String, String], Type::Set(Box::new(String)), fileset),
    ]
}

/// The bytes of the file that the first argument names.
pub(super) fn read(call: &Call<'_>) -> Result<Vec<u8>, CallError> {
    let path = call.str(0);
    let read = call.files.read(Utf8Path::new(path));
    read.map_err(|cause| CallError::NotKnown(format!("cannot read `{path}`: {cause}")))
}

/// The shortest path to the same file (Go's `path.Clean`).
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

fn base(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" if path.is_empty() => ".",
        "" => "/",
        trimmed => trimmed.rsplit('/').next().unwrap_or(trimmed),
    }
}

fn folder(path: &str) -> String {
    clean(path.rfind('/').map_or("", |at| &path[..=at]))
}

fn file_exists(call: &Call<'_>) -> Result<Value, CallError> {
    let path = Utf8Path::new(call.str(0));
    match call.files.read(path) {
        Ok(_) => call.bool(true),
        Err(why) => {
            let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
                return Err(CallError::NotKnown(why));
            };
            let parent = if parent.as_str().is_empty() { Utf8Path::new(".") } else { parent };
            match call.files.list(parent) {
                Ok(files) if !files.iter().any(|file| file.starts_with(name)) => call.bool(false),
                _ => Err(CallError::NotKnown(why)),
            }
        }
    }
}

/// The files below a folder that a pattern names, relative to the folder.
fn fileset(call: &Call<'_>) -> Result<Value, CallError> {
    let pattern = call.str(1);
    // Folders between two stars, or any number of them, differ between libraries at the edges; so do classes.
    let doubled = pattern.split('/').any(|part| part.contains("**") && part != "**");
    if doubled || pattern.contains(['[', ']', '\\']) || pattern.starts_with(['/', '.']) {
        return Err(CallError::NotKnown(format!("the pattern `{pattern}` is not evaluated by this version")));
    }
    let glob = globset::GlobBuilder::new(pattern)
        .literal_separator(true)
        .build()
        .map_err(|error| CallError::refused(format!("invalid pattern: {error}")))?
        .compile_matcher();
    let files = call.files.list(Utf8Path::new(call.str(0))).map_err(CallError::NotKnown)?;
    let found = files.iter().filter(|file| glob.is_match(file));
    let items = found.map(|file| Value::string(file.as_str(), call.origin.clone())).collect();
    Ok(Value::sequence(SequenceKind::Set, items, None, call.origin.clone()))
}
