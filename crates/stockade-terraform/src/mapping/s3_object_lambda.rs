//! Amazon S3 Object Lambda.

use super::row::{Row, Target, block, blocks, json, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_s3control_object_lambda_access_point",
        target: Target::Resource("AWS::S3ObjectLambda::AccessPoint"),
        words: &[
            same("name", "Name"),
            block(
                "configuration",
                "ObjectLambdaConfiguration",
                &[
                    same("allowed_features", "AllowedFeatures"),
                    same("cloud_watch_metrics_enabled", "CloudWatchMetricsEnabled"),
                    same("supporting_access_point", "SupportingAccessPoint"),
                    blocks(
                        "transformation_configuration",
                        "TransformationConfigurations",
                        &[
                            same("actions", "Actions"),
                            block(
                                "content_transformation",
                                "ContentTransformation",
                                &[block(
                                    "aws_lambda",
                                    "AwsLambda",
                                    &[
                                        same("function_arn", "FunctionArn"),
                                        same("function_payload", "FunctionPayload"),
                                    ],
                                )],
                            ),
                        ],
                    ),
                ],
            ),
        ],
        attributes: &[("arn", "Arn"), ("name", "Ref"), ("alias", "Alias.Value")],
        finish: None,
    },
    Row {
        source: "aws_s3control_object_lambda_access_point_policy",
        target: Target::Resource("AWS::S3ObjectLambda::AccessPointPolicy"),
        words: &[same("name", "ObjectLambdaAccessPoint"), json("policy", "PolicyDocument")],
        attributes: &[],
        finish: None,
    },
];
