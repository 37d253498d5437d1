//! What a caller can ask of a bulk operation.

use std::{fmt, sync::Arc};

use super::BulkProgress;

/// What becomes of the others where a row is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnError {
    /// The operation fails, and its transaction is rolled back.
    #[default]
    Abort,
    /// The row is left out and reported ([`BulkReport::refused`](super::BulkReport::refused)); the
    /// others are written. Rows are refused by rules, constraints, or types; a lost connection or a
    /// deadlock is no refusal, and fails the operation.
    Skip,
}

/// How the rows are committed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Commit {
    /// All together: in the current transaction, or in one of their own.
    #[default]
    Once,
    /// Each chunk by itself, so that locks are held for a short time and a failure leaves what was
    /// written before. Inside a transaction, all together with it.
    EachChunk,
}

/// Somebody who wants to know how far an operation is.
type Tell = dyn Fn(&BulkProgress) + Send + Sync;

/// How a bulk operation runs.
///
/// ```
/// use xtsqlorm::repository::bulk::{BulkOptions, OnError};
///
/// let options = BulkOptions::new()
///     .chunk(500)
///     .on_error(OnError::Skip)
///     .progress(|progress| println!("{} rows read", progress.rows));
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct BulkOptions {
    pub(super) chunk: Option<usize>,
    pub(super) on_error: OnError,
    pub(super) commit: Commit,
    /// Whether the row is looked for whose refusal ends the operation.
    pub(super) finds_row: bool,
    pub(super) keys: bool,
    pub(super) most_refused: Option<usize>,
    pub(super) progress: Option<Arc<Tell>>,
}

impl BulkOptions {
    /// One transaction, in which the first refusal fails everything.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many rows are held at once, and go to the server together as far as its limits allow.
    /// Default: 1,000; for rows that PostgreSQL takes by `COPY`, 10,000. 0 counts as 1.
    #[doc(alias = "batch_size")]
    pub fn chunk(mut self, rows: usize) -> Self {
        self.chunk = Some(rows.max(1));
        self
    }

    /// What becomes of the others where a row is refused. Default: [`OnError::Abort`].
    pub fn on_error(mut self, on_error: OnError) -> Self {
        self.on_error = on_error;
        self
    }

    /// How the rows are committed. Default: [`Commit::Once`].
    pub fn commit(mut self, commit: Commit) -> Self {
        self.commit = commit;
        self
    }

    /// Has the report hold the [key of each created row](super::BulkReport::keys). Default: no,
    /// since keys that the database gives have to come back from it.
    pub fn return_keys(mut self) -> Self {
        self.keys = true;
        self
    }

    /// Has the error of an operation that ends name the very row, which takes a savepoint for each
    /// chunk.
    #[cfg(feature = "export")]
    pub(crate) fn find_row(mut self) -> Self {
        self.finds_row = true;
        self
    }

    /// How many refused rows are reported one by one; of more, only their number. Default: 1,000.
    pub fn most_refused(mut self, rows: usize) -> Self {
        self.most_refused = Some(rows);
        self
    }

    /// Called after each chunk. It runs between two statements, and must not block.
    pub fn progress(mut self, report: impl Fn(&BulkProgress) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(report));
        self
    }
}

impl fmt::Debug for BulkOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BulkOptions")
            .field("chunk", &self.chunk)
            .field("on_error", &self.on_error)
            .field("commit", &self.commit)
            .field("keys", &self.keys)
            .field("most_refused", &self.most_refused)
            .finish_non_exhaustive()
    }
}
