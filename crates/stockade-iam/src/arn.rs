//! ARNs and patterns of them.

use crate::pattern::{Lookup, Pattern, Reading, Token};
use std::borrow::Cow;
use stockade_model::{Kleene, Symbol, SymbolKind, Text};

/// The six fields of an ARN: `arn`, partition, service, region, account and the resource, which alone may hold colons.
pub(crate) const FIELDS: usize = 6;

/// An ARN as text, split into its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arn<'a> {
    pub(crate) fields: [&'a str; FIELDS],
}

impl<'a> Arn<'a> {
    /// Splits an ARN; `None` if it has not six fields or does not start with `arn`.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(FIELDS, ':');
        let mut fields = [""; FIELDS];
        for field in &mut fields {
            *field = parts.next()?;
        }
        (fields[0] == "arn").then_some(Self { fields })
    }

    pub(crate) fn service(&self) -> &'a str {
        self.fields[2]
    }

    pub(crate) fn account(&self) -> &'a str {
        self.fields[4]
    }

    pub(crate) fn resource(&self) -> &'a str {
        self.fields[5]
    }
}

/// A pattern of ARNs. `*` and `?` stay within their colon-separated field; a pattern of fewer than six fields that ends
/// with `*` takes any rest.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ArnPattern {
    /// `*`: every resource, also what has no ARN.
    Any,
    /// One pattern a field.
    Fields(Box<[Pattern; FIELDS]>),
    /// Something that is no ARN: matches the same text.
    Text(Pattern),
    /// It is not known where its fields begin.
    Unknown(Symbol),
}

impl ArnPattern {
    /// Compiles a pattern of the element `Resource`: the service puts `*` for all fields that are missing (IAM User Guide,
    /// "IAM identifiers", on incomplete ARNs).
    pub(crate) fn of_resources(text: &Text, variables: bool) -> Self {
        match Self::new(text, variables) {
            Self::Text(whole) if whole.begins_with("arn:") => {
                let mut complete = text.clone();
                complete.push_str(":*");
                Self::new(&complete, variables)
            }
            other => other,
        }
    }

    /// Compiles a pattern.
    pub(crate) fn new(text: &Text, variables: bool) -> Self {
        let whole = Pattern::new(text, Reading { wildcards: true, variables, fold: false });
        if whole.is_any() {
            return Self::Any;
        }
        let mut fields: Vec<Vec<Token>> = Vec::with_capacity(FIELDS);
        let mut field = Vec::new();
        for token in &whole.tokens {
            let splits = fields.len() + 1 < FIELDS;
            match token {
                // `arn:aws:sqs:${Region}:${Account}:queue` is split all the same: none of those holds a colon.
                Token::Unknown(symbol) if splits && !matches!(symbol.kind(), SymbolKind::Pseudo(_)) => {
                    return Self::Unknown(symbol.clone());
                }
                Token::Char(':') if splits => fields.push(std::mem::take(&mut field)),
                other => field.push(other.clone()),
            }
        }
        fields.push(field);
        if fields.len() < FIELDS {
            if fields.last().is_some_and(|field| field.last() == Some(&Token::Many)) {
                fields.resize(FIELDS, vec![Token::Many]);
            } else {
                return Self::Text(whole);
            }
        }
        let mut fields = fields.into_iter().map(|tokens| Pattern::of(tokens, false));
        let mut next = || fields.next().unwrap_or_else(|| Pattern::of(Vec::new(), false));
        Self::Fields(Box::new(std::array::from_fn(|_| next())))
    }

    /// Whether a text matches, given with its fields if it is an ARN.
    pub(crate) fn matches(&self, text: &str, arn: Option<&Arn>, lookup: Lookup) -> Kleene {
        match self {
            Self::Any => Kleene::True,
            Self::Fields(patterns) => {
                let Some(arn) = arn else { return Kleene::False };
                let mut all = Kleene::True;
                // The last field tells most apart.
                for at in (0..FIELDS).rev() {
                    all = all.and(patterns[at].matches(arn.fields[at], lookup));
                    if all == Kleene::False {
                        return Kleene::False;
                    }
                }
                all
            }
            Self::Text(pattern) => pattern.matches(text, lookup),
            Self::Unknown(_) => Kleene::Unknown,
        }
    }

    /// The pattern with every variable as a wildcard: what it could match.
    pub(crate) fn wide(&self) -> Cow<'_, Self> {
        if self.parts().iter().all(|part| part.variables().next().is_none()) {
            return Cow::Borrowed(self);
        }
        Cow::Owned(match self {
            Self::Fields(patterns) => {
                let wide = |at: usize| patterns[at].wide().into_owned();
                Self::Fields(Box::new(std::array::from_fn(wide)))
            }
            Self::Text(pattern) => Self::Text(pattern.wide().into_owned()),
            other => other.clone(),
        })
    }

    /// Whether a variable in it has no value, and some value would make the text match.
    pub(crate) fn hangs(&self, text: &str, arn: Option<&Arn>, lookup: Lookup) -> bool {
        match (self, arn) {
            (Self::Fields(patterns), Some(arn)) => {
                let at = |at: usize| patterns[at].hangs(arn.fields[at], lookup);
                (0..FIELDS).any(at)
                    && (0..FIELDS).all(|field| {
                        at(field) || patterns[field].matches(arn.fields[field], lookup) == Kleene::True
                    })
            }
            (Self::Text(pattern), _) => pattern.hangs(text, lookup),
            _ => false,
        }
    }

    /// The patterns that it is made of.
    pub(crate) fn parts(&self) -> &[Pattern] {
        match self {
            Self::Any | Self::Unknown(_) => &[],
            Self::Fields(patterns) => &patterns[..],
            Self::Text(pattern) => std::slice::from_ref(pattern),
        }
    }

    /// The first thing in it that is not known.
    pub(crate) fn unknown(&self) -> Option<&Symbol> {
        match self {
            Self::Unknown(symbol) => Some(symbol),
            _ => self.parts().iter().find_map(Pattern::unknown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stay_within_their_field() {
        let function = "arn:aws:lambda:us-east-1:111111111111:function:foo";
        for (pattern, text, expected) in [
            ("*", "*", true),
            ("*", function, true),
            ("arn:aws:lambda:*", function, true),
            ("arn:aws:lam*", function, true),
            ("arn:*", function, true),
            ("arn:aws:lambda:*:function:foo", function, false),
            ("arn:aws:lambda:*:*:function:*", function, true),
            ("arn:aws:lambda:us-east-1:111111111111:*", function, true),
            ("arn:aws:lambda:us-east-1:111111111111:func*:foo", function, true),
            ("arn:aws:lambda:us-east-1:111111111111", function, false),
            ("arn:aws:lambda:*:111111111111", function, false),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b/a:b", true),
            ("arn:aws:s3:::b?", "arn:aws:s3:::b", false),
            ("arn:aws:*:*:*:*", "*", false),
        ] {
            let compiled = ArnPattern::new(&Text::literal(pattern), true);
            let matched = compiled.matches(text, Arn::parse(text).as_ref(), &|_| None);
            assert_eq!(matched, Kleene::from(expected), "{pattern} {text}");
        }
    }

    #[test]
    fn resources_are_completed() {
        let function = "arn:aws:lambda:us-east-1:111111111111:function:foo";
        for (pattern, text, expected) in [
            ("arn:aws:lambda", function, true),
            ("arn:aws:lambda:us-east-1", function, true),
            ("arn:aws:lambda:us-*:111111111111", function, true),
            ("arn:aws:lambda:eu-west-1", function, false),
            ("arn:aws:lambda:*:foo", function, false),
            ("arn:aws:lambda:us-east-1:111111111111:function", function, false),
            ("arn:aws:sqs", function, false),
            ("lambda", function, false),
            ("lambda", "lambda", true),
        ] {
            let compiled = ArnPattern::of_resources(&Text::literal(pattern), true);
            let matched = compiled.matches(text, Arn::parse(text).as_ref(), &|_| None);
            assert_eq!(matched, Kleene::from(expected), "{pattern} {text}");
        }
    }
}
