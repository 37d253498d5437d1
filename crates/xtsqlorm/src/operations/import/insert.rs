//! Rows into the table, and those that are refused into the report.

use std::ops::Range;

use super::{Imported, OnError, Refused, decode::Record};
use crate::{
    dynamic::{CheckedRow, LoadWriter, Loader},
    error::{Error, Result},
    session::{Session, SessionProvider},
};

/// The most rows that are written before it is asked whether to commit.
const ROWS: usize = 1_000;

/// Writes rows in a transaction, or in several.
pub(super) struct Inserter {
    provider: SessionProvider,
    loader: Loader,
    /// Made when there is a row to write.
    writer: Option<LoadWriter>,
    on_error: OnError,
    commit_every: Option<u64>,
    /// The transaction that is open, and the rows in it.
    session: Option<Session>,
    uncommitted: u64,
    report: Imported,
}

impl Inserter {
    pub(super) fn new(
        provider: SessionProvider,
        loader: Loader,
        on_error: OnError,
        commit_every: Option<u64>,
    ) -> Self {
        Self {
            provider,
            loader,
            writer: None,
            on_error,
            commit_every,
            session: None,
            uncommitted: 0,
            report: Imported::default(),
        }
    }

    pub(super) fn report(&self) -> &Imported {
        &self.report
    }

    /// Checks rows and writes those that are good.
    pub(super) async fn take(&mut self, records: Vec<Record>) -> Result<()> {
        let mut records = records.into_iter();
        while !records.as_slice().is_empty() {
            self.take_some(records.by_ref().take(ROWS)).await?;
        }
        Ok(())
    }

    async fn take_some(&mut self, records: impl Iterator<Item = Record> + Send) -> Result<()> {
        let mut lines = Vec::with_capacity(ROWS);
        let mut rows = Vec::with_capacity(ROWS);
        for Record { line, row } in records {
            self.report.read += 1;
            match row.and_then(|row| self.loader.check(row)) {
                Ok(row) => {
                    lines.push(line);
                    rows.push(row);
                }
                Err(error) => {
                    // The rows before it have their turn, of which the database may refuse one.
                    if self.on_error == OnError::Abort {
                        self.insert(&lines, &rows).await?;
                    }
                    self.refuse(line, error)?;
                }
            }
        }
        self.insert(&lines, &rows).await?;
        match self.commit_every {
            Some(rows) if self.uncommitted >= rows => self.commit().await,
            _ => Ok(()),
        }
    }

    /// Commits what is left.
    pub(super) async fn finish(mut self) -> Result<Imported> {
        self.commit().await?;
        Ok(self.report)
    }

    async fn commit(&mut self) -> Result<()> {
        self.uncommitted = 0;
        match self.session.take() {
            Some(session) => session.commit().await,
            None => Ok(()),
        }
    }

    /// The open transaction: a savepoint in the one that there is already, else one of its own.
    async fn session(&mut self) -> Result<Session> {
        if let Some(session) = &self.session {
            return Ok(session.clone());
        }
        let session = match self.provider.current_session() {
            Some(outer) => outer.savepoint().await?,
            None => self.provider.create_session().await?,
        };
        self.session = Some(session.clone());
        Ok(session)
    }

    /// Writes rows. Where the database refuses one, it is looked for by halves.
    async fn insert(&mut self, lines: &[u64], rows: &[CheckedRow]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let session = self.session().await?;
        let mut writer = match self.writer.take() {
            Some(writer) => writer,
            None => self.loader.writer(&session.provider()).await?,
        };
        let mut parts: Vec<Range<usize>> = std::iter::once(0..rows.len()).collect();
        while let Some(part) = parts.pop() {
            let savepoint = session.savepoint().await?;
            let provider = savepoint.provider();
            let Err(error) = writer.insert(&provider, &rows[part.clone()]).await else {
                savepoint.commit().await?;
                self.report.inserted += part.len() as u64;
                self.uncommitted += part.len() as u64;
                continue;
            };
            if !is_about_rows(&error) {
                return Err(error);
            }
            savepoint.rollback().await?;
            if part.len() == 1 {
                self.refuse(lines[part.start], error)?;
                continue;
            }
            let middle = part.start + part.len() / 2;
            parts.push(middle..part.end);
            parts.push(part.start..middle);
        }
        self.writer = Some(writer);
        Ok(())
    }

    fn refuse(&mut self, line: u64, error: Error) -> Result<()> {
        if self.on_error == OnError::Abort {
            return Err(Error::Line {
                line,
                source: Box::new(error),
            });
        }
        let refused = Refused::new(line, self.loader.table_name(), &error);
        self.report.refuse(refused);
        Ok(())
    }
}

/// Whether other rows would have been taken.
fn is_about_rows(error: &Error) -> bool {
    match error {
        Error::Constraint(_) => true,
        Error::Database(_) => !error.is_connection_lost(),
        _ => false,
    }
}
