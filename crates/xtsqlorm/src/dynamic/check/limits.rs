//! How much a column holds.

use sea_orm::{DbBackend, Value, sqlx::types::Decimal};

use super::Refusal;
use crate::{
    dynamic::{form::Column, value},
    reflect::DataType,
};

impl Column {
    /// Refuses a value of the column's form that is too much for it.
    pub(super) fn check_limits(&self, value: &Value) -> Result<(), Refusal> {
        if self.is_sqlite() {
            return Ok(());
        }
        match value {
            Value::String(Some(text)) => {
                self.held().check_characters(value)?;
                self.check_text(text)
            }
            Value::Bytes(Some(bytes)) => {
                self.check_length("bytes", bytes.len(), self.model.length())
            }
            Value::Decimal(Some(number)) => self.check_digits(number),
            other => match value::integer(other) {
                Some(number) => self.check_width(number),
                None => self.held().check_date(other),
            },
        }
        .and_then(|()| self.check_members(value))
    }

    /// Refuses what is no member of an enum or set.
    pub(super) fn check_members(&self, value: &Value) -> Result<(), Refusal> {
        let Value::String(Some(text)) = value else {
            return Ok(());
        };
        let (members, given): (_, Vec<&str>) = match self.model.data_type.base() {
            DataType::Enum { values, .. } => (values, vec![text.as_str()]),
            DataType::Set { values } if text.is_empty() => (values, Vec::new()),
            DataType::Set { values } => (values, text.split(',').collect()),
            _ => return Ok(()),
        };
        let is_member = |text: &&str| members.iter().any(|member| member == text);
        if self.is_sqlite() || given.iter().all(is_member) {
            return Ok(());
        }
        Err(Refusal::new(
            format!(
                "{} is no member of {}",
                value::describe(value),
                self.short_type()
            ),
            format!("the members are {}", members.join(", ")),
        ))
    }

    /// The type without the members, which are many.
    fn short_type(&self) -> &str {
        let name = self.type_name();
        match self.dialect {
            DbBackend::MySql => name.split('(').next().unwrap_or(name),
            _ => name,
        }
    }

    fn check_text(&self, text: &str) -> Result<(), Refusal> {
        match self.model.data_type.base() {
            DataType::Char { length } | DataType::VarChar { length } => {
                let length = length.map(u64::from);
                self.check_length("characters", text.chars().count(), length)
            }
            DataType::Text { max_bytes } => match self.bytes_of(text) {
                Some(bytes) => self.check_length("bytes", bytes, *max_bytes),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// How many bytes a text takes in the column's character set, where that is known.
    fn bytes_of(&self, text: &str) -> Option<usize> {
        match self.model.charset.as_deref() {
            None => Some(text.len()),
            Some(charset) if charset.starts_with("utf8") => Some(text.len()),
            Some("latin1" | "ascii" | "binary") => Some(text.chars().count()),
            Some(_) => None,
        }
    }

    fn check_length(&self, unit: &str, length: usize, most: Option<u64>) -> Result<(), Refusal> {
        let Some(most) = most.filter(|most| (length as u64) > *most) else {
            return Ok(());
        };
        Err(Refusal::new(
            format!("{length} {unit} are too many for {}", self.type_name()),
            format!("give at most {most}"),
        ))
    }

    fn check_width(&self, number: i128) -> Result<(), Refusal> {
        let (least, most) = match self.model.data_type.base() {
            DataType::Integer {
                bits: 24,
                unsigned: false,
            } => (-(1 << 23), (1 << 23) - 1),
            DataType::Integer { bits: 24, .. } => (0, (1 << 24) - 1),
            DataType::Bit { length, .. } => (0, (1 << length.unwrap_or(1).min(64)) - 1),
            DataType::Year if number == 0 => return Ok(()),
            DataType::Year => (1901, 2155),
            _ => return Ok(()),
        };
        if (least..=most).contains(&number) {
            return Ok(());
        }
        Err(self.held().out_of_range(least, most))
    }

    /// The servers round what has too many digits after the point.
    fn check_digits(&self, number: &Decimal) -> Result<(), Refusal> {
        let (Some(precision), Some(scale)) = (self.model.precision(), self.model.scale()) else {
            return Ok(());
        };
        let (Ok(scale), number) = (u32::try_from(scale), number.normalize()) else {
            return Ok(());
        };
        if number.scale() > scale {
            return Err(Refusal::new(
                format!(
                    "{} digits after the point are too many for {}",
                    number.scale(),
                    self.type_name()
                ),
                format!("round it to {scale}"),
            ));
        }
        let whole = number.trunc().abs();
        let digits = match whole.is_zero() {
            true => 0,
            false => whole.to_string().len(),
        };
        let most = precision.saturating_sub(scale) as usize;
        if digits > most {
            return Err(Refusal::new(
                format!(
                    "{digits} digits before the point are too many for {}",
                    self.type_name()
                ),
                format!("give at most {most}"),
            ));
        }
        Ok(())
    }
}
