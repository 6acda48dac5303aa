//! Amazon SageMaker AI: what runs with a role.

use super::row::{Row, TAGS, Target, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[Row {
    source: "aws_sagemaker_notebook_instance",
    target: Target::Resource("AWS::SageMaker::NotebookInstance"),
    words: &[
        same("direct_internet_access", "DirectInternetAccess"),
        same("kms_key_id", "KmsKeyId"),
        same("name", "NotebookInstanceName"),
        same("role_arn", "RoleArn"),
        same("root_access", "RootAccess"),
        same("security_groups", "SecurityGroupIds"),
        same("subnet_id", "SubnetId"),
        TAGS,
    ],
    attributes: &[("arn", "Ref")],
    finish: None,
}];
