//! Rows are created, or changed where they are there already.

use sea_orm::{
    DbBackend, DbErr,
    sea_query::{ExprTrait, OnConflict},
};

use super::{DynamicRepository, Row, RowKey, prepare::Changes};
use crate::{
    error::Result,
    reflect::Identity,
    repository::{Change, conventions::Seen, update_or_create},
};

impl DynamicRepository {
    /// Writes a row that the hooks agreed to.
    pub(super) async fn put(&self, row: Row) -> Result<Row> {
        let table = &self.table;
        table.require_key()?;
        let has_key = table
            .key_columns()
            .all(|column| row.get(column.name()).is_some());
        if !has_key {
            return self.add(row).await;
        }
        let key = RowKey::from(&row).resolve(table)?;
        let numbered = |identity| {
            let mut columns = table.key_columns();
            columns.any(|column| column.model.identity == Some(identity))
        };
        // A row can have a key that only the database gives, but not be created with it.
        let by_update = table.backend.dialect() == DbBackend::MySql || numbered(Identity::Always);
        if !by_update {
            let expected = self.version_in(&row)?;
            let on_conflict = self.on_conflict(&row)?;
            let mut insert = table.insert(self.new_row(row)?);
            insert.on_conflict(on_conflict);
            if let Some(stored) = self.returned(insert).await? {
                return Ok(stored);
            }
            // The row is there, and was passed over.
            self.refuse_stale(key, expected, Seen::WithDeleted).await?;
            return Err(DbErr::RecordNotInserted.into());
        }
        // What could be neither is refused before anything is sent.
        table.changes_of(&key, row.clone())?;
        if !numbered(Identity::Always) {
            self.new_row(row.clone())?;
        }
        // On MySQL, ON DUPLICATE KEY would change a row that shares any other unique key.
        let stored = self.seeing(Seen::WithDeleted).find().by_key(key.clone());
        let changes = row.clone();
        update_or_create(
            &self.provider,
            move || {
                let changed = self.change(key.clone(), changes.clone(), Change::put());
                async { Ok(changed.await?.row()) }
            },
            || self.add(row),
            |look| stored.looking(look).one(),
        )
        .await
    }

    /// What is done to the row that has the key already.
    fn on_conflict(&self, row: &Row) -> Result<OnConflict> {
        let table = &self.table;
        let key = RowKey::from(row).resolve(table)?;
        let deletion = self.deletion_in(row, Change::put())?;
        let mut changes: Changes = table.changes_of(&key, row.clone())?;
        self.strip(&mut changes);
        let mut settings = self.touch()?;
        match deletion {
            Some(deletion) => changes.0.push(deletion),
            None => settings.extend(self.revival()?),
        }
        let key = || table.key_columns().map(|column| column.name().to_owned());
        let mut changed: Vec<String> = changes
            .0
            .iter()
            .map(|(place, _)| table.columns[*place].name().to_owned())
            .collect();
        // A row that is nothing but its key comes back only if something is set.
        if changed.is_empty() && settings.is_empty() {
            changed = key().collect();
        }
        let mut on_conflict = OnConflict::columns(key());
        on_conflict.update_columns(changed).values(settings);
        if let (Some(name), Some(version)) = (&self.conventions().version, self.version_in(row)?) {
            let column = table.column(name)?;
            let version = column.bind_to_compare(version);
            on_conflict.action_and_where(table.qualified(column).eq(version));
        }
        Ok(on_conflict)
    }
}
