//! Rows that were deleted softly.

use std::time::Duration;

use sea_orm::{
    Value,
    sea_query::{Condition, ExprTrait},
};

use super::{DynamicRepository, Row, RowKey};
#[cfg(doc)]
use crate::Error;
use crate::{
    error::Result,
    repository::{
        Change,
        bulk::key_tuple,
        conventions::{Seen, at_most_old, moment_of, no_soft_deletion},
        hooks::{Operation, Target},
        value::is_null,
    },
};

impl DynamicRepository {
    /// The same repository, in which deleted rows are seen, and changed by updates, like the others.
    #[must_use]
    pub fn with_deleted(&self) -> Self {
        self.seeing(Seen::WithDeleted)
    }

    /// The same repository, in which none but deleted rows are seen, and changed by updates.
    #[must_use]
    pub fn only_deleted(&self) -> Self {
        self.seeing(Seen::OnlyDeleted)
    }

    /// Whether the row was deleted, when it was read. One without the column was not.
    #[must_use]
    pub fn is_deleted(&self, row: &Row) -> bool {
        self.deletion_time(row).is_some()
    }

    /// How long ago the row was deleted; `None` where it was not, when it was read.
    #[must_use]
    #[doc(alias = "deletion_age_days")]
    pub fn deletion_age(&self, row: &Row) -> Option<Duration> {
        let deleted = moment_of(self.deletion_time(row)?)?;
        let age = self.conventions().now() - deleted;
        Some(age.to_std().unwrap_or_default())
    }

    /// Makes a deleted row alive again, and returns it as it is then; `None` where no deleted row has
    /// this key. As many round trips as an update.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] where the repository does not delete softly, and for a key that is
    /// none of the table's.
    ///
    /// # Cancel safety
    ///
    /// Outside a transaction, a dropped future may or may not have restored the row.
    pub async fn restore(&self, id: impl Into<RowKey>) -> Result<Option<Row>> {
        self.require_soft_deletion()?;
        let key = id.into().resolve(&self.table)?;
        let mut changes = Row::new();
        let event = self.event(Operation::Restore, || Target::Key(key_tuple(key.clone())));
        self.hooks().before(&mut changes, event.as_ref()).await?;
        let restored = self.change(key, changes, Change::restore()).await?;
        self.changed(restored, event).await
    }

    /// Deletes the row with this key for good, whether it was deleted softly before or not, and says
    /// whether there was one.
    ///
    /// # Errors
    ///
    /// [`Error::Constraint`] where other rows refer to it; otherwise as
    /// [`get_by_id`](Self::get_by_id).
    ///
    /// # Cancel safety
    ///
    /// Outside a transaction, a dropped future may or may not have deleted the row.
    pub async fn purge(&self, id: impl Into<RowKey>) -> Result<bool> {
        let key = id.into().resolve(&self.table)?;
        let event = self.event(Operation::Purge, || Target::Key(key_tuple(key.clone())));
        self.hooks().before_delete(event.as_ref()).await?;
        let rows = self.erase(self.table.matches(key)).await?;
        self.hooks().after_many(rows, event).await?;
        Ok(rows > 0)
    }

    /// Deletes the rows for good that were deleted softly at least `older_than` ago, and returns how
    /// many there were. A duration of 0 means all of them.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] where the repository does not delete softly; [`Error::Constraint`]
    /// where other rows refer to one of them.
    ///
    /// # Cancel safety
    ///
    /// Outside a transaction, a dropped future may or may not have deleted the rows.
    pub async fn purge_deleted(&self, older_than: Duration) -> Result<u64> {
        let name = self.require_soft_deletion()?;
        let Some(moment) = at_most_old(self.conventions().now(), older_than) else {
            return Ok(0);
        };
        let (column, moment) = self.table.time(name, moment)?;
        let deleted = self.table.qualified(column);
        let old = match older_than {
            // Servers round moments up to whole seconds, which may be yet to come.
            Duration::ZERO => deleted.is_not_null(),
            _ => deleted.lte(column.bind(moment)),
        };
        let old = Condition::all().add(old);
        let event = self.event(Operation::Purge, || Target::Where(old.clone()));
        self.hooks().before_delete(event.as_ref()).await?;
        let rows = self.erase(old).await?;
        self.hooks().after_many(rows, event).await?;
        Ok(rows)
    }

    fn deletion_time<'a>(&self, row: &'a Row) -> Option<&'a Value> {
        let time = row.get(self.conventions().deleted.as_ref()?)?;
        Some(time).filter(|time| !is_null(time))
    }

    /// The column that says when a row was deleted.
    fn require_soft_deletion(&self) -> Result<&str> {
        let column = self.conventions().deleted.as_deref();
        column.ok_or_else(|| no_soft_deletion(self.table.name()))
    }
}
