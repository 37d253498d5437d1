//! One window on its way to the database and back.

use sea_orm::{
    QueryResult, Value,
    sea_query::{Alias, Expr, SelectStatement},
};

use super::{
    Window, condition,
    fingerprint::Fingerprint,
    key::TokenKey,
    order,
    request::WindowRequest,
    term::Term,
    token::{self, Position, WindowToken},
    wire::{LONGEST_BYTES, LONGEST_TEXT, Unfit},
};
use crate::{
    connection::Backend,
    error::{Error, Result},
    repository::{clauses, pages::request::limited},
};

/// A window that nothing is wrong with.
#[derive(Debug)]
pub(super) struct Plan {
    terms: Vec<Term>,
    key: TokenKey,
    fingerprint: Fingerprint,
    size: u64,
    backward: bool,
    position: Option<Position>,
}

impl Plan {
    /// Checks the request against the query, of which the rows are sorted by `terms`.
    pub(super) fn new<C>(
        rows: &SelectStatement,
        terms: Vec<Term>,
        request: &WindowRequest<C>,
        backend: Backend,
    ) -> Result<Self> {
        check(rows, backend)?;
        let size = request.size()?;
        let start = request.start()?;
        let fingerprint = fingerprint(rows, &terms, request.query_name.as_deref(), backend);
        let position = match start.token {
            Some(given) => Some(token::open(&request.key, &fingerprint, terms.len(), given)?),
            None => None,
        };
        Ok(Self {
            terms,
            key: request.key.clone(),
            fingerprint,
            size,
            backward: start.backward,
            position,
        })
    }

    /// Makes `rows` the rows of the window, and one more.
    pub(super) fn restrict(&self, rows: &mut SelectStatement, backend: Backend) {
        for (number, term) in self.terms.iter().enumerate() {
            if let Some(expression) = term.selected() {
                rows.expr_as(expression, Alias::new(alias(number)));
            }
        }
        if let Some(position) = &self.position {
            let behind = condition::behind(&self.terms, position, self.backward, backend);
            rows.cond_where(behind);
        }
        order::sort(rows, &self.terms, self.backward, backend);
        rows.limit(self.size + 1);
    }

    /// Makes the window of what was read.
    pub(super) fn finish<T>(
        &self,
        mut rows: Vec<QueryResult>,
        read: impl Fn(&QueryResult) -> Result<T>,
        value: impl Fn(&T, usize) -> Value,
    ) -> Result<Window<T>> {
        let has_more = rows.len() as u64 > self.size;
        rows.truncate(usize::try_from(self.size).unwrap_or(usize::MAX));
        if self.backward {
            rows.reverse();
        }
        let items = rows.iter().map(read).collect::<Result<Vec<T>>>()?;
        let edge = |row: Option<&QueryResult>, item: Option<&T>| match (row, item) {
            (Some(row), Some(item)) => self.position_of(row, item, &value).map(Some),
            _ => Ok(None),
        };
        let first = edge(rows.first(), items.first())?;
        let last = edge(rows.last(), items.last())?;
        // A position that includes its row comes from a window that had none on the other side.
        let has_other = self.position.as_ref().is_some_and(|from| !from.inclusive);
        let (has_previous, has_next) = match self.backward {
            false => (has_other, has_more),
            true => (has_more, has_other),
        };
        Ok(Window {
            previous: self.token(first.or_else(|| self.edge_of_nothing(true)))?,
            next: self.token(last.or_else(|| self.edge_of_nothing(false)))?,
            items,
            has_next,
            has_previous,
        })
    }

    fn position_of<T>(
        &self,
        row: &QueryResult,
        item: &T,
        value: impl Fn(&T, usize) -> Value,
    ) -> Result<Position> {
        let values = self.terms.iter().enumerate();
        let values =
            values.map(|(number, term)| term.read(row, &alias(number), || value(item, number)));
        Ok(Position {
            values: values.collect::<Result<_>>()?,
            inclusive: false,
        })
    }

    /// Where a window without rows begins or ends: where it was asked for, with that place's own row
    /// on the side that it had come from.
    fn edge_of_nothing(&self, previous: bool) -> Option<Position> {
        let mut position = self.position.clone()?;
        if previous != self.backward {
            position.inclusive = !position.inclusive;
        }
        Some(position)
    }

    fn token(&self, position: Option<Position>) -> Result<Option<WindowToken>> {
        let Some(position) = position else {
            return Ok(None);
        };
        let sealed = token::seal(&self.key, &self.fingerprint, &position);
        sealed.map(Some).map_err(|(number, unfit)| {
            let problem = match unfit {
                Unfit::TooLong => format!(
                    "a value of more than {LONGEST_TEXT} characters or {LONGEST_BYTES} bytes does \
                     not fit into a window token"
                ),
                Unfit::Kind => "values of this type do not fit into a window token".to_owned(),
            };
            Error::invalid(&self.terms[number].name, problem, "sort by another column")
        })
    }
}

/// Refuses what has an order or a size of its own, or no rows that a key tells apart.
fn check(rows: &SelectStatement, backend: Backend) -> Result<()> {
    if clauses::is_limited(rows) {
        return Err(limited());
    }
    if clauses::is_sorted(rows) {
        return Err(Error::invalid(
            "order",
            "the query has an order beside that of the window",
            "leave it out, and give it to the window with `sort`",
        ));
    }
    if clauses::is_grouped(backend.dialect(), rows) {
        return Err(Error::invalid(
            "window",
            "rows that are made from several, by GROUP BY or UNION, have no place in an order",
            "take `paginate` or `slice`",
        ));
    }
    Ok(())
}

fn alias(number: usize) -> String {
    format!("window_sort_{number}")
}

/// What a position depends on: the sort, and which rows there are.
fn fingerprint(
    rows: &SelectStatement,
    terms: &[Term],
    name: Option<&str>,
    backend: Backend,
) -> Fingerprint {
    let query = match name {
        Some(name) => format!("named {name}"),
        None => {
            let mut rows = rows.clone();
            rows.clear_selects().expr(Expr::cust("1"));
            let statement = backend.dialect().build(&rows);
            format!("{} {:?}", statement.sql, statement.values)
        }
    };
    let shapes = terms.iter().map(Term::shape);
    Fingerprint::of(std::iter::once(query).chain(shapes))
}
