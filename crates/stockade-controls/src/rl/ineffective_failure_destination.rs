//! RL-02: a failure path that the failed events never take: of another qualifier, or closed to the function's role.

use crate::Context;
use crate::rl::async_function_without_failure_destination::{FailurePath, failure_paths};
use foldhash::HashMap;
use stockade_iam::{Effect, PolicyDocument};
use stockade_inventory::{Function, Inventory, Mode, Node, Qualifier, Target, Trigger};
use stockade_model::{
    Applicability, Change, Kleene, Outcome, Piece, Resource, Subject, Symbol, Text, Value, Verdict,
};
use stockade_syntax::New;

const ROLE: &str = "AWS::IAM::Role";

/// The types that can be a destination, with the service in their ARNs and what the role must be allowed.
const DESTINATIONS: [(&str, &str, &str); 7] = [
    ("AWS::SQS::Queue", "sqs", "sqs:SendMessage"),
    ("AWS::SNS::Topic", "sns", "sns:Publish"),
    ("AWS::Lambda::Function", "lambda", "lambda:InvokeFunction"),
    ("AWS::Lambda::Alias", "lambda", "lambda:InvokeFunction"),
    ("AWS::Lambda::Version", "lambda", "lambda:InvokeFunction"),
    ("AWS::Events::EventBus", "events", "events:PutEvents"),
    ("AWS::S3::Bucket", "s3", "s3:PutObject"),
];

/// AWS managed policies for functions that allow none of these actions.
const HARMLESS: [&str; 9] = [
    "service-role/AWSLambdaBasicExecutionRole",
    "service-role/AWSLambdaVPCAccessExecutionRole",
    "service-role/AWSLambdaSQSQueueExecutionRole",
    "service-role/AWSLambdaDynamoDBExecutionRole",
    "service-role/AWSLambdaKinesisExecutionRole",
    "AWSXRayDaemonWriteAccess",
    "AWSXrayWriteOnlyAccess",
    "CloudWatchLambdaInsightsExecutionRolePolicy",
    "AWSLambdaExecute",
];

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

fn judge_function(inventory: &Inventory, function: Function, triggers: &[&Trigger]) -> Verdict {
    let resource = function.resource();
    let subject = Subject::resource(resource.id.clone(), resource.type_name.clone());
    let (paths, _) = failure_paths(inventory, function);
    let Some(first) = paths.first() else {
        return Verdict::new(subject, Outcome::NotApplicable, resource.declared_at);
    };
    // What only waits or polls has no failed events: nothing would ever take the path.
    let takes = |trigger: &&Trigger| matches!(trigger.mode, Mode::Asynchronous | Mode::Unknown);
    if !triggers.is_empty() && !triggers.iter().any(takes) && inventory.open().is_none() {
        return Verdict::new(subject, Outcome::NotApplicable, resource.declared_at);
    }
    let on = |outcome, path: &FailurePath| {
        let verdict = Verdict::on(subject.clone(), outcome, &path.target.origin);
        verdict.with("function", resource.id.to_string())
    };
    let mut unknown: Option<Verdict> = None;
    for trigger in triggers.iter().filter(|trigger| trigger.mode == Mode::Asynchronous) {
        let covered =
            paths.iter().map(|path| covers(path, &trigger.qualifier)).fold(Kleene::False, Kleene::or);
        match covered {
            Kleene::True => {}
            Kleene::False => {
                let own = paths
                    .iter()
                    .find_map(|path| path.config)
                    .map(|config| config.properties.get("Qualifier"));
                let failure = match own.filter(|qualifier| !qualifier.is_absent()) {
                    Some(qualifier) => Verdict::on(subject.clone(), Outcome::Fail, &qualifier.origin)
                        .with("function", resource.id.to_string())
                        .related("failed events should go here", first.target.origin.place),
                    None => on(Outcome::Fail, first),
                };
                return wrong_qualifier(inventory, function, &paths, trigger, failure);
            }
            Kleene::Unknown => {
                let verdict = on(Outcome::Unknown, first).message("which");
                let verdict = verdict.related("invoked here", trigger.place);
                unknown.get_or_insert(
                    verdict.settled_by("the qualifier that is invoked", "qualifier not known"),
                );
            }
        }
    }
    for path in &paths {
        let Some((action, name)) = action_for(inventory, &path.target) else {
            // Whatever the service is, the role is allowed what that one asks.
            let name = path.target.as_text().map(|text| inventory.canonical(&text)).unwrap_or_default();
            let allowed = |row: &(&str, &str, &str)| may(inventory, function, row.2, &name).0.is_true();
            if DESTINATIONS.iter().any(allowed) {
                continue;
            }
            let symbol = path.target.as_text().and_then(|text| text.symbols().next().cloned());
            let verdict = on(Outcome::Unknown, path);
            unknown.get_or_insert(match symbol {
                Some(symbol) => verdict.because(&symbol),
                None => verdict.settled_by("the ARN of a destination", "value of another form"),
            });
            continue;
        };
        match may(inventory, function, action, &name) {
            (Kleene::True, _) => {}
            (Kleene::False, _) => {
                let failure = on(Outcome::Fail, path).message("denied").with("action", action);
                let failure = failure.related("the function whose role lacks it", resource.declared_at);
                let changes = path.target.to_new().and_then(|arn| grant(inventory, function, action, arn));
                let description = format!("allow the function's role `{action}` on the destination");
                return match changes {
                    Some(change) => failure.fix(Applicability::Safe, description, vec![change]),
                    None => failure,
                };
            }
            (Kleene::Unknown, symbol) => {
                let verdict = on(Outcome::Unknown, path);
                unknown.get_or_insert(match symbol {
                    Some(symbol) => verdict.because(&symbol),
                    None => verdict
                        .settled_by("all policies of the function's role", "policy outside the deployment"),
                });
            }
        }
    }
    unknown.unwrap_or_else(|| on(Outcome::Pass, first))
}

/// A dead-letter queue serves every version; a configuration the one that it names, `$LATEST` unless it names any.
fn covers(path: &FailurePath, invoked: &Qualifier) -> Kleene {
    let Some(config) = path.config else { return Kleene::True };
    let qualifier = config.properties.get("Qualifier");
    let Some(own) = qualifier.as_text() else { return (*invoked == Qualifier::Unqualified).into() };
    let latest = Text::literal("$LATEST");
    match invoked {
        Qualifier::Unqualified => own.compare(&latest),
        Qualifier::Named(text) => own.compare(text),
        Qualifier::Unknown => Kleene::Unknown,
    }
}

fn wrong_qualifier(
    inventory: &Inventory,
    function: Function,
    paths: &[FailurePath],
    trigger: &Trigger,
    failure: Verdict,
) -> Verdict {
    let spelled = match &trigger.qualifier {
        Qualifier::Named(text) => text.to_string(),
        _ => "$LATEST".to_owned(),
    };
    let failure = failure
        .with("qualifier", spelled)
        .with("service", trigger.service)
        .related(format!("{} invokes it here", trigger.service), trigger.place);
    // A configuration that only moves to the invoked version mends it, if there is only one of each.
    let [FailurePath { config: Some(config), target }] = paths else { return failure };
    let qualifier = match &trigger.qualifier {
        Qualifier::Named(text) => Value::text(text.clone(), target.origin.clone()).to_new(),
        _ => Some(New::string("$LATEST")),
    };
    let Some(value) = qualifier else { return failure };
    let change = Change::Set { resource: config.id.clone(), property: "Qualifier".into(), value };
    let mut changes = vec![change];
    if let Some((action, name)) = action_for(inventory, target)
        && may(inventory, function, action, &name).0.is_false()
    {
        changes.extend(target.to_new().and_then(|arn| grant(inventory, function, action, arn)));
    }
    failure.fix(Applicability::Safe, "configure the version that is invoked", changes)
}

/// What a role must be allowed to send to a destination, and the destination's canonical name.
fn action_for(inventory: &Inventory, target: &Value) -> Option<(&'static str, Text)> {
    let types = DESTINATIONS.map(|(type_name, ..)| type_name);
    let text = target.as_text()?;
    let canonical = inventory.canonical(&text);
    if let Target::Node(node) = inventory.resolve(target, &types) {
        let type_name = inventory.resource(node).type_name.as_str();
        let row = DESTINATIONS.iter().find(|(row, ..)| *row == type_name)?;
        return Some((row.2, canonical));
    }
    let service = match canonical.pieces().first() {
        Some(Piece::Literal(literal)) => literal.split(':').nth(2).map(str::to_owned)?,
        _ => return None,
    };
    let row = DESTINATIONS.iter().find(|(_, row, _)| *row == service)?;
    Some((row.2, canonical))
}

/// Whether the function's role is allowed an action on a resource, as far as the deployment's policies say.
fn may(inventory: &Inventory, function: Function, action: &str, name: &Text) -> (Kleene, Option<Symbol>) {
    let node = match inventory.resolve(&function.role(), &[ROLE]) {
        Target::Node(node) => node,
        Target::Unknown(symbol) | Target::Ambiguous(_, symbol) => return (Kleene::Unknown, Some(symbol)),
        _ => return (Kleene::Unknown, None),
    };
    let role = inventory.resource(node);
    let mut documents: Vec<Value> = Vec::new();
    let mut foreign = false;
    let inline = role.properties.get("Policies");
    documents.extend(inline.items().iter().map(|policy| policy.get("PolicyDocument").into_owned()));
    for type_name in ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"] {
        for (_, policy) in inventory.of_type(type_name) {
            let roles =
                policy.properties.get(if type_name == "AWS::IAM::RolePolicy" { "RoleName" } else { "Roles" });
            let attached =
                roles.items().iter().any(|item| inventory.resolve(item, &[ROLE]) == Target::Node(node));
            if attached {
                documents.push(policy.properties.get("PolicyDocument").into_owned());
            }
        }
    }
    let managed = role.properties.get("ManagedPolicyArns");
    for item in managed.items() {
        if let Target::Node(policy) = inventory.resolve(item, &["AWS::IAM::ManagedPolicy"]) {
            documents.push(inventory.resource(policy).properties.get("PolicyDocument").into_owned());
            continue;
        }
        let spelled = item.as_text().map(|text| text.to_string()).unwrap_or_default();
        foreign |= !HARMLESS.iter().any(|name| spelled.ends_with(&format!(":policy/{name}")));
    }
    let mut answer = if foreign { Kleene::Unknown } else { Kleene::False };
    let mut because = None;
    for document in &documents {
        let (allowed, symbol) = allows(inventory, document, action, name);
        answer = answer.or(allowed);
        because = because.or(symbol);
    }
    let open = managed.open().or(inline.open()).or(inventory.open()).cloned();
    if open.is_some() {
        answer = answer.or(Kleene::Unknown);
    }
    (answer, because.or(open))
}

/// Whether a document allows it; what a condition or a `Deny` leaves is not known.
fn allows(inventory: &Inventory, document: &Value, action: &str, name: &Text) -> (Kleene, Option<Symbol>) {
    let document = PolicyDocument::read(document);
    let mut answer: Kleene = if document.open.is_some() { Kleene::Unknown } else { Kleene::False };
    let mut because = document.open.clone();
    for statement in &document.statements {
        let symbolic = statement.actions.iter().any(|action| action.text.as_literal().is_none());
        if !statement.covers_action(action) && !symbolic && statement.open.is_none() {
            continue;
        }
        let certain = statement.effect == Effect::Allow
            && statement.covers_action(action)
            && statement.conditions.is_empty()
            && statement.open.is_none();
        let on = |pattern: &Text| {
            let pattern = inventory.canonical(pattern);
            match pattern.as_literal() {
                Some("*") => Kleene::True,
                // What a wildcard covers is the policy engine's to say.
                _ if pattern.to_string().contains('*') => Kleene::Unknown,
                _ => inventory.same_text(&pattern, name),
            }
        };
        let here = if statement.not_resources.is_empty() {
            statement.resources.iter().map(|resource| on(&resource.text)).fold(Kleene::False, Kleene::or)
        } else {
            Kleene::Unknown
        };
        let here = if certain || here.is_false() { here } else { Kleene::Unknown };
        if here == Kleene::Unknown {
            because = because.or_else(|| statement.open.clone());
        }
        answer = answer.or(here);
    }
    (answer, because)
}

/// A policy that allows the function's role one action, if the role is the deployment's own.
pub(crate) fn grant(inventory: &Inventory, function: Function, action: &str, arn: New) -> Option<Change> {
    let Target::Node(node) = inventory.resolve(&function.role(), &[ROLE]) else { return None };
    let role: &Resource = inventory.resource(node);
    let resource = function.resource();
    if role.stack() != resource.stack() {
        return None;
    }
    let id = smol_str::format_smolstr!("{}FailurePolicy", resource.logical_id());
    let statement = New::mapping([
        ("Effect", New::string("Allow")),
        ("Action", New::string(action.to_owned())),
        ("Resource", arn),
    ]);
    let document =
        New::mapping([("Version", New::string("2012-10-17")), ("Statement", New::Sequence(vec![statement]))]);
    let properties = New::mapping([
        ("PolicyName", New::string("failed-events")),
        ("Roles", New::Sequence(vec![New::mapping([("Ref", New::string(role.logical_id().to_owned()))])])),
        ("PolicyDocument", document),
    ]);
    let body = New::mapping([("Type", New::string("AWS::IAM::Policy")), ("Properties", properties)]);
    let beside = resource.id.clone();
    Some(Change::AddResource { beside, id, body })
}
