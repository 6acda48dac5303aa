//! Text as a list of pieces, and what can be said of two such texts.

use crate::{Kleene, Symbol};
use smol_str::{SmolStr, SmolStrBuilder};

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Known characters; never empty.
    Literal(SmolStr),
    /// Characters that are not known.
    Symbol(Symbol),
}

/// A text of known and unknown pieces. No two literals stand side by side, so equal texts have equal pieces.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Text {
    pieces: Vec<Piece>,
}

impl Text {
    /// A text that is known whole.
    pub fn literal(text: impl Into<SmolStr>) -> Self {
        let text = text.into();
        Self { pieces: if text.is_empty() { Vec::new() } else { vec![Piece::Literal(text)] } }
    }

    /// A text that is one symbol.
    #[must_use]
    pub fn symbol(symbol: Symbol) -> Self {
        Self { pieces: vec![Piece::Symbol(symbol)] }
    }

    /// The pieces, in order.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The whole text, if all of it is known.
    #[must_use]
    pub fn as_literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The symbol that the text is, if it is nothing else.
    #[must_use]
    pub fn as_symbol(&self) -> Option<&Symbol> {
        match self.pieces.as_slice() {
            [Piece::Symbol(symbol)] => Some(symbol),
            _ => None,
        }
    }

    /// The symbols in it, in order.
    pub fn symbols(&self) -> impl Iterator<Item = &Symbol> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Symbol(symbol) => Some(symbol),
            Piece::Literal(_) => None,
        })
    }

    /// Adds known characters at the end.
    pub fn push_str(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Piece::Literal(last)) = self.pieces.last_mut() {
            let mut joined = SmolStrBuilder::new();
            joined.push_str(last);
            joined.push_str(text);
            *last = joined.finish();
        } else {
            self.pieces.push(Piece::Literal(SmolStr::new(text)));
        }
    }

    /// Adds a symbol at the end.
    pub fn push_symbol(&mut self, symbol: Symbol) {
        self.pieces.push(Piece::Symbol(symbol));
    }

    /// Adds another text at the end.
    pub fn push(&mut self, other: &Text) {
        for piece in &other.pieces {
            match piece {
                Piece::Literal(text) => self.push_str(text),
                Piece::Symbol(symbol) => self.push_symbol(symbol.clone()),
            }
        }
    }

    /// The text with each symbol replaced by what `with` gives for it, where it gives something.
    #[must_use]
    pub fn replace(&self, with: &mut dyn FnMut(&Symbol) -> Option<Text>) -> Text {
        let mut out = Text::default();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => out.push_str(text),
                Piece::Symbol(symbol) => match with(symbol) {
                    Some(text) => out.push(&text),
                    None => out.push_symbol(symbol.clone()),
                },
            }
        }
        out
    }

    /// Whether the texts are the same: certainly, certainly not, or it cannot be told.
    ///
    /// What both begin or end with is set aside; what is left decides. A symbol may stand for nothing at all, so
    /// a literal that faces only symbols decides nothing, and one that faces nothing decides against.
    #[must_use]
    pub fn compare(&self, other: &Text) -> Kleene {
        if self == other {
            return Kleene::True;
        }
        if self.edges_clash(other) {
            return Kleene::False;
        }
        let (left, right) = strip_pieces(&self.pieces, &other.pieces);
        let (mut left, mut right) = (parts(left), parts(right));
        strip_common(&mut left, &mut right, |parts| parts.next());
        strip_common(&mut left, &mut right, |parts| parts.next_back());
        let all_known = |mut parts: Parts| parts.all(|part| matches!(part, Part::Character(_)));
        match (left.clone().next(), right.clone().next()) {
            (None, None) => Kleene::True,
            (None, Some(_)) | (Some(_), None) => {
                let literal = left.chain(right).any(|part| matches!(part, Part::Character(_)));
                if literal { Kleene::False } else { Kleene::Unknown }
            }
            (first, other_first) => {
                let clash = |a: Option<Part>, b: Option<Part>| matches!((a, b), (Some(Part::Character(a)), Some(Part::Character(b))) if a != b);
                if clash(first, other_first) || clash(left.clone().next_back(), right.clone().next_back()) {
                    return Kleene::False;
                }
                if all_known(left.clone()) && all_known(right.clone()) {
                    return Kleene::False;
                }
                let excluded = |mut symbol: Parts, literal: Parts| match (symbol.next(), symbol.next()) {
                    (Some(Part::Symbol(symbol)), None) if all_known(literal.clone()) => {
                        !symbol.may_be(&spell(literal))
                    }
                    _ => false,
                };
                if excluded(left.clone(), right.clone()) || excluded(right, left) {
                    Kleene::False
                } else {
                    Kleene::Unknown
                }
            }
        }
    }

    /// Whether the known characters that both begin with, or end with, differ: what tells most texts apart.
    fn edges_clash(&self, other: &Text) -> bool {
        fn literal(piece: Option<&Piece>) -> &[u8] {
            if let Some(Piece::Literal(text)) = piece { text.as_bytes() } else { &[] }
        }
        let (left, right) = (literal(self.pieces.first()), literal(other.pieces.first()));
        if left.iter().zip(right).any(|(a, b)| a != b) {
            return true;
        }
        let (left, right) = (literal(self.pieces.last()), literal(other.pieces.last()));
        left.iter().rev().zip(right.iter().rev()).any(|(a, b)| a != b)
    }
}

/// A character or a symbol of a text.
#[derive(Debug, Clone, PartialEq)]
enum Part<'a> {
    Character(char),
    Symbol(&'a Symbol),
}

type PieceParts<'a> = std::iter::Chain<
    std::iter::Map<std::str::Chars<'a>, fn(char) -> Part<'a>>,
    std::option::IntoIter<Part<'a>>,
>;
type Parts<'a> =
    std::iter::FlatMap<std::slice::Iter<'a, Piece>, PieceParts<'a>, fn(&'a Piece) -> PieceParts<'a>>;

fn spell(parts: Parts) -> String {
    parts
        .filter_map(|part| if let Part::Character(character) = part { Some(character) } else { None })
        .collect()
}

fn parts(pieces: &[Piece]) -> Parts<'_> {
    fn of_piece<'a>(piece: &'a Piece) -> PieceParts<'a> {
        let (text, symbol) = match piece {
            Piece::Literal(text) => (text.as_str(), None),
            Piece::Symbol(symbol) => ("", Some(Part::Symbol(symbol))),
        };
        let character: fn(char) -> Part<'a> = Part::Character;
        text.chars().map(character).chain(symbol)
    }
    pieces.iter().flat_map(of_piece as fn(&Piece) -> PieceParts<'_>)
}

/// What is left without the whole pieces that both begin or end with.
fn strip_pieces<'a>(left: &'a [Piece], right: &'a [Piece]) -> (&'a [Piece], &'a [Piece]) {
    let before = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let (left, right) = (&left[before..], &right[before..]);
    let after = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a == b).count();
    (&left[..left.len() - after], &right[..right.len() - after])
}

fn strip_common<'a>(
    left: &mut Parts<'a>,
    right: &mut Parts<'a>,
    take: impl Fn(&mut Parts<'a>) -> Option<Part<'a>>,
) {
    loop {
        let (mut next_left, mut next_right) = (left.clone(), right.clone());
        match (take(&mut next_left), take(&mut next_right)) {
            (Some(a), Some(b)) if a == b => (*left, *right) = (next_left, next_right),
            _ => return,
        }
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => formatter.write_str(text)?,
                Piece::Symbol(symbol) => write!(formatter, "{symbol}")?,
            }
        }
        Ok(())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::literal(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SymbolKind;
    use proptest::prelude::*;

    fn parameter(name: &str) -> Symbol {
        Symbol::parameter("", name, None, Vec::new(), false)
    }

    /// `${A}` in the spelling becomes the symbol of parameter A.
    fn text(spelling: &str) -> Text {
        let mut out = Text::default();
        for part in spelling.split_inclusive('}') {
            match part.split_once("${") {
                Some((before, name)) => {
                    out.push_str(before);
                    out.push_symbol(parameter(name.trim_end_matches('}')));
                }
                None => out.push_str(part),
            }
        }
        out
    }

    #[test]
    fn compares_piecewise() {
        for (left, right, expected) in [
            ("a", "a", Kleene::True),
            ("a", "b", Kleene::False),
            ("${A}-api", "${A}-api", Kleene::True),
            ("${A}-api", "${A}-worker", Kleene::False),
            ("${A}-api", "${B}-api", Kleene::Unknown),
            ("${A}-api", "dev-api", Kleene::Unknown),
            ("${A}-api", "dev-worker", Kleene::False),
            ("/aws/${A}", "/other/${A}", Kleene::False),
            ("${A}", "", Kleene::Unknown),
            ("${A}x", "", Kleene::False),
            ("${A}${B}", "${B}${A}", Kleene::Unknown),
        ] {
            assert_eq!(text(left).compare(&text(right)), expected, "{left} ~ {right}");
        }
    }

    #[test]
    fn a_symbol_is_never_what_it_may_not_be() {
        let stage = Symbol::parameter(
            "",
            "Stage",
            Some(vec!["dev".into(), "prod".into()]),
            vec!["prod".into()],
            false,
        );
        assert_eq!(Text::symbol(stage.clone()).compare(&Text::literal("qa")), Kleene::False);
        assert_eq!(Text::symbol(stage.clone()).compare(&Text::literal("prod")), Kleene::False);
        assert_eq!(Text::symbol(stage).compare(&Text::literal("dev")), Kleene::Unknown);
        let account = Symbol::new(SymbolKind::Pseudo("AWS::AccountId".into()));
        assert_eq!(Text::symbol(account).compare(&Text::literal("x")), Kleene::False);
    }

    fn spelling() -> impl Strategy<Value = String> {
        proptest::collection::vec(
            prop_oneof!["[ab/-]{1,2}", Just("${A}".to_owned()), Just("${B}".to_owned())],
            0..5,
        )
        .prop_map(|parts| parts.concat())
    }

    proptest! {
        /// Law 3: whatever the symbols mean, a certain answer holds.
        #[test]
        fn comparison_is_sound(left in spelling(), right in spelling(), a in "[ab/-]{0,3}", b in "[ab/-]{0,3}") {
            let meaning = |spelling: &str| spelling.replace("${A}", &a).replace("${B}", &b);
            match text(&left).compare(&text(&right)) {
                Kleene::True => prop_assert_eq!(meaning(&left), meaning(&right)),
                Kleene::False => prop_assert_ne!(meaning(&left), meaning(&right)),
                Kleene::Unknown => {}
            }
        }

        #[test]
        fn comparison_is_symmetric(left in spelling(), right in spelling()) {
            prop_assert_eq!(text(&left).compare(&text(&right)), text(&right).compare(&text(&left)));
        }
    }
}
