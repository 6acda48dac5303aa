//! `AutoPublishAlias`: a version whose logical id changes with the code, and an alias that points at it
//! (AWS SAM developer guide, "AWS::Serverless::Function", `AutoPublishAlias` and what follows it).

use crate::output::Output;
use crate::presence::{given, is_set, set};
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError, logical_id, resolve};
use serde_json::{Map, Value as Json};
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::Expr;

static VERSION_WORDS: Words = Words {
    rows: &[("Description", "VersionDescription"), ("FunctionScalingConfig", "FunctionScalingConfig")],
};

static ALIAS_WORDS: Words = Words {
    rows: &[("ProvisionedConcurrencyConfig", "ProvisionedConcurrencyConfig"), ("Name", "AutoPublishAlias")],
};

/// The alias of a function, and the version that it points at.
pub(super) struct Alias {
    /// The alias' logical id.
    pub id: SmolStr,
    /// Its name.
    pub name: Expr,
    version_id: String,
}

/// Decides on alias and version, and changes the function where a version has to follow.
pub(super) fn plan(
    resource: &SamResource,
    resources: &[SamResource],
    function: &mut Expr,
    context: &Context,
    output: &Output,
) -> Result<Option<Alias>, SamError> {
    let sam = &resource.properties;
    let Some(written) = set(sam, "AutoPublishAlias") else { return Ok(None) };
    let name = resolve::parameters(written, context);
    let Some(text) = name.as_str().map(SmolStr::new) else {
        let message = "`AutoPublishAlias` should be a string or refer to a parameter with a known value";
        return Err(resource.error(message, written.origin.place));
    };
    let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    if text.is_empty() || !text.chars().all(allowed) || text.chars().all(|digit| digit.is_ascii_digit()) {
        let message = "the name of an alias takes letters, digits, `-` and `_`, and is not a number";
        return Err(resource.error(message, written.origin.place));
    }
    let hash = code_hash(resource, function, context)?;
    // The translator writes resolved parameters into the code that it hashes.
    if let Some(code) = function.get_mut("Code") {
        *code = resolve::parameters(code, context);
    }
    let hash = hash.unwrap_or_else(|| properties_hash(resource, resources, function, output));
    Ok(Some(Alias {
        id: format_smolstr!("{}Alias{}", resource.id, text.replace('-', "D").replace('_', "U")),
        name,
        version_id: format!("{}Version{hash}", resource.id),
    }))
}

/// The start of `AutoPublishCodeSha256`, which is added to the description so that a change of it shows.
fn code_hash(
    resource: &SamResource,
    function: &mut Expr,
    context: &Context,
) -> Result<Option<String>, SamError> {
    let Some(written) = set(&resource.properties, "AutoPublishCodeSha256") else { return Ok(None) };
    let hash = resolve::parameters(written, context);
    let Some(text) = hash.as_str() else {
        return Err(resource.error("`AutoPublishCodeSha256` should be a string", written.origin.place));
    };
    let description = function.get("Description").map(|written| resolve::parameters(written, context));
    let described = match description.filter(is_set) {
        None => hash.clone(),
        Some(description) => match description.as_str() {
            Some(words) => Expr::string(format!("{words} {text}"), &description.origin),
            None => {
                let origin = description.origin.clone();
                let parts = Expr::list(vec![description, hash.clone()], &origin);
                Expr::call("Fn::Join", Expr::list(vec![Expr::string(" ", &origin), parts], &origin), &origin)
            }
        },
    };
    let start: String = text.chars().take(10).collect();
    if !start.chars().all(|character| character.is_ascii_alphanumeric()) {
        let message =
            "`AutoPublishCodeSha256` becomes part of a logical id, which takes letters and digits only";
        return Err(resource.error(message, written.origin.place));
    }
    function.set("Description", described);
    Ok(Some(start).filter(|start| !start.is_empty()))
}

/// The hash of what makes a new version: the code with a few settings, or with
/// `AutoPublishAliasAllProperties` all properties and those of layers that ask for it.
fn properties_hash(
    resource: &SamResource,
    resources: &[SamResource],
    function: &Expr,
    output: &Output,
) -> String {
    let sam = &resource.properties;
    let mut hashed = Map::new();
    let mut add = |object: &Expr| {
        if let Json::Object(entries) = object.to_json() {
            hashed.extend(entries);
        }
    };
    if set(sam, "AutoPublishAliasAllProperties").is_some() {
        add(function);
        for layer in function.get("Layers").map(Expr::items).unwrap_or_default() {
            if let Some((id, properties)) = publishing_layer(layer, resources, output) {
                hashed.insert(id, properties.to_json());
            }
        }
    } else {
        function.get("Code").into_iter().for_each(&mut add);
        set(function, "Environment").into_iter().for_each(&mut add);
        if let Some(size) = set(function, "MemorySize") {
            hashed.insert("MemorySize".into(), size.to_json());
        }
        let snap = set(function, "SnapStart");
        let applies = |snap: &&Expr| snap.get("ApplyOn").is_some_and(|on| on.as_str() != Some("None"));
        if let Some(snap) = snap.filter(applies) {
            hashed.insert("SnapStart".into(), snap.to_json());
        }
    }
    logical_id::hash(&logical_id::canonical_json(&Json::Object(hashed)), 10)
}

/// The properties of a layer of this template that has `PublishLambdaVersion`, and its logical id as written.
fn publishing_layer<'a>(
    layer: &Expr,
    resources: &'a [SamResource],
    output: &'a Output,
) -> Option<(String, &'a Expr)> {
    let id = layer.as_reference().or_else(|| layer.as_get_att().map(|(id, _)| id))?;
    let sam = resources.iter().find(|resource| resource.id == id).map(|resource| &resource.properties);
    let properties = sam.or_else(|| output.resources.get(id)?.properties())?;
    set(properties, "PublishLambdaVersion").map(|_| (id.to_owned(), properties))
}

impl Alias {
    /// Adds the version and the alias.
    pub(super) fn add(&self, resource: &SamResource, output: &mut Output) {
        let sam = &resource.properties;
        let origin = &self.name.origin;
        let function = Expr::reference(resource.id.clone(), origin);
        let version = Expr::object(origin)
            .with("FunctionName", function.clone())
            .with_some("Description", given(sam, "VersionDescription").cloned());
        let scaling = given(sam, "CapacityProviderConfig").and_then(|_| given(sam, "FunctionScalingConfig"));
        let version = version.with_some("FunctionScalingConfig", scaling.cloned());
        output.add_generated(
            self.version_id.as_str(),
            "AWS::Lambda::Version",
            version,
            resource,
            &VERSION_WORDS,
        );
        if resource.body.get("DeletionPolicy").is_none()
            && let Some(body) = output.body_mut(&self.version_id)
        {
            let managed = given(sam, "CapacityProviderConfig").is_some();
            let default = if managed { "Delete" } else { "Retain" };
            let policy = given(sam, "VersionDeletionPolicy").cloned();
            body.set("DeletionPolicy", policy.unwrap_or_else(|| Expr::string(default, origin)));
        }
        let alias = Expr::object(origin)
            .with("Name", self.name.clone())
            .with("FunctionName", function)
            .with("FunctionVersion", Expr::get_att(self.version_id.as_str(), "Version", origin))
            .with_some("ProvisionedConcurrencyConfig", set(sam, "ProvisionedConcurrencyConfig").cloned());
        output.add_generated(self.id.clone(), "AWS::Lambda::Alias", alias, resource, &ALIAS_WORDS);
    }
}
