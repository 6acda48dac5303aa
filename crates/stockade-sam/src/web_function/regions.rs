//! The regions to which a web function is copied: `ReplicaRegions`, which may name groups of regions.

use crate::SamError;
use crate::presence::set;
use crate::resource::SamResource;
use std::collections::BTreeMap;
use stockade_cfn::Expr;

/// Groups of regions by name.
const GROUPS: [(&str, &[&str]); 6] = [
    ("US", &["us-east-1", "us-east-2", "us-west-1", "us-west-2"]),
    (
        "AP",
        &[
            "ap-south-1",
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-southeast-1",
            "ap-southeast-2",
        ],
    ),
    ("CA", &["ca-central-1"]),
    ("EU", &["eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1"]),
    ("SA", &["sa-east-1"]),
    (
        "SPARSE_GLOBAL",
        &[
            "us-east-1",
            "eu-west-1",
            "eu-central-1",
            "ap-northeast-1",
            "ap-southeast-2",
            "sa-east-1",
            "ap-southeast-1",
        ],
    ),
];

/// The name of all of them.
const ALL: &str = "ALL_STANDARD";

/// The regions by code, each with what named it.
type Regions<'a> = BTreeMap<&'a str, &'a Expr>;

/// The list of regions.
pub(super) fn lower(function: &SamResource, written: &Expr) -> Result<Expr, SamError> {
    if written.intrinsic().is_some() {
        return Ok(written.clone());
    }
    if written.is_list() {
        return Ok(list(expand(function, written.items())?, written.items(), written));
    }
    let place = written.origin.place;
    if let Some(entry) = written
        .entries()
        .iter()
        .find(|entry| !matches!(entry.key.as_str(), "IncludeRegions" | "ExcludeRegions"))
    {
        let message = format!("its `ReplicaRegions` have no property `{}`", entry.key);
        return Err(function.error(message, entry.key_place));
    }
    let (include, exclude) = (set(written, "IncludeRegions"), set(written, "ExcludeRegions"));
    if let (Some(exclude), None) = (exclude, include) {
        return Err(function.error("its `ExcludeRegions` need `IncludeRegions`", exclude.origin.place));
    }
    if include.into_iter().chain(exclude).any(|list| list.intrinsic().is_some()) {
        let message = "its `IncludeRegions` and `ExcludeRegions` cannot be intrinsic functions";
        return Err(function.error(message, place));
    }
    let (include, exclude) = (include.map_or(&[][..], Expr::items), exclude.map_or(&[][..], Expr::items));
    let unknown = |items: &[Expr]| items.iter().any(|item| item.as_str().is_none());
    if unknown(exclude) || (!exclude.is_empty() && unknown(include)) {
        return Err(function.error("what its `ExcludeRegions` leave cannot be known", place));
    }
    let mut regions = expand(function, include)?;
    for region in expand(function, exclude)?.keys() {
        regions.remove(region);
    }
    Ok(list(regions, include, written))
}

/// The regions in order, then what is not a string as it is.
fn list(regions: Regions, items: &[Expr], written: &Expr) -> Expr {
    let known = regions.into_iter().map(|(region, item)| Expr::string(region, &item.origin));
    let others = items.iter().filter(|item| item.as_str().is_none()).cloned();
    Expr::list(known.chain(others).collect(), &written.origin)
}

fn expand<'a>(function: &SamResource, items: &'a [Expr]) -> Result<Regions<'a>, SamError> {
    let mut regions = Regions::new();
    for item in items {
        let Some(name) = item.as_str() else { continue };
        let group = |(group, _): &&(&str, &[&str])| name.eq_ignore_ascii_case(group);
        if name.eq_ignore_ascii_case(ALL) {
            regions
                .extend(GROUPS.iter().flat_map(|(_, regions)| regions.iter().map(|region| (*region, item))));
        } else if let Some((_, group)) = GROUPS.iter().find(group) {
            regions.extend(group.iter().map(|region| (*region, item)));
        } else if name.contains('-') {
            regions.insert(name, item);
        } else {
            return Err(function.error(format!("there is no region or group `{name}`"), item.origin.place));
        }
    }
    Ok(regions)
}
