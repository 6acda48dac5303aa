//! AWS Systems Manager Parameter Store.

use super::row::{Row, Target, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    // CloudFormation makes no `SecureString`; of one, the value and the key keep the names of `ssm:PutParameter`.
    Row {
        source: "aws_ssm_parameter",
        target: Target::Resource("AWS::SSM::Parameter"),
        words: &[
            same("allowed_pattern", "AllowedPattern"),
            same("data_type", "DataType"),
            same("description", "Description"),
            same("insecure_value", "Value"),
            same("key_id", "KeyId"),
            same("name", "Name"),
            same("tags", "Tags"),
            same("tier", "Tier"),
            same("type", "Type"),
            same("value", "Value"),
            same("value_wo", "Value"),
        ],
        attributes: &[("arn", "Arn"), ("id", "Ref"), ("name", "Ref"), ("value", "Value"), ("type", "Type")],
        finish: None,
    },
];
