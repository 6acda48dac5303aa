//! IAM-02: a function's role that may do everything.

use crate::Context;
use crate::statements::{
    EVERYTHING, Judged, is_every_action, is_everything, judge_allowing, may_be_everything, may_be_no_function_s, roles,
    spelled, trust_not_known,
};
use stockade_iam::{
    Budget, CompiledPolicy, Effect, PolicyDocument, PolicyType, Proof, Statement, Term, compare,
};
use stockade_inventory::{AttachedPolicy, Inventory, PolicyOwner};
use stockade_model::{Outcome, Place, Subject, Symbol, Verdict};

/// Steps for the question whether conditions can be false: each such statement has a handful of patterns.
const STEPS: u64 = 200_000;

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    judge_allowing(inventory, verdicts, |judged| Some(judge_statement(judged)));
    let attachments = &inventory.identity_policies().attachments;
    verdicts.extend(attachments.iter().filter_map(|policy| judge_attached(inventory, policy)));
}

/// Whether a statement lets its roles do everything.
pub(crate) fn judge_statement(judged: &Judged) -> Verdict {
    let (statement, at) = (judged.statement(), judged.at);
    let actions = everything(&statement.actions, is_every_action, at.more_actions.as_ref(), statement.place);
    let resources =
        everything(&statement.resources, is_everything, at.more_resources.as_ref(), statement.place);
    match (actions, resources) {
        (Ok(Some(place)), Ok(Some(_))) => {
            let conditional = !statement.conditions.is_empty() && at.more_conditions.is_none();
            if conditional && is_always_met(judged) != Proof::None {
                judged.pass()
            } else {
                judged.fail(place)
            }
        }
        (Ok(None), _) | (_, Ok(None)) => judged.pass(),
        (Err((symbol, place)), _) | (_, Err((symbol, place))) => judged.unknown(symbol, place),
    }
}

/// Where one of the terms is everything.
///
/// # Errors
/// What keeps from knowing, and where it is written.
fn everything<'a>(
    terms: &'a [Term],
    is_everything: fn(&str) -> bool,
    more: Option<&'a Symbol>,
    place: Place,
) -> Result<Option<Place>, (&'a Symbol, Place)> {
    if let Some(term) = terms.iter().find(|term| is_everything(&spelled(&term.text))) {
        return Ok(Some(term.place));
    }
    let open = terms.iter().find_map(|term| Some((may_be_everything(&term.text)?, term.place)));
    open.or(more.map(|symbol| (symbol, place))).map_or(Ok(None), Err)
}

/// Whether the statement allows, under its conditions, all that there is.
fn is_always_met(judged: &Judged) -> Proof {
    let document = |statement: Statement| PolicyDocument {
        version: Some("2012-10-17".into()),
        statements: vec![statement],
        ..PolicyDocument::default()
    };
    let own = CompiledPolicy::new(&document(judged.statement().clone()));
    let everything = Statement {
        effect: Effect::Allow,
        actions: vec![EVERYTHING.into()],
        resources: vec![EVERYTHING.into()],
        conditions: Vec::new(),
        ..judged.statement().clone()
    };
    match (own, CompiledPolicy::new(&document(everything))) {
        (Ok(own), Ok(everything)) => compare(&own, &everything, PolicyType::Identity, Budget::new(STEPS)),
        (Err(reason), _) | (_, Err(reason)) => Proof::Unknown(reason),
    }
}

fn judge_attached(inventory: &Inventory, policy: &AttachedPolicy) -> Option<Verdict> {
    let verdict = |outcome| attached(inventory, policy, outcome);
    Some(match &policy.owner {
        // Its statements are judged where they are written.
        PolicyOwner::Deployment(_) => return None,
        PolicyOwner::Aws(name) if name == "AdministratorAccess" => {
            too_broad(inventory, policy, |verdict| verdict.message("attached"))
        }
        PolicyOwner::Aws(_) => verdict(Outcome::Pass),
        PolicyOwner::Outside => verdict(Outcome::Unknown)
            .message("outside")
            .settled_by("the policy, which lies outside the deployment", "policy outside the deployment"),
        PolicyOwner::Unknown(symbol) => {
            verdict(Outcome::Unknown).with("symbol", symbol.name()).because(symbol)
        }
    })
}

/// The failure of a role with that policy, as `explain` words it; not known where the role may be no function's.
pub(crate) fn too_broad(
    inventory: &Inventory,
    policy: &AttachedPolicy,
    explain: impl Fn(Verdict) -> Verdict,
) -> Verdict {
    if may_be_no_function_s(inventory, &[policy.role]) {
        return trust_not_known(attached(inventory, policy, Outcome::Unknown));
    }
    explain(attached(inventory, policy, Outcome::Fail))
}

/// A verdict on a managed policy that is attached to a role, shown where its ARN is written.
pub(crate) fn attached(inventory: &Inventory, policy: &AttachedPolicy, outcome: Outcome) -> Verdict {
    let role = inventory.resource(policy.role);
    let arn = policy.arn.to_string();
    let subject = Subject::resource(role.id.clone(), role.type_name.clone()).part(arn.clone());
    let mut verdict = Verdict::on(subject, outcome, &policy.origin);
    verdict.discriminator = arn.clone().into();
    verdict.with("role", roles(inventory, &[policy.role])).with("policy", arn.clone()).root(arn)
}
