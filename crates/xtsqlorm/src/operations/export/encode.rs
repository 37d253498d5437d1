//! What a format has to do.

use std::fs::File;

use sea_orm::Value;

use super::{csv::CsvEncoder, ndjson::NdjsonEncoder};
use crate::{dynamic::ReadColumn, error::Result, operations::Format};

/// Turns rows into bytes, behind those that are in `out` already.
pub(super) trait Encode: Send {
    /// What stands before the first row.
    fn begin(&mut self, out: &mut Vec<u8>) -> Result<()>;

    /// Some rows.
    fn rows(&mut self, rows: &[Vec<Value>], out: &mut Vec<u8>) -> Result<()>;

    /// What stands behind the last row; a format that is written in no order has all of it in a
    /// file.
    fn end(self: Box<Self>, out: &mut Vec<u8>) -> Result<Option<File>>;
}

/// The encoder of a format.
pub(super) fn encoder(
    format: &Format,
    #[cfg_attr(
        not(any(feature = "arrow", feature = "xlsx")),
        expect(unused_variables, reason = "text needs no name of the table")
    )]
    table: &str,
    columns: Vec<ReadColumn>,
) -> Result<Box<dyn Encode>> {
    Ok(match format {
        Format::Csv(csv) => Box::new(CsvEncoder::new(csv.clone(), columns)),
        Format::Ndjson => Box::new(NdjsonEncoder::new(columns)),
        #[cfg(feature = "arrow")]
        Format::Arrow => Box::new(super::arrow::ArrowEncoder::new(table, &columns)?),
        #[cfg(feature = "parquet")]
        Format::Parquet => Box::new(super::parquet::ParquetEncoder::new(table, &columns)?),
        #[cfg(feature = "xlsx")]
        Format::Xlsx => Box::new(super::xlsx::XlsxEncoder::new(table, columns)?),
    })
}
