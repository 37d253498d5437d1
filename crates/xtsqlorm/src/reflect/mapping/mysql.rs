//! MySQL and MariaDB.

use sea_query::{ColumnType, StringLen};

use super::{
    DECIMAL_DIGITS, JSON_NUMBERS, JSON_TEXT, MappedKind, Mapping, MappingOptions, fits_enum,
};
use crate::{
    connection::Backend,
    reflect::{ColumnModel, DataType},
};

/// The mapping of a column.
pub(super) fn map(column: &ColumnModel, backend: Backend, options: &MappingOptions) -> Mapping {
    use ColumnType as C;
    let plain = Mapping::plain;
    match column.data_type.base() {
        DataType::Boolean if options.tiny_int_1_as_bool => plain(C::Boolean),
        DataType::Boolean => plain(C::TinyInteger),
        DataType::Integer { bits, unsigned } => plain(integer(*bits, *unsigned)),
        DataType::Bit { length, .. } if length.unwrap_or(1) == 1 => plain(C::Boolean),
        DataType::Bit { .. } => plain(C::BigUnsigned).because("the bits as one number"),
        DataType::Decimal { precision, scale } => decimal(precision.unwrap_or(10), *scale),
        DataType::Float { bits: 32 } => plain(C::Float),
        DataType::Float { .. } => plain(C::Double),
        // The driver decodes YEAR as an unsigned number only.
        DataType::Year => plain(C::SmallUnsigned),
        DataType::Date => temporal(column, C::Date),
        DataType::Time { .. } if !options.times_as_text => plain(C::Time),
        DataType::Time { .. } => as_text(column).because(
            "as text: a TIME goes from -838:59:59 to 838:59:59, and a Time ends at 23:59:59",
        ),
        DataType::DateTime { .. } => temporal(column, C::DateTime),
        DataType::Timestamp { .. } => temporal(column, C::Timestamp),
        DataType::Char { length } => plain(C::Char(*length)),
        DataType::VarChar { length } => plain(C::String(string_length(*length))),
        DataType::Text { .. } => plain(C::Text),
        DataType::Json { binary: true } => plain(C::Json).because(JSON_NUMBERS),
        DataType::Json { binary: false } => plain(C::Json).because(JSON_TEXT),
        DataType::Binary { length } => plain(C::Binary(*length)),
        DataType::VarBinary { length } => plain(C::VarBinary(string_length(*length))),
        DataType::Blob { .. } => plain(C::Blob),
        DataType::Enum { values, .. } => match fits_enum(values) {
            Ok(()) => Mapping::of(MappedKind::Enum {
                name: None,
                values: values.clone(),
            }),
            Err(reason) => plain(C::Text).because(reason),
        },
        DataType::Set { .. } => plain(C::Text).because("the members, joined by commas"),
        DataType::Geometry { kind } => bytes(&kind.to_ascii_uppercase(), "4 of SRID, then WKB"),
        DataType::Vector { .. } => bytes("VECTOR", "4 per dimension").saved_as("binary"),
        // MariaDB's.
        DataType::Uuid => plain(C::Text).declared_as("UUID"),
        _ => plain(C::Text).because(format!(
            "as text: no Rust type of SeaORM for {backend} stands for {}",
            column.sql_type
        )),
    }
}

/// The column as text.
pub(super) fn as_text(column: &ColumnModel) -> Mapping {
    let text = Mapping::plain(ColumnType::Text);
    match column.data_type.base() {
        DataType::Char { .. }
        | DataType::VarChar { .. }
        | DataType::Text { .. }
        | DataType::Enum { .. }
        | DataType::Set { .. }
        | DataType::Uuid
        | DataType::Other { .. } => text,
        DataType::Binary { .. }
        | DataType::VarBinary { .. }
        | DataType::Blob { .. }
        | DataType::Bit { .. }
        | DataType::Geometry { .. }
        | DataType::Vector { .. } => {
            let exact = MappingOptions::default();
            map(column, Backend::MySql, &exact)
        }
        _ => text.selected_as("char").declared_as(&column.sql_type),
    }
}

fn integer(bits: u8, unsigned: bool) -> ColumnType {
    match (bits, unsigned) {
        (8, false) => ColumnType::TinyInteger,
        (8, true) => ColumnType::TinyUnsigned,
        (16, false) => ColumnType::SmallInteger,
        (16, true) => ColumnType::SmallUnsigned,
        (24 | 32, false) => ColumnType::Integer,
        (24 | 32, true) => ColumnType::Unsigned,
        (_, false) => ColumnType::BigInteger,
        (_, true) => ColumnType::BigUnsigned,
    }
}

/// `Decimal` up to 28 digits, above that the text, which MySQL would compare as a floating-point
/// number.
fn decimal(precision: u32, scale: Option<i32>) -> Mapping {
    let scale = scale.unwrap_or(0).unsigned_abs();
    if precision <= DECIMAL_DIGITS {
        return Mapping::plain(ColumnType::Decimal(Some((precision, scale))));
    }
    Mapping::plain(ColumnType::Text)
        .selected_as("char")
        .saved_as(format!("decimal({precision}, {scale})"))
        .because(format!("as text: {precision} digits do not fit a Decimal"))
}

/// A date, which is optional where the table counts on `0000-00-00`.
fn temporal(column: &ColumnModel, column_type: ColumnType) -> Mapping {
    let mapping = Mapping::plain(column_type);
    let default = column.default.as_deref().unwrap_or_default();
    if column.nullable || !default.trim_start_matches('\'').starts_with("0000-00-00") {
        return mapping;
    }
    Mapping {
        nullable: true,
        ..mapping.because("optional, because the default '0000-00-00' reads as NULL")
    }
}

/// The bytes as the server stores them, which it takes back as they are; the driver decodes them
/// only once cast.
fn bytes(name: &str, layout: &str) -> Mapping {
    Mapping::plain(ColumnType::Blob)
        .declared_as(name)
        .selected_as("binary")
        .because(format!("the bytes as stored: {layout}"))
}

fn string_length(length: Option<u32>) -> StringLen {
    length.map_or(StringLen::None, StringLen::N)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reflect::TypeName;

    fn column(sql_type: &str, data_type: DataType) -> ColumnModel {
        ColumnModel::new("c", sql_type, data_type)
    }

    fn usual(sql_type: &str, data_type: DataType) -> Mapping {
        let column = column(sql_type, data_type);
        map(&column, Backend::MariaDb, &MappingOptions::default())
    }

    #[test]
    fn numbers_have_the_type_of_their_width() {
        use ColumnType as C;
        let int = |bits, unsigned| DataType::Integer { bits, unsigned };
        let bit = |length| DataType::Bit {
            length: Some(length),
            varying: false,
        };
        for (data_type, expected) in [
            (DataType::Boolean, C::Boolean),
            (int(8, true), C::TinyUnsigned),
            (int(24, false), C::Integer),
            (int(24, true), C::Unsigned),
            (int(64, true), C::BigUnsigned),
            (DataType::Year, C::SmallUnsigned),
            (bit(1), C::Boolean),
            (bit(64), C::BigUnsigned),
        ] {
            let name = format!("{data_type:?}");
            assert_eq!(
                usual("", data_type).kind,
                MappedKind::Plain(expected),
                "{name}"
            );
        }
    }

    #[test]
    fn more_digits_than_a_decimal_holds_are_text() {
        let decimal = |precision| DataType::Decimal {
            precision: Some(precision),
            scale: Some(2),
        };
        let fits = usual("decimal(28,2)", decimal(28));
        assert_eq!(
            fits.kind,
            MappedKind::Plain(ColumnType::Decimal(Some((28, 2))))
        );
        let longer = usual("decimal(29,2)", decimal(29));
        assert_eq!(longer.kind, MappedKind::Plain(ColumnType::Text));
        assert_eq!(longer.select_as.as_deref(), Some("char"));
        assert_eq!(longer.save_as.as_deref(), Some("decimal(29, 2)"));
    }

    #[test]
    fn a_default_of_no_date_makes_the_field_optional() {
        let mut column = column("datetime", DataType::DateTime { precision: None });
        column.nullable = false;
        let options = MappingOptions::default();
        assert!(!map(&column, Backend::MySql, &options).nullable);
        for zero in ["'0000-00-00 00:00:00'", "0000-00-00 00:00:00"] {
            column.default = Some(zero.to_owned());
            let mapping = map(&column, Backend::MySql, &options);
            assert!(mapping.nullable && mapping.note.is_some(), "{zero}");
        }
    }

    #[test]
    fn shapes_are_bytes_and_unknown_types_text() {
        let kind = "point".to_owned();
        let point = usual("point", DataType::Geometry { kind });
        assert_eq!(point.kind, MappedKind::Plain(ColumnType::Blob));
        assert_eq!(point.column_type.as_deref(), Some("custom(\"POINT\")"));
        assert_eq!(point.select_as.as_deref(), Some("binary"));
        let name = TypeName::new(None, "inet6");
        let inet = usual("inet6", DataType::Other { name });
        assert_eq!(inet.kind, MappedKind::Plain(ColumnType::Text));
        assert!(inet.note.is_some_and(|note| note.contains("inet6")));
    }
}
