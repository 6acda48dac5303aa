//! IAM-06: a function's role that nothing bounds, whatever policies it is given later.

use crate::Context;
use std::collections::HashSet;
use stockade_iam::{Effect, PolicyDocument};
use stockade_inventory::{Function, Inventory, Node, Target};
use stockade_model::{Applicability, Change, Kleene, Outcome, Resource, Subject, SymbolKind, Verdict};
use stockade_syntax::New;

const ROLE: &str = "AWS::IAM::Role";
const LAMBDA: &str = "lambda.amazonaws.com";

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let mut used: HashSet<Node> = HashSet::new();
    let mut outside = HashSet::new();
    for function in inventory.functions() {
        match inventory.resolve(&function.role(), &[ROLE]) {
            Target::Node(node) => {
                used.insert(node);
            }
            Target::Nothing => {}
            // One role outside the deployment is one unknown, however many functions use it.
            target => {
                if outside.insert(function.role().as_text()) {
                    verdicts.push(judge_outside(function, target));
                }
            }
        }
    }
    for (node, role) in inventory.of_type(ROLE) {
        let trusted = if used.contains(&node) { Kleene::True } else { trusts_lambda(role) };
        if !trusted.is_false() {
            verdicts.push(judge_role(inventory, role, trusted));
        }
    }
}

fn judge_outside(function: Function, target: Target) -> Verdict {
    let resource = function.resource();
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let verdict = Verdict::on(subject, Outcome::Unknown, &function.role().origin).message("outside");
    let verdict = verdict.with("function", resource.id.to_string());
    match target {
        Target::Unknown(symbol) | Target::Ambiguous(_, symbol) => verdict.because(&symbol),
        _ => verdict
            .settled_by("the role, which lies outside the deployment", "resource outside the deployment"),
    }
}

/// Whether Lambda may assume the role.
fn trusts_lambda(role: &Resource) -> Kleene {
    let document = PolicyDocument::read(&role.properties.get("AssumeRolePolicyDocument"));
    let mut unknown = document.open.is_some();
    for statement in document.statements.iter().filter(|statement| statement.effect != Effect::Deny) {
        for principal in &statement.principals {
            match principal.id.as_literal() {
                Some(LAMBDA) => return Kleene::True,
                Some(_) => {}
                None => unknown |= principal.kind == "Service",
            }
        }
        unknown |= statement.open.is_some() && statement.principals.is_empty();
    }
    if unknown { Kleene::Unknown } else { Kleene::False }
}

fn judge_role(inventory: &Inventory, role: &Resource, trusted: Kleene) -> Verdict {
    let subject = Subject::resource(role.id.clone(), role.type_name.clone());
    let boundary = role.properties.get("PermissionsBoundary");
    let verdict = |outcome| {
        let verdict = if boundary.is_absent() {
            Verdict::new(subject.clone(), outcome, role.declared_at)
        } else {
            Verdict::on(subject.clone(), outcome, &boundary.origin)
        };
        verdict.with("role", role.id.to_string())
    };
    if !boundary.is_absent() {
        return match boundary.unknown() {
            // What a reference gives is the ARN of a policy; what is not evaluated may be nothing.
            Some(symbol) if matches!(symbol.kind(), SymbolKind::Opaque { .. } | SymbolKind::Call { .. }) => {
                verdict(Outcome::Unknown).because(symbol)
            }
            _ => verdict(Outcome::Pass),
        };
    }
    if trusted == Kleene::Unknown {
        let trust = role.properties.get("AssumeRolePolicyDocument");
        let verdict = verdict(Outcome::Unknown).message("trust");
        return verdict
            .related("its trust policy", trust.origin.place)
            .settled_by("a trust policy that says who may assume the role", "trust policy not known");
    }
    let failure = verdict(Outcome::Fail).root("no permissions boundary");
    match changes(inventory, role) {
        Some(changes) => {
            let description = "add a boundary that keeps the role from changing identities, organisation and account, \
                               and narrow it to the services that your functions use";
            failure.fix(Applicability::Unsafe, description, changes)
        }
        None => failure,
    }
}

/// One boundary serves all roles of a template.
fn changes(inventory: &Inventory, role: &Resource) -> Option<Vec<Change>> {
    const ID: &str = "FunctionBoundary";
    const TYPE: &str = "AWS::IAM::ManagedPolicy";
    let full = if role.stack().is_empty() { ID.to_owned() } else { format!("{}/{ID}", role.stack()) };
    let mut changes = Vec::new();
    match inventory.node(&full).map(|node| inventory.resource(node)) {
        Some(resource) if resource.type_name == TYPE => {}
        Some(_) => return None,
        None => {
            let excluded = ["iam:*", "organizations:*", "account:*"].map(New::string);
            let statement = New::mapping([
                ("Effect", New::string("Allow")),
                ("NotAction", New::Sequence(excluded.into())),
                ("Resource", New::string("*")),
            ]);
            let document = New::mapping([
                ("Version", New::string("2012-10-17")),
                ("Statement", New::Sequence(vec![statement])),
            ]);
            let description = New::string("The most that a function's role may ever do");
            let properties = New::mapping([("Description", description), ("PolicyDocument", document)]);
            let body = New::mapping([("Type", New::string(TYPE)), ("Properties", properties)]);
            changes.push(Change::AddResource { beside: role.id.clone(), id: ID.into(), body });
        }
    }
    changes.push(Change::Set {
        resource: role.id.clone(),
        property: "PermissionsBoundary".into(),
        value: New::mapping([("Ref", New::string(ID))]),
    });
    Some(changes)
}
