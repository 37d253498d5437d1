//! Many rows at once: created, changed, put, or deleted.
//!
//! *How do I write a million rows without a million round trips, and without one statement that no
//! server takes?* Give them as an iterator, or as a stream; they go in chunks that fit the server's
//! limits, in one transaction, and the report says what became of each row.
//!
//! ```
//! # include!("../doctest_setup.rs");
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
//! # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
//! use xtsqlorm::repository::bulk::{BulkOptions, OnError};
//!
//! let tags = Repository::<tags::Entity>::new(&provider);
//! let named = |name: String| tags::ActiveModel { name: Set(name), ..Default::default() };
//! let report = tags.bulk_create((0..2_500).map(|n| named(format!("tag {n}")))).await?;
//! assert_eq!(report.inserted, 2_500);
//!
//! // One of these is there already. It is left out, and the report says which one.
//! let rows = ["new", "tag 7", "newer"].map(|name| named(name.to_owned()));
//! let options = BulkOptions::new().on_error(OnError::Skip).return_keys();
//! let report = tags.bulk(options).create(rows).await?;
//! assert_eq!((report.inserted, report.refused[0].index), (2, 1));
//! assert!(report.refused[0].error.is_unique_violation());
//! assert!(report.keys[0].is_some() && report.keys[1].is_none());
//! # Ok(())
//! # }
//! ```
//!
//! # What holds
//!
//! [Conventions](super::conventions), [hooks](super::hooks) and with them validation hold as they do
//! for single rows. Before-hooks run for each row, with its [index](super::hooks::Event::index);
//! after-hooks run once for each chunk, with the [number of rows](super::hooks::Event::rows) and
//! without the rows, which do not come back. SeaORM's `before_save` runs, `after_save`
//! and `after_delete` do not. What a row does not give, the database fills in: rows of one
//! operation need not give the same columns.
//!
//! Rows are written in the order of the input, but for updates and upserts of one chunk that give
//! different columns. Of two changes of one row, the later one counts.
//!
//! Memory is bounded by two chunks, whatever the length of the input: while one is written, the next
//! is made ready, unless hooks look at it or a stream may keep it waiting. A stream that is slow keeps
//! the transaction open meanwhile; [`Commit::EachChunk`] ends it with each chunk.
//!
//! # How the rows go
//!
//! | | PostgreSQL | MySQL, MariaDB | SQLite |
//! |---|---|---|---|
//! | create | `INSERT` of up to 1,000; in a transaction, `COPY` from 500 rows on | `INSERT` of up to 1,000 | the same |
//! | update | `UPDATE .. FROM (VALUES ..)` by 250 | `SET a = CASE ..` by 100 | as PostgreSQL |
//! | upsert | `SELECT` of the keys, `INSERT .. ON CONFLICT` | `SELECT`, then `INSERT` and `UPDATE` | as PostgreSQL |
//! | delete | `SELECT` of the keys, `DELETE .. IN (..)` | the same | the same |
//!
//! Each does what the plain statements do; a test compares them. `COPY` is left alone where it would
//! not: tables with rules or row security, columns `GENERATED ALWAYS`, values whose text PostgreSQL
//! could read as something else. MySQL's `LOAD DATA LOCAL` is not used: sqlx does not speak that part
//! of the protocol, and measured, it is no faster than an `INSERT` of 1,000 rows.
//!
//! Few rows that one `INSERT` creates are not wrapped in a transaction.

mod change;
mod copy;
mod entity;
mod insert;
mod limits;
mod options;
mod report;
mod row;
mod run;
mod table;
mod target;
mod writer;

pub use entity::Bulk;
pub use options::{BulkOptions, Commit, OnError};
pub use report::{BulkProgress, BulkReport, Refused};

#[cfg(feature = "export")]
pub(crate) use self::target::Entry;
pub(crate) use self::{
    change::Settings,
    row::{BulkRow, key_tuple},
    run::{Input, run},
    table::{BulkTable, Columns},
    target::{BulkTarget, Given, Kind},
};
