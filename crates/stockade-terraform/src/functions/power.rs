//! Powers and logarithms, computed step by step as Go's `math` package does, so that the last digit is the same.

use super::{Call, CallError};
use crate::value::{Number, Value};

fn finite(call: &Call<'_>, value: f64) -> Result<Value, CallError> {
    if value.is_nan() {
        return Err(CallError::refused("the result is no number"));
    }
    let number = Number::of_f64(value)
        .ok_or_else(|| CallError::NotKnown("an infinite result is not computed here".to_owned()))?;
    Ok(Value::number(number, call.origin.clone()))
}

/// A number argument in double precision.
fn double(call: &Call<'_>, at: usize) -> Result<f64, CallError> {
    let double = call.number(at)?.as_f64();
    match double.is_finite() {
        true => Ok(double),
        false => Err(CallError::refused(format!("argument {} is too large", at + 1))),
    }
}

/// `pow(base, exponent)`.
pub(super) fn pow(call: &Call<'_>) -> Result<Value, CallError> {
    let (base, exponent) = (double(call, 0)?, double(call, 1)?);
    finite(call, power(base, exponent)?)
}

/// `log(number, base)`.
pub(super) fn log(call: &Call<'_>) -> Result<Value, CallError> {
    let (number, base) = (double(call, 0)?, double(call, 1)?);
    finite(call, logarithm(number) / logarithm(base))
}

/// Go's `math.Pow`: a product of squares of the mantissa, the exponent apart. A power that is not whole goes through
/// `math.Exp`, which is not the same on all machines.
fn power(base: f64, exponent: f64) -> Result<f64, CallError> {
    let odd = exponent.fract() == 0.0 && exponent.abs() < 9_007_199_254_740_992.0 && exponent % 2.0 != 0.0;
    match (base, exponent) {
        (_, 0.0) | (1.0, _) => return Ok(1.0),
        (base, 1.0) => return Ok(base),
        (0.0, exponent) => {
            return Ok(match (exponent < 0.0, odd) {
                (true, true) => f64::INFINITY.copysign(base),
                (true, false) => f64::INFINITY,
                (false, true) => base,
                (false, false) => 0.0,
            });
        }
        (base, 0.5) => return Ok(base.sqrt()),
        (base, -0.5) => return Ok(1.0 / base.sqrt()),
        (base, exponent) if exponent.fract() != 0.0 && base < 0.0 => return Ok(f64::NAN),
        _ => {}
    }
    let not_computed = || CallError::NotKnown("this power is not computed by this version".to_owned());
    if exponent.fract() != 0.0 || exponent.abs() > 1_000_000.0 {
        return Err(not_computed());
    }
    let (mut square, mut square_exponent) = parts(base);
    let (mut product, mut product_exponent) = (1.0, 0i64);
    #[allow(clippy::cast_possible_truncation, reason = "it is whole and below the bound")]
    let mut rest = exponent.abs() as u64;
    while rest != 0 {
        // Beyond the range of any result.
        if square_exponent.abs() > 4_096 {
            product_exponent += square_exponent;
            break;
        }
        if rest & 1 == 1 {
            product *= square;
            product_exponent += square_exponent;
        }
        square *= square;
        square_exponent *= 2;
        if square < 0.5 {
            square += square;
            square_exponent -= 1;
        }
        rest >>= 1;
    }
    if exponent < 0.0 {
        product = 1.0 / product;
        product_exponent = -product_exponent;
    }
    let (mantissa, shift) = parts(product);
    match product_exponent + shift {
        exponent if exponent > 1_024 => Ok(f64::INFINITY.copysign(mantissa)),
        // What is too small for all its bits is rounded once more.
        exponent if exponent < -1_021 => Err(not_computed()),
        exponent => Ok(mantissa * 2.0 * two_to(exponent - 1)),
    }
}

/// Two to the power of an exponent within the range of normal numbers.
fn two_to(exponent: i64) -> f64 {
    let biased = u64::try_from(exponent + 1_023).unwrap_or(0);
    f64::from_bits(biased << 52)
}

/// A number that is finite and not zero as a mantissa from a half up to one, and an exponent of two.
fn parts(value: f64) -> (f64, i64) {
    let (value, scaled) = if value.is_normal() { (value, 0) } else { (value * two_to(54), -54) };
    let bits = value.to_bits();
    let exponent = i64::try_from(bits >> 52 & 0x7ff).unwrap_or(0) - 1_022;
    (f64::from_bits(bits & !(0x7ff << 52) | 1_022 << 52), exponent + scaled)
}

/// Go's `math.Log`, which is FreeBSD's `e_log.c`: the number is two to a power times one plus a small rest, of which a
/// polynomial gives the logarithm.
#[allow(clippy::excessive_precision, reason = "the constants are those of the source")]
fn logarithm(value: f64) -> f64 {
    const LN2: (f64, f64) = (6.931_471_803_691_238_164_90e-01, 1.908_214_929_270_587_700_02e-10);
    const ODD: [f64; 4] = [
        6.666_666_666_666_735_130e-01,
        2.857_142_874_366_239_149e-01,
        1.818_357_216_161_805_012e-01,
        1.479_819_860_511_658_591e-01,
    ];
    const EVEN: [f64; 3] =
        [3.999_999_999_940_941_908e-01, 2.222_219_843_214_978_396e-01, 1.531_383_769_920_937_332e-01];
    if value < 0.0 {
        return f64::NAN;
    }
    if value == 0.0 {
        return f64::NEG_INFINITY;
    }
    let (mut mantissa, mut exponent) = parts(value);
    if mantissa < std::f64::consts::FRAC_1_SQRT_2 {
        mantissa *= 2.0;
        exponent -= 1;
    }
    let rest = mantissa - 1.0;
    let exponent = f64::from(i32::try_from(exponent).unwrap_or(0));
    let quotient = rest / (2.0 + rest);
    let square = quotient * quotient;
    let fourth = square * square;
    let odd = square * (ODD[0] + fourth * (ODD[1] + fourth * (ODD[2] + fourth * ODD[3])));
    let even = fourth * (EVEN[0] + fourth * (EVEN[1] + fourth * EVEN[2]));
    let half = 0.5 * rest * rest;
    exponent * LN2.0 - ((half - (quotient * (half + (odd + even)) + exponent * LN2.1)) - rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Terraform gives.
    #[test]
    fn powers_and_logarithms_have_the_last_digit_of_go() {
        let power = |base, exponent| power(base, exponent).unwrap();
        assert_eq!(power(0.1, 2.0), 0.010000000000000002);
        assert_eq!(power(3.0, -1.0), 0.3333333333333333);
        assert_eq!(power(2.0, 70.0), 1180591620717411303424.0);
        assert_eq!(power(2.0, 0.5), std::f64::consts::SQRT_2);
        assert_eq!(power(-8.0, 3.0), -512.0);
        assert_eq!(power(1.1, 10.0), 2.593742460100002);
        assert_eq!(power(2.0, 1023.0), f64::from_bits(2_046 << 52));
        assert!(power(10.0, 400.0).is_infinite() && power(0.0, -1.0).is_infinite());
        assert!(power(-8.0, 0.2).is_nan() && super::power(2.0, 1.5).is_err());
        let log = |number, base| logarithm(number) / logarithm(base);
        assert_eq!(log(8.0, 2.0), 3.0);
        assert_eq!(log(1000.0, 10.0), 2.9999999999999996);
        assert_eq!(log(7.0, 3.0), 1.7712437491614224);
        assert_eq!(log(50.0, 10.0), 1.6989700043360185);
    }
}
