//! Functions over numbers.

use super::{Call, CallError, Function, Needs, power};
use crate::value::{Kind, Number, Type, Value};
use num_bigint::BigInt;

/// The rows of this family.
pub(super) fn functions() -> Vec<Function> {
    let of_one = |name, run| Function::new(name, &[Type::Number], Type::Number, run);
    let of_two = |name, run| Function::new(name, &[Type::Number, Type::Number], Type::Number, run);
    let of_many = |name, run| Function::new(name, &[], Type::Number, run).and_more(Type::Number);
    vec![
        of_one("abs", |call| {
            let number = call.number(0)?;
            number_of(call, number.absolute())
        }),
        of_one("ceil", |call| number_of(call, call.number(0)?.ceil())),
        of_one("floor", |call| number_of(call, call.number(0)?.floor())),
        of_one("signum", |call| number_of(call, Number::counted(call.int(0)?.signum()))),
        of_two("log", power::log),
        of_two("pow", power::pow),
        of_many("max", |call| extreme(call, |left, right| left > right)),
        of_many("min", |call| extreme(call, |left, right| left < right)),
        Function::new("parseint", &[Type::Any, Type::Number], Type::Number, parse_int),
        Function::new("sum", &[Type::Any], Type::Number, sum).needing(Needs::Shape),
    ]
}

fn number_of(call: &Call<'_>, number: Number) -> Result<Value, CallError> {
    Ok(Value::number(number, call.origin.clone()))
}

fn extreme(call: &Call<'_>, better: fn(&Number, &Number) -> bool) -> Result<Value, CallError> {
    let mut best = None;
    for at in 0..call.arguments.len() {
        let number = call.number(at)?;
        if best.is_none_or(|best| better(number, best)) {
            best = Some(number);
        }
    }
    let best = best.ok_or_else(|| CallError::refused("at least one number is required"))?;
    number_of(call, best.clone())
}

fn parse_int(call: &Call<'_>) -> Result<Value, CallError> {
    let Kind::String(string) = &call.arguments[0].kind else {
        return Err(CallError::refused(format!(
            "argument 1 must be a string, but this is a {}",
            call.arguments[0].type_name()
        )));
    };
    let text = string.text.as_literal().unwrap_or_default();
    let base = call.int(1)?;
    let radix = u32::try_from(base)
        .ok()
        .filter(|base| (2..=62).contains(base))
        .ok_or_else(|| CallError::refused(format!("base {base} is not between 2 and 62")))?;
    let cannot = || CallError::refused(format!("`{text}` is not a whole number in base {base}"));
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() {
        return Err(cannot());
    }
    let mut value = BigInt::from(0);
    for character in digits.chars() {
        let digit = digit(character, radix).filter(|digit| *digit < radix).ok_or_else(cannot)?;
        value = value * radix + digit;
    }
    let value = if negative { -value } else { value };
    number_of(call, Number::whole(value))
}

/// The value of a digit: above base 36, small letters come before great ones (Go's `big.Int.SetString`).
fn digit(character: char, radix: u32) -> Option<u32> {
    let from = |first: char, base: u32| Some(u32::from(character) - u32::from(first) + base);
    match character {
        '0'..='9' => from('0', 0),
        'a'..='z' => from('a', 10),
        'A'..='Z' => from('A', if radix <= 36 { 10 } else { 36 }),
        _ => None,
    }
}

fn sum(call: &Call<'_>) -> Result<Value, CallError> {
    let Kind::Sequence(sequence) = &call.arguments[0].kind else {
        return Err(CallError::refused("a list, set or tuple of numbers is required"));
    };
    if sequence.open.is_some() {
        return call.unknown(Type::Number);
    }
    if sequence.items.is_empty() {
        return Err(CallError::refused("an empty list has no sum"));
    }
    let wholly_known = call.arguments[0].is_wholly_known();
    let mut total: Option<Number> = None;
    for item in sequence.items.iter() {
        if item.is_null() {
            return Err(CallError::refused("null is not a number"));
        }
        let item = item.convert(&Type::Number)?;
        if let Kind::Number(number) = &item.kind {
            total = Some(total.map_or_else(|| number.clone(), |total| total.add(number)));
        }
    }
    match total.filter(|_| wholly_known) {
        Some(total) => number_of(call, total),
        None => call.unknown(Type::Number),
    }
}
