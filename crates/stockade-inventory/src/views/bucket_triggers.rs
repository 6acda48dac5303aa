//! The functions that a bucket's events reach: directly, through EventBridge, a topic or a queue.

use crate::{Function, Inventory, Node, Target};
use stockade_model::{Fact, Kleene, Place, Resource, Symbol, Value};

const BUCKET: &str = "AWS::S3::Bucket";
const TOPIC: &str = "AWS::SNS::Topic";
const QUEUE: &str = "AWS::SQS::Queue";

/// A way from a bucket's events to a function.
#[derive(Debug, Clone)]
pub struct BucketTrigger<'a> {
    /// The function, unless it lies outside the deployment.
    pub function: Option<Function<'a>>,
    /// The places on the way and what stands there.
    pub path: Vec<(String, Place)>,
}

impl Inventory {
    /// The ways from a bucket's events to functions, and what stands for notifications that are not known.
    #[must_use]
    pub fn bucket_triggers(&self, bucket: Node) -> (Vec<BucketTrigger<'_>>, Option<Symbol>) {
        let mut ways = Vec::new();
        let own = self.resource(bucket).properties.get("NotificationConfiguration");
        let mut open = self.add_notifications(bucket, &own, &mut ways);
        // The CDK sets notifications by a custom resource, to break the circle of bucket, permission and function.
        for (_, custom) in self.of_type("Custom::S3BucketNotifications") {
            if self.resolve(&custom.properties.get("BucketName"), &[BUCKET]) == Target::Node(bucket) {
                let set = custom.properties.get("NotificationConfiguration");
                open = open.or(self.add_notifications(bucket, &set, &mut ways));
            }
        }
        (ways, open)
    }

    fn add_notifications<'a>(
        &'a self,
        bucket: Node,
        notifications: &Value,
        ways: &mut Vec<BucketTrigger<'a>>,
    ) -> Option<Symbol> {
        let mut open = notifications.open().cloned();
        // What CloudFormation names on the left, the S3 API, and with it the CDK, names on the right.
        for (list, target, kind) in [
            ("LambdaConfigurations", "Function", "function"),
            ("LambdaFunctionConfigurations", "LambdaFunctionArn", "function"),
            ("TopicConfigurations", "Topic", "topic"),
            ("TopicConfigurations", "TopicArn", "topic"),
            ("QueueConfigurations", "Queue", "queue"),
            ("QueueConfigurations", "QueueArn", "queue"),
        ] {
            let list = notifications.get(list);
            open = open.or_else(|| list.open().cloned());
            for item in list.items() {
                let target = item.get(target);
                // An item that is not known at all is no way; `open` stands for it.
                if target.is_absent() || item.unknown().is_some() {
                    continue;
                }
                let mut path = vec![(format!("its events go to this {kind}"), target.origin.place)];
                match kind {
                    "function" => {
                        ways.push(BucketTrigger { function: self.function_of(&target, &mut path), path })
                    }
                    "topic" => self.add_topic(&target, &path, ways),
                    _ => self.add_queue(&target, &path, ways),
                }
            }
        }
        let bridge = notifications.get("EventBridgeConfiguration");
        let off = matches!(bridge.get("EventBridgeEnabled").boolean(), Fact::Known(false));
        if !bridge.is_absent() && bridge.unknown().is_none() && !off {
            self.add_rules(bucket, &bridge, ways);
        }
        open
    }

    fn function_of<'a>(&'a self, value: &Value, path: &mut Vec<(String, Place)>) -> Option<Function<'a>> {
        let function = Function::named_by(self, value).ok()?;
        path.push((format!("which runs `{}`", function.resource().id), function.resource().declared_at));
        Some(function)
    }

    fn add_topic<'a>(&'a self, topic: &Value, path: &[(String, Place)], ways: &mut Vec<BucketTrigger<'a>>) {
        let Target::Node(topic) = self.resolve(topic, &[TOPIC]) else { return };
        let inline = self.resource(topic).properties.get("Subscription");
        for subscription in inline.items() {
            self.add_subscriber(subscription, path, ways);
        }
        for (_, subscription) in self.of_type("AWS::SNS::Subscription") {
            if self.resolve(&subscription.properties.get("TopicArn"), &[TOPIC]) == Target::Node(topic) {
                self.add_subscriber(&subscription.properties, path, ways);
            }
        }
    }

    fn add_subscriber<'a>(&'a self, of: &Value, path: &[(String, Place)], ways: &mut Vec<BucketTrigger<'a>>) {
        let endpoint = of.get("Endpoint");
        let mut path = path.to_vec();
        path.push(("whose subscriber is this".to_owned(), endpoint.origin.place));
        match of.get("Protocol").literal() {
            Fact::Known(protocol) if protocol == "lambda" => {
                ways.push(BucketTrigger { function: self.function_of(&endpoint, &mut path), path });
            }
            Fact::Known(protocol) if protocol == "sqs" => self.add_queue(&endpoint, &path, ways),
            _ => {}
        }
    }

    fn add_queue<'a>(&'a self, queue: &Value, path: &[(String, Place)], ways: &mut Vec<BucketTrigger<'a>>) {
        let Target::Node(queue) = self.resolve(queue, &[QUEUE]) else { return };
        for mapping in self.event_source_mappings() {
            if self.resolve(&mapping.source(), &[QUEUE]) == Target::Node(queue) {
                let mut path = path.to_vec();
                let named = mapping.resource().properties.get("FunctionName");
                path.push(("a mapping polls it".to_owned(), mapping.source().origin.place));
                ways.push(BucketTrigger { function: self.function_of(&named, &mut path), path });
            }
        }
    }

    fn add_rules<'a>(&'a self, bucket: Node, bridge: &Value, ways: &mut Vec<BucketTrigger<'a>>) {
        for (_, rule) in self.of_type("AWS::Events::Rule") {
            if !self.rule_matches(rule, bucket).is_true() {
                continue;
            }
            for target in rule.properties.get("Targets").items() {
                let arn = target.get("Arn");
                let mut path = vec![
                    ("its events go to EventBridge".to_owned(), bridge.origin.place),
                    ("where this rule takes them".to_owned(), rule.declared_at),
                ];
                if let Some(function) = self.function_of(&arn, &mut path) {
                    ways.push(BucketTrigger { function: Some(function), path });
                    continue;
                }
                self.add_topic(&arn, &path, ways);
                self.add_queue(&arn, &path, ways);
            }
        }
    }

    /// Whether a rule takes the events of a bucket, by `source` and `detail.bucket.name` of its pattern.
    fn rule_matches(&self, rule: &Resource, bucket: Node) -> Kleene {
        let pattern = rule.properties.get("EventPattern");
        let source = pattern.get("source");
        if !source.items().iter().any(|item| matches!(item.literal(), Fact::Known(name) if name == "aws.s3"))
        {
            return Kleene::False;
        }
        let names = pattern.get("detail.bucket.name");
        if names.is_absent() {
            return Kleene::True;
        }
        names.items().iter().any(|name| self.resolve(name, &[BUCKET]) == Target::Node(bucket)).into()
    }
}
