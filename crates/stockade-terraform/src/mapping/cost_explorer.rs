//! AWS Cost Explorer.

use super::row::{Row, Target, blocks, same, tags};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_ce_anomaly_monitor",
        target: Target::Resource("AWS::CE::AnomalyMonitor"),
        words: &[
            same("monitor_dimension", "MonitorDimension"),
            same("monitor_specification", "MonitorSpecification"),
            same("monitor_type", "MonitorType"),
            same("name", "MonitorName"),
            tags("tags", "ResourceTags"),
        ],
        attributes: &[("arn", "Ref"), ("id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_ce_anomaly_subscription",
        target: Target::Resource("AWS::CE::AnomalySubscription"),
        words: &[
            same("account_id", "AccountId"),
            same("frequency", "Frequency"),
            same("monitor_arn_list", "MonitorArnList"),
            same("name", "SubscriptionName"),
            tags("tags", "ResourceTags"),
            blocks("subscriber", "Subscribers", &[same("address", "Address"), same("type", "Type")]),
        ],
        attributes: &[("arn", "Ref"), ("id", "Ref")],
        finish: None,
    },
];
