//! How much a filter from outside may ask for.

use super::operator::subject;
use crate::error::{Error, Result};

/// Each is far above what a person asks, and far below what hurts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Filters within filters.
    pub(crate) depth: usize,
    /// Comparisons in all.
    pub(crate) comparisons: usize,
    /// Values of one comparison.
    pub(crate) values: usize,
    /// Characters of one text.
    pub(crate) text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 8,
            comparisons: 50,
            values: 500,
            text: 1_000,
        }
    }
}

impl Limits {
    pub(crate) fn check_depth(self, depth: usize) -> Result<()> {
        self.check(
            "filter",
            "levels of filters within filters",
            depth,
            self.depth,
        )
    }

    pub(crate) fn check_comparisons(self, count: usize) -> Result<()> {
        self.check("filter", "comparisons", count, self.comparisons)
    }

    pub(crate) fn check_values(self, column: &str, count: usize) -> Result<()> {
        self.check(&subject(column), "values", count, self.values)
    }

    pub(crate) fn check_text(self, column: &str, text: &str) -> Result<()> {
        // A text has no more characters than bytes, which need no counting.
        if text.len() <= self.text {
            return Ok(());
        }
        let count = text.chars().count();
        self.check(&subject(column), "characters", count, self.text)
    }

    fn check(self, subject: &str, what: &str, count: usize, most: usize) -> Result<()> {
        if count <= most {
            return Ok(());
        }
        Err(Error::invalid(
            subject,
            format!("more than {most} {what} are too many"),
            "ask for less at once",
        ))
    }
}
