//! Cloud assemblies: what `cdk synth` writes (`cdk.out`), by AWS's cloud assembly schema.

mod assets;
mod constructs;

pub use assets::{AssetManifest, AssetSource};
pub use constructs::{Constructs, Frame};

use smol_str::SmolStr;
use std::collections::BTreeMap;
use stockade_model::Place;
use stockade_syntax::{Document, Entry, FileId, Node};

const STACK: &str = "aws:cloudformation:stack";
const NESTED: &str = "cdk:cloud-assembly";
const ASSETS: &str = "cdk:asset-manifest";

/// A cloud assembly: the stacks of a CDK application, or of one of its stages.
#[derive(Debug, Clone, PartialEq)]
pub struct Assembly {
    /// Its own stacks, those that others depend on first.
    pub stacks: Vec<AssemblyStack>,
    /// The assemblies of its stages.
    pub nested: Vec<NestedAssembly>,
    /// The asset manifests, by file.
    pub assets: Vec<LocalFile>,
}

/// A file or folder that a manifest names, relative to the assembly's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalFile {
    /// The path as written.
    pub path: SmolStr,
    /// Where it is written.
    pub place: Place,
}

/// The assembly of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NestedAssembly {
    /// Its folder.
    pub folder: LocalFile,
    /// The stage's path in the application (`Prod`).
    pub display_name: Option<SmolStr>,
}

/// A stack of an assembly.
#[derive(Debug, Clone, PartialEq)]
pub struct AssemblyStack {
    /// The artifact's id, unique in the assembly.
    pub artifact: SmolStr,
    /// The name that the stack has in AWS.
    pub name: SmolStr,
    /// Its template.
    pub template: LocalFile,
    /// The region that it is bound to.
    pub region: Option<SmolStr>,
    /// Values for the template's parameters.
    pub parameters: BTreeMap<SmolStr, SmolStr>,
    /// The artifacts that it depends on.
    pub dependencies: Vec<SmolStr>,
    /// What the manifest says of its constructs.
    pub constructs: Constructs,
    /// The file with more about its constructs.
    pub metadata: Option<LocalFile>,
}

/// Why an assembly cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct AssemblyError {
    /// The cause, lower case.
    pub message: String,
    /// Where.
    pub place: Place,
}

/// Whether a `manifest.json` may be that of a cloud assembly, by its text.
#[must_use]
pub fn shows_assembly(text: &str) -> bool {
    text.contains("\"artifacts\"") && [STACK, NESTED, "\"cdk:tree\""].iter().any(|mark| text.contains(mark))
}

/// Whether a document is the manifest of a cloud assembly.
#[must_use]
pub fn is_assembly(document: &Document) -> bool {
    let artifacts = document.root.get("artifacts").map(Node::entries).unwrap_or_default();
    document.root.get("version").is_some_and(|version| version.as_str().is_some())
        && artifacts.iter().any(|entry| entry.value.get("type").is_some_and(|kind| kind.as_str().is_some()))
}

impl Assembly {
    /// Reads a manifest.
    ///
    /// # Errors
    /// If a stack names no template, or a stage no folder.
    pub fn read(manifest: &Document) -> Result<Self, AssemblyError> {
        let file = manifest.file;
        let artifacts = manifest.root.get("artifacts").map(Node::entries).unwrap_or_default();
        let mut assembly = Self { stacks: Vec::new(), nested: Vec::new(), assets: Vec::new() };
        for artifact in artifacts {
            match artifact.value.get("type").and_then(Node::as_str) {
                Some(STACK) => assembly.stacks.push(stack(file, artifact)?),
                Some(NESTED) => assembly.nested.push(NestedAssembly {
                    folder: required(file, artifact, "directoryName")?,
                    display_name: property(&artifact.value, "displayName")
                        .and_then(Node::as_str)
                        .map(SmolStr::new),
                }),
                Some(ASSETS) => assembly.assets.push(required(file, artifact, "file")?),
                _ => {}
            }
        }
        assembly.stacks = in_order(assembly.stacks);
        Ok(assembly)
    }
}

fn stack(file: FileId, artifact: &Entry) -> Result<AssemblyStack, AssemblyError> {
    let body = &artifact.value;
    let text = |node: Option<&Node>| node.and_then(Node::as_str).map(SmolStr::new);
    let parameters = property(body, "parameters").map(Node::entries).unwrap_or_default();
    let mut constructs = Constructs::default();
    if let Some(metadata) = body.get("metadata") {
        constructs.add(metadata);
    }
    Ok(AssemblyStack {
        name: text(property(body, "stackName")).unwrap_or_else(|| artifact.key.clone()),
        template: required(file, artifact, "templateFile")?,
        region: text(body.get("environment")).and_then(|environment| region(&environment)),
        parameters: parameters
            .iter()
            .filter_map(|entry| Some((entry.key.clone(), SmolStr::new(entry.value.as_str()?))))
            .collect(),
        dependencies: strings(body.get("dependencies")),
        constructs,
        metadata: body.get("additionalMetadataFile").and_then(|node| local_file(file, node)),
        artifact: artifact.key.clone(),
    })
}

/// The region of `aws://ACCOUNT/REGION`, unless the stack may be deployed to any.
fn region(environment: &str) -> Option<SmolStr> {
    let (_, region) = environment.strip_prefix("aws://")?.split_once('/')?;
    (!region.is_empty() && region != "unknown-region").then(|| SmolStr::new(region))
}

/// The stacks such that each comes after those that it depends on; in the manifest's order otherwise, and where
/// they depend on each other in a circle.
fn in_order(stacks: Vec<AssemblyStack>) -> Vec<AssemblyStack> {
    let mut waiting = stacks;
    let mut ordered: Vec<AssemblyStack> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let is_free = |stack: &AssemblyStack| {
            !waiting
                .iter()
                .any(|other| other.artifact != stack.artifact && stack.dependencies.contains(&other.artifact))
        };
        let next = waiting.iter().position(is_free).unwrap_or(0);
        ordered.push(waiting.remove(next));
    }
    ordered
}

fn property<'a>(artifact: &'a Node, name: &str) -> Option<&'a Node> {
    artifact.get("properties")?.get(name)
}

fn required(file: FileId, artifact: &Entry, name: &str) -> Result<LocalFile, AssemblyError> {
    property(&artifact.value, name).and_then(|node| local_file(file, node)).ok_or_else(|| AssemblyError {
        message: format!(
            "artifact `{}` of the cloud assembly has no `{name}`: run `npx cdk synth` again",
            artifact.key
        ),
        place: Place { file, span: artifact.key_span },
    })
}

fn local_file(file: FileId, node: &Node) -> Option<LocalFile> {
    Some(LocalFile { path: SmolStr::new(node.as_str()?), place: Place { file, span: node.span } })
}

fn items(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.data) {
        Some(stockade_syntax::Data::Sequence(items)) => items,
        _ => &[],
    }
}

fn strings(node: Option<&Node>) -> Vec<SmolStr> {
    items(node).iter().filter_map(Node::as_str).map(SmolStr::new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_syntax::{Source, parse};

    fn document(text: &str) -> Document {
        parse(&Source::new(FileId(0), "manifest.json", text), |_| None).unwrap()
    }

    #[test]
    fn stacks_come_after_those_that_they_depend_on() {
        let manifest = document(
            r#"{"version": "55.0.0", "artifacts": {
                "Service": {"type": "aws:cloudformation:stack", "environment": "aws://111122223333/eu-west-1",
                  "properties": {"templateFile": "Service.template.json", "stackName": "Prod-Service",
                    "parameters": {"Size": "3"}},
                  "dependencies": ["Data", "Service.assets"]},
                "Data": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region",
                  "properties": {"templateFile": "Data.template.json"}},
                "Service.assets": {"type": "cdk:asset-manifest", "properties": {"file": "Service.assets.json"}},
                "assembly-Beta": {"type": "cdk:cloud-assembly",
                  "properties": {"directoryName": "assembly-Beta", "displayName": "Beta"}},
                "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}}
            }}"#,
        );
        assert!(is_assembly(&manifest));
        let assembly = Assembly::read(&manifest).unwrap();
        let names: Vec<(&str, Option<&str>)> =
            assembly.stacks.iter().map(|stack| (stack.name.as_str(), stack.region.as_deref())).collect();
        assert_eq!(names, [("Data", None), ("Prod-Service", Some("eu-west-1"))]);
        assert_eq!(assembly.stacks[1].parameters.get("Size").map(SmolStr::as_str), Some("3"));
        assert_eq!(assembly.nested[0].folder.path, "assembly-Beta");
        assert_eq!(assembly.assets[0].path, "Service.assets.json");
    }

    #[test]
    fn a_stack_without_a_template_is_an_error_at_its_id() {
        let text = r#"{"version": "1.0.0", "artifacts": {"One": {"type": "aws:cloudformation:stack"}}}"#;
        let error = Assembly::read(&document(text)).unwrap_err();
        assert!(error.message.contains("`One`") && error.message.contains("`templateFile`"), "{error}");
        assert_eq!(&text[error.place.span.range()], "\"One\"");
    }

    #[test]
    fn other_manifests_are_no_assemblies() {
        for text in [
            r#"{"name": "app", "version": "1.0.0"}"#,
            r#"{"version": 3, "artifacts": {"a": {"type": "x"}}}"#,
            r#"{"version": "1", "artifacts": ["a"]}"#,
        ] {
            assert!(!is_assembly(&document(text)), "{text}");
            assert!(!shows_assembly(text), "{text}");
        }
    }
}
