//! IAM-17: a function that anyone may invoke.

use crate::Context;
use crate::function_policy;
use stockade_inventory::{Exposure, Inventory, ResourcePolicy, Target, Way};
use stockade_model::{Applicability, Fact, Outcome, Severity, Subject, Verdict};

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let policies = inventory.function_policies();
    for policy in &policies {
        verdicts.extend(judge_policy(inventory, policy, &policies));
    }
}

fn judge_policy(
    inventory: &Inventory,
    policy: &ResourcePolicy,
    policies: &[ResourcePolicy],
) -> Option<Verdict> {
    let resource = policy.resource;
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let on = |outcome, place| {
        let verdict = Verdict::on(subject.clone(), outcome, &stockade_model::Origin::at(place));
        verdict.with("permission", resource.declared_id.to_string())
    };
    let access = match inventory.exposure(&policy.document) {
        Exposure::NotPublic => return Some(on(Outcome::Pass, resource.declared_at)),
        Exposure::Unknown(unsettled) => {
            return Some(function_policy::because(on(Outcome::Unknown, unsettled.place), &unsettled));
        }
        Exposure::Public(access) => access,
    };
    // Public otherwise than by invoking it is public directly: nothing but the API gives what else there is.
    let invocation = inventory.public_invocation(policy, &Way::ALL);
    let (way, access) = invocation.map_or((Way::Direct, access), |public| (public.way, public.access));
    let url = open_url(inventory, policy);
    if resource.generated && way != Way::Direct && url.is_some() {
        // The user wrote a URL, for which a transform wrote this: that is EP-01's to report.
        return None;
    }
    let verdict = on(Outcome::Fail, access.place).with("request", access.request.clone());
    let verdict = match way {
        Way::Direct => verdict,
        Way::SignedUrl => verdict.message("signed").severity(Severity::High),
        Way::Url | Way::ThroughUrl => {
            let half = if way == Way::Url { Way::ThroughUrl } else { Way::Url };
            let other = policies.iter().filter(|other| other.of == policy.of);
            let whole = other.into_iter().any(|other| inventory.public_invocation(other, &[half]).is_some());
            verdict.message("url").severity(if whole { Severity::Critical } else { Severity::High })
        }
    };
    let verdict = match url {
        Some(url) if way != Way::Direct => verdict.follows_from("EP-01", &url),
        _ => verdict,
    };
    Some(verdict.fix(
        Applicability::Display,
        "name the account or service in the principal, or bind it by `PrincipalOrgID`, `SourceArn` or `SourceAccount`",
        Vec::new(),
    ))
}

/// The URL without authentication of the function that a policy is of.
fn open_url(inventory: &Inventory, policy: &ResourcePolicy) -> Option<Subject> {
    let url = inventory.function_urls().find(|url| {
        let open = matches!(url.auth_type().literal(), Fact::Known(auth) if auth == "NONE");
        open && url.function().is_ok_and(|function| policy.of.contains(&Target::Node(function.node())))
    })?;
    let resource = url.resource();
    Some(Subject::resource(resource.id.clone(), resource.type_name.clone()))
}
