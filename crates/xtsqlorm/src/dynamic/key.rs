//! Primary keys of tables that are known at run time only.

use sea_orm::{
    Value,
    sea_query::{Condition, ExprTrait, ValueTuple},
    sqlx::types::{
        Decimal, Uuid,
        chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc},
    },
};

use super::{Row, check::Refusal, form::Column, table::Table};
use crate::{
    error::{Error, Result},
    repository::display_key,
};

/// The primary key of one row: a value, the values of a composite key in key order (a tuple or a
/// `Vec`), or the columns of the key by name (a [`Row`] or a JSON object, which may have others,
/// too).
///
/// ```
/// use xtsqlorm::dynamic::{Row, RowKey};
///
/// let one = RowKey::from(7);
/// let composite = RowKey::from((7, "red"));
/// let by_name = RowKey::from(Row::from([("user_id", 7), ("tag_id", 3)]));
/// let of_json = RowKey::from(serde_json::json!({ "user_id": 7, "tag_id": 3 }));
/// # let _ = (one, composite, by_name, of_json);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RowKey(Parts);

#[derive(Clone, Debug, PartialEq)]
enum Parts {
    Values(Vec<Value>),
    Row(Row),
    Json(serde_json::Value),
}

impl RowKey {
    /// The values of the table's key columns, checked.
    pub(super) fn resolve(self, table: &Table) -> Result<Vec<Value>> {
        table.require_key()?;
        match self.0 {
            Parts::Values(values) => {
                check_count(table, values.len())?;
                let pairs = table.key_columns().zip(values);
                pairs
                    .map(|(column, value)| {
                        let value = column.comparable(value);
                        value.map_err(|refusal| refusal.of(table.subject(column)))
                    })
                    .collect()
            }
            Parts::Row(row) => {
                let value = |name: &str| row.get(name).cloned();
                by_name(table, value, Column::comparable)
            }
            Parts::Json(serde_json::Value::Object(fields)) => {
                let value = |name: &str| fields.get(name).cloned();
                by_name(table, value, Column::comparable_json)
            }
            Parts::Json(json) => {
                let values = match json {
                    // An array is one value where the key is one column of JSON or bytes.
                    serde_json::Value::Array(values) if table.key.len() > 1 => values,
                    value => vec![value],
                };
                check_count(table, values.len())?;
                let pairs = table.key_columns().zip(values);
                pairs
                    .map(|(column, value)| {
                        let value = column.comparable_json(value);
                        value.map_err(|refusal| refusal.of(table.subject(column)))
                    })
                    .collect()
            }
        }
    }
}

fn by_name<V>(
    table: &Table,
    value: impl Fn(&str) -> Option<V>,
    check: impl Fn(&Column, V) -> Result<Value, Refusal>,
) -> Result<Vec<Value>> {
    table
        .key_columns()
        .map(|column| {
            let Some(value) = value(column.name()) else {
                return Err(Error::invalid(
                    table.subject(column),
                    "the key lacks this column",
                    "give it",
                ));
            };
            check(column, value).map_err(|refusal| refusal.of(table.subject(column)))
        })
        .collect()
}

fn check_count(table: &Table, given: usize) -> Result<()> {
    let columns: Vec<&str> = table.key_columns().map(Column::name).collect();
    if columns.len() == given {
        return Ok(());
    }
    Err(Error::invalid(
        table.name(),
        format!("the key has {} columns and not {given}", columns.len()),
        format!("give a value for each of {}", columns.join(", ")),
    ))
}

impl Table {
    /// The row that has this key.
    pub(super) fn matches(&self, key: Vec<Value>) -> Condition {
        self.key_columns()
            .zip(key)
            .fold(Condition::all(), |condition, (column, value)| {
                condition.add(self.qualified(column).eq(column.bind_to_compare(value)))
            })
    }

    /// The key of a row that has all columns of it.
    pub(super) fn key_of(&self, row: &Row) -> Vec<Value> {
        let value = |column: &Column| row.get(column.name()).cloned();
        self.key_columns().filter_map(value).collect()
    }

    pub(super) fn not_found(&self, key: Vec<Value>) -> Error {
        Error::NotFound {
            entity: self.name().to_owned(),
            key: display_key(&ValueTuple::Many(key)),
        }
    }
}

macro_rules! from_value {
    ($($single:ty),+ $(,)?) => {$(
        impl From<$single> for RowKey {
            fn from(value: $single) -> Self {
                Self(Parts::Values(vec![value.into()]))
            }
        }
    )+};
}

from_value!(
    Value,
    bool,
    i8,
    i16,
    i32,
    i64,
    u8,
    u16,
    u32,
    u64,
    f32,
    f64,
    char,
    String,
    &str,
    &String,
    Vec<u8>,
    &[u8],
    Decimal,
    Uuid,
    NaiveDate,
    NaiveTime,
    NaiveDateTime,
    DateTime<Utc>,
    DateTime<FixedOffset>,
);

macro_rules! from_tuple {
    ($($name:ident),+) => {
        impl<$($name: Into<Value>),+> From<($($name,)+)> for RowKey {
            #[expect(non_snake_case, reason = "the variables are named like their types")]
            fn from(($($name,)+): ($($name,)+)) -> Self {
                Self(Parts::Values(vec![$($name.into()),+]))
            }
        }
    };
}

from_tuple!(A);
from_tuple!(A, B);
from_tuple!(A, B, C);
from_tuple!(A, B, C, D);
from_tuple!(A, B, C, D, E);
from_tuple!(A, B, C, D, E, F);

impl From<Vec<Value>> for RowKey {
    fn from(values: Vec<Value>) -> Self {
        Self(Parts::Values(values))
    }
}

impl From<ValueTuple> for RowKey {
    fn from(values: ValueTuple) -> Self {
        Self(Parts::Values(values.into_iter().collect()))
    }
}

impl From<Row> for RowKey {
    fn from(row: Row) -> Self {
        Self(Parts::Row(row))
    }
}

impl From<&Row> for RowKey {
    fn from(row: &Row) -> Self {
        Self(Parts::Row(row.clone()))
    }
}

impl From<serde_json::Value> for RowKey {
    fn from(json: serde_json::Value) -> Self {
        Self(Parts::Json(json))
    }
}
