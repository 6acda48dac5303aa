//! DG-04: a bucket whose policy does not refuse plain HTTP.

use crate::Context;
use crate::statements::is_everything;
use stockade_iam::{Comparison, Condition, Effect, Operator, PolicyDocument, Quantifier, Statement};
use stockade_inventory::{Inventory, Node, ResourcePolicy, Target};
use stockade_model::{
    Applicability, Change, Kleene, Outcome, Piece, Place, Resource, Subject, Symbol, Text, Verdict,
};
use stockade_syntax::New;

const BUCKET: &str = "AWS::S3::Bucket";

pub(crate) fn judge(inventory: &Inventory, _context: &Context, verdicts: &mut Vec<Verdict>) {
    let policies = inventory.resource_policies(BUCKET);
    let buckets = inventory.of_type(BUCKET);
    verdicts.extend(buckets.map(|(node, bucket)| judge_bucket(inventory, &policies, node, bucket)));
}

/// What of a bucket is closed to plain HTTP.
#[derive(Clone)]
struct Closed {
    bucket: Kleene,
    objects: Kleene,
    /// The statement that closes one of them.
    place: Option<Place>,
    /// What keeps from knowing.
    symbol: Option<Symbol>,
}

fn judge_bucket(
    inventory: &Inventory,
    policies: &[ResourcePolicy],
    node: Node,
    bucket: &Resource,
) -> Verdict {
    let mut closed = Closed { bucket: Kleene::False, objects: Kleene::False, place: None, symbol: None };
    let mut own = None;
    for policy in policies {
        let of_it = policy.of.iter().map(|target| is_of(target, node)).fold(Kleene::False, Kleene::or);
        if of_it.is_false() {
            continue;
        }
        own = own.or(of_it.is_true().then_some(policy));
        add(inventory, policy, node, of_it, &mut closed);
    }
    let subject = Subject::resource(bucket.id.clone(), bucket.type_name.clone());
    let on = |outcome, place| {
        let verdict = Verdict::new(subject.clone(), outcome, place).with("bucket", bucket.declared_id.to_string());
        if place == bucket.declared_at { verdict } else { verdict.related("the bucket", bucket.declared_at) }
    };
    let policy_at = own.map_or(bucket.declared_at, |policy| policy.resource.declared_at);
    match closed.bucket.and(closed.objects) {
        Kleene::True => on(Outcome::Pass, closed.place.unwrap_or(policy_at)),
        Kleene::Unknown => {
            let place = closed.place.unwrap_or(policy_at);
            match &closed.symbol {
                Some(symbol) => on(Outcome::Unknown, place).with("symbol", symbol.name()).because(symbol),
                None => on(Outcome::Unknown, place)
                    .with("symbol", "a policy that is not known")
                    .settled_by("the policy of the bucket", "policy not known"),
            }
        }
        Kleene::False => {
            let partly = |closed: &Closed, part: &'static str| {
                on(Outcome::Fail, closed.place.unwrap_or(policy_at)).message("part").with("part", part)
            };
            let verdict = match (closed.bucket, closed.objects) {
                (Kleene::False, Kleene::False) => on(Outcome::Fail, policy_at),
                (Kleene::False, _) => partly(&closed, "the bucket itself (`s3:ListBucket` and such)"),
                _ => partly(&closed, "its objects"),
            };
            mend(inventory, verdict, bucket, own.is_some())
        }
    }
}

fn is_of(target: &Target, bucket: Node) -> Kleene {
    match target {
        Target::Node(node) => (*node == bucket).into(),
        Target::Ambiguous(possible, _) if possible.contains(&bucket) => Kleene::Unknown,
        _ => Kleene::False,
    }
}

/// Adds what the statements of a policy close.
fn add(inventory: &Inventory, policy: &ResourcePolicy, bucket: Node, of_it: Kleene, closed: &mut Closed) {
    let document = PolicyDocument::read(&policy.document);
    if let Some(symbol) = &document.open {
        closed.bucket = closed.bucket.or(Kleene::Unknown);
        closed.objects = closed.objects.or(Kleene::Unknown);
        closed.symbol.get_or_insert_with(|| symbol.clone());
    }
    for statement in document.statements.iter().filter(|statement| refuses_everyone(statement)) {
        let (certain, symbol) = match (&statement.effect, &statement.open) {
            (Effect::Unknown(symbol), _) | (_, Some(symbol)) => (Kleene::Unknown, Some(symbol.clone())),
            _ => (of_it, None),
        };
        for resource in &statement.resources {
            let (of_bucket, of_objects, unknown) = covered(inventory, &resource.text, bucket);
            if of_bucket.is_false() && of_objects.is_false() {
                continue;
            }
            closed.bucket = closed.bucket.or(of_bucket.and(certain));
            closed.objects = closed.objects.or(of_objects.and(certain));
            closed.place.get_or_insert(statement.place);
            closed.symbol = closed.symbol.take().or(unknown).or_else(|| symbol.clone());
        }
    }
}

/// Whether a statement refuses every action to everyone who comes without TLS, and to those on no other condition.
fn refuses_everyone(statement: &Statement) -> bool {
    let every_action = statement
        .actions
        .iter()
        .filter_map(|term| term.text.as_literal())
        .any(|action| is_everything(action) || action.eq_ignore_ascii_case("s3:*"));
    let [condition] = statement.conditions.as_slice() else { return false };
    statement.effect != Effect::Allow && statement.is_for_anyone() && every_action && asks_for_tls(condition)
}

/// Whether a condition is met by whatever comes without TLS: `aws:SecureTransport` is false, or `s3:TlsVersion` below 1.2
/// or more.
fn asks_for_tls(condition: &Condition) -> bool {
    let Some(operator) = Operator::parse(&condition.operator) else { return false };
    let [value] = condition.values.as_slice() else { return false };
    let Some(value) = value.text.as_literal() else { return false };
    if operator.quantifier == Some(Quantifier::AnyValue) {
        return false;
    }
    match (condition.key.to_ascii_lowercase().as_str(), operator.comparison) {
        (
            "aws:securetransport",
            Comparison::Bool | Comparison::StringEquals | Comparison::StringEqualsIgnoreCase,
        ) => value.eq_ignore_ascii_case(if operator.negated { "true" } else { "false" }),
        ("s3:tlsversion", Comparison::NumericLessThan) => value.parse::<f64>().is_ok_and(|least| least >= 1.2),
        _ => false,
    }
}

/// Whether a resource of a statement covers the bucket, whether its objects, and what keeps from knowing.
fn covered(inventory: &Inventory, resource: &Text, bucket: Node) -> (Kleene, Kleene, Option<Symbol>) {
    if let Some(Target::Unknown(symbol)) =
        resource.as_symbol().map(|_| inventory.resolve_text(resource, &[BUCKET]))
    {
        return (Kleene::Unknown, Kleene::Unknown, Some(symbol));
    }
    let (base, behind) = split(resource);
    if resource.as_literal().is_some_and(|text| is_everything(text) || text.ends_with(":s3:::*")) {
        return (Kleene::True, Kleene::True, None);
    }
    // What names a path leaves the rest of the bucket open.
    if base.pieces().iter().any(|piece| matches!(piece, Piece::Literal(literal) if literal.contains('/'))) {
        return (Kleene::False, Kleene::False, None);
    }
    let target = inventory.resolve_text(&base, &[BUCKET]);
    let of_it = match &target {
        Target::Unknown(_) => Kleene::Unknown,
        target => is_of(target, bucket),
    };
    let symbol = match target {
        Target::Unknown(symbol) | Target::Ambiguous(_, symbol) => Some(symbol),
        _ => None,
    };
    match behind {
        Behind::Nothing => (of_it, Kleene::False, symbol),
        Behind::Objects => (Kleene::False, of_it, symbol),
        Behind::Anything => (of_it, of_it, symbol),
    }
}

/// What follows the ARN of a bucket.
enum Behind {
    Nothing,
    /// `/*`.
    Objects,
    /// `*`.
    Anything,
}

/// The ARN of the bucket in a resource, and what follows it.
fn split(resource: &Text) -> (Text, Behind) {
    let Some((Piece::Literal(last), before)) = resource.pieces().split_last() else {
        return (resource.clone(), Behind::Nothing);
    };
    let (kept, behind) = match (last.strip_suffix("/*"), last.strip_suffix('*')) {
        (Some(kept), _) => (kept, Behind::Objects),
        (_, Some(kept)) => (kept, Behind::Anything),
        _ => (last.as_str(), Behind::Nothing),
    };
    let mut base = Text::default();
    for piece in before {
        match piece {
            Piece::Literal(literal) => base.push_str(literal),
            Piece::Symbol(symbol) => base.push_symbol(symbol.clone()),
        }
    }
    base.push_str(kept);
    (base, behind)
}

fn mend(inventory: &Inventory, verdict: Verdict, bucket: &Resource, has_policy: bool) -> Verdict {
    let id = format!("{}TlsPolicy", bucket.logical_id());
    let full = if bucket.stack().is_empty() { id.clone() } else { format!("{}/{id}", bucket.stack()) };
    if has_policy || inventory.node(&full).is_some() {
        let description = "add a statement that denies `s3:*` to everyone, on the bucket and on its objects, where \
                           `aws:SecureTransport` is `false`";
        return verdict.fix(Applicability::Display, description, Vec::new());
    }
    let name = bucket.logical_id();
    let arn = New::mapping([("Fn::GetAtt", New::Sequence(vec![New::string(name), New::string("Arn")]))]);
    let objects = New::mapping([("Fn::Sub", New::string(format!("${{{name}.Arn}}/*")))]);
    let insecure = New::mapping([("aws:SecureTransport", New::string("false"))]);
    let statement = New::mapping([
        ("Sid", New::string("TlsOnly")),
        ("Effect", New::string("Deny")),
        ("Principal", New::string("*")),
        ("Action", New::string("s3:*")),
        ("Resource", New::Sequence(vec![arn, objects])),
        ("Condition", New::mapping([("Bool", insecure)])),
    ]);
    let document = New::mapping([
        ("Version", New::string("2012-10-17")),
        ("Statement", New::Sequence(vec![statement])),
    ]);
    let reference = New::mapping([("Ref", New::string(name))]);
    let properties = New::mapping([("Bucket", reference), ("PolicyDocument", document)]);
    let body = New::mapping([("Type", New::string("AWS::S3::BucketPolicy")), ("Properties", properties)]);
    let change = Change::AddResource { beside: bucket.id.clone(), id: id.into(), body };
    verdict.fix(
        Applicability::Unsafe,
        "refuse plain HTTP by a bucket policy; a web site endpoint, which speaks nothing else, stops answering",
        vec![change],
    )
}
