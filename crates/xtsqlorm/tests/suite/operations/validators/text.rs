//! Texts: present, how long, of which form.

use xtsqlorm::operations::validators::{length, pattern, required, username};

use super::{accepts, refuses};

/// A text in which nothing can be seen is no text.
#[test]
fn required_wants_something_to_see() {
    accepts(
        required::<str>,
        &["0", "null", " a ", "。", "👍", "\u{1f468}\u{200d}\u{1f469}"],
    );
    refuses(
        required::<str>,
        "required",
        &[
            ("", ""),
            ("    ", ""),
            ("\t\r\n", ""),
            ("\u{3000}", ""),         // ideographic space
            ("\u{a0}", ""),           // no-break space
            ("\u{200b}\u{feff}", ""), // zero-width space, byte order mark
            ("\u{202e}", ""),         // right-to-left override
            ("\u{3164}", ""),         // Hangul filler
            ("\u{2800}", ""),         // empty Braille pattern
            ("\0", ""),
        ],
    );
}

/// What is not a text is missing where it is `None`, `null`, or an empty list.
#[test]
fn required_knows_what_is_no_text() {
    use serde_json::json;
    assert!(required(&Some(0)).is_ok());
    assert!(required(&Some("a".to_owned())).is_ok());
    assert!(required(&false).is_ok());
    assert!(required(&json!({})).is_ok());
    assert!(required(&None::<bool>).is_err());
    assert!(required(&Some(String::new())).is_err());
    assert!(required(&Vec::<i32>::new()).is_err());
    assert!(required(&json!(null)).is_err());
    assert!(required(&json!([])).is_err());
    assert!(required(&json!(" ")).is_err());
}

/// `VARCHAR(3)` has place for three characters, however many bytes they take.
#[test]
fn length_counts_characters() {
    accepts(length(1..=3), &["a", "abc", "美咲子", "ñño", "👍👍👍"]);
    refuses(
        length(1..=3),
        "length",
        &[
            ("", ""),
            ("abcd", ""),
            ("美咲子さん", ""),
            ("abc\n", ""),
            ("abc\u{200b}", ""),
            ("👨‍👩‍👧", ""),
        ],
    );
    accepts(length(2..4), &["ab", "abc"]);
    refuses(length(2..4), "length", &[("a", ""), ("abcd", "")]);
    accepts(length(..), &["", "a"]);
}

/// The bounds are told as they are, and those that are not there are not told.
#[test]
fn length_tells_its_bounds() {
    let message = |error: xtsqlorm::error::RuleError| error.to_string();
    assert_eq!(
        length(2..)("").map_err(message),
        Err("must have at least 2 characters".into())
    );
    assert_eq!(
        length(..2)("ab").map_err(message),
        Err("must have at most 1 characters".into())
    );
    assert_eq!(
        length(6..=6)("1").map_err(message),
        Err("must have exactly 6 characters".into())
    );
    let error = length(2..4)("").unwrap_err();
    assert_eq!(
        serde_json::json!(error.parameters()),
        serde_json::json!({ "min": 2, "max": 3 })
    );
}

/// A pattern is about the whole text, also where it has alternatives, comments, or its own anchors.
#[test]
fn pattern_matches_the_whole_text() -> xtsqlorm::Result<()> {
    let code = pattern("[A-Z]{2}[0-9]{4}")?;
    accepts(&code, &["AB1234"]);
    refuses(
        &code,
        "pattern",
        &[
            ("", ""),
            ("xAB1234", ""),
            ("AB12345", ""),
            (" AB1234", ""),
            ("AB1234 ", ""),
            ("AB1234\n", ""),
            ("x\nAB1234\ny", ""),
            ("AB１２３４", ""), // full-width digits
            ("ＡＢ1234", ""),   // full-width letters
            ("АВ1234", ""),     // Cyrillic letters
            ("AB1234\u{200e}", ""),
        ],
    );
    refuses(pattern("a|b")?, "pattern", &[("ab", ""), ("xb", "")]);
    accepts(pattern("a|ab")?, &["a", "ab"]);
    refuses(
        pattern("(?m)^[0-9]+$")?,
        "pattern",
        &[("1\n2", ""), ("<b>\n1", "")],
    );
    accepts(pattern("(?x) [0-9]+ # digits")?, &["12"]);
    refuses(pattern("(?x) [0-9]+ # digits")?, "pattern", &[("12a", "")]);
    Ok(())
}

/// A pattern that is none is the caller's error, and cannot leave the parentheses around it.
#[test]
fn a_broken_pattern_is_refused() {
    for expression in ["[a-", "a)|(b", "(?P<a", "a{1000}{1000}{1000}", "\\d(?=x)"] {
        let error = pattern(expression).err().expect(expression).to_string();
        assert!(error.starts_with("pattern: "), "{error}");
    }
}

/// User names are ASCII, so that no two look the same.
#[test]
fn usernames() {
    let longest = "a".repeat(32);
    accepts(
        username,
        &["ada", "Ada_1", "ada.lovelace", "a-b-c", &longest],
    );
    let too_long = "a".repeat(33);
    refuses(
        username,
        "username",
        &[
            ("", "length"),
            ("ab", "length"),
            (&too_long, "length"),
            ("1ada", "start"),
            ("_ada", "start"),
            ("ada_", "separators"),
            ("ada..x", "separators"),
            ("a._b", "separators"),
            (" ada", "characters"),
            ("ada ", "characters"),
            ("ada\n", "characters"),
            ("ada lovelace", "characters"),
            ("аda", "characters"),           // Cyrillic а
            ("ada１", "characters"),         // full-width digit
            ("ada\u{200b}", "characters"),   // zero-width space
            ("\u{202e}nimda", "characters"), // reads as "admin"
            ("美咲", "characters"),
            ("ada@x", "characters"),
            ("../etc", "characters"),
            ("admin'--", "characters"),
            ("ada\0", "characters"),
        ],
    );
}
