//! From rows of values to columns.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Decimal256Array,
    Float32Array, Float64Array, Int8Array, Int16Array, Int32Array, Int64Array, RecordBatch,
    StringArray, Time64MicrosecondArray, TimestampMicrosecondArray, UInt8Array, UInt16Array,
    UInt32Array, UInt64Array,
};
use arrow_buffer::i256;
use arrow_schema::{ArrowError, DataType, Schema};
use sea_orm::{
    Value,
    sea_query::prelude::chrono::{NaiveDate, NaiveTime, Timelike},
};

use super::schema::schema_of;
use crate::{
    dynamic::ReadColumn,
    error::{Error, Result},
    operations::text::{Written, push_base64, written},
    repository::value::{integer, is_null},
};

/// Turns rows into batches of columns, and counts them.
pub(crate) struct Batches {
    table: String,
    schema: Arc<Schema>,
    rows: usize,
}

impl Batches {
    pub(crate) fn new(table: &str, columns: &[ReadColumn]) -> Self {
        Self {
            table: table.to_owned(),
            schema: schema_of(columns),
            rows: 0,
        }
    }

    pub(crate) fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// The next rows as one batch.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for a value that its column's type does not hold, with its row.
    pub(crate) fn next(&mut self, rows: &[Vec<Value>]) -> Result<RecordBatch> {
        let fields = self.schema.fields().iter().enumerate();
        let columns = fields.map(|(place, field)| {
            let values = rows.iter().map(|row| &row[place]);
            array(field.data_type(), values)
                .filter(|array| field.is_nullable() || array.null_count() == 0)
                .ok_or_else(|| self.refusal(place, rows))
        });
        let columns = columns.collect::<Result<Vec<ArrayRef>>>()?;
        self.rows += rows.len();
        RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .map_err(|error| refused(&self.table, &error))
    }

    /// Which value is at fault.
    fn refusal(&self, place: usize, rows: &[Vec<Value>]) -> Error {
        let field = self.schema.field(place);
        let is_refused = |row: &Vec<Value>| match is_null(&row[place]) {
            true => !field.is_nullable(),
            false => array(field.data_type(), std::iter::once(&row[place])).is_none(),
        };
        let row = rows.iter().position(is_refused).unwrap_or_default();
        Error::invalid(
            format!("{}.{}", self.table, field.name()),
            format!(
                "row {} has a value there that is no {}",
                self.rows + row + 1,
                field.data_type()
            ),
            "export the column as text, or all rows to CSV",
        )
    }
}

/// What Arrow says.
fn refused(table: &str, error: &ArrowError) -> Error {
    Error::invalid(
        table,
        format!("Arrow refuses the rows: {error}"),
        "export them to CSV",
    )
}

/// The values as an array of this type; `None` where one of them is of another type.
fn array<'a>(data_type: &DataType, values: impl Iterator<Item = &'a Value>) -> Option<ArrayRef> {
    /// All values, NULL as `None`, where `read` has one for each.
    fn all<'a, T, A: Array + FromIterator<Option<T>> + 'static>(
        values: impl Iterator<Item = &'a Value>,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Option<ArrayRef> {
        let array: Option<A> = values
            .map(|value| match is_null(value) {
                true => Some(None),
                false => read(value).map(Some),
            })
            .collect();
        Some(Arc::new(array?))
    }
    macro_rules! whole {
        ($of:ty, $array:ty) => {
            all::<$of, $array>(values, |value| integer(value)?.try_into().ok())
        };
    }
    match data_type {
        DataType::Boolean => all::<_, BooleanArray>(values, |value| match value {
            Value::Bool(truth) => *truth,
            _ => None,
        }),
        DataType::Int8 => whole!(i8, Int8Array),
        DataType::Int16 => whole!(i16, Int16Array),
        DataType::Int32 => whole!(i32, Int32Array),
        DataType::Int64 => whole!(i64, Int64Array),
        DataType::UInt8 => whole!(u8, UInt8Array),
        DataType::UInt16 => whole!(u16, UInt16Array),
        DataType::UInt32 => whole!(u32, UInt32Array),
        DataType::UInt64 => whole!(u64, UInt64Array),
        DataType::Float32 => all::<_, Float32Array>(values, |value| match value {
            Value::Float(number) => *number,
            _ => None,
        }),
        DataType::Float64 => all::<_, Float64Array>(values, |value| match value {
            Value::Double(number) => *number,
            Value::Float(number) => number.map(f64::from),
            _ => None,
        }),
        DataType::Decimal128(digits, scale) => {
            let scaled = |value| digits_of(value, *scale)?.parse::<i128>().ok();
            let numbers: Option<Vec<Option<i128>>> = nullable(values, scaled);
            let array = Decimal128Array::from(numbers?);
            Some(Arc::new(
                array.with_precision_and_scale(*digits, *scale).ok()?,
            ))
        }
        DataType::Decimal256(digits, scale) => {
            let scaled = |value| i256::from_string(&digits_of(value, *scale)?);
            let numbers: Option<Vec<Option<i256>>> = nullable(values, scaled);
            let array = Decimal256Array::from(numbers?);
            Some(Arc::new(
                array.with_precision_and_scale(*digits, *scale).ok()?,
            ))
        }
        DataType::Binary => {
            let bytes = |value| match value {
                &Value::Bytes(Some(ref bytes)) => Some(bytes.as_slice()),
                _ => None,
            };
            let all: Option<Vec<Option<&[u8]>>> = nullable(values, bytes);
            Some(Arc::new(BinaryArray::from(all?)))
        }
        DataType::Date32 => all::<_, Date32Array>(values, |value| match value {
            Value::ChronoDate(Some(day)) => days(*day),
            _ => None,
        }),
        DataType::Time64(_) => all::<_, Time64MicrosecondArray>(values, |value| match value {
            Value::ChronoTime(Some(time)) => microseconds(*time),
            _ => None,
        }),
        DataType::Timestamp(_, None) => {
            all::<_, TimestampMicrosecondArray>(values, |value| match value {
                Value::ChronoDateTime(Some(moment)) => {
                    exact(moment.and_utc().timestamp_micros(), moment.nanosecond())
                }
                _ => None,
            })
        }
        DataType::Timestamp(_, Some(zone)) => {
            let moment = |value: &Value| {
                let moment = match *value {
                    Value::ChronoDateTimeUtc(Some(moment)) => moment,
                    Value::ChronoDateTimeLocal(Some(moment)) => moment.to_utc(),
                    Value::ChronoDateTimeWithTimeZone(Some(moment)) => moment.to_utc(),
                    _ => return None,
                };
                exact(moment.timestamp_micros(), moment.nanosecond())
            };
            let moments: Option<Vec<Option<i64>>> = nullable(values, moment);
            let array = TimestampMicrosecondArray::from(moments?);
            Some(Arc::new(array.with_timezone(Arc::clone(zone))))
        }
        _ => all::<_, StringArray>(values, |value| Some(text_of(value))),
    }
}

fn nullable<'a, T>(
    values: impl Iterator<Item = &'a Value>,
    read: impl Fn(&'a Value) -> Option<T>,
) -> Option<Vec<Option<T>>> {
    values
        .map(|value| match is_null(value) {
            true => Some(None),
            false => read(value).map(Some),
        })
        .collect()
}

/// The digits of an exact number of `scale` digits after the point, without the point.
fn digits_of(value: &Value, scale: i8) -> Option<String> {
    let text = match value {
        Value::Decimal(Some(number)) => number.to_string(),
        Value::String(Some(text)) => text.clone(),
        other => integer(other)?.to_string(),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let sign = usize::from(whole.starts_with('-'));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(&whole[sign..]) || !are_digits(fraction) {
        return None;
    }
    let scale = usize::try_from(scale).ok()?;
    let fraction = match fraction.len() > scale {
        true => {
            let (kept, rest) = fraction.split_at(scale);
            rest.bytes().all(|byte| byte == b'0').then_some(kept)?
        }
        false => fraction,
    };
    Some(format!("{whole}{fraction:0<scale$}"))
}

fn days(day: NaiveDate) -> Option<i32> {
    let epoch = NaiveDate::from_ymd_opt(1970, 1, 1)?;
    day.signed_duration_since(epoch).num_days().try_into().ok()
}

fn microseconds(time: NaiveTime) -> Option<i64> {
    let seconds = i64::from(time.num_seconds_from_midnight());
    exact(
        seconds * 1_000_000 + i64::from(time.nanosecond() / 1_000),
        time.nanosecond(),
    )
}

/// Microseconds, where there is nothing smaller and no leap second.
fn exact(microseconds: i64, nanosecond: u32) -> Option<i64> {
    (nanosecond.is_multiple_of(1_000) && nanosecond < 1_000_000_000).then_some(microseconds)
}

fn text_of(value: &Value) -> String {
    match written(value, &mut String::new()) {
        Written::Null => String::new(),
        Written::Plain(text)
        | Written::Number(text)
        | Written::Json(text)
        | Written::Text(text) => text.to_owned(),
        Written::Truth(truth) => truth.to_string(),
        Written::Bytes(bytes) => {
            let mut text = String::new();
            push_base64(bytes, &mut text);
            text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_numbers_become_their_digits() {
        let digits = |text: &str, scale| digits_of(&Value::from(text), scale);
        assert_eq!(digits("1.5", 2).as_deref(), Some("150"));
        assert_eq!(digits("-0.05", 2).as_deref(), Some("-005"));
        assert_eq!(digits("7", 0).as_deref(), Some("7"));
        assert_eq!(digits("1.50", 1).as_deref(), Some("15"));
        assert_eq!(digits("1.55", 1), None);
        assert_eq!(digits("NaN", 1), None);
    }

    #[test]
    fn nothing_is_rounded() {
        let text = Value::from("no number");
        assert!(array(&DataType::Int32, [&text].into_iter()).is_none());
        let wide = Value::from(300);
        assert!(array(&DataType::Int8, [&wide].into_iter()).is_none());
        let time = NaiveTime::from_hms_nano_opt(1, 2, 3, 4).map(Value::from);
        assert!(
            array(
                &DataType::Time64(arrow_schema::TimeUnit::Microsecond),
                time.iter()
            )
            .is_none()
        );
    }
}
