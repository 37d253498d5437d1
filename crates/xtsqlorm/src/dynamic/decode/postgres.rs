//! PostgreSQL and CockroachDB.

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

use super::at;
use crate::dynamic::form::{Column, Form};

pub(super) fn decode(row: &PgRow, index: usize, column: &Column) -> sqlx::Result<Value> {
    macro_rules! get {
        ($rust:ty) => {
            row.try_get::<Option<$rust>, _>(index)?.into()
        };
    }
    let special = special(&row.try_get_raw(index)?, column.form)
        .map_err(|problem| at(index, problem.into()))?;
    if let Some(text) = special {
        return Ok(text.into());
    }
    Ok(match column.form {
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
fn special(value: &PgValueRef<'_>, form: Form) -> Result<Option<&'static str>, &'static str> {
    if value.is_null() || value.format() != PgValueFormat::Binary {
        return Ok(None);
    }
    let Ok(bytes) = value.as_bytes() else {
        return Ok(None);
    };
    const TOO_FAR: &str = "the year is beyond those that Rust's dates go to";
    match (form, bytes.len()) {
        (Form::Date, 4) => match number::<4>(bytes) {
            n if n == i64::from(i32::MAX) => Ok(Some("infinity")),
            n if n == i64::from(i32::MIN) => Ok(Some("-infinity")),
            // Days since 2000; about 260,000 years either way.
            n if n.abs() > 95_000_000 => Err(TOO_FAR),
            _ => Ok(None),
        },
        (Form::DateTime | Form::Moment, 8) => match number::<8>(bytes) {
            i64::MAX => Ok(Some("infinity")),
            i64::MIN => Ok(Some("-infinity")),
            n if n / 86_400_000_000 > 95_000_000 => Err(TOO_FAR),
            _ => Ok(None),
        },
        (Form::Time, 8) if number::<8>(bytes) == 86_400_000_000 => Ok(Some("24:00:00")),
        // Two words, then the sign.
        (Form::Decimal, 8..) => match bytes[4..6] {
            [0xC0, 0x00] => Ok(Some("NaN")),
            [0xD0, 0x00] => Ok(Some("Infinity")),
            [0xF0, 0x00] => Ok(Some("-Infinity")),
            _ => Ok(None),
        },
        _ => Ok(None),
    }
}

/// A signed number of `N` bytes.
fn number<const N: usize>(bytes: &[u8]) -> i64 {
    let first = bytes.first().is_some_and(|byte| *byte >= 0x80);
    let start = if first { -1 } else { 0 };
    bytes
        .iter()
        .take(N)
        .fold(start, |number, byte| (number << 8) | i64::from(*byte))
}
