//! Conditions, compiled, and whether a request meets them.

use crate::arn::{Arn, ArnPattern};
use crate::document::Condition;
use crate::operator::{Comparison, Operator, Quantifier};
use crate::pattern::{Lookup, Pattern, Reading};
use base64::Engine as _;
use smol_str::SmolStr;
use std::net::IpAddr;
use stockade_model::{Kleene, Symbol, Text};

/// One operator on one key, compiled.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CompiledCondition {
    pub(crate) operator: Operator,
    /// In lower case.
    pub(crate) key: SmolStr,
    pub(crate) operands: Vec<Operand>,
}

/// A value of the policy, read as its operator reads it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operand {
    Text(Pattern),
    Arn(ArnPattern),
    Number(f64),
    /// Seconds since the epoch.
    Time(f64),
    Bool(bool),
    Ip(IpRange),
    Bytes(Vec<u8>),
    /// Something that the operator cannot read: it matches nothing.
    Never,
    Unknown(Symbol),
}

/// The addresses from the first to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IpRange {
    pub(crate) first: IpAddr,
    pub(crate) last: IpAddr,
}

impl CompiledCondition {
    /// Compiles a condition; the message says which operator is none.
    pub(crate) fn new(condition: &Condition, variables: bool) -> Result<Self, String> {
        let operator = Operator::parse(&condition.operator)
            .ok_or_else(|| format!("`{}` is no condition operator", condition.operator))?;
        let operands = condition.values.iter().map(|value| operand(operator, &value.text, variables));
        Ok(Self { operator, key: condition.key.to_ascii_lowercase().into(), operands: operands.collect() })
    }

    /// Whether a request whose key has these values meets it.
    pub(crate) fn holds(&self, values: Option<&[SmolStr]>, lookup: Lookup) -> Kleene {
        let values = values.unwrap_or_default();
        let operator = &self.operator;
        if operator.comparison == Comparison::Null {
            let absent = values.is_empty();
            return any(&self.operands, |operand| match operand {
                Operand::Bool(expected) => Kleene::from(*expected == absent),
                Operand::Unknown(_) => Kleene::Unknown,
                _ => Kleene::False,
            });
        }
        if values.is_empty() {
            let met = match operator.quantifier {
                Some(Quantifier::AllValues) => true,
                Some(Quantifier::AnyValue) => false,
                None => operator.if_exists || operator.negated,
            };
            return Kleene::from(met);
        }
        match operator.quantifier {
            Some(Quantifier::AllValues) => !any(values, |value| !self.compares(value, lookup)),
            Some(Quantifier::AnyValue) => any(values, |value| self.compares(value, lookup)),
            None if operator.negated => !any(values, |value| !self.compares(value, lookup)),
            None => any(values, |value| self.compares(value, lookup)),
        }
    }

    /// Whether one value of the request compares with the policy's, negation included.
    pub(crate) fn compares(&self, value: &str, lookup: Lookup) -> Kleene {
        // A variable without a value may be anything: what it could match is not known to differ from it.
        if self.operator.negated && self.operands.iter().any(|operand| operand.hangs(value, lookup)) {
            return Kleene::False;
        }
        let matched = self.matches_any(value, lookup);
        if self.operator.negated { !matched } else { matched }
    }

    /// Whether one value of the request compares with each of the policy's; variables have no value.
    pub(crate) fn compares_each(&self, value: &str) -> impl Iterator<Item = Kleene> {
        self.operands.iter().map(move |operand| {
            let one = Self { operands: vec![operand.clone()], ..self.clone() };
            one.compares(value, &|_| None)
        })
    }

    fn matches_any(&self, value: &str, lookup: Lookup) -> Kleene {
        let comparison = self.operator.comparison;
        // What the request says is read once, whatever the number of operands.
        let number = |text: &str| text.trim().parse::<f64>().ok();
        let arn = if comparison == Comparison::ArnLike { Arn::parse(value) } else { None };
        let read = match comparison {
            Comparison::NumericEquals
            | Comparison::NumericLessThan
            | Comparison::NumericLessThanEquals
            | Comparison::NumericGreaterThan
            | Comparison::NumericGreaterThanEquals => number(value),
            Comparison::DateEquals
            | Comparison::DateLessThan
            | Comparison::DateLessThanEquals
            | Comparison::DateGreaterThan
            | Comparison::DateGreaterThanEquals => parse_time(value),
            _ => None,
        };
        any(&self.operands, |operand| match operand {
            Operand::Text(pattern) => pattern.matches(value, lookup),
            Operand::Arn(pattern) => pattern.matches(value, arn.as_ref(), lookup),
            Operand::Number(bound) | Operand::Time(bound) => {
                Kleene::from(read.is_some_and(|read| ordered(comparison, read, *bound)))
            }
            Operand::Bool(expected) => {
                Kleene::from(value.eq_ignore_ascii_case(if *expected { "true" } else { "false" }))
            }
            Operand::Ip(range) => {
                let address = value.parse::<IpAddr>().ok();
                Kleene::from(address.is_some_and(|address| range.contains(address)))
            }
            Operand::Bytes(bytes) => Kleene::from(decode(value).as_deref() == Some(bytes.as_slice())),
            Operand::Never => Kleene::False,
            Operand::Unknown(_) => Kleene::Unknown,
        })
    }

    /// The first thing in it that is not known.
    pub(crate) fn unknown(&self) -> Option<&Symbol> {
        self.operands.iter().find_map(|operand| match operand {
            Operand::Text(pattern) => pattern.unknown(),
            Operand::Arn(pattern) => pattern.unknown(),
            Operand::Unknown(symbol) => Some(symbol),
            _ => None,
        })
    }

    /// The patterns in its operands.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.operands.iter().flat_map(|operand| match operand {
            Operand::Text(pattern) => std::slice::from_ref(pattern),
            Operand::Arn(pattern) => pattern.parts(),
            _ => &[],
        })
    }
}

impl Operand {
    fn hangs(&self, value: &str, lookup: Lookup) -> bool {
        match self {
            Self::Text(pattern) => pattern.hangs(value, lookup),
            Self::Arn(pattern) => pattern.hangs(value, Arn::parse(value).as_ref(), lookup),
            _ => false,
        }
    }
}

fn any<T>(items: &[T], test: impl Fn(&T) -> Kleene) -> Kleene {
    let mut result = Kleene::False;
    for item in items {
        result = result.or(test(item));
        if result == Kleene::True {
            break;
        }
    }
    result
}

#[expect(clippy::float_cmp, reason = "`NumericEquals` asks for the same number")]
fn ordered(comparison: Comparison, value: f64, bound: f64) -> bool {
    match comparison {
        Comparison::NumericEquals | Comparison::DateEquals => value == bound,
        Comparison::NumericLessThan | Comparison::DateLessThan => value < bound,
        Comparison::NumericLessThanEquals | Comparison::DateLessThanEquals => value <= bound,
        Comparison::NumericGreaterThan | Comparison::DateGreaterThan => value > bound,
        Comparison::NumericGreaterThanEquals | Comparison::DateGreaterThanEquals => value >= bound,
        _ => false,
    }
}

fn operand(operator: Operator, text: &Text, variables: bool) -> Operand {
    let comparison = operator.comparison;
    if comparison == Comparison::ArnLike {
        return Operand::Arn(ArnPattern::new(text, variables));
    }
    let fold = comparison == Comparison::StringEqualsIgnoreCase;
    if fold || matches!(comparison, Comparison::StringEquals | Comparison::StringLike) {
        let reading = Reading { wildcards: comparison.takes_patterns(), variables, fold };
        return Operand::Text(Pattern::new(text, reading));
    }
    let Some(literal) = text.as_literal() else {
        return text.symbols().next().map_or(Operand::Never, |symbol| Operand::Unknown(symbol.clone()));
    };
    let read = match comparison {
        Comparison::Bool | Comparison::Null => match literal.to_ascii_lowercase().as_str() {
            "true" => Some(Operand::Bool(true)),
            "false" => Some(Operand::Bool(false)),
            _ => None,
        },
        Comparison::BinaryEquals => decode(literal).map(Operand::Bytes),
        Comparison::IpAddress => IpRange::parse(literal).map(Operand::Ip),
        Comparison::DateEquals
        | Comparison::DateLessThan
        | Comparison::DateLessThanEquals
        | Comparison::DateGreaterThan
        | Comparison::DateGreaterThanEquals => parse_time(literal).map(Operand::Time),
        _ => literal.trim().parse().ok().map(Operand::Number),
    };
    read.unwrap_or(Operand::Never)
}

fn decode(text: &str) -> Option<Vec<u8>> {
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

/// Seconds since the epoch: the W3C profile of ISO 8601, from a year alone to fractions of a second, or a number.
pub(crate) fn parse_time(text: &str) -> Option<f64> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>()
        && !(text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Some(seconds);
    }
    let (date, time) = text.split_once(['T', 't', ' ']).unwrap_or((text, ""));
    let whole = match date.split('-').count() {
        1 => format!("{date}-01-01"),
        2 => format!("{date}-01"),
        _ => date.to_owned(),
    };
    let zone_at = time.find(['Z', 'z', '+', '-']);
    let (clock, zone) = zone_at.map_or((time, "Z"), |at| time.split_at(at));
    let clock = match (clock.is_empty(), clock.matches(':').count()) {
        (true, _) => "00:00:00".to_owned(),
        (false, 1) => format!("{clock}:00"),
        _ => clock.to_owned(),
    };
    let timestamp: jiff::Timestamp = format!("{whole}T{clock}{zone}").parse().ok()?;
    #[expect(clippy::cast_precision_loss, reason = "microseconds of any date fit into 53 bits")]
    let seconds = timestamp.as_microsecond() as f64 / 1e6;
    Some(seconds)
}

impl IpRange {
    /// Reads `address` or `address/bits`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u32>().ok()?)),
            None => (text.trim(), None),
        };
        match address.parse().ok()? {
            IpAddr::V4(address) => {
                let bits = bits.unwrap_or(32);
                let host = u32::MAX.checked_shr(bits).unwrap_or(0);
                let first = (bits <= 32).then(|| u32::from(address) & !host)?;
                Some(Self { first: IpAddr::V4(first.into()), last: IpAddr::V4((first | host).into()) })
            }
            IpAddr::V6(address) => {
                let bits = bits.unwrap_or(128);
                let host = u128::MAX.checked_shr(bits).unwrap_or(0);
                let first = (bits <= 128).then(|| u128::from(address) & !host)?;
                Some(Self { first: IpAddr::V6(first.into()), last: IpAddr::V6((first | host).into()) })
            }
        }
    }

    /// Whether an address is in it; those of the other version never are.
    pub(crate) fn contains(self, address: IpAddr) -> bool {
        address.is_ipv4() == self.first.is_ipv4() && self.first <= address && address <= self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_model::Place;

    fn holds(operator: &str, values: &[&str], request: &[&str]) -> bool {
        let condition = Condition {
            operator: operator.into(),
            key: "k".into(),
            values: values.iter().map(|value| (*value).into()).collect(),
            place: Place::default(),
        };
        let compiled = CompiledCondition::new(&condition, true).unwrap();
        let request: Vec<SmolStr> = request.iter().map(SmolStr::new).collect();
        compiled.holds(Some(&request), &|_| None).is_true()
    }

    #[test]
    fn operators_compare_as_documented() {
        for (operator, values, request, expected) in [
            ("StringEquals", vec!["a", "b"], vec!["b"], true),
            ("StringEquals", vec!["a*"], vec!["ab"], false),
            ("StringLike", vec!["a*"], vec!["ab"], true),
            ("StringNotEquals", vec!["a", "b"], vec!["b"], false),
            ("StringNotEquals", vec!["a"], vec![], true),
            ("StringEquals", vec!["a"], vec![], false),
            ("StringEqualsIfExists", vec!["a"], vec![], true),
            ("StringEqualsIgnoreCase", vec!["A"], vec!["a"], true),
            ("NumericLessThan", vec!["10"], vec!["9.5"], true),
            ("NumericLessThan", vec!["10"], vec!["x"], false),
            ("NumericNotEquals", vec!["10"], vec!["x"], true),
            ("DateGreaterThan", vec!["2020-01-01T00:00:00Z"], vec!["2020-01-01T00:00:01Z"], true),
            ("DateGreaterThan", vec!["2020-01-01"], vec!["1577836800"], false),
            ("DateEquals", vec!["2020-01-01T02:00+02:00"], vec!["1577836800"], true),
            ("Bool", vec!["true"], vec!["True"], true),
            ("BinaryEquals", vec!["YQ=="], vec!["YQ=="], true),
            ("IpAddress", vec!["10.0.0.0/8"], vec!["10.1.2.3"], true),
            ("IpAddress", vec!["10.0.0.0/8"], vec!["11.1.2.3"], false),
            ("NotIpAddress", vec!["10.0.0.0/8"], vec!["::1"], true),
            ("IpAddress", vec!["0.0.0.0/0"], vec!["1.2.3.4"], true),
            ("IpAddress", vec!["2001:db8::/32"], vec!["2001:db8::1"], true),
            ("ArnLike", vec!["arn:aws:sns:*:1:t"], vec!["arn:aws:sns:eu:1:t"], true),
            ("ArnEquals", vec!["arn:aws:sns:*:1:t"], vec!["arn:aws:sns:eu:1:t"], true),
            ("Null", vec!["true"], vec![], true),
            ("Null", vec!["false"], vec![], false),
            ("ForAllValues:StringEquals", vec!["a", "b"], vec!["a", "b"], true),
            ("ForAllValues:StringEquals", vec!["a"], vec!["a", "b"], false),
            ("ForAllValues:StringEquals", vec!["a"], vec![], true),
            ("ForAnyValue:StringEquals", vec!["a"], vec!["a", "b"], true),
            ("ForAnyValue:StringEquals", vec!["a"], vec![], false),
            ("ForAnyValue:StringNotEquals", vec!["a"], vec!["a", "b"], true),
            ("ForAnyValue:StringNotEquals", vec!["a"], vec![], false),
            ("ForAnyValue:StringEqualsIfExists", vec!["a"], vec![], false),
            ("StringNotEquals", vec!["${aws:username}"], vec!["a"], false),
            ("StringNotEquals", vec!["${aws:username, 'b'}"], vec!["a"], true),
        ] {
            assert_eq!(holds(operator, &values, &request), expected, "{operator} {values:?} {request:?}");
        }
    }
}
