//! What runs as a role, and the forms of the tables of ways to make something run as one ([`super::new_workloads`],
//! [`super::existing_workloads`]).
//!
//! The tables follow AWS's service authorization reference for the actions and their resources, and pathfinding.cloud,
//! where each way has a name, for which of them suffice. `id` is that of the escalation catalogue: L for Lambda, S for
//! other services.

use smol_str::SmolStr;

/// A way to make something new run as a role that is passed to a service.
pub(super) struct NewWorkload {
    pub(super) id: &'static str,
    /// Services of which one must be trusted by the role; `iam:PassedToService` is the one that is.
    pub(super) services: &'static [&'static str],
    /// Actions with the form of their resources, besides `iam:PassRole`.
    pub(super) actions: &'static [(&'static str, &'static str)],
    /// Actions of which the role itself must have one.
    pub(super) role_needs: &'static [&'static str],
    /// What the role must let other services do, or the same one beside assuming it: service and action.
    pub(super) trusts_too: &'static [(&'static str, &'static str)],
    /// What it takes that the estate does not tell of.
    pub(super) assumes: Option<&'static str>,
}

/// A way to take over something that runs as a role.
pub(super) struct ExistingWorkload {
    pub(super) id: &'static str,
    /// The kind of [`super::Workload`].
    pub(super) kind: &'static str,
    /// The service that the role of one trusts.
    pub(super) service: &'static str,
    /// Actions with the form of their resources; a form with `{name}` is about the thing itself.
    pub(super) actions: &'static [(&'static str, &'static str)],
    /// What a report calls one.
    pub(super) noun: &'static str,
    /// Keys that the request has; `{account}` stands for the account.
    pub(super) given: &'static [(&'static str, &'static str)],
    /// What the role must let services do beside assuming it: service and action.
    pub(super) trusts_too: &'static [(&'static str, &'static str)],
    /// What it takes besides such a thing, for actions that are about something else.
    pub(super) through: Option<&'static str>,
    /// What the taken workload gains: the role that it runs as, or any that the service can be given.
    pub(super) gains: Gains,
}

/// Which roles a way gains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gains {
    /// That of the workload.
    Own,
    /// Any that can be passed to the service, with `iam:PassRole`.
    Passed,
    /// Any that trusts the service: nothing checks who passes it.
    Any,
}

/// Whom roles for the users of identity pools trust.
pub(super) const COGNITO: &str = "cognito-identity.amazonaws.com";

pub(super) const FUNCTION: &str = "arn:{partition}:lambda:{region}:{account}:function:{name}";
pub(super) const STATE_MACHINE: &str = "arn:{partition}:states:{region}:{account}:stateMachine:{name}";
pub(super) const RULE: &str = "arn:{partition}:events:{region}:{account}:rule/{name}";
pub(super) const STACK: &str = "arn:{partition}:cloudformation:{region}:{account}:stack/{name}";
pub(super) const STACK_SET: &str = "arn:{partition}:cloudformation:{region}:{account}:stackset/{name}";
pub(super) const PROJECT: &str = "arn:{partition}:codebuild:{region}:{account}:project/{name}";
pub(super) const PIPELINE: &str = "arn:{partition}:codepipeline:{region}:{account}:{name}";
pub(super) const INSTANCE: &str = "arn:{partition}:ec2:{region}:{account}:instance/{name}";
pub(super) const TEMPLATE: &str = "arn:{partition}:ec2:{region}:{account}:launch-template/{name}";
pub(super) const SPOT: &str = "arn:{partition}:ec2:{region}:{account}:spot-instances-request/{name}";
pub(super) const TASK: &str = "arn:{partition}:ecs:{region}:{account}:task-definition/{name}";
pub(super) const SERVICE: &str = "arn:{partition}:ecs:{region}:{account}:service/{name}";
pub(super) const ECS_TASK: &str = "arn:{partition}:ecs:{region}:{account}:task/{name}";
pub(super) const ENDPOINT: &str = "arn:{partition}:glue:{region}:{account}:devEndpoint/{name}";
pub(super) const JOB: &str = "arn:{partition}:glue:{region}:{account}:job/{name}";
pub(super) const TRIGGER: &str = "arn:{partition}:glue:{region}:{account}:trigger/{name}";
pub(super) const SESSION: &str = "arn:{partition}:glue:{region}:{account}:session/{name}";
pub(super) const NOTEBOOK: &str = "arn:{partition}:sagemaker:{region}:{account}:notebook-instance/{name}";
pub(super) const LIFECYCLE: &str =
    "arn:{partition}:sagemaker:{region}:{account}:notebook-instance-lifecycle-config/{name}";
pub(super) const TRAINING: &str = "arn:{partition}:sagemaker:{region}:{account}:training-job/{name}";
pub(super) const PROCESSING: &str = "arn:{partition}:sagemaker:{region}:{account}:processing-job/{name}";
pub(super) const APP_RUNNER: &str = "arn:{partition}:apprunner:{region}:{account}:service/{name}";
pub(super) const INTERPRETER: &str =
    "arn:{partition}:bedrock-agentcore:{region}:{account}:code-interpreter-custom/{name}";
pub(super) const RUNTIME: &str = "arn:{partition}:bedrock-agentcore:{region}:{account}:runtime/{name}";
pub(super) const DATA_PIPELINE: &str = "arn:{partition}:datapipeline:{region}:{account}:pipeline/{name}";
pub(super) const AUTOMATION: &str = "arn:{partition}:ssm:{region}:{account}:document/{name}";
pub(super) const LAYER: &str = "arn:{partition}:lambda:{region}:{account}:layer:{name}";
pub(super) const WEB_FUNCTION: &str = "arn:{partition}:lambda:{region}:{account}:web-function/{name}";
pub(super) const MICROVM_IMAGE: &str = "arn:{partition}:lambda:{region}:{account}:microvm-image:{name}";
pub(super) const DISTRIBUTION: &str = "arn:{partition}:cloudfront::{account}:distribution/{name}";
pub(super) const BROWSER: &str = "arn:{partition}:bedrock-agentcore:{region}:{account}:browser-custom/{name}";
pub(super) const SCHEDULE: &str = "arn:{partition}:scheduler:{region}:{account}:schedule/{name}";
pub(super) const PIPE: &str = "arn:{partition}:pipes:{region}:{account}:pipe/{name}";
pub(super) const ANY: &str = "*";

/// The kind of a resource by its type in CloudFormation (`AWS::Glue::DevEndpoint`) or Terraform
/// (`aws_glue_dev_endpoint`).
pub(super) fn workload_kind(written: &str) -> SmolStr {
    let lower = written.to_ascii_lowercase();
    let known: &[(&str, &[&str])] = &[
        ("function", &["function", "aws::lambda::function", "aws_lambda_function"]),
        ("statemachine", &["aws::stepfunctions::statemachine", "aws_sfn_state_machine"]),
        ("stackset", &["aws::cloudformation::stackset", "aws_cloudformation_stack_set"]),
        ("stack", &["aws::cloudformation::stack", "aws_cloudformation_stack"]),
        ("project", &["aws::codebuild::project", "aws_codebuild_project"]),
        ("pipeline", &["aws::codepipeline::pipeline", "aws_codepipeline"]),
        ("instance", &["aws::ec2::instance", "aws_instance", "aws_spot_instance_request"]),
        ("launchtemplate", &["aws::ec2::launchtemplate", "aws_launch_template"]),
        ("devendpoint", &["aws::glue::devendpoint", "aws_glue_dev_endpoint"]),
        ("job", &["aws::glue::job", "aws_glue_job"]),
        ("session", &["aws::glue::session", "aws_glue_session"]),
        ("notebookinstance", &["aws::sagemaker::notebookinstance", "aws_sagemaker_notebook_instance"]),
        (
            "task",
            &["aws::ecs::taskdefinition", "aws_ecs_task_definition", "aws::ecs::service", "aws_ecs_service"],
        ),
        ("apprunnerservice", &["aws::apprunner::service", "aws_apprunner_service"]),
        ("agentruntime", &["aws::bedrockagentcore::runtime", "aws_bedrockagentcore_agent_runtime"]),
        (
            "browser",
            &[
                "aws::bedrockagentcore::browsercustom",
                "aws::bedrockagentcore::browser",
                "aws_bedrockagentcore_browser",
            ],
        ),
        ("microvm", &["aws::lambda::microvm", "aws_lambda_microvm"]),
        (
            "codeinterpreter",
            &[
                "aws::bedrockagentcore::codeinterpretercustom",
                "aws::bedrockagentcore::codeinterpreter",
                "aws_bedrockagentcore_code_interpreter",
            ],
        ),
    ];
    let found = known.iter().find(|(_, names)| names.contains(&lower.as_str()));
    found.map_or_else(|| lower.as_str().into(), |(kind, _)| SmolStr::new_static(kind))
}
