//! How the sort values of a row are read, so that the database finds the row by them again.

use sea_orm::{
    DbBackend, DbErr, QueryResult, RuntimeErr, Value,
    sea_query::ColumnType,
    sqlx::{self, Column as _, Decode, Row as _, Sqlite, TypeInfo as _, ValueRef as _},
};

use crate::connection::Backend;

/// Where a sort value is read from. The model's field may have lost something of it, or may be
/// written back as what the database calls another value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// The model's field.
    Model,
    /// What SQLite has stored, as what it has stored it. It compares moments and decimals by their
    /// text, of which there may be several for one value of ours.
    Stored,
    /// All digits of MySQL's decimals, as text.
    Digits,
    /// What PostgreSQL writes as text and reads again: numbers of any length, its own types, and
    /// `char(n)`, which as text has no blanks at its end.
    Text,
    /// In double precision, whatever the model has.
    Double,
    /// The number of an enum's member, which MySQL sorts by; it compares members by their names.
    Member,
    /// The number that MySQL has for a truth, which may be any.
    Truth,
}

impl Reading {
    /// `None` for what has no order, or not the same one everywhere.
    pub(super) fn of(column_type: &ColumnType, backend: Backend) -> Option<Self> {
        use ColumnType as T;
        let has_no_order = matches!(
            column_type,
            T::Json
                | T::JsonBinary
                | T::Array(_)
                | T::Vector(_)
                | T::Interval(..)
                | T::Bit(_)
                | T::VarBit(_)
        );
        if has_no_order {
            return None;
        }
        Some(match (backend.dialect(), column_type) {
            (DbBackend::Sqlite, _) => Self::Stored,
            // It is written in the words of the session's locale.
            (DbBackend::Postgres, T::Money(_)) => return None,
            (DbBackend::MySql, T::Decimal(_) | T::Money(_)) => Self::Digits,
            (DbBackend::MySql, T::Float | T::Double) => Self::Double,
            (DbBackend::MySql, T::Enum { .. }) => Self::Member,
            (DbBackend::MySql, T::Boolean) => Self::Truth,
            (
                DbBackend::Postgres,
                T::Decimal(_)
                | T::Char(_)
                | T::String(_)
                | T::Text
                | T::Enum { .. }
                | T::Custom(_)
                | T::Cidr
                | T::Inet
                | T::MacAddr
                | T::LTree,
            ) => Self::Text,
            _ => Self::Model,
        })
    }
}

/// What SQLite has stored, as what it has stored it.
pub(super) fn stored(row: &QueryResult, name: &str) -> Result<Option<Value>, DbErr> {
    let Some(row) = row.try_as_sqlite_row() else {
        return row
            .try_get::<Option<String>>("", name)
            .map(|text| text.map(Into::into));
    };
    let read = || {
        let value = row.try_get_raw(name)?;
        if value.is_null() {
            return Ok(None);
        }
        let stored = value.type_info().name().to_owned();
        let value = match stored.as_str() {
            "INTEGER" => <i64 as Decode<Sqlite>>::decode(value).map(Value::from),
            "REAL" => <f64 as Decode<Sqlite>>::decode(value).map(Value::from),
            "BLOB" => <Vec<u8> as Decode<Sqlite>>::decode(value).map(Value::from),
            _ => <String as Decode<Sqlite>>::decode(value).map(Value::from),
        };
        value.map(Some).map_err(sqlx::Error::Decode)
    };
    read().map_err(|error| DbErr::Query(RuntimeErr::SqlxError(error.into())))
}

/// Whether a column of MySQL's is an ENUM or a SET, whatever the entity says.
pub(super) fn is_member(row: &QueryResult, field: &str) -> bool {
    let column = row
        .try_as_mysql_row()
        .and_then(|row| row.try_column(field).ok());
    column.is_some_and(|column| {
        let told = column.type_info();
        // sqlx calls a SET a CHAR, and tells the server's flag in nothing but its Debug.
        told.name() == "ENUM" || format!("{told:?}").contains("SET")
    })
}
