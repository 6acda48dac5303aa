//! What leads from a resource to the CDK application that made it: its construct, the line that makes that, and the
//! code that is uploaded.

use crate::Files;
use crate::files::normal;
use camino::Utf8PathBuf;
use foldhash::HashMap;
use smol_str::SmolStr;
use stockade_cfn::{AssetManifest, Constructs, Declaration, Expr, Scope};
use stockade_model::{Asset, AssetKind, Construct, Place};

/// What a cloud assembly says of the resources of its stacks.
#[derive(Debug, Default)]
pub(crate) struct Links {
    /// The assembly's folder, which assets are relative to.
    pub folder: Utf8PathBuf,
    pub assets: AssetManifest,
    /// By the stack's path in the deployment.
    pub constructs: HashMap<SmolStr, Constructs>,
}

impl Links {
    /// The template in the assembly that a resource nests, and where it is named.
    pub fn nested_template(&self, declaration: &Declaration) -> Option<(SmolStr, Place)> {
        if declaration.type_name != "AWS::CloudFormation::Stack" {
            return None;
        }
        let place = declaration.properties()?.get("TemplateURL")?.origin.place;
        Some((self.assets.asset_of(declaration)?.path, place))
    }

    /// The local files that are uploaded for a resource.
    pub fn asset(&self, declaration: &Declaration) -> Option<Asset> {
        let source = self.assets.asset_of(declaration)?;
        let kind =
            if source.image { AssetKind::Image { dockerfile: source.dockerfile } } else { AssetKind::Files };
        Some(Asset { path: normal(&self.folder.join(source.path.as_str())), kind })
    }
}

/// The construct of a resource: the path that CDK writes into its metadata, or else the assembly's word for its
/// logical id. Without an assembly (a synthesised template on its own) the path is all there is.
pub(crate) fn construct(
    links: Option<&Links>,
    files: &Files,
    scope: &Scope,
    declaration: &Declaration,
) -> Option<Construct> {
    let stack = scope.stack.split('/').next().unwrap_or_default();
    let constructs = links.and_then(|links| links.constructs.get(stack));
    let written = declaration.body.get("Metadata").and_then(|metadata| metadata.get("aws:cdk:path"));
    let in_template = written.and_then(Expr::as_str).map(SmolStr::new);
    // In a nested stack the logical id alone may be that of another stack's construct.
    let by_id = || constructs.filter(|_| scope.stack == stack)?.path_of(&declaration.declared_id).cloned();
    let path = in_template.or_else(by_id)?;
    let frames = constructs.map(|constructs| constructs.frames(&path)).unwrap_or_default();
    let made_at = frames.iter().find_map(|frame| files.line_from(&frame.path, frame.line, frame.column));
    Some(Construct { path, path_at: written.map(|written| written.origin.place), made_at })
}
