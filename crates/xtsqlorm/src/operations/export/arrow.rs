//! Arrow's file format.

use std::{fs::File, sync::Arc};

use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, Schema};
use sea_orm::Value;

use super::encode::Encode;
use crate::{
    dynamic::ReadColumn,
    error::{Error, Result},
    operations::columnar::{record_batch, schema_of},
};

pub(super) struct ArrowEncoder {
    table: String,
    schema: Arc<Schema>,
    writer: FileWriter<Vec<u8>>,
}

impl ArrowEncoder {
    pub(super) fn new(table: &str, columns: &[ReadColumn]) -> Result<Self> {
        let schema = schema_of(columns);
        Ok(Self {
            table: table.to_owned(),
            writer: FileWriter::try_new(Vec::new(), &schema).map_err(refused)?,
            schema,
        })
    }
}

fn refused(error: ArrowError) -> Error {
    Error::invalid(
        "the rows",
        format!("Arrow refuses them: {error}"),
        "export them to CSV",
    )
}

impl Encode for ArrowEncoder {
    fn begin(&mut self, _: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }

    fn rows(&mut self, rows: &[Vec<Value>], out: &mut Vec<u8>) -> Result<()> {
        let batch = record_batch(&self.table, &self.schema, rows)?;
        self.writer.write(&batch).map_err(refused)?;
        out.append(self.writer.get_mut());
        Ok(())
    }

    fn end(mut self: Box<Self>, out: &mut Vec<u8>) -> Result<Option<File>> {
        self.writer.finish().map_err(refused)?;
        out.append(self.writer.get_mut());
        Ok(None)
    }
}
