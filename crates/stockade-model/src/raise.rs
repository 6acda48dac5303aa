//! The way back from changes to a template's text.

use crate::{Documents, FileEdit, Place, RaiseError, Slot};
use smol_str::SmolStr;
use stockade_syntax::{Document, Format, New, Source};

/// The way back from a change in CloudFormation's words to edits in the source's own words. It stands beside the
/// lowering that made the resource.
pub trait Raise: std::fmt::Debug + Send + Sync {
    /// Writes a value at a slot.
    ///
    /// # Errors
    /// [`RaiseError`] if the source has no form for it or the text cannot take it.
    fn set(
        &self,
        slot: &Slot,
        property: &str,
        value: &New,
        documents: &dyn Documents,
    ) -> Result<FileEdit, RaiseError>;

    /// Takes away the value that is written at a slot.
    ///
    /// # Errors
    /// As for [`Raise::set`].
    fn remove(&self, slot: &Slot, documents: &dyn Documents) -> Result<FileEdit, RaiseError> {
        remove(slot.place, documents)
    }

    /// Adds a resource to the template whose `Resources` mapping was written at `resources`.
    ///
    /// # Errors
    /// As for [`Raise::set`].
    fn add_resource(
        &self,
        resources: Place,
        id: &str,
        body: &New,
        documents: &dyn Documents,
    ) -> Result<FileEdit, RaiseError> {
        insert(resources, &[SmolStr::new(id)], body, documents)
    }

    /// What references call a resource that is added under that id: the id itself, or an address in the source's words.
    fn address(&self, id: &str, _body: &New) -> SmolStr {
        SmolStr::new(id)
    }

    /// The property in the source's own words, for messages: `Tracing` for `TracingConfig.Mode` of a SAM function.
    fn spell(&self, property: &str) -> SmolStr;

    /// As [`Raise::spell`], of another resource of that type: `visibility_timeout_seconds` for `VisibilityTimeout` of
    /// `AWS::SQS::Queue` in Terraform.
    fn spell_of(&self, _type_name: &str, property: &str) -> SmolStr {
        SmolStr::new(property)
    }

    /// A resource type in the source's own words: `aws_sqs_queue` for `AWS::SQS::Queue` in Terraform.
    fn spell_type(&self, type_name: &str) -> SmolStr {
        SmolStr::new(type_name)
    }

    /// How a property, in the source's own words, is written with a value: `Tracing: Active`.
    fn assign(&self, property: &str, value: &str) -> String {
        format!("{property}: {value}")
    }

    /// The language that the user wrote the resource in.
    fn language(&self) -> Language {
        Language::CloudFormation
    }
}

/// A language that resources are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// Plain CloudFormation.
    CloudFormation,
    /// The Serverless Application Model.
    Sam,
    /// Terraform or OpenTofu.
    Terraform,
}

/// A value in which references to resources that are added stand under the names that the source has for them.
#[must_use]
pub fn renamed(value: &New, names: &[(SmolStr, SmolStr)]) -> New {
    let of = |id: &SmolStr| names.iter().find(|(from, _)| from == id).map_or(id, |(_, to)| to).clone();
    match value {
        New::Mapping(entries) => match entries.as_slice() {
            [(function, New::String(id))] if function == "Ref" => {
                New::mapping([(function.clone(), New::String(of(id)))])
            }
            [(function, New::Sequence(parts))] if function == "Fn::GetAtt" => {
                let mut parts = parts.clone();
                if let Some(New::String(id)) = parts.first_mut() {
                    *id = of(id);
                }
                New::mapping([(function.clone(), New::Sequence(parts))])
            }
            [(function, New::String(text))] if function == "Fn::Sub" => {
                let mut text = text.to_string();
                for (from, to) in names {
                    for end in ["}", "."] {
                        text = text.replace(&format!("${{{from}{end}"), &format!("${{{to}{end}"));
                    }
                }
                New::mapping([(function.clone(), New::string(text))])
            }
            _ => New::Mapping(
                entries.iter().map(|(key, value)| (key.clone(), renamed(value, names))).collect(),
            ),
        },
        New::Sequence(items) => New::Sequence(items.iter().map(|item| renamed(item, names)).collect()),
        other => other.clone(),
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
