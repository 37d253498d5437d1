//! Statements that write, and how the row comes back.

use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, Value,
    sea_query::{Expr, InsertStatement, Query, ReturningClause, SelectExpr, UpdateStatement},
};

use super::{
    DynamicRepository, Row,
    prepare::{Changes, NewRow},
    table::Table,
};
use crate::{
    connection::dates::as_stored,
    error::Result,
    repository::{
        append_returning,
        bulk::key_tuple,
        conventions::Seen,
        hooks::{Event, Operation, Target},
        no_key, unknown_key,
    },
    session::Session,
};

impl DynamicRepository {
    /// Creates a row that the hooks agreed to.
    pub(super) async fn add(&self, row: Row) -> Result<Row> {
        self.insert(self.new_row(row)?).await
    }

    /// The row as the conventions complete it, checked.
    pub(super) fn new_row(&self, mut row: Row) -> Result<NewRow> {
        self.complete(&mut row)?;
        self.table.new_row(row)
    }

    /// Tells the hooks of a row that was created.
    pub(super) async fn created(&self, mut row: Row, event: Option<Event>) -> Result<Row> {
        let event = event.map(|event| event.done_to(key_tuple(self.table.key_of(&row))));
        self.hooks().after(Some(&mut row), event).await?;
        Ok(row)
    }

    async fn insert(&self, row: NewRow) -> Result<Row> {
        if self.provider.get_database_backend() != DbBackend::MySql {
            let stored = self.returned(self.table.insert(row)).await?;
            return Ok(stored.ok_or(DbErr::RecordNotInserted)?);
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
        self.seeing(Seen::WithDeleted).require_by_id(key).await
    }

    /// Runs an INSERT that returns its row, if it wrote one.
    pub(super) async fn returned(&self, mut insert: InsertStatement) -> Result<Option<Row>> {
        insert.returning(ReturningClause::Exprs(self.table.returning()));
        let stored = as_stored(self.provider.query_one(&insert)).await?;
        let stored = stored.map(|row| self.table.decode_all(&row));
        stored.transpose()
    }

    pub(super) async fn insert_each(&self, rows: Vec<NewRow>) -> Result<Vec<Row>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        self.provider
            .transaction(async |session: &Session| {
                let repository = self.in_session(session);
                let mut created = Vec::with_capacity(rows.len());
                for (index, row) in rows.into_iter().enumerate() {
                    let event = repository.event(Operation::Create, || Target::New);
                    let event = event.map(|event| event.at(index));
                    let row = repository.insert(row).await?;
                    created.push(repository.created(row, event).await?);
                }
                Ok(created)
            })
            .await
    }
}

impl Table {
    pub(super) fn insert(&self, row: NewRow) -> InsertStatement {
        let mut insert = Query::insert();
        insert.into_table(self.reference()).or_default_values();
        if row.0.is_empty() {
            return insert;
        }
        let values = row.0.into_iter();
        let (names, values): (Vec<String>, Vec<Expr>) = values
            .map(|(place, value)| {
                let column = &self.columns[place];
                (column.name().to_owned(), column.bind(value))
            })
            .unzip();
        insert.columns(names).values_panic(values);
        insert
    }

    pub(super) fn update(&self, changes: Changes) -> UpdateStatement {
        let mut update = Query::update();
        update.table(self.reference());
        for (place, value) in changes.0 {
            let column = &self.columns[place];
            update.value(column.name().to_owned(), column.bind(value));
        }
        update
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
