//! Statements that write, and how the row comes back.

use sea_orm::{
    Condition, ConnectionTrait, DbBackend, DbErr, Value,
    sea_query::{InsertStatement, OnConflict, Query, ReturningClause, SelectExpr, UpdateStatement},
};

use super::{
    DynamicRepository, Row, RowKey,
    prepare::{Changes, NewRow},
    table::Table,
};
use crate::{
    connection::dates::as_stored,
    error::Result,
    reflect::Identity,
    repository::{append_returning, no_key, unknown_key, update_or_create},
};

impl DynamicRepository {
    pub(super) async fn insert(&self, row: NewRow) -> Result<Row> {
        if self.provider.get_database_backend() != DbBackend::MySql {
            return self.returned(self.table.insert(row)).await;
        }
        if self.provider.manager().supports_insert_returning() {
            let mut insert = DbBackend::MySql.build(&self.table.insert(row));
            append_returning(&mut insert, self.table.named_returning());
            let stored = self.provider.query_one_raw(insert).await?;
            let stored = stored.ok_or(DbErr::RecordNotInserted)?;
            return self.table.decode_all(&stored);
        }
        self.insert_and_select(row).await
    }

    /// MySQL returns no row, but the number that it gave to it.
    async fn insert_and_select(&self, row: NewRow) -> Result<Row> {
        let table = &self.table;
        if table.key.is_empty() {
            return Err(no_key(table.name()));
        }
        let mut key = row.key(table);
        let number = key.iter().position(Option::is_none);
        let is_numbered = |place: usize| table.columns[table.key[place]].model.identity.is_some();
        if number.is_some_and(|place| !is_numbered(place))
            || key.iter().filter(|value| value.is_none()).count() > 1
        {
            return Err(unknown_key(table.name()));
        }
        let done = self.provider.execute(&table.insert(row)).await?;
        if let Some(place) = number {
            key[place] = Some(done.last_insert_id().into());
        }
        let key: Vec<Value> = key.into_iter().flatten().collect();
        self.require_by_id(key).await
    }

    /// Runs an INSERT that returns its row.
    async fn returned(&self, mut insert: InsertStatement) -> Result<Row> {
        insert.returning(ReturningClause::Exprs(self.table.returning()));
        let stored = as_stored(self.provider.query_one(&insert)).await?;
        let stored = stored.ok_or(DbErr::RecordNotInserted)?;
        self.table.decode_all(&stored)
    }

    pub(super) async fn insert_each(&self, rows: Vec<NewRow>) -> Result<Vec<Row>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        self.provider
            .transaction(async |session| {
                let repository = self.in_session(session);
                let mut created = Vec::with_capacity(rows.len());
                for row in rows {
                    created.push(repository.insert(row).await?);
                }
                Ok(created)
            })
            .await
    }

    pub(super) async fn change(&self, key: Vec<Value>, changes: Changes) -> Result<Option<Row>> {
        let stored = self.find().by_key(key.clone());
        if changes.0.is_empty() {
            return stored.one().await;
        }
        let mut update = self.table.update(changes);
        update.cond_where(self.table.matches(key));
        if self.provider.get_database_backend() == DbBackend::MySql {
            // The driver has MySQL count the rows that were found, also where nothing changed.
            let found = self.provider.execute(&update).await?.rows_affected();
            return match found {
                0 => Ok(None),
                _ => stored.one().await,
            };
        }
        update.returning(ReturningClause::Exprs(self.table.returning()));
        let row = as_stored(self.provider.query_one(&update)).await?;
        row.map(|row| self.table.decode_all(&row)).transpose()
    }

    pub(super) async fn change_all(&self, condition: Condition, changes: Changes) -> Result<u64> {
        let mut update = self.table.update(changes);
        update.cond_where(condition);
        Ok(self.provider.execute(&update).await?.rows_affected())
    }

    pub(super) async fn delete_all(&self, condition: Condition) -> Result<u64> {
        self.table.check_writable()?;
        let mut delete = Query::delete();
        let table = self.table.reference();
        delete.from_table(table).cond_where(condition);
        Ok(self.provider.execute(&delete).await?.rows_affected())
    }

    pub(super) async fn put(&self, row: Row) -> Result<Row> {
        let table = &self.table;
        table.require_key()?;
        let has_key = table
            .key_columns()
            .all(|column| row.get(column.name()).is_some());
        if !has_key {
            return self.insert(table.new_row(row)?).await;
        }
        let key = RowKey::from(&row).resolve(table)?;
        let changes = table.changes_of(&key, row.clone())?;
        let numbered = |identity| {
            let mut columns = table.key_columns();
            columns.any(|column| column.model.identity == Some(identity))
        };
        // A row can have a key that only the database gives, but not be created with it.
        let by_update = table.backend.dialect() == DbBackend::MySql || numbered(Identity::Always);
        if !by_update {
            let mut insert = table.insert(table.new_row(row)?);
            insert.on_conflict(table.on_conflict(&changes));
            return self.returned(insert).await;
        }
        if !numbered(Identity::Always) {
            table.new_row(row.clone())?;
        }
        // On MySQL, ON DUPLICATE KEY would change a row that shares any other unique key.
        let stored = self.find().by_key(key.clone());
        update_or_create(
            &self.provider,
            move || self.change(key.clone(), changes.clone()),
            || self.create(row),
            |look| stored.looking(look).one(),
        )
        .await
    }
}

impl Table {
    fn insert(&self, row: NewRow) -> InsertStatement {
        self.insert_all(vec![row.0])
    }

    fn update(&self, changes: Changes) -> UpdateStatement {
        let mut update = Query::update();
        update.table(self.reference());
        for (place, value) in changes.0 {
            let column = &self.columns[place];
            update.value(column.name().to_owned(), column.bind(value));
        }
        update
    }

    /// Writes the changes into the row that has the key already.
    fn on_conflict(&self, changes: &Changes) -> OnConflict {
        let key = || self.key_columns().map(|column| column.name().to_owned());
        let mut changed: Vec<String> = changes
            .0
            .iter()
            .map(|(place, _)| self.columns[*place].name().to_owned())
            .collect();
        // A row that is nothing but its key comes back only if something is set.
        if changed.is_empty() {
            changed = key().collect();
        }
        let mut on_conflict = OnConflict::columns(key());
        on_conflict.update_columns(changed);
        on_conflict
    }

    /// All columns as MariaDB returns them.
    fn named_returning(&self) -> Vec<SelectExpr> {
        let names = self.names.iter();
        names
            .zip(self.returning())
            // A cast has no name of its own.
            .map(|(name, column)| SelectExpr {
                alias: Some(name.clone().into()),
                ..column.into()
            })
            .collect()
    }
}
