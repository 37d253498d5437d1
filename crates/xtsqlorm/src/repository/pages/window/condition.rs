//! Which rows stand behind a position in the order.

use sea_orm::{
    DbBackend, Value,
    sea_query::{Condition, Expr, ExprTrait},
};

use super::{term::Term, token::Position};
use crate::connection::Backend;

/// The rows behind `position` in the order of `terms`, or before it.
///
/// Where all columns have the same direction and no NULLs, PostgreSQL and SQLite find the place in an
/// index by `(a, b) > (1, 2)`. MySQL and MariaDB do not use an index for that. For them, and for
/// every other order, it is written out: `a >= 1 AND (a > 1 OR (a = 1 AND b > 2))`. The part before
/// the alternatives says nothing new; it is what PostgreSQL and SQLite begin in the index with.
pub(super) fn behind(
    terms: &[Term],
    position: &Position,
    backward: bool,
    backend: Backend,
) -> Condition {
    if let Some(condition) = as_one_row(terms, position, backward, backend) {
        return condition;
    }
    let sides: Vec<Side> = terms
        .iter()
        .zip(&position.values)
        .map(|(term, value)| Side::of(term, value.as_ref(), backward))
        .collect();
    let mut alternatives = Condition::any();
    let mut equal_so_far = Condition::all();
    for side in &sides {
        if let Some(behind) = &side.behind {
            alternatives = alternatives.add(equal_so_far.clone().add(behind.clone()));
        }
        equal_so_far = equal_so_far.add(side.equal.clone());
    }
    if position.inclusive {
        alternatives = alternatives.add(equal_so_far);
    }
    if alternatives.is_empty() {
        return Condition::all().add(Expr::cust("1 = 0"));
    }
    let mut condition = Condition::all();
    if let [first, _, ..] = sides.as_slice()
        && let Some(from_here) = &first.from_here
    {
        condition = condition.add(from_here.clone());
    }
    condition.add(alternatives)
}

/// The rows on one side of a value of one column.
struct Side {
    equal: Expr,
    /// `None` where there are none.
    behind: Option<Condition>,
    /// Both; `None` where these are all rows.
    from_here: Option<Condition>,
}

impl Side {
    fn of(term: &Term, value: Option<&Value>, backward: bool) -> Self {
        let column = || term.compared.clone();
        let nulls_first = term.nulls_first.map(|first| first != backward);
        let Some(value) = value else {
            let is_first = nulls_first == Some(true);
            return Self {
                equal: column().is_null(),
                behind: is_first.then(|| column().is_not_null().into()),
                from_here: (!is_first).then(|| column().is_null().into()),
            };
        };
        let value = term.bound(value);
        let (behind, from_here) = match term.descending != backward {
            false => (column().gt(value.clone()), column().gte(value.clone())),
            true => (column().lt(value.clone()), column().lte(value.clone())),
        };
        let with_nulls = |rows: Expr| match nulls_first {
            Some(false) => Condition::any().add(rows).add(column().is_null()),
            _ => rows.into(),
        };
        Self {
            equal: column().eq(value),
            behind: Some(with_nulls(behind)),
            from_here: Some(with_nulls(from_here)),
        }
    }
}

/// The rows behind a position as a comparison of rows, where that means the same and is faster.
fn as_one_row(
    terms: &[Term],
    position: &Position,
    backward: bool,
    backend: Backend,
) -> Option<Condition> {
    let [first, _, ..] = terms else {
        return None;
    };
    let is_uniform = terms
        .iter()
        .all(|term| term.descending == first.descending && term.nulls_first.is_none());
    if !is_uniform || backend.dialect() == DbBackend::MySql {
        return None;
    }
    let values = terms.iter().zip(&position.values);
    let values = values.map(|(term, value)| value.as_ref().map(|value| term.bound(value)));
    let values = Expr::tuple(values.collect::<Option<Vec<_>>>()?);
    let columns = Expr::tuple(terms.iter().map(|term| term.compared.clone()));
    let behind = match (first.descending != backward, position.inclusive) {
        (false, false) => columns.gt(values),
        (false, true) => columns.gte(values),
        (true, false) => columns.lt(values),
        (true, true) => columns.lte(values),
    };
    Some(behind.into())
}
