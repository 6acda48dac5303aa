//! The ways to make something run as a role, by the services that run it.
//!
//! The table follows AWS's service authorization reference for the actions and their resources, and pathfinding.cloud,
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
    /// Keys that the request has.
    pub(super) given: &'static [(&'static str, &'static str)],
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

const FUNCTION: &str = "arn:{partition}:lambda:{region}:{account}:function:{name}";
const STATE_MACHINE: &str = "arn:{partition}:states:{region}:{account}:stateMachine:{name}";
const RULE: &str = "arn:{partition}:events:{region}:{account}:rule/{name}";
const STACK: &str = "arn:{partition}:cloudformation:{region}:{account}:stack/{name}";
const STACK_SET: &str = "arn:{partition}:cloudformation:{region}:{account}:stackset/{name}";
const PROJECT: &str = "arn:{partition}:codebuild:{region}:{account}:project/{name}";
const PIPELINE: &str = "arn:{partition}:codepipeline:{region}:{account}:{name}";
const INSTANCE: &str = "arn:{partition}:ec2:{region}:{account}:instance/{name}";
const TEMPLATE: &str = "arn:{partition}:ec2:{region}:{account}:launch-template/{name}";
const SPOT: &str = "arn:{partition}:ec2:{region}:{account}:spot-instances-request/{name}";
const TASK: &str = "arn:{partition}:ecs:{region}:{account}:task-definition/{name}";
const SERVICE: &str = "arn:{partition}:ecs:{region}:{account}:service/{name}";
const ECS_TASK: &str = "arn:{partition}:ecs:{region}:{account}:task/{name}";
const ENDPOINT: &str = "arn:{partition}:glue:{region}:{account}:devEndpoint/{name}";
const JOB: &str = "arn:{partition}:glue:{region}:{account}:job/{name}";
const TRIGGER: &str = "arn:{partition}:glue:{region}:{account}:trigger/{name}";
const SESSION: &str = "arn:{partition}:glue:{region}:{account}:session/{name}";
const NOTEBOOK: &str = "arn:{partition}:sagemaker:{region}:{account}:notebook-instance/{name}";
const LIFECYCLE: &str =
    "arn:{partition}:sagemaker:{region}:{account}:notebook-instance-lifecycle-config/{name}";
const TRAINING: &str = "arn:{partition}:sagemaker:{region}:{account}:training-job/{name}";
const PROCESSING: &str = "arn:{partition}:sagemaker:{region}:{account}:processing-job/{name}";
const APP_RUNNER: &str = "arn:{partition}:apprunner:{region}:{account}:service/{name}";
const INTERPRETER: &str =
    "arn:{partition}:bedrock-agentcore:{region}:{account}:code-interpreter-custom/{name}";
const RUNTIME: &str = "arn:{partition}:bedrock-agentcore:{region}:{account}:runtime/{name}";
const DATA_PIPELINE: &str = "arn:{partition}:datapipeline:{region}:{account}:pipeline/{name}";
const AUTOMATION: &str = "arn:{partition}:ssm:{region}:{account}:document/{name}";
const ANY: &str = "*";

const fn new(
    id: &'static str,
    services: &'static [&'static str],
    actions: &'static [(&'static str, &'static str)],
) -> NewWorkload {
    NewWorkload { id, services, actions, role_needs: &[] }
}

const LAMBDA: &[&str] = &["lambda.amazonaws.com"];
const EC2: &[&str] = &["ec2.amazonaws.com"];
const ECS: &[&str] = &["ecs-tasks.amazonaws.com"];
const GLUE: &[&str] = &["glue.amazonaws.com"];
const SAGEMAKER: &[&str] = &["sagemaker.amazonaws.com"];
const CLOUDFORMATION: &[&str] = &["cloudformation.amazonaws.com"];
const CODEBUILD: &[&str] = &["codebuild.amazonaws.com"];
const AGENTCORE: &[&str] = &["bedrock-agentcore.amazonaws.com"];

/// What reads of the event sources that a function can be mapped to.
const READS_STREAMS: &[&str] = &[
    "dynamodb:GetRecords",
    "kinesis:GetRecords",
    "sqs:ReceiveMessage",
    "kafka:DescribeClusterV2",
    "mq:DescribeBroker",
    "rds:DescribeDBClusters",
];

/// The ways to make something new run as a role.
pub(super) const NEW: &[NewWorkload] = &[
    new("L1", LAMBDA, &[("lambda:CreateFunction", FUNCTION), ("lambda:InvokeFunction", FUNCTION)]),
    NewWorkload {
        id: "L2",
        services: LAMBDA,
        actions: &[("lambda:CreateFunction", FUNCTION), ("lambda:CreateEventSourceMapping", ANY)],
        role_needs: READS_STREAMS,
    },
    new("L6", LAMBDA, &[("lambda:CreateFunction", FUNCTION), ("lambda:AddPermission", FUNCTION)]),
    new("L6", LAMBDA, &[("lambda:CreateFunction", FUNCTION), ("lambda:PutResourcePolicy", FUNCTION)]),
    new("L7", LAMBDA, &[("lambda:CreateFunction", FUNCTION), ("lambda:CreateFunctionUrlConfig", FUNCTION)]),
    new(
        "S1",
        &["states.amazonaws.com"],
        &[("states:CreateStateMachine", STATE_MACHINE), ("states:StartExecution", STATE_MACHINE)],
    ),
    new(
        "S1",
        &["states.amazonaws.com"],
        &[("states:UpdateStateMachine", STATE_MACHINE), ("states:StartExecution", STATE_MACHINE)],
    ),
    new("S2", &["events.amazonaws.com"], &[("events:PutRule", RULE), ("events:PutTargets", RULE)]),
    new(
        "S2",
        &["scheduler.amazonaws.com"],
        &[("scheduler:CreateSchedule", "arn:{partition}:scheduler:{region}:{account}:schedule/{name}")],
    ),
    new(
        "S2",
        &["pipes.amazonaws.com"],
        &[("pipes:CreatePipe", "arn:{partition}:pipes:{region}:{account}:pipe/{name}")],
    ),
    new(
        "S3",
        &["apigateway.amazonaws.com"],
        &[("apigateway:PUT", "arn:{partition}:apigateway:{region}::{name}")],
    ),
    new(
        "S3",
        &["appsync.amazonaws.com"],
        &[("appsync:CreateDataSource", ANY), ("appsync:CreateResolver", ANY)],
    ),
    new(
        "S3",
        &["iot.amazonaws.com"],
        &[("iot:CreateTopicRule", "arn:{partition}:iot:{region}:{account}:rule/{name}")],
    ),
    new("S4", CLOUDFORMATION, &[("cloudformation:CreateStack", STACK)]),
    new("S4", CLOUDFORMATION, &[("cloudformation:UpdateStack", STACK)]),
    new(
        "S4",
        CLOUDFORMATION,
        &[("cloudformation:CreateChangeSet", STACK), ("cloudformation:ExecuteChangeSet", STACK)],
    ),
    new(
        "S4",
        CLOUDFORMATION,
        &[("cloudformation:CreateStackSet", ANY), ("cloudformation:CreateStackInstances", STACK_SET)],
    ),
    new("S4", CLOUDFORMATION, &[("cloudformation:UpdateStackSet", STACK_SET)]),
    new("S6", CODEBUILD, &[("codebuild:CreateProject", PROJECT), ("codebuild:StartBuild", PROJECT)]),
    new("S6", CODEBUILD, &[("codebuild:CreateProject", PROJECT), ("codebuild:StartBuildBatch", PROJECT)]),
    new("S6", CODEBUILD, &[("codebuild:UpdateProject", PROJECT), ("codebuild:StartBuild", PROJECT)]),
    new("S6", CODEBUILD, &[("codebuild:UpdateProject", PROJECT), ("codebuild:StartBuildBatch", PROJECT)]),
    new("S6", &["codepipeline.amazonaws.com"], &[("codepipeline:CreatePipeline", PIPELINE)]),
    new(
        "S6",
        &["codepipeline.amazonaws.com"],
        &[("codepipeline:UpdatePipeline", PIPELINE), ("codepipeline:StartPipelineExecution", PIPELINE)],
    ),
    new("S7", EC2, &[("ec2:RunInstances", INSTANCE)]),
    new("S7", EC2, &[("ec2:RequestSpotInstances", SPOT)]),
    new("S7", EC2, &[("ec2:AssociateIamInstanceProfile", INSTANCE)]),
    new("S7", EC2, &[("ec2:ReplaceIamInstanceProfileAssociation", INSTANCE)]),
    new(
        "S7",
        EC2,
        &[("autoscaling:CreateLaunchConfiguration", ANY), ("autoscaling:CreateAutoScalingGroup", ANY)],
    ),
    new("S7", ECS, &[("ecs:RegisterTaskDefinition", TASK), ("ecs:RunTask", TASK)]),
    new("S7", ECS, &[("ecs:RegisterTaskDefinition", TASK), ("ecs:StartTask", TASK)]),
    new("S7", ECS, &[("ecs:RegisterTaskDefinition", TASK), ("ecs:CreateService", SERVICE)]),
    new("S7", ECS, &[("ecs:RegisterTaskDefinition", TASK), ("ecs:UpdateService", SERVICE)]),
    new(
        "S7",
        ECS,
        &[
            ("batch:RegisterJobDefinition", "arn:{partition}:batch:{region}:{account}:job-definition/{name}"),
            ("batch:SubmitJob", "arn:{partition}:batch:{region}:{account}:job-definition/{name}"),
        ],
    ),
    new("S7", GLUE, &[("glue:CreateDevEndpoint", ANY)]),
    new("S7", GLUE, &[("glue:CreateJob", JOB), ("glue:StartJobRun", JOB)]),
    new("S7", GLUE, &[("glue:CreateJob", JOB), ("glue:CreateTrigger", TRIGGER)]),
    new("S7", GLUE, &[("glue:UpdateJob", JOB), ("glue:StartJobRun", JOB)]),
    new("S7", GLUE, &[("glue:UpdateJob", JOB), ("glue:CreateTrigger", TRIGGER)]),
    new("S7", GLUE, &[("glue:CreateSession", SESSION), ("glue:RunStatement", SESSION)]),
    new("S7", SAGEMAKER, &[("sagemaker:CreateNotebookInstance", NOTEBOOK)]),
    new("S7", SAGEMAKER, &[("sagemaker:CreateTrainingJob", TRAINING)]),
    new("S7", SAGEMAKER, &[("sagemaker:CreateProcessingJob", PROCESSING)]),
    new(
        "S7",
        SAGEMAKER,
        &[(
            "sagemaker:CreateHyperParameterTuningJob",
            "arn:{partition}:sagemaker:{region}:{account}:hyper-parameter-tuning-job/{name}",
        )],
    ),
    new(
        "S7",
        SAGEMAKER,
        &[("sagemaker:CreateAutoMLJob", "arn:{partition}:sagemaker:{region}:{account}:automl-job/{name}")],
    ),
    new(
        "S7",
        SAGEMAKER,
        &[
            ("sagemaker:CreateDomain", "arn:{partition}:sagemaker:{region}:{account}:domain/{name}"),
            (
                "sagemaker:CreatePresignedDomainUrl",
                "arn:{partition}:sagemaker:{region}:{account}:user-profile/{name}",
            ),
        ],
    ),
    new("S7", &["tasks.apprunner.amazonaws.com"], &[("apprunner:CreateService", APP_RUNNER)]),
    new(
        "S7",
        AGENTCORE,
        &[
            ("bedrock-agentcore:CreateCodeInterpreter", ANY),
            ("bedrock-agentcore:StartCodeInterpreterSession", INTERPRETER),
            ("bedrock-agentcore:InvokeCodeInterpreter", INTERPRETER),
        ],
    ),
    new(
        "S7",
        AGENTCORE,
        &[("bedrock-agentcore:CreateAgentRuntime", ANY), ("bedrock-agentcore:InvokeAgentRuntime", RUNTIME)],
    ),
    new(
        "S7",
        &["datapipeline.amazonaws.com", "elasticmapreduce.amazonaws.com"],
        &[
            ("datapipeline:CreatePipeline", ANY),
            ("datapipeline:PutPipelineDefinition", DATA_PIPELINE),
            ("datapipeline:ActivatePipeline", DATA_PIPELINE),
        ],
    ),
    new(
        "S7",
        &["elasticmapreduce.amazonaws.com", "ec2.amazonaws.com"],
        &[("elasticmapreduce:RunJobFlow", ANY)],
    ),
    new(
        "S7",
        &["emr-serverless.amazonaws.com"],
        &[(
            "emr-serverless:StartJobRun",
            "arn:{partition}:emr-serverless:{region}:{account}:/applications/{name}",
        )],
    ),
    new("S7", &["ssm.amazonaws.com"], &[("ssm:StartAutomationExecution", AUTOMATION)]),
    new(
        "S7",
        &["airflow-env.amazonaws.com", "airflow.amazonaws.com"],
        &[("airflow:CreateEnvironment", "arn:{partition}:airflow:{region}:{account}:environment/{name}")],
    ),
    new(
        "S7",
        &["amplify.amazonaws.com"],
        &[("amplify:CreateApp", "arn:{partition}:amplify:{region}:{account}:apps/{name}")],
    ),
    new(
        "S7",
        &["braket.amazonaws.com"],
        &[("braket:CreateJob", "arn:{partition}:braket:{region}:{account}:job/{name}")],
    ),
    new(
        "S7",
        &["omics.amazonaws.com"],
        &[("omics:StartRun", "arn:{partition}:omics:{region}:{account}:run/{name}")],
    ),
    new(
        "S7",
        &["kinesisanalytics.amazonaws.com"],
        &[
            ("kinesisanalytics:CreateApplication", ANY),
            (
                "kinesisanalytics:StartApplication",
                "arn:{partition}:kinesisanalytics:{region}:{account}:application/{name}",
            ),
        ],
    ),
];

const fn existing(
    id: &'static str,
    kind: &'static str,
    service: &'static str,
    noun: &'static str,
    actions: &'static [(&'static str, &'static str)],
) -> ExistingWorkload {
    ExistingWorkload { id, kind, service, actions, noun, given: &[], gains: Gains::Own }
}

const fn function(id: &'static str, actions: &'static [(&'static str, &'static str)]) -> ExistingWorkload {
    existing(id, "function", "lambda.amazonaws.com", "a function", actions)
}

const fn instance(actions: &'static [(&'static str, &'static str)]) -> ExistingWorkload {
    existing("S7", "instance", "ec2.amazonaws.com", "an instance", actions)
}

/// The layer of another account that an attacker brings.
const FOREIGN_LAYER: &str = "arn:aws:lambda:us-east-1:999999999999:layer:any:1";

/// The ways to take over something that runs as a role. Of those with the same id and kind the first is reported.
pub(super) const EXISTING: &[ExistingWorkload] = &[
    function("L4", &[("lambda:UpdateFunctionCode", FUNCTION), ("lambda:InvokeFunction", FUNCTION)]),
    function("L5", &[("lambda:UpdateFunctionCode", FUNCTION), ("lambda:AddPermission", FUNCTION)]),
    function("L5", &[("lambda:UpdateFunctionCode", FUNCTION), ("lambda:PutResourcePolicy", FUNCTION)]),
    function("L3", &[("lambda:UpdateFunctionCode", FUNCTION)]),
    ExistingWorkload {
        given: &[("lambda:layer", FOREIGN_LAYER)],
        ..function("L8", &[("lambda:UpdateFunctionConfiguration", FUNCTION)])
    },
    function("L9", &[("lambda:UpdateFunctionConfiguration", FUNCTION)]),
    ExistingWorkload {
        gains: Gains::Passed,
        ..function(
            "L10",
            &[("lambda:UpdateFunctionConfiguration", FUNCTION), ("lambda:UpdateFunctionCode", FUNCTION)],
        )
    },
    ExistingWorkload {
        gains: Gains::Passed,
        ..function(
            "L10",
            &[("lambda:UpdateFunctionConfiguration", FUNCTION), ("lambda:InvokeFunction", FUNCTION)],
        )
    },
    existing(
        "S1",
        "statemachine",
        "states.amazonaws.com",
        "a state machine",
        &[("states:UpdateStateMachine", STATE_MACHINE), ("states:StartExecution", STATE_MACHINE)],
    ),
    existing(
        "S4",
        "stack",
        "cloudformation.amazonaws.com",
        "a stack",
        &[("cloudformation:UpdateStack", STACK)],
    ),
    existing(
        "S4",
        "stack",
        "cloudformation.amazonaws.com",
        "a stack",
        &[("cloudformation:CreateChangeSet", STACK), ("cloudformation:ExecuteChangeSet", STACK)],
    ),
    existing(
        "S4",
        "stackset",
        "cloudformation.amazonaws.com",
        "a stack set",
        &[("cloudformation:UpdateStackSet", STACK_SET)],
    ),
    existing(
        "S6",
        "project",
        "codebuild.amazonaws.com",
        "a build project",
        &[("codebuild:StartBuild", PROJECT)],
    ),
    existing(
        "S6",
        "project",
        "codebuild.amazonaws.com",
        "a build project",
        &[("codebuild:StartBuildBatch", PROJECT)],
    ),
    existing(
        "S6",
        "pipeline",
        "codepipeline.amazonaws.com",
        "a pipeline",
        &[("codepipeline:UpdatePipeline", PIPELINE), ("codepipeline:StartPipelineExecution", PIPELINE)],
    ),
    instance(&[("ssm:SendCommand", INSTANCE)]),
    instance(&[("ssm:StartSession", INSTANCE)]),
    instance(&[("ec2-instance-connect:SendSSHPublicKey", INSTANCE)]),
    instance(&[
        ("ec2:ModifyInstanceAttribute", INSTANCE),
        ("ec2:StopInstances", INSTANCE),
        ("ec2:StartInstances", INSTANCE),
    ]),
    ExistingWorkload {
        gains: Gains::Any,
        ..existing(
            "S7",
            "launchtemplate",
            "ec2.amazonaws.com",
            "a launch template",
            &[("ec2:CreateLaunchTemplateVersion", TEMPLATE), ("ec2:ModifyLaunchTemplate", TEMPLATE)],
        )
    },
    existing(
        "S7",
        "devendpoint",
        "glue.amazonaws.com",
        "a development endpoint",
        &[("glue:UpdateDevEndpoint", ENDPOINT)],
    ),
    existing(
        "S7",
        "job",
        "glue.amazonaws.com",
        "a job",
        &[("glue:UpdateJob", JOB), ("glue:StartJobRun", JOB)],
    ),
    existing(
        "S7",
        "job",
        "glue.amazonaws.com",
        "a job",
        &[("glue:UpdateJob", JOB), ("glue:CreateTrigger", TRIGGER)],
    ),
    existing(
        "S7",
        "session",
        "glue.amazonaws.com",
        "an interactive session",
        &[("glue:RunStatement", SESSION)],
    ),
    existing(
        "S7",
        "notebookinstance",
        "sagemaker.amazonaws.com",
        "a notebook",
        &[("sagemaker:CreatePresignedNotebookInstanceUrl", NOTEBOOK)],
    ),
    existing(
        "S7",
        "notebookinstance",
        "sagemaker.amazonaws.com",
        "a notebook",
        &[
            ("sagemaker:CreateNotebookInstanceLifecycleConfig", LIFECYCLE),
            ("sagemaker:UpdateNotebookInstance", NOTEBOOK),
            ("sagemaker:StopNotebookInstance", NOTEBOOK),
            ("sagemaker:StartNotebookInstance", NOTEBOOK),
        ],
    ),
    existing(
        "S7",
        "notebookinstance",
        "sagemaker.amazonaws.com",
        "a notebook",
        &[
            ("sagemaker:UpdateNotebookInstanceLifecycleConfig", LIFECYCLE),
            ("sagemaker:StopNotebookInstance", NOTEBOOK),
            ("sagemaker:StartNotebookInstance", NOTEBOOK),
        ],
    ),
    existing("S7", "task", "ecs-tasks.amazonaws.com", "a task", &[("ecs:ExecuteCommand", ECS_TASK)]),
    existing(
        "S7",
        "apprunnerservice",
        "tasks.apprunner.amazonaws.com",
        "a service",
        &[("apprunner:UpdateService", APP_RUNNER)],
    ),
    existing(
        "S7",
        "codeinterpreter",
        "bedrock-agentcore.amazonaws.com",
        "a code interpreter",
        &[
            ("bedrock-agentcore:StartCodeInterpreterSession", INTERPRETER),
            ("bedrock-agentcore:InvokeCodeInterpreter", INTERPRETER),
        ],
    ),
];

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
