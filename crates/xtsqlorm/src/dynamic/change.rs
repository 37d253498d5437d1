//! Statements that change and delete rows that are there.

use sea_orm::{
    Condition, ConnectionTrait, DbBackend, Value,
    sea_query::{ExprTrait, Query, ReturningClause},
};

use super::{DynamicRepository, Row};
use crate::{
    connection::dates::as_stored,
    error::{Error, Result},
    repository::{
        Change, Look, Outcome,
        bulk::key_tuple,
        conventions::{Seen, version_number},
        display_key,
        hooks::Event,
        no_changes,
    },
};

impl DynamicRepository {
    /// Changes the row with this key as the hooks agreed to.
    pub(super) async fn change(
        &self,
        key: Vec<Value>,
        changes: Row,
        how: Change,
    ) -> Result<Outcome<Row>> {
        let expected = self.version_in(&changes)?;
        let deletion = self.deletion_in(&changes, how)?;
        let mut changes = self.table.changes_of(&key, changes)?;
        self.strip(&mut changes);
        let mut settings = Vec::new();
        if !changes.0.is_empty() || how.revives {
            settings = self.touch()?;
        }
        if deletion.is_some() {
            changes.0.extend(deletion);
        } else if how.revives {
            settings.extend(self.revival()?);
        }
        if changes.0.is_empty() && settings.is_empty() {
            return self.leave(key, expected, how.seen).await;
        }
        let mut update = self.table.update(changes);
        update.values(settings);
        update.cond_where(self.table.matches(key.clone()));
        update.and_where_option(self.seen(how.seen)?);
        if let (Some(name), Some(version)) = (&self.conventions().version, expected.clone()) {
            let column = self.table.column(name)?;
            let version = column.bind_to_compare(version);
            update.and_where(self.table.qualified(column).eq(version));
        }
        let row = if self.provider.get_database_backend() == DbBackend::MySql {
            // The driver has MySQL count the rows that were found, also where nothing changed.
            match self.provider.execute(&update).await?.rows_affected() {
                0 => None,
                _ => self.stored(key.clone(), Seen::WithDeleted).await?,
            }
        } else {
            update.returning(ReturningClause::Exprs(self.table.returning()));
            let row = as_stored(self.provider.query_one(&update)).await?;
            row.map(|row| self.table.decode_all(&row)).transpose()?
        };
        match row {
            Some(row) => Ok(Outcome::Changed(row)),
            None => {
                self.refuse_stale(key, expected, how.seen).await?;
                Ok(Outcome::Missing)
            }
        }
    }

    /// The time of deletion that is given, where it is written.
    pub(super) fn deletion_in(&self, row: &Row, how: Change) -> Result<Option<(usize, Value)>> {
        let Some(name) = self.conventions().deleted.as_ref().filter(|_| how.deletes) else {
            return Ok(None);
        };
        let given = row.get(name);
        let Some(given) = given.filter(|_| row.is_whole() || row.is_set(name)) else {
            return Ok(None);
        };
        let place = self.table.place(name)?;
        let column = &self.table.columns[place];
        let time = column.accept(given.clone());
        let time = time.map_err(|refusal| refusal.of(self.table.subject(column)))?;
        Ok(Some((place, time)))
    }

    /// Reads the row with this key, to which nothing is done.
    async fn leave(
        &self,
        key: Vec<Value>,
        expected: Option<Value>,
        seen: Seen,
    ) -> Result<Outcome<Row>> {
        let Some(row) = self.stored(key, seen).await? else {
            return Ok(Outcome::Missing);
        };
        if let (Some(version), Some(expected)) = (self.version_of(&row), expected)
            && version_number(version) != version_number(&expected)
        {
            return Err(self.stale(&row, version));
        }
        Ok(Outcome::Unchanged(row))
    }

    async fn stored(&self, key: Vec<Value>, seen: Seen) -> Result<Option<Row>> {
        self.seeing(seen).find().by_key(key).one().await
    }

    /// Whether a row was not found since it is in another version than the expected one.
    pub(super) async fn refuse_stale(
        &self,
        key: Vec<Value>,
        expected: Option<Value>,
        seen: Seen,
    ) -> Result<()> {
        if expected.is_none() {
            return Ok(());
        }
        let look = Look::newest(&self.provider);
        let row = self.seeing(seen).find().by_key(key).looking(look);
        match row.one().await? {
            Some(row) => Err(self.stale(&row, self.version_of(&row).unwrap_or(&Value::Int(None)))),
            None => Ok(()),
        }
    }

    fn version_of<'a>(&self, row: &'a Row) -> Option<&'a Value> {
        row.get(self.conventions().version.as_ref()?)
    }

    fn stale(&self, row: &Row, version: &Value) -> Error {
        Error::StaleVersion {
            entity: self.table.name().to_owned(),
            key: display_key(&key_tuple(self.table.key_of(row))),
            current: version_number(version),
        }
    }

    /// Tells the hooks of a row that was changed.
    pub(super) async fn changed(
        &self,
        outcome: Outcome<Row>,
        event: Option<Event>,
    ) -> Result<Option<Row>> {
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
    pub(super) async fn change_all(&self, condition: Condition, changes: Row) -> Result<u64> {
        self.refuse_version(&changes)?;
        let mut changes = self.table.changes(changes)?;
        self.strip(&mut changes);
        if changes.0.is_empty() {
            return Err(no_changes(self.table.name()));
        }
        let mut update = self.table.update(changes);
        update.values(self.touch()?);
        update.cond_where(condition);
        update.and_where_option(self.seen(self.seen)?);
        Ok(self.provider.execute(&update).await?.rows_affected())
    }

    /// Deletes rows as the repository does.
    pub(super) async fn remove(&self, condition: Condition) -> Result<u64> {
        self.table.check_writable()?;
        let Some(settings) = self.deletion()? else {
            return self.erase(condition).await;
        };
        let mut update = Query::update();
        update.table(self.table.reference()).values(settings);
        update.cond_where(condition);
        for seen in [Seen::Alive, self.seen] {
            update.and_where_option(self.seen(seen)?);
        }
        Ok(self.provider.execute(&update).await?.rows_affected())
    }

    /// Deletes rows for good.
    pub(super) async fn erase(&self, condition: Condition) -> Result<u64> {
        self.table.check_writable()?;
        let mut delete = Query::delete();
        let table = self.table.reference();
        delete.from_table(table).cond_where(condition);
        Ok(self.provider.execute(&delete).await?.rows_affected())
    }
}
