//! Columns of bytes that hold text, as SQLite lets them.

use sea_orm::Value;

use super::source::Shape;
use crate::{
    dynamic::Form,
    error::{Error, Result},
};

/// Refuses text among bytes: a file has bytes as base64, so that it would come back as other bytes.
pub(super) struct OnlyBytes {
    table: String,
    /// Places and names.
    columns: Vec<(usize, String)>,
    rows: usize,
}

impl OnlyBytes {
    pub(super) fn new(shape: &Shape) -> Self {
        let columns = shape.columns.iter().enumerate();
        Self {
            table: shape.table.clone(),
            columns: columns
                .filter(|(_, column)| column.form == Form::Bytes)
                .map(|(place, column)| (place, column.name.clone()))
                .collect(),
            rows: 0,
        }
    }

    /// The next rows.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for the first text, with its row.
    pub(super) fn check(&mut self, rows: &[Vec<Value>]) -> Result<()> {
        for (place, name) in &self.columns {
            let is_text = |row: &Vec<Value>| matches!(row[*place], Value::String(Some(_)));
            if let Some(row) = rows.iter().position(is_text) {
                return Err(Error::invalid(
                    format!("{}.{name}", self.table),
                    format!(
                        "row {} has a text in a column of bytes, which would come back as bytes",
                        self.rows + row + 1
                    ),
                    "export the column as text (--as-text), or leave it out",
                ));
            }
        }
        self.rows += rows.len();
        Ok(())
    }
}
