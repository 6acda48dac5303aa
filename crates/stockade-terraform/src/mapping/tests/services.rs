//! Defaults, absences and joins that controls decide by, service by service.

use super::{ids, lowered, shown};

#[test]
fn what_the_provider_says_for_none_is_null_at_its_own_line() {
    let lowered = lowered(
        r#"
        resource "aws_lambda_function" "a" {
          function_name                  = "a"
          reserved_concurrent_executions = -1
        }
        resource "aws_lambda_function" "off" { reserved_concurrent_executions = 0 }
        resource "aws_cloudwatch_log_group" "a" { retention_in_days = 0 }
        resource "aws_cloudwatch_log_group" "b" { retention_in_days = 7 }
        "#,
    );
    assert_eq!(
        shown(&lowered, "aws_lambda_function.a"),
        r#"AWS::Lambda::Function {"FunctionName":"a","MemorySize":128,"PackageType":"Zip","ReservedConcurrentExecutions":null,"Timeout":3}"#
    );
    assert!(shown(&lowered, "aws_lambda_function.off").contains(r#""ReservedConcurrentExecutions":0"#));
    assert_eq!(
        shown(&lowered, "aws_cloudwatch_log_group.a"),
        "AWS::Logs::LogGroup {\"RetentionInDays\":null}"
    );
    assert_eq!(shown(&lowered, "aws_cloudwatch_log_group.b"), r#"AWS::Logs::LogGroup {"RetentionInDays":7}"#);
}

#[test]
fn an_open_url_comes_with_both_permissions() {
    let lowered = lowered(
        r#"
        resource "aws_lambda_function_url" "open" {
          function_name      = "f"
          qualifier          = "live"
          authorization_type = "NONE"
        }
        resource "aws_lambda_function_url" "closed" {
          function_name      = "f"
          authorization_type = "AWS_IAM"
        }
        "#,
    );
    assert_eq!(
        ids(&lowered),
        [
            "aws_lambda_function_url.open/url",
            "aws_lambda_function_url.open/invoke",
            "aws_lambda_function_url.open",
            "aws_lambda_function_url.closed"
        ]
    );
    assert_eq!(
        shown(&lowered, "aws_lambda_function_url.open/invoke"),
        r#"AWS::Lambda::Permission {"Action":"lambda:InvokeFunction","FunctionName":"f:live","InvokedViaFunctionUrl":true,"Principal":"*"}"#
    );
}

#[test]
fn parts_of_a_function_join_it() {
    let lowered = lowered(
        r#"
        resource "aws_lambda_function" "f" { function_name = "f" }
        resource "aws_lambda_function" "g" { function_name = "g" }
        resource "aws_lambda_function_recursion_config" "f" {
          function_name  = aws_lambda_function.f.function_name
          recursive_loop = "Allow"
        }
        resource "aws_lambda_runtime_management_config" "f" {
          function_name     = aws_lambda_function.f.arn
          update_runtime_on = "Manual"
        }
        resource "aws_lambda_alias" "live" {
          name             = "live"
          function_name    = aws_lambda_function.f.arn
          function_version = aws_lambda_function.f.version
          routing_config { additional_version_weights = { "2" = 0.5 } }
        }
        resource "aws_lambda_provisioned_concurrency_config" "live" {
          function_name                     = aws_lambda_alias.live.function_name
          qualifier                         = aws_lambda_alias.live.name
          provisioned_concurrent_executions = 5
        }
        "#,
    );
    let function = shown(&lowered, "aws_lambda_function.f");
    assert!(function.contains(r#""RecursiveLoop":"Allow""#), "{function}");
    assert!(function.contains(r#""RuntimeManagementConfig":{"UpdateRuntimeOn":"Manual"}"#), "{function}");
    assert!(!shown(&lowered, "aws_lambda_function.g").contains("RecursiveLoop"));
    let alias = shown(&lowered, "aws_lambda_alias.live");
    assert!(
        alias.contains(r#""ProvisionedConcurrencyConfig":{"ProvisionedConcurrentExecutions":5}"#),
        "{alias}"
    );
    assert!(alias.contains(r#"[{"FunctionVersion":"2","FunctionWeight":0.5}]"#), "{alias}");
}

#[test]
fn a_permission_names_its_alias_behind_the_function() {
    let lowered = lowered(
        r#"
        resource "aws_lambda_function" "f" {}
        resource "aws_lambda_permission" "p" {
          function_name = aws_lambda_function.f.arn
          qualifier     = "live"
          principal     = "s3.amazonaws.com"
          action        = "lambda:InvokeFunction"
        }
        resource "aws_lambda_layer_version" "l" { layer_name = "l" }
        resource "aws_lambda_layer_version_permission" "l" {
          layer_name     = aws_lambda_layer_version.l.layer_name
          version_number = aws_lambda_layer_version.l.version
          principal      = "*"
          action         = "lambda:GetLayerVersion"
          statement_id   = "all"
        }
        resource "aws_lambda_layer_version_permission" "n" {
          layer_name     = "n"
          version_number = 3
        }
        "#,
    );
    let permission = shown(&lowered, "aws_lambda_permission.p");
    assert!(permission.contains(r#""FunctionName":"${aws_lambda_function.f#Arn}:live""#), "{permission}");
    let layer = shown(&lowered, "aws_lambda_layer_version_permission.l");
    assert!(
        layer.contains(r#""LayerVersionArn":"${aws_lambda_layer_version.l#LayerVersionArn}""#),
        "{layer}"
    );
    let layer = shown(&lowered, "aws_lambda_layer_version_permission.n");
    assert!(
        layer.contains("arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:layer:n:3"),
        "{layer}"
    );
}

#[test]
fn policies_join_their_roles() {
    let lowered = lowered(
        r#"
        resource "aws_iam_role" "a" {
          name                = "a"
          managed_policy_arns = ["arn:aws:iam::aws:policy/One"]
          inline_policy {
            name   = "own"
            policy = jsonencode({ Statement = [] })
          }
        }
        resource "aws_iam_role" "b" { name = "b" }
        resource "aws_iam_policy" "p" { policy = "{\"Statement\": []}" }
        resource "aws_iam_role_policy_attachment" "p" {
          role       = aws_iam_role.a.name
          policy_arn = aws_iam_policy.p.arn
        }
        resource "aws_iam_role_policy_attachment" "again" {
          role       = aws_iam_role.a.id
          policy_arn = "arn:aws:iam::aws:policy/One"
        }
        resource "aws_iam_policy_attachment" "both" {
          name       = "both"
          roles      = [aws_iam_role.a.name, aws_iam_role.b.name]
          policy_arn = "arn:aws:iam::aws:policy/Two"
        }
        resource "aws_iam_role_policy" "r" {
          role   = aws_iam_role.b.id
          policy = jsonencode({ Statement = [{ Effect = "Allow" }] })
        }
        "#,
    );
    let role = shown(&lowered, "aws_iam_role.a");
    assert!(
        role.contains(
            r#""ManagedPolicyArns":["arn:aws:iam::aws:policy/One","${aws_iam_policy.p#Ref}","arn:aws:iam::aws:policy/Two"]"#
        ),
        "{role}"
    );
    assert!(
        role.contains(r#""Policies":[{"PolicyDocument":{"Statement":[]},"PolicyName":"own"}]"#),
        "{role}"
    );
    assert!(shown(&lowered, "aws_iam_role.b").contains(r#"["arn:aws:iam::aws:policy/Two"]"#));
    assert_eq!(
        shown(&lowered, "aws_iam_role_policy.r"),
        r#"AWS::IAM::RolePolicy {"PolicyDocument":{"Statement":[{"Effect":"Allow"}]},"RoleName":"${aws_iam_role.b#Ref}"}"#
    );
    assert_eq!(
        shown(&lowered, "aws_iam_policy.p"),
        r#"AWS::IAM::ManagedPolicy {"PolicyDocument":{"Statement":[]}}"#
    );
}

#[test]
fn a_part_whose_owner_is_not_known_opens_those_it_may_be_of() {
    let lowered = lowered(
        r#"
        variable "role" { type = string }
        resource "aws_iam_role" "a" { name = "a" }
        resource "aws_iam_role_policy_attachment" "p" {
          role       = var.role
          policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
        }
        "#,
    );
    let role = shown(&lowered, "aws_iam_role.a");
    assert!(!role.contains("AdministratorAccess") && role.contains("ManagedPolicyArns"), "{role}");
}

#[test]
fn an_integration_joins_its_method() {
    let lowered = lowered(
        r#"
        resource "aws_lambda_function" "f" {}
        resource "aws_api_gateway_rest_api" "api" {
          name = "api"
          endpoint_configuration { types = ["REGIONAL"] }
        }
        resource "aws_api_gateway_rest_api_policy" "api" {
          rest_api_id = aws_api_gateway_rest_api.api.id
          policy      = jsonencode({ Statement = [] })
        }
        resource "aws_api_gateway_resource" "a" { rest_api_id = aws_api_gateway_rest_api.api.id }
        resource "aws_api_gateway_resource" "b" { rest_api_id = aws_api_gateway_rest_api.api.id }
        resource "aws_api_gateway_method" "a" {
          rest_api_id   = aws_api_gateway_rest_api.api.id
          resource_id   = aws_api_gateway_resource.a.id
          http_method   = "GET"
          authorization = "NONE"
        }
        resource "aws_api_gateway_method" "b" {
          rest_api_id   = aws_api_gateway_rest_api.api.id
          resource_id   = aws_api_gateway_resource.b.id
          http_method   = "GET"
          authorization = "AWS_IAM"
        }
        resource "aws_api_gateway_integration_response" "b" {
          rest_api_id         = aws_api_gateway_rest_api.api.id
          resource_id         = aws_api_gateway_resource.b.id
          http_method         = aws_api_gateway_method.b.http_method
          status_code         = "200"
          response_parameters = { "method.response.header.X" = "'*'" }
        }
        resource "aws_api_gateway_integration" "b" {
          rest_api_id             = aws_api_gateway_rest_api.api.id
          resource_id             = aws_api_gateway_method.b.resource_id
          http_method             = aws_api_gateway_method.b.http_method
          type                    = "AWS_PROXY"
          integration_http_method = "POST"
          uri                     = aws_lambda_function.f.invoke_arn
        }
        resource "aws_api_gateway_stage" "prod" {
          rest_api_id          = aws_api_gateway_rest_api.api.id
          stage_name           = "prod"
          xray_tracing_enabled = true
        }
        resource "aws_api_gateway_method_settings" "all" {
          rest_api_id = aws_api_gateway_rest_api.api.id
          stage_name  = aws_api_gateway_stage.prod.stage_name
          method_path = "*/*"
          settings {
            logging_level          = "INFO"
            throttling_burst_limit = -1
          }
        }
        "#,
    );
    assert!(!shown(&lowered, "aws_api_gateway_method.a").contains("Integration"));
    let method = shown(&lowered, "aws_api_gateway_method.b");
    assert!(
        method.contains(
            r#""IntegrationResponses":[{"ResponseParameters":{"method.response.header.X":"'*'"},"StatusCode":"200"}]"#
        ),
        "{method}"
    );
    assert!(method.contains("functions/${aws_lambda_function.f#Arn}/invocations"), "{method}");
    assert_eq!(
        shown(&lowered, "aws_api_gateway_stage.prod"),
        r#"AWS::ApiGateway::Stage {"MethodSettings":[{"HttpMethod":"*","LoggingLevel":"INFO","ResourcePath":"/*","ThrottlingBurstLimit":null}],"RestApiId":"${aws_api_gateway_rest_api.api#Ref}","StageName":"prod","TracingEnabled":true}"#
    );
    assert!(shown(&lowered, "aws_api_gateway_rest_api.api").contains(r#""Policy":{"Statement":[]}"#));
}

#[test]
fn routes_of_a_stage_stand_under_their_keys() {
    let lowered = lowered(
        r#"
        resource "aws_apigatewayv2_api" "api" { protocol_type = "HTTP" }
        resource "aws_apigatewayv2_stage" "s" {
          api_id = aws_apigatewayv2_api.api.id
          name   = "$default"
          default_route_settings { throttling_rate_limit = 10 }
          route_settings {
            route_key          = "GET /v1.0"
            data_trace_enabled = true
          }
        }
        resource "aws_lambda_permission" "p" { source_arn = "${aws_apigatewayv2_api.api.execution_arn}/*/*" }
        "#,
    );
    let stage = shown(&lowered, "aws_apigatewayv2_stage.s");
    assert!(stage.contains(r#""RouteSettings":{"GET /v1.0":{"DataTraceEnabled":true}}"#), "{stage}");
    assert!(stage.contains(r#""DefaultRouteSettings":{"ThrottlingRateLimit":10}"#), "{stage}");
    let permission = shown(&lowered, "aws_lambda_permission.p");
    assert!(permission.contains("${AWS::AccountId}:${aws_apigatewayv2_api.api#Ref}/*/*"), "{permission}");
}

#[test]
fn targets_join_their_rule_and_statements_part() {
    let lowered = lowered(
        r#"
        resource "aws_sqs_queue" "dlq" {}
        resource "aws_cloudwatch_event_rule" "r" {
          event_pattern = jsonencode({ source = ["acme"] })
          is_enabled    = false
        }
        resource "aws_cloudwatch_event_target" "t" {
          rule = aws_cloudwatch_event_rule.r.name
          arn  = "arn:aws:lambda:us-east-1:111122223333:function:f"
          dead_letter_config { arn = aws_sqs_queue.dlq.arn }
        }
        resource "aws_cloudwatch_event_bus_policy" "p" {
          policy = jsonencode({ Statement = [{ Sid = "a", Effect = "Allow" }, { Sid = "b", Effect = "Deny" }] })
        }
        resource "aws_cloudwatch_event_permission" "o" {
          principal    = "*"
          statement_id = "org"
        }
        "#,
    );
    assert_eq!(
        shown(&lowered, "aws_cloudwatch_event_rule.r"),
        r#"AWS::Events::Rule {"EventPattern":{"source":["acme"]},"State":"DISABLED","Targets":[{"Arn":"arn:aws:lambda:us-east-1:111122223333:function:f","DeadLetterConfig":{"Arn":"${aws_sqs_queue.dlq#Arn}"}}]}"#
    );
    assert_eq!(
        shown(&lowered, "aws_cloudwatch_event_bus_policy.p"),
        r#"AWS::Events::EventBusPolicy {"EventBusName":"default","Statement":{"Effect":"Allow","Sid":"a"},"StatementId":"a"}"#
    );
    assert_eq!(
        shown(&lowered, "aws_cloudwatch_event_bus_policy.p/2"),
        r#"AWS::Events::EventBusPolicy {"EventBusName":"default","Statement":{"Effect":"Deny","Sid":"b"},"StatementId":"b"}"#
    );
    assert_eq!(
        shown(&lowered, "aws_cloudwatch_event_permission.o"),
        r#"AWS::Events::EventBusPolicy {"Action":"events:PutEvents","EventBusName":"default","Principal":"*","StatementId":"org"}"#
    );
}

#[test]
fn policies_of_queues_and_topics_are_resources() {
    let lowered = lowered(
        r#"
        resource "aws_sqs_queue" "q" {
          policy                     = jsonencode({ Statement = [] })
          visibility_timeout_seconds = 60
        }
        resource "aws_sqs_queue_redrive_policy" "q" {
          queue_url      = aws_sqs_queue.q.id
          redrive_policy = jsonencode({ maxReceiveCount = 3, deadLetterTargetArn = "x" })
        }
        resource "aws_sqs_queue_policy" "q" {
          queue_url = aws_sqs_queue.q.url
          policy    = jsonencode({ Statement = [] })
        }
        resource "aws_sns_topic" "t" { policy = jsonencode({ Statement = [] }) }
        resource "aws_sns_topic_policy" "t" {
          arn    = aws_sns_topic.t.arn
          policy = jsonencode({ Statement = [] })
        }
        "#,
    );
    assert_eq!(
        shown(&lowered, "aws_sqs_queue.q"),
        r#"AWS::SQS::Queue {"RedrivePolicy":{"deadLetterTargetArn":"x","maxReceiveCount":3},"VisibilityTimeout":60}"#
    );
    assert_eq!(
        shown(&lowered, "aws_sqs_queue.q/policy"),
        r#"AWS::SQS::QueueInlinePolicy {"PolicyDocument":{"Statement":[]},"Queue":"${aws_sqs_queue.q#Ref}"}"#
    );
    assert!(shown(&lowered, "aws_sqs_queue_policy.q").contains(r#""Queues":["${aws_sqs_queue.q#Ref}"]"#));
    assert!(shown(&lowered, "aws_sns_topic.t/policy").contains(r#""TopicArn":"${aws_sns_topic.t#Ref}""#));
    assert!(shown(&lowered, "aws_sns_topic_policy.t").contains(r#""Topics":["${aws_sns_topic.t#Ref}"]"#));
}

#[test]
fn lists_of_objects_are_made_of_what_the_provider_lists() {
    let lowered = lowered(
        r#"
        resource "aws_cloudwatch_metric_alarm" "a" { dimensions = { FunctionName = "f" } }
        resource "aws_sfn_state_machine" "m" {
          definition = jsonencode({ StartAt = "A" })
          logging_configuration {
            level           = "ALL"
            log_destination = "arn:aws:logs:us-east-1:111122223333:log-group:g:*"
          }
        }
        resource "aws_codebuild_project" "p" { name = "p" }
        resource "aws_codebuild_webhook" "p" {
          project_name = aws_codebuild_project.p.name
          filter_group {
            filter {
              type    = "EVENT"
              pattern = "PUSH"
            }
          }
        }
        resource "aws_budgets_budget" "b" {
          notification {
            threshold                  = 80
            subscriber_email_addresses = ["a@example.com"]
          }
        }
        "#,
    );
    assert!(
        shown(&lowered, "aws_cloudwatch_metric_alarm.a")
            .contains(r#""Dimensions":[{"Name":"FunctionName","Value":"f"}]"#)
    );
    let machine = shown(&lowered, "aws_sfn_state_machine.m");
    assert!(machine.contains(r#""Definition":{"StartAt":"A"}"#), "{machine}");
    assert!(
        machine.contains(r#""Destinations":[{"CloudWatchLogsLogGroup":{"LogGroupArn":"arn:"#),
        "{machine}"
    );
    let project = shown(&lowered, "aws_codebuild_project.p");
    assert!(
        project
            .contains(r#""Triggers":{"FilterGroups":[[{"Pattern":"PUSH","Type":"EVENT"}]],"Webhook":true}"#),
        "{project}"
    );
    let budget = shown(&lowered, "aws_budgets_budget.b");
    assert!(
        budget.contains(r#""Subscribers":[{"Address":"a@example.com","SubscriptionType":"EMAIL"}]"#),
        "{budget}"
    );
}
