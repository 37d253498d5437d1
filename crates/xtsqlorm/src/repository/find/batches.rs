//! The rows of an entity, a batch at a time.

use std::marker::PhantomData;

use futures_util::{StreamExt, TryStreamExt};
use sea_orm::{
    ColumnTrait, ColumnType, DbBackend, DbErr, EntityTrait, FromQueryResult, IdenStatic, Iterable,
    ModelTrait, PrimaryKeyToColumn, QueryResult, QuerySelect, QueryTrait, Select, Value,
    sea_query::{Expr, SelectStatement},
};

use super::Find;
use crate::{
    error::Result,
    repository::{BatchStream, Pages, arriving, is_only_filtered, paged, restrict, stored_json},
    session::SessionProvider,
};

impl<E: EntityTrait> Find<E>
where
    E::Model: 'static,
{
    /// The values of all columns, in their order, JSON as its text, a batch of rows at a time.
    pub(crate) fn batches(self) -> BatchStream {
        if self.is_on_sqlite() && has_plain_key::<E>() {
            let select = self.clone().into_select();
            let (all, rows) = (E::find(), QueryTrait::as_query(&select));
            if is_only_filtered(DbBackend::Sqlite, QueryTrait::as_query(&all), rows) {
                return paged(self.provider, EntityPages(select));
            }
        }
        let Self { provider, .. } = &self;
        let provider = provider.clone();
        let select = self.into_select().into_model::<Values<E>>();
        let rows = async_stream::try_stream! {
            let mut rows = select.stream(&provider).await?;
            while let Some(row) = rows.try_next().await? {
                yield row.values;
            }
        };
        arriving(rows.map_err(|error: DbErr| error.into()).boxed())
    }
}

/// The values of an entity, of which JSON is its text.
struct Values<E> {
    values: Vec<Value>,
    of: PhantomData<fn() -> E>,
}

impl<E: EntityTrait> FromQueryResult for Values<E> {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let model = E::Model::from_query_result(row, prefix)?;
        let mut names = None;
        let value = |column: E::Column| {
            use ColumnType as C;
            if !matches!(column.def().get_column_type(), C::Json | C::JsonBinary) {
                return Ok(model.get(column));
            }
            let names = names.get_or_insert_with(|| row.column_names());
            let name = format!("{prefix}{}", column.as_str());
            match names.iter().position(|other| *other == name) {
                Some(place) => Ok(stored_json(row, place)?.into()),
                None => Ok(model.get(column)),
            }
        };
        Ok(Self {
            values: E::Column::iter().map(value).collect::<Result<_, DbErr>>()?,
            of: PhantomData,
        })
    }
}

impl<E: EntityTrait> Find<E> {
    pub(crate) fn is_on_sqlite(&self) -> bool {
        self.provider.manager().backend().dialect() == DbBackend::Sqlite
    }
}

struct EntityPages<E: EntityTrait>(Select<E>);

impl<E: EntityTrait> Pages for EntityPages<E>
where
    E::Model: 'static,
{
    async fn page(
        &self,
        provider: &SessionProvider,
        after: Option<Vec<Value>>,
        rows: u64,
    ) -> Result<Vec<Vec<Value>>> {
        let mut select = self.0.clone();
        let query: &mut SelectStatement = QuerySelect::query(&mut select);
        let key = key::<E>().map(|column| Expr::col(column.as_column_ref()));
        restrict(query.limit(rows), key.collect(), after);
        let rows = select.into_model::<Values<E>>().all(provider).await?;
        Ok(rows.into_iter().map(|row| row.values).collect())
    }

    fn key(&self, row: &[Value]) -> Vec<Value> {
        let named = |column: E::Column| {
            let place = E::Column::iter().position(|other| other.as_str() == column.as_str());
            place.and_then(|place| row.get(place).cloned())
        };
        key::<E>().filter_map(named).collect()
    }
}

fn key<E: EntityTrait>() -> impl Iterator<Item = E::Column> {
    E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column)
}

/// Whether SQLite compares the key as it is stored: not so a date, of which there are several texts.
fn has_plain_key<E: EntityTrait>() -> bool {
    let is_plain = |column: E::Column| {
        use ColumnType as C;
        let definition = column.def();
        let plain = matches!(
            definition.get_column_type(),
            C::TinyInteger
                | C::SmallInteger
                | C::Integer
                | C::BigInteger
                | C::TinyUnsigned
                | C::SmallUnsigned
                | C::Unsigned
                | C::BigUnsigned
                | C::String(_)
                | C::Char(_)
                | C::Text
        );
        plain && !definition.is_null()
    };
    key::<E>().all(is_plain)
}
