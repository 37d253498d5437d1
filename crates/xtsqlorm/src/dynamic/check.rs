//! Refuses what a column cannot hold, before anything is sent.
//!
//! The servers' own rules hold: width and sign of whole numbers, digits of exact ones, lengths in
//! characters or bytes, the members of an enum or set. SQLite keeps none of these, so there only the
//! kind of value counts: a column that was declared as a number takes numbers, one that was declared
//! as text takes text, one that was declared as nothing takes anything.

mod convert;
mod json;
mod limits;

use sea_orm::Value;
use serde_json::Value as Json;

use super::{Form, form::Column, value::is_null};
pub(super) use crate::repository::Refusal;

impl Refusal {
    fn null() -> Self {
        Self::new("it must not be NULL", "give a value, or leave it out")
    }
}

impl Column {
    /// The value as it is bound when it is written.
    pub(super) fn accept(&self, value: Value) -> Result<Value, Refusal> {
        if is_null(&value) {
            return match self.model.nullable {
                true => Ok(self.written_null()),
                false => Err(Refusal::null()),
            };
        }
        let value = self.convert(value)?;
        self.check_limits(&value)?;
        Ok(value)
    }

    /// NULL as it is bound among values of the column.
    fn written_null(&self) -> Value {
        match self.form {
            // It is written as its text.
            Form::Json => Value::String(None),
            form => form.null(),
        }
    }

    /// The value as it is bound in a condition, where it may be one that the column could not hold.
    pub(super) fn comparable(&self, value: Value) -> Result<Value, Refusal> {
        if is_null(&value) {
            return Ok(self.form.null());
        }
        if self.form == Form::Json && !self.compares_json {
            return Err(Refusal::new(
                format!("{} is compared letter by letter, as text", self.type_name()),
                "compare a part of it by a condition of sea-query, or ask whether it is NULL",
            ));
        }
        self.convert_to_compare(value)
    }

    /// A field of a JSON object. `null` is NULL, but in a column of JSON that must not be NULL: there
    /// it is JSON's own `null`, as it is for an entity.
    pub(super) fn accept_json(&self, json: Json) -> Result<Value, Refusal> {
        if json.is_null() && (self.form != Form::Json || self.model.nullable) {
            return self.accept(self.form.null());
        }
        self.accept(self.value_of_json(json)?)
    }

    /// The same for a condition.
    pub(super) fn comparable_json(&self, json: Json) -> Result<Value, Refusal> {
        if json.is_null() {
            return Ok(self.form.null());
        }
        self.comparable(self.value_of_json(json)?)
    }
}
