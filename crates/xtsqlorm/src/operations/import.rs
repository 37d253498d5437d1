//! Files into tables.
//!
//! *Somebody sent a file.* Its header names the columns, its ending the format; each value is checked
//! against its column before anything is sent, and the report says which lines were refused and why:
//!
//! ```
//! # include!("../doctest_setup.rs");
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
//! # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
//! use xtsqlorm::operations::{Format, Import, OnError};
//!
//! let countries = DynamicRepository::reflect(&provider, "countries").await?;
//! let file = "code,country\nIS,Iceland\nNO,\nIS,Iceland\n";
//! let report = Import::into(&countries)
//!     .rename("country", "name")
//!     .on_error(OnError::Skip)
//!     .from_reader(file.as_bytes(), Format::csv())
//!     .await?;
//! assert_eq!((report.read, report.inserted), (3, 1));
//! let refused: Vec<String> = report.refused.iter().map(ToString::to_string).collect();
//! assert_eq!(refused[0], "line 3, column `name`: it must not be NULL; give a value, or leave it out");
//! assert!(refused[1].starts_with("line 4, "), "there is an Iceland already");
//! # Ok(())
//! # }
//! ```
//!
//! # What is a row
//!
//! What [`export`](super::export) writes is read again as it was. A field with nothing in it is NULL
//! in CSV, and the empty text where it is in quotes. In NDJSON, a field that is left out gets the
//! column's default; in the other formats, a column that the file does not have. Columns that the
//! database computes may stand in the file, and are passed over.
//!
//! A name that no column has is an error with the nearest name;
//! [`rename`](Import::rename) and [`ignore`](Import::ignore) say what is meant.
//!
//! # Files of other programs
//!
//! Arrow's files and streams, and Parquet that is compressed by Snappy or not at all; lists and structs
//! are refused, unless they are [ignored](Import::ignore). A line is a row there, counted from 1.
//!
//! Of a workbook the first sheet is read. Its first row is the header, and a line is a row of the
//! sheet. Numbers, dates and times become what the column holds: a number is text in a column of
//! text, and a date is a day. Of a formula, its last result is read; `#DIV/0!` and its like are
//! refused, and so is a cell behind the last column of the header. Hours beyond a day are their text,
//! `30:00:00`. A row of cells that have a format and nothing in them is passed over, unless all
//! columns of the file may be NULL.
//!
//! # What is refused
//!
//! What [`DynamicRepository`] refuses before anything is sent, and what the database does: a key that
//! is there already, a row without its parent. [`OnError::Abort`] ends the import with the first one;
//! [`OnError::Skip`] leaves those rows out and goes on. [`Refused`] holds no value of a row; the
//! sources of an error are the database's own words, which may, so that [`Refused::of_error`] is what to
//! print of it. A number that a column would hold as infinite or as 0, and a field of JSON that comes
//! twice, are refused.
//!
//! Hooks of the repository see each row, and may refuse it; its conventions give a row what the file
//! leaves out. An import is [`DynamicBulk::create`](crate::dynamic::DynamicBulk::create) over a file.
//!
//! # What is kept
//!
//! All of it or nothing, in one transaction: where the import ends with an error, or its future is
//! dropped, no row stays. [`commit_every`](Import::commit_every) commits as it goes, for files that
//! are too large for one transaction; what was committed stays. Inside a transaction, all is part of
//! that one.
//!
//! PostgreSQL counts only the numbers that it gave itself: after rows with keys of their own,
//! `setval` moves a sequence behind them.
//!
//! # Memory and speed
//!
//! A file is read as it is imported, and some hundred rows share a statement. Arrow, Parquet and
//! workbooks are read from their end, so that what comes through a reader or a pipe is copied to a
//! temporary file first. Of Arrow one batch is in memory, of a workbook the texts that its cells share.
//! A row that the database refuses is searched for among them by halves, each in a savepoint.

#[cfg(feature = "arrow")]
mod arrow;
mod csv;
mod decode;
#[cfg(any(feature = "arrow", feature = "xlsx"))]
mod files;
mod lines;
mod ndjson;
mod report;
mod run;
mod targets;
#[cfg(feature = "xlsx")]
mod xlsx;

use std::{collections::BTreeMap, fmt, path::Path};

use tokio::io::AsyncRead;

pub use self::report::{ImportProgress, Imported, Refused};
use super::Format;
pub use crate::repository::bulk::OnError;
use crate::{
    dynamic::DynamicRepository,
    error::{Error, Result},
};

/// Writes the rows of a file into a table.
#[must_use = "an import does nothing until it is given a file"]
pub struct Import {
    table: DynamicRepository,
    renamed: BTreeMap<String, Option<String>>,
    on_error: OnError,
    commit_every: Option<u64>,
    progress: Option<ProgressHook>,
}

type ProgressHook = Box<dyn FnMut(ImportProgress) + Send>;

impl Import {
    /// An import into the table of a repository. For an entity, reflect its table by
    /// [`DynamicRepository::reflect`].
    pub fn into(table: &DynamicRepository) -> Self {
        Self {
            table: table.clone(),
            renamed: BTreeMap::new(),
            on_error: OnError::Abort,
            commit_every: None,
            progress: None,
        }
    }

    /// What the file calls `name` is the table's `column`.
    pub fn rename(mut self, name: impl Into<String>, column: impl Into<String>) -> Self {
        self.renamed.insert(name.into(), Some(column.into()));
        self
    }

    /// Passes over what the file calls `name`.
    pub fn ignore(mut self, name: impl Into<String>) -> Self {
        self.renamed.insert(name.into(), None);
        self
    }

    /// Says what becomes of the import when a row is refused. Default: [`OnError::Abort`].
    pub fn on_error(mut self, on_error: OnError) -> Self {
        self.on_error = on_error;
        self
    }

    /// Commits after so many rows, or earlier where they are large. Default: once, at the end.
    pub fn commit_every(mut self, rows: u64) -> Self {
        self.commit_every = Some(rows.max(1));
        self
    }

    /// Calls `hook` after each batch of rows, in the task that imports.
    pub fn on_progress(mut self, hook: impl FnMut(ImportProgress) + Send + 'static) -> Self {
        self.progress = Some(Box::new(hook));
        self
    }

    /// Reads a file in the format of its name.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for a name of no format, and for a header that names what is no
    /// column; [`Error::File`] where the file cannot be read; [`Error::Line`] for the first row that is
    /// refused, unless it is to be [skipped](OnError::Skip); and what the database reports.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves what was committed: nothing, unless
    /// [`commit_every`](Self::commit_every) was asked for.
    pub async fn from_path(self, path: impl AsRef<Path>) -> Result<Imported> {
        let format = Format::of_path(path.as_ref())?;
        self.from_path_as(path, format).await
    }

    /// Reads a file in a format that its name does not say.
    ///
    /// # Errors
    ///
    /// As [`from_path`](Self::from_path).
    ///
    /// # Cancel safety
    ///
    /// As [`from_path`](Self::from_path).
    pub async fn from_path_as(self, path: impl AsRef<Path>, format: Format) -> Result<Imported> {
        format.check()?;
        let path = path.as_ref();
        let opened = tokio::fs::File::open(path).await;
        let file = opened
            .map_err(|error| Error::file(format!("{} cannot be read", path.display()), error))?;
        #[cfg(any(feature = "arrow", feature = "xlsx"))]
        if !format.is_in_order() {
            let is_file = file.metadata().await.is_ok_and(|told| told.is_file());
            return match is_file {
                true => self.run_file(file.into_std().await, format).await,
                false => self.from_reader(file, format).await,
            };
        }
        self.run(file, format).await
    }

    /// Reads from any reader, such as the body of a request. What is not read in order (Arrow,
    /// Parquet, workbooks) goes to a temporary file first.
    ///
    /// # Errors
    ///
    /// As [`from_path`](Self::from_path).
    ///
    /// # Cancel safety
    ///
    /// As [`from_path`](Self::from_path).
    pub async fn from_reader<R>(self, reader: R, format: Format) -> Result<Imported>
    where
        R: AsyncRead + Unpin + Send,
    {
        format.check()?;
        #[cfg(any(feature = "arrow", feature = "xlsx"))]
        if !format.is_in_order() {
            let file = run::spooled(reader).await?;
            return self.run_file(file, format).await;
        }
        self.run(reader, format).await
    }
}

impl fmt::Debug for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Import")
            .field("table", &self.table.table_name())
            .field("renamed", &self.renamed)
            .field("on_error", &self.on_error)
            .field("commit_every", &self.commit_every)
            .finish_non_exhaustive()
    }
}
