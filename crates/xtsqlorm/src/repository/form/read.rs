//! Values that are written as text, as they come in a query string.

use sea_orm::Value;

use super::{Form, Held};
use crate::repository::{Refusal, value};

impl Held<'_> {
    /// The value that `text` says for a column of this form. What is text in itself stays so, and is
    /// read as a date, a UUID and the like when it is converted.
    pub(crate) fn read(self, text: &str) -> Result<Value, Refusal> {
        let read = match self.form {
            Form::Bool => match text {
                "true" | "1" => Some(true.into()),
                "false" | "0" => Some(false.into()),
                _ => None,
            },
            Form::Integer { .. } => whole(text),
            Form::Float | Form::Double => number(text),
            Form::Decimal => value::decimal_of_text(text).map(Into::into),
            Form::Any => Some(whole_as_written(text).unwrap_or_else(|| text.into())),
            Form::Bytes => None,
            _ => Some(text.into()),
        };
        let described = || value::describe(&text.into());
        read.ok_or_else(|| self.mismatch(&described()))
    }
}

fn whole(text: &str) -> Option<Value> {
    let signed = text.parse::<i64>().map(Value::from);
    signed
        .or_else(|_| text.parse::<u64>().map(Value::from))
        .ok()
}

/// A number that is written as numbers are, so that `007` stays a text.
fn whole_as_written(text: &str) -> Option<Value> {
    let number: i64 = text.parse().ok()?;
    (number.to_string() == text).then(|| number.into())
}

/// No `inf` and no `nan`, which Rust reads and no column of a client's filter means.
fn number(text: &str) -> Option<Value> {
    let number: f64 = text.parse().ok()?;
    number.is_finite().then(|| number.into())
}
