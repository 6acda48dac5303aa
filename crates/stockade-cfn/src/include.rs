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

/// Puts the content of local files in place of `Fn::Transform` calls of `AWS::Include`, wherever they stand, and of
/// those in the template's `Transform`. A call that cannot be followed stays as it is and is reported with its place
/// (CloudFormation Template Reference, "`AWS::Include` transform").
pub fn expand_includes(root: &Expr, loader: &dyn Loader, problems: &mut Vec<(Place, LoadError)>) -> Expr {
    let root = whole_template(root, loader, problems);
    if !mentions_include(&root) {
        return root;
    }
    expand(&root, loader, problems, 0)
}

/// The template with the files put in that its `Transform` includes: their sections join the template's own.
fn whole_template(root: &Expr, loader: &dyn Loader, problems: &mut Vec<(Place, LoadError)>) -> Expr {
    let Some(transform) = root.get("Transform") else { return root.clone() };
    let calls = if transform.is_list() { transform.items() } else { std::slice::from_ref(transform) };
    if !calls.iter().any(|call| location(call).is_some()) {
        return root.clone();
    }
    let mut out = root.clone();
    let mut kept = Vec::new();
    for call in calls {
        match location(call).map(|location| (location, include(location, call, loader, 0))) {
            Some((_, Ok(included))) => {
                for section in included.entries() {
                    match out.get_mut(&section.key).filter(|own| own.is_object()) {
                        Some(own) => {
                            section.value.entries().iter().for_each(|entry| own.set_entry(entry.clone()))
                        }
                        None => out.set_entry(section.clone()),
                    }
                }
            }
            Some((location, Err(problem))) => {
                problems.push((location.origin.place, problem));
                kept.push(call.clone());
            }
            None => kept.push(call.clone()),
        }
    }
    out.set("Transform", Expr::list(kept, &transform.origin));
    out
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
                "`s3://bucket/more.yaml` is not a local file",
                "`missing.yaml`: not found",
                "`again.yaml`: includes nest more than 8 deep"
            ]
        );
        assert!(root.path("Resources.Fn::Transform").is_some());
        assert_eq!(root.get("Transform").unwrap().items().len(), 1);
    }
}
