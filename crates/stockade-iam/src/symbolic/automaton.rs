//! All patterns of a dimension run side by side, to find a text for every combination of matches that there is.

use super::budget::{Budget, Exceeded};
use crate::pattern::{Pattern, Token};
use foldhash::{HashMap, HashSet};
use std::collections::VecDeque;

/// What texts may be made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Alphabet {
    /// Whether a text may hold a colon.
    pub(crate) colons: bool,
    /// Characters to take first where any does.
    pub(crate) preferred: &'static str,
}

/// Letters, then digits.
pub(crate) const LETTERS: &str = "xzqwkjvygbufhpdmlcnsrtoiea0123456789XZQWKJVYGBUFHPDMLCNSRTOIEA_-~";
/// Digits, then letters.
pub(crate) const DIGITS: &str = "0123456789xzqwkjvygbufhpdmlcnsrtoiea_-~";

/// A character that none of the patterns names.
pub(crate) fn fresh_character<'a>(patterns: impl Iterator<Item = &'a Pattern>, alphabet: Alphabet) -> char {
    let mut used = HashSet::default();
    for pattern in patterns {
        for token in &pattern.tokens {
            if let Token::Char(character) = token {
                used.insert(*character);
                if pattern.folds() {
                    used.insert(character.to_ascii_uppercase());
                }
            }
        }
    }
    let private = ('\u{e000}'..='\u{f8ff}').find(|character| !used.contains(character));
    alphabet.preferred.chars().find(|character| !used.contains(character)).or(private).unwrap_or('\u{fffd}')
}

/// The positions in all patterns at once, one bit each: bit `i` of a pattern means that its first `i` tokens, stars not
/// counted, have matched.
struct Product {
    words: usize,
    start: Vec<u64>,
    /// Positions that a star keeps alive.
    stays: Vec<u64>,
    accepts: Vec<usize>,
    /// For each symbol of the alphabet, the positions that it moves on.
    moves: Vec<(char, Vec<u64>)>,
}

impl Product {
    fn new(patterns: &[&Pattern], alphabet: Alphabet) -> Self {
        let lengths: Vec<usize> = patterns
            .iter()
            .map(|pattern| pattern.tokens.iter().filter(|token| **token != Token::Many).count() + 1)
            .collect();
        let words = lengths.iter().sum::<usize>().div_ceil(64);
        let mut product = Self {
            words,
            start: vec![0; words],
            stays: vec![0; words],
            accepts: Vec::with_capacity(patterns.len()),
            moves: Vec::new(),
        };
        let fresh = fresh_character(patterns.iter().copied(), alphabet);
        // Where case never counts, one case stands for both.
        let cased = patterns.iter().any(|pattern| !pattern.folds());
        let mut symbols: Vec<char> = vec![fresh];
        for pattern in patterns {
            for token in &pattern.tokens {
                let Token::Char(character) = token else { continue };
                symbols.push(*character);
                if pattern.folds() && cased {
                    symbols.push(character.to_ascii_uppercase());
                }
            }
        }
        symbols.sort_unstable_by_key(|symbol| (*symbol != fresh, *symbol));
        symbols.dedup();
        symbols.retain(|symbol| alphabet.colons || *symbol != ':');
        product.moves = symbols.into_iter().map(|symbol| (symbol, vec![0; words])).collect();
        let index: HashMap<char, usize> =
            product.moves.iter().enumerate().map(|(at, (symbol, _))| (*symbol, at)).collect();
        let set = |bits: &mut Vec<u64>, bit: usize| bits[bit / 64] |= 1 << (bit % 64);
        let mut bit = 0;
        for pattern in patterns {
            set(&mut product.start, bit);
            for token in &pattern.tokens {
                match token {
                    Token::Many => {
                        set(&mut product.stays, bit);
                        continue;
                    }
                    Token::One => product.moves.iter_mut().for_each(|(_, bits)| set(bits, bit)),
                    Token::Char(character) => {
                        let cases = [*character, character.to_ascii_uppercase()];
                        for case in cases.iter().take(if pattern.folds() { 2 } else { 1 }) {
                            if let Some(at) = index.get(case) {
                                set(&mut product.moves[*at].1, bit);
                            }
                        }
                    }
                    // Nothing is known of what it matches; whoever asks has ruled it out.
                    Token::Variable(_) | Token::Unknown(_) => {}
                }
                bit += 1;
            }
            product.accepts.push(bit);
            bit += 1;
        }
        product
    }

    fn step(&self, state: &[u64], moves: &[u64]) -> Vec<u64> {
        let mut carry = 0;
        (0..self.words)
            .map(|at| {
                let moved = state[at] & moves[at];
                let next = (moved << 1) | carry | (state[at] & self.stays[at]);
                carry = moved >> 63;
                next
            })
            .collect()
    }

    fn signature(&self, state: &[u64]) -> Vec<u64> {
        let mut signature = vec![0; self.accepts.len().div_ceil(64).max(1)];
        for (at, bit) in self.accepts.iter().enumerate() {
            if state[bit / 64] >> (bit % 64) & 1 == 1 {
                signature[at / 64] |= 1 << (at % 64);
            }
        }
        signature
    }
}

/// A text for every combination of the patterns that some text matches. Short texts come first; the empty one only
/// where no other has its combination.
pub(crate) fn witnesses(
    patterns: &[&Pattern],
    alphabet: Alphabet,
    budget: &mut Budget,
) -> Result<Vec<String>, Exceeded> {
    let product = Product::new(patterns, alphabet);
    let mut states: Vec<(Vec<u64>, usize, Option<char>)> = vec![(product.start.clone(), 0, None)];
    let mut seen: HashSet<Vec<u64>> = HashSet::from_iter([product.start.clone()]);
    let mut found: HashSet<Vec<u64>> = HashSet::default();
    let mut out = Vec::new();
    let mut queue = VecDeque::from([0]);
    let spell = |states: &[(Vec<u64>, usize, Option<char>)], mut at: usize| {
        let mut text = Vec::new();
        while let Some(character) = states[at].2 {
            text.push(character);
            at = states[at].1;
        }
        text.into_iter().rev().collect::<String>()
    };
    while let Some(at) = queue.pop_front() {
        for (symbol, moves) in &product.moves {
            budget.spend(product.words as u64)?;
            let next = product.step(&states[at].0, moves);
            if seen.contains(&next) {
                if next == product.start && found.insert(product.signature(&next)) {
                    states.push((next, at, Some(*symbol)));
                    out.push(spell(&states, states.len() - 1));
                }
                continue;
            }
            seen.insert(next.clone());
            states.push((next, at, Some(*symbol)));
            let index = states.len() - 1;
            if found.insert(product.signature(&states[index].0)) {
                out.push(spell(&states, index));
            }
            queue.push_back(index);
        }
    }
    if found.insert(product.signature(&product.start)) {
        out.push(String::new());
    }
    Ok(out)
}

/// A text for every way in which a text moves the patterns on, each from where the text before it leaves it: what may
/// follow one that is moved alike is the same. `None` if there are more than `most`.
pub(crate) fn progressions(
    patterns: &[(String, &Pattern)],
    alphabet: Alphabet,
    most: usize,
    budget: &mut Budget,
) -> Result<Option<Vec<String>>, Exceeded> {
    let all: Vec<&Pattern> = patterns.iter().map(|(_, pattern)| *pattern).collect();
    let product = Product::new(&all, alphabet);
    let Some((_, of_others)) = product.moves.first() else { return Ok(Some(Vec::new())) };
    let mut start = vec![0; product.words];
    let mut first = 0;
    for ((before, _), accept) in patterns.iter().zip(&product.accepts) {
        let mut state = vec![0; product.words];
        state[first / 64] |= 1 << (first % 64);
        for character in before.chars() {
            budget.spend(product.words as u64)?;
            let moves = product.moves.iter().find(|(symbol, _)| *symbol == character);
            state = product.step(&state, moves.map_or(of_others, |(_, moves)| moves));
        }
        start.iter_mut().zip(&state).for_each(|(all, one)| *all |= one);
        first = accept + 1;
    }
    // No value is empty: the start counts once something leads back to it.
    let mut seen: HashSet<Vec<u64>> = HashSet::default();
    let mut queue = VecDeque::from([(start, String::new())]);
    let mut out = Vec::new();
    while let Some((state, text)) = queue.pop_front() {
        for (symbol, moves) in &product.moves {
            budget.spend(product.words as u64)?;
            let next = product.step(&state, moves);
            if seen.insert(next.clone()) {
                if out.len() == most {
                    return Ok(None);
                }
                let longer = format!("{text}{symbol}");
                out.push(longer.clone());
                queue.push_back((next, longer));
            }
        }
    }
    Ok(Some(out))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Reading;
    use stockade_model::Text;

    #[test]
    fn progressions_stand_for_all_texts() {
        let reading = Reading { wildcards: true, variables: false, fold: false };
        let of = |text: &str| Pattern::new(&Text::literal(text), reading);
        let alphabet = Alphabet { colons: true, preferred: LETTERS };
        let (docs, mine) = (of("b/*/docs/*"), of("b/me/*"));
        let ways = [("b/".to_owned(), &docs), ("b/".to_owned(), &mine)];
        let found = progressions(&ways, alphabet, 64, &mut Budget::default()).unwrap().unwrap();
        // What may follow `b/` and a text is the same after one of those that were found.
        let rests = ["", "/", "/docs/x", "docs/x", "s/x", "/x", "e/x"];
        let meets = |text: &str| {
            let whole = |rest: &str| format!("b/{text}{rest}");
            rests.map(|rest| [&docs, &mine].map(|it| it.matches(&whole(rest), &|_| None).is_true()))
        };
        for text in
            ["a", "me", "m", "a/docs", "a/docs/", "a/doc", "me/docs/b", "/docs", "mex", "a/docs/b/docs"]
        {
            assert!(found.iter().any(|other| meets(other) == meets(text)), "{text} {found:?}");
        }
        assert_eq!(progressions(&ways, alphabet, 3, &mut Budget::default()), Ok(None));
        assert_eq!(progressions(&ways, alphabet, 64, &mut Budget::new(10)), Err(Exceeded));
        assert_eq!(
            progressions(&[], alphabet, 64, &mut Budget::default()).map(|found| found.map(|it| it.len())),
            Ok(Some(1))
        );
    }
}
