//! A borrowed connection, and what must happen to it before anybody else gets it.

use std::{fmt, sync::Arc, time::Instant};

use futures_util::{StreamExt, future::BoxFuture, stream::BoxStream};
use sea_orm::{DbErr, ExecResult, QueryResult, RuntimeErr, Statement, sqlx};

use super::{
    dates::Watch,
    driver::DriverConnection,
    pool::{Cleanup, Permits, Pool},
    repeats::{self, Tally},
    text,
};
use crate::error::breaks_connection;

/// What becomes of a row.
pub(crate) type Take<'a> = dyn FnMut(QueryResult) -> Result<(), DbErr> + Send + 'a;

/// Where a connection stands, as far as the statements that went through it tell.
///
/// | state | when the lease ends |
/// |---|---|
/// | clean | reused as it is, without a PING |
/// | in a transaction | rolled back first |
/// | retired: a statement may have changed how it treats others | rolled back and closed |
/// | a statement in flight, rows unread, broken | closed (SQLite, which loses nothing on the way: rolled back) |
#[derive(Clone, Copy, Debug, Default)]
struct State {
    in_transaction: bool,
    /// From before a statement is sent until its outcome has been read.
    in_flight: bool,
    /// A stream was dropped between two rows. The driver reads the rest before the next statement.
    unread: bool,
    broken: bool,
    /// Nobody else gets it.
    retired: bool,
}

/// Exclusive use of one connection.
///
/// Dropping a lease is always safe, whatever it was doing: the state above decides.
pub(crate) struct Lease {
    /// What the pool knows it by.
    number: u64,
    /// Taken out when the lease ends.
    connection: Option<DriverConnection>,
    state: State,
    /// When the connection left the sqlx pool.
    borrowed: Instant,
    pool: Arc<Pool>,
    /// What it sent, where the pool wants to know.
    tally: Option<Tally>,
    permits: Option<Permits>,
    /// Undoes what was set on the connection beside the transaction.
    reset: Option<&'static str>,
    /// Waits for the connection to be clean.
    afterwards: Option<BoxFuture<'static, ()>>,
}

impl Lease {
    pub(super) fn new(
        connection: DriverConnection,
        borrowed: Instant,
        pool: Arc<Pool>,
        permits: Permits,
    ) -> Self {
        let number = pool.count_lease();
        Self {
            number,
            connection: Some(connection),
            state: State::default(),
            borrowed,
            tally: pool.repeats().map(repeats::Watch::tally),
            pool,
            permits: Some(permits),
            reset: None,
            afterwards: None,
        }
    }

    pub(crate) async fn execute(&mut self, stmt: Statement) -> Result<ExecResult, DbErr> {
        let result = self.take_off_with(&stmt)?.execute(stmt).await;
        self.land(result).map_err(exec_error)
    }

    pub(crate) async fn query_one(
        &mut self,
        stmt: Statement,
    ) -> Result<Option<QueryResult>, DbErr> {
        let result = self.take_off_with(&stmt)?.fetch_one(stmt).await;
        let row = self.land(result).map_err(query_error)?;
        row.iter().try_for_each(|row| Watch::default().check(row))?;
        Ok(row)
    }

    pub(crate) async fn query_all(&mut self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut rows = Vec::new();
        let mut take = |row| {
            rows.push(row);
            Ok(())
        };
        self.query_each(stmt, &mut take).await?;
        Ok(rows)
    }

    /// Gives each row to `take`. A server's come as they arrive, and are let go of: the driver takes the
    /// next ones into the memory that those before had.
    ///
    /// The rows are taken to the last in any case, which leaves the connection at rest; after an error
    /// of `take`, which is returned, it is given no more.
    pub(crate) async fn query_each(
        &mut self,
        stmt: Statement,
        take: &mut Take<'_>,
    ) -> Result<(), DbErr> {
        let mut watch = Watch::default();
        let mut outcome = Ok(());
        let mut take = |row: QueryResult| {
            if outcome.is_ok() {
                outcome = watch.check(&row).and_then(|()| take(row));
            }
        };
        // SQLite's worker stops whenever nobody takes its rows, and there is no memory to be had back:
        // each of its values is a copy.
        let mut kept = Vec::new();
        let connection = self.connection.as_ref();
        let keeps = connection.is_some_and(DriverConnection::is_sqlite);
        let mut rows = self.rows(stmt)?;
        while let Some(row) = rows.next().await? {
            match keeps {
                true => kept.push(row),
                false => take(row),
            }
        }
        kept.into_iter().for_each(take);
        outcome
    }

    pub(crate) async fn execute_unprepared(&mut self, sql: &str) -> Result<ExecResult, DbErr> {
        let result = self.take_off(sql)?.run_text(sql).await;
        self.land(result).map_err(exec_error)
    }

    /// Runs a statement of which nothing stays prepared.
    pub(crate) async fn execute_once(&mut self, stmt: Statement) -> Result<ExecResult, DbErr> {
        let result = self.take_off_with(&stmt)?.execute_once(stmt).await;
        self.land(result).map_err(exec_error)
    }

    /// Sends rows as text by `COPY .. FROM STDIN` of PostgreSQL.
    pub(crate) async fn copy_in(&mut self, sql: &str, data: &[u8]) -> Result<u64, DbErr> {
        let result = self.take_off(sql)?.copy_in(sql, data).await;
        self.land(result).map_err(exec_error)
    }

    /// Rows as they arrive. Between two rows the connection is at rest; a stream that is dropped
    /// there leaves the rest unread.
    pub(crate) fn stream(&mut self, stmt: Statement) -> BoxStream<'_, Result<QueryResult, DbErr>> {
        async_stream::try_stream! {
            let mut watch = Watch::default();
            let mut rows = self.rows(stmt)?;
            while let Some(row) = rows.next().await? {
                watch.check(&row)?;
                yield row;
            }
        }
        .boxed()
    }

    fn rows(&mut self, stmt: Statement) -> Result<Rows<'_>, DbErr> {
        self.take_off_with(&stmt)?;
        let Self {
            connection, state, ..
        } = self;
        let connection = connection.as_mut().ok_or_else(ended)?;
        Ok(Rows {
            rows: connection.fetch(stmt),
            state,
        })
    }

    /// From here on, the end of this lease rolls back. To be set before BEGIN is sent.
    pub(crate) fn enter_transaction(&mut self) {
        self.state.in_transaction = true;
    }

    /// To be called when the reply to COMMIT or ROLLBACK has been read.
    pub(crate) fn leave_transaction(&mut self) {
        self.state.in_transaction = false;
    }

    /// Sees to it that nobody else gets the connection if the text may change how it treats what
    /// comes later.
    pub(crate) fn retire_after(&mut self, sql: &str) {
        let dialect = self.connection.as_ref().map(DriverConnection::dialect);
        if dialect.is_some_and(|dialect| text::changes_connection(dialect, sql)) {
            self.state.retired = true;
        }
    }

    /// Sends `sql` before anybody else gets the connection, however the lease ends.
    pub(crate) fn reset_by(&mut self, sql: &'static str) {
        self.reset = Some(sql);
    }

    /// Runs `future` when the lease has ended and the connection was cleaned up or closed.
    pub(crate) fn afterwards(&mut self, future: BoxFuture<'static, ()>) {
        self.afterwards = Some(future);
    }

    /// Whether a statement was cancelled before its outcome was known, or the connection broke.
    pub(crate) fn is_unusable(&self) -> bool {
        self.state.in_flight || self.state.broken
    }

    fn take_off_with(&mut self, stmt: &Statement) -> Result<&mut DriverConnection, DbErr> {
        if let Some(connection) = &self.connection {
            connection.check(stmt)?;
        }
        self.take_off(&stmt.sql)
    }

    fn take_off(&mut self, sql: &str) -> Result<&mut DriverConnection, DbErr> {
        self.pool.count_statement();
        repeats::count(sql);
        if let Some(tally) = &self.tally {
            tally.count(sql);
        }
        self.state.in_flight = true;
        self.connection.as_mut().ok_or_else(ended)
    }

    fn land<T>(&mut self, result: sqlx::Result<T>) -> sqlx::Result<T> {
        self.state.in_flight = false;
        self.state.unread = false;
        if let Err(error) = &result {
            self.state.broken |= breaks_connection(error);
        }
        result
    }
}

/// The rows of a statement, which come one by one. Between two of them the connection is at rest.
struct Rows<'a> {
    rows: BoxStream<'a, sqlx::Result<QueryResult>>,
    state: &'a mut State,
}

impl Rows<'_> {
    async fn next(&mut self) -> Result<Option<QueryResult>, DbErr> {
        self.state.in_flight = true;
        let row = self.rows.next().await.transpose();
        self.state.in_flight = false;
        self.state.unread = matches!(row, Ok(Some(_)));
        row.map_err(|error| {
            self.state.broken |= breaks_connection(&error);
            query_error(error)
        })
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        // The last handle may go on a thread outside the runtime, and sqlx spawns on release.
        let _runtime = self.pool.enter_runtime();
        self.pool.count_lease_end(self.number);
        if let (Some(watch), Some(tally)) = (self.pool.repeats(), &self.tally) {
            watch.note(tally);
        }
        let afterwards = self.afterwards.take();
        let (Some(connection), Some(permits)) = (self.connection.take(), self.permits.take())
        else {
            return;
        };
        let State {
            in_transaction,
            in_flight,
            unread,
            broken,
            retired,
        } = self.state;
        let interrupted = in_flight || unread;
        if broken || (interrupted && !connection.is_sqlite()) {
            connection.sever();
        } else if in_transaction || interrupted || retired || self.reset.is_some() {
            self.pool.clean_up(Cleanup {
                connection,
                borrowed: self.borrowed,
                permits,
                reset: self.reset,
                retired,
                afterwards,
            });
            return;
        } else {
            self.pool.put_back(connection, self.borrowed);
        }
        drop(permits);
        if let Some(afterwards) = afterwards {
            self.pool.spawn(afterwards);
        }
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease")
            .field("connection", &self.connection)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

fn ended() -> DbErr {
    DbErr::Conn(RuntimeErr::Internal("the connection was given back".into()))
}

fn exec_error(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}

fn query_error(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}
