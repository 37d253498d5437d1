//! How much a column holds.

use sea_orm::{DbBackend, Value};

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
            Value::Decimal(Some(number)) => self.check_digits(&number.to_string()),
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
            DataType::Decimal { .. } => self.check_digits(text),
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
    fn check_digits(&self, number: &str) -> Result<(), Refusal> {
        let Some((whole, fraction)) = digits_of(number) else {
            return Ok(());
        };
        let (Some(precision), Some(scale)) = (self.model.precision(), self.model.scale()) else {
            return Ok(());
        };
        let Ok(scale) = u32::try_from(scale) else {
            return Ok(());
        };
        let too_many = |digits: usize, side: &str, remedy: String| {
            let problem = format!(
                "{digits} digits {side} the point are too many for {}",
                self.type_name()
            );
            Err(Refusal::new(problem, remedy))
        };
        let most = precision.saturating_sub(scale) as usize;
        if fraction > scale as usize {
            return too_many(fraction, "after", format!("round it to {scale}"));
        }
        if whole > most {
            return too_many(whole, "before", format!("give at most {most}"));
        }
        Ok(())
    }
}

/// How many digits that count a number has before and after the point; `None` of what is not written
/// with digits alone, such as `1e5` and `NaN`.
fn digits_of(text: &str) -> Option<(usize, usize)> {
    let digits = text.trim().trim_start_matches(['-', '+']);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_digit());
    let counted = (
        whole.trim_start_matches('0').len(),
        fraction.trim_end_matches('0').len(),
    );
    (is_number(whole) && is_number(fraction)).then_some(counted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_that_count_are_counted() {
        for (text, digits) in [
            ("1.005", Some((1, 3))),
            ("-0012.3400", Some((2, 2))),
            ("+.5", Some((0, 1))),
            ("0", Some((0, 0))),
            ("1e5", None),
            ("NaN", None),
        ] {
            assert_eq!(digits_of(text), digits, "{text}");
        }
    }
}
