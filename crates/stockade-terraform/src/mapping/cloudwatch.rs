//! Amazon CloudWatch alarms.

use super::row::{Row, TAGS, Target, block, blocks, pairs, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_cloudwatch_metric_alarm",
        target: Target::Resource("AWS::CloudWatch::Alarm"),
        words: &[
            same("actions_enabled", "ActionsEnabled"),
            same("alarm_actions", "AlarmActions"),
            same("alarm_description", "AlarmDescription"),
            same("alarm_name", "AlarmName"),
            same("comparison_operator", "ComparisonOperator"),
            same("datapoints_to_alarm", "DatapointsToAlarm"),
            pairs("dimensions", "Dimensions", "Name", "Value"),
            same("evaluate_low_sample_count_percentiles", "EvaluateLowSampleCountPercentile"),
            same("evaluation_interval", "EvaluationInterval"),
            same("evaluation_periods", "EvaluationPeriods"),
            same("extended_statistic", "ExtendedStatistic"),
            same("insufficient_data_actions", "InsufficientDataActions"),
            same("metric_name", "MetricName"),
            same("namespace", "Namespace"),
            same("ok_actions", "OKActions"),
            same("period", "Period"),
            same("statistic", "Statistic"),
            same("threshold", "Threshold"),
            same("threshold_metric_id", "ThresholdMetricId"),
            same("treat_missing_data", "TreatMissingData"),
            same("unit", "Unit"),
            blocks(
                "metric_query",
                "Metrics",
                &[
                    same("id", "Id"),
                    same("expression", "Expression"),
                    same("label", "Label"),
                    same("period", "Period"),
                    same("return_data", "ReturnData"),
                    same("account_id", "AccountId"),
                    block(
                        "metric",
                        "MetricStat",
                        &[
                            same("metric_name", "Metric.MetricName"),
                            same("namespace", "Metric.Namespace"),
                            pairs("dimensions", "Metric.Dimensions", "Name", "Value"),
                            same("period", "Period"),
                            same("stat", "Stat"),
                            same("unit", "Unit"),
                        ],
                    ),
                ],
            ),
            block(
                "warm_up_configuration",
                "WarmUpConfiguration",
                &[
                    same(
                        "only_start_evaluating_after_warm_up_period_ends",
                        "OnlyStartEvaluatingAfterWarmUpPeriodEnds",
                    ),
                    same("warm_up_period_duration_in_minutes", "WarmUpPeriodDurationInMinutes"),
                ],
            ),
            TAGS,
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("alarm_name", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_cloudwatch_composite_alarm",
        target: Target::Resource("AWS::CloudWatch::CompositeAlarm"),
        words: &[
            same("actions_enabled", "ActionsEnabled"),
            same("alarm_actions", "AlarmActions"),
            same("alarm_description", "AlarmDescription"),
            same("alarm_name", "AlarmName"),
            same("alarm_rule", "AlarmRule"),
            same("insufficient_data_actions", "InsufficientDataActions"),
            same("ok_actions", "OKActions"),
            TAGS,
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("alarm_name", "Ref")],
        finish: None,
    },
];
