//! Dates and times as ISO 8601 writes them, which is what chrono's `Debug` writes. That one goes a
//! character at a time through a formatter, and exports and bulk operations write millions.

use std::fmt::Write as _;

use sea_orm::{
    Value,
    sea_query::prelude::chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike},
};

pub(crate) fn push_date(day: NaiveDate, out: &mut String) {
    match u32::try_from(day.year()) {
        Ok(year @ 0..=9999) => {
            push_digits(year, 4, out);
            out.push('-');
            push_digits(day.month(), 2, out);
            out.push('-');
            push_digits(day.day(), 2, out);
        }
        _ => {
            write!(out, "{day:?}").ok();
        }
    }
}

pub(crate) fn push_time(time: NaiveTime, out: &mut String) {
    if is_leap_second(&time) {
        write!(out, "{time:?}").ok();
        return;
    }
    push_digits(time.hour(), 2, out);
    out.push(':');
    push_digits(time.minute(), 2, out);
    out.push(':');
    push_digits(time.second(), 2, out);
    let (fraction, digits) = match time.nanosecond() {
        0 => return,
        n if n % 1_000_000 == 0 => (n / 1_000_000, 3),
        n if n % 1_000 == 0 => (n / 1_000, 6),
        n => (n, 9),
    };
    out.push('.');
    push_digits(fraction, digits, out);
}

pub(crate) fn push_date_time(moment: NaiveDateTime, out: &mut String) {
    push_date(moment.date(), out);
    out.push('T');
    push_time(moment.time(), out);
}

/// The text that the driver of SQLite, which has no dates, would make of one; `None` of what is none,
/// and of years beyond four digits and leap seconds.
pub(super) fn text_for_sqlite(value: &Value) -> Option<String> {
    let mut text = String::with_capacity(32);
    match value {
        Value::ChronoDate(Some(day)) if is_common(day.and_time(NaiveTime::MIN)) => {
            push_date(*day, &mut text);
        }
        Value::ChronoTime(Some(time)) if !is_leap_second(time) => push_time(*time, &mut text),
        Value::ChronoDateTime(Some(moment)) if is_common(*moment) => {
            push_date(moment.date(), &mut text);
            text.push(' ');
            push_time(moment.time(), &mut text);
        }
        Value::ChronoDateTimeUtc(Some(moment)) if is_common(moment.naive_utc()) => {
            push_date_time(moment.naive_utc(), &mut text);
            text.push_str("+00:00");
        }
        _ => return None,
    }
    Some(text)
}

/// Whether all who write it write it alike.
fn is_common(moment: NaiveDateTime) -> bool {
    (0..=9999).contains(&moment.year()) && !is_leap_second(&moment)
}

/// Whether chrono counts it as the second 60 of a minute.
pub(crate) fn is_leap_second(time: &impl Timelike) -> bool {
    time.nanosecond() >= 1_000_000_000
}

/// The last so many digits of a number.
fn push_digits(number: u32, digits: u32, out: &mut String) {
    for place in (0..digits).rev() {
        out.push(char::from(b'0' + (number / 10_u32.pow(place) % 10) as u8));
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::prelude::chrono::SecondsFormat;

    use super::*;

    fn written<T>(push: impl Fn(T, &mut String), value: T) -> String {
        let mut text = String::new();
        push(value, &mut text);
        text
    }

    #[test]
    fn sqlite_stores_the_text_that_its_driver_would_make() {
        // As in sqlx-sqlite's `types/chrono.rs`.
        let day = NaiveDate::from_ymd_opt(987, 6, 5).unwrap();
        for nanos in [0, 500_000_000, 1_000, 7_000_000, 1, 999_999_999] {
            let time = NaiveTime::from_hms_nano_opt(3, 4, 59, nanos).unwrap();
            let moment = day.and_time(time);
            let rfc = moment
                .and_utc()
                .to_rfc3339_opts(SecondsFormat::AutoSi, false);
            for (value, text) in [
                (Value::from(day), day.format("%F").to_string()),
                (time.into(), time.format("%T%.f").to_string()),
                (moment.into(), moment.format("%F %T%.f").to_string()),
                (moment.and_utc().into(), rfc),
            ] {
                assert_eq!(text_for_sqlite(&value), Some(text));
            }
        }
        let late = NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap();
        let leap = NaiveTime::from_hms_nano_opt(23, 59, 59, 1_000_000_000).unwrap();
        let left = [
            late.into(),
            leap.into(),
            day.and_time(leap).into(),
            Value::ChronoDate(None),
            "2026-02-28".into(),
        ];
        assert!(left.iter().all(|value| text_for_sqlite(value).is_none()));
    }

    #[test]
    fn dates_and_times_are_as_chrono_writes_them() {
        let days = [
            (-262_143, 1, 1),
            (-1, 12, 31),
            (0, 2, 29),
            (987, 6, 5),
            (10_000, 1, 1),
        ];
        let times = [
            0,
            500_000_000,
            1_000,
            7_000_000,
            1,
            999_999_999,
            1_999_999_999,
        ];
        for (year, month, day) in days {
            let day = NaiveDate::from_ymd_opt(year, month, day).unwrap();
            assert_eq!(written(push_date, day), format!("{day:?}"));
            for nanos in times {
                let time = NaiveTime::from_hms_nano_opt(3, 4, 59, nanos).unwrap();
                let moment = day.and_time(time);
                assert_eq!(written(push_time, time), format!("{time:?}"));
                assert_eq!(written(push_date_time, moment), format!("{moment:?}"));
            }
        }
    }
}
