//! Conditions on columns that are named at run time.
//!
//! *How do I let my API's clients filter and sort without opening the database to them?* Say which
//! columns they may use, and read what they send:
//!
//! ```
//! # include!("../doctest_setup.rs");
//! # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
//! # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
//! # migration::seed(&provider).await?;
//! use xtsqlorm::repository::QueryRules;
//!
//! let rules = QueryRules::new()
//!     .filter_by(["name", "email", "is_active", "created_at"])
//!     .sort_by(["name", "created_at"])
//!     .default_sort("-created_at")
//!     .max_size(100);
//! let users = Repository::<users::Entity>::new(&provider);
//!
//! let asked = rules.parse("is_active=true&name__icontains=a&sort=name&page=1&size=5")?;
//! let page = users.find().list(asked)?.all().await?;
//! assert!(!page.is_empty() && page.iter().all(|user| user.is_active));
//!
//! let refused = rules.parse("password_hash__starts_with=a").unwrap_err();
//! assert!(refused.to_string().starts_with("filter.password_hash: there is no such field"));
//! # Ok(())
//! # }
//! ```
//!
//! # Three ways to say it
//!
//! | in Rust | in JSON | in a query string |
//! |---|---|---|
//! | `column("age").gte(18)` | `{"age": {"gte": 18}}` | `age__gte=18` |
//! | `column("name").eq("bob")` | `{"name": "bob"}` | `name=bob` |
//! | `column("age").is_in([1, 2])` | `{"age": [1, 2]}` or `{"age": {"in": [1, 2]}}` | `age__in=1,2` |
//! | `column("age").between(1, 5)` | `{"age": {"between": [1, 5]}}` | `age__between=1,5` |
//! | `column("note").is_null()` | `{"note": null}` or `{"note": {"is_null": true}}` | `note__is_null=true` |
//! | `a.and(b)` | `{"age": .., "name": ..}`, `{"and": [a, b]}` | `age=..&name=..` |
//! | `a.or(b)` | `{"or": [a, b]}`, or a list: `[a, b]` | |
//! | `a.not()` | `{"not": a}` | |
//!
//! The operators are `eq`, `ne`, `gt`, `gte`, `lt`, `lte`, `in`, `not_in`, `between`, `is_null`, and
//! on text `contains`, `starts_with`, `ends_with`, `like` and the same with an `i` before:
//! `icontains`.
//!
//! # What they mean
//!
//! The same on the four databases, but for what the column's collation decides:
//!
//! - Values are checked and changed to the column's type before anything is sent: a text `"18"` in a
//!   query string is a number for a column of numbers. What cannot be changed without a loss is an
//!   [`Error::InvalidInput`](crate::Error::InvalidInput) that names the column and what to give, and
//!   never prints the value. Values are bound, never written into the statement.
//! - `ne`, `not_in` and `not` leave out rows in which the column is NULL, as SQL does: nobody knows
//!   whether an unknown value is another one. A NULL that is given is one that is looked for:
//!   `ne(NULL)` is `IS NOT NULL`, and `in` with a NULL among its values finds the NULLs, too.
//! - Whether `eq`, `in`, `contains` and the like see a difference between `a` and `A`, or `e` and `é`,
//!   is the choice of the column's collation: on MySQL and MariaDB usually not, on PostgreSQL and
//!   SQLite they do, except that `contains`, `starts_with`, `ends_with` and `like` on SQLite make no
//!   difference between `a` and `A`.
//! - `icontains`, `istarts_with`, `iends_with` and `ilike` make none anywhere. Letters beyond ASCII
//!   count as far as the database knows them: not on SQLite, and on PostgreSQL as the locale says.
//! - `%` and `_` in what `contains` and its sisters are given stand for themselves. In `like` they
//!   are wildcards, and `\` before one, or before another `\`, makes it stand for itself.
//!
//! On SQLite, dates and moments are text in the form that SeaORM writes, and compared as such.

mod entity;
mod json;
mod limits;
mod operator;
mod resolve;

use sea_orm::{Condition, Value, sea_query::IntoCondition};

pub(crate) use self::{
    entity::{OfEntity, column_of},
    limits::Limits,
    operator::{Case, MOST, Operator, Place, subject},
    resolve::{Compared, Target},
};

/// The column of that name, to be compared with values.
///
/// ```
/// use xtsqlorm::repository::{Filter, column};
///
/// let adults = column("age").gte(18);
/// let from_the_north = column("city").is_in(["Oslo", "Bergen"]);
/// let both = adults.clone().and(from_the_north.clone());
/// let either = Filter::any([adults, from_the_north]);
/// # let _ = (both, either);
/// ```
pub fn column(name: impl Into<String>) -> NamedColumn {
    NamedColumn { name: name.into() }
}

/// A column by its name, from [`column()`]. Its methods make [`Filter`]s.
#[derive(Clone, Debug)]
#[must_use = "a column alone is no condition"]
pub struct NamedColumn {
    name: String,
}

/// A condition on the columns of a table, of which names and values are checked before anything is
/// sent: made by [`column()`], by [`from_json`](Self::from_json), by
/// [`QueryRules`](super::QueryRules), or by sea-query, whose conditions are taken as they are.
///
/// A value is changed to the column's type where that loses nothing: a `"2026-02-28"` is a date for a
/// column of dates, and an `i32` suits a column of any width. The [module](self) says what each
/// operator means.
///
/// ```
/// # include!("../doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// # migration::seed(&provider).await?;
/// use xtsqlorm::repository::{Filter, column};
///
/// let orders = Repository::<orders::Entity>::new(&provider);
/// let large = column("total").gte("100.00");
/// let late = Filter::from_json(&serde_json::json!({ "status": { "in": ["pending", "paid"] } }))?;
/// let found = orders.find().filter_by(large.and(late))?.all().await?;
/// assert!(found.iter().all(|order| order.total >= 100.into()));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a filter does nothing until it is used in a query"]
pub struct Filter(Node);

#[derive(Clone, Debug)]
enum Node {
    Sql(Condition),
    Compare {
        column: String,
        operator: Operator,
        values: Vec<Given>,
    },
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
}

/// What a column is compared with.
#[derive(Clone, Debug)]
pub(crate) enum Given {
    Value(Value),
    /// Text that is to be read as what the column holds.
    Written(String),
}

macro_rules! comparisons {
    ($($(#[$doc:meta])+ $name:ident => $operator:ident;)+) => {
        impl NamedColumn {
            $($(#[$doc])+
            pub fn $name(self, value: impl Into<Value>) -> Filter {
                self.compare(Operator::$operator, [value])
            })+
        }
    };
}

comparisons! {
    /// Equal to `value`; NULL where that is NULL.
    eq => Equal;
    /// Not equal to `value`; not NULL where that is NULL. A NULL in the column is not unequal to any
    /// value.
    ne => NotEqual;
    /// Less than `value`.
    lt => Less;
    /// At most `value`.
    lte => LessOrEqual;
    /// Greater than `value`.
    gt => Greater;
    /// At least `value`.
    gte => GreaterOrEqual;
}

macro_rules! searches {
    ($($(#[$doc:meta])+ $name:ident => $place:ident, $case:ident;)+) => {
        impl NamedColumn {
            $($(#[$doc])+
            pub fn $name(self, text: impl AsRef<str>) -> Filter {
                self.compare(Operator::Search(Place::$place, Case::$case), [text.as_ref()])
            })+
        }
    };
}

searches! {
    /// Text with `text` in it, in which no character has a meaning of its own.
    contains => Inside, AsCollated;
    /// The same, with no difference between `a` and `A`.
    icontains => Inside, Ignored;
    /// Text that begins with `text`.
    starts_with => Start, AsCollated;
    /// The same, with no difference between `a` and `A`.
    istarts_with => Start, Ignored;
    /// Text that ends with `text`.
    ends_with => End, AsCollated;
    /// The same, with no difference between `a` and `A`.
    iends_with => End, Ignored;
    /// Text like the pattern `text`, in which `%` stands for any text and `_` for any character, and
    /// `\` makes the one after it stand for itself. Whether case matters is the database's choice.
    like => Pattern, AsCollated;
    /// The same, with no difference between `a` and `A`.
    ilike => Pattern, Ignored;
}

impl NamedColumn {
    /// From `low` to `high`, both included.
    pub fn between(self, low: impl Into<Value>, high: impl Into<Value>) -> Filter {
        self.compare(Operator::Between, [low.into(), high.into()])
    }

    /// One of `values`; no row where there is none.
    pub fn is_in<V: Into<Value>>(self, values: impl IntoIterator<Item = V>) -> Filter {
        self.compare(Operator::In, values)
    }

    /// None of `values`; every row where there is none.
    pub fn is_not_in<V: Into<Value>>(self, values: impl IntoIterator<Item = V>) -> Filter {
        self.compare(Operator::NotIn, values)
    }

    /// NULL.
    pub fn is_null(self) -> Filter {
        self.compare(Operator::Null, [Value::Bool(None); 0])
    }

    /// Not NULL.
    pub fn is_not_null(self) -> Filter {
        self.compare(Operator::NotNull, [Value::Bool(None); 0])
    }

    fn compare<V: Into<Value>>(
        self,
        operator: Operator,
        values: impl IntoIterator<Item = V>,
    ) -> Filter {
        let given = |value: V| Given::Value(value.into());
        Filter::compare(self.name, operator, values.into_iter().map(given).collect())
    }
}

impl Filter {
    /// All of these; every row where there is none.
    pub fn all(filters: impl IntoIterator<Item = Self>) -> Self {
        Self(Node::All(filters.into_iter().collect()))
    }

    /// Any of these; no row where there is none.
    pub fn any(filters: impl IntoIterator<Item = Self>) -> Self {
        Self(Node::Any(filters.into_iter().collect()))
    }

    /// This and `other`.
    pub fn and(self, other: impl Into<Self>) -> Self {
        Self::all([self, other.into()])
    }

    /// This or `other`.
    pub fn or(self, other: impl Into<Self>) -> Self {
        Self::any([self, other.into()])
    }

    /// What this does not hold for. Neither holds where a NULL leaves the answer open.
    #[expect(
        clippy::should_implement_trait,
        reason = "sea-query's conditions have it as a method"
    )]
    pub fn not(self) -> Self {
        Self(Node::Not(Box::new(self)))
    }

    pub(crate) fn compare(column: String, operator: Operator, values: Vec<Given>) -> Self {
        Self(Node::Compare {
            column,
            operator,
            values,
        })
    }

    /// Whether nothing was said at all.
    pub(crate) fn is_empty(&self) -> bool {
        match &self.0 {
            Node::Sql(condition) => condition.is_empty(),
            Node::All(filters) | Node::Any(filters) => filters.iter().all(Self::is_empty),
            Node::Not(filter) => filter.is_empty(),
            Node::Compare { .. } => false,
        }
    }
}

impl<C: IntoCondition> From<C> for Filter {
    fn from(condition: C) -> Self {
        Self(Node::Sql(condition.into_condition()))
    }
}
