//! Rust names for the values of an enum.

use std::collections::HashSet;

use heck::ToUpperCamelCase;
use unicode_ident::{is_xid_continue, is_xid_start};
use unicode_normalization::UnicodeNormalization;

/// A variant for each value, in the order given; the names that sea-orm-cli gives, wherever those
/// compile without a warning.
pub(super) fn names(values: &[String]) -> Vec<String> {
    let mut taken = HashSet::new();
    values
        .iter()
        .map(|value| {
            let base = variant(value);
            let name = std::iter::once(base.clone())
                .chain((2..).map(|number| format!("{base}{number}")))
                .find(|name| !taken.contains(name))
                .expect("numbers do not run out");
            taken.insert(name.clone());
            name
        })
        .collect()
}

/// The name for one value.
fn variant(value: &str) -> String {
    if value.is_empty() {
        return "__EmptyString".to_owned();
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let gap = |c: char| matches!(c, '-' | ' ');
    let name = if value.chars().all(|c| plain(c) || gap(c)) {
        let camel = value.to_upper_camel_case();
        if value.starts_with(|c: char| c.is_ascii_digit()) {
            value.chars().filter(|&c| plain(c)).collect()
        } else {
            camel
        }
    } else {
        let spelt: String = value
            .chars()
            .filter(|&c| !gap(c) && c != '_')
            .map(spelt)
            .collect();
        // As `names` writes fields.
        capitalised(&spelt.nfkc().collect::<String>())
            .nfc()
            .collect()
    };
    match name.chars().next() {
        None => value
            .chars()
            .map(|c| format!("U{:04X}", u32::from(c)))
            .collect(),
        Some(first) if !is_xid_start(first) && first != '_' => format!("_{name}"),
        Some(_) if syn::parse_str::<syn::Ident>(&name).is_err() => format!("{name}_"),
        Some(_) => name,
    }
}

/// The text with a capital at its head, as Rust wants it of variants.
fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}

/// The character, or its code point where a name cannot hold it.
fn spelt(c: char) -> String {
    if is_xid_continue(c) {
        c.to_string()
    } else {
        format!("U{:04X}", u32::from(c))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<const N: usize>(values: [&str; N]) -> Vec<String> {
        names(&values.map(str::to_owned))
    }

    #[test]
    fn ordinary_values() {
        assert_eq!(
            of(["G", "PG-13", "NC-17", "in progress", "on_hold"]),
            ["G", "Pg13", "Nc17", "InProgress", "OnHold",]
        );
    }

    #[test]
    fn values_that_are_no_names() {
        assert_eq!(
            of(["", "2", "3.5", "-", "+", "it's", "中文"]),
            [
                "__EmptyString",
                "_2",
                "_3U002E5",
                "U002D",
                "U002B",
                "ItU0027s",
                "中文",
            ]
        );
    }

    #[test]
    fn white_space_and_marks() {
        assert_eq!(of(["tab\tbed", "\u{301}a"]), ["TabU0009bed", "_\u{301}a"]);
    }

    #[test]
    fn variants_begin_with_a_capital() {
        assert_eq!(of(["é", "a_b!", "mañana"]), ["É", "AbU0021", "Mañana"]);
    }

    #[test]
    fn variants_are_written_as_the_compiler_reads_them() {
        assert_eq!(
            of(["cafe\u{301}", "\u{fb01}n", "\u{aa}", "\u{2177}"]),
            ["Caf\u{e9}", "Fin", "A", "Viii"]
        );
        assert_eq!(of(["A", "\u{aa}"]), ["A", "A2"]);
    }

    #[test]
    fn values_that_collapse_are_numbered() {
        assert_eq!(of(["a b", "a_b", "a-b"]), ["AB", "AB2", "AB3"]);
    }
}
