//! The input goes through in chunks.

use std::collections::HashSet;

use futures_util::{Stream, StreamExt, stream::BoxStream};

use super::{
    BulkOptions, BulkProgress, BulkReport, Commit, OnError,
    limits::Limits,
    report::Refused,
    row::{BulkRow, key_tuple},
    target::{BulkTarget, Given, Kind},
    writer::{ROWS, Writer, Written},
};
use crate::{
    connection::Backend,
    error::{Error, Result, ValidationReport},
    repository::display_key,
    session::Session,
};

/// The rows of a chunk that PostgreSQL copies: the more, the fewer round trips.
const COPIED_ROWS: usize = 10_000;

/// About the most bytes of a chunk.
const BYTES: usize = 4 << 20;

/// Does `kind` to all rows of a stream.
pub(crate) async fn run<T: BulkTarget>(
    target: &T,
    kind: Kind,
    mut rows: BoxStream<'_, Result<Given<T::Row>>>,
    options: &BulkOptions,
) -> Result<BulkReport> {
    let Some(first) = rows.next().await else {
        return Ok(BulkReport::default());
    };
    let provider = target.provider();
    let chunk = options.chunk.unwrap_or(match provider.manager().backend() {
        Backend::Postgres if kind == Kind::Create && !options.keys => COPIED_ROWS,
        _ => ROWS,
    });
    let table = target.bulk_table(kind)?;
    let limits = Limits::of(provider).await?;
    let is_short = rows
        .size_hint()
        .1
        .is_some_and(|more| more < chunk.min(ROWS));
    let mut run = Run {
        kind,
        options,
        chunk,
        writer: Writer::new(kind, table, limits, provider, chunk, options.keys),
        rows,
        pending: Some(Pending::Given(first)),
        ready: None,
        index: 0,
        report: BulkReport::default(),
        committed: 0,
    };
    if is_short && kind == Kind::Create && !target.has_hooks() && options.on_error == OnError::Abort
    {
        let (rows, more) = run.read(target).await?;
        if !more && run.writer.is_one_statement(&rows) {
            run.write(target, rows).await?;
            run.tell_progress();
            return Ok(run.report);
        }
        run.ready = Some((rows, more));
    }
    match options.commit {
        Commit::Once => {
            provider
                .transaction(async |session: &Session| {
                    let inside = target.on_provider(session.provider());
                    while run.chunk(&inside, session).await? {}
                    Ok::<_, Error>(())
                })
                .await?;
        }
        Commit::EachChunk => loop {
            let more = provider
                .transaction(async |session: &Session| {
                    let inside = target.on_provider(session.provider());
                    run.chunk(&inside, session).await
                })
                .await?;
            run.committed = run.report.written();
            if !more {
                break;
            }
        },
    }
    Ok(run.report)
}

/// A row that was read and belongs to the next chunk.
enum Pending<R> {
    Given(Result<Given<R>>),
    Prepared(BulkRow),
}

struct Run<'a, T: BulkTarget> {
    kind: Kind,
    options: &'a BulkOptions,
    chunk: usize,
    writer: Writer,
    rows: BoxStream<'a, Result<Given<T::Row>>>,
    pending: Option<Pending<T::Row>>,
    /// A chunk that was read and not written yet, and whether there may be more.
    ready: Option<(Vec<BulkRow>, bool)>,
    /// How many rows were read.
    index: usize,
    report: BulkReport,
    /// How many rows are committed.
    committed: u64,
}

impl<T: BulkTarget> Run<'_, T> {
    /// Reads and writes one chunk; whether there may be another.
    async fn chunk(&mut self, target: &T, session: &Session) -> Result<bool> {
        let (rows, more) = match self.ready.take() {
            Some(ready) => ready,
            None => self.read(target).await?,
        };
        let before = self.report.written();
        match self.options.on_error {
            _ if rows.is_empty() => {}
            OnError::Abort => self.write(target, rows).await?,
            OnError::Skip => self.write_or_skip(target, session, rows).await?,
        }
        self.report.missing.sort_unstable();
        self.report.refused.sort_by_key(|refused| refused.index);
        let written = self.report.written() - before;
        target.written(self.kind, written).await?;
        self.tell_progress();
        Ok(more)
    }

    /// Writes the rows, all of them or none.
    async fn write(&mut self, target: &T, rows: Vec<BulkRow>) -> Result<()> {
        let (first, last) = ends(&rows);
        let written = self.writer.write(target, rows).await;
        let written = written.map_err(|error| self.among(error, first, last))?;
        self.note(written)
    }

    fn tell_progress(&self) {
        // A row that waits for the next chunk is not dealt with.
        let waits = matches!(self.pending, Some(Pending::Prepared(_)));
        if let Some(progress) = &self.options.progress {
            progress(&BulkProgress {
                rows: self.index as u64 - u64::from(waits),
                written: self.report.written(),
                refused: self.report.refused_rows,
            });
        }
    }

    /// The rows of the next chunk, as the hooks left them, and whether there may be more.
    async fn read(&mut self, target: &T) -> Result<(Vec<BulkRow>, bool)> {
        let names_keys = matches!(self.kind, Kind::Update | Kind::Upsert | Kind::Delete);
        let mut seen = HashSet::new();
        let mut invalid = ValidationReport::new();
        let mut rows = Vec::new();
        let mut bytes = 0;
        let mut more = true;
        while rows.len() < self.chunk && bytes < BYTES {
            let given = match self.pending.take() {
                Some(Pending::Prepared(row)) => Ok(row),
                Some(Pending::Given(given)) => self.prepare(target, given).await,
                None => match self.rows.next().await {
                    Some(given) => self.prepare(target, given).await,
                    None => {
                        more = false;
                        break;
                    }
                },
            };
            match given {
                Ok(row) => {
                    // Two changes of one row in one statement are an error, or one of them is lost.
                    if names_keys && !row.key.is_empty() && !seen.insert(name_of(&row)) {
                        self.pending = Some(Pending::Prepared(row));
                        break;
                    }
                    bytes += row.bytes();
                    rows.push(row);
                }
                Err(Refused { index, error }) => match (self.options.on_error, error) {
                    (OnError::Skip, error) if error.refuses_row() => self.refuse(index, error),
                    (_, Error::Validation(report)) => invalid.add_row(index, *report),
                    (_, error) => return Err(self.among(error, index, index)),
                },
            }
        }
        invalid.into_result()?;
        Ok((rows, more))
    }

    async fn prepare(
        &mut self,
        target: &T,
        given: Result<Given<T::Row>>,
    ) -> Result<BulkRow, Refused> {
        let index = self.index;
        self.index += 1;
        if self.options.keys {
            self.report.keys.push(None);
        }
        let prepared = match given {
            Ok(given) => target.prepare(self.kind, given, index).await,
            Err(error) => Err(error),
        };
        let checked = prepared.and_then(|row| self.writer.check(&row).map(|()| row));
        checked.map_err(|error| Refused { index, error })
    }

    /// Writes the rows in savepoints; pieces that are refused are halved until the rows are found
    /// that nobody takes.
    async fn write_or_skip(
        &mut self,
        target: &T,
        session: &Session,
        rows: Vec<BulkRow>,
    ) -> Result<()> {
        let mut pieces = vec![rows];
        while let Some(mut piece) = pieces.pop() {
            let writer = &mut self.writer;
            let rows = piece.clone();
            let written = session
                .transaction(async |session: &Session| {
                    let inside = target.on_provider(session.provider());
                    writer.write(&inside, rows).await
                })
                .await;
            match written {
                Ok(written) => self.note(written)?,
                Err(error) if !error.refuses_row() => return Err(error),
                Err(error) if piece.len() == 1 => self.refuse(piece[0].index, error),
                Err(_) => {
                    let rest = piece.split_off(piece.len() / 2);
                    pieces.push(rest);
                    pieces.push(piece);
                }
            }
        }
        Ok(())
    }

    /// Adds what became of rows to the report.
    fn note(&mut self, written: Written) -> Result<()> {
        for Refused { index, error } in written.stale {
            if self.options.on_error == OnError::Abort {
                return Err(error);
            }
            self.refuse(index, error);
        }
        let report = &mut self.report;
        report.inserted += written.inserted;
        report.updated += written.updated;
        report.deleted += written.deleted;
        report.unchanged += written.unchanged;
        report.missing.extend(written.missing);
        for (index, key) in written.keys {
            if let Some(place) = report.keys.get_mut(index) {
                *place = Some(key);
            }
        }
        Ok(())
    }

    fn refuse(&mut self, index: usize, error: Error) {
        self.report.refused_rows += 1;
        if self.report.refused.len() < self.options.most_refused.unwrap_or(1_000) {
            self.report.refused.push(Refused { index, error });
        }
    }

    /// Says of an error to which rows it belongs, unless it says so itself or concerns no row.
    fn among(&self, error: Error, first: usize, last: usize) -> Error {
        match error {
            Error::Validation(_) | Error::StaleVersion { .. } => error,
            error if error.refuses_row() => Error::Rows {
                first,
                last,
                committed: self.committed,
                source: Box::new(error),
            },
            error => error,
        }
    }
}

/// The places of the first and the last row.
fn ends(rows: &[BulkRow]) -> (usize, usize) {
    let place = |row: Option<&BulkRow>| row.map_or(0, |row| row.index);
    (place(rows.first()), place(rows.last()))
}

/// What rows with the same key have in common, also where the database does not tell case apart.
fn name_of(row: &BulkRow) -> String {
    display_key(&key_tuple(row.key.clone())).to_lowercase()
}
