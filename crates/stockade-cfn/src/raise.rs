//! The way back from changes to a template's text.

use smol_str::SmolStr;
use stockade_model::{Documents, FileEdit, Place, Raise, RaiseError, Slot};
use stockade_syntax::{Document, Format, New, Source};

/// Plain CloudFormation resources: their words are the vocabulary's own.
#[derive(Debug)]
pub struct CloudFormation;

/// The way back of a resource that stands in the template as it is deployed.
pub static CLOUDFORMATION: CloudFormation = CloudFormation;

impl Raise for CloudFormation {
    fn set(
        &self,
        slot: &Slot,
        property: &str,
        value: &New,
        documents: &dyn Documents,
    ) -> Result<FileEdit, RaiseError> {
        let _ = property;
        if slot.path.is_empty() {
            replace(slot.place, value, documents)
        } else {
            insert(slot.place, &slot.path, value, documents)
        }
    }

    fn remove(
        &self,
        slot: &Slot,
        _property: &str,
        documents: &dyn Documents,
    ) -> Result<FileEdit, RaiseError> {
        remove(slot.place, documents)
    }

    fn add_resource(
        &self,
        resources: Place,
        id: &str,
        body: &New,
        documents: &dyn Documents,
    ) -> Result<FileEdit, RaiseError> {
        insert(resources, &[SmolStr::new(id)], body, documents)
    }

    fn spell(&self, property: &str) -> SmolStr {
        SmolStr::new(property)
    }
}

/// Replaces the value that is written at `place`.
///
/// # Errors
/// [`RaiseError::NotWritten`] if the file is not known, [`RaiseError::Edit`] if no value stands there.
pub fn replace(place: Place, value: &New, documents: &dyn Documents) -> Result<FileEdit, RaiseError> {
    let (source, document) = documents.document(place.file).ok_or(RaiseError::NotWritten)?;
    let value = render_for(document, value);
    let edit = stockade_syntax::replace_value(document, source, place.span, &value, short_tag)?;
    Ok(FileEdit { file: place.file, edit })
}

/// Adds `path: value` to the mapping that is written at `place`.
///
/// # Errors
/// As for [`replace`].
pub fn insert(
    place: Place,
    path: &[SmolStr],
    value: &New,
    documents: &dyn Documents,
) -> Result<FileEdit, RaiseError> {
    let (source, document) = documents.document(place.file).ok_or(RaiseError::NotWritten)?;
    let value = render_for(document, value);
    let edit = stockade_syntax::insert_entry(document, source, place.span, path, &value, short_tag)?;
    Ok(FileEdit { file: place.file, edit })
}

/// Takes away the entry whose value is written at `place`.
///
/// # Errors
/// As for [`replace`].
pub fn remove(place: Place, documents: &dyn Documents) -> Result<FileEdit, RaiseError> {
    let (source, document): (&Source, &Document) =
        documents.document(place.file).ok_or(RaiseError::NotWritten)?;
    let edit = stockade_syntax::remove_entry(document, source, place.span)?;
    Ok(FileEdit { file: place.file, edit })
}

/// The short tag of an intrinsic function's key.
#[must_use]
pub fn short_tag(key: &str) -> Option<&str> {
    if key == "Ref" { Some(key) } else { key.strip_prefix("Fn::").filter(|name| !name.contains("::")) }
}

/// A value as people write it in that format: in YAML, `Fn::GetAtt` as `resource.attribute`.
#[must_use]
pub fn render_for(document: &Document, value: &New) -> New {
    if document.format == Format::Json {
        return value.clone();
    }
    match value {
        New::Mapping(entries) => match entries.as_slice() {
            [(key, New::Sequence(items))] if key == "Fn::GetAtt" => match items.as_slice() {
                [New::String(resource), New::String(attribute)] => {
                    New::mapping([(key.clone(), New::string(format!("{resource}.{attribute}")))])
                }
                _ => value.clone(),
            },
            _ => New::Mapping(
                entries.iter().map(|(key, value)| (key.clone(), render_for(document, value))).collect(),
            ),
        },
        New::Sequence(items) => New::Sequence(items.iter().map(|item| render_for(document, item)).collect()),
        other => other.clone(),
    }
}
