//! Keys, indexes and rules.

use serde::Serialize;

use super::TableName;

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
