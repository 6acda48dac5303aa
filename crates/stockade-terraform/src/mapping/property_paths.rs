//! The properties that the mapping writes, for the check against CloudFormation's published schemas.

use super::row::{Form, Part, Target, Word};
use super::{SERVICES, row};
use std::collections::{BTreeMap, BTreeSet};

/// The paths of properties that the rows write, by CloudFormation's type; items of lists have no step of their own. What the
/// rows' code writes beside their words is not among them, nor are the statements within statements of a web ACL, which are
/// those at its top.
#[must_use]
pub fn property_paths() -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut out: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    for one in SERVICES.iter().flat_map(|rows| rows.iter()) {
        let parts: &[Part] = match one.target {
            Target::Resource(type_name) => {
                of_words(one.words, "", out.entry(type_name).or_default());
                continue;
            }
            Target::Part(part) | Target::Keyed(part, _) | Target::KeyedOr(part, ..) => {
                std::slice::from_ref(part)
            }
            Target::Parts(parts) => parts,
        };
        for part in parts {
            for owner in part.owners.iter().filter_map(|owner| row(owner)) {
                if let Target::Resource(type_name) = owner.target {
                    of_words(one.words, part.at, out.entry(type_name).or_default());
                }
            }
        }
    }
    out
}

fn of_words(words: &[Word], at: &str, out: &mut BTreeSet<String>) {
    for word in words {
        let property = word.property.replace("[]", "");
        let steps = [at, property.as_str()].into_iter().filter(|step| !step.is_empty());
        let path = steps.collect::<Vec<_>>().join(".");
        if word.argument.ends_with("_statement") && path.matches("Statement").count() > 2 {
            continue;
        }
        match word.form {
            Form::Block(inner) | Form::Blocks(inner) => of_words(inner, &path, out),
            Form::Pairs(key, value) => out.extend([format!("{path}.{key}"), format!("{path}.{value}")]),
            Form::Each(name) => out.extend([format!("{path}.{name}")]),
            Form::Same
            | Form::Json
            | Form::Tags
            | Form::Values(_)
            | Form::Unless(_)
            | Form::NullAt(_)
            | Form::Only => {
                if !path.is_empty() {
                    out.insert(path);
                }
            }
        }
    }
}
