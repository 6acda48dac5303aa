//! IAM Access Analyzer.

use super::row::{Row, TAGS, Target, block, blocks, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[Row {
    source: "aws_accessanalyzer_analyzer",
    target: Target::Resource("AWS::AccessAnalyzer::Analyzer"),
    words: &[
        same("analyzer_name", "AnalyzerName"),
        TAGS,
        same("type", "Type").or("ACCOUNT"),
        block(
            "configuration",
            "AnalyzerConfiguration",
            &[
                block(
                    "internal_access",
                    "InternalAccessConfiguration",
                    &[block(
                        "analysis_rule",
                        "InternalAccessAnalysisRule",
                        &[blocks(
                            "inclusion",
                            "Inclusions",
                            &[
                                same("account_ids", "AccountIds"),
                                same("resource_arns", "ResourceArns"),
                                same("resource_types", "ResourceTypes"),
                            ],
                        )],
                    )],
                ),
                block(
                    "unused_access",
                    "UnusedAccessConfiguration",
                    &[
                        same("unused_access_age", "UnusedAccessAge"),
                        block(
                            "analysis_rule",
                            "AnalysisRule",
                            &[blocks("exclusion", "Exclusions", &[same("account_ids", "AccountIds")])],
                        ),
                    ],
                ),
            ],
        ),
    ],
    attributes: &[("arn", "Ref"), ("id", "AnalyzerName")],
    finish: None,
}];
