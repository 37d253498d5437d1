//! Pages by number.

use sea_orm::{EntityTrait, Order, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::request::Size;
use crate::{
    error::{Error, Result},
    repository::{Find, clauses, key},
};

/// Which page is asked for: its number, from 1, and how many rows a page has.
///
/// It can be read from a query string; what is left out is page 1, and 20 rows.
///
/// ```
/// use xtsqlorm::repository::PageRequest;
///
/// let second: PageRequest = serde_json::from_str(r#"{ "page": 2 }"#)?;
/// assert_eq!(second, PageRequest::new(2, 20));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PageRequest {
    page: u64,
    size: u64,
    #[serde(skip)]
    max_size: u64,
}

impl PageRequest {
    /// The page of that number, the first being 1, of so many rows.
    #[must_use]
    pub const fn new(page: u64, size: u64) -> Self {
        Self {
            page,
            size,
            max_size: Size::MAX,
        }
    }

    /// Refuses pages of more rows. Default: 1000. Whoever reads a request sets it; it is never read
    /// from one.
    #[must_use]
    pub const fn max_size(mut self, rows: u64) -> Self {
        self.max_size = rows;
        self
    }

    /// The number of rows, and of those before them.
    fn checked(self) -> Result<(u64, u64)> {
        if self.page == 0 {
            return Err(Error::invalid(
                "page",
                "there is no page 0",
                "count pages from 1",
            ));
        }
        let size = Size {
            rows: self.size,
            max: self.max_size,
        }
        .checked()?;
        // No server takes more; whatever is behind that is beyond the end as well.
        let farthest = i64::MAX.unsigned_abs() - size - 1;
        let offset = (self.page - 1).saturating_mul(size).min(farthest);
        Ok((size, offset))
    }
}

/// Page 1, of 20 rows.
impl Default for PageRequest {
    fn default() -> Self {
        Self::new(1, Size::USUAL)
    }
}

/// A page by number, and how many there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Paginated<T> {
    /// The rows of the page; none beyond the last page.
    pub items: Vec<T>,
    /// How many rows all pages have together.
    pub total: u64,
    /// The number of the page, from 1.
    pub page: u64,
    /// How many rows a full page has.
    pub size: u64,
    /// How many pages there are; 0 where there is no row.
    pub pages: u64,
    /// Whether there are rows behind this page.
    pub has_next: bool,
    /// Whether there are rows before this page.
    pub has_previous: bool,
}

impl<T> Paginated<T> {
    /// The same page of something made from each row.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Paginated<U> {
        Paginated {
            items: self.items.into_iter().map(change).collect(),
            total: self.total,
            page: self.page,
            size: self.size,
            pages: self.pages,
            has_next: self.has_next,
            has_previous: self.has_previous,
        }
    }
}

/// A page by number, without knowing how many there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Slice<T> {
    /// The rows of the page; none beyond the last page.
    pub items: Vec<T>,
    /// The number of the page, from 1.
    pub page: u64,
    /// How many rows a full page has.
    pub size: u64,
    /// Whether there are rows behind this page.
    pub has_next: bool,
    /// Whether a page comes before this one. It may have no rows where this one has none.
    pub has_previous: bool,
}

impl<T> Slice<T> {
    /// The same slice of something made from each row.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Slice<U> {
        Slice {
            items: self.items.into_iter().map(change).collect(),
            page: self.page,
            size: self.size,
            has_next: self.has_next,
            has_previous: self.has_previous,
        }
    }
}

impl<E: EntityTrait> Find<E> {
    /// One page, and how many rows and pages there are.
    ///
    /// The primary key sorts what the query's own order leaves open, so that a row is on one page
    /// and no other as long as nothing is written; of rows without a key, only equal ones are left
    /// open. At most two round trips: the rows, and a `COUNT`
    /// without columns and order. A page that is neither full nor empty tells the total itself. What
    /// is written between the two is in one of them only, unless a transaction of REPEATABLE READ or
    /// more is around both.
    ///
    /// Joins stay in the `COUNT`, since they may multiply rows. With nothing selected, PostgreSQL and
    /// MariaDB leave out the outer joins by themselves that find one row at most.
    ///
    /// ```
    /// # include!("../../doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// # migration::seed(&provider).await?;
    /// use xtsqlorm::repository::PageRequest;
    ///
    /// let users = Repository::<users::Entity>::new(&provider);
    /// let page = users
    ///     .find()
    ///     .filter(users::Column::IsActive.eq(true))
    ///     .order_by_asc(users::Column::Name)
    ///     .paginate(PageRequest::new(1, 3))
    ///     .await?;
    /// assert_eq!((page.items.len(), page.page, page.size), (3, 1, 3));
    /// assert_eq!(page.pages, page.total.div_ceil(3));
    /// assert!(page.has_next && !page.has_previous);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for page 0, for a size of 0 or over the cap, and for a query that has
    /// a limit or an offset already, before any SQL; otherwise what the database reports.
    pub async fn paginate(self, request: PageRequest) -> Result<Paginated<E::Model>> {
        let (size, offset) = request.checked()?;
        let counting = self.clone();
        let items = self.part(size, offset)?.all().await?;
        let found = items.len() as u64;
        let tells_total = found < size && (found > 0 || offset == 0);
        let total = match tells_total {
            true => offset + found,
            false => counting.count().await?,
        };
        let pages = total.div_ceil(size);
        Ok(Paginated {
            items,
            total,
            page: request.page,
            size,
            pages,
            has_next: request.page < pages,
            has_previous: request.page > 1 && total > 0,
        })
    }

    /// One page, and whether another one follows. One round trip, which reads one row more.
    ///
    /// Sorted as [`paginate`](Self::paginate) does.
    ///
    /// ```
    /// # include!("../../doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// # migration::seed(&provider).await?;
    /// use xtsqlorm::repository::PageRequest;
    ///
    /// let users = Repository::<users::Entity>::new(&provider);
    /// let slice = users.find().slice(PageRequest::new(2, 3)).await?;
    /// assert_eq!(slice.items.len(), 3);
    /// assert!(slice.has_next && slice.has_previous);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`paginate`](Self::paginate).
    pub async fn slice(self, request: PageRequest) -> Result<Slice<E::Model>> {
        let (size, offset) = request.checked()?;
        let mut items = self.part(size + 1, offset)?.all().await?;
        let has_next = items.len() as u64 > size;
        items.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        Ok(Slice {
            items,
            page: request.page,
            size,
            has_next,
            has_previous: request.page > 1,
        })
    }

    /// Some rows, in an order that leaves nothing open.
    fn part(mut self, limit: u64, offset: u64) -> Result<Self> {
        let dialect = self.dialect();
        let rows = QuerySelect::query(&mut self);
        if clauses::is_limited(rows) {
            return Err(super::request::limited());
        }
        // What is made from several rows has no key.
        if !clauses::is_grouped(dialect, rows) {
            for by in key::order::<E>(dialect) {
                self = self.order_by(by, Order::Asc);
            }
        }
        Ok(self.limit(limit).offset(offset))
    }
}
