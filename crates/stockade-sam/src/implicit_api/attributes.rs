//! What functions' conditions and deletion policies mean for the APIs that their events join.

use crate::open_api::{Key, MANAGED, Swagger, conditional, made, put, python};
use crate::output::Output;
use crate::resource::SamResource;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;
use stockade_model::{Origin, Place};

/// The most arguments of `Fn::Or` (AWS CloudFormation User Guide, "Condition functions").
const MOST_CONDITIONS: usize = 10;

/// An event that joined an API.
#[derive(Debug)]
pub(super) struct Joined {
    api: SmolStr,
    path: SmolStr,
    method: SmolStr,
    condition: Option<Expr>,
    deletion: Option<Expr>,
    replacement: Option<Expr>,
    event_at: Place,
}

impl Joined {
    pub(super) fn new(owner: &SamResource, api: &SmolStr, path: &Key, method: &Key, event_at: Place) -> Self {
        Self {
            api: api.clone(),
            path: path.text.clone(),
            method: method.text.clone(),
            condition: owner.condition().cloned(),
            deletion: owner.body.get("DeletionPolicy").cloned(),
            replacement: owner.body.get("UpdateReplacePolicy").cloned(),
            event_at,
        }
    }
}

/// The distinct conditions of events, sorted; none if one has no condition. Of two events with the same method and
/// path the last counts.
fn conditions<'a>(joined: impl Iterator<Item = &'a Joined>) -> Option<Vec<Expr>> {
    let mut last: Vec<&Joined> = Vec::new();
    for event in joined {
        last.retain(|other| (&other.path, &other.method) != (&event.path, &event.method));
        last.push(event);
    }
    let mut all: Vec<Expr> = Vec::new();
    for event in last {
        let condition = event.condition.clone().filter(|condition| condition.as_str().is_some())?;
        if !all.iter().any(|other| other.as_str() == condition.as_str()) {
            all.push(condition);
        }
    }
    all.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    (!all.is_empty()).then_some(all)
}

/// One condition that holds if any does: the only one, or a new one of the given name.
fn either(mut all: Vec<Expr>, name: &str, origin: &Origin, output: &mut Output) -> Expr {
    if all.len() == 1
        && let Some(only) = all.pop()
    {
        return only;
    }
    let mut further = 1 + (all.len() - 2) / (MOST_CONDITIONS - 1) - 1;
    while all.len() > 1 {
        let id = if further > 0 { format_smolstr!("{name}{further}") } else { name.into() };
        further = further.saturating_sub(1);
        let rest = all.split_off(all.len().min(MOST_CONDITIONS));
        let call = |condition: Expr| {
            let origin = condition.origin.clone();
            Expr::call("Condition", condition, &origin)
        };
        let arguments = all.into_iter().map(call).collect();
        output.conditions.insert(id.clone(), Expr::call("Fn::Or", Expr::list(arguments, origin), origin));
        all = rest;
        all.push(Expr::string(id, origin));
    }
    Expr::string(name, origin)
}

/// Adds a condition and policies to the implicit API: it exists if one of its functions does, and is retained if one
/// of them is.
pub(super) fn add_to_implicit(
    id: &str,
    resources: &mut [SamResource],
    joined: &[Joined],
    output: &mut Output,
) {
    let Some(api) = resources.iter_mut().find(|api| api.id == id && super::is_implicit(api)) else { return };
    let mine = || joined.iter().filter(|event| event.api == id);
    if let Some(all) = conditions(mine()) {
        let origin = api.origin();
        let condition = either(all, &format!("{id}Condition"), &origin, output);
        api.body.set("Condition", condition);
    }
    let policies = |get: fn(&Joined) -> Option<&Expr>, strongest_first: &[&str]| {
        let find = |wanted: &&str| mine().filter_map(get).find(|policy| policy.as_str() == Some(wanted));
        strongest_first.iter().find_map(find).cloned()
    };
    let deletion = policies(|event| event.deletion.as_ref(), &["Retain", "Delete"]);
    let replacement = policies(|event| event.replacement.as_ref(), &["Retain", "Snapshot", "Delete"]);
    for (attribute, policy) in [("DeletionPolicy", deletion), ("UpdateReplacePolicy", replacement)] {
        if let Some(policy) = policy {
            api.body.set(attribute, policy);
        }
    }
}

/// Wraps the paths of the APIs that the transform writes into the conditions of the functions behind them.
pub(super) fn add_to_paths(
    type_name: &str,
    resources: &mut [SamResource],
    joined: &[Joined],
    output: &mut Output,
) {
    for api in resources.iter_mut().filter(|api| api.type_name == type_name) {
        let Some(mut body) = api.properties.get("DefinitionBody").cloned() else { continue };
        if api.properties.get(MANAGED).is_none() {
            continue;
        }
        python::settle(&mut body);
        let paths = body.get("paths").map(python::entries).unwrap_or_default();
        let paths: Vec<SmolStr> = paths.into_iter().map(|entry| entry.key.clone()).collect();
        for path in paths {
            let mine = || joined.iter().filter(|event| event.api == api.id && event.path == path);
            let (Some(all), Some(first)) = (conditions(mine()), mine().next()) else { continue };
            let origin = made(&Origin::at(first.event_at), api);
            let name = path.replace('/', "SLASH").replace('{', "OB").replace('}', "CB");
            let condition = either(all, &format!("{}{name}PathCondition", api.id), &origin, output);
            if let Some(paths) = body.get_mut("paths")
                && let Some(entry) = paths.entry(&path).cloned()
            {
                let value = conditional(condition, entry.value, &origin);
                paths.set_entry(stockade_cfn::Entry { value, ..entry });
            }
        }
        if Swagger::is_valid(&body) {
            python::settle(&mut body);
        }
        put(&mut api.properties, "DefinitionBody", body);
    }
}
