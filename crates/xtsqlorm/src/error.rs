//! The one error type of the library, and what a caller does about each kind.
//!
//! | Variant | Means | Next step of the caller |
//! |---|---|---|
//! | [`Config`](Error::Config), [`InvalidInput`](Error::InvalidInput) | refused before any SQL | correct the input |
//! | [`Validation`](Error::Validation) | rules of yours refused it before any SQL | show the [report](ValidationReport) |
//! | [`Connect`](Error::Connect), [`PoolTimeout`](Error::PoolTimeout) | no connection in time | back off, look at the pool |
//! | [`NotFound`](Error::NotFound) | a promised row is absent | tell the user |
//! | [`Constraint`](Error::Constraint) | the database refused the data | show the conflict |
//! | [`StaleVersion`](Error::StaleVersion) | somebody else changed the row first | read it again, then decide |
//! | [`Contention`](Error::Contention) | another transaction was in the way | run the transaction again |
//! | [`DeadlineExceeded`](Error::DeadlineExceeded) | the transaction took too long | do less in it, or allow more |
//! | [`StatementTimeout`](Error::StatementTimeout) | the server gave up on a statement | narrow it, or raise the limit |
//! | [`SessionBusy`](Error::SessionBusy) | a savepoint or a stream in it is open | end that one first |
//! | [`SessionClosed`](Error::SessionClosed), [`Transaction`](Error::Transaction) | nothing was committed | run the transaction again |
//! | [`CommitOutcomeUnknown`](Error::CommitOutcomeUnknown) | the connection broke during `COMMIT`, or the server does not know | check before repeating |
//! | [`Unsupported`](Error::Unsupported) | this backend cannot do it | take another way |
//! | [`Line`](Error::Line) | a row of a file was refused | correct that line |
//! | [`Rows`](Error::Rows) | one of some rows was refused | correct it, or [skip](crate::repository::bulk::OnError) such rows |
//! | [`File`](Error::File) | a file cannot be read or written | look at the path, its rights, the disk |
//! | [`Decode`](Error::Decode) | a stored value does not suit its column | read the column as another type |
//! | [`Database`](Error::Database) | everything else | log the chain |
//!
//! `Display` names the step that failed here; [`source`](std::error::Error::source) holds the
//! driver's own words, so that a printed chain says each fact once. The predicates
//! ([`is_unique_violation`](Error::is_unique_violation), [`is_retryable`](Error::is_retryable), ..)
//! are the advertised way in: they stay true when variants are added.

mod classify;
mod config;
mod kinds;
mod validation;

use std::{sync::Arc, time::Duration};

use sea_orm::{DbErr, RuntimeErr, sqlx};

pub use config::ConfigError;
pub use kinds::{ConnectFailure, ConstraintKind, ContentionKind, PoolStatus, Stage, Violation};
pub use validation::{
    FieldPath, Language, Problem, ProblemError, RuleError, ValidationFailure, ValidationReport,
};

use classify::refuses_value;
pub(crate) use classify::{
    breaks_connection, connect_failure, leaves_commit_unknown, may_roll_back_transaction,
    rolls_back_transaction,
};

/// The result type of the library.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong in this library.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration is wrong. Nothing was connected.
    #[error(transparent)]
    Config(Box<ConfigError>),

    /// The caller's input was refused before any SQL was sent.
    #[error("{subject}: {problem}; {remedy}")]
    InvalidInput {
        /// What was refused: a field, a column, a condition.
        subject: String,
        /// Why it was refused.
        problem: String,
        /// What to do instead.
        remedy: String,
    },

    /// Rows broke rules that were set for them. Nothing was sent.
    #[error(transparent)]
    Validation(Box<ValidationReport>),

    /// No connection could be opened.
    #[error("cannot connect to {target}: {failure}")]
    Connect {
        /// The database's address, with the password left out.
        target: String,
        /// What stood in the way.
        failure: ConnectFailure,
        /// The driver's own words.
        source: DbErr,
    },

    /// All connections of the pool stayed in use for the whole acquire timeout.
    #[error("no connection became free within {waited:?} ({status})")]
    PoolTimeout {
        /// How long the caller waited.
        waited: Duration,
        /// The pool when the caller gave up.
        status: PoolStatus,
    },

    /// The pool was disposed of.
    #[error("the connection manager of {target} was disposed of")]
    PoolClosed {
        /// The database's address, with the password left out.
        target: String,
    },

    /// A row that had to be there is not.
    #[error("no row of {entity} has the key {key}")]
    NotFound {
        /// The table.
        entity: String,
        /// The key that was looked for.
        key: String,
    },

    /// The database refused the data: a unique, foreign key, check or not-null rule.
    #[error(transparent)]
    Constraint(Box<Violation>),

    /// The row is in another [version](crate::repository::conventions#versions) than the changes were
    /// made for: somebody else changed it in between. Nothing was written.
    #[error(
        "the row of {entity} with the key {key} was changed in between, and is in version {current}"
    )]
    StaleVersion {
        /// The table.
        entity: String,
        /// The row's key.
        key: String,
        /// The version that the row is in.
        current: i64,
    },

    /// Another transaction was in the way. The whole transaction can be run again where
    /// [`is_retryable`](Error::is_retryable) says so.
    #[error("{kind}")]
    Contention {
        /// What kind of conflict it was.
        kind: ContentionKind,
        /// The driver's own words.
        source: DbErr,
    },

    /// The server stopped a statement that ran longer than allowed.
    #[error("the statement ran into the server's time limit")]
    StatementTimeout {
        /// The driver's own words.
        source: DbErr,
    },

    /// The transaction took longer than its deadline, and was rolled back.
    #[error("the transaction did not end within its deadline of {deadline:?}")]
    DeadlineExceeded {
        /// The deadline that was set.
        deadline: Duration,
    },

    /// The session has ended, or can no longer be used. Its work is not committed by this call.
    #[error("the session is closed: {reason}")]
    SessionClosed {
        /// How it ended.
        reason: &'static str,
    },

    /// The session is in the middle of something else that must end first. Nothing was sent.
    #[error("the session is busy: {reason}")]
    SessionBusy {
        /// What must end first.
        reason: &'static str,
    },

    /// A transaction could not be opened, committed or rolled back. It is not committed.
    #[error("the transaction failed at {stage}")]
    Transaction {
        /// The step that failed.
        stage: Stage,
        /// The driver's own words.
        source: DbErr,
    },

    /// The connection broke while `COMMIT` was under way, or the server answered that it does not
    /// know what became of it (SQLSTATE 40003 and class 08): it may or may not have committed.
    #[error(
        "the outcome of the transaction is unknown: COMMIT was not answered, or not for certain"
    )]
    CommitOutcomeUnknown {
        /// The driver's own words.
        source: DbErr,
    },

    /// This backend cannot do what was asked.
    #[error("{backend} does not support {feature}")]
    Unsupported {
        /// What was asked for.
        feature: &'static str,
        /// The backend's name.
        backend: &'static str,
    },

    /// A stored value could not be read as what its column was known to hold.
    #[error("cannot read {column}, which is of type {sql_type}")]
    Decode {
        /// The table and the column.
        column: String,
        /// The column's type in the database's words.
        sql_type: String,
        /// The driver's own words.
        source: DbErr,
    },

    /// A row of a file was refused, by the column's type or by the database.
    #[error("line {line} of the file was refused")]
    Line {
        /// The line on which the row begins; of a format without lines, the row.
        line: u64,
        /// Why.
        source: Box<Self>,
    },

    /// One of some rows that were written together was refused, by its table or by the database.
    #[error("{}", refused_rows(*first, *last, *committed))]
    Rows {
        /// The place in the input of the first of them, counted from 0.
        first: usize,
        /// The place of the last of them.
        last: usize,
        /// How many rows are committed all the same, in chunks before these.
        committed: u64,
        /// Why.
        source: Box<Self>,
    },

    /// A file could not be read or written.
    #[error("{problem}")]
    File {
        /// What could not be done.
        problem: String,
        /// The operating system's own words.
        source: Arc<std::io::Error>,
    },

    /// Everything else that SeaORM or the driver reported.
    #[error("the database operation failed")]
    Database(#[source] DbErr),
}

impl Error {
    /// Refused input: what, why, and what to do instead.
    pub(crate) fn invalid(
        subject: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::InvalidInput {
            subject: subject.into(),
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }

    /// Refuses a condition that restricts nothing: it is a filter that somebody forgot to fill.
    pub(crate) fn empty_condition(subject: impl Into<String>) -> Self {
        Self::invalid(
            subject,
            "the condition is empty, and would mean every row",
            "give a condition; `Expr::value(true)` says that every row is meant",
        )
    }

    /// A row of many that names no row to change.
    pub(crate) fn no_key_in(table: &str, index: usize) -> Self {
        Self::invalid(
            format!("row {index} of {table}"),
            "it has no primary key, so that nobody knows which row it changes",
            "set the key, or create the row",
        )
    }

    /// A file that could not be read or written.
    #[cfg(feature = "export")]
    pub(crate) fn file(problem: impl Into<String>, source: std::io::Error) -> Self {
        Self::File {
            problem: problem.into(),
            source: Arc::new(source),
        }
    }

    /// A failure to begin, commit or roll back, unless the cause is a kind of its own.
    pub(crate) fn at(stage: Stage, source: DbErr) -> Self {
        match Self::from(source) {
            Self::Database(source) => Self::Transaction { stage, source },
            known => known,
        }
    }

    /// Whether rules that were set for the rows refused them.
    #[must_use]
    pub fn is_validation(&self) -> bool {
        matches!(self, Self::Validation(_))
    }

    /// What a validation found, if that is what failed.
    #[must_use]
    pub fn validation(&self) -> Option<&ValidationReport> {
        match self {
            Self::Validation(report) => Some(report),
            _ => None,
        }
    }

    /// Whether a promised row was absent.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }

    /// Whether the row was changed since it was read.
    #[must_use]
    pub fn is_stale_version(&self) -> bool {
        matches!(self, Self::StaleVersion { .. })
    }

    /// Whether a unique or primary key was taken already.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        self.violates(ConstraintKind::Unique)
    }

    /// Whether a foreign key had no partner, or a referenced row was to be removed.
    #[must_use]
    pub fn is_foreign_key_violation(&self) -> bool {
        self.violates(ConstraintKind::ForeignKey)
    }

    /// Whether a `CHECK` rule refused the row.
    #[must_use]
    pub fn is_check_violation(&self) -> bool {
        self.violates(ConstraintKind::Check)
    }

    /// Whether a column without a value must have one.
    #[must_use]
    pub fn is_not_null_violation(&self) -> bool {
        self.violates(ConstraintKind::NotNull)
    }

    /// Whether the transaction was the victim of a deadlock.
    #[must_use]
    pub fn is_deadlock(&self) -> bool {
        self.contends(ContentionKind::Deadlock)
    }

    /// Whether a lock was not granted in time.
    #[must_use]
    pub fn is_lock_timeout(&self) -> bool {
        self.contends(ContentionKind::LockTimeout)
    }

    /// Whether the server rolled the transaction back because of a concurrent one, so that running
    /// the whole transaction again may succeed: a deadlock, a serialization failure, or a busy
    /// SQLite database. The caller knows whether its work outside the database can be repeated.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::Contention { kind, .. } if *kind != ContentionKind::LockTimeout
        )
    }

    /// Whether the server stopped a statement for its running time.
    #[must_use]
    pub fn is_statement_timeout(&self) -> bool {
        matches!(self, Self::StatementTimeout { .. })
    }

    /// Whether no connection was free in time.
    #[must_use]
    pub fn is_pool_timeout(&self) -> bool {
        matches!(self, Self::PoolTimeout { .. })
    }

    /// Whether the session had ended before the call.
    #[must_use]
    pub fn is_session_closed(&self) -> bool {
        matches!(self, Self::SessionClosed { .. })
    }

    /// Whether the connection to the server was lost on the way.
    #[must_use]
    pub fn is_connection_lost(&self) -> bool {
        match self {
            Self::CommitOutcomeUnknown { .. } => true,
            Self::Database(source) | Self::Transaction { source, .. } => {
                sqlx_error(source).is_some_and(breaks_connection)
            }
            _ => false,
        }
    }

    /// What stood in the way of a connection, if that is what failed.
    #[must_use]
    pub fn connect_failure(&self) -> Option<ConnectFailure> {
        match self {
            Self::Connect { failure, .. } => Some(*failure),
            _ => None,
        }
    }

    /// The rule that the data broke, if that is what failed.
    #[must_use]
    pub fn violation(&self) -> Option<&Violation> {
        match self {
            Self::Constraint(violation) => Some(violation),
            Self::Line { source, .. } | Self::Rows { source, .. } => source.violation(),
            _ => None,
        }
    }

    /// Whether a row was refused for what it holds, so that others could be written without it.
    pub(crate) fn refuses_row(&self) -> bool {
        match self {
            Self::InvalidInput { .. }
            | Self::Validation(_)
            | Self::Constraint(_)
            | Self::StaleVersion { .. } => true,
            Self::Rows { source, .. } | Self::Line { source, .. } => source.refuses_row(),
            Self::Database(source) => sqlx_error(source).is_some_and(refuses_value),
            _ => false,
        }
    }

    fn violates(&self, kind: ConstraintKind) -> bool {
        self.violation().is_some_and(|found| found.kind() == kind)
    }

    fn contends(&self, wanted: ContentionKind) -> bool {
        matches!(self, Self::Contention { kind, .. } if *kind == wanted)
    }
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        Self::Config(Box::new(error))
    }
}

/// Sorts what SeaORM reports into the kinds above. An error of ours that came through one of
/// SeaORM's traits is taken out again as it was.
impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        if let Some(ours) = sqlx_error(&error).and_then(carried) {
            return ours.clone();
        }
        classify::classify(error)
    }
}

/// Carries an error through SeaORM's traits, which know [`DbErr`] only.
/// [`Error::from`] takes it out again.
impl From<Error> for DbErr {
    fn from(error: Error) -> Self {
        match error {
            Error::Database(source) => source,
            ours => Self::Query(RuntimeErr::SqlxError(
                sqlx::Error::Io(std::io::Error::other(ours)).into(),
            )),
        }
    }
}

/// The sqlx error inside SeaORM's.
pub(crate) fn sqlx_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(inner))
        | DbErr::Exec(RuntimeErr::SqlxError(inner))
        | DbErr::Query(RuntimeErr::SqlxError(inner)) => Some(inner),
        _ => None,
    }
}

fn refused_rows(first: usize, last: usize, committed: u64) -> String {
    let rows = match first == last {
        true => format!("row {first} of the input was refused"),
        false => format!("one of the rows {first} to {last} of the input was refused"),
    };
    match committed {
        0 => rows,
        _ => format!("{rows}; {committed} rows before it are committed"),
    }
}

fn carried(error: &sqlx::Error) -> Option<&Error> {
    match error {
        sqlx::Error::Io(io) => io.get_ref()?.downcast_ref(),
        _ => None,
    }
}
