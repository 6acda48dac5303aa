//! AWS Glue: what runs with a role.

use super::row::{Row, Target, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[Row {
    source: "aws_glue_job",
    target: Target::Resource("AWS::Glue::Job"),
    words: &[
        same("default_arguments", "DefaultArguments"),
        same("description", "Description"),
        same("name", "Name"),
        same("role_arn", "Role"),
        same("security_configuration", "SecurityConfiguration"),
        same("tags", "Tags"),
    ],
    attributes: &[("id", "Ref"), ("name", "Ref")],
    finish: None,
}];
