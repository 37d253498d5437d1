//! From the file to the table.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

#[cfg(any(feature = "arrow", feature = "xlsx"))]
use futures_util::StreamExt;
use futures_util::{
    Stream,
    stream::{self, TryStreamExt},
};
use tokio::io::{AsyncRead, AsyncReadExt};
#[cfg(any(feature = "arrow", feature = "xlsx"))]
use tokio::io::{AsyncSeekExt, AsyncWriteExt};

use super::{
    Import, ImportProgress, Imported, Refused,
    decode::{Decode, Record, decoder},
    targets::Targets,
};
use crate::{
    error::{Error, Result},
    operations::Format,
    repository::bulk::{BulkOptions, Commit},
};

/// The bytes that are read at a time.
const PIECE: usize = 256 * 1024;

/// The rows that are written together.
const ROWS: u64 = 1_000;

impl Import {
    pub(super) async fn run<R>(mut self, reader: R, format: Format) -> Result<Imported>
    where
        R: AsyncRead + Unpin + Send,
    {
        let bytes = Arc::new(AtomicU64::new(0));
        let mut reading = Reading {
            reader,
            decoder: decoder(format, self.table.table_name()),
            targets: self.targets(),
            piece: vec![0; PIECE],
            bytes: Arc::clone(&bytes),
            is_over: false,
        };
        let records = stream::try_unfold(&mut reading, async |reading| {
            let records = reading.next().await?;
            Ok(records.map(|records| (records, reading)))
        });
        let report = self.load(records, bytes).await?;
        Ok(with_computed(report, reading.targets.computed))
    }

    /// The same with a file that is not read in order.
    #[cfg(any(feature = "arrow", feature = "xlsx"))]
    pub(super) async fn run_file(
        mut self,
        file: std::fs::File,
        format: Format,
    ) -> Result<Imported> {
        let (mut rows, done) = super::files::read(format, file, self.targets());
        let mut computed = BTreeSet::new();
        let end = async {
            computed = done.await?.computed;
            Ok(Vec::new())
        };
        let records = stream::poll_fn(|context| rows.poll_recv(context));
        let records = records.map(Ok).chain(stream::once(end));
        let report = self.load(records, Arc::default()).await?;
        Ok(with_computed(report, computed))
    }

    fn targets(&mut self) -> Targets {
        Targets::new(self.table.clone(), std::mem::take(&mut self.renamed))
    }

    /// Writes the records as they come.
    async fn load(
        self,
        records: impl Stream<Item = Result<Vec<Record>>> + Send,
        bytes: Arc<AtomicU64>,
    ) -> Result<Imported> {
        let lines = records.map_ok(|records| {
            let lines = records.into_iter().map(|record| (record.line, record.row));
            stream::iter(lines.map(Ok))
        });
        let chunk = self.commit_every.unwrap_or(ROWS);
        let mut options = BulkOptions::new()
            .on_error(self.on_error)
            .chunk(usize::try_from(chunk).unwrap_or(usize::MAX));
        if self.commit_every.is_some() {
            options = options.commit(Commit::EachChunk);
        }
        if let Some(hook) = self.progress {
            let hook = Mutex::new(hook);
            options = options.progress(move |progress| {
                let mut hook = hook.lock().unwrap_or_else(PoisonError::into_inner);
                hook(ImportProgress {
                    read: progress.rows,
                    inserted: progress.written,
                    refused: progress.refused,
                    bytes: bytes.load(Ordering::Relaxed),
                });
            });
        }
        // Of a transaction around it, only what the import did is taken back.
        let savepoint = match self.table.provider().current_session() {
            Some(outer) => Some(outer.savepoint().await?),
            None => None,
        };
        let table = match &savepoint {
            Some(savepoint) => self.table.in_session(savepoint),
            None => self.table,
        };
        let report = table.load(lines.try_flatten(), options).await;
        let report = report.map_err(|error| match error {
            Error::Rows { first, source, .. } => Error::Line {
                line: first as u64,
                source,
            },
            error => error,
        })?;
        if let Some(savepoint) = savepoint {
            savepoint.commit().await?;
        }
        let refused = report.refused.iter();
        let table = table.table_name();
        Ok(Imported {
            read: report.inserted + report.refused_rows,
            inserted: report.inserted,
            refused_rows: report.refused_rows,
            refused: refused
                .map(|refused| Refused::new(refused.index as u64, table, &refused.error))
                .collect(),
            computed: Vec::new(),
        })
    }
}

/// A file that is read in order.
struct Reading<R> {
    reader: R,
    decoder: Box<dyn Decode>,
    targets: Targets,
    piece: Vec<u8>,
    /// How many bytes were read.
    bytes: Arc<AtomicU64>,
    is_over: bool,
}

impl<R: AsyncRead + Unpin> Reading<R> {
    /// The records that end in the next piece; `None` after the last.
    async fn next(&mut self) -> Result<Option<Vec<Record>>> {
        if self.is_over {
            return Ok(None);
        }
        let length = self.reader.read(&mut self.piece).await;
        let length = length.map_err(cannot_read)?;
        let mut records = Vec::new();
        let (decoder, targets) = (&mut self.decoder, &mut self.targets);
        match self.piece.get(..length) {
            Some(piece) if length > 0 => decoder.feed(piece, targets, &mut records)?,
            _ => {
                self.is_over = true;
                decoder.end(targets, &mut records)?;
            }
        }
        self.bytes.fetch_add(length as u64, Ordering::Relaxed);
        Ok(Some(records))
    }
}

fn with_computed(mut report: Imported, computed: BTreeSet<String>) -> Imported {
    report.computed = computed.into_iter().collect();
    report
}

/// All that comes from `reader`, in a file that nobody else sees.
#[cfg(any(feature = "arrow", feature = "xlsx"))]
pub(super) async fn spooled<R: AsyncRead + Unpin>(mut reader: R) -> Result<std::fs::File> {
    let file = tempfile::tempfile().map_err(cannot_read)?;
    let mut file = tokio::fs::File::from_std(file);
    let copied = tokio::io::copy(&mut reader, &mut file).await;
    copied.map_err(cannot_read)?;
    file.flush().await.map_err(cannot_read)?;
    file.rewind().await.map_err(cannot_read)?;
    Ok(file.into_std().await)
}

fn cannot_read(error: std::io::Error) -> Error {
    Error::file("the file cannot be read", error)
}
