//! Which lists of texts can be a Rust enum.

use heck::ToUpperCamelCase;
use unicode_ident::{is_xid_continue, is_xid_start};
use unicode_normalization::UnicodeNormalization;

/// Whether `DeriveActiveEnum` can make a variant of each value; if not, why.
pub(super) fn fits_enum(values: &[String]) -> Result<(), String> {
    if values.is_empty() {
        return Err("as text: a type without values".to_owned());
    }
    let mut seen: Vec<(String, &String)> = Vec::new();
    for value in values {
        let name = derived_variant(value);
        if name == "Self" {
            return Err(format!("as text: no variant can be named for '{value}'"));
        }
        if let Some((_, other)) = seen.iter().find(|(seen, _)| *seen == name) {
            return Err(format!(
                "as text: '{other}' and '{value}' would be one variant"
            ));
        }
        seen.push((name, value));
    }
    Ok(())
}

/// The variant that `DeriveActiveEnum` names after a value in a second enum of its own; follows its
/// `camel_case_with_escaped_non_uax31`, and Rust's lexer, to which names are one that differ only in
/// how an accent is written.
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
    escaped.to_upper_camel_case().nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::fits_enum;

    fn fits(values: &[&str]) -> bool {
        let values: Vec<String> = values.iter().map(|&value| value.to_owned()).collect();
        fits_enum(&values).is_ok()
    }

    #[test]
    fn values_that_can_be_told_apart_fit() {
        assert!(fits(&[
            "G",
            "PG-13",
            "it's",
            "a,b",
            "",
            "back\\slash",
            "2",
            "中文"
        ]));
        assert!(fits(&["x y", "X Y", "x-y"]));
        assert!(fits(&["caf\u{e9}", "cafe\u{301}"]));
    }

    #[test]
    fn values_that_would_be_one_variant_or_none_do_not() {
        for values in [
            &["Pending", "pending"][..],
            &["a", "A"],
            &["self", "a"],
            &["\u{1100}\u{1161}", "\u{ac00}"],
            &[],
        ] {
            assert!(!fits(values), "{values:?}");
        }
    }
}
