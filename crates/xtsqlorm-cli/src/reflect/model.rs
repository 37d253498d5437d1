//! What was found in a database, and how Rust holds it: the library's table models with a field for
//! each column.

use xtsqlorm::connection::Backend;
use xtsqlorm::reflect::{
    Identity, Mapping, MappingOptions, SchemaModel, TableModel, TableName, Unreadable, map_column,
};

/// Everything that was found.
#[derive(Debug)]
pub(crate) struct Schema {
    /// Which database it is.
    pub(crate) backend: Backend,
    /// The server in words for the report, such as `MySQL 8.4.0`.
    pub(crate) server: String,
    /// What the server says its version is.
    pub(crate) version: String,
    /// The schemas that were read.
    pub(crate) schemas: Vec<String>,
    /// The schema that the connection is in, whose tables need no schema name.
    pub(crate) current: Option<String>,
    /// Tables and views, by schema and name.
    pub(crate) tables: Vec<Table>,
    /// Tables that could not be read, with the reason.
    pub(crate) unreadable: Vec<Unreadable>,
}

impl Schema {
    /// What was found, with the field that the mapping gives each column.
    pub(crate) fn new(
        found: SchemaModel,
        current: Option<String>,
        options: &MappingOptions,
    ) -> Self {
        let backend = found.backend;
        let table = |model: TableModel| Table {
            fields: model
                .columns
                .iter()
                .map(|column| map_column(column, backend, options))
                .collect(),
            model,
        };
        Self {
            backend,
            server: format!("{backend} {}", found.server_version),
            version: found.server_version,
            schemas: found.schemas,
            current,
            tables: found.tables.into_iter().map(table).collect(),
            unreadable: found.unreadable,
        }
    }

    /// What was found, as the library has it: the tables of which that holds.
    pub(crate) fn found(&self, holds: impl Fn(&TableName) -> bool) -> SchemaModel {
        let models = self.tables.iter().map(|table| &table.model);
        SchemaModel {
            backend: self.backend,
            server_version: self.version.clone(),
            schemas: self.schemas.clone(),
            tables: models.filter(|model| holds(&model.name)).cloned().collect(),
            unreadable: self.unreadable.clone(),
        }
    }

    /// Whether modules are kept apart by schema.
    pub(crate) fn has_several(&self) -> bool {
        self.schemas.len() > 1
    }
}

/// One table or view.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// What the database says of it.
    pub(crate) model: TableModel,
    /// How Rust holds each of its columns.
    pub(crate) fields: Vec<Mapping>,
}

impl Table {
    /// Its name in its schema.
    pub(crate) fn name(&self) -> &str {
        &self.model.name.table
    }

    /// The place of a column.
    pub(crate) fn position(&self, column: &str) -> Option<usize> {
        let columns = &self.model.columns;
        columns
            .iter()
            .position(|candidate| candidate.name == column)
    }

    /// The places of columns; `None` when one of them is not there.
    pub(crate) fn positions(&self, columns: &[String]) -> Option<Vec<usize>> {
        columns.iter().map(|column| self.position(column)).collect()
    }

    /// The unique indexes that hold for all rows and whole values, as name and columns.
    pub(crate) fn unique(&self) -> impl Iterator<Item = (&str, Vec<&str>)> {
        let indexes = self.model.indexes.iter();
        indexes.filter_map(|index| Some((index.name.as_str(), index.unique_columns()?)))
    }

    /// Whether the database computes the column, so that it takes no value for it.
    pub(crate) fn is_computed(&self, column: usize) -> bool {
        self.model.columns[column].generated.is_some()
    }

    /// Whether the database always numbers the column, so that an INSERT may name no value.
    pub(crate) fn is_always_numbered(&self, column: usize) -> bool {
        self.model.columns[column].identity == Some(Identity::Always)
    }
}

/// Small schemas for the tests of other modules.
#[cfg(test)]
pub(crate) mod samples {
    use xtsqlorm::reflect::{
        ColumnModel, DataType, ForeignKeyModel, IndexModel, IndexPart, KeyModel, TableKind,
        TableName,
    };

    use super::*;

    /// An integer that is never NULL.
    pub(crate) fn column(name: &str) -> ColumnModel {
        let bits = DataType::Integer {
            bits: 32,
            unsigned: false,
        };
        ColumnModel {
            nullable: false,
            ..ColumnModel::new(name, "int", bits)
        }
    }

    /// A table of integers in the schema `shop`.
    pub(crate) fn table(name: &str, columns: &[&str], key: &[&str]) -> TableModel {
        let mut table = TableModel::new(TableName::new("shop", name), TableKind::Table);
        table.columns = columns.iter().map(|name| column(name)).collect();
        table.primary_key = (!key.is_empty()).then(|| KeyModel {
            name: None,
            columns: names(key),
        });
        table
    }

    /// A foreign key to the column `id` of a table in the schema `shop`.
    pub(crate) fn key(column: &str, to: &str) -> ForeignKeyModel {
        let to = TableName::new("shop", to);
        ForeignKeyModel::new(names(&[column]), to, names(&["id"]))
    }

    /// A unique index.
    pub(crate) fn unique(name: &str, columns: &[&str]) -> IndexModel {
        let parts = columns.iter().map(|&column| IndexPart::column(column));
        IndexModel {
            unique: true,
            ..IndexModel::new(name, parts.collect())
        }
    }

    /// The schema `shop` of these tables, on PostgreSQL.
    pub(crate) fn schema(tables: impl IntoIterator<Item = TableModel>) -> Schema {
        schemas(&["shop"], tables)
    }

    /// These schemas, in the first of which the connection is.
    pub(crate) fn schemas(
        schemas: &[&str],
        tables: impl IntoIterator<Item = TableModel>,
    ) -> Schema {
        let found = SchemaModel {
            backend: Backend::Postgres,
            server_version: "17".to_owned(),
            schemas: names(schemas),
            tables: tables.into_iter().collect(),
            unreadable: Vec::new(),
        };
        let current = schemas.first().map(|&name| name.to_owned());
        Schema::new(found, current, &MappingOptions::default())
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }
}
