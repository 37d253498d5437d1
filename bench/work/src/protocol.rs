//! The lines between the program and a peer's process.

use serde::{Deserialize, Serialize};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// A row by its key.
    Get,
    /// The same by many tasks at a time.
    GetMany,
    /// A new row, read back.
    Create,
    /// Two columns of a row, read back.
    Update,
    /// A row less.
    Delete,
    /// Whether a filter finds anything.
    Exists,
    /// How many rows a filter finds.
    Count,
    /// Some rows at once.
    List,
    /// Three statements in a transaction.
    Transaction,
    /// Many new rows.
    BulkInsert,
    /// Many changes by key.
    BulkUpdate,
    /// All rows into a CSV file.
    Export,
    /// Some rows that follow a key.
    Page,
    /// A row that may be there.
    Upsert,
}

impl Op {
    /// Its name in options and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::GetMany => "get64",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Exists => "exists",
            Self::Count => "count",
            Self::List => "list",
            Self::Transaction => "transaction",
            Self::BulkInsert => "bulk-insert",
            Self::BulkUpdate => "bulk-update",
            Self::Export => "export",
            Self::Page => "page",
            Self::Upsert => "upsert",
        }
    }
}

/// One line to a peer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    /// What to do.
    pub op: Op,
    /// How often.
    pub times: u64,
    /// How many rows each time, where it is about several.
    #[serde(default)]
    pub size: u64,
    /// How many tasks share the work.
    #[serde(default)]
    pub tasks: u64,
    /// Rows from key 1 to this one are there to be read and changed.
    #[serde(default)]
    pub rows: i64,
    /// Rows from this key on are there to be deleted; pages begin behind it.
    #[serde(default)]
    pub from: i64,
    /// Different in each round.
    #[serde(default)]
    pub round: u64,
    /// Where a file goes.
    #[serde(default)]
    pub path: String,
}

/// One line from a peer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Response {
    /// Of one time, the median.
    #[serde(default)]
    pub median_ns: u64,
    /// Of all times together.
    #[serde(default)]
    pub total_ns: u64,
    /// Rows that were written or read.
    #[serde(default)]
    pub rows: u64,
    /// The most memory that the process has had until now.
    #[serde(default)]
    pub peak_kib: u64,
    /// The peer has no such operation.
    #[serde(default)]
    pub missing: bool,
    /// What went wrong.
    #[serde(default)]
    pub error: Option<String>,
}
