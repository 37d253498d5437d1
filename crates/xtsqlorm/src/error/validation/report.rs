//! All failures of one validation.

use std::fmt;

use super::{FieldPath, Language, RuleError};
use crate::error::Error;

/// How many failures `Display` names.
const NAMED: usize = 3;

/// One field that broke one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationFailure {
    row: Option<usize>,
    path: FieldPath,
    error: RuleError,
}

impl ValidationFailure {
    /// The place, from 0, of the row among those that were to be written; `None` where a single
    /// row was.
    #[must_use]
    pub fn row(&self) -> Option<usize> {
        self.row
    }

    /// The field.
    #[must_use]
    pub fn path(&self) -> &FieldPath {
        &self.path
    }

    /// The rule that it broke.
    #[must_use]
    pub fn error(&self) -> &RuleError {
        &self.error
    }

    /// Shorthand for the [code](RuleError::code) of the rule.
    #[must_use]
    pub fn code(&self) -> &str {
        self.error.code()
    }

    /// Shorthand for the [message](RuleError::message) of the rule.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        self.error.message(language)
    }
}

/// `row 2: email is not a valid e-mail address`
impl fmt::Display for ValidationFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(row) = self.row {
            write!(f, "row {row}: ")?;
        }
        if !self.path.is_empty() {
            write!(f, "{} ", self.path)?;
        }
        write!(f, "{}", self.error)
    }
}

/// Everything that a validation found, in all rows; never the refused values.
///
/// ```
/// use xtsqlorm::error::{RuleError, ValidationReport};
///
/// let mut report = ValidationReport::new();
/// report.add("email", RuleError::new("email"));
/// let error = report.into_result().unwrap_err();
/// assert!(error.is_validation());
/// assert_eq!(error.to_string(), "not valid: email is not a valid e-mail address");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValidationReport {
    failures: Vec<ValidationFailure>,
}

impl ValidationReport {
    /// A report without a failure.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a failure.
    pub fn add(&mut self, path: impl Into<FieldPath>, error: RuleError) {
        self.failures.push(ValidationFailure {
            row: None,
            path: path.into(),
            error,
        });
    }

    /// Adds the failures of another report, as those of the row at this place among many. A failure
    /// that names its row already keeps it.
    pub fn add_row(&mut self, row: usize, report: Self) {
        let failures = report.failures.into_iter();
        self.failures
            .extend(failures.map(|failure| ValidationFailure {
                row: failure.row.or(Some(row)),
                ..failure
            }));
    }

    /// Adds the failures of another report on the same row, or the same rows.
    pub fn merge(&mut self, report: Self) {
        self.failures.extend(report.failures);
    }

    /// The failures, in the order in which they were found.
    #[must_use]
    pub fn failures(&self) -> &[ValidationFailure] {
        &self.failures
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.failures.is_empty()
    }

    /// `Ok` where nothing was found.
    ///
    /// # Errors
    ///
    /// [`Error::Validation`] with this report where something was.
    pub fn into_result(self) -> Result<(), Error> {
        match self.is_empty() {
            true => Ok(()),
            false => Err(self.into()),
        }
    }
}

/// The first failures, and how many more there are.
impl fmt::Display for ValidationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not valid: ")?;
        for (place, failure) in self.failures.iter().take(NAMED).enumerate() {
            let separator = if place == 0 { "" } else { "; " };
            write!(f, "{separator}{failure}")?;
        }
        match self.failures.len().saturating_sub(NAMED) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

impl std::error::Error for ValidationReport {}

impl From<ValidationReport> for Error {
    fn from(report: ValidationReport) -> Self {
        Self::Validation(Box::new(report))
    }
}
