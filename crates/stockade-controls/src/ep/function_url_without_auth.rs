//! EP-01: a function URL that asks for no authentication.

use crate::Context;
use stockade_inventory::{FunctionUrl, Inventory};
use stockade_model::{Applicability, Change, Fact, Outcome, Severity, Subject, Verdict};
use stockade_syntax::New;

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    verdicts.extend(inventory.function_urls().map(|url| judge_url(url)));
}

fn judge_url(url: FunctionUrl) -> Verdict {
    let resource = url.resource();
    let auth = url.auth_type();
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let function = url.function_name();
    let none = |literal: &str| literal == "NONE";
    let outcome = match auth.literal() {
        Fact::Known(literal) if none(&literal) => Outcome::Fail,
        Fact::Known(_) => Outcome::Pass,
        Fact::Unknown(symbol) => {
            let allowed = symbol.allowed().unwrap_or_default();
            let failing = allowed.iter().filter(|literal| none(literal)).count();
            if allowed.is_empty() || (failing > 0 && failing < allowed.len()) {
                return Verdict::on(subject, Outcome::Unknown, &auth.origin)
                    .with("function", function)
                    .with("symbol", symbol.name())
                    .because(&symbol);
            }
            if failing > 0 { Outcome::Fail } else { Outcome::Pass }
        }
        Fact::Absent | Fact::Other => {
            return Verdict::new(subject, Outcome::Unknown, resource.declared_at)
                .message("missing")
                .with("function", function)
                .settled_by(
                    format!("a value for `{}`, which is required", resource.raise.spell("AuthType")),
                    "property missing",
                );
        }
    };
    let verdict = Verdict::on(subject, outcome, &auth.origin).with("function", function.to_string());
    if outcome == Outcome::Pass { verdict } else { explain_failure(verdict, url) }
}

/// A URL without authentication can be called by anyone once the function's policy grants both invoke actions to
/// everyone; without the grant it is one permission away from that.
fn explain_failure(verdict: Verdict, url: FunctionUrl) -> Verdict {
    let resource = url.resource();
    let grant = url.public_grant();
    let public = !grant.invoke_function_url.is_empty() && !grant.invoke_function.is_empty();
    let generated = grant.invoke_function_url.iter().all(|place| *place == resource.declared_at);
    let mut verdict = if public {
        let message = if generated { "fail" } else { "granted" };
        verdict.message(message).severity(Severity::Critical)
    } else {
        let missing = match (grant.invoke_function_url.is_empty(), grant.invoke_function.is_empty()) {
            (false, true) => Some("lambda:InvokeFunction"),
            (true, false) => Some("lambda:InvokeFunctionUrl"),
            _ => None,
        };
        let verdict = match missing {
            Some(missing) => verdict.message("half").with("missing", missing),
            None => verdict.message("ungranted"),
        };
        verdict.severity(Severity::High)
    };
    for place in grant.invoke_function_url.iter().chain(&grant.invoke_function) {
        if *place != resource.declared_at {
            verdict = verdict.related("this permission is for everyone", *place);
        }
    }
    let change = Change::Set {
        resource: resource.id.clone(),
        property: "AuthType".into(),
        value: New::string("AWS_IAM"),
    };
    let setting = resource.raise.assign(&resource.raise.spell("AuthType"), "AWS_IAM");
    let description = format!("ask for AWS signatures (`{setting}`); callers must then sign their requests");
    verdict.fix(Applicability::Unsafe, description, vec![change])
}
