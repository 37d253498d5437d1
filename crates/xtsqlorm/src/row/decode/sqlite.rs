//! SQLite, where each value has a type of its own, whatever its column was declared as.

use sea_orm::{
    Value,
    sqlx::{
        self, Decode, Row as _, Sqlite, TypeInfo as _, ValueRef as _,
        sqlite::{SqliteRow, SqliteValueRef},
        types::{
            Decimal, Uuid,
            chrono::{DateTime, Utc},
        },
    },
};

use super::at;
use crate::repository::{Form, value};

pub(super) fn decode(row: &SqliteRow, index: usize, form: Form) -> sqlx::Result<Value> {
    fn get<'r, T: Decode<'r, Sqlite>>(value: SqliteValueRef<'r>, index: usize) -> sqlx::Result<T> {
        T::decode(value).map_err(|error| at(index, error))
    }
    let value = row.try_get_raw(index)?;
    if value.is_null() {
        return Ok(form.null());
    }
    let stored = value.type_info().name().to_owned();
    Ok(match stored.as_str() {
        "INTEGER" => integer(get(value, index)?, form),
        "REAL" => real(get(value, index)?, form),
        "BLOB" => bytes(get(value, index)?, form),
        _ => text(get(value, index)?, form),
    })
}

fn integer(number: i64, form: Form) -> Value {
    match (form, number) {
        (Form::Bool, 0) => false.into(),
        (Form::Bool, 1) => true.into(),
        (Form::Decimal, number) => Decimal::from(number).into(),
        // A whole number in a column without affinity is as good as the same one with a point.
        (Form::Double, number) => match value::double(&number.into()) {
            Some(number) => number.into(),
            None => number.into(),
        },
        _ => number.into(),
    }
}

fn real(number: f64, form: Form) -> Value {
    if form == Form::Decimal {
        // SeaORM reads it the same way; what that rounds stays as it is.
        let exact = Decimal::try_from(number)
            .ok()
            .filter(|exact| exact.to_string().parse() == Ok(number));
        if let Some(exact) = exact {
            return exact.into();
        }
    }
    number.into()
}

fn bytes(bytes: Vec<u8>, form: Form) -> Value {
    match (form, Uuid::from_slice(&bytes)) {
        (Form::Uuid, Ok(uuid)) => uuid.into(),
        _ => bytes.into(),
    }
}

/// Text is what its column says where writing that back gives the same text; else it stays text.
fn text(text: String, form: Form) -> Value {
    let read = match form {
        Form::Date => day(&text),
        Form::Time => hour(&text),
        Form::DateTime | Form::Moment => moment(&text),
        Form::Decimal => number(&text),
        Form::Json => serde_json::from_str(&text).ok().map(json),
        _ => None,
    };
    read.unwrap_or_else(|| text.into())
}

fn json(json: serde_json::Value) -> Value {
    Value::Json(Some(Box::new(json)))
}

fn number(text: &str) -> Option<Value> {
    let number = value::decimal_of_text(text)?;
    (number.to_string() == text).then(|| number.into())
}

fn day(text: &str) -> Option<Value> {
    let day = value::date(&text.into())?;
    (day.format("%F").to_string() == text).then(|| day.into())
}

fn hour(text: &str) -> Option<Value> {
    let hour = value::time(&text.into())?;
    same(&hour.format("%T%.f").to_string(), text, "").then(|| hour.into())
}

/// With or without an offset, as SeaORM writes either.
fn moment(text: &str) -> Option<Value> {
    if let Some(moment) = value::date_time(&text.into()) {
        let written = moment.format("%F %T%.f").to_string();
        return same(&written, text, "").then(|| moment.into());
    }
    let moment = DateTime::parse_from_rfc3339(text).ok()?;
    let offset = moment.format("%:z").to_string();
    if !same(&moment.format("%FT%T%.f%:z").to_string(), text, &offset) {
        return None;
    }
    Some(match moment.offset().local_minus_utc() {
        0 => moment.with_timezone(&Utc).into(),
        _ => moment.into(),
    })
}

/// Whether two texts differ in nothing but zeros at the end of a fraction, before `ending`.
fn same(written: &str, text: &str, ending: &str) -> bool {
    fn short<'a>(text: &'a str, ending: &str) -> Option<&'a str> {
        let text = text.strip_suffix(ending)?;
        Some(match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.'),
            false => text,
        })
    }
    matches!((short(written, ending), short(text, ending)), (Some(a), Some(b)) if a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_would_be_written_otherwise_stays_text() {
        for (stored, form) in [
            ("2026-02-28 10:00", Form::DateTime),
            ("2026-02-28T10:00:00", Form::DateTime),
            ("2026-02-28 10:00:00+00:00", Form::Moment),
            ("2026-02-28T10:00:00Z", Form::Moment),
            ("28.02.2026", Form::Date),
            ("10:00", Form::Time),
            ("1.50x", Form::Decimal),
            ("0", Form::Text),
        ] {
            assert_eq!(text(stored.to_owned(), form), stored.into(), "{stored}");
        }
    }

    #[test]
    fn text_that_seaorm_writes_is_what_it_says() {
        for (stored, form) in [
            ("2026-02-28 10:00:00.5", Form::DateTime),
            ("2026-02-28 10:00:00.500", Form::Moment),
            ("2026-02-28T10:00:00.000+00:00", Form::Moment),
            ("2026-02-28T10:00:00+08:00", Form::DateTime),
            ("2026-02-28", Form::Date),
            ("10:00:00", Form::Time),
            ("1.50", Form::Decimal),
            ("[1, 2]", Form::Json),
        ] {
            let read = text(stored.to_owned(), form);
            assert!(!matches!(read, Value::String(_)), "{stored}");
        }
    }
}
