//! Rust names for schemas, tables, columns and enums, fixed before code is generated.
//!
//! Case conversion alone panics for `1st`, gives one field for both `a_b` and `a-b`, and one file
//! for both `tbl_x` and `tblX`. Here every name is made so that the conversions of SeaORM's macros
//! leave it alone and no two are the same; the database's own names go into attributes.
//!
//! The compiler reads a name in Unicode's form NFC and warns of letters that are another letter's
//! variant, such as `ﬁ` and `ª`. So a name is written in NFKC, which has neither.

mod reserved;

use std::collections::HashSet;

use heck::{ToSnakeCase, ToUpperCamelCase};
use unicode_ident::{is_xid_continue, is_xid_start};
use unicode_normalization::UnicodeNormalization;

use self::reserved::{ENUM_TYPES, FIELDS, KEY_FIELDS, MODULES, STANDARD_TYPES};

/// Most letters of a module name: its file name must fit a file system, which counts bytes.
const MODULE_LENGTH: usize = 100;

/// A module name for each schema or table, in the order given.
pub(crate) fn modules<'a>(names: impl IntoIterator<Item = &'a str>, what: &str) -> Vec<String> {
    let wanted = names.into_iter().map(|name| {
        let ascii: String = name
            .chars()
            .map(|c| {
                if c.is_ascii() {
                    c.to_string()
                } else {
                    format!("_u{:x}_", u32::from(c))
                }
            })
            .collect();
        let module = shortened(clean(&ascii, what, &MODULES), name);
        Wanted::new(name, [module])
    });
    distinct(wanted.collect(), &[], &[])
}

/// The variant of `Column` that stands where a key would.
pub(crate) const NO_KEY: &str = "NoKey";

/// A field name for each column of one table, told with whether it is in the key, in the order given;
/// none leads to a name of `taken`.
pub(crate) fn fields<'a>(
    columns: impl IntoIterator<Item = (&'a str, bool)>,
    taken: &[&str],
) -> Vec<String> {
    let wanted = columns.into_iter().map(|(column, in_key)| {
        let mut name = clean(column, "column", &FIELDS);
        if in_key && KEY_FIELDS.contains(&name.as_str()) {
            name += "_key";
        }
        Wanted::new(column, [name])
    });
    distinct(wanted.collect(), &[], taken)
}

/// A name as the compiler reads it.
pub(crate) fn as_read(name: &str) -> String {
    name.nfc().collect()
}

/// A name in snake case for each enum, out of several for each, the best first.
pub(crate) fn enums(wanted: impl IntoIterator<Item = Vec<String>>) -> Vec<String> {
    let wanted = wanted.into_iter().map(|names| {
        let clean = names.iter().map(|name| clean(name, "enum", &FIELDS));
        Wanted::new(&names[0], clean.collect::<Vec<_>>())
    });
    // `DeriveActiveEnum` makes two more types beside each enum.
    distinct(wanted.collect(), &["Enum", "Variant"], &ENUM_TYPES)
}

/// A name in camel case for the entity of each module, for the prelude: none hides what Rust's own
/// prelude holds.
pub(crate) fn entities<'a>(modules: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let wanted = modules.into_iter().map(|module| Wanted {
        exact: !STANDARD_TYPES.contains(&module.to_upper_camel_case().as_str()),
        names: vec![module.to_owned(), format!("{module}_entity")],
    });
    distinct(wanted.collect(), &[], &STANDARD_TYPES)
        .iter()
        .map(|name| name.to_upper_camel_case())
        .collect()
}

/// The name in snake case, made of characters that an identifier may hold.
fn clean(name: &str, what: &str, reserved: &[&str]) -> String {
    let readable: String = name
        .nfkc()
        .map(|c| {
            if c.is_alphanumeric() && !is_xid_continue(c) {
                '_'
            } else {
                c
            }
        })
        .collect();
    let mut clean = as_read(&readable.to_snake_case());
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

/// The module name, cut where a file system could not hold it, with a mark of the whole name.
fn shortened(module: String, name: &str) -> String {
    if module.len() <= MODULE_LENGTH {
        return module;
    }
    // FNV-1a: the same on every machine and with every compiler.
    let mark = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let kept = module[..MODULE_LENGTH].trim_end_matches('_');
    format!("{kept}_x{mark:08x}")
}

/// What a name is for, and the Rust names that it may get, the best first.
struct Wanted {
    /// Whether the best one is the database's own name as it stands.
    exact: bool,
    /// The names; never empty.
    names: Vec<String>,
}

impl Wanted {
    fn new(name: &str, names: impl Into<Vec<String>>) -> Self {
        let names = names.into();
        Self {
            exact: names[0] == name,
            names,
        }
    }
}

/// Gives each one its best name that leads to no Rust type which is taken, numbered where none is
/// left; a name that the database has as it stands goes first.
fn distinct(wanted: Vec<Wanted>, companions: &[&str], reserved: &[&str]) -> Vec<String> {
    let mut taken: HashSet<String> = reserved.iter().map(|&name| name.to_owned()).collect();
    let mut names = vec![String::new(); wanted.len()];
    let (exact, changed): (Vec<_>, Vec<_>) = wanted
        .iter()
        .enumerate()
        .partition(|(_, wanted)| wanted.exact);
    for (index, wanted) in exact.into_iter().chain(changed) {
        let best = &wanted.names[0];
        let numbered = (2..).map(|number| format!("{best}_{number}"));
        let name = wanted
            .names
            .iter()
            .cloned()
            .chain(numbered)
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
    let own = as_read(&name.to_upper_camel_case());
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

    fn tables<const N: usize>(names: [&str; N]) -> Vec<String> {
        modules(names, "table")
    }

    fn fields<const N: usize>(names: [&str; N]) -> Vec<String> {
        super::fields(names.map(|name| (name, false)), &[])
    }

    fn enums_of<const N: usize>(names: [&[&str]; N]) -> Vec<String> {
        enums(names.map(|names| names.iter().map(|&name| name.to_owned()).collect()))
    }

    #[test]
    fn ordinary_names_stay() {
        assert_eq!(
            tables(["film", "film_actor", "type"]),
            ["film", "film_actor", "type"]
        );
        assert_eq!(
            fields(["id", "address_1", "type"]),
            ["id", "address_1", "type"]
        );
    }

    #[test]
    fn names_that_rust_does_not_take_are_spelt_out() {
        assert_eq!(
            fields(["1st", "%", "_", "super", "with.dot", "gen"]),
            [
                "column_1st",
                "column_u0025",
                "column_u005f",
                "super_column",
                "with_dot",
                "gen_column",
            ]
        );
        assert_eq!(
            tables(["1digit", "self", "prelude", "中文表", "it's"]),
            [
                "table_1digit",
                "self_table",
                "prelude_table",
                "u4e2d_u6587_u8868",
                "it_s",
            ]
        );
    }

    #[test]
    fn what_the_derive_macros_call_something_else_is_marked() {
        assert_eq!(
            fields(["err", "Err", "errs", "column"]),
            ["err_column", "err_column_2", "errs", "column"]
        );
        let key = ["Column", "value"].map(|name| (name, true));
        assert_eq!(super::fields(key, &[]), ["column_key", "value"]);
    }

    #[test]
    fn names_are_written_as_the_compiler_reads_them() {
        for (column, expected) in [
            ("\u{9b8}\u{9ae}\u{9df}", "\u{9b8}\u{9ae}\u{9af}"),
            ("\u{1100}\u{1161}", "\u{ac00}"),
            ("\u{fa19}", "\u{795e}"),
            ("cafe\u{301}", "caf\u{e9}"),
            ("\u{fb01}eld", "field"),
            ("\u{ff46}\u{ff55}ll", "full"),
            ("\u{aa}", "a"),
            ("\u{b5}", "\u{3bc}"),
            ("\u{2177}", "viii"),
            ("\u{210c}x", "hx"),
            ("m\u{b2}", "m2"),
        ] {
            let [field] = &fields([column])[..] else {
                panic!("one field for one column")
            };
            assert_eq!(field, expected);
            assert_eq!(*field, as_read(field));
            assert_eq!(*field, field.to_snake_case());
        }
        assert_eq!(
            fields(["\u{fb01}eld", "field", "cafe\u{301}", "caf\u{e9}"]),
            ["field_2", "field", "caf\u{e9}_2", "caf\u{e9}"]
        );
    }

    #[test]
    fn names_that_collapse_are_numbered_and_the_exact_one_wins() {
        assert_eq!(fields(["a-b", "aB", "a_b"]), ["a_b_2", "a_b_3", "a_b"]);
        assert_eq!(
            fields(["address1", "address_1"]),
            ["address1", "address_1_2"]
        );
        assert_eq!(tables(["tblX", "tbl_x"]), ["tbl_x_2", "tbl_x"]);
    }

    #[test]
    fn long_names_fit_a_file_system_and_stay_apart() {
        let (one, two) = ("表".repeat(63) + "1", "表".repeat(63) + "2");
        let names = tables([&one, &two]);
        assert!(names.iter().all(|name| name.len() < 120), "{names:?}");
        assert_ne!(names[0], names[1]);
        let long = "a".repeat(63);
        assert_eq!(tables([&long]), [long]);
    }

    #[test]
    fn enums_avoid_each_other_and_what_a_file_uses() {
        assert_eq!(
            enums_of([&["film_rating"], &["film_rating_enum"]]),
            ["film_rating", "film_rating_enum_2"]
        );
        assert_eq!(
            enums_of([&["date_time"], &["a_b_c"], &["a_b_c"]]),
            ["date_time_2", "a_b_c", "a_b_c_2"]
        );
        assert_eq!(
            enums_of([&["kind", "crm_kind"], &["kind", "sales_kind"], &["Option"]]),
            ["kind", "sales_kind", "option_2"]
        );
    }

    #[test]
    fn no_entity_hides_a_type_of_the_standard_prelude() {
        assert_eq!(
            entities(["option", "vec", "film", "option_entity"]),
            ["Option2", "VecEntity", "Film", "OptionEntity"]
        );
    }

    #[test]
    fn no_field_takes_the_place_of_the_missing_key() {
        assert_eq!(
            super::fields([("no_key", false), ("key", false)], &[NO_KEY]),
            ["no_key_2", "key"]
        );
        assert_eq!(fields(["no_key"]), ["no_key"]);
    }
}
