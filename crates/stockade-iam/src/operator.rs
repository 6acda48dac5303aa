//! Condition operators.

/// An operator as a policy writes it: a comparison with `ForAnyValue:` or `ForAllValues:` before and `IfExists` behind
/// it (IAM User Guide, "IAM JSON policy elements: Condition operators"). Names are compared without regard to case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Operator {
    /// How a request's value is compared with those of the policy.
    pub comparison: Comparison,
    /// Whether it is the negated form (`StringNotEquals`): true if no value of the policy compares.
    pub negated: bool,
    /// `IfExists`: true if the request has no such key.
    pub if_exists: bool,
    /// How the values of a key with several are taken.
    pub quantifier: Option<Quantifier>,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Comparison {
    /// `StringEquals`: the same text.
    StringEquals,
    /// `StringEqualsIgnoreCase`.
    StringEqualsIgnoreCase,
    /// `StringLike`: a pattern of `*` and `?`.
    StringLike,
    /// `NumericEquals`.
    NumericEquals,
    /// `NumericLessThan`.
    NumericLessThan,
    /// `NumericLessThanEquals`.
    NumericLessThanEquals,
    /// `NumericGreaterThan`.
    NumericGreaterThan,
    /// `NumericGreaterThanEquals`.
    NumericGreaterThanEquals,
    /// `DateEquals`.
    DateEquals,
    /// `DateLessThan`.
    DateLessThan,
    /// `DateLessThanEquals`.
    DateLessThanEquals,
    /// `DateGreaterThan`.
    DateGreaterThan,
    /// `DateGreaterThanEquals`.
    DateGreaterThanEquals,
    /// `Bool`.
    Bool,
    /// `BinaryEquals`: the same bytes, in base 64.
    BinaryEquals,
    /// `IpAddress`: within a range.
    IpAddress,
    /// `ArnEquals` and `ArnLike`, which are the same: six parts, each a pattern.
    ArnLike,
    /// `Null`: `true` if the key is not there.
    Null,
}

/// `ForAnyValue` and `ForAllValues`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quantifier {
    /// Some value of the request compares; false if there is none.
    AnyValue,
    /// Every value of the request compares; true if there is none.
    AllValues,
}

/// The names of the comparisons, positive and negated.
const NAMES: [(&str, Comparison, bool); 28] = [
    ("StringEquals", Comparison::StringEquals, false),
    ("StringNotEquals", Comparison::StringEquals, true),
    ("StringEqualsIgnoreCase", Comparison::StringEqualsIgnoreCase, false),
    ("StringNotEqualsIgnoreCase", Comparison::StringEqualsIgnoreCase, true),
    ("StringLike", Comparison::StringLike, false),
    ("StringNotLike", Comparison::StringLike, true),
    ("NumericEquals", Comparison::NumericEquals, false),
    ("NumericNotEquals", Comparison::NumericEquals, true),
    ("NumericLessThan", Comparison::NumericLessThan, false),
    ("NumericLessThanEquals", Comparison::NumericLessThanEquals, false),
    ("NumericGreaterThan", Comparison::NumericGreaterThan, false),
    ("NumericGreaterThanEquals", Comparison::NumericGreaterThanEquals, false),
    ("DateEquals", Comparison::DateEquals, false),
    ("DateNotEquals", Comparison::DateEquals, true),
    ("DateLessThan", Comparison::DateLessThan, false),
    ("DateLessThanEquals", Comparison::DateLessThanEquals, false),
    ("DateGreaterThan", Comparison::DateGreaterThan, false),
    ("DateGreaterThanEquals", Comparison::DateGreaterThanEquals, false),
    ("Bool", Comparison::Bool, false),
    ("BinaryEquals", Comparison::BinaryEquals, false),
    ("BinaryNotEquals", Comparison::BinaryEquals, true),
    ("IpAddress", Comparison::IpAddress, false),
    ("NotIpAddress", Comparison::IpAddress, true),
    ("ArnEquals", Comparison::ArnLike, false),
    ("ArnNotEquals", Comparison::ArnLike, true),
    ("ArnLike", Comparison::ArnLike, false),
    ("ArnNotLike", Comparison::ArnLike, true),
    ("Null", Comparison::Null, false),
];

impl Operator {
    /// Reads an operator's name; `None` if there is no such operator.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (quantifier, rest) = match name.split_once(':') {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("ForAnyValue") => {
                (Some(Quantifier::AnyValue), rest)
            }
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("ForAllValues") => {
                (Some(Quantifier::AllValues), rest)
            }
            Some(_) => return None,
            None => (None, name),
        };
        let bare = rest.len().checked_sub("IfExists".len()).and_then(|at| {
            let suffix = rest.get(at..)?;
            suffix.eq_ignore_ascii_case("IfExists").then(|| &rest[..at])
        });
        let (word, if_exists) = bare.map_or((rest, false), |word| (word, true));
        let (_, comparison, negated) =
            NAMES.iter().find(|(written, ..)| written.eq_ignore_ascii_case(word))?;
        // `Null` asks for the presence itself.
        if *comparison == Comparison::Null && if_exists {
            return None;
        }
        Some(Self { comparison: *comparison, negated: *negated, if_exists, quantifier })
    }
}

impl Comparison {
    /// Whether values of the policy are patterns of `*` and `?`.
    #[must_use]
    pub fn takes_patterns(self) -> bool {
        matches!(self, Self::StringLike | Self::ArnLike)
    }

    /// Whether values of the policy may hold policy variables (IAM User Guide, "Policy elements: Variables": string and
    /// ARN operators).
    #[must_use]
    pub fn takes_variables(self) -> bool {
        matches!(self, Self::StringEquals | Self::StringEqualsIgnoreCase | Self::StringLike | Self::ArnLike)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_read() {
        let parsed = Operator::parse("ForAllValues:stringnotlikeIfExists").unwrap();
        assert_eq!(parsed.comparison, Comparison::StringLike);
        assert!(parsed.negated && parsed.if_exists);
        assert_eq!(parsed.quantifier, Some(Quantifier::AllValues));
        for wrong in ["StringEqual", "ForSome:StringEquals", "NullIfExists", "IfExists", "", ":"] {
            assert_eq!(Operator::parse(wrong), None, "{wrong}");
        }
    }
}
