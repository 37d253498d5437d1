//! Whether a password is worth having.

use std::collections::BTreeSet;

use super::{RuleResult, broken, present::is_invisible};

/// Fewer different characters than this are few.
const DISTINCT: usize = 5;

/// What is left of the passwords that lists of stolen ones begin with, when capital letters, the
/// digits and signs around them, and the digits and signs that stand for letters are undone.
const COMMON: [&str; 52] = [
    "a",
    "aa",
    "aaa",
    "abc",
    "abcd",
    "abcde",
    "abcdef",
    "admin",
    "administrator",
    "asd",
    "asdf",
    "asdfgh",
    "asdfghjkl",
    "baseball",
    "changeme",
    "charlie",
    "computer",
    "default",
    "demo",
    "dragon",
    "football",
    "google",
    "guest",
    "hello",
    "iloveyou",
    "letmein",
    "login",
    "master",
    "michael",
    "monkey",
    "mysql",
    "ninja",
    "pass",
    "passwd",
    "password",
    "princess",
    "q2w3e4r",
    "q2w3e4r5t",
    "qaz2wsx",
    "qazwsx",
    "qq",
    "qwer",
    "qwerty",
    "qwertyuiop",
    "root",
    "secret",
    "sunshine",
    "superman",
    "test",
    "user",
    "welcome",
    "woaini",
];

/// What a password must be.
///
/// ```
/// use xtsqlorm::operations::validators::{PasswordPolicy, password};
///
/// let strong = password(PasswordPolicy::new().min_length(12));
/// assert!(strong("correct-Horse-7").is_ok());
/// let weak = strong("P@ssw0rd2024!").unwrap_err();
/// assert_eq!(weak.to_string(), "is a password that many people use");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct PasswordPolicy {
    min_length: usize,
    max_length: usize,
    kinds: usize,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self::new()
    }
}

impl PasswordPolicy {
    /// 8 to 128 characters, of three kinds.
    pub fn new() -> Self {
        Self {
            min_length: 8,
            max_length: 128,
            kinds: 3,
        }
    }

    /// Wants so many characters. Default: 8.
    pub fn min_length(mut self, characters: usize) -> Self {
        self.min_length = characters;
        self
    }

    /// Allows so many characters, so that nobody makes the server hash a megabyte. Default: 128.
    pub fn max_length(mut self, characters: usize) -> Self {
        self.max_length = characters;
        self
    }

    /// Wants so many kinds of characters, of capital letters, small letters, digits and others; at
    /// most 4. Default: 3.
    pub fn kinds(mut self, kinds: usize) -> Self {
        self.kinds = kinds;
        self
    }
}

/// Wants a password of some strength: as the policy says, with five different characters, without
/// invisible ones, and not one of the most common with a few digits and signs added. Code:
/// `password`.
///
/// The error tells what is missing and not what was given.
pub fn password(policy: PasswordPolicy) -> impl Fn(&str) -> RuleResult + Clone {
    move |value| {
        let count = value.chars().count();
        if count < policy.min_length {
            return Err(broken("password", "too_short").with("min", policy.min_length));
        }
        if count > policy.max_length {
            return Err(broken("password", "too_long").with("max", policy.max_length));
        }
        if value.chars().any(is_invisible) {
            return Err(broken("password", "invisible"));
        }
        if kinds(value) < policy.kinds {
            return Err(broken("password", "kinds").with("kinds", policy.kinds));
        }
        if value.chars().collect::<BTreeSet<_>>().len() < DISTINCT {
            return Err(broken("password", "repetitive"));
        }
        if is_common(value) {
            return Err(broken("password", "common"));
        }
        Ok(())
    }
}

fn kinds(value: &str) -> usize {
    let kinds: BTreeSet<u8> = value
        .chars()
        .map(|letter| match letter {
            _ if letter.is_uppercase() => 0,
            _ if letter.is_lowercase() => 1,
            _ if letter.is_numeric() => 2,
            _ => 3,
        })
        .collect();
    kinds.len()
}

fn is_common(value: &str) -> bool {
    let lower = value.to_lowercase();
    let core = lower.trim_matches(|letter: char| !letter.is_alphabetic());
    let letters = core.chars().map(letter_meant);
    let spelled: String = letters.filter(|letter| letter.is_alphabetic()).collect();
    COMMON.contains(&core) || COMMON.contains(&spelled.as_str())
}

/// `P@ssw0rd` is `password`.
fn letter_meant(sign: char) -> char {
    match sign {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    }
}
