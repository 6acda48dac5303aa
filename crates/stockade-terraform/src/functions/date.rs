//! Functions over timestamps of RFC 3339.

use super::{Call, CallError, Function};
use crate::value::{Type, Value};
use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use num_bigint::BigInt;
use num_traits::ToPrimitive as _;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The rows of this family.
pub(super) fn functions() -> Vec<Function> {
    use Type::{Number, String};
    let now = |name| {
        Function::new(name, &[], String, |_| {
            Err(CallError::NotKnown("it is the time at which Terraform runs".to_owned()))
        })
    };
    vec![
        now("timestamp"),
        now("plantimestamp"),
        Function::new("formatdate", &[String, String], String, format_date),
        Function::new("timeadd", &[String, String], String, time_add),
        Function::new("timecmp", &[String, String], Number, |call| {
            let (left, right) = (parse(call.str(0))?, parse(call.str(1))?);
            let order = left.timestamp()?.cmp(&right.timestamp()?);
            Ok(Value::int(order as i64, call.origin.clone()))
        }),
    ]
}

/// A time as written, and its offset from UTC.
struct Time {
    civil: DateTime,
    offset: Offset,
}

impl Time {
    fn timestamp(&self) -> Result<Timestamp, CallError> {
        self.offset.to_timestamp(self.civil).map_err(|_| out_of_range())
    }
}

fn out_of_range() -> CallError {
    CallError::NotKnown("the time is out of the range that is computed here".to_owned())
}

/// `2006-01-02T15:04:05.999Z`, or with an offset such as `+02:00`.
fn parse(text: &str) -> Result<Time, CallError> {
    let invalid =
        || CallError::refused(format!("`{text}` is not a timestamp such as `2024-01-31T12:00:00Z`"));
    let number = |from: usize, to: usize| -> Result<i16, CallError> {
        let digits = text.get(from..to).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        digits.and_then(|digits| digits.parse().ok()).ok_or_else(invalid)
    };
    let small = |from, to| number(from, to).and_then(|number| i8::try_from(number).map_err(|_| invalid()));
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if separators.iter().any(|(at, separator)| text.as_bytes().get(*at) != Some(separator)) {
        return Err(invalid());
    }
    let rest = text.get(19..).ok_or_else(invalid)?;
    let (nanoseconds, zone) = match rest.strip_prefix('.') {
        Some(rest) => {
            let digits =
                rest.len() - rest.trim_start_matches(|character: char| character.is_ascii_digit()).len();
            if digits == 0 {
                return Err(invalid());
            }
            let nine = format!("{:0<9.9}", &rest[..digits]);
            (nine.parse::<i32>().map_err(|_| invalid())?, &rest[digits..])
        }
        None => (0, rest),
    };
    let (year, month, day) = (number(0, 4)?, small(5, 7)?, small(8, 10)?);
    let (hour, minute, second) = (small(11, 13)?, small(14, 16)?, small(17, 19)?);
    let civil = DateTime::new(year, month, day, hour, minute, second, nanoseconds).map_err(|_| invalid())?;
    let offset = match zone.as_bytes() {
        b"Z" => Offset::UTC,
        [sign @ (b'+' | b'-'), a, b, b':', c, d]
            if [a, b, c, d].iter().all(|digit| digit.is_ascii_digit()) =>
        {
            let two = |tens: &u8, ones: &u8| i32::from(tens - b'0') * 10 + i32::from(ones - b'0');
            let (hours, minutes) = (two(a, b), two(c, d));
            if hours > 24 || minutes > 60 {
                return Err(invalid());
            }
            let seconds = (hours * 60 + minutes) * 60 * if *sign == b'-' { -1 } else { 1 };
            Offset::from_seconds(seconds).map_err(|_| out_of_range())?
        }
        _ => return Err(invalid()),
    };
    Ok(Time { civil, offset })
}

/// The offset as `+02:00`, or without the colon.
fn spell_offset(offset: Offset, colon: &str) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}{colon}{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

fn format_date(call: &Call<'_>) -> Result<Value, CallError> {
    let time = parse(call.str(1))?;
    let mut out = String::new();
    let mut rest = call.str(0);
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            rest = quoted(rest, &mut out)?;
        } else if first.is_ascii_alphabetic() {
            let length = rest.len() - rest.trim_start_matches(first).len();
            out.push_str(&verb(&rest[..length], first, length, &time)?);
            rest = &rest[length..];
        } else {
            let end = rest.find(|character: char| character == '\'' || character.is_ascii_alphabetic());
            let (text, after) = rest.split_at(end.unwrap_or(rest.len()));
            out.push_str(text);
            rest = after;
        }
    }
    call.string(out)
}

/// Text between quotes stands for itself; two quotes are one.
fn quoted<'a>(text: &'a str, out: &mut String) -> Result<&'a str, CallError> {
    if let Some(rest) = text.strip_prefix("''") {
        out.push('\'');
        return Ok(rest);
    }
    let mut rest = &text[1..];
    loop {
        let at = rest.find('\'').ok_or_else(|| CallError::refused("a quote in the format is not closed"))?;
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.strip_prefix('\'') {
            Some(after) => {
                out.push('\'');
                rest = after;
            }
            None => return Ok(rest),
        }
    }
}

fn verb(spelled: &str, letter: char, length: usize, time: &Time) -> Result<String, CallError> {
    let civil = &time.civil;
    let named = |names: &[&str], at: i8| names[usize::try_from(at - 1).unwrap_or_default()].to_owned();
    let month = || named(&MONTHS, civil.month());
    let day = || named(&DAYS, civil.weekday().to_monday_one_offset());
    let short = |name: String| name[..3].to_owned();
    let twelve = if civil.hour() % 12 == 0 { 12 } else { civil.hour() % 12 };
    let half = if civil.hour() < 12 { "AM" } else { "PM" };
    Ok(match (letter, length) {
        ('Y', 2) => format!("{:02}", civil.year() % 100),
        ('Y', 4) => format!("{:04}", civil.year()),
        ('M', 1) => civil.month().to_string(),
        ('M', 2) => format!("{:02}", civil.month()),
        ('M', 3) => short(month()),
        ('M', 4) => month(),
        ('D', 1) => civil.day().to_string(),
        ('D', 2) => format!("{:02}", civil.day()),
        ('E', 3) => short(day()),
        ('E', 4) => day(),
        ('h', 1) => civil.hour().to_string(),
        ('h', 2) => format!("{:02}", civil.hour()),
        ('H', 1) => twelve.to_string(),
        ('H', 2) => format!("{twelve:02}"),
        ('A', 2) => half.to_owned(),
        ('a', 2) => half.to_ascii_lowercase(),
        ('m', 1) => civil.minute().to_string(),
        ('m', 2) => format!("{:02}", civil.minute()),
        ('s', 1) => civil.second().to_string(),
        ('s', 2) => format!("{:02}", civil.second()),
        ('Z', 1) if time.offset == Offset::UTC => "Z".to_owned(),
        ('Z', 3) if time.offset == Offset::UTC => "UTC".to_owned(),
        ('Z', 1 | 5) => spell_offset(time.offset, ":"),
        ('Z', 3 | 4) => spell_offset(time.offset, ""),
        _ => return Err(CallError::refused(format!("`{spelled}` is no part of a date"))),
    })
}

fn time_add(call: &Call<'_>) -> Result<Value, CallError> {
    let time = parse(call.str(0))?;
    let duration = duration(call.str(1))?;
    let moved = time.timestamp()?.checked_add(duration).map_err(|_| out_of_range())?;
    let civil = time.offset.to_datetime(moved);
    if !(0..=9999).contains(&civil.year()) {
        return Err(out_of_range());
    }
    let zone = if time.offset == Offset::UTC { "Z".to_owned() } else { spell_offset(time.offset, ":") };
    let date = format!("{:04}-{:02}-{:02}", civil.year(), civil.month(), civil.day());
    call.string(format!("{date}T{:02}:{:02}:{:02}{zone}", civil.hour(), civil.minute(), civil.second()))
}

/// A length of time as Go writes it: `1h30m`, `-1.5h`, `300ms`.
fn duration(text: &str) -> Result<SignedDuration, CallError> {
    let invalid = || CallError::refused(format!("`{text}` is not a length of time such as `1h30m`"));
    let (negative, mut rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Ok(SignedDuration::ZERO);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total = BigInt::from(0);
    while !rest.is_empty() {
        let is_number = |character: char| character.is_ascii_digit() || character == '.';
        let end = rest.find(|character| !is_number(character)).ok_or_else(invalid)?;
        let (number, after) = rest.split_at(end);
        let end = after.find(is_number).unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        rest = after;
        let nanoseconds: i64 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return Err(invalid()),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty()
            || fraction.contains('.')
            || whole.len() + fraction.len() > 18
        {
            return Err(invalid());
        }
        let digits: BigInt = format!("{whole}{fraction}").parse().map_err(|_| invalid())?;
        // What is below a nanosecond is cut off.
        let power = BigInt::from(10).pow(u32::try_from(fraction.len()).unwrap_or_default());
        total += digits * nanoseconds / power;
    }
    let total = if negative { -total } else { total };
    Ok(SignedDuration::from_nanos(total.to_i64().ok_or_else(invalid)?))
}
