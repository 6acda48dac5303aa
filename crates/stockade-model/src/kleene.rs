//! Three-valued logic.

/// True, false, or not known (Kleene's strong logic).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kleene {
    /// Certainly false.
    False,
    /// Not known.
    Unknown,
    /// Certainly true.
    True,
}

impl Kleene {
    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    /// Either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        !(!self).and(!other)
    }

    /// Whether it is certainly true.
    #[must_use]
    pub fn is_true(self) -> bool {
        self == Self::True
    }

    /// Whether it is certainly false.
    #[must_use]
    pub fn is_false(self) -> bool {
        self == Self::False
    }
}

impl std::ops::Not for Kleene {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Kleene {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

#[cfg(test)]
mod tests {
    use super::Kleene::{False, True, Unknown};

    #[test]
    fn an_unknown_gives_way_only_to_what_decides() {
        assert_eq!(Unknown.and(False), False);
        assert_eq!(Unknown.and(True), Unknown);
        assert_eq!(Unknown.or(True), True);
        assert_eq!(Unknown.or(False), Unknown);
        assert_eq!(!Unknown, Unknown);
    }
}
