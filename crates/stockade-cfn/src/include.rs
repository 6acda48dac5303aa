//! `AWS::Include`: another file's content in place of the call.

use crate::{Data, Entry, Expr, Map};
use std::sync::Arc;
use stockade_model::{Place, ViaKind};
use stockade_syntax::{Document, FileId, Source};

/// Why a file that a template names could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// It is not a local path (an S3 address, an intrinsic function).
    #[error("`{0}` is not a local file")]
    NotLocal(String),
    /// It lies outside the project.
    #[error("`{0}` lies outside the project and is not read")]
    Outside(String),
    /// It could not be read or parsed.
    #[error("`{path}`: {cause}")]
    Unreadable {
        /// The path as written.
        path: String,
        /// Why.
        cause: String,
    },
}

/// Reads the files that templates name.
pub trait Loader: Sync {
    /// Parses the file at `location`, relative to the file `from`.
    ///
    /// # Errors
    /// [`LoadError`] if it is not local, lies outside the project, or cannot be read.
    fn load(&self, from: FileId, location: &str) -> Result<Arc<(Arc<Source>, Document)>, LoadError>;
}

/// Puts the content of local files in place of `Fn::Transform` calls of `AWS::Include`, wherever they stand. A call
/// that cannot be followed stays as it is and is reported with its place.
pub fn expand_includes(root: &Expr, loader: &dyn Loader, problems: &mut Vec<(Place, LoadError)>) -> Expr {
    if !mentions_include(root) {
        return root.clone();
    }
    expand(root, loader, problems, 0)
}

fn mentions_include(expr: &Expr) -> bool {
    match &expr.data {
        Data::List(items) => items.iter().any(mentions_include),
        Data::Object(map) => map.entries.iter().any(|entry| {
            (entry.key == "Fn::Transform" && location(&entry.value).is_some()) || mentions_include(&entry.value)
        }),
        _ => false,
    }
}

/// The `Location` of an include call.
fn location(call: &Expr) -> Option<&Expr> {
    (call.get("Name")?.as_str()? == "AWS::Include").then_some(())?;
    call.path("Parameters.Location")
}

fn expand(expr: &Expr, loader: &dyn Loader, problems: &mut Vec<(Place, LoadError)>, depth: usize) -> Expr {
    match &expr.data {
        Data::List(items) => {
            let items = items.iter().map(|item| expand(item, loader, problems, depth)).collect();
            Expr::list(items, &expr.origin)
        }
        Data::Object(map) => {
            let mut entries = Vec::with_capacity(map.entries.len());
            let mut scalar = None;
            for entry in &map.entries {
                match (entry.key == "Fn::Transform").then(|| location(&entry.value)).flatten() {
                    Some(location) => match include(location, expr, loader, depth) {
                        Ok(included) => {
                            let included = expand(&included, loader, problems, depth + 1);
                            if included.is_object() {
                                for new in included.entries() {
                                    entries.retain(|old: &Entry| old.key != new.key);
                                    entries.push(new.clone());
                                }
                            } else {
                                scalar = Some(included);
                            }
                        }
                        Err(problem) => {
                            problems.push((location.origin.place, problem));
                            entries.push(entry.clone());
                        }
                    },
                    None => {
                        let value = expand(&entry.value, loader, problems, depth);
                        if !entries.iter().any(|old: &Entry| old.key == entry.key) {
                            entries.push(Entry { value, ..entry.clone() });
                        }
                    }
                }
            }
            if map.entries.len() == 1
                && let Some(scalar) = scalar
            {
                return scalar;
            }
            let map = Map { entries, containers: map.containers.clone() };
            Expr { data: Data::Object(Arc::new(map)), origin: expr.origin.clone() }
        }
        _ => expr.clone(),
    }
}

fn include(location: &Expr, call: &Expr, loader: &dyn Loader, depth: usize) -> Result<Expr, LoadError> {
    let written = location.as_str().ok_or_else(|| LoadError::NotLocal("an intrinsic function".into()))?;
    if depth > 8 {
        let cause = "includes nest more than 8 deep".to_owned();
        return Err(LoadError::Unreadable { path: written.into(), cause });
    }
    let loaded = loader.load(location.origin.place.file, written)?;
    let content = Expr::from_node(loaded.1.file, &loaded.1.root);
    Ok(content.with_via(ViaKind::Include, call.origin.place))
}

