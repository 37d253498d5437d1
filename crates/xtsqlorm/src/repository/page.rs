//! A part of a table.

use sea_orm::sea_query::SelectStatement;

/// How many rows to read, and how many to leave out before them.
///
/// ```
/// use xtsqlorm::repository::Page;
///
/// let second = Page::limit(20).offset(20);
/// let everything = Page::all();
/// # let _ = (second, everything);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    pub(super) limit: Option<u64>,
    pub(super) offset: u64,
}

impl Page {
    /// All rows.
    #[must_use]
    pub const fn all() -> Self {
        Self {
            limit: None,
            offset: 0,
        }
    }

    /// The first `rows` rows; none where it is 0.
    #[must_use]
    pub const fn limit(rows: u64) -> Self {
        Self {
            limit: Some(rows),
            offset: 0,
        }
    }

    /// Leaves out the first `rows` rows. Default: 0.
    #[must_use]
    pub const fn offset(mut self, rows: u64) -> Self {
        self.offset = rows;
        self
    }

    /// Restricts `rows` to the page.
    pub(crate) fn restrict(self, rows: &mut SelectStatement) {
        const MOST: u64 = i64::MAX.unsigned_abs();
        // MySQL and SQLite have no OFFSET without a LIMIT.
        if let Some(limit) = self.limit.or((self.offset > 0).then_some(MOST)) {
            rows.limit(limit.min(MOST));
        }
        if self.offset > 0 {
            rows.offset(self.offset.min(MOST));
        }
    }
}
