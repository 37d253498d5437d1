//! garde's messages in English, told apart by how they begin.

use serde_json::{Number, Value};

use crate::error::RuleError;

/// The rule that this is the message of.
pub(super) fn rule(message: &str) -> RuleError {
    known(message).unwrap_or_else(|| {
        let message = message.to_owned();
        RuleError::new("custom").saying(message.clone(), message)
    })
}

fn known(message: &str) -> Option<RuleError> {
    let exact = match message {
        "not set" => "required",
        "not ascii" => "ascii",
        "not alphanumeric" => "alphanumeric",
        _ => "",
    };
    if !exact.is_empty() {
        return Some(RuleError::new(exact));
    }
    let after = |start: &str| message.strip_prefix(start);
    if let Some(min) = after("length is lower than ").and_then(number) {
        return Some(RuleError::new("length").with("min", min));
    }
    if let Some(max) = after("length is greater than ").and_then(number) {
        return Some(RuleError::new("length").with("max", max));
    }
    if let Some(min) = after("lower than ").and_then(number) {
        return Some(RuleError::new("range").with("min", min));
    }
    if let Some(max) = after("greater than ").and_then(number) {
        return Some(RuleError::new("range").with("max", max));
    }
    if let Some(pattern) = after("does not match pattern /") {
        let pattern = pattern.strip_suffix('/')?;
        return Some(RuleError::new("pattern").with("pattern", pattern));
    }
    if let Some(field) = after("does not match ").and_then(|rest| rest.strip_suffix(" field")) {
        return Some(RuleError::new("matches").with("field", field));
    }
    let quoted = |code, start| {
        let text = after(start)?.strip_prefix('"')?.strip_suffix('"')?;
        Some(RuleError::new(code).with("text", text))
    };
    quoted("contains", "does not contain ")
        .or_else(|| quoted("prefix", "value does not begin with "))
        .or_else(|| quoted("suffix", "does not end with "))
        .or_else(|| form(message))
}

/// A number, written as garde writes it and as JSON does.
fn number(text: &str) -> Option<Value> {
    serde_json::from_str::<Number>(text).ok().map(Value::Number)
}

/// The rest of such a message says how the value is not one; that is left out.
fn form(message: &str) -> Option<RuleError> {
    let form = message.strip_prefix("not a valid ")?;
    let rule = match form.split(": ").next()? {
        "email" => RuleError::new("email"),
        "url" => RuleError::new("url"),
        "phone number" => RuleError::new("phone_number"),
        "credit card number" => RuleError::new("credit_card"),
        "IP address" => RuleError::new("ip").with("reason", "any"),
        "IPv4 address" => RuleError::new("ip").with("reason", "v4"),
        "IPv6 address" => RuleError::new("ip").with("reason", "v6"),
        _ => return None,
    };
    Some(rule)
}
