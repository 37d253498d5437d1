//! Statements on a borrowed sqlx connection: SeaORM's statements in, SeaORM's rows out.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    mem::discriminant,
};

use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use sea_orm::{
    DbBackend, ExecResult, QueryResult, Statement, Value,
    sqlx::{self, AssertSqlSafe, Executor, MySql, Postgres, Sqlite, pool::PoolConnection},
};
use sea_query::Values;
use sea_query_sqlx::SqlxValues;

use crate::error::Error;

/// A connection borrowed from one of the sqlx pools.
#[derive(Debug)]
pub(super) enum DriverConnection {
    MySql(PoolConnection<MySql>),
    Postgres(PoolConnection<Postgres>),
    Sqlite(PoolConnection<Sqlite>),
}

/// Runs the same expression for whichever driver is behind the enum.
macro_rules! with_driver {
    ($connection:expr, $conn:ident => $body:expr) => {
        match $connection {
            DriverConnection::MySql($conn) => $body,
            DriverConnection::Postgres($conn) => $body,
            DriverConnection::Sqlite($conn) => $body,
        }
    };
}

impl DriverConnection {
    /// Refuses a number that only MySQL has, on which sea-query-sqlx would panic.
    pub(super) fn check(&self, stmt: &Statement) -> Result<(), Error> {
        const MOST: u64 = i64::MAX.unsigned_abs();
        let is_beyond = |value: &Value| matches!(value, Value::BigUnsigned(Some(n)) if *n > MOST);
        let mut values = stmt.values.iter().flat_map(|values| &values.0);
        if matches!(self, Self::MySql(_)) || !values.any(is_beyond) {
            return Ok(());
        }
        Err(Error::invalid(
            "a parameter of a statement",
            format!("it is greater than {MOST}, the greatest whole number of this database"),
            "give a smaller one, or a decimal",
        ))
    }

    pub(super) async fn execute(&mut self, stmt: Statement) -> sqlx::Result<ExecResult> {
        let stmt = self.typed(stmt);
        with_driver!(self, conn => query(stmt).execute(&mut **conn).await.map(Into::into))
    }

    pub(super) async fn fetch_one(&mut self, stmt: Statement) -> sqlx::Result<Option<QueryResult>> {
        let stmt = self.typed(stmt);
        match self {
            // sqlx stops at the first row and leaves the rest, which may be an error of this very
            // statement, to whoever comes next.
            Self::MySql(conn) => {
                let mut rows = query(stmt).fetch(&mut **conn);
                let first = rows.try_next().await?;
                while rows.try_next().await?.is_some() {}
                Ok(first.map(Into::into))
            }
            Self::Postgres(conn) => {
                let row = query(stmt).fetch_optional(&mut **conn).await?;
                Ok(row.map(Into::into))
            }
            // Stopping sqlx's worker after the first row takes four times as long as reading a
            // bounded result to its end.
            Self::Sqlite(conn) if is_bounded(&stmt.sql) => {
                let rows = query(stmt).fetch_all(&mut **conn).await?;
                Ok(rows.into_iter().next().map(Into::into))
            }
            Self::Sqlite(conn) => {
                let row = query(stmt).fetch_optional(&mut **conn).await?;
                Ok(row.map(Into::into))
            }
        }
    }

    pub(super) fn fetch(&mut self, stmt: Statement) -> BoxStream<'_, sqlx::Result<QueryResult>> {
        let stmt = self.typed(stmt);
        with_driver!(self, conn => query(stmt).fetch(&mut **conn).map_ok(Into::into).boxed())
    }

    /// The same without keeping the statement prepared.
    pub(super) async fn execute_once(&mut self, stmt: Statement) -> sqlx::Result<ExecResult> {
        let stmt = self.typed(stmt);
        with_driver!(self, conn => {
            let query = query(stmt).persistent(false);
            query.execute(&mut **conn).await.map(Into::into)
        })
    }

    /// Sends rows by `COPY .. FROM STDIN`, which PostgreSQL alone has.
    pub(super) async fn copy_in(&mut self, sql: &str, data: &[u8]) -> sqlx::Result<u64> {
        let Self::Postgres(conn) = self else {
            return Err(sqlx::Error::Configuration(
                "only PostgreSQL has COPY".into(),
            ));
        };
        let mut copy = conn.copy_in_raw(sql).await?;
        copy.send(data).await?;
        copy.finish().await
    }

    /// Sends text as it is: no parameters, nothing prepared.
    pub(super) async fn run_text(&mut self, sql: &str) -> sqlx::Result<ExecResult> {
        let sql = AssertSqlSafe(sql.to_owned());
        with_driver!(self, conn => conn.execute(sql).await.map(Into::into))
    }

    /// Closes the connection in order.
    pub(super) async fn close(self) {
        with_driver!(self, conn => drop(conn.close().await));
    }

    /// Closes the connection at once, without a word to the server, which then rolls back whatever
    /// the connection had open.
    pub(super) fn sever(self) {
        with_driver!(self, conn => drop(conn.detach()));
    }

    /// On PostgreSQL, the types of the parameters as a part of the text.
    ///
    /// sqlx keeps prepared statements by their text alone, with the types of the parameters that
    /// came first: an `i64` after an `i32` would be sent as if it were one, and refused or taken for
    /// another number.
    fn typed(&self, mut stmt: Statement) -> Statement {
        self.write_limit_of_one(&mut stmt);
        if let (Self::Postgres(_), Some(Values(values))) = (self, &stmt.values)
            && !values.is_empty()
        {
            let mut types = DefaultHasher::new();
            for value in values {
                // Of an array, the second tells what is in it.
                discriminant(value).hash(&mut types);
                value.array_type().hash(&mut types);
            }
            push_comment(&mut stmt.sql, types.finish());
        }
        stmt
    }

    /// Writes a bound `LIMIT 1` at the end as it is.
    ///
    /// SQLite compiles a statement anew whenever its LIMIT was bound, and PostgreSQL plans one anew
    /// for each execution: for a row by its key, that is half of all that is done. Other limits
    /// stay bound, so that not every size of a page is a statement of its own.
    fn write_limit_of_one(&self, stmt: &mut Statement) {
        let Some(Values(values)) = &mut stmt.values else {
            return;
        };
        if values.last() != Some(&Value::BigUnsigned(Some(1))) {
            return;
        }
        let place = match self {
            Self::MySql(_) => return,
            Self::Postgres(_) => format!("${}", values.len()),
            Self::Sqlite(_) => "?".to_owned(),
        };
        let Some(before) = stmt.sql.strip_suffix(&place) else {
            return;
        };
        // One parameter may stand in several places of PostgreSQL's text.
        let is_shared = place.starts_with('$') && before.contains(&place);
        if before.ends_with(" LIMIT ") && !is_shared {
            stmt.sql.truncate(before.len());
            stmt.sql.push('1');
            values.pop();
        }
    }

    pub(super) fn dialect(&self) -> DbBackend {
        match self {
            Self::MySql(_) => DbBackend::MySql,
            Self::Postgres(_) => DbBackend::Postgres,
            Self::Sqlite(_) => DbBackend::Sqlite,
        }
    }

    pub(super) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}

/// Appends a number as a comment. The formatter of the standard library takes more than a thousand
/// instructions for it.
fn push_comment(sql: &mut String, number: u64) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    sql.reserve(" /*  */".len() + 16);
    sql.push_str(" /* ");
    for place in (0..16).rev() {
        let digit = (number >> (4 * place)) & 0xf;
        sql.push(DIGITS[digit as usize].into());
    }
    sql.push_str(" */");
}

fn query<DB>(stmt: Statement) -> sqlx::query::Query<'static, DB, SqlxValues>
where
    DB: sqlx::Database,
    SqlxValues: sqlx::IntoArguments<DB>,
{
    let values = stmt.values.unwrap_or_else(|| Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(stmt.sql), SqlxValues(values))
}

/// Whether a result is small by its form: a limited SELECT, or the row that a write returns.
fn is_bounded(sql: &str) -> bool {
    !sql.starts_with("SELECT") || sql.contains(" LIMIT ")
}
