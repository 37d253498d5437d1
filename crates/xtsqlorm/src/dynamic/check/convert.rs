//! Every value in the one form that its column has.

use sea_orm::{DbBackend, Value};
use serde::de::IgnoredAny;

use super::Refusal;
use crate::{
    dynamic::{Form, form::Column, value},
    reflect::DataType,
};

impl Column {
    /// The value in the column's form.
    pub(super) fn convert(&self, given: Value) -> Result<Value, Refusal> {
        let converted = match self.form {
            Form::Bool => self.bool(&given),
            Form::Text => self.text(&given),
            Form::Json => json(&given),
            _ => self.held().convert(&given)?,
        };
        if !self.strict
            && let Some(stored) = self.as_stored(&given)
        {
            return Ok(stored);
        }
        if let Some(converted) = converted {
            return Ok(converted);
        }
        if let Some(special) = self.special(&given) {
            return Ok(special);
        }
        Err(self.held().mismatch(&value::describe(&given)))
    }

    /// The value in the column's form, or in the widest where only its size stands in the way.
    pub(super) fn convert_to_compare(&self, given: Value) -> Result<Value, Refusal> {
        let widest = self.held().widest(&given);
        let value = match (self.convert(given), widest) {
            (Err(_), Some(widest)) => widest,
            (converted, _) => converted?,
        };
        self.held().check_date(&value)?;
        self.check_members(&value)?;
        Ok(value)
    }

    fn bool(&self, given: &Value) -> Option<Value> {
        if let Value::Bool(_) = given {
            return Some(given.clone());
        }
        // `tinyint(1)`, which was read with another number in it.
        let is_number = *self.model.data_type.base() == DataType::Boolean;
        let number =
            value::integer(given).filter(|_| is_number && self.dialect == DbBackend::MySql);
        Some(i8::try_from(number?).ok()?.into())
    }

    fn text(&self, given: &Value) -> Option<Value> {
        if let Some(text) = value::text(given) {
            return Some(text.into());
        }
        // Types that come as text, since no form holds all their values.
        match (self.model.data_type.base(), given) {
            (DataType::Decimal { .. }, Value::Decimal(Some(n))) => Some(n.to_string().into()),
            (DataType::Decimal { .. }, Value::Double(Some(n))) => Some(n.to_string().into()),
            (DataType::Decimal { .. }, n) => Some(value::integer(n)?.to_string().into()),
            (DataType::Uuid, Value::Uuid(Some(uuid))) => Some(uuid.to_string().into()),
            _ => None,
        }
    }

    /// Text for what the form cannot hold, such as an infinite date; the server reads it.
    fn special(&self, given: &Value) -> Option<Value> {
        let Value::String(Some(text)) = given else {
            return None;
        };
        let known = match (self.dialect, self.form) {
            (DbBackend::Postgres, Form::Date | Form::DateTime | Form::Moment) => {
                matches!(text.as_str(), "infinity" | "-infinity") || is_far(text)
            }
            (DbBackend::Postgres, Form::Time) => text == "24:00:00",
            (DbBackend::Postgres, Form::Decimal) => {
                matches!(text.as_str(), "NaN" | "Infinity" | "-Infinity")
            }
            (DbBackend::MySql, Form::Time) => is_span(text),
            // A day or month of 0.
            (DbBackend::MySql, Form::Date | Form::DateTime | Form::Moment) => {
                let digits = |place: usize| text.get(place..place + 2);
                text.len() >= 10
                    && text.chars().all(|letter| "0123456789-:. ".contains(letter))
                    && (digits(5) == Some("00") || digits(8) == Some("00"))
            }
            _ => false,
        };
        known.then(|| given.clone())
    }

    /// What SQLite keeps as it is given although the column was declared as something else: numbers
    /// for numbers and dates, and dates with and without a zone.
    fn as_stored(&self, given: &Value) -> Option<Value> {
        let number = || match given {
            Value::Double(_) | Value::Float(_) => value::double(given).map(Value::from),
            Value::Decimal(_) => Some(given.clone()),
            other => Some(i64::try_from(value::integer(other)?).ok()?.into()),
        };
        match self.form {
            Form::Bool | Form::Integer { .. } => match given {
                Value::Bool(_) => Some(given.clone()),
                _ => number(),
            },
            Form::Double | Form::Float | Form::Decimal => match value::decimal(given) {
                Some(_) => None,
                None => number(),
            },
            Form::Date | Form::Time => number(),
            Form::DateTime | Form::Moment => match given {
                Value::String(_) => value::date_time(given)
                    .map(Value::from)
                    .or_else(|| value::moment(given).map(Value::from)),
                Value::ChronoDateTime(_)
                | Value::ChronoDateTimeUtc(_)
                | Value::ChronoDateTimeLocal(_)
                | Value::ChronoDateTimeWithTimeZone(_) => Some(given.clone()),
                _ => number(),
            },
            Form::Uuid => match (given, value::uuid(given)) {
                (Value::String(_), Some(_)) => Some(given.clone()),
                _ => None,
            },
            _ => None,
        }
    }
}

/// JSON as its text, which the database reads: serde_json would keep neither all digits of a number
/// nor the keys as they stand.
fn json(given: &Value) -> Option<Value> {
    match given {
        Value::Json(Some(json)) => Some(json.to_string().into()),
        Value::String(Some(text)) => {
            let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
            is_json.then(|| given.clone())
        }
        _ => None,
    }
}

/// Whether a date's year is one that Rust's dates do not go to; the server reads the rest.
fn is_far(text: &str) -> bool {
    let year = text.split('-').next().unwrap_or_default();
    year.len() >= 6 && year.parse::<u32>().is_ok_and(|year| year > 262_000)
}

/// MySQL's TIME goes from -838:59:59 to 838:59:59.
fn is_span(text: &str) -> bool {
    let span = text.strip_prefix('-').unwrap_or(text);
    let (clock, fraction) = span.split_once('.').unwrap_or((span, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<Option<u16>> = clock
        .split(':')
        .map(|part| part.parse().ok().filter(|_| is_number(part)))
        .collect();
    let [Some(hours), Some(minutes), Some(seconds)] = parts[..] else {
        return false;
    };
    hours <= 838 && minutes < 60 && seconds < 60 && is_number(fraction) && fraction.len() <= 6
}
