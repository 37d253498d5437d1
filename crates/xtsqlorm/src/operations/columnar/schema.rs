//! Which of Arrow's types holds a column.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, TimeUnit};

use crate::dynamic::{Form, ReadColumn};

/// Digits of Arrow's two decimals of 128 and 256 bits.
const DIGITS_128: u32 = 38;
const DIGITS_256: u32 = 76;

/// The schema of rows with these columns.
pub(crate) fn schema_of(columns: &[ReadColumn]) -> Arc<Schema> {
    let field = |column: &ReadColumn| Field::new(&column.name, type_of(column), column.nullable);
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

fn type_of(column: &ReadColumn) -> DataType {
    let microseconds = TimeUnit::Microsecond;
    match column.form {
        Form::Decimal | Form::Text if column.digits.is_some() => decimal(column),
        Form::Bool => DataType::Boolean,
        Form::Integer { bits, unsigned } => match (bits, unsigned) {
            (8, false) => DataType::Int8,
            (16, false) => DataType::Int16,
            (32, false) => DataType::Int32,
            (_, false) => DataType::Int64,
            (8, true) => DataType::UInt8,
            (16, true) => DataType::UInt16,
            (32, true) => DataType::UInt32,
            (_, true) => DataType::UInt64,
        },
        Form::Float => DataType::Float32,
        Form::Double => DataType::Float64,
        Form::Bytes => DataType::Binary,
        Form::Date => DataType::Date32,
        Form::Time => DataType::Time64(microseconds),
        Form::DateTime => DataType::Timestamp(microseconds, None),
        Form::Moment => DataType::Timestamp(microseconds, Some("UTC".into())),
        Form::Decimal | Form::Text | Form::Json | Form::Uuid | Form::Any => DataType::Utf8,
    }
}

/// Numbers of more digits than Arrow has, or of none that are told, are text.
fn decimal(column: &ReadColumn) -> DataType {
    let Some((precision, scale)) = column.digits else {
        return DataType::Utf8;
    };
    let (Ok(digits), Ok(after)) = (u8::try_from(precision), i8::try_from(scale)) else {
        return DataType::Utf8;
    };
    match precision {
        // Parquet has neither zeros before the point that are not told, nor after it.
        _ if scale < 0 || after.unsigned_abs() > digits => DataType::Utf8,
        1..=DIGITS_128 => DataType::Decimal128(digits, after),
        n if (1..=DIGITS_256).contains(&n) => DataType::Decimal256(digits, after),
        _ => DataType::Utf8,
    }
}
