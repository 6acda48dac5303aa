//! What a GraphQL API reads and calls: `DataSources`.

use super::{Part, connector, service_role};
use crate::SamError;
use crate::pieces::Piece;
use crate::presence::{given, set};
use crate::property_types::{Kind, Property, check_at, optional, required};
use crate::resource::SamResource;
use crate::words::Words;
use foldhash::HashMap;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;

const TABLE: &[Property] = &[
    required("TableName", Kind::Any),
    optional("ServiceRoleArn", Kind::Any),
    optional("TableArn", Kind::Any),
    optional("Permissions", Kind::LiteralListOfStrings),
    optional("Name", Kind::Any),
    optional("Description", Kind::Any),
    optional("Region", Kind::Any),
    optional("DeltaSync", Kind::LiteralMap),
    optional("UseCallerCredentials", Kind::Any),
    optional("Versioned", Kind::Any),
];

const DELTA_SYNC: &[Property] = &[
    required("BaseTableTTL", Kind::Any),
    required("DeltaSyncTableName", Kind::Any),
    required("DeltaSyncTableTTL", Kind::Any),
];

static TABLE_WORDS: Words = Words {
    rows: &[
        ("Name", "Name"),
        ("Description", "Description"),
        ("ServiceRoleArn", "ServiceRoleArn"),
        ("DynamoDBConfig.TableName", "TableName"),
        ("DynamoDBConfig.AwsRegion", "Region"),
        ("DynamoDBConfig.UseCallerCredentials", "UseCallerCredentials"),
        ("DynamoDBConfig.Versioned", "Versioned"),
        ("DynamoDBConfig.DeltaSyncConfig", "DeltaSync"),
    ],
};

const FUNCTION: &[Property] = &[
    required("FunctionArn", Kind::Any),
    optional("ServiceRoleArn", Kind::Any),
    optional("Name", Kind::Any),
    optional("Description", Kind::Any),
];

static FUNCTION_WORDS: Words = Words {
    rows: &[
        ("Name", "Name"),
        ("Description", "Description"),
        ("ServiceRoleArn", "ServiceRoleArn"),
        ("LambdaConfig.LambdaFunctionArn", "FunctionArn"),
    ],
};

/// A kind of data source.
struct Source {
    written: &'static str,
    id: &'static str,
    type_name: &'static str,
    connector: &'static str,
    connected: &'static str,
    table: &'static [Property],
    words: &'static Words,
}

const KINDS: [Source; 2] = [
    Source {
        written: "DynamoDb",
        id: "DynamoDBDataSource",
        type_name: "AMAZON_DYNAMODB",
        connector: "ToTableConnector",
        connected: "AWS::DynamoDB::Table",
        table: TABLE,
        words: &TABLE_WORDS,
    },
    Source {
        written: "Lambda",
        id: "LambdaDataSource",
        type_name: "AWS_LAMBDA",
        connector: "ToLambdaConnector",
        connected: "AWS::Lambda::Function",
        table: FUNCTION,
        words: &FUNCTION_WORDS,
    },
];

/// The names by which functions refer to data sources, with the logical ids of those.
pub(super) type Names = HashMap<SmolStr, SmolStr>;

/// Adds the data sources, their roles, and the connectors that give these what they need.
pub(super) fn lower(
    api: &SamResource,
    pieces: &mut Vec<Piece>,
    connectors: &mut Vec<SamResource>,
) -> Result<Names, SamError> {
    let mut names = Names::default();
    let Some(sources) = given(&api.properties, "DataSources") else { return Ok(names) };
    check_at(
        sources,
        &[optional("DynamoDb", Kind::LiteralMapOfMaps), optional("Lambda", Kind::LiteralMapOfMaps)],
        &api.id,
        sources.origin.place,
    )?;
    for kind in KINDS {
        for entry in sources.get(kind.written).map(Expr::entries).unwrap_or_default() {
            let part = Part::of(api, entry);
            part.check(kind.table)?;
            let id = format_smolstr!("{}{}{}", api.id, entry.key, kind.id);
            names.insert(entry.key.clone(), id.clone());
            source(&part, &kind, id, pieces, connectors)?;
        }
    }
    Ok(names)
}

fn source(
    part: &Part,
    kind: &Source,
    id: SmolStr,
    pieces: &mut Vec<Piece>,
    connectors: &mut Vec<SamResource>,
) -> Result<(), SamError> {
    let origin = &part.origin;
    let text = |text: &'static str| Expr::string(text, origin);
    let mut out = part.lower(kind.words).with("Type", text(kind.type_name));
    if set(part.properties, "Name").is_none() {
        out.set("Name", Expr::string(part.name.clone(), origin));
    }
    if let Some(config) = out.get_mut("DynamoDBConfig") {
        if set(part.properties, "Region").is_none() {
            config.set("AwsRegion", Expr::reference("AWS::Region", origin));
        }
        for name in ["UseCallerCredentials", "Versioned"] {
            if set(part.properties, name).is_none() {
                config.remove(name);
            }
        }
        if let Some(delta) = config.get("DeltaSyncConfig") {
            check_at(delta, DELTA_SYNC, &part.api.id, delta.origin.place)?;
        }
    }
    if set(part.properties, "ServiceRoleArn").is_none() {
        let role = service_role(format_smolstr!("{id}Role"), origin);
        out.set("ServiceRoleArn", role.arn(origin));
        let source = Expr::object(origin)
            .with("Type", text("AWS::AppSync::DataSource"))
            .with("Arn", Expr::get_att(id.clone(), "DataSourceArn", origin))
            .with("RoleName", role.reference(origin));
        let destination =
            Expr::object(origin).with("Type", text(kind.connected)).with("Arn", arn(part, kind));
        let all: &[&'static str] =
            if kind.connected == "AWS::DynamoDB::Table" { &["Read", "Write"] } else { &["Write"] };
        let permissions = set(part.properties, "Permissions")
            .cloned()
            .unwrap_or_else(|| Expr::list(all.iter().copied().map(text).collect(), origin));
        let name = format_smolstr!("{id}{}", kind.connector);
        connectors.push(connector(part, name, source, destination, permissions));
        pieces.push(role);
    }
    pieces.push(Piece::new(id, "AWS::AppSync::DataSource", out, kind.words));
    Ok(())
}

/// The ARN of what the data source reads or calls.
fn arn(part: &Part, kind: &Source) -> Expr {
    let origin = &part.origin;
    let null = Expr::null(origin);
    if kind.written == "Lambda" {
        return part.properties.get("FunctionArn").unwrap_or(&null).clone();
    }
    if let Some(arn) = set(part.properties, "TableArn") {
        return arn.clone();
    }
    let region = set(part.properties, "Region").cloned();
    let variables = Expr::object(origin)
        .with("__TableName__", part.properties.get("TableName").unwrap_or(&null).clone())
        .with("__Region__", region.unwrap_or_else(|| Expr::reference("AWS::Region", origin)));
    let text = "arn:${AWS::Partition}:dynamodb:${__Region__}:${AWS::AccountId}:table/${__TableName__}";
    Expr::call("Fn::Sub", Expr::list(vec![Expr::string(text, origin), variables], origin), origin)
}
