//! How a transaction is run.

use std::{sync::Arc, time::Duration};

use sea_orm::{AccessMode, IsolationLevel, SqliteTransactionMode};

use super::{CommitMarker, RetryPolicy};

/// What becomes of a transaction that is asked for, where there is one already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Propagation {
    /// Joins the current one; opens one where there is none.
    #[default]
    Required,
    /// Always opens one of its own, on another connection, beside the current one.
    RequiresNew,
    /// A savepoint in the current one; opens one where there is none.
    Nested,
    /// Joins the current one; an error where there is none.
    Mandatory,
    /// Opens one; an error where there is one already.
    Never,
}

/// How a transaction is run: isolation, access, deadline, propagation, retries, and how an unknown
/// commit is cleared up.
///
/// ```
/// use std::time::Duration;
/// use xtsqlorm::session::{IsolationLevel, RetryPolicy, TransactionOptions};
///
/// let options = TransactionOptions::new()
///     .isolation(IsolationLevel::Serializable)
///     .deadline(Duration::from_secs(5))
///     .retry(RetryPolicy::new().max_attempts(5));
/// # let _ = options;
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "options do nothing until a transaction is run with them"]
pub struct TransactionOptions {
    pub(super) isolation: Option<IsolationLevel>,
    pub(super) access: Option<AccessMode>,
    pub(super) sqlite_mode: Option<SqliteTransactionMode>,
    pub(super) deadline: Option<Duration>,
    pub(super) propagation: Propagation,
    pub(super) retry: RetryPolicy,
    pub(super) marker: Option<Arc<CommitMarker>>,
}

impl TransactionOptions {
    /// The server's isolation level, reading and writing, no deadline, [`Propagation::Required`],
    /// and the default [`RetryPolicy`].
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for an isolation level. Default: the server's.
    ///
    /// SQLite is always serializable, and refuses the others.
    pub fn isolation(mut self, level: IsolationLevel) -> Self {
        self.isolation = Some(level);
        self
    }

    /// Refuses every write in the transaction. Default: reading and writing.
    ///
    /// SQLite begins DEFERRED then, so that readers do not wait for writers.
    pub fn read_only(mut self) -> Self {
        self.access = Some(AccessMode::ReadOnly);
        self
    }

    /// Sets SQLite's transaction mode. Default: IMMEDIATE; DEFERRED for a read-only transaction.
    pub fn sqlite_mode(mut self, mode: SqliteTransactionMode) -> Self {
        self.sqlite_mode = Some(mode);
        self
    }

    /// Gives up when the whole, all attempts and waits included, has taken this long. Default: no
    /// limit.
    ///
    /// What is left of it becomes the server's limit for each statement where the server has one:
    /// PostgreSQL and MariaDB for all statements, MySQL for reads. It is exact to the millisecond
    /// at `BEGIN`.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.deadline = Some(limit);
        self
    }

    /// Whether they ask for more than a transaction that is open already may be.
    pub(super) fn shape_the_transaction(&self) -> bool {
        self.isolation.is_some() || self.access.is_some() || self.sqlite_mode.is_some()
    }

    /// Says what happens where there is a transaction already. Default: [`Propagation::Required`].
    pub fn propagation(mut self, propagation: Propagation) -> Self {
        self.propagation = propagation;
        self
    }

    /// Sets how often the transaction is tried. Default: [`RetryPolicy::new`].
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Clears up an unknown commit by `marker`, instead of reporting it. Default: it is reported.
    /// The look at the marker may take up to 30 s beyond the deadline.
    pub fn verify_commit(mut self, marker: CommitMarker) -> Self {
        self.marker = Some(Arc::new(marker));
        self
    }
}

/// SeaORM's options mean the same.
impl From<sea_orm::TransactionOptions> for TransactionOptions {
    fn from(options: sea_orm::TransactionOptions) -> Self {
        Self {
            isolation: options.isolation_level,
            access: options.access_mode,
            sqlite_mode: options.sqlite_transaction_mode,
            ..Self::default()
        }
    }
}
