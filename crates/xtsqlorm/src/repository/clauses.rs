//! Which clauses a statement has, which sea-query does not tell.

use sea_orm::{
    DbBackend, Statement,
    sea_query::{Expr, SelectStatement},
};

/// Whether rows can be counted without looking at what is selected of them, and without losing what
/// an aggregate cannot have.
pub(super) fn is_plain(dialect: DbBackend, rows: &SelectStatement) -> bool {
    selects_plainly(&ones(dialect, rows).sql)
}

/// The same of the text of a statement that selects `1`.
pub(super) fn selects_plainly(sql: &str) -> bool {
    let outline = outline(sql);
    outline.starts_with("SELECT 1 ") && !groups(&outline) && !outline.contains(" FOR ")
}

/// The same query, selecting `1`.
pub(super) fn ones(dialect: DbBackend, rows: &SelectStatement) -> Statement {
    let mut rows = rows.clone();
    rows.clear_selects().expr(Expr::cust("1"));
    // A dialect panics on the operators of another.
    dialect.build(&rows)
}

/// Whether what comes out is made from several rows, or from several queries.
pub(super) fn is_grouped(dialect: DbBackend, rows: &SelectStatement) -> bool {
    groups(&outline(&ones(dialect, rows).sql))
}

/// Whether there is an order.
pub(super) fn is_sorted(rows: &SelectStatement) -> bool {
    rows.clone().clear_order_by() != rows
}

/// Whether there is a limit or an offset.
pub(super) fn is_limited(rows: &SelectStatement) -> bool {
    rows.clone().reset_limit().reset_offset() != rows
}

fn groups(outline: &str) -> bool {
    [
        " GROUP BY ",
        " HAVING ",
        " UNION ",
        " INTERSECT ",
        " EXCEPT ",
    ]
    .iter()
    .any(|clause| outline.contains(clause))
}

/// A statement's text without what stands in quotes or in parentheses: no name and no subquery is
/// taken for a clause. Values are placeholders.
fn outline(sql: &str) -> String {
    let mut depth = 0_usize;
    let mut quote = None;
    let outside = |letter: &char| {
        match (quote, *letter) {
            (Some(open), letter) => {
                if letter == open {
                    quote = None;
                }
                return false;
            }
            (None, '\'' | '"' | '`') => quote = Some(*letter),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    };
    sql.chars().filter(outside).collect()
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::{Alias, ExprTrait, Query, UnionType};

    use super::*;

    fn rows() -> SelectStatement {
        let mut rows = Query::select();
        rows.column(Alias::new("id")).from(Alias::new("t"));
        rows
    }

    #[test]
    fn clauses_are_seen_and_those_of_subqueries_are_not() {
        let mut named = Query::select();
        named
            .column(Alias::new(" GROUP BY "))
            .from(Alias::new(" FOR "));
        let mut nested = rows();
        let inner = rows().group_by_col(Alias::new("id")).to_owned();
        nested.and_where(Expr::col(Alias::new("id")).in_subquery(inner.clone()));
        nested.and_where(Expr::col(Alias::new("id")).eq(" UNION "));
        let mut union = rows();
        union.union(UnionType::All, rows());
        let mut distinct = rows();
        distinct.distinct();
        let mut locked = rows();
        locked.lock_exclusive();
        for dialect in [DbBackend::MySql, DbBackend::Postgres, DbBackend::Sqlite] {
            for plain in [rows(), nested.clone(), named.clone()] {
                assert!(is_plain(dialect, &plain), "{plain:?}");
                assert!(!is_grouped(dialect, &plain), "{plain:?}");
            }
            for grouped in [&inner, &union] {
                assert!(!is_plain(dialect, grouped), "{grouped:?}");
                assert!(is_grouped(dialect, grouped), "{grouped:?}");
            }
            assert!(!is_plain(dialect, &distinct) && !is_grouped(dialect, &distinct));
        }
        // SQLite has no lock to write.
        assert!(!is_plain(DbBackend::MySql, &locked) && !is_grouped(DbBackend::MySql, &locked));
    }

    #[test]
    fn order_and_limits_are_seen() {
        let mut sorted = rows();
        sorted.order_by(Alias::new("id"), sea_orm::Order::Asc);
        assert!(is_sorted(&sorted) && !is_sorted(&rows()));
        assert!(is_limited(rows().limit(1)) && is_limited(rows().offset(1)));
        assert!(!is_limited(&sorted));
    }
}
