//! From the driver's rows to values, by what each column is known to hold.
//!
//! SeaORM's own way from a row to JSON tries one type after another and leaves out what fits none.
//! Here a value that does not fit is an error. Values that the usual type of their column cannot
//! hold (an infinite date, a day 0, a number in a column of text) come as what they are.

mod mysql;
mod postgres;
mod sqlite;
mod unnamed;

use sea_orm::{DbErr, QueryResult, RuntimeErr, Value, sqlx};

use crate::repository::Form;
#[cfg(feature = "export")]
use crate::repository::stored_json;

/// How a value at a place of a row is read for a form.
pub(crate) type Decode = fn(&QueryResult, usize, Form) -> Result<Value, DbErr>;

/// The same as [`decode`], but JSON as its text.
#[cfg(feature = "export")]
pub(crate) fn decode_exported(row: &QueryResult, index: usize, form: Form) -> Result<Value, DbErr> {
    match form {
        // SQLite may have other values than text there.
        Form::Json if row.try_as_sqlite_row().is_some() => decode(row, index, Form::Text),
        Form::Json => Ok(stored_json(row, index)?.into()),
        form => decode(row, index, form),
    }
}

/// The value at `index` of a row.
pub(crate) fn decode(row: &QueryResult, index: usize, form: Form) -> Result<Value, DbErr> {
    let value = if let Some(row) = row.try_as_mysql_row() {
        mysql::decode(row, index, form)
    } else if let Some(row) = row.try_as_pg_row() {
        postgres::decode(row, index, form)
    } else if let Some(row) = row.try_as_sqlite_row() {
        sqlite::decode(row, index, form)
    } else {
        return Err(DbErr::Type("the row is of no known database".to_owned()));
    };
    value.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(error.into())))
}

/// An error of a value at `index`.
fn at(index: usize, source: sqlx::error::BoxDynError) -> sqlx::Error {
    sqlx::Error::ColumnDecode {
        index: index.to_string(),
        source,
    }
}
