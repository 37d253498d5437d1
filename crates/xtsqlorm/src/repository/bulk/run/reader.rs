//! Rows are read, and made ready to be written.

use std::collections::HashSet;

use futures_util::stream::{BoxStream, TryStreamExt};

use crate::{
    error::{Error, Result, ValidationReport},
    repository::{
        bulk::{
            limits::Limits,
            report::Refused,
            row::{BulkRow, key_tuple},
            target::{BulkTarget, Entry, Kind},
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

/// Why there is no chunk.
pub(super) enum Unread {
    Row(Refused),
    /// There are no more rows to be had.
    Input(Error),
}

/// A row that was read and belongs to the next chunk.
enum Pending<R> {
    Given(Entry<R>),
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
    rows: BoxStream<'a, Result<Entry<T::Row>>>,
    /// How many rows were read.
    count: usize,
}

impl<'a, T: BulkTarget> Reader<'a, T> {
    pub(super) fn new(
        kind: Kind,
        chunk: usize,
        skips: bool,
        limits: Limits,
        table: String,
        first: Entry<T::Row>,
        rows: BoxStream<'a, Result<Entry<T::Row>>>,
    ) -> Self {
        Self {
            kind,
            chunk,
            skips,
            limits,
            table,
            pending: Some(Pending::Given(first)),
            rows,
            count: 0,
        }
    }

    /// The next chunk; the row that is refused, where none is left out.
    pub(super) async fn read(&mut self, target: &T) -> Result<Chunk, Unread> {
        let mut chunk = Chunk {
            rows: Vec::new(),
            refused: Vec::new(),
            read: self.count,
            more: true,
        };
        let mut seen = HashSet::new();
        let mut invalid = ValidationReport::new();
        let mut bytes = 0;
        while chunk.rows.len() < self.chunk && bytes < BYTES {
            let row = match self.pending.take() {
                Some(Pending::Prepared(row)) => Ok(row),
                Some(Pending::Given(entry)) => self.prepare(target, entry).await,
                None => match self.rows.try_next().await.map_err(Unread::Input)? {
                    Some(entry) => self.prepare(target, entry).await,
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
                    error => return Err(Unread::Row(Refused { index, error })),
                },
            }
        }
        let index = self.count;
        let refused = |error| Unread::Row(Refused { index, error });
        invalid.into_result().map_err(refused)?;
        let waits = matches!(self.pending, Some(Pending::Prepared(_)));
        chunk.read = self.count - usize::from(waits);
        Ok(chunk)
    }

    async fn prepare(
        &mut self,
        target: &T,
        Entry {
            place: index,
            given,
        }: Entry<T::Row>,
    ) -> Result<BulkRow, Refused> {
        self.count += 1;
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
