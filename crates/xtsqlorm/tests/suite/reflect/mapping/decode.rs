//! What the fields of an entity read.

use anyhow::{Context, bail};
use sea_orm::{
    QueryResult, TryGetable,
    prelude::{Date, DateTime, DateTimeUtc, DateTimeWithTimeZone, Decimal, Json, Time, Uuid},
    sea_query::{ColumnType, Nullable, Value},
    sqlx::{Row, TypeInfo, ValueRef},
};
use xtsqlorm::reflect::MappedKind;

use crate::support::Result;

/// The first column, as a field of the mapping's type reads it.
pub(super) fn decode(row: &QueryResult, kind: &MappedKind) -> Result<Value> {
    use ColumnType as C;
    let column_type = match kind {
        MappedKind::Plain(column_type) => column_type,
        MappedKind::Enum { values, .. } => {
            let value: Option<String> = row.try_get_by_index(0)?;
            if let Some(value) = value.as_ref().filter(|value| !values.contains(value)) {
                bail!("'{value}' is none of {values:?}");
            }
            return Ok(value.into());
        }
        MappedKind::Any => return any(row),
        other => bail!("{other:?}"),
    };
    match column_type {
        C::Boolean => get::<bool>(row),
        C::TinyInteger => get::<i8>(row),
        C::SmallInteger => get::<i16>(row),
        C::Integer => get::<i32>(row),
        C::BigInteger => get::<i64>(row),
        C::TinyUnsigned => get::<u8>(row),
        C::SmallUnsigned => get::<u16>(row),
        C::Unsigned => get::<u32>(row),
        C::BigUnsigned => get::<u64>(row),
        C::Float => get::<f32>(row),
        C::Double => get::<f64>(row),
        C::Decimal(_) => get::<Decimal>(row),
        C::Char(_) | C::String(_) | C::Text => get::<String>(row),
        C::Binary(_) | C::VarBinary(_) | C::Blob => get::<Vec<u8>>(row),
        C::Date => get::<Date>(row),
        C::Time => get::<Time>(row),
        C::DateTime => get::<DateTime>(row),
        C::Timestamp => get::<DateTimeUtc>(row),
        C::TimestampWithTimeZone => get::<DateTimeWithTimeZone>(row),
        C::Json | C::JsonBinary => get::<Json>(row),
        C::Uuid => get::<Uuid>(row),
        other => bail!("no field for {other:?}"),
    }
}

fn get<T: TryGetable + Into<Value> + Nullable>(row: &QueryResult) -> Result<Value> {
    let value: Option<T> = row.try_get_by_index(0)?;
    Ok(value.into())
}

/// Whatever SQLite stored.
fn any(row: &QueryResult) -> Result<Value> {
    let row = row
        .try_as_sqlite_row()
        .context("only SQLite has such columns")?;
    let raw = row.try_get_raw(0)?;
    if raw.is_null() {
        return Ok(Value::String(None));
    }
    let class = raw.type_info().name().to_owned();
    Ok(match class.as_str() {
        "INTEGER" => row.try_get_unchecked::<i64, _>(0)?.into(),
        "REAL" => row.try_get_unchecked::<f64, _>(0)?.into(),
        "TEXT" => row.try_get_unchecked::<String, _>(0)?.into(),
        "BLOB" => row.try_get_unchecked::<Vec<u8>, _>(0)?.into(),
        other => bail!("no storage class {other}"),
    })
}
