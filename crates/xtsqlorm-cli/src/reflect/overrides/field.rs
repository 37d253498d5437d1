//! One column and the Rust type that the user wants for it.

use anyhow::{Result, anyhow, bail};
use sea_orm::DbBackend;
use sea_query::ColumnType;
use xtsqlorm::connection::Backend;
use xtsqlorm::reflect::{
    ColumnModel, DataType, MappedKind, Mapping, MappingOptions, map_column, map_column_as_text,
};

use crate::reflect::nearest;

/// Gives the column the wanted type, if its values can be read as such.
pub(super) fn change(
    column: &ColumnModel,
    field: &mut Mapping,
    wanted: &str,
    backend: Backend,
) -> Result<()> {
    let wanted: String = wanted.chars().filter(|c| !c.is_whitespace()).collect();
    let (optional, name) = match wanted
        .strip_prefix("Option<")
        .and_then(|rest| rest.strip_suffix('>'))
    {
        Some(inner) => (true, inner),
        None => (false, wanted.as_str()),
    };
    let nullable = field.nullable || optional;
    *field = if name.contains("::") {
        syn::parse_str::<syn::Type>(name)
            .map_err(|error| anyhow!("`{name}` is no Rust type: {error}"))?;
        let kind = match &field.kind {
            MappedKind::Enum { .. } | MappedKind::EnumArray { .. } => {
                MappedKind::Plain(ColumnType::Text)
            }
            kind => kind.clone(),
        };
        Mapping {
            kind,
            rust_type: Some(name.to_owned()),
            note: None,
            ..field.clone()
        }
    } else {
        known(column, field, name, backend)?
    };
    field.nullable = nullable;
    Ok(())
}

/// The field for a type that the tool knows by name.
fn known(column: &ColumnModel, field: &Mapping, name: &str, backend: Backend) -> Result<Mapping> {
    use ColumnType as C;
    let data_type = column.data_type.base();
    let is_bytes = matches!(
        data_type,
        DataType::Binary { .. } | DataType::VarBinary { .. } | DataType::Blob { .. }
    );
    let dialect = backend.dialect();
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
        "Decimal" => return Ok(decimal(column, field, dialect)),
        "Date" => C::Date,
        "Time" => C::Time,
        "DateTime" => C::DateTime,
        "DateTimeUtc" => C::Timestamp,
        "DateTimeWithTimeZone" => C::TimestampWithTimeZone,
        "Json" if *data_type == (DataType::Json { binary: true }) => C::JsonBinary,
        "Json" => C::Json,
        "Uuid" => {
            let fits = match data_type {
                DataType::Uuid => dialect != DbBackend::MySql,
                DataType::Binary { length } => *length == 16,
                _ => dialect == DbBackend::Sqlite,
            };
            if !fits {
                let stored = match dialect {
                    DbBackend::MySql => "BINARY(16)",
                    _ => "uuid",
                };
                bail!(
                    "a Uuid is stored as {stored}, and the column is {}",
                    column.sql_type
                );
            }
            C::Uuid
        }
        "String" if is_bytes => bail!(
            "bytes are not always text, and the column is {}",
            column.sql_type
        ),
        "String" => {
            let mapping = map_column_as_text(column, backend);
            return Ok(Mapping {
                note: None,
                ..mapping
            });
        }
        "Vec<u8>" if is_bytes => {
            return Ok(Mapping {
                note: None,
                ..field.clone()
            });
        }
        "Vec<u8>" => {
            let bytes = match dialect {
                DbBackend::MySql => "binary",
                DbBackend::Postgres => "bytea",
                _ => "blob",
            };
            return Ok(Mapping {
                select_as: Some(bytes.to_owned()),
                ..plain(C::Blob)
            });
        }
        "AnyValue" if dialect == DbBackend::Sqlite => {
            return Ok(Mapping {
                kind: MappedKind::Any,
                ..plain(C::Text)
            });
        }
        _ if name.starts_with("Vec<") => return vector(column, name, backend),
        _ => bail!(
            "unknown type `{name}`{}; write a type of your own with its path, as in `crate::Money`",
            nearest(name, KNOWN.into_iter().map(str::to_owned))
        ),
    };
    Ok(plain(column_type))
}

/// A `Decimal`, with the digits that the column has.
fn decimal(column: &ColumnModel, field: &Mapping, dialect: DbBackend) -> Mapping {
    if matches!(field.kind, MappedKind::Plain(ColumnType::Decimal(_))) {
        return Mapping {
            note: None,
            ..field.clone()
        };
    }
    let digits = column.precision().zip(column.scale());
    let digits = digits.map(|(precision, scale)| (precision, scale.unsigned_abs()));
    Mapping {
        // A whole number of SQLite does not decode as a Decimal.
        select_as: (dialect == DbBackend::Sqlite).then(|| "real".to_owned()),
        ..plain(ColumnType::Decimal(digits))
    }
}

/// A `Vec` for an array of PostgreSQL.
fn vector(column: &ColumnModel, name: &str, backend: Backend) -> Result<Mapping> {
    let options = MappingOptions {
        arrays_as_vec: true,
        ..MappingOptions::default()
    };
    let mapping = map_column(column, backend, &options);
    match mapping.kind {
        MappedKind::EnumArray { .. } | MappedKind::Plain(ColumnType::Array(_)) => Ok(mapping),
        _ => bail!(
            "no `{name}` of SeaORM's stands for {}, or it has another element",
            column.sql_type
        ),
    }
}

fn plain(column_type: ColumnType) -> Mapping {
    Mapping {
        kind: MappedKind::Plain(column_type),
        nullable: false,
        column_type: None,
        rust_type: None,
        select_as: None,
        save_as: None,
        note: None,
    }
}

/// The types that [`known`] knows, for the hint.
const KNOWN: [&str; 21] = [
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
    "Vec<u8>",
];
