//! Asset manifests: the local files that are uploaded for a stack, and under which names.

use crate::{Data, Declaration, Expr};
use foldhash::HashMap;
use smol_str::SmolStr;
use stockade_syntax::{Document, Node};

/// The assets of an assembly, by the name that templates call them by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssetManifest {
    /// By object key (`<hash>.zip`) and image tag.
    by_name: HashMap<SmolStr, AssetSource>,
}

/// Where an asset comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetSource {
    /// The file or folder, relative to the assembly's folder.
    pub path: SmolStr,
    /// Whether an image is built from it.
    pub image: bool,
    /// The Dockerfile's name, where it is written.
    pub dockerfile: Option<SmolStr>,
}

/// The properties whose value is an asset, in the order in which they are looked at.
const PROPERTIES: [&str; 4] = ["Code", "Content", "ContentUri", "TemplateURL"];

impl AssetManifest {
    /// Adds what an asset manifest lists. What a program makes during the deployment has no local files.
    pub fn add(&mut self, manifest: &Document) {
        for (section, image) in [("files", false), ("dockerImages", true)] {
            for entry in manifest.root.get(section).map(Node::entries).unwrap_or_default() {
                let Some(source) = entry.value.get("source") else { continue };
                let text = |key: &str| source.get(key).and_then(Node::as_str).map(SmolStr::new);
                let Some(path) = text(if image { "directory" } else { "path" }) else { continue };
                let asset = AssetSource { path, image, dockerfile: text("dockerFile") };
                let destinations = entry.value.get("destinations").map(Node::entries).unwrap_or_default();
                for destination in destinations {
                    let name = destination.value.get(if image { "imageTag" } else { "objectKey" });
                    if let Some(name) = name.and_then(Node::as_str) {
                        self.by_name.insert(SmolStr::new(name), asset.clone());
                    }
                }
            }
        }
    }

    /// The asset that a resource is deployed with: what its property's object key or image tag names, else what
    /// its metadata say (`aws:asset:path`, written for local tools).
    #[must_use]
    pub fn asset_of(&self, declaration: &Declaration) -> Option<AssetSource> {
        let properties = declaration.properties();
        let named =
            PROPERTIES.iter().filter_map(|name| properties?.get(name)).find_map(|value| self.named_in(value));
        named.cloned().or_else(|| {
            let metadata = declaration.body.get("Metadata")?;
            let text = |key: &str| metadata.get(key).and_then(Expr::as_str).map(SmolStr::new);
            let property = text("aws:asset:property")?;
            Some(AssetSource {
                path: text("aws:asset:path")?,
                image: property.ends_with("ImageUri"),
                dockerfile: text("aws:asset:dockerfile-path"),
            })
        })
    }

    /// The asset that a value names: an object key as it is or at the end of an address, a tag behind a colon.
    fn named_in(&self, value: &Expr) -> Option<&AssetSource> {
        match &value.data {
            Data::String(text) => {
                let last = text.rsplit(['/', ':']).next().unwrap_or(text);
                // A prefix is part of the key.
                self.by_name
                    .get(text)
                    .or_else(|| self.by_name.get(text.trim_start_matches('/')))
                    .or_else(|| self.by_name.get(last))
            }
            Data::List(items) => items.iter().find_map(|item| self.named_in(item)),
            Data::Object(map) => map.entries.iter().find_map(|entry| self.named_in(&entry.value)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Template;
    use stockade_syntax::{FileId, Source, parse};

    fn document(text: &str) -> Document {
        parse(&Source::new(FileId(0), "x.json", text), |_| None).unwrap()
    }

    #[test]
    fn code_images_and_nested_templates_are_found_by_their_names() {
        let mut manifest = AssetManifest::default();
        manifest.add(&document(
            r#"{"version": "55.0.0", "files": {
                "aa": {"source": {"path": "asset.aa", "packaging": "zip"},
                  "destinations": {"here": {"bucketName": "b", "objectKey": "team/aa.zip"}}},
                "bb": {"source": {"path": "Child.nested.template.json", "packaging": "file"},
                  "destinations": {"here": {"bucketName": "b", "objectKey": "bb.json"}}},
                "ee": {"source": {"executable": ["make"]}, "destinations": {"here": {"objectKey": "ee.zip"}}}
              }, "dockerImages": {
                "cc": {"source": {"directory": "asset.cc", "dockerFile": "Dockerfile.arm"},
                  "destinations": {"here": {"repositoryName": "r", "imageTag": "cc"}}}
              }}"#,
        ));
        let template = Template::read(&document(
            r#"{"Resources": {
                "Zip": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Bucket": {"Fn::Sub": "b"}, "S3Key": "team/aa.zip"}}},
                "Image": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"ImageUri": {"Fn::Sub": "${AWS::AccountId}.dkr.ecr/r:cc"}}}},
                "Child": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::Region"}, "/b/bb.json"]]}}},
                "Told": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Key": {"Ref": "Key"}}},
                  "Metadata": {"aws:asset:path": "asset.dd", "aws:asset:property": "Code"}},
                "Made": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Key": "ee.zip"}}},
                "Inline": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"ZipFile": "def handler(): pass"}}}
              }}"#,
        ))
        .unwrap();
        let asset = |id: &str| {
            manifest.asset_of(&template.resources[id]).map(|asset| (asset.path.to_string(), asset.image))
        };
        assert_eq!(asset("Zip"), Some(("asset.aa".into(), false)));
        assert_eq!(asset("Image"), Some(("asset.cc".into(), true)));
        assert_eq!(asset("Child"), Some(("Child.nested.template.json".into(), false)));
        assert_eq!(asset("Told"), Some(("asset.dd".into(), false)));
        assert_eq!(asset("Made"), None);
        assert_eq!(asset("Inline"), None);
    }
}
