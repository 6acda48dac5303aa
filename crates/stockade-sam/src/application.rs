//! `AWS::Serverless::Application`: a nested stack of a template in S3 or of an application of the Serverless
//! Application Repository (AWS SAM developer guide, "AWS::Serverless::Application").

use crate::output::Output;
use crate::presence::{given, is_set};
use crate::property_types::{Kind, Property, check_at, optional, required};
use crate::resource::SamResource;
use crate::words::Words;
use crate::{Context, SamError, tags};
use stockade_cfn::{Data, Expr};

const PROPERTIES: &[Property] = &[
    required("Location", Kind::StringOrMap),
    optional("TemplateUrl", Kind::String),
    optional("Parameters", Kind::Map),
    optional("NotificationARNs", Kind::ListOfStringsOrMaps),
    optional("Tags", Kind::Map),
    optional("TimeoutInMinutes", Kind::WholeNumber),
];

static STACK: Words = Words {
    rows: &[
        ("TemplateURL", "Location"),
        ("Parameters", "Parameters"),
        ("NotificationARNs", "NotificationARNs"),
        ("TimeoutInMinutes", "TimeoutInMinutes"),
    ],
};

/// Tags that AWS sets itself.
const RESERVED: [&str; 3] =
    ["lambda:createdBy", "serverlessrepo:applicationId", "serverlessrepo:semanticVersion"];

/// Lowers an application.
pub(crate) fn lower(
    application: &SamResource,
    _resources: &mut [SamResource],
    context: &Context,
    output: &mut Output,
) -> Result<(), SamError> {
    let properties = &application.properties;
    check_at(properties, PROPERTIES, &application.id, application.id_at)?;
    let origin = application.origin();
    let mut out = STACK.lower(properties, &origin);
    let location = properties.get("Location").cloned().unwrap_or_else(|| Expr::null(&origin));
    let mut identity = Expr::object(&location.origin);
    if location.is_object() {
        let id = part(application, &location, "ApplicationId", context)?;
        let version = part(application, &location, "SemanticVersion", context)?;
        identity.set("serverlessrepo:applicationId", id);
        identity.set("serverlessrepo:semanticVersion", version);
        // The address of the template is known only to the repository.
        out.set("TemplateURL", repository_url(&location));
    }
    let written = given(properties, "Tags");
    if let Some(entry) = written.and_then(|tags| RESERVED.iter().find_map(|name| tags.entry(name))) {
        return Err(application.error(format!("its tag `{}` is reserved", entry.key), entry.key_place));
    }
    let mut all = tags::list_under("lambda:createdBy", Some(&identity), &origin);
    for tag in written.map(|written| tags::list_of(written).items().to_vec()).unwrap_or_default() {
        all.push(tag);
    }
    out.set("Tags", all);
    output.add_main(application.id.clone(), "AWS::CloudFormation::Stack", out, application, &STACK);
    Ok(())
}

/// A part of the application's identity, a parameter's value in place of a reference to it.
fn part(
    application: &SamResource,
    location: &Expr,
    name: &'static str,
    context: &Context,
) -> Result<Expr, SamError> {
    let error = |message: String, value: &Expr| application.error(message, value.origin.place);
    let value = location
        .get(name)
        .filter(|value| is_set(value))
        .ok_or_else(|| error(format!("its `Location` has no `{name}`"), location))?;
    let resolved = match value.as_reference() {
        Some(parameter) => (context.parameter)(parameter).map(|text| Expr::string(text, &value.origin)),
        None => None,
    };
    let value = resolved.unwrap_or_else(|| value.clone());
    match &value.data {
        Data::String(text) if name == "ApplicationId" && text.contains("{{resolve:ssm:") => {
            Err(error(format!("the `{name}` of its `Location` is a dynamic reference"), &value))
        }
        Data::String(_) => Ok(value),
        Data::Object(_) => Err(error(format!("the `{name}` of its `Location` cannot be resolved"), &value)),
        _ => Err(error(format!("the `{name}` of its `Location` is not a string"), &value)),
    }
}

/// The address that the repository gives for a template, signed for one deployment.
fn repository_url(location: &Expr) -> Expr {
    Expr::string("https://awsserverlessrepo-changesets-xxx.s3.amazonaws.com/signed-url", &location.origin)
}
