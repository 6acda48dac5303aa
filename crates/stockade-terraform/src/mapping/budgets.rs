//! AWS Budgets.

use super::lower::Built;
use super::row::{Row, Target, blocks, same};
use crate::ResourceInstance;
use stockade_model::{Field, Kind, List, Object, Origin, Text, Value};

/// Where the addresses of a notification stand until they are in one list.
const EMAILS: &str = "Emails";

/// Where its topics stand until then.
const TOPICS: &str = "Topics";

/// Who is told, which CloudFormation lists with how.
fn subscribers(_: &ResourceInstance, built: &mut Built) {
    let notifications =
        built.properties.fields.iter_mut().find(|field| field.key == "NotificationsWithSubscribers");
    let Some(Kind::List(list)) = notifications.map(|field| &mut field.value.kind) else { return };
    for notification in &mut list.items {
        let origin = notification.origin.clone();
        let Kind::Object(notification) = &mut notification.kind else { continue };
        let mut subscribers = List::default();
        for (name, how) in [(EMAILS, "EMAIL"), (TOPICS, "SNS")] {
            let Some(at) = notification.fields.iter().position(|field| field.key == name) else { continue };
            let addresses = notification.fields.remove(at).value;
            subscribers.open = subscribers.open.take().or_else(|| addresses.open().cloned());
            if let Kind::List(list) = addresses.kind {
                subscribers.items.extend(list.items.into_iter().map(|address| subscriber(how, address)));
            }
        }
        let value = Value::new(Kind::List(subscribers), origin.clone());
        notification.fields.push(field("Subscribers", value, &origin));
    }
}

fn subscriber(how: &'static str, address: Value) -> Value {
    let origin = address.origin.clone();
    let how = Value::text(Text::literal(how), origin.clone());
    let fields = vec![field("SubscriptionType", how, &origin), field("Address", address, &origin)];
    Value::new(Kind::Object(Object { fields, ..Object::default() }), origin)
}

fn field(key: &'static str, value: Value, origin: &Origin) -> Field {
    Field { key: key.into(), key_place: origin.place, value }
}

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[Row {
    source: "aws_budgets_budget",
    target: Target::Resource("AWS::Budgets::Budget"),
    words: &[
        same("budget_type", "Budget.BudgetType"),
        same("limit_amount", "Budget.BudgetLimit.Amount"),
        same("limit_unit", "Budget.BudgetLimit.Unit"),
        same("name", "Budget.BudgetName"),
        same("time_period_end", "Budget.TimePeriod.End"),
        same("time_period_start", "Budget.TimePeriod.Start"),
        same("time_unit", "Budget.TimeUnit"),
        blocks(
            "notification",
            "NotificationsWithSubscribers",
            &[
                same("comparison_operator", "Notification.ComparisonOperator"),
                same("notification_type", "Notification.NotificationType"),
                same("threshold", "Notification.Threshold"),
                same("threshold_type", "Notification.ThresholdType"),
                same("subscriber_email_addresses", EMAILS),
                same("subscriber_sns_topic_arns", TOPICS),
            ],
        ),
    ],
    attributes: &[("id", "Ref"), ("name", "Ref")],
    finish: Some(subscribers),
}];
