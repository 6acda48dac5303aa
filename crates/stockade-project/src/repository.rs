//! The repositories that a run looks at: what reports for a code host name files by.

use camino::{Utf8Path, Utf8PathBuf};

/// Root folders, full and without links.
#[derive(Debug, Clone, Default)]
pub(crate) struct Repositories(Vec<Utf8PathBuf>);

impl Repositories {
    /// The repositories that the given paths lie in: for each the nearest folder upwards with a `.git`, else its
    /// project root.
    pub fn of<'a>(roots: impl IntoIterator<Item = (&'a Utf8Path, &'a Utf8Path)>) -> Self {
        let mut found: Vec<Utf8PathBuf> = roots
            .into_iter()
            .map(|(path, project_root)| {
                let full = path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
                let marked = full.ancestors().find(|folder| folder.join(".git").exists());
                marked.unwrap_or(project_root).to_owned()
            })
            .collect();
        // A submodule is named from the repository around it, which is what a code host shows.
        found.sort_by_key(|root| root.as_str().len());
        found.dedup();
        Self(found)
    }

    /// The path of a file below its repository, links resolved, with forward slashes.
    pub fn path_of(&self, path: &Utf8Path) -> Option<String> {
        let full = path.canonicalize_utf8().ok()?;
        let below = self.0.iter().find_map(|root| full.strip_prefix(root).ok())?;
        Some(below.as_str().replace('\\', "/"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_outermost_repository_that_was_asked_for() {
        let guard = tempfile::tempdir().unwrap();
        let top = Utf8PathBuf::from_path_buf(guard.path().canonicalize().unwrap()).unwrap();
        for folder in ["repository/.git", "repository/module/.git", "plain/project"] {
            std::fs::create_dir_all(top.join(folder)).unwrap();
        }
        for file in ["repository/a.yaml", "repository/module/b.yaml", "plain/project/c.yaml"] {
            std::fs::write(top.join(file), "").unwrap();
        }
        let (repository, module) = (top.join("repository"), top.join("repository/module"));
        let path = |roots: &[(&Utf8Path, &Utf8Path)], file: &str| {
            Repositories::of(roots.iter().copied()).path_of(&top.join(file))
        };
        let both: [(&Utf8Path, &Utf8Path); 2] = [(&module, &module), (&repository, &repository)];
        assert_eq!(path(&both, "repository/a.yaml").as_deref(), Some("a.yaml"));
        assert_eq!(path(&both, "repository/module/b.yaml").as_deref(), Some("module/b.yaml"));
        assert_eq!(path(&[(&module, &module)], "repository/module/b.yaml").as_deref(), Some("b.yaml"));
        assert_eq!(path(&[(&module, &module)], "repository/a.yaml"), None);
        let (file, project) = (top.join("plain/project/c.yaml"), top.join("plain"));
        assert_eq!(path(&[(&file, &project)], "plain/project/c.yaml").as_deref(), Some("project/c.yaml"));
        assert_eq!(path(&both, "no/such/file"), None);
    }
}
