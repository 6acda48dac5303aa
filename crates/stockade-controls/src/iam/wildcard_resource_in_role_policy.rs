//! IAM-04: an action allowed on every resource, though the catalogue knows what it could be narrowed to.

use crate::Context;
use crate::sensitive_actions::sensitivity;
use crate::statements::{
    Judged, granting, is_every_action, is_everything, is_narrowed, is_service_wildcard, judge_allowing, listed,
    may_be_everything, may_be_wide, place_of_wide, resources,
};
use stockade_iam::{Catalogue, Effect};
use stockade_iam::catalogue::Action;
use stockade_inventory::{Function, IdentityStatement, Inventory, Node};
use stockade_model::Verdict;

/// What Lambda needs to attach a function to a VPC, before its subnets are known to IAM (AWS managed policy
/// `AWSLambdaVPCAccessExecutionRole`).
const NETWORK_INTERFACES: [&str; 5] = [
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
    "ec2:DetachNetworkInterface",
];

/// Metrics have no resource: only those in OTLP name a dataset, the type that the catalogue has for the action (Service
/// Authorization Reference, "Actions defined by Amazon CloudWatch").
const METRICS: &str = "cloudwatch:PutMetricData";

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    judge_allowing(inventory, verdicts, |judged| Some(judge_statement(inventory, judged)));
}

fn judge_statement(inventory: &Inventory, judged: &Judged) -> Verdict {
    let statement = judged.statement();
    if is_narrowed(statement) || statement.actions.is_empty() {
        return judged.pass();
    }
    let patterns = resources(statement);
    let wide: Vec<&str> = patterns.iter().map(String::as_str).filter(|pattern| may_be_wide(pattern)).collect();
    let unknown = statement.resources.iter().find_map(|term| Some((may_be_everything(&term.text)?, term.place)));
    if wide.is_empty() && unknown.is_none() {
        return match &judged.at.more_resources {
            Some(symbol) if !restrictable(inventory, judged, &["*"]).0.is_empty() => {
                judged.unknown(symbol, statement.place)
            }
            _ => judged.pass(),
        };
    }
    let (found, missing) = restrictable(inventory, judged, if wide.is_empty() { &["*"] } else { &wide });
    let place = place_of_wide(judged);
    match (found.first(), unknown.filter(|_| wide.is_empty())) {
        (Some(_), Some((symbol, place))) => judged.unknown(symbol, place),
        (Some(first), None) => {
            let names: Vec<&str> = found.iter().map(|found| found.name.as_str()).collect();
            let verdict = match &first.narrower {
                Some((action, narrower)) => {
                    judged.fail(place).with("action", action).with("narrower", narrower)
                }
                None => judged.fail_as("everything", place),
            };
            let verdict = verdict.with("actions", listed(&names));
            let owner = found.iter().filter_map(|found| found.owner).min();
            match owner {
                Some((_, control)) => verdict.follows_from(control, &judged.subject),
                None => verdict,
            }
        }
        (None, _) => match missing {
            Some(action) => judged.not_in_catalogue(&action, place),
            None => judged.pass(),
        },
    }
}

/// An action that could be narrowed and is not.
struct Restrictable {
    /// As the statement spells it.
    name: String,
    /// An action of those and what it could be narrowed to, unless it is every action.
    narrower: Option<(String, String)>,
    /// The control that owns such a finding, those that own more first.
    owner: Option<(u8, &'static str)>,
}

/// The actions of a statement that these patterns of resources leave unrestricted, and one that the catalogue lacks.
fn restrictable(
    inventory: &Inventory,
    judged: &Judged,
    patterns: &[&str],
) -> (Vec<Restrictable>, Option<String>) {
    let (mut found, mut missing) = (Vec::new(), None);
    let for_lambda = judged.at.roles.iter().any(|role| needs_network_interfaces(inventory, *role));
    for term in &judged.statement().actions {
        let Some(name) = term.text.as_literal() else { continue };
        if is_every_action(name) {
            if patterns.iter().any(|pattern| is_everything(pattern)) {
                found.push(Restrictable { name: name.to_owned(), narrower: None, owner: Some((0, "IAM-03")) });
            }
            continue;
        }
        let catalogue = Catalogue::built_in();
        let ids = catalogue.expand(name);
        if ids.is_empty() {
            missing.get_or_insert_with(|| name.to_owned());
        }
        let actions = ids.iter().filter_map(|id| catalogue.action_by_id(*id));
        let wide: Vec<Action> = actions
            .filter(|action| {
                action.is_unrestricted_by(patterns)
                    && !(for_lambda && NETWORK_INTERFACES.contains(&action.full_name().as_str()))
                    && action.full_name() != METRICS
                    && !is_denied(inventory, judged, *action)
            })
            .collect();
        if let Some(action) = wide.first() {
            let owner = if is_service_wildcard(name) {
                Some((0, "IAM-03"))
            } else {
                wide.iter().filter_map(|action| owner_of(*action)).min()
            };
            let narrower = Some((action.full_name(), narrower(*action)));
            found.push(Restrictable { name: name.to_owned(), narrower, owner });
        }
    }
    (found, missing)
}

/// Whether statements without conditions deny an action on all that it could be narrowed to, so that what is left has no
/// resource: `sns:Publish` on `arn:aws:sns:*:*:*`, which leaves text messages.
fn is_denied(inventory: &Inventory, judged: &Judged, action: Action) -> bool {
    let denying = |at: &&IdentityStatement| {
        let statement = &at.statement;
        let is_sure = statement.effect == Effect::Deny && statement.conditions.is_empty() && at.more_conditions.is_none();
        is_sure && granting(statement, &action.full_name()).is_some()
    };
    let statements = &inventory.identity_policies().statements;
    let denying: Vec<&IdentityStatement> = statements.iter().filter(denying).collect();
    judged.at.roles.iter().all(|role| {
        let on_role = denying.iter().filter(|at| at.roles.contains(role));
        let patterns: Vec<String> = on_role.flat_map(|at| resources(&at.statement)).collect();
        let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
        action.is_unrestricted_by(&patterns)
    })
}

/// The control that speaks of such an action by itself.
fn owner_of(action: Action) -> Option<(u8, &'static str)> {
    if sensitivity(action).is_some() {
        return Some((1, "IAM-13"));
    }
    match action.full_name().as_str() {
        "iam:PassRole" => Some((2, "IAM-12")),
        name if super::kms_decrypt_on_all_keys::CRYPTOGRAPHIC.contains(&name) => Some((3, "IAM-14")),
        _ => None,
    }
}

/// The form of the first type that the action acts on.
fn narrower(action: Action) -> String {
    let types = action.resource_types().find(|on| on.required).or_else(|| action.resource_types().next());
    types.map(|on| on.resource_type.arn_format().to_owned()).unwrap_or_default()
}

/// Whether Lambda needs network interfaces for a function that runs as the role: it is attached to a VPC, or polls a
/// broker in one (Lambda Developer Guide, "Configuring the execution role" for Amazon MQ and Apache Kafka).
fn needs_network_interfaces(inventory: &Inventory, role: Node) -> bool {
    let role = inventory.function_roles().iter().find(|known| known.node == role);
    role.into_iter().flat_map(|role| &role.users).any(|user| {
        !inventory.resource(*user).properties.get("VpcConfig").is_absent() || polls_a_broker(inventory, *user)
    })
}

/// Whether an event source mapping of a function names topics or the queues of a broker.
fn polls_a_broker(inventory: &Inventory, user: Node) -> bool {
    inventory.of_type("AWS::Lambda::EventSourceMapping").any(|(_, mapping)| {
        let get = |property| mapping.properties.get(property);
        let of_broker = ["Queues", "Topics"].into_iter().any(|property| !get(property).is_absent());
        of_broker
            && Function::named_by(inventory, &get("FunctionName"))
                .is_ok_and(|function| function.node() == user)
    })
}
