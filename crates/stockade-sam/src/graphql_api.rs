//! `AWS::Serverless::GraphQLApi`: an AppSync API with its schema, keys, cache, domain, data sources,
//! functions and resolvers (AWS SAM developer guide, "AWS::Serverless::GraphQLApi").

mod auth;
mod data_sources;
mod pipeline;

use crate::output::Output;
use crate::pieces::Piece;
use crate::presence::{given, set};
use crate::property_types::{Kind, Property, check_at, optional, required};
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError, tags};
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::{Data, Entry, Expr};
use stockade_model::{Container, Containers, Origin};

const PROPERTIES: &[Property] = &[
    required("Auth", Kind::LiteralMap),
    optional("Name", Kind::Any),
    optional("Tags", Kind::LiteralMap),
    optional("XrayEnabled", Kind::Any),
    optional("SchemaInline", Kind::LiteralString),
    optional("SchemaUri", Kind::LiteralString),
    optional("Logging", Kind::LiteralMapOrBool),
    optional("DataSources", Kind::LiteralMap),
    optional("Functions", Kind::LiteralMapOfMaps),
    optional("Resolvers", Kind::LiteralMapOfMaps),
    optional("ApiKeys", Kind::LiteralMapOfMaps),
    optional("DomainName", Kind::LiteralMap),
    optional("Cache", Kind::LiteralMap),
    optional("Visibility", Kind::Any),
    optional("OwnerContact", Kind::Any),
    optional("IntrospectionConfig", Kind::Any),
    optional("QueryDepthLimit", Kind::Any),
    optional("ResolverCountLimit", Kind::Any),
];

static API: Words = Words {
    rows: &[
        ("Name", "Name"),
        ("XrayEnabled", "XrayEnabled"),
        ("Visibility", "Visibility"),
        ("OwnerContact", "OwnerContact"),
        ("IntrospectionConfig", "IntrospectionConfig"),
        ("QueryDepthLimit", "QueryDepthLimit"),
        ("ResolverCountLimit", "ResolverCountLimit"),
        ("AuthenticationType", "Auth.Type"),
    ],
};

/// Properties that are left out if they are empty.
const LEFT_OUT_IF_EMPTY: [&str; 5] =
    ["Visibility", "OwnerContact", "IntrospectionConfig", "QueryDepthLimit", "ResolverCountLimit"];

const LOGGING: &[Property] = &[
    optional("CloudWatchLogsRoleArn", Kind::Any),
    optional("ExcludeVerboseContent", Kind::Any),
    optional("FieldLogLevel", Kind::Any),
];

static SCHEMA: Words =
    Words { rows: &[("Definition", "SchemaInline"), ("DefinitionS3Location", "SchemaUri")] };

const KEY: &[Property] =
    &[optional("ApiKeyId", Kind::Any), optional("Description", Kind::Any), optional("ExpiresOn", Kind::Any)];

static KEY_WORDS: Words =
    Words { rows: &[("ApiKeyId", "ApiKeyId"), ("Description", "Description"), ("Expires", "ExpiresOn")] };

const CACHE: &[Property] = &[
    required("ApiCachingBehavior", Kind::Any),
    required("Ttl", Kind::Any),
    required("Type", Kind::Any),
    optional("AtRestEncryptionEnabled", Kind::Any),
    optional("TransitEncryptionEnabled", Kind::Any),
];

static CACHE_WORDS: Words = Words {
    rows: &[
        ("ApiCachingBehavior", "ApiCachingBehavior"),
        ("Ttl", "Ttl"),
        ("Type", "Type"),
        ("AtRestEncryptionEnabled", "AtRestEncryptionEnabled"),
        ("TransitEncryptionEnabled", "TransitEncryptionEnabled"),
    ],
};

const DOMAIN: &[Property] = &[
    required("CertificateArn", Kind::Any),
    required("DomainName", Kind::Any),
    optional("Description", Kind::Any),
];

static DOMAIN_WORDS: Words = Words {
    rows: &[
        ("CertificateArn", "CertificateArn"),
        ("DomainName", "DomainName"),
        ("Description", "Description"),
    ],
};

/// Resources of which nothing is written by the user.
static GENERATED: Words = Words { rows: &[] };

/// A part of the API that becomes a resource of its own: a key, a data source, a function, ….
struct Part<'a> {
    api: &'a SamResource,
    /// Its name.
    name: SmolStr,
    /// Where that is written.
    origin: Origin,
    /// Its properties.
    properties: &'a Expr,
}

impl<'a> Part<'a> {
    fn of(api: &'a SamResource, entry: &'a Entry) -> Self {
        let origin = Origin::at(entry.key_place);
        Self { api, name: entry.key.clone(), origin, properties: &entry.value }
    }

    /// Its properties in CloudFormation's words; missing ones are written where it is.
    fn lower(&self, words: &Words) -> Expr {
        let written = Containers::At([Container::from(self.properties.origin.place)].into());
        words.lower(self.properties, &self.origin).in_containers(written).with("ApiId", self.api_id())
    }

    fn api_id(&self) -> Expr {
        api_id(self.api, &self.origin)
    }

    /// An error that names the part alone, as AWS does.
    fn error(&self, message: impl Into<String>) -> SamError {
        SamError { resource: self.name.clone(), message: message.into(), place: self.properties.origin.place }
    }

    fn check(&self, table: &[Property]) -> Result<(), SamError> {
        check_at(self.properties, table, &self.api.id, self.origin.place)
    }
}

fn api_id(api: &SamResource, origin: &Origin) -> Expr {
    Expr::get_att(api.id.clone(), "ApiId", origin)
}

/// The role with which AppSync does something.
fn service_role(id: SmolStr, origin: &Origin) -> Piece {
    let trust = crate::role::trust("appsync.amazonaws.com", origin);
    let properties = Expr::object(origin).with("AssumeRolePolicyDocument", trust);
    Piece::new(id, "AWS::IAM::Role", properties, &GENERATED)
}

/// Lowers a GraphQL API.
pub(crate) fn lower(
    api: &SamResource,
    resources: &mut [SamResource],
    context: &Context,
    output: &mut Output,
) -> Result<(), SamError> {
    let properties = &api.properties;
    // AWS ignores properties that it does not know, of this type alone.
    let mut known = properties.clone();
    for entry in properties.entries() {
        if !PROPERTIES.iter().any(|property| property.name == entry.key) {
            known.remove(&entry.key);
        }
    }
    check_at(&known, PROPERTIES, &api.id, api.id_at)?;
    pipeline::check(api)?;
    let mut pieces = Vec::new();
    let mut connectors = Vec::new();
    let (main, role) = main(api, &mut connectors)?;
    pieces.push(main);
    pieces.push(schema(api)?);
    pieces.extend(role);
    for entry in set(properties, "ApiKeys").map(Expr::entries).unwrap_or_default() {
        let part = Part::of(api, entry);
        part.check(KEY)?;
        let id = format_smolstr!("{}{}", api.id, entry.key);
        pieces.push(Piece::new(id, "AWS::AppSync::ApiKey", part.lower(&KEY_WORDS), &KEY_WORDS));
    }
    if let Some(entry) = properties.entry("Cache").filter(|entry| !entry.value.is_null()) {
        let part = Part::of(api, entry);
        part.check(CACHE)?;
        let id = format_smolstr!("{}ApiCache", api.id);
        pieces.push(Piece::new(id, "AWS::AppSync::ApiCache", part.lower(&CACHE_WORDS), &CACHE_WORDS));
    }
    let sources = data_sources::lower(api, &mut pieces, &mut connectors)?;
    if let Some(entry) = properties.entry("DomainName").filter(|entry| !entry.value.is_null()) {
        pieces.extend(domain(&Part::of(api, entry))?);
    }
    pieces.extend(pipeline::lower(api, sources)?);
    for piece in pieces {
        piece.add_with_all(api, output);
    }
    for connector in connectors {
        crate::connector::lower(&connector, resources, context, output)?;
    }
    Ok(())
}

/// The API itself and the role with which it logs.
fn main(api: &SamResource, connectors: &mut Vec<SamResource>) -> Result<(Piece, Option<Piece>), SamError> {
    let properties = &api.properties;
    let origin = api.origin();
    let mut out = API.lower(properties, &origin).in_containers(api.containers.clone());
    if set(properties, "Name").is_none() {
        out.set("Name", Expr::string(api.id.clone(), &origin));
    }
    for name in LEFT_OUT_IF_EMPTY {
        if set(properties, name).is_none() {
            out.remove(name);
        }
    }
    if let Some(xray) = given(properties, "XrayEnabled") {
        let Some(on) = switch(xray) else {
            return Err(api.error("its `XrayEnabled` is not a boolean", xray.origin.place));
        };
        out.set("XrayEnabled", Expr::bool(on, &xray.origin));
    }
    auth::lower(api, &mut out, connectors)?;
    let mut written = given(properties, "Tags").cloned().unwrap_or_else(|| Expr::object(&origin));
    written.set("graphqlapi:createdBy", Expr::string("SAM", &origin));
    out.set("Tags", tags::list_of(&written));
    let role = logging(api, &mut out)?;
    Ok((Piece::new(api.id.clone(), "AWS::AppSync::GraphQLApi", out, &API), role))
}

/// Whether a value switches something on, in the spellings that AWS takes.
fn switch(value: &Expr) -> Option<bool> {
    let text = value.as_scalar()?.to_ascii_lowercase();
    match text.as_str() {
        "1" | "true" | "t" | "on" | "yes" | "y" => Some(true),
        "0" | "false" | "f" | "off" | "no" | "n" => Some(false),
        _ => None,
    }
}

/// Logging is on unless it is switched off.
fn logging(api: &SamResource, out: &mut Expr) -> Result<Option<Piece>, SamError> {
    let written = given(&api.properties, "Logging");
    if written.is_some_and(|written| matches!(written.data, Data::Bool(false))) {
        return Ok(None);
    }
    let origin = written.map_or_else(|| api.origin(), |written| written.origin.clone());
    let mut config = Expr::object(&origin);
    if let Some(written) = written.filter(|written| written.is_object()) {
        check_at(written, LOGGING, &api.id, written.origin.place)?;
        for name in ["ExcludeVerboseContent", "FieldLogLevel", "CloudWatchLogsRoleArn"] {
            if let Some(value) = set(written, name) {
                config.set(name, value.clone());
            }
        }
    }
    if config.get("FieldLogLevel").is_none() {
        config.set("FieldLogLevel", Expr::string("ALL", &origin));
    }
    let mut role = None;
    if config.get("CloudWatchLogsRoleArn").is_none() {
        let mut piece = service_role(format_smolstr!("{}CloudWatchRole", api.id), &origin);
        let policy = "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSAppSyncPushToCloudWatchLogs";
        piece.properties.set("ManagedPolicyArns", Expr::list(vec![Expr::sub(policy, &origin)], &origin));
        config.set("CloudWatchLogsRoleArn", piece.arn(&origin));
        role = Some(piece);
    }
    out.set("LogConfig", config);
    Ok(role)
}

fn schema(api: &SamResource) -> Result<Piece, SamError> {
    let properties = &api.properties;
    match (set(properties, "SchemaInline"), set(properties, "SchemaUri")) {
        (None, None) => return Err(api.error("it has neither `SchemaInline` nor `SchemaUri`", api.id_at)),
        (Some(_), Some(uri)) => {
            return Err(api.error("it has both `SchemaInline` and `SchemaUri`", uri.origin.place));
        }
        _ => {}
    }
    let origin = api.origin();
    let out = SCHEMA.lower(properties, &origin).with("ApiId", api_id(api, &origin));
    Ok(Piece::new(schema_id(api), "AWS::AppSync::GraphQLSchema", out, &SCHEMA))
}

fn schema_id(api: &SamResource) -> SmolStr {
    format_smolstr!("{}Schema", api.id)
}

fn domain(part: &Part) -> Result<[Piece; 2], SamError> {
    part.check(DOMAIN)?;
    let mut out = part.lower(&DOMAIN_WORDS);
    out.remove("ApiId");
    let id = format_smolstr!("{}DomainName", part.api.id);
    let domain = Piece::new(id, "AWS::AppSync::DomainName", out, &DOMAIN_WORDS);
    let association = Expr::object(&part.origin)
        .with("ApiId", part.api_id())
        .with("DomainName", domain.reference(&part.origin));
    let id = format_smolstr!("{}DomainNameApiAssociation", part.api.id);
    Ok([domain, Piece::new(id, "AWS::AppSync::DomainNameApiAssociation", association, &GENERATED)])
}

/// A connector that the API needs to call or read something.
fn connector(part: &Part, id: SmolStr, source: Expr, destination: Expr, permissions: Expr) -> SamResource {
    let origin = &part.origin;
    SamResource {
        id,
        type_name: SmolStr::new_static("AWS::Serverless::Connector"),
        id_at: origin.place,
        declared_id: part.api.id.clone(),
        instance: part.api.instance.clone(),
        body: Expr::object(origin),
        properties: Expr::object(origin)
            .with("Source", source)
            .with("Destination", destination)
            .with("Permissions", permissions),
        containers: Containers::At([Container::from(part.properties.origin.place)].into()),
    }
}
