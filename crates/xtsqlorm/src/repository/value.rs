//! Values whose type is known at run time only.

use sea_orm::{
    Value,
    sea_query::{ArrayType, OptionEnum, ValueType},
    sqlx::types::{
        Decimal, Uuid,
        chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc},
    },
};

/// Whole numbers up to this size are floating-point numbers, too, without a loss.
const EXACT_IN_DOUBLE: i128 = 1 << 53;

/// Whether it is NULL.
pub(crate) fn is_null(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_none(),
        Value::Bytes(bytes) => bytes.is_none(),
        Value::Json(json) => json.is_none(),
        other => *other == other.as_null(),
    }
}

/// A whole number of any width.
pub(crate) fn integer(value: &Value) -> Option<i128> {
    match value {
        Value::TinyInt(n) => n.map(i128::from),
        Value::SmallInt(n) => n.map(i128::from),
        Value::Int(n) => n.map(i128::from),
        Value::BigInt(n) => n.map(i128::from),
        Value::TinyUnsigned(n) => n.map(i128::from),
        Value::SmallUnsigned(n) => n.map(i128::from),
        Value::Unsigned(n) => n.map(i128::from),
        Value::BigUnsigned(n) => n.map(i128::from),
        _ => None,
    }
}

/// A number that a `f64` holds exactly.
pub(crate) fn double(value: &Value) -> Option<f64> {
    match value {
        Value::Double(n) => *n,
        Value::Float(n) => n.map(f64::from),
        other => {
            let n = integer(other).filter(|n| n.abs() <= EXACT_IN_DOUBLE)?;
            // As text, since no lossless conversion from so wide an integer exists.
            n.to_string().parse().ok()
        }
    }
}

/// A number that a `Decimal` holds exactly. Of a floating-point number, what it prints as counts.
pub(crate) fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Decimal(n) => *n,
        Value::Double(n) => decimal_of_text(&n.as_ref()?.to_string()),
        Value::Float(n) => decimal_of_text(&n.as_ref()?.to_string()),
        Value::String(text) => decimal_of_text(text.as_ref()?),
        other => Decimal::try_from_i128_with_scale(integer(other)?, 0).ok(),
    }
}

/// Reads `12.50` and `1e-7`; `None` for what a `Decimal` would round.
pub(crate) fn decimal_of_text(text: &str) -> Option<Decimal> {
    if text.contains(['e', 'E']) {
        return Decimal::from_scientific(text).ok();
    }
    Decimal::from_str_exact(text).ok()
}

/// Text, also that of an enum or of a single character.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.clone(),
        Value::Char(letter) => letter.map(String::from),
        Value::Enum(OptionEnum::Some(member)) => Some(member.value.to_string()),
        _ => None,
    }
}

/// A UUID in any of its forms.
pub(crate) fn uuid(value: &Value) -> Option<Uuid> {
    match value {
        Value::Uuid(uuid) => *uuid,
        Value::Bytes(bytes) => Uuid::from_slice(bytes.as_ref()?).ok(),
        Value::String(text) => Uuid::parse_str(text.as_ref()?).ok(),
        _ => None,
    }
}

/// A day.
pub(crate) fn date(value: &Value) -> Option<NaiveDate> {
    match value {
        Value::ChronoDate(date) => *date,
        Value::String(text) => text.as_ref()?.parse().ok(),
        _ => None,
    }
}

/// A time of day.
pub(crate) fn time(value: &Value) -> Option<NaiveTime> {
    match value {
        Value::ChronoTime(time) => *time,
        Value::String(text) => text.as_ref()?.parse().ok(),
        _ => None,
    }
}

/// A day and a time of no zone.
pub(crate) fn date_time(value: &Value) -> Option<NaiveDateTime> {
    const FORMATS: [&str; 4] = ["%FT%T%.f", "%F %T%.f", "%FT%R", "%F %R"];
    match value {
        Value::ChronoDateTime(moment) => *moment,
        Value::String(text) => {
            let text = text.as_ref()?;
            let read = |format| NaiveDateTime::parse_from_str(text, format).ok();
            FORMATS.into_iter().find_map(read)
        }
        _ => None,
    }
}

/// A moment, with the offset that it was written with.
pub(crate) fn moment(value: &Value) -> Option<DateTime<FixedOffset>> {
    match value {
        Value::ChronoDateTimeUtc(moment) => moment.map(Into::into),
        Value::ChronoDateTimeLocal(moment) => moment.map(Into::into),
        Value::ChronoDateTimeWithTimeZone(moment) => *moment,
        Value::String(text) => {
            let text = text.as_ref()?;
            let spaced = || DateTime::parse_from_str(text, "%F %T%.f%:z");
            let short = || DateTime::parse_from_str(text, "%F %T%.f%#z");
            DateTime::parse_from_rfc3339(text)
                .or_else(|_| spaced())
                .or_else(|_| short())
                .ok()
        }
        _ => None,
    }
}

/// The value as a `T`, where that loses nothing: whole numbers change their width, and text is read
/// as a date, a time, a UUID or an exact number.
pub(crate) fn get_as<T: ValueType>(value: &Value) -> Option<T> {
    if let Ok(exact) = T::try_from(value.clone()) {
        return Some(exact);
    }
    T::try_from(change(value, &T::array_type())?).ok()
}

fn change(value: &Value, to: &ArrayType) -> Option<Value> {
    if is_null(value) {
        return null(to);
    }
    Some(match to {
        ArrayType::TinyInt => whole::<i8>(value)?,
        ArrayType::SmallInt => whole::<i16>(value)?,
        ArrayType::Int => whole::<i32>(value)?,
        ArrayType::BigInt => whole::<i64>(value)?,
        ArrayType::TinyUnsigned => whole::<u8>(value)?,
        ArrayType::SmallUnsigned => whole::<u16>(value)?,
        ArrayType::Unsigned => whole::<u32>(value)?,
        ArrayType::BigUnsigned => whole::<u64>(value)?,
        ArrayType::Double => double(value)?.into(),
        ArrayType::Decimal => decimal(value)?.into(),
        ArrayType::String => text(value)?.into(),
        ArrayType::Uuid => uuid(value)?.into(),
        ArrayType::ChronoDate => date(value)?.into(),
        ArrayType::ChronoTime => time(value)?.into(),
        ArrayType::ChronoDateTime => date_time(value)?.into(),
        ArrayType::ChronoDateTimeUtc => moment(value)?.with_timezone(&Utc).into(),
        ArrayType::ChronoDateTimeWithTimeZone => moment(value)?.into(),
        _ => return None,
    })
}

fn whole<T: TryFrom<i128> + Into<Value>>(value: &Value) -> Option<Value> {
    let number: Option<T> = integer(value)?.try_into().ok();
    number.map(Into::into)
}

fn null(of: &ArrayType) -> Option<Value> {
    Some(match of {
        ArrayType::Bool => Value::Bool(None),
        ArrayType::TinyInt => Value::TinyInt(None),
        ArrayType::SmallInt => Value::SmallInt(None),
        ArrayType::Int => Value::Int(None),
        ArrayType::BigInt => Value::BigInt(None),
        ArrayType::TinyUnsigned => Value::TinyUnsigned(None),
        ArrayType::SmallUnsigned => Value::SmallUnsigned(None),
        ArrayType::Unsigned => Value::Unsigned(None),
        ArrayType::BigUnsigned => Value::BigUnsigned(None),
        ArrayType::Float => Value::Float(None),
        ArrayType::Double => Value::Double(None),
        ArrayType::String => Value::String(None),
        ArrayType::Char => Value::Char(None),
        ArrayType::Bytes => Value::Bytes(None),
        ArrayType::Json => Value::Json(None),
        ArrayType::Uuid => Value::Uuid(None),
        ArrayType::Decimal => Value::Decimal(None),
        ArrayType::ChronoDate => Value::ChronoDate(None),
        ArrayType::ChronoTime => Value::ChronoTime(None),
        ArrayType::ChronoDateTime => Value::ChronoDateTime(None),
        ArrayType::ChronoDateTimeUtc => Value::ChronoDateTimeUtc(None),
        ArrayType::ChronoDateTimeLocal => Value::ChronoDateTimeLocal(None),
        ArrayType::ChronoDateTimeWithTimeZone => Value::ChronoDateTimeWithTimeZone(None),
        _ => return None,
    })
}

/// What a value is, for messages, which never print the value itself: it may be a secret.
pub(crate) fn describe(value: &Value) -> String {
    if is_null(value) {
        return "NULL".to_owned();
    }
    match value {
        Value::Bool(_) => "a truth value".to_owned(),
        Value::Float(_) | Value::Double(_) => "a floating-point number".to_owned(),
        Value::Decimal(_) => "an exact number".to_owned(),
        Value::String(_) | Value::Char(_) | Value::Enum(_) => {
            let length = text(value).unwrap_or_default().chars().count();
            format!("a text of {length} characters")
        }
        Value::Bytes(bytes) => format!("{} bytes", bytes.as_ref().map_or(0, Vec::len)),
        Value::Json(_) => "a JSON value".to_owned(),
        Value::Uuid(_) => "a UUID".to_owned(),
        Value::ChronoDate(_) => "a date".to_owned(),
        Value::ChronoTime(_) => "a time of day".to_owned(),
        Value::ChronoDateTime(_) => "a date and time without a zone".to_owned(),
        Value::ChronoDateTimeUtc(_)
        | Value::ChronoDateTimeLocal(_)
        | Value::ChronoDateTimeWithTimeZone(_) => "a moment with a zone".to_owned(),
        _ => "a whole number".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_change_their_width_and_never_their_value() {
        assert_eq!(get_as::<i64>(&Value::from(7_i32)), Some(7));
        assert_eq!(get_as::<u8>(&Value::from(255_i64)), Some(255));
        assert_eq!(get_as::<u8>(&Value::from(256_i64)), None);
        assert_eq!(get_as::<u64>(&Value::from(-1_i8)), None);
        assert_eq!(
            get_as::<f64>(&Value::from(1_i64 << 53)),
            Some(9007199254740992.0)
        );
        assert_eq!(get_as::<f64>(&Value::from((1_i64 << 53) + 1)), None);
        assert_eq!(get_as::<String>(&Value::from(7_i32)), None);
    }

    #[test]
    fn null_is_none_of_any_type() {
        for null in [Value::Int(None), Value::String(None), Value::Json(None)] {
            assert_eq!(get_as::<Option<i64>>(&null), Some(None));
            assert_eq!(get_as::<i64>(&null), None);
        }
        assert!(!is_null(&Value::Double(Some(f64::NAN))));
        assert!(!is_null(&Value::from(serde_json::Value::Null)));
    }

    #[test]
    fn text_is_read_as_what_it_says() {
        let text = |text: &str| Value::from(text);
        assert_eq!(get_as::<Decimal>(&text("1.50")), Some(Decimal::new(150, 2)));
        assert_eq!(decimal(&Value::from(0.1)), Some(Decimal::new(1, 1)));
        assert_eq!(decimal_of_text("1e-7"), Some(Decimal::new(1, 7)));
        assert_eq!(decimal_of_text(&"9".repeat(40)), None);
        assert!(get_as::<NaiveDateTime>(&text("2026-02-28 10:00:00.5")).is_some());
        assert!(get_as::<DateTime<Utc>>(&text("2026-02-28T10:00:00+08:00")).is_some());
        assert_eq!(get_as::<NaiveDate>(&text("2026-02-30")), None);
    }
}
