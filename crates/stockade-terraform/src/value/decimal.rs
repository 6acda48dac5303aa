//! Decimal spellings of numbers, as Go's `strconv` and `math/big` write them.

use super::Number;

/// Digits with the point after so many of them, as a decimal without an exponent.
pub(crate) fn spell_digits(digits: &str, point: i64) -> String {
    match usize::try_from(point) {
        Ok(point) if point > 0 => {
            let whole =
                (0..point).map(|at| digits.as_bytes().get(at).map_or('0', |digit| char::from(*digit)));
            let whole: String = whole.collect();
            match digits.get(point..) {
                Some(fraction) if !fraction.is_empty() => format!("{whole}.{fraction}"),
                _ => whole,
            }
        }
        _ => format!("0.{}{digits}", "0".repeat(usize::try_from(-point).unwrap_or(0))),
    }
}

/// The digits rounded to so many of them: to the nearest, to even between two.
pub(crate) fn round_digits(digits: &str, point: i64, count: usize) -> (String, i64) {
    if count >= digits.len() {
        return (digits.to_owned(), point);
    }
    let rest = &digits[count..];
    let odd = count > 0 && (digits.as_bytes()[count - 1] - b'0') % 2 == 1;
    let half = rest.starts_with('5') && rest[1..].bytes().all(|digit| digit == b'0');
    let up = if half { odd } else { rest.as_bytes()[0] >= b'5' };
    if up {
        round_up(&digits[..count], point)
    } else {
        (digits[..count].trim_end_matches('0').to_owned(), point)
    }
}

pub(crate) fn round_up(digits: &str, point: i64) -> (String, i64) {
    let kept = digits.trim_end_matches('9');
    match kept.as_bytes().last() {
        Some(last) => (format!("{}{}", &kept[..kept.len() - 1], char::from(last + 1)), point),
        None => ("1".to_owned(), point + 1),
    }
}

/// So many places after the point, of the exact value.
pub(crate) fn fixed(number: &Number, places: usize) -> String {
    let (negative, digits, point) = number.exact_digits();
    let count = i64::try_from(places).unwrap_or(i64::MAX).saturating_add(point);
    let (digits, point) = match usize::try_from(count) {
        Ok(count) => round_digits(&digits, point, count),
        Err(_) => (String::new(), 0),
    };
    let (digits, point) = if digits.is_empty() { ("0".to_owned(), 1) } else { (digits, point) };
    let digit = |at: i64| {
        usize::try_from(at)
            .ok()
            .and_then(|at| digits.as_bytes().get(at))
            .map_or('0', |digit| char::from(*digit))
    };
    let whole: String = if point > 0 { (0..point).map(digit).collect() } else { "0".to_owned() };
    let fraction: String = (0..i64::try_from(places).unwrap_or(0)).map(|at| digit(point + at)).collect();
    let sign = if negative { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// One digit before the point, so many after it, and the exponent of at least two digits.
pub(crate) fn exponential(number: &Number, places: usize, mark: char) -> String {
    let (negative, digits, point) = number.exact_digits();
    let (digits, point) = round_digits(&digits, point, places + 1);
    scientific(negative, &digits, point, places, mark)
}

fn scientific(negative: bool, digits: &str, point: i64, places: usize, mark: char) -> String {
    let zero = digits.bytes().all(|digit| digit == b'0');
    let exponent = if zero { 0 } else { point - 1 };
    let mut fraction: String = digits.chars().skip(1).take(places).collect();
    fraction.extend(std::iter::repeat_n('0', places.saturating_sub(fraction.len())));
    let first = digits.chars().next().unwrap_or('0');
    let (minus, dot) = (if negative { "-" } else { "" }, if places > 0 { "." } else { "" });
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{minus}{first}{dot}{fraction}{mark}{sign}{:02}", exponent.abs())
}

/// With an exponent if it is small or large, without one otherwise; the shortest digits unless a count is asked for.
pub(crate) fn general(number: &Number, precision: Option<usize>, mark: char) -> String {
    let (negative, digits, point) = match precision {
        None => number.digits(),
        Some(precision) => {
            let (negative, digits, point) = number.exact_digits();
            let (digits, point) = round_digits(&digits, point, precision.max(1));
            (negative, digits, point)
        }
    };
    let count = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    let limit = match precision {
        None => 6,
        Some(precision) => {
            let precision = i64::try_from(precision.max(1)).unwrap_or(i64::MAX);
            if precision > count && count >= point { count } else { precision }
        }
    };
    let exponent = point - 1;
    if exponent < -4 || exponent >= limit {
        return scientific(negative, &digits, point, digits.len().saturating_sub(1), mark);
    }
    let spelled = spell_digits(&digits, point);
    if negative { format!("-{spelled}") } else { spelled }
}
