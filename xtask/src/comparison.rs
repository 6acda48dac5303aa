//! Two transformed templates beside each other: what both conformance runs count, print and hold to a list.

use anyhow::{Result, bail};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

/// What a run has found so far.
#[derive(Default)]
pub struct Counts {
    /// Templates that the other side transforms.
    pub templates: usize,
    /// Those with the same resource ids and types.
    pub same_ids: usize,
    /// Those that are equal whole.
    pub same_whole: usize,
    /// Resources of the other side.
    pub resources: usize,
    /// Those that are equal whole.
    pub same_resources: usize,
    /// Templates that the other side rejects.
    pub errors: usize,
    /// Those that we reject too, naming the same resource.
    pub rejected: usize,
}

impl std::fmt::Display for Counts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { templates, same_ids, same_whole, resources, same_resources, errors, rejected } = self;
        write!(
            formatter,
            "types and ids equal {same_ids} of {templates}; whole template equal {same_whole}; resources equal \
             {same_resources} of {resources}; error cases rejected naming the same resource {rejected} of {errors}"
        )
    }
}

/// A share, 1 of nothing.
pub fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        return 1.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let share = part as f64 / whole as f64;
    share
}

/// Says that a check cannot run here, which fails it in CI.
pub fn skipped(why: &str) -> Result<()> {
    println!("SKIPPED: {why}");
    if std::env::var_os("CI").is_some() {
        bail!("a skipped check is a failure in CI");
    }
    Ok(())
}

/// Fails unless exactly the cases differ that a list names. `file` is the list's path, `text` what it holds: after a
/// line of heads, one line a case, its name before a tab.
pub fn hold_to_list(file: &str, text: &str, differing: &BTreeSet<String>) -> Result<()> {
    let rows = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    let listed: BTreeSet<String> = rows.filter_map(|row| Some(row.split_once('\t')?.0.to_owned())).collect();
    let new: Vec<_> = differing.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(differing).collect();
    if !new.is_empty() || !gone.is_empty() {
        bail!("{file} is out of date: not listed {new:?}, no longer different {gone:?}");
    }
    Ok(())
}

/// Whether the resources that we reject are what a message is about: it names one of them, or none at all.
pub fn same_rejected(resources: &[String], message: &str) -> bool {
    resources.iter().any(|resource| message.contains(&format!("[{resource}]")))
        || (!resources.is_empty() && !message.contains("Resource with id"))
}

/// Compares the resources of one template; tells whether all are equal. Prints what is not, if `show`.
pub fn resources(name: &str, ours: &Json, theirs: &Json, show: bool, counts: &mut Counts) -> bool {
    let empty = Map::new();
    let (ours, theirs) = (ours.as_object().unwrap_or(&empty), theirs.as_object().unwrap_or(&empty));
    let (our_ids, their_ids) = (types(ours), types(theirs));
    counts.templates += 1;
    counts.same_ids += usize::from(our_ids == their_ids);
    let mut whole = our_ids == their_ids;
    if show {
        for (id, kind) in their_ids.iter().filter(|(id, kind)| our_ids.get(*id) != Some(kind)) {
            println!("--- {name}: missing {id} {kind}");
        }
        for (id, kind) in our_ids.iter().filter(|(id, kind)| their_ids.get(*id) != Some(kind)) {
            println!("--- {name}: extra {id} {kind}");
        }
    }
    for (id, body) in theirs {
        let equal = ours.get(id).is_some_and(|ours| normal(ours) == normal(body));
        counts.resources += 1;
        counts.same_resources += usize::from(equal);
        whole &= equal;
        if show
            && !equal
            && let Some(ours) = ours.get(id)
        {
            println!("--- {name}: {id} differs");
            print_difference("", &normal(ours), &normal(body));
        }
    }
    whole
}

fn types(resources: &Map<String, Json>) -> BTreeMap<&str, &str> {
    resources.iter().map(|(id, body)| (id.as_str(), body["Type"].as_str().unwrap_or_default())).collect()
}

/// Prints where two values in their normal form differ.
pub fn print_difference(at: &str, ours: &Json, theirs: &Json) {
    match (ours, theirs) {
        (Json::Object(a), Json::Object(b)) => {
            for (key, value) in b {
                match a.get(key) {
                    Some(ours) if ours != value => print_difference(&format!("{at}.{key}"), ours, value),
                    None => println!("      {at}.{key}: ours -, theirs {value}"),
                    Some(_) => {}
                }
            }
            for (key, value) in a {
                if !b.contains_key(key) {
                    println!("      {at}.{key}: ours {value}, theirs -");
                }
            }
        }
        _ => println!("      {at}: ours {ours}\n      {at}: theirs {theirs}"),
    }
}

/// Lists sorted, so that they compare as unordered.
pub fn normal(json: &Json) -> Json {
    match json {
        Json::Array(items) => {
            let mut items: Vec<Json> = items.iter().map(normal).collect();
            items.sort_by_key(|item| item.to_string());
            Json::Array(items)
        }
        Json::Object(entries) => {
            let mut entries: Vec<(String, Json)> =
                entries.iter().map(|(key, value)| (key.clone(), normal(value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Json::Object(entries.into_iter().collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_list_holds_every_difference_and_no_other() {
        let list = "# why\ncase\treason\na\tbecause\n";
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        assert!(hold_to_list("list", list, &set(&["a"])).is_ok());
        assert!(hold_to_list("list", list, &set(&["a", "b"])).is_err());
        assert!(hold_to_list("list", list, &set(&[])).is_err());
    }

    #[test]
    fn a_resource_that_differs_or_is_missing_or_extra_is_counted() {
        let theirs = json!({"A": {"Type": "T", "P": [1, 2]}, "B": {"Type": "U"}});
        let mut counts = Counts::default();
        assert!(resources(
            "",
            &json!({"B": {"Type": "U"}, "A": {"P": [2, 1], "Type": "T"}}),
            &theirs,
            false,
            &mut counts
        ));
        assert!(!resources(
            "",
            &json!({"A": {"Type": "T", "P": [1]}, "B": {"Type": "U"}}),
            &theirs,
            false,
            &mut counts
        ));
        assert!(!resources("", &json!({"A": {"Type": "T", "P": [1, 2]}}), &theirs, false, &mut counts));
        assert_eq!(
            (counts.templates, counts.same_ids, counts.resources, counts.same_resources),
            (3, 2, 6, 4)
        );
        let extra = json!({"A": {"Type": "T", "P": [1, 2]}, "B": {"Type": "U"}, "C": {"Type": "V"}});
        assert!(!resources("", &extra, &theirs, false, &mut counts));
    }

    #[test]
    fn a_rejection_names_what_the_message_names() {
        let message = "Resource with id [A] is invalid. No.";
        assert!(same_rejected(&["A".into()], message));
        assert!(!same_rejected(&["B".into()], message));
        assert!(same_rejected(&["B".into()], "Structure of the SAM Template is invalid."));
        assert!(!same_rejected(&[], "Structure of the SAM Template is invalid."));
    }
}
