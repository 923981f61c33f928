//! The date literals that IAM stores, which are more than those it can compare.

/// Whether IAM stores a text as a date: seconds since 1970 that fit 64 bits, or a date of ISO 8601 that
/// need not be complete (`01T` is a year). Offsets from UTC have two digits of hours.
pub(super) fn is_date_literal(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    if !text.contains(['t', '-']) {
        return text.parse::<i64>().is_ok_and(|seconds| seconds >= 0);
    }
    let (date, time) = text.split_once('t').unwrap_or((&text, ""));
    is_day(date) && (time.is_empty() || is_time(time))
}

/// Whether a text is a number within bounds.
fn is_number(text: &str, least: i64, most: i64) -> bool {
    text.parse::<i64>()
        .is_ok_and(|number| (least..=most).contains(&number))
}

fn is_day(date: &str) -> bool {
    let (sign, digits) = match date.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", date),
    };
    let mut fields = digits.split('-');
    let year = fields.next().unwrap_or_default();
    is_number(&format!("{sign}{year}"), -292_275_054, 292_278_993)
        && fields.next().is_none_or(|month| is_number(month, 1, 12))
        && fields.next().is_none_or(|day| is_number(day, 1, 31))
        && fields.next().is_none()
}

fn is_time(time: &str) -> bool {
    let mut fields = time.splitn(3, ':');
    fields.next().is_none_or(|hours| is_number(hours, 0, 23))
        && fields
            .next()
            .is_none_or(|minutes| is_number(minutes, 0, 59))
        && fields.next().is_none_or(is_seconds)
}

/// Seconds, perhaps with a fraction, perhaps with a zone.
fn is_seconds(text: &str) -> bool {
    let (seconds, zone_is_sound) = match text.split_once(['z', '+']) {
        None => (text, true),
        Some((seconds, zone)) if text.contains('z') => (seconds, zone.is_empty()),
        Some((seconds, zone)) => {
            let (hours, minutes) = zone.split_once(':').unwrap_or((zone, "00"));
            let two_digits = hours.len() == 2 && minutes.len() == 2;
            (
                seconds,
                two_digits && is_number(hours, 0, 23) && is_number(minutes, 0, 59),
            )
        }
    };
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    zone_is_sound && is_number(whole, 0, 59) && is_number(fraction, 0, 999_999_999)
}
