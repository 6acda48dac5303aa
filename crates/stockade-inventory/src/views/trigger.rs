//! What invokes a function, and how: asynchronously, synchronously, or by polling a source.

use crate::{Function, Inventory, Node};
use stockade_model::{Fact, Kind, Piece, Place, Resource, Symbol, SymbolKind, Text, Value};

/// How a function is invoked (Lambda developer guide, "Invoking Lambda functions").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Lambda queues the event, retries, and then hands it to the failure destination, or drops it.
    Asynchronous,
    /// The caller waits and sees the error.
    Synchronous,
    /// Lambda polls a queue or stream, which keeps what failed.
    Polled,
    /// Not known.
    Unknown,
}

/// Which version of the function is invoked.
#[derive(Debug, Clone, PartialEq)]
pub enum Qualifier {
    /// `$LATEST`: the ARN or name has no qualifier.
    Unqualified,
    /// An alias or version by its name.
    Named(Text),
    /// Not known.
    Unknown,
}

/// One thing that invokes a function.
#[derive(Debug, Clone)]
pub struct Trigger<'a> {
    /// The function.
    pub function: Function<'a>,
    /// What invokes it.
    pub resource: &'a Resource,
    /// Where the function is named there.
    pub place: Place,
    /// How.
    pub mode: Mode,
    /// Which version.
    pub qualifier: Qualifier,
    /// The service, for messages.
    pub service: &'static str,
    /// Whether the trigger keeps what it could not deliver (a schedule with a dead-letter queue).
    pub keeps_failures: bool,
}

/// Where resources name the functions that they invoke: the type, the path (`*` for every item), how, by what.
/// Modes: Lambda developer guide, "Invoking Lambda with events from other AWS services".
const PATHS: [(&str, &str, Mode, &str); 23] = [
    (
        "AWS::S3::Bucket",
        "NotificationConfiguration.LambdaConfigurations.*.Function",
        Mode::Asynchronous,
        "S3",
    ),
    (
        "Custom::S3BucketNotifications",
        "NotificationConfiguration.LambdaFunctionConfigurations.*.LambdaFunctionArn",
        Mode::Asynchronous,
        "S3",
    ),
    ("AWS::SNS::Subscription", "Endpoint", Mode::Asynchronous, "SNS"),
    ("AWS::SNS::Topic", "Subscription.*.Endpoint", Mode::Asynchronous, "SNS"),
    ("AWS::Events::Rule", "Targets.*.Arn", Mode::Asynchronous, "EventBridge"),
    ("AWS::Scheduler::Schedule", "Target.Arn", Mode::Asynchronous, "EventBridge Scheduler"),
    ("AWS::IoT::TopicRule", "TopicRulePayload.Actions.*.Lambda.FunctionArn", Mode::Asynchronous, "IoT"),
    ("AWS::IoT::TopicRule", "TopicRulePayload.ErrorAction.Lambda.FunctionArn", Mode::Asynchronous, "IoT"),
    ("AWS::Logs::SubscriptionFilter", "DestinationArn", Mode::Asynchronous, "CloudWatch Logs"),
    ("AWS::Config::ConfigRule", "Source.SourceIdentifier", Mode::Asynchronous, "Config"),
    (
        "AWS::CodePipeline::Pipeline",
        "Stages.*.Actions.*.Configuration.FunctionName",
        Mode::Asynchronous,
        "CodePipeline",
    ),
    ("AWS::CodeCommit::Repository", "Triggers.*.DestinationArn", Mode::Asynchronous, "CodeCommit"),
    (
        "AWS::Lambda::EventInvokeConfig",
        "DestinationConfig.OnSuccess.Destination",
        Mode::Asynchronous,
        "another function",
    ),
    (
        "AWS::Lambda::EventInvokeConfig",
        "DestinationConfig.OnFailure.Destination",
        Mode::Asynchronous,
        "another function",
    ),
    ("AWS::Lambda::EventSourceMapping", "FunctionName", Mode::Polled, "an event source mapping"),
    ("AWS::Lambda::Url", "TargetFunctionArn", Mode::Synchronous, "its function URL"),
    ("AWS::AppSync::DataSource", "LambdaConfig.LambdaFunctionArn", Mode::Synchronous, "AppSync"),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "Targets.*.Id", Mode::Synchronous, "a load balancer"),
    ("AWS::VpcLattice::TargetGroup", "Targets.*.Id", Mode::Synchronous, "VPC Lattice"),
    (
        "AWS::CloudFront::Distribution",
        "DistributionConfig.DefaultCacheBehavior.LambdaFunctionAssociations.*.LambdaFunctionARN",
        Mode::Synchronous,
        "CloudFront",
    ),
    (
        "AWS::CloudFront::Distribution",
        "DistributionConfig.CacheBehaviors.*.LambdaFunctionAssociations.*.LambdaFunctionARN",
        Mode::Synchronous,
        "CloudFront",
    ),
    ("AWS::CloudFormation::Macro", "FunctionName", Mode::Synchronous, "a CloudFormation macro"),
    ("AWS::CloudFormation::CustomResource", "ServiceToken", Mode::Asynchronous, "a custom resource"),
];

/// Types that mention functions somewhere inside (in an URI, a definition, an OpenAPI document) and wait for them.
const MENTIONS: [(&str, &str); 17] = [
    ("AWS::ApiGateway::RestApi", "API Gateway"),
    ("AWS::ApiGateway::Method", "API Gateway"),
    ("AWS::ApiGateway::Authorizer", "API Gateway"),
    ("AWS::ApiGatewayV2::Api", "API Gateway"),
    ("AWS::ApiGatewayV2::Integration", "API Gateway"),
    ("AWS::ApiGatewayV2::Authorizer", "API Gateway"),
    ("AWS::StepFunctions::StateMachine", "Step Functions"),
    ("AWS::Cognito::UserPool", "Cognito"),
    ("AWS::AppSync::GraphQLApi", "AppSync"),
    ("AWS::Bedrock::Agent", "a Bedrock agent"),
    ("AWS::BedrockAgentCore::GatewayTarget", "an AgentCore gateway"),
    ("AWS::Cognito::IdentityPool", "Cognito"),
    ("AWS::IoT::Authorizer", "IoT"),
    ("AWS::KinesisFirehose::DeliveryStream", "Firehose"),
    ("AWS::Lex::BotAlias", "Lex"),
    ("AWS::Pipes::Pipe", "EventBridge Pipes"),
    ("AWS::S3ObjectLambda::AccessPoint", "S3 Object Lambda"),
];

/// How the services that a permission admits invoke functions.
const PRINCIPALS: [(&str, Mode, &str); 15] = [
    ("s3.amazonaws.com", Mode::Asynchronous, "S3"),
    ("sns.amazonaws.com", Mode::Asynchronous, "SNS"),
    ("events.amazonaws.com", Mode::Asynchronous, "EventBridge"),
    ("iot.amazonaws.com", Mode::Asynchronous, "IoT"),
    ("logs.amazonaws.com", Mode::Asynchronous, "CloudWatch Logs"),
    ("config.amazonaws.com", Mode::Asynchronous, "Config"),
    ("codecommit.amazonaws.com", Mode::Asynchronous, "CodeCommit"),
    ("apigateway.amazonaws.com", Mode::Synchronous, "API Gateway"),
    ("elasticloadbalancing.amazonaws.com", Mode::Synchronous, "a load balancer"),
    ("cognito-idp.amazonaws.com", Mode::Synchronous, "Cognito"),
    ("cognito-sync.amazonaws.com", Mode::Synchronous, "Cognito"),
    ("lex.amazonaws.com", Mode::Synchronous, "Lex"),
    ("lexv2.amazonaws.com", Mode::Synchronous, "Lex"),
    ("alexa-appkit.amazon.com", Mode::Synchronous, "Alexa"),
    ("bedrock.amazonaws.com", Mode::Synchronous, "Bedrock"),
];

impl Inventory {
    /// All that certainly invokes a function of the deployment, in no particular order.
    #[must_use]
    pub fn triggers(&self) -> Vec<Trigger<'_>> {
        let mut triggers = Vec::new();
        for (type_name, path, mode, service) in PATHS {
            for (_, resource) in self.of_type(type_name) {
                self.at_path(resource, path, mode, service, &mut triggers);
            }
        }
        for (_, resource) in
            self.resources().filter(|(_, resource)| resource.type_name.starts_with("Custom::"))
        {
            self.at_path(resource, "ServiceToken", Mode::Asynchronous, "a custom resource", &mut triggers);
        }
        for (type_name, service) in MENTIONS {
            for (_, resource) in self.of_type(type_name) {
                self.mentions(resource, &resource.properties, service, &mut triggers);
            }
        }
        self.mail_rules(&mut triggers);
        self.permissions(&mut triggers);
        triggers
    }

    fn at_path<'a>(
        &'a self,
        resource: &'a Resource,
        path: &str,
        mode: Mode,
        service: &'static str,
        triggers: &mut Vec<Trigger<'a>>,
    ) {
        let mut values = Vec::new();
        follow(&resource.properties, &path.split('.').collect::<Vec<_>>(), &mut values);
        // A schedule's own queue keeps what could not be delivered.
        let keeps_failures = resource.type_name == "AWS::Scheduler::Schedule"
            && !resource.properties.get("Target.DeadLetterConfig.Arn").is_absent();
        for value in values {
            if let Some((function, qualifier)) = self.invoked(value) {
                let place = value.origin.place;
                triggers.push(Trigger {
                    function,
                    resource,
                    place,
                    mode,
                    qualifier,
                    service,
                    keeps_failures,
                });
            }
        }
    }

    /// What SES invokes, which can wait for an answer (`InvocationType`).
    fn mail_rules<'a>(&'a self, triggers: &mut Vec<Trigger<'a>>) {
        for (_, resource) in self.of_type("AWS::SES::ReceiptRule") {
            let mut actions = Vec::new();
            follow(&resource.properties, &["Rule", "Actions", "*", "LambdaAction"], &mut actions);
            for action in actions {
                let mode = match action.get("InvocationType").literal() {
                    Fact::Absent => Mode::Asynchronous,
                    Fact::Known(kind) if kind == "Event" => Mode::Asynchronous,
                    Fact::Known(_) => Mode::Synchronous,
                    _ => Mode::Unknown,
                };
                if let Some((function, qualifier)) = self.invoked(&action.get("FunctionArn")) {
                    let place = action.origin.place;
                    let trigger = Trigger {
                        function,
                        resource,
                        place,
                        mode,
                        qualifier,
                        service: "SES",
                        keeps_failures: false,
                    };
                    triggers.push(trigger);
                }
            }
        }
    }

    fn permissions<'a>(&'a self, triggers: &mut Vec<Trigger<'a>>) {
        for (_, resource) in self.of_type("AWS::Lambda::Permission") {
            let named = resource.properties.get("FunctionName");
            let Some((function, qualifier)) = self.invoked(&named) else { continue };
            let principal = resource.properties.get("Principal");
            let literal = principal.literal();
            let row = PRINCIPALS.iter().find(|(name, ..)| match &literal {
                // `logs.eu-west-1.amazonaws.com`
                Fact::Known(principal) => {
                    principal == name || (*name == "logs.amazonaws.com" && principal.starts_with("logs."))
                }
                _ => false,
            });
            let regional = match principal.as_text() {
                Some(text) => {
                    matches!(text.pieces(), [Piece::Literal(first), Piece::Symbol(_), ..] if first == "logs.")
                }
                None => false,
            };
            let (mode, service) = match row {
                Some((_, mode, service)) => (*mode, *service),
                None if regional => (Mode::Asynchronous, "CloudWatch Logs"),
                None => (Mode::Unknown, "a caller that its permissions admit"),
            };
            let qualifier = match (qualifier, resource.properties.get("Qualifier").as_text()) {
                (Qualifier::Unqualified, Some(text)) => Qualifier::Named(text),
                (qualifier, _) => qualifier,
            };
            let place = resource.declared_at;
            triggers.push(Trigger {
                function,
                resource,
                place,
                mode,
                qualifier,
                service,
                keeps_failures: false,
            });
        }
    }

    fn mentions<'a>(
        &'a self,
        resource: &'a Resource,
        value: &'a Value,
        service: &'static str,
        triggers: &mut Vec<Trigger<'a>>,
    ) {
        match &value.kind {
            Kind::Object(object) => {
                for field in &object.fields {
                    self.mentions(resource, &field.value, service, triggers);
                }
            }
            Kind::List(list) => {
                for item in &list.items {
                    self.mentions(resource, item, service, triggers);
                }
            }
            Kind::Text(_) | Kind::Unknown(_) => {
                let text = value.as_text().unwrap_or_default();
                for symbol in text.symbols() {
                    let SymbolKind::Attribute { resource: id, .. } = symbol.kind() else { continue };
                    if !self.node(id).is_some_and(|node| is_invocable(self.resource(node))) {
                        continue;
                    }
                    let named = Value::new(Kind::Unknown(symbol.clone()), value.origin.clone());
                    if let Some((function, _)) = self.invoked(&named) {
                        let place = value.origin.place;
                        let (mode, qualifier) = (mode_of_mention(resource), Qualifier::Unknown);
                        let keeps_failures = false;
                        triggers.push(Trigger {
                            function,
                            resource,
                            place,
                            mode,
                            qualifier,
                            service,
                            keeps_failures,
                        });
                    }
                }
            }
            _ => {}
        }
    }

    /// The function that a value names, and which version of it.
    #[must_use]
    pub fn invoked(&self, value: &Value) -> Option<(Function<'_>, Qualifier)> {
        let function = Function::named_by(self, value).ok()?;
        let text = value.as_text()?;
        let qualifier = match text.pieces() {
            [Piece::Symbol(symbol)] => self.qualifier_of_symbol(symbol),
            [Piece::Symbol(symbol), Piece::Literal(rest)] if rest.starts_with(':') => {
                match self.qualifier_of_symbol(symbol) {
                    Qualifier::Unqualified => named(&Text::literal(&rest[1..])),
                    other => other,
                }
            }
            [Piece::Symbol(_), Piece::Literal(rest), Piece::Symbol(alias)] if rest == ":" => {
                Qualifier::Named(Text::symbol(alias.clone()))
            }
            [Piece::Literal(literal)] => match literal.rsplit_once(":function:") {
                Some((_, name)) => name
                    .split_once(':')
                    .map_or(Qualifier::Unqualified, |(_, rest)| named(&Text::literal(rest))),
                // `name:qualifier`: a name has no colon.
                None => match literal.split_once(':') {
                    Some((_, rest)) if !rest.contains(':') => named(&Text::literal(rest)),
                    Some(_) => Qualifier::Unknown,
                    None => Qualifier::Unqualified,
                },
            },
            pieces => match pieces.last() {
                // `arn:…:function:${Name}`, `arn:…:function:name`: nothing stands behind the name.
                Some(Piece::Symbol(_)) => match pieces.get(pieces.len().saturating_sub(2)) {
                    Some(Piece::Literal(before)) if before.ends_with(":function:") => Qualifier::Unqualified,
                    _ => Qualifier::Unknown,
                },
                Some(Piece::Literal(rest)) => match rest.rsplit_once(":function:") {
                    Some((_, name)) if !name.contains(':') => Qualifier::Unqualified,
                    _ => Qualifier::Unknown,
                },
                None => Qualifier::Unknown,
            },
        };
        Some((function, qualifier))
    }

    fn qualifier_of_symbol(&self, symbol: &Symbol) -> Qualifier {
        let SymbolKind::Attribute { resource, .. } = symbol.kind() else { return Qualifier::Unknown };
        let Some(resource) = self.node(resource).map(|node: Node| self.resource(node)) else {
            return Qualifier::Unknown;
        };
        match resource.type_name.as_str() {
            "AWS::Lambda::Function" => Qualifier::Unqualified,
            "AWS::Lambda::Alias" => {
                resource.properties.get("Name").as_text().map_or(Qualifier::Unknown, |text| named(&text))
            }
            "AWS::Lambda::Version" => {
                Qualifier::Named(Text::symbol(Symbol::attribute(resource.id.clone(), "Version")))
            }
            _ => Qualifier::Unknown,
        }
    }
}

/// Services that wait for an answer unless they are told not to.
fn mode_of_mention(resource: &Resource) -> Mode {
    let properties = &resource.properties;
    let asked = match resource.type_name.as_str() {
        "AWS::ApiGateway::Method" => {
            let parameters = properties.get("Integration.RequestParameters");
            let header = |key: &str| key.to_ascii_lowercase().ends_with(".x-amz-invocation-type");
            let field = parameters.fields().iter().find(|field| header(&field.key));
            field.map(|field| field.value.literal())
        }
        "AWS::Pipes::Pipe" => {
            Some(properties.get("TargetParameters.LambdaFunctionParameters.InvocationType").literal())
        }
        _ => None,
    };
    match asked {
        None | Some(Fact::Absent) => Mode::Synchronous,
        Some(Fact::Known(kind)) => match kind.trim_matches('\'') {
            "Event" | "FIRE_AND_FORGET" => Mode::Asynchronous,
            "RequestResponse" | "REQUEST_RESPONSE" => Mode::Synchronous,
            _ => Mode::Unknown,
        },
        Some(_) => Mode::Unknown,
    }
}

fn named(text: &Text) -> Qualifier {
    if text.as_literal() == Some("$LATEST") { Qualifier::Unqualified } else { Qualifier::Named(text.clone()) }
}

fn is_invocable(resource: &Resource) -> bool {
    ["AWS::Lambda::Function", "AWS::Lambda::Alias", "AWS::Lambda::Version"]
        .contains(&resource.type_name.as_str())
}

/// The values at a path, `*` standing for every item of a list.
fn follow<'v>(value: &'v Value, keys: &[&str], out: &mut Vec<&'v Value>) {
    let Some((key, rest)) = keys.split_first() else {
        out.push(value);
        return;
    };
    if *key == "*" {
        for item in value.items() {
            follow(item, rest, out);
        }
    } else if let Some(field) = value.fields().iter().find(|field| field.key == *key) {
        follow(&field.value, rest, out);
    }
}
