//! Formats that are not read from the beginning to the end, so that they need a file.

use std::{
    fs::File,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::{decode::Record, targets::Targets};
use crate::{
    error::{Error, Result},
    operations::Format,
};

/// Where rows go. It says whether anybody still listens.
pub(super) type Rows<'a> = &'a mut dyn FnMut(Vec<Record>) -> bool;

/// The rows of a file as they are read, and what is left when all are.
pub(super) fn read(
    format: Format,
    file: File,
    mut targets: Targets,
) -> (Receiver<Vec<Record>>, impl Future<Output = Result<Targets>>) {
    let (sends, receives) = channel::<Vec<Record>>(2);
    let reading = tokio::task::spawn_blocking(move || {
        // Arrow panics where the lengths in a file are wrong.
        let read = AssertUnwindSafe(|| read_all(&format, file, &mut targets, &sends));
        catch_unwind(read).unwrap_or_else(|_| Err(broken()))?;
        Ok(targets)
    });
    let done = async {
        match reading.await {
            Ok(done) => done,
            Err(stopped) => resume_unwind(stopped.into_panic()),
        }
    };
    (receives, done)
}

fn read_all(
    format: &Format,
    file: File,
    targets: &mut Targets,
    sends: &Sender<Vec<Record>>,
) -> Result<()> {
    let mut send = |rows| sends.blocking_send(rows).is_ok();
    match format {
        #[cfg(feature = "arrow")]
        Format::Arrow => super::arrow::read_arrow(file, targets, &mut send),
        #[cfg(feature = "parquet")]
        Format::Parquet => super::arrow::read_parquet(file, targets, &mut send),
        #[cfg(feature = "xlsx")]
        Format::Xlsx => super::xlsx::read(file, targets, &mut send),
        // They are read as they come.
        Format::Csv(_) | Format::Ndjson => Ok(()),
    }
}

fn broken() -> Error {
    Error::invalid(
        "the file",
        "it cannot be read: what it says about itself is not so",
        "write it again",
    )
}
