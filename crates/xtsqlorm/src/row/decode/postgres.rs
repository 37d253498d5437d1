//! PostgreSQL and CockroachDB.

use std::borrow::Cow;

use sea_orm::{
    Value,
    sqlx::{
        self, Row as _, ValueRef as _,
        postgres::{PgRow, PgValueFormat, PgValueRef},
        types::{
            Decimal, Json, Uuid,
            chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc},
        },
    },
};

use crate::{
    connection::dates::{Beyond, Dated},
    repository::Form,
};

pub(super) fn decode(row: &PgRow, index: usize, form: Form) -> sqlx::Result<Value> {
    macro_rules! get {
        ($rust:ty) => {
            row.try_get::<Option<$rust>, _>(index)?.into()
        };
    }
    if let Some(text) = special(&row.try_get_raw(index)?, form) {
        return Ok(text.into_owned().into());
    }
    Ok(match form {
        Form::Bool => get!(bool),
        Form::Integer { bits: 16, .. } => get!(i16),
        Form::Integer { bits: 32, .. } => get!(i32),
        Form::Integer { .. } => get!(i64),
        Form::Float => get!(f32),
        Form::Double => get!(f64),
        Form::Decimal => get!(Decimal),
        Form::Bytes => get!(Vec<u8>),
        Form::Date => get!(NaiveDate),
        Form::Time => get!(NaiveTime),
        Form::DateTime => get!(NaiveDateTime),
        Form::Moment => get!(DateTime<Utc>),
        Form::Json => {
            let json = row.try_get::<Option<Json<serde_json::Value>>, _>(index)?;
            Value::Json(json.map(|json| Box::new(json.0)))
        }
        Form::Uuid => get!(Uuid),
        Form::Text | Form::Any => get!(String),
    })
}

/// Values that Rust's types cannot hold, and that the driver panics at, refuses, or takes for others.
fn special(value: &PgValueRef<'_>, form: Form) -> Option<Cow<'static, str>> {
    if value.is_null() || value.format() != PgValueFormat::Binary {
        return None;
    }
    let bytes = value.as_bytes().ok()?;
    /// The end of a day, in microseconds.
    const MIDNIGHT: i64 = 86_400_000_000;
    match (form, bytes.len()) {
        (Form::Date, _) => date(form, bytes, Dated::Day.beyond(bytes)?),
        (Form::DateTime | Form::Moment, _) => date(form, bytes, Dated::Moment.beyond(bytes)?),
        (Form::Time, 8) if *bytes == MIDNIGHT.to_be_bytes() => Some("24:00:00".into()),
        // Two words, then the sign.
        (Form::Decimal, 8..) => match bytes[4..6] {
            [0xC0, 0x00] => Some("NaN".into()),
            [0xD0, 0x00] => Some("Infinity".into()),
            [0xF0, 0x00] => Some("-Infinity".into()),
            _ => None,
        },
        _ => None,
    }
}

fn date(form: Form, bytes: &[u8], beyond: Beyond) -> Option<Cow<'static, str>> {
    Some(match beyond {
        Beyond::Infinity => "infinity".into(),
        Beyond::MinusInfinity => "-infinity".into(),
        Beyond::TooFar => far(form, bytes)?.into(),
    })
}

/// A date of a year that Rust's do not go to, as PostgreSQL writes it.
fn far(form: Form, bytes: &[u8]) -> Option<String> {
    const MICROSECONDS: i64 = 86_400_000_000;
    if form == Form::Date {
        return Some(day(i32::from_be_bytes(bytes.try_into().ok()?).into()));
    }
    let number = i64::from_be_bytes(bytes.try_into().ok()?);
    let (days, rest) = (
        number.div_euclid(MICROSECONDS),
        number.rem_euclid(MICROSECONDS),
    );
    let (seconds, rest) = (rest / 1_000_000, rest % 1_000_000);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let mut text = format!("{} {hour:02}:{minute:02}:{second:02}", day(days));
    if rest > 0 {
        text.push_str(&format!(".{rest:06}"));
    }
    if form == Form::Moment {
        text.push_str("+00");
    }
    Some(text)
}

/// The day that comes so many days after the first of the year 2000, and after the year 0. A year is
/// taken to begin in March, so that its leap day is the last:
/// <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>
fn day(days: i64) -> String {
    let days = days + 730_425;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    format!("{year}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn days_are_counted_as_chrono_counts_them() {
        let first = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap();
        for days in (0..80_000_000).step_by(997) {
            let date = first + TimeDelta::days(days);
            let text = date.format("%-Y-%m-%d").to_string();
            assert_eq!(day(days), text.trim_start_matches('+'));
        }
    }

    #[test]
    fn years_that_are_too_far_are_written_as_postgresql_does() {
        assert_eq!(
            far(Form::Date, &2_145_031_948_i32.to_be_bytes()).unwrap(),
            "5874897-12-31"
        );
        let last = 9_223_371_331_199_999_999_i64.to_be_bytes();
        assert_eq!(
            far(Form::DateTime, &last).unwrap(),
            "294276-12-31 23:59:59.999999"
        );
        assert_eq!(
            far(Form::Moment, &last).unwrap(),
            "294276-12-31 23:59:59.999999+00"
        );
    }
}
