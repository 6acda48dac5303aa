//! IAM-17: a function that anyone may invoke.

use crate::Context;
use stockade_inventory::{Exposure, Inventory, PublicAccess, ResourcePolicy, Target};
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
            let verdict = on(Outcome::Unknown, unsettled.place);
            return Some(match &unsettled.symbol {
                Some(symbol) => verdict.with("symbol", symbol.name()).because(symbol),
                None => {
                    let verdict = verdict.with("symbol", unsettled.phrase.clone());
                    verdict.settled_by(unsettled.phrase, "policy not decided")
                }
            });
        }
        Exposure::Public(access) => access,
    };
    let grant = Grant::of(policy, &access);
    let url = open_url(inventory, policy);
    if resource.generated && grant != Grant::Direct && url.is_some() {
        // The user wrote a URL, for which a transform wrote this: that is EP-01's to report.
        return None;
    }
    let verdict = on(Outcome::Fail, access.place).with("request", access.request.clone());
    let verdict = match grant {
        Grant::Direct => verdict,
        Grant::Signed => verdict.message("signed").severity(Severity::High),
        Grant::UrlHalf(half) => {
            let other = policies.iter().any(|other| {
                other.of == policy.of
                    && other.resource.id != resource.id
                    && matches!(inventory.exposure(&other.document), Exposure::Public(access)
                        if matches!(Grant::of(other, &access), Grant::UrlHalf(other) if other != half)
                            || Grant::of(other, &access) == Grant::Direct)
            });
            let severity = if other { Severity::Critical } else { Severity::High };
            verdict.message("url").severity(severity)
        }
    };
    let verdict = match url {
        Some(url) if grant != Grant::Direct => verdict.follows_from("EP-01", &url),
        _ => verdict,
    };
    Some(verdict.fix(
        Applicability::Display,
        "name the account or service in the principal, or bind it by `PrincipalOrgID`, `SourceArn` or `SourceAccount`",
        Vec::new(),
    ))
}

/// What a public statement lets anyone do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grant {
    /// Invoke it directly, by any AWS account.
    Direct,
    /// Call its URL with a signature of any AWS account.
    Signed,
    /// One half of calling its URL: whether it is that of `lambda:InvokeFunctionUrl`.
    UrlHalf(bool),
}

impl Grant {
    fn of(policy: &ResourcePolicy, access: &PublicAccess) -> Self {
        let statements = policy.statements();
        let Some(statement) = statements.get(access.statement) else { return Self::Direct };
        let known = |operator: &str, key: &str| match statement
            .get(&format!("Condition.{operator}"))
            .fields()
            .iter()
            .find(|field| field.key.eq_ignore_ascii_case(key))
            .map(|field| field.value.literal())
        {
            Some(Fact::Known(value)) => Some(value),
            _ => None,
        };
        let auth = known("StringEquals", "lambda:FunctionUrlAuthType");
        if auth.as_deref() == Some("AWS_IAM") {
            return Self::Signed;
        }
        let via_url = known("Bool", "lambda:InvokedViaFunctionUrl");
        let actions = statement.get("Action");
        let url_only = actions.items().iter().all(
            |action| matches!(action.literal(), Fact::Known(name) if name.eq_ignore_ascii_case("lambda:InvokeFunctionUrl")),
        );
        match (
            url_only && !actions.items().is_empty(),
            via_url.is_some_and(|via| via.eq_ignore_ascii_case("true")),
        ) {
            (true, _) => Self::UrlHalf(true),
            (_, true) => Self::UrlHalf(false),
            _ => Self::Direct,
        }
    }
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
