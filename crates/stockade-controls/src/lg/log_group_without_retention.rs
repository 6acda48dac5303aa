//! LG-01: logs that are kept forever because nobody declared the log group, or its retention.

use crate::Context;
use stockade_inventory::{Function, Inventory};
use stockade_model::{Applicability, Change, Fact, Outcome, Resource, Subject, Verdict};
use stockade_syntax::New;

/// What the fix writes, in days: long enough for an investigation, short enough to cost little.
const DAYS: &str = "30";

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    verdicts.extend(inventory.functions().map(judge_function));
}

fn judge_function(function: Function) -> Verdict {
    let resource = function.resource();
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let link = function.log_group();
    let name = link.name.as_ref().map(ToString::to_string).unwrap_or_default();
    if let Some(group) = link.declared.first() {
        return judge_group(function, group, subject);
    }
    let at_setting = |outcome| {
        if link.setting.is_absent() {
            Verdict::new(subject.clone(), outcome, resource.declared_at)
        } else {
            Verdict::on(subject.clone(), outcome, &link.setting.origin)
        }
        .with("function", resource.id.to_string())
        .with("group", name.clone())
    };
    if let Some(symbol) = &link.possible {
        return at_setting(Outcome::Unknown).because(symbol);
    }
    if link.external {
        return at_setting(Outcome::Unknown)
            .message("external")
            .settled_by(format!("the log group `{name}`, which lies outside the deployment"), "resource outside the deployment");
    }
    let body = New::mapping([
        ("Type", New::string("AWS::Logs::LogGroup")),
        (
            "Properties",
            New::mapping([
                ("LogGroupName", New::mapping([("Fn::Sub", New::string(format!("{}${{{}}}", link.prefix, resource.logical_id())))])),
                ("RetentionInDays", New::Number(DAYS.into())),
            ]),
        ),
    ]);
    let change = Change::AddResource {
        beside: resource.id.clone(),
        id: smol_str::format_smolstr!("{}LogGroup", resource.logical_id()),
        body,
    };
    let description = format!(
        "declare the log group with a retention of {DAYS} days; a stack that is deployed already has the group, which \
         must be imported or deleted first"
    );
    // Nobody declared any: one gap of the template, not one a function.
    at_setting(Outcome::Fail).message("missing").root("no log group is declared").fix(Applicability::Unsafe, description, vec![change])
}

fn judge_group(function: Function, group: &Resource, subject: Subject) -> Verdict {
    let retention = group.properties.get("RetentionInDays");
    let verdict = |outcome| {
        let verdict = if retention.is_absent() {
            Verdict::new(subject.clone(), outcome, group.declared_at)
        } else {
            Verdict::on(subject.clone(), outcome, &retention.origin)
        };
        verdict
            .with("function", function.resource().id.to_string())
            .with("group", group.id.to_string())
            .related("the function that logs to it", function.resource().declared_at)
    };
    if matches!(group.properties.get("LogGroupClass").literal(), Fact::Known(class) if class == "DELIVERY") {
        return verdict(Outcome::NotApplicable);
    }
    match retention.number() {
        Fact::Known(days) if days > 0.0 => verdict(Outcome::Pass),
        Fact::Unknown(symbol) => verdict(Outcome::Unknown).message("retention").because(&symbol),
        Fact::Absent | Fact::Known(_) => {
            let change = Change::Set {
                resource: group.id.clone(),
                property: "RetentionInDays".into(),
                value: New::Number(DAYS.into()),
            };
            let description = format!("keep the logs {DAYS} days; older ones are deleted");
            verdict(Outcome::Fail).fix(Applicability::Unsafe, description, vec![change])
        }
        Fact::Other => verdict(Outcome::Unknown)
            .message("retention")
            .settled_by("a number of days", "value of another type"),
    }
}
