//! The ways to make something new run as a role.

use super::workloads::*;

const fn new(
    id: &'static str,
    services: &'static [&'static str],
    actions: &'static [(&'static str, &'static str)],
) -> NewWorkload {
    NewWorkload { id, services, actions, role_needs: &[], trusts_too: &[], assumes: None }
}

const LAMBDA: &[&str] = &["lambda.amazonaws.com"];
const EC2: &[&str] = &["ec2.amazonaws.com"];
const ECS: &[&str] = &["ecs-tasks.amazonaws.com"];
const GLUE: &[&str] = &["glue.amazonaws.com"];
const SAGEMAKER: &[&str] = &["sagemaker.amazonaws.com"];
const CLOUDFORMATION: &[&str] = &["cloudformation.amazonaws.com"];
const CODEBUILD: &[&str] = &["codebuild.amazonaws.com"];
const COGNITO: &str = super::workloads::COGNITO;
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
        actions: &[("lambda:CreateFunction", FUNCTION), ("lambda:CreateEventSourceMapping", ANY)],
        role_needs: READS_STREAMS,
        ..new("L2", LAMBDA, &[])
    },
    new("L6", LAMBDA, &[("lambda:CreateFunction", FUNCTION), ("lambda:AddPermission", FUNCTION)]),
    new("L6", LAMBDA, &[("lambda:CreateFunction", FUNCTION), ("lambda:PutResourcePolicy", FUNCTION)]),
    new("L7", LAMBDA, &[("lambda:CreateFunction", FUNCTION), ("lambda:CreateFunctionUrlConfig", FUNCTION)]),
    // A function at the edge is called by whoever asks the distribution: Lambda@Edge takes the version of a function, and
    // a role that both services may assume (CloudFront, "Set up IAM permissions and roles for Lambda@Edge").
    NewWorkload {
        trusts_too: &[("edgelambda.amazonaws.com", "sts:AssumeRole")],
        ..new(
            "L19",
            LAMBDA,
            &[
                ("lambda:CreateFunction", FUNCTION),
                ("lambda:PublishVersion", FUNCTION),
                ("lambda:GetFunction", FUNCTION),
                ("lambda:EnableReplication", FUNCTION),
                ("cloudfront:CreateDistribution", ANY),
            ],
        )
    },
    NewWorkload {
        trusts_too: &[("edgelambda.amazonaws.com", "sts:AssumeRole")],
        assumes: Some("a distribution"),
        ..new(
            "L19",
            LAMBDA,
            &[
                ("lambda:CreateFunction", FUNCTION),
                ("lambda:PublishVersion", FUNCTION),
                ("lambda:GetFunction", FUNCTION),
                ("lambda:EnableReplication", FUNCTION),
                ("cloudfront:UpdateDistribution", DISTRIBUTION),
            ],
        )
    },
    // The hooks of a build run as the build role, a MicroVM as its execution role; both must let Lambda tag the session
    // (Lambda, "Security and permissions" of MicroVMs).
    NewWorkload {
        trusts_too: &[("lambda.amazonaws.com", "sts:TagSession")],
        ..new("L20", LAMBDA, &[("lambda:CreateMicrovmImage", ANY)])
    },
    NewWorkload {
        trusts_too: &[("lambda.amazonaws.com", "sts:TagSession")],
        ..new(
            "L20",
            LAMBDA,
            &[
                ("lambda:RunMicrovm", MICROVM_IMAGE),
                ("lambda:PassNetworkConnector", ANY),
                ("lambda:CreateMicrovmShellAuthToken", MICROVM_IMAGE),
            ],
        )
    },
    // A web function runs a revision's code as its execution role, for whom the endpoint lets in (Lambda, "Lambda Web
    // Function permissions").
    new(
        "L20",
        LAMBDA,
        &[
            ("lambda:CreateWebFunction", WEB_FUNCTION),
            ("lambda:CreateWebFunctionRevision", WEB_FUNCTION),
            ("lambda:CreateWebFunctionEndpoint", WEB_FUNCTION),
        ],
    ),
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
    new("S2", &["scheduler.amazonaws.com"], &[("scheduler:CreateSchedule", SCHEDULE)]),
    new("S2", &["pipes.amazonaws.com"], &[("pipes:CreatePipe", PIPE)]),
    NewWorkload {
        assumes: Some("a schedule"),
        ..new("S2", &["scheduler.amazonaws.com"], &[("scheduler:UpdateSchedule", SCHEDULE)])
    },
    NewWorkload {
        assumes: Some("a pipe"),
        ..new("S2", &["pipes.amazonaws.com"], &[("pipes:UpdatePipe", PIPE)])
    },
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
    // CodeStar ended in 2024; its service role lives on where nobody deleted it.
    new("S7", &["codestar.amazonaws.com"], &[("codestar:CreateProject", ANY)]),
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
        AGENTCORE,
        &[
            ("bedrock-agentcore:CreateAgentRuntime", ANY),
            ("bedrock-agentcore:InvokeAgentRuntimeCommand", RUNTIME),
        ],
    ),
    new(
        "S7",
        AGENTCORE,
        &[("bedrock-agentcore:CreateHarness", ANY), ("bedrock-agentcore:InvokeAgentRuntimeCommand", RUNTIME)],
    ),
    new(
        "S7",
        AGENTCORE,
        &[
            ("bedrock-agentcore:CreateBrowser", ANY),
            ("bedrock-agentcore:StartBrowserSession", BROWSER),
            ("bedrock-agentcore:ConnectBrowserAutomationStream", ANY),
        ],
    ),
    // Who does not sign in gets the role from a pool that allows it.
    NewWorkload {
        assumes: Some("an identity pool that lets in guests"),
        ..new("S7", &[COGNITO], &[("cognito-identity:SetIdentityPoolRoles", ANY)])
    },
    new(
        "S7",
        &["gamelift.amazonaws.com"],
        &[
            ("gamelift:CreateBuild", ANY),
            ("gamelift:RequestUploadCredentials", "arn:{partition}:gamelift:{region}:{account}:build/{name}"),
            ("gamelift:CreateFleet", ANY),
        ],
    ),
    new(
        "S7",
        EC2,
        &[
            (
                "imagebuilder:CreateComponent",
                "arn:{partition}:imagebuilder:{region}:{account}:component/{name}",
            ),
            (
                "imagebuilder:CreateImageRecipe",
                "arn:{partition}:imagebuilder:{region}:{account}:image-recipe/{name}",
            ),
            (
                "imagebuilder:CreateInfrastructureConfiguration",
                "arn:{partition}:imagebuilder:{region}:{account}:infrastructure-configuration/{name}",
            ),
            ("imagebuilder:CreateImage", "arn:{partition}:imagebuilder:{region}:{account}:image/{name}"),
        ],
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
