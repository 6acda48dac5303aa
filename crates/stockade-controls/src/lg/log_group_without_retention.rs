//! LG-01: logs that are kept forever because nobody declared the log group, or its retention.

use crate::Context;
use stockade_inventory::{Function, Inventory};
use stockade_model::{Applicability, Change, Fact, Outcome, Resource, Subject, Verdict};
use stockade_syntax::New;

/// What the fix writes, in days: long enough for an investigation, short enough to cost little.
const DAYS: &str = "30";

pub(crate) fn judge(inventory: &Inventory, context: &Context, verdicts: &mut Vec<Verdict>) {
    let least = context.settings.log_retention_days;
    verdicts.extend(inventory.functions().map(|function| judge_function(function, least)));
}

fn judge_function(function: Function, least: Option<u32>) -> Verdict {
    let resource = function.resource();
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let link = function.log_group();
    let name = link.name.as_ref().map(ToString::to_string).unwrap_or_default();
    if let Some(group) = link.declared.first() {
        return judge_group(function, group, subject, least);
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
        "declare the log group with a retention of {DAYS} days; where the function is deployed already, the group \
         is there and must be imported or deleted first"
    );
    // Nobody declared any: one gap of the template, not one a function.
    at_setting(Outcome::Fail).message("missing").root("no log group is declared").fix(Applicability::Unsafe, description, vec![change])
}

fn judge_group(function: Function, group: &Resource, subject: Subject, least: Option<u32>) -> Verdict {
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
        Fact::Known(days) if days > 0.0 && least.is_some_and(|least| days < f64::from(least)) => {
            let least = least.unwrap_or_default();
            let verdict = verdict(Outcome::Fail)
                .message("short")
                .with("days", days.to_string())
                .with("least", least.to_string());
            keep(verdict, group, &least_period(least).to_string())
        }
        Fact::Known(days) if days > 0.0 => verdict(Outcome::Pass),
        Fact::Unknown(symbol) => verdict(Outcome::Unknown).message("retention").because(&symbol),
        Fact::Absent | Fact::Known(_) => {
            let days = least.map_or(DAYS.to_owned(), |least| least_period(least).to_string());
            let failure = verdict(Outcome::Fail);
            keep(if retention.is_absent() { failure } else { failure.message("forever") }, group, &days)
        }
        Fact::Other => verdict(Outcome::Unknown)
            .message("retention")
            .settled_by("a number of days", "value of another type"),
    }
}

fn keep(verdict: Verdict, group: &Resource, days: &str) -> Verdict {
    let change = Change::Set {
        resource: group.id.clone(),
        property: "RetentionInDays".into(),
        value: New::Number(days.into()),
    };
    let description = format!("keep the logs {days} days; older ones are deleted");
    verdict.fix(Applicability::Unsafe, description, vec![change])
}

/// The shortest period that CloudWatch Logs takes and that is long enough (CloudWatch Logs API Reference,
/// `PutRetentionPolicy`).
fn least_period(days: u32) -> u32 {
    const PERIODS: [u32; 22] = [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
    ];
    PERIODS.into_iter().find(|period| *period >= days).unwrap_or(PERIODS[21])
}
