//! IAM-01: functions that share an execution role, so that each has what any of them needs.

use crate::Context;
use std::borrow::Cow;
use foldhash::{HashMap, HashSet};
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

/// The users of one role.
struct Group<'a> {
    key: &'a Text,
    /// What the role is called: it decides against other roles.
    canonical: Text,
    /// Whether it is one of the deployment's.
    is_declared: bool,
    /// The first user of each function.
    users: Vec<usize>,
}

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let users = users(inventory);
    let mut groups: Vec<Group> = Vec::new();
    let mut by_key: HashMap<&Text, usize> = HashMap::default();
    let mut functions: HashSet<(usize, &Text)> = HashSet::default();
    for (at, user) in users.iter().enumerate() {
        let Some(key) = &user.key else { continue };
        let group = *by_key.entry(key).or_insert_with(|| {
            let canonical = inventory.canonical(key);
            groups.push(Group { key, canonical, is_declared: user.declared.is_some(), users: Vec::new() });
            groups.len() - 1
        });
        if functions.insert((group, &user.function)) {
            groups[group].users.push(at);
        }
    }
    // Only a key with symbols may equal another key without being it.
    let all: Vec<usize> = (0..groups.len()).collect();
    let open: Vec<usize> = (0..groups.len()).filter(|at| groups[*at].key.as_literal().is_none()).collect();
    // Two roles that the deployment declares are two.
    let undeclared: Vec<usize> = all.iter().copied().filter(|at| !groups[*at].is_declared).collect();
    for user in &users {
        let group = user.key.as_ref().and_then(|key| by_key.get(key)).copied();
        let closed = user.key.as_ref().is_some_and(|key| key.as_literal().is_some());
        let candidates = match (closed, user.declared) {
            (true, _) => &open,
            (false, Some(_)) => &undeclared,
            (false, None) => &all,
        };
        verdicts.push(judge_user(inventory, user, &users, group, &groups, candidates));
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
    user: &User,
    users: &[User],
    group: Option<usize>,
    groups: &[Group],
    candidates: &[usize],
) -> Verdict {
    let subject = Subject::resource(user.resource.id.clone(), user.resource.type_name.clone());
    let verdict = |outcome| {
        Verdict::on(subject.clone(), outcome, &user.role.origin)
            .with("function", user.resource.id.to_string())
    };
    let Some(own) = group.map(|at| &groups[at]) else {
        let missing = Verdict::new(subject.clone(), Outcome::Unknown, user.resource.declared_at);
        let missing = missing.message("missing").with("function", user.resource.id.to_string());
        return missing.settled_by(format!("a value for `{}`, which Lambda requires", user.resource.raise.spell("Role")), "property missing");
    };
    let another = |at: &&usize| users[**at].function != user.function;
    let others: Vec<&User> = own.users.iter().filter(another).map(|at| &users[*at]).collect();
    if !others.is_empty() {
        return shared(user, &others, verdict(Outcome::Fail));
    }
    let possible = candidates.iter().map(|at| &groups[*at]).find(|other| {
        other.key != own.key
            && other.users.iter().any(|at| another(&at))
            && inventory.same_text(&own.canonical, &other.canonical) == Kleene::Unknown
    });
    match possible {
        None => verdict(Outcome::Pass),
        Some(other) => {
            let peer = other.users.first().map(|peer| &users[*peer]);
            let symbol = own.key.symbols().chain(other.key.symbols()).next().cloned();
            let mut verdict = verdict(Outcome::Unknown)
                .with("role", own.key.to_string())
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
    }
}

fn shared(user: &User, others: &[&User], verdict: Verdict) -> Verdict {
    let names: Vec<String> =
        others.iter().take(SHOWN).map(|other| format!("`{}`", other.resource.id)).collect();
    let listed = match others.len() {
        count if count > SHOWN => format!("{} and {} more", names.join(", "), count - SHOWN),
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
