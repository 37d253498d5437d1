//! The table, for SeaORM and what stands on it.

use sea_orm::{ActiveValue::Set, entity::prelude::*};
use work::{Change, NewRow};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "bench_row")]
pub(super) struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(unique)]
    pub code: String,
    pub name: String,
    pub note: Option<String>,
    #[sea_orm(column_type = "Decimal(Some((12, 2)))")]
    pub amount: Decimal,
    pub quantity: i32,
    pub active: bool,
    pub rating: f64,
    pub created_at: DateTime,
    pub updated_at: Option<DateTime>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(super) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A new row, all columns but the key set.
pub(super) fn new(row: NewRow) -> ActiveModel {
    ActiveModel {
        code: Set(row.code),
        name: Set(row.name),
        note: Set(row.note),
        amount: Set(row.amount),
        quantity: Set(row.quantity),
        active: Set(row.active),
        rating: Set(row.rating),
        created_at: Set(row.created_at),
        updated_at: Set(row.updated_at),
        ..Default::default()
    }
}

/// The two columns that a partial update sets.
pub(super) fn changed(change: Change) -> ActiveModel {
    ActiveModel {
        name: Set(change.name),
        amount: Set(change.amount),
        ..Default::default()
    }
}
