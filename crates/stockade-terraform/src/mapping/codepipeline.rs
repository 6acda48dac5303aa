//! AWS CodePipeline.

use super::row::{Row, TAGS, Target, block, blocks, same};

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[Row {
    source: "aws_codepipeline",
    target: Target::Resource("AWS::CodePipeline::Pipeline"),
    words: &[
        same("execution_mode", "ExecutionMode"),
        same("name", "Name"),
        same("pipeline_type", "PipelineType"),
        same("role_arn", "RoleArn"),
        block(
            "artifact_store",
            "ArtifactStore",
            &[
                same("location", "Location"),
                same("type", "Type"),
                block("encryption_key", "EncryptionKey", &[same("type", "Type")]),
            ],
        ),
        blocks(
            "stage",
            "Stages",
            &[
                same("name", "Name"),
                blocks(
                    "action",
                    "Actions",
                    &[
                        same("category", "ActionTypeId.Category"),
                        same("commands", "Commands"),
                        same("configuration", "Configuration"),
                        same("input_artifacts", "InputArtifacts").each("Name"),
                        same("name", "Name"),
                        same("namespace", "Namespace"),
                        same("output_artifacts", "OutputArtifacts").each("Name"),
                        same("output_variables", "OutputVariables"),
                        same("owner", "ActionTypeId.Owner"),
                        same("provider", "ActionTypeId.Provider"),
                        same("role_arn", "RoleArn"),
                        same("run_order", "RunOrder"),
                        same("timeout_in_minutes", "TimeoutInMinutes"),
                        same("version", "ActionTypeId.Version"),
                    ],
                ),
            ],
        ),
        blocks(
            "trigger",
            "Triggers",
            &[
                same("provider_type", "ProviderType"),
                block(
                    "git_configuration",
                    "GitConfiguration",
                    &[
                        same("source_action_name", "SourceActionName"),
                        blocks(
                            "pull_request",
                            "PullRequest",
                            &[
                                same("events", "Events"),
                                block(
                                    "branches",
                                    "Branches",
                                    &[same("excludes", "Excludes"), same("includes", "Includes")],
                                ),
                                block(
                                    "file_paths",
                                    "FilePaths",
                                    &[same("excludes", "Excludes"), same("includes", "Includes")],
                                ),
                            ],
                        ),
                        blocks(
                            "push",
                            "Push",
                            &[
                                block(
                                    "branches",
                                    "Branches",
                                    &[same("excludes", "Excludes"), same("includes", "Includes")],
                                ),
                                block(
                                    "file_paths",
                                    "FilePaths",
                                    &[same("excludes", "Excludes"), same("includes", "Includes")],
                                ),
                            ],
                        ),
                    ],
                ),
            ],
        ),
        blocks(
            "variable",
            "Variables",
            &[
                same("default_value", "DefaultValue"),
                same("description", "Description"),
                same("name", "Name"),
            ],
        ),
        TAGS,
    ],
    attributes: &[("id", "Ref"), ("name", "Ref"), ("arn", "Arn")],
    finish: None,
}];
