//! Reads by key, and of whole tables.

use sea_orm::{Condition, sea_query::ValueTuple};

use super::{DynamicFind, DynamicRepository, Row, RowKey, table::Table};
use crate::{
    error::Result,
    reflect::{ColumnModel, DataType},
    repository::{Page, in_order_of},
};

impl DynamicRepository {
    /// A query on the table, to be filtered, sorted and run.
    pub fn find(&self) -> DynamicFind {
        DynamicFind::new(self)
    }

    /// The row with this key, if there is one.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`](crate::Error::InvalidInput), before anything is sent, for a key of
    /// other columns or types than the table's, and for a table without one; otherwise what the
    /// database reports.
    pub async fn get_by_id(&self, id: impl Into<RowKey>) -> Result<Option<Row>> {
        let key = id.into().resolve(&self.table)?;
        self.find().by_key(key).one().await
    }

    /// The row with this key.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`](crate::Error::NotFound), with the table and the key, where there is none;
    /// otherwise as [`get_by_id`](Self::get_by_id).
    pub async fn require_by_id(&self, id: impl Into<RowKey>) -> Result<Row> {
        let key = id.into().resolve(&self.table)?;
        let found = self.find().by_key(key.clone()).one().await?;
        found.ok_or_else(|| self.table.not_found(key))
    }

    /// The rows with these keys, in the order of the keys. Keys without a row are left out; a key
    /// that comes twice gives its row twice. One round trip for each 500 keys.
    ///
    /// # Errors
    ///
    /// As [`get_by_id`](Self::get_by_id).
    pub async fn get_many<I>(&self, ids: I) -> Result<Vec<Row>>
    where
        I: IntoIterator,
        I::Item: Into<RowKey>,
    {
        let keys = ids
            .into_iter()
            .map(|id| Ok(ValueTuple::Many(id.into().resolve(&self.table)?)))
            .collect::<Result<Vec<_>>>()?;
        in_order_of(
            keys,
            |row: &Row| ValueTuple::Many(self.table.key_of(row)),
            |keys| async move {
                let wanted = keys.into_iter().fold(Condition::any(), |any, key| {
                    any.add(self.table.matches(key.into_iter().collect()))
                });
                self.find().filter(wanted).all().await
            },
        )
        .await
    }

    /// A part of the table, ordered by the key; where there is none, by all columns that can be
    /// sorted by, which makes the order of equal rows the only open one.
    ///
    /// # Errors
    ///
    /// What the database reports.
    pub async fn get_all(&self, page: Page) -> Result<Vec<Row>> {
        let order = self.table.order();
        let sorted = order
            .into_iter()
            .fold(self.find(), |find, column| find.order_by_asc(column));
        sorted.page(page).all().await
    }

    /// How many rows the table has.
    ///
    /// # Errors
    ///
    /// What the database reports.
    pub async fn count(&self) -> Result<u64> {
        self.find().count().await
    }

    /// Whether there is a row with this key.
    ///
    /// # Errors
    ///
    /// As [`get_by_id`](Self::get_by_id).
    pub async fn exists(&self, id: impl Into<RowKey>) -> Result<bool> {
        let key = id.into().resolve(&self.table)?;
        self.find().by_key(key).exists().await
    }
}

impl Table {
    /// The columns that put the rows in one order.
    fn order(&self) -> Vec<&str> {
        if !self.key.is_empty() {
            return self.key_columns().map(|column| column.name()).collect();
        }
        self.columns
            .iter()
            .filter(|column| column.is_sqlite() || can_be_sorted(&column.model))
            .map(|column| column.name())
            .collect()
    }
}

/// Whether the servers know which of two values comes first.
fn can_be_sorted(column: &ColumnModel) -> bool {
    fn sorted(data_type: &DataType) -> bool {
        match data_type.base() {
            DataType::Array { of } => sorted(of),
            DataType::Json { binary } => *binary,
            DataType::Geometry { .. }
            | DataType::Vector { .. }
            | DataType::Composite { .. }
            | DataType::Other { .. } => false,
            _ => true,
        }
    }
    sorted(&column.data_type)
}
