//! What became of the rows.

use sea_orm::sea_query::ValueTuple;

use crate::error::{Error, Result, ValidationReport};

/// How far a bulk operation is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BulkProgress {
    /// Rows of the input that were dealt with.
    pub rows: u64,
    /// Rows that were created, changed or deleted.
    pub written: u64,
    /// Rows that were refused.
    pub refused: u64,
}

/// A row that was not written, and why.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Refused {
    /// Its place in the input, counted from 0.
    pub index: usize,
    /// What was wrong with it.
    pub error: Error,
}

/// What became of the rows of a bulk operation.
///
/// Every row of the input is counted once: `inserted + updated + deleted + unchanged + missing +
/// refused_rows`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct BulkReport {
    /// Rows that were created.
    pub inserted: u64,
    /// Rows that were there and were changed.
    pub updated: u64,
    /// Rows that were deleted, softly or for good.
    pub deleted: u64,
    /// Rows that set nothing but their key.
    pub unchanged: u64,
    /// The places in the input of rows whose key the table does not have.
    pub missing: Vec<usize>,
    /// Rows that were left out, in order, as far as
    /// [`most_refused`](super::BulkOptions::most_refused) allows.
    pub refused: Vec<Refused>,
    /// How many rows were left out.
    pub refused_rows: u64,
    /// With [`return_keys`](super::BulkOptions::return_keys), the key of each row of the input that
    /// was created; `None` for one that was refused.
    pub keys: Vec<Option<ValueTuple>>,
}

impl BulkReport {
    /// Rows that were created, changed or deleted.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.inserted + self.updated + self.deleted
    }

    /// Whether each row of the input was written or had nothing to write.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty() && self.refused_rows == 0
    }

    /// Takes the refusals as an error: all of a validation together, otherwise the first.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] of all rows that rules refused, or the first other refusal.
    pub fn into_result(self) -> Result<Self> {
        let mut found = ValidationReport::new();
        for refused in &self.refused {
            match &refused.error {
                Error::Validation(report) => found.add_row(refused.index, (**report).clone()),
                other => return Err(other.clone()),
            }
        }
        found.into_result()?;
        Ok(self)
    }
}
