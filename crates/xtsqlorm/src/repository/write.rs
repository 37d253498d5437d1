//! Writes, each in as few round trips as the backend allows.

mod change;
mod insert;
mod put;

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, Condition, ConnectionTrait, EntityTrait,
    IntoActiveModel, ModelTrait, QueryFilter, QueryTrait,
    sea_query::{IntoValueTuple, ValueTuple},
};

use super::{
    Filter, Key, Repository,
    conventions::Seen,
    hooks::{Event, Operation, Target},
    key, race,
    texts::Verb,
};
use crate::{
    error::{Error, Result, ValidationReport},
    session::Session,
};

pub(crate) use change::{Change, Outcome};
pub(crate) use insert::{append_returning, ask_for_a_key};

/// Writes take an ActiveModel, of which what is set is written; a model, which is written as a
/// whole; or a DTO that derives [`DeriveIntoActiveModel`](sea_orm::DeriveIntoActiveModel). An
/// ActiveModel made from a model in which nothing was set counts as the model. The hooks of
/// [`ActiveModelBehavior`] run for single rows (`create`, `update`, `upsert`), as they do in
/// SeaORM; those of [`hooks`](crate::repository::hooks) run for all.
impl<E> Repository<E>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelBehavior + Send,
{
    /// Creates a row and returns it as the database stored it: keys, defaults and all.
    ///
    /// # Errors
    ///
    /// [`Error::Constraint`] where the database refuses the row. [`Error::InvalidInput`] on MySQL,
    /// before anything is sent, where the row could not be found again: its key is neither given
    /// nor an auto-increment, or it has none.
    ///
    /// # Cancel safety
    ///
    /// Outside a transaction, a dropped future may or may not have created the row.
    pub async fn create(&self, row: impl IntoActiveModel<E::ActiveModel>) -> Result<E::Model> {
        let mut row = row.into_active_model();
        let event = self.event(Operation::Create, || target_of::<E>(&row));
        self.hooks().before(&mut row, event.as_ref()).await?;
        let created = self.add(row).await?;
        self.created(created, event).await
    }

    /// Creates rows one after another, all of them or none: in the current transaction, or in one
    /// of its own.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create), of the first row that is refused; [`Error::Validation`] of all
    /// rows that [hooks](crate::repository::hooks) find not valid.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future creates none.
    pub async fn create_many<I>(&self, rows: I) -> Result<Vec<E::Model>>
    where
        I: IntoIterator,
        I::Item: IntoActiveModel<E::ActiveModel>,
    {
        let mut rows: Vec<E::ActiveModel> = rows
            .into_iter()
            .map(IntoActiveModel::into_active_model)
            .collect();
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut refused = ValidationReport::new();
        for (index, row) in rows.iter_mut().enumerate() {
            let event = self.event(Operation::Create, || target_of::<E>(row));
            let event = event.map(|event| event.at(index));
            match self.hooks().before(row, event.as_ref()).await {
                Err(Error::Validation(report)) => refused.add_row(index, *report),
                looked_at => looked_at?,
            }
        }
        refused.into_result()?;
        self.provider
            .transaction(async |session: &Session| {
                let repository = self.in_session(session);
                let mut created = Vec::with_capacity(rows.len());
                for (index, row) in rows.into_iter().enumerate() {
                    let event = repository.event(Operation::Create, || Target::New);
                    let event = event.map(|event| event.at(index));
                    let row = repository.add(row).await?;
                    created.push(repository.created(row, event).await?);
                }
                Ok(created)
            })
            .await
    }

    /// Changes the row with this key, and returns it as it is then; `None` where there is none.
    /// Fields that are not set stay as they are.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] where the changes name another key, or rows have none;
    /// [`Error::Constraint`] where the database refuses them; [`Error::StaleVersion`] where the row
    /// is in another [version](crate::repository::conventions#versions) than they hold.
    ///
    /// # Cancel safety
    ///
    /// Outside a transaction, a dropped future may or may not have changed the row.
    pub async fn update(
        &self,
        id: impl Into<Key<E>>,
        changes: impl IntoActiveModel<E::ActiveModel>,
    ) -> Result<Option<E::Model>> {
        key::require::<E>()?;
        let id = id.into().into_value_tuple();
        let mut changes = key::whole_if_unchanged::<E>(changes.into_active_model());
        key::assign::<E>(&mut changes, id.clone())?;
        let event = self.event(Operation::Update, || Target::Key(id.clone()));
        self.hooks().before(&mut changes, event.as_ref()).await?;
        let outcome = self.change(id, changes, Change::update(self.seen)).await?;
        self.changed(outcome, event).await
    }

    /// Changes all rows that meet the condition, and returns how many there were.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for an empty condition, or where nothing is set; `Condition` with an
    /// always-true expression says that all rows are meant.
    pub async fn update_where(
        &self,
        filter: impl Into<Filter>,
        changes: impl IntoActiveModel<E::ActiveModel>,
    ) -> Result<u64> {
        let condition = self.restricting(filter)?;
        let mut changes = changes.into_active_model();
        change::refuse_nothing::<E>(&changes)?;
        let event = self.event(Operation::Update, || Target::Where(condition.clone()));
        self.hooks().before(&mut changes, event.as_ref()).await?;
        let rows = self.change_all(condition, changes).await?;
        self.hooks().after_many(rows, event).await?;
        Ok(rows)
    }

    /// Creates the row, or changes the one that has its key already; returns it as it is then.
    ///
    /// Only the primary key is looked at: a row that is refused for another unique key is an error
    /// on every backend. The row must be one that could be created: PostgreSQL and SQLite refuse
    /// one that lacks a required column, even if it is there already. On MySQL and MariaDB,
    /// `before_save` runs for the update and, where the row is new, for the insert. What becomes of
    /// a deleted row, and of a version, is told [there](crate::repository::conventions).
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create) and [`update`](Self::update). On PostgreSQL, of two tasks that
    /// create the same row in the same moment, one may be refused for another unique key: only in
    /// the primary key does `ON CONFLICT (key)` wait for the other. It can be run again.
    ///
    /// # Cancel safety
    ///
    /// Outside a transaction, a dropped future may or may not have written the row.
    pub async fn upsert(&self, row: impl IntoActiveModel<E::ActiveModel>) -> Result<E::Model> {
        key::require::<E>()?;
        let mut row = key::whole_if_unchanged::<E>(row.into_active_model());
        let event = self.event(Operation::Upsert, || target_of::<E>(&row));
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
        row: impl IntoActiveModel<E::ActiveModel>,
    ) -> Result<(E::Model, bool)> {
        let condition = self.restricting(filter)?;
        let find = self.find().filter(condition);
        let row = row.into_active_model();
        race::find_or_create(
            &self.provider,
            |look| find.clone().looking(look).one(),
            |provider| async move { self.on(provider).create(row).await },
        )
        .await
    }

    /// Tells the hooks of a row that was created.
    async fn created(&self, mut row: E::Model, event: Option<Event>) -> Result<E::Model> {
        let event = event.map(|event| match key::require::<E>() {
            Ok(()) => event.done_to(row.get_primary_key_value()),
            Err(_) => event.done(1),
        });
        self.hooks().after(Some(&mut row), event).await?;
        Ok(row)
    }
}

impl<E: EntityTrait> Repository<E> {
    /// Deletes the row with this key, and says whether there was one. It is not read before. A
    /// repository that [deletes softly](Self::soft_delete) marks it as deleted.
    ///
    /// # Errors
    ///
    /// [`Error::Constraint`] where other rows refer to it; [`Error::InvalidInput`] where rows have no
    /// key.
    ///
    /// # Cancel safety
    ///
    /// Outside a transaction, a dropped future may or may not have deleted the row.
    pub async fn delete(&self, id: impl Into<Key<E>>) -> Result<bool> {
        key::require::<E>()?;
        let id = id.into().into_value_tuple();
        let event = self.event(Operation::Delete, || Target::Key(id.clone()));
        self.hooks().before_delete(event.as_ref()).await?;
        let rows = match self.conventions().deleted {
            Some(_) => self.remove(key::matches::<E>(id)).await?,
            None => self.erase_one(id).await?,
        };
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
        let condition = self.restricting(filter)?;
        let event = self.event(Operation::Delete, || Target::Where(condition.clone()));
        self.hooks().before_delete(event.as_ref()).await?;
        let rows = self.remove(condition).await?;
        self.hooks().after_many(rows, event).await?;
        Ok(rows)
    }

    /// Deletes rows as the repository does.
    async fn remove(&self, condition: Condition) -> Result<u64> {
        let conventions = self.conventions();
        let Some(settings) = conventions.deletion::<E::ActiveModel>()? else {
            return self.erase(condition).await;
        };
        let mut update = E::update_many().filter(condition);
        QueryTrait::query(&mut update).values(settings);
        for seen in [Seen::Alive, self.seen] {
            if let Some(seen) = conventions.seen(seen) {
                update = update.filter(seen);
            }
        }
        Ok(update.exec(&self.provider).await?.rows_affected)
    }

    /// Deletes the row with this key for good.
    async fn erase_one(&self, id: ValueTuple) -> Result<u64> {
        let values = id.iter().cloned().collect();
        let delete = self.statement(Verb::Delete, values, |dialect| {
            E::delete_many()
                .filter(key::matches::<E>(id))
                .build(dialect)
        });
        Ok(self.provider.execute_raw(delete).await?.rows_affected())
    }

    /// Deletes rows for good.
    pub(super) async fn erase(&self, condition: Condition) -> Result<u64> {
        let delete = E::delete_many().filter(condition);
        Ok(delete.exec(&self.provider).await?.rows_affected)
    }
}

/// What is known of a row that is to be created.
pub(crate) fn target_of<E: EntityTrait>(row: &E::ActiveModel) -> Target {
    if key::require::<E>().is_err() {
        return Target::New;
    }
    let key = row.get_primary_key_value();
    key.map_or(Target::New, Target::Key)
}

/// Refuses a condition that restricts nothing: it is a filter that somebody forgot to fill.
pub(crate) fn restricting(table: &str, condition: Condition) -> Result<Condition> {
    if condition.is_empty() {
        return Err(Error::empty_condition(table));
    }
    Ok(condition)
}

/// Refuses changes that change nothing.
pub(crate) fn no_changes(table: &str) -> Error {
    Error::invalid(table, "the changes set no column", "set at least one")
}

/// MySQL knows the key of a new row only where it is given or an auto-increment.
pub(crate) fn unknown_key(table: &str) -> Error {
    Error::invalid(
        table,
        "the primary key is not set, and MySQL cannot tell which one a default made",
        "set it",
    )
}

/// MySQL cannot find a new row without a key.
pub(crate) fn no_key(table: &str) -> Error {
    Error::invalid(
        table,
        "MySQL returns no row, and without a primary key it cannot be found again",
        "give the table a primary key, or add the row by `bulk_create`, which returns none",
    )
}
