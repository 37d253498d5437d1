//! One row, by column.

pub(crate) mod decode;

use std::{collections::BTreeSet, fmt, ops::Index, sync::Arc};

use sea_orm::{Value, sea_query::ValueType};
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    config::nearest,
    error::{Error, Result},
    repository::{
        json_of,
        value::{describe, get_as, is_null},
    },
};

/// The values of one row by column, in the order of the table.
///
/// Rows that were read hold every column; rows that are to be written hold what is to be written,
/// and what they do not hold stays as it is, or gets its default. Of a row that was read, an update
/// writes what was [set](Self::set) since, and all of it where nothing was.
///
/// As JSON, a row is what a generated entity with serde prints: a decimal is a string, bytes are an
/// array of numbers, a date is a string, and 8.8 in single precision is 8.8. Two rows are equal when
/// they hold the same columns with the same values in the same order.
///
/// ```
/// use sea_orm::Value;
/// use xtsqlorm::prelude::Row;
///
/// let mut row = Row::from([("name", Value::from("Ann")), ("age", Value::from(36))]);
/// row.set("city", "Oslo");
/// assert_eq!(row.try_get::<i64>("age")?, 36);
/// assert_eq!(row["name"], "Ann".into());
/// assert_eq!(row.get("nmae"), None);
/// assert_eq!(row.to_json(), serde_json::json!({ "name": "Ann", "age": 36, "city": "Oslo" }));
/// # Ok::<(), xtsqlorm::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Row {
    /// Shared by the rows of one query.
    columns: Arc<Vec<String>>,
    values: Vec<Value>,
    state: State,
}

#[derive(Clone, Debug, Default)]
enum State {
    /// Made by hand: all of it is to be written.
    #[default]
    Made,
    /// Read, with the places that were set since.
    Read(BTreeSet<usize>),
    /// Read, and all of it is to be written, with the places that were set since.
    Whole(BTreeSet<usize>),
}

impl Row {
    /// A row without columns.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn read(columns: &Arc<Vec<String>>, values: Vec<Value>) -> Self {
        Self {
            columns: Arc::clone(columns),
            values,
            state: State::Read(BTreeSet::new()),
        }
    }

    /// A row to be written, whose columns are those of others.
    #[cfg(feature = "export")]
    pub(crate) fn of_columns(columns: &Arc<Vec<String>>, values: Vec<Value>) -> Self {
        Self {
            columns: Arc::clone(columns),
            values,
            state: State::Made,
        }
    }

    #[cfg(feature = "export")]
    pub(crate) fn into_values(self) -> Vec<Value> {
        self.values
    }

    /// The row with `column` set to `value`.
    #[must_use]
    pub fn with(mut self, column: impl Into<String>, value: impl Into<Value>) -> Self {
        self.set(column, value);
        self
    }

    /// Sets `column`, which comes last where the row does not have it yet. `Option` is NULL where it
    /// is `None`.
    pub fn set(&mut self, column: impl Into<String>, value: impl Into<Value>) -> &mut Self {
        let column = column.into();
        let place = match self.place(&column) {
            Some(place) => place,
            None => {
                Arc::make_mut(&mut self.columns).push(column);
                self.values.push(Value::String(None));
                self.values.len() - 1
            }
        };
        self.values[place] = value.into();
        if let State::Read(set) | State::Whole(set) = &mut self.state {
            set.insert(place);
        }
        self
    }

    /// The value of `column`; `None` where the row does not have the column.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&Value> {
        self.place(column).map(|place| &self.values[place])
    }

    /// The value of `column` as a `T`, such as `i64`, `String`, `Option<DateTimeUtc>` or `Uuid`.
    ///
    /// Whole numbers change their width, and text is read as a date, a time, a UUID or a decimal,
    /// since the same column is one or the other on different databases. Nothing is rounded.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] where the row does not have the column, where it is NULL and `T` is no
    /// `Option`, or where the value is no `T`.
    pub fn try_get<T: ValueType>(&self, column: &str) -> Result<T> {
        let Some(value) = self.get(column) else {
            let names = || self.columns().map(str::to_owned).collect::<Vec<_>>();
            let remedy = match nearest(column, self.columns()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("the columns are {}", names().join(", ")),
            };
            return Err(Error::invalid(column, "the row has no such column", remedy));
        };
        get_as(value).ok_or_else(|| {
            let remedy = match is_null(value) {
                true => format!("ask for an `Option<{}>`", T::type_name()),
                false => "ask for a type that holds it".to_owned(),
            };
            let problem = format!("{} is no {}", describe(value), T::type_name());
            Error::invalid(column, problem, remedy)
        })
    }

    /// Takes `column` out of the row, so that it is not written.
    pub fn remove(&mut self, column: &str) -> Option<Value> {
        let place = self.place(column)?;
        Arc::make_mut(&mut self.columns).remove(place);
        if let State::Read(set) | State::Whole(set) = &mut self.state {
            *set = set
                .iter()
                .filter(|other| **other != place)
                .map(|other| if *other > place { other - 1 } else { *other })
                .collect();
        }
        Some(self.values.remove(place))
    }

    /// The names of the columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> + Clone {
        self.columns.iter().map(String::as_str)
    }

    /// Columns and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.columns().zip(&self.values)
    }

    /// How many columns there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no column.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The row as a JSON object: what serde makes of a generated entity.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        let fields = self
            .iter()
            .map(|(column, value)| (column.to_owned(), json_of(value)));
        serde_json::Value::Object(fields.collect())
    }

    fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|name| name == column)
    }

    /// Whoever hands over a row that was read, and set nothing in it but its key, means all of it.
    pub(crate) fn whole_if_unchanged<'k>(&mut self, key: impl Iterator<Item = &'k str> + Clone) {
        let State::Read(set) = &self.state else {
            return;
        };
        let is_key = |place: &usize| key.clone().any(|name| name == self.columns[*place]);
        if set.iter().all(is_key) {
            self.state = State::Whole(set.clone());
        }
    }

    /// Whether all of it is to be written, and not only what was set.
    pub(crate) fn is_whole(&self) -> bool {
        matches!(self.state, State::Made | State::Whole(_))
    }

    /// Whether a value was given by the caller, and not only read.
    pub(crate) fn is_set(&self, column: &str) -> bool {
        match &self.state {
            State::Made => true,
            State::Read(set) | State::Whole(set) => {
                self.place(column).is_some_and(|place| set.contains(&place))
            }
        }
    }
}

/// # Panics
///
/// Where the row does not have the column; [`get`](Row::get) does not.
impl Index<&str> for Row {
    type Output = Value;

    fn index(&self, column: &str) -> &Value {
        match self.get(column) {
            Some(value) => value,
            None => panic!("the row has no column `{column}`"),
        }
    }
}

impl<C: Into<String>, V: Into<Value>> FromIterator<(C, V)> for Row {
    fn from_iter<I: IntoIterator<Item = (C, V)>>(values: I) -> Self {
        let mut row = Self::new();
        for (column, value) in values {
            row.set(column, value);
        }
        row
    }
}

impl<C: Into<String>, V: Into<Value>, const N: usize> From<[(C, V); N]> for Row {
    fn from(values: [(C, V); N]) -> Self {
        values.into_iter().collect()
    }
}

impl<C: Into<String>, V: Into<Value>> From<Vec<(C, V)>> for Row {
    fn from(values: Vec<(C, V)>) -> Self {
        values.into_iter().collect()
    }
}

impl From<&Row> for Row {
    fn from(row: &Row) -> Self {
        row.clone()
    }
}

impl IntoIterator for Row {
    type Item = (String, Value);
    type IntoIter = std::iter::Zip<std::vec::IntoIter<String>, std::vec::IntoIter<Value>>;

    fn into_iter(self) -> Self::IntoIter {
        let columns = Arc::unwrap_or_clone(self.columns);
        columns.into_iter().zip(self.values)
    }
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.columns == other.columns && self.values == other.values
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// As [`to_json`](Row::to_json).
impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (column, value) in self.iter() {
            map.serialize_entry(column, &json_of(value))?;
        }
        map.end()
    }
}
