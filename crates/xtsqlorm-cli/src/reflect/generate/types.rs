//! Rust types for columns, and what SeaORM is told of them.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use sea_query::{ColumnType, StringLen};
use xtsqlorm::reflect::{MappedKind, Mapping};

use super::DateTimeCrate;
use crate::reflect::plan::{Entity, Plan};

/// The Rust type of a column.
pub(super) fn rust_type(
    plan: &Plan,
    entity: &Entity,
    column: usize,
    crate_of_dates: DateTimeCrate,
) -> Result<syn::Type> {
    let field = &entity.table.fields[column];
    let of_enum = || {
        let place = entity.enums[column].context("a list of values without an enum")?;
        Ok::<_, anyhow::Error>(plan.enums[place].name.clone())
    };
    let plain = match (&field.rust_type, &field.kind) {
        (None, MappedKind::Enum { .. }) => of_enum()?,
        (None, MappedKind::EnumArray { .. }) => format!("Vec<{}>", of_enum()?),
        _ => plain_type(field, crate_of_dates),
    };
    let whole = match field.nullable {
        true => format!("Option<{plain}>"),
        false => plain,
    };
    syn::parse_str(&whole).with_context(|| format!("`{whole}` is no Rust type"))
}

/// The Rust type of a column as text, without `Option`; an enum is a `String` here.
pub(super) fn plain_type(field: &Mapping, crate_of_dates: DateTimeCrate) -> String {
    match (&field.rust_type, &field.kind) {
        (Some(wanted), _) => wanted.clone(),
        (None, MappedKind::Plain(column_type)) => of_column_type(column_type, crate_of_dates),
        (None, MappedKind::Any) => "AnyValue".to_owned(),
        (None, MappedKind::EnumArray { .. }) => "Vec<String>".to_owned(),
        (None, _) => "String".to_owned(),
    }
}

fn of_column_type(column_type: &ColumnType, crate_of_dates: DateTimeCrate) -> String {
    use ColumnType as C;
    let chrono = crate_of_dates == DateTimeCrate::Chrono;
    let dated = |with_chrono: &'static str, with_time: &'static str| {
        if chrono { with_chrono } else { with_time }
    };
    match column_type {
        C::Boolean | C::Bit(None | Some(1)) => "bool",
        C::TinyInteger => "i8",
        C::SmallInteger => "i16",
        C::Integer => "i32",
        C::BigInteger => "i64",
        C::TinyUnsigned => "u8",
        C::SmallUnsigned | C::Year => "u16",
        C::Unsigned => "u32",
        C::BigUnsigned => "u64",
        C::Float => "f32",
        C::Double => "f64",
        C::Decimal(_) | C::Money(_) => "Decimal",
        C::Date => dated("Date", "TimeDate"),
        C::Time => dated("Time", "TimeTime"),
        C::DateTime => dated("DateTime", "TimeDateTime"),
        // With the `time` crate a TIMESTAMP decodes with an offset only.
        C::Timestamp => dated("DateTimeUtc", "TimeDateTimeWithTimeZone"),
        C::TimestampWithTimeZone => dated("DateTimeWithTimeZone", "TimeDateTimeWithTimeZone"),
        C::Json | C::JsonBinary => "Json",
        C::Uuid => "Uuid",
        C::Binary(_) | C::VarBinary(_) | C::Blob | C::Bit(_) | C::VarBit(_) => "Vec<u8>",
        C::Array(of) => return format!("Vec<{}>", of_column_type(of, crate_of_dates)),
        _ => "String",
    }
    .to_owned()
}

/// The `column_type` attribute, where the Rust type does not tell.
pub(super) fn column_type(field: &Mapping) -> Option<String> {
    if field.column_type.is_some() {
        return field.column_type.clone();
    }
    let MappedKind::Plain(column_type) = &field.kind else {
        return None;
    };
    use ColumnType as C;
    Some(match column_type {
        C::Float => "Float".to_owned(),
        C::Double => "Double".to_owned(),
        C::Decimal(Some((precision, scale))) => {
            format!("Decimal(Some(({precision}, {scale})))")
        }
        C::Text => "Text".to_owned(),
        C::JsonBinary => "JsonBinary".to_owned(),
        C::Binary(length) => format!("Binary({length})"),
        C::VarBinary(StringLen::N(length)) => format!("VarBinary(StringLen::N({length}))"),
        C::VarBinary(StringLen::Max) => "VarBinary(StringLen::Max)".to_owned(),
        C::VarBinary(StringLen::None) => "VarBinary(StringLen::None)".to_owned(),
        C::Blob => "Blob".to_owned(),
        _ => return None,
    })
}

/// Whether values of the type are equal to themselves.
pub(super) fn is_eq(field: &Mapping) -> bool {
    let plain = plain_type(field, DateTimeCrate::Chrono);
    !["f32", "f64", "AnyValue", "Vec<f32>", "Vec<f64>"].contains(&plain.as_str())
}

/// The features of SeaORM that types need.
pub(super) fn features(types: impl Iterator<Item = String>) -> BTreeSet<&'static str> {
    let mut features = BTreeSet::new();
    for whole in types {
        let element = whole
            .strip_prefix("Vec<")
            .and_then(|rest| rest.strip_suffix('>'));
        if element.is_some_and(|element| element != "u8") {
            features.insert("postgres-array");
        }
        let feature = match element.unwrap_or(&whole) {
            "Decimal" => "with-rust_decimal",
            "Json" => "with-json",
            "Uuid" => "with-uuid",
            "Date" | "Time" | "DateTime" | "DateTimeUtc" | "DateTimeWithTimeZone" => "with-chrono",
            "TimeDate" | "TimeTime" | "TimeDateTime" | "TimeDateTimeWithTimeZone" => "with-time",
            _ => continue,
        };
        features.insert(feature);
    }
    features
}

#[cfg(test)]
mod tests {
    use sea_query::RcOrArc;

    use super::*;

    #[test]
    fn dates_are_of_the_crate_that_was_chosen() {
        let of = |crate_of_dates| of_column_type(&ColumnType::Timestamp, crate_of_dates);
        assert_eq!(of(DateTimeCrate::Chrono), "DateTimeUtc");
        assert_eq!(of(DateTimeCrate::Time), "TimeDateTimeWithTimeZone");
    }

    #[test]
    fn features_follow_what_is_used() {
        let of = |types: &[&str]| features(types.iter().map(|&of| of.to_owned()));
        assert!(of(&["i32", "String", "Vec<u8>"]).is_empty());
        assert_eq!(
            of(&["Json", "Vec<Uuid>"]),
            BTreeSet::from(["postgres-array", "with-json", "with-uuid"])
        );
        let array = ColumnType::Array(RcOrArc::new(ColumnType::Date));
        assert_eq!(of_column_type(&array, DateTimeCrate::Chrono), "Vec<Date>");
    }
}
