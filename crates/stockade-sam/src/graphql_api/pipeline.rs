//! How a GraphQL API answers: `Functions`, and `Resolvers` that run them one after the other.

use super::data_sources::Names;
use super::{Part, schema_id};
use crate::SamError;
use crate::pieces::Piece;
use crate::presence::{given, set};
use crate::property_types::{Kind, Property, check_at, optional, required};
use crate::resource::SamResource;
use crate::words::Words;
use foldhash::HashMap;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;

const FUNCTION: &[Property] = &[
    optional("DataSource", Kind::StringOrMap),
    optional("Runtime", Kind::LiteralMap),
    optional("InlineCode", Kind::Any),
    optional("CodeUri", Kind::Any),
    optional("Description", Kind::Any),
    optional("MaxBatchSize", Kind::Any),
    optional("Name", Kind::LiteralString),
    optional("Id", Kind::Any),
    optional("Sync", Kind::LiteralMap),
];

const SYNC: &[Property] = &[
    required("ConflictDetection", Kind::Any),
    optional("ConflictHandler", Kind::Any),
    optional("LambdaConflictHandlerConfig", Kind::LiteralMap),
];

const CONFLICT_HANDLER: &[Property] = &[required("LambdaConflictHandlerArn", Kind::Any)];

static FUNCTION_WORDS: Words = Words {
    rows: &[
        ("Name", "Name"),
        ("Code", "InlineCode"),
        ("CodeS3Location", "CodeUri"),
        ("Description", "Description"),
        ("MaxBatchSize", "MaxBatchSize"),
        ("SyncConfig", "Sync"),
        ("Runtime.Name", "Runtime.Name"),
        ("Runtime.RuntimeVersion", "Runtime.Version"),
    ],
};

const RESOLVER: &[Property] = &[
    optional("FieldName", Kind::LiteralString),
    optional("Caching", Kind::LiteralMap),
    optional("InlineCode", Kind::Any),
    optional("CodeUri", Kind::Any),
    optional("MaxBatchSize", Kind::Any),
    optional("Pipeline", Kind::LiteralListOfStrings),
    optional("Runtime", Kind::LiteralMap),
    optional("Sync", Kind::LiteralMap),
];

const CACHING: &[Property] = &[required("Ttl", Kind::Any), optional("CachingKeys", Kind::LiteralList)];

const RUNTIME: &[Property] = &[required("Name", Kind::Any), required("Version", Kind::Any)];

static RESOLVER_WORDS: Words = Words {
    rows: &[
        ("FieldName", "FieldName"),
        ("Code", "InlineCode"),
        ("CodeS3Location", "CodeUri"),
        ("MaxBatchSize", "MaxBatchSize"),
        ("CachingConfig", "Caching"),
        ("Runtime.Name", "Runtime.Name"),
        ("Runtime.RuntimeVersion", "Runtime.Version"),
    ],
};

/// What a resolver does that has no code of its own: it hands through what its last function gives.
const PASS_THROUGH: &str = "
export function request(ctx) {
    return {};
}

export function response(ctx) {
    return ctx.prev.result;
}
";

/// Checks what functions and resolvers take: an error in it is one of the API, and comes before all others.
pub(super) fn check(api: &SamResource) -> Result<(), SamError> {
    let entries = |value: Option<&'_ Expr>| value.map(Expr::entries).unwrap_or_default().to_vec();
    let functions = entries(given(&api.properties, "Functions"));
    let resolvers =
        entries(given(&api.properties, "Resolvers")).into_iter().flat_map(|of| of.value.entries().to_vec());
    let nested: [(&str, &[Property]); 3] = [("Runtime", RUNTIME), ("Sync", SYNC), ("Caching", CACHING)];
    let parts = functions.into_iter().map(|entry| (entry, FUNCTION));
    for (entry, table) in parts.chain(resolvers.map(|entry| (entry, RESOLVER))) {
        let part = Part::of(api, &entry);
        part.check(table)?;
        for (name, table) in nested {
            if let Some(value) = given(part.properties, name) {
                check_at(value, table, &api.id, value.origin.place)?;
            }
        }
        let conflict =
            part.properties.path("Sync.LambdaConflictHandlerConfig").filter(|value| !value.is_null());
        if let Some(conflict) = conflict {
            check_at(conflict, CONFLICT_HANDLER, &api.id, conflict.origin.place)?;
        }
    }
    Ok(())
}

/// Lowers the functions and resolvers.
pub(super) fn lower(api: &SamResource, sources: Names) -> Result<Vec<Piece>, SamError> {
    let mut pieces = Vec::new();
    let mut pipeline = Pipeline { api, sources, functions: HashMap::default(), none: None };
    for entry in given(&api.properties, "Functions").map(Expr::entries).unwrap_or_default() {
        pieces.extend(pipeline.function(&Part::of(api, entry))?);
    }
    for type_entry in given(&api.properties, "Resolvers").map(Expr::entries).unwrap_or_default() {
        for entry in type_entry.value.entries() {
            pieces.push(pipeline.resolver(&type_entry.key, &Part::of(api, entry))?);
        }
    }
    pieces.extend(pipeline.none);
    Ok(pieces)
}

struct Pipeline<'a> {
    api: &'a SamResource,
    sources: Names,
    /// The ids of functions by name.
    functions: HashMap<SmolStr, Expr>,
    /// The data source of functions that need none.
    none: Option<Piece>,
}

impl Pipeline<'_> {
    fn function(&mut self, part: &Part) -> Result<Option<Piece>, SamError> {
        let properties = part.properties;
        if let Some(id) = set(properties, "Id") {
            if properties.entries().iter().filter(|entry| !entry.value.is_null()).count() != 1 {
                return Err(part.error("it has other properties beside `Id`"));
            }
            self.functions.insert(part.name.clone(), id.clone());
            return Ok(None);
        }
        code_given(part)?;
        if set(properties, "InlineCode").is_none() && set(properties, "CodeUri").is_none() {
            return Err(part.error("it has neither `InlineCode` nor `CodeUri`"));
        }
        let source = self.source(part)?;
        runtime_given(part)?;
        let mut out = part.lower(&FUNCTION_WORDS).with("DataSourceName", source);
        if set(properties, "Name").is_none() {
            out.set("Name", Expr::string(part.name.clone(), &part.origin));
        }
        for (name, property) in
            [("InlineCode", "Code"), ("CodeUri", "CodeS3Location"), ("Sync", "SyncConfig")]
        {
            if set(properties, name).is_none() {
                out.remove(property);
            }
        }
        let id = format_smolstr!("{}{}", self.api.id, part.name);
        self.functions.insert(part.name.clone(), Expr::get_att(id.clone(), "FunctionId", &part.origin));
        Ok(Some(Piece::new(id, "AWS::AppSync::FunctionConfiguration", out, &FUNCTION_WORDS)))
    }

    /// The name of a function's data source.
    fn source(&mut self, part: &Part) -> Result<Expr, SamError> {
        let written =
            set(part.properties, "DataSource").ok_or_else(|| part.error("it has no `DataSource`"))?;
        let Some(name) = written.as_str() else { return Ok(written.clone()) };
        let id = if name.eq_ignore_ascii_case("none") {
            let api = self.api;
            let none = self.none.get_or_insert_with(|| {
                let id = format_smolstr!("{}NoneDataSource", api.id);
                let out = Expr::object(&written.origin)
                    .with("ApiId", super::api_id(api, &written.origin))
                    .with("Name", Expr::string(id.clone(), &written.origin))
                    .with("Type", Expr::string("NONE", &written.origin));
                Piece::new(id, "AWS::AppSync::DataSource", out, &super::GENERATED)
            });
            none.id.clone()
        } else {
            let unknown = || part.error(format!("its `DataSource` `{name}` is none of `DataSources`"));
            self.sources.get(name).cloned().ok_or_else(unknown)?
        };
        Ok(Expr::get_att(id, "Name", &written.origin))
    }

    fn resolver(&self, type_name: &SmolStr, part: &Part) -> Result<Piece, SamError> {
        let properties = part.properties;
        let origin = &part.origin;
        code_given(part)?;
        let mut out = part.lower(&RESOLVER_WORDS);
        if set(properties, "InlineCode").is_none() && set(properties, "CodeUri").is_none() {
            let runtime = serde_json::json!({"Name": "APPSYNC_JS", "RuntimeVersion": "1.0.0"});
            out.set("Code", Expr::string(PASS_THROUGH, origin));
            out.set("Runtime", Expr::from_json(&runtime, origin));
        } else {
            runtime_given(part)?;
        }
        for (name, property) in [("MaxBatchSize", "MaxBatchSize"), ("Caching", "CachingConfig")] {
            if set(properties, name).is_none() {
                out.remove(property);
            }
        }
        if set(properties, "FieldName").is_none() {
            out.set("FieldName", Expr::string(part.name.clone(), origin));
        }
        out.set("TypeName", Expr::string(type_name.clone(), origin));
        out.set("Kind", Expr::string("PIPELINE", origin));
        let pipeline = set(properties, "Pipeline")
            .ok_or_else(|| part.error("it has no `Pipeline`; resolvers of one unit are not SAM's"))?;
        let functions: Result<Vec<Expr>, SamError> = pipeline
            .items()
            .iter()
            .map(|item| {
                let name = item.as_str().unwrap_or_default();
                let unknown = || part.error(format!("its function `{name}` is none of `Functions`"));
                self.functions.get(name).cloned().ok_or_else(unknown)
            })
            .collect();
        let functions = Expr::list(functions?, &pipeline.origin);
        out.set("PipelineConfig", Expr::object(&pipeline.origin).with("Functions", functions));
        let id = format_smolstr!("{}{type_name}{}", self.api.id, part.name);
        let schema = Expr::list(vec![Expr::string(schema_id(self.api), origin)], origin);
        Ok(Piece::new(id, "AWS::AppSync::Resolver", out, &RESOLVER_WORDS).with("DependsOn", schema))
    }
}

fn code_given(part: &Part) -> Result<(), SamError> {
    match (set(part.properties, "InlineCode"), set(part.properties, "CodeUri")) {
        (Some(_), Some(_)) => Err(part.error("it has both `InlineCode` and `CodeUri`")),
        _ => Ok(()),
    }
}

fn runtime_given(part: &Part) -> Result<(), SamError> {
    set(part.properties, "Runtime").map(|_| ()).ok_or_else(|| part.error("it has no `Runtime`"))
}

#[cfg(test)]
mod tests {
    use crate::{Context, transform};
    use stockade_cfn::{Template, tag_meaning};
    use stockade_syntax::{FileId, Source, parse};

    fn errors(pipeline: &str, keys: &str) -> usize {
        let text = format!(
            "{{Resources: {{A: {{Type: AWS::Serverless::GraphQLApi, Properties: {{SchemaInline: x, Auth: {{Type: AWS_IAM}},
               Functions: {{f: {{DataSource: NONE, InlineCode: x, Runtime: {{Name: APPSYNC_JS, Version: 1.0.0}}}}}},
               Resolvers: {{Query: {{r: {{Pipeline: {pipeline}, Caching: {{Ttl: 1, CachingKeys: {keys}}}}}}}}}}}}}}}}}"
        );
        let document = parse(&Source::new(FileId(0), "template.yaml", text), tag_meaning).expect("YAML");
        let template = Template::read(&document).expect("a template");
        let context = Context { region: "eu-west-1", partition: "aws", parameter: &|_| None };
        transform(&template, &context).errors.len()
    }

    #[test]
    fn no_function_stands_in_place_of_a_list() {
        assert_eq!(errors("[f]", "[$context.arguments.a]"), 0);
        assert_eq!(errors("{Fn::ImportValue: y}", "[]"), 1);
        assert_eq!(errors("[f]", "{Ref: AWS::NoValue}"), 1);
        assert_eq!(errors("[f]", "7"), 1);
    }
}
