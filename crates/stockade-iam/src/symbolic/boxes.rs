//! Sets of requests as boxes: for each dimension a set of its values, one bit each.

use super::budget::{Budget, Exceeded};

/// Where the bits of each dimension lie.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Layout {
    /// First word and number of words of each dimension.
    spans: Vec<(usize, usize)>,
    words: usize,
}

/// A product of sets, one for each dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cube {
    bits: Box<[u64]>,
}

impl Layout {
    /// A layout for dimensions of so many values.
    pub(crate) fn new(sizes: impl Iterator<Item = usize>) -> Self {
        let mut layout = Self::default();
        for size in sizes {
            let words = size.div_ceil(64).max(1);
            layout.spans.push((layout.words, words));
            layout.words += words;
        }
        layout
    }

    /// The empty box.
    pub(crate) fn none(&self) -> Cube {
        Cube { bits: vec![0; self.words].into() }
    }

    fn slice<'c>(&self, cube: &'c Cube, dimension: usize) -> &'c [u64] {
        let (start, words) = self.spans[dimension];
        &cube.bits[start..start + words]
    }

    fn slice_mut<'c>(&self, cube: &'c mut Cube, dimension: usize) -> &'c mut [u64] {
        let (start, words) = self.spans[dimension];
        &mut cube.bits[start..start + words]
    }

    /// Adds a value to a dimension of a box.
    pub(crate) fn set(&self, cube: &mut Cube, dimension: usize, value: usize) {
        self.slice_mut(cube, dimension)[value / 64] |= 1 << (value % 64);
    }

    /// Whether a dimension of a box has a value.
    pub(crate) fn has(&self, cube: &Cube, dimension: usize, value: usize) -> bool {
        self.slice(cube, dimension)[value / 64] >> (value % 64) & 1 == 1
    }

    /// Whether no request is in a box.
    pub(crate) fn is_empty(&self, cube: &Cube) -> bool {
        (0..self.spans.len()).any(|dimension| self.slice(cube, dimension).iter().all(|word| *word == 0))
    }

    /// What is in both; `None` if nothing is.
    pub(crate) fn and(&self, a: &Cube, b: &Cube) -> Option<Cube> {
        let both = Cube { bits: a.bits.iter().zip(&b.bits).map(|(a, b)| a & b).collect() };
        (!self.is_empty(&both)).then_some(both)
    }

    /// Whether a dimension's values in `a` are all in `b`.
    pub(crate) fn within(&self, a: &Cube, b: &Cube, dimension: usize) -> bool {
        self.slice(a, dimension).iter().zip(self.slice(b, dimension)).all(|(a, b)| a & !b == 0)
    }

    /// A request of the box, as the least value of each dimension; the box must not be empty.
    fn first(&self, cube: &Cube) -> Vec<usize> {
        let least = |dimension| {
            let words = self.slice(cube, dimension);
            words
                .iter()
                .enumerate()
                .find(|(_, word)| **word != 0)
                .map_or(0, |(at, word)| at * 64 + word.trailing_zeros() as usize)
        };
        (0..self.spans.len()).map(least).collect()
    }

    /// A request that is in `from` and in none of `without`.
    pub(crate) fn find(
        &self,
        from: &Cube,
        without: &[&Cube],
        budget: &mut Budget,
    ) -> Result<Option<Vec<usize>>, Exceeded> {
        if self.is_empty(from) {
            return Ok(None);
        }
        // The box to escape from with the fewest ways out.
        let mut hardest: Option<(usize, Vec<usize>)> = None;
        let mut near = Vec::with_capacity(without.len());
        for cube in without {
            budget.spend(1)?;
            let mut ways = Vec::new();
            let mut apart = false;
            for dimension in 0..self.spans.len() {
                let (mine, theirs) = (self.slice(from, dimension), self.slice(cube, dimension));
                let mut outside = false;
                let mut inside = false;
                for (a, b) in mine.iter().zip(theirs) {
                    outside |= a & !b != 0;
                    inside |= a & b != 0;
                }
                if !inside {
                    apart = true;
                    break;
                }
                if outside {
                    ways.push(dimension);
                }
            }
            if apart {
                continue;
            }
            if ways.is_empty() {
                return Ok(None);
            }
            near.push(*cube);
            if hardest.as_ref().is_none_or(|(_, best)| ways.len() < best.len()) {
                hardest = Some((near.len() - 1, ways));
            }
        }
        let Some((at, ways)) = hardest else { return Ok(Some(self.first(from))) };
        let cube = near.swap_remove(at);
        // What is left is split into pieces that do not overlap.
        let mut rest = from.clone();
        for dimension in ways {
            let mut piece = rest.clone();
            let theirs = self.slice(cube, dimension);
            for (word, b) in self.slice_mut(&mut piece, dimension).iter_mut().zip(theirs) {
                *word &= !b;
            }
            if let Some(found) = self.find(&piece, &near, budget)? {
                return Ok(Some(found));
            }
            for (word, b) in self.slice_mut(&mut rest, dimension).iter_mut().zip(theirs) {
                *word &= b;
            }
        }
        Ok(None)
    }

    /// A request that is, for each list of `all`, in one of its boxes, and in none of `none`.
    pub(crate) fn find_in_all(
        &self,
        all: &[&[&Cube]],
        none: &[&Cube],
        budget: &mut Budget,
    ) -> Result<Option<Vec<usize>>, Exceeded> {
        let Some((first, rest)) = all.split_first() else { return Ok(None) };
        for cube in *first {
            if let Some(found) = self.find_within(cube, rest, none, budget)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn find_within(
        &self,
        from: &Cube,
        all: &[&[&Cube]],
        none: &[&Cube],
        budget: &mut Budget,
    ) -> Result<Option<Vec<usize>>, Exceeded> {
        budget.spend(1)?;
        let Some((first, rest)) = all.split_first() else { return self.find(from, none, budget) };
        for cube in *first {
            if let Some(both) = self.and(from, cube)
                && let Some(found) = self.find_within(&both, rest, none, budget)?
            {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}
