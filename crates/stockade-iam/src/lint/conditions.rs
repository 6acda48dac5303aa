//! `Condition`.

use super::dates::is_date;
use super::{ErrorClass, Linter, kind};
use crate::{Comparison, Operator};
use stockade_syntax::{Data, Entry, Node};

impl Linter<'_> {
    pub(super) fn conditions(&mut self, statement: &Node) {
        let Some(condition) = statement.get("Condition") else { return };
        if !matches!(condition.data, Data::Mapping(_)) {
            let message = format!("`Condition` is an object of operators, not {}", kind(condition));
            return self.error(ErrorClass::Syntax, condition.span, message);
        }
        for operator in condition.entries() {
            self.operator(operator);
        }
    }

    fn operator(&mut self, entry: &Entry) {
        let name = entry.key.as_str();
        if !matches!(entry.value.data, Data::Mapping(_)) {
            let message =
                format!("the operator `{name}` has an object of condition keys, not {}", kind(&entry.value));
            return self.error(ErrorClass::Syntax, entry.value.span, message);
        }
        let operator = Operator::parse(name);
        // The service reads an operator where it has a key to compare.
        if operator.is_none() && !entry.value.entries().is_empty() {
            let message = format!("there is no condition operator `{name}`");
            self.error(ErrorClass::ConditionOperator, entry.key_span, message);
        }
        for key in entry.value.entries() {
            let values = match &key.value.data {
                Data::Sequence(items) => items.as_slice(),
                _ => std::slice::from_ref(&key.value),
            };
            for value in values {
                self.value(operator, key.key.as_str(), value);
            }
        }
    }

    fn value(&mut self, operator: Option<Operator>, key: &str, value: &Node) {
        let text = match &value.data {
            Data::String(text) => text.as_str(),
            Data::Number(number) => number.as_str(),
            Data::Bool(_) => return,
            _ => {
                let message =
                    format!("a value of `{key}` is a text, a number or a boolean, not {}", kind(value));
                return self.error(ErrorClass::Syntax, value.span, message);
            }
        };
        let date = operator.is_some_and(|operator| {
            matches!(
                operator.comparison,
                Comparison::DateEquals
                    | Comparison::DateLessThan
                    | Comparison::DateLessThanEquals
                    | Comparison::DateGreaterThan
                    | Comparison::DateGreaterThanEquals
            )
        });
        if date && !text.contains("${") && !is_date(text) {
            let message =
                format!("`{text}` is no time of ISO 8601, such as `2026-01-31T00:00:00Z`, and no epoch time");
            self.error(ErrorClass::LegacyParsing, value.span, message);
        }
    }
}
