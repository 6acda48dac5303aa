//! The two ends of a connector: a resource named by `Id`, or one described by its properties.

use crate::SamError;
use crate::output::Output;
use crate::presence::given;
use crate::resource::SamResource;
use smol_str::SmolStr;
use stockade_cfn::{Data, Expr};

/// What is known of one end.
#[derive(Debug)]
pub(crate) struct Reference {
    /// The logical id, if it is a resource of the template.
    pub id: Option<SmolStr>,
    /// The CloudFormation type.
    pub type_name: SmolStr,
    /// The ARN.
    pub arn: Option<Expr>,
    /// The name of the role with which it acts.
    pub role_name: Option<Expr>,
    /// The URL of a queue.
    pub queue_url: Option<Expr>,
    /// The id of an API.
    pub resource_id: Option<Expr>,
    /// The name.
    pub name: Option<Expr>,
    /// What of an API is called.
    pub qualifier: Option<Expr>,
}

/// How a resource of the template gives an attribute.
#[derive(Debug, Clone, Copy)]
enum Attribute {
    None,
    Ref,
    GetAtt(&'static str),
}

/// Which property holds the role with which a type acts.
#[derive(Debug, Clone, Copy)]
enum Role {
    None,
    Property(&'static str),
    /// The role of the rule's target that is the other end.
    Target,
}

/// What a connector can know of a resource by its type.
struct Known {
    type_name: &'static str,
    role: Role,
    arn: Attribute,
    id: Attribute,
    name: Attribute,
    queue_url: Attribute,
    whole_api: bool,
}

const fn known(type_name: &'static str, role: Role, arn: Attribute) -> Known {
    Known {
        type_name,
        role,
        arn,
        id: Attribute::None,
        name: Attribute::None,
        queue_url: Attribute::None,
        whole_api: false,
    }
}

const ARN: Attribute = Attribute::GetAtt("Arn");

/// The types that a connector can look into.
const KNOWN: &[Known] = &[
    known("AWS::Lambda::Function", Role::Property("Role"), ARN),
    Known {
        name: Attribute::GetAtt("Name"),
        ..known("AWS::StepFunctions::StateMachine", Role::Property("RoleArn"), Attribute::Ref)
    },
    Known { id: Attribute::GetAtt("ApiId"), ..known("AWS::AppSync::GraphQLApi", Role::None, Attribute::Ref) },
    known("AWS::AppSync::DataSource", Role::Property("ServiceRoleArn"), Attribute::Ref),
    known("AWS::Events::Rule", Role::Target, ARN),
    Known { queue_url: Attribute::Ref, ..known("AWS::SQS::Queue", Role::None, ARN) },
    known("AWS::SNS::Topic", Role::None, Attribute::Ref),
    known("AWS::DynamoDB::Table", Role::None, ARN),
    known("AWS::S3::Bucket", Role::None, ARN),
    known("AWS::Location::PlaceIndex", Role::None, ARN),
    Known { id: Attribute::Ref, whole_api: true, ..known("AWS::ApiGatewayV2::Api", Role::None, ARN) },
    Known { id: Attribute::Ref, whole_api: true, ..known("AWS::ApiGateway::RestApi", Role::None, ARN) },
    known("AWS::Events::EventBus", Role::None, ARN),
];

/// The CloudFormation types of SAM types that may be written in `Type`.
const TYPES: [(&str, &str); 5] = [
    ("AWS::Serverless::Function", "AWS::Lambda::Function"),
    ("AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine"),
    ("AWS::Serverless::Api", "AWS::ApiGateway::RestApi"),
    ("AWS::Serverless::HttpApi", "AWS::ApiGatewayV2::Api"),
    ("AWS::Serverless::SimpleTable", "AWS::DynamoDB::Table"),
];

/// Resolves one end; `other` is the other one as written.
pub(crate) fn resolve(
    written: &Expr,
    other: &Expr,
    connector: &SamResource,
    output: &Output,
) -> Result<Reference, SamError> {
    let place = written.origin.place;
    let described = written.entries().iter().any(|entry| !matches!(entry.key.as_str(), "Id" | "Qualifier"));
    if written.get("Id").is_some() == described {
        let message = "an end needs either `Id`, with or without `Qualifier`, or properties that describe it";
        return Err(connector.error(message, place));
    }
    let Some(id) = written.get("Id").filter(|id| crate::presence::is_set(id)) else {
        let type_name = named(written.get("Type"))
            .ok_or_else(|| connector.error("the `Type` of an end is missing or not a string", place))?;
        let type_name = TYPES
            .iter()
            .find(|(sam, _)| *sam == type_name)
            .map_or(type_name, |(_, type_name)| SmolStr::new_static(type_name));
        let property = |name: &str| given(written, name).cloned();
        return Ok(Reference {
            id: None,
            type_name,
            arn: property("Arn"),
            role_name: property("RoleName"),
            queue_url: property("QueueUrl"),
            resource_id: property("ResourceId"),
            name: property("Name"),
            qualifier: property("Qualifier"),
        });
    };
    let place = id.origin.place;
    let id_text =
        named(Some(id)).ok_or_else(|| connector.error("the `Id` of an end is not a string", place))?;
    let declaration = output
        .resources
        .get(&id_text)
        .ok_or_else(|| connector.error(format!("there is no resource `{id_text}` to connect"), place))?;
    let known = KNOWN.iter().find(|known| known.type_name == declaration.type_name);
    let attribute = |attribute: fn(&Known) -> Attribute| match known.map_or(Attribute::None, attribute) {
        Attribute::None => None,
        Attribute::Ref => Some(Expr::reference(id_text.clone(), &id.origin)),
        Attribute::GetAtt(name) => Some(Expr::get_att(id_text.clone(), name, &id.origin)),
    };
    let empty = Expr::object(&id.origin);
    let properties = declaration.properties().unwrap_or(&empty);
    let role = match known.map_or(Role::None, |known| known.role) {
        Role::None => None,
        Role::Property(name) => properties.get(name),
        Role::Target => target_role(properties, other),
    };
    let whole_api = known.filter(|known| known.whole_api).map(|_| Expr::string("*", &id.origin));
    Ok(Reference {
        arn: attribute(|known| known.arn),
        role_name: role.and_then(referred).map(|role| Expr::reference(role, &id.origin)),
        queue_url: attribute(|known| known.queue_url),
        resource_id: attribute(|known| known.id),
        name: attribute(|known| known.name),
        qualifier: written.get("Qualifier").cloned().or(whole_api).filter(|qualifier| !qualifier.is_null()),
        type_name: declaration.type_name.clone(),
        id: Some(id_text),
    })
}

/// The role of the rule's target that is the other end.
fn target_role<'a>(rule: &'a Expr, other: &Expr) -> Option<&'a Expr> {
    let other_id = other.get("Id").and_then(Expr::as_str);
    let other_arn = given(other, "Arn").map(Expr::to_json);
    let is_other = |target: &&Expr| {
        let Some(arn) = target.get("Arn") else { return false };
        let id = referred(arn);
        (id.is_some() && id.as_deref() == other_id)
            || other_arn.as_ref().is_some_and(|other| *other == arn.to_json())
    };
    rule.get("Targets")?.items().iter().find(is_other)?.get("RoleArn")
}

/// The logical id that a `Ref` or `Fn::GetAtt` refers to.
pub(crate) fn referred(value: &Expr) -> Option<SmolStr> {
    value.as_reference().or_else(|| value.as_get_att().map(|(id, _)| id)).map(SmolStr::new)
}

fn named(value: Option<&Expr>) -> Option<SmolStr> {
    match &value?.data {
        Data::String(text) if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}
