//! RL-02: a failure path that the failed events never take.

use super::failure_paths::{configs, is_durable};
use super::mutator::{Break, Clause, Form, Impossible, Mutator, arn, resource, subject};
use stockade_inventory::{Inventory, Mode, Node, Qualifier, Target};
use stockade_model::{Outcome, Resource, Value};
use stockade_syntax::New;

const CONFIG: &str = "AWS::Lambda::EventInvokeConfig";
const ROLE: &str = "AWS::IAM::Role";
const SAM: &str = "AWS::Serverless::Function";

/// Destinations: what begins the action that one asks for, its ARN, and its type in SAM's words if it can be a dead-letter
/// queue.
const DESTINATIONS: [(&str, &str, Option<&str>); 5] = [
    ("sqs:", "arn:aws:sqs:us-east-1:123456789012:stockade-mutant", Some("SQS")),
    ("sns:", "arn:aws:sns:us-east-1:123456789012:stockade-mutant", Some("SNS")),
    ("lambda:", "arn:aws:lambda:us-east-1:123456789012:function:stockade-mutant", None),
    ("events:", "arn:aws:events:us-east-1:123456789012:event-bus/stockade-mutant", None),
    ("s3:", "arn:aws:s3:::stockade-mutant", None),
];

const OF_SAM: Impossible =
    (&[Form::Globals], "SAM puts the configuration that it makes on the alias that it makes");

/// Whether something invokes a version of the function that is known.
fn is_asynchronous(inventory: &Inventory, node: Node) -> bool {
    inventory.triggers().iter().any(|trigger| {
        trigger.function.node() == node
            && trigger.mode == Mode::Asynchronous
            && trigger.qualifier != Qualifier::Unknown
    })
}

/// What a policy says.
fn documents(policy: &Resource) -> Vec<Value> {
    let own = policy.properties.get("PolicyDocument").into_owned();
    let inline = policy.properties.get("Policies");
    let inline = inline.items().iter().map(|policy| policy.get("PolicyDocument").into_owned());
    inline.chain([own]).collect()
}

/// The texts at a key of all statements of all policies of the template; none where one is no text.
fn texts(inventory: &Inventory, key: &str) -> Option<Vec<String>> {
    let policies = inventory.resources().map(|(_, policy)| policy);
    let policies = policies.filter(|policy| policy.type_name.starts_with("AWS::IAM::"));
    let mut texts = Vec::new();
    for statement in
        policies.flat_map(documents).flat_map(|document| document.get("Statement").items().to_vec())
    {
        for item in statement.get(key).items() {
            texts.push(item.as_text()?.to_string());
        }
    }
    Some(texts)
}

/// The role of a function, if all of its policies are known and none has a wildcard.
fn narrow_role<'a>(inventory: &'a Inventory, function: &Resource) -> Option<&'a Resource> {
    let Target::Node(node) = inventory.resolve(&function.properties.get("Role"), &[ROLE]) else {
        return None;
    };
    let role = inventory.resource(node);
    let wide = ["Action", "Resource"]
        .into_iter()
        .any(|key| texts(inventory, key).is_none_or(|texts| texts.iter().any(|text| text.contains('*'))));
    let managed = role.properties.get("ManagedPolicyArns");
    let mut managed = managed.items().iter().filter_map(|policy| policy.as_text());
    let harmless = managed.all(|policy| {
        let policy = policy.to_string().to_lowercase();
        policy.ends_with("executionrole") || policy.contains("awsxray")
    });
    // SAM lets the roles that it makes send to the paths that it makes.
    (!wide && harmless && !role.generated && inventory.open().is_none()).then_some(role)
}

/// The destinations that no policy of the template lets anything be sent to.
fn forbidden(inventory: &Inventory) -> Option<Vec<(&'static str, Option<&'static str>)>> {
    let actions = texts(inventory, "Action")?;
    let allowed = |service: &str| actions.iter().any(|action| action.starts_with(service));
    let forbidden = DESTINATIONS.into_iter().filter(|(service, ..)| !allowed(service));
    Some(forbidden.map(|(_, arn, kind)| (arn, kind)).collect())
}

/// A further configuration of the function, of that version and with that destination.
fn config(function: &Resource, qualifier: New, destination: New) -> New {
    let target = New::mapping([("OnFailure", New::mapping([("Destination", destination)]))]);
    let properties =
        [("FunctionName", arn(function)), ("Qualifier", qualifier), ("DestinationConfig", target)];
    resource(CONFIG, properties)
}

pub const MUTATOR: Mutator = Mutator {
    control: "RL-02",
    clauses: &[
        Clause {
            name: "of another version than is invoked",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (node, function) = subject(inventory, verdict)?;
                let configs = configs(inventory, function);
                let queue = !function.properties.get("DeadLetterConfig").is_absent();
                if !is_asynchronous(inventory, node) || queue || configs.len() != 1 {
                    return None;
                }
                let own =
                    configs.into_iter().map(|own| Break::set(own, "Qualifier", "stale").written_as(CONFIG));
                Some(own.collect())
            },
            impossible: &[
                OF_SAM,
                (&[Form::Separate], "the configuration is a resource of its own already; see `literal`"),
                (&[Form::Absent], "CloudFormation requires the qualifier"),
            ],
        },
        Clause {
            name: "another version is invoked",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, function) = subject(inventory, verdict)?;
                let queue = !function.properties.get("DeadLetterConfig").is_absent();
                if queue || configs(inventory, function).is_empty() {
                    return None;
                }
                let version = New::string(format!("${{{}.Arn}}:mutant", function.logical_id()));
                let target = [("Id", New::string("mutant")), ("Arn", New::mapping([("Fn::Sub", version)]))];
                let properties = [
                    ("ScheduleExpression", New::string("rate(1 day)")),
                    ("Targets", New::Sequence(vec![New::mapping(target)])),
                ];
                Some(vec![Break::add(function, resource("AWS::Events::Rule", properties))])
            },
            impossible: &[
                (
                    &[Form::Literal, Form::Ref, Form::Sub, Form::Globals],
                    "nothing in the function says which version is invoked; what invokes it is a resource of its own",
                ),
                (&[Form::Absent], "what is not there invokes nothing"),
            ],
        },
        Clause {
            name: "a path of another version only",
            from: Outcome::NotApplicable,
            breaks: |inventory, verdict| {
                let (node, function) = subject(inventory, verdict)?;
                if !is_asynchronous(inventory, node) || is_durable(function) {
                    return None;
                }
                let copy = function.clone();
                let stale = move |qualifier| config(&copy, qualifier, New::string(DESTINATIONS[0].1));
                Some(vec![Break::add_with(function, "stale", stale)])
            },
            impossible: &[
                (&[Form::Literal], "the configuration is a resource of its own; see `separate`"),
                OF_SAM,
                (&[Form::Absent], "without a path the control does not apply"),
            ],
        },
        Clause {
            name: "the role may not send there",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, function) = subject(inventory, verdict)?;
                narrow_role(inventory, function)?;
                let mut breaks = Vec::new();
                for (elsewhere, kind) in forbidden(inventory)? {
                    if let Some(kind) = kind {
                        let queue = |arn| New::mapping([("TargetArn", arn)]);
                        let own = Break::set(function, "DeadLetterConfig", elsewhere).around(queue);
                        let queue =
                            move |arn| New::mapping([("Type", New::string(kind)), ("TargetArn", arn)]);
                        let of_sam = Break::set(function, "DeadLetterQueue", elsewhere).around(queue);
                        breaks.extend([
                            own.written_as("AWS::Lambda::Function"),
                            of_sam.written_as(SAM).only(&[
                                Form::Literal,
                                Form::Ref,
                                Form::Sub,
                                Form::Globals,
                            ]),
                        ]);
                    }
                    if is_durable(function) {
                        continue;
                    }
                    let copy = function.clone();
                    let further = move |arn| config(&copy, New::string("mutant"), arn);
                    breaks.push(Break::add_with(function, elsewhere, further));
                    for own in configs(inventory, function) {
                        let path = "DestinationConfig.OnFailure.Destination";
                        breaks.push(Break::set(own, path, elsewhere).written_as(CONFIG));
                    }
                }
                Some(breaks)
            },
            impossible: &[(&[Form::Absent], "that nothing allows it is a clause of its own")],
        },
        Clause {
            name: "the role's policies allow nothing",
            from: Outcome::Pass,
            breaks: |inventory, verdict| {
                let (_, function) = subject(inventory, verdict)?;
                let role = narrow_role(inventory, function)?;
                let target = function.properties.get("DeadLetterConfig.TargetArn");
                let place = target.origin.place;
                if target.is_absent() {
                    return None;
                }
                let inline = Break::remove(role, "Policies").shows_at_place(place);
                let policies = inventory.of_type("AWS::IAM::Policy").map(|(_, policy)| {
                    let document = New::mapping([
                        ("Version", New::string("2012-10-17")),
                        (
                            "Statement",
                            New::mapping([
                                ("Effect", New::string("Allow")),
                                ("Action", New::string("logs:PutLogEvents")),
                                ("Resource", New::string("arn:aws:logs:us-east-1:123456789012:log-group:a")),
                            ]),
                        ),
                    ]);
                    Break::set_value(policy, "PolicyDocument", document).shows_at_place(place)
                });
                Some(std::iter::once(inline).chain(policies).collect())
            },
            impossible: &[
                (&[Form::Sub], "`Fn::Sub` gives a text, and policies are none"),
                (&[Form::Globals], "SAM allows the roles that it makes to send to the paths that it makes"),
                (&[Form::Separate], "a further policy takes nothing from those that allow"),
            ],
        },
    ],
};
