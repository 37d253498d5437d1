//! From columns to values.

use arrow_array::{
    Array,
    cast::AsArray,
    types::{
        Date32Type, Date64Type, Decimal128Type, Decimal256Type, Float32Type, Float64Type, Int8Type,
        Int16Type, Int32Type, Int64Type, Time32MillisecondType, Time32SecondType,
        Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType,
        TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type,
        UInt16Type, UInt32Type, UInt64Type,
    },
};
use arrow_schema::{DataType, Schema, TimeUnit};
use sea_orm::{
    Value,
    sea_query::prelude::chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc},
};

use crate::{
    dynamic::Form,
    error::{Error, Result},
    operations::text::value_of_text,
    repository::value::integer,
};

/// Refuses columns of types that no table holds.
///
/// # Errors
///
/// [`Error::InvalidInput`] for lists, structs and the like, unless `is_ignored`.
pub(crate) fn check_types(schema: &Schema, is_ignored: impl Fn(&str) -> bool) -> Result<()> {
    for field in schema.fields() {
        let known = match field.data_type() {
            DataType::Dictionary(_, of) => is_plain(of),
            other => is_plain(other),
        };
        if !known && !is_ignored(field.name()) {
            return Err(Error::invalid(
                field.name(),
                format!(
                    "the file has values of the type {} there",
                    field.data_type()
                ),
                "tell the import to ignore it, or write it as text",
            ));
        }
    }
    Ok(())
}

fn is_plain(data_type: &DataType) -> bool {
    use DataType as D;
    matches!(
        data_type,
        D::Null
            | D::Boolean
            | D::Int8
            | D::Int16
            | D::Int32
            | D::Int64
            | D::UInt8
            | D::UInt16
            | D::UInt32
            | D::UInt64
            | D::Float32
            | D::Float64
            | D::Utf8
            | D::LargeUtf8
            | D::Utf8View
            | D::Binary
            | D::LargeBinary
            | D::BinaryView
            | D::FixedSizeBinary(_)
            | D::Date32
            | D::Date64
            | D::Time32(_)
            | D::Time64(_)
            | D::Timestamp(_, _)
            | D::Decimal128(_, _)
            | D::Decimal256(_, _)
    )
}

/// The value at `row` for a column of this form; `None` for one that is out of every range.
pub(crate) fn value_at(array: &dyn Array, row: usize, form: Form, loose: bool) -> Option<Value> {
    if array.is_null(row) {
        return Some(Value::String(None));
    }
    macro_rules! number {
        ($of:ty) => {
            array.as_primitive::<$of>().value(row).into()
        };
    }
    let text = |text: &str| value_of_text(form, loose, text.to_owned());
    Some(match array.data_type() {
        DataType::Null => Value::String(None),
        DataType::Dictionary(_, _) => {
            let dictionary = array.as_any_dictionary();
            let key = value_at(dictionary.keys(), row, form, loose)?;
            let key = integer(&key)?.try_into().ok()?;
            return value_at(dictionary.values().as_ref(), key, form, loose);
        }
        DataType::Boolean => array.as_boolean().value(row).into(),
        DataType::Int8 => number!(Int8Type),
        DataType::Int16 => number!(Int16Type),
        DataType::Int32 => number!(Int32Type),
        DataType::Int64 => number!(Int64Type),
        DataType::UInt8 => number!(UInt8Type),
        DataType::UInt16 => number!(UInt16Type),
        DataType::UInt32 => number!(UInt32Type),
        DataType::UInt64 => number!(UInt64Type),
        DataType::Float32 => number!(Float32Type),
        DataType::Float64 => number!(Float64Type),
        DataType::Utf8 => text(array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => text(array.as_string::<i64>().value(row)),
        DataType::Utf8View => text(array.as_string_view().value(row)),
        DataType::Binary => array.as_binary::<i32>().value(row).to_vec().into(),
        DataType::LargeBinary => array.as_binary::<i64>().value(row).to_vec().into(),
        DataType::BinaryView => array.as_binary_view().value(row).to_vec().into(),
        DataType::FixedSizeBinary(_) => array.as_fixed_size_binary().value(row).to_vec().into(),
        DataType::Decimal128(_, _) => {
            let number = array.as_primitive::<Decimal128Type>().value_as_string(row);
            number.into()
        }
        DataType::Decimal256(_, _) => {
            let number = array.as_primitive::<Decimal256Type>().value_as_string(row);
            number.into()
        }
        DataType::Date32 => {
            let days = array.as_primitive::<Date32Type>().value(row);
            let epoch = NaiveDate::from_ymd_opt(1970, 1, 1)?;
            epoch
                .checked_add_signed(TimeDelta::try_days(days.into())?)?
                .into()
        }
        DataType::Date64 => {
            let milliseconds = array.as_primitive::<Date64Type>().value(row);
            DateTime::<Utc>::from_timestamp_millis(milliseconds)?
                .date_naive()
                .into()
        }
        DataType::Time32(TimeUnit::Second) => {
            time(i64::from(array.as_primitive::<Time32SecondType>().value(row)) * SECOND)?
        }
        DataType::Time32(_) => {
            let milliseconds = array.as_primitive::<Time32MillisecondType>().value(row);
            time(i64::from(milliseconds) * 1_000_000)?
        }
        DataType::Time64(TimeUnit::Microsecond) => time(
            array
                .as_primitive::<Time64MicrosecondType>()
                .value(row)
                .checked_mul(1_000)?,
        )?,
        DataType::Time64(_) => time(array.as_primitive::<Time64NanosecondType>().value(row))?,
        DataType::Timestamp(unit, zone) => {
            let moment = moment(array, row, *unit)?;
            match zone {
                Some(_) => moment.into(),
                None => moment.naive_utc().into(),
            }
        }
        _ => return None,
    })
}

const SECOND: i64 = 1_000_000_000;

/// A time of day, so many nanoseconds after midnight.
fn time(nanoseconds: i64) -> Option<Value> {
    let seconds = u32::try_from(nanoseconds.div_euclid(SECOND)).ok()?;
    let rest = u32::try_from(nanoseconds.rem_euclid(SECOND)).ok()?;
    NaiveTime::from_num_seconds_from_midnight_opt(seconds, rest).map(Into::into)
}

fn moment(array: &dyn Array, row: usize, unit: TimeUnit) -> Option<DateTime<Utc>> {
    match unit {
        TimeUnit::Second => {
            let seconds = array.as_primitive::<TimestampSecondType>().value(row);
            DateTime::from_timestamp(seconds, 0)
        }
        TimeUnit::Millisecond => {
            let milliseconds = array.as_primitive::<TimestampMillisecondType>().value(row);
            DateTime::from_timestamp_millis(milliseconds)
        }
        TimeUnit::Microsecond => {
            let microseconds = array.as_primitive::<TimestampMicrosecondType>().value(row);
            DateTime::from_timestamp_micros(microseconds)
        }
        TimeUnit::Nanosecond => {
            let nanoseconds = array.as_primitive::<TimestampNanosecondType>().value(row);
            Some(DateTime::from_timestamp_nanos(nanoseconds))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{
        BinaryViewArray, Date64Array, Decimal128Array, DictionaryArray, LargeStringArray,
        StringViewArray, Time32SecondArray, TimestampNanosecondArray,
    };
    use arrow_schema::Field;

    use super::*;

    fn read(array: &dyn Array, row: usize) -> Option<Value> {
        value_at(array, row, Form::Text, false)
    }

    /// As pandas, Polars and Spark write them.
    #[test]
    fn types_that_no_export_writes_are_read() {
        let repeated: DictionaryArray<Int8Type> = [Some("a"), None, Some("b"), Some("a")]
            .into_iter()
            .collect();
        assert_eq!(read(&repeated, 3), Some("a".into()));
        assert_eq!(read(&repeated, 1), Some(Value::String(None)));
        let large = LargeStringArray::from(vec!["x"]);
        assert_eq!(read(&large, 0), Some("x".into()));
        let view = StringViewArray::from(vec!["日本"]);
        assert_eq!(read(&view, 0), Some("日本".into()));
        let bytes = BinaryViewArray::from(vec![&[0_u8, 255][..]]);
        assert_eq!(read(&bytes, 0), Some(vec![0_u8, 255].into()));
        let day = NaiveDate::from_ymd_opt(1969, 12, 31).unwrap();
        assert_eq!(read(&Date64Array::from(vec![-1]), 0), Some(day.into()));
        let time = NaiveTime::from_hms_opt(23, 59, 59).unwrap();
        assert_eq!(
            read(&Time32SecondArray::from(vec![86_399]), 0),
            Some(time.into())
        );
        let moment = DateTime::<Utc>::from_timestamp_nanos(-1);
        let local = TimestampNanosecondArray::from(vec![-1]);
        assert_eq!(read(&local, 0), Some(moment.naive_utc().into()));
        assert_eq!(
            read(&local.with_timezone("Asia/Shanghai"), 0),
            Some(moment.into())
        );
        let exact = Decimal128Array::from(vec![-5]).with_precision_and_scale(5, 2);
        assert_eq!(read(&exact.unwrap(), 0), Some("-0.05".into()));
    }

    #[test]
    fn what_is_out_of_range_is_no_value() {
        assert_eq!(read(&Time32SecondArray::from(vec![-1]), 0), None);
        assert_eq!(read(&Time32SecondArray::from(vec![86_400]), 0), None);
        assert_eq!(read(&Date64Array::from(vec![i64::MAX]), 0), None);
    }

    #[test]
    fn a_list_is_refused_unless_it_is_ignored() {
        let item = Arc::new(Field::new("item", DataType::Utf8, true));
        let tags = Field::new("tags", DataType::List(item), true);
        let schema = Schema::new(vec![Field::new("id", DataType::Int32, false), tags]);
        let error = check_types(&schema, |_| false).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("tags: the file has values of"),
            "{error}"
        );
        assert!(check_types(&schema, |name| name == "tags").is_ok());
    }
}
