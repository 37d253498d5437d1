//! Every value in the one form that its column has.

use sea_orm::{DbBackend, Value, sqlx::types::chrono::Utc};

use super::Refusal;
use crate::{
    dynamic::{
        form::{Column, Form},
        value,
    },
    reflect::DataType,
};

impl Column {
    /// The value in the column's form.
    pub(super) fn convert(&self, given: Value) -> Result<Value, Refusal> {
        let converted = match self.form {
            Form::Bool => self.bool(&given),
            Form::Integer { bits, unsigned } => self.integer(&given, bits, unsigned)?,
            Form::Float => self.float(&given)?,
            Form::Double => self.double(&given)?,
            Form::Decimal => value::decimal(&given).map(Into::into),
            Form::Text => self.text(&given),
            Form::Bytes => bytes(&given),
            Form::Date => value::date(&given).map(Into::into),
            Form::Time => value::time(&given).map(Into::into),
            Form::DateTime => value::date_time(&given).map(Into::into),
            Form::Moment => value::moment(&given).map(|moment| moment.with_timezone(&Utc).into()),
            Form::Json => json(&given),
            Form::Uuid => value::uuid(&given).map(Into::into),
            Form::Any => return self.anything(given),
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
        Err(Refusal::mismatch(&value::describe(&given), self))
    }

    /// The value in the column's form, or in the widest where only its size stands in the way.
    pub(super) fn convert_to_compare(&self, given: Value) -> Result<Value, Refusal> {
        let whole = value::integer(&given).and_then(|n| i64::try_from(n).ok());
        match (self.form, whole) {
            (Form::Integer { .. }, Some(n)) => match self.convert(given) {
                Ok(value) => Ok(value),
                Err(_) => Ok(n.into()),
            },
            _ => {
                let value = self.convert(given)?;
                self.check_members(&value)?;
                Ok(value)
            }
        }
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

    fn integer(&self, given: &Value, bits: u8, unsigned: bool) -> Result<Option<Value>, Refusal> {
        let Some(n) = value::integer(given) else {
            return Ok(None);
        };
        let converted = match (bits, unsigned) {
            (8, false) => i8::try_from(n).map(Into::into),
            (16, false) => i16::try_from(n).map(Into::into),
            (32, false) => i32::try_from(n).map(Into::into),
            (_, false) => i64::try_from(n).map(Into::into),
            (8, true) => u8::try_from(n).map(Into::into),
            (16, true) => u16::try_from(n).map(Into::into),
            (32, true) => u32::try_from(n).map(Into::into),
            (_, true) => u64::try_from(n).map(Into::into),
        };
        let least = if unsigned { 0 } else { -(1_i128 << (bits - 1)) };
        let most = (1_i128 << (bits - u8::from(!unsigned))) - 1;
        match converted {
            Ok(value) => Ok(Some(value)),
            Err(_) => Err(self.out_of_range(least, most)),
        }
    }

    pub(super) fn out_of_range(&self, least: i128, most: i128) -> Refusal {
        Refusal::new(
            format!("the number is out of the range of {}", self.type_name()),
            format!("give one from {least} to {most}"),
        )
    }

    fn double(&self, given: &Value) -> Result<Option<Value>, Refusal> {
        let number = match given {
            Value::Decimal(Some(n)) => n.to_string().parse().ok(),
            other => value::double(other),
        };
        let Some(number) = number else {
            return match value::integer(given) {
                Some(_) => Err(Refusal::new(
                    "a floating-point number does not hold a whole number of so many digits",
                    "give one of at most 15 digits",
                )),
                None => Ok(None),
            };
        };
        self.check_finite(number)?;
        Ok(Some(number.into()))
    }

    fn float(&self, given: &Value) -> Result<Option<Value>, Refusal> {
        if let Value::Float(Some(number)) = given {
            self.check_finite(f64::from(*number))?;
            return Ok(Some(given.clone()));
        }
        let Some(Value::Double(Some(wide))) = self.double(given)? else {
            return Ok(None);
        };
        let number = wide as f32;
        if number.is_infinite() && wide.is_finite() {
            return Err(Refusal::new(
                format!("the number is out of the range of {}", self.type_name()),
                "give a smaller one",
            ));
        }
        Ok(Some(number.into()))
    }

    /// MySQL refuses what is no number, and SQLite stores NULL for it.
    fn check_finite(&self, number: f64) -> Result<(), Refusal> {
        let refused = match self.dialect {
            DbBackend::MySql => !number.is_finite(),
            DbBackend::Sqlite => number.is_nan(),
            _ => false,
        };
        if refused {
            return Err(Refusal::new(
                "the database stores no number that is infinite or not a number",
                "give a finite one",
            ));
        }
        Ok(())
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
                matches!(text.as_str(), "infinity" | "-infinity")
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
                Value::ChronoDateTime(_) | Value::ChronoDateTimeWithTimeZone(_) => {
                    Some(given.clone())
                }
                _ => number(),
            },
            Form::Uuid => match (given, value::uuid(given)) {
                (Value::String(_), Some(_)) => Some(given.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    fn anything(&self, given: Value) -> Result<Value, Refusal> {
        match (value::integer(&given), &given) {
            (Some(n), _) => match i64::try_from(n) {
                Ok(n) => Ok(n.into()),
                Err(_) => Err(self.out_of_range(i128::from(i64::MIN), i128::from(i64::MAX))),
            },
            (None, Value::Double(Some(n))) => {
                self.check_finite(*n)?;
                Ok(given)
            }
            _ => Ok(given),
        }
    }
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

fn bytes(given: &Value) -> Option<Value> {
    match given {
        Value::Bytes(_) => Some(given.clone()),
        Value::Uuid(Some(uuid)) => Some(uuid.as_bytes().to_vec().into()),
        _ => None,
    }
}

fn json(given: &Value) -> Option<Value> {
    match given {
        Value::Json(_) => Some(given.clone()),
        Value::String(Some(text)) => {
            let json: serde_json::Value = serde_json::from_str(text).ok()?;
            Some(json.into())
        }
        _ => None,
    }
}
