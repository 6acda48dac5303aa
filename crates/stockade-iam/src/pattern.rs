//! Patterns: texts with wildcards, policy variables and parts that are not known.

use crate::glob;
use smol_str::SmolStr;
use std::borrow::Cow;
use stockade_model::{Kleene, Piece, Symbol, Text};

/// A text to match, compiled.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pattern {
    pub(crate) tokens: Box<[Token]>,
    shape: Shape,
    fold: bool,
}

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    /// This character.
    Char(char),
    /// `?`: any one character.
    One,
    /// `*`: any characters.
    Many,
    /// `${key}` or `${key, 'default'}`: the value of a key of the request.
    Variable(Variable),
    /// Something that is not known.
    Unknown(Symbol),
}

/// A policy variable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Variable {
    /// The key of the request, in lower case.
    pub(crate) key: SmolStr,
    /// What stands for it if the request has no such key.
    pub(crate) default: Option<SmolStr>,
}

/// What makes matching fast.
#[derive(Debug, Clone, PartialEq)]
enum Shape {
    Any,
    Literal(String),
    Prefix(String),
    /// Wildcards inside, spelled as [`glob`] takes them.
    Glob(String),
    /// Anything else: an escaped wildcard, a variable, something not known.
    Tokens,
}

/// How the characters of a text are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Whether `*` and `?` are wildcards.
    pub(crate) wildcards: bool,
    /// Whether `${…}` is a variable.
    pub(crate) variables: bool,
    /// Whether letters match without regard to ASCII case.
    pub(crate) fold: bool,
}

/// Gives the one value of a key of the request; `None` if it has none or several.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str) -> Option<SmolStr>;

impl Pattern {
    /// Compiles a text.
    pub(crate) fn new(text: &Text, reading: Reading) -> Self {
        let mut tokens = Vec::new();
        for piece in text.pieces() {
            match piece {
                Piece::Literal(literal) => tokenize(literal, reading, &mut tokens),
                Piece::Symbol(symbol) => tokens.push(Token::Unknown(symbol.clone())),
            }
        }
        Self::of(tokens, reading.fold)
    }

    /// A pattern of those tokens.
    pub(crate) fn of(mut tokens: Vec<Token>, fold: bool) -> Self {
        tokens.dedup_by(|later, earlier| *later == Token::Many && *earlier == Token::Many);
        if fold {
            for token in &mut tokens {
                if let Token::Char(character) = token {
                    character.make_ascii_lowercase();
                }
            }
        }
        let shape = shape(&tokens);
        Self { tokens: tokens.into(), shape, fold }
    }

    /// Whether it matches everything.
    pub(crate) fn is_any(&self) -> bool {
        matches!(self.shape, Shape::Any)
    }

    /// Whether all that it matches begins with a text, by what it spells.
    pub(crate) fn begins_with(&self, text: &str) -> bool {
        let spelled = self.tokens.iter().map_while(|token| match token {
            Token::Char(character) => Some(*character),
            _ => None,
        });
        spelled.take(text.chars().count()).eq(text.chars())
    }

    /// The text that alone matches, in lower case if case does not count.
    pub(crate) fn literal(&self) -> Option<&str> {
        match &self.shape {
            Shape::Literal(literal) => Some(literal),
            _ => None,
        }
    }

    /// The pattern as [`glob`] takes it; what is escaped stands as a character that nothing is named with.
    pub(crate) fn as_glob(&self) -> String {
        let character = |token: &Token| match token {
            Token::Char('*' | '?') => '\u{1}',
            Token::Char(character) => *character,
            Token::One => '?',
            _ => '*',
        };
        self.tokens.iter().map(character).collect()
    }

    /// Whether letters match without regard to case.
    pub(crate) fn folds(&self) -> bool {
        self.fold
    }

    /// The variables in it.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.tokens.iter().filter_map(|token| match token {
            Token::Variable(variable) => Some(variable),
            _ => None,
        })
    }

    /// The pattern with every variable as a wildcard: what it could match.
    pub(crate) fn wide(&self) -> Cow<'_, Self> {
        if self.variables().next().is_none() {
            return Cow::Borrowed(self);
        }
        let widen = |token: &Token| match token {
            Token::Variable(_) => Token::Many,
            other => other.clone(),
        };
        Cow::Owned(Self::of(self.tokens.iter().map(widen).collect(), self.fold))
    }

    /// Whether a variable in it has no value, and some value would make `text` match.
    pub(crate) fn hangs(&self, text: &str, lookup: Lookup) -> bool {
        if !matches!(self.shape, Shape::Tokens) {
            return false;
        }
        let missing = |variable: &Variable| variable.default.is_none() && lookup(&variable.key).is_none();
        if !self.variables().any(missing) {
            return false;
        }
        let mut tokens = Vec::with_capacity(self.tokens.len());
        for token in &self.tokens {
            match token {
                Token::Variable(variable) => match lookup(&variable.key).or_else(|| variable.default.clone())
                {
                    Some(value) => tokens.extend(value.chars().map(Token::Char)),
                    None => tokens.push(Token::Many),
                },
                other => tokens.push(other.clone()),
            }
        }
        let text: Vec<char> = text.chars().collect();
        match_tokens(&tokens, &text, self.fold)
    }

    /// The first thing in it that is not known.
    pub(crate) fn unknown(&self) -> Option<&Symbol> {
        self.tokens.iter().find_map(|token| match token {
            Token::Unknown(symbol) => Some(symbol),
            _ => None,
        })
    }

    /// Whether `text` matches. A variable without a value matches nothing.
    pub(crate) fn matches(&self, text: &str, lookup: Lookup) -> Kleene {
        match &self.shape {
            Shape::Any => Kleene::True,
            Shape::Literal(literal) if self.fold => Kleene::from(literal.eq_ignore_ascii_case(text)),
            Shape::Literal(literal) => Kleene::from(literal == text),
            Shape::Prefix(prefix) => Kleene::from(text.get(..prefix.len()).is_some_and(|start| {
                if self.fold { start.eq_ignore_ascii_case(prefix) } else { start == prefix }
            })),
            Shape::Glob(pattern) if self.fold => Kleene::from(glob::matches_ignoring_case(pattern, text)),
            Shape::Glob(pattern) => Kleene::from(glob::matches(pattern, text)),
            Shape::Tokens => self.matches_tokens(text, lookup),
        }
    }

    fn matches_tokens(&self, text: &str, lookup: Lookup) -> Kleene {
        let Some(tokens) = self.resolve(lookup) else { return Kleene::False };
        let unknown = self.unknown().is_some();
        let text: Vec<char> = text.chars().collect();
        let matched = match_tokens(&tokens, &text, self.fold);
        Kleene::from(matched).and(if unknown { Kleene::Unknown } else { Kleene::True })
    }

    /// The tokens with the values of the variables put in; `None` if one has none.
    fn resolve(&self, lookup: Lookup) -> Option<Vec<Token>> {
        let mut out = Vec::with_capacity(self.tokens.len());
        for token in &self.tokens {
            match token {
                Token::Variable(variable) => {
                    let value = lookup(&variable.key).or_else(|| variable.default.clone())?;
                    out.extend(value.chars().map(Token::Char));
                }
                other => out.push(other.clone()),
            }
        }
        Some(out)
    }

    /// The pattern with the values of its variables put in; `None` if one has none.
    pub(crate) fn with_variables(&self, lookup: Lookup) -> Option<Self> {
        if self.variables().next().is_none() {
            return Some(self.clone());
        }
        self.resolve(lookup).map(|tokens| Self::of(tokens, self.fold))
    }
}

fn shape(tokens: &[Token]) -> Shape {
    let special = |token: &Token| matches!(token, Token::Variable(_) | Token::Unknown(_));
    let literal_wildcard = |token: &Token| matches!(token, Token::Char('*' | '?'));
    let text = |tokens: &[Token]| -> String {
        tokens
            .iter()
            .map(|token| match token {
                Token::Char(character) => *character,
                Token::One => '?',
                _ => '*',
            })
            .collect()
    };
    let plain = |tokens: &[Token]| tokens.iter().all(|token| matches!(token, Token::Char(_)));
    match tokens {
        [Token::Many] => Shape::Any,
        _ if plain(tokens) => Shape::Literal(text(tokens)),
        [before @ .., Token::Many] if plain(before) => Shape::Prefix(text(before)),
        _ if tokens.iter().any(|token| special(token) || literal_wildcard(token)) => Shape::Tokens,
        _ => Shape::Glob(text(tokens)),
    }
}

fn tokenize(text: &str, reading: Reading, tokens: &mut Vec<Token>) {
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if reading.variables
            && let Some(inside) = rest.strip_prefix("${")
            && let Some(end) = inside.find('}')
        {
            let (spelling, after) = (&inside[..end], &inside[end + 1..]);
            tokens.push(match spelling {
                "*" | "?" | "$" => Token::Char(spelling.chars().next().unwrap_or('$')),
                _ => Token::Variable(variable(spelling)),
            });
            rest = after;
            continue;
        }
        tokens.push(match character {
            '*' if reading.wildcards => Token::Many,
            '?' if reading.wildcards => Token::One,
            other => Token::Char(other),
        });
        rest = &rest[character.len_utf8()..];
    }
}

/// `key` or `key, 'default'`.
fn variable(spelling: &str) -> Variable {
    let (key, default) = match spelling.split_once(',') {
        Some((key, default)) => {
            let default = default.trim();
            let bare = default.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')).unwrap_or(default);
            (key, Some(bare.into()))
        }
        None => (spelling, None),
    };
    Variable { key: key.trim().to_ascii_lowercase().into(), default }
}

fn match_tokens(tokens: &[Token], text: &[char], fold: bool) -> bool {
    let same = |a: char, b: char| if fold { a.eq_ignore_ascii_case(&b) } else { a == b };
    let (mut at, mut from, mut star, mut mark) = (0, 0, None, 0);
    while at < text.len() {
        match tokens.get(from) {
            Some(Token::Many | Token::Unknown(_) | Token::Variable(_)) => {
                star = Some(from);
                mark = at;
                from += 1;
            }
            Some(Token::One) => {
                from += 1;
                at += 1;
            }
            Some(Token::Char(character)) if same(*character, text[at]) => {
                from += 1;
                at += 1;
            }
            _ => match star {
                Some(star) => {
                    from = star + 1;
                    mark += 1;
                    at = mark;
                }
                None => return false,
            },
        }
    }
    tokens[from..].iter().all(|token| matches!(token, Token::Many | Token::Unknown(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::new(&Text::literal(text), Reading { wildcards: true, variables: true, fold: false })
    }

    #[test]
    fn variables_stand_for_what_the_request_says() {
        let lookup = |key: &str| (key == "aws:username").then(|| SmolStr::new("a*b"));
        for (written, text, expected) in [
            ("home/${aws:username}/x", "home/a*b/x", Kleene::True),
            ("home/${aws:UserName}/*", "home/a*b/x", Kleene::True),
            ("home/${aws:username}", "home/aab", Kleene::False),
            ("home/${aws:other}", "home/", Kleene::False),
            ("home/${aws:other, 'me'}", "home/me", Kleene::True),
            ("a${*}", "a*", Kleene::True),
            ("a${*}", "ab", Kleene::False),
            ("a${$}", "a$", Kleene::True),
            ("a${?}b", "a?b", Kleene::True),
        ] {
            assert_eq!(pattern(written).matches(text, &lookup), expected, "{written} {text}");
        }
    }

    #[test]
    fn what_is_not_known_may_match_where_anything_would() {
        let mut text = Text::literal("arn:");
        text.push_symbol(Symbol::attribute("Queue", "Arn"));
        let reading = Reading { wildcards: true, variables: false, fold: false };
        let pattern = Pattern::new(&text, reading);
        assert_eq!(pattern.matches("arn:x", &|_| None), Kleene::Unknown);
        assert_eq!(pattern.matches("x", &|_| None), Kleene::False);
    }
}
