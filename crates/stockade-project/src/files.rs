//! The files of a run: read once, parsed once, never outside the project.

use crate::configuration::CONFIGURATION;
use crate::repository::Repositories;
use camino::{Utf8Path, Utf8PathBuf};
use foldhash::HashMap;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use stockade_cfn::{LoadError, Loader, tag_meaning};
use stockade_model::{Documents, Place};
use stockade_syntax::{Document, FileId, Source, Span, parse};

/// An input that could not be read or evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub path: Utf8PathBuf,
    /// The cause, lower case.
    pub message: String,
    /// Where in it.
    pub place: Option<Place>,
}

impl Problem {
    /// A problem of a file as a whole.
    pub fn new(path: impl Into<Utf8PathBuf>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into(), place: None }
    }

    /// A problem at a place.
    pub fn at(path: impl Into<Utf8PathBuf>, message: impl Into<String>, place: Place) -> Self {
        Self { path: path.into(), message: message.into(), place: Some(place) }
    }
}

/// A file and its tree.
pub(crate) type Parsed = Arc<(Arc<Source>, Document)>;

/// Why a file gives no tree.
#[derive(Debug, Clone)]
pub(crate) enum ReadError {
    /// It could not be read at all.
    Unreadable(String),
    /// Its bytes are not UTF-8; whether they show a template.
    NotText(bool),
    /// It was read and is not well-formed.
    Syntax(Arc<Source>, stockade_syntax::SyntaxError),
}

impl ReadError {
    /// The problem of a file that had to be read.
    pub fn problem(self, path: &Utf8Path) -> Problem {
        match self {
            Self::Unreadable(cause) => Problem::new(path, format!("cannot read the file: {cause}")),
            Self::NotText(_) => Problem::new(path, "the file is not UTF-8 text"),
            Self::Syntax(source, error) => {
                Problem::at(path, error.message, Place { file: source.id, span: error.span })
            }
        }
    }
}

#[derive(Debug, Default)]
struct Store {
    sources: Vec<Arc<Source>>,
    parsed: HashMap<Utf8PathBuf, Result<Parsed, ReadError>>,
    /// Files of which only lines are shown, by full path.
    shown: HashMap<Utf8PathBuf, Option<Arc<Source>>>,
}

/// The files of a run.
#[derive(Debug)]
pub struct Files {
    /// In the order of their text.
    roots: Vec<Utf8PathBuf>,
    repositories: Repositories,
    store: Mutex<Store>,
    /// Full paths of folders and files, which are dear to ask for one by one.
    full: Mutex<HashMap<Utf8PathBuf, Option<Utf8PathBuf>>>,
    /// Paths from the project roots, which every finding asks for.
    from_root: Mutex<HashMap<Utf8PathBuf, String>>,
}

impl Files {
    /// An empty store for a run over `paths`. Files are read only below the project roots of these: the nearest
    /// folder upwards with a `stockade.toml`, else with a `.git`, else the path itself. Folders below them that have a
    /// `stockade.toml` (`configured`, in full) are projects of their own.
    #[must_use]
    pub fn new(paths: &[Utf8PathBuf], configured: &BTreeSet<Utf8PathBuf>) -> Self {
        let mut roots: Vec<Utf8PathBuf> = paths.iter().map(|path| project_root(path)).collect();
        let repositories = Repositories::of(
            paths.iter().map(Utf8PathBuf::as_path).zip(roots.iter().map(Utf8PathBuf::as_path)),
        );
        roots.extend(configured.iter().cloned());
        roots.sort_by(|one, other| one.as_str().cmp(other.as_str()));
        roots.dedup_by(|one, other| one.as_str() == other.as_str());
        Self {
            roots,
            repositories,
            store: Mutex::default(),
            full: Mutex::default(),
            from_root: Mutex::default(),
        }
    }

    /// The project roots.
    #[must_use]
    pub fn roots(&self) -> &[Utf8PathBuf] {
        &self.roots
    }

    /// The full path of a file or folder without links in it, if it is there.
    #[must_use]
    pub fn full(&self, path: &Utf8Path) -> Option<Utf8PathBuf> {
        if let Some(known) = self.full.lock().unwrap_or_else(PoisonError::into_inner).get(path) {
            return known.clone();
        }
        // What lies in one folder differs by its name alone.
        let full = match (path.parent(), path.file_name()) {
            (Some(parent), Some(name)) if !is_link(path) => {
                let parent = if parent.as_str().is_empty() { Utf8Path::new(".") } else { parent };
                self.full(parent).map(|folder| folder.join(name))
            }
            // The folder that the run is in has an empty path.
            _ if path.as_str().is_empty() => Utf8Path::new(".").canonicalize_utf8().ok(),
            _ => path.canonicalize_utf8().ok(),
        };
        let mut known = self.full.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(path.to_owned()).or_insert(full).clone()
    }

    /// The project root that a file lies in.
    #[must_use]
    pub fn root_of(&self, path: &Utf8Path) -> Option<&Utf8Path> {
        let path = self.full(path)?;
        path.ancestors().find_map(|folder| {
            let at = self.roots.binary_search_by(|root| root.as_str().cmp(folder.as_str())).ok()?;
            self.roots.get(at).map(Utf8PathBuf::as_path)
        })
    }

    /// The path of a file below its project root, with forward slashes: the part of a fingerprint.
    #[must_use]
    pub fn path_from_root(&self, path: &Utf8Path) -> String {
        if let Some(known) = self.from_root.lock().unwrap_or_else(PoisonError::into_inner).get(path) {
            return known.clone();
        }
        let found = self.find_from_root(path);
        self.from_root.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), found.clone());
        found
    }

    fn find_from_root(&self, path: &Utf8Path) -> String {
        let full = self.full(path).unwrap_or_else(|| path.to_owned());
        let relative =
            self.root_of(path).and_then(|root| full.strip_prefix(root).ok().map(Utf8Path::to_owned));
        relative.unwrap_or_else(|| path.to_owned()).as_str().replace('\\', "/")
    }

    /// The file of that id.
    #[must_use]
    pub fn source(&self, file: FileId) -> Option<Arc<Source>> {
        self.lock().sources.get(file.0 as usize).cloned()
    }

    /// The id of a file that was parsed.
    #[must_use]
    pub fn id(&self, path: &Utf8Path) -> Option<FileId> {
        self.lock().parsed.get(path)?.as_ref().ok().map(|parsed| parsed.0.id)
    }

    /// Reads a file that reports may show.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn show(&self, path: &Utf8Path) -> Result<Arc<Source>, Problem> {
        self.read(path).map_err(|error| error.problem(path))
    }

    /// The path of the file of that id.
    #[must_use]
    pub fn path(&self, file: FileId) -> Utf8PathBuf {
        self.source(file).map(|source| source.path.clone()).unwrap_or_default()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads a file's text and gives it an id.
    pub(crate) fn read(&self, path: &Utf8Path) -> Result<Arc<Source>, ReadError> {
        let bytes = std::fs::read(path).map_err(|error| ReadError::Unreadable(plain(&error)))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let bytes = error.as_bytes();
            ReadError::NotText(bytes.windows(5).any(|window| window == b"AWS::"))
        })?;
        let mut store = self.lock();
        let id = FileId(Span::new(0, store.sources.len()).end);
        let source = Arc::new(Source::new(id, path, text));
        store.sources.push(Arc::clone(&source));
        Ok(source)
    }

    /// Parses a source that was read, once.
    pub(crate) fn parse(&self, source: &Arc<Source>) -> Result<Parsed, ReadError> {
        if let Some(known) = self.lock().parsed.get(&source.path) {
            return known.clone();
        }
        let result = match parse(source, tag_meaning) {
            Ok(document) => Ok(Arc::new((Arc::clone(source), document))),
            Err(error) => Err(ReadError::Syntax(Arc::clone(source), error)),
        };
        self.lock().parsed.entry(source.path.clone()).or_insert(result).clone()
    }

    /// Reads and parses a file, once.
    pub(crate) fn open(&self, path: &Utf8Path) -> Result<Parsed, ReadError> {
        if let Some(known) = self.lock().parsed.get(path) {
            return known.clone();
        }
        let source = self.read(path)?;
        self.parse(&source)
    }

    /// The place from a line and column, both from 1, to the end of that line. `None` if the file lies outside the
    /// project or has no such line.
    pub(crate) fn line_from(&self, path: &Utf8Path, line: u32, column: u32) -> Option<Place> {
        let known = self.lock().shown.get(path).cloned();
        let source = known.unwrap_or_else(|| {
            let source = self.root_of(path).and_then(|_| self.read(&from_here(path)).ok());
            self.lock().shown.entry(path.to_owned()).or_insert(source).clone()
        })?;
        let mut start = 0;
        let mut lines = source.text.split_inclusive('\n');
        for _ in 1..line {
            start += lines.next()?.len();
        }
        let text = lines.next()?.trim_end();
        let skipped: usize = text.chars().take(column.saturating_sub(1) as usize).map(char::len_utf8).sum();
        Some(Place { file: source.id, span: Span::new(start + skipped, start + text.len()) })
    }

    /// The parsed files, for edits and reports.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let store = self.lock();
        let parsed = store.parsed.values().filter_map(|result| result.as_ref().ok());
        Snapshot {
            repositories: self.repositories.clone(),
            sources: store.sources.clone(),
            documents: parsed.map(|parsed| (parsed.0.id, Arc::clone(parsed))).collect(),
        }
    }

    /// The path of a local file that a template names, relative to that template.
    pub(crate) fn resolve(&self, from: FileId, location: &str) -> Result<Utf8PathBuf, LoadError> {
        let lower = location.to_ascii_lowercase();
        if ["http://", "https://", "s3://"].iter().any(|scheme| lower.starts_with(scheme)) {
            return Err(LoadError::NotLocal(location.to_owned()));
        }
        let location_path = location.strip_prefix("file://").unwrap_or(location);
        let base = self.path(from);
        let path = normal(&base.parent().unwrap_or(Utf8Path::new("")).join(location_path));
        let unreadable = |cause: String| LoadError::Unreadable { path: location.to_owned(), cause };
        let full = path.canonicalize_utf8().map_err(|error| unreadable(plain(&error)))?;
        if !self.roots.iter().any(|root| full.starts_with(root)) {
            return Err(LoadError::Outside(location.to_owned()));
        }
        if full.is_dir() {
            // `sam build` takes a folder for the template in it.
            let inside =
                ["template.yaml", "template.yml", "template.json"].iter().map(|name| path.join(name));
            return inside
                .into_iter()
                .find(|path| path.is_file())
                .ok_or_else(|| unreadable("it is a folder".into()));
        }
        Ok(path)
    }
}

impl Loader for Files {
    fn load(&self, from: FileId, location: &str) -> Result<Arc<(Arc<Source>, Document)>, LoadError> {
        let path = self.resolve(from, location)?;
        self.open(&path).map_err(|error| LoadError::Unreadable {
            path: location.to_owned(),
            cause: match error {
                ReadError::Unreadable(cause) => cause,
                ReadError::NotText(_) => "it is not UTF-8 text".into(),
                ReadError::Syntax(source, error) => {
                    let position = source.position(error.span.start);
                    format!("{} (line {}, column {})", error.message, position.line, position.column)
                }
            },
        })
    }
}

/// The files of a run as they are once everything is loaded.
#[derive(Debug, Default)]
pub struct Snapshot {
    repositories: Repositories,
    sources: Vec<Arc<Source>>,
    documents: HashMap<FileId, Parsed>,
}

impl Snapshot {
    /// The file of that id.
    #[must_use]
    pub fn source(&self, file: FileId) -> Option<&Source> {
        self.sources.get(file.0 as usize).map(Arc::as_ref)
    }

    /// The path of the file of that id.
    #[must_use]
    pub fn path(&self, file: FileId) -> &Utf8Path {
        self.source(file).map_or(Utf8Path::new(""), |source| &source.path)
    }

    /// The path of a file from the root of the repository that the run looks at, links resolved, with forward slashes:
    /// what a code host knows it by. `None` if there is no such file, or if it lies elsewhere.
    #[must_use]
    pub fn path_in_repository(&self, path: &Utf8Path) -> Option<String> {
        self.repositories.path_of(path)
    }
}

impl Documents for Snapshot {
    fn document(&self, file: FileId) -> Option<(&Source, &Document)> {
        self.documents.get(&file).map(|parsed| (parsed.0.as_ref(), &parsed.1))
    }

    fn source(&self, file: FileId) -> Option<&Source> {
        Snapshot::source(self, file)
    }
}

fn is_link(path: &Utf8Path) -> bool {
    path.symlink_metadata().map_or(true, |metadata| metadata.is_symlink())
}

/// The folder that a path may read from: see [`Files::new`].
pub(crate) fn project_root(path: &Utf8Path) -> Utf8PathBuf {
    let full = path.canonicalize_utf8().unwrap_or_else(|_| path.to_owned());
    let folder =
        if full.is_file() { full.parent().map(Utf8Path::to_owned).unwrap_or_default() } else { full };
    let upwards =
        |mark: &str| folder.ancestors().find(|ancestor| ancestor.join(mark).exists()).map(Utf8Path::to_owned);
    upwards(CONFIGURATION).or_else(|| upwards(".git")).unwrap_or(folder)
}

/// An absolute path as reports show it: relative to the current folder where it lies in that.
#[must_use]
pub fn from_here(path: &Utf8Path) -> Utf8PathBuf {
    let here = std::env::current_dir().ok().and_then(|here| Utf8PathBuf::from_path_buf(here).ok());
    match here.and_then(|here| path.strip_prefix(here).ok()) {
        Some(relative) if relative.as_str().is_empty() => ".".into(),
        Some(relative) => relative.to_owned(),
        None => path.to_owned(),
    }
}

/// The path with `.` and inner `..` resolved by name.
pub(crate) fn normal(path: &Utf8Path) -> Utf8PathBuf {
    let mut out = Utf8PathBuf::new();
    for part in path.components() {
        match part.as_str() {
            "." => {}
            ".." if out.file_name().is_some_and(|name| name != "..") => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

/// The operating system's words without its error number.
fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    text.to_lowercase()
}
