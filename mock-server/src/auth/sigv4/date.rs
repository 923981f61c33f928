//! The dates of signatures: ISO 8601 without punctuation, such as `20260101T000000Z`.

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use jiff::tz::Offset;

const FORMAT: &str = "%Y%m%dT%H%M%SZ";

/// Reads the date of `X-Amz-Date`, in this form and no other.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let is_digit = |(at, byte): (usize, u8)| matches!(at, 8 | 15) || byte.is_ascii_digit();
    let is_whole = text.len() == 16
        && text.as_bytes()[8] == b'T'
        && text.ends_with('Z')
        && text.bytes().enumerate().all(is_digit);
    // The library reads other forms of ISO 8601 as well.
    text.parse().ok().filter(|_| is_whole)
}

/// Reads the date of `Date`, in either form.
pub(super) fn parse_any(text: &str) -> Option<Timestamp> {
    let of_mail = || rfc2822::parse(text).ok().map(|date| date.timestamp());
    parse(text).or_else(of_mail)
}

pub(super) fn write(date: Timestamp) -> String {
    date.strftime(FORMAT).to_string()
}

/// Whether a text, as scopes have it, is the day of a date.
pub(super) fn is_day(text: &str, date: Timestamp) -> bool {
    let day = Offset::UTC.to_datetime(date).date();
    let number =
        i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day());
    text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse() == Ok(number)
}

/// The day, as scopes have it.
pub(super) fn day(date: Timestamp) -> String {
    date.strftime("%Y%m%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_in_its_one_form_and_written_as_it_was() {
        let date = parse("20260102T030405Z").unwrap();
        assert_eq!(date.to_string(), "2026-01-02T03:04:05Z");
        assert_eq!(write(date), "20260102T030405Z");
        assert_eq!(day(date), "20260102");
        assert!(is_day("20260102", date));
        assert!(!is_day("20260103", date) && !is_day("+2026012", date));
        for text in [
            "2026-01-02T03:04:05Z",
            "20260102T030405",
            "20260102T0304051",
            "20261302T030405Z",
            "20260102t030405Z",
            "2026-01-02T0304Z",
            "",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse_any("Fri, 02 Jan 2026 03:04:05 GMT"), Some(date));
    }
}
