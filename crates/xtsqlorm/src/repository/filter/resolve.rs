//! A filter becomes the condition of a statement.

use sea_orm::{
    Condition, Value,
    sea_query::{Expr, ExprTrait, LikeExpr},
};

use super::{Filter, Node, Operator};
use crate::{
    error::Result,
    repository::{Refusal, value},
};

/// What a filter is resolved against: the columns of one table.
pub(crate) trait Target {
    /// The column of that name.
    fn compared(&self, name: &str) -> Result<Box<dyn Compared + '_>>;
}

/// A column as a condition needs it.
pub(crate) trait Compared {
    /// `table.column`, for messages.
    fn subject(&self) -> String;

    /// The column in a condition.
    fn left(&self) -> Expr;

    /// The column as text to be searched in.
    fn searched(&self) -> Result<Expr, Refusal>;

    /// A value that the column is compared with, checked.
    fn bind(&self, value: Value) -> Result<Expr, Refusal>;
}

impl Filter {
    /// The condition for a statement on `target`.
    pub(crate) fn resolve(self, target: &dyn Target) -> Result<Condition> {
        match self.0 {
            Node::Sql(condition) => Ok(condition),
            Node::All(filters) => filters
                .into_iter()
                .try_fold(Condition::all(), |all, filter| {
                    Ok(all.add(filter.resolve(target)?))
                }),
            // Nothing is one of none.
            Node::Any(filters) if filters.is_empty() => {
                Ok(Condition::all().add(Expr::value(false)))
            }
            Node::Any(filters) => filters
                .into_iter()
                .try_fold(Condition::any(), |any, filter| {
                    Ok(any.add(filter.resolve(target)?))
                }),
            Node::Not(filter) => Ok(filter.resolve(target)?.not()),
            Node::Compare {
                column,
                operator,
                values,
            } => {
                let column = target.compared(&column)?;
                let condition = compare(column.as_ref(), operator, values);
                let condition = condition.map_err(|refusal| refusal.of(column.subject()))?;
                Ok(Condition::all().add(condition))
            }
        }
    }
}

fn compare(column: &dyn Compared, operator: Operator, values: Vec<Value>) -> Result<Expr, Refusal> {
    if let Operator::Like { escape } = operator {
        return like(column, escape, values);
    }
    let left = column.left();
    let only_null = values.iter().all(value::is_null);
    let bound = values
        .into_iter()
        .map(|value| column.bind(value))
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
fn like(column: &dyn Compared, escape: Option<char>, values: Vec<Value>) -> Result<Expr, Refusal> {
    let left = column.searched()?;
    let pattern = values.first().and_then(value::text);
    let pattern = LikeExpr::new(pattern.unwrap_or_default());
    Ok(left.like(match escape {
        Some(escape) => pattern.escape(escape),
        None => pattern,
    }))
}
