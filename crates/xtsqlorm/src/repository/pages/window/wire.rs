//! Sort values as bytes, and back without any loss.

use sea_orm::{
    Value,
    sea_query::{
        OptionEnum,
        prelude::{
            Uuid,
            chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Timelike, Utc},
        },
    },
};

/// The longest text, in characters. MySQL and MariaDB sort by the first 1024 bytes of a value's
/// weights (`max_sort_length`), which may be four for each character.
pub(super) const LONGEST_TEXT: usize = 255;

/// The most bytes, for the same reason.
pub(super) const LONGEST_BYTES: usize = 1000;

/// Why a value does not go into a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    TooLong,
    Kind,
}

/// What stands before each value. The numbers are a part of the format.
mod tag {
    pub(super) const NULL: u8 = 0;
    pub(super) const BOOL: u8 = 1;
    pub(super) const TINY_INT: u8 = 2;
    pub(super) const SMALL_INT: u8 = 3;
    pub(super) const INT: u8 = 4;
    pub(super) const BIG_INT: u8 = 5;
    pub(super) const TINY_UNSIGNED: u8 = 6;
    pub(super) const SMALL_UNSIGNED: u8 = 7;
    pub(super) const UNSIGNED: u8 = 8;
    pub(super) const BIG_UNSIGNED: u8 = 9;
    pub(super) const FLOAT: u8 = 10;
    pub(super) const DOUBLE: u8 = 11;
    pub(super) const TEXT: u8 = 12;
    pub(super) const BYTES: u8 = 13;
    pub(super) const UUID: u8 = 14;
    pub(super) const DATE: u8 = 15;
    pub(super) const TIME: u8 = 16;
    pub(super) const DATE_TIME: u8 = 17;
    pub(super) const MOMENT: u8 = 18;
}

/// Appends a value, or NULL.
pub(super) fn write(bytes: &mut Vec<u8>, value: Option<&Value>) -> Result<(), Unfit> {
    let Some(value) = value else {
        bytes.push(tag::NULL);
        return Ok(());
    };
    let mut put = |tag: u8, content: &[u8]| {
        bytes.push(tag);
        bytes.extend_from_slice(content);
        Ok(())
    };
    match value {
        Value::Bool(Some(value)) => put(tag::BOOL, &[u8::from(*value)]),
        Value::TinyInt(Some(value)) => put(tag::TINY_INT, &value.to_be_bytes()),
        Value::SmallInt(Some(value)) => put(tag::SMALL_INT, &value.to_be_bytes()),
        Value::Int(Some(value)) => put(tag::INT, &value.to_be_bytes()),
        Value::BigInt(Some(value)) => put(tag::BIG_INT, &value.to_be_bytes()),
        Value::TinyUnsigned(Some(value)) => put(tag::TINY_UNSIGNED, &value.to_be_bytes()),
        Value::SmallUnsigned(Some(value)) => put(tag::SMALL_UNSIGNED, &value.to_be_bytes()),
        Value::Unsigned(Some(value)) => put(tag::UNSIGNED, &value.to_be_bytes()),
        Value::BigUnsigned(Some(value)) => put(tag::BIG_UNSIGNED, &value.to_be_bytes()),
        // Their bits, so that NaN is what it was.
        Value::Float(Some(value)) => put(tag::FLOAT, &value.to_bits().to_be_bytes()),
        Value::Double(Some(value)) => put(tag::DOUBLE, &value.to_bits().to_be_bytes()),
        Value::String(Some(value)) => put(tag::TEXT, &text(value)?),
        Value::Enum(OptionEnum::Some(value)) => put(tag::TEXT, &text(&value.value)?),
        Value::Char(Some(value)) => put(tag::TEXT, &text(&value.to_string())?),
        Value::Bytes(Some(value)) => put(tag::BYTES, &measured(value, LONGEST_BYTES)?),
        Value::Uuid(Some(value)) => put(tag::UUID, value.as_bytes()),
        Value::ChronoDate(Some(value)) => put(tag::DATE, &value.num_days_from_ce().to_be_bytes()),
        Value::ChronoTime(Some(value)) => put(tag::TIME, &time(*value)),
        Value::ChronoDateTime(Some(value)) => put(tag::DATE_TIME, &moment(value.and_utc())),
        // Moments are bound in UTC, whatever they came as: MySQL is sent any other as text.
        Value::ChronoDateTimeUtc(Some(value)) => put(tag::MOMENT, &moment(*value)),
        Value::ChronoDateTimeLocal(Some(value)) => put(tag::MOMENT, &moment(value.to_utc())),
        Value::ChronoDateTimeWithTimeZone(Some(value)) => put(tag::MOMENT, &moment(value.to_utc())),
        _ => Err(Unfit::Kind),
    }
}

fn text(text: &str) -> Result<Vec<u8>, Unfit> {
    if text.chars().count() > LONGEST_TEXT {
        return Err(Unfit::TooLong);
    }
    measured(text.as_bytes(), LONGEST_TEXT * 4)
}

fn measured(content: &[u8], longest: usize) -> Result<Vec<u8>, Unfit> {
    let length = u16::try_from(content.len()).map_err(|_| Unfit::TooLong)?;
    if content.len() > longest {
        return Err(Unfit::TooLong);
    }
    Ok([&length.to_be_bytes(), content].concat())
}

fn time(time: NaiveTime) -> Vec<u8> {
    let seconds = time.num_seconds_from_midnight().to_be_bytes();
    [seconds, time.nanosecond().to_be_bytes()].concat()
}

fn moment(moment: DateTime<Utc>) -> Vec<u8> {
    let seconds = moment.timestamp().to_be_bytes();
    [
        seconds.as_slice(),
        &moment.timestamp_subsec_nanos().to_be_bytes(),
    ]
    .concat()
}

/// Takes a value from the front of `bytes`. `None` where there is none that [`write`] has written.
pub(super) fn read(bytes: &mut &[u8]) -> Option<Option<Value>> {
    let [tag] = take(bytes)?;
    let value = match tag {
        tag::NULL => return Some(None),
        tag::BOOL => Value::from(take::<1>(bytes)? != [0]),
        tag::TINY_INT => i8::from_be_bytes(take(bytes)?).into(),
        tag::SMALL_INT => i16::from_be_bytes(take(bytes)?).into(),
        tag::INT => i32::from_be_bytes(take(bytes)?).into(),
        tag::BIG_INT => i64::from_be_bytes(take(bytes)?).into(),
        tag::TINY_UNSIGNED => u8::from_be_bytes(take(bytes)?).into(),
        tag::SMALL_UNSIGNED => u16::from_be_bytes(take(bytes)?).into(),
        tag::UNSIGNED => u32::from_be_bytes(take(bytes)?).into(),
        tag::BIG_UNSIGNED => u64::from_be_bytes(take(bytes)?).into(),
        tag::FLOAT => f32::from_bits(u32::from_be_bytes(take(bytes)?)).into(),
        tag::DOUBLE => f64::from_bits(u64::from_be_bytes(take(bytes)?)).into(),
        tag::TEXT => String::from_utf8(taken(bytes)?.to_vec()).ok()?.into(),
        tag::BYTES => taken(bytes)?.to_vec().into(),
        tag::UUID => Uuid::from_bytes(take(bytes)?).into(),
        tag::DATE => NaiveDate::from_num_days_from_ce_opt(i32::from_be_bytes(take(bytes)?))?.into(),
        tag::TIME => {
            let seconds = u32::from_be_bytes(take(bytes)?);
            let nanos = u32::from_be_bytes(take(bytes)?);
            NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanos)?.into()
        }
        tag::DATE_TIME => moment_from(bytes)?.naive_utc().into(),
        tag::MOMENT => moment_from(bytes)?.into(),
        _ => return None,
    };
    Some(Some(value))
}

fn moment_from(bytes: &mut &[u8]) -> Option<DateTime<Utc>> {
    let seconds = i64::from_be_bytes(take(bytes)?);
    DateTime::from_timestamp(seconds, u32::from_be_bytes(take(bytes)?))
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (front, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*front)
}

fn taken<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = u16::from_be_bytes(take(bytes)?);
    let (front, rest) = bytes.split_at_checked(length.into())?;
    *bytes = rest;
    Some(front)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_as_they_were() {
        let day = NaiveDate::from_ymd_opt(-4, 2, 29);
        let time = NaiveTime::from_hms_nano_opt(23, 59, 59, 999_999_999);
        let both = day.and_then(|day| time.map(|time| day.and_time(time)));
        for value in [
            Value::from(true),
            i8::MIN.into(),
            i16::MIN.into(),
            i32::MIN.into(),
            i64::MIN.into(),
            u8::MAX.into(),
            u16::MAX.into(),
            u32::MAX.into(),
            u64::MAX.into(),
            0.1_f32.into(),
            f64::MIN_POSITIVE.into(),
            f64::NEG_INFINITY.into(),
            "茶 \0 \u{1F600}".into(),
            vec![0_u8, 255].into(),
            Uuid::from_u128(7).into(),
            Value::ChronoDate(day),
            Value::ChronoTime(time),
            Value::ChronoDateTime(both),
            Value::ChronoDateTimeUtc(both.map(|both| both.and_utc())),
        ] {
            let mut bytes = Vec::new();
            assert_eq!(write(&mut bytes, Some(&value)), Ok(()), "{value:?}");
            assert_eq!(write(&mut bytes, None), Ok(()));
            let mut rest = bytes.as_slice();
            assert_eq!(read(&mut rest), Some(Some(value)));
            assert_eq!(read(&mut rest), Some(None));
            assert_eq!(read(&mut rest), None, "nothing is left");
            for end in 0..bytes.len() - 1 {
                assert_eq!(read(&mut &bytes[..end]), None, "cut off at {end}");
            }
        }
        let mut bytes = Vec::new();
        assert_eq!(write(&mut bytes, Some(&f64::NAN.into())), Ok(()));
        let back = read(&mut bytes.as_slice());
        assert!(matches!(back, Some(Some(Value::Double(Some(nan)))) if nan.is_nan()));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let too_long = [
            "a".repeat(LONGEST_TEXT + 1).into(),
            vec![0_u8; LONGEST_BYTES + 1].into(),
            "a".repeat(1 << 20).into(),
        ];
        for value in too_long {
            assert_eq!(write(&mut Vec::new(), Some(&value)), Err(Unfit::TooLong));
        }
        let widest = "\u{1F600}".repeat(LONGEST_TEXT).into();
        assert_eq!(write(&mut Vec::new(), Some(&widest)), Ok(()));
        let json = Value::Json(Some(Box::new(serde_json::Value::Null)));
        assert_eq!(write(&mut Vec::new(), Some(&json)), Err(Unfit::Kind));
    }
}
