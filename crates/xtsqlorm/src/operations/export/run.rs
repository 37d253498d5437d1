//! From the database to the writer, a batch at a time.

use std::panic::resume_unwind;

use futures_util::TryStreamExt;
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::{
    Export, ExportProgress, Exported,
    bytes::OnlyBytes,
    encode::{Encode, encoder},
};
use crate::{
    error::{Error, Result},
    operations::Format,
};

/// The bytes that a batch of rows may take until there is other room for them.
const ROOM: usize = 4 * 1024 * 1024;

impl Export {
    pub(super) async fn run<W>(mut self, writer: &mut W, format: &Format) -> Result<Exported>
    where
        W: AsyncWrite + Unpin + Send,
    {
        format.check()?;
        let source = self.rows.choose(self.columns.take(), &self.as_text)?;
        let (shape, mut batches) = source.batches();
        let mut bytes = OnlyBytes::new(&shape);
        let mut encoder = encoder(format, &shape.table, shape.columns)?;
        let mut out = Vec::new();
        encoder.begin(&mut out)?;
        let mut written = Exported::default();
        let mut next = batches.try_next().await?;
        while let Some(batch) = next.take() {
            bytes.check(&batch)?;
            written.rows += batch.len() as u64;
            // While the batch is encoded, the database sends the next one.
            let encoding = on_thread(move || {
                let encoded = encoder.rows(&batch, &mut out);
                (encoder, out, encoded)
            });
            let (encoded, following) = tokio::join!(encoding, batches.try_next());
            let result;
            (encoder, out, result) = encoded;
            result?;
            send(writer, &mut out, &mut written).await?;
            if let Some(hook) = &mut self.progress {
                hook(ExportProgress {
                    rows: written.rows,
                    bytes: written.bytes,
                });
            }
            next = following?;
        }
        finish(encoder, writer, out, &mut written).await?;
        writer.flush().await.map_err(cannot_write)?;
        Ok(written)
    }
}

async fn finish<W: AsyncWrite + Unpin>(
    encoder: Box<dyn Encode>,
    writer: &mut W,
    mut out: Vec<u8>,
    written: &mut Exported,
) -> Result<()> {
    let (mut out, file) = on_thread(move || {
        let file = encoder.end(&mut out);
        (out, file)
    })
    .await;
    let file = file?;
    send(writer, &mut out, written).await?;
    let Some(file) = file else {
        return Ok(());
    };
    let mut file = tokio::fs::File::from_std(file);
    let mut part = vec![0; 256 * 1024];
    loop {
        let length = file.read(&mut part).await.map_err(cannot_write)?;
        if length == 0 {
            return Ok(());
        }
        let sent = writer.write_all(&part[..length]).await;
        sent.map_err(cannot_write)?;
        written.bytes += length as u64;
    }
}

async fn send<W: AsyncWrite + Unpin>(
    writer: &mut W,
    out: &mut Vec<u8>,
    written: &mut Exported,
) -> Result<()> {
    writer.write_all(out).await.map_err(cannot_write)?;
    written.bytes += out.len() as u64;
    out.clear();
    // After a row group of Parquet there is room for another one, which takes long to come.
    out.shrink_to(ROOM);
    Ok(())
}

fn cannot_write(error: std::io::Error) -> Error {
    Error::file("the exported rows cannot be written", error)
}

/// Runs `work` where it may take its time.
async fn on_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(stopped) => resume_unwind(stopped.into_panic()),
    }
}
