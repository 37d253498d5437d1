//! What an SQLite column holds that was declared with no type that SQLite knows.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ArrayType, Nullable, ValueType, ValueTypeErr};
use sea_orm::{ColIdx, TryFromU64, TryGetError, TryGetable};
/* use serde */

/// A value of any of SQLite's storage classes but NULL.
#[derive(Clone, Debug, PartialEq /* serde */)]
/* untagged */
pub enum AnyValue {
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl TryGetable for AnyValue {
    fn try_get_by<I: ColIdx>(row: &QueryResult, column: I) -> Result<Self, TryGetError> {
        let is_null = |error: &TryGetError| matches!(error, TryGetError::Null(_));
        match i64::try_get_by(row, column) {
            Ok(number) => return Ok(Self::Integer(number)),
            Err(error) if is_null(&error) => return Err(error),
            Err(_) => {}
        }
        if let Ok(number) = f64::try_get_by(row, column) {
            return Ok(Self::Real(number));
        }
        if let Ok(text) = String::try_get_by(row, column) {
            return Ok(Self::Text(text));
        }
        Vec::<u8>::try_get_by(row, column).map(Self::Blob)
    }
}

impl From<AnyValue> for Value {
    fn from(value: AnyValue) -> Self {
        match value {
            AnyValue::Integer(number) => number.into(),
            AnyValue::Real(number) => number.into(),
            AnyValue::Text(text) => text.into(),
            AnyValue::Blob(bytes) => bytes.into(),
        }
    }
}

impl Nullable for AnyValue {
    fn null() -> Value {
        Value::String(None)
    }
}

impl ValueType for AnyValue {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        match value {
            Value::Bool(Some(is)) => Ok(Self::Integer(is.into())),
            Value::TinyInt(Some(number)) => Ok(Self::Integer(number.into())),
            Value::SmallInt(Some(number)) => Ok(Self::Integer(number.into())),
            Value::Int(Some(number)) => Ok(Self::Integer(number.into())),
            Value::BigInt(Some(number)) => Ok(Self::Integer(number)),
            Value::TinyUnsigned(Some(number)) => Ok(Self::Integer(number.into())),
            Value::SmallUnsigned(Some(number)) => Ok(Self::Integer(number.into())),
            Value::Unsigned(Some(number)) => Ok(Self::Integer(number.into())),
            Value::Float(Some(number)) => Ok(Self::Real(number.into())),
            Value::Double(Some(number)) => Ok(Self::Real(number)),
            Value::String(Some(text)) => Ok(Self::Text(text)),
            Value::Bytes(Some(bytes)) => Ok(Self::Blob(bytes)),
            _ => Err(ValueTypeErr),
        }
    }

    fn type_name() -> String {
        "AnyValue".to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::String
    }

    fn column_type() -> ColumnType {
        ColumnType::custom("ANY")
    }
}

impl TryFromU64 for AnyValue {
    fn try_from_u64(number: u64) -> Result<Self, DbErr> {
        i64::try_from_u64(number).map(Self::Integer)
    }
}
