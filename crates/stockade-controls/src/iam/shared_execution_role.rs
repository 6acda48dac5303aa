//! IAM-01: functions that share an execution role, so that each has what any of them needs.

use crate::Context;
use std::borrow::Cow;
use std::collections::HashMap;
use stockade_inventory::{Inventory, Target};
use stockade_model::{
    Applicability, Change, Kleene, Outcome, Resource, Subject, Symbol, Text, Value, Verdict,
};
use stockade_syntax::New;

/// So many other users of a role are shown as related places.
const SHOWN: usize = 4;

const ROLE: &str = "AWS::IAM::Role";

/// A function or a revision of a web function, with its role.
struct User<'a> {
    resource: &'a Resource,
    role: Cow<'a, Value>,
    /// The role as a canonical text: equal for equal roles.
    key: Option<Text>,
    /// The role, if it is one of the deployment's.
    declared: Option<&'a Resource>,
    /// Revisions of one web function count once.
    function: Text,
}

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let users = users(inventory);
    let mut by_key: HashMap<&Text, Vec<usize>> = HashMap::new();
    for (at, user) in users.iter().enumerate() {
        if let Some(key) = &user.key {
            by_key.entry(key).or_default().push(at);
        }
    }
    // Only a key with symbols may equal another key without being it.
    let open_keys: Vec<&Text> = by_key.keys().copied().filter(|key| key.as_literal().is_none()).collect();
    for (at, user) in users.iter().enumerate() {
        verdicts.extend(judge_user(inventory, at, user, &users, &by_key, &open_keys));
    }
}

fn users(inventory: &Inventory) -> Vec<User<'_>> {
    let functions = inventory.functions().map(|function| (function.resource(), function.role(), None));
    let revisions = inventory.of_type("AWS::Lambda::WebFunctionRevision").map(|(_, resource)| {
        let role = resource.properties.get("ServiceConfig.ExecutionRoleArn");
        (resource, role, resource.properties.get("FunctionName").as_text())
    });
    functions
        .chain(revisions)
        .map(|(resource, role, function)| {
            let (key, declared) = match inventory.resolve(&role, &[ROLE]) {
                Target::Node(node) => {
                    let role = inventory.resource(node);
                    (Some(Text::symbol(Symbol::attribute(role.id.clone(), "Arn"))), Some(role))
                }
                Target::External(text) => (Some(text), None),
                Target::Ambiguous(..) => (role.as_text().map(|text| inventory.canonical(&text)), None),
                Target::Unknown(symbol) => (Some(Text::symbol(symbol)), None),
                Target::Nothing => (None, None),
            };
            let function = function.unwrap_or_else(|| Text::literal(resource.id.clone()));
            User { resource, role, key, declared, function }
        })
        .collect()
}

fn judge_user(
    inventory: &Inventory,
    at: usize,
    user: &User,
    users: &[User],
    by_key: &HashMap<&Text, Vec<usize>>,
    open_keys: &[&Text],
) -> Option<Verdict> {
    let subject = Subject::resource(user.resource.id.clone(), user.resource.type_name.clone());
    let verdict = |outcome| {
        Verdict::on(subject.clone(), outcome, &user.role.origin)
            .with("function", user.resource.id.to_string())
    };
    let Some(key) = &user.key else {
        let missing = Verdict::new(subject.clone(), Outcome::Unknown, user.resource.declared_at);
        let missing = missing.message("missing").with("function", user.resource.id.to_string());
        return Some(missing.settled_by("a `Role`, which Lambda requires", "property missing"));
    };
    let mut others: Vec<&User> = Vec::new();
    for other in by_key.get(key).into_iter().flatten().filter(|other| **other != at) {
        let other = &users[*other];
        if other.function != user.function && !others.iter().any(|seen| seen.function == other.function) {
            others.push(other);
        }
    }
    if !others.is_empty() {
        return Some(shared(user, &others, verdict(Outcome::Fail)));
    }
    let possible = open_keys
        .iter()
        .copied()
        .chain(by_key.keys().copied().filter(|_| key.as_literal().is_none()))
        .find(|other| {
            let another = by_key[*other].iter().any(|candidate| users[*candidate].function != user.function);
            *other != key && another && same_role(inventory, key, other) == Kleene::Unknown
        });
    Some(match possible {
        None => verdict(Outcome::Pass),
        Some(other) => {
            let peer = by_key[other].first().map(|peer| &users[*peer]);
            let symbol = key.symbols().chain(other.symbols()).next().cloned();
            let mut verdict = verdict(Outcome::Unknown)
                .with("role", key.to_string())
                .with("other", peer.map(|peer| peer.resource.id.to_string()).unwrap_or_default());
            if let Some(peer) = peer {
                verdict =
                    verdict.related(format!("the role of `{}`", peer.resource.id), peer.role.origin.place);
            }
            match symbol {
                Some(symbol) => verdict.because(&symbol),
                None => verdict,
            }
        }
    })
}

/// A declared role's key is its symbol; what it is called decides against other keys.
fn same_role(inventory: &Inventory, left: &Text, right: &Text) -> Kleene {
    inventory.same_text(&inventory.canonical(left), &inventory.canonical(right))
}

fn shared(user: &User, others: &[&User], verdict: Verdict) -> Verdict {
    let names: Vec<String> = others.iter().map(|other| format!("`{}`", other.resource.id)).collect();
    let listed = match names.len() {
        count if count > SHOWN => format!("{} and {} more", names[..SHOWN].join(", "), count - SHOWN),
        _ => names.join(", "),
    };
    let role = user.declared.map_or_else(
        || user.key.as_ref().map(ToString::to_string).unwrap_or_default(),
        |role| role.id.to_string(),
    );
    let root = user.key.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut verdict = verdict.with("role", role).with("others", listed).root(root);
    for other in others.iter().take(SHOWN) {
        verdict =
            verdict.related(format!("`{}` has the same role", other.resource.id), other.role.origin.place);
    }
    match user.declared.and_then(|role| own_copy(user.resource, role)) {
        Some(changes) => {
            let description = "give the function a role of its own, a copy of the shared one; then take away from each \
                               what its function does not need";
            verdict.fix(Applicability::Unsafe, description, changes)
        }
        None => verdict.fix(
            Applicability::Display,
            "declare a role for this function alone, with the permissions that it needs",
            Vec::new(),
        ),
    }
}

fn own_copy(function: &Resource, role: &Resource) -> Option<Vec<Change>> {
    // A name can be given once: the copy gets a generated one.
    let New::Mapping(mut properties) = role.properties.to_new()? else { return None };
    properties.retain(|(name, _)| name != "RoleName");
    let id = smol_str::format_smolstr!("{}Role", function.logical_id());
    let body = New::mapping([("Type", New::string(ROLE)), ("Properties", New::Mapping(properties))]);
    let arn =
        New::mapping([("Fn::GetAtt", New::Sequence(vec![New::string(id.clone()), New::string("Arn")]))]);
    // A nested stack's function cannot name a role of its parent.
    if function.stack() != role.stack() || role.logical_id() == id {
        return None;
    }
    Some(vec![
        Change::AddResource { beside: role.id.clone(), id, body },
        Change::Set { resource: function.id.clone(), property: "Role".into(), value: arn },
    ])
}
