//! What every request for a part of the rows is checked for.

use crate::error::{Error, Result};

/// How many rows are asked for, and may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) rows: u64,
    pub(super) max: u64,
}

impl Size {
    /// The cap that nobody has set.
    pub(super) const MAX: u64 = 1000;

    /// The size that nobody has asked for.
    pub(super) const USUAL: u64 = 20;

    pub(super) fn checked(self) -> Result<u64> {
        // One more than the size is read, and limits are signed numbers.
        let max = self.max.min(i64::MAX.unsigned_abs() / 2);
        match self.rows {
            0 => Err(Error::invalid(
                "size",
                "a page of 0 rows has nothing to show",
                "ask for 1 row or more",
            )),
            rows if rows > max => Err(Error::invalid(
                "size",
                format!("{rows} rows are more than the {max} that are allowed at once"),
                "ask for fewer, or raise `max_size`",
            )),
            rows => Ok(rows),
        }
    }
}

/// Refuses a query that says itself which part of the rows it means.
pub(super) fn limited() -> Error {
    Error::invalid(
        "limit",
        "the query has a limit or an offset beside that of the page",
        "leave it out",
    )
}
