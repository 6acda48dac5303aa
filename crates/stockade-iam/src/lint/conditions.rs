//! `Condition`.

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

/// Whether a text is a time: one of the profiles of ISO 8601 that the W3C names (IAM User Guide, "Date condition
/// operators"), or seconds since 1970.
fn is_date(text: &str) -> bool {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() != 4 {
        return text.parse::<i64>().is_ok();
    }
    let (day, time) = match text.split_once('T') {
        Some((day, time)) => (day, Some(time)),
        None => (text, None),
    };
    let number = |text: &str, length: usize, range: std::ops::RangeInclusive<u32>| {
        text.len() == length
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && text.parse().is_ok_and(|number: u32| range.contains(&number))
    };
    let is_day = match day.split('-').collect::<Vec<_>>().as_slice() {
        [year] => number(year, 4, 0..=9999) && time.is_none(),
        [year, month] => number(year, 4, 0..=9999) && number(month, 2, 1..=12) && time.is_none(),
        [year, month, day] => number(year, 4, 0..=9999) && number(month, 2, 1..=12) && number(day, 2, 1..=31),
        _ => false,
    };
    let Some(time) = time else { return is_day };
    let (clock, zone) = match time.find(['Z', '+', '-']) {
        Some(at) => time.split_at(at),
        None => (time, "Z"),
    };
    let is_zone = zone == "Z" || {
        let digits: String = zone.chars().skip(1).filter(|character| *character != ':').collect();
        matches!(digits.len(), 2 | 4) && number(&digits, digits.len(), 0..=1459)
    };
    let is_clock = match clock.split(':').collect::<Vec<_>>().as_slice() {
        [hour, minute] => number(hour, 2, 0..=24) && number(minute, 2, 0..=59),
        [hour, minute, second] => {
            let (second, fraction) = second.split_once('.').unwrap_or((second, "0"));
            let is_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
            number(hour, 2, 0..=24) && number(minute, 2, 0..=59) && number(second, 2, 0..=60) && is_fraction
        }
        _ => false,
    };
    is_day && is_clock && is_zone
}

#[cfg(test)]
mod tests {
    use super::is_date;

    #[test]
    fn times_are_iso_8601_or_epoch() {
        for good in [
            "2026",
            "2026-01",
            "2026-01-31",
            "2026-01-31T00:00Z",
            "2026-01-31T23:59:59Z",
            "2026-01-31T23:59:59.123+01:00",
            "2026-01-31T23:59:59-0800",
            "2026-01-31T23:59:59",
            "1767225600",
            "0",
        ] {
            assert!(is_date(good), "{good}");
        }
        for bad in [
            "",
            "b",
            "-1",
            "2026-13",
            "2026-01-32",
            "2026-01-31T",
            "2026-01-31T25:00Z",
            "2026T00:00Z",
            "2026-01-31T00:00:00+",
            "2026-01-31 00:00:00",
            "99999999999999999999",
            "01T",
        ] {
            assert!(!is_date(bad), "{bad}");
        }
    }
}
