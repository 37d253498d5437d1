//! What a declared type means, as people and tools write it.

use crate::reflect::{DataType, TypeName};

/// What a column that was declared with this type is meant to store. SQLite enforces it in `STRICT`
/// tables only: integers have 64 bits and reals 64 bits under any name.
pub(super) fn data_type(sql_type: &str) -> DataType {
    let declared = Declared::parse(sql_type);
    let length = declared.arguments.first().copied();
    let precision = length.and_then(|digits| u8::try_from(digits).ok());
    match declared.name.as_str() {
        "boolean" | "bool" => DataType::Boolean,
        "int" | "integer" | "tinyint" | "smallint" | "mediumint" | "bigint" | "big int"
        | "int2" | "int4" | "int8" => DataType::Integer {
            bits: 64,
            unsigned: false,
        },
        // How sea-query writes a decimal.
        "real" if length.is_some() => declared.decimal(),
        "real" | "double" | "double precision" | "float" => DataType::Float { bits: 64 },
        "decimal" | "numeric" | "dec" | "real_decimal" | "money" | "real_money" => {
            declared.decimal()
        }
        "char" | "character" | "nchar" | "native character" => DataType::Char { length },
        "varchar" | "nvarchar" | "character varying" | "varying character" => {
            DataType::VarChar { length }
        }
        "text" | "clob" | "tinytext" | "mediumtext" | "longtext" | "ntext" | "enum_text" => {
            DataType::Text { max_bytes: None }
        }
        "blob" | "tinyblob" | "mediumblob" | "longblob" => DataType::Blob { max_bytes: None },
        "binary" => match length {
            Some(length) => DataType::Binary { length },
            None => DataType::Blob { max_bytes: None },
        },
        "varbinary" | "varbinary_blob" => DataType::VarBinary { length },
        "date" | "date_text" => DataType::Date,
        "time" | "time_text" | "time without time zone" => DataType::Time {
            precision,
            zoned: false,
        },
        "datetime" | "datetime_text" | "timestamp without time zone" => {
            DataType::DateTime { precision }
        }
        "timestamp"
        | "timestamp_text"
        | "timestamptz"
        | "timestamp with time zone"
        | "timestamp_with_timezone_text" => DataType::Timestamp { precision },
        "json" | "json_text" | "jsonb_text" => DataType::Json { binary: false },
        "jsonb" => DataType::Json { binary: true },
        "uuid" | "uuid_text" | "guid" | "uniqueidentifier" => DataType::Uuid,
        _ => DataType::Other {
            name: TypeName::new(None, &sql_type.to_lowercase()),
        },
    }
}

/// A type in its parts: `decimal`, 10 and 2.
struct Declared {
    /// In lower case, with single spaces, without what stands in brackets and without `unsigned`.
    name: String,
    arguments: Vec<u32>,
}

impl Declared {
    fn parse(sql_type: &str) -> Self {
        let lower = sql_type.to_lowercase();
        let (before, arguments, after) = match lower.split_once('(') {
            Some((before, rest)) => {
                let (inside, after) = rest.split_once(')').unwrap_or((rest, ""));
                (before, inside, after)
            }
            None => (lower.as_str(), "", ""),
        };
        let words = before
            .split_whitespace()
            .chain(after.split_whitespace())
            .filter(|word| !matches!(*word, "unsigned" | "signed" | "zerofill"));
        let numbers = arguments.split(',').map(|number| number.trim().parse());
        Self {
            name: words.collect::<Vec<_>>().join(" "),
            arguments: numbers.collect::<Result<_, _>>().unwrap_or_default(),
        }
    }

    fn decimal(&self) -> DataType {
        let scale = self
            .arguments
            .get(1)
            .and_then(|scale| i32::try_from(*scale).ok());
        let precision = self.arguments.first().copied();
        DataType::Decimal {
            precision,
            scale: scale.or(precision.map(|_| 0)),
        }
    }
}
