//! Which window is asked for.

use super::{
    super::{request::Size, sort::Sort},
    key::TokenKey,
    token::WindowToken,
};
use crate::error::{Error, Result};

/// Which window is asked for: how many rows, sorted how, behind or before which token.
///
/// ```
/// # include!("../../../doctest_setup.rs");
/// # fn main() -> xtsqlorm::Result<()> {
/// use xtsqlorm::repository::{Sort, TokenKey, WindowRequest, WindowToken};
///
/// let key = TokenKey::random()?;
/// // What came with the query string: nothing asks for the first window.
/// let after: Option<WindowToken> = None;
/// let request = WindowRequest::new(20, &key)
///     .sort(Sort::desc(orders::Column::CreatedAt))
///     .after(after);
/// # let _ = request;
/// # let _ = on_sample_database(async |_| Ok(()));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until a query is run with it"]
pub struct WindowRequest<C> {
    pub(super) key: TokenKey,
    pub(super) sorts: Vec<Sort<C>>,
    pub(super) query_name: Option<String>,
    size: Size,
    after: Option<WindowToken>,
    before: Option<WindowToken>,
    last: bool,
}

/// Where a window begins, and which way it goes from there.
#[derive(Debug)]
pub(super) struct Start<'a> {
    pub(super) token: Option<&'a WindowToken>,
    pub(super) backward: bool,
}

impl<C> WindowRequest<C> {
    /// The first window of so many rows, with tokens that are signed with `key`.
    pub fn new(size: u64, key: &TokenKey) -> Self {
        Self {
            key: key.clone(),
            sorts: Vec::new(),
            query_name: None,
            size: Size {
                rows: size,
                max: Size::MAX,
            },
            after: None,
            before: None,
            last: false,
        }
    }

    /// Sorts by a column, after those given before. The primary key sorts what is left open.
    pub fn sort(mut self, sort: Sort<C>) -> Self {
        self.sorts.push(sort);
        self
    }

    /// The window behind a token: the [`next`](super::Window::next) of another one. `None` changes
    /// nothing.
    pub fn after(mut self, token: impl Into<Option<WindowToken>>) -> Self {
        self.after = token.into();
        self
    }

    /// The window before a token: the [`previous`](super::Window::previous) of another one. `None`
    /// changes nothing.
    pub fn before(mut self, token: impl Into<Option<WindowToken>>) -> Self {
        self.before = token.into();
        self
    }

    /// The last window.
    pub fn last(mut self) -> Self {
        self.last = true;
        self
    }

    /// Refuses windows of more rows. Default: 1000.
    pub fn max_size(mut self, rows: u64) -> Self {
        self.size.max = rows;
        self
    }

    /// Tells the query from others by this name instead of by its joins, filters and their values.
    ///
    /// For a filter that is another one each time, such as "not older than a day" with a moment that
    /// was read from the clock. Whatever decides who may see which rows belongs into the name, such
    /// as the number of a tenant.
    pub fn query_name(mut self, name: impl Into<String>) -> Self {
        self.query_name = Some(name.into());
        self
    }

    pub(super) fn size(&self) -> Result<u64> {
        self.size.checked()
    }

    pub(super) fn start(&self) -> Result<Start<'_>> {
        let (token, backward) = match (&self.after, &self.before, self.last) {
            (after, None, false) => (after.as_ref(), false),
            (None, before, false) => (before.as_ref(), true),
            (None, None, true) => (None, true),
            _ => {
                return Err(Error::invalid(
                    "window",
                    "it cannot begin in two places",
                    "give one of `after`, `before` and `last`",
                ));
            }
        };
        Ok(Start { token, backward })
    }
}
