//! What a format has to do.

use super::{csv::CsvDecoder, ndjson::NdjsonDecoder, targets::Targets};
use crate::{dynamic::Row, error::Result, operations::Format};

/// A row of a file, as far as it can be read.
pub(super) struct Record {
    /// The line on which it begins.
    pub(super) line: u64,
    pub(super) row: Result<Row>,
}

/// Turns bytes into rows.
pub(super) trait Decode: Send {
    /// Reads what follows, and adds the rows that end in it.
    ///
    /// # Errors
    ///
    /// Where no row can be read, as with a header that names no column.
    fn feed(&mut self, bytes: &[u8], targets: &mut Targets, rows: &mut Vec<Record>) -> Result<()>;

    /// Adds what ends with the file.
    fn end(&mut self, targets: &mut Targets, rows: &mut Vec<Record>) -> Result<()>;
}

/// The decoder of a format that is read in order.
pub(super) fn decoder(format: Format, table: &str) -> Box<dyn Decode> {
    match format {
        Format::Csv(csv) => Box::new(CsvDecoder::new(csv, table)),
        _ => Box::new(NdjsonDecoder::new(table)),
    }
}
