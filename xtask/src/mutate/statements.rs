//! Statements of identity policies: the statement of a pass, and a further one in a policy of its own, get the fault.

use super::mutator::{Break, Form, Impossible, list, reference, resource, subject};
use stockade_inventory::Inventory;
use stockade_model::{Resource, Value, Verdict};
use stockade_syntax::New;

/// Forms that no statement has.
pub const IMPOSSIBLE: [Impossible; 2] = [
    (&[Form::Globals], "SAM has no `Globals` for policies"),
    (&[Form::Absent], "what is not there allows nothing"),
];

/// A statement of those entries behind `Effect: Allow`.
pub fn allow<'a>(entries: impl IntoIterator<Item = (&'a str, New)>) -> New {
    New::mapping([("Effect", New::string("Allow"))].into_iter().chain(entries))
}

/// The statement of a pass becomes that, and a policy with it is added to its role.
pub fn breaks(
    inventory: &Inventory,
    verdict: &Verdict,
    scalar: &str,
    statement: fn(New) -> New,
) -> Option<Vec<Break>> {
    let (node, written_in) = subject(inventory, verdict)?;
    let mut statements = inventory.identity_policies().statements.iter();
    let at =
        statements.find(|at| at.written_in == node && Some(&at.part) == verdict.subject.part.as_ref())?;
    let role = inventory.resource(*at.roles.first()?);
    let name = reference(role);
    let further = move |scalar| {
        let document =
            New::mapping([("Version", New::string("2012-10-17")), ("Statement", list(statement(scalar)))]);
        let properties = [
            ("PolicyName", New::string("stockade-mutant")),
            ("Roles", list(name.clone())),
            ("PolicyDocument", document),
        ];
        resource("AWS::IAM::Policy", properties)
    };
    let mut breaks = vec![Break::add_with(role, scalar, further)];
    if !written_in.generated
        && let Some(path) = path_of(written_in, |value| value.origin.place == at.statement.place)
    {
        breaks.push(Break::set(written_in, path, scalar).around(statement));
    }
    Some(breaks)
}

/// A role that passes gets those statements: one of its own becomes the first, and a policy with all is added to it. Not
/// where a boundary or a denial may stand in the way.
pub fn breaks_role(
    inventory: &Inventory,
    verdict: &Verdict,
    scalar: &str,
    statements: fn(New) -> Vec<New>,
) -> Option<Vec<Break>> {
    let (node, role) = subject(inventory, verdict)?;
    let own = || inventory.identity_policies().statements.iter().filter(|at| at.roles.contains(&node));
    let denies = own().any(|at| at.statement.effect != stockade_iam::Effect::Allow);
    if denies || !role.properties.get("PermissionsBoundary").is_absent() {
        return None;
    }
    let name = reference(role);
    let further = move |scalar| {
        let document = New::mapping([
            ("Version", New::string("2012-10-17")),
            ("Statement", New::Sequence(statements(scalar))),
        ]);
        let properties = [
            ("PolicyName", New::string("stockade-mutant")),
            ("Roles", list(name.clone())),
            ("PolicyDocument", document),
        ];
        resource("AWS::IAM::Policy", properties)
    };
    let mut breaks = vec![Break::add_with(role, scalar, further)];
    let inline = own().find(|at| at.written_in == node && !role.generated);
    if let Some(at) = inline
        && let Some(path) = path_of(role, |value| value.origin.place == at.statement.place)
    {
        breaks.push(Break::set(role, path, scalar).around(move |scalar| statements(scalar).swap_remove(0)));
    }
    Some(breaks)
}

/// The path of a statement in the role or policy that it is written in.
fn path_of(written_in: &Resource, is_it: impl Fn(&Value) -> bool) -> Option<String> {
    let inline = written_in.properties.get("Policies").items().len();
    let inline = (0..inline).map(|at| format!("Policies.{at}.PolicyDocument.Statement"));
    std::iter::once("PolicyDocument.Statement".to_owned()).chain(inline).find_map(|path| {
        let statements = written_in.properties.get(&path);
        let at = statements.items().iter().position(&is_it)?;
        // A statement that stands for a list of one has no index.
        let is_list = matches!(statements.kind, stockade_model::Kind::List(_));
        Some(if is_list { format!("{path}.{at}") } else { path })
    })
}

/// The role of a pass on a managed policy, and the path of that policy's ARN in it.
pub fn attached<'a>(inventory: &'a Inventory, verdict: &Verdict) -> Option<(&'a Resource, String)> {
    let (node, role) = subject(inventory, verdict)?;
    let attached = &inventory.identity_policies().attachments;
    let named = |arn: String| verdict.subject.part.as_deref() == Some(arn.as_str());
    let is_it = attached.iter().any(|one| one.role == node && named(one.arn.to_string()));
    if role.generated || !is_it {
        return None;
    }
    let arns = role.properties.get("ManagedPolicyArns");
    let at = arns.items().iter().position(|item| item.as_text().is_some_and(|arn| named(arn.to_string())))?;
    Some((role, format!("ManagedPolicyArns.{at}")))
}
