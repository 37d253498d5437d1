//! Rows that are there are changed.

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, Condition, DbErr, EntityTrait,
    IntoActiveModel, Iterable, ModelTrait, QueryFilter, QueryTrait, Value, sea_query::ValueTuple,
};

use super::no_changes;
use crate::{
    error::{Error, Result},
    repository::{
        Repository,
        conventions::{Seen, version_number},
        hooks::Event,
        key,
        race::Look,
    },
};

/// How a row is changed by its key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    /// Which rows it is for.
    pub(crate) seen: Seen,
    /// Whether a deleted row becomes alive.
    pub(crate) revives: bool,
    /// Whether a time of deletion that is given is written.
    pub(crate) deletes: bool,
}

impl Change {
    /// Fields are changed.
    pub(crate) fn update(seen: Seen) -> Self {
        Self {
            seen,
            revives: false,
            deletes: false,
        }
    }

    /// A deleted row becomes alive.
    pub(crate) fn restore() -> Self {
        Self {
            seen: Seen::OnlyDeleted,
            revives: true,
            deletes: false,
        }
    }

    /// A row is there afterwards, whatever was there.
    pub(crate) fn put() -> Self {
        Self {
            seen: Seen::WithDeleted,
            revives: true,
            deletes: true,
        }
    }
}

/// What became of a row.
#[derive(Debug)]
pub(crate) enum Outcome<M> {
    /// There is none.
    Missing,
    /// There was nothing to write.
    Unchanged(M),
    Changed(M),
}

impl<M> Outcome<M> {
    pub(crate) fn row(self) -> Option<M> {
        match self {
            Self::Missing => None,
            Self::Unchanged(row) | Self::Changed(row) => Some(row),
        }
    }
}

impl<E> Repository<E>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelBehavior + Send,
{
    /// Changes the row with this key as the hooks agreed to.
    pub(in crate::repository) async fn change(
        &self,
        id: ValueTuple,
        mut changes: E::ActiveModel,
        how: Change,
    ) -> Result<Outcome<E::Model>> {
        key::assign::<E>(&mut changes, id.clone())?;
        let mut changes = ActiveModelBehavior::before_save(changes, &self.provider, false).await?;
        let conventions = self.conventions();
        let expected = conventions.version_in(&changes);
        let deletion = conventions
            .deleted
            .filter(|deleted| how.deletes && changes.get(*deleted).is_set())
            .and_then(|deleted| changes.get(deleted).into_value());
        conventions.strip(&mut changes);
        let mut settings = Vec::new();
        if sets_any::<E>(&changes) || how.revives {
            settings = conventions.touch::<E::ActiveModel>()?;
        }
        if let (Some(deleted), Some(time)) = (conventions.deleted, deletion) {
            changes.set(deleted, time);
        } else if how.revives {
            settings.extend(conventions.revival::<E::ActiveModel>()?);
        }
        let seen = conventions.seen(how.seen);
        if settings.is_empty() && !sets_any::<E>(&changes) {
            return self.leave(id, expected, how.seen).await;
        }
        let mut update = E::update(changes).validate()?;
        QueryTrait::query(&mut update).values(settings);
        if let Some(seen) = seen {
            update = update.filter(seen);
        }
        if let (Some(column), Some(version)) = (conventions.version, expected.clone()) {
            update = update.filter(column.eq(version));
        }
        match update.exec(&self.provider).await {
            Ok(model) => {
                let model = E::ActiveModel::after_save(model, &self.provider, false).await?;
                Ok(Outcome::Changed(model))
            }
            Err(DbErr::RecordNotUpdated | DbErr::RecordNotFound(_)) => {
                self.refuse_stale(&id, expected, how.seen).await?;
                Ok(Outcome::Missing)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Reads the row with this key, to which nothing is done.
    async fn leave(
        &self,
        id: ValueTuple,
        expected: Option<Value>,
        seen: Seen,
    ) -> Result<Outcome<E::Model>> {
        let Some(row) = self.seeing(seen).row_of(id).await? else {
            return Ok(Outcome::Missing);
        };
        if let (Some(version), Some(expected)) = (self.version_of(&row), expected)
            && version != expected
        {
            return Err(stale::<E>(&row, &version));
        }
        let row = E::ActiveModel::after_save(row, &self.provider, false).await?;
        Ok(Outcome::Unchanged(row))
    }

    /// Tells the hooks of a row that was changed.
    pub(in crate::repository) async fn changed(
        &self,
        outcome: Outcome<E::Model>,
        event: Option<Event>,
    ) -> Result<Option<E::Model>> {
        match outcome {
            Outcome::Changed(mut row) => {
                let event = event.map(|event| event.done(1));
                self.hooks().after(Some(&mut row), event).await?;
                Ok(Some(row))
            }
            other => Ok(other.row()),
        }
    }

    /// Changes all rows that meet the condition as the hooks agreed to.
    pub(super) async fn change_all(
        &self,
        condition: Condition,
        mut changes: E::ActiveModel,
    ) -> Result<u64> {
        let conventions = self.conventions();
        conventions.refuse_version(&changes)?;
        conventions.strip(&mut changes);
        refuse_nothing::<E>(&changes)?;
        let settings = conventions.touch::<E::ActiveModel>()?;
        let mut update = E::update_many().set(changes).filter(condition);
        QueryTrait::query(&mut update).values(settings);
        if let Some(seen) = conventions.seen(self.seen) {
            update = update.filter(seen);
        }
        Ok(update.exec(&self.provider).await?.rows_affected)
    }
}

impl<E: EntityTrait> Repository<E> {
    /// Whether a row was not found since it is in another version than the expected one.
    pub(super) async fn refuse_stale(
        &self,
        id: &ValueTuple,
        expected: Option<Value>,
        seen: Seen,
    ) -> Result<()> {
        if expected.is_none() {
            return Ok(());
        }
        let look = Look::newest(&self.provider);
        let row = self
            .seeing(seen)
            .find()
            .filter(key::matches::<E>(id.clone()));
        let row = row.looking(look).one().await?;
        match row.and_then(|row| Some((self.version_of(&row)?, row))) {
            Some((version, row)) => Err(stale::<E>(&row, &version)),
            None => Ok(()),
        }
    }

    fn version_of(&self, row: &E::Model) -> Option<Value> {
        self.conventions().version.map(|column| row.get(column))
    }
}

fn stale<E: EntityTrait>(row: &E::Model, version: &Value) -> Error {
    Error::StaleVersion {
        entity: key::table::<E>(),
        key: key::display(&row.get_primary_key_value()),
        current: version_number(version),
    }
}

/// Refuses changes that change nothing.
pub(super) fn refuse_nothing<E: EntityTrait>(changes: &E::ActiveModel) -> Result<()> {
    match E::Column::iter().any(|column| changes.get(column).is_set()) {
        true => Ok(()),
        false => Err(no_changes(&key::table::<E>())),
    }
}

/// Whether anything but the key is set.
fn sets_any<E: EntityTrait>(changes: &E::ActiveModel) -> bool {
    let mut columns = E::Column::iter().filter(|column| !key::contains::<E>(*column));
    columns.any(|column| changes.get(column).is_set())
}
