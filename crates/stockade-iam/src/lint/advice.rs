//! What the service takes and is likely a mistake.

use super::resources::arn_parts;
use super::{Linter, WarningClass};
use crate::catalogue::{KeyKind, global_key};
use crate::{ActionId, Comparison, Operator, glob};
use foldhash::HashSet;
use stockade_syntax::{Data, Entry, Node, Span};

/// Most actions of a pattern that are looked at one by one.
const MOST_ACTIONS: usize = 500;

impl Linter<'_> {
    /// `variables`: whether `${…}` are policy variables in this document.
    pub(super) fn advise(&mut self, statement: &Node, variables: bool) {
        let texts = |keys: [&str; 2]| -> Vec<(&str, Span)> {
            let nodes = keys.into_iter().filter_map(|key| statement.get(key));
            let items = nodes.flat_map(|node| match &node.data {
                Data::Sequence(items) => items.as_slice(),
                _ => std::slice::from_ref(node),
            });
            items.filter_map(|item| Some((item.as_str()?, item.span))).collect()
        };
        let actions = texts(["Action", "NotAction"]);
        let resources = texts(["Resource", "NotResource"]);
        self.unknown_actions(&actions);
        self.redundant(&actions, WarningClass::RedundantAction, "action", glob::matches_ignoring_case);
        self.redundant(&resources, WarningClass::RedundantResource, "resource", arn_matches);
        self.unrelated_resources(statement);
        self.condition_advice(statement);
        if !variables {
            for (resource, span) in resources {
                if resource.contains("${") {
                    let message =
                        "`${…}` is plain text here: policy variables need `\"Version\": \"2012-10-17\"`";
                    self.warn(WarningClass::Variable, span, message);
                }
            }
        }
    }

    fn unknown_actions(&mut self, actions: &[(&str, Span)]) {
        let date = self.catalogue.date().to_owned();
        for (action, span) in actions {
            let Some((prefix, _)) = action.split_once(':').filter(|(prefix, _)| !prefix.contains(['*', '?']))
            else {
                continue;
            };
            let message = match self.catalogue.service(prefix) {
                None => format!("no service has the prefix `{prefix}` (as of {date})"),
                Some(_) if !self.catalogue.expand(action).is_empty() => continue,
                Some(_) => format!("no action is matched by `{action}` (as of {date})"),
            };
            let class = match self.catalogue.service(prefix) {
                None => WarningClass::UnknownService,
                Some(_) => WarningClass::UnknownAction,
            };
            self.warn(class, *span, message);
        }
    }

    fn redundant(
        &mut self,
        texts: &[(&str, Span)],
        class: WarningClass,
        what: &str,
        matches: fn(&str, &str) -> bool,
    ) {
        let patterns: Vec<(usize, &str)> = texts
            .iter()
            .enumerate()
            .filter(|(_, (text, _))| text.contains(['*', '?']))
            .map(|(at, (text, _))| (at, *text))
            .collect();
        let mut seen: HashSet<String> = HashSet::default();
        for (at, (text, span)) in texts.iter().enumerate() {
            // A pattern of wildcards that matches the text matches all that the text matches, if it has no `?` of its own
            // where the other has `*`.
            let wider = patterns.iter().find(|(other, pattern)| {
                *other != at && *pattern != *text && !pattern.contains('?') && matches(pattern, text)
            });
            let twice =
                !seen.insert(if what == "action" { text.to_ascii_lowercase() } else { (*text).to_owned() });
            if twice {
                self.warn(class, *span, format!("the {what} `{text}` stands twice in the statement"));
            } else if let Some((_, pattern)) = wider {
                self.warn(class, *span, format!("`{pattern}` matches all that the {what} `{text}` does"));
            }
        }
    }

    /// A resource of an `Allow` or `Deny` that no action of the statement acts on.
    fn unrelated_resources(&mut self, statement: &Node) {
        let texts = |key: &str| -> Vec<(&str, Span)> {
            let items = match statement.get(key).map(|node| (&node.data, node)) {
                Some((Data::Sequence(items), _)) => items.as_slice(),
                Some((_, node)) => std::slice::from_ref(node),
                None => &[],
            };
            items.iter().filter_map(|item| Some((item.as_str()?, item.span))).collect()
        };
        let actions = texts("Action");
        let mut acted_on: HashSet<String> = HashSet::default();
        for (action, _) in &actions {
            let ids = self.catalogue.expand(action);
            if ids.is_empty() || ids.len() > MOST_ACTIONS {
                return;
            }
            for action in ids.into_iter().filter_map(|id: ActionId| self.catalogue.action_by_id(id)) {
                for resource in action.resource_types() {
                    // `arn:*:SERVICE` alone: what follows is too free to judge.
                    let format = resource.resource_type.arn_format();
                    acted_on.extend(format.split(':').nth(2).map(str::to_owned));
                }
            }
        }
        if actions.is_empty() {
            return;
        }
        for (resource, span) in texts("Resource") {
            let Some(vendor) = resource.split(':').nth(2) else { continue };
            if resource == "*" || vendor.is_empty() || vendor.contains(['*', '?', '$']) {
                continue;
            }
            if !acted_on.contains(vendor) && !acted_on.iter().any(|known| known.contains("${")) {
                let message = format!(
                    "no action of the statement acts on a resource of `{vendor}`: `{resource}` does nothing"
                );
                self.warn(WarningClass::UnrelatedResource, span, message);
            }
        }
    }

    fn condition_advice(&mut self, statement: &Node) {
        let Some(condition) = statement.get("Condition") else { return };
        if condition.entries().is_empty() && matches!(condition.data, Data::Mapping(_)) {
            self.warn(WarningClass::Empty, condition.span, "an empty `Condition` is always met");
        }
        for operator in condition.entries() {
            if operator.value.entries().is_empty() && matches!(operator.value.data, Data::Mapping(_)) {
                self.warn(
                    WarningClass::Empty,
                    operator.value.span,
                    format!("`{}` has no key and is always met", operator.key),
                );
            }
            let Some(parsed) = Operator::parse(operator.key.as_str()) else { continue };
            for key in operator.value.entries() {
                self.key_advice(parsed, operator.key.as_str(), key);
            }
        }
    }

    fn key_advice(&mut self, operator: Operator, operator_name: &str, entry: &Entry) {
        let key = entry.key.as_str();
        match key.split_once(':') {
            None => {
                let message =
                    format!("the condition key `{key}` has no service before it, as in `aws:SourceIp`");
                self.warn(WarningClass::UnknownConditionKey, entry.key_span, message);
            }
            Some((prefix, _)) if prefix.eq_ignore_ascii_case("aws") && global_key(key).is_none() => {
                let message = format!("there is no global condition key `{key}`");
                self.warn(WarningClass::UnknownConditionKey, entry.key_span, message);
            }
            Some((prefix, _)) => {
                let service = self.catalogue.service(prefix);
                if service.is_some_and(|service| service.condition_key(key).is_none())
                    && global_key(key).is_none()
                {
                    let message = format!("the service `{prefix}` has no condition key `{key}`");
                    self.warn(WarningClass::UnknownConditionKey, entry.key_span, message);
                }
            }
        }
        let values = match &entry.value.data {
            Data::Sequence(items) if items.is_empty() => {
                let message = format!("`{key}` has no values to compare with");
                return self.warn(WarningClass::Empty, entry.value.span, message);
            }
            Data::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(&entry.value),
        };
        for value in values {
            let Data::String(text) = &value.data else { continue };
            if !text.contains("${") && !can_compare(operator.comparison, text) {
                let message = format!("`{operator_name}` cannot compare with `{text}`");
                self.warn(WarningClass::ConditionValue, value.span, message);
            }
        }
        let kind = self.catalogue.condition_key(key).map(|known| known.key_type.kind);
        if let Some(kind) = kind
            && !suits(operator.comparison, kind)
        {
            let message = format!("`{operator_name}` does not compare the kind of values that `{key}` has");
            self.warn(WarningClass::ConditionValue, entry.key_span, message);
        }
    }
}

/// Whether a pattern of ARNs matches a text in each of its parts.
fn arn_matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (arn_parts(pattern), arn_parts(text));
    pattern == ["*"]
        || (pattern.len() == text.len()
            && pattern.into_iter().zip(text).all(|(pattern, text)| glob::matches(pattern, text)))
}

/// Whether a value can be what the operator compares with.
fn can_compare(comparison: Comparison, text: &str) -> bool {
    match comparison {
        Comparison::NumericEquals
        | Comparison::NumericLessThan
        | Comparison::NumericLessThanEquals
        | Comparison::NumericGreaterThan
        | Comparison::NumericGreaterThanEquals => text.parse::<f64>().is_ok(),
        Comparison::Bool | Comparison::Null => {
            ["true", "false"].iter().any(|word| word.eq_ignore_ascii_case(text))
        }
        Comparison::IpAddress => {
            let (address, bits) =
                text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
            address.parse::<std::net::IpAddr>().is_ok_and(|address| {
                let most = if address.is_ipv4() { 32 } else { 128 };
                bits.is_none_or(|bits| bits.parse::<u8>().is_ok_and(|bits| bits <= most))
            })
        }
        Comparison::ArnLike => text.contains(':') || text.contains('*'),
        _ => true,
    }
}

/// Whether an operator compares values of a kind.
fn suits(comparison: Comparison, kind: KeyKind) -> bool {
    match comparison {
        Comparison::Null => true,
        Comparison::StringEquals | Comparison::StringEqualsIgnoreCase | Comparison::StringLike => {
            matches!(kind, KeyKind::Text | KeyKind::Arn | KeyKind::Bool | KeyKind::Number)
        }
        // ARNs are often declared as texts.
        Comparison::ArnLike => matches!(kind, KeyKind::Arn | KeyKind::Text),
        Comparison::Bool => matches!(kind, KeyKind::Bool | KeyKind::Text),
        Comparison::IpAddress => matches!(kind, KeyKind::IpAddress | KeyKind::Text),
        Comparison::BinaryEquals => matches!(kind, KeyKind::Binary | KeyKind::Text),
        Comparison::NumericEquals
        | Comparison::NumericLessThan
        | Comparison::NumericLessThanEquals
        | Comparison::NumericGreaterThan
        | Comparison::NumericGreaterThanEquals => {
            matches!(kind, KeyKind::Number | KeyKind::Date | KeyKind::Text)
        }
        _ => matches!(kind, KeyKind::Date | KeyKind::Number | KeyKind::Text),
    }
}
