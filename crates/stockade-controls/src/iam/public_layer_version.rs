//! IAM-22: a version of a layer that everyone may use.

use crate::Context;
use stockade_inventory::Inventory;
use stockade_model::{Applicability, Fact, Outcome, Resource, Subject, Verdict};

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let permissions = inventory.of_type("AWS::Lambda::LayerVersionPermission");
    verdicts.extend(permissions.map(|(_, permission)| judge_permission(permission)));
}

fn judge_permission(permission: &Resource) -> Verdict {
    let subject = Subject::resource(permission.id.clone(), permission.type_name.clone());
    let principal = permission.properties.get("Principal");
    let organization = permission.properties.get("OrganizationId");
    let on = |outcome, value: &stockade_model::Value| {
        let verdict = Verdict::on(subject.clone(), outcome, &value.origin);
        verdict.with("permission", permission.declared_id.to_string())
    };
    let fail = || {
        on(Outcome::Fail, &principal).fix(
            Applicability::Display,
            format!(
                "name the accounts that use the layer in `{}`, or the organisation in `{}`",
                permission.raise.spell("Principal"),
                permission.raise.spell("OrganizationId")
            ),
            Vec::new(),
        )
    };
    if !organization.is_absent() {
        return on(Outcome::Pass, &organization);
    }
    match principal.literal() {
        Fact::Known(id) if id == "*" => fail(),
        Fact::Unknown(symbol) if principal.unknown().is_some() && symbol.may_be("*") => {
            if symbol.allowed().is_some_and(|allowed| allowed.iter().all(|id| *id == "*")) {
                return fail();
            }
            on(Outcome::Unknown, &principal).with("symbol", symbol.name()).because(&symbol)
        }
        _ => on(Outcome::Pass, &principal),
    }
}
