//! The data layer of a service, on SeaORM 2: repositories, transactions that survive cancellation,
//! and pools by name, on MySQL, MariaDB, PostgreSQL and SQLite.
//!
//! ```
//! # include!("doctest_setup.rs");
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
//! # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
//! let users = Repository::<users::Entity>::new(&provider);
//! let tags = Repository::<tags::Entity>::new(&provider);
//! let ada = provider
//!     .transaction(async |_| {
//!         let vip = tags::ActiveModel { name: Set("vip".into()), ..Default::default() };
//!         tags.create(vip).await?;
//!         let ada = serde_json::json!({ "email": "ada@example.com", "name": "Ada" });
//!         users.create_json(ada).await
//!     })
//!     .await?;
//! assert_eq!(users.require_by_id(ada.id).await?.name, "Ada");
//! # Ok(())
//! # }
//! ```
//!
//! # Three ways of use
//!
//! 1. By name: [`create_repository::<users::Entity>("default")`](factory::create_repository) finds
//!    the database in the [configuration](config); the same name means the same pool. A table
//!    without an entity: [`create_dynamic_repository("users",
//!    "default")`](factory::create_dynamic_repository).
//! 2. By hand: [`ConnectionManager`](connection::ConnectionManager) →
//!    [`SessionProvider`](session::SessionProvider) → [`Repository`](repository::Repository).
//! 3. Several repositories in one
//!    [`transaction`](session::SessionProvider::transaction): each takes part by itself. Or as one
//!    thing that is passed around: a [`UnitOfWork`](unit_of_work::UnitOfWork).
//!
//! What an API's clients may ask for: [`repository::filter`]. Why a page sends two hundred statements:
//! [`connection::repeats`].
//!
//! # Layers
//!
//! Each uses only what stands left of it.
//!
//! [`error`] ← [`config`] ← [`connection`] ← [`session`] ← [`repository`] ← [`unit_of_work`] ←
//! [`dynamic`] ← [`operations`] ← [`factory`]
//!
//! [`reflect`] ← [`tables`] stand beside, on [`connection`]; [`dynamic`] uses [`reflect`], and
//! [`tables`] asks [`session`] whether the task is in a transaction.
//! [`types`] has column types, for entities.
//!
//! # What each backend does differently
//!
//! | | MySQL | MariaDB | PostgreSQL | SQLite |
//! |---|---|---|---|---|
//! | the created row comes back by | `SELECT` | `RETURNING` (10.5) | `RETURNING` | `RETURNING` |
//! | the changed row comes back by | `SELECT` | `SELECT` | `RETURNING` | `RETURNING` |
//! | a transaction begins with | `START TRANSACTION` | `START TRANSACTION` | `BEGIN` | `BEGIN IMMEDIATE` |
//! | isolation levels | yes | yes | yes | SERIALIZABLE only |
//! | a deadline stops statements on the server | reads | yes | yes | no |
//! | a change of the schema in a transaction | refused | refused | yes | yes |
//! | a failed statement in a transaction | the rest goes on | the rest goes on | the rest is refused | the rest goes on |
//! | a deadlock | ends the transaction | ends the transaction | the rest is refused | does not happen |
//! | writers | side by side | side by side | side by side | in turn |
//!
//! # Features
//!
//! | feature | default | for |
//! |---|---|---|
//! | `cache` | no | `operations::cache`: rows read by their keys are remembered, and never older than the last commit; brings moka |
//! | `dynamic` | no | [`dynamic`], [`reflect`] and [`tables`]: tables without an entity |
//! | `validation` | no | [`operations::validators`] and `operations::validation`: rules for what is written, on garde; seven small crates |
//! | `export` | no | [`operations`]: export and import of rows as CSV and NDJSON (brings `dynamic`) |
//! | `arrow`, `parquet`, `xlsx` | no | the same as Arrow's files, as Parquet (brings `arrow`), as Excel's workbooks |
//! | `yaml` | no | [`config`]: files in YAML |
//! | `testing` | no | for tests of services: `InMemoryRepository`, `testing::Sandbox`, `assert_queries!`, `assert_no_n_plus_one!` |
//!
//! # Limits
//!
//! - The future of a transaction must be `Send`, and so must what its closure holds.
//! - Transaction closures cannot be methods of a dyn-compatible trait;
//!   [`ProvideSession`](session::ProvideSession) gives sessions instead.
//! - A spawned task does not take part in the transaction of the task that spawned it.
//! - [`transaction`](session::SessionProvider::transaction) runs its closure once;
//!   [`transaction_with`](session::SessionProvider::transaction_with) runs it again after a deadlock
//!   and the like.
//! - A row of PostgreSQL with an infinite date, or one beyond chrono's years, is an error even where
//!   that column is not looked at; a cast to text reads it. On SeaORM's own handle
//!   ([`ConnectionManager::db`](connection::ConnectionManager::db)) the driver panics.
//! - Only tokio.

// Code that serves repositories with and without entities stands at one place, and not each helper of it
// is used by those with entities.
#![cfg_attr(not(feature = "dynamic"), allow(dead_code, unused_imports))]

pub mod config;
pub mod connection;
#[cfg(feature = "dynamic")]
pub mod dynamic;
pub mod error;
pub mod factory;
pub mod operations;
pub mod prelude;
#[cfg(feature = "dynamic")]
pub mod reflect;
pub mod repository;
mod row;
pub mod session;
#[cfg(feature = "dynamic")]
pub mod tables;
#[cfg(feature = "testing")]
pub mod testing;
pub mod types;
pub mod unit_of_work;

pub use error::{Error, Result};

/// The README's code compiles as printed.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
mod readme {}
