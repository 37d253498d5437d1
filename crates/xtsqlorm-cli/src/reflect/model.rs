//! What a database holds, in the words of no particular backend.
//!
//! Discovery fills this in, the plan decides on it, generation writes it down. A further backend is
//! one more module under `discover` that yields a [`Schema`].

use sea_query::{ColumnType, ForeignKeyAction};

/// Everything that was found in one database.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    /// The server in words for the report, such as `MySQL 8.4.0`.
    pub(crate) server: String,
    /// The database that was read.
    pub(crate) database: String,
    /// Base tables, by name.
    pub(crate) tables: Vec<Table>,
    /// What is there but is no base table: name and kind, such as `view`.
    pub(crate) others: Vec<(String, String)>,
    /// Tables that could not be read, with the reason.
    pub(crate) unreadable: Vec<(String, String)>,
}

/// One base table.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// Its name in the database.
    pub(crate) name: String,
    /// The comment that the schema gives it, or nothing.
    pub(crate) comment: String,
    /// Its columns in the order of the database.
    pub(crate) columns: Vec<Column>,
    /// Columns of the primary key in key order; empty when there is none.
    pub(crate) primary_key: Vec<String>,
    /// Unique indexes beside the primary key that hold for whole column values.
    pub(crate) unique: Vec<Unique>,
    /// Foreign keys, by name.
    pub(crate) foreign_keys: Vec<ForeignKey>,
}

impl Table {
    /// The column of that name.
    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// One column.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// Its name in the database.
    pub(crate) name: String,
    /// Its type in the database's own words, such as `mediumint unsigned`.
    pub(crate) sql_type: String,
    /// How Rust holds it.
    pub(crate) field: Field,
    /// Whether the field is an `Option`.
    pub(crate) nullable: bool,
    /// Whether the database numbers it.
    pub(crate) auto_increment: bool,
    /// The expression of a computed column.
    pub(crate) generated: Option<String>,
    /// The comment that the schema gives it, or nothing.
    pub(crate) comment: String,
}

/// How Rust holds a column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    /// The type that SeaORM is told.
    pub(crate) kind: Kind,
    /// A `column_type` attribute in place of the one that codegen derives.
    pub(crate) column_type: Option<String>,
    /// A Rust type in place of the one that codegen derives.
    pub(crate) rust_type: Option<String>,
    /// What a SELECT casts the column to, for types that the driver cannot decode.
    pub(crate) select_as: Option<String>,
    /// What a write casts the value to, for types that the driver cannot describe.
    pub(crate) save_as: Option<String>,
    /// Why the field is not an exact match for the column; goes into the report.
    pub(crate) fallback: Option<String>,
}

/// The type that SeaORM is told.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// A type that stands for itself.
    Plain(ColumnType),
    /// One of a fixed list of texts.
    Enum(Vec<String>),
}

impl Field {
    /// A field that matches its column exactly.
    pub(crate) fn plain(column_type: ColumnType) -> Self {
        Self {
            kind: Kind::Plain(column_type),
            column_type: None,
            rust_type: None,
            select_as: None,
            save_as: None,
            fallback: None,
        }
    }

    /// The same field, with the reason why it is no exact match.
    pub(crate) fn because(mut self, reason: impl Into<String>) -> Self {
        self.fallback = Some(reason.into());
        self
    }

    /// The same field, read through `CAST(.. AS name)`.
    pub(crate) fn selected_as(mut self, name: &str) -> Self {
        self.select_as = Some(name.to_owned());
        self
    }

    /// The same field, written through `CAST(.. AS name)`.
    pub(crate) fn saved_as(mut self, name: &str) -> Self {
        self.save_as = Some(name.to_owned());
        self
    }

    /// The same field under the database's own type name, as in `custom("GEOMETRY")`.
    pub(crate) fn declared_as(mut self, name: &str) -> Self {
        self.column_type = Some(format!("custom(\"{name}\")"));
        self
    }
}

/// A unique index that holds for whole column values.
#[derive(Debug, Clone)]
pub(crate) struct Unique {
    /// Its name.
    pub(crate) name: String,
    /// Its columns in index order.
    pub(crate) columns: Vec<String>,
}

/// A foreign key to a table of the same database.
#[derive(Debug, Clone)]
pub(crate) struct ForeignKey {
    /// Its name.
    pub(crate) name: String,
    /// The columns that refer.
    pub(crate) columns: Vec<String>,
    /// The database of the table referred to, when it is another one.
    pub(crate) foreign_database: Option<String>,
    /// The table referred to.
    pub(crate) table: String,
    /// The columns referred to.
    pub(crate) referenced: Vec<String>,
    /// `ON UPDATE`, when it is more than the default.
    pub(crate) on_update: Option<ForeignKeyAction>,
    /// `ON DELETE`, when it is more than the default.
    pub(crate) on_delete: Option<ForeignKeyAction>,
}

/// Small schemas for the tests of other modules.
#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    /// An integer that is never NULL.
    pub(crate) fn column(name: &str) -> Column {
        Column {
            name: name.to_owned(),
            sql_type: "int".to_owned(),
            field: Field::plain(ColumnType::Integer),
            nullable: false,
            auto_increment: false,
            generated: None,
            comment: String::new(),
        }
    }

    /// A table of integers.
    pub(crate) fn table(name: &str, columns: &[&str], key: &[&str]) -> Table {
        Table {
            name: name.to_owned(),
            columns: columns.iter().map(|name| column(name)).collect(),
            primary_key: key.iter().map(|&name| name.to_owned()).collect(),
            ..Table::default()
        }
    }

    /// A foreign key to the column `id`.
    pub(crate) fn key(column: &str, to: &str) -> ForeignKey {
        ForeignKey {
            name: format!("fk_{column}"),
            columns: vec![column.to_owned()],
            foreign_database: None,
            table: to.to_owned(),
            referenced: vec!["id".to_owned()],
            on_update: None,
            on_delete: None,
        }
    }

    /// A schema of these tables.
    pub(crate) fn schema(tables: impl IntoIterator<Item = Table>) -> Schema {
        Schema {
            tables: tables.into_iter().collect(),
            ..Schema::default()
        }
    }
}
