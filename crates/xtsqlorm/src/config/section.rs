//! One table of the configuration, read field by field with exact errors.

use std::{ops::RangeInclusive, time::Duration};

use ::config::{Map, Value, ValueKind};
use secrecy::SecretString;

use super::{duration, nearest::nearest, place::Place};
use crate::error::ConfigError;

/// A table as the `config` crate reads it.
pub(super) type Table = Map<String, Value>;

/// One table and where it stands.
#[derive(Debug)]
pub(super) struct Section<'a> {
    /// Where the table stands.
    pub(super) place: Place,
    /// Its fields.
    table: &'a Table,
}

impl<'a> Section<'a> {
    /// Reads `table`, which stands at `place`.
    pub(super) fn new(place: Place, table: &'a Table) -> Self {
        Self { place, table }
    }

    /// Refuses fields other than `known`.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), ConfigError> {
        let unknown = self.names().into_iter().find(|name| !known.contains(name));
        let Some(field) = unknown else { return Ok(()) };
        let origin = self.table.get(field).and_then(Value::origin);
        let place = self.place.clone().at_origin(origin);
        Err(ConfigError::UnknownField {
            field: field.to_owned(),
            place: place.to_string(),
            nearest: nearest(field, known.iter().copied()).map(str::to_owned),
            known: known.iter().map(|name| (*name).to_owned()).collect(),
        })
    }

    /// The names of all fields, sorted.
    pub(super) fn names(&self) -> Vec<&'a str> {
        let mut names: Vec<_> = self.table.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// Tells whether a field is there and not null.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Where a field stands; `path` may lead through tables.
    pub(super) fn place_of(&self, path: &str) -> Place {
        let mut place = self.place.clone();
        let mut table = Some(self.table);
        for name in path.split('.') {
            let value = table.and_then(|table| table.get(name));
            place = place.child(name, value.and_then(Value::origin));
            table = value.and_then(|value| match &value.kind {
                ValueKind::Table(table) => Some(table),
                _ => None,
            });
        }
        place
    }

    /// The name of this table.
    pub(super) fn key(&self) -> &str {
        self.place.name()
    }

    /// Tells whether a field comes from an environment variable.
    pub(super) fn is_from_environment(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.origin().is_some())
    }

    /// A field's value, unless it is null.
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.table
            .get(name)
            .filter(|value| value.kind != ValueKind::Nil)
    }

    /// The error for a value of the wrong type. The value is shown unless it may be a secret.
    pub(super) fn wrong_type(
        &self,
        name: &str,
        expected: impl Into<String>,
        show: bool,
    ) -> ConfigError {
        ConfigError::WrongType {
            place: self.place_of(name).to_string(),
            expected: expected.into(),
            found: self
                .get(name)
                .map_or_else(|| "nothing".to_owned(), |value| found(value, show)),
        }
    }

    /// Reads a string.
    pub(super) fn string(&self, name: &str) -> Result<Option<&'a str>, ConfigError> {
        match self.get(name).map(|value| &value.kind) {
            None => Ok(None),
            Some(ValueKind::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong_type(name, "a string", true)),
        }
    }

    /// Reads a string that no message may show.
    pub(super) fn secret(&self, name: &str) -> Result<Option<SecretString>, ConfigError> {
        match self.get(name).map(|value| &value.kind) {
            None => Ok(None),
            Some(ValueKind::String(text)) => Ok(Some(text.as_str().into())),
            Some(_) => Err(self.wrong_type(name, "a string", false)),
        }
    }

    /// Reads a parameter of the driver's URL: a string, a number or a boolean, and no message may
    /// show it.
    pub(super) fn parameter(&self, name: &str) -> Result<Option<String>, ConfigError> {
        match self.get(name).map(|value| &value.kind) {
            None => Ok(None),
            Some(ValueKind::String(text)) => Ok(Some(text.clone())),
            Some(kind @ (ValueKind::Boolean(_) | ValueKind::I64(_) | ValueKind::U64(_))) => {
                Ok(Some(kind.to_string()))
            }
            Some(_) => Err(self.wrong_type(name, "a string", false)),
        }
    }

    /// Reads an integer; from the environment, where all is text, also from digits.
    pub(super) fn integer<T: TryFrom<u64>>(
        &self,
        name: &str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let number = match &value.kind {
            ValueKind::I64(number) => u64::try_from(*number).ok(),
            ValueKind::U64(number) => Some(*number),
            ValueKind::String(text) if value.origin().is_some() => text.trim().parse().ok(),
            _ => None,
        };
        let number = number
            .filter(|number| range.contains(number))
            .and_then(|number| T::try_from(number).ok());
        match number {
            Some(number) => Ok(Some(number)),
            None => {
                let expected = format!("an integer from {} to {}", range.start(), range.end());
                Err(self.wrong_type(name, expected, true))
            }
        }
    }

    /// Reads a boolean; from the environment also from text.
    pub(super) fn boolean(&self, name: &str) -> Result<Option<bool>, ConfigError> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        match &value.kind {
            ValueKind::Boolean(given) => Ok(Some(*given)),
            ValueKind::String(text) if value.origin().is_some() => match text.trim() {
                "true" | "1" => Ok(Some(true)),
                "false" | "0" => Ok(Some(false)),
                _ => Err(self.wrong_type(name, "true or false", true)),
            },
            _ => Err(self.wrong_type(name, "true or false", true)),
        }
    }

    /// Reads a duration.
    pub(super) fn duration(&self, name: &str) -> Result<Option<Duration>, ConfigError> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let limit = match &value.kind {
            ValueKind::String(text) => duration::parse(text),
            // Exact for every duration below the longest one.
            ValueKind::I64(number) => duration::seconds(*number as f64),
            ValueKind::U64(number) => duration::seconds(*number as f64),
            ValueKind::Float(number) => duration::seconds(*number),
            _ => None,
        };
        limit
            .map(Some)
            .ok_or_else(|| self.wrong_type(name, duration::EXPECTED, true))
    }

    /// Reads a duration, or `"never"` as `Some(None)`.
    pub(super) fn duration_or_never(
        &self,
        name: &str,
    ) -> Result<Option<Option<Duration>>, ConfigError> {
        match self.get(name).map(|value| &value.kind) {
            Some(ValueKind::String(text)) if text == "never" => Ok(Some(None)),
            _ => Ok(self.duration(name)?.map(Some)),
        }
    }

    /// Reads a table.
    pub(super) fn section(&self, name: &str) -> Result<Option<Section<'a>>, ConfigError> {
        match self.get(name).map(|value| &value.kind) {
            None => Ok(None),
            Some(ValueKind::Table(table)) => Ok(Some(Section::new(self.place_of(name), table))),
            Some(_) => Err(self.wrong_type(name, "a table", false)),
        }
    }

    /// Reads a list of strings that no message may show; from the environment, one string with
    /// commas between them.
    pub(super) fn secrets(&self, name: &str) -> Result<Vec<SecretString>, ConfigError> {
        let Some(value) = self.get(name) else {
            return Ok(Vec::new());
        };
        let wrong = || self.wrong_type(name, "a list of strings", false);
        match &value.kind {
            ValueKind::Array(items) => items
                .iter()
                .map(|item| match &item.kind {
                    ValueKind::String(text) => Ok(text.as_str().into()),
                    _ => Err(wrong()),
                })
                .collect(),
            ValueKind::String(text) if value.origin().is_some() => Ok(text
                .split(',')
                .map(str::trim)
                .filter(|url| !url.is_empty())
                .map(Into::into)
                .collect()),
            _ => Err(wrong()),
        }
    }

    /// A field as the `config` crate holds it.
    pub(super) fn raw(&self, name: &str) -> Option<&'a Value> {
        self.get(name)
    }
}

/// Describes a value; shows it only if `show` and if it does not look like a URL.
fn found(value: &Value, show: bool) -> String {
    match &value.kind {
        ValueKind::Nil => "nothing".to_owned(),
        ValueKind::Table(_) => "a table".to_owned(),
        ValueKind::Array(_) => "a list".to_owned(),
        ValueKind::Boolean(given) if show => format!("boolean {given}"),
        ValueKind::Boolean(_) => "a boolean".to_owned(),
        ValueKind::String(text) if show && printable(text) => format!("string {text:?}"),
        ValueKind::String(_) => "a string".to_owned(),
        ValueKind::Float(number) if show => format!("number {number}"),
        ValueKind::Float(_) => "a number".to_owned(),
        number if show => format!("integer {number}"),
        _ => "an integer".to_owned(),
    }
}

/// Tells whether a text is short and has no sign of a URL, in which there may be a password.
pub(super) fn printable(text: &str) -> bool {
    text.len() <= 60 && !text.contains("://") && !text.contains('@')
}
