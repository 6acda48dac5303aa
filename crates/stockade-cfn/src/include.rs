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

/// At most so many includes are followed in one template: each may hold several others.
const MOST_INCLUDES: usize = 1000;

/// At most so many files may be in each other.
const MOST_NESTED: usize = 8;

/// Puts the content of local files in place of `Fn::Transform` calls of `AWS::Include`, wherever they stand. A call
/// that cannot be followed stays as it is and is reported with its place.
pub fn expand_includes(root: &Expr, loader: &dyn Loader, problems: &mut Vec<(Place, LoadError)>) -> Expr {
    if !mentions_include(root) {
        return root.clone();
    }
    Includes { loader, problems, open: vec![root.origin.place.file], followed: 0 }.expand(root)
}

struct Includes<'a> {
    loader: &'a dyn Loader,
    problems: &'a mut Vec<(Place, LoadError)>,
    /// The files that are being put in, the template first.
    open: Vec<FileId>,
    followed: usize,
}

fn mentions_include(expr: &Expr) -> bool {
    match &expr.data {
        Data::List(items) => items.iter().any(mentions_include),
        Data::Object(map) => map.entries.iter().any(|entry| {
            (entry.key == "Fn::Transform" && location(&entry.value).is_some())
                || mentions_include(&entry.value)
        }),
        _ => false,
    }
}

/// The `Location` of an include call.
fn location(call: &Expr) -> Option<&Expr> {
    (call.get("Name")?.as_str()? == "AWS::Include").then_some(())?;
    call.path("Parameters.Location")
}

impl Includes<'_> {
    fn expand(&mut self, expr: &Expr) -> Expr {
        match &expr.data {
            Data::List(items) => {
                let items = items.iter().map(|item| self.expand(item)).collect();
                Expr::list(items, &expr.origin)
            }
            Data::Object(map) => {
                let mut entries = Vec::with_capacity(map.entries.len());
                let mut scalar = None;
                for entry in &map.entries {
                    match (entry.key == "Fn::Transform").then(|| location(&entry.value)).flatten() {
                        Some(location) => match self.include(location, expr) {
                            Ok(included) => {
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
                                self.problems.push((location.origin.place, problem));
                                entries.push(entry.clone());
                            }
                        },
                        None => {
                            let value = self.expand(&entry.value);
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

    fn include(&mut self, location: &Expr, call: &Expr) -> Result<Expr, LoadError> {
        let written = location.as_str().ok_or_else(|| LoadError::NotLocal("an intrinsic function".into()))?;
        let refused = |cause: String| LoadError::Unreadable { path: written.into(), cause };
        let loaded = self.loader.load(location.origin.place.file, written)?;
        let file = loaded.1.file;
        if self.open.contains(&file) {
            return Err(refused("it includes itself, so that there is no end to it".into()));
        }
        self.followed += 1;
        if self.open.len() > MOST_NESTED || self.followed > MOST_INCLUDES {
            return Err(refused(format!(
                "more than {MOST_NESTED} includes in each other or {MOST_INCLUDES} in all"
            )));
        }
        let content = Expr::from_node(file, &loaded.1.root).with_via(ViaKind::Include, call.origin.place);
        self.open.push(file);
        let expanded = self.expand(&content);
        self.open.pop();
        Ok(expanded)
    }
}
