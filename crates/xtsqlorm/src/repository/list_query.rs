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
/// [`Find::list`](super::Find::list) takes it as a whole, where pages are counted. For totals, filter
/// and sort by its fields, and give its page to [`Find::paginate`](super::Find::paginate); for pages
/// that go by tokens, give its [`window`](Self::window) to [`Find::window`](super::Find::window).
///
/// ```
/// # include!("../doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// # migration::seed(&provider).await?;
/// use xtsqlorm::repository::{PageRequest, QueryRules, TokenKey};
///
/// let rules = QueryRules::new().filter_by(["is_active"]).sort_by(["name"]);
/// let users = Repository::<users::Entity>::new(&provider);
///
/// let asked = rules.parse("is_active=true&sort=name&size=2")?;
/// let filtered = users.find().filter_by(asked.filter.clone())?;
/// let sorted = filtered.clone().sort_by(&asked.sort)?;
/// let page = sorted.paginate(PageRequest::new(asked.page, asked.size)).await?;
/// assert!(page.pages > 1);
///
/// let key = TokenKey::random()?; // `TokenKey::from_bytes` in a service
/// let first = filtered.clone().window(asked.window::<users::Entity>(&key)?).await?;
/// assert_eq!(first.items, page.items);
/// let next = format!("is_active=true&sort=name&size=2&after={}", first.next.unwrap());
/// let second = filtered.window(rules.parse(&next)?.window::<users::Entity>(&key)?).await?;
/// assert!(second.items[0].name >= first.items[1].name);
/// # Ok(())
/// # }
/// ```
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
