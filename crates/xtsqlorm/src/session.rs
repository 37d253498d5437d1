//! Transactions that end on every path.
//!
//! A [`SessionProvider`] opens transactions, a [`Session`] is one that is open:
//!
//! ```
//! # include!("doctest_setup.rs");
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
//! # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
//! let countries = provider
//!     .transaction(async |session| {
//!         session.execute_unprepared("INSERT INTO countries VALUES ('IS', 'Iceland')").await?;
//!         countries::Entity::find().all(session).await.map_err(xtsqlorm::Error::from)
//!     })
//!     .await?;
//! assert_eq!(countries.len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # What holds on every path
//!
//! - **Cancellation.** After a future is dropped at any await point, no connection of the pool is
//!   inside a transaction. A connection counts as inside one from before `BEGIN` is sent until the
//!   reply to `COMMIT` or `ROLLBACK` has been read; what is not clean by then is rolled back, or
//!   closed, before anybody else gets it. Plain SeaORM returns such a connection to its pool, and
//!   the next writer's row is lost without an error.
//! - **Nesting.** A transaction inside a transaction is a savepoint. Only the innermost open level
//!   may act; committing a level around an open one is an error that commits nothing.
//! - **Joining.** Inside the closure, whatever asks the same pool, through this provider or another
//!   one on it, takes part in the transaction, also where it was not handed the session. A spawned
//!   task does not: hand it a clone of the session, and wait for it.
//! - **Failed statements.** PostgreSQL answers a `COMMIT` after a failed statement with a rollback
//!   and calls it success; here it is an error. After a deadlock MySQL rolls back and goes on in
//!   autocommit mode; here the session is closed, as it is where a constraint of SQLite rolls back by
//!   itself.
//! - **SQL of one's own.** A text that would begin, end or, on MySQL, silently commit the transaction
//!   is refused, in a script and behind comments, too; what a routine does is not looked into. A
//!   connection of a server on which a script ran, or `SET`, `LOCK TABLES` and the like, is closed
//!   when the session, or the statement outside one, has ended: nobody else gets the setting. For one
//!   transaction alone, PostgreSQL has `SET LOCAL`.

//!
//! # What it costs
//!
//! Medians of the ratio of time to SeaORM's own `transaction_async` on the same pool, side by side
//! in one run on two shared cores; smaller is faster. The command:
//! `cargo run --release --example overhead -- --db KEY`.
//!
//! | | MySQL 9.7 | MariaDB 10.11 | PostgreSQL 15 | SQLite 3.51 |
//! |---|---|---|---|---|
//! | an empty transaction | 0.89 | 1.00 | 0.71 | 1.13 |
//! | a transaction of three reads | 0.82 | 0.97 | 0.79 | 1.24 |
//! | joining instead of being handed the session, to ours | 1.05 | 0.98 | 0.96 | 0.88 |
//!
//! # What each isolation level prevents
//!
//! As measured by the tests `transactions::skew` on MySQL 9.7, MariaDB 10.11, PostgreSQL 15 and
//! SQLite 3.51; ✓ is prevented, – happens.
//!
//! | level | server | dirty read | non-repeatable read | phantom | lost update | write skew |
//! |---|---|---|---|---|---|---|
//! | READ UNCOMMITTED | MySQL, MariaDB | – | – | – | – | – |
//! | READ UNCOMMITTED | PostgreSQL | ✓ | – | – | – | – |
//! | READ COMMITTED | all three servers | ✓ | – | – | – | – |
//! | REPEATABLE READ | MySQL, MariaDB | ✓ | ✓ | ✓ | – | – |
//! | REPEATABLE READ | PostgreSQL | ✓ | ✓ | ✓ | ✓ | – |
//! | SERIALIZABLE | all four | ✓ | ✓ | ✓ | ✓ | ✓ |

mod ambient;
mod attempts;
mod begin;
mod ending;
mod handle;
mod hooks;
mod marker;
mod nesting;
mod options;
mod provider;
mod retry;
mod savepoint;
mod traits;
mod work;

pub(crate) use ambient::is_writing;
pub use handle::Session;
pub use hooks::HookOutcome;
pub use marker::CommitMarker;
pub use options::{Propagation, TransactionOptions};
pub use provider::{ProvideSession, SessionProvider};
pub use retry::RetryPolicy;
pub use sea_orm::{AccessMode, IsolationLevel, SqliteTransactionMode};
pub use work::{RepeatableWork, SessionWork};
