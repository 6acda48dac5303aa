//! RL-01: a function that is invoked asynchronously and drops what it could not process.

use crate::Context;
use crate::rl::ineffective_failure_destination::grant;
use foldhash::HashMap;
use stockade_inventory::{Function, Inventory, Mode, Node, Qualifier, Target, Trigger};
use stockade_model::{
    Applicability, Change, Fact, Kleene, Outcome, Resource, Subject, Symbol, SymbolKind, Value, Verdict,
};
use stockade_syntax::New;

const CONFIG: &str = "AWS::Lambda::EventInvokeConfig";

/// A durable function that may run for longer, in seconds, cannot be invoked synchronously.
const LONGEST_SYNCHRONOUS: f64 = 900.0;

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let triggers = inventory.triggers();
    let mut by_function: HashMap<Node, Vec<&Trigger>> = HashMap::default();
    for trigger in &triggers {
        by_function.entry(trigger.function.node()).or_default().push(trigger);
    }
    for function in inventory.functions() {
        let triggers = by_function.get(&function.node()).map(Vec::as_slice).unwrap_or_default();
        verdicts.push(judge_function(inventory, function, triggers));
    }
}

/// Where failed events go.
pub(crate) struct FailurePath<'a> {
    /// The dead-letter queue or topic of the function, or the destination of a configuration.
    pub target: Value,
    /// The configuration, if it is one's destination.
    pub config: Option<&'a Resource>,
}

/// All failure paths that the deployment shows for a function, and a symbol if there may be more.
pub(crate) fn failure_paths<'a>(
    inventory: &'a Inventory,
    function: Function<'a>,
) -> (Vec<FailurePath<'a>>, Option<Symbol>) {
    let mut paths = Vec::new();
    let mut unknown = None;
    let mut add = |target: Value, config: Option<&'a Resource>, unknown: &mut Option<Symbol>| {
        let not_evaluated = target
            .unknown()
            .filter(|symbol| matches!(symbol.kind(), SymbolKind::Opaque { .. } | SymbolKind::Call { .. }));
        match not_evaluated {
            Some(symbol) => *unknown = unknown.take().or_else(|| Some(symbol.clone())),
            None if target.is_absent() => {}
            None => paths.push(FailurePath { target, config }),
        }
    };
    add(function.get("DeadLetterConfig.TargetArn").into_owned(), None, &mut unknown);
    for (_, config) in inventory.of_type(CONFIG) {
        let named = config.properties.get("FunctionName");
        match Function::named_by(inventory, &named) {
            Ok(own) if own.node() == function.node() => {
                let target = config.properties.get("DestinationConfig.OnFailure.Destination").into_owned();
                add(target, Some(config), &mut unknown);
            }
            Err(Target::Unknown(symbol)) => unknown = unknown.or(Some(symbol)),
            Err(Target::Ambiguous(nodes, symbol)) if nodes.contains(&function.node()) => {
                unknown = unknown.or(Some(symbol));
            }
            _ => {}
        }
    }
    let unknown = unknown.or_else(|| inventory.open().cloned());
    if is_durable(function) {
        // A destination gets nothing of them.
        paths.retain(|path| path.config.is_none());
    }
    (paths, unknown)
}

/// Lambda's destinations do not serve durable functions, dead-letter queues do (AWS Lambda developer guide, "Invoking
/// durable functions").
fn is_durable(function: Function) -> bool {
    let config = function.get("DurableConfig");
    !config.is_absent() && config.unknown().is_none()
}

/// Whether a durable function may run for so long that it can only be invoked asynchronously.
fn only_asynchronously(function: Function) -> bool {
    let seconds = function.get("DurableConfig.ExecutionTimeout").number();
    matches!(seconds, Fact::Known(seconds) if seconds > LONGEST_SYNCHRONOUS)
}

fn judge_function(inventory: &Inventory, function: Function, triggers: &[&Trigger]) -> Verdict {
    let resource = function.resource();
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let verdict = |outcome| {
        Verdict::new(subject.clone(), outcome, resource.declared_at).with("function", resource.id.to_string())
    };
    let (paths, possible) = failure_paths(inventory, function);
    if let Some(path) = paths.iter().find(|path| is_fifo(inventory, &path.target).is_true()) {
        return Verdict::on(subject, Outcome::Fail, &path.target.origin)
            .message("fifo")
            .with("function", resource.id.to_string());
    }
    let none = |modes: &[Mode]| !triggers.iter().any(|trigger| modes.contains(&trigger.mode));
    if !triggers.is_empty() && none(&[Mode::Asynchronous, Mode::Unknown]) && inventory.open().is_none() {
        return verdict(Outcome::NotApplicable);
    }
    if let Some(path) = paths.first() {
        return Verdict::on(subject, Outcome::Pass, &path.target.origin)
            .with("function", resource.id.to_string());
    }
    let asynchronous =
        triggers.iter().find(|trigger| trigger.mode == Mode::Asynchronous && !trigger.keeps_failures);
    let Some(trigger) = asynchronous else {
        if only_asynchronously(function) && none(&[Mode::Polled, Mode::Synchronous]) {
            let timeout = function.get("DurableConfig.ExecutionTimeout").origin.place;
            let why = "a durable function of more than 15 minutes can only be invoked asynchronously";
            return match possible {
                Some(symbol) => verdict(Outcome::Unknown).message("possible-durable").because(&symbol),
                None => verdict(Outcome::Fail).message("durable").related(why, timeout),
            };
        }
        // What is left is a schedule with a queue of its own, or a caller that nothing tells more of.
        let known = triggers.iter().any(|trigger| trigger.mode != Mode::Unknown);
        return match inventory.open() {
            None if known => verdict(Outcome::NotApplicable),
            Some(symbol) => verdict(Outcome::Unknown).because(symbol),
            None => verdict(Outcome::Unknown)
                .settled_by("what invokes the function, and how", "invocation not known"),
        };
    };
    let shown = |verdict: Verdict| {
        verdict
            .with("service", trigger.service)
            .related(format!("invoked by {} here", trigger.service), trigger.place)
    };
    if let Some(symbol) = possible {
        return shown(verdict(Outcome::Unknown).message("possible")).because(&symbol);
    }
    let failure = shown(verdict(Outcome::Fail));
    match changes(inventory, function, trigger) {
        Some(changes) => {
            let description = "keep failed events in a queue of their own, which the function's role may write to; somebody \
                               must look at it";
            failure.fix(Applicability::Unsafe, description, changes)
        }
        None => failure,
    }
}

/// Whether a destination is a FIFO queue or topic, which Lambda does not accept.
fn is_fifo(inventory: &Inventory, target: &Value) -> Kleene {
    match inventory.resolve(target, &["AWS::SQS::Queue", "AWS::SNS::Topic"]) {
        Target::Node(node) => {
            let resource = inventory.resource(node);
            let property = if resource.type_name == "AWS::SQS::Queue" { "FifoQueue" } else { "FifoTopic" };
            match resource.properties.get(property).boolean() {
                Fact::Known(fifo) => fifo.into(),
                Fact::Absent => Kleene::False,
                _ => Kleene::Unknown,
            }
        }
        _ => match target.literal() {
            Fact::Known(arn) => arn.ends_with(".fifo").into(),
            _ => Kleene::Unknown,
        },
    }
}

/// A queue, a configuration that sends failures to it, and the permission to do so.
fn changes(inventory: &Inventory, function: Function, trigger: &Trigger) -> Option<Vec<Change>> {
    let resource = function.resource();
    let logical_id = resource.logical_id();
    // A second configuration of one qualifier is refused.
    let has_config = inventory.of_type(CONFIG).any(|(_, config)| {
        Function::named_by(inventory, &config.properties.get("FunctionName"))
            .is_ok_and(|own| own.node() == function.node())
    });
    if has_config {
        return None;
    }
    let qualifier = match &trigger.qualifier {
        Qualifier::Unqualified => New::string("$LATEST"),
        Qualifier::Named(text) => Value::text(text.clone(), function.role().origin.clone()).to_new()?,
        Qualifier::Unknown => return None,
    };
    let queue = smol_str::format_smolstr!("{logical_id}FailedEvents");
    let arn =
        New::mapping([("Fn::GetAtt", New::Sequence(vec![New::string(queue.clone()), New::string("Arn")]))]);
    let body = New::mapping([
        ("Type", New::string("AWS::SQS::Queue")),
        ("Properties", New::mapping([("MessageRetentionPeriod", New::Number("1209600".into()))])),
    ]);
    let destination = New::mapping([("OnFailure", New::mapping([("Destination", arn.clone())]))]);
    let config = New::mapping([
        ("Type", New::string(CONFIG)),
        (
            "Properties",
            New::mapping([
                ("FunctionName", New::mapping([("Ref", New::string(logical_id.to_owned()))])),
                ("Qualifier", qualifier),
                ("DestinationConfig", destination),
            ]),
        ),
    ]);
    let beside = resource.id.clone();
    let config_id = smol_str::format_smolstr!("{logical_id}OnFailure");
    let mut changes = vec![
        Change::AddResource { beside: beside.clone(), id: queue, body },
        Change::AddResource { beside, id: config_id, body: config },
    ];
    changes.extend(grant(inventory, function, "sqs:SendMessage", arn));
    Some(changes)
}
