//! The ways to take over something that runs as a role.

use super::workloads::*;

const fn existing(
    id: &'static str,
    kind: &'static str,
    service: &'static str,
    noun: &'static str,
    actions: &'static [(&'static str, &'static str)],
) -> ExistingWorkload {
    ExistingWorkload {
        id,
        kind,
        service,
        actions,
        noun,
        given: &[],
        trusts_too: &[],
        through: None,
        gains: Gains::Own,
    }
}

const fn function(id: &'static str, actions: &'static [(&'static str, &'static str)]) -> ExistingWorkload {
    existing(id, "function", "lambda.amazonaws.com", "a function", actions)
}

const fn instance(actions: &'static [(&'static str, &'static str)]) -> ExistingWorkload {
    existing("S7", "instance", "ec2.amazonaws.com", "an instance", actions)
}

/// The layer of another account that an attacker brings.
const FOREIGN_LAYER: &str = "arn:aws:lambda:us-east-1:999999999999:layer:any:1";

/// The layer of the function's own account that an attacker publishes.
const OWN_LAYER: &str = "arn:aws:lambda:us-east-1:{account}:layer:any:1";

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
    ExistingWorkload {
        given: &[("lambda:layer", OWN_LAYER)],
        ..function(
            "L11",
            &[("lambda:PublishLayerVersion", LAYER), ("lambda:UpdateFunctionConfiguration", FUNCTION)],
        )
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
    // The shell of a MicroVM that runs: its keys are those of the execution role.
    ExistingWorkload {
        trusts_too: &[("lambda.amazonaws.com", "sts:TagSession")],
        ..existing(
            "L20",
            "microvm",
            "lambda.amazonaws.com",
            "a MicroVM with a shell",
            &[("lambda:CreateMicrovmShellAuthToken", MICROVM_IMAGE)],
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
    // A build may bring another service role.
    ExistingWorkload {
        gains: Gains::Passed,
        ..existing(
            "S6",
            "project",
            "codebuild.amazonaws.com",
            "a build project",
            &[("codebuild:StartBuild", PROJECT)],
        )
    },
    existing(
        "S6",
        "pipeline",
        "codepipeline.amazonaws.com",
        "a pipeline",
        &[("codepipeline:UpdatePipeline", PIPELINE), ("codepipeline:StartPipelineExecution", PIPELINE)],
    ),
    instance(&[("ssm:SendCommand", INSTANCE)]),
    // An association runs its document on the instance at once and then again and again.
    instance(&[("ssm:CreateAssociation", INSTANCE)]),
    instance(&[("ssm:StartSession", INSTANCE)]),
    instance(&[("ec2-instance-connect:SendSSHPublicKey", INSTANCE)]),
    instance(&[
        ("ec2:ModifyInstanceAttribute", INSTANCE),
        ("ec2:StopInstances", INSTANCE),
        ("ec2:StartInstances", INSTANCE),
    ]),
    // Hooks of a revision run on the instances of the deployment group.
    ExistingWorkload {
        through: Some("a deployment group that it is in"),
        ..instance(&[
            (
                "codedeploy:CreateDeployment",
                "arn:{partition}:codedeploy:{region}:{account}:deploymentgroup:{name}",
            ),
            (
                "codedeploy:RegisterApplicationRevision",
                "arn:{partition}:codedeploy:{region}:{account}:application:{name}",
            ),
            (
                "codedeploy:GetDeploymentConfig",
                "arn:{partition}:codedeploy:{region}:{account}:deploymentconfig:{name}",
            ),
        ])
    },
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
    // A task may be run with another role and command than its definition has.
    ExistingWorkload {
        gains: Gains::Passed,
        ..existing("S7", "task", "ecs-tasks.amazonaws.com", "a task definition", &[("ecs:RunTask", TASK)])
    },
    ExistingWorkload {
        gains: Gains::Passed,
        ..existing("S7", "task", "ecs-tasks.amazonaws.com", "a task definition", &[("ecs:StartTask", TASK)])
    },
    existing(
        "S7",
        "agentruntime",
        "bedrock-agentcore.amazonaws.com",
        "an agent runtime",
        &[("bedrock-agentcore:InvokeAgentRuntimeCommand", RUNTIME)],
    ),
    existing(
        "S7",
        "browser",
        "bedrock-agentcore.amazonaws.com",
        "a browser",
        &[
            ("bedrock-agentcore:ConnectBrowserAutomationStream", ANY),
            ("bedrock-agentcore:StartBrowserSession", BROWSER),
        ],
    ),
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
