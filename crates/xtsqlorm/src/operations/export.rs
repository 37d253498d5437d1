//! Rows into files, and to whoever reads them as they come.
//!
//! *Somebody wants the table as a file.* A query says which rows, the file's name says the format:
//!
//! ```
//! # include!("../doctest_setup.rs");
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
//! # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
//! # migration::seed(&provider).await?;
//! use xtsqlorm::operations::Export;
//!
//! let users = Repository::<users::Entity>::new(&provider);
//! let active = users.find().filter(users::Column::IsActive.eq(true));
//! let folder = std::env::temp_dir();
//! let file = folder.join(format!("users-{}.csv", std::process::id()));
//! let written = Export::of(active).columns(["id", "email"]).to_path(&file).await?;
//! let text = std::fs::read_to_string(&file).unwrap();
//! assert!(text.starts_with("id,email\n1,"));
//! assert_eq!(text.lines().count() as u64, written.rows + 1);
//! # std::fs::remove_file(&file).unwrap();
//! # Ok(())
//! # }
//! ```
//!
//! A [`DynamicFind`](crate::dynamic::DynamicFind) does for a table without an entity what a
//! [`Find`](crate::repository::Find) does here.
//!
//! # How much memory it takes
//!
//! A few megabytes, whatever the number of rows: a server sends rows as they are written, of SQLite
//! some thousand are read at a time, fewer where they are wide. While a batch is written the next one
//! is read. Of Parquet, a row group of about 8 MB is held besides. A workbook is written to temporary
//! files first, the rows as XML and then the whole file: no byte of it is sent before the last row.
//!
//! # Which rows are in it
//!
//! Those of one moment: a server answers with what was committed when the statement began, and on
//! SQLite all pages are read in one transaction. Several tables are of one moment where they are
//! exported in one transaction:
//!
//! ```
//! # include!("../doctest_setup.rs");
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
//! # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
//! use xtsqlorm::{operations::{Export, Format}, session::{IsolationLevel, TransactionOptions}};
//!
//! let users = DynamicRepository::reflect(&provider, "users").await?;
//! let orders = DynamicRepository::reflect(&provider, "orders").await?;
//! let one_moment = TransactionOptions::new()
//!     .read_only()
//!     .isolation(IsolationLevel::Serializable);
//! let bytes = provider
//!     .transaction_with(one_moment, async |_| -> xtsqlorm::Result<u64> {
//!         let mut both = Vec::new();
//!         Export::of(&users).to_writer(&mut both, Format::Ndjson).await?;
//!         Export::of(&orders).to_writer(&mut both, Format::Ndjson).await?;
//!         Ok(both.len() as u64)
//!     })
//!     .await?;
//! # let _ = bytes;
//! # Ok(())
//! # }
//! ```
//!
//! [`IsolationLevel::RepeatableRead`](crate::session::IsolationLevel::RepeatableRead) is enough on
//! the servers.
//!
//! Rows come in the order of the query. Where it has none, the database is free; on SQLite it is
//! that of the key.
//!
//! # What values look like
//!
//! Each can be [imported](super::import) again as it was:
//!
//! | | CSV | NDJSON |
//! |---|---|---|
//! | NULL | nothing | `null` |
//! | an empty text | `""` | `""` |
//! | a whole number | all digits | a number, all digits |
//! | an exact number | all digits | a string of all digits |
//! | a floating-point number | the shortest text that is read as the same number | the same; `"NaN"`, `"Infinity"` |
//! | bytes | base64 | base64 |
//! | a moment | `2026-02-28T10:00:00.5Z`, in UTC | the same |
//! | a date and time without a zone | `2026-02-28T10:00:00.5` | the same |
//! | JSON | its text | itself, on one line |
//!
//! The other formats have types of their own (features `arrow`, `parquet`, `xlsx`):
//!
//! | | Arrow, Parquet | XLSX |
//! |---|---|---|
//! | NULL | NULL | no cell |
//! | an empty text | the empty text | the formula `=""` |
//! | a whole number | an integer of the column's width | a number up to 15 digits, text beyond |
//! | an exact number | a decimal up to 76 digits where the column limits them, else text | text |
//! | a floating-point number | the same bits | a number up to 15 digits, text beyond and for `NaN` |
//! | a truth value | the same | the same |
//! | bytes | bytes | base64 |
//! | a moment | microseconds, UTC | text, as in CSV |
//! | dates and times | days, microseconds | text, as in CSV |
//! | a UUID, JSON, any other | text | text |
//!
//! What they do not hold is an error that names row and column, and no file:
//!
//! * In Arrow and Parquet, a value that is none of its type: `infinity` in a date of PostgreSQL, `NaN`
//!   in a decimal, -10 hours in a TIME of MySQL, a text in a number of SQLite.
//!   [`as_text`](Export::as_text) is the way out.
//! * In a workbook, a text of more than 32,767 characters, more than 1,048,575 rows or 16,384 columns,
//!   and a control character right behind `_x` and four digits, which Excel's code for it leaves
//!   unclear. No text is a formula, `=1+1` as little as any other.
//!
//! JSON is the text that the database has of it, with all digits, and with the keys as they stand.
//! Dates of PostgreSQL that no date of Rust's can hold are text, such as `infinity`.
//!
//! A text that SQLite has in a column of bytes is an error that names row and column, since it would
//! come back as the bytes that it is base64 of; [`as_text`](Export::as_text) writes it for other
//! readers.
//!
//! What a file cannot tell: in NDJSON, a JSON `null` from NULL; of SQLite, bytes in a column of another
//! type from their base64, in NDJSON a text that is no JSON in a column of JSON from a string of JSON,
//! and, in CSV, Arrow and Parquet, `7` from `'7'` in a column without a type.

#[cfg(feature = "arrow")]
mod arrow;
mod bytes;
mod csv;
mod destination;
mod encode;
mod ndjson;
#[cfg(feature = "parquet")]
mod parquet;
mod run;
mod source;
#[cfg(feature = "xlsx")]
mod xlsx;

use std::{fmt, path::Path};

use tokio::io::AsyncWrite;

use self::destination::Destination;
pub use self::source::ExportRows;
use super::Format;
use crate::error::Result;

/// Writes the rows of a query to a file or a writer.
#[must_use = "an export does nothing until it is written somewhere"]
pub struct Export {
    rows: ExportRows,
    columns: Option<Vec<String>>,
    as_text: Vec<String>,
    progress: Option<ProgressHook>,
}

type ProgressHook = Box<dyn FnMut(ExportProgress) + Send>;

/// How far an export is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExportProgress {
    /// Rows that are written.
    pub rows: u64,
    /// Bytes that are written.
    pub bytes: u64,
}

/// What an export wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exported {
    /// Rows that were written.
    pub rows: u64,
    /// The size of the file.
    pub bytes: u64,
}

impl Export {
    /// An export of the rows of a query: a [`Find`](crate::repository::Find), a
    /// [`DynamicFind`](crate::dynamic::DynamicFind), or a whole repository.
    pub fn of(rows: impl Into<ExportRows>) -> Self {
        Self {
            rows: rows.into(),
            columns: None,
            as_text: Vec::new(),
            progress: None,
        }
    }

    /// Writes these columns, in this order. Default: all. Of a table without an entity, no other is
    /// read.
    pub fn columns<C: Into<String>>(mut self, columns: impl IntoIterator<Item = C>) -> Self {
        self.columns = Some(columns.into_iter().map(Into::into).collect());
        self
    }

    /// Writes the values of these columns as text, for those of which Arrow's type does not hold
    /// all, such as a date that is infinite. Default: none. Text formats write text anyway.
    pub fn as_text<C: Into<String>>(mut self, columns: impl IntoIterator<Item = C>) -> Self {
        self.as_text = columns.into_iter().map(Into::into).collect();
        self
    }

    /// Calls `hook` after each batch of rows, in the task that exports.
    pub fn on_progress(mut self, hook: impl FnMut(ExportProgress) + Send + 'static) -> Self {
        self.progress = Some(Box::new(hook));
        self
    }

    /// Writes a file in the format of its name.
    ///
    /// The file appears under its name when it is whole, and replaces the one that is there, whose
    /// permissions it takes. Where
    /// the path is no file but a device or a pipe, it is written to as it is.
    ///
    /// # Errors
    ///
    /// Before anything is read: [`Error::InvalidInput`](crate::Error::InvalidInput) for a name of no
    /// format and for a column that is not there, with the nearest name. The same for the first value
    /// that the [format does not hold](self#what-values-look-like).
    /// [`Error::File`](crate::Error::File) where the file cannot be written; and what the database
    /// reports.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves no file, and the one that was there as it was.
    pub async fn to_path(self, path: impl AsRef<Path>) -> Result<Exported> {
        let format = Format::of_path(path.as_ref())?;
        self.to_path_as(path, format).await
    }

    /// Writes a file in a format that its name does not say.
    ///
    /// # Errors
    ///
    /// As [`to_path`](Self::to_path).
    ///
    /// # Cancel safety
    ///
    /// As [`to_path`](Self::to_path).
    pub async fn to_path_as(self, path: impl AsRef<Path>, format: Format) -> Result<Exported> {
        let mut destination = Destination::open(path.as_ref()).await?;
        let written = self.run(&mut destination.file, &format).await?;
        destination.keep().await?;
        Ok(written)
    }

    /// Writes to any writer, such as the body of a response. It is flushed, and not shut down.
    ///
    /// # Errors
    ///
    /// As [`to_path`](Self::to_path).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves what was written until then.
    pub async fn to_writer<W>(self, mut writer: W, format: Format) -> Result<Exported>
    where
        W: AsyncWrite + Unpin + Send,
    {
        self.run(&mut writer, &format).await
    }
}

impl fmt::Debug for Export {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Export")
            .field("rows", &self.rows)
            .field("columns", &self.columns)
            .field("as_text", &self.as_text)
            .finish_non_exhaustive()
    }
}
