//! IAM-06: a function's role that nothing bounds, whatever policies it is given later.

use crate::Context;
use foldhash::HashSet;
use stockade_inventory::{Function, Inventory, Target};
use stockade_model::{Applicability, Change, Outcome, Resource, Subject, SymbolKind, Verdict};
use stockade_syntax::New;

const ROLE: &str = "AWS::IAM::Role";

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let mut outside = HashSet::default();
    for function in inventory.functions() {
        match inventory.resolve(&function.role(), &[ROLE]) {
            Target::Node(_) | Target::Nothing => {}
            // One role outside the deployment is one unknown, however many functions use it.
            target => {
                if outside.insert(function.role().as_text()) {
                    verdicts.push(judge_outside(function, target));
                }
            }
        }
    }
    for role in inventory.function_roles() {
        verdicts.push(judge_role(inventory, inventory.resource(role.node), role.certain));
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

fn judge_role(inventory: &Inventory, role: &Resource, trusted: bool) -> Verdict {
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
    if !trusted {
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
