//! Fields of a JSON object, as serde reads those of a generated entity.

use sea_orm::Value;
use serde_json::{Number, Value as Json};

use super::Refusal;
use crate::{
    dynamic::{Form, form::Column, value},
    repository::describe_json,
};

impl Column {
    /// A field that is not null, on its way to the column's form.
    pub(super) fn value_of_json(&self, json: Json) -> Result<Value, Refusal> {
        let described = describe_json(&json);
        let value = match (self.form, json) {
            (Form::Json, json) => Some(json.into()),
            (Form::Bool, Json::Bool(truth)) => Some(truth.into()),
            (Form::Integer { .. }, Json::Number(number)) => whole(&number),
            (Form::Float | Form::Double, Json::Number(number)) => {
                whole(&number).or_else(|| number.as_f64().map(Into::into))
            }
            (Form::Decimal, Json::Number(number)) => {
                value::decimal_of_text(&number.to_string()).map(Into::into)
            }
            (Form::Bytes, Json::Array(bytes)) => bytes_of(bytes),
            (Form::Uuid, Json::String(text)) => value::uuid(&text.into()).map(Into::into),
            (
                Form::Text
                | Form::Decimal
                | Form::Date
                | Form::Time
                | Form::DateTime
                | Form::Moment
                | Form::Any,
                Json::String(text),
            ) => Some(text.into()),
            (Form::Date | Form::DateTime | Form::Moment, Json::Number(number))
                if self.is_sqlite() =>
            {
                number_of(&number)
            }
            (Form::Any, Json::Number(number)) => number_of(&number),
            (Form::Any, Json::Bool(truth)) => Some(truth.into()),
            (Form::Any, Json::Array(bytes)) => bytes_of(bytes),
            _ => None,
        };
        value.ok_or_else(|| self.held().mismatch(&described))
    }
}

fn whole(number: &Number) -> Option<Value> {
    match number.as_i64() {
        Some(number) => Some(number.into()),
        None => number.as_u64().map(Into::into),
    }
}

fn number_of(number: &Number) -> Option<Value> {
    whole(number).or_else(|| number.as_f64().map(Into::into))
}

fn bytes_of(bytes: Vec<Json>) -> Option<Value> {
    let byte = |byte: Json| u8::try_from(byte.as_u64()?).ok();
    let bytes: Option<Vec<u8>> = bytes.into_iter().map(byte).collect();
    Some(bytes?.into())
}
