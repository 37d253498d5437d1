//! What a client may ask for.

use serde_json::Value as Json;

use super::{ListQuery, SortKey, parse};
use crate::{
    config::nearest,
    error::{Error, Result},
    repository::{
        Filter,
        filter::{Limits, MOST, subject},
    },
};

/// Which columns a client may filter and sort by, and how much it may ask for at once.
///
/// Nothing is allowed until it is said. A column that is not allowed is refused as one that does not
/// exist, so that clients learn nothing of it.
///
/// ```
/// use serde_json::json;
/// use xtsqlorm::repository::{QueryRules, SortKey};
///
/// let rules = QueryRules::new()
///     .filter_by(["age", "name"])
///     .sort_by(["name", "created_at"])
///     .default_sort("-created_at,name");
///
/// let asked = rules.parse("age__gte=18&name__icontains=bob&page=2&size=20")?;
/// assert_eq!((asked.page, asked.size), (2, 20));
/// assert_eq!(asked.sort, [SortKey::descending("created_at"), SortKey::ascending("name")]);
/// let filter = rules.filter_from_json(&json!({ "age": { "gte": 18 } }))?;
/// # let _ = filter;
///
/// let refused = rules.parse("nmae=bob").unwrap_err();
/// assert_eq!(
///     refused.to_string(),
///     "filter.nmae: there is no such field; did you mean `name`?"
/// );
/// # Ok::<(), xtsqlorm::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "rules do nothing until a query is read by them"]
pub struct QueryRules {
    /// `None` for any.
    filterable: Option<Vec<String>>,
    sortable: Option<Vec<String>>,
    pub(super) default_sort: Vec<SortKey>,
    pub(super) default_size: u64,
    pub(super) max_size: u64,
    pub(super) limits: Limits,
}

impl Default for QueryRules {
    fn default() -> Self {
        Self::new()
    }
}

impl QueryRules {
    /// Nothing to filter or sort by; pages of 20 rows, at most 100.
    pub fn new() -> Self {
        Self {
            filterable: Some(Vec::new()),
            sortable: Some(Vec::new()),
            default_sort: Vec::new(),
            default_size: 20,
            max_size: 100,
            limits: Limits::default(),
        }
    }

    /// Every column of the table: for whoever may read all of it anyway, such as the user of a
    /// command. The limits hold all the same.
    pub fn any_column() -> Self {
        Self {
            filterable: None,
            sortable: None,
            ..Self::new()
        }
    }

    /// Allows these columns in filters, and those given before.
    pub fn filter_by<C: Into<String>>(mut self, columns: impl IntoIterator<Item = C>) -> Self {
        if let Some(filterable) = &mut self.filterable {
            filterable.extend(columns.into_iter().map(Into::into));
        }
        self
    }

    /// Allows these columns in orders, and those given before. Only what an index serves can be
    /// sorted by cheaply.
    pub fn sort_by<C: Into<String>>(mut self, columns: impl IntoIterator<Item = C>) -> Self {
        if let Some(sortable) = &mut self.sortable {
            sortable.extend(columns.into_iter().map(Into::into));
        }
        self
    }

    /// The order where the client says none, such as `-created_at,name`. It is not checked against
    /// what clients may sort by. Default: none, which is the order of the primary key.
    pub fn default_sort(mut self, columns: &str) -> Self {
        let columns = columns.split(',').filter(|column| !column.is_empty());
        self.default_sort = columns.map(SortKey::read).collect();
        self
    }

    /// Rows on a page where the client says nothing. Default: 20.
    pub fn default_size(mut self, rows: u64) -> Self {
        self.default_size = rows;
        self
    }

    /// The most rows on a page; more are refused. Default: 100.
    pub fn max_size(mut self, rows: u64) -> Self {
        self.max_size = rows;
        self
    }

    /// The most levels of filters within filters. Default: 8.
    pub fn max_depth(mut self, levels: usize) -> Self {
        self.limits.depth = levels;
        self
    }

    /// The most comparisons in a filter. Default: 50.
    pub fn max_comparisons(mut self, comparisons: usize) -> Self {
        self.limits.comparisons = comparisons;
        self
    }

    /// The most values of `in` and `not_in`. Default: 500.
    pub fn max_values(mut self, values: usize) -> Self {
        self.limits.values = values;
        self
    }

    /// The most characters of one text. Default: 1,000.
    pub fn max_text(mut self, characters: usize) -> Self {
        self.limits.text = characters;
        self
    }

    /// Reads a query string: `age__gte=18&name=bob&sort=-created_at,name&page=2&size=20`.
    ///
    /// A field is the name of a column and, after two underscores, an operator of the
    /// [filter](crate::repository::Filter); without one, the column must equal the value. `in`,
    /// `not_in` and `between` take values with commas between them, `\,` and `\\` being a comma and
    /// a backslash in a value; `is_null` takes `true` or `false`. `sort`, `page`, `size`, `after` and
    /// `before` say which part of the list is wanted; a column of one of these names is filtered by
    /// its name and an operator: `size__eq=3`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for a column that is not allowed, with the nearest one that is; an
    /// unknown operator; a field that comes twice; a page of 0 or with too many rows; text that is
    /// not percent-encoded UTF-8; and too much of anything. A value of the wrong type is refused
    /// where the query is used.
    pub fn parse(&self, query: &str) -> Result<ListQuery> {
        parse::list_query(query, self)
    }

    /// Reads a filter as [`Filter::from_json`] does, within these rules.
    ///
    /// # Errors
    ///
    /// As [`Filter::from_json`], and for a column that is not allowed.
    pub fn filter_from_json(&self, filter: &Json) -> Result<Filter> {
        Filter::from_json_within(filter, self.limits, &|column| self.check_filterable(column))
    }

    pub(super) fn check_filterable(&self, column: &str) -> Result<()> {
        check(&subject(column), column, self.filterable.as_deref())
    }

    pub(super) fn is_filterable(&self, column: &str) -> bool {
        self.check_filterable(column).is_ok()
    }

    pub(super) fn check_sortable(&self, column: &str) -> Result<()> {
        check("sort", column, self.sortable.as_deref())
    }
}

fn check(subject: &str, column: &str, allowed: Option<&[String]>) -> Result<()> {
    let Some(allowed) = allowed else {
        return Ok(());
    };
    if allowed.iter().any(|name| name == column) {
        return Ok(());
    }
    let names = || allowed.iter().map(String::as_str);
    let near = Some(column).filter(|column| column.len() <= MOST);
    let remedy = match near.and_then(|column| nearest(column, names())) {
        Some(name) => format!("did you mean `{name}`?"),
        None if allowed.is_empty() => "leave it out".to_owned(),
        None => format!("the fields are {}", names().collect::<Vec<_>>().join(", ")),
    };
    Err(Error::invalid(subject, "there is no such field", remedy))
}
