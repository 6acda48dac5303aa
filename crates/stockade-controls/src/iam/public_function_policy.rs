//! IAM-17: a function that anyone may invoke.

use crate::Context;
use crate::function_policy;
use foldhash::HashMap;
use stockade_inventory::{Exposure, Inventory, Node, ResourcePolicy, Target, Way};
use stockade_model::{Applicability, Fact, Outcome, Severity, Subject, Verdict};

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let policies = inventory.function_policies();
    let functions = Functions::of(inventory, &policies);
    for policy in &policies {
        verdicts.extend(judge_policy(inventory, policy, &functions));
    }
}

/// What bears on the policies of each function.
struct Functions<'p> {
    policies: HashMap<Node, Vec<&'p ResourcePolicy<'p>>>,
    /// The URL without authentication.
    open_urls: HashMap<Node, Subject>,
}

impl<'p> Functions<'p> {
    fn of(inventory: &Inventory, all: &'p [ResourcePolicy<'p>]) -> Self {
        let mut policies: HashMap<Node, Vec<&ResourcePolicy>> = HashMap::default();
        for policy in all {
            for node in nodes(policy) {
                policies.entry(node).or_default().push(policy);
            }
        }
        let open = inventory.function_urls().filter(|url| {
            matches!(url.auth_type().literal(), Fact::Known(auth) if auth == "NONE")
        });
        let mut open_urls = HashMap::default();
        for url in open {
            if let Ok(function) = url.function() {
                let resource = url.resource();
                let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
                open_urls.entry(function.node()).or_insert(subject);
            }
        }
        Self { policies, open_urls }
    }

    /// The policies of the functions that a policy is of.
    fn beside(&self, policy: &ResourcePolicy) -> impl Iterator<Item = &&'p ResourcePolicy<'p>> {
        nodes(policy).filter_map(|node| self.policies.get(&node)).flatten()
    }
}

fn nodes(policy: &ResourcePolicy) -> impl Iterator<Item = Node> {
    policy.of.iter().filter_map(|target| match target {
        Target::Node(node) => Some(*node),
        _ => None,
    })
}

fn judge_policy(
    inventory: &Inventory,
    policy: &ResourcePolicy,
    functions: &Functions,
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
    let url = nodes(policy).find_map(|node| functions.open_urls.get(&node));
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
            let whole =
                functions.beside(policy).any(|other| inventory.public_invocation(other, &[half]).is_some());
            verdict.message("url").severity(if whole { Severity::Critical } else { Severity::High })
        }
    };
    let verdict = match url {
        Some(url) if way != Way::Direct => verdict.follows_from("EP-01", url),
        _ => verdict,
    };
    let spelled = |name| resource.raise.spell_of("AWS::Lambda::Permission", name);
    let description = format!(
        "name the account or service in the principal, or bind it by `{}`, `{}` or `{}`",
        spelled("PrincipalOrgID"),
        spelled("SourceArn"),
        spelled("SourceAccount")
    );
    Some(verdict.fix(Applicability::Display, description, Vec::new()))
}
