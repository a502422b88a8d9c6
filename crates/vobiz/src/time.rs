//! Points in time as this API and people write them.
//!
//! A date library would be the largest dependency of this crate, for two formats.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY: i64 = 86_400;

/// Reads RFC 3339, with or without a fraction, or a plain date, which is its midnight in UTC.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    let (date, time) = match text.split_at_checked(10)? {
        (date, "") => (date, "00:00:00Z"),
        (date, rest) => (date, rest.strip_prefix(['T', 't', ' '])?),
    };
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    if !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
        return None;
    }
    let (clock, rest) = time.split_at_checked(8)?;
    let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
    // 60 is a leap second.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (nanos, zone) = fraction(rest)?;
    let seconds = days_from_civil(year, month, day) * DAY + hour * 3600 + minute * 60 + second
        - offset(zone)?;
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let time = if seconds < 0 {
        UNIX_EPOCH.checked_sub(whole)
    } else {
        UNIX_EPOCH.checked_add(whole)
    };
    time?.checked_add(Duration::from_nanos(nanos))
}

/// RFC 3339 in UTC, to the second.
pub(crate) fn format(time: SystemTime) -> String {
    let seconds = time
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs().cast_signed());
    let (year, month, day) = civil_from_days(seconds.div_euclid(DAY));
    let clock = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Three numbers of these many digits each.
fn numbers(text: &str, separator: char, digits: [usize; 3]) -> Option<[i64; 3]> {
    let mut parts = text.split(separator);
    let mut all = [0; 3];
    for (number, digits) in all.iter_mut().zip(digits) {
        let part = parts.next()?;
        if part.len() != digits || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(all)
}

/// A fraction of a second in nanoseconds, and what follows it.
fn fraction(text: &str) -> Option<(u64, &str)> {
    let Some(digits) = text.strip_prefix('.') else {
        return Some((0, text));
    };
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    if length == 0 {
        return None;
    }
    let (digits, rest) = digits.split_at(length);
    let nanos = digits
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(9)
        .fold(0, |nanos, digit| nanos * 10 + u64::from(digit - b'0'));
    Some((nanos, rest))
}

/// How many seconds a zone is ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = match zone.bytes().next()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let [hour, minute, _] = numbers(&format!("{}:00", &zone[1..]), ':', [2, 2, 2])?;
    (hour < 24 && minute < 60).then_some(sign * (hour * 3600 + minute * 60))
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01; years begin in March here, so that leap days come last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year = year.rem_euclid(400);
    let day = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year * 365 + year / 4 - year / 100 + day - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let shifted = (5 * day + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year + era * 400 + i64::from(month <= 2);
    (year, month, day - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64, nanos: u32) -> SystemTime {
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let time = if seconds < 0 {
            UNIX_EPOCH - whole
        } else {
            UNIX_EPOCH + whole
        };
        time + Duration::from_nanos(nanos.into())
    }

    #[test]
    fn what_the_api_shows_is_read() {
        for (text, seconds, nanos) in [
            ("2025-10-22T03:57:35.997500Z", 1_761_105_455, 997_500_000),
            ("2025-10-22T03:57:35Z", 1_761_105_455, 0),
            ("2025-10-22 03:57:35.9z", 1_761_105_455, 900_000_000),
            ("2025-10-22T09:27:35+05:30", 1_761_105_455, 0),
            ("2025-10-21T22:57:35-05:00", 1_761_105_455, 0),
            ("2026-03-25", 1_774_396_800, 0),
            ("2000-02-29", 951_782_400, 0),
            ("1969-12-31T23:59:59.5Z", -1, 500_000_000),
            ("0000-01-01", -62_167_219_200, 0),
        ] {
            assert_eq!(parse(text), Some(at(seconds, nanos)), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "now",
            "2026",
            "2026-3-5",
            "2026-13-01",
            "2026-00-01",
            "2026-02-29",
            "1900-02-29",
            "2026-03-25T",
            "2026-03-25T25:00:00Z",
            "2026-03-25T00:60:00Z",
            "2026-03-25T00:00:00",
            "2026-03-25T00:00:00.Z",
            "2026-03-25T00:00:00+5",
            "2026-03-25T00:00:00+24:00",
            "2026-03-25Tü0:00:00Z",
            "２026-03-25",
            "+026-03-25",
            "<string>",
            "2026-03-25T00:00:00é",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn is_written_as_it_is_read() {
        for text in [
            "1970-01-01T00:00:00Z",
            "2000-02-29T23:59:59Z",
            "2026-12-31T12:00:01Z",
        ] {
            assert_eq!(format(parse(text).unwrap()), text);
        }
    }
}
