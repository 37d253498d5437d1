//! What rules see of a value on its way to the database.

use sea_orm::{
    Value,
    sea_query::{OptionEnum, ValueType},
};

use crate::operations::validators::{Present, RuleResult};

/// What a rule for a column can take: the types that SeaORM binds, and `str` for texts and enums.
pub trait ColumnValue {
    /// Runs the rule; `None` where the value is not of this type.
    fn check(value: &Value, rule: &dyn Fn(&Self) -> RuleResult) -> Option<RuleResult>;
}

impl ColumnValue for str {
    fn check(value: &Value, rule: &dyn Fn(&Self) -> RuleResult) -> Option<RuleResult> {
        text(value).map(rule)
    }
}

impl<V: ValueType> ColumnValue for V {
    fn check(value: &Value, rule: &dyn Fn(&Self) -> RuleResult) -> Option<RuleResult> {
        V::try_from(value.clone()).ok().map(|value| rule(&value))
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => text.as_deref(),
        Value::Enum(OptionEnum::Some(choice)) => Some(&choice.value),
        _ => None,
    }
}

pub(super) fn is_null(value: &Value) -> bool {
    *value == value.as_null()
}

/// Not NULL, and not a text in which nothing can be seen.
pub(super) fn is_present(value: &Value) -> bool {
    match text(value) {
        Some(text) => text.is_present(),
        None => !is_null(value),
    }
}
