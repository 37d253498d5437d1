//! Parquet, compressed by Snappy.

use std::{fs::File, sync::Arc};

use parquet::{
    arrow::ArrowWriter, basic::Compression, errors::ParquetError,
    file::properties::WriterProperties,
};
use sea_orm::Value;

use super::encode::Encode;
use crate::{
    dynamic::ReadColumn,
    error::{Error, Result},
    operations::columnar::Batches,
};

/// A row group is in memory until it is whole, as pages and then as bytes of the file.
const GROUP_ROWS: usize = 250_000;
const GROUP_BYTES: usize = 8 * 1024 * 1024;

pub(super) struct ParquetEncoder {
    batches: Batches,
    writer: ArrowWriter<Vec<u8>>,
}

impl ParquetEncoder {
    pub(super) fn new(table: &str, columns: &[ReadColumn]) -> Result<Self> {
        let batches = Batches::new(table, columns);
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .set_max_row_group_bytes(Some(GROUP_BYTES))
            .build();
        let writer =
            ArrowWriter::try_new(Vec::new(), Arc::clone(batches.schema()), Some(properties));
        Ok(Self {
            batches,
            writer: writer.map_err(refused)?,
        })
    }
}

fn refused(error: ParquetError) -> Error {
    Error::invalid(
        "the rows",
        format!("Parquet refuses them: {error}"),
        "export them to CSV",
    )
}

/// A row group is not copied.
fn hand_on(written: &mut Vec<u8>, out: &mut Vec<u8>) {
    match out.is_empty() {
        true => *out = std::mem::take(written),
        false => out.append(written),
    }
}

impl Encode for ParquetEncoder {
    fn begin(&mut self, _: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }

    fn rows(&mut self, rows: &[Vec<Value>], out: &mut Vec<u8>) -> Result<()> {
        let batch = self.batches.next(rows)?;
        self.writer.write(&batch).map_err(refused)?;
        hand_on(self.writer.inner_mut(), out);
        Ok(())
    }

    fn end(mut self: Box<Self>, out: &mut Vec<u8>) -> Result<Option<File>> {
        self.writer.finish().map_err(refused)?;
        hand_on(self.writer.inner_mut(), out);
        Ok(None)
    }
}
