//! Numbers as Terraform computes them.
//!
//! Terraform calculates in binary floating point of 512 bits, rounding to the nearest and to even between two, and
//! prints the shortest decimal that reads back as the same number (Go's `math/big.Float`, after go-cty). A number here
//! is the exact fraction that such a float stands for, so each operation computes exactly and rounds once.
//!
//! What functions count (`length`, `count.index`) is of 64 bits alone, and an operation has the bits of its wider operand:
//! only the quotient of two counts shows it.

use super::decimal::{round_digits, round_up, spell_digits};
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::cmp::Ordering;
use std::sync::Arc;

/// A number of any size.
#[derive(Debug, Clone)]
pub enum Number {
    /// A small whole number that is written somewhere, or computed from such.
    Int(i64),
    /// A whole number that a function counted: of 64 bits.
    Count(i64),
    /// Any other.
    Ratio(Arc<BigRational>),
}

/// Why an operation gives no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// The result is infinite, with which Terraform calculates on.
    #[error("a division by zero gives no number that is computed here")]
    Infinite,
    /// The result has no meaning; Terraform refuses it.
    #[error("zero divided by zero is no number")]
    NotANumber,
    /// The result is of fewer bits than are computed with.
    #[error("the quotient of two counts that does not come out even is not computed by this version")]
    Imprecise,
}

/// Bits of the mantissa.
const PRECISION: u64 = 512;

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
            None => (1, mantissa.strip_prefix('+').unwrap_or(mantissa)),
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

    /// The number nearest to a fraction.
    #[must_use]
    pub fn of(ratio: BigRational) -> Self {
        let ratio = rounded(ratio);
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
            Self::Int(int) | Self::Count(int) => BigRational::from_integer(BigInt::from(*int)),
            Self::Ratio(ratio) => BigRational::clone(ratio),
        }
    }

    /// The whole number that it is, if it is a small one.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(int) | Self::Count(int) => Some(*int),
            Self::Ratio(_) => None,
        }
    }

    /// The nearest binary fraction.
    #[must_use]
    pub fn as_f64(&self) -> f64 {
        match self {
            Self::Int(int) | Self::Count(int) => int.to_f64().unwrap_or(f64::NAN),
            Self::Ratio(ratio) => ratio.to_f64().unwrap_or(f64::NAN),
        }
    }

    /// Whether it is whole.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        match self {
            Self::Int(_) | Self::Count(_) => true,
            Self::Ratio(ratio) => ratio.is_integer(),
        }
    }

    /// The number in decimal digits without an exponent, no more of them than tell it from its neighbours.
    #[must_use]
    pub fn spell(&self) -> String {
        if let Some(int) = self.as_int() {
            return int.to_string();
        }
        let (negative, digits, point) = self.digits();
        let spelled = spell_digits(&digits, point);
        if negative { format!("-{spelled}") } else { spelled }
    }

    /// The shortest decimal that tells the number from its neighbours: whether it is negative, its digits without
    /// zeros at either end, and where in them the point stands. Zero is one `0` before the point.
    #[must_use]
    pub fn digits(&self) -> (bool, String, i64) {
        let ratio = self.ratio();
        if ratio.is_zero() {
            return (false, "0".to_owned(), 1);
        }
        let size = ratio.abs();
        let (mantissa, exponent) = binary(&size);
        // Mantissa and both halfway points to the neighbours, with one more bit.
        let doubled: BigInt = mantissa.clone() << 1u8;
        let decimal = |value: BigInt| decimal(&value, exponent - 1);
        let one = BigInt::one();
        let (digits, point) = decimal(doubled.clone());
        let (lower, _) = decimal(&doubled - &one);
        let (upper, _) = decimal(&doubled + &one);
        let even = mantissa.is_even();
        let (digits, point) = shortest(&digits, point, &lower, &upper, even);
        (ratio.is_negative(), digits, point)
    }

    /// All decimal digits of the number, as [`Number::digits`] gives the shortest ones.
    #[must_use]
    pub(crate) fn exact_digits(&self) -> (bool, String, i64) {
        let ratio = self.ratio();
        if ratio.is_zero() {
            return (false, "0".to_owned(), 1);
        }
        let (mantissa, exponent) = binary(&ratio.abs());
        let (digits, point) = decimal(&mantissa, exponent);
        (ratio.is_negative(), digits, point)
    }

    fn combine(
        &self,
        other: &Self,
        small: impl FnOnce(i64, i64) -> Option<i64>,
        large: impl FnOnce(BigRational, BigRational) -> BigRational,
    ) -> Self {
        if let (Some(left), Some(right)) = (self.as_int(), other.as_int())
            && let Some(int) = small(left, right)
        {
            return if self.is_count() && other.is_count() { Self::Count(int) } else { Self::Int(int) };
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

    /// The quotient.
    ///
    /// # Errors
    /// [`NumberError`]: a division by zero, or a quotient of two counts that is not whole.
    pub fn divide(&self, other: &Self) -> Result<Self, NumberError> {
        match (self.is_zero(), other.is_zero()) {
            (true, true) => return Err(NumberError::NotANumber),
            (false, true) => return Err(NumberError::Infinite),
            _ => {}
        }
        let quotient = self.ratio() / other.ratio();
        if self.is_count() && other.is_count() {
            let whole = quotient.is_integer().then(|| quotient.numer().to_i64()).flatten();
            return whole.map(Self::Count).ok_or(NumberError::Imprecise);
        }
        Ok(Self::of(quotient))
    }

    /// What is left of a division that rounds towards zero; the number itself where it is divided by zero, as in go-cty's
    /// `Value.Modulo` of all versions.
    #[must_use]
    pub fn remainder(&self, other: &Self) -> Self {
        if let (true, true, Some(left), Some(right)) =
            (self.is_count(), other.is_count(), self.as_int(), other.as_int())
        {
            return Self::Count(left.checked_rem(right).unwrap_or(if right == 0 { left } else { 0 }));
        }
        // Each step rounds, as go-cty's does.
        match other.is_zero() {
            true => self.clone(),
            false => {
                let whole = Self::of(Self::of(self.ratio() / other.ratio()).ratio().trunc());
                self.subtract(&whole.multiply(other))
            }
        }
    }

    /// The number with the other sign.
    #[must_use]
    pub fn negate(&self) -> Self {
        match self {
            Self::Count(_) => Self::Count(0).subtract(self),
            _ => Self::Int(0).subtract(self),
        }
    }

    /// The greatest whole number that is not above it.
    #[must_use]
    pub fn floor(&self) -> Self {
        match self {
            Self::Int(_) | Self::Count(_) => self.clone(),
            Self::Ratio(ratio) => Self::of(ratio.floor()),
        }
    }

    /// The smallest whole number that is not below it.
    #[must_use]
    pub fn ceil(&self) -> Self {
        match self {
            Self::Int(_) | Self::Count(_) => self.clone(),
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
        self.as_int() == Some(0)
    }

    /// The same number as a function computed it, of 64 bits, if it is a small whole one.
    #[must_use]
    pub fn counted(self) -> Self {
        match self {
            Self::Int(int) => Self::Count(int),
            other => other,
        }
    }

    /// Whether it is of 64 bits alone.
    fn is_count(&self) -> bool {
        matches!(self, Self::Count(_))
    }
}

/// A positive fraction of at most 512 bits as a whole mantissa of exactly that many times a power of two.
fn binary(ratio: &BigRational) -> (BigInt, i64) {
    let length = |value: &BigInt| i64::try_from(value.bits()).unwrap_or(i64::MAX);
    let precision = i64::try_from(PRECISION).unwrap_or(i64::MAX);
    let shift = precision - (length(ratio.numer()) - length(ratio.denom()));
    // The quotient has 512 or 513 bits.
    let scale = |shift: i64| {
        let (numerator, denominator) = match u64::try_from(shift) {
            Ok(shift) => (ratio.numer() << shift, ratio.denom().clone()),
            Err(_) => (ratio.numer().clone(), ratio.denom() << shift.unsigned_abs()),
        };
        let (quotient, rest) = numerator.div_rem(&denominator);
        let twice = rest << 1u8;
        match twice.cmp(&denominator) {
            Ordering::Greater => quotient + 1,
            Ordering::Equal if quotient.is_odd() => quotient + 1,
            _ => quotient,
        }
    };
    let mut shift = shift;
    let mut mantissa = scale(shift);
    if length(&mantissa) > precision {
        shift -= 1;
        mantissa = scale(shift);
    }
    if length(&mantissa) > precision {
        shift -= 1;
        mantissa >>= 1u8;
    }
    (mantissa, -shift)
}

/// The fraction that a float of 512 bits stands for which is nearest to this one.
fn rounded(ratio: BigRational) -> BigRational {
    let power_of_two = ratio.denom().trailing_zeros().is_some_and(|zeros| zeros + 1 == ratio.denom().bits());
    if ratio.is_zero() || power_of_two && ratio.numer().bits() <= PRECISION {
        return ratio;
    }
    let negative = ratio.is_negative();
    let (mantissa, exponent) = binary(&ratio.abs());
    let mantissa = if negative { -mantissa } else { mantissa };
    match u64::try_from(exponent) {
        Ok(exponent) => BigRational::from_integer(mantissa << exponent),
        Err(_) => BigRational::new(mantissa, BigInt::one() << exponent.unsigned_abs()),
    }
}

/// The decimal digits of a whole number times a power of two, without zeros at the end, and where the point stands.
fn decimal(mantissa: &BigInt, exponent: i64) -> (String, i64) {
    let (value, places) = match u64::try_from(exponent) {
        Ok(exponent) => (mantissa << exponent, 0),
        // Half is five tenths.
        Err(_) => {
            let places = exponent.unsigned_abs();
            let power = BigInt::from(5).pow(u32::try_from(places).unwrap_or(u32::MAX));
            (mantissa * power, i64::try_from(places).unwrap_or(i64::MAX))
        }
    };
    let digits = value.to_string();
    let point = i64::try_from(digits.len()).unwrap_or(i64::MAX) - places;
    (digits.trim_end_matches('0').to_owned(), point)
}

/// The first digits that suffice, as `math/big` finds them between two bounds.
fn shortest(digits: &str, point: i64, lower: &str, upper: &str, even: bool) -> (String, i64) {
    let at = |text: &str, at: usize| text.as_bytes().get(at).copied().unwrap_or(b'0');
    for (index, digit) in digits.bytes().enumerate() {
        let (low, high) = (at(lower, index), at(upper, index));
        let down = low != digit || even && index + 1 == lower.len();
        let up = digit != high && (even || digit + 1 < high || index + 1 < upper.len());
        let count = index + 1;
        if !down && !up {
            continue;
        }
        return match (down, up) {
            (true, true) => round_digits(digits, point, count),
            (true, false) => (digits[..count].trim_end_matches('0').to_owned(), point),
            _ => round_up(&digits[..count], point),
        };
    }
    (digits.to_owned(), point)
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
            (Self::Ratio(left), Self::Ratio(right)) => left.cmp(right),
            (left, right) => match (left.as_int(), right.as_int()) {
                (Some(left), Some(right)) => left.cmp(&right),
                _ => left.ratio().cmp(&right.ratio()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    fn spelled(text: &str) -> String {
        Number::parse(text).unwrap().spell()
    }

    #[test]
    fn decimals_are_exact() {
        assert_eq!(spelled("0.1"), "0.1");
        assert_eq!(spelled("1e3"), "1000");
        assert_eq!(spelled("-1.50"), "-1.5");
        assert_eq!(spelled("123456789012345678901234567890"), "123456789012345678901234567890");
        let sum = Number::parse("0.1").unwrap().add(&Number::parse("0.2").unwrap());
        assert_eq!(sum.spell(), "0.3");
        let third = Number::Int(1).divide(&Number::Int(3)).unwrap();
        let digits = third.spell();
        assert!(
            digits.starts_with("0.3333333333") && digits.ends_with("3335") && digits.len() == 157,
            "{digits}"
        );
        assert_eq!(third.multiply(&Number::Int(3)), Number::Int(1));
        assert_eq!(Number::parse("-0.5").unwrap().floor(), Number::Int(-1));
        assert_eq!(Number::Int(-7).remainder(&Number::Int(3)), Number::Int(-1));
        assert_eq!(Number::Int(-7).remainder(&Number::Int(0)), Number::Int(-7));
        assert_eq!(Number::Int(1).divide(&Number::Int(0)), Err(NumberError::Infinite));
        assert_eq!(Number::Int(0).divide(&Number::Int(0)), Err(NumberError::NotANumber));
        assert!(
            Number::parse("1.").is_some() && Number::parse(".").is_none() && Number::parse("0x1").is_none()
        );
    }

    /// Terraform gives 0.33333333333333333334 for `length([1]) / length([1, 2, 3])`, and 157 digits for `1 / 3`.
    #[test]
    fn what_is_counted_has_fewer_bits() {
        let (one, three) = (Number::Count(1), Number::Count(3));
        assert_eq!(one.divide(&three), Err(NumberError::Imprecise));
        assert_eq!(Number::Count(6).divide(&three), Ok(Number::Count(2)));
        assert!(one.divide(&Number::Int(3)).is_ok_and(|third| third.spell().len() == 157));
        assert_eq!(Number::Count(-7).remainder(&three), Number::Int(-1));
        assert_eq!(three.remainder(&Number::Count(0)), Number::Int(3));
    }

    proptest! {
        #[test]
        fn a_decimal_is_spelled_as_it_was_written(whole in 0u64.., fraction in "[0-9]{0,30}[1-9]", negative: bool) {
            let text = format!("{}{whole}.{fraction}", if negative { "-" } else { "" });
            prop_assert_eq!(spelled(&text), text);
        }

        #[test]
        fn a_spelling_reads_back_as_the_same_number(left in 1i64.., right in 1i64..) {
            let quotient = Number::Int(left).divide(&Number::Int(right)).unwrap();
            prop_assert_eq!(Number::parse(&quotient.spell()).unwrap(), quotient);
        }
    }
}
