//! Rust names for tables, columns and enums, fixed before code is generated.
//!
//! sea-orm-codegen derives names by case conversion alone. That panics for `1st`, gives one field
//! for both `a_b` and `a-b`, and one file for both `tbl_x` and `tblX`. Here every name is made so
//! that the conversions leave it alone and no two are the same; the database's own names are put
//! back afterwards as attributes.

use std::collections::HashSet;

use heck::{ToSnakeCase, ToUpperCamelCase};
use unicode_ident::{is_xid_continue, is_xid_start};

/// Modules that the crate itself needs, and words that cannot name a module.
const RESERVED_MODULES: [&str; 9] = [
    "crate",
    "gen",
    "lib",
    "main",
    "mod",
    "prelude",
    "sea_orm_active_enums",
    "self",
    "super",
];

/// Words that cannot name a field, not even as `r#word`, or that the derive macros do not escape.
const RESERVED_FIELDS: [&str; 4] = ["crate", "gen", "self", "super"];

/// Names that an entity file uses for something else.
const RESERVED_TYPES: [&str; 34] = [
    "ActiveModel",
    "ActiveModelBehavior",
    "Box",
    "Column",
    "ColumnTrait",
    "Date",
    "DateTime",
    "DateTimeUtc",
    "DateTimeWithTimeZone",
    "Decimal",
    "DeriveActiveEnum",
    "DeriveEntityModel",
    "DeriveRelation",
    "Deserialize",
    "Entity",
    "EntityTrait",
    "EnumIter",
    "Err",
    "Json",
    "Model",
    "None",
    "Ok",
    "Option",
    "PrimaryKey",
    "Related",
    "Relation",
    "RelationDef",
    "RelationTrait",
    "Result",
    "Serialize",
    "Some",
    "String",
    "Time",
    "Uuid",
];

/// A module name for each table, in the order given.
pub(crate) fn modules<'a>(tables: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let wanted = tables.into_iter().map(|table| {
        let ascii: String = table
            .chars()
            .map(|c| {
                if c.is_ascii() {
                    c.to_string()
                } else {
                    format!("_u{:x}_", u32::from(c))
                }
            })
            .collect();
        (table, clean(&ascii, "table", &RESERVED_MODULES))
    });
    distinct(wanted.collect(), &[])
}

/// A field name for each column of one table, in the order given.
pub(crate) fn fields<'a>(columns: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let wanted = columns
        .into_iter()
        .map(|column| (column, clean(column, "column", &RESERVED_FIELDS)));
    distinct(wanted.collect(), &[])
}

/// A name in snake case for each enum, given the module and field it belongs to.
pub(crate) fn enums<'a>(owners: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let wanted: Vec<String> = owners
        .into_iter()
        .map(|(module, field)| format!("{module}_{field}"))
        .collect();
    let wanted = wanted
        .iter()
        .map(|name| (name.as_str(), name.to_snake_case()))
        .collect();
    // `DeriveActiveEnum` makes two more types beside each enum.
    distinct(wanted, &["Enum", "Variant"])
}

/// The name in snake case, made of characters that an identifier may hold.
fn clean(name: &str, what: &str, reserved: &[&str]) -> String {
    let readable: String = name
        .chars()
        .map(|c| {
            if c.is_alphanumeric() && !is_xid_continue(c) {
                '_'
            } else {
                c
            }
        })
        .collect();
    let mut clean = readable.to_snake_case();
    if clean.is_empty() {
        clean = name
            .chars()
            .map(|c| format!("u{:04x}", u32::from(c)))
            .collect::<Vec<_>>()
            .join("_");
        clean = format!("{what}_{clean}");
    } else if !clean.starts_with(is_xid_start) {
        clean = format!("{what}_{clean}");
    }
    if reserved.contains(&clean.as_str()) {
        clean = format!("{clean}_{what}");
    }
    clean
}

/// Numbers the names of which two would give the same Rust type; a name that the database has as
/// it stands keeps it.
fn distinct(wanted: Vec<(&str, String)>, companions: &[&str]) -> Vec<String> {
    let mut taken: HashSet<String> = RESERVED_TYPES
        .iter()
        .filter(|_| !companions.is_empty())
        .map(|&name| name.to_owned())
        .collect();
    let mut names = vec![String::new(); wanted.len()];
    let (exact, changed): (Vec<_>, Vec<_>) = wanted
        .iter()
        .enumerate()
        .partition(|(_, (from, to))| from == to);
    for (index, (_, base)) in exact.into_iter().chain(changed) {
        let name = std::iter::once(base.clone())
            .chain((2..).map(|number| format!("{base}_{number}")))
            .find(|name| {
                let types = type_names(name, companions);
                types.iter().all(|name| !taken.contains(name))
            })
            .expect("numbers do not run out");
        taken.extend(type_names(&name, companions));
        names[index] = name;
    }
    names
}

/// The Rust types that a name leads to.
fn type_names(name: &str, companions: &[&str]) -> Vec<String> {
    let own = name.to_upper_camel_case();
    let mut names: Vec<String> = companions
        .iter()
        .map(|suffix| format!("{own}{suffix}"))
        .collect();
    names.push(own);
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_stay() {
        assert_eq!(
            modules(["film", "film_actor", "type"]),
            ["film", "film_actor", "type"]
        );
        assert_eq!(
            fields(["id", "address_1", "type"]),
            ["id", "address_1", "type"]
        );
    }

    #[test]
    fn names_that_codegen_panics_on_are_spelt_out() {
        assert_eq!(
            fields(["1st", "%", "_", "super", "with.dot"]),
            [
                "column_1st",
                "column_u0025",
                "column_u005f",
                "super_column",
                "with_dot",
            ]
        );
        assert_eq!(
            modules(["1digit", "self", "prelude", "中文表"]),
            [
                "table_1digit",
                "self_table",
                "prelude_table",
                "u4e2d_u6587_u8868",
            ]
        );
    }

    #[test]
    fn names_that_collapse_are_numbered_and_the_exact_one_wins() {
        assert_eq!(fields(["a-b", "aB", "a_b"]), ["a_b_2", "a_b_3", "a_b"]);
        assert_eq!(
            fields(["address1", "address_1"]),
            ["address1", "address_1_2"]
        );
        assert_eq!(modules(["tblX", "tbl_x"]), ["tbl_x_2", "tbl_x"]);
    }

    #[test]
    fn enums_avoid_each_other_and_what_a_file_uses() {
        assert_eq!(
            enums([("film", "rating"), ("film", "rating_enum")]),
            ["film_rating", "film_rating_enum_2"]
        );
        assert_eq!(
            enums([("date", "time"), ("a", "b_c"), ("a_b", "c")]),
            ["date_time_2", "a_b_c", "a_b_c_2"]
        );
    }
}
