//! `Fn::ForEach`: what stands in the loop's body, once for each item of its collection.

use super::Walk;
use super::identifiers::{self, Binding};
use crate::{Entry, Expr, TemplateError};
use smol_str::{SmolStr, format_smolstr};
use stockade_model::{Fact, Kind, Place};

/// What a loop's key begins with.
const PREFIX: &str = "Fn::ForEach::";

/// At most so many entries are written out for one template, a bound against loops that multiply; CloudFormation
/// takes 500 resources.
const MOST: usize = 5_000;

/// At most so many loops nest in one another (CloudFormation's own bound is five).
const DEPTH: usize = 8;

/// What a loop makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// Resources.
    Resources,
    /// Anything else: conditions, outputs, properties.
    Other,
}

/// Whether a key starts a loop.
pub(super) fn is_loop(key: &str) -> bool {
    key.starts_with(PREFIX)
}

impl Walk<'_> {
    /// Adds what a loop makes to `entries`, and gives the key in the loop's body of each. A loop whose collection is
    /// not known stays as it is, so that what holds it is open.
    pub(super) fn for_each(
        &mut self,
        entry: &Entry,
        bindings: &[Binding],
        level: Level,
        entries: &mut Vec<Entry>,
    ) -> Vec<SmolStr> {
        let mut written = Vec::new();
        let [identifier, collection, body] = entry.value.items() else {
            self.reject(entry, level, "must be a list of an identifier, a collection and what to repeat");
            return written;
        };
        let (Some(identifier), true) = (identifier.as_str(), body.is_object()) else {
            self.reject(
                entry,
                level,
                "must be a list of an identifier, a collection and an object to repeat",
            );
            return written;
        };
        if bindings.len() >= DEPTH {
            self.reject(entry, level, "lies too deep in other loops");
            return written;
        }
        let collection = self.expand(collection, bindings);
        let items = match self.items(&collection) {
            Ok(items) => items,
            Err(why) => {
                let why =
                    format_smolstr!("`{}` repeats over a collection that is not known: {why}", entry.key);
                self.opened(level, why);
                if !entries.iter().any(|kept| kept.key == entry.key) {
                    entries.push(entry.clone());
                    written.push(entry.key.clone());
                }
                return written;
            }
        };
        for (value, place) in items {
            let mut inner = bindings.to_vec();
            inner.push(Binding { name: identifier.into(), value, place });
            for repeated in body.entries() {
                self.made += 1;
                if self.made > MOST {
                    if self.made == MOST + 1 {
                        self.reject(entry, level, "makes more than any template may hold");
                    }
                    return written;
                }
                if is_loop(&repeated.key) {
                    written.extend(self.for_each(repeated, &inner, level, entries));
                    continue;
                }
                let key =
                    identifiers::replaced(&repeated.key, &inner).unwrap_or_else(|| repeated.key.clone());
                if entries.iter().any(|known| known.key == key) {
                    let message = format!("`{}` makes `{key}` more than once", entry.key);
                    self.errors.push(TemplateError { message, place: repeated.key_place });
                    continue;
                }
                let value = self.expand(&repeated.value, &inner);
                entries.push(Entry { key, key_place: repeated.key_place, value });
                written.push(repeated.key.clone());
            }
        }
        written
    }

    /// The items of a collection with their places, or what would make them known.
    fn items(&self, collection: &Expr) -> Result<Vec<(SmolStr, Place)>, String> {
        let not_texts = || "it is not a list of texts".to_owned();
        let value = self.scope.evaluate(collection).ok_or_else(not_texts)?;
        if let Some(symbol) = value.open() {
            return Err(symbol.settled_by());
        }
        let Kind::List(list) = &value.kind else { return Err(not_texts()) };
        let item = |item: &stockade_model::Value| match item.literal() {
            Fact::Known(literal) => Ok((literal, written_at(item))),
            Fact::Unknown(symbol) => Err(symbol.settled_by()),
            Fact::Absent | Fact::Other => Err(not_texts()),
        };
        list.items.iter().map(item).collect()
    }

    /// Notes that there are resources that are not known, if the loop makes any.
    fn opened(&mut self, level: Level, why: SmolStr) {
        if level == Level::Resources {
            self.open.get_or_insert(why);
        }
    }

    fn reject(&mut self, entry: &Entry, level: Level, cause: &str) {
        let message = format!("`{}` {cause}", entry.key);
        self.opened(level, message.as_str().into());
        self.errors.push(TemplateError { message, place: entry.key_place });
    }
}

/// Where an item was written: of a parameter or a mapping, there.
fn written_at(item: &stockade_model::Value) -> Place {
    item.origin.vias().find(|via| via.kind.is_writable()).map_or(item.origin.place, |via| via.place)
}
