//! A row, decoded by position, as `query_as!` does it.

use chrono::NaiveDateTime;
use rust_decimal::Decimal;
use sqlx::{
    FromRow, MySql, Postgres, Row as _, Sqlite, mysql::MySqlRow, postgres::PgRow, sqlite::SqliteRow,
};

/// How a driver stores what the others have an exact type for.
pub(super) trait Amount: sqlx::Database {
    type Amount: std::fmt::Display + Send + Unpin;

    fn amount(exact: Decimal) -> Self::Amount;
}

impl Amount for MySql {
    type Amount = Decimal;

    fn amount(exact: Decimal) -> Decimal {
        exact
    }
}

impl Amount for Postgres {
    type Amount = Decimal;

    fn amount(exact: Decimal) -> Decimal {
        exact
    }
}

impl Amount for Sqlite {
    type Amount = f64;

    fn amount(exact: Decimal) -> f64 {
        exact.try_into().unwrap_or_default()
    }
}

pub(super) struct Row<A> {
    pub(super) id: i64,
    pub(super) code: String,
    pub(super) name: String,
    pub(super) note: Option<String>,
    pub(super) amount: A,
    pub(super) quantity: i32,
    pub(super) active: bool,
    pub(super) rating: f64,
    pub(super) created_at: NaiveDateTime,
    pub(super) updated_at: Option<NaiveDateTime>,
}

macro_rules! from_row {
    ($row:ty, $amount:ty) => {
        impl FromRow<'_, $row> for Row<$amount> {
            fn from_row(row: &$row) -> sqlx::Result<Self> {
                Ok(Self {
                    id: row.try_get(0)?,
                    code: row.try_get(1)?,
                    name: row.try_get(2)?,
                    note: row.try_get(3)?,
                    amount: row.try_get(4)?,
                    quantity: row.try_get(5)?,
                    active: row.try_get(6)?,
                    rating: row.try_get(7)?,
                    created_at: row.try_get(8)?,
                    updated_at: row.try_get(9)?,
                })
            }
        }
    };
}

from_row!(MySqlRow, Decimal);
from_row!(PgRow, Decimal);
from_row!(SqliteRow, f64);
