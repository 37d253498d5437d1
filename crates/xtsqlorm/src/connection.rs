//! Connections: one pool for one database, and the seam through which every statement goes.
//!
//! A [`ConnectionManager`] owns the pool of one database key. SeaORM's own
//! [`DatabaseConnection`](sea_orm::DatabaseConnection) to the same pool is [`ConnectionManager::db`];
//! everything else of this library borrows its connections from the seam below it, which knows of
//! each connection whether it is clean, inside a transaction, or in the middle of a statement, and
//! treats it accordingly when it comes back.
//!
//! # Defaults by backend
//!
//! | backend | set on every connection |
//! |---|---|
//! | MySQL, MariaDB | `utf8mb4`, UTC as the session's time zone, strict `sql_mode` |
//! | PostgreSQL | UTC as the session's time zone |
//! | SQLite, file | foreign keys on, write-ahead log, 5 s busy timeout |
//! | SQLite, memory | one connection, which is never closed while the pool lives |
//!
//! MySQL's `caching_sha2_password` sends a password over an encrypted connection only: with TLS
//! disabled, an account with a password needs `mysql_native_password`, or a socket.
//!
//! Statements are not logged unless `echo` or `slow_query` asks for it, and a connection that was
//! used a moment ago is handed out without a PING. What SQL of one's own sets on a server's connection
//! is not left to others; see [`session`](crate::session).

mod backend;
pub(crate) mod boxed;
#[cfg(feature = "testing")]
pub(crate) mod counting;
pub(crate) mod dates;
mod driver;
mod lease;
mod manager;
mod open;
mod pool;
mod registry;
pub mod repeats;
mod source;
pub(crate) mod text;
mod watch;

pub use crate::error::PoolStatus;
pub use backend::Backend;
pub use manager::{ConnectionManager, ManageConnection};

pub(crate) use lease::{Lease, Take};
pub(crate) use manager::values_of;
pub(crate) use watch::{Changes, Outcome};
#[cfg(feature = "cache")]
pub(crate) use watch::{Effect, Watch};
