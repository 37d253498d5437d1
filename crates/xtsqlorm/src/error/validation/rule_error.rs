//! One rule that a value broke.

use std::{borrow::Cow, fmt};

use serde_json::{Map, Value};

use super::messages;

/// The languages that messages are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese, in simplified characters.
    Chinese,
}

/// A rule that a value broke: a code that stays the same from version to version, the parameters
/// of the rule, and a message in each [`Language`].
///
/// It does not hold the value, so that a refused password is in no log and in no answer. Whoever
/// writes a rule keeps to this: parameters say what is allowed.
///
/// ```
/// use xtsqlorm::error::{Language, RuleError};
///
/// let taken = RuleError::new("taken").saying("is taken already", "已被占用");
/// assert_eq!(taken.code(), "taken");
/// assert_eq!(taken.message(Language::Chinese), "已被占用");
///
/// let short = RuleError::new("length").with("min", 8);
/// assert_eq!(short.to_string(), "must have at least 8 characters");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    code: Cow<'static, str>,
    parameters: Map<String, Value>,
    message: Option<(Cow<'static, str>, Cow<'static, str>)>,
}

impl RuleError {
    /// The error of the rule with this code. Codes that the library does not use itself want a
    /// [message](Self::saying).
    #[must_use]
    pub fn new(code: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code: code.into(),
            parameters: Map::new(),
            message: None,
        }
    }

    /// Adds a parameter of the rule.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.parameters.insert(name.to_owned(), value.into());
        self
    }

    /// Sets the message. It continues the name of the field: "must be at least 18".
    #[must_use]
    pub fn saying(
        mut self,
        english: impl Into<Cow<'static, str>>,
        chinese: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.message = Some((english.into(), chinese.into()));
        self
    }

    /// What kind of rule it is: `length`, `email`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// What the rule allows: `min`, `max`, `choices`; and, where a rule can be broken in several
    /// ways, the `reason`.
    #[must_use]
    pub fn parameters(&self) -> &Map<String, Value> {
        &self.parameters
    }

    /// What is to be shown to the user, without the name of the field.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        match (&self.message, language) {
            (Some((english, _)), Language::English) => english.clone().into_owned(),
            (Some((_, chinese)), Language::Chinese) => chinese.clone().into_owned(),
            (None, _) => messages::message(self, language),
        }
    }
}

/// The message in English.
impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Language::English))
    }
}

impl std::error::Error for RuleError {}
