//! The table, for diesel.

use bigdecimal::BigDecimal;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use rust_decimal::Decimal;
use work::{Change, NewRow};

diesel::table! {
    bench_row (id) {
        id -> BigInt,
        code -> Varchar,
        name -> Varchar,
        note -> Nullable<Varchar>,
        amount -> Numeric,
        quantity -> Integer,
        active -> Bool,
        rating -> Double,
        created_at -> Timestamp,
        updated_at -> Nullable<Timestamp>,
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = bench_row)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) code: String,
    pub(super) name: String,
    pub(super) note: Option<String>,
    pub(super) amount: BigDecimal,
    pub(super) quantity: i32,
    pub(super) active: bool,
    pub(super) rating: f64,
    pub(super) created_at: NaiveDateTime,
    pub(super) updated_at: Option<NaiveDateTime>,
}

// So that the statement is always the same one, and is prepared once.
#[derive(Insertable)]
#[diesel(table_name = bench_row, treat_none_as_default_value = false)]
pub(super) struct New {
    code: String,
    name: String,
    note: Option<String>,
    amount: BigDecimal,
    quantity: i32,
    active: bool,
    rating: f64,
    created_at: NaiveDateTime,
    updated_at: Option<NaiveDateTime>,
}

#[derive(AsChangeset)]
#[diesel(table_name = bench_row)]
pub(super) struct Changed {
    name: String,
    amount: BigDecimal,
}

impl From<NewRow> for New {
    fn from(row: NewRow) -> Self {
        Self {
            code: row.code,
            name: row.name,
            note: row.note,
            amount: exact(row.amount),
            quantity: row.quantity,
            active: row.active,
            rating: row.rating,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl From<Change> for Changed {
    fn from(change: Change) -> Self {
        Self {
            name: change.name,
            amount: exact(change.amount),
        }
    }
}

/// diesel's own exact number.
fn exact(number: Decimal) -> BigDecimal {
    BigDecimal::new(number.mantissa().into(), number.scale().into())
}
