//! What a plain YAML 1.1 scalar means (<https://yaml.org/type/>), as CloudFormation reads it.
//!
//! Timestamps stay text: CloudFormation does not know that tag.

use crate::Data;
use smol_str::{SmolStr, format_smolstr};

/// Resolves a plain scalar.
pub(crate) fn resolve(text: &str) -> Data {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Data::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Data::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Data::Bool(false),
        _ => {}
    }
    let numeric = text.as_bytes().first().is_some_and(|byte| byte.is_ascii_digit() || b"+-.".contains(byte));
    match numeric.then(|| number(text)).flatten() {
        Some(number) => Data::Number(number),
        None => Data::String(SmolStr::new(text)),
    }
}

fn number(text: &str) -> Option<SmolStr> {
    let (sign, digits) = match text.as_bytes()[0] {
        b'-' => ("-", &text[1..]),
        b'+' => ("", &text[1..]),
        _ => ("", text),
    };
    if !digits.bytes().next().is_some_and(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    integer(digits).map(|number| format_smolstr!("{sign}{number}")).or_else(|| float(sign, digits))
}

fn integer(digits: &str) -> Option<SmolStr> {
    let plain: String = digits.chars().filter(|character| *character != '_').collect();
    // Rust takes a sign before the digits of any base; YAML takes one before the whole.
    let digit = |text: &str| text.bytes().next().is_some_and(|byte| byte.is_ascii_hexdigit());
    let radix = |rest: &str, radix| {
        let value = u128::from_str_radix(rest, radix).ok().filter(|_| digit(rest))?;
        Some(format_smolstr!("{value}"))
    };
    if let Some(hex) = plain.strip_prefix("0x") {
        return radix(hex, 16);
    }
    if let Some(binary) = plain.strip_prefix("0b") {
        return radix(binary, 2);
    }
    if plain.contains(':') {
        let parts: Option<Vec<u128>> =
            plain.split(':').map(|part| part.parse().ok().filter(|_| digit(part))).collect();
        let parts = parts?;
        let sixties = parts[1..].iter().all(|part| *part < 60);
        if !sixties || plain.starts_with('0') || plain.split(':').skip(1).any(|part| part.len() > 2) {
            return None;
        }
        let value = parts.iter().try_fold(0u128, |sum, part| sum.checked_mul(60)?.checked_add(*part))?;
        return Some(format_smolstr!("{value}"));
    }
    if !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if plain.len() > 1 && plain.starts_with('0') {
        return radix(&plain[1..], 8);
    }
    Some(SmolStr::new(&plain))
}

fn float(sign: &str, digits: &str) -> Option<SmolStr> {
    let plain: String = digits.chars().filter(|character| *character != '_').collect();
    let (mantissa, exponent) = match plain.find(['e', 'E']) {
        Some(at) => (&plain[..at], Some(&plain[at + 1..])),
        None => (plain.as_str(), None),
    };
    let (whole, fraction) = mantissa.split_once('.')?;
    let decimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !decimal(whole) || !decimal(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    // YAML 1.1 wants a sign in the exponent: `1.0e3` is text, `1.0e+3` a number.
    let exponent_ok = exponent.is_none_or(|text| {
        text.strip_prefix(['+', '-']).is_some_and(|rest| !rest.is_empty() && decimal(rest))
    });
    if !exponent_ok {
        return None;
    }
    let whole = if whole.is_empty() { "0" } else { whole.trim_start_matches('0') };
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = if fraction.is_empty() { "0" } else { fraction };
    let exponent = exponent.map(|text| format!("e{text}")).unwrap_or_default();
    Some(format_smolstr!("{sign}{whole}.{fraction}{exponent}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_follow_yaml_1_1() {
        let number = |text: &str| Data::Number(SmolStr::new(text));
        let string = |text: &str| Data::String(SmolStr::new(text));
        for (text, expected) in [
            ("", Data::Null),
            ("yes", Data::Bool(true)),
            ("Off", Data::Bool(false)),
            ("y", string("y")),
            ("30", number("30")),
            ("-1", number("-1")),
            ("010", number("8")),
            ("0x1F", number("31")),
            ("1_000", number("1000")),
            ("1:30", number("90")),
            ("012345678901", string("012345678901")),
            ("1.5", number("1.5")),
            (".5", number("0.5")),
            ("1.10.2", string("1.10.2")),
            ("2012-10-17", string("2012-10-17")),
            ("1e3", string("1e3")),
            ("1.0e+3", number("1.0e+3")),
            ("python3.12", string("python3.12")),
            ("0x+5", string("0x+5")),
            ("1:+5", string("1:+5")),
            ("+", string("+")),
            ("-", string("-")),
            (".", string(".")),
        ] {
            assert_eq!(resolve(text), expected, "{text}");
        }
    }
}
