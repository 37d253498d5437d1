//! Arrow's file format.

use std::fs::File;

use arrow_ipc::writer::FileWriter;
use arrow_schema::ArrowError;
use sea_orm::Value;

use super::encode::Encode;
use crate::{
    dynamic::ReadColumn,
    error::{Error, Result},
    operations::columnar::Batches,
};

pub(super) struct ArrowEncoder {
    batches: Batches,
    writer: FileWriter<Vec<u8>>,
}

impl ArrowEncoder {
    pub(super) fn new(table: &str, columns: &[ReadColumn]) -> Result<Self> {
        let batches = Batches::new(table, columns);
        let writer = FileWriter::try_new(Vec::new(), batches.schema());
        Ok(Self {
            batches,
            writer: writer.map_err(refused)?,
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
        let batch = self.batches.next(rows)?;
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
