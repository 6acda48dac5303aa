//! The policies that are attached to resources, each with what it is of.

use crate::{Function, Inventory, Node, Target};
use stockade_iam::Statement;
use stockade_model::{
    Field, Kind, Kleene, List, Object, Origin, Piece, Place, Resource, SymbolKind, Text, Value,
};

/// What adds a statement to the policy of a function.
pub(super) const PERMISSION: &str = "AWS::Lambda::Permission";

/// A policy that is attached to a resource.
#[derive(Debug, Clone)]
pub struct ResourcePolicy<'a> {
    /// The resource that writes it.
    pub resource: &'a Resource,
    /// What it is of, one entry for each resource that it names.
    pub of: Vec<Target>,
    /// The policy document.
    pub document: Value,
}

/// Where a type writes a policy document, and where it names what that is of: itself, if nowhere.
struct Attachment {
    type_name: &'static str,
    document: &'static str,
    of: Option<&'static str>,
}

const fn attachment(type_name: &'static str, document: &'static str, of: Option<&'static str>) -> Attachment {
    Attachment { type_name, document, of }
}

/// CloudFormation's resource types with a resource policy, by the type of what the policy is of.
const ATTACHMENTS: [(&str, &[Attachment]); 8] = [
    (
        "AWS::SQS::Queue",
        &[
            attachment("AWS::SQS::QueuePolicy", "PolicyDocument", Some("Queues")),
            attachment("AWS::SQS::QueueInlinePolicy", "PolicyDocument", Some("Queue")),
        ],
    ),
    (
        "AWS::SNS::Topic",
        &[
            attachment("AWS::SNS::TopicPolicy", "PolicyDocument", Some("Topics")),
            attachment("AWS::SNS::TopicInlinePolicy", "PolicyDocument", Some("TopicArn")),
        ],
    ),
    (
        "AWS::Events::EventBus",
        &[
            attachment("AWS::Events::EventBusPolicy", "Statement", Some("EventBusName")),
            attachment("AWS::Events::EventBus", "Policy", None),
        ],
    ),
    (
        "AWS::SecretsManager::Secret",
        &[attachment("AWS::SecretsManager::ResourcePolicy", "ResourcePolicy", Some("SecretId"))],
    ),
    (
        "AWS::KMS::Key",
        &[
            attachment("AWS::KMS::Key", "KeyPolicy", None),
            attachment("AWS::KMS::ReplicaKey", "KeyPolicy", None),
        ],
    ),
    ("AWS::ECR::Repository", &[attachment("AWS::ECR::Repository", "RepositoryPolicyText", None)]),
    ("AWS::ECR::RegistryPolicy", &[attachment("AWS::ECR::RegistryPolicy", "PolicyText", None)]),
    ("AWS::S3::Bucket", &[attachment("AWS::S3::BucketPolicy", "PolicyDocument", Some("Bucket"))]),
];

impl Inventory {
    /// The policies that are attached to resources of a type, in the order written.
    #[must_use]
    pub fn resource_policies(&self, type_name: &'static str) -> Vec<ResourcePolicy<'_>> {
        let attachments = ATTACHMENTS.iter().find(|(of, _)| *of == type_name).map(|(_, all)| *all);
        let mut policies = Vec::new();
        for attachment in attachments.unwrap_or_default() {
            for (node, resource) in self.of_type(attachment.type_name) {
                let Some(document) = document_of(resource, attachment) else { continue };
                let of = match attachment.of {
                    None => vec![Target::Node(node)],
                    Some(property) => self.named(&resource.properties.get(property), type_name),
                };
                policies.push(ResourcePolicy { resource, of, document });
            }
        }
        policies
    }

    fn named(&self, names: &Value, type_name: &str) -> Vec<Target> {
        let mut named: Vec<Target> =
            names.items().iter().map(|name| self.resolve(name, &[type_name])).collect();
        let whole = names.unknown().is_some();
        named.extend(names.open().filter(|_| !whole).map(|symbol| Target::Unknown(symbol.clone())));
        named
    }

    /// The policies of functions: each `AWS::Lambda::Permission` as the statement that it adds, and each
    /// `AWS::Lambda::ResourcePolicy`.
    #[must_use]
    pub fn function_policies(&self) -> Vec<ResourcePolicy<'_>> {
        let of = |named: &Value| match Function::named_by(self, named) {
            Ok(function) => vec![Target::Node(function.node())],
            Err(target) => vec![target],
        };
        let permissions = self.of_type(PERMISSION).map(|(_, permission)| ResourcePolicy {
            resource: permission,
            of: of(&permission.properties.get("FunctionName")),
            document: permission_document(permission),
        });
        let policies = self.of_type("AWS::Lambda::ResourcePolicy").map(|(_, policy)| ResourcePolicy {
            resource: policy,
            of: of(&policy.properties.get("ResourceArn")),
            document: policy.properties.get("PolicyDocument").into_owned(),
        });
        permissions.chain(policies).collect()
    }
}

impl ResourcePolicy<'_> {
    /// Whether it is of a resource of the deployment.
    #[must_use]
    pub fn is_of(&self, node: Node) -> bool {
        self.of.contains(&Target::Node(node))
    }

    /// Where a statement is written: what adds a single one is that statement.
    #[must_use]
    pub fn place_of(&self, statement: &Statement) -> Place {
        if self.resource.type_name == PERMISSION { self.resource.declared_at } else { statement.place }
    }

    /// The statements as written, in order.
    #[must_use]
    pub fn statements(&self) -> Vec<Value> {
        self.document.get("Statement").items().to_vec()
    }
}

fn document_of(resource: &Resource, attachment: &Attachment) -> Option<Value> {
    let written = resource.properties.get(attachment.document);
    if attachment.type_name != "AWS::Events::EventBusPolicy" {
        return (!written.is_absent()).then(|| written.into_owned());
    }
    if !written.is_absent() {
        return Some(document_around(resource, written.into_owned()));
    }
    // The older form writes the parts of the statement beside each other.
    let properties = &resource.properties;
    let principal = properties.get("Principal").into_owned();
    if principal.is_absent() {
        return None;
    }
    let at = principal.origin.clone();
    let mut parts = vec![
        ("Effect", text("Allow", &at)),
        ("Principal", aws_principal(principal)),
        ("Action", properties.get("Action").into_owned()),
        ("Resource", text("*", &at)),
    ];
    let condition = properties.get("Condition");
    if condition.unknown().is_some() {
        parts.push(("Condition", condition.into_owned()));
    } else if let (Some(operator), Some(key)) =
        (condition.get("Type").as_text(), condition.get("Key").as_text())
    {
        let (operator, key) = (operator.to_string(), key.to_string());
        let value = condition.get("Value").into_owned();
        let on_key = object([(key.as_str(), value)], &condition.origin);
        parts.push(("Condition", object([(operator.as_str(), on_key)], &condition.origin)));
    }
    Some(document_around(resource, object(parts, &at)))
}

/// The statement that `AddPermission` adds (Lambda API Reference, `AddPermission`).
fn permission_document(permission: &Resource) -> Value {
    let properties = &permission.properties;
    let at = properties.get("Principal").origin.clone();
    let mut conditions = Vec::new();
    for (property, operator, key) in [
        ("SourceArn", "ArnLike", "aws:SourceArn"),
        ("SourceAccount", "StringEquals", "aws:SourceAccount"),
        ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
        ("EventSourceToken", "StringEquals", "lambda:EventSourceToken"),
        ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
        ("InvokedViaFunctionUrl", "Bool", "lambda:InvokedViaFunctionUrl"),
    ] {
        let value = properties.get(property);
        if !value.is_absent() {
            conditions.push((operator, key, value.into_owned()));
        }
    }
    let mut operators: Vec<(&str, Value)> = Vec::new();
    for name in ["ArnLike", "StringEquals", "Bool"] {
        let of_it = conditions.iter().filter(|(operator, ..)| *operator == name);
        let keys: Vec<(&str, Value)> = of_it.map(|(_, key, value)| (*key, value.clone())).collect();
        if !keys.is_empty() {
            operators.push((name, object(keys, &at)));
        }
    }
    let principal = properties.get("Principal").into_owned();
    let service = principal.as_text().is_some_and(|text| is_service(&text).is_true());
    let principal = if service { object([("Service", principal)], &at) } else { aws_principal(principal) };
    let mut parts = vec![
        ("Effect", text("Allow", &at)),
        ("Principal", principal),
        ("Action", properties.get("Action").into_owned()),
        ("Resource", text("*", &at)),
    ];
    if !operators.is_empty() {
        parts.push(("Condition", object(operators, &at)));
    }
    document_around(permission, object(parts, &at))
}

/// Whether a principal is a service: a domain name, neither an account nor an ARN nor everyone.
pub(super) fn is_service(principal: &Text) -> Kleene {
    match principal.pieces().first() {
        Some(Piece::Literal(literal)) => {
            let literal = literal.as_str();
            let service = literal.contains('.') && !literal.starts_with("arn:");
            // `logs-${Region}` has its dot behind the symbol.
            let may_be =
                principal.as_literal().is_none() && !literal.starts_with("arn:") && !literal.contains(':');
            if service { Kleene::True } else { Kleene::from(may_be).and(Kleene::Unknown) }
        }
        Some(Piece::Symbol(symbol)) => match symbol.kind() {
            SymbolKind::Pseudo(_) | SymbolKind::Attribute { .. } => Kleene::False,
            _ => match symbol.allowed().filter(|allowed| !allowed.is_empty()) {
                Some(allowed) if allowed.iter().all(|value| !value.contains('.')) => Kleene::False,
                _ => Kleene::Unknown,
            },
        },
        None => Kleene::False,
    }
}

fn aws_principal(id: Value) -> Value {
    let origin = id.origin.clone();
    object([("AWS", id)], &origin)
}

fn document_around(resource: &Resource, statement: Value) -> Value {
    let origin = Origin::at(resource.declared_at);
    let version = text("2012-10-17", &origin);
    let statements = Kind::List(List { items: vec![statement], open: None });
    object([("Version", version), ("Statement", Value::new(statements, origin.clone()))], &origin)
}

fn text(literal: &'static str, origin: &Origin) -> Value {
    Value::text(Text::literal(literal), origin.clone())
}

fn object<'k>(parts: impl IntoIterator<Item = (&'k str, Value)>, origin: &Origin) -> Value {
    let field = |(key, value): (&str, Value)| Field { key: key.into(), key_place: value.origin.place, value };
    let fields = parts.into_iter().filter(|(_, value)| !value.is_absent()).map(field).collect();
    Value::new(Kind::Object(Object { fields, ..Object::default() }), origin.clone())
}
