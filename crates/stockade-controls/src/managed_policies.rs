//! AWS managed policies that are too broad for a function's role: `data/broad-managed-policies.tsv`.

use crate::sensitive_actions::sensitivity;
use crate::statements::{is_every_action, is_narrowed, is_service_wildcard, listed, resources};
use std::collections::BTreeSet;
use stockade_iam::catalogue::Action;
use stockade_iam::{Catalogue, Effect, ManagedPolicy, PolicyDocument, Statement};

const TABLE: &str = include_str!("../../../data/broad-managed-policies.tsv");

/// Policies that AWS wrote for the roles of functions, though some act on every resource.
const FOR_FUNCTIONS: [&str; 5] = [
    "service-role/AWSLambda",
    "AWSXRayDaemonWriteAccess",
    "AWSXrayWriteOnlyAccess",
    "CloudWatchLambdaInsightsExecutionRolePolicy",
    "CloudWatchLambdaApplicationSignalsExecutionRolePolicy",
];

/// Whether AWS wrote a policy for the roles of functions.
pub(crate) fn is_for_functions(name: &str) -> bool {
    FOR_FUNCTIONS.iter().any(|known| name.starts_with(known))
}

/// What a listed policy, by its path and name, allows on every resource, as a phrase: "`logs:*`, `s3:GetObject`".
pub(crate) fn broad(name: &str) -> Option<&'static str> {
    let rows = TABLE.lines().filter_map(|line| line.split_once('\t'));
    rows.into_iter().find(|(policy, _)| *policy == name).map(|(_, allows)| allows)
}

/// Whether the name of a policy says that it allows all of a service.
pub(crate) fn is_named_full_access(name: &str) -> bool {
    name.ends_with("FullAccess")
}

/// What makes an AWS managed policy broad, as a phrase: every action of a service or a sensitive one (IAM-13) on every
/// resource and without a condition; whatever it allows so, where its name ends in `FullAccess`. None if it is not broad,
/// or written for functions, or for the roles that services make for themselves.
///
/// `cargo xtask gen` writes the list of `data/broad-managed-policies.tsv` from it.
#[must_use]
pub fn breadth(policy: &ManagedPolicy) -> Option<String> {
    let name = policy.name.as_str();
    if name.starts_with("aws-service-role/") || is_for_functions(name) {
        return None;
    }
    let document = PolicyDocument::from_json(&policy.document);
    let wide = |statement: &&Statement| statement.effect == Effect::Allow && !is_narrowed(statement);
    let mut services = BTreeSet::new();
    let mut sensitive = BTreeSet::new();
    let mut others = BTreeSet::new();
    let mut all_but = BTreeSet::new();
    for statement in document.statements.iter().filter(wide) {
        let patterns = resources(statement);
        let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
        if patterns.contains(&"*") {
            all_but.extend(
                statement.not_actions.iter().filter_map(|term| term.text.as_literal()).map(str::to_owned),
            );
        }
        for action in statement.actions.iter().filter_map(|term| term.text.as_literal()) {
            let ids = Catalogue::built_in().expand(action);
            let actions = ids.iter().filter_map(|id| Catalogue::built_in().action_by_id(*id));
            let free: Vec<Action> = actions.filter(|one| one.is_unrestricted_by(&patterns)).collect();
            if free.is_empty() {
                continue;
            }
            if is_every_action(action) || is_service_wildcard(action) {
                services.insert(action.to_owned());
            } else if let Some(worst) = free.iter().filter_map(|one| sensitivity(*one)).min() {
                sensitive.insert((worst, action.to_owned()));
            } else {
                others.insert(action.to_owned());
            }
        }
    }
    if !all_but.is_empty() {
        return Some(format!("all actions but {}", listed(&Vec::from_iter(all_but))));
    }
    let mut names: Vec<String> = services.into_iter().collect();
    names.extend(sensitive.into_iter().map(|(_, action)| action));
    if is_named_full_access(name) {
        names.extend(others);
    }
    (!names.is_empty()).then(|| listed(&names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_written_for_functions_are_not_broad() {
        for name in [
            "service-role/AWSLambdaBasicExecutionRole",
            "service-role/AWSLambdaSQSQueueExecutionRole",
            "service-role/AWSLambdaBasicDurableExecutionRolePolicy",
            "AWSXRayDaemonWriteAccess",
            "AWSXrayWriteOnlyAccess",
            "CloudWatchLambdaInsightsExecutionRolePolicy",
            "CloudWatchLambdaApplicationSignalsExecutionRolePolicy",
        ] {
            assert!(Catalogue::built_in().managed_policy(name).is_some(), "{name}");
            assert_eq!(broad(name), None, "{name}");
        }
    }

    #[test]
    fn what_a_broad_policy_allows_is_said() {
        assert_eq!(broad("AdministratorAccess"), Some("`*`"));
        assert!(broad("PowerUserAccess").unwrap().starts_with("all actions but `"));
        for name in [
            "AmazonS3FullAccess",
            "IAMFullAccess",
            "ReadOnlyAccess",
            "SecretsManagerReadWrite",
            "AWSLambda_FullAccess",
        ] {
            assert!(broad(name).is_some(), "{name}");
        }
        let policy = Catalogue::built_in().managed_policy("AmazonS3FullAccess").unwrap();
        assert_eq!(breadth(&policy).as_deref(), broad("AmazonS3FullAccess"));
    }
}
