//! Texts: how long, of which form.

use std::ops::{Bound, RangeBounds};

use regex::Regex;

use super::{RuleResult, broken};
use crate::error::{Error, Result, RuleError};

/// Limits the number of characters, which are Unicode scalar values and not bytes: `美咲` has two,
/// as in a `VARCHAR(2)`. Code: `length`.
///
/// ```
/// use xtsqlorm::operations::validators::length;
///
/// let name = length(1..=4);
/// assert!(name("美咲さん").is_ok());
/// assert_eq!(name("").unwrap_err().to_string(), "must have 1 to 4 characters");
/// ```
pub fn length(limits: impl RangeBounds<usize>) -> impl Fn(&str) -> RuleResult + Clone {
    let min = match limits.start_bound() {
        Bound::Included(min) => *min,
        Bound::Excluded(below) => below.saturating_add(1),
        Bound::Unbounded => 0,
    };
    let max = match limits.end_bound() {
        Bound::Included(max) => Some(*max),
        Bound::Excluded(above) => Some(above.saturating_sub(1)),
        Bound::Unbounded => None,
    };
    move |value| {
        let count = value.chars().count();
        if count >= min && max.is_none_or(|max| count <= max) {
            return Ok(());
        }
        let mut error = RuleError::new("length");
        if min > 0 {
            error = error.with("min", min);
        }
        if let Some(max) = max {
            error = error.with("max", max);
        }
        Err(error)
    }
}

/// Wants the whole text to match a regular expression of the
/// [regex](https://docs.rs/regex/latest/regex/#syntax) crate, whether or not it says `^` and `$`.
/// Code: `pattern`.
///
/// ```
/// use xtsqlorm::operations::validators::pattern;
///
/// let colour = pattern("#[0-9a-f]{6}|none")?;
/// assert!(colour("#00ff7f").is_ok());
/// assert!(colour("#00ff7f00").is_err());
/// assert!(colour("#00ff7f\n").is_err());
/// # Ok::<(), xtsqlorm::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::InvalidInput`] where the text is no regular expression.
pub fn pattern(expression: &str) -> Result<impl Fn(&str) -> RuleResult + Clone + use<>> {
    // Alone first: `a)(b` would be one inside parentheses.
    let refused = |error: regex::Error| {
        Error::invalid(
            "pattern",
            error.to_string(),
            "give a regular expression of the regex crate",
        )
    };
    Regex::new(expression).map_err(refused)?;
    // In verbose mode a comment at the end hides what follows on its line.
    let whole = Regex::new(&format!(r"\A(?:{expression})\z"))
        .or_else(|_| Regex::new(&format!("\\A(?:{expression}\n)\\z")))
        .map_err(refused)?;
    let expression = expression.to_owned();
    Ok(move |value: &str| match whole.is_match(value) {
        true => Ok(()),
        false => Err(RuleError::new("pattern").with("pattern", expression.clone())),
    })
}

/// Wants a user name: 3 to 32 of the letters a to z and A to Z, digits, `_`, `-` and `.`, with a
/// letter first, and each `_`, `-` and `.` between two others. Code: `username`.
///
/// Names that differ only in capital letters are different here; a unique key with a collation that
/// ignores them, or a column in small letters, keeps them apart.
///
/// ```
/// use xtsqlorm::operations::validators::username;
///
/// assert!(username("ada.lovelace").is_ok());
/// assert!(username("аdmin").is_err()); // its first letter is Cyrillic
/// ```
///
/// # Errors
///
/// A [`RuleError`] with the reason `length`, `characters`, `start` or `separators`.
pub fn username(value: &str) -> RuleResult {
    const MIN: usize = 3;
    const MAX: usize = 32;
    let is_separator = |letter| matches!(letter, '_' | '-' | '.');
    if !value
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || is_separator(letter))
    {
        return Err(broken("username", "characters"));
    }
    if !(MIN..=MAX).contains(&value.len()) {
        let error = broken("username", "length");
        return Err(error.with("min", MIN).with("max", MAX));
    }
    if !value.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return Err(broken("username", "start"));
    }
    if value.split(is_separator).any(str::is_empty) {
        return Err(broken("username", "separators"));
    }
    Ok(())
}
