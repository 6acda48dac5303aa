//! Numbers as Terraform computes them.
//!
//! Terraform calculates in binary floating point of 512 bits and prints the shortest decimal that reads back as the
//! same number. Exact fractions give the same digits wherever that decimal has fewer than about 150 of them, which
//! is [`Number::spell`]'s bound: past it the spelling is not known.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::cmp::Ordering;
use std::sync::Arc;

/// A number of any size.
#[derive(Debug, Clone)]
pub enum Number {
    /// A small whole number.
    Int(i64),
    /// Any other.
    Ratio(Arc<BigRational>),
}

/// How many decimal places are spelled at most.
const DIGITS: usize = 140;

/// The greatest exponent that is read: more digits than anybody writes, few enough to compute with.
const MAX_EXPONENT: i64 = 4_000;

impl Number {
    /// Reads a decimal: digits, a fraction, an exponent.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(int) = text.parse::<i64>()
            && !text.starts_with('+')
        {
            return Some(Self::Int(int));
        }
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        if exponent.abs() > MAX_EXPONENT {
            return None;
        }
        let (sign, digits) = match mantissa.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, mantissa),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() && fraction.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let value: BigInt = format!("{whole}{fraction}").parse().ok()?;
        let scale = exponent - i64::try_from(fraction.len()).ok()?;
        let power = BigInt::from(10).pow(u32::try_from(scale.unsigned_abs()).ok()?);
        let value = value * sign;
        Some(Self::of(if scale < 0 {
            BigRational::new(value, power)
        } else {
            BigRational::from_integer(value * power)
        }))
    }

    /// A number of a fraction.
    #[must_use]
    pub fn of(ratio: BigRational) -> Self {
        match ratio.is_integer().then(|| ratio.numer().to_i64()).flatten() {
            Some(int) => Self::Int(int),
            None => Self::Ratio(Arc::new(ratio)),
        }
    }

    /// A number of a binary fraction, if it is finite.
    #[must_use]
    pub fn of_f64(value: f64) -> Option<Self> {
        BigRational::from_float(value).map(Self::of)
    }

    /// The exact fraction.
    #[must_use]
    pub fn ratio(&self) -> BigRational {
        match self {
            Self::Int(int) => BigRational::from_integer(BigInt::from(*int)),
            Self::Ratio(ratio) => BigRational::clone(ratio),
        }
    }

    /// The whole number that it is, if it is a small one.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(int) => Some(*int),
            Self::Ratio(_) => None,
        }
    }

    /// The nearest binary fraction.
    #[must_use]
    pub fn as_f64(&self) -> f64 {
        match self {
            Self::Int(int) => int.to_f64().unwrap_or(f64::NAN),
            Self::Ratio(ratio) => ratio.to_f64().unwrap_or(f64::NAN),
        }
    }

    /// Whether it is whole.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        match self {
            Self::Int(_) => true,
            Self::Ratio(ratio) => ratio.is_integer(),
        }
    }

    /// The number in decimal digits without an exponent; `None` if it has more of them than are spelled.
    #[must_use]
    pub fn spell(&self) -> Option<String> {
        let ratio = match self {
            Self::Int(int) => return Some(int.to_string()),
            Self::Ratio(ratio) => ratio,
        };
        if ratio.is_integer() {
            let digits = ratio.numer().to_string();
            return (digits.len() <= DIGITS).then_some(digits);
        }
        let ten = BigInt::from(10);
        let (mut places, mut numerator) = (0, ratio.numer().abs());
        let denominator = ratio.denom();
        let mut digits = String::new();
        let (whole, mut rest) = numerator.div_rem(denominator);
        while !rest.is_zero() {
            places += 1;
            if places > DIGITS {
                return None;
            }
            numerator = rest * &ten;
            let (digit, remainder) = numerator.div_rem(denominator);
            digits.push_str(&digit.to_string());
            rest = remainder;
        }
        let sign = if ratio.is_negative() { "-" } else { "" };
        Some(format!("{sign}{whole}.{digits}"))
    }

    fn combine(
        &self,
        other: &Self,
        small: impl FnOnce(i64, i64) -> Option<i64>,
        large: impl FnOnce(BigRational, BigRational) -> BigRational,
    ) -> Self {
        if let (Self::Int(left), Self::Int(right)) = (self, other)
            && let Some(int) = small(*left, *right)
        {
            return Self::Int(int);
        }
        Self::of(large(self.ratio(), other.ratio()))
    }

    /// The sum.
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        self.combine(other, i64::checked_add, |left, right| left + right)
    }

    /// The difference.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Self {
        self.combine(other, i64::checked_sub, |left, right| left - right)
    }

    /// The product.
    #[must_use]
    pub fn multiply(&self, other: &Self) -> Self {
        self.combine(other, i64::checked_mul, |left, right| left * right)
    }

    /// The quotient; `None` for a division by zero.
    #[must_use]
    pub fn divide(&self, other: &Self) -> Option<Self> {
        (!other.is_zero()).then(|| Self::of(self.ratio() / other.ratio()))
    }

    /// What is left of a division that rounds towards zero; `None` for a division by zero.
    #[must_use]
    pub fn remainder(&self, other: &Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        let (left, right) = (self.ratio(), other.ratio());
        let whole = (&left / &right).trunc();
        Some(Self::of(left - whole * right))
    }

    /// The number with the other sign.
    #[must_use]
    pub fn negate(&self) -> Self {
        Self::Int(0).subtract(self)
    }

    /// The greatest whole number that is not above it.
    #[must_use]
    pub fn floor(&self) -> Self {
        match self {
            Self::Int(_) => self.clone(),
            Self::Ratio(ratio) => Self::of(ratio.floor()),
        }
    }

    /// The smallest whole number that is not below it.
    #[must_use]
    pub fn ceil(&self) -> Self {
        match self {
            Self::Int(_) => self.clone(),
            Self::Ratio(ratio) => Self::of(ratio.ceil()),
        }
    }

    /// The number to the power of a whole one; `None` where the result is too large or not defined.
    #[must_use]
    pub fn power(&self, exponent: i64) -> Option<Self> {
        let base = self.ratio();
        if exponent.abs() > MAX_EXPONENT || (exponent < 0 && base.is_zero()) {
            return None;
        }
        let bits = base.numer().bits().max(base.denom().bits());
        if bits.saturating_mul(exponent.unsigned_abs()) > 100_000 {
            return None;
        }
        let mut out = BigRational::one();
        for _ in 0..exponent.unsigned_abs() {
            out *= &base;
        }
        Some(Self::of(if exponent < 0 { out.recip() } else { out }))
    }

    /// Whether it is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        matches!(self, Self::Int(0))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Int(left), Self::Int(right)) => left.cmp(right),
            (left, right) => left.ratio().cmp(&right.ratio()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &str) -> String {
        Number::parse(text).unwrap().spell().unwrap()
    }

    #[test]
    fn decimals_are_exact() {
        assert_eq!(spelled("0.1"), "0.1");
        assert_eq!(spelled("1e3"), "1000");
        assert_eq!(spelled("-1.50"), "-1.5");
        assert_eq!(spelled("123456789012345678901234567890"), "123456789012345678901234567890");
        let sum = Number::parse("0.1").unwrap().add(&Number::parse("0.2").unwrap());
        assert_eq!(sum.spell().unwrap(), "0.3");
        let third = Number::Int(1).divide(&Number::Int(3)).unwrap();
        assert_eq!(third.spell(), None);
        assert_eq!(third.multiply(&Number::Int(3)), Number::Int(1));
        assert_eq!(Number::parse("-0.5").unwrap().floor(), Number::Int(-1));
        assert_eq!(Number::Int(-7).remainder(&Number::Int(3)).unwrap(), Number::Int(-1));
        assert!(Number::Int(1).divide(&Number::Int(0)).is_none());
        assert!(
            Number::parse("1.").is_some() && Number::parse(".").is_none() && Number::parse("0x1").is_none()
        );
    }
}
