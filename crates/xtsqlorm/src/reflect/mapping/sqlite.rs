//! SQLite, which keeps a class of storage for each value and enforces a type in `STRICT` tables
//! only.
//!
//! What a value can be follows from the affinity of its column. In a column of TEXT, INTEGER or
//! REAL affinity a value of another class is a stray, and does not decode. In a column of NUMERIC
//! affinity, such as `DECIMAL(10,2)` or `DATETIME`, integers, reals and text are all at home: the
//! price 2.00 is the integer 2, and 0.1 + 0.2 a real of 17 digits, which neither a `Decimal` nor
//! a `CAST` to text keeps; a date is text in any format, a Julian day or seconds since 1970.

use sea_query::{ColumnType, StringLen};

use super::{MappedKind, Mapping, MappingOptions};
use crate::reflect::{Affinity, ColumnModel, DataType};

/// The mapping of a column.
pub(super) fn map(column: &ColumnModel, options: &MappingOptions) -> Mapping {
    use ColumnType as C;
    let plain = Mapping::plain;
    let affinity = Affinity::of(&column.sql_type);
    let is_text = matches!(affinity, Affinity::Text | Affinity::Blob);
    if column.compound && !is_text && !options.sqlite_as_declared {
        return Mapping::of(MappedKind::Any).because(COMPOUND);
    }
    match (column.data_type.base(), affinity) {
        // Any integer column holds 64 bits, whatever its name promises.
        (DataType::Integer { .. }, _) => plain(C::BigInteger),
        (DataType::Boolean, _) => plain(C::Boolean),
        (DataType::Float { .. }, _) => plain(C::Double),
        (DataType::Binary { .. } | DataType::VarBinary { .. } | DataType::Blob { .. }, _) => {
            plain(C::Blob)
        }
        (DataType::Char { length }, _) => plain(C::Char(*length)),
        (DataType::VarChar { length }, _) => {
            plain(C::String(length.map_or(StringLen::None, StringLen::N)))
        }
        (DataType::Text { .. }, _) => plain(C::Text),
        // Only sea-query declares these types so, and SeaORM writes them: `timestamp_text`.
        (DataType::Date, Affinity::Text) => plain(C::Date),
        (DataType::Time { .. }, Affinity::Text) => plain(C::Time),
        (DataType::DateTime { .. }, Affinity::Text) => plain(C::DateTime).because(SPELLING),
        (DataType::Timestamp { .. }, Affinity::Text) => {
            plain(moment(&column.sql_type)).because(SPELLING)
        }
        (DataType::Uuid, Affinity::Text) => plain(C::Uuid),
        (DataType::Decimal { precision, scale }, Affinity::Real) => {
            plain(decimal(*precision, *scale)).because(ROUNDED)
        }
        (DataType::Json { .. }, Affinity::Text) => plain(C::Json).because(super::JSON_TEXT),
        // A number alone is stored as a number.
        (DataType::Json { binary: false }, Affinity::Numeric) => {
            plain(C::Json).selected_as("text").because(super::JSON_TEXT)
        }
        (data_type, _) if options.sqlite_as_declared => as_declared(column, data_type),
        (_, Affinity::Text) => plain(C::Text),
        _ => any(column),
    }
}

const COMPOUND: &str = "any value: the type is that of one SELECT of several in the view";
const SPELLING: &str = "the moment is kept, and written in one format";
const ROUNDED: &str = "a real number, rounded to the 15 digits that it is good for";

/// The type as if SQLite enforced it.
fn as_declared(column: &ColumnModel, data_type: &DataType) -> Mapping {
    use ColumnType as C;
    let plain = Mapping::plain;
    match data_type {
        // A whole number is stored as an integer, which does not decode as a Decimal.
        DataType::Decimal { precision, scale } => plain(decimal(*precision, *scale))
            .selected_as("real")
            .because(ROUNDED),
        DataType::Date => plain(C::Date),
        DataType::Time { .. } => plain(C::Time),
        DataType::DateTime { .. } => plain(C::DateTime).because(SPELLING),
        DataType::Timestamp { .. } => plain(moment(&column.sql_type)).because(SPELLING),
        _ => any(column),
    }
}

/// Whatever is stored.
fn any(column: &ColumnModel) -> Mapping {
    let declared = match column.sql_type.as_str() {
        "" => "without a type",
        declared => declared,
    };
    Mapping::of(MappedKind::Any).because(format!(
        "any value: SQLite keeps integers, reals, text and bytes in a column {declared}"
    ))
}

fn moment(sql_type: &str) -> ColumnType {
    if sql_type.eq_ignore_ascii_case("timestamp_with_timezone_text") {
        ColumnType::TimestampWithTimeZone
    } else {
        ColumnType::Timestamp
    }
}

fn decimal(precision: Option<u32>, scale: Option<i32>) -> ColumnType {
    ColumnType::Decimal(precision.map(|digits| (digits, scale.unwrap_or(0).unsigned_abs())))
}

/// The column as text.
pub(super) fn as_text(column: &ColumnModel) -> Mapping {
    let text = Mapping::plain(ColumnType::Text);
    match Affinity::of(&column.sql_type) {
        Affinity::Text => text,
        _ => text
            .selected_as("text")
            .because("as text: of a real number, 15 digits"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(sql_type: &str, data_type: DataType, sqlite_as_declared: bool) -> MappedKind {
        let options = MappingOptions {
            sqlite_as_declared,
            ..MappingOptions::default()
        };
        map(&ColumnModel::new("c", sql_type, data_type), &options).kind
    }

    #[test]
    fn what_numeric_affinity_mixes_is_any_value() {
        let decimal = || DataType::Decimal {
            precision: Some(10),
            scale: Some(2),
        };
        assert_eq!(kind("DECIMAL(10,2)", decimal(), false), MappedKind::Any);
        assert_eq!(kind("DATE", DataType::Date, false), MappedKind::Any);
        let believed = MappedKind::Plain(ColumnType::Decimal(Some((10, 2))));
        assert_eq!(kind("DECIMAL(10,2)", decimal(), true), believed);
        assert_eq!(
            kind("DATE", DataType::Date, true),
            MappedKind::Plain(ColumnType::Date)
        );
    }

    #[test]
    fn what_sea_query_declares_is_what_sea_orm_writes() {
        let plain = MappedKind::Plain;
        let timestamp = || DataType::Timestamp { precision: None };
        assert_eq!(
            kind("date_text", DataType::Date, false),
            plain(ColumnType::Date)
        );
        assert_eq!(
            kind("uuid_text", DataType::Uuid, false),
            plain(ColumnType::Uuid)
        );
        assert_eq!(
            kind("timestamp_text", timestamp(), false),
            plain(ColumnType::Timestamp)
        );
        assert_eq!(
            kind("timestamp_with_timezone_text", timestamp(), false),
            plain(ColumnType::TimestampWithTimeZone)
        );
    }

    #[test]
    fn a_number_of_a_compound_view_is_any_value() {
        let integer = DataType::Integer {
            bits: 64,
            unsigned: false,
        };
        let mut column = ColumnModel::new("c", "INTEGER", integer);
        column.compound = true;
        let mapping = map(&column, &MappingOptions::default());
        assert_eq!(mapping.kind, MappedKind::Any);
        assert!(mapping.note.is_some_and(|note| note.contains("one SELECT")));
        let believed = MappingOptions {
            sqlite_as_declared: true,
            ..MappingOptions::default()
        };
        let integer = MappedKind::Plain(ColumnType::BigInteger);
        assert_eq!(map(&column, &believed).kind, integer);
        column = ColumnModel::new("c", "TEXT", DataType::Text { max_bytes: None });
        column.compound = true;
        let text = map(&column, &MappingOptions::default());
        assert_eq!(text, Mapping::plain(ColumnType::Text));
    }

    #[test]
    fn every_integer_has_64_bits() {
        let tiny = DataType::Integer {
            bits: 8,
            unsigned: true,
        };
        assert_eq!(
            kind("TINYINT", tiny, false),
            MappedKind::Plain(ColumnType::BigInteger)
        );
    }
}
