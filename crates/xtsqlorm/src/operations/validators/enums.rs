//! One of a list.

use sea_orm::{ActiveEnum, Value};

use super::RuleResult;
use crate::error::RuleError;

/// What a list of choices can hold: texts and whole numbers.
pub trait Choice: Send + Sync + 'static {
    /// What is compared with it: `str` for texts.
    type Value: ?Sized;

    /// Whether the value is this choice.
    fn is(&self, value: &Self::Value) -> bool;

    /// The choice as a parameter of the rule.
    fn shown(&self) -> serde_json::Value;
}

/// Wants one of these, exactly as it stands here. Code: `choices`.
///
/// ```
/// use xtsqlorm::operations::validators::choices;
///
/// assert!(choices(["S", "M", "L"])("M").is_ok());
/// let error = choices([0, 1])(&2).unwrap_err();
/// assert_eq!(error.to_string(), "must be one of: 0, 1");
/// ```
pub fn choices<C: Choice>(
    allowed: impl IntoIterator<Item = C>,
) -> impl Fn(&C::Value) -> RuleResult {
    let allowed: Vec<C> = allowed.into_iter().collect();
    move |value| {
        if allowed.iter().any(|choice| choice.is(value)) {
            return Ok(());
        }
        let shown: Vec<_> = allowed.iter().map(Choice::shown).collect();
        Err(RuleError::new("choices").with("choices", shown))
    }
}

/// Wants the name of a variant of an enum, as the database knows it. Code: `enum`.
///
/// ```
/// # use entity::sea_orm_active_enums::OrdersStatus;
/// use xtsqlorm::operations::validators::enum_name;
///
/// assert!(enum_name::<OrdersStatus>("paid").is_ok());
/// assert!(enum_name::<OrdersStatus>("Paid").is_err());
/// ```
///
/// # Errors
///
/// A [`RuleError`] for any other text.
pub fn enum_name<A: ActiveEnum>(value: &str) -> RuleResult {
    let names = || A::values().into_iter().map(|value| name(&value.into()));
    if names().any(|name| name == value) {
        return Ok(());
    }
    let names: Vec<String> = names().collect();
    Err(RuleError::new("enum").with("choices", names))
}

/// A text as it is, a number in decimal digits.
fn name(value: &Value) -> String {
    match sea_orm::sea_query::sea_value_to_json_value(value) {
        serde_json::Value::String(name) => name,
        other => other.to_string(),
    }
}

macro_rules! choice {
    ($($choice:ty => $value:ty),+ $(,)?) => {$(
        impl Choice for $choice {
            type Value = $value;

            fn is(&self, value: &$value) -> bool {
                self == value
            }

            fn shown(&self) -> serde_json::Value {
                (*self).clone().into()
            }
        }
    )+};
}

choice!(
    String => str,
    i8 => i8,
    i16 => i16,
    i32 => i32,
    i64 => i64,
    u8 => u8,
    u16 => u16,
    u32 => u32,
    u64 => u64,
);

impl Choice for &'static str {
    type Value = str;

    fn is(&self, value: &str) -> bool {
        *self == value
    }

    fn shown(&self) -> serde_json::Value {
        (*self).into()
    }
}
