//! Rows that are there are changed.

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    IdenStatic, IntoActiveModel, Iterable, ModelTrait, QueryFilter, QueryTrait, Statement, Value,
    sea_query::{Query, ValueTuple},
};

use super::{insert::stored, no_changes};
use crate::{
    error::{Error, Result},
    repository::{
        Repository,
        conventions::{Seen, Settings, version_number},
        hooks::Event,
        key,
        race::Look,
        texts::{self, Columns, Verb},
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
        if settings.is_empty() && !sets_any::<E>(&changes) {
            return self.leave(id, expected, how.seen).await;
        }
        let change = self.seeing(how.seen);
        let update = change.update_one(&id, changes, settings, expected.clone());
        match self.send(&id, update).await? {
            Some(model) => {
                let model = E::ActiveModel::after_save(model, &self.provider, false).await?;
                Ok(Outcome::Changed(model))
            }
            None => {
                self.refuse_stale(&id, expected, how.seen).await?;
                Ok(Outcome::Missing)
            }
        }
    }

    /// Changes the row with this key, where it is seen and in the expected version.
    fn update_one(
        &self,
        id: &ValueTuple,
        mut changes: E::ActiveModel,
        settings: Settings<E::Column>,
        expected: Option<Value>,
    ) -> Statement {
        for column in key::columns::<E>() {
            changes.not_set(column);
        }
        let version = self.conventions().version;
        let (columns, mut values) = texts::changed(&changes);
        let is_touched = |column: E::Column| {
            let mut touched = settings.iter();
            touched.any(|(touched, _)| touched.as_str() == column.as_str())
        };
        let verb = columns.zip(Columns::of::<E>(is_touched));
        let verb = verb.map(|(columns, touched)| Verb::Change {
            columns,
            touched,
            version: version.map(|column| (column.as_str(), expected.is_some())),
        });
        values.extend(settings.iter().filter_map(|(_, to)| texts::value_in(to)));
        values.extend(id.iter().cloned());
        values.extend(expected.clone());
        self.statement(verb, values, |dialect| {
            let mut update = E::update_many().set(changes);
            QueryTrait::query(&mut update).values(settings);
            update = update.filter(key::matches::<E>(id.clone()));
            if let Some(seen) = self.conventions().seen(self.seen) {
                update = update.filter(seen);
            }
            if let (Some(column), Some(version)) = (version, expected) {
                update = update.filter(column.eq(version));
            }
            let mut update = update.into_query();
            if self.provider.support_returning() {
                update.returning(Query::returning().exprs(stored::<E>(dialect)));
            }
            dialect.build(&update)
        })
    }

    /// The row that an update changed; `None` where there is none.
    async fn send(&self, id: &ValueTuple, update: Statement) -> Result<Option<E::Model>> {
        if self.provider.support_returning() {
            return self.row_from(update).await;
        }
        match self.provider.execute_raw(update).await?.rows_affected() {
            0 => Ok(None),
            _ => self.seeing(Seen::WithDeleted).row_of(id.clone()).await,
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
