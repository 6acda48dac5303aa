//! `AWS::Serverless::Api`: a REST API with its deployment and stage, and the domain, usage plan and permissions that
//! it asks for (AWS SAM developer guide, "AWS::Serverless::Api").

mod auth;
mod authorizer;
mod body;
mod cors;
mod deployment;
mod domain;
mod gateway_responses;
mod openapi_3;
mod private_domain;
pub(crate) mod record_sets;
pub(crate) mod resource_policy;
pub(crate) mod security;
mod stage;
mod usage_plan;

pub(crate) use authorizer::invocation_uri;
pub(crate) use stage::named as stage_id;

use crate::implicit_api::{GlobalWords, is_implicit};
use crate::location::Location;
use crate::open_api::MANAGED;
use crate::output::Output;
use crate::presence::{is_set, set};
use crate::property_types::{self, Kind, Property, optional, required};
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError};
use crate::{resolve, tags};
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
    optional(MANAGED, Kind::Bool),
    optional("Name", Kind::StringOrMap),
    required("StageName", Kind::StringOrMap),
    optional("Tags", Kind::Map),
    optional("PropagateTags", Kind::Bool),
    optional("DefinitionBody", Kind::Map),
    optional("DefinitionUri", Kind::StringOrMap),
    optional("MergeDefinitions", Kind::LiteralBool),
    optional("CacheClusterEnabled", Kind::Bool),
    optional("CacheClusterSize", Kind::String),
    optional("Variables", Kind::Map),
    optional("EndpointConfiguration", Kind::StringOrMap),
    optional("MethodSettings", Kind::List),
    optional("BinaryMediaTypes", Kind::List),
    optional("MinimumCompressionSize", Kind::WholeNumber),
    optional("Cors", Kind::StringOrMap),
    optional("Auth", Kind::Map),
    optional("GatewayResponses", Kind::Map),
    optional("AccessLogSetting", Kind::Map),
    optional("CanarySetting", Kind::Map),
    optional("TracingEnabled", Kind::Bool),
    optional("OpenApiVersion", Kind::String),
    optional("Models", Kind::Map),
    optional("Domain", Kind::Map),
    optional("FailOnWarnings", Kind::Bool),
    optional("Description", Kind::String),
    optional("Mode", Kind::String),
    optional("DisableExecuteApiEndpoint", Kind::Bool),
    optional("ApiKeySourceType", Kind::String),
    optional("AlwaysDeploy", Kind::LiteralBool),
    optional("Policy", Kind::StringOrMap),
    optional("SecurityPolicy", Kind::String),
    optional("EndpointAccessMode", Kind::String),
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
    fn filled(&self, name: &str) -> Option<&Expr> {
        set(&self.resource.properties, name)
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
    resources: &mut [SamResource],
    context: &Context,
    output: &mut Output,
) -> Result<(), SamError> {
    property_types::check(resource, PROPERTIES)?;
    let resolved = |name: &str| {
        let value = resource.properties.get(name).filter(|value| !value.is_null());
        value.map(|value| resolve::parameters(value, context))
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
    let mut rest = rest;
    if let Some(body) = rest.get_mut("Body") {
        crate::open_api::python::purge(body);
    }
    let rest = rest.with_some("Tags", propagated_tags(resource));
    if is_implicit(resource) {
        output.add_main(resource.id.clone(), "AWS::ApiGateway::RestApi", rest, resource, &IMPLICIT);
    } else {
        output.add_main(resource.id.clone(), "AWS::ApiGateway::RestApi", rest, resource, &WORDS);
    }
    let stage_id = stage::id(&api);
    refer(resource, "Stage", &stage_id, output);
    let deployment_id = deployment::add(&api, deployed.as_ref(), domain.as_ref(), resources, output);
    refer(resource, "Deployment", &deployment_id, output);
    stage::add(&api, &stage_id, &deployment_id, output);
    auth::add_permissions(&api, output)?;
    if let Some(domain) = domain {
        let name =
            if domain.endpoint == record_sets::Endpoint::Private { "DomainNameV2" } else { "DomainName" };
        refer(resource, name, &domain.id, output);
        domain.add(&stage_id, output);
    }
    usage_plan::add(&api, &stage_id, resources, output)
}

/// The properties of the REST API.
fn rest_api(api: &Api) -> Result<Expr, SamError> {
    let resource = api.resource;
    let mut out = WORDS.lower(&resource.properties, &resource.origin());
    for name in UNLESS_EMPTY.iter().chain(&["EndpointAccessMode"]) {
        if set(&out, name).is_none() {
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
    if let Some(uri) = api.filled("DefinitionUri") {
        out.set("BodyS3Location", location(resource, uri)?);
    }
    Ok(out)
}

/// `EndpointConfiguration` and the parameter that goes with it.
fn endpoint(api: &Api, out: &mut Expr) -> Result<(), SamError> {
    let regional;
    let value = match api.filled("EndpointConfiguration") {
        Some(value) => value,
        None if REGIONAL_ONLY.contains(&api.context.partition) => {
            regional = Expr::string("REGIONAL", &api.resource.origin());
            &regional
        }
        None => return Ok(()),
    };
    let kind = set(value, "Type").unwrap_or(value);
    let mut configuration =
        Expr::object(&value.origin).with("Types", Expr::list(vec![kind.clone()], &kind.origin));
    if set(value, "Type").is_some() {
        let (ours, theirs) = (value.get("VPCEndpointIds"), value.get("VpcEndpointIds"));
        if let (Some(_), Some(second)) = (ours, theirs) {
            return Err(api.error("`VPCEndpointIds` and `VpcEndpointIds` cannot be used together", second));
        }
        if let Some(first) = ours.or(theirs) {
            let ids = ours.filter(|ids| is_set(ids)).or(theirs).cloned();
            configuration.set("VpcEndpointIds", ids.unwrap_or_else(|| Expr::null(&first.origin)));
        }
        if let Some(kind) = value.get("IpAddressType") {
            configuration.set("IpAddressType", kind.clone());
        }
    }
    out.set("EndpointConfiguration", configuration);
    out.set("Parameters", Expr::object(&kind.origin).with("endpointConfigurationTypes", kind.clone()));
    Ok(())
}

/// Where a body lies in S3: `DefinitionUri`. The keys have the place of their value, so that they count as the
/// transform's.
pub(crate) fn location(resource: &SamResource, uri: &Expr) -> Result<Expr, SamError> {
    let location = Location::read(uri, "DefinitionUri", resource)?;
    let origin = crate::open_api::made(&uri.origin, resource);
    Ok(Expr::object(&origin)
        .with("Bucket", location.bucket)
        .with("Key", location.key)
        .with_some("Version", location.version))
}

/// The tags that everything gets that the API makes, if it propagates them.
fn propagated_tags(resource: &SamResource) -> Option<Expr> {
    let tags = set(&resource.properties, "PropagateTags").and_then(|_| set(&resource.properties, "Tags"))?;
    Some(tag_list(tags))
}

/// Tags as a list of `Key` and `Value`.
fn tag_list(written: &Expr) -> Expr {
    Expr::list(tags::items(written), &written.origin)
}

/// Lets users name what an API makes after the API: `MyApi.Stage`.
pub(crate) fn refer(resource: &SamResource, name: &str, id: &str, output: &mut Output) {
    output.references.generated.insert(smol_str::format_smolstr!("{}.{name}", resource.id), id.into());
}
