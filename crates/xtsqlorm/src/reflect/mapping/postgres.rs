//! PostgreSQL.

use sea_query::{ColumnType, RcOrArc, StringLen};

use super::{
    DECIMAL_DIGITS, JSON_NUMBERS, JSON_TEXT, MappedKind, Mapping, MappingOptions, fits_enum,
};
use crate::reflect::{ColumnModel, DataType};

/// The mapping of a column.
pub(super) fn map(column: &ColumnModel, options: &MappingOptions) -> Mapping {
    let data_type = column.data_type.base();
    if let Some(column_type) = plain(data_type, options) {
        let mapping = Mapping::plain(column_type);
        return match data_type {
            // A text that is compared with `character(n)` counts the blanks at its end; a `bpchar`
            // does not.
            DataType::Char { .. } => mapping.saved_as("bpchar"),
            DataType::Json { binary: false } => mapping.because(JSON_TEXT),
            DataType::Json { binary: true } => mapping.because(JSON_NUMBERS),
            _ => mapping,
        };
    }
    let cast = cast(column);
    match data_type {
        DataType::Enum { name, values } => match fits_enum(values) {
            Ok(()) => Mapping::of(MappedKind::Enum {
                name: name.clone(),
                values: values.clone(),
            })
            .selected_as("text")
            .saved_as(cast),
            Err(reason) => as_text(column).because(reason),
        },
        DataType::Array { of } if options.arrays_as_vec => {
            array(of, &cast, options).unwrap_or_else(|| as_text(column).because(no_type(column)))
        }
        DataType::Array { .. } => as_text(column)
            .because("as text: a Vec holds neither NULL elements nor several dimensions"),
        DataType::Decimal {
            precision: Some(digits),
            ..
        } => as_text(column).because(format!("as text: {digits} digits do not fit a Decimal")),
        DataType::Decimal { .. } => {
            as_text(column).because("as text: numbers without a limit do not fit a Decimal")
        }
        DataType::Time { zoned: false, .. } => as_text(column)
            .because("as text: a time of day ends with 24:00:00, and a Time before it"),
        _ => as_text(column).because(no_type(column)),
    }
}

fn no_type(column: &ColumnModel) -> String {
    format!(
        "as text: no Rust type of SeaORM stands for {}",
        column.sql_type
    )
}

/// The types that the driver decodes to a Rust type which holds all their values.
fn plain(data_type: &DataType, options: &MappingOptions) -> Option<ColumnType> {
    use ColumnType as C;
    Some(match data_type {
        DataType::Boolean => C::Boolean,
        DataType::Integer { bits: 16, .. } => C::SmallInteger,
        DataType::Integer { bits: 32, .. } => C::Integer,
        DataType::Integer { .. } => C::BigInteger,
        DataType::Float { bits: 32 } => C::Float,
        DataType::Float { .. } => C::Double,
        DataType::Decimal {
            precision: Some(precision),
            scale,
        } => {
            // A scale below 0 rounds before the point, one above the precision begins after it.
            let scale = scale.unwrap_or(0);
            let after = u32::try_from(scale).unwrap_or(0);
            let before = precision.saturating_add_signed(-scale);
            if after.saturating_add(before).max(*precision) > DECIMAL_DIGITS {
                return None;
            }
            C::Decimal(Some((before + after, after)))
        }
        DataType::Char { length } => C::Char(*length),
        DataType::VarChar { length } => C::String(length.map_or(StringLen::None, StringLen::N)),
        DataType::Text { .. } => C::Text,
        DataType::Binary { .. } | DataType::VarBinary { .. } | DataType::Blob { .. } => {
            C::VarBinary(StringLen::None)
        }
        DataType::Date => C::Date,
        DataType::Time { zoned: false, .. } if !options.times_as_text => C::Time,
        DataType::DateTime { .. } => C::DateTime,
        DataType::Timestamp { .. } => C::TimestampWithTimeZone,
        DataType::Json { binary: false } => C::Json,
        DataType::Json { binary: true } => C::JsonBinary,
        DataType::Uuid => C::Uuid,
        _ => return None,
    })
}

/// An array as a `Vec`, where SeaORM has one.
fn array(of: &DataType, cast: &str, options: &MappingOptions) -> Option<Mapping> {
    const NOTE: &str = "an array with NULL elements or of several dimensions does not decode";
    match of {
        DataType::Enum {
            name: Some(name),
            values,
        } => fits_enum(values).ok().map(|()| {
            let kind = MappedKind::EnumArray {
                name: name.clone(),
                values: values.clone(),
            };
            Mapping::of(kind)
                .selected_as("text[]")
                .saved_as(cast)
                .because(NOTE)
        }),
        other => {
            let of = plain(other, options)?;
            Some(Mapping::plain(ColumnType::Array(RcOrArc::new(of))).because(NOTE))
        }
    }
}

/// The column as text.
pub(super) fn as_text(column: &ColumnModel) -> Mapping {
    let text = Mapping::plain(ColumnType::Text);
    match column.data_type.base() {
        DataType::Char { .. } => text.saved_as("bpchar"),
        DataType::VarChar { .. } | DataType::Text { .. } => text,
        _ => text
            .declared_as(&column.sql_type)
            .selected_as("text")
            .saved_as(cast(column)),
    }
}

/// The type to cast a value to: without limits, which a cast would cut the value to fit, while a
/// column refuses it.
fn cast(column: &ColumnModel) -> String {
    // The name of a domain does not tell its limits, and `character` alone is one letter.
    unlimited(&column.data_type).unwrap_or_else(|| without_limits(&column.sql_type))
}

/// The type without the limit to which a cast cuts its values, where it may have one.
fn unlimited(data_type: &DataType) -> Option<String> {
    let name = match data_type.base() {
        DataType::Char { .. } => "bpchar",
        DataType::VarChar { .. } => "character varying",
        DataType::Bit { .. } => "bit varying",
        // Of arrays of a domain that is an array, only the domain's name says so.
        DataType::Array { of } if !matches!(of.base(), DataType::Array { .. }) => {
            return Some(format!("{}[]", unlimited(of)?));
        }
        _ => return None,
    };
    Some(name.to_owned())
}

/// The name of a type without what stands in brackets.
fn without_limits(sql_type: &str) -> String {
    let mut name = String::with_capacity(sql_type.len());
    let mut quoted = false;
    let mut depth = 0usize;
    for letter in sql_type.chars() {
        match letter {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            _ => {}
        }
        if depth == 0 {
            name.push(letter);
        }
        if letter == ')' && !quoted {
            depth = depth.saturating_sub(1);
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reflect::TypeName;

    fn usual(sql_type: &str, data_type: DataType) -> Mapping {
        let column = ColumnModel::new("c", sql_type, data_type);
        map(&column, &MappingOptions::default())
    }

    #[test]
    fn a_cast_has_no_limits_to_cut_a_value_to() {
        for (sql_type, expected) in [
            ("inet", "inet"),
            ("numeric(60,30)", "numeric"),
            ("time(3) with time zone", "time with time zone"),
            ("interval day to second(3)", "interval day to second"),
            ("public.geometry(Point,4326)", "public.geometry"),
            ("\"Odd (\"\"Type\"", "\"Odd (\"\"Type\""),
            ("bitter", "bitter"),
        ] {
            assert_eq!(without_limits(sql_type), expected);
        }
    }

    #[test]
    fn texts_and_bits_in_arrays_and_domains_are_cast_to_what_has_no_limit() {
        let domain = |of| DataType::Domain {
            name: TypeName::new(Some("public"), "d"),
            of: Box::new(of),
        };
        let array = |of| DataType::Array { of: Box::new(of) };
        let length = Some(3);
        let bit = |varying| DataType::Bit { length, varying };
        let varchar = || DataType::VarChar { length };
        let char = || DataType::Char { length };
        for (sql_type, data_type, expected) in [
            ("bit(3)", bit(false), "bit varying"),
            ("bit varying(3)", bit(true), "bit varying"),
            ("bit(3)[]", array(bit(false)), "bit varying[]"),
            ("character(3)[]", array(char()), "bpchar[]"),
            (
                "character varying(3)[]",
                array(varchar()),
                "character varying[]",
            ),
            ("d", domain(bit(false)), "bit varying"),
            ("d", domain(domain(array(char()))), "bpchar[]"),
            ("d", domain(array(varchar())), "character varying[]"),
            ("d[]", array(domain(bit(false))), "bit varying[]"),
            ("d[]", array(domain(array(char()))), "d[]"),
            ("d", domain(DataType::Interval), "d"),
            (
                "\"char\"[]",
                array(DataType::Other {
                    name: TypeName::new(None, "char"),
                }),
                "\"char\"[]",
            ),
        ] {
            let mapping = usual(sql_type, data_type);
            assert_eq!(mapping.save_as.as_deref(), Some(expected), "{sql_type}");
        }
    }

    #[test]
    fn decimals_are_measured_from_the_first_digit_to_the_last() {
        let kind = |precision, scale| {
            let data_type = DataType::Decimal {
                precision: Some(precision),
                scale: Some(scale),
            };
            usual("numeric", data_type).kind
        };
        let decimal = |limits| MappedKind::Plain(ColumnType::Decimal(Some(limits)));
        assert_eq!(kind(10, 2), decimal((10, 2)));
        assert_eq!(kind(5, -2), decimal((7, 0)));
        assert_eq!(kind(2, 5), decimal((5, 5)));
        for (precision, scale) in [(29, 2), (20, -10), (2, 40)] {
            assert_eq!(kind(precision, scale), MappedKind::Plain(ColumnType::Text));
        }
    }

    #[test]
    fn a_domain_is_what_it_restricts() {
        let domain = |of| DataType::Domain {
            name: TypeName::new(Some("public"), "d"),
            of: Box::new(of),
        };
        let text = usual("d", domain(DataType::Text { max_bytes: None }));
        assert_eq!(text, Mapping::plain(ColumnType::Text));
        let span = usual("d", domain(DataType::Interval));
        assert_eq!(span.select_as.as_deref(), Some("text"));
        assert_eq!(span.save_as.as_deref(), Some("d"));
    }

    #[test]
    fn an_array_is_text_or_a_vec_on_request() {
        let of = Box::new(DataType::Integer {
            bits: 32,
            unsigned: false,
        });
        let column = ColumnModel::new("c", "integer[]", DataType::Array { of });
        let text = map(&column, &MappingOptions::default());
        assert_eq!(text.kind, MappedKind::Plain(ColumnType::Text));
        assert_eq!(text.save_as.as_deref(), Some("integer[]"));
        let options = MappingOptions {
            arrays_as_vec: true,
            ..MappingOptions::default()
        };
        let vec = map(&column, &options);
        let expected = ColumnType::Array(RcOrArc::new(ColumnType::Integer));
        assert_eq!(vec.kind, MappedKind::Plain(expected));
        assert!(vec.note.is_some());
    }
}
