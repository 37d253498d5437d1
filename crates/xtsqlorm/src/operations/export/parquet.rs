//! Parquet, compressed by Snappy.

use std::{fs::File, sync::Arc};

use arrow_schema::Schema;
use parquet::{
    arrow::ArrowWriter, basic::Compression, errors::ParquetError,
    file::properties::WriterProperties,
};
use sea_orm::Value;

use super::encode::Encode;
use crate::{
    dynamic::ReadColumn,
    error::{Error, Result},
    operations::columnar::{record_batch, schema_of},
};

/// A row group is in memory until it is whole.
const GROUP_ROWS: usize = 250_000;
const GROUP_BYTES: usize = 16 * 1024 * 1024;

pub(super) struct ParquetEncoder {
    table: String,
    schema: Arc<Schema>,
    writer: ArrowWriter<Vec<u8>>,
}

impl ParquetEncoder {
    pub(super) fn new(table: &str, columns: &[ReadColumn]) -> Result<Self> {
        let schema = schema_of(columns);
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .set_max_row_group_bytes(Some(GROUP_BYTES))
            .build();
        let writer = ArrowWriter::try_new(Vec::new(), Arc::clone(&schema), Some(properties));
        Ok(Self {
            table: table.to_owned(),
            schema,
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

impl Encode for ParquetEncoder {
    fn begin(&mut self, _: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }

    fn rows(&mut self, rows: &[Vec<Value>], out: &mut Vec<u8>) -> Result<()> {
        let batch = record_batch(&self.table, &self.schema, rows)?;
        self.writer.write(&batch).map_err(refused)?;
        out.append(self.writer.inner_mut());
        Ok(())
    }

    fn end(mut self: Box<Self>, out: &mut Vec<u8>) -> Result<Option<File>> {
        self.writer.finish().map_err(refused)?;
        out.append(self.writer.inner_mut());
        Ok(None)
    }
}
