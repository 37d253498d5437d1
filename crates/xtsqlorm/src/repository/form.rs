//! How the values of a column are held, and how what was given becomes one.

mod convert;
mod read;

use sea_orm::{
    DbBackend, Value,
    sea_query::{ArrayType, ColumnType},
};

use super::Refusal;

/// The variant of [`sea_orm::Value`] that a column's values come as, and are bound as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Bool,
    Integer {
        bits: u8,
        unsigned: bool,
    },
    Float,
    Double,
    Decimal,
    Text,
    Bytes,
    Date,
    Time,
    DateTime,
    /// A moment, in UTC.
    Moment,
    Json,
    Uuid,
    /// Whatever was stored: a column that SQLite was told no type for.
    Any,
}

impl Form {
    /// The form of a column type; `None` for one whose values have no form here.
    pub(crate) fn of(column_type: &ColumnType) -> Option<Self> {
        use ColumnType as C;
        let integer = |bits, unsigned| Self::Integer { bits, unsigned };
        Some(match column_type {
            C::Boolean => Self::Bool,
            C::TinyInteger => integer(8, false),
            C::SmallInteger => integer(16, false),
            C::Integer => integer(32, false),
            C::BigInteger => integer(64, false),
            C::TinyUnsigned => integer(8, true),
            C::SmallUnsigned => integer(16, true),
            C::Unsigned => integer(32, true),
            C::BigUnsigned => integer(64, true),
            C::Float => Self::Float,
            C::Double => Self::Double,
            C::Decimal(_) => Self::Decimal,
            C::Binary(_) | C::VarBinary(_) | C::Blob => Self::Bytes,
            C::Date => Self::Date,
            C::Time => Self::Time,
            C::DateTime => Self::DateTime,
            C::Timestamp | C::TimestampWithTimeZone => Self::Moment,
            C::Json | C::JsonBinary => Self::Json,
            C::Uuid => Self::Uuid,
            C::Char(_) | C::String(_) | C::Text | C::Enum { .. } | C::Custom(_) => Self::Text,
            _ => return None,
        })
    }

    /// How the values of a field of an entity are held, if they can be compared with each other.
    pub(crate) fn of_field(field: &ArrayType) -> Option<Self> {
        use ArrayType as A;
        let integer = |bits, unsigned| Self::Integer { bits, unsigned };
        Some(match field {
            A::Bool => Self::Bool,
            A::TinyInt => integer(8, false),
            A::SmallInt => integer(16, false),
            A::Int => integer(32, false),
            A::BigInt => integer(64, false),
            A::TinyUnsigned => integer(8, true),
            A::SmallUnsigned => integer(16, true),
            A::Unsigned => integer(32, true),
            A::BigUnsigned => integer(64, true),
            A::Float => Self::Float,
            A::Double => Self::Double,
            A::Decimal => Self::Decimal,
            A::String | A::Char | A::Enum(_) => Self::Text,
            A::ChronoDate => Self::Date,
            A::ChronoTime => Self::Time,
            A::ChronoDateTime => Self::DateTime,
            A::ChronoDateTimeUtc | A::ChronoDateTimeLocal | A::ChronoDateTimeWithTimeZone => {
                Self::Moment
            }
            A::Uuid => Self::Uuid,
            _ => return None,
        })
    }

    /// NULL of this form; the driver tells PostgreSQL the type even of a NULL.
    pub(crate) fn null(self) -> Value {
        match self {
            Self::Bool => Value::Bool(None),
            Self::Integer { bits, unsigned } => match (bits, unsigned) {
                (8, false) => Value::TinyInt(None),
                (16, false) => Value::SmallInt(None),
                (32, false) => Value::Int(None),
                (_, false) => Value::BigInt(None),
                (8, true) => Value::TinyUnsigned(None),
                (16, true) => Value::SmallUnsigned(None),
                (32, true) => Value::Unsigned(None),
                (_, true) => Value::BigUnsigned(None),
            },
            Self::Float => Value::Float(None),
            Self::Double => Value::Double(None),
            Self::Decimal => Value::Decimal(None),
            Self::Bytes => Value::Bytes(None),
            Self::Date => Value::ChronoDate(None),
            Self::Time => Value::ChronoTime(None),
            Self::DateTime => Value::ChronoDateTime(None),
            Self::Moment => Value::ChronoDateTimeUtc(None),
            Self::Json => Value::Json(None),
            Self::Uuid => Value::Uuid(None),
            Self::Text | Self::Any => Value::String(None),
        }
    }

    /// What to give, for messages.
    pub(crate) fn expected(self) -> &'static str {
        match self {
            Self::Bool => "true or false",
            Self::Integer { .. } => "a whole number",
            Self::Float | Self::Double => "a number",
            Self::Decimal => "a number, or a text that is one",
            Self::Text => "a text",
            Self::Bytes => "bytes; in JSON, an array of numbers from 0 to 255",
            Self::Date => "a date, such as 2026-02-28",
            Self::Time => "a time of day, such as 10:00:00",
            Self::DateTime => "a date and time without a zone, such as 2026-02-28T10:00:00",
            Self::Moment => "a date and time with a zone, such as 2026-02-28T10:00:00Z",
            Self::Json => "JSON, or the text of it",
            Self::Uuid => "a UUID, or the text of one",
            Self::Any => "a number, a text or bytes",
        }
    }

    /// The type in words, where the database's own are not known.
    pub(super) fn type_name(self) -> &'static str {
        match self {
            Self::Bool => "a column of truth values",
            Self::Integer { .. } => "a column of whole numbers",
            Self::Float | Self::Double => "a column of floating-point numbers",
            Self::Decimal => "a column of exact numbers",
            Self::Text => "a column of text",
            Self::Bytes => "a column of bytes",
            Self::Date => "a column of dates",
            Self::Time => "a column of times",
            Self::DateTime => "a column of dates and times",
            Self::Moment => "a column of moments",
            Self::Json => "a column of JSON",
            Self::Uuid => "a column of UUIDs",
            Self::Any => "a column of any type",
        }
    }
}

/// A column as its values see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held<'a> {
    pub(crate) form: Form,
    pub(crate) dialect: DbBackend,
    /// The column's type, for messages.
    pub(crate) type_name: &'a str,
}

impl Held<'_> {
    /// A value of another kind than the column's.
    pub(crate) fn mismatch(self, described: &str) -> Refusal {
        Refusal::new(
            format!("{described} does not suit {}", self.type_name),
            format!("give {}", self.form.expected()),
        )
    }

    pub(crate) fn out_of_range(self, least: i128, most: i128) -> Refusal {
        Refusal::new(
            format!("the number is out of the range of {}", self.type_name),
            format!("give one from {least} to {most}"),
        )
    }
}
