//! garde's own rules with codes and parameters.

use std::{borrow::Cow, fmt::Display};

use garde::i18n::{I18n, InvalidCreditCard, InvalidEmail, InvalidPhoneNumber, InvalidUrl, IpKind};
use serde_json::{Number, Value};

use crate::error::RuleError;

/// What garde asks for its messages.
pub(super) struct Recorder;

fn found(error: RuleError) -> Cow<'static, str> {
    super::remember(error).message().to_owned().into()
}

/// A bound as a number, where a number of JSON holds it without loss.
fn number(bound: &dyn Display) -> Value {
    let text = bound.to_string();
    match serde_json::from_str::<Number>(&text) {
        Ok(number) if number.to_string() == text => Value::Number(number),
        _ => Value::String(text),
    }
}

fn text(code: &'static str, text: &dyn Display) -> Cow<'static, str> {
    found(RuleError::new(code).with("text", text.to_string()))
}

impl I18n for Recorder {
    fn length_lower_than(&self, min: usize) -> Cow<'static, str> {
        found(RuleError::new("length").with("min", min))
    }

    fn length_greater_than(&self, max: usize) -> Cow<'static, str> {
        found(RuleError::new("length").with("max", max))
    }

    fn range_lower_than(&self, min: &dyn Display) -> Cow<'static, str> {
        found(RuleError::new("range").with("min", number(min)))
    }

    fn range_greater_than(&self, max: &dyn Display) -> Cow<'static, str> {
        found(RuleError::new("range").with("max", number(max)))
    }

    fn credit_card_invalid(&self, _: InvalidCreditCard) -> Cow<'static, str> {
        found(RuleError::new("credit_card"))
    }

    fn pattern_no_match(&self, pattern: &dyn Display) -> Cow<'static, str> {
        found(RuleError::new("pattern").with("pattern", pattern.to_string()))
    }

    fn contains_missing(&self, pattern: &dyn Display) -> Cow<'static, str> {
        text("contains", pattern)
    }

    fn url_invalid(&self, _: InvalidUrl) -> Cow<'static, str> {
        found(RuleError::new("url"))
    }

    fn prefix_missing(&self, pattern: &dyn Display) -> Cow<'static, str> {
        text("prefix", pattern)
    }

    fn suffix_missing(&self, pattern: &dyn Display) -> Cow<'static, str> {
        text("suffix", pattern)
    }

    fn phone_number_invalid(&self, _: InvalidPhoneNumber) -> Cow<'static, str> {
        found(RuleError::new("phone_number"))
    }

    fn ip_invalid(&self, kind: IpKind) -> Cow<'static, str> {
        let reason = match kind {
            IpKind::Any => "any",
            IpKind::V4 => "v4",
            IpKind::V6 => "v6",
        };
        found(RuleError::new("ip").with("reason", reason))
    }

    fn matches_field_mismatch(&self, field: &dyn Display) -> Cow<'static, str> {
        found(RuleError::new("matches").with("field", field.to_string()))
    }

    fn email_invalid(&self, _: InvalidEmail) -> Cow<'static, str> {
        found(RuleError::new("email"))
    }

    fn ascii_invalid(&self) -> Cow<'static, str> {
        found(RuleError::new("ascii"))
    }

    fn alphanumeric_invalid(&self) -> Cow<'static, str> {
        found(RuleError::new("alphanumeric"))
    }

    fn required_not_set(&self) -> Cow<'static, str> {
        found(RuleError::new("required"))
    }
}
