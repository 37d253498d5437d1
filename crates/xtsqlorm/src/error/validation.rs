//! What a validation found: in which row, at which field, which rule was broken.

mod messages;
mod path;
mod problem;
mod report;
mod rule_error;

pub use path::FieldPath;
pub use problem::{Problem, ProblemError};
pub use report::{ValidationFailure, ValidationReport};
pub use rule_error::{Language, RuleError};
