//! What rows are sorted by.

/// A column that rows are sorted by: in which direction, and where its NULLs come.
///
/// NULLs come first where the least comes first, and last where it comes last: NULL is less than
/// every value, on every backend.
///
/// ```
/// # include!("../../doctest_setup.rs");
/// # fn main() {
/// use xtsqlorm::repository::Sort;
///
/// let latest_first = Sort::desc(orders::Column::PaidAt);
/// let unpaid_first = Sort::desc(orders::Column::PaidAt).nulls_first();
/// # let _ = (latest_first, unpaid_first);
/// # let _ = on_sample_database(async |_| Ok(()));
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a sort does nothing until it is given to a request"]
pub struct Sort<C> {
    pub(super) column: C,
    pub(super) descending: bool,
    pub(super) nulls_first: bool,
}

impl<C> Sort<C> {
    /// Least first, NULLs before them.
    pub const fn asc(column: C) -> Self {
        Self {
            column,
            descending: false,
            nulls_first: true,
        }
    }

    /// Greatest first, NULLs behind them.
    pub const fn desc(column: C) -> Self {
        Self {
            column,
            descending: true,
            nulls_first: false,
        }
    }

    /// NULLs come before all values.
    pub fn nulls_first(mut self) -> Self {
        self.nulls_first = true;
        self
    }

    /// NULLs come behind all values.
    pub fn nulls_last(mut self) -> Self {
        self.nulls_first = false;
        self
    }

    /// The column.
    #[must_use]
    pub fn column(&self) -> &C {
        &self.column
    }

    /// Whether the greatest comes first.
    #[must_use]
    pub fn is_descending(&self) -> bool {
        self.descending
    }

    /// Whether NULLs come before all values.
    #[must_use]
    pub fn puts_nulls_first(&self) -> bool {
        self.nulls_first
    }
}
