//! The order of windows.

use sea_orm::{
    Order,
    sea_query::{NullOrdering, SelectStatement},
};

use super::term::Term;
use crate::connection::Backend;

/// Sorts by all terms, or by the reverse of each.
///
/// Where NULLs come is written only where the database would put them elsewhere, so that an index on
/// the columns gives the order. MySQL and MariaDB have no words for it; sea-query sorts by
/// `column IS NULL` first there.
pub(super) fn sort(rows: &mut SelectStatement, terms: &[Term], backward: bool, backend: Backend) {
    for term in terms {
        let descending = term.descending != backward;
        let order = if descending { Order::Desc } else { Order::Asc };
        let column = term.column.clone();
        match term.nulls_first.map(|first| first != backward) {
            Some(first) if first != puts_nulls_first(backend, descending) => {
                let nulls = match first {
                    true => NullOrdering::First,
                    false => NullOrdering::Last,
                };
                rows.order_by_expr_with_nulls(column, order, nulls);
            }
            _ => {
                rows.order_by_expr(column, order);
            }
        }
    }
}

/// Whether NULLs come first where nothing is said of them. To PostgreSQL they are the greatest.
fn puts_nulls_first(backend: Backend, descending: bool) -> bool {
    match backend {
        Backend::Postgres => descending,
        _ => !descending,
    }
}
