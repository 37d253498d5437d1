//! Writes, each in as few round trips as the backend allows.

use super::{DynamicRepository, Filter, Row, RowKey};
#[cfg(doc)]
use crate::Error;
use crate::{
    error::Result,
    repository::{find_or_create, no_changes},
};

/// What is written is checked against the table before anything is sent: names, types, lengths,
/// ranges, NULLs, and what the database computes itself. A check that fails is an
/// [`Error::InvalidInput`] about `table.column`, which never holds the value.
impl DynamicRepository {
    /// Creates a row and returns it as the database stored it: keys, defaults and all.
    ///
    /// ```
    /// # include!("../doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// use sea_orm::Value;
    ///
    /// let categories = DynamicRepository::reflect(&provider, "categories").await?;
    /// let row = Row::from([("slug", "tea"), ("name", "Tea")]).with("position", 3);
    /// let tea = categories.create(row).await?;
    /// assert_eq!(tea["parent_id"], Value::BigInt(None));
    ///
    /// let error = categories.create([("slug", "coffee")]).await.unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "categories.name: the column must have a value, and has no default; give it one"
    /// );
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for what the table cannot hold; on MySQL also where the row could not
    /// be found again, since its key is neither given nor an auto-increment. [`Error::Constraint`]
    /// where the database refuses the row.
    ///
    /// # Cancel safety
    ///
    /// Outside a transaction, a dropped future may or may not have created the row.
    pub async fn create(&self, row: impl Into<Row>) -> Result<Row> {
        self.insert(self.table.new_row(row.into())?).await
    }

    /// Creates rows one after another, all of them or none: in the current transaction, or in one
    /// of its own. All are checked before the first is sent.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create), of the first row that is refused.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future creates none.
    pub async fn create_many<I>(&self, rows: I) -> Result<Vec<Row>>
    where
        I: IntoIterator,
        I::Item: Into<Row>,
    {
        let rows = rows.into_iter();
        let rows = rows.map(|row| self.table.new_row(row.into()));
        self.insert_each(rows.collect::<Result<Vec<_>>>()?).await
    }

    /// Changes the row with this key, and returns it as it is then; `None` where there is none.
    /// Columns that the changes do not hold stay as they are.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for what the table cannot hold, and where the changes name another
    /// key; [`Error::Constraint`] where the database refuses them.
    ///
    /// # Cancel safety
    ///
    /// Outside a transaction, a dropped future may or may not have changed the row.
    pub async fn update(
        &self,
        id: impl Into<RowKey>,
        changes: impl Into<Row>,
    ) -> Result<Option<Row>> {
        let key = id.into().resolve(&self.table)?;
        let changes = self.table.changes_of(&key, changes.into())?;
        self.change(key, changes).await
    }

    /// Changes all rows that meet the condition, and returns how many there were.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for an empty condition, for changes that set nothing, and for what
    /// the table cannot hold. `Expr::value(true)` says that all rows are meant.
    pub async fn update_where(
        &self,
        filter: impl Into<Filter>,
        changes: impl Into<Row>,
    ) -> Result<u64> {
        let condition = self.table.restricting(filter)?;
        let changes = self.table.changes(changes.into())?;
        if changes.0.is_empty() {
            return Err(no_changes(self.table.name()));
        }
        self.change_all(condition, changes).await
    }

    /// Creates the row, or changes the one that has its key already; returns it as it is then.
    ///
    /// Only the primary key is looked at: a row that is refused for another unique key is an error
    /// on every backend. The row must be one that could be created.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create) and [`update`](Self::update).
    ///
    /// # Cancel safety
    ///
    /// Outside a transaction, a dropped future may or may not have written the row.
    pub async fn upsert(&self, row: impl Into<Row>) -> Result<Row> {
        self.put(row.into()).await
    }

    /// The first row that meets the condition, or the one that is created then, and whether it was.
    ///
    /// Where another transaction creates the row at the same time, that one is returned; the
    /// condition must name what a unique key protects. In a PostgreSQL transaction at REPEATABLE
    /// READ or above such a row cannot be seen, and the unique violation is returned.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create).
    pub async fn get_or_create(
        &self,
        filter: impl Into<Filter>,
        row: impl Into<Row>,
    ) -> Result<(Row, bool)> {
        let condition = self.table.restricting(filter)?;
        let find = self.find().filter(condition);
        let row = self.table.new_row(row.into())?;
        find_or_create(
            &self.provider,
            |look| find.clone().looking(look).one(),
            |provider| async move { self.on(provider).insert(row).await },
        )
        .await
    }

    /// Deletes the row with this key, and says whether there was one. It is not read before.
    ///
    /// # Errors
    ///
    /// [`Error::Constraint`] where other rows refer to it; otherwise as
    /// [`get_by_id`](Self::get_by_id).
    ///
    /// # Cancel safety
    ///
    /// Outside a transaction, a dropped future may or may not have deleted the row.
    pub async fn delete(&self, id: impl Into<RowKey>) -> Result<bool> {
        let key = id.into().resolve(&self.table)?;
        Ok(self.delete_all(self.table.matches(key)).await? > 0)
    }

    /// Deletes all rows that meet the condition, and returns how many there were.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for an empty condition; [`Error::Constraint`] where other rows refer
    /// to one of them.
    pub async fn delete_where(&self, filter: impl Into<Filter>) -> Result<u64> {
        self.delete_all(self.table.restricting(filter)?).await
    }
}
