//! Connectors written at their source: the attribute `Connectors` of any resource.

use crate::SamError;
use crate::output::Output;
use crate::resource::SamResource;
use smol_str::{SmolStr, format_smolstr};
use stockade_cfn::{Entry, Expr, Template};
use stockade_model::{Containers, Place};

const ATTRIBUTE: &str = "Connectors";

/// Takes the attribute away from every resource and adds the connectors as resources of their own.
pub(crate) fn lift(template: &Template, resources: &mut Vec<SamResource>, output: &mut Output) {
    for (id, declaration) in &template.resources {
        let Some(connectors) = declaration.body.get(ATTRIBUTE) else { continue };
        if let Some(body) = output.body_mut(id) {
            body.remove(ATTRIBUTE);
        }
        if !connectors.is_object() {
            let place = connectors.origin.place;
            output.errors.push(error(id, format!("its `{ATTRIBUTE}` is not an object"), place));
            continue;
        }
        for entry in connectors.entries() {
            match connector(id, entry) {
                Ok(connector) if template.resources.contains_key(&connector.id) => {
                    let message =
                        format!("its connector would be named `{}`, as another resource is", connector.id);
                    output.errors.push(error(id, message, entry.key_place));
                }
                Ok(connector) => resources.push(connector),
                Err(error) => output.errors.push(error),
            }
        }
    }
}

fn connector(source: &SmolStr, entry: &Entry) -> Result<SamResource, SamError> {
    let id = format_smolstr!("{source}{}", entry.key);
    let body = &entry.value;
    if !body.is_object() {
        return Err(error(&id, "it is not an object".into(), body.origin.place));
    }
    if !id.chars().all(|character| character.is_ascii_alphanumeric()) {
        return Err(error(&id, "its name is not made of letters and digits".into(), entry.key_place));
    }
    let Some(written) = body.get("Properties").filter(|properties| properties.is_object()) else {
        let message = format!("the `Properties` of its connector `{}` are not an object", entry.key);
        return Err(error(source, message, body.origin.place));
    };
    let mut properties = written.clone();
    let mut end = match properties.remove("SourceReference") {
        None => Expr::object(&written.origin),
        Some(reference) if !reference.is_object() => {
            let message = format!("the `SourceReference` of its connector `{}` is not an object", entry.key);
            return Err(error(source, message, reference.origin.place));
        }
        Some(reference) => {
            if let Some(id) = reference.get("Id") {
                let message = "its `SourceReference` has an `Id`, which the resource itself gives";
                return Err(error(&entry.key, message.into(), id.origin.place));
            }
            reference
        }
    };
    end.set("Id", Expr::string(source.clone(), &stockade_model::Origin::at(entry.key_place)));
    properties.set("Source", end);
    Ok(SamResource {
        id,
        type_name: SmolStr::new_static("AWS::Serverless::Connector"),
        id_at: entry.key_place,
        declared_id: source.clone(),
        instance: None,
        body: body.clone(),
        containers: Containers::At([written.origin.place.into()].into()),
        properties,
    })
}

fn error(resource: &SmolStr, message: String, place: Place) -> SamError {
    SamError { resource: resource.clone(), message, place }
}
