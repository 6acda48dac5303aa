//! The bound on the work that one question may take.

/// Steps left. A step is a handful of machine words.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    left: u64,
}

/// The budget is spent: the answer is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exceeded;

/// What a question may take unless told otherwise: about a second.
pub const DEFAULT_STEPS: u64 = 20_000_000;

impl Default for Budget {
    fn default() -> Self {
        Self::new(DEFAULT_STEPS)
    }
}

impl Budget {
    /// A budget of so many steps.
    #[must_use]
    pub fn new(steps: u64) -> Self {
        Self { left: steps }
    }

    /// Puts a share of the steps that are left aside.
    pub(crate) fn put_aside(&mut self, share: u64) -> Self {
        let aside = self.left / share;
        self.left -= aside;
        Self::new(aside)
    }

    /// Takes steps.
    pub(crate) fn spend(&mut self, steps: u64) -> Result<(), Exceeded> {
        match self.left.checked_sub(steps) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                self.left = 0;
                Err(Exceeded)
            }
        }
    }
}
