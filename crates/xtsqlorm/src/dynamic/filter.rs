//! Conditions on columns that are named at run time.

use sea_orm::{
    Condition, Value,
    sea_query::{Expr, ExprTrait, IntoCondition, LikeExpr},
};

use super::{
    check::Refusal,
    form::{Column, Form},
    table::Table,
};
use crate::{error::Result, repository::restricting};

/// The column of that name, to be compared with values.
///
/// ```
/// use xtsqlorm::dynamic::{Filter, column};
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

    /// The condition for a statement on `table`.
    pub(super) fn resolve(self, table: &Table) -> Result<Condition> {
        match self.0 {
            Node::Sql(condition) => Ok(condition),
            Node::All(filters) => filters
                .into_iter()
                .try_fold(Condition::all(), |all, filter| {
                    Ok(all.add(filter.resolve(table)?))
                }),
            // Nothing is one of none.
            Node::Any(filters) if filters.is_empty() => {
                Ok(Condition::all().add(Expr::value(false)))
            }
            Node::Any(filters) => filters
                .into_iter()
                .try_fold(Condition::any(), |any, filter| {
                    Ok(any.add(filter.resolve(table)?))
                }),
            Node::Not(filter) => Ok(filter.resolve(table)?.not()),
            Node::Compare {
                column,
                operator,
                values,
            } => {
                let column = table.column(&column)?;
                let condition = compare(table, column, operator, values);
                let condition = condition.map_err(|refusal| refusal.of(table, column))?;
                Ok(Condition::all().add(condition))
            }
        }
    }
}

fn compare(
    table: &Table,
    column: &Column,
    operator: Operator,
    values: Vec<Value>,
) -> Result<Expr, Refusal> {
    let left = table.qualified(column);
    if let Operator::Like { escape } = operator {
        return like(column, left, escape, values);
    }
    let only_null = values.iter().all(super::value::is_null);
    let bound = values
        .into_iter()
        .map(|value| Ok(column.bind_to_compare(column.comparable(value)?)))
        .collect::<Result<Vec<Expr>, Refusal>>()?;
    let mut each = bound.clone().into_iter();
    let mut next = || each.next().unwrap_or(Expr::value(Value::Bool(None)));
    Ok(match operator {
        Operator::Equal if only_null => left.is_null(),
        Operator::NotEqual if only_null => left.is_not_null(),
        Operator::Equal => left.eq(next()),
        Operator::NotEqual => left.ne(next()),
        Operator::Less => left.lt(next()),
        Operator::LessOrEqual => left.lte(next()),
        Operator::Greater => left.gt(next()),
        Operator::GreaterOrEqual => left.gte(next()),
        Operator::Between => left.between(next(), next()),
        Operator::In => left.is_in(bound),
        Operator::NotIn => left.is_not_in(bound),
        Operator::Null => left.is_null(),
        Operator::NotNull | Operator::Like { .. } => left.is_not_null(),
    })
}

/// Text is searched in as it is read.
fn like(
    column: &Column,
    left: Expr,
    escape: Option<char>,
    values: Vec<Value>,
) -> Result<Expr, Refusal> {
    let is_text = matches!(column.form, Form::Text | Form::Any);
    let pattern = values.first().and_then(super::value::text);
    let (true, Some(pattern)) = (is_text, pattern) else {
        return Err(Refusal::no_text(column));
    };
    let left = match &column.select_as {
        Some(name) => left.cast_as(name.clone()),
        None => left,
    };
    let pattern = LikeExpr::new(pattern);
    Ok(left.like(match escape {
        Some(escape) => pattern.escape(escape),
        None => pattern,
    }))
}

impl<C: IntoCondition> From<C> for Filter {
    fn from(condition: C) -> Self {
        Self(Node::Sql(condition.into_condition()))
    }
}

impl Table {
    /// The condition of a write, which must restrict something.
    pub(super) fn restricting(&self, filter: impl Into<Filter>) -> Result<Condition> {
        let filter = filter.into();
        if filter.is_empty() {
            return restricting(self.name(), Condition::all());
        }
        restricting(self.name(), filter.resolve(self)?)
    }
}

impl Filter {
    /// Whether nothing was said at all.
    fn is_empty(&self) -> bool {
        match &self.0 {
            Node::Sql(condition) => condition.is_empty(),
            Node::All(filters) | Node::Any(filters) => filters.iter().all(Self::is_empty),
            Node::Not(filter) => filter.is_empty(),
            Node::Compare { .. } => false,
        }
    }
}
