//! `AWS::Serverless::Api`: a REST API with its deployment and stage, and the domain, usage plan and permissions that
//! it asks for (AWS SAM developer guide, "AWS::Serverless::Api").

mod auth;
mod authorizer;
mod body;
pub(crate) mod companion;
mod cors;
mod deployment;
mod domain;
mod gateway_responses;
pub(crate) mod location;
mod openapi_3;
pub(crate) mod parameters;
mod private_domain;
pub(crate) mod properties;
pub(crate) mod record_sets;
pub(crate) mod resource_policy;
pub(crate) mod security;
mod stage;
mod usage_plan;

pub(crate) use authorizer::invocation_uri;
pub(crate) use stage::named as stage_id;

use crate::implicit_api::{GlobalWords, is_implicit};
use crate::open_api::{MANAGED, given, truthy};
use crate::output::Output;
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError};
use companion::tag_list;
use properties::{Kind, Property};
use stockade_cfn::Expr;

/// `AWS::ApiGateway::RestApi`.
pub(crate) static WORDS: Words = Words {
    rows: &[
        ("BinaryMediaTypes", "BinaryMediaTypes"),
        ("MinimumCompressionSize", "MinimumCompressionSize"),
        ("FailOnWarnings", "FailOnWarnings"),
        ("Name", "Name"),
        ("Description", "Description"),
        ("Mode", "Mode"),
        ("ApiKeySourceType", "ApiKeySourceType"),
        ("Policy", "Policy"),
        ("SecurityPolicy", "SecurityPolicy"),
        ("EndpointAccessMode", "EndpointAccessMode"),
        ("DisableExecuteApiEndpoint", "DisableExecuteApiEndpoint"),
    ],
};

static IMPLICIT: GlobalWords = GlobalWords { section: "Api", words: &WORDS };

/// Properties that are left out if they are false or empty.
const UNLESS_EMPTY: [&str; 7] =
    ["FailOnWarnings", "Name", "Description", "Mode", "ApiKeySourceType", "Policy", "SecurityPolicy"];

/// Regions of these partitions have no edge-optimised endpoints.
const REGIONAL_ONLY: [&str; 6] = ["aws-us-gov", "aws-iso", "aws-iso-b", "aws-cn", "aws-iso-e", "aws-iso-f"];

const PROPERTIES: &[Property] = &[
    Property::of(MANAGED, &[Kind::Bool]),
    Property::of("Name", &[Kind::String, Kind::Object]),
    Property::of("StageName", &[Kind::String, Kind::Object]).required(),
    Property::of("Tags", &[Kind::Object]),
    Property::of("PropagateTags", &[Kind::Bool]),
    Property::of("DefinitionBody", &[Kind::Object]),
    Property::of("DefinitionUri", &[Kind::String, Kind::Object]),
    Property::of("MergeDefinitions", &[Kind::Bool]).literal(),
    Property::of("CacheClusterEnabled", &[Kind::Bool]),
    Property::of("CacheClusterSize", &[Kind::String]),
    Property::of("Variables", &[Kind::Object]),
    Property::of("EndpointConfiguration", &[Kind::String, Kind::Object]),
    Property::of("MethodSettings", &[Kind::List]),
    Property::of("BinaryMediaTypes", &[Kind::List]),
    Property::of("MinimumCompressionSize", &[Kind::Number]),
    Property::of("Cors", &[Kind::String, Kind::Object]),
    Property::of("Auth", &[Kind::Object]),
    Property::of("GatewayResponses", &[Kind::Object]),
    Property::of("AccessLogSetting", &[Kind::Object]),
    Property::of("CanarySetting", &[Kind::Object]),
    Property::of("TracingEnabled", &[Kind::Bool]),
    Property::of("OpenApiVersion", &[Kind::String]),
    Property::of("Models", &[Kind::Object]),
    Property::of("Domain", &[Kind::Object]),
    Property::of("FailOnWarnings", &[Kind::Bool]),
    Property::of("Description", &[Kind::String]),
    Property::of("Mode", &[Kind::String]),
    Property::of("DisableExecuteApiEndpoint", &[Kind::Bool]),
    Property::of("ApiKeySourceType", &[Kind::String]),
    Property::of("AlwaysDeploy", &[Kind::Bool]).literal(),
    Property::of("Policy", &[Kind::String, Kind::Object]),
    Property::of("SecurityPolicy", &[Kind::String]),
    Property::of("EndpointAccessMode", &[Kind::String]),
];

/// A REST API while it is lowered.
struct Api<'a> {
    resource: &'a SamResource,
    context: &'a Context<'a>,
    /// `Auth`, `Domain` and `BinaryMediaTypes` with parameters resolved.
    auth: Option<Expr>,
    domain: Option<Expr>,
    binary_media: Option<Expr>,
}

impl Api<'_> {
    fn given(&self, name: &str) -> Option<&Expr> {
        given(&self.resource.properties, name)
    }

    fn error(&self, message: impl Into<String>, at: &Expr) -> SamError {
        self.resource.error(message, at.origin.place)
    }

    /// The origin of what the API as a whole makes.
    fn made(&self) -> stockade_model::Origin {
        crate::open_api::made(&self.resource.origin(), self.resource)
    }
}

pub(crate) fn lower(
    resource: &SamResource,
    resources: &mut Vec<SamResource>,
    context: &Context,
    output: &mut Output,
) -> Result<(), SamError> {
    properties::check(resource, &resource.properties, PROPERTIES)?;
    let resolved = |name: &str| {
        let value = resource.properties.get(name).filter(|value| !value.is_null());
        value.map(|value| parameters::resolve(value, context))
    };
    let api = Api {
        resource,
        context,
        auth: resolved("Auth"),
        domain: resolved("Domain"),
        binary_media: resolved("BinaryMediaTypes"),
    };
    let rest = rest_api(&api)?;
    let domain = domain::read(&api)?;
    let deployed = rest.get("Body").or_else(|| rest.get("BodyS3Location")).cloned();
    let propagated = given(&resource.properties, "PropagateTags").and_then(|_| given(&resource.properties, "Tags"));
    let rest = rest.with_some("Tags", propagated.map(tag_list));
    if is_implicit(resource) {
        output.add_main(resource.id.clone(), "AWS::ApiGateway::RestApi", rest, resource, &IMPLICIT);
    } else {
        output.add_main(resource.id.clone(), "AWS::ApiGateway::RestApi", rest, resource, &WORDS);
    }
    let stage_id = stage::id(&api);
    let deployment_id = deployment::add(&api, deployed.as_ref(), domain.as_ref(), resources, output);
    stage::add(&api, &stage_id, &deployment_id, output);
    auth::add_permissions(&api, output)?;
    if let Some(domain) = domain {
        domain.add(&stage_id, output);
    }
    usage_plan::add(&api, &stage_id, resources, output)
}

/// The properties of the REST API.
fn rest_api(api: &Api) -> Result<Expr, SamError> {
    let resource = api.resource;
    let mut out = WORDS.lower(&resource.properties, &resource.origin());
    for name in UNLESS_EMPTY.iter().chain(&["EndpointAccessMode"]) {
        if given(&out, name).is_none() {
            out.remove(name);
        }
    }
    // It goes into the body.
    out.remove("DisableExecuteApiEndpoint");
    if let Some(types) = &api.binary_media {
        out.set("BinaryMediaTypes", types.clone());
    }
    endpoint(api, &mut out)?;
    if let Some(body) = body::build(api)? {
        out.set("Body", body);
    }
    if let Some(location) = api.given("DefinitionUri") {
        out.set("BodyS3Location", location::read(resource, location)?);
    }
    Ok(out)
}

/// `EndpointConfiguration` and the parameter that goes with it.
fn endpoint(api: &Api, out: &mut Expr) -> Result<(), SamError> {
    let regional;
    let value = match api.given("EndpointConfiguration") {
        Some(value) => value,
        None if REGIONAL_ONLY.contains(&api.context.partition) => {
            regional = Expr::string("REGIONAL", &api.resource.origin());
            &regional
        }
        None => return Ok(()),
    };
    let kind = given(value, "Type").unwrap_or(value);
    let mut configuration =
        Expr::object(&value.origin).with("Types", Expr::list(vec![kind.clone()], &kind.origin));
    if given(value, "Type").is_some() {
        let (ours, theirs) = (value.get("VPCEndpointIds"), value.get("VpcEndpointIds"));
        if let (Some(_), Some(second)) = (ours, theirs) {
            return Err(api.error("`VPCEndpointIds` and `VpcEndpointIds` cannot be used together", second));
        }
        if let Some(ids) = ours.filter(|ids| truthy(ids)).or(theirs) {
            configuration.set("VpcEndpointIds", ids.clone());
        }
        if let Some(kind) = value.get("IpAddressType") {
            configuration.set("IpAddressType", kind.clone());
        }
    }
    out.set("EndpointConfiguration", configuration);
    out.set("Parameters", Expr::object(&kind.origin).with("endpointConfigurationTypes", kind.clone()));
    Ok(())
}
