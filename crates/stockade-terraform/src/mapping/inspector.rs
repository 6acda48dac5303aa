//! Amazon Inspector.

use super::row::{Row, Target, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    // CloudFormation has no type for it; the name says where it is from, the properties are those of `inspector2:Enable`.
    Row {
        source: "aws_inspector2_enabler",
        target: Target::Resource("Terraform::Inspector2::Enabler"),
        words: &[same("account_ids", "AccountIds"), same("resource_types", "ResourceTypes")],
        attributes: &[],
        finish: None,
    },
];
