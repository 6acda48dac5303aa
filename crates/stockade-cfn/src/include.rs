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

/// Puts the content of local files in place of `Fn::Transform` calls of `AWS::Include`, wherever they stand, and of
/// those in the template's `Transform`. A call that cannot be followed stays as it is and is reported with its place
/// (CloudFormation Template Reference, "`AWS::Include` transform").
pub fn expand_includes(root: &Expr, loader: &dyn Loader, problems: &mut Vec<(Place, LoadError)>) -> Expr {
    let calls = root.get("Transform").map(calls).unwrap_or_default();
    let whole = calls.iter().any(|call| location(call).is_some());
    if !whole && !mentions_include(root) {
        return root.clone();
    }
    let mut includes = Includes { loader, problems, open: vec![root.origin.place.file], followed: 0 };
    let root = includes.expand(root);
    if whole { includes.whole_template(root) } else { root }
}

/// The macros that a `Transform` section names.
fn calls(transform: &Expr) -> &[Expr] {
    if transform.is_list() { transform.items() } else { std::slice::from_ref(transform) }
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

    /// The template with the files put in that its `Transform` includes: their sections join the template's own.
    fn whole_template(&mut self, mut root: Expr) -> Expr {
        let Some(transform) = root.get("Transform").cloned() else { return root };
        let mut kept = Vec::new();
        for call in calls(&transform) {
            match location(call).map(|location| (location, self.include(location, call))) {
                Some((_, Ok(included))) => {
                    for section in included.entries() {
                        match root.get_mut(&section.key).filter(|own| own.is_object()) {
                            Some(own) => {
                                section.value.entries().iter().cloned().for_each(|entry| own.set_entry(entry))
                            }
                            None => root.set_entry(section.clone()),
                        }
                    }
                }
                Some((location, Err(problem))) => {
                    self.problems.push((location.origin.place, problem));
                    kept.push(call.clone());
                }
                None => kept.push(call.clone()),
            }
        }
        root.set("Transform", Expr::list(kept, &transform.origin));
        root
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tag_meaning;
    use stockade_syntax::parse;

    /// Files by name.
    struct Folder(Vec<(&'static str, &'static str)>);

    impl Loader for Folder {
        fn load(&self, _: FileId, location: &str) -> Result<Arc<(Arc<Source>, Document)>, LoadError> {
            if location.starts_with("s3://") {
                return Err(LoadError::NotLocal(location.into()));
            }
            let at = self.0.iter().position(|(name, _)| *name == location);
            let unreadable = || LoadError::Unreadable { path: location.into(), cause: "not found".into() };
            let at = at.ok_or_else(unreadable)?;
            let source =
                Arc::new(Source::new(FileId(u32::try_from(at + 1).unwrap()), location, self.0[at].1));
            let document = parse(&source, tag_meaning).unwrap();
            Ok(Arc::new((source, document)))
        }
    }

    fn included(text: &str, files: &[(&'static str, &'static str)]) -> (Expr, Vec<(Place, LoadError)>) {
        let document = parse(&Source::new(FileId(0), "t.yaml", text), tag_meaning).unwrap();
        let mut problems = Vec::new();
        let root = Expr::from_node(FileId(0), &document.root);
        (expand_includes(&root, &Folder(files.into()), &mut problems), problems)
    }

    fn call(location: &str) -> String {
        format!("{{Name: 'AWS::Include', Parameters: {{Location: '{location}'}}}}")
    }

    #[test]
    fn an_include_stands_anywhere() {
        let text = format!(
            "Resources:
  Fn::Transform: {resources}
  Q:
    Type: AWS::SQS::Queue
    Properties:
      DelaySeconds: 1
      Fn::Transform: {properties}
      Policy: {{Fn::Transform: {value}}}
Outputs:
  Fn::Transform: {outputs}
",
            resources = call("resources.json"),
            properties = call("properties.yaml"),
            value = call("value.yaml"),
            outputs = call("outputs.yaml"),
        );
        let files = [
            ("resources.json", r#"{"R": {"Type": "AWS::SQS::Queue"}}"#),
            ("properties.yaml", "QueueName: !Sub '${AWS::StackName}-q'\nKmsMasterKeyId: !GetAtt Key.Arn\n"),
            ("value.yaml", "[1, 2]"),
            (
                "outputs.yaml",
                "Fn::Transform: {Name: 'AWS::Include', Parameters: {Location: inner.yaml}}\nA: {Value: 1}\n",
            ),
            ("inner.yaml", "B: {Value: !Ref Q}\n"),
        ];
        let (root, problems) = included(&text, &files);
        assert!(problems.is_empty(), "{problems:?}");
        let expected = r#"{"Resources":{"R":{"Type":"AWS::SQS::Queue"},"Q":{"Type":"AWS::SQS::Queue","Properties":{"DelaySeconds":1,"QueueName":{"Fn::Sub":"${AWS::StackName}-q"},"KmsMasterKeyId":{"Fn::GetAtt":"Key.Arn"},"Policy":[1,2]}}},"Outputs":{"B":{"Value":{"Ref":"Q"}},"A":{"Value":1}}}"#;
        assert_eq!(root.to_json().to_string(), expected);
        let name = root.path("Resources.Q.Properties.QueueName").unwrap();
        assert_eq!(name.origin.place.file, FileId(2), "it was written in the included file");
        assert!(name.origin.vias().any(|via| via.kind == ViaKind::Include && via.place.file == FileId(0)));
    }

    #[test]
    fn a_whole_template_include_joins_the_sections() {
        let text = format!(
            "Transform: [{}, 'AWS::Serverless-2016-10-31']\nResources:\n  Q: {{Type: 'AWS::SQS::Queue'}}\n",
            call("more.yaml")
        );
        let (root, problems) = included(
            &text,
            &[("more.yaml", "Resources:\n  R: {Type: 'AWS::SQS::Queue'}\nOutputs:\n  A: {Value: 1}\n")],
        );
        assert!(problems.is_empty(), "{problems:?}");
        let expected = r#"{"Transform":["AWS::Serverless-2016-10-31"],"Resources":{"Q":{"Type":"AWS::SQS::Queue"},"R":{"Type":"AWS::SQS::Queue"}},"Outputs":{"A":{"Value":1}}}"#;
        assert_eq!(root.to_json().to_string(), expected);
    }

    #[test]
    fn what_cannot_be_included_stays_and_is_told() {
        let text = format!(
            "Transform: {}\nResources:\n  Fn::Transform: {}\n  Fn::Other: {{Fn::Transform: {}}}\n",
            call("s3://bucket/more.yaml"),
            call("missing.yaml"),
            call("again.yaml")
        );
        let (root, problems) = included(
            &text,
            &[(
                "again.yaml",
                "A: {Fn::Transform: {Name: 'AWS::Include', Parameters: {Location: again.yaml}}}",
            )],
        );
        let causes: Vec<String> = problems.iter().map(|(_, problem)| problem.to_string()).collect();
        assert_eq!(
            causes,
            [
                "`missing.yaml`: not found",
                "`again.yaml`: it includes itself, so that there is no end to it",
                "`s3://bucket/more.yaml` is not a local file"
            ]
        );
        assert!(root.path("Resources.Fn::Transform").is_some());
        assert_eq!(root.get("Transform").unwrap().items().len(), 1);
    }
}
