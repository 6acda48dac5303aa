//! Files that have moved since the baseline was written.

use super::Declared;
use camino::Utf8Path;
use foldhash::HashMap;
use std::collections::{BTreeMap, BTreeSet};

/// The old path of each file that has moved: one whose old path is gone, and that declares much the same ids as it did.
/// Where two files are as like, neither is taken for it, since what is new must not be swallowed.
pub(super) fn files(
    known: &BTreeMap<String, Vec<String>>,
    now: &Declared,
    root: &Utf8Path,
) -> HashMap<String, String> {
    let gone: Vec<(&String, &Vec<String>)> =
        known.iter().filter(|(path, _)| !root.join(path.as_str()).exists()).collect();
    if gone.is_empty() {
        return HashMap::default();
    }
    let new: Vec<(&String, &Vec<String>)> =
        now.0.iter().filter(|(path, _)| !known.contains_key(*path)).collect();
    let mut pairs: Vec<(Likeness, usize, usize)> = Vec::new();
    for (at, (old_path, old)) in gone.iter().enumerate() {
        for (to, (new_path, new)) in new.iter().enumerate() {
            if let Some(shared) = likeness(old, new) {
                pairs.push((Likeness { shared, names: shared_names(old_path, new_path) }, at, to));
            }
        }
    }
    pairs.sort_by_key(|pair| std::cmp::Reverse(pair.0));
    let mut moved = HashMap::default();
    let (mut from, mut to): (BTreeSet<usize>, BTreeSet<usize>) = (BTreeSet::new(), BTreeSet::new());
    for (likeness, old, new_at) in &pairs {
        if from.contains(old) || to.contains(new_at) {
            continue;
        }
        let rivals = pairs.iter().filter(|(other, a, b)| {
            other == likeness && ((a == old) != (b == new_at)) && !from.contains(a) && !to.contains(b)
        });
        let rivals = rivals.count();
        from.insert(*old);
        to.insert(*new_at);
        if rivals == 0 {
            moved.insert(new[*new_at].0.clone(), gone[*old].0.clone());
        }
    }
    moved
}

/// How like two files are, the more the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Likeness {
    /// Thousandths of the ids that both have.
    shared: usize,
    /// How many names of their paths are the same, those at the end before those at the beginning.
    names: (usize, usize),
}

fn shared_names(old: &str, new: &str) -> (usize, usize) {
    let same = |(a, b): &(&str, &str)| a == b;
    let ending = old.rsplit('/').zip(new.rsplit('/')).take_while(same).count();
    let beginning = old.split('/').zip(new.split('/')).take_while(same).count();
    (ending, beginning)
}

/// Thousandths of the ids of either that both have, if that is at least half.
fn likeness(old: &[String], new: &[String]) -> Option<usize> {
    let (old, new): (BTreeSet<&String>, BTreeSet<&String>) = (old.iter().collect(), new.iter().collect());
    let both = old.intersection(&new).count();
    let all = old.union(&new).count();
    (all > 0 && both * 2 >= all).then(|| both * 1000 / all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(known: &[(&str, &[&str])], now: &[(&str, &[&str])]) -> Vec<(String, String)> {
        let ids = |ids: &[&str]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
        let known = known.iter().map(|(path, of)| ((*path).to_owned(), ids(of))).collect();
        let now = Declared::new(now.iter().map(|(path, of)| ((*path).to_owned(), ids(of))));
        let mut found: Vec<_> = files(&known, &now, Utf8Path::new("/nowhere")).into_iter().collect();
        found.sort();
        found
    }

    fn pair(new: &str, old: &str) -> (String, String) {
        (new.to_owned(), old.to_owned())
    }

    #[test]
    fn a_file_is_known_by_its_ids() {
        let known: &[(&str, &[&str])] = &[("a.yaml", &["Fn", "Role"])];
        assert_eq!(moved(known, &[("b.yaml", &["Fn", "Role", "New"])]), [pair("b.yaml", "a.yaml")]);
        assert_eq!(moved(known, &[("b.yaml", &["Fn", "Table", "New"])]), []);
        assert_eq!(moved(known, &[("a.yaml", &["Fn", "Role"])]), []);
    }

    #[test]
    fn a_folder_that_moves_takes_each_file_along() {
        let known: &[(&str, &[&str])] = &[("old/x/t.yaml", &["Fn"]), ("old/y/t.yaml", &["Fn"])];
        let now: &[(&str, &[&str])] = &[("new/x/t.yaml", &["Fn"]), ("new/y/t.yaml", &["Fn"])];
        assert_eq!(
            moved(known, now),
            [pair("new/x/t.yaml", "old/x/t.yaml"), pair("new/y/t.yaml", "old/y/t.yaml")]
        );
    }

    #[test]
    fn of_two_files_that_are_as_like_neither_is_taken() {
        let now: &[(&str, &[&str])] = &[("b.yaml", &["Fn"]), ("c.yaml", &["Fn"])];
        assert_eq!(moved(&[("a.yaml", &["Fn"])], now), []);
    }
}
