//! Actions that give data or credentials away, or change who may do what.

use foldhash::HashMap;
use std::sync::LazyLock;
use stockade_iam::Catalogue;
use stockade_iam::catalogue::{AccessLevel, Action};

/// What makes an action sensitive, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sensitivity {
    /// Its answer is a credential, or holds some.
    Credentials,
    /// It changes who may do what: the level "permissions management" of the Service Authorization Reference.
    Permissions,
    /// Its answer is data.
    Data,
}

impl Sensitivity {
    /// What such an action does, as a phrase behind its name.
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Credentials => "gives credentials",
            Self::Permissions => "changes who may do what",
            Self::Data => "reads data",
        }
    }
}

const TABLE: &str = include_str!("../../../data/sensitive-actions.tsv");

/// The listed actions, each name in lower case.
static LISTED: LazyLock<HashMap<String, Sensitivity>> = LazyLock::new(|| {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#')).skip(1);
    let rows = rows.filter_map(|line| line.split_once('\t'));
    rows.map(|(name, gives)| {
        let sensitivity = if gives == "data" { Sensitivity::Data } else { Sensitivity::Credentials };
        (name.to_ascii_lowercase(), sensitivity)
    })
    .collect()
});

/// The listed actions, those that give credentials first.
static ACTIONS: LazyLock<Vec<(Action<'static>, Sensitivity)>> = LazyLock::new(|| {
    let found = LISTED.iter().filter_map(|(name, one)| Some((Catalogue::built_in().action(name)?, *one)));
    let mut actions: Vec<_> = found.collect();
    actions.sort_by_key(|(action, sensitivity)| (*sensitivity, action.id()));
    actions
});

/// What makes an action sensitive, if it is. That a role may be passed has a control of its own.
pub(crate) fn sensitivity(action: Action) -> Option<Sensitivity> {
    let name = action.full_name();
    if name == "iam:PassRole" {
        return None;
    }
    let managing = action.access_level() == AccessLevel::PermissionsManagement;
    LISTED.get(&name.to_ascii_lowercase()).copied().or(managing.then_some(Sensitivity::Permissions))
}

/// The listed actions with what they give: enough to show that a statement for all actions has some.
pub(crate) fn listed() -> &'static [(Action<'static>, Sensitivity)] {
    &ACTIONS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_has_every_listed_action_with_a_resource_type() {
        assert_eq!(listed().len(), LISTED.len());
        for (action, sensitivity) in listed() {
            assert!(!action.is_on_all_resources_only(), "{}", action.full_name());
            assert_eq!(super::sensitivity(*action), Some(*sensitivity));
        }
    }

    #[test]
    fn permissions_management_is_sensitive_and_passing_a_role_is_not() {
        let of = |name| Catalogue::built_in().action(name).and_then(sensitivity);
        assert_eq!(of("lambda:AddPermission"), Some(Sensitivity::Permissions));
        assert_eq!(of("kms:CreateGrant"), Some(Sensitivity::Permissions));
        assert_eq!(of("s3:GetObject"), Some(Sensitivity::Data));
        for name in ["iam:PassRole", "kms:Decrypt", "s3:ListBucket", "dynamodb:PutItem"] {
            assert_eq!(of(name), None, "{name}");
        }
    }
}
