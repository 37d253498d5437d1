//! DTOs that garde validates.

use std::borrow::Borrow;

use garde::Validate;

use super::recorder;
use crate::{
    error::{Result, RuleError, ValidationReport},
    operations::validators::RuleResult,
};

/// Makes a [validator](crate::operations::validators), or a function of yours of that form, a custom
/// rule of garde.
///
/// For an `Option` or a list, write it inside `inner`. Name the validator by its module, as here:
/// inside the attribute, the fields' names stand for their values.
///
/// ```
/// use xtsqlorm::operations::{
///     validation::{check, rule},
///     validators,
/// };
///
/// #[derive(garde::Validate)]
/// struct Person {
///     #[garde(custom(rule(validators::length(1..=100))))]
///     name: String,
///     #[garde(inner(custom(rule(validators::email))))]
///     email: Option<String>,
/// }
///
/// let ada = Person { name: "Ada".into(), email: Some("ada.example.com".into()) };
/// let report = check(&ada, &()).unwrap_err();
/// assert_eq!(report.failures()[0].path().to_string(), "email");
/// ```
pub fn rule<V, T, C>(
    validator: impl Fn(&V) -> RuleResult,
) -> impl FnOnce(&T, &C) -> Result<(), garde::Error>
where
    V: ?Sized,
    T: Borrow<V> + ?Sized,
    C: ?Sized,
{
    move |value, _| validator(value.borrow()).map_err(garde::Error::from)
}

/// Validates a value with its context, which is `()` unless its type says another one.
///
/// garde's own rules get codes and messages in both languages as those of the
/// [validators](crate::operations::validators) do. A custom rule that makes a [`garde::Error`] by
/// itself gets the code `custom`, and its message goes out as it is.
///
/// # Errors
///
/// Everything that is wrong, which [converts](crate::Error::Validation) into an [`Error`](crate::Error).
pub fn check<T: Validate + ?Sized>(
    value: &T,
    context: &T::Context,
) -> Result<(), ValidationReport> {
    recorder::record(|| value.validate_with(context))
}

/// Validates many values with one context. The failures of all are reported, with the place of each
/// in the list.
///
/// # Errors
///
/// As [`check`].
pub fn check_many<'a, T: Validate + 'a>(
    values: impl IntoIterator<Item = &'a T>,
    context: &T::Context,
) -> Result<(), ValidationReport> {
    let mut found = ValidationReport::new();
    for (row, value) in values.into_iter().enumerate() {
        if let Err(report) = check(value, context) {
            found.add_row(row, report);
        }
    }
    match found.is_empty() {
        true => Ok(()),
        false => Err(found),
    }
}

/// The message in English. Inside [`check`], the code and the parameters go with it.
impl From<RuleError> for garde::Error {
    fn from(error: RuleError) -> Self {
        recorder::remember(error)
    }
}

/// What garde found elsewhere, as in a web framework's extractor. Its own messages in English are
/// known and get their codes; every other one gets the code `custom`, and stays as it is.
impl From<garde::Report> for ValidationReport {
    fn from(report: garde::Report) -> Self {
        recorder::convert(report, &[])
    }
}
