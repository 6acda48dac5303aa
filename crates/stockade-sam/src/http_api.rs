//! `AWS::Serverless::HttpApi`: an HTTP API with its stage, and the domain and permissions that it asks for (AWS SAM
//! developer guide, "AWS::Serverless::HttpApi").

mod auth;
mod authorizer;
mod body;
mod domain;
mod settings;
mod stage;

use crate::api::{location, refer};
use crate::implicit_api::{GlobalWords, is_implicit};
use crate::open_api::{MANAGED, is_open_api};
use crate::output::Output;
use crate::presence::set;
use crate::property_types::{self, Kind, Property, optional};
use crate::resolve;
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError};
use stockade_cfn::Expr;
use stockade_model::Origin;

/// `AWS::ApiGatewayV2::Api`. All but the first are lowered into the body, so the table serves the way back.
static WORDS: Words = Words {
    rows: &[
        ("FailOnWarnings", "FailOnWarnings"),
        ("CorsConfiguration", "CorsConfiguration"),
        ("DisableExecuteApiEndpoint", "DisableExecuteApiEndpoint"),
        ("Name", "Name"),
        ("Description", "Description"),
        ("Tags", "Tags"),
    ],
};
static IMPLICIT: GlobalWords = GlobalWords { section: "HttpApi", words: &WORDS };

const PROPERTIES: &[Property] = &[
    optional(MANAGED, Kind::Bool),
    optional("Name", Kind::Any),
    optional("StageName", Kind::StringOrMap),
    optional("Tags", Kind::Map),
    optional("PropagateTags", Kind::Bool),
    optional("DefinitionBody", Kind::Map),
    optional("DefinitionUri", Kind::StringOrMap),
    optional("StageVariables", Kind::Map),
    optional("CorsConfiguration", Kind::LiteralMapOrBool),
    optional("AccessLogSettings", Kind::Map),
    optional("DefaultRouteSettings", Kind::Map),
    optional("Auth", Kind::Map),
    optional("RouteSettings", Kind::Map),
    optional("Domain", Kind::Map),
    optional("FailOnWarnings", Kind::Bool),
    optional("Description", Kind::String),
    optional("DisableExecuteApiEndpoint", Kind::Bool),
];

/// An HTTP API while it is lowered.
struct HttpApi<'a> {
    resource: &'a SamResource,
    context: &'a Context<'a>,
    /// `CorsConfiguration` and `Domain` with parameters resolved.
    cors: Option<Expr>,
    domain: Option<Expr>,
    /// The tags of everything, the transform's own among them.
    tags: Option<Expr>,
}

impl HttpApi<'_> {
    fn filled(&self, name: &str) -> Option<&Expr> {
        set(&self.resource.properties, name)
    }

    /// A property that is there, be it false or empty.
    fn there(&self, name: &str) -> Option<&Expr> {
        self.resource.properties.get(name).filter(|value| !value.is_null())
    }

    fn error(&self, message: impl Into<String>, at: &Expr) -> SamError {
        self.resource.error(message, at.origin.place)
    }

    fn made(&self) -> Origin {
        crate::open_api::made(&self.resource.origin(), self.resource)
    }
}

pub(crate) fn lower(
    resource: &SamResource,
    _resources: &mut [SamResource],
    context: &Context,
    output: &mut Output,
) -> Result<(), SamError> {
    property_types::check(resource, PROPERTIES)?;
    let resolved = |name: &str| {
        let value = resource.properties.get(name).filter(|value| !value.is_null());
        value.map(|value| resolve::parameters(value, context))
    };
    let written = set(&resource.properties, "Tags").cloned();
    let ours = set(&resource.properties, "DefinitionBody").is_some_and(is_open_api);
    let by_sam = || Expr::string("SAM", &resource.origin());
    let tags = match written {
        Some(tags) if ours => Some(tags.with("httpapi:createdBy", by_sam())),
        None if ours => Some(Expr::object(&resource.origin()).with("httpapi:createdBy", by_sam())),
        tags => tags,
    };
    let api =
        HttpApi { resource, context, cors: resolved("CorsConfiguration"), domain: resolved("Domain"), tags };
    let properties = http_api(&api)?;
    let domain = domain::read(&api)?;
    if is_implicit(resource) {
        output.add_main(resource.id.clone(), "AWS::ApiGatewayV2::Api", properties, resource, &IMPLICIT);
    } else {
        output.add_main(resource.id.clone(), "AWS::ApiGatewayV2::Api", properties, resource, &WORDS);
    }
    auth::add_permissions(&api, output)?;
    let stage_id = stage::add(&api, output);
    refer(resource, "Stage", &stage_id, output);
    if let Some(domain) = domain {
        refer(resource, "DomainName", &domain.id, output);
        domain.add(&api, &stage_id, output);
    }
    Ok(())
}

/// The properties of the API.
fn http_api(api: &HttpApi) -> Result<Expr, SamError> {
    let mut out = Expr::object(&api.resource.origin());
    let body = body::build(api)?;
    if let Some(fail) = api.filled("FailOnWarnings") {
        out.set("FailOnWarnings", fail.clone());
    }
    match (api.filled("DefinitionUri"), body) {
        (Some(uri), _) => out.set("BodyS3Location", location(api.resource, uri)?),
        (None, Some(body)) => out.set("Body", body),
        (None, None) => {
            let message = "an HTTP API needs `DefinitionBody`, `DefinitionUri` or an event that names it";
            return Err(api.resource.error(message, api.resource.id_at));
        }
    }
    Ok(out)
}
