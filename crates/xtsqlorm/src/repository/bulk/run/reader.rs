//! Rows are read, and made ready to be written.

use std::{collections::HashSet, sync::Arc};

use futures_util::stream::{BoxStream, TryStreamExt};
use sea_orm::DbBackend;

use crate::{
    error::{Error, Result, ValidationReport},
    repository::{
        bulk::{
            copy::{Copied, Copier, ROWS_AT_A_TIME},
            limits::Limits,
            report::Refused,
            row::{BulkRow, key_tuple},
            table::BulkTable,
            target::{BulkTarget, Entry, Kind},
        },
        dates::text_for_sqlite,
        display_key,
        value::integer,
    },
};

/// About the most bytes of a chunk.
const BYTES: usize = 4 << 20;

/// Rows that are written together.
pub(super) struct Chunk {
    /// The rows, as the hooks left them.
    pub(super) rows: Vec<BulkRow>,
    /// The same rows, where they were written out for COPY.
    pub(super) copied: Option<Copied>,
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
    is_on_sqlite: bool,
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
        table: &BulkTable,
        first: Entry<T::Row>,
        rows: BoxStream<'a, Result<Entry<T::Row>>>,
    ) -> Self {
        Self {
            kind,
            chunk,
            skips,
            limits,
            table: table.name.clone(),
            is_on_sqlite: table.dialect() == DbBackend::Sqlite,
            pending: Some(Pending::Given(first)),
            rows,
            count: 0,
        }
    }

    /// The next chunk while the one before it is sent, which it may not hold up.
    pub(super) async fn read_ahead(
        &mut self,
        target: &T,
        copier: Option<Arc<Copier>>,
    ) -> Result<Chunk, Unread> {
        let mut chunk = self.read(target).await?;
        if let Some(copier) = copier {
            chunk.copied = copier.copied(&chunk.rows).await;
        }
        Ok(chunk)
    }

    /// The next chunk; the row that is refused, where none is left out.
    pub(super) async fn read(&mut self, target: &T) -> Result<Chunk, Unread> {
        let mut chunk = Chunk {
            rows: Vec::new(),
            copied: None,
            refused: Vec::new(),
            read: self.count,
            more: true,
        };
        let mut seen = HashSet::new();
        let mut invalid = ValidationReport::new();
        let mut bytes = 0;
        while chunk.rows.len() < self.chunk && bytes < BYTES {
            if (self.count + 1).is_multiple_of(ROWS_AT_A_TIME) {
                tokio::task::yield_now().await;
            }
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
        Entry { index, given }: Entry<T::Row>,
    ) -> Result<BulkRow, Refused> {
        self.count += 1;
        let prepared = match given {
            Ok(given) => target.prepare(self.kind, given, index).await,
            Err(error) => Err(error),
        };
        let checked = prepared.and_then(|mut row| {
            if self.is_on_sqlite {
                write_out_dates(&mut row);
            }
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

/// SQLite stores dates as text, which its driver is slow to make.
fn write_out_dates(row: &mut BulkRow) {
    for (_, value) in &mut row.cells {
        if let Some(text) = text_for_sqlite(value) {
            *value = text.into();
        }
    }
}

/// What rows with the same key have in common, also where the database does not tell case apart.
#[derive(Eq, Hash, PartialEq)]
enum Name {
    Number(i128),
    Text(String),
}

fn name_of(row: &BulkRow) -> Name {
    if let [key] = row.key.as_slice()
        && let Some(number) = integer(key)
    {
        return Name::Number(number);
    }
    Name::Text(display_key(&key_tuple(row.key.clone())).to_lowercase())
}
