//! How Rust holds each column type of MySQL and MariaDB.
//!
//! The rule: a value that was read can be written back unchanged, whatever it is. Where the obvious
//! Rust type cannot promise that, a wider one stands in and the report says so. TINYINT(1) is the
//! one exception: it is how these servers spell BOOLEAN, so it is a `bool`, and a column of that
//! type that holds other numbers wants an override.

use heck::ToUpperCamelCase;
use sea_query::{ColumnType, StringLen};
use sea_schema::mysql::def::{NumericAttr, Type};
use unicode_ident::{is_xid_continue, is_xid_start};

use crate::reflect::model::{Field, Kind};

/// Most digits that `Decimal` holds for every value.
const DECIMAL_DIGITS: u32 = 28;

/// The field for a column type; `json` says that a check constraint keeps the text valid JSON, as
/// MariaDB's JSON does.
pub(super) fn field(sql_type: &Type, json: bool) -> Field {
    use ColumnType as C;
    let plain = Field::plain;
    match sql_type {
        Type::Serial => plain(C::BigUnsigned),
        Type::Bool => plain(C::Boolean),
        Type::TinyInt(n) if n.maximum == Some(1) && n.unsigned.is_none() => plain(C::Boolean),
        Type::TinyInt(n) => plain(sign(n, C::TinyInteger, C::TinyUnsigned)),
        Type::SmallInt(n) => plain(sign(n, C::SmallInteger, C::SmallUnsigned)),
        Type::MediumInt(n) | Type::Int(n) => plain(sign(n, C::Integer, C::Unsigned)),
        Type::BigInt(n) => plain(sign(n, C::BigInteger, C::BigUnsigned)),
        Type::Bit(n) if n.maximum.unwrap_or(1) == 1 => plain(C::Boolean),
        Type::Bit(_) => plain(C::BigUnsigned).because("the bits as one number"),
        Type::Decimal(n) => decimal(n),
        Type::Float(_) => plain(C::Float),
        Type::Double(_) => plain(C::Double),
        // sqlx decodes YEAR as an unsigned number only.
        Type::Year => plain(C::SmallUnsigned),
        Type::Date => plain(C::Date),
        Type::Time(_) => plain(C::Time),
        Type::DateTime(_) => plain(C::DateTime),
        Type::Timestamp(_) => plain(C::Timestamp),
        Type::Char(s) | Type::NChar(s) => plain(C::Char(s.length)),
        Type::Varchar(s) | Type::NVarchar(s) => {
            plain(C::String(s.length.map_or(StringLen::None, StringLen::N)))
        }
        Type::Json => plain(C::Json),
        Type::LongText(_) if json => plain(C::Json),
        Type::Text(_) | Type::TinyText(_) | Type::MediumText(_) | Type::LongText(_) => {
            plain(C::Text)
        }
        Type::Binary(s) => plain(C::Binary(s.length.unwrap_or(1))),
        Type::Varbinary(s) => plain(C::VarBinary(s.length.map_or(StringLen::None, StringLen::N))),
        Type::Blob(_) | Type::TinyBlob | Type::MediumBlob | Type::LongBlob => plain(C::Blob),
        Type::Enum(def) => enumeration(&def.values),
        Type::Set(_) => plain(C::Text).because("the members, joined by commas"),
        Type::Geometry(_) => geometry("GEOMETRY"),
        Type::Point(_) => geometry("POINT"),
        Type::LineString(_) => geometry("LINESTRING"),
        Type::Polygon(_) => geometry("POLYGON"),
        Type::MultiPoint(_) => geometry("MULTIPOINT"),
        Type::MultiLineString(_) => geometry("MULTILINESTRING"),
        Type::MultiPolygon(_) => geometry("MULTIPOLYGON"),
        Type::GeometryCollection(_) => geometry("GEOMETRYCOLLECTION"),
        Type::Unknown(name) => unknown(name),
    }
}

/// The signed or the unsigned one.
fn sign(number: &NumericAttr, signed: ColumnType, unsigned: ColumnType) -> ColumnType {
    if number.unsigned.is_some() {
        unsigned
    } else {
        signed
    }
}

/// `Decimal` up to 28 digits, above that the text.
fn decimal(number: &NumericAttr) -> Field {
    let precision = number.maximum.unwrap_or(10);
    if precision <= DECIMAL_DIGITS {
        return Field::plain(ColumnType::Decimal(Some((
            precision,
            number.decimal.unwrap_or(0),
        ))));
    }
    Field::plain(ColumnType::Text)
        .selected_as("char")
        .because(format!("as text: {precision} digits do not fit a Decimal"))
}

/// The bytes as the server stores them, which it takes back as they are; sqlx decodes them only
/// once cast.
fn geometry(name: &str) -> Field {
    Field::plain(ColumnType::Blob)
        .declared_as(name)
        .selected_as("binary")
        .because("the bytes as stored: 4 of SRID, then WKB")
}

/// A Rust enum, or text where `DeriveActiveEnum` could not tell two values apart.
fn enumeration(values: &[String]) -> Field {
    match unfit_for_enum(values) {
        None => Field {
            kind: Kind::Enum(values.to_vec()),
            ..Field::plain(ColumnType::Text)
        },
        Some(reason) => Field::plain(ColumnType::Text).because(reason),
    }
}

/// Types that sea-schema does not know.
fn unknown(name: &str) -> Field {
    match name.to_ascii_lowercase().as_str() {
        "vector" => Field::plain(ColumnType::Blob)
            .declared_as("VECTOR")
            .selected_as("binary")
            .saved_as("binary")
            .because("the bytes as stored: 4 per dimension"),
        "geomcollection" => geometry("GEOMETRYCOLLECTION"),
        name => Field::plain(ColumnType::Text)
            .because(format!("as text: no Rust type stands for {name}")),
    }
}

/// Why these values cannot be the variants of an enum.
fn unfit_for_enum(values: &[String]) -> Option<String> {
    let mut seen: Vec<(String, &String)> = Vec::new();
    for value in values {
        let name = derived_variant(value);
        if name == "Self" {
            return Some(format!("as text: no variant can be named for '{value}'"));
        }
        if let Some((_, other)) = seen.iter().find(|(seen, _)| *seen == name) {
            return Some(format!(
                "as text: '{other}' and '{value}' would be one variant"
            ));
        }
        seen.push((name, value));
    }
    None
}

/// The variant that `DeriveActiveEnum` names after a value in a second enum of its own; follows its
/// `camel_case_with_escaped_non_uax31`.
fn derived_variant(value: &str) -> String {
    let escaped: String = value
        .chars()
        .enumerate()
        .map(|(position, c)| {
            let fits = match position {
                0 => is_xid_start(c),
                _ => is_xid_continue(c) && c != '_',
            };
            if fits {
                c.to_string()
            } else {
                format!("{:#X}", u32::from(c))
            }
        })
        .collect();
    escaped.to_upper_camel_case()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sql_type: &str) -> Field {
        field(&parse(sql_type), false)
    }

    fn parse(sql_type: &str) -> Type {
        // sea-schema keeps its tokenizer to itself, so a type goes through the parser of a row.
        let row = sea_schema::mysql::query::ColumnQueryResult {
            column_type: sql_type.to_owned(),
            is_nullable: "NO".to_owned(),
            ..Default::default()
        };
        row.parse(&sea_schema::mysql::def::SystemInfo::default())
            .col_type
    }

    #[test]
    fn numbers() {
        for (sql_type, expected) in [
            ("tinyint(1)", ColumnType::Boolean),
            ("tinyint(1) unsigned", ColumnType::TinyUnsigned),
            ("tinyint(4)", ColumnType::TinyInteger),
            ("mediumint unsigned", ColumnType::Unsigned),
            ("year", ColumnType::SmallUnsigned),
            ("bit(1)", ColumnType::Boolean),
            ("bit(64)", ColumnType::BigUnsigned),
            ("decimal(5,2)", ColumnType::Decimal(Some((5, 2)))),
        ] {
            assert_eq!(of(sql_type).kind, Kind::Plain(expected), "{sql_type}");
        }
        assert_eq!(of("decimal(65,30)").select_as.as_deref(), Some("char"));
    }

    #[test]
    fn texts_and_bytes_of_every_size() {
        for sql_type in ["tinytext", "text", "mediumtext", "longtext", "set('a','b')"] {
            assert_eq!(
                of(sql_type).kind,
                Kind::Plain(ColumnType::Text),
                "{sql_type}"
            );
        }
        for sql_type in ["tinyblob", "blob", "mediumblob", "longblob", "geometry"] {
            assert_eq!(
                of(sql_type).kind,
                Kind::Plain(ColumnType::Blob),
                "{sql_type}"
            );
        }
        assert_eq!(
            field(&parse("longtext"), true).kind,
            Kind::Plain(ColumnType::Json)
        );
    }

    #[test]
    fn enum_values_come_through_whole() {
        let values = ["G", "PG-13", "it's", "a,b", "", "back\\slash"]
            .map(str::to_owned)
            .to_vec();
        let field = of(r"enum('G','PG-13','it''s','a,b','','back\\slash')");
        assert_eq!(field.kind, Kind::Enum(values));
    }

    #[test]
    fn enums_that_cannot_be_told_apart_stay_text() {
        assert_eq!(
            of("enum('Pending','pending')").kind,
            Kind::Plain(ColumnType::Text)
        );
        assert_eq!(of("enum('self','a')").kind, Kind::Plain(ColumnType::Text));
    }
}
