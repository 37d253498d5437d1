//! Tables, columns, keys and rules, as a database has them.

mod column;
mod keys;

use std::fmt;

use serde::Serialize;

pub use column::{ColumnModel, GeneratedModel, Identity};
pub use keys::{CheckModel, Deferral, ForeignKeyModel, IndexModel, IndexPart, KeyAction, KeyModel};

use crate::connection::Backend;

/// What is in one or several schemas of a database.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SchemaModel {
    /// Which database it is.
    pub backend: Backend,
    /// What the server says its version is.
    pub server_version: String,
    /// The schemas that were read: MySQL's database, PostgreSQL's schemas, SQLite's `main`.
    pub schemas: Vec<String>,
    /// Tables and views of all kinds, by schema and name. Partitions follow their parents.
    pub tables: Vec<TableModel>,
    /// What could not be read, with the reason.
    pub unreadable: Vec<Unreadable>,
}

/// A table that could not be read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unreadable {
    /// The table.
    pub table: TableName,
    /// What it is.
    pub kind: TableKind,
    /// Why.
    pub reason: String,
}

/// A table or view and the schema that it is in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct TableName {
    /// Its schema: MySQL's database, PostgreSQL's schema, SQLite's `main`.
    pub schema: String,
    /// Its name there.
    pub table: String,
}

impl TableName {
    /// A table in a schema.
    #[must_use]
    pub fn new(schema: impl Into<String>, table: impl Into<String>) -> Self {
        Self {
            schema: schema.into(),
            table: table.into(),
        }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.schema, self.table)
    }
}

/// One table or view.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TableModel {
    /// Its name.
    pub name: TableName,
    /// What it is.
    pub kind: TableKind,
    /// Its comment, where it has one.
    pub comment: Option<String>,
    /// Its columns in the order of the database, hidden ones too.
    pub columns: Vec<ColumnModel>,
    /// The primary key, where it has one.
    pub primary_key: Option<KeyModel>,
    /// All indexes but the primary key's, by name.
    pub indexes: Vec<IndexModel>,
    /// The foreign keys, by name.
    pub foreign_keys: Vec<ForeignKeyModel>,
    /// The `CHECK` rules, by name.
    pub checks: Vec<CheckModel>,
    /// The table that this is a partition of.
    pub partition_of: Option<TableName>,
    /// The tables that this inherits from: PostgreSQL's `INHERITS`.
    pub inherits: Vec<TableName>,
    /// Whether SQLite holds values to the types of their columns: `STRICT`. The servers always do.
    pub strict: bool,
    /// Whether SQLite keeps the rows in the primary key itself: `WITHOUT ROWID`.
    pub without_rowid: bool,
}

impl TableModel {
    /// A table without columns.
    #[must_use]
    pub fn new(name: TableName, kind: TableKind) -> Self {
        Self {
            name,
            kind,
            comment: None,
            columns: Vec::new(),
            primary_key: None,
            indexes: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            partition_of: None,
            inherits: Vec::new(),
            strict: false,
            without_rowid: false,
        }
    }

    /// The column of that name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&ColumnModel> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The names of the primary key's columns in key order; empty when there is none.
    #[must_use]
    pub fn key_columns(&self) -> &[String] {
        self.primary_key.as_ref().map_or(&[], |key| &key.columns)
    }
}

/// What a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TableKind {
    /// An ordinary table, partitioned and system-versioned ones included.
    Table,
    /// A view.
    View,
    /// A view whose rows are stored.
    MaterializedView,
    /// A table of another server.
    ForeignTable,
    /// A table behind a module of SQLite, such as FTS5.
    VirtualTable,
    /// A table in which a virtual table of SQLite keeps its data.
    ShadowTable,
}

impl TableKind {
    /// Whether rows come from a query.
    #[must_use]
    pub fn is_view(self) -> bool {
        matches!(self, Self::View | Self::MaterializedView)
    }
}

impl fmt::Display for TableKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Table => "table",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
            Self::ForeignTable => "foreign table",
            Self::VirtualTable => "virtual table",
            Self::ShadowTable => "shadow table",
        })
    }
}
