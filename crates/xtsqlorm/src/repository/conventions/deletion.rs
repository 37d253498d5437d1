//! Rows that were deleted softly.

use std::time::Duration;

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, ModelTrait,
    sea_query::{Condition, IntoValueTuple},
};

use super::{Seen, at_most_old, moment_of};
use crate::{
    error::{Error, Result},
    repository::{
        Key, Repository,
        hooks::{Operation, Target},
        key,
        write::Change,
    },
};

impl<E: EntityTrait> Repository<E> {
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

    /// Whether the row was deleted, when it was read.
    #[must_use]
    pub fn is_deleted(&self, row: &E::Model) -> bool {
        self.deletion_time(row).is_some()
    }

    /// How long ago the row was deleted; `None` where it was not, when it was read.
    #[must_use]
    #[doc(alias = "deletion_age_days")]
    pub fn deletion_age(&self, row: &E::Model) -> Option<Duration> {
        let deleted = moment_of(&self.deletion_time(row)?)?;
        let age = self.conventions().now() - deleted;
        Some(age.to_std().unwrap_or_default())
    }

    /// Deletes the row with this key for good, whether it was deleted softly before or not, and says
    /// whether there was one.
    ///
    /// # Errors
    ///
    /// [`Error::Constraint`] where other rows refer to it; [`Error::InvalidInput`] where rows have no
    /// key.
    ///
    /// # Cancel safety
    ///
    /// Outside a transaction, a dropped future may or may not have deleted the row.
    pub async fn purge(&self, id: impl Into<Key<E>>) -> Result<bool> {
        key::require::<E>()?;
        let key = id.into().into_value_tuple();
        let event = self.event(Operation::Purge, || Target::Key(key.clone()));
        self.hooks().before_delete(event.as_ref()).await?;
        let rows = self.erase(key::matches::<E>(key)).await?;
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
        let conventions = self.conventions();
        self.require_soft_deletion()?;
        let Some(moment) = at_most_old(conventions.now(), older_than) else {
            return Ok(0);
        };
        let old = match older_than {
            // Servers round moments up to whole seconds, which may be yet to come.
            Duration::ZERO => conventions.deleted.map(|deleted| deleted.is_not_null()),
            _ => conventions.deleted_until::<E::ActiveModel>(moment)?,
        };
        let old = Condition::all().add_option(old);
        let event = self.event(Operation::Purge, || Target::Where(old.clone()));
        self.hooks().before_delete(event.as_ref()).await?;
        let rows = self.erase(old).await?;
        self.hooks().after_many(rows, event).await?;
        Ok(rows)
    }

    fn deletion_time(&self, row: &E::Model) -> Option<sea_orm::Value> {
        let value = row.get(self.conventions().deleted?);
        (value != value.as_null()).then_some(value)
    }

    fn require_soft_deletion(&self) -> Result<()> {
        match self.conventions().deleted {
            Some(_) => Ok(()),
            None => Err(no_soft_deletion(&key::table::<E>())),
        }
    }
}

impl<E> Repository<E>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelBehavior + Send,
{
    /// Makes a deleted row alive again, and returns it as it is then; `None` where no deleted row has
    /// this key. As many round trips as an update.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] where the repository does not delete softly, or rows have no key.
    ///
    /// # Cancel safety
    ///
    /// Outside a transaction, a dropped future may or may not have restored the row.
    pub async fn restore(&self, id: impl Into<Key<E>>) -> Result<Option<E::Model>> {
        self.require_soft_deletion()?;
        key::require::<E>()?;
        let key = id.into().into_value_tuple();
        let mut changes = <E::ActiveModel as ActiveModelTrait>::default();
        let event = self.event(Operation::Restore, || Target::Key(key.clone()));
        self.hooks().before(&mut changes, event.as_ref()).await?;
        let restored = self.change(key, changes, Change::restore()).await?;
        self.changed(restored, event).await
    }
}

/// Refuses what makes sense with soft deletion only.
pub(crate) fn no_soft_deletion(table: &str) -> Error {
    Error::invalid(
        table,
        "the repository deletes for good, and has no deleted rows",
        "name the column by `soft_delete`",
    )
}
