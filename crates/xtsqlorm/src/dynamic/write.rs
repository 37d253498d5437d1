//! Writes, each in as few round trips as the backend allows.

use super::{DynamicRepository, Filter, Row, RowKey};
#[cfg(doc)]
use crate::Error;
use crate::{
    error::Result,
    repository::{
        Change,
        bulk::key_tuple,
        find_or_create,
        hooks::{Operation, Target},
    },
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
        let mut row = row.into();
        let event = self.creation(Operation::Create, &row);
        self.hooks().before(&mut row, event.as_ref()).await?;
        let created = self.add(row).await?;
        self.created(created, event).await
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
        let mut rows: Vec<Row> = rows.into_iter().map(Into::into).collect();
        self.before_all(&mut rows).await?;
        let rows = rows.into_iter().map(|row| self.new_row(row));
        self.insert_each(rows.collect::<Result<Vec<_>>>()?).await
    }

    /// Changes the row with this key, and returns it as it is then; `None` where there is none.
    /// Columns that the changes do not hold stay as they are.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for what the table cannot hold, and where the changes name another
    /// key; [`Error::Constraint`] where the database refuses them; [`Error::StaleVersion`] where the
    /// row is in another [version](crate::repository::conventions#versions) than they hold.
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
        let mut changes = self.whole(changes);
        let event = self.event(Operation::Update, || Target::Key(key_tuple(key.clone())));
        self.hooks().before(&mut changes, event.as_ref()).await?;
        let outcome = self.change(key, changes, Change::update(self.seen)).await?;
        self.changed(outcome, event).await
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
        let mut changes = self.whole(changes);
        let event = self.event(Operation::Update, || Target::Where(condition.clone()));
        self.hooks().before(&mut changes, event.as_ref()).await?;
        let rows = self.change_all(condition, changes).await?;
        self.hooks().after_many(rows, event).await?;
        Ok(rows)
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
        let mut row = self.whole(row);
        let event = self.creation(Operation::Upsert, &row);
        self.hooks().before(&mut row, event.as_ref()).await?;
        let written = self.put(row).await?;
        self.created(written, event).await
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
        let row = row.into();
        // Hooks that may fill it in run only where it is created.
        if self.hooks().is_empty() {
            self.new_row(row.clone())?;
        }
        find_or_create(
            &self.provider,
            |look| find.clone().looking(look).one(),
            |provider| async move { self.on(provider).create(row).await },
        )
        .await
    }

    /// Deletes the row with this key, and says whether there was one. It is not read before. A
    /// repository that [deletes softly](Self::soft_delete) marks it as deleted.
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
        let event = self.event(Operation::Delete, || Target::Key(key_tuple(key.clone())));
        self.hooks().before_delete(event.as_ref()).await?;
        let rows = self.remove(self.table.matches(key)).await?;
        self.hooks().after_many(rows, event).await?;
        Ok(rows > 0)
    }

    /// Deletes all rows that meet the condition, and returns how many there were; softly, as
    /// [`delete`](Self::delete).
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for an empty condition; [`Error::Constraint`] where other rows refer
    /// to one of them.
    pub async fn delete_where(&self, filter: impl Into<Filter>) -> Result<u64> {
        let condition = self.table.restricting(filter)?;
        let event = self.event(Operation::Delete, || Target::Where(condition.clone()));
        self.hooks().before_delete(event.as_ref()).await?;
        let rows = self.remove(condition).await?;
        self.hooks().after_many(rows, event).await?;
        Ok(rows)
    }

    /// Shows rows that are to be created to the hooks.
    async fn before_all(&self, rows: &mut [Row]) -> Result<()> {
        for (index, row) in rows.iter_mut().enumerate() {
            let event = self.creation(Operation::Create, row);
            let event = event.map(|event| event.at(index));
            self.hooks().before(row, event.as_ref()).await?;
        }
        Ok(())
    }

    /// What is to be written, before hooks set anything in it.
    pub(super) fn whole(&self, row: impl Into<Row>) -> Row {
        let mut row = row.into();
        row.whole_if_unchanged(self.table.key_columns().map(|column| column.name()));
        row
    }
}
