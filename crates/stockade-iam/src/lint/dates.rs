//! Times as date operators take them.
//!
//! The documentation names the W3C's profiles of ISO 8601 and seconds since 1970 (IAM User Guide, "Date condition
//! operators"). The service parses more leniently, so that a text is called wrong here only if no reader of ISO 8601 would
//! take it: years may have any sign and up to nine digits, days may be those of the year or of a week, and parts of
//! the time may be missing.

/// Whether a text is a time.
pub(super) fn is_date(text: &str) -> bool {
    let mut reader = Reader { rest: text };
    (reader.date() && (reader.rest.is_empty() || reader.time()) && reader.rest.is_empty()) || is_epoch(text)
}

/// Seconds since 1970.
fn is_epoch(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<i64>().is_ok()
}

/// Years that a count of milliseconds in 64 bits can hold.
const YEARS: std::ops::RangeInclusive<i64> = -292_275_054..=292_278_993;

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn eat(&mut self, character: char) -> bool {
        match self.rest.strip_prefix(character) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// A number of so many digits within a range.
    fn number(
        &mut self,
        digits: std::ops::RangeInclusive<usize>,
        range: std::ops::RangeInclusive<i64>,
    ) -> Option<i64> {
        let end = self.rest.bytes().take(*digits.end()).take_while(u8::is_ascii_digit).count();
        let (text, rest) = self.rest.split_at(end);
        let number = text.parse().ok().filter(|number| range.contains(number))?;
        (end >= *digits.start()).then(|| {
            self.rest = rest;
            number
        })
    }

    fn date(&mut self) -> bool {
        let negative = self.eat('-');
        if !negative {
            self.eat('+');
        }
        let Some(year) = self.number(1..=9, 0..=999_999_999) else { return false };
        let year = if negative { -year } else { year };
        if !YEARS.contains(&year) {
            return false;
        }
        if !self.eat('-') {
            return true;
        }
        if self.eat('W') {
            return self.number(1..=2, 1..=53).is_some()
                && (!self.eat('-') || self.number(1..=1, 1..=7).is_some());
        }
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 3 {
            return self.number(3..=3, 1..=365 + i64::from(leap)).is_some();
        }
        let Some(month) = self.number(1..=2, 1..=12) else { return false };
        let days = match month {
            2 => 28 + i64::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        !self.eat('-') || self.number(1..=2, 1..=days).is_some()
    }

    fn time(&mut self) -> bool {
        if !self.eat('T') {
            return false;
        }
        if self.rest.starts_with(|character: char| character.is_ascii_digit()) {
            let whole = self.number(1..=2, 0..=23).is_some()
                && (!self.eat(':')
                    || self.number(1..=2, 0..=59).is_some()
                        && (!self.eat(':') || self.number(1..=2, 0..=59).is_some()));
            if !whole || !self.fraction() {
                return false;
            }
        }
        self.rest.is_empty() || self.zone()
    }

    fn fraction(&mut self) -> bool {
        if !self.eat('.') && !self.eat(',') {
            return true;
        }
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        self.rest = &self.rest[digits..];
        digits > 0
    }

    fn zone(&mut self) -> bool {
        if self.eat('Z') {
            return true;
        }
        if !self.eat('+') && !self.eat('-') {
            return false;
        }
        if self.number(2..=2, 0..=23).is_none() {
            return false;
        }
        let colon = self.eat(':');
        (!colon && self.rest.is_empty()) || self.number(2..=2, 0..=59).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::is_date;

    #[test]
    fn times_are_iso_8601_or_epoch() {
        for good in [
            "2026",
            "2026-01",
            "2026-01-31",
            "2026-02-28",
            "2028-02-29",
            "2026-365",
            "2026-W53-7",
            "2026-01-31T00:00Z",
            "2026-01-31T23:59:59Z",
            "2026-01-31T23:59:59.123+01:00",
            "2026-01-31T23:59:59-0800",
            "2026-01-31T23:59:59",
            "2026-01-31T",
            "1767225600",
            "1767225600000",
            "0",
            "-1",
        ] {
            assert!(is_date(good), "{good}");
        }
        for bad in [
            "",
            "b",
            "é",
            "T",
            "T05:00",
            "2026-",
            "2026-13",
            "2026-00",
            "2026-01-32",
            "2026-02-29",
            "2026-366",
            "2026-W54",
            "292278994-01",
            "2026-01-31T24:00Z",
            "2026-01-31T23:60Z",
            "2026-01-31T23:59:60Z",
            "2026-01-31T23:59:59.Z",
            "2026-01-31T00:00:00+",
            "2026-01-31T00:00:00+1",
            "2026-01-31T00:00:00+01:",
            "2026-01-31 00:00:00",
            "2026-01-31T00:00:00Zx",
            "99999999999999999999",
        ] {
            assert!(!is_date(bad), "{bad}");
        }
    }
}
