//! What a client asks of a list: a filter, an order and a page.

mod find;
mod parse;
mod rules;

pub use rules::QueryRules;

use super::Filter;

/// One column of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortKey {
    /// The name of the column.
    pub column: String,
    /// Greatest first.
    pub descending: bool,
}

impl SortKey {
    /// Least first.
    pub fn ascending(column: impl Into<String>) -> Self {
        Self {
            column: column.into(),
            descending: false,
        }
    }

    /// Greatest first.
    pub fn descending(column: impl Into<String>) -> Self {
        Self {
            column: column.into(),
            descending: true,
        }
    }

    /// Reads `name`, or `-name` for greatest first.
    fn read(text: &str) -> Self {
        match text.strip_prefix('-') {
            Some(column) => Self::descending(column),
            None => Self::ascending(text),
        }
    }
}

/// What a client asked of a list, within what it is allowed: from [`QueryRules::parse`].
///
/// `Find::list` takes it as a whole, where pages are counted; its fields serve those who page by
/// other means.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ListQuery {
    /// Which rows.
    pub filter: Filter,
    /// In which order; empty where neither the client nor the rules say one.
    pub sort: Vec<SortKey>,
    /// Which page, counted from 1.
    pub page: u64,
    /// Rows on a page.
    pub size: u64,
    /// Token of the row that the page comes after, as it was given.
    pub after: Option<String>,
    /// Token of the row that the page comes before, as it was given.
    pub before: Option<String>,
}
