//! How can rows be read without asking the database each time, and never be stale?
//!
//! ```
//! # include!("../doctest_setup.rs");
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
//! # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
//! # migration::seed(&provider).await?;
//! use xtsqlorm::operations::{CacheOptions, CachedRepository};
//!
//! let users = Repository::<users::Entity>::new(&provider);
//! let users = CachedRepository::new(users, CacheOptions::new().max_entries(50_000));
//! users.require_by_id(1).await?;
//! users.require_by_id(1).await?;
//! assert_eq!(users.cache_statistics().hits, 1);
//!
//! // A change is seen by the next read, and a rollback changes nothing.
//! users.update_json(1, serde_json::json!({ "name": "Ada" })).await?;
//! assert_eq!(users.require_by_id(1).await?.name, "Ada");
//! # Ok(())
//! # }
//! ```
//!
//! # What is promised
//!
//! - **No read is older than the last commit before it.** What was committed through the pool before
//!   a read began is what the read returns, or something newer. That holds for whoever writes:
//!   this repository or another one, a unit of work, SeaORM or SQL on a
//!   [`SessionProvider`](crate::session::SessionProvider) or a
//!   [`Session`](crate::session::Session), bulk statements, a changed schema. Between the moment
//!   that a change may become visible and the moment that its outcome is known, its rows are read
//!   from the database and not remembered.
//! - **Transactions** see what they wrote: reads inside a session go to the database, whatever the
//!   isolation level is, and nothing that they read is remembered. What a transaction changed is
//!   forgotten when it commits; a rollback changes nothing.
//! - **One statement** reads a row for all who ask for it at the same time. If its task is
//!   cancelled, the next one reads; if it fails, each reads for itself and gets its own error.
//! - **An unknown outcome** counts as a change that may come later: where a write was cancelled on
//!   the way, or its connection broke, its rows are not remembered for a minute.
//!
//! # Which rows a write concerns
//!
//! The statements by which SeaORM writes rows by their keys concern these rows. Every other
//! statement that names the table concerns all of its rows, and so does a deletion in a table that
//! the entity refers to by a foreign key with an action.
//!
//! # What it does not see
//!
//! Other processes and other pools; [`ConnectionManager::db`](crate::connection::ConnectionManager::db);
//! stored procedures, views and triggers that write the table where the statement does not name it
//! ([`changed_by_table`](CacheOptions::changed_by_table) helps). How old a row can be then is
//! bounded by its [time to live](CacheOptions::time_to_live).
//!
//! # Which keys
//!
//! Integers, UUIDs, and texts of ASCII letters, digits, `-` and `_`; also several of them. Of other
//! keys a database may have several spellings, so that their rows are never remembered.

mod effect;
mod flight;
mod guard;
mod key;
mod options;
mod repository;
mod statistics;
mod store;
mod writes;

pub use options::CacheOptions;
pub use repository::CachedRepository;
pub use statistics::CacheStatistics;
