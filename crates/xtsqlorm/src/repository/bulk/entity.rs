//! Bulk operations of the repository of an entity.

use std::sync::Arc;

use futures_util::{FutureExt, Stream, StreamExt, future::BoxFuture};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, DbBackend,
    EntityTrait, IdenStatic, IntoActiveModel, Iterable, PrimaryKeyTrait, QueryResult, TryFromU64,
    TryGetableMany, Value,
    sea_query::{Expr, ExprTrait, IntoValueTuple, ValueTuple},
};

use super::{
    BulkOptions, BulkReport, BulkRow, BulkTable, BulkTarget, Columns, Given, Input, Kind, Settings,
    key_tuple, run,
};
use crate::{
    error::{Error, Result},
    repository::{
        Form, Key, Repository,
        conventions::Seen,
        hooks::{Operation, Target},
        key, whole_if_unchanged,
        write::{ask_for_a_key, target_of},
    },
    session::SessionProvider,
};

/// The bulk operations of a repository, run as [options](BulkOptions) say.
///
/// What is given may be anything that can be iterated over, or with `_stream`, a stream whose errors
/// refuse the row that they stand for.
///
/// # Cancel safety
///
/// Dropping the future of any of them rolls back what is not committed: everything with
/// [`Commit::Once`](super::Commit::Once), the chunk at hand with
/// [`Commit::EachChunk`](super::Commit::EachChunk). Rows that one statement creates outside a
/// transaction may all be there, or none.
#[derive(Clone, Debug)]
pub struct Bulk<E: EntityTrait> {
    repository: Repository<E>,
    options: BulkOptions,
}

impl<E: EntityTrait> Repository<E> {
    /// Bulk operations that run as `options` say; [the module](crate::repository::bulk) has an
    /// example.
    #[must_use]
    pub fn bulk(&self, options: BulkOptions) -> Bulk<E> {
        Bulk {
            repository: self.clone(),
            options,
        }
    }
}

impl<E> Repository<E>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelBehavior + Send,
{
    /// [`Bulk::create`] with the default options.
    ///
    /// # Errors
    ///
    /// As there.
    #[doc(alias = "bulk_create_optimized")]
    pub fn bulk_create<'a, I>(&self, rows: I) -> BoxFuture<'a, Result<BulkReport>>
    where
        I: IntoIterator<Item: IntoActiveModel<E::ActiveModel>, IntoIter: Send + 'a>,
    {
        self.bulk(BulkOptions::new()).create(rows)
    }

    /// [`Bulk::update`] with the default options.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn bulk_update<'a, I>(&self, rows: I) -> BoxFuture<'a, Result<BulkReport>>
    where
        I: IntoIterator<Item: IntoActiveModel<E::ActiveModel>, IntoIter: Send + 'a>,
    {
        self.bulk(BulkOptions::new()).update(rows)
    }

    /// [`Bulk::upsert`] with the default options.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn bulk_upsert<'a, I>(&self, rows: I) -> BoxFuture<'a, Result<BulkReport>>
    where
        I: IntoIterator<Item: IntoActiveModel<E::ActiveModel>, IntoIter: Send + 'a>,
    {
        self.bulk(BulkOptions::new()).upsert(rows)
    }

    /// [`Bulk::delete`] with the default options.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn bulk_delete<'a, I>(&self, ids: I) -> BoxFuture<'a, Result<BulkReport>>
    where
        I: IntoIterator<Item: Into<Key<E>>, IntoIter: Send + 'a>,
    {
        self.bulk(BulkOptions::new()).delete(ids)
    }
}

impl<E> Bulk<E>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelBehavior + Send,
{
    /// Creates rows.
    ///
    /// # Errors
    ///
    /// [`Error::Rows`] where the database refuses one, with the places of those among which it is;
    /// [`Error::Validation`] of all rows of a chunk that hooks find not valid. With
    /// [`OnError::Skip`](super::OnError::Skip), only what is no refusal of a row. On MySQL with
    /// [`return_keys`](BulkOptions::return_keys), [`Error::InvalidInput`] where the key is neither
    /// given nor an auto-increment.
    pub fn create<'a, I>(&self, rows: I) -> BoxFuture<'a, Result<BulkReport>>
    where
        I: IntoIterator<Item: IntoActiveModel<E::ActiveModel>, IntoIter: Send + 'a>,
    {
        self.run(Kind::Create, given::<E, I>(rows))
    }

    /// Creates the rows of a stream.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create), and what the stream returns.
    pub fn create_stream<'a, S, R>(&self, rows: S) -> BoxFuture<'a, Result<BulkReport>>
    where
        S: Stream<Item = Result<R>> + Send + 'a,
        R: IntoActiveModel<E::ActiveModel> + 'a,
    {
        self.run(Kind::Create, Input::arriving(rows.map(given_row::<E, R>)))
    }

    /// Changes rows that are there. Each row names its key, and sets what is to be changed; a model
    /// is written as a whole.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create); [`Error::InvalidInput`] where a row has no key;
    /// [`Error::StaleVersion`] where one is in another version. A key that the table does not have
    /// is no error, but [missing](BulkReport::missing).
    pub fn update<'a, I>(&self, rows: I) -> BoxFuture<'a, Result<BulkReport>>
    where
        I: IntoIterator<Item: IntoActiveModel<E::ActiveModel>, IntoIter: Send + 'a>,
    {
        self.run(Kind::Update, given::<E, I>(rows))
    }

    /// Changes rows by those of a stream.
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update), and what the stream returns.
    pub fn update_stream<'a, S, R>(&self, rows: S) -> BoxFuture<'a, Result<BulkReport>>
    where
        S: Stream<Item = Result<R>> + Send + 'a,
        R: IntoActiveModel<E::ActiveModel> + 'a,
    {
        self.run(Kind::Update, Input::arriving(rows.map(given_row::<E, R>)))
    }

    /// Creates rows, or changes those that have their key already, as
    /// [`upsert`](Repository::upsert) does for one. Which of them are counted as inserted is what
    /// the transaction saw before.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create), [`update`](Self::update), and
    /// [`upsert`](Repository::upsert) for one.
    pub fn upsert<'a, I>(&self, rows: I) -> BoxFuture<'a, Result<BulkReport>>
    where
        I: IntoIterator<Item: IntoActiveModel<E::ActiveModel>, IntoIter: Send + 'a>,
    {
        self.run(Kind::Upsert, given::<E, I>(rows))
    }

    /// Creates or changes the rows of a stream.
    ///
    /// # Errors
    ///
    /// As [`upsert`](Self::upsert), and what the stream returns.
    pub fn upsert_stream<'a, S, R>(&self, rows: S) -> BoxFuture<'a, Result<BulkReport>>
    where
        S: Stream<Item = Result<R>> + Send + 'a,
        R: IntoActiveModel<E::ActiveModel> + 'a,
    {
        self.run(Kind::Upsert, Input::arriving(rows.map(given_row::<E, R>)))
    }

    /// Deletes the rows with these keys; softly, as [`delete`](Repository::delete).
    ///
    /// # Errors
    ///
    /// [`Error::Rows`] where other rows refer to one of them. A key that the table does not have is
    /// no error, but [missing](BulkReport::missing).
    pub fn delete<'a, I>(&self, ids: I) -> BoxFuture<'a, Result<BulkReport>>
    where
        I: IntoIterator<Item: Into<Key<E>>, IntoIter: Send + 'a>,
    {
        let keys = ids.into_iter().map(|id| {
            let key: Key<E> = id.into();
            Ok(Given::Key(key.into_value_tuple().into_iter().collect()))
        });
        self.run(Kind::Delete, Input::at_hand(keys))
    }

    /// The input and the future are boxed, so that callers compile neither for each type of iterator,
    /// and may hand in iterators over what they borrow.
    fn run<'a>(
        &self,
        kind: Kind,
        rows: Input<'a, E::ActiveModel>,
    ) -> BoxFuture<'a, Result<BulkReport>> {
        let Self {
            repository,
            options,
        } = self.clone();
        async move {
            if kind != Kind::Create {
                key::require::<E>()?;
            }
            run(&repository, kind, rows, &options).await
        }
        .boxed()
    }
}

fn given<'a, E, I>(rows: I) -> Input<'a, E::ActiveModel>
where
    E: EntityTrait,
    I: IntoIterator<Item: IntoActiveModel<E::ActiveModel>, IntoIter: Send + 'a>,
{
    Input::at_hand(rows.into_iter().map(|row| given_row::<E, _>(Ok(row))))
}

fn given_row<E, R>(row: Result<R>) -> Result<Given<E::ActiveModel>>
where
    E: EntityTrait,
    R: IntoActiveModel<E::ActiveModel>,
{
    row.map(|row| Given::Row(row.into_active_model()))
}

impl<E> BulkTarget for Repository<E>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelBehavior + Send,
{
    type Row = E::ActiveModel;

    fn provider(&self) -> &SessionProvider {
        &self.provider
    }

    fn on_provider(&self, provider: SessionProvider) -> Self {
        self.on(provider)
    }

    fn bulk_table(&self, kind: Kind) -> Result<BulkTable> {
        let columns: Vec<E::Column> = E::Column::iter().collect();
        let place = |column: E::Column| place::<E>(column);
        let conventions = self.conventions();
        let seen = match kind {
            Kind::Create | Kind::Upsert => None,
            Kind::Update => conventions.seen(self.seen),
            Kind::Delete => match (conventions.seen(Seen::Alive), conventions.seen(self.seen)) {
                (Some(alive), Some(seen)) if self.seen != Seen::Alive => Some(alive.and(seen)),
                (alive, _) => alive,
            },
        };
        Ok(BulkTable {
            backend: self.provider.manager().backend(),
            name: key::table::<E>(),
            reference: E::default().table_ref(),
            columns: columns.iter().map(|it| it.as_str().to_owned()).collect(),
            key: match key::is_stored::<E>() {
                true => key::columns::<E>().filter_map(place).collect(),
                false => Vec::new(),
            },
            version: conventions.version.and_then(place),
            deleted: conventions.deleted.and_then(place),
            seen,
            binding: Arc::new(EntityColumns::<E>(columns)),
        })
    }

    fn has_hooks(&self) -> bool {
        !self.hooks().is_empty()
    }

    async fn prepare(
        &self,
        kind: Kind,
        given: Given<E::ActiveModel>,
        index: usize,
    ) -> Result<BulkRow> {
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
        Ok(placed::<E>(self.conventions().touch::<E::ActiveModel>()?))
    }

    fn revived(&self) -> Result<Option<(usize, Expr)>> {
        let revival = self.conventions().revival::<E::ActiveModel>()?;
        Ok(placed::<E>(revival).pop())
    }

    fn marked_deleted(&self) -> Result<Option<Settings>> {
        let deletion = self.conventions().deletion::<E::ActiveModel>()?;
        Ok(deletion.map(placed::<E>))
    }

    async fn written(&self, kind: Kind, rows: u64) -> Result<()> {
        let event = self.event(kind.operation(), || Target::New);
        self.hooks().after_many(rows, event).await
    }

    fn returned_key(&self, row: &QueryResult) -> Result<ValueTuple> {
        let columns: Vec<String> = key::columns::<E>()
            .map(|column| column.as_str().to_owned())
            .collect();
        let key = <Key<E> as TryGetableMany>::try_get_many(row, "", &columns);
        let key = key.map_err(sea_orm::DbErr::from)?;
        Ok(key.into_value_tuple())
    }

    fn numbered_key(&self, number: u64) -> Result<Option<ValueTuple>> {
        if !E::PrimaryKey::auto_increment() {
            return Ok(None);
        }
        let key = <Key<E> as TryFromU64>::try_from_u64(number)?;
        Ok(Some(key.into_value_tuple()))
    }
}

impl<E> Repository<E>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelBehavior + Send,
{
    async fn prepare_creation(&self, mut row: E::ActiveModel, index: usize) -> Result<BulkRow> {
        let event = self.event(Operation::Create, || target_of::<E>(&row));
        let event = event.map(|event| event.at(index));
        self.hooks().before(&mut row, event.as_ref()).await?;
        let mut row = ActiveModelBehavior::before_save(row, &self.provider, true).await?;
        self.conventions().complete(&mut row)?;
        self.ask_for_a_key(&mut row);
        Ok(bulk_row::<E>(row, index, |_, _| true))
    }

    async fn prepare_change(&self, row: E::ActiveModel, index: usize) -> Result<BulkRow> {
        let mut changes = whole_if_unchanged::<E>(row);
        let Some(id) = changes.get_primary_key_value() else {
            return Err(Error::no_key_in(&key::table::<E>(), index));
        };
        let event = self.event(Operation::Update, || Target::Key(id.clone()));
        let event = event.map(|event| event.at(index));
        self.hooks().before(&mut changes, event.as_ref()).await?;
        key::assign::<E>(&mut changes, id)?;
        let mut changes = ActiveModelBehavior::before_save(changes, &self.provider, false).await?;
        let conventions = self.conventions();
        let version = conventions.version_in(&changes);
        conventions.strip(&mut changes);
        // What was read and not set since stays as it is.
        let mut row = bulk_row::<E>(changes, index, |column, value| {
            value.is_set() && !key::contains::<E>(column)
        });
        row.version = version;
        Ok(row)
    }

    async fn prepare_upsert(&self, row: E::ActiveModel, index: usize) -> Result<BulkRow> {
        let mut row = whole_if_unchanged::<E>(row);
        let event = self.event(Operation::Upsert, || target_of::<E>(&row));
        let event = event.map(|event| event.at(index));
        self.hooks().before(&mut row, event.as_ref()).await?;
        let mut row = ActiveModelBehavior::before_save(row, &self.provider, true).await?;
        self.ask_for_a_key(&mut row);
        let conventions = self.conventions();
        let version = conventions.version_in(&row);
        let deleted = conventions
            .deleted
            .filter(|deleted| row.get(*deleted).is_set());
        let mut changed: Vec<usize> = E::Column::iter()
            .enumerate()
            .filter(|(_, column)| row.get(*column).is_set() && !key::contains::<E>(*column))
            .filter(|(_, column)| !conventions.own(*column))
            .map(|(place, _)| place)
            .collect();
        changed.extend(deleted.and_then(place::<E>));
        conventions.complete(&mut row)?;
        let mut row = bulk_row::<E>(row, index, |_, _| true);
        row.changed = changed;
        row.version = version;
        Ok(row)
    }

    fn ask_for_a_key(&self, row: &mut E::ActiveModel) {
        if self.provider.get_database_backend() == DbBackend::MySql {
            ask_for_a_key::<E>(row);
        }
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
}

/// The key of a row, and the wanted ones of its values.
fn bulk_row<E: EntityTrait>(
    mut row: E::ActiveModel,
    index: usize,
    wanted: impl Fn(E::Column, &ActiveValue<Value>) -> bool,
) -> BulkRow {
    let key = match key::is_stored::<E>() {
        true => row.get_primary_key_value(),
        false => None,
    };
    let values = E::Column::iter().enumerate().filter_map(|(place, column)| {
        let value = row.take(column);
        let is_wanted = wanted(column, &value);
        Some((place, value.into_value().filter(|_| is_wanted)?))
    });
    let cells = values.collect();
    BulkRow {
        index,
        key: key.map_or_else(Vec::new, |key| key.into_iter().collect()),
        cells,
        ..BulkRow::default()
    }
}

fn place<E: EntityTrait>(column: E::Column) -> Option<usize> {
    E::Column::iter().position(|known| known.as_str() == column.as_str())
}

/// Settings of columns by their places.
fn placed<E: EntityTrait>(settings: impl IntoIterator<Item = (E::Column, Expr)>) -> Settings {
    let settings = settings.into_iter();
    settings
        .filter_map(|(column, to)| Some((place::<E>(column)?, to)))
        .collect()
}

/// The columns of an entity, as its definition has them.
struct EntityColumns<E: EntityTrait>(Vec<E::Column>);

impl<E: EntityTrait> Columns for EntityColumns<E> {
    fn cast(&self, _: usize, _: &Value) -> Option<&str> {
        None
    }

    fn bind(&self, place: usize, _: &Value, value: Expr) -> Expr {
        self.0[place].save_as(value)
    }

    fn bind_to_compare(&self, place: usize, _: &Value, value: Expr) -> Expr {
        self.0[place].save_as(value)
    }

    fn text_form(&self, place: usize) -> Option<Form> {
        let column = self.0[place];
        let definition = column.def();
        let column_type = definition.get_column_type();
        let form = Form::of(column_type)?;
        let bare = Expr::val(0);
        let is_cast = column.save_as(bare.clone()) != bare;
        // A cast to anything but the column's own type may change the value.
        let own = matches!(column_type, sea_orm::ColumnType::Enum { .. });
        (!is_cast || own).then_some(form)
    }
}
