//! Parts of a result: pages by number, slices, and windows.
//!
//! *Page 900 is slow, and rows jump between pages: what do I do?*
//!
//! | | [`paginate`](Find::paginate) | [`slice`](Find::slice) | [`window`](Find::window) |
//! |---|---|---|---|
//! | goes to | any page, by its number | any page, by its number | what follows, or comes before, a row |
//! | tells | how many rows and pages | whether rows follow | whether rows follow |
//! | reads, for page 900 of 20 | all rows that the filters leave, and 18,000 again | 18,000 | 21, in an index on the sort columns |
//! | a row that is added or deleted before the page | moves a row to another page | moves a row to another page | changes nothing |
//! | round trips | 1 or 2 | 1 | 1 |
//!
//! # Pages by number
//!
//! For a table with page numbers at its foot, on some thousand rows: [`Find::paginate`].
//!
//! ```
//! # include!("../doctest_setup.rs");
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
//! # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
//! # migration::seed(&provider).await?;
//! use xtsqlorm::repository::PageRequest;
//!
//! let users = Repository::<users::Entity>::new(&provider);
//! let sorted = users.find().order_by_asc(users::Column::Name);
//! let page = sorted.clone().paginate(PageRequest::new(2, 5)).await?;
//! println!("page {} of {}, {} users", page.page, page.pages, page.total);
//!
//! let beyond = sorted.clone().paginate(PageRequest::new(900, 5)).await?;
//! assert!(beyond.items.is_empty() && beyond.total == page.total);
//!
//! let refused = sorted.paginate(PageRequest::new(0, 5)).await.unwrap_err();
//! assert_eq!(refused.to_string(), "page: there is no page 0; count pages from 1");
//! # Ok(())
//! # }
//! ```
//!
//! *The same row is on two pages, and another one on none.* Not here: the primary key sorts what the
//! query's order leaves open. A query without any order has no pages in SQL; here it has those by
//! key.
//!
//! *The `COUNT` is slower than the page.* [`Find::slice`] leaves it out: it reads one row more than
//! a page has, and so knows whether a next page is there.
//!
//! # Windows
//!
//! For "load more", for exports in parts, for feeds that grow while they are read: [`Find::window`].
//! A window begins where another one ended, told by a token, and not by counting rows.
//!
//! ```
//! # include!("../doctest_setup.rs");
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
//! # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
//! # migration::seed(&provider).await?;
//! use xtsqlorm::repository::{Sort, TokenKey, WindowRequest};
//!
//! let key = TokenKey::random()?; // `TokenKey::from_bytes` in a service
//! let orders = Repository::<orders::Entity>::new(&provider);
//! let newest = WindowRequest::new(5, &key)
//!     .sort(Sort::desc(orders::Column::PaidAt).nulls_first())
//!     .sort(Sort::asc(orders::Column::Total));
//!
//! let mut seen = Vec::new();
//! let mut token = None;
//! loop {
//!     let window = orders.find().window(newest.clone().after(token)).await?;
//!     seen.extend(window.items);
//!     if !window.has_next {
//!         break;
//!     }
//!     token = window.next;
//! }
//! assert_eq!(seen.len() as u64, orders.count().await?);
//! # Ok(())
//! # }
//! ```
//!
//! *What is promised while others write?* Whoever follows `next` to the end sees each row once at
//! most, and every row that was there all the time and whose sort values did not change. The token
//! stays good when its row is deleted.
//!
//! *What is the order?* That of the database, with its collations. Only NULLs come where [`Sort`]
//! says, on all backends. Enums are sorted in the order of their declaration, on SQLite as text.
//!
//! *Is it fast?* With an index on the sort columns and the key, in the same directions. Directions
//! that are mixed, and columns with NULLs, need an index that is made the same way, which MariaDB has
//! for ascending columns only (10.8: descending, too). On PostgreSQL, an index puts NULLs last unless
//! it says `NULLS FIRST`.
//!
//! *What is in a token?* The sort values of one row, a digest of the query, and a signature. Give
//! it to those only who may see these values: it is not encrypted. A token that was changed, signed
//! with another [`TokenKey`], or made for another filter or sort is refused.
//!
//! *My filter has the time of now in it, and every token is refused.* Give the query a
//! [name](WindowRequest::query_name).
//!
//! *Which queries have windows?* Those whose rows are the entity's, each once. A join that finds
//! several partners gives a row several times, and windows lose some of them: filter by a subquery
//! instead, or make the rows `DISTINCT`. JSON, arrays, intervals and bit strings have no order that
//! the databases share. Texts of more than 255 characters at the edge of a window are refused: MySQL
//! and MariaDB do not sort by more of them, and a token must fit into a URL.

mod offset;
mod request;
mod sort;
mod window;

pub use self::{
    offset::{PageRequest, Paginated, Slice},
    sort::Sort,
    window::{TokenKey, Window, WindowRequest, WindowToken},
};

#[cfg(doc)]
use super::Find;
