//! Rows are read, and made ready to be written.

use std::collections::HashSet;

use futures_util::stream::{BoxStream, StreamExt};

use crate::{
    error::{Error, Result, ValidationReport},
    repository::{
        bulk::{
            limits::Limits,
            report::Refused,
            row::{BulkRow, key_tuple},
            target::{BulkTarget, Given, Kind},
        },
        display_key,
    },
};

/// About the most bytes of a chunk.
const BYTES: usize = 4 << 20;

/// Rows that are written together.
pub(super) struct Chunk {
    /// The rows, as the hooks left them.
    pub(super) rows: Vec<BulkRow>,
    /// Rows that were left out.
    pub(super) refused: Vec<Refused>,
    /// How many rows of the input were dealt with, this chunk included.
    pub(super) read: usize,
    /// Whether there may be more.
    pub(super) more: bool,
}

/// A row that was read and belongs to the next chunk.
enum Pending<R> {
    Given(Result<Given<R>>),
    Prepared(BulkRow),
}

/// Reads the input.
pub(super) struct Reader<'a, T: BulkTarget> {
    kind: Kind,
    /// The most rows of a chunk.
    chunk: usize,
    /// Whether rows that are refused are left out.
    skips: bool,
    limits: Limits,
    table: String,
    pending: Option<Pending<T::Row>>,
    rows: BoxStream<'a, Result<Given<T::Row>>>,
    /// How many rows were read.
    index: usize,
}

impl<'a, T: BulkTarget> Reader<'a, T> {
    pub(super) fn new(
        kind: Kind,
        chunk: usize,
        skips: bool,
        limits: Limits,
        table: String,
        first: Result<Given<T::Row>>,
        rows: BoxStream<'a, Result<Given<T::Row>>>,
    ) -> Self {
        Self {
            kind,
            chunk,
            skips,
            limits,
            table,
            pending: Some(Pending::Given(first)),
            rows,
            index: 0,
        }
    }

    /// The next chunk; the row that is refused, where none is left out.
    pub(super) async fn read(&mut self, target: &T) -> Result<Chunk, Refused> {
        let mut chunk = Chunk {
            rows: Vec::new(),
            refused: Vec::new(),
            read: self.index,
            more: true,
        };
        let mut seen = HashSet::new();
        let mut invalid = ValidationReport::new();
        let mut bytes = 0;
        while chunk.rows.len() < self.chunk && bytes < BYTES {
            let row = match self.pending.take() {
                Some(Pending::Prepared(row)) => Ok(row),
                Some(Pending::Given(given)) => self.prepare(target, given).await,
                None => match self.rows.next().await {
                    Some(given) => self.prepare(target, given).await,
                    None => {
                        chunk.more = false;
                        break;
                    }
                },
            };
            match row {
                // Two changes of one row in one statement are an error, or one of them is lost.
                Ok(row) if self.names_its_key(&row) && !seen.insert(name_of(&row)) => {
                    self.pending = Some(Pending::Prepared(row));
                    break;
                }
                Ok(row) => {
                    bytes += row.bytes();
                    chunk.rows.push(row);
                }
                Err(Refused { index, error }) => match error {
                    error if self.skips && error.refuses_row() => {
                        chunk.refused.push(Refused { index, error });
                    }
                    Error::Validation(report) => invalid.add_row(index, *report),
                    error => return Err(Refused { index, error }),
                },
            }
        }
        let index = self.index;
        let refused = |error| Refused { index, error };
        invalid.into_result().map_err(refused)?;
        let waits = matches!(self.pending, Some(Pending::Prepared(_)));
        chunk.read = self.index - usize::from(waits);
        Ok(chunk)
    }

    async fn prepare(
        &mut self,
        target: &T,
        given: Result<Given<T::Row>>,
    ) -> Result<BulkRow, Refused> {
        let index = self.index;
        self.index += 1;
        let prepared = match given {
            Ok(given) => target.prepare(self.kind, given, index).await,
            Err(error) => Err(error),
        };
        let checked = prepared.and_then(|row| {
            self.limits.check(&self.table, &row)?;
            Ok(row)
        });
        checked.map_err(|error| Refused { index, error })
    }

    /// Whether the row is one that may come twice.
    fn names_its_key(&self, row: &BulkRow) -> bool {
        self.kind != Kind::Create && !row.key.is_empty()
    }
}

/// What rows with the same key have in common, also where the database does not tell case apart.
fn name_of(row: &BulkRow) -> String {
    display_key(&key_tuple(row.key.clone())).to_lowercase()
}
