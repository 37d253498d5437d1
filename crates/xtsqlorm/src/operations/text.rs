//! Values as text, and text as values.

use std::{
    fmt::{self, Write as _},
    str::FromStr,
};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use sea_orm::{
    Value,
    sea_query::{
        OptionEnum,
        prelude::chrono::{DateTime, FixedOffset},
    },
};

use crate::{
    dynamic::Form,
    repository::dates::{push_date, push_date_time, push_time},
};

/// What a value is written as.
pub(super) enum Written<'a> {
    Null,
    /// Characters that mean what they say: a number, a date, `true`.
    Plain(&'a str),
    /// A number in JSON, too.
    Number(&'a str),
    Truth(bool),
    /// Somebody's text.
    Text(&'a str),
    /// A JSON document.
    Json(&'a str),
    /// Base64 in text.
    Bytes(&'a [u8]),
}

/// What a value is written as, in `room` where it is no text itself. Dates and times are as in ISO
/// 8601, moments in UTC, numbers as short as they can be without another value.
pub(super) fn written<'a>(value: &'a Value, room: &'a mut String) -> Written<'a> {
    use Value as V;
    room.clear();
    match value {
        V::Bool(Some(truth)) => Written::Truth(*truth),
        V::TinyInt(Some(n)) => Written::Number(put(n, room)),
        V::SmallInt(Some(n)) => Written::Number(put(n, room)),
        V::Int(Some(n)) => Written::Number(put(n, room)),
        V::BigInt(Some(n)) => Written::Number(put(n, room)),
        V::TinyUnsigned(Some(n)) => Written::Number(put(n, room)),
        V::SmallUnsigned(Some(n)) => Written::Number(put(n, room)),
        V::Unsigned(Some(n)) => Written::Number(put(n, room)),
        V::BigUnsigned(Some(n)) => Written::Number(put(n, room)),
        V::Float(Some(n)) if n.is_finite() => Written::Number(put(format_args!("{n:?}"), room)),
        V::Float(Some(n)) => Written::Plain(special(f64::from(*n))),
        V::Double(Some(n)) if n.is_finite() => Written::Number(put(format_args!("{n:?}"), room)),
        V::Double(Some(n)) => Written::Plain(special(*n)),
        V::Decimal(Some(n)) => Written::Plain(put(n, room)),
        V::String(Some(text)) => Written::Text(text),
        V::Char(Some(letter)) => Written::Plain(put(letter, room)),
        V::Enum(OptionEnum::Some(member)) => Written::Text(&member.value),
        V::Bytes(Some(bytes)) => Written::Bytes(bytes),
        V::Json(Some(json)) => Written::Json(put(json, room)),
        V::Uuid(Some(uuid)) => Written::Plain(put(uuid, room)),
        V::ChronoDate(Some(day)) => {
            push_date(*day, room);
            Written::Plain(room)
        }
        V::ChronoTime(Some(time)) => {
            push_time(*time, room);
            Written::Plain(room)
        }
        V::ChronoDateTime(Some(moment)) => {
            push_date_time(*moment, room);
            Written::Plain(room)
        }
        V::ChronoDateTimeUtc(Some(moment)) => {
            push_moment(moment.fixed_offset(), room);
            Written::Plain(room)
        }
        V::ChronoDateTimeLocal(Some(moment)) => {
            push_moment(moment.to_utc().fixed_offset(), room);
            Written::Plain(room)
        }
        V::ChronoDateTimeWithTimeZone(Some(moment)) => {
            push_moment(*moment, room);
            Written::Plain(room)
        }
        _ => Written::Null,
    }
}

/// As chrono's `Debug` writes it.
fn push_moment(moment: DateTime<FixedOffset>, out: &mut String) {
    push_date_time(moment.naive_local(), out);
    match moment.offset().local_minus_utc() {
        0 => out.push('Z'),
        _ => {
            write!(out, "{}", moment.format("%:z")).ok();
        }
    }
}

/// The value in `room`, as it displays itself.
fn put(value: impl fmt::Display, room: &mut String) -> &str {
    write!(room, "{value}").ok();
    room
}

/// As PostgreSQL writes it; Rust reads it, too.
fn special(number: f64) -> &'static str {
    match number {
        n if n.is_nan() => "NaN",
        n if n > 0.0 => "Infinity",
        _ => "-Infinity",
    }
}

/// Bytes in base64, behind `out`.
pub(super) fn push_base64(bytes: &[u8], out: &mut String) {
    BASE64.encode_string(bytes, out);
}

/// The value that a text stands for in a column of this form. What it cannot be read as stays text,
/// which the column accepts or refuses by its own rules. `loose` columns are those of SQLite, which
/// hold numbers whatever their type says.
pub(super) fn value_of_text(form: Form, loose: bool, text: String) -> Value {
    let read = match form {
        Form::Bool => truth(&text).or_else(|| whole(&text)),
        Form::Integer { .. } => whole(&text).or_else(|| fraction(&text).filter(|_| loose)),
        Form::Float => floating::<f32>(&text),
        Form::Double => floating::<f64>(&text),
        Form::Bytes => BASE64.decode(text.as_bytes()).ok().map(Into::into),
        Form::Moment => moment(&text),
        Form::DateTime if loose => moment(&text).or_else(|| whole(&text)),
        Form::Date | Form::Time if loose => whole(&text).or_else(|| fraction(&text)),
        _ => None,
    };
    read.unwrap_or_else(|| text.into())
}

fn truth(text: &str) -> Option<Value> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "1" => Some(true.into()),
        "false" | "f" | "0" => Some(false.into()),
        _ => None,
    }
}

fn whole(text: &str) -> Option<Value> {
    match text.parse::<i64>() {
        Ok(number) => Some(number.into()),
        Err(_) => text.parse::<u64>().ok().map(Into::into),
    }
}

fn fraction(text: &str) -> Option<Value> {
    text.bytes()
        .any(|byte| byte.is_ascii_digit())
        .then(|| floating::<f64>(text))?
}

/// A floating-point number, unless the digits say a finite one that is too large for it, or too small.
pub(super) fn floating<N>(text: &str) -> Option<Value>
where
    N: FromStr + Copy + Into<f64> + Into<Value>,
{
    let number = text.parse::<N>().ok()?;
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    let is_kept = match number.into() {
        0.0 => !mantissa.bytes().any(|byte| matches!(byte, b'1'..=b'9')),
        wide => wide.is_finite() || !text.bytes().any(|byte| byte.is_ascii_digit()),
    };
    is_kept.then(|| number.into())
}

/// Also of years beyond 9999, which RFC 3339 does not have.
fn moment(text: &str) -> Option<Value> {
    text.parse::<DateTime<FixedOffset>>().ok().map(Into::into)
}

/// A JSON string, behind `out`.
pub(super) fn push_json_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = 0;
    for (place, letter) in text.char_indices() {
        let escaped = match letter {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\0'..='\u{1f}' => "",
            _ => continue,
        };
        out.push_str(&text[rest..place]);
        if escaped.is_empty() {
            write!(out, "\\u{:04x}", u32::from(letter)).ok();
        } else {
            out.push_str(escaped);
        }
        rest = place + letter.len_utf8();
    }
    out.push_str(&text[rest..]);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_json_string_is_read_back() {
        let text = "\0\u{1f}\t\n\r\"\\/\u{2028}日本🦀\u{7f}";
        let mut json = String::new();
        push_json_string(text, &mut json);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }

    #[test]
    fn moments_are_as_chrono_writes_them() {
        let utc = DateTime::from_timestamp(1_772_236_799, 7_000_000).unwrap();
        let abroad = FixedOffset::east_opt(-(3 * 3600 + 30 * 60)).unwrap();
        let local = utc.with_timezone(&abroad);
        for (value, text) in [
            (utc.into(), format!("{utc:?}")),
            (local.into(), format!("{local:?}")),
        ] {
            let mut room = String::new();
            assert!(matches!(written(&value, &mut room), Written::Plain(plain) if plain == text));
        }
    }

    #[test]
    fn floating_point_numbers_come_back_as_they_were() {
        for number in [0.1, -0.0, 1e300, f64::MIN_POSITIVE, f64::MAX, 1.0] {
            let (value, mut room) = (Value::from(number), String::new());
            let (Written::Number(text) | Written::Plain(text)) = written(&value, &mut room) else {
                panic!("{number} is a number");
            };
            let read = value_of_text(Form::Double, false, text.to_owned());
            assert_eq!(read, Value::from(number));
        }
        let read = value_of_text(Form::Float, false, "8.8".to_owned());
        assert_eq!(read, Value::from(8.8_f32));
        assert!(matches!(
            value_of_text(Form::Double, false, "-Infinity".to_owned()),
            Value::Double(Some(n)) if n == f64::NEG_INFINITY
        ));
        let zero = value_of_text(Form::Float, false, "-0e-99".to_owned());
        assert_eq!(zero, Value::from(-0.0_f32));
    }

    #[test]
    fn what_is_no_value_stays_text() {
        for (form, text) in [
            (Form::Double, "1e400"),
            (Form::Double, "-1e-400"),
            (Form::Float, "1e39"),
            (Form::Float, "1e-60"),
            (Form::Bool, "maybe"),
            (Form::Double, "one"),
            (Form::Bytes, "no base64!"),
            (Form::Moment, "yesterday"),
        ] {
            let read = value_of_text(form, false, text.to_owned());
            assert_eq!(read, Value::from(text), "{text}");
        }
    }
}
