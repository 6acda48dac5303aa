//! Actions where there are no others than those of the catalogue.

use super::budget::{Budget, Exceeded};
use crate::catalogue::{ActionId, Catalogue};
use crate::compiled::CompiledStatement;
use crate::pattern::Pattern;
use foldhash::HashSet;
use smol_str::SmolStr;

/// Actions of the catalogue that stand for all that the statements tell apart, as `service:name` in lower case.
pub(super) fn classes(
    statements: &[&CompiledStatement],
    catalogue: &Catalogue,
    budget: &mut Budget,
) -> Result<Vec<SmolStr>, Exceeded> {
    let mut patterns: Vec<String> =
        statements.iter().flat_map(|statement| &statement.actions.patterns).map(Pattern::as_glob).collect();
    patterns.sort_unstable();
    patterns.dedup();
    // Which patterns match an action. What matches all of them tells none apart.
    let mut matched: Vec<(ActionId, u32)> = Vec::new();
    for (at, pattern) in (0..).zip(patterns) {
        if pattern.split(':').all(|part| !part.is_empty() && part.bytes().all(|byte| byte == b'*')) {
            continue;
        }
        let ids = catalogue.expand(&pattern);
        budget.spend(ids.len() as u64)?;
        matched.extend(ids.into_iter().map(|id| (id, at)));
    }
    matched.sort_unstable();
    let mut out = Vec::new();
    let mut add = |id: ActionId| {
        out.extend(
            catalogue.action_by_id(id).map(|action| SmolStr::from(action.full_name().to_ascii_lowercase())),
        );
    };
    let mut known: HashSet<Vec<u32>> = HashSet::default();
    let mut first_free = 0;
    for same in matched.chunk_by(|one, other| one.0 == other.0) {
        let id = same[0].0;
        if id.0 == first_free {
            first_free += 1;
        }
        let signature: Vec<u32> = same.iter().map(|(_, at)| *at).collect();
        if known.insert(signature) {
            add(id);
        }
    }
    // One that none of them matches.
    if (first_free as usize) < catalogue.action_count() {
        add(ActionId(first_free));
    }
    Ok(out)
}
