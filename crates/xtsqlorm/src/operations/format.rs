//! The formats of files with rows.

use std::path::Path;

use crate::error::{Error, Result};

/// How rows are written to a file, or read from one.
///
/// ```
/// use xtsqlorm::operations::{Csv, Format};
///
/// assert_eq!(Format::of_path("users.CSV")?, Format::csv());
/// let german = Format::Csv(Csv::new().delimiter(';'));
/// assert!(Format::of_path("users.doc").is_err());
/// # let _ = german;
/// # Ok::<(), xtsqlorm::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Comma-separated values with a header, in UTF-8.
    Csv(Csv),
    /// A JSON object on each line, in UTF-8.
    Ndjson,
    /// Arrow's file format, in which Feather's second version is written, too; its streams are read
    /// as well.
    #[cfg(feature = "arrow")]
    Arrow,
    /// Parquet, compressed by Snappy.
    #[cfg(feature = "parquet")]
    Parquet,
    /// A workbook of Excel with one sheet.
    #[cfg(feature = "xlsx")]
    Xlsx,
}

impl Format {
    /// CSV as [`Csv::new`] has it.
    #[must_use]
    pub fn csv() -> Self {
        Self::Csv(Csv::new())
    }

    /// The format of a file, by the ending of its name: `.csv`, `.tsv`, `.ndjson`, `.jsonl`;
    /// with their features also `.arrow`, `.parquet`, `.xlsx`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for another ending.
    pub fn of_path(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        Self::of_name(&ending).ok_or_else(|| {
            Error::invalid(
                path.display().to_string(),
                "the ending of the name is that of no format of rows",
                format!(
                    "name the format, or end the name in one of {}",
                    Self::NAMES.join(", ")
                ),
            )
        })
    }

    /// The names that formats have, which are the endings of files.
    pub const NAMES: &'static [&'static str] = &[
        "csv",
        "tsv",
        "ndjson",
        "jsonl",
        #[cfg(feature = "arrow")]
        "arrow",
        #[cfg(feature = "parquet")]
        "parquet",
        #[cfg(feature = "xlsx")]
        "xlsx",
    ];

    /// Refuses options that would spoil a file.
    pub(super) fn check(&self) -> Result<()> {
        match self {
            Self::Csv(csv) => csv.check(),
            _ => Ok(()),
        }
    }

    /// Whether a file is read from its beginning to its end.
    #[cfg(any(feature = "arrow", feature = "xlsx"))]
    pub(super) fn is_in_order(&self) -> bool {
        matches!(self, Self::Csv(_) | Self::Ndjson)
    }

    /// The format of that [name](Self::NAMES).
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "csv" => Self::csv(),
            "tsv" => Self::Csv(Csv::new().delimiter('\t')),
            "ndjson" | "jsonl" => Self::Ndjson,
            #[cfg(feature = "arrow")]
            "arrow" => Self::Arrow,
            #[cfg(feature = "parquet")]
            "parquet" => Self::Parquet,
            #[cfg(feature = "xlsx")]
            "xlsx" => Self::Xlsx,
            _ => return None,
        })
    }
}

/// How a CSV file is written.
///
/// NULL is a field with nothing in it, not even quotes; the empty text is `""`. So both come back as
/// what they were. A text is in quotes where it has a quote, the delimiter or a line break in it; a
/// quote in it is doubled.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "options do nothing until they are used in a format"]
pub struct Csv {
    pub(super) delimiter: u8,
    pub(super) null: String,
    pub(super) guard_formulas: bool,
    pub(super) byte_order_mark: bool,
}

impl Default for Csv {
    fn default() -> Self {
        Self::new()
    }
}

impl Csv {
    /// A comma between fields, `\n` after rows, NULL as nothing, and texts as they are.
    pub const fn new() -> Self {
        Self {
            delimiter: b',',
            null: String::new(),
            guard_formulas: false,
            byte_order_mark: false,
        }
    }

    /// What stands between fields. Default: a comma. A character that is not ASCII, a quote or a
    /// line break cannot, and leaves the comma.
    pub fn delimiter(mut self, delimiter: char) -> Self {
        if let Ok(byte) = u8::try_from(delimiter)
            && byte.is_ascii()
            && !matches!(byte, b'"' | b'\r' | b'\n')
        {
            self.delimiter = byte;
        }
        self
    }

    /// What stands for NULL, without quotes, such as `\N`; the same text in quotes is that text.
    /// Default: nothing. A text with the delimiter, a quote or a line break in it is refused when
    /// the file is written or read.
    pub fn null(mut self, marker: impl Into<String>) -> Self {
        self.null = marker.into();
        self
    }

    /// Refuses a marker that could not be told from what stands around it.
    fn check(&self) -> Result<()> {
        let delimiter = char::from(self.delimiter);
        let is_special = |letter| matches!(letter, '"' | '\r' | '\n') || letter == delimiter;
        if self.null.contains(is_special) {
            return Err(Error::invalid(
                "the text for NULL",
                "it holds the delimiter, a quote or a line break, so that it cannot be told from \
                 fields",
                "give one without them",
            ));
        }
        Ok(())
    }

    /// Writes `'` before texts that begin with `=`, `+`, `-`, `@`, a tab or a carriage return, which
    /// Excel and its like would compute. Default: off, since such a text does not come back as it
    /// was; on for files that people open who did not write the texts.
    pub fn guard_formulas(mut self) -> Self {
        self.guard_formulas = true;
        self
    }

    /// Begins the file with the mark by which Excel knows UTF-8. Default: off; files are read with
    /// and without it.
    pub fn byte_order_mark(mut self) -> Self {
        self.byte_order_mark = true;
        self
    }
}
