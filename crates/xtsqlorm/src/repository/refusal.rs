//! Why a value cannot be taken.

use crate::error::Error;

/// Why a value is refused, and what to give instead. The value itself is in neither.
#[derive(Debug)]
pub(crate) struct Refusal {
    problem: String,
    remedy: String,
}

impl Refusal {
    pub(crate) fn new(problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }

    /// A column that no text can be searched in.
    pub(crate) fn no_text(type_name: &str) -> Self {
        Self::new(
            format!("{type_name} is no text to search in"),
            "compare it with a value",
        )
    }

    /// The error about `subject`, such as `table.column`.
    pub(crate) fn of(self, subject: String) -> Error {
        Error::invalid(subject, self.problem, self.remedy)
    }
}
