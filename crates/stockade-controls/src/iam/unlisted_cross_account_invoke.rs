//! IAM-21: an account that the project does not list may invoke a function.

use crate::Context;
use crate::foreign_accounts::{Listed, listed};
use crate::function_policy;
use smol_str::SmolStr;
use stockade_iam::{Effect, PolicyDocument};
use stockade_inventory::{Inventory, OutsideAccess, Outsider, ResourcePolicy};
use stockade_model::{Applicability, Confidence, Outcome, Settings, Verdict};

pub(crate) fn judge(inventory: &Inventory, context: &Context, verdicts: &mut Vec<Verdict>) {
    for policy in inventory.function_policies() {
        let document = PolicyDocument::read(&policy.document);
        for at in 0..document.statements.len() {
            verdicts.extend(judge_statement(inventory, &policy, &document, at, context.settings));
        }
    }
    function_policy::unknown(inventory, verdicts);
}

fn judge_statement(
    inventory: &Inventory,
    policy: &ResourcePolicy,
    document: &PolicyDocument,
    at: usize,
    settings: &Settings,
) -> Option<Verdict> {
    let statement = &document.statements[at];
    let names = |kind: &str| statement.principals.iter().any(|principal| principal.kind == kind);
    if statement.effect == Effect::Deny || !(names("AWS") || names("*")) {
        return None;
    }
    let name = statement.name_after(document.statements[..at].iter());
    let on = |outcome, property: &str| {
        let origin = function_policy::origin_of(policy.resource, property);
        function_policy::verdict(policy.resource, statement, &name, outcome, origin.as_ref())
    };
    let outside = match inventory.outside_access(&policy.document, at) {
        Ok(outside) => outside,
        Err(unsettled) => {
            return Some(function_policy::because(on(Outcome::Unknown, "Principal"), &unsettled));
        }
    };
    let own = own_account(policy);
    let is_own = |access: &&OutsideAccess| matches!(&access.who, Outsider::Account(account) if Some(account) == own.as_ref());
    let outside: Vec<Listed> =
        outside.iter().filter(|access| !is_own(access)).map(|access| listed(access, settings)).collect();
    if !outside.is_empty() && outside.iter().all(|one| *one == Listed::Anyone) {
        // Everyone, and sources of anyone's, are IAM-17's.
        return None;
    }
    let fail = |verdict: Verdict| {
        // A literal account or organisation may be the own one, which the template cannot say.
        verdict.confidence(Confidence::Medium).fix(
            Applicability::Display,
            "take the permission away, or list the account in `allow.accounts` of `stockade.toml`",
            Vec::new(),
        )
    };
    let mut found = outside.iter().filter_map(|one| match one {
        Listed::Account(account) => Some(fail(on(Outcome::Fail, "Principal").with("account", account.as_str()))),
        Listed::Organization(id) => {
            let verdict = on(Outcome::Fail, "PrincipalOrgID").message("organization");
            Some(fail(verdict.with("organization", id.as_str())))
        }
        _ => None,
    });
    if let Some(verdict) = found.next() {
        return Some(verdict);
    }
    let mut unknown = outside.iter().filter_map(|one| match one {
        Listed::Unknown(symbol) => {
            Some(on(Outcome::Unknown, "Principal").with("symbol", symbol.name()).because(symbol))
        }
        Listed::Unsaid(id) => Some(
            on(Outcome::Unknown, "PrincipalOrgID")
                .with("symbol", format!("whether organisation `{id}` is yours"))
                .settled_by(format!("`{id}` in `allow.organizations` of `stockade.toml`"), "organisation not listed"),
        ),
        _ => None,
    });
    Some(unknown.next().unwrap_or_else(|| on(Outcome::Pass, "Principal")))
}

/// The account in the function's ARN, where the policy names it by that.
fn own_account(policy: &ResourcePolicy) -> Option<SmolStr> {
    let named = ["FunctionName", "ResourceArn"].map(|name| policy.resource.properties.get(name).as_text());
    let arn = named.into_iter().flatten().find_map(|text| text.as_literal().map(str::to_owned))?;
    let account = arn.strip_prefix("arn:")?.split(':').nth(3)?;
    Some(account.into())
}
