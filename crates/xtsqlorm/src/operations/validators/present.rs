//! Whether there is a value at all.

use serde_json::Value;

use super::RuleResult;
use crate::error::RuleError;

/// What can be there or not.
pub trait Present {
    /// Whether it is there.
    fn is_present(&self) -> bool;
}

/// Refuses `None`, JSON's `null`, empty lists, and texts in which nothing can be seen. Code:
/// `required`.
///
/// ```
/// use xtsqlorm::operations::validators::required;
///
/// assert!(required("Ada").is_ok());
/// assert!(required("\u{3000}\u{200b}").is_err());
/// assert!(required(&None::<i32>).is_err());
/// ```
///
/// # Errors
///
/// A [`RuleError`] for what is not there.
pub fn required<T: Present + ?Sized>(value: &T) -> RuleResult {
    match value.is_present() {
        true => Ok(()),
        false => Err(RuleError::new("required")),
    }
}

impl Present for str {
    fn is_present(&self) -> bool {
        !self
            .chars()
            .all(|letter| letter.is_whitespace() || is_invisible(letter))
    }
}

impl Present for String {
    fn is_present(&self) -> bool {
        self.as_str().is_present()
    }
}

impl<T: Present> Present for Option<T> {
    fn is_present(&self) -> bool {
        self.as_ref().is_some_and(Present::is_present)
    }
}

impl<T> Present for Vec<T> {
    fn is_present(&self) -> bool {
        !self.is_empty()
    }
}

impl Present for Value {
    fn is_present(&self) -> bool {
        match self {
            Self::Null => false,
            Self::String(text) => text.is_present(),
            Self::Array(values) => values.is_present(),
            _ => true,
        }
    }
}

impl<T: Present + ?Sized> Present for &T {
    fn is_present(&self) -> bool {
        (*self).is_present()
    }
}

macro_rules! always_present {
    ($($kind:ty),+ $(,)?) => {$(
        impl Present for $kind {
            fn is_present(&self) -> bool {
                true
            }
        }
    )+};
}

always_present!(
    bool,
    i8,
    i16,
    i32,
    i64,
    u8,
    u16,
    u32,
    u64,
    f32,
    f64,
    sea_orm::prelude::Date,
    sea_orm::prelude::Time,
    sea_orm::prelude::DateTime,
    sea_orm::prelude::DateTimeUtc,
    sea_orm::prelude::DateTimeWithTimeZone,
    sea_orm::prelude::Decimal,
    sea_orm::prelude::Uuid,
);

/// Controls, marks of direction, joiners, fillers: characters that show nothing.
pub(super) fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}
