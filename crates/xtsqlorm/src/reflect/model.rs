//! Tables, columns, keys and rules, as a database has them.

use std::fmt;

use serde::Serialize;

use super::DataType;
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

/// One column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColumnModel {
    /// Its name.
    pub name: String,
    /// Its type in the database's own words, as a `CREATE TABLE` takes it: `mediumint unsigned`,
    /// `numeric(10,2)`, `other.kind[]`. Empty for a column that SQLite was told no type for.
    pub sql_type: String,
    /// What it stores.
    pub data_type: DataType,
    /// Whether it may be NULL. A column of a primary key may be, in SQLite.
    pub nullable: bool,
    /// Its default as an SQL expression, such as `'new'` or `now()`.
    pub default: Option<String>,
    /// What an UPDATE that does not name it sets it to: `ON UPDATE CURRENT_TIMESTAMP` of MySQL.
    pub on_update: Option<String>,
    /// How the database computes it, where it does.
    pub generated: Option<GeneratedModel>,
    /// How the database numbers it, where it does.
    pub identity: Option<Identity>,
    /// Its character set, where that is the column's own: MySQL.
    pub charset: Option<String>,
    /// Its collation, where it has one; in PostgreSQL, where it is not the type's own, and as
    /// `"schema"."name"` where it is not one of the server's own.
    pub collation: Option<String>,
    /// Its comment, where it has one.
    pub comment: Option<String>,
    /// Whether `SELECT *` leaves it out.
    pub hidden: bool,
}

impl ColumnModel {
    /// A column that may be NULL and has nothing else to it.
    #[must_use]
    pub fn new(name: impl Into<String>, sql_type: impl Into<String>, data_type: DataType) -> Self {
        Self {
            name: name.into(),
            sql_type: sql_type.into(),
            data_type,
            nullable: true,
            default: None,
            on_update: None,
            generated: None,
            identity: None,
            charset: None,
            collation: None,
            comment: None,
            hidden: false,
        }
    }

    /// The greatest length in characters or bytes, where there is one.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        match self.data_type.base() {
            DataType::Char { length }
            | DataType::VarChar { length }
            | DataType::VarBinary { length }
            | DataType::Bit { length, .. } => length.map(u64::from),
            DataType::Binary { length } => Some(u64::from(*length)),
            DataType::Text { max_bytes } | DataType::Blob { max_bytes } => *max_bytes,
            _ => None,
        }
    }

    /// The digits of an exact number in all, where they are limited.
    #[must_use]
    pub fn precision(&self) -> Option<u32> {
        match self.data_type.base() {
            DataType::Decimal { precision, .. } => *precision,
            _ => None,
        }
    }

    /// The digits of an exact number after the point, where they are fixed.
    #[must_use]
    pub fn scale(&self) -> Option<i32> {
        match self.data_type.base() {
            DataType::Decimal { scale, .. } => *scale,
            _ => None,
        }
    }
}

/// How the database computes a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GeneratedModel {
    /// The expression.
    pub expression: String,
    /// Whether the result is stored, and not computed with each read.
    pub stored: bool,
}

/// How the database numbers a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Identity {
    /// `AUTO_INCREMENT`, `AUTOINCREMENT`, an `INTEGER PRIMARY KEY` of SQLite; PostgreSQL's `serial`,
    /// that is, a column whose default is the next value of a sequence of its own.
    AutoIncrement,
    /// `GENERATED BY DEFAULT AS IDENTITY`.
    ByDefault,
    /// `GENERATED ALWAYS AS IDENTITY`: the database takes no value for it.
    Always,
}

/// A primary key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyModel {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// Its columns in key order.
    pub columns: Vec<String>,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IndexModel {
    /// Its name.
    pub name: String,
    /// Whether no two rows may be the same in it.
    pub unique: bool,
    /// What is indexed, in order.
    pub parts: Vec<IndexPart>,
    /// The condition of a partial index.
    pub condition: Option<String>,
    /// Whether two NULLs count as the same: `NULLS NOT DISTINCT`.
    pub nulls_equal: bool,
    /// How it works: `btree`, `hash`, `gin`, `fulltext`, ..; in lower case.
    pub method: Option<String>,
    /// Columns that are stored in it and are no part of the key: `INCLUDE`.
    pub include: Vec<String>,
    /// The rule that the index serves, where that is PostgreSQL's `EXCLUDE`, in the server's words.
    pub exclusion: Option<String>,
}

impl IndexModel {
    /// An index of these parts that has nothing else to it.
    #[must_use]
    pub fn new(name: impl Into<String>, parts: Vec<IndexPart>) -> Self {
        Self {
            name: name.into(),
            unique: false,
            parts,
            condition: None,
            nulls_equal: false,
            method: None,
            include: Vec::new(),
            exclusion: None,
        }
    }

    /// The columns of a unique index that holds for all rows and whole values. `None` for any other.
    #[must_use]
    pub fn unique_columns(&self) -> Option<Vec<&str>> {
        let whole = self.parts.iter().map(IndexPart::whole_column);
        let columns = whole.collect::<Option<Vec<&str>>>()?;
        (self.unique && self.condition.is_none() && !columns.is_empty()).then_some(columns)
    }
}

/// One part of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IndexPart {
    /// The column, unless it is an expression.
    pub column: Option<String>,
    /// The expression, unless it is a column.
    pub expression: Option<String>,
    /// How many characters or bytes of it are indexed, where not all are.
    pub prefix: Option<u32>,
    /// Whether the order is descending.
    pub descending: bool,
    /// Whether NULLs come first, where that is not what the order says by itself: PostgreSQL.
    pub nulls_first: Option<bool>,
    /// The collation, where it is not the column's own: PostgreSQL, SQLite.
    pub collation: Option<String>,
    /// How values are compared, where that is not the type's own way: PostgreSQL's operator
    /// classes, such as `gin_trgm_ops`, in the server's words.
    pub operator_class: Option<String>,
}

impl IndexPart {
    /// A whole column, ascending.
    #[must_use]
    pub fn column(name: impl Into<String>) -> Self {
        Self {
            column: Some(name.into()),
            expression: None,
            prefix: None,
            descending: false,
            nulls_first: None,
            collation: None,
            operator_class: None,
        }
    }

    /// An expression, ascending.
    #[must_use]
    pub fn expression(sql: impl Into<String>) -> Self {
        Self {
            column: None,
            expression: Some(sql.into()),
            ..Self::column("")
        }
    }

    fn whole_column(&self) -> Option<&str> {
        self.column.as_deref().filter(|_| self.prefix.is_none())
    }
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ForeignKeyModel {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// The columns that refer.
    pub columns: Vec<String>,
    /// The table referred to, in this schema or in another.
    pub table: TableName,
    /// The columns referred to.
    pub referenced: Vec<String>,
    /// What follows from a change of the key referred to.
    pub on_update: KeyAction,
    /// What follows from the end of the row referred to.
    pub on_delete: KeyAction,
    /// The columns that `SET NULL` or `SET DEFAULT` sets when that row ends, where these are not all
    /// columns of the key: PostgreSQL.
    pub on_delete_columns: Vec<String>,
    /// Whether its columns are NULL all together or not at all: PostgreSQL's `MATCH FULL`.
    pub match_full: bool,
    /// When it is checked: PostgreSQL, SQLite.
    pub deferral: Deferral,
}

impl ForeignKeyModel {
    /// A foreign key without a name that refuses what would break it.
    #[must_use]
    pub fn new(columns: Vec<String>, table: TableName, referenced: Vec<String>) -> Self {
        Self {
            name: None,
            columns,
            table,
            referenced,
            on_update: KeyAction::NoAction,
            on_delete: KeyAction::NoAction,
            on_delete_columns: Vec::new(),
            match_full: false,
            deferral: Deferral::Immediate,
        }
    }
}

/// When a foreign key is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Deferral {
    /// With each statement.
    #[default]
    Immediate,
    /// With each statement, unless the transaction puts it off: `DEFERRABLE`.
    Deferrable,
    /// At the end of the transaction: `DEFERRABLE INITIALLY DEFERRED`.
    Deferred,
}

/// What a foreign key does when the row it refers to changes or goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyAction {
    /// Refuse, at the end of the statement or transaction.
    #[default]
    NoAction,
    /// Refuse at once.
    Restrict,
    /// Do the same here.
    Cascade,
    /// Set NULL.
    SetNull,
    /// Set the default.
    SetDefault,
}

impl KeyAction {
    /// The action in SQL's words, as `information_schema` and SQLite's pragmas write them.
    #[must_use]
    pub fn from_sql(words: &str) -> Option<Self> {
        Some(match words.to_ascii_uppercase().as_str() {
            "NO ACTION" | "" => Self::NoAction,
            "RESTRICT" => Self::Restrict,
            "CASCADE" => Self::Cascade,
            "SET NULL" => Self::SetNull,
            "SET DEFAULT" => Self::SetDefault,
            _ => return None,
        })
    }

    /// The action in SQL's words.
    #[must_use]
    pub fn sql(self) -> &'static str {
        match self {
            Self::NoAction => "NO ACTION",
            Self::Restrict => "RESTRICT",
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
        }
    }
}

/// A `CHECK` rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckModel {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// The condition as SQL.
    pub expression: String,
    /// Whether the database holds new rows to it: MySQL's `NOT ENFORCED` switches that off.
    pub enforced: bool,
}

impl CheckModel {
    /// A rule that is enforced.
    #[must_use]
    pub fn new(name: Option<String>, expression: impl Into<String>) -> Self {
        Self {
            name,
            expression: expression.into(),
            enforced: true,
        }
    }
}
