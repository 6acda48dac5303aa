//! Numbers as Terraform computes them.
//!
//! Terraform calculates in binary floating point (Go's `math/big.Float`, after go-cty), rounding to the nearest and to even
//! between two, and prints the shortest decimal that reads back as the same number. A number here is the exact fraction that
//! such a float stands for with the bits that it has, so each operation computes exactly and rounds once.
//!
//! What is written has 512 bits, what functions count (`length`, `count.index`) 64, what they compute in double precision
//! (`pow`, `log`) 53. An operation has the bits of its wider operand. Zero has a sign: `-1 * 0` is spelled `-0`.

use super::decimal::{round_digits, round_up, spell_digits};
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::cmp::Ordering;
use std::sync::Arc;

/// A number of any size.
#[derive(Debug, Clone)]
pub struct Number {
    size: Size,
    /// Bits of its mantissa.
    bits: u16,
}

#[derive(Debug, Clone)]
enum Size {
    /// A small whole number.
    Int(i64),
    /// Zero with the sign of a number below it.
    NegativeZero,
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
}

/// Bits of what is written somewhere (go-cty's `ParseNumberVal`).
const WRITTEN: u16 = 512;

/// Bits of what functions count (go-cty's `NumberIntVal`).
const COUNTED: u16 = 64;

/// Bits of what functions compute in double precision (go-cty's `NumberFloatVal`).
const DOUBLE: u16 = 53;

/// The greatest exponent that is read: more digits than anybody writes, few enough to compute with.
const MAX_EXPONENT: i64 = 4_000;

impl Number {
    /// A small whole number as it is written somewhere.
    #[must_use]
    pub fn written(int: i64) -> Self {
        Self { size: Size::Int(int), bits: WRITTEN }
    }

    /// A small whole number that a function counted.
    #[must_use]
    pub fn counted(int: i64) -> Self {
        Self { size: Size::Int(int), bits: COUNTED }
    }

    /// Reads a decimal: digits, a fraction, an exponent.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(int) = text.parse::<i64>()
            && int != 0
            && !text.starts_with('+')
        {
            return Some(Self::written(int));
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
        if value.is_zero() {
            return Some(Self::zero(sign < 0, WRITTEN));
        }
        let scale = exponent - i64::try_from(fraction.len()).ok()?;
        let power = BigInt::from(10).pow(u32::try_from(scale.unsigned_abs()).ok()?);
        let value = value * sign;
        let ratio = match scale < 0 {
            true => BigRational::new(value, power),
            false => BigRational::from_integer(value * power),
        };
        Some(Self::rounded(ratio, WRITTEN))
    }

    /// A whole number that a function read or counted: of as many bits as it takes, at least 64 (`big.Float.SetInt`).
    #[must_use]
    pub fn whole(int: BigInt) -> Self {
        let bits = u16::try_from(int.bits()).unwrap_or(u16::MAX).max(COUNTED);
        Self::rounded(BigRational::from_integer(int), bits)
    }

    /// A number that was computed in double precision, if it is finite.
    #[must_use]
    pub fn of_f64(value: f64) -> Option<Self> {
        if value == 0.0 {
            return Some(Self::zero(value.is_sign_negative(), DOUBLE));
        }
        BigRational::from_float(value).map(|ratio| Self::rounded(ratio, DOUBLE))
    }

    fn zero(negative: bool, bits: u16) -> Self {
        Self { size: if negative { Size::NegativeZero } else { Size::Int(0) }, bits }
    }

    /// The number of so many bits nearest to a fraction. Zero is not negative.
    fn rounded(ratio: BigRational, bits: u16) -> Self {
        let ratio = rounded(ratio, bits);
        let size = match ratio.is_integer().then(|| ratio.numer().to_i64()).flatten() {
            Some(int) => Size::Int(int),
            None => Size::Ratio(Arc::new(ratio)),
        };
        Self { size, bits }
    }

    /// The exact fraction.
    #[must_use]
    pub fn ratio(&self) -> BigRational {
        match &self.size {
            Size::Int(int) => BigRational::from_integer(BigInt::from(*int)),
            Size::NegativeZero => BigRational::zero(),
            Size::Ratio(ratio) => BigRational::clone(ratio),
        }
    }

    /// The whole number that it is, if it is a small one.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match &self.size {
            Size::Int(int) => Some(*int),
            Size::NegativeZero => Some(0),
            Size::Ratio(_) => None,
        }
    }

    /// The nearest number in double precision; infinite if it is too large.
    #[must_use]
    pub fn as_f64(&self) -> f64 {
        match &self.size {
            Size::Int(int) => int.to_f64().unwrap_or(f64::NAN),
            Size::NegativeZero => -0.0,
            Size::Ratio(ratio) => {
                rounded(BigRational::clone(ratio), DOUBLE).to_f64().unwrap_or(f64::INFINITY)
            }
        }
    }

    /// Whether it is whole.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        match &self.size {
            Size::Int(_) | Size::NegativeZero => true,
            Size::Ratio(ratio) => ratio.is_integer(),
        }
    }

    /// Whether it has a minus sign: below zero, or zero with one.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        match &self.size {
            Size::Int(int) => *int < 0,
            Size::NegativeZero => true,
            Size::Ratio(ratio) => ratio.is_negative(),
        }
    }

    /// The number in decimal digits without an exponent, no more of them than tell it from its neighbours.
    #[must_use]
    pub fn spell(&self) -> String {
        match &self.size {
            Size::Int(int) if self.bits >= COUNTED || int.unsigned_abs() < 1 << DOUBLE => int.to_string(),
            Size::NegativeZero => "-0".to_owned(),
            _ => {
                let (negative, digits, point) = self.digits();
                let spelled = spell_digits(&digits, point);
                if negative { format!("-{spelled}") } else { spelled }
            }
        }
    }

    /// The shortest decimal that tells the number from its neighbours: whether it is negative, its digits without
    /// zeros at either end, and where in them the point stands. Zero is one `0` before the point.
    #[must_use]
    pub fn digits(&self) -> (bool, String, i64) {
        let ratio = self.ratio();
        if ratio.is_zero() {
            return (self.is_negative(), "0".to_owned(), 1);
        }
        let size = ratio.abs();
        let (mantissa, exponent) = binary(&size, self.bits);
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
            return (self.is_negative(), "0".to_owned(), 1);
        }
        let (mantissa, exponent) = binary(&ratio.abs(), self.bits);
        let (digits, point) = decimal(&mantissa, exponent);
        (ratio.is_negative(), digits, point)
    }

    /// The sum. That of two zeros is negative if both are.
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        let bits = self.bits.max(other.bits);
        if self.is_zero() && other.is_zero() {
            return Self::zero(self.is_negative() && other.is_negative(), bits);
        }
        self.combine(other, bits, i64::checked_add, |left, right| left + right)
    }

    /// The difference.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Self {
        self.add(&other.negate())
    }

    /// The product, of more bits where it needs them to be exact, up to 512 (go-cty's `Value.Multiply`).
    #[must_use]
    pub fn multiply(&self, other: &Self) -> Self {
        let least = self.bits.max(other.bits);
        if self.is_zero() || other.is_zero() {
            return Self::zero(self.is_negative() != other.is_negative(), least);
        }
        let mut product = self.combine(other, WRITTEN, i64::checked_mul, |left, right| left * right);
        product.bits = least.max(u16::try_from(significant(&product.ratio())).unwrap_or(WRITTEN));
        product
    }

    fn combine(
        &self,
        other: &Self,
        bits: u16,
        small: impl FnOnce(i64, i64) -> Option<i64>,
        large: impl FnOnce(BigRational, BigRational) -> BigRational,
    ) -> Self {
        if bits >= COUNTED
            && let (Some(left), Some(right)) = (self.as_int(), other.as_int())
            && let Some(int) = small(left, right)
        {
            return Self { size: Size::Int(int), bits };
        }
        Self::rounded(large(self.ratio(), other.ratio()), bits)
    }

    /// The quotient.
    ///
    /// # Errors
    /// [`NumberError`]: a division by zero.
    pub fn divide(&self, other: &Self) -> Result<Self, NumberError> {
        let bits = self.bits.max(other.bits);
        match (self.is_zero(), other.is_zero()) {
            (true, true) => Err(NumberError::NotANumber),
            (false, true) => Err(NumberError::Infinite),
            (true, false) => Ok(Self::zero(self.is_negative() != other.is_negative(), bits)),
            (false, false) => Ok(Self::rounded(self.ratio() / other.ratio(), bits)),
        }
    }

    /// What is left of a division that rounds towards zero; the number itself where it is divided by zero, as in go-cty's
    /// `Value.Modulo` of all versions. Each step rounds, as go-cty's does.
    #[must_use]
    pub fn remainder(&self, other: &Self) -> Self {
        if other.is_zero() || self.is_zero() {
            return self.clone();
        }
        let quotient = Self::rounded(self.ratio() / other.ratio(), self.bits.max(other.bits));
        let whole = Self::rounded(quotient.ratio().trunc(), self.bits);
        let product = Self::rounded(whole.ratio() * other.ratio(), self.bits);
        Self::rounded(self.ratio() - product.ratio(), self.bits)
    }

    /// The number with the other sign.
    #[must_use]
    pub fn negate(&self) -> Self {
        let size = match &self.size {
            Size::Int(0) => Size::NegativeZero,
            Size::NegativeZero => Size::Int(0),
            Size::Int(int) => match int.checked_neg() {
                Some(int) => Size::Int(int),
                None => return Self::rounded(-self.ratio(), self.bits),
            },
            Size::Ratio(ratio) => return Self::rounded(-BigRational::clone(ratio), self.bits),
        };
        Self { size, bits: self.bits }
    }

    /// The number without its sign.
    #[must_use]
    pub fn absolute(&self) -> Self {
        if self.is_negative() { self.negate() } else { self.clone() }
    }

    /// The greatest whole number that is not above it.
    #[must_use]
    pub fn floor(&self) -> Self {
        self.to_whole(|ratio| ratio.floor())
    }

    /// The smallest whole number that is not below it.
    #[must_use]
    pub fn ceil(&self) -> Self {
        self.to_whole(|ratio| ratio.ceil())
    }

    fn to_whole(&self, round: impl FnOnce(&BigRational) -> BigRational) -> Self {
        match &self.size {
            Size::Int(_) => self.clone(),
            Size::NegativeZero => Self::zero(false, self.bits),
            Size::Ratio(ratio) => Self::rounded(round(ratio), self.bits),
        }
    }

    /// Whether it is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.as_int() == Some(0)
    }

    /// Whether two numbers that are not equal are spelled alike. Since go-cty 1.10 such are equal.
    #[must_use]
    pub fn is_spelled_as(&self, other: &Self) -> bool {
        self.bits != other.bits
            && (self.as_int().is_none() && other.as_int().is_none())
            && self.spell() == other.spell()
    }
}

/// How many bits a fraction's mantissa needs.
fn significant(ratio: &BigRational) -> u64 {
    let numerator = ratio.numer();
    numerator.bits() - numerator.trailing_zeros().unwrap_or(0)
}

/// A positive fraction as a whole mantissa of exactly so many bits times a power of two.
fn binary(ratio: &BigRational, bits: u16) -> (BigInt, i64) {
    let length = |value: &BigInt| i64::try_from(value.bits()).unwrap_or(i64::MAX);
    let precision = i64::from(bits);
    let shift = precision - (length(ratio.numer()) - length(ratio.denom()));
    // The quotient has as many bits or one more.
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

/// The fraction that a float of so many bits stands for which is nearest to this one.
fn rounded(ratio: BigRational, bits: u16) -> BigRational {
    let power_of_two = ratio.denom().trailing_zeros().is_some_and(|zeros| zeros + 1 == ratio.denom().bits());
    if ratio.is_zero() || power_of_two && ratio.numer().bits() <= u64::from(bits) {
        return ratio;
    }
    let negative = ratio.is_negative();
    let (mantissa, exponent) = binary(&ratio.abs(), bits);
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
        match (&self.size, &other.size) {
            (Size::Ratio(left), Size::Ratio(right)) => left.cmp(right),
            _ => match (self.as_int(), other.as_int()) {
                (Some(left), Some(right)) => left.cmp(&right),
                _ => self.ratio().cmp(&other.ratio()),
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
        let third = Number::written(1).divide(&Number::written(3)).unwrap();
        let digits = third.spell();
        assert!(
            digits.starts_with("0.3333333333") && digits.ends_with("3335") && digits.len() == 157,
            "{digits}"
        );
        assert_eq!(third.multiply(&Number::written(3)), Number::written(1));
        assert_eq!(Number::parse("-0.5").unwrap().floor(), Number::written(-1));
        assert_eq!(Number::written(-7).remainder(&Number::written(3)), Number::written(-1));
        assert_eq!(Number::written(-7).remainder(&Number::written(0)), Number::written(-7));
        assert_eq!(Number::written(1).divide(&Number::written(0)), Err(NumberError::Infinite));
        assert_eq!(Number::written(0).divide(&Number::written(0)), Err(NumberError::NotANumber));
        assert!(
            Number::parse("1.").is_some() && Number::parse(".").is_none() && Number::parse("0x1").is_none()
        );
    }

    /// Terraform gives 0.33333333333333333334 for `length([1]) / length([1, 2, 3])`, and 157 digits for `1 / 3`.
    #[test]
    fn what_is_counted_has_fewer_bits() {
        let (one, three) = (Number::counted(1), Number::counted(3));
        assert_eq!(one.divide(&three).unwrap().spell(), "0.33333333333333333334");
        assert_eq!(Number::counted(6).divide(&three), Ok(Number::counted(2)));
        assert!(one.divide(&Number::written(3)).is_ok_and(|third| third.spell().len() == 157));
        assert_eq!(Number::counted(-7).remainder(&three), Number::written(-1));
        assert_eq!(three.remainder(&Number::counted(0)), Number::written(3));
        let large = Number::counted(i64::MAX);
        assert_eq!(large.multiply(&large).spell(), "85070591730234615847396907784232501249");
        assert_eq!(Number::of_f64(0.1).unwrap().spell(), "0.1");
        // `pow(1.1, 10) * pow(1.1, 10)`.
        let power = Number::of_f64(2.593742460100002).unwrap();
        assert_eq!(power.multiply(&power).spell(), "6.7274999493256097800187601061364");
        // `pow(2, 70)`.
        assert_eq!(Number::of_f64(2f64.powi(70)).unwrap().spell(), "1180591620717411300000");
        assert_eq!(Number::of_f64(2f64.powi(62)).unwrap().spell(), "4611686018427388000");
    }

    #[test]
    fn zero_has_a_sign() {
        let zero = Number::written(0);
        let minus = zero.multiply(&Number::written(-1));
        assert_eq!(minus.spell(), "-0");
        assert_eq!(minus, zero);
        assert_eq!(minus.divide(&Number::written(2)).unwrap().spell(), "-0");
        assert_eq!(minus.divide(&Number::written(-2)).unwrap().spell(), "0");
        assert_eq!(minus.add(&zero).spell(), "0");
        assert_eq!(minus.subtract(&zero).spell(), "-0");
        assert_eq!(zero.subtract(&zero).spell(), "0");
        assert_eq!(zero.negate().spell(), "-0");
        assert_eq!(minus.absolute().spell(), "0");
        assert_eq!(Number::parse("-0.0").unwrap().spell(), "-0");
        assert_eq!(Number::parse("-0.5").unwrap().ceil().spell(), "0");
    }

    proptest! {
        #[test]
        fn a_decimal_is_spelled_as_it_was_written(whole in 0u64.., fraction in "[0-9]{0,30}[1-9]", negative: bool) {
            let text = format!("{}{whole}.{fraction}", if negative { "-" } else { "" });
            prop_assert_eq!(spelled(&text), text);
        }

        #[test]
        fn a_spelling_reads_back_as_the_same_number(left in 1i64.., right in 1i64..) {
            let quotient = Number::written(left).divide(&Number::written(right)).unwrap();
            prop_assert_eq!(Number::parse(&quotient.spell()).unwrap(), quotient);
        }
    }
}
