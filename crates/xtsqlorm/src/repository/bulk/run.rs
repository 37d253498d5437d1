//! The input goes through in chunks.

mod reader;

use futures_util::{
    Stream,
    future::join,
    stream::{self, BoxStream, StreamExt, TryStreamExt},
};

use self::reader::{Chunk, Reader, Unread};
use super::{
    BulkOptions, BulkProgress, BulkReport, Commit, OnError,
    limits::Limits,
    report::Refused,
    row::BulkRow,
    target::{BulkTarget, Entry, Given, Kind},
    writer::{ROWS, Writer, Written},
};
use crate::{
    connection::Backend,
    error::{Error, Result},
    session::Session,
};

/// The rows of a chunk that PostgreSQL copies: the more, the fewer round trips.
const COPIED_ROWS: usize = 10_000;

/// The rows of an operation.
pub(crate) struct Input<'a, R> {
    /// An error ends the operation. That of a row is in its entry.
    rows: BoxStream<'a, Result<Entry<R>>>,
    /// Whether they come without waiting, so that the next chunk can be made ready while the server
    /// is at work.
    is_at_hand: bool,
}

impl<'a, R: 'a> Input<'a, R> {
    /// Rows that come without waiting.
    pub(crate) fn at_hand(
        rows: impl IntoIterator<Item = Result<Given<R>>, IntoIter: Send + 'a>,
    ) -> Self {
        Self {
            rows: stream::iter(rows).enumerate().map(entry).boxed(),
            is_at_hand: true,
        }
    }

    /// Rows that may keep their reader waiting.
    pub(crate) fn arriving(rows: impl Stream<Item = Result<Given<R>>> + Send + 'a) -> Self {
        Self {
            rows: rows.enumerate().map(entry).boxed(),
            is_at_hand: false,
        }
    }

    /// The same with rows that have indexes of their own, such as lines of a file.
    #[cfg(feature = "export")]
    pub(crate) fn indexed(rows: impl Stream<Item = Result<Entry<R>>> + Send + 'a) -> Self {
        Self {
            rows: rows.boxed(),
            is_at_hand: false,
        }
    }
}

fn entry<R>((index, given): (usize, Result<Given<R>>)) -> Result<Entry<R>> {
    Ok(Entry { index, given })
}

/// Does `kind` to all rows of the input.
pub(crate) async fn run<T: BulkTarget>(
    target: &T,
    kind: Kind,
    input: Input<'_, T::Row>,
    options: &BulkOptions,
) -> Result<BulkReport> {
    let Input {
        mut rows,
        is_at_hand,
    } = input;
    let Some(first) = rows.try_next().await? else {
        return Ok(BulkReport::default());
    };
    let provider = target.provider();
    let chunk = options.chunk.unwrap_or(match provider.manager().backend() {
        Backend::Postgres if kind == Kind::Create && !options.keys => COPIED_ROWS,
        _ => ROWS,
    });
    let table = target.bulk_table(kind)?;
    let limits = Limits::of(provider).await?;
    let more = rows.size_hint().1;
    let is_short = more.is_some_and(|more| more < chunk.min(ROWS));
    let skips = options.on_error == OnError::Skip || options.finds_row;
    let mut run = Run {
        options,
        reader: Reader::new(kind, chunk, skips, limits, &table, first, rows),
        writer: Writer::new(kind, table, limits, provider, chunk, options.keys),
        reads_ahead: is_at_hand && !target.has_hooks(),
        ready: None,
        report: BulkReport::default(),
        committed: 0,
    };
    if is_short && kind == Kind::Create && !target.has_hooks() && !skips {
        let chunk = run.reader.read(target).await;
        let chunk = chunk.map_err(|unread| run.unread(unread))?;
        if !chunk.more && run.writer.is_one_statement(&chunk.rows) {
            run.write_chunk(target, chunk).await?;
            return Ok(run.report);
        }
        run.ready = Some(Ok(chunk));
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

struct Run<'a, T: BulkTarget> {
    options: &'a BulkOptions,
    reader: Reader<'a, T>,
    writer: Writer,
    /// Whether the next chunk is read while one is written.
    reads_ahead: bool,
    /// A chunk that was read and not written yet.
    ready: Option<Result<Chunk, Unread>>,
    report: BulkReport,
    /// How many rows are committed.
    committed: u64,
}

impl<T: BulkTarget> Run<'_, T> {
    /// Reads and writes one chunk; whether there may be another.
    async fn chunk(&mut self, target: &T, session: &Session) -> Result<bool> {
        let chunk = match self.ready.take() {
            Some(ready) => ready,
            None => self.reader.read(target).await,
        };
        let chunk = chunk.map_err(|unread| self.unread(unread))?;
        let more = chunk.more;
        match self.options.on_error {
            OnError::Abort if !self.options.finds_row => self.write_chunk(target, chunk).await?,
            OnError::Abort | OnError::Skip => {
                self.write_in_savepoints(target, session, chunk).await?;
            }
        }
        Ok(more)
    }

    /// Writes the rows, all of them or none.
    async fn write_chunk(&mut self, target: &T, chunk: Chunk) -> Result<()> {
        let before = self.report.written();
        let Chunk {
            rows,
            copied,
            read,
            more,
            ..
        } = chunk;
        self.make_room_for_keys(read);
        if !rows.is_empty() {
            let (first, last) = ends(&rows);
            let copier = self.writer.copier();
            let writing = self.writer.write(target, rows, copied);
            let written = if more && self.reads_ahead {
                let reading = self.reader.read_ahead(target, copier);
                let (written, next) = join(writing, reading).await;
                self.ready = Some(next);
                written
            } else {
                writing.await
            };
            let written = written.map_err(|error| self.among(error, first, last))?;
            self.note(written)?;
        }
        self.end_chunk(target, read, before).await
    }

    /// Writes the rows in savepoints; pieces that are refused are halved until the rows are found
    /// that nobody takes.
    async fn write_in_savepoints(
        &mut self,
        target: &T,
        session: &Session,
        chunk: Chunk,
    ) -> Result<()> {
        let Chunk {
            mut rows,
            refused,
            read,
            ..
        } = chunk;
        let before = self.report.written();
        self.make_room_for_keys(read);
        if let (OnError::Abort, Some(first)) = (self.options.on_error, refused.first()) {
            // Those before it have their turn, of which the database may refuse one.
            rows.retain(|row| row.index < first.index);
        }
        let mut pieces = vec![rows];
        while let Some(mut piece) = pieces.pop() {
            if piece.is_empty() {
                continue;
            }
            let writer = &mut self.writer;
            let rows = piece.clone();
            let written = session
                .transaction(async |session: &Session| {
                    let inside = target.on_provider(session.provider());
                    writer.write(&inside, rows, None).await
                })
                .await;
            match written {
                Ok(written) => self.note(written)?,
                Err(error) if !error.refuses_row() => return Err(error),
                Err(error) if piece.len() == 1 => self.refuse(piece[0].index, error)?,
                Err(_) => {
                    let rest = piece.split_off(piece.len() / 2);
                    pieces.push(rest);
                    pieces.push(piece);
                }
            }
        }
        for Refused { index, error } in refused {
            self.refuse(index, error)?;
        }
        self.end_chunk(target, read, before).await
    }

    fn make_room_for_keys(&mut self, read: usize) {
        if self.options.keys {
            self.report.keys.resize(read, None);
        }
    }

    /// Tells the hooks and the caller of a chunk, of which nothing was written `before`.
    async fn end_chunk(&mut self, target: &T, read: usize, before: u64) -> Result<()> {
        self.report.missing.sort_unstable();
        self.report.refused.sort_by_key(|refused| refused.index);
        let written = self.report.written() - before;
        target.written(self.writer.kind, written).await?;
        if let Some(progress) = &self.options.progress {
            progress(&BulkProgress {
                rows: read as u64,
                written: self.report.written(),
                refused: self.report.refused_rows,
            });
        }
        Ok(())
    }

    /// Adds what became of rows to the report.
    fn note(&mut self, written: Written) -> Result<()> {
        let report = &mut self.report;
        report.inserted += written.inserted;
        report.updated += written.updated;
        report.deleted += written.deleted;
        report.unchanged += written.unchanged;
        report.missing.extend(written.missing);
        for (index, key) in written.keys {
            if let Some(slot) = report.keys.get_mut(index) {
                *slot = Some(key);
            }
        }
        for Refused { index, error } in written.stale {
            self.refuse(index, error)?;
        }
        Ok(())
    }

    /// Leaves the row out, or ends the operation.
    fn refuse(&mut self, index: usize, error: Error) -> Result<()> {
        if self.options.on_error == OnError::Abort {
            return Err(self.among(error, index, index));
        }
        self.report.refused_rows += 1;
        if let Some(key) = self.report.keys.get_mut(index) {
            *key = None;
        }
        if self.report.refused.len() < self.options.most_refused.unwrap_or(1_000) {
            self.report.refused.push(Refused { index, error });
        }
        Ok(())
    }

    /// The error of what nothing was sent of.
    fn unread(&self, unread: Unread) -> Error {
        match unread {
            Unread::Row(Refused { index, error }) => self.among(error, index, index),
            Unread::Input(error) => error,
        }
    }

    /// Says of an error to which rows it belongs, unless it says so itself or concerns no row.
    fn among(&self, error: Error, first: usize, last: usize) -> Error {
        match error {
            Error::Validation(_) | Error::StaleVersion { .. } if !self.options.finds_row => error,
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

/// The indexes of the first and the last row.
fn ends(rows: &[BulkRow]) -> (usize, usize) {
    let index = |row: Option<&BulkRow>| row.map_or(0, |row| row.index);
    (index(rows.first()), index(rows.last()))
}
