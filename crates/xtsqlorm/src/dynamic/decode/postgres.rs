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
use crate::{
    connection::dates::{Beyond, Dated},
    dynamic::form::Form,
};

pub(super) fn decode(row: &PgRow, index: usize, form: Form) -> sqlx::Result<Value> {
    macro_rules! get {
        ($rust:ty) => {
            row.try_get::<Option<$rust>, _>(index)?.into()
        };
    }
    let special =
        special(&row.try_get_raw(index)?, form).map_err(|problem| at(index, problem.into()))?;
    if let Some(text) = special {
        return Ok(text.into());
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
fn special(value: &PgValueRef<'_>, form: Form) -> Result<Option<&'static str>, &'static str> {
    if value.is_null() || value.format() != PgValueFormat::Binary {
        return Ok(None);
    }
    let Ok(bytes) = value.as_bytes() else {
        return Ok(None);
    };
    /// The end of a day, in microseconds.
    const MIDNIGHT: i64 = 86_400_000_000;
    match (form, bytes.len()) {
        (Form::Date, _) => date(Dated::Day.beyond(bytes)),
        (Form::DateTime | Form::Moment, _) => date(Dated::Moment.beyond(bytes)),
        (Form::Time, 8) if *bytes == MIDNIGHT.to_be_bytes() => Ok(Some("24:00:00")),
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

fn date(beyond: Option<Beyond>) -> Result<Option<&'static str>, &'static str> {
    match beyond {
        Some(Beyond::Infinity) => Ok(Some("infinity")),
        Some(Beyond::MinusInfinity) => Ok(Some("-infinity")),
        Some(Beyond::TooFar) => Err("the year is beyond those that Rust's dates go to"),
        None => Ok(None),
    }
}
