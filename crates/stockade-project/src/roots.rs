//! Which templates are deployed by themselves.

use crate::{Files, Notice};
use camino::Utf8PathBuf;
use foldhash::{HashMap, HashSet};
use stockade_cfn::{Expr, Template};

/// The local templates that a template nests, with the property that names them.
const NESTS: [(&str, &str); 2] =
    [("AWS::CloudFormation::Stack", "TemplateURL"), ("AWS::Serverless::Application", "Location")];

/// The location of the local template that a resource nests.
pub(crate) fn nested_location<'a>(type_name: &str, properties: Option<&'a Expr>) -> Option<&'a Expr> {
    let (_, property) = NESTS.iter().find(|(name, _)| *name == type_name)?;
    properties?.get(property).filter(|location| location.as_str().is_some())
}

/// Keeps the roots: a template that another one nests is judged there, a packaged copy of a template beside it is
/// not judged again.
pub(crate) fn roots(templates: Vec<Template>, files: &Files) -> (Vec<Template>, Vec<Notice>) {
    let paths: Vec<Utf8PathBuf> = templates.iter().map(|template| files.path(template.file)).collect();
    let by_path: HashMap<Utf8PathBuf, usize> = paths
        .iter()
        .enumerate()
        .map(|(at, path)| (files.full(path).unwrap_or_else(|| path.clone()), at))
        .collect();
    let nests: Vec<Vec<usize>> = templates
        .iter()
        .map(|template| {
            let locations = template.resources.values().filter_map(|declaration| {
                nested_location(&declaration.type_name, declaration.properties())?.as_str()
            });
            locations
                .filter_map(|location| files.resolve(template.file, location).ok()?.canonicalize_utf8().ok())
                .filter_map(|path| by_path.get(&path).copied())
                .collect()
        })
        .collect();
    let mut notices = Vec::new();
    let copies = packaged_copies(&templates, &paths, &mut notices);
    let children: HashSet<usize> = nests
        .iter()
        .enumerate()
        .flat_map(|(at, inner)| inner.iter().copied().filter(move |child| *child != at))
        .collect();
    let mut root: Vec<bool> =
        (0..templates.len()).map(|at| !children.contains(&at) && !copies.contains(&at)).collect();
    // Templates that nest each other in a circle have no root; the first of them by path becomes one.
    let mut reached: HashSet<usize> = HashSet::default();
    let mut order: Vec<usize> = (0..templates.len()).filter(|at| !copies.contains(at)).collect();
    order.sort_by_key(|at| (!root[*at], paths[*at].clone()));
    for start in order {
        if reached.contains(&start) {
            continue;
        }
        root[start] = true;
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            if reached.insert(at) {
                open.extend(&nests[at]);
            }
        }
    }
    let kept =
        templates.into_iter().zip(root).filter_map(|(template, root)| root.then_some(template)).collect();
    (kept, notices)
}

/// Templates that `aws cloudformation package` or `sam package` made of another one in the same folder: the same
/// resources, with local code replaced by S3 addresses.
fn packaged_copies(
    templates: &[Template],
    paths: &[Utf8PathBuf],
    notices: &mut Vec<Notice>,
) -> HashSet<usize> {
    let mut copies = HashSet::default();
    for (at, template) in templates.iter().enumerate() {
        if !mentions_s3_code(template) {
            continue;
        }
        let original = (0..templates.len()).find(|other| {
            *other != at
                && paths[*other].parent() == paths[at].parent()
                && !mentions_s3_code(&templates[*other])
                && same_resources(template, &templates[*other])
        });
        if let Some(original) = original {
            notices.push(Notice {
                kind: "build-output",
                path: paths[at].clone(),
                message: format!("not judged: it is the packaged form of `{}`", paths[original]),
                place: None,
            });
            copies.insert(at);
        }
    }
    copies
}

fn same_resources(one: &Template, other: &Template) -> bool {
    one.resources.len() == other.resources.len()
        && one.resources.iter().all(|(id, declaration)| {
            other.resources.get(id).is_some_and(|twin| twin.type_name == declaration.type_name)
        })
}

fn mentions_s3_code(template: &Template) -> bool {
    template.resources.values().any(|declaration| {
        ["CodeUri", "ContentUri", "Location", "TemplateURL", "Code"].iter().any(|name| {
            let value = declaration.properties().and_then(|properties| properties.get(name));
            value.is_some_and(|value| {
                value.as_str().is_some_and(|text| text.starts_with("s3://") || text.starts_with("https://s3"))
                    || value.get("S3Key").or_else(|| value.get("Key")).is_some()
            })
        })
    })
}
