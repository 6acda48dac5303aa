//! The values of a plan: `after`, with `after_unknown` and `after_sensitive` over it.

use super::blocks::is_written;
use super::configuration::{Configuration, items};
use crate::instance::Key;
use crate::mapping::attribute_symbol;
use crate::value::{Entry, Kind, Number, Type, Value};
use smol_str::SmolStr;
use std::collections::{BTreeMap, HashMap};
use stockade_model::{Origin, Place, Symbol};
use stockade_syntax::{Data, FileId, Node, Span};

/// Arguments that name another resource, beside those whose names end in [`IDENTITY_ENDINGS`].
const IDENTITIES: [&str; 12] = [
    "arn",
    "bucket",
    "group",
    "groups",
    "layers",
    "role",
    "roles",
    "security_groups",
    "subnets",
    "topic",
    "user",
    "users",
];

/// What the names of arguments end in that name another resource.
const IDENTITY_ENDINGS: [&str; 7] = ["_arn", "_arns", "_id", "_ids", "_name", "_role", "_url"];

/// A resource of the plan as it is written there.
pub(super) struct Planned<'d> {
    pub address: SmolStr,
    /// The address of its module instance.
    pub module: SmolStr,
    pub type_name: SmolStr,
    pub key: Key,
    pub is_managed: bool,
    /// The address of its block in its module.
    pub block: SmolStr,
    /// The value of its `address`.
    pub named_at: Span,
    pub after: &'d Node,
    pub unknown: Option<&'d Node>,
    pub sensitive: Option<&'d Node>,
    /// The expressions of its block.
    pub expressions: Option<&'d Node>,
}

/// What reading values needs.
pub(super) struct Reader<'r, 'd> {
    pub file: FileId,
    pub configuration: &'r Configuration<'d>,
    pub resources: &'r [Planned<'d>],
    pub by_address: HashMap<&'r str, usize>,
}

/// Where in a resource a value is.
#[derive(Clone, Copy)]
struct At<'r, 'd> {
    resource: Option<&'r Planned<'d>>,
    /// The argument's name, or the last one above it.
    argument: &'r str,
    expression: Option<&'d Node>,
    /// Whether this is the resource or a nested block, whose absent arguments providers give back empty.
    block: bool,
    /// Whether arguments that nobody writes are left out where they are not known.
    complete: bool,
}

impl<'d> Reader<'_, 'd> {
    fn origin(&self, span: Span) -> Origin {
        Origin::at(Place { file: self.file, span })
    }

    /// The arguments and attributes of a resource. Where the source is there (`placed`), it says what is not written.
    pub fn attributes(&self, resource: &Planned<'d>, placed: bool) -> Value {
        let at = At {
            resource: Some(resource),
            argument: "",
            expression: resource.expressions,
            block: true,
            complete: !placed && resource.expressions.is_some(),
        };
        self.value(Some(resource.after), resource.unknown, resource.sensitive, resource.after.span, at)
    }

    /// A value that is no resource's.
    pub fn bare(&self, node: &Node, sensitive: bool) -> Value {
        let at = At { resource: None, argument: "", expression: None, block: false, complete: false };
        self.value(Some(node), None, None, node.span, at).hidden(sensitive)
    }

    fn value(
        &self,
        node: Option<&Node>,
        unknown: Option<&Node>,
        sensitive: Option<&Node>,
        around: Span,
        at: At<'_, 'd>,
    ) -> Value {
        let span = node.map_or(around, |node| node.span);
        let hidden = is_true(sensitive);
        if is_true(unknown) {
            return self.unknown(span, at).hidden(hidden);
        }
        let origin = self.origin(span);
        let value = match (node.map(|node| &node.data), unknown.map(|node| &node.data)) {
            (Some(Data::Mapping(entries)), _) => {
                let mut out = BTreeMap::new();
                let unknown_entries = unknown.map(Node::entries).unwrap_or_default();
                let known = entries.iter().map(|entry| (&entry.key, Some(entry)));
                let rest = unknown_entries.iter().map(|entry| (&entry.key, None));
                for (key, entry) in known.chain(rest) {
                    let inner = unknown.and_then(|node| node.get(key));
                    if out.contains_key(key) || (entry.is_none() && !holds_true(inner)) {
                        continue;
                    }
                    let expression = at.expression.and_then(|node| node.get(key));
                    let dynamic = || at.resource.is_some_and(|one| is_written(&one.type_name, key));
                    if at.complete && at.block && is_true(inner) && expression.is_none() && !dynamic() {
                        continue;
                    }
                    // Within an expression, the parts have no expressions of their own.
                    let block = at.block && expression.is_none_or(|node| !is_expression(node));
                    let within = At {
                        argument: if at.block { key.as_str() } else { at.argument },
                        expression: if at.block { expression } else { at.expression },
                        block,
                        ..at
                    };
                    let node = entry.map(|entry| &entry.value);
                    let inner_sensitive = sensitive.and_then(|node| node.get(key));
                    let value = self.value(node, inner, inner_sensitive, span, within);
                    if at.block && is_empty(&value) {
                        continue;
                    }
                    let key_span = entry.map_or(span, |entry| entry.key_span);
                    let key_place = Place { file: self.file, span: key_span };
                    out.insert(key.clone(), Entry { key_place, value });
                }
                Value::object(out, origin)
            }
            (Some(Data::Sequence(known)), _) => {
                let (unknown, sensitive) = (items(unknown), items(sensitive));
                let expressions = items(at.expression);
                let count = known.len().max(unknown.len());
                let each = (0..count).map(|index| {
                    let expression = match at.expression {
                        Some(node) if is_expression(node) => Some(node),
                        _ if expressions.len() == count => expressions.get(index),
                        _ => None,
                    };
                    // Blocks that are not all written are dynamic: which expressions are theirs cannot be told.
                    let complete = at.complete && expression.is_some();
                    let is_object =
                        known.get(index).is_some_and(|node| matches!(node.data, Data::Mapping(_)));
                    let within = At { expression, complete, block: at.block && is_object, ..at };
                    self.value(known.get(index), unknown.get(index), sensitive.get(index), span, within)
                });
                Value::tuple(each.collect(), origin)
            }
            (Some(Data::String(text)), _) => Value::string(text.clone(), origin),
            (Some(Data::Bool(value)), _) => Value::bool(*value, origin),
            (Some(Data::Number(text)), _) => match Number::parse(text) {
                Some(number) => Value::number(number, origin),
                None => Value::string(text.clone(), origin),
            },
            // Nothing of it is known but that it is there.
            (Some(Data::Null) | None, Some(Data::Mapping(_) | Data::Sequence(_))) if holds_true(unknown) => {
                self.unknown(span, at)
            }
            (Some(Data::Null) | None, _) => Value::null(origin),
        };
        let value = match &value.kind {
            Kind::String(_) => self.symbol_of(value, at),
            _ => value,
        };
        value.hidden(hidden)
    }

    /// What stands for a value that the plan does not know: the attribute that it refers to, where it is that and nothing
    /// else.
    fn unknown(&self, span: Span, at: At<'_, 'd>) -> Value {
        let origin = self.origin(span);
        let opaque = || Symbol::opaque(origin.place, "it is not known before the plan is applied");
        let whole = |symbol: Symbol| Value::unknown(symbol, Type::Any, origin.clone());
        let (Some(resource), Some(expression)) = (at.resource, at.expression) else { return whole(opaque()) };
        let Some(references) = self.configuration.references(&resource.module, expression) else {
            return whole(opaque());
        };
        if let [one] = references.as_slice()
            && one.attribute == "json"
            && let Some(policy) = self.policy(&one.address)
        {
            return policy;
        }
        // A plan says what an expression refers to, not whether there is more around it: a text may be built of an ARN.
        // An argument that names a resource is the attribute itself.
        if !is_identity(at.argument) {
            return whole(opaque());
        }
        let symbols: Option<Vec<Symbol>> = references
            .iter()
            .map(|reference| {
                let planned = &self.resources[*self.by_address.get(reference.address.as_str())?];
                let open = planned.unknown.and_then(|unknown| unknown.get(&reference.attribute));
                (is_true(open) && reference.attribute != "execution_arn")
                    .then(|| attribute_symbol(&reference.address, &reference.attribute))
            })
            .collect();
        let is_list = at.argument.ends_with('s');
        match symbols.as_deref() {
            Some(symbols) if is_list => {
                let items = symbols.iter().cloned().map(whole).collect();
                let rest = Some(opaque());
                Value::sequence(crate::value::SequenceKind::Tuple, items, rest, origin.clone())
            }
            Some([symbol]) => whole(symbol.clone()),
            _ => whole(opaque()),
        }
    }

    /// The policy that a data source makes which is only read when the plan is applied.
    fn policy(&self, address: &SmolStr) -> Option<Value> {
        let planned = &self.resources[*self.by_address.get(address.as_str())?];
        if planned.is_managed || planned.type_name != "aws_iam_policy_document" {
            return None;
        }
        let arguments = self.attributes(planned, false);
        let place = Place { file: self.file, span: planned.named_at };
        let made = crate::data::policy_document(&arguments, address, place);
        made.into_iter().find(|(name, _)| *name == "json").map(|(_, value)| value)
    }

    /// A known string as the symbol of the attribute that it is the value of, so that what refers to a resource that is
    /// deployed already is joined to it as it was when that was new. Only what the provider made is meant: an ARN, an id.
    fn symbol_of(&self, value: Value, at: At<'_, 'd>) -> Value {
        let (Some(resource), Some(expression)) = (at.resource, at.expression) else { return value };
        if !resource.is_managed || !is_identity(at.argument) {
            return value;
        }
        let references = self.configuration.references(&resource.module, expression).unwrap_or_default();
        let found = references.iter().find(|reference| {
            let planned = self.by_address.get(reference.address.as_str()).map(|at| &self.resources[*at]);
            planned.is_some_and(|planned| {
                let known = planned.after.get(&reference.attribute).and_then(Node::as_str);
                let written = planned.expressions.is_none_or(|node| node.get(&reference.attribute).is_some());
                planned.is_managed && !written && known.is_some() && known == value.as_str()
            })
        });
        match found {
            Some(reference) => {
                let symbol = attribute_symbol(&reference.address, &reference.attribute);
                Value::unknown(symbol, Type::String, value.origin)
            }
            None => value,
        }
    }
}

/// Whether an argument names another resource, or several.
fn is_identity(argument: &str) -> bool {
    IDENTITIES.contains(&argument) || IDENTITY_ENDINGS.iter().any(|ending| argument.ends_with(ending))
}

/// Whether a node of the configuration is an expression, not the expressions of a block.
fn is_expression(node: &Node) -> bool {
    matches!(node.data, Data::Mapping(_))
        && (node.entries().is_empty()
            || node.get("references").is_some()
            || node.get("constant_value").is_some())
}

fn is_true(node: Option<&Node>) -> bool {
    matches!(node.map(|node| &node.data), Some(Data::Bool(true)))
}

/// Whether anything in it is `true`.
fn holds_true(node: Option<&Node>) -> bool {
    match node.map(|node| &node.data) {
        Some(Data::Bool(value)) => *value,
        Some(Data::Sequence(items)) => items.iter().any(|item| holds_true(Some(item))),
        Some(Data::Mapping(entries)) => entries.iter().any(|entry| holds_true(Some(&entry.value))),
        _ => false,
    }
}

/// What providers give back for an argument that nobody wrote.
fn is_empty(value: &Value) -> bool {
    match &value.kind {
        Kind::Null(_) => true,
        Kind::String(_) => value.as_str() == Some(""),
        Kind::Sequence(sequence) => sequence.items.is_empty() && sequence.open.is_none(),
        _ => false,
    }
}
