//! JSON in heredocs: what it says has the places of its own lines.

use crate::instance::ResourceInstance;
use crate::json;
use crate::value::{Kind, Mapping, Sequence, Str, Value};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use stockade_model::{Piece, Place};
use stockade_syntax::{FileId, Source, Span};

/// The lines of a heredoc beside those of the text that it gives.
pub(crate) struct Lines {
    file: FileId,
    lines: Vec<Line>,
}

struct Line {
    /// Where it begins in the text.
    at: usize,
    /// Where what it holds begins and ends in the file, without the space around it.
    written: Span,
    /// Where the text's line begins in the file, if it stands there as it is.
    same_at: Option<usize>,
}

impl Lines {
    /// The lines of a heredoc that is written at `place`, if each is one of the text.
    fn of(place: Place, source: &Source, text: &str) -> Option<Self> {
        let written = source.slice(place.span);
        let mut lines = Vec::new();
        let mut offset = place.span.start as usize;
        let mut all = written.split('\n').map(|line| {
            let start = offset;
            offset += line.len() + 1;
            (start, line)
        });
        all.next().filter(|(_, first)| first.starts_with("<<"))?;
        let mut at = 0;
        for part in text.split('\n') {
            let Some((start, line)) = all.next() else {
                // The text ends with a line break, the heredoc with its marker.
                return part.is_empty().then_some(Self { file: place.file, lines });
            };
            let inner = start + line.len() - line.trim_start().len();
            let same_at = line.ends_with(part).then(|| start + line.len() - part.len());
            let written = Span::new(inner, inner.max(start + line.trim_end().len()));
            lines.push(Line { at, written, same_at });
            at += part.len() + 1;
        }
        // What is left is the marker.
        let rest = all.next().is_none();
        rest.then_some(Self { file: place.file, lines })
    }

    /// The place of a range of the text: exact where its lines stand in the file as they are, else those lines.
    pub(crate) fn place(&self, span: Span) -> Place {
        let line = |offset: u32| {
            let at = self.lines.partition_point(|line| line.at <= offset as usize);
            &self.lines[at.saturating_sub(1)]
        };
        let (first, last) = (line(span.start), line(span.end));
        let exact = |line: &Line, offset: u32| line.same_at.map(|at| at + offset as usize - line.at);
        let start = exact(first, span.start).unwrap_or(first.written.start as usize);
        let end = exact(last, span.end).unwrap_or(last.written.end as usize);
        Place { file: self.file, span: Span::new(start, end.max(start)) }
    }
}

/// Instances of which the JSON in heredocs has places of its own.
pub(crate) fn with_places(
    instances: &[Rc<ResourceInstance>],
    sources: &[Arc<Source>],
) -> Vec<Rc<ResourceInstance>> {
    let sources: HashMap<FileId, &Source> =
        sources.iter().map(|source| (source.id, source.as_ref())).collect();
    if sources.is_empty() {
        return instances.to_vec();
    }
    let one = |instance: &Rc<ResourceInstance>| match placed(&instance.value, &sources) {
        Some(value) => Rc::new(ResourceInstance { value, ..ResourceInstance::clone(instance) }),
        None => Rc::clone(instance),
    };
    instances.iter().map(one).collect()
}

/// The value with such places, if any of its strings gets some.
fn placed(value: &Value, sources: &HashMap<FileId, &Source>) -> Option<Value> {
    let kind = match &value.kind {
        Kind::String(string) if string.json_of.is_none() => {
            let begins = |literal: &str| literal.trim_start().starts_with(['{', '[']);
            let first = string.text.pieces().first();
            if !matches!(first, Some(Piece::Literal(literal)) if begins(literal)) {
                return None;
            }
            let mut written =
                std::iter::once(value.origin.place).chain(value.origin.vias().map(|via| via.place));
            let (place, source) = written.find_map(|place| {
                let source = sources.get(&place.file)?;
                source.slice(place.span).starts_with("<<").then_some((place, source))
            })?;
            let of = json::behind_at(value, |text| Lines::of(place, source, text))?;
            Kind::String(Str { text: string.text.clone(), json_of: Some(Arc::new(of)) })
        }
        Kind::Sequence(sequence) => {
            let items: Vec<Option<Value>> = sequence.items.iter().map(|item| placed(item, sources)).collect();
            if items.iter().all(Option::is_none) {
                return None;
            }
            let items = items.into_iter().zip(sequence.items.iter());
            let items = items.map(|(new, old)| new.unwrap_or_else(|| old.clone())).collect();
            Kind::Sequence(Sequence { items: Arc::new(items), ..sequence.clone() })
        }
        Kind::Mapping(mapping) => {
            let mut entries = None;
            for (key, entry) in mapping.entries.iter() {
                if let Some(value) = placed(&entry.value, sources) {
                    let entries = entries.get_or_insert_with(|| mapping.entries.as_ref().clone());
                    if let Some(entry) = entries.get_mut(key) {
                        entry.value = value;
                    }
                }
            }
            Kind::Mapping(Mapping { entries: Arc::new(entries?), ..mapping.clone() })
        }
        _ => return None,
    };
    Some(Value { kind, ..value.clone() })
}
