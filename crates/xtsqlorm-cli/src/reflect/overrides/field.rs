//! One column and the Rust type that the user wants for it.

use anyhow::{Result, anyhow, bail};
use sea_query::ColumnType;

use crate::reflect::model::{Column, Field, Kind};
use crate::reflect::nearest;

/// Gives the column the wanted type, if its values can be read as such.
pub(super) fn change(column: &mut Column, wanted: &str) -> Result<()> {
    let wanted: String = wanted.chars().filter(|c| !c.is_whitespace()).collect();
    let (optional, name) = match wanted
        .strip_prefix("Option<")
        .and_then(|rest| rest.strip_suffix('>'))
    {
        Some(inner) => (true, inner),
        None => (false, wanted.as_str()),
    };
    column.field = if name.contains("::") {
        syn::parse_str::<syn::Type>(name)
            .map_err(|error| anyhow!("`{name}` is no Rust type: {error}"))?;
        let kind = match &column.field.kind {
            Kind::Enum(_) => Kind::Plain(ColumnType::Text),
            kind => kind.clone(),
        };
        Field {
            kind,
            rust_type: Some(name.to_owned()),
            fallback: None,
            ..column.field.clone()
        }
    } else {
        known(column, name)?
    };
    column.nullable |= optional;
    Ok(())
}

/// The field for a type that the tool knows by name.
fn known(column: &Column, name: &str) -> Result<Field> {
    use ColumnType as C;
    let now = match &column.field.kind {
        Kind::Plain(column_type) => column_type.clone(),
        Kind::Enum(_) => C::Text,
    };
    let is_bytes = matches!(now, C::Binary(_) | C::VarBinary(_) | C::Blob);
    let is_text = matches!(now, C::Char(_) | C::String(_) | C::Text);
    let column_type = match name {
        "bool" => C::Boolean,
        "i8" => C::TinyInteger,
        "i16" => C::SmallInteger,
        "i32" => C::Integer,
        "i64" => C::BigInteger,
        "u8" => C::TinyUnsigned,
        "u16" => C::SmallUnsigned,
        "u32" => C::Unsigned,
        "u64" => C::BigUnsigned,
        "f32" => C::Float,
        "f64" => C::Double,
        "Decimal" if matches!(now, C::Decimal(_)) => now,
        "Decimal" => C::Decimal(None),
        "Date" => C::Date,
        "Time" => C::Time,
        "DateTime" => C::DateTime,
        "DateTimeUtc" => C::Timestamp,
        "DateTimeWithTimeZone" => C::TimestampWithTimeZone,
        "Json" => C::Json,
        "Uuid" if matches!(now, C::Binary(16) | C::Uuid) => C::Uuid,
        "Uuid" => bail!(
            "a Uuid is stored as BINARY(16), and the column is {}",
            column.sql_type
        ),
        "String" if is_text => now,
        "String" if is_bytes => bail!(
            "bytes are not always text, and the column is {}",
            column.sql_type
        ),
        "String" => return Ok(Field::plain(C::Text).selected_as("char")),
        "Vec<u8>" if is_bytes => {
            return Ok(Field {
                fallback: None,
                ..column.field.clone()
            });
        }
        "Vec<u8>" => return Ok(Field::plain(C::Blob).selected_as("binary")),
        _ => bail!(
            "unknown type `{name}`{}; write a type of your own with its path, as in `crate::Money`",
            nearest(name, KNOWN.into_iter().map(str::to_owned))
        ),
    };
    Ok(Field::plain(column_type))
}

/// The types that [`known`] knows, for the hint.
const KNOWN: [&str; 20] = [
    "bool",
    "i8",
    "i16",
    "i32",
    "i64",
    "u8",
    "u16",
    "u32",
    "u64",
    "f32",
    "f64",
    "Decimal",
    "Date",
    "Time",
    "DateTime",
    "DateTimeUtc",
    "DateTimeWithTimeZone",
    "Json",
    "Uuid",
    "String",
];
