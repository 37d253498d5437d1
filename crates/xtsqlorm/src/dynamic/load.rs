//! Many new rows, which nobody reads back.

use std::sync::Arc;

use super::{DynamicRepository, Row, form::Form, prepare::NewRow, table::Table};
use crate::{error::Result, reflect::Identity, repository::bulk::Writer, session::SessionProvider};

/// Checks rows for a table.
#[derive(Clone, Debug)]
pub(crate) struct Loader {
    table: Arc<Table>,
}

/// A row that nothing speaks against creating.
#[derive(Debug)]
pub(crate) struct CheckedRow(NewRow);

impl DynamicRepository {
    pub(crate) fn loader(&self) -> Loader {
        Loader {
            table: Arc::clone(&self.table),
        }
    }
}

impl Loader {
    pub(crate) fn table_name(&self) -> &str {
        self.table.name()
    }

    /// How the values of a column are held.
    pub(crate) fn form(&self, column: &str) -> Result<Form> {
        Ok(self.table.column(column)?.form)
    }

    /// Whether the database keeps values of other types than the column's.
    pub(crate) fn is_loose(&self, column: &str) -> Result<bool> {
        Ok(!self.table.column(column)?.strict)
    }

    /// Whether the database computes the column.
    pub(crate) fn is_computed(&self, column: &str) -> Result<bool> {
        Ok(self.table.column(column)?.model.generated.is_some())
    }

    /// Whether the database takes no number but its own.
    pub(crate) fn is_always_numbered(&self, column: &str) -> Result<bool> {
        Ok(self.table.column(column)?.model.identity == Some(Identity::Always))
    }

    pub(crate) fn is_nullable(&self, column: &str) -> Result<bool> {
        Ok(self.table.column(column)?.model.nullable)
    }

    /// Refuses what the table cannot hold.
    pub(crate) fn check(&self, row: Row) -> Result<CheckedRow> {
        Ok(CheckedRow(self.table.new_row(row)?))
    }

    /// What writes rows that were checked.
    pub(crate) async fn writer(&self, provider: &SessionProvider) -> Result<LoadWriter> {
        Ok(LoadWriter {
            table: Arc::clone(&self.table),
            writer: Writer::of_new_rows(provider, self.table.in_bulk()).await?,
        })
    }
}

/// Writes rows, many with each statement, and remembers its statements from one time to the next.
pub(crate) struct LoadWriter {
    table: Arc<Table>,
    writer: Writer,
}

impl LoadWriter {
    /// Writes the rows in their order.
    pub(crate) async fn insert(
        &mut self,
        provider: &SessionProvider,
        rows: &[CheckedRow],
    ) -> Result<()> {
        let rows = rows.iter().enumerate();
        let rows = rows.map(|(index, row)| row.0.clone().in_bulk(&self.table, index));
        self.writer.insert(provider, rows.collect()).await?;
        Ok(())
    }
}
