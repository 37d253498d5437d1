//! Many rows of a table that no entity was generated for.

use std::sync::Arc;

use futures_util::{FutureExt, Stream, StreamExt, future::BoxFuture};
use sea_orm::{
    QueryResult, Value,
    sea_query::{Expr, ExprTrait, ValueTuple},
};

use serde_json::Value as Json;

use super::{DynamicRepository, Form, Row, RowKey, prepare::NewRow, table::Table};
use crate::{
    error::{Error, Result},
    reflect::Identity,
    repository::{
        Change,
        bulk::{
            BulkOptions, BulkReport, BulkRow, BulkTable, BulkTarget, Columns, Given, Input, Kind,
            Settings, key_tuple, run,
        },
        conventions::Seen,
        hooks::{Operation, Target},
    },
    row::decode::decode,
    session::SessionProvider,
};

/// The bulk operations of a [`DynamicRepository`]: those of
/// [`Bulk`](crate::repository::bulk::Bulk), by the same names, with the same errors.
///
/// # Cancel safety
///
/// As there.
#[derive(Clone, Debug)]
pub struct DynamicBulk {
    repository: DynamicRepository,
    options: BulkOptions,
}

/// See [`repository::bulk`](crate::repository::bulk). What the table cannot hold is refused before
/// anything is sent.
impl DynamicRepository {
    /// Bulk operations that run as `options` say.
    ///
    /// ```
    /// # include!("../doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// use xtsqlorm::repository::bulk::{BulkOptions, OnError};
    ///
    /// let tags = DynamicRepository::reflect(&provider, "tags").await?;
    /// let rows = [Row::from([("name", "vip")]), Row::from([("nmae", "new")])];
    /// let report = tags.bulk(BulkOptions::new().on_error(OnError::Skip)).create(rows).await?;
    /// assert_eq!(report.inserted, 1);
    /// assert_eq!(
    ///     report.refused[0].error.to_string(),
    ///     "tags.nmae: there is no such field; did you mean `name`?"
    /// );
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn bulk(&self, options: BulkOptions) -> DynamicBulk {
        DynamicBulk {
            repository: self.clone(),
            options,
        }
    }

    /// [`DynamicBulk::create`] with the default options.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn bulk_create<'a, I>(&self, rows: I) -> BoxFuture<'a, Result<BulkReport>>
    where
        I: IntoIterator<Item: Into<Row>, IntoIter: Send + 'a>,
    {
        self.bulk(BulkOptions::new()).create(rows)
    }

    /// [`DynamicBulk::update`] with the default options.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn bulk_update<'a, I>(&self, rows: I) -> BoxFuture<'a, Result<BulkReport>>
    where
        I: IntoIterator<Item: Into<Row>, IntoIter: Send + 'a>,
    {
        self.bulk(BulkOptions::new()).update(rows)
    }

    /// [`DynamicBulk::upsert`] with the default options.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn bulk_upsert<'a, I>(&self, rows: I) -> BoxFuture<'a, Result<BulkReport>>
    where
        I: IntoIterator<Item: Into<Row>, IntoIter: Send + 'a>,
    {
        self.bulk(BulkOptions::new()).upsert(rows)
    }

    /// [`DynamicBulk::delete`] with the default options.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn bulk_delete<'a, I>(&self, ids: I) -> BoxFuture<'a, Result<BulkReport>>
    where
        I: IntoIterator<Item: Into<RowKey>, IntoIter: Send + 'a>,
    {
        self.bulk(BulkOptions::new()).delete(ids)
    }
}

impl DynamicBulk {
    /// See [`Bulk::create`](crate::repository::bulk::Bulk::create).
    ///
    /// # Errors
    ///
    /// As there, and for what the table cannot hold.
    pub fn create<'a, I>(&self, rows: I) -> BoxFuture<'a, Result<BulkReport>>
    where
        I: IntoIterator<Item: Into<Row>, IntoIter: Send + 'a>,
    {
        self.run(Kind::Create, given(rows))
    }

    /// Creates rows of JSON objects.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create) and
    /// [`create_json`](DynamicRepository::create_json).
    pub fn create_json<'a, I>(&self, rows: I) -> BoxFuture<'a, Result<BulkReport>>
    where
        I: IntoIterator<Item = Json, IntoIter: Send + 'a>,
    {
        let table = Arc::clone(&self.repository.table);
        let rows = rows.into_iter();
        let rows = rows.map(move |fields| Ok(Given::Row(table.row_of_json(fields)?)));
        self.run(Kind::Create, Input::at_hand(rows))
    }

    /// See [`Bulk::create_stream`](crate::repository::bulk::Bulk::create_stream).
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create), and what the stream returns.
    pub fn create_stream<'a, S>(&self, rows: S) -> BoxFuture<'a, Result<BulkReport>>
    where
        S: Stream<Item = Result<Row>> + Send + 'a,
    {
        self.run(
            Kind::Create,
            Input::arriving(rows.map(|row| row.map(Given::Row))),
        )
    }

    /// See [`Bulk::update`](crate::repository::bulk::Bulk::update).
    ///
    /// # Errors
    ///
    /// As there, and for what the table cannot hold.
    pub fn update<'a, I>(&self, rows: I) -> BoxFuture<'a, Result<BulkReport>>
    where
        I: IntoIterator<Item: Into<Row>, IntoIter: Send + 'a>,
    {
        self.run(Kind::Update, given(rows))
    }

    /// See [`Bulk::update_stream`](crate::repository::bulk::Bulk::update_stream).
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update), and what the stream returns.
    pub fn update_stream<'a, S>(&self, rows: S) -> BoxFuture<'a, Result<BulkReport>>
    where
        S: Stream<Item = Result<Row>> + Send + 'a,
    {
        self.run(
            Kind::Update,
            Input::arriving(rows.map(|row| row.map(Given::Row))),
        )
    }

    /// See [`Bulk::upsert`](crate::repository::bulk::Bulk::upsert).
    ///
    /// # Errors
    ///
    /// As there, and for what the table cannot hold.
    pub fn upsert<'a, I>(&self, rows: I) -> BoxFuture<'a, Result<BulkReport>>
    where
        I: IntoIterator<Item: Into<Row>, IntoIter: Send + 'a>,
    {
        self.run(Kind::Upsert, given(rows))
    }

    /// See [`Bulk::upsert_stream`](crate::repository::bulk::Bulk::upsert_stream).
    ///
    /// # Errors
    ///
    /// As [`upsert`](Self::upsert), and what the stream returns.
    pub fn upsert_stream<'a, S>(&self, rows: S) -> BoxFuture<'a, Result<BulkReport>>
    where
        S: Stream<Item = Result<Row>> + Send + 'a,
    {
        self.run(
            Kind::Upsert,
            Input::arriving(rows.map(|row| row.map(Given::Row))),
        )
    }

    /// See [`Bulk::delete`](crate::repository::bulk::Bulk::delete).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn delete<'a, I>(&self, ids: I) -> BoxFuture<'a, Result<BulkReport>>
    where
        I: IntoIterator<Item: Into<RowKey>, IntoIter: Send + 'a>,
    {
        let table = Arc::clone(&self.repository.table);
        let keys = ids.into_iter().map(move |id| {
            let key: RowKey = id.into();
            Ok(Given::Key(key.resolve(&table)?))
        });
        self.run(Kind::Delete, Input::at_hand(keys))
    }

    pub(super) fn run<'a>(
        &self,
        kind: Kind,
        rows: Input<'a, Row>,
    ) -> BoxFuture<'a, Result<BulkReport>> {
        let Self {
            repository,
            options,
        } = self.clone();
        async move {
            repository.table.check_writable()?;
            if kind != Kind::Create {
                repository.table.require_key()?;
            }
            run(&repository, kind, rows, &options).await
        }
        .boxed()
    }
}

fn given<'a, I>(rows: I) -> Input<'a, Row>
where
    I: IntoIterator<Item: Into<Row>, IntoIter: Send + 'a>,
{
    Input::at_hand(rows.into_iter().map(|row| Ok(Given::Row(row.into()))))
}

impl BulkTarget for DynamicRepository {
    type Row = Row;

    fn provider(&self) -> &SessionProvider {
        &self.provider
    }

    fn on_provider(&self, provider: SessionProvider) -> Self {
        self.on(provider)
    }

    fn bulk_table(&self, kind: Kind) -> Result<BulkTable> {
        let conventions = self.conventions();
        let place = |name: &Option<String>| name.as_ref().map(|name| self.table.place(name));
        let seen = match kind {
            Kind::Create | Kind::Upsert => None,
            Kind::Update => self.seen(self.seen)?,
            Kind::Delete => match (self.seen(Seen::Alive)?, self.seen(self.seen)?) {
                (Some(alive), Some(seen)) if self.seen != Seen::Alive => Some(alive.and(seen)),
                (alive, _) => alive,
            },
        };
        Ok(BulkTable {
            version: place(&conventions.version).transpose()?,
            deleted: place(&conventions.deleted).transpose()?,
            seen,
            ..self.table.in_bulk()
        })
    }

    fn has_hooks(&self) -> bool {
        !self.hooks().is_empty()
    }

    async fn prepare(&self, kind: Kind, given: Given<Row>, index: usize) -> Result<BulkRow> {
        match given {
            Given::Key(key) => self.prepare_deletion(key, index).await,
            Given::Row(row) => match kind {
                Kind::Create => self.prepare_creation(row, index).await,
                Kind::Update => self.prepare_change(row, index).await,
                _ => self.prepare_upsert(row, index).await,
            },
        }
    }

    fn touched(&self) -> Result<Settings> {
        self.placed(self.touch()?)
    }

    fn revived(&self) -> Result<Option<(usize, Expr)>> {
        Ok(self.placed(self.revival()?)?.pop())
    }

    fn marked_deleted(&self) -> Result<Option<Settings>> {
        let deletion = self.deletion()?;
        deletion.map(|settings| self.placed(settings)).transpose()
    }

    async fn written(&self, kind: Kind, rows: u64) -> Result<()> {
        let event = self.event(kind.operation(), || Target::New);
        self.hooks().after_many(rows, event).await
    }

    fn returned_key(&self, row: &QueryResult) -> Result<ValueTuple> {
        let columns = self.table.key_columns().enumerate();
        let key = columns.map(|(place, column)| decode(row, place, column.form));
        Ok(key_tuple(key.collect::<Result<_, _>>()?))
    }

    fn numbered_key(&self, number: u64) -> Result<Option<ValueTuple>> {
        let mut columns = self.table.key_columns();
        let column = columns
            .next()
            .filter(|column| column.model.identity.is_some());
        let (Some(column), None) = (column, columns.next()) else {
            return Ok(None);
        };
        let key = column.accept(number.into());
        let key = key.map_err(|refusal| refusal.of(self.table.subject(column)))?;
        Ok(Some(ValueTuple::One(key)))
    }
}

impl DynamicRepository {
    async fn prepare_creation(&self, mut row: Row, index: usize) -> Result<BulkRow> {
        let event = self.creation(Operation::Create, &row);
        let event = event.map(|event| event.at(index));
        self.hooks().before(&mut row, event.as_ref()).await?;
        Ok(self.new_row(row)?.in_bulk(&self.table, index))
    }

    async fn prepare_change(&self, row: Row, index: usize) -> Result<BulkRow> {
        let mut changes = self.whole(row);
        let key = self.key_in(&changes, index)?;
        let event = self.event(Operation::Update, || Target::Key(key_tuple(key.clone())));
        let event = event.map(|event| event.at(index));
        self.hooks().before(&mut changes, event.as_ref()).await?;
        let version = self.version_in(&changes)?;
        let mut changes = self.table.changes_of(&key, changes)?;
        self.strip(&mut changes);
        let mut cells = changes.0;
        cells.sort_by_key(|(place, _)| *place);
        Ok(BulkRow {
            index,
            key,
            cells,
            changed: Vec::new(),
            version,
        })
    }

    async fn prepare_upsert(&self, row: Row, index: usize) -> Result<BulkRow> {
        let mut row = self.whole(row);
        let event = self.creation(Operation::Upsert, &row);
        let event = event.map(|event| event.at(index));
        self.hooks().before(&mut row, event.as_ref()).await?;
        let mut key_columns = self.table.key_columns();
        if key_columns.any(|column| row.get(column.name()).is_none()) {
            return Ok(self.new_row(row)?.in_bulk(&self.table, index));
        }
        let mut key_columns = self.table.key_columns();
        let always = |column: &super::form::Column| column.model.identity == Some(Identity::Always);
        if let Some(column) = key_columns.find(|column| always(column)) {
            return Err(Error::invalid(
                self.table.subject(column),
                "the database numbers this column, so that no row can be created with its key",
                "update the rows that are there, and create the others without a key",
            ));
        }
        let key = RowKey::from(&row).resolve(&self.table)?;
        let version = self.version_in(&row)?;
        let deletion = self.deletion_in(&row, Change::put())?;
        let mut changes = self.table.changes_of(&key, row.clone())?;
        self.strip(&mut changes);
        let mut changed: Vec<usize> = changes.0.iter().map(|(place, _)| *place).collect();
        changed.extend(deletion.map(|(place, _)| place));
        changed.sort_unstable();
        let mut row = self.new_row(row)?.in_bulk(&self.table, index);
        row.key = key;
        row.changed = changed;
        row.version = version;
        Ok(row)
    }

    async fn prepare_deletion(&self, key: Vec<Value>, index: usize) -> Result<BulkRow> {
        let event = self.event(Operation::Delete, || Target::Key(key_tuple(key.clone())));
        let event = event.map(|event| event.at(index));
        self.hooks().before_delete(event.as_ref()).await?;
        Ok(BulkRow {
            index,
            key,
            ..BulkRow::default()
        })
    }

    fn key_in(&self, row: &Row, index: usize) -> Result<Vec<Value>> {
        let mut columns = self.table.key_columns();
        if columns.any(|column| row.get(column.name()).is_none()) {
            return Err(Error::no_key_in(self.table.name(), index));
        }
        RowKey::from(row).resolve(&self.table)
    }

    /// Settings of columns by their places.
    fn placed(&self, settings: impl IntoIterator<Item = (String, Expr)>) -> Result<Settings> {
        let settings = settings.into_iter();
        settings
            .map(|(name, to)| Ok((self.table.place(&name)?, to)))
            .collect()
    }
}

impl NewRow {
    /// The row on its way into a statement with others.
    pub(super) fn in_bulk(self, table: &Table, index: usize) -> BulkRow {
        let key = self.key(table).into_iter().collect::<Option<Vec<Value>>>();
        let mut cells = self.0;
        cells.sort_by_key(|(place, _)| *place);
        BulkRow {
            index,
            key: key.unwrap_or_default(),
            cells,
            ..BulkRow::default()
        }
    }
}

impl Table {
    /// The table, of which all rows are seen.
    pub(super) fn in_bulk(self: &Arc<Self>) -> BulkTable {
        BulkTable {
            backend: self.backend,
            name: self.name().to_owned(),
            reference: self.reference(),
            columns: self.names.to_vec(),
            key: self.key.clone(),
            version: None,
            deleted: None,
            seen: None,
            binding: Arc::new(TableColumns(Arc::clone(self))),
        }
    }
}

/// The columns of a reflected table.
struct TableColumns(Arc<Table>);

impl Columns for TableColumns {
    fn cast(&self, place: usize, value: &Value) -> Option<&str> {
        let column = &self.0.columns[place];
        let cast = column.cast(value);
        match cast == column.cast(&column.form.null()) {
            true => None,
            false => Some(cast.unwrap_or_default()),
        }
    }

    fn bind(&self, place: usize, like: &Value, value: Expr) -> Expr {
        match self.0.columns[place].cast(like) {
            Some(name) => value.cast_as(name.to_owned()),
            None => value,
        }
    }

    fn bind_to_compare(&self, place: usize, like: &Value, value: Expr) -> Expr {
        let column = &self.0.columns[place];
        if column.compares_as_json() {
            return value.cast_as("json");
        }
        match column.cast_to_compare(like) {
            Some(name) => value.cast_as(name.to_owned()),
            None => value,
        }
    }

    fn text_form(&self, place: usize) -> Option<Form> {
        let column = &self.0.columns[place];
        Some(column.form).filter(|form| *form != Form::Any)
    }
}
