//! `Policies` of a function or a state machine: managed policies by name, ARN or intrinsic function, policy
//! documents, and policy templates, each also in both branches of a `Fn::If`
//! (AWS SAM developer guide, "AWS::Serverless::Function", `Policies`).

use crate::policy_templates;
use crate::resource::SamResource;
use crate::{Context, SamError, managed_policies};
use stockade_cfn::Expr;

/// What an entry of `Policies` becomes.
#[derive(Debug)]
pub(crate) enum Policy {
    /// An ARN for `ManagedPolicyArns`.
    Managed(Expr),
    /// A document for `Policies`, or a `Fn::If` of documents.
    Document(Expr),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Managed,
    Document,
    Template,
    Unknown,
}

/// Reads `Policies`: each entry with its position in it.
pub(crate) fn read(resource: &SamResource, context: &Context) -> Result<Vec<(usize, Policy)>, SamError> {
    let Some(policies) = crate::presence::set(&resource.properties, "Policies") else {
        return Ok(Vec::new());
    };
    let entries = if policies.is_list() { policies.items() } else { std::slice::from_ref(policies) };
    entries.iter().enumerate().map(|(at, entry)| Ok((at, policy(at, entry, resource, context)?))).collect()
}

fn policy(at: usize, entry: &Expr, resource: &SamResource, context: &Context) -> Result<Policy, SamError> {
    let branches = |change: &dyn Fn(&Expr) -> Result<Expr, SamError>| match branches_of(entry) {
        Some([condition, yes, no]) => {
            let change =
                |branch: &Expr| if branch.is_no_value() { Ok(branch.clone()) } else { change(branch) };
            let arguments = vec![condition.clone(), change(yes)?, change(no)?];
            Ok(Expr::call("Fn::If", Expr::list(arguments, &entry.origin), &entry.origin))
        }
        None => change(entry),
    };
    match kind_of(entry, resource)? {
        Kind::Managed => branches(&|branch| Ok(managed(branch, context))).map(Policy::Managed),
        Kind::Document => Ok(Policy::Document(entry.clone())),
        Kind::Template => {
            branches(&|branch| policy_templates::document(branch, resource)).map(Policy::Document)
        }
        Kind::Unknown => {
            let message = format!(
                "the policy at position {at} of `Policies` is neither a managed policy, a policy document nor a \
                 policy template"
            );
            Err(resource.error(message, entry.origin.place))
        }
    }
}

/// The ARN that a managed policy's name stands for; anything else as it is.
fn managed(policy: &Expr, context: &Context) -> Expr {
    match policy.as_str().and_then(|name| managed_policies::named(name, context)) {
        Some(arn) => Expr::string(arn, &policy.origin),
        None => policy.clone(),
    }
}

fn kind_of(entry: &Expr, resource: &SamResource) -> Result<Kind, SamError> {
    if entry.as_str().is_some() {
        return Ok(Kind::Managed);
    }
    if let Some(("Fn::If", argument)) = entry.intrinsic() {
        let Some([_, yes, no]) = branches_of(entry) else {
            return Err(resource.error("`Fn::If` takes three arguments", argument.origin.place));
        };
        return match (kind_of(yes, resource)?, kind_of(no, resource)?) {
            (same, other) if same == other => Ok(same),
            (_, other) if yes.is_no_value() => Ok(other),
            (same, _) if no.is_no_value() => Ok(same),
            _ => {
                let message = "the branches of one `Fn::If` in `Policies` hold different kinds of policies";
                Err(resource.error(message, argument.origin.place))
            }
        };
    }
    Ok(match entry {
        intrinsic if intrinsic.intrinsic().is_some() => Kind::Managed,
        document if document.get("Statement").is_some() => Kind::Document,
        template if policy_templates::is_template(template) => Kind::Template,
        _ => Kind::Unknown,
    })
}

/// The condition and branches of a well-formed `Fn::If`.
pub(crate) fn branches_of(expr: &Expr) -> Option<&[Expr; 3]> {
    let ("Fn::If", argument) = expr.intrinsic()? else { return None };
    argument.items().try_into().ok()
}
