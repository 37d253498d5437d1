//! Queries on one entity.

#[cfg(feature = "export")]
mod batches;

use std::{fmt, sync::Arc};

use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select, Statement,
    sea_query::{Alias, Asterisk, Expr, ExprTrait, Query, SelectStatement},
};

use super::{Repository, clauses, conventions::Seen, race::Look, rules::EntityRules};
use crate::{
    connection::Backend,
    error::{Error, Result},
    session::SessionProvider,
};

/// A query on one entity: SeaORM's builder methods, run where the repository runs.
///
/// `filter`, `order_by_asc`, `limit`, `offset`, `join`, `lock_exclusive` and all others come from
/// SeaORM's traits [`QueryFilter`], [`QueryOrder`] and [`QuerySelect`], which the
/// [prelude](crate::prelude) has.
///
/// ```
/// # include!("../doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// # migration::seed(&provider).await?;
/// let users = Repository::<users::Entity>::new(&provider);
/// let page = users
///     .find()
///     .filter(users::Column::IsActive.eq(true))
///     .order_by_asc(users::Column::Email)
///     .limit(3)
///     .all()
///     .await?;
/// assert_eq!(page.len(), 3);
/// # Ok(())
/// # }
/// ```
#[must_use = "a query does nothing until it is run"]
pub struct Find<E: EntityTrait> {
    provider: SessionProvider,
    select: Select<E>,
    /// Of the repository that asks.
    rules: Arc<EntityRules<E>>,
    seen: Seen,
}

impl<E: EntityTrait> Find<E> {
    pub(super) fn new(repository: &Repository<E>) -> Self {
        Self {
            provider: repository.provider.clone(),
            select: E::find(),
            rules: Arc::clone(&repository.rules),
            seen: repository.seen,
        }
    }

    /// Finds deleted rows, too, where the repository [deletes softly](Repository::soft_delete).
    pub fn with_deleted(mut self) -> Self {
        self.seen = Seen::WithDeleted;
        self
    }

    /// Finds deleted rows and no others, where the repository
    /// [deletes softly](Repository::soft_delete).
    pub fn only_deleted(mut self) -> Self {
        self.seen = Seen::OnlyDeleted;
        self
    }

    /// Changes SeaORM's query as a whole, for what is not a method of the builder traits.
    pub fn map(mut self, change: impl FnOnce(Select<E>) -> Select<E>) -> Self {
        self.select = change(self.select);
        self
    }

    /// SeaORM's query, to be run by hand.
    #[must_use]
    pub fn into_select(self) -> Select<E> {
        match self.rules.conventions.seen(self.seen) {
            Some(seen) => self.select.filter(seen),
            None => self.select,
        }
    }

    /// Where the query is run, and as what.
    pub(crate) fn into_rows(self) -> (SessionProvider, SelectStatement) {
        let provider = self.provider.clone();
        (provider, self.into_select().into_query())
    }

    pub(super) fn dialect(&self) -> DbBackend {
        self.provider.manager().backend().dialect()
    }

    /// The same query, seeing what it has to.
    pub(super) fn looking(self, look: Look) -> Self {
        match look {
            Look::Usual => self,
            Look::Newest => self.lock_exclusive(),
        }
    }

    /// All rows. One round trip.
    ///
    /// # Errors
    ///
    /// What the database reports.
    pub async fn all(self) -> Result<Vec<E::Model>> {
        let provider = self.provider.clone();
        let select = self.into_select().build(provider.get_database_backend());
        let read = |row| E::Model::from_query_result(&row, "");
        Ok(provider.query_all_as(select, read).await?)
    }

    /// The first row. One round trip.
    ///
    /// # Errors
    ///
    /// What the database reports.
    pub async fn one(self) -> Result<Option<E::Model>> {
        let provider = self.provider.clone();
        Ok(self.into_select().one(&provider).await?)
    }

    /// How many rows the filters leave; limit and offset do not matter. One round trip.
    ///
    /// # Errors
    ///
    /// What the database reports.
    pub async fn count(self) -> Result<u64> {
        let provider = self.provider.clone();
        count_rows(&provider, self.into_select().into_query()).await
    }

    /// Whether there is a row at all. One round trip, which stops at the first row.
    ///
    /// # Errors
    ///
    /// What the database reports.
    pub async fn exists(self) -> Result<bool> {
        let provider = self.provider.clone();
        any_row(&provider, self.into_select().into_query()).await
    }

    /// The rows one by one, as they arrive. The stream owns its connection until it ends; in a
    /// session, other statements are refused meanwhile.
    #[must_use]
    pub fn stream(self) -> BoxStream<'static, Result<E::Model>>
    where
        E::Model: 'static,
    {
        let provider = self.provider.clone();
        let select = self.into_select();
        async_stream::try_stream! {
            let mut rows = select.stream(&provider).await?;
            while let Some(row) = rows.try_next().await? {
                yield row;
            }
        }
        .map_err(|error: sea_orm::DbErr| Error::from(error))
        .boxed()
    }

    /// The backend that the query runs on.
    pub(super) fn backend(&self) -> Backend {
        self.provider.manager().backend()
    }
}

/// How many rows a query has without its limit and offset.
pub(crate) async fn count_rows(provider: &SessionProvider, rows: SelectStatement) -> Result<u64> {
    let mut counting = rows_to_aggregate(provider, rows).0;
    counting.expr(Expr::col(Asterisk).count());
    let row = provider.query_one(&counting).await?;
    let count: i64 = match row {
        Some(row) => row.try_get_by_index(0)?,
        None => 0,
    };
    Ok(u64::try_from(count).unwrap_or_default())
}

/// A query over all rows of another one, without its limit and offset, of which nothing is selected
/// yet; and the name that the rows have in it, where that is not their table's.
pub(crate) fn rows_to_aggregate(
    provider: &SessionProvider,
    mut rows: SelectStatement,
) -> (SelectStatement, Option<&'static str>) {
    rows.clear_order_by().reset_limit().reset_offset();
    if clauses::is_plain(provider.get_database_backend(), &rows) {
        rows.clear_selects();
        return (rows, None);
    }
    // DISTINCT and GROUP BY matter for what comes out of them.
    let mut outer = Query::select();
    outer.from_subquery(rows, Alias::new("counted"));
    (outer, Some("counted"))
}

/// Whether a query has any row.
pub(crate) async fn any_row(provider: &SessionProvider, rows: SelectStatement) -> Result<bool> {
    let any = any_of(provider.get_database_backend(), rows);
    Ok(provider.query_one_raw(any).await?.is_some())
}

/// A statement that has one row where a query has any.
pub(super) fn any_of(dialect: DbBackend, mut rows: SelectStatement) -> Statement {
    rows.clear_order_by().limit(1);
    let any = clauses::ones(dialect, &rows);
    match clauses::selects_plainly(&any.sql) {
        true => any,
        false => dialect.build(&rows),
    }
}

impl<E: EntityTrait> QueryFilter for Find<E> {
    type QueryStatement = SelectStatement;

    fn query(&mut self) -> &mut SelectStatement {
        QueryFilter::query(&mut self.select)
    }
}

impl<E: EntityTrait> QueryOrder for Find<E> {
    type QueryStatement = SelectStatement;

    fn query(&mut self) -> &mut SelectStatement {
        QueryOrder::query(&mut self.select)
    }
}

impl<E: EntityTrait> QuerySelect for Find<E> {
    type QueryStatement = SelectStatement;

    fn query(&mut self) -> &mut SelectStatement {
        QuerySelect::query(&mut self.select)
    }
}

impl<E: EntityTrait> Clone for Find<E> {
    fn clone(&self) -> Self {
        Self {
            provider: self.provider.clone(),
            select: self.select.clone(),
            rules: Arc::clone(&self.rules),
            seen: self.seen,
        }
    }
}

impl<E: EntityTrait> fmt::Debug for Find<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Find")
            .field("select", &self.select)
            .finish_non_exhaustive()
    }
}
