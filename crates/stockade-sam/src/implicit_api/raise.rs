//! The way back for implicit APIs: they have no properties of their own, only those in `Globals`.

use crate::words::Words;
use smol_str::SmolStr;
use stockade_model::{Documents, FileEdit, Language, Raise, RaiseError, Slot, insert, replace};
use stockade_syntax::New;

/// The words of an implicit API's main resource, with missing keys written in a section of `Globals`.
#[derive(Debug)]
pub(crate) struct GlobalWords {
    /// The section: `Api`, `HttpApi`.
    pub section: &'static str,
    /// The words below it.
    pub words: &'static Words,
}

impl Raise for GlobalWords {
    fn set(
        &self,
        slot: &Slot,
        property: &str,
        value: &New,
        documents: &dyn Documents,
    ) -> Result<FileEdit, RaiseError> {
        let Some(first) = slot.path.first() else { return replace(slot.place, value, documents) };
        let missing: Vec<SmolStr> = match first.as_str() {
            "Globals" => vec!["Globals".into(), self.section.into()],
            first if first == self.section => vec![self.section.into()],
            _ => Vec::new(),
        };
        let keys = &slot.path[usize::from(!missing.is_empty())..];
        if keys.len() < property.split('.').count() {
            return insert(slot.place, &slot.path, value, documents);
        }
        let spelled =
            self.words.translate(property).ok_or_else(|| RaiseError::NoForm(SmolStr::new(property)))?;
        let path: Vec<SmolStr> = missing.into_iter().chain(spelled.split('.').map(SmolStr::new)).collect();
        insert(slot.place, &path, value, documents)
    }

    fn spell(&self, property: &str) -> SmolStr {
        self.words.spell(property)
    }

    fn language(&self) -> Language {
        Language::Sam
    }
}
