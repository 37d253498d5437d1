//! Arrow's files and streams, and Parquet.

use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
    sync::Arc,
};

use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, Schema};

use super::{decode::Record, files::Rows, targets::Targets};
use crate::{
    dynamic::{LoadedColumn, Row},
    error::{Error, Result},
    operations::columnar::{check_types, value_at},
};

/// Reads a file of Arrow, or a stream that was written to a file.
pub(super) fn read_arrow(mut file: File, targets: &mut Targets, rows: Rows<'_>) -> Result<()> {
    let mut begin = [0; 6];
    let is_file = file.read_exact(&mut begin).is_ok() && begin == *b"ARROW1";
    let at_begin = file.seek(SeekFrom::Start(0));
    at_begin.map_err(|error| Error::file("the file cannot be read", error))?;
    if is_file {
        let reader = FileReader::try_new(BufReader::new(file), None).map_err(unreadable)?;
        let schema = reader.schema();
        return read(&schema, reader, targets, rows);
    }
    let reader = StreamReader::try_new(BufReader::new(file), None).map_err(unreadable)?;
    let schema = reader.schema();
    read(&schema, reader, targets, rows)
}

/// Reads a file of Parquet.
#[cfg(feature = "parquet")]
pub(super) fn read_parquet(file: File, targets: &mut Targets, rows: Rows<'_>) -> Result<()> {
    use parquet::{arrow::arrow_reader::ParquetRecordBatchReaderBuilder, basic::Compression};

    let builder = ParquetRecordBatchReaderBuilder::try_new(file);
    let builder = builder.map_err(|error| unreadable(error.into()))?;
    let groups = builder.metadata().row_groups().iter();
    let mut codecs = groups.flat_map(|group| group.columns().iter().map(|it| it.compression()));
    let is_known =
        |codec: &Compression| matches!(codec, Compression::UNCOMPRESSED | Compression::SNAPPY);
    if let Some(codec) = codecs.find(|codec| !is_known(codec)) {
        let codec = format!("{codec:?}");
        let name = codec.split('(').next().unwrap_or(&codec);
        return Err(Error::invalid(
            "the file",
            format!("it is compressed by {name}, which is not supported"),
            "write it with Snappy or without compression",
        ));
    }
    let reader = builder.with_batch_size(BATCH).build();
    let reader = reader.map_err(|error| unreadable(error.into()))?;
    let schema = arrow_array::RecordBatchReader::schema(&reader);
    read(&schema, reader, targets, rows)
}

/// Rows that are handed on at a time.
const BATCH: usize = 1_000;

fn unreadable(error: ArrowError) -> Error {
    Error::invalid(
        "the file",
        format!("it cannot be read: {error}"),
        "look whether it is whole, and of the format that its name says",
    )
}

fn read(
    schema: &Schema,
    batches: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
    targets: &mut Targets,
    rows: Rows<'_>,
) -> Result<()> {
    let names: Vec<String> = schema
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    let header = targets.of_header(&names)?;
    check_types(schema, |name| {
        let mut named = names.iter().zip(&header);
        named.any(|(other, target)| other == name && target.is_none())
    })?;
    let columns = header.iter().flatten().map(|target| target.name.clone());
    let columns: Arc<Vec<String>> = Arc::new(columns.collect());
    let mut line = 0;
    for batch in batches {
        let batch = batch.map_err(unreadable)?;
        // A batch of another program may be the whole file.
        for first in (0..batch.num_rows()).step_by(BATCH) {
            let places = first..batch.num_rows().min(first + BATCH);
            let records = places.map(|place| {
                line += 1;
                Record {
                    line,
                    row: row_at(&batch, place, &header, &columns),
                }
            });
            if !rows(records.collect()) {
                return Ok(());
            }
        }
    }
    Ok(())
}

fn row_at(
    batch: &RecordBatch,
    place: usize,
    header: &[Option<Arc<LoadedColumn>>],
    columns: &Arc<Vec<String>>,
) -> Result<Row> {
    let mut values = Vec::with_capacity(columns.len());
    for (array, target) in batch.columns().iter().zip(header) {
        let Some(target) = target else {
            continue;
        };
        let value = value_at(array.as_ref(), place, target.form, target.loose);
        values.push(value.ok_or_else(|| {
            Error::invalid(
                &target.name,
                "the value is out of the range of dates and times",
                "repair it, or tell the import to ignore the column",
            )
        })?);
    }
    Ok(Row::of_columns(columns, values))
}
