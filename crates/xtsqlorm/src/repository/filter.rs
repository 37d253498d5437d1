//! Conditions on columns that are named at run time.

mod resolve;

use sea_orm::{Condition, Value, sea_query::IntoCondition};

pub(crate) use self::resolve::{Compared, Target};

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
/// sent: made by [`column()`], or by sea-query, whose conditions are taken as they are.
///
/// A value is changed to the column's type where that loses nothing: a `"2026-02-28"` is a date for a
/// column of dates, and an `i32` suits a column of any width.
#[derive(Clone, Debug)]
#[must_use = "a filter does nothing until it is used in a query"]
pub struct Filter(Node);

#[derive(Clone, Debug)]
enum Node {
    Sql(Condition),
    Compare {
        column: String,
        operator: Operator,
        values: Vec<Value>,
    },
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
}

#[derive(Clone, Debug)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Between,
    In,
    NotIn,
    Null,
    NotNull,
    Like { escape: Option<char> },
}

macro_rules! comparisons {
    ($($(#[$doc:meta])+ $name:ident => $operator:ident;)+) => {
        impl NamedColumn {
            $($(#[$doc])+
            pub fn $name(self, value: impl Into<Value>) -> Filter {
                self.compare(Operator::$operator, vec![value.into()])
            })+
        }
    };
}

comparisons! {
    /// Equal to `value`; NULL where that is NULL.
    eq => Equal;
    /// Not equal to `value`; not NULL where that is NULL.
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

impl NamedColumn {
    /// From `low` to `high`, both included.
    pub fn between(self, low: impl Into<Value>, high: impl Into<Value>) -> Filter {
        self.compare(Operator::Between, vec![low.into(), high.into()])
    }

    /// One of `values`; no row where there is none.
    pub fn is_in<V: Into<Value>>(self, values: impl IntoIterator<Item = V>) -> Filter {
        let values = values.into_iter().map(Into::into).collect();
        self.compare(Operator::In, values)
    }

    /// None of `values`; every row where there is none.
    pub fn is_not_in<V: Into<Value>>(self, values: impl IntoIterator<Item = V>) -> Filter {
        let values = values.into_iter().map(Into::into).collect();
        self.compare(Operator::NotIn, values)
    }

    /// NULL.
    pub fn is_null(self) -> Filter {
        self.compare(Operator::Null, Vec::new())
    }

    /// Not NULL.
    pub fn is_not_null(self) -> Filter {
        self.compare(Operator::NotNull, Vec::new())
    }

    /// Text like `pattern`, in which `%` stands for any text and `_` for any character. Whether case
    /// matters is the database's choice.
    pub fn like(self, pattern: impl Into<String>) -> Filter {
        let pattern = Value::from(pattern.into());
        self.compare(Operator::Like { escape: None }, vec![pattern])
    }

    /// Text with `part` in it, in which no character has a meaning of its own.
    pub fn contains(self, part: impl AsRef<str>) -> Filter {
        self.search(format!("%{}%", literal(part.as_ref())))
    }

    /// Text that begins with `start`.
    pub fn starts_with(self, start: impl AsRef<str>) -> Filter {
        self.search(format!("{}%", literal(start.as_ref())))
    }

    /// Text that ends with `end`.
    pub fn ends_with(self, end: impl AsRef<str>) -> Filter {
        self.search(format!("%{}", literal(end.as_ref())))
    }

    fn search(self, pattern: String) -> Filter {
        let escape = Some(ESCAPE);
        self.compare(Operator::Like { escape }, vec![pattern.into()])
    }

    fn compare(self, operator: Operator, values: Vec<Value>) -> Filter {
        Filter(Node::Compare {
            column: self.name,
            operator,
            values,
        })
    }
}

/// No backslash, which MySQL also takes for an escape in the text of the statement.
const ESCAPE: char = '!';

fn literal(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if [ESCAPE, '%', '_'].contains(&letter) {
            escaped.push(ESCAPE);
        }
        escaped.push(letter);
    }
    escaped
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
}

impl<C: IntoCondition> From<C> for Filter {
    fn from(condition: C) -> Self {
        Self(Node::Sql(condition.into_condition()))
    }
}

impl Filter {
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
