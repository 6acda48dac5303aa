//! AWS CodeCommit.

use super::row::{Part, Row, TAGS, Target, blocks, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_codecommit_repository",
        target: Target::Resource("AWS::CodeCommit::Repository"),
        words: &[
            same("description", "RepositoryDescription"),
            same("kms_key_id", "KmsKeyId"),
            same("repository_name", "RepositoryName"),
            TAGS,
        ],
        attributes: &[("arn", "Arn"), ("id", "Name"), ("repository_name", "Name"), ("repository_id", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_codecommit_trigger",
        target: Target::Part(&Part {
            owners: &["aws_codecommit_repository"],
            by: "repository_name",
            at: "",
            list: false,
        }),
        words: &[blocks(
            "trigger",
            "Triggers",
            &[
                same("branches", "Branches"),
                same("custom_data", "CustomData"),
                same("destination_arn", "DestinationArn"),
                same("events", "Events"),
                same("name", "Name"),
            ],
        )],
        attributes: &[],
        finish: None,
    },
];
