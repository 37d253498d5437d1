//! Whole tables, a batch of rows at a time.

use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use sea_orm::{
    DbBackend, Value,
    sea_query::{Expr, ExprTrait, SelectStatement},
};

use crate::{
    error::Result,
    session::{SessionProvider, TransactionOptions},
};

/// Rows of values, some at a time.
pub(crate) type BatchStream = BoxStream<'static, Result<Vec<Vec<Value>>>>;

/// The most rows of a batch.
const ROWS: usize = 4_000;

/// The rows of the first page, when nobody knows yet how wide they are.
const FIRST: usize = 64;

/// About the most bytes of a batch, whatever its number of rows.
const BYTES: usize = 2 * 1024 * 1024;

/// The rows of a stream, in batches.
pub(crate) fn arriving(mut rows: BoxStream<'static, Result<Vec<Value>>>) -> BatchStream {
    async_stream::try_stream! {
        let mut batch = Vec::new();
        let mut bytes = 0;
        while let Some(row) = rows.try_next().await? {
            bytes += weight(&row);
            batch.push(row);
            if batch.len() >= ROWS || bytes >= BYTES {
                yield std::mem::take(&mut batch);
                bytes = 0;
            }
        }
        if !batch.is_empty() {
            yield batch;
        }
    }
    .boxed()
}

/// A query that can be read page by page in the order of its key.
pub(crate) trait Pages: Send + Sync + 'static {
    /// The first rows after those whose key is `after`, and of all where that is `None`.
    fn page(
        &self,
        provider: &SessionProvider,
        after: Option<Vec<Value>>,
        rows: u64,
    ) -> impl Future<Output = Result<Vec<Vec<Value>>>> + Send;

    /// The key of a row.
    fn key(&self, row: &[Value]) -> Vec<Value>;
}

/// The rows of a query in pages: sqlx's SQLite hands over rows one by one between threads, which
/// takes five times as long as a page of them.
///
/// All pages are of one state of the database, that of the current session, or else of a read-only
/// transaction of its own.
pub(crate) fn paged(provider: SessionProvider, pages: impl Pages) -> BatchStream {
    async_stream::try_stream! {
        let (session, own) = match provider.current_session() {
            Some(session) => (session, false),
            None => {
                let options = TransactionOptions::new().read_only();
                (provider.create_session_with(options).await?, true)
            }
        };
        let provider = session.provider();
        let mut after = None;
        let mut wanted = FIRST;
        loop {
            let page = pages.page(&provider, after.take(), wanted as u64).await?;
            let is_last = page.len() < wanted;
            after = page.last().map(|row| pages.key(row));
            let bytes: usize = page.iter().map(|row| weight(row)).sum();
            let fitting = BYTES * page.len() / bytes.max(1);
            wanted = fitting.clamp(1, ROWS).min(wanted * 8);
            if !page.is_empty() {
                yield page;
            }
            if is_last {
                break;
            }
        }
        if own {
            session.commit().await?;
        }
    }
    .boxed()
}

/// Puts `rows` in the order of the key's columns, and leaves out those up to `after`.
pub(crate) fn restrict(rows: &mut SelectStatement, key: Vec<Expr>, after: Option<Vec<Value>>) {
    if let Some(after) = after {
        let after: Vec<Expr> = after.into_iter().map(Expr::value).collect();
        rows.and_where(match (key.as_slice(), after.as_slice()) {
            ([key], [after]) => key.clone().gt(after.clone()),
            _ => Expr::tuple(key.clone()).gt(Expr::tuple(after)),
        });
    }
    for column in key {
        rows.order_by_expr(column, sea_orm::Order::Asc);
    }
}

/// Whether `rows` is `all` with nothing more than conditions, so that each key comes once and the
/// order is free. sea-query does not say what a statement has, so that the texts are compared.
pub(crate) fn is_only_filtered(
    dialect: DbBackend,
    all: &SelectStatement,
    rows: &SelectStatement,
) -> bool {
    const OTHERS: [&str; 9] = [
        " GROUP BY ",
        " HAVING ",
        " UNION ",
        " INTERSECT ",
        " EXCEPT ",
        " FOR ",
        " ORDER BY ",
        " LIMIT ",
        " OFFSET ",
    ];
    let (all, rows) = (dialect.build(all).sql, dialect.build(rows).sql);
    match rows.strip_prefix(all.as_str()) {
        Some("") => true,
        Some(rest) => {
            rest.starts_with(" WHERE ") && !OTHERS.iter().any(|clause| rest.contains(clause))
        }
        None => false,
    }
}

/// About how many bytes a row takes.
fn weight(row: &[Value]) -> usize {
    let beyond = |value: &Value| match value {
        Value::String(Some(text)) => text.len(),
        Value::Bytes(Some(bytes)) => bytes.len(),
        // Its parts are many and small.
        Value::Json(Some(json)) => 8 * json.to_string().len(),
        _ => 0,
    };
    row.iter()
        .map(|value| std::mem::size_of::<Value>() + beyond(value))
        .sum()
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::{Alias, Query};

    use super::*;

    fn all() -> SelectStatement {
        let mut select = Query::select();
        select.column(Alias::new("id")).from(Alias::new("t"));
        select
    }

    #[test]
    fn only_conditions_leave_the_order_free() {
        let id = || Expr::col(Alias::new("id"));
        let is_free = |rows: &SelectStatement| is_only_filtered(DbBackend::Sqlite, &all(), rows);
        assert!(is_free(&all()));
        assert!(is_free(all().and_where(id().gt(1))));
        assert!(!is_free(all().limit(1)));
        assert!(!is_free(
            all()
                .and_where(id().gt(1))
                .order_by_expr(id(), sea_orm::Order::Desc)
        ));
        assert!(!is_free(all().cross_join(Alias::new("u"))));
        assert!(!is_free(all().distinct()));
    }

    #[tokio::test]
    async fn wide_rows_make_small_batches() {
        let wide = || Ok(vec![Value::from("x".repeat(BYTES / 2))]);
        let rows = futures_util::stream::iter((0..5).map(move |_| wide())).boxed();
        let sizes: Vec<usize> = arriving(rows)
            .map_ok(|batch| batch.len())
            .try_collect()
            .await
            .unwrap();
        assert_eq!(sizes, [2, 2, 1]);
    }
}
