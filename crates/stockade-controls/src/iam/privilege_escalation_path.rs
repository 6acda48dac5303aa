//! IAM-11: a function's role that can get more access than it was given.

use super::administrator_policy_on_role;
use crate::Context;
use crate::statements::{
    Judged, granting, is_service_wildcard, listed, may_be_no_function_s, roles, spelled, trust_not_known,
};
use stockade_iam::{Effect, Estate, Path, Step, glob};
use stockade_inventory::{DeploymentEstate, FunctionRole, Granting, IdentityPolicies, Inventory, PolicyOwner};
use stockade_model::{Outcome, Piece, Place, Subject, Verdict};

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let roles = inventory.function_roles();
    if roles.is_empty() {
        return;
    }
    // Few roles have what any way takes: the others need no estate.
    if !Estate::may_lead_on(|action| may_allow(inventory.identity_policies(), action)) {
        verdicts.extend(roles.iter().map(|role| without_way(inventory, role)));
        return;
    }
    let certain = inventory.certain_estate();
    let mut possible = None;
    for role in roles {
        verdicts.push(match judge_certain(inventory, &certain, role) {
            Some(verdict) => verdict,
            None => judge_possible(inventory, possible.get_or_insert_with(|| inventory.possible_estate()), role),
        });
    }
}

/// Whether a role of a function may be allowed an action, by what is written and what is not known.
fn may_allow(policies: &IdentityPolicies, action: &str) -> bool {
    let matches = |pattern: &str| glob::matches_ignoring_case(pattern, action);
    let statement = policies.statements.iter().filter(|at| at.statement.effect != Effect::Deny).any(|at| {
        let excepts = at.statement.has("NotAction");
        let terms = if excepts { &at.statement.not_actions } else { &at.statement.actions };
        let named = terms.iter().any(|term| {
            let open = term.text.pieces().iter().any(|piece| matches!(piece, Piece::Symbol(_)));
            open || excepts != matches(&spelled(&term.text))
        });
        named || at.more_actions.is_some()
    });
    // What a managed policy of AWS allows is not asked for one by one.
    statement
        || policies.attachments.iter().any(|attached| {
            matches!(&attached.owner, PolicyOwner::Aws(name) if !crate::managed_policies::is_for_functions(name))
        })
}

/// The failure of a role that has a way for certain.
fn judge_certain(inventory: &Inventory, estate: &DeploymentEstate, role: &FunctionRole) -> Option<Verdict> {
    let arn = estate.arn(role.node)?;
    let paths = estate.estate.escalate(arn).ok()?.paths;
    let path = paths.iter().find(|path| is_escalation(path))?;
    if path.steps.is_empty() {
        return Some(administrator(inventory, estate, role));
    }
    let granting = granting_of(estate, path);
    let mut verdict = at(inventory, estate, role, &granting, Outcome::Fail);
    if may_be_no_function_s(inventory, &[role.node]) {
        verdict.outcome = Outcome::Unknown;
        return Some(trust_not_known(verdict));
    }
    let more = paths.iter().filter(|path| is_escalation(path)).count() - 1;
    verdict = verdict.with("path", in_words(inventory, estate, path));
    if more > 0 {
        verdict = verdict.message("several").with("more", more.to_string());
    }
    Some(match granting.as_slice() {
        [(one, permissions)] => follow(inventory, estate, *one, permissions, verdict),
        _ => verdict,
    })
}

/// Whether a path is one that the role takes by itself, and no more than what was meant: a role that lets another assume it
/// gives what it has on purpose, unless that is everything.
fn is_escalation(path: &Path) -> bool {
    let meant = |step: &Step| step.edge == "T1";
    path.steps.iter().all(|step| step.assumes.is_none()) && (path.admin || !path.steps.iter().all(meant))
}

/// What gives the permissions of a path, each with those that it gives, in the order of the path.
fn granting_of(estate: &DeploymentEstate, path: &Path) -> Vec<(Granting, Vec<String>)> {
    let mut out: Vec<(Granting, Vec<String>)> = Vec::new();
    for statement in path.steps.iter().flat_map(|step| &step.statements) {
        if statement.policy_type != stockade_iam::PolicyType::Identity {
            continue;
        }
        let Some(granting) = estate.granting(&statement.policy) else { continue };
        let permission = statement.permission.to_string();
        match out.iter_mut().find(|(known, _)| *known == granting) {
            Some((_, permissions)) if permissions.contains(&permission) => {}
            Some((_, permissions)) => permissions.push(permission),
            None => out.push((granting, vec![permission])),
        }
    }
    out
}

/// A verdict on the statement or the policy that alone decides, else on the role, with the others as related places.
fn at(
    inventory: &Inventory,
    estate: &DeploymentEstate,
    role: &FunctionRole,
    granting: &[(Granting, Vec<String>)],
    outcome: Outcome,
) -> Verdict {
    let place = |granting: Granting| place_of(estate, granting);
    let mut verdict = match granting {
        [(Granting::Statement(one), _)] => {
            let at = &estate.policies.statements[*one];
            let mut verdict = Verdict::new(Judged::new(inventory, at).subject, outcome, at.statement.place);
            verdict.discriminator = at.identity.clone();
            verdict
        }
        [(Granting::Attachment(one), _)] => {
            administrator_policy_on_role::attached(inventory, &estate.policies.attachments[*one], outcome)
        }
        [] => Verdict::new(subject(inventory, role), outcome, inventory.resource(role.node).declared_at),
        [(first, _), rest @ ..] => {
            let mut verdict = Verdict::new(subject(inventory, role), outcome, place(*first));
            for (other, permissions) in rest {
                verdict = verdict.related(format!("allows {}", listed(permissions)), place(*other));
            }
            verdict
        }
    };
    verdict = verdict.with("role", roles(inventory, &[role.node]));
    verdict
}

fn place_of(estate: &DeploymentEstate, granting: Granting) -> Place {
    match granting {
        Granting::Statement(at) => estate.policies.statements[at].statement.place,
        Granting::Attachment(at) => estate.policies.attachments[at].origin.place,
    }
}

fn subject(inventory: &Inventory, role: &FunctionRole) -> Subject {
    let resource = inventory.resource(role.node);
    Subject::resource(resource.id.clone(), resource.type_name.clone())
}

/// The failure with what else is wrong with the statement or policy that gives all of its permissions as the cause.
fn follow(
    inventory: &Inventory,
    estate: &DeploymentEstate,
    granted_by: Granting,
    permissions: &[String],
    verdict: Verdict,
) -> Verdict {
    let subject = verdict.subject.clone();
    let cause = match granted_by {
        Granting::Attachment(at) => match &estate.policies.attachments[at].owner {
            PolicyOwner::Aws(name) if name == "AdministratorAccess" => "IAM-02",
            _ => "IAM-05",
        },
        Granting::Statement(at) => {
            let judged = Judged::new(inventory, &estate.policies.statements[at]);
            if administrator_policy_on_role::judge_statement(&judged).outcome == Outcome::Fail {
                "IAM-02"
            } else if judged.statement().has("NotAction") {
                "IAM-16"
            } else if permissions.iter().all(|permission| {
                granting(judged.statement(), permission)
                    .is_some_and(|term| is_service_wildcard(&spelled(&term.text)))
            }) {
                "IAM-03"
            } else {
                return verdict;
            }
        }
    };
    verdict.follows_from(cause, &subject)
}

/// The failure of a role that may do everything already, as that of the statement or policy that says so.
fn administrator(inventory: &Inventory, estate: &DeploymentEstate, role: &FunctionRole) -> Verdict {
    let everything = estate.policies.statements.iter().enumerate().find(|(_, at)| {
        let judged = Judged::new(inventory, at);
        let allows = at.statement.effect != Effect::Deny && at.roles.contains(&role.node);
        allows && administrator_policy_on_role::judge_statement(&judged).outcome == Outcome::Fail
    });
    let attached = estate.policies.attachments.iter().position(|attached| {
        let everything = matches!(&attached.owner, PolicyOwner::Aws(name) if name == "AdministratorAccess");
        everything && attached.role == role.node
    });
    let by = everything.map(|(at, _)| Granting::Statement(at)).or(attached.map(Granting::Attachment));
    let granting: Vec<_> = by.into_iter().map(|by| (by, Vec::new())).collect();
    let mut verdict = at(inventory, estate, role, &granting, Outcome::Fail).message("administrator");
    if may_be_no_function_s(inventory, &[role.node]) {
        verdict.outcome = Outcome::Unknown;
        return trust_not_known(verdict).message("unknown");
    }
    let subject = verdict.subject.clone();
    if by.is_some() { verdict.follows_from("IAM-02", &subject) } else { verdict }
}

/// A path in the words of a reader.
fn in_words(inventory: &Inventory, estate: &DeploymentEstate, path: &Path) -> String {
    let named = |arn: &str| match estate.node(arn) {
        Some(node) => roles(inventory, &[node]),
        None => "any role of the account".to_owned(),
    };
    let steps = path.steps.iter().map(|step| {
        let mut permissions: Vec<String> = Vec::new();
        for permission in &step.permissions {
            let permission = format!("`{permission}`");
            if !permissions.contains(&permission) {
                permissions.push(permission);
            }
        }
        let gain = match (step.from == step.to, step.edge.starts_with('I') && step.edge != "I12") {
            (true, _) => "give itself every permission".to_owned(),
            (false, true) if step.edge == "I25" => "make a user with every permission".to_owned(),
            (false, true) if step.edge == "I26" => "make a role with every permission".to_owned(),
            (false, true) => format!("give {} every permission", named(&step.to)),
            (false, false) if estate.node(&step.to).is_none() && !step.permissions.iter().any(|one| one == "iam:PassRole") => {
                "take over what runs as any role of the account".to_owned()
            }
            (false, false) => format!("act as {}", named(&step.to)),
        };
        format!("{gain} with {}", permissions.join(", "))
    });
    steps.collect::<Vec<_>>().join(", then ")
}

/// Not known, or the pass of a role that has no way for certain.
fn judge_possible(inventory: &Inventory, estate: &DeploymentEstate, role: &FunctionRole) -> Verdict {
    let Some(arn) = estate.arn(role.node) else {
        return because(inventory, role, estate, Verdict::new(
            subject(inventory, role),
            Outcome::Unknown,
            inventory.resource(role.node).declared_at,
        ));
    };
    let own = own_unknown(inventory, role);
    let paths = estate.estate.escalate(arn).map(|found| found.paths).unwrap_or_default();
    let Some(path) = paths.iter().find(|path| path.admin || !path.steps.iter().all(|step| step.edge == "T1"))
    else {
        return own.unwrap_or_else(|| without_way(inventory, role));
    };
    if let Some(own) = own {
        return own;
    }
    let granting = granting_of(estate, path);
    let verdict = at(inventory, estate, role, &granting, Outcome::Unknown);
    if let Some(assumed) = path.steps.iter().find_map(|step| step.assumes.as_ref()) {
        return verdict
            .with("symbol", format!("{assumed}, which is not in the deployment"))
            .settled_by(format!("whether there is {assumed}"), "target not in the deployment");
    }
    let of_statement = granting.iter().find_map(|(granting, _)| match granting {
        Granting::Statement(at) => estate.open_statement(*at),
        Granting::Attachment(_) => None,
    });
    let of_roles = path.steps.iter().find_map(|step| estate.open_role(estate.node(&step.to)?));
    match of_statement.or(of_roles).or(estate.open_role(role.node)) {
        Some(symbol) => verdict.with("symbol", symbol.name()).because(symbol),
        None => because(inventory, role, estate, verdict),
    }
}

fn because(inventory: &Inventory, role: &FunctionRole, estate: &DeploymentEstate, verdict: Verdict) -> Verdict {
    let verdict = verdict.with("role", roles(inventory, &[role.node]));
    match estate.open_role(role.node) {
        Some(symbol) => verdict.with("symbol", symbol.name()).because(symbol),
        None => verdict
            .with("symbol", "the roles that it can get at")
            .settled_by("the policies of the roles that it can get at", "role not known"),
    }
}

/// Not known because the role may have policies that are not.
fn own_unknown(inventory: &Inventory, role: &FunctionRole) -> Option<Verdict> {
    let policies = inventory.identity_policies();
    let verdict = |place| {
        let verdict = Verdict::new(subject(inventory, role), Outcome::Unknown, place);
        verdict.with("role", roles(inventory, &[role.node]))
    };
    if let Some(policy) = policies.unknown.iter().find(|policy| policy.roles.contains(&role.node)) {
        return Some(verdict(policy.place).with("symbol", policy.symbol.name()).because(&policy.symbol));
    }
    policies.attachments.iter().filter(|attached| attached.role == role.node).find_map(|attached| {
        let verdict = || verdict(attached.origin.place);
        match &attached.owner {
            PolicyOwner::Unknown(symbol) => Some(verdict().with("symbol", symbol.name()).because(symbol)),
            PolicyOwner::Outside => Some(
                verdict()
                    .with("symbol", format!("`{}`, which is not in the deployment", attached.arn))
                    .settled_by("the policy, which lies outside the deployment", "policy outside the deployment"),
            ),
            PolicyOwner::Aws(_) | PolicyOwner::Deployment(_) => None,
        }
    })
}

/// The pass of a role whose policies are known, else not known.
fn without_way(inventory: &Inventory, role: &FunctionRole) -> Verdict {
    own_unknown(inventory, role).unwrap_or_else(|| {
        Verdict::new(subject(inventory, role), Outcome::Pass, inventory.resource(role.node).declared_at)
            .with("role", roles(inventory, &[role.node]))
    })
}
