//! The dates of signatures: ISO 8601 without punctuation, such as `20260101T000000Z`.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;

const FORMAT: &str = "%Y%m%dT%H%M%SZ";

/// Reads the date of `X-Amz-Date`, in this form and no other.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let is_whole = text.len() == 16 && text.bytes().all(|b| b.is_ascii_alphanumeric());
    let date = DateTime::strptime(FORMAT, text).ok().filter(|_| is_whole)?;
    let date = date.to_zoned(TimeZone::UTC).ok()?;
    Some(date.timestamp())
}

/// Reads the date of `Date`, in either form.
pub(super) fn parse_any(text: &str) -> Option<Timestamp> {
    let of_mail = || rfc2822::parse(text).ok().map(|date| date.timestamp());
    parse(text).or_else(of_mail)
}

pub(super) fn write(date: Timestamp) -> String {
    date.strftime(FORMAT).to_string()
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
        for text in [
            "2026-01-02T03:04:05Z",
            "20260102T030405",
            "20260102T0304051",
            "20261302T030405Z",
            "",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse_any("Fri, 02 Jan 2026 03:04:05 GMT"), Some(date));
    }
}
