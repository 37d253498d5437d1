//! JSON, as text and as a value.

use serde_json::Value;

use super::{RuleResult, broken};
use crate::error::RuleError;

/// The types that JSON has, and whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonType {
    /// `null`
    Null,
    /// `true` and `false`
    Boolean,
    /// A number without a fraction that fits 64 bits: `7`, and not `7.0`.
    Integer,
    /// Any number.
    Number,
    /// A text.
    String,
    /// A list.
    Array,
    /// An object.
    Object,
}

impl JsonType {
    fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

/// Wants a JSON value of this type. Code: `type`.
///
/// ```
/// use serde_json::json;
/// use xtsqlorm::operations::validators::{JsonType, json_type};
///
/// assert!(json_type(JsonType::Integer)(&json!(7)).is_ok());
/// assert!(json_type(JsonType::Integer)(&json!("7")).is_err());
/// ```
pub fn json_type(expected: JsonType) -> impl Fn(&Value) -> RuleResult + Clone {
    move |value| {
        let meets = match expected {
            JsonType::Null => value.is_null(),
            JsonType::Boolean => value.is_boolean(),
            JsonType::Integer => value.is_i64() || value.is_u64(),
            JsonType::Number => value.is_number(),
            JsonType::String => value.is_string(),
            JsonType::Array => value.is_array(),
            JsonType::Object => value.is_object(),
        };
        match meets {
            true => Ok(()),
            false => Err(RuleError::new("type").with("expected", expected.name())),
        }
    }
}

/// Wants a text that is JSON (RFC 8259), of any type. Code: `json`, with the line and the column
/// where it stops to be.
///
/// What is nested more than 127 levels deep, or has numbers that no `f64` holds, is refused: it
/// could not be read back.
///
/// # Errors
///
/// A [`RuleError`] with the reason `syntax`.
pub fn json(value: &str) -> RuleResult {
    match serde_json::from_str::<Value>(value) {
        Ok(_) => Ok(()),
        Err(error) => Err(broken("json", "syntax")
            .with("line", error.line())
            .with("column", error.column())),
    }
}

/// Wants a JSON object. Code: `dict`.
///
/// # Errors
///
/// A [`RuleError`] for every other type.
pub fn dict(value: &Value) -> RuleResult {
    match value.is_object() {
        true => Ok(()),
        false => Err(RuleError::new("dict")),
    }
}

/// Wants a text that is a JSON object. Code: `json` for what is no JSON, `dict` for what is no
/// object.
///
/// ```
/// use xtsqlorm::operations::validators::json_object;
///
/// assert!(json_object(r#"{ "theme": "dark" }"#).is_ok());
/// assert_eq!(json_object("[]").unwrap_err().code(), "dict");
/// assert_eq!(json_object("{'theme': 'dark'}").unwrap_err().code(), "json");
/// ```
///
/// # Errors
///
/// A [`RuleError`] for everything else.
pub fn json_object(value: &str) -> RuleResult {
    json(value)?;
    // JSON knows four characters of space, and an object begins with a brace.
    match value.trim_start().starts_with('{') {
        true => Ok(()),
        false => Err(RuleError::new("dict")),
    }
}
