//! Queries on one table.

#[cfg(feature = "export")]
mod batches;

use std::{fmt, sync::Arc};

use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use sea_orm::{
    ConnectionTrait, Order, StreamTrait, Value,
    sea_query::{LockBehavior, LockType, SelectStatement},
};

#[cfg(feature = "export")]
pub(crate) use self::batches::ReadColumn;
use super::{DynamicRepository, Filter, Row, rules::RowRules, table::Table};
use crate::{
    connection::dates::as_stored,
    error::{Error, Result},
    repository::{ListQuery, Look, Page, SortKey, any_row, conventions::Seen, count_rows},
    row::decode::{Decode, decode},
    session::SessionProvider,
};

/// A query on one table, of which columns are named at run time.
///
/// A name or a value that the table cannot have is reported when the query is run, before anything
/// is sent.
///
/// ```
/// # include!("../doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// # migration::seed(&provider).await?;
/// use xtsqlorm::dynamic::column;
///
/// let users = DynamicRepository::reflect(&provider, "users").await?;
/// let page = users
///     .find()
///     .filter(column("is_active").eq(true))
///     .order_by_asc("email")
///     .limit(3)
///     .all()
///     .await?;
/// assert_eq!(page.len(), 3);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a query does nothing until it is run"]
pub struct DynamicFind {
    provider: SessionProvider,
    table: Arc<Table>,
    select: SelectStatement,
    /// The places of the columns to read, where these are not all.
    places: Option<Arc<[usize]>>,
    /// What was wrong with the query as it was built.
    refused: Option<Error>,
    /// Of the repository that asks.
    rules: Arc<RowRules>,
    seen: Seen,
    /// How values are read.
    decode: Decode,
}

impl DynamicFind {
    pub(super) fn new(repository: &DynamicRepository) -> Self {
        Self {
            provider: repository.provider.clone(),
            table: Arc::clone(&repository.table),
            select: repository.table.rows(),
            places: None,
            refused: None,
            rules: Arc::clone(&repository.rules),
            seen: repository.seen,
            decode,
        }
    }

    /// Finds deleted rows, too, where the repository
    /// [deletes softly](DynamicRepository::soft_delete).
    pub fn with_deleted(mut self) -> Self {
        self.seen = Seen::WithDeleted;
        self
    }

    /// Finds deleted rows and no others, where the repository
    /// [deletes softly](DynamicRepository::soft_delete).
    pub fn only_deleted(mut self) -> Self {
        self.seen = Seen::OnlyDeleted;
        self
    }

    /// Only rows that meet the condition, and those given before and after.
    pub fn filter(self, filter: impl Into<Filter>) -> Self {
        let condition = filter.into().resolve(self.table.as_ref());
        self.and(condition, |select, condition| {
            select.cond_where(condition);
        })
    }

    /// Sorts by a column, after those given before.
    pub fn order_by(self, column: &str, order: Order) -> Self {
        let by = self.table.column(column);
        let by = by.map(|column| self.table.qualified(column));
        self.and(by, |select, by| {
            select.order_by_expr(by, order);
        })
    }

    /// Sorts by a column, least first. Where NULLs come is the database's choice.
    pub fn order_by_asc(self, column: &str) -> Self {
        self.order_by(column, Order::Asc)
    }

    /// Sorts by a column, greatest first.
    pub fn order_by_desc(self, column: &str) -> Self {
        self.order_by(column, Order::Desc)
    }

    /// Sorts by these columns, after those given before.
    pub fn sort_by(self, keys: &[SortKey]) -> Self {
        keys.iter().fold(self, |find, key| {
            let order = match key.descending {
                true => Order::Desc,
                false => Order::Asc,
            };
            find.order_by(&key.column, order)
        })
    }

    /// The rows that a client asked for: its filter, its order, and after that the order of the
    /// primary key, so that no row is on two pages; its page. A query that pages by tokens is
    /// refused when it is run.
    pub fn list(self, query: ListQuery) -> Self {
        let counted = query.check_counted();
        let find = self.and(counted, |_, ()| {});
        let find = find.filter(query.filter).sort_by(&query.sort);
        let table = Arc::clone(&find.table);
        let sorted = |name: &str| query.sort.iter().any(|key| key.column == name);
        let rest = table.key_columns().filter(|column| !sorted(column.name()));
        let find = rest.fold(find, |find, column| find.order_by_asc(column.name()));
        find.limit(query.size)
            .offset(query.page.saturating_sub(1).saturating_mul(query.size))
    }

    /// At most so many rows.
    pub fn limit(mut self, rows: u64) -> Self {
        self.select.limit(rows);
        self
    }

    /// Leaves out the first rows. MySQL and SQLite want a [`limit`](Self::limit), too.
    pub fn offset(mut self, rows: u64) -> Self {
        self.select.offset(rows);
        self
    }

    /// A part of the rows.
    pub fn page(mut self, page: Page) -> Self {
        page.restrict(&mut self.select);
        self
    }

    /// Reads these columns only, in this order.
    pub fn columns<C: AsRef<str>>(mut self, columns: impl IntoIterator<Item = C>) -> Self {
        let places = columns
            .into_iter()
            .map(|column| self.table.place(column.as_ref()));
        match places.collect::<Result<Vec<usize>>>() {
            Ok(places) => self.places = Some(places.into()),
            Err(error) => self.refused = self.refused.or(Some(error)),
        }
        self
    }

    /// Locks the rows, so that nobody else can write or lock them until the transaction ends.
    /// SQLite, where writers take turns, has no such lock and needs none.
    pub fn lock_exclusive(self) -> Self {
        self.lock(LockType::Update)
    }

    /// Locks the rows, so that nobody else can write them until the transaction ends.
    pub fn lock_shared(self) -> Self {
        self.lock(LockType::Share)
    }

    /// Locks the rows.
    pub fn lock(mut self, lock: LockType) -> Self {
        self.select.lock(lock);
        self
    }

    /// Locks the rows, and does not wait for those that somebody else has locked.
    pub fn lock_with_behavior(mut self, lock: LockType, behavior: LockBehavior) -> Self {
        self.select.lock_with_behavior(lock, behavior);
        self
    }

    /// Changes sea-query's statement, for what has no method here. Which columns are read stays.
    pub fn map(mut self, change: impl FnOnce(&mut SelectStatement)) -> Self {
        change(&mut self.select);
        self
    }

    /// sea-query's statement, to be run by hand.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for a column that the table does not have, or a value that it cannot
    /// be compared with.
    pub fn into_select(self) -> Result<SelectStatement> {
        if let Some(error) = self.refused {
            return Err(error);
        }
        let mut select = self.select;
        if let Some(seen) = self.table.seen(&self.rules.conventions, self.seen)? {
            select.and_where(seen);
        }
        self.table.select_into(&mut select, self.places.as_deref());
        Ok(select)
    }

    /// All rows. One round trip.
    ///
    /// # Errors
    ///
    /// As [`into_select`](Self::into_select), and what the database reports; [`Error::Decode`] for a
    /// value that does not suit its column.
    pub async fn all(self) -> Result<Vec<Row>> {
        let Running {
            provider,
            select,
            reader,
        } = self.run()?;
        let select = provider.manager().backend().dialect().build(&select);
        let rows = provider.query_all_as(select, |row| Ok(reader.read(&row)?));
        Ok(as_stored(rows).await?)
    }

    /// The first row. One round trip.
    ///
    /// # Errors
    ///
    /// As [`all`](Self::all).
    pub async fn one(self) -> Result<Option<Row>> {
        let Running {
            provider,
            select,
            reader,
        } = self.limit(1).run()?;
        let row = as_stored(provider.query_one(&select)).await?;
        row.map(|row| reader.read(&row)).transpose()
    }

    /// How many rows the filters leave; limit and offset do not matter. One round trip.
    ///
    /// # Errors
    ///
    /// As [`into_select`](Self::into_select), and what the database reports.
    pub async fn count(self) -> Result<u64> {
        let provider = self.provider.clone();
        count_rows(&provider, self.into_select()?).await
    }

    /// Whether there is a row at all. One round trip, which stops at the first row.
    ///
    /// # Errors
    ///
    /// As [`into_select`](Self::into_select), and what the database reports.
    pub async fn exists(self) -> Result<bool> {
        let provider = self.provider.clone();
        any_row(&provider, self.into_select()?).await
    }

    /// The rows one by one, as they arrive. The stream owns its connection until it ends; in a
    /// session, other statements are refused meanwhile. What [`all`](Self::all) returns as an error
    /// is the stream's last item.
    #[must_use]
    pub fn stream(self) -> BoxStream<'static, Result<Row>> {
        async_stream::try_stream! {
            let Running { provider, select, reader } = self.run()?;
            let mut rows = provider.stream(&select).await?;
            while let Some(row) = as_stored(rows.try_next()).await? {
                yield reader.read(&row)?;
            }
        }
        .boxed()
    }

    /// The same query, seeing what it has to.
    pub(super) fn looking(self, look: Look) -> Self {
        match look {
            Look::Usual => self,
            Look::Newest => self.lock_exclusive(),
        }
    }

    pub(super) fn by_key(self, key: Vec<Value>) -> Self {
        let matches = self.table.matches(key);
        self.filter(matches)
    }

    /// Keeps the first error, and changes nothing more.
    fn and<T>(mut self, part: Result<T>, add: impl FnOnce(&mut SelectStatement, T)) -> Self {
        match part {
            Ok(part) => add(&mut self.select, part),
            Err(error) => self.refused = self.refused.or(Some(error)),
        }
        self
    }

    fn run(self) -> Result<Running> {
        let names = match &self.places {
            None => Arc::clone(&self.table.names),
            Some(places) => {
                let name = |place: &usize| self.table.names[*place].clone();
                Arc::new(places.iter().map(name).collect())
            }
        };
        let reader = Reader {
            table: Arc::clone(&self.table),
            places: self.places.clone(),
            names,
            decode: self.decode,
        };
        Ok(Running {
            provider: self.provider.clone(),
            select: self.into_select()?,
            reader,
        })
    }
}

impl fmt::Debug for DynamicFind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicFind")
            .field("table", &self.table.name())
            .field("select", &self.select)
            .field("seen", &self.seen)
            .field("refused", &self.refused)
            .finish_non_exhaustive()
    }
}

/// A query that nothing is wrong with.
struct Running {
    provider: SessionProvider,
    select: SelectStatement,
    reader: Reader,
}

/// Reads the rows of one query.
struct Reader {
    table: Arc<Table>,
    places: Option<Arc<[usize]>>,
    names: Arc<Vec<String>>,
    decode: Decode,
}

impl Reader {
    fn read(&self, row: &sea_orm::QueryResult) -> Result<Row> {
        let places = self.places.as_deref();
        self.table.decode(row, &self.names, places, self.decode)
    }
}
