//! What a peer can do.

use std::{fmt, path::Path, str::FromStr};

use anyhow::bail;
use async_trait::async_trait;

use crate::{Change, NewRow, Result};

/// Where the work is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Backend {
    /// SQLite, a file in WAL.
    Sqlite,
    /// MySQL.
    MySql,
    /// MariaDB.
    MariaDb,
    /// PostgreSQL.
    Postgres,
}

impl Backend {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Sqlite, Self::MySql, Self::MariaDb, Self::Postgres];

    /// Its name in options and titles.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::MySql => "mysql",
            Self::MariaDb => "mariadb",
            Self::Postgres => "postgres",
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Backend {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Self> {
        match Self::ALL.into_iter().find(|backend| backend.name() == name) {
            Some(backend) => Ok(backend),
            None => bail!("'{name}' is none of sqlite, mysql, mariadb, postgres"),
        }
    }
}

/// Where a peer connects to.
#[derive(Clone, Debug)]
pub struct Target {
    /// What answers there.
    pub backend: Backend,
    /// Without TLS, which some peers would take and others not.
    pub url: String,
    /// The most connections of a pool.
    pub pool: u32,
}

/// The error of a peer that has no way to do what it is asked.
#[derive(Debug)]
pub struct Missing;

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this peer has no such operation")
    }
}

impl std::error::Error for Missing {}

/// [`Missing`] as a result.
///
/// # Errors
///
/// Always.
pub fn missing<T>() -> Result<T> {
    Err(Missing.into())
}

/// The operations, on the table `bench_row`. All of them go through the public API that the peer's
/// own documentation teaches, with prepared statements.
#[async_trait]
pub trait Peer: Send + Sync {
    /// Reads a row by its key and returns the key of what was decoded.
    async fn get(&self, id: i64) -> Result<i64>;

    /// Creates a row, reads it back as the database stored it, and returns its key.
    async fn create(&self, row: NewRow) -> Result<i64>;

    /// Sets two columns of a row, reads the row back, and returns its key.
    async fn update(&self, id: i64, change: Change) -> Result<i64>;

    /// Deletes a row by its key, and says whether there was one.
    async fn delete(&self, id: i64) -> Result<bool>;

    /// Whether there is a row of this quantity, which a quarter of the rows have.
    async fn exists(&self, quantity: i32) -> Result<bool>;

    /// How many rows of this quantity there are.
    async fn count(&self, quantity: i32) -> Result<u64>;

    /// Reads the first rows in the order of the key, and says how many were decoded.
    async fn list(&self, limit: u64) -> Result<usize>;

    /// In one transaction: reads a row, changes another one without reading it back, deletes a third.
    async fn transaction(&self, read: i64, change: i64, delete: i64) -> Result<()>;

    /// Adds rows, all or none; says how many.
    async fn bulk_insert(&self, _tag: &str, _size: u64) -> Result<u64> {
        missing()
    }

    /// Makes different changes to rows, all or none; says how many.
    async fn bulk_update(&self, _changes: Vec<(i64, Change)>) -> Result<u64> {
        missing()
    }

    /// Writes all rows into a CSV file; says how many.
    async fn export(&self, _path: &Path) -> Result<u64> {
        missing()
    }

    /// Reads some rows that follow a key, by the key.
    async fn page(&self, _after: i64, _limit: u64) -> Result<usize> {
        missing()
    }

    /// Writes a row that may be there already.
    async fn upsert(&self, _id: i64, _row: NewRow) -> Result<i64> {
        missing()
    }
}
