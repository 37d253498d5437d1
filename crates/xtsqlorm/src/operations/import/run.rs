//! From the file to the table, a batch at a time.

use tokio::io::{AsyncRead, AsyncReadExt};
#[cfg(any(feature = "arrow", feature = "xlsx"))]
use tokio::io::{AsyncSeekExt, AsyncWriteExt};

use super::{
    Import, ImportProgress, Imported,
    decode::{Record, decoder},
    insert::Inserter,
    targets::Targets,
};
use crate::{
    error::{Error, Result},
    operations::Format,
};

/// The bytes that are read at a time.
const PIECE: usize = 256 * 1024;

/// Rows wait for others until there are so many, or as many bytes of them.
const ROWS: usize = 1_000;
const BYTES: usize = 1024 * 1024;

impl Import {
    pub(super) async fn run<R>(mut self, mut reader: R, format: Format) -> Result<Imported>
    where
        R: AsyncRead + Unpin + Send,
    {
        let mut decoder = decoder(format, self.loader.table_name());
        let renamed = std::mem::take(&mut self.renamed);
        let mut targets = Targets::new(self.loader.clone(), renamed);
        let mut inserter = Inserter::new(
            self.provider.clone(),
            self.loader.clone(),
            self.on_error,
            self.commit_every,
        );
        let mut piece = vec![0; PIECE];
        let mut records: Vec<Record> = Vec::new();
        let (mut read, mut waiting) = (0, 0);
        loop {
            let length = reader.read(&mut piece).await.map_err(cannot_read)?;
            match length {
                0 => decoder.end(&mut targets, &mut records)?,
                _ => decoder.feed(&piece[..length], &mut targets, &mut records)?,
            }
            read += length as u64;
            waiting += length;
            if length > 0 && records.len() < ROWS && waiting < BYTES {
                continue;
            }
            waiting = 0;
            inserter.take(std::mem::take(&mut records)).await?;
            self.tell(inserter.report(), read);
            if length == 0 {
                break;
            }
        }
        finish(inserter, targets).await
    }

    /// The same with a file that is not read in order.
    #[cfg(any(feature = "arrow", feature = "xlsx"))]
    pub(super) async fn run_file(
        mut self,
        file: std::fs::File,
        format: Format,
    ) -> Result<Imported> {
        let renamed = std::mem::take(&mut self.renamed);
        let targets = Targets::new(self.loader.clone(), renamed);
        let mut inserter = Inserter::new(
            self.provider.clone(),
            self.loader.clone(),
            self.on_error,
            self.commit_every,
        );
        let (mut rows, done) = super::files::read(format, file, targets);
        while let Some(records) = rows.recv().await {
            inserter.take(records).await?;
            self.tell(inserter.report(), 0);
        }
        let targets = done.await?;
        finish(inserter, targets).await
    }

    fn tell(&mut self, report: &Imported, bytes: u64) {
        if let Some(hook) = &mut self.progress {
            hook(ImportProgress {
                read: report.read,
                inserted: report.inserted,
                refused: report.refused_rows,
                bytes,
            });
        }
    }
}

async fn finish(inserter: Inserter, targets: Targets) -> Result<Imported> {
    let mut report = inserter.finish().await?;
    report.computed = targets.computed.into_iter().collect();
    report.refused.sort_by_key(|refused| refused.line);
    Ok(report)
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
