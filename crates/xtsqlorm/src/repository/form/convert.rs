//! Every value in the one form that its column has.

use sea_orm::{
    DbBackend, Value,
    sea_query::prelude::chrono::{NaiveDate, NaiveTime, Utc},
};

use super::{Form, Held};
use crate::repository::{Refusal, dates::is_leap_second, value};

impl Held<'_> {
    /// The value in the column's form; `None` where it is of another kind.
    pub(crate) fn convert(self, given: &Value) -> Result<Option<Value>, Refusal> {
        Ok(match self.form {
            Form::Bool => matches!(given, Value::Bool(_)).then(|| given.clone()),
            Form::Integer { bits, unsigned } => self.integer(given, bits, unsigned)?,
            Form::Float => self.float(given)?,
            Form::Double => self.double(given)?,
            Form::Decimal => value::decimal(given).map(Into::into),
            Form::Text => value::text(given).map(Into::into),
            Form::Bytes => bytes(given),
            Form::Date => value::date(given).map(Into::into),
            Form::Time => value::time(given).map(Into::into),
            Form::DateTime => value::date_time(given).map(Into::into),
            Form::Moment => value::moment(given).map(|moment| moment.with_timezone(&Utc).into()),
            Form::Json => json(given),
            Form::Uuid => value::uuid(given).map(Into::into),
            Form::Any => Some(self.anything(given)?),
        })
    }

    /// A whole number that the column could not hold, and that can be compared with it all the same.
    pub(crate) fn widest(self, given: &Value) -> Option<Value> {
        match self.form {
            Form::Integer { .. } => Some(i64::try_from(value::integer(given)?).ok()?.into()),
            _ => None,
        }
    }

    /// What a number must be cast to that is compared with a column of PostgreSQL which could not
    /// hold it.
    pub(crate) fn cast_of(self, value: &Value) -> Option<&'static str> {
        match (self.form, value) {
            (Form::Integer { bits: ..64, .. }, Value::BigInt(_))
                if self.dialect == DbBackend::Postgres =>
            {
                Some("bigint")
            }
            _ => None,
        }
    }

    fn integer(self, given: &Value, bits: u8, unsigned: bool) -> Result<Option<Value>, Refusal> {
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

    /// The value as a floating-point number, where that loses nothing.
    fn double(self, given: &Value) -> Result<Option<Value>, Refusal> {
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

    fn float(self, given: &Value) -> Result<Option<Value>, Refusal> {
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
                format!("the number is out of the range of {}", self.type_name),
                "give a smaller one",
            ));
        }
        Ok(Some(number.into()))
    }

    /// MySQL refuses what is no number, and SQLite stores NULL for it.
    fn check_finite(self, number: f64) -> Result<(), Refusal> {
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

    fn anything(self, given: &Value) -> Result<Value, Refusal> {
        match (value::integer(given), given) {
            (Some(n), _) => match i64::try_from(n) {
                Ok(n) => Ok(n.into()),
                Err(_) => Err(self.out_of_range(i128::from(i64::MIN), i128::from(i64::MAX))),
            },
            (None, Value::Double(Some(n))) => {
                self.check_finite(*n)?;
                Ok(given.clone())
            }
            _ => Ok(given.clone()),
        }
    }

    /// Beyond these years the driver leaves a parameter out, or the server has no date. A leap second
    /// is the next minute to PostgreSQL and an error to MySQL; SQLite stores its text.
    pub(crate) fn check_date(self, value: &Value) -> Result<(), Refusal> {
        let (day, time) = match value {
            Value::ChronoDate(Some(day)) => (*day, NaiveTime::MIN),
            Value::ChronoTime(Some(time)) => (NaiveDate::default(), *time),
            Value::ChronoDateTime(Some(moment)) => (moment.date(), moment.time()),
            Value::ChronoDateTimeUtc(Some(moment)) => (moment.date_naive(), moment.time()),
            _ => return Ok(()),
        };
        if is_leap_second(&time) && self.dialect != DbBackend::Sqlite {
            return Err(Refusal::new(
                "the database stores no leap second",
                "give the second before it or after it",
            ));
        }
        let (least, most) = match self.dialect {
            DbBackend::MySql => (0, 9999),
            _ => (-4713, 262_000),
        };
        let first = NaiveDate::from_ymd_opt(least, 1, 1);
        let last = NaiveDate::from_ymd_opt(most, 12, 31);
        if (first..=last).contains(&Some(day)) {
            return Ok(());
        }
        Err(Refusal::new(
            format!("the year is out of the range of {}", self.type_name),
            format!("give one from {least} to {most}"),
        ))
    }

    /// Refuses what the server answers with an error of its own.
    pub(crate) fn check_characters(self, value: &Value) -> Result<(), Refusal> {
        match value {
            Value::String(Some(text))
                if self.dialect == DbBackend::Postgres && text.contains('\0') =>
            {
                Err(Refusal::new(
                    "PostgreSQL stores no text with a zero character in it",
                    "take it out, or store bytes",
                ))
            }
            _ => Ok(()),
        }
    }
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
