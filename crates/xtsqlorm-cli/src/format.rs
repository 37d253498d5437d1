//! The format of a file that is exported or imported.

use std::path::Path;

use anyhow::{Result, bail};
use xtsqlorm::operations::Format;

/// How the file is written or read.
#[derive(Debug, clap::Args)]
pub(crate) struct FileFormat {
    /// The format; the ending of the file's name when absent
    #[arg(long, value_name = "FORMAT", value_parser = clap::builder::PossibleValuesParser::new(Format::NAMES))]
    format: Option<String>,
    /// What stands between the fields of a CSV file
    #[arg(long, value_name = "CHAR")]
    delimiter: Option<char>,
    /// What stands for NULL in a CSV file, without quotes; nothing when absent
    #[arg(long, value_name = "TEXT")]
    null: Option<String>,
}

impl FileFormat {
    /// The format of a file; `-` has none in its name.
    pub(crate) fn of(&self, file: &Path, guard_formulas: bool) -> Result<Format> {
        let named = self.format.as_deref().and_then(Format::of_name);
        let format = match named {
            Some(format) => format,
            None if file == Path::new("-") => {
                bail!("`-` has no ending that says the format: give --format csv or another one")
            }
            None => Format::of_path(file)?,
        };
        let Format::Csv(mut csv) = format else {
            if self.delimiter.is_some() || self.null.is_some() || guard_formulas {
                bail!("--delimiter, --null and --guard-formulas are for CSV: leave them out");
            }
            return Ok(format);
        };
        if let Some(delimiter) = self.delimiter {
            if !delimiter.is_ascii()
                || delimiter.is_ascii_alphanumeric()
                || matches!(delimiter, '"' | '\'' | '-' | '+' | '.' | '\r' | '\n')
            {
                bail!(
                    "--delimiter: give one ASCII character, and no letter, digit, quote or line \
                     break, nor one of - + ."
                );
            }
            csv = csv.delimiter(delimiter);
        }
        if let Some(null) = &self.null {
            csv = csv.null(null);
        }
        Ok(Format::Csv(if guard_formulas {
            csv.guard_formulas()
        } else {
            csv
        }))
    }
}
