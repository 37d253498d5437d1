//! MySQL and MariaDB.

use sea_orm::{
    Value,
    sqlx::{
        self, Decode, MySql, Row as _,
        error::BoxDynError,
        mysql::{MySqlRow, MySqlValueRef, types::MySqlTime},
        types::{
            Decimal, Json, Uuid,
            chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc},
        },
    },
};

use super::at;
use crate::repository::Form;

pub(super) fn decode(row: &MySqlRow, index: usize, form: Form) -> sqlx::Result<Value> {
    macro_rules! get {
        ($rust:ty) => {
            row.try_get::<Option<$rust>, _>(index)?.into()
        };
    }
    Ok(match form {
        Form::Bool => bool(row, index)?,
        Form::Integer { bits, unsigned } => match (bits, unsigned) {
            (8, false) => get!(i8),
            (16, false) => get!(i16),
            (32, false) => get!(i32),
            (_, false) => get!(i64),
            (8, true) => get!(u8),
            (16, true) => get!(u16),
            (32, true) => get!(u32),
            (_, true) => get!(u64),
        },
        Form::Float => get!(f32),
        Form::Double => get!(f64),
        Form::Decimal => get!(Decimal),
        Form::Bytes => get!(Vec<u8>),
        Form::Date => match row.try_get::<Option<NaiveDate>, _>(index) {
            Ok(Some(day)) => day.into(),
            other => no_day(other, row, index, false)?,
        },
        Form::DateTime => match row.try_get::<Option<NaiveDateTime>, _>(index) {
            Ok(Some(moment)) => moment.into(),
            other => no_day(other, row, index, true)?,
        },
        Form::Moment => match row.try_get::<Option<DateTime<Utc>>, _>(index) {
            Ok(Some(moment)) => moment.into(),
            other => no_day(other, row, index, true)?,
        },
        Form::Time => time(row, index)?,
        Form::Json => {
            let json = row.try_get::<Option<Json<serde_json::Value>>, _>(index)?;
            Value::Json(json.map(|json| Box::new(json.0)))
        }
        Form::Uuid => match row.try_get::<Option<Vec<u8>>, _>(index)? {
            None => Value::Uuid(None),
            Some(bytes) => match Uuid::from_slice(&bytes) {
                Ok(uuid) => uuid.into(),
                Err(_) => bytes.into(),
            },
        },
        Form::Text | Form::Any => get!(String),
    })
}

/// A `tinyint(1)` may hold other numbers than 0 and 1, which come as such.
fn bool(row: &MySqlRow, index: usize) -> sqlx::Result<Value> {
    let Some(truth) = row.try_get::<Option<bool>, _>(index)? else {
        return Ok(Value::Bool(None));
    };
    let number: i64 = row.try_get_unchecked(index)?;
    Ok(match number {
        0 | 1 => truth.into(),
        other => match i8::try_from(other) {
            Ok(other) => other.into(),
            Err(_) => other.into(),
        },
    })
}

/// The driver takes `0000-00-00` for NULL and refuses `2026-02-00`; both come as text.
fn no_day<T>(
    decoded: sqlx::Result<Option<T>>,
    row: &MySqlRow,
    index: usize,
    with_time: bool,
) -> sqlx::Result<Value>
where
    Option<T>: Into<Value>,
{
    let raw: MySqlValueRef<'_> = row.try_get_raw(index)?;
    let Ok(bytes) = <&[u8] as Decode<MySql>>::decode(raw) else {
        // NULL has no bytes.
        return Ok(decoded?.into());
    };
    match day_as_text(bytes, with_time) {
        Some(text) => Ok(text.into()),
        None => Err(decoded.err().unwrap_or_else(|| at(index, unreadable()))),
    }
}

/// A TIME from its bytes, since the driver takes -10:00:00 for 10:00:00. What is no time of day comes
/// as text.
fn time(row: &MySqlRow, index: usize) -> sqlx::Result<Value> {
    let Some(span) = row.try_get::<Option<MySqlTime>, _>(index)? else {
        return Ok(Value::ChronoTime(None));
    };
    let bytes = <&[u8] as Decode<MySql>>::decode(row.try_get_raw(index)?);
    let bytes = bytes.map_err(|error| at(index, error))?;
    // A length and the sign, where there is anything but zeros.
    let is_negative = matches!(bytes, [8 | 12, 1, ..]);
    let time = NaiveTime::from_hms_micro_opt(
        span.hours(),
        span.minutes().into(),
        span.seconds().into(),
        span.microseconds(),
    );
    if let (Some(time), false) = (time, is_negative) {
        return Ok(time.into());
    }
    let sign = if is_negative { "-" } else { "" };
    let (hours, minutes, seconds) = (span.hours(), span.minutes(), span.seconds());
    let mut text = format!("{sign}{hours:02}:{minutes:02}:{seconds:02}");
    if span.microseconds() > 0 {
        text.push_str(&format!(".{:06}", span.microseconds()));
    }
    Ok(text.into())
}

fn unreadable() -> BoxDynError {
    "the bytes of the date are not in the form that the protocol prescribes".into()
}

/// Writes out a day whose month or day is 0, as the server does. The bytes are a length, a year, a
/// month and a day, and perhaps hours, minutes, seconds, and microseconds; parts that are 0 are left
/// out at the end.
fn day_as_text(bytes: &[u8], with_time: bool) -> Option<String> {
    let (length, parts) = bytes.split_first()?;
    if usize::from(*length) != parts.len() || parts.len() > 11 {
        return None;
    }
    let mut whole = [0; 11];
    whole[..parts.len()].copy_from_slice(parts);
    let [y1, y2, month, day, hour, minute, second, m1, m2, m3, m4] = whole;
    let year = u16::from_le_bytes([y1, y2]);
    let micros = u32::from_le_bytes([m1, m2, m3, m4]);
    let mut text = format!("{year:04}-{month:02}-{day:02}");
    if with_time {
        text.push_str(&format!(" {hour:02}:{minute:02}:{second:02}"));
    }
    if micros > 0 {
        text.push_str(&format!(".{micros:06}"));
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_are_none_are_written_as_the_server_writes_them() {
        let text = |bytes: &[u8]| day_as_text(bytes, bytes.len() > 5);
        assert_eq!(text(&[0]).as_deref(), Some("0000-00-00"));
        let moment = day_as_text(&[0], true);
        assert_eq!(moment.as_deref(), Some("0000-00-00 00:00:00"));
        assert_eq!(text(&[4, 0xEA, 0x07, 2, 0]).as_deref(), Some("2026-02-00"));
        assert_eq!(
            text(&[7, 0xEA, 0x07, 0, 0, 1, 2, 3]).as_deref(),
            Some("2026-00-00 01:02:03")
        );
        assert_eq!(text(&[4, 0xEA, 0x07]), None);
    }
}
