//! The arguments of a resource: attributes, nested blocks and `dynamic` ones, as one mapping.

use crate::evaluate::Frame;
use crate::instance::ModuleInstance;
use crate::module::expr_of;
use crate::syntax::{Block, Body};
use crate::value::{Entry, MappingKind, SequenceKind, Value};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use stockade_model::{Origin, Symbol};

/// What the block of a resource or data source may have beside the provider's own arguments.
const META: [&str; 7] =
    ["count", "for_each", "depends_on", "provider", "lifecycle", "provisioner", "connection"];

impl ModuleInstance<'_> {
    /// The arguments of a resource or data source. An argument that has no value is a symbol, and that is told.
    pub(crate) fn body(&self, body: &Body, frame: &Frame<'_>) -> Value {
        self.arguments(body, frame, &META)
    }

    /// The arguments in a body, but for some.
    fn arguments(&self, body: &Body, frame: &Frame<'_>, without: &[&str]) -> Value {
        let mut entries = BTreeMap::new();
        for attribute in &body.attributes {
            if without.contains(&attribute.name.as_str()) {
                continue;
            }
            let value =
                self.evaluate(&attribute.value, frame).unwrap_or_else(|failure| self.failed(&failure));
            entries.insert(attribute.name.clone(), Entry { key_place: attribute.name_place, value });
        }
        let mut blocks: BTreeMap<SmolStr, (Vec<Value>, Option<Symbol>, &Block)> = BTreeMap::new();
        for block in &body.blocks {
            if without.contains(&block.kind.as_str()) {
                continue;
            }
            let name = match (block.kind.as_str(), block.labels.first()) {
                ("dynamic", Some(label)) => label.text.clone(),
                _ => block.kind.clone(),
            };
            let (items, open, _) = blocks.entry(name).or_insert_with(|| (Vec::new(), None, block));
            if block.kind == "dynamic" && !block.labels.is_empty() {
                let rest = self.dynamic(block, frame, items);
                *open = open.take().or(rest);
            } else {
                items.push(self.arguments(&block.body, frame, &[]));
            }
        }
        for (name, (mut items, open, first)) in blocks {
            // The JSON form of the language has the blocks beside a `dynamic` one as an argument.
            let written = entries.get(&name).map(|entry: &Entry| entry.value.blocks().to_vec());
            items.splice(0..0, written.unwrap_or_default());
            let list = Value::sequence(SequenceKind::List, items, open, Origin::at(first.body.place));
            entries.insert(name, Entry { key_place: first.kind_place, value: list });
        }
        Value::mapping(MappingKind::Object, entries, None, Origin::at(body.place))
    }

    /// The blocks that a `dynamic` one makes; what stands for those that are not known.
    fn dynamic(&self, block: &Block, frame: &Frame<'_>, items: &mut Vec<Value>) -> Option<Symbol> {
        let (Some(collection), Some(content)) =
            (expr_of(block, "for_each"), block.body.blocks("content").next())
        else {
            return None;
        };
        let iterator = expr_of(block, "iterator")
            .and_then(|expr| expr.as_path().or_else(|| expr.as_str().map(Into::into)));
        let iterator = iterator.map(SmolStr::from).or_else(|| Some(block.labels.first()?.text.clone()))?;
        let pairs = self
            .evaluate(collection, frame)
            .and_then(|value| self.pairs(&value, collection.place).map(|pairs| (pairs, value.sensitive)));
        let ((pairs, rest), sensitive) = match pairs {
            Ok(pairs) => pairs,
            Err(failure) => {
                let value = self.failed(&failure);
                return value.symbol().cloned();
            }
        };
        for (key, value) in pairs {
            let entry = |value: Value| Entry { key_place: collection.place, value };
            let entries = [("key".into(), entry(key)), ("value".into(), entry(value))];
            let each = Value::object(entries.into_iter().collect(), Origin::at(collection.place));
            let inner = frame.with(vec![(iterator.clone(), each)]);
            items.push(self.arguments(&content.body, &inner, &[]).hidden(sensitive));
        }
        rest
    }
}
