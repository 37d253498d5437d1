//! The details that errors carry.

use std::{fmt, time::Duration};

use sea_orm::DbErr;

/// What stood in the way of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectFailure {
    /// Nothing listens at that address.
    Refused,
    /// The host did not answer in time.
    TimedOut,
    /// There is no way to the host, or its name is not known.
    Unreachable,
    /// The server does not accept this user with this password.
    AccessDenied,
    /// The server has no such database, or the file cannot be opened.
    UnknownDatabase,
    /// An encrypted connection was asked for and could not be made.
    Tls,
    /// Something else; the source says what.
    Other,
}

impl fmt::Display for ConnectFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "the connection was refused; is the server running on that port?",
            Self::TimedOut => "the host did not answer in time",
            Self::Unreachable => "the host cannot be reached, or its name is not known",
            Self::AccessDenied => "the server denied access to this user with this password",
            Self::UnknownDatabase => "there is no such database",
            Self::Tls => "no encrypted connection could be made",
            Self::Other => "the connection could not be set up",
        })
    }
}

/// The kind of rule that data can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConstraintKind {
    /// A unique or primary key.
    Unique,
    /// A foreign key, from either side.
    ForeignKey,
    /// A `CHECK` rule.
    Check,
    /// A column that must have a value.
    NotNull,
    /// An exclusion rule (PostgreSQL).
    Exclusion,
}

impl fmt::Display for ConstraintKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unique => "unique key",
            Self::ForeignKey => "foreign key",
            Self::Check => "check",
            Self::NotNull => "not-null",
            Self::Exclusion => "exclusion",
        })
    }
}

/// A rule of the database that data broke, with what the server told about it.
///
/// | | constraint | table | columns |
/// |---|---|---|---|
/// | MySQL | unique, foreign key, check | unique, foreign key | foreign key, not-null |
/// | MariaDB | unique, foreign key, check | foreign key, check | foreign key, not-null |
/// | PostgreSQL | all but not-null | always | unique, foreign key, not-null |
/// | SQLite | check | unique, not-null | unique, not-null |
#[derive(Clone, Debug)]
pub struct Violation {
    pub(crate) kind: ConstraintKind,
    pub(crate) constraint: Option<String>,
    pub(crate) table: Option<String>,
    pub(crate) columns: Vec<String>,
    pub(crate) source: DbErr,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rule violated", self.kind)?;
        if let Some(constraint) = &self.constraint {
            write!(f, " by {constraint}")?;
        }
        if let Some(table) = &self.table {
            write!(f, " in {table}")?;
        }
        if !self.columns.is_empty() {
            write!(f, " ({})", self.columns.join(", "))?;
        }
        Ok(())
    }
}

impl std::error::Error for Violation {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

impl Violation {
    /// The kind of rule.
    #[must_use]
    pub fn kind(&self) -> ConstraintKind {
        self.kind
    }

    /// The rule's name, where the server tells.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        self.constraint.as_deref()
    }

    /// The table, where the server tells.
    #[must_use]
    pub fn table(&self) -> Option<&str> {
        self.table.as_deref()
    }

    /// The columns of the rule, where the server tells; empty otherwise.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }
}

/// How another transaction was in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ContentionKind {
    /// Two transactions waited for each other, and the server ended this one.
    Deadlock,
    /// The isolation level, or a cluster's certification, does not allow both transactions.
    Serialization,
    /// A lock was not granted in time. The transaction may still be open on the server.
    LockTimeout,
    /// Another connection writes to the SQLite database.
    Busy,
}

impl fmt::Display for ContentionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Deadlock => "the transaction was ended to break a deadlock",
            Self::Serialization => "a concurrent transaction made this one impossible to serialize",
            Self::LockTimeout => "a lock was not granted in time",
            Self::Busy => "the database is locked by another writer",
        })
    }
}

/// A step of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// `BEGIN`, with its settings.
    Begin,
    /// `SAVEPOINT`, its release, or the way back to it.
    Savepoint,
    /// `COMMIT`.
    Commit,
    /// `ROLLBACK`.
    Rollback,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Begin => "BEGIN",
            Self::Savepoint => "SAVEPOINT",
            Self::Commit => "COMMIT",
            Self::Rollback => "ROLLBACK",
        })
    }
}

/// A pool at one moment.
///
/// Connections that SeaORM's own handle borrows count as in use; callers that wait through that
/// handle cannot be seen, and are not counted as waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolStatus {
    /// Connections that are open.
    pub size: u32,
    /// Open connections that nobody uses.
    pub idle: u32,
    /// Connections that somebody holds, for a moment also the pool itself, which tries what comes back
    /// to it.
    pub in_use: u32,
    /// The most connections that the pool opens.
    pub max: u32,
    /// The connections that the pool keeps open.
    pub min: u32,
    /// Callers that wait for a connection, one that is being opened included.
    pub waiting: u32,
    /// How long the connection that was taken first has been held, sessions of this library only.
    pub longest: Option<Duration>,
    /// Whether the pool was disposed of.
    pub closed: bool,
}

impl fmt::Display for PoolStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} in use, {} idle, {} waiting, at most {}",
            self.in_use, self.idle, self.waiting, self.max
        )?;
        if let Some(longest) = self.longest {
            write!(f, ", the longest held for {longest:.1?}")?;
        }
        if self.closed {
            f.write_str(", closed")?;
        }
        Ok(())
    }
}
