//! Bounds of what can be compared.

use std::ops::{Bound, RangeBounds};

use serde::Serialize;

use super::RuleResult;
use crate::error::RuleError;

/// Wants a value within bounds: a number, a decimal, a date. Code: `range`. What cannot be compared,
/// as a NaN, is outside.
///
/// ```
/// use xtsqlorm::operations::validators::range;
///
/// assert!(range(0..=120)(&35).is_ok());
/// assert!(range(0.0..1.0)(&f64::NAN).is_err());
/// ```
pub fn range<T>(bounds: impl RangeBounds<T>) -> impl Fn(&T) -> RuleResult
where
    T: PartialOrd + Serialize,
{
    move |value| {
        if bounds.contains(value) {
            return Ok(());
        }
        let mut error = RuleError::new("range");
        if let Bound::Included(min) | Bound::Excluded(min) = bounds.start_bound() {
            error = error.with("min", shown(min));
        }
        match bounds.end_bound() {
            Bound::Included(max) => error = error.with("max", shown(max)),
            Bound::Excluded(below) => error = error.with("below", shown(below)),
            Bound::Unbounded => {}
        }
        Err(error)
    }
}

/// Bounds are numbers, or texts such as dates.
fn shown(bound: &impl Serialize) -> serde_json::Value {
    serde_json::to_value(bound).unwrap_or_default()
}
