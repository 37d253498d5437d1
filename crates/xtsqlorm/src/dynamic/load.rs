//! Rows of a file.

use futures_util::{Stream, TryStreamExt, future::BoxFuture};

use super::{DynamicRepository, Form, Row};
use crate::{
    error::Result,
    reflect::Identity,
    repository::bulk::{BulkOptions, BulkReport, Entry, Given, Input, Kind},
};

/// A column that a file may have values for.
#[derive(Clone, Debug)]
pub(crate) struct LoadedColumn {
    pub(crate) name: String,
    pub(crate) form: Form,
    /// Whether the database keeps values of other types than the column's.
    pub(crate) loose: bool,
    pub(crate) nullable: bool,
    /// Whether the database computes it.
    pub(crate) computed: bool,
    /// Whether the database takes no number but its own.
    pub(crate) numbered: bool,
}

impl DynamicRepository {
    pub(crate) fn table_name(&self) -> &str {
        self.table.name()
    }

    pub(crate) fn loaded_column(&self, name: &str) -> Result<LoadedColumn> {
        let column = self.table.column(name)?;
        Ok(LoadedColumn {
            name: name.to_owned(),
            form: column.form,
            loose: !column.strict,
            nullable: column.model.nullable,
            computed: column.model.generated.is_some(),
            numbered: column.model.identity == Some(Identity::Always),
        })
    }

    /// Creates rows, each by the number of its line, which errors and the report name. An error of
    /// the stream itself ends it all.
    pub(crate) fn load<'a>(
        &self,
        lines: impl Stream<Item = Result<(u64, Result<Row>)>> + Send + 'a,
        options: BulkOptions,
    ) -> BoxFuture<'a, Result<BulkReport>> {
        let rows = lines.map_ok(|(line, row)| Entry {
            index: usize::try_from(line).unwrap_or(usize::MAX),
            given: row.map(Given::Row),
        });
        self.bulk(options.find_row())
            .run(Kind::Create, Input::indexed(rows))
    }
}
