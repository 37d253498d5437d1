//! What became of a file.

use std::fmt;

use crate::{
    error::{Error, sqlx_error},
    reflect::TableModel,
};

/// How far an import is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportProgress {
    /// Rows that were read.
    pub read: u64,
    /// Rows that were inserted.
    pub inserted: u64,
    /// Rows that were refused.
    pub refused: u64,
    /// Bytes that were read; 0 of a format that is not read in order.
    pub bytes: u64,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imported {
    /// Rows of the file.
    pub read: u64,
    /// Rows that are in the table now.
    pub inserted: u64,
    /// How many rows were refused.
    pub refused_rows: u64,
    /// The first thousand rows that were refused, by line.
    pub refused: Vec<Refused>,
    /// Columns of the file that the database computes, and that were passed over.
    pub computed: Vec<String>,
}

/// A row that is not in the table, and why. Its values are not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// The line on which the row begins; of a format without lines, the row, of which the first is 1.
    pub line: u64,
    /// The column that was refused, where it was one.
    pub column: Option<String>,
    /// Why, and what to do.
    pub reason: String,
}

impl Refused {
    /// The row of `table` that an import [ended](super::OnError::Abort) with; `None` for an error
    /// that no row is at fault for. Unlike the sources of the error, it holds no value of the row.
    #[must_use]
    pub fn of_error(table: &TableModel, error: &Error) -> Option<Self> {
        match error {
            Error::Line { line, source } => Some(Self::new(*line, &table.name.table, source)),
            _ => None,
        }
    }

    /// What an error of `table` says.
    pub(super) fn new(line: u64, table: &str, error: &Error) -> Self {
        let (column, reason) = match error {
            Error::InvalidInput {
                subject,
                problem,
                remedy,
            } => {
                let column = subject.strip_prefix(table);
                let column = column.and_then(|rest| rest.strip_prefix('.'));
                (column.map(str::to_owned), format!("{problem}; {remedy}"))
            }
            Error::Constraint(violation) => {
                let column = violation.columns().first().cloned();
                (column, format!("the database refused it: {violation}"))
            }
            // The driver's own words may hold values.
            Error::Database(source) => {
                let code = sqlx_error(source)
                    .and_then(|error| error.as_database_error()?.code())
                    .map(|code| format!(" with the code {code}"));
                let reason = format!("the database refused it{}", code.unwrap_or_default());
                (None, reason)
            }
            other => (None, other.to_string()),
        };
        Self {
            line,
            column,
            reason,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(column) = &self.column {
            write!(f, ", column `{column}`")?;
        }
        write!(f, ": {}", self.reason)
    }
}
