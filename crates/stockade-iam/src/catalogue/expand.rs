//! From patterns to actions.

use super::{Action, ActionId, Catalogue, Service};
use crate::glob;

impl Catalogue {
    /// The actions that a pattern of `Action` or `NotAction` matches, in the order of their numbers: `lambda:Get*`,
    /// `s3:*`, `*`. Only the services that the pattern can reach are unpacked.
    #[must_use]
    pub fn expand(&self, pattern: &str) -> Vec<ActionId> {
        if pattern.bytes().all(|byte| byte == b'*') && !pattern.is_empty() {
            return (0..self.action_count() as u32).map(ActionId).collect();
        }
        match pattern.split_once(':') {
            Some((prefix, name)) if !has_wildcard(prefix) => {
                self.service(prefix).map(|service| service.expand(name)).unwrap_or_default()
            }
            Some((prefix, name)) => {
                let reached =
                    self.services().filter(|service| glob::matches_ignoring_case(prefix, service.prefix()));
                reached.flat_map(|service| service.expand(name)).collect()
            }
            None if has_wildcard(pattern) => self
                .services()
                .flat_map(Service::actions)
                .filter(|action| glob::matches_ignoring_case(pattern, &action.full_name()))
                .map(Action::id)
                .collect(),
            None => Vec::new(),
        }
    }
}

impl Service<'_> {
    /// The actions whose name matches a pattern without prefix.
    fn expand(self, pattern: &str) -> Vec<ActionId> {
        let stem = pattern.find(['*', '?']).map_or(pattern, |at| &pattern[..at]);
        let from = self.first_not_below(stem);
        let begins = |name: &str| {
            name.as_bytes().get(..stem.len()).is_some_and(|head| head.eq_ignore_ascii_case(stem.as_bytes()))
        };
        (from..)
            .map_while(|at| self.action_at(at))
            .take_while(|action| begins(action.name()))
            .filter(|action| glob::matches_ignoring_case(pattern, action.name()))
            .map(Action::id)
            .collect()
    }
}

fn has_wildcard(text: &str) -> bool {
    text.contains(['*', '?'])
}
