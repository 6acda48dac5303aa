//! AWS CodeBuild.

use super::lower::{Built, written};
use super::row::{Part, Row, TAGS, Target, Word, block, blocks, same};
use crate::ResourceInstance;
use stockade_model::{Kind, Value};

/// The property that holds the filters: of the trigger as lists, until then of each group as objects.
const FILTERS: &str = "FilterGroups";

/// A webhook, of which CloudFormation writes a group of filters as a list.
fn webhook(_: &ResourceInstance, built: &mut Built) {
    built.set("Webhook", written("true", &built.origin));
    let Some(Value { kind: Kind::List(mut groups), origin }) = built.take(FILTERS) else { return };
    for group in &mut groups.items {
        *group = group.get(FILTERS).into_owned();
    }
    built.set(FILTERS, Value::new(Kind::List(groups), origin));
}

/// The arguments of `artifacts` blocks.
const ARTIFACTS: &[Word] = &[
    same("artifact_identifier", "ArtifactIdentifier"),
    same("encryption_disabled", "EncryptionDisabled"),
    same("location", "Location"),
    same("name", "Name"),
    same("namespace_type", "NamespaceType"),
    same("override_artifact_name", "OverrideArtifactName"),
    same("packaging", "Packaging"),
    same("path", "Path"),
    same("type", "Type"),
];

/// The rows of the service.
pub(super) const ROWS: &[Row] = &[
    Row {
        source: "aws_codebuild_project",
        target: Target::Resource("AWS::CodeBuild::Project"),
        words: &[
            same("auto_retry_limit", "AutoRetryLimit"),
            same("badge_enabled", "BadgeEnabled"),
            same("build_timeout", "TimeoutInMinutes"),
            same("concurrent_build_limit", "ConcurrentBuildLimit"),
            same("description", "Description"),
            same("encryption_key", "EncryptionKey"),
            same("name", "Name"),
            same("project_visibility", "Visibility"),
            same("queued_timeout", "QueuedTimeoutInMinutes"),
            same("resource_access_role", "ResourceAccessRole"),
            same("service_role", "ServiceRole"),
            same("source_version", "SourceVersion"),
            block("artifacts", "Artifacts", ARTIFACTS),
            block(
                "build_batch_config",
                "BuildBatchConfig",
                &[
                    same("combine_artifacts", "CombineArtifacts"),
                    same("service_role", "ServiceRole"),
                    same("timeout_in_mins", "TimeoutInMins"),
                    block(
                        "restrictions",
                        "Restrictions",
                        &[
                            same("compute_types_allowed", "ComputeTypesAllowed"),
                            same("maximum_builds_allowed", "MaximumBuildsAllowed"),
                        ],
                    ),
                ],
            ),
            block(
                "cache",
                "Cache",
                &[
                    same("cache_namespace", "CacheNamespace"),
                    same("location", "Location"),
                    same("modes", "Modes"),
                    same("type", "Type"),
                ],
            ),
            block(
                "environment",
                "Environment",
                &[
                    same("certificate", "Certificate"),
                    same("compute_type", "ComputeType"),
                    same("host_kernel", "HostKernel"),
                    same("image", "Image"),
                    same("image_pull_credentials_type", "ImagePullCredentialsType"),
                    same("privileged_mode", "PrivilegedMode"),
                    same("type", "Type"),
                    block(
                        "docker_server",
                        "DockerServer",
                        &[
                            same("compute_type", "ComputeType"),
                            same("security_group_ids", "SecurityGroupIds"),
                        ],
                    ),
                    blocks(
                        "environment_variable",
                        "EnvironmentVariables",
                        &[same("name", "Name"), same("type", "Type"), same("value", "Value")],
                    ),
                    block("fleet", "Fleet", &[same("fleet_arn", "FleetArn")]),
                    block(
                        "registry_credential",
                        "RegistryCredential",
                        &[
                            same("credential", "Credential"),
                            same("credential_provider", "CredentialProvider"),
                        ],
                    ),
                ],
            ),
            blocks(
                "file_system_locations",
                "FileSystemLocations",
                &[
                    same("identifier", "Identifier"),
                    same("location", "Location"),
                    same("mount_options", "MountOptions"),
                    same("mount_point", "MountPoint"),
                    same("type", "Type"),
                ],
            ),
            block(
                "logs_config",
                "LogsConfig",
                &[
                    block(
                        "cloudwatch_logs",
                        "CloudWatchLogs",
                        &[
                            same("group_name", "GroupName"),
                            same("status", "Status"),
                            same("stream_name", "StreamName"),
                        ],
                    ),
                    block(
                        "s3_logs",
                        "S3Logs",
                        &[
                            same("encryption_disabled", "EncryptionDisabled"),
                            same("location", "Location"),
                            same("status", "Status"),
                        ],
                    ),
                ],
            ),
            blocks("secondary_artifacts", "SecondaryArtifacts", ARTIFACTS),
            blocks(
                "secondary_source_version",
                "SecondarySourceVersions",
                &[same("source_identifier", "SourceIdentifier"), same("source_version", "SourceVersion")],
            ),
            blocks(
                "secondary_sources",
                "SecondarySources",
                &[
                    same("buildspec", "BuildSpec"),
                    same("git_clone_depth", "GitCloneDepth"),
                    same("insecure_ssl", "InsecureSsl"),
                    same("location", "Location"),
                    same("report_build_status", "ReportBuildStatus"),
                    same("source_identifier", "SourceIdentifier"),
                    same("type", "Type"),
                    block("auth", "Auth", &[same("resource", "Resource"), same("type", "Type")]),
                    block(
                        "build_status_config",
                        "BuildStatusConfig",
                        &[same("context", "Context"), same("target_url", "TargetUrl")],
                    ),
                    block(
                        "git_submodules_config",
                        "GitSubmodulesConfig",
                        &[same("fetch_submodules", "FetchSubmodules")],
                    ),
                ],
            ),
            block(
                "source",
                "Source",
                &[
                    same("buildspec", "BuildSpec"),
                    same("git_clone_depth", "GitCloneDepth"),
                    same("insecure_ssl", "InsecureSsl"),
                    same("location", "Location"),
                    same("report_build_status", "ReportBuildStatus"),
                    same("type", "Type"),
                    block("auth", "Auth", &[same("resource", "Resource"), same("type", "Type")]),
                    block(
                        "build_status_config",
                        "BuildStatusConfig",
                        &[same("context", "Context"), same("target_url", "TargetUrl")],
                    ),
                    block(
                        "git_submodules_config",
                        "GitSubmodulesConfig",
                        &[same("fetch_submodules", "FetchSubmodules")],
                    ),
                ],
            ),
            block(
                "vpc_config",
                "VpcConfig",
                &[
                    same("security_group_ids", "SecurityGroupIds"),
                    same("subnets", "Subnets"),
                    same("vpc_id", "VpcId"),
                ],
            ),
            TAGS,
        ],
        attributes: &[("arn", "Arn"), ("id", "Arn"), ("name", "Ref")],
        finish: None,
    },
    Row {
        source: "aws_codebuild_webhook",
        target: Target::Part(&Part {
            owners: &["aws_codebuild_project"],
            by: "project_name",
            at: "Triggers",
            list: false,
        }),
        words: &[
            same("build_type", "BuildType"),
            blocks(
                "filter_group",
                FILTERS,
                &[blocks(
                    "filter",
                    FILTERS,
                    &[
                        same("type", "Type"),
                        same("pattern", "Pattern"),
                        same("exclude_matched_pattern", "ExcludeMatchedPattern"),
                    ],
                )],
            ),
            block(
                "pull_request_build_policy",
                "PullRequestBuildPolicy",
                &[
                    same("approver_roles", "ApproverRoles"),
                    same("requires_comment_approval", "RequiresCommentApproval"),
                ],
            ),
            block(
                "scope_configuration",
                "ScopeConfiguration",
                &[same("domain", "Domain"), same("name", "Name"), same("scope", "Scope")],
            ),
        ],
        attributes: &[],
        finish: Some(webhook),
    },
];
