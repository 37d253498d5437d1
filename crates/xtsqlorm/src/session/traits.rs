//! SeaORM's traits on a session, so that its whole API runs inside the transaction.

use std::pin::Pin;

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream::BoxStream};
use sea_orm::{
    AccessMode, ConnectionTrait, DbBackend, DbErr, ExecResult, IsolationLevel, QueryResult,
    Statement, StreamTrait, TransactionError, TransactionOptions, TransactionSession,
    TransactionTrait,
};

use super::{Session, SessionProvider};
use crate::{
    connection::{Lease, values_of},
    error::{Error, Result},
};

/// Gives a statement to the session's connection, and looks at what became of it before anybody
/// else gets a turn.
macro_rules! on_lease {
    ($session:expr, $sql:expr, $values:expr, $lease:ident => $statement:expr) => {{
        $session.refuse_endings($sql)?;
        let mut guard = $session.enter().await?;
        $session.note_changes($sql, $values);
        let $lease = held(&mut guard)?;
        $lease.retire_after($sql);
        let result = $statement.await;
        result.map_err(|error| $session.note(error))
    }};
}

fn held(lease: &mut Option<Lease>) -> Result<&mut Lease> {
    lease.as_mut().ok_or(Error::SessionClosed {
        reason: "it has ended",
    })
}

#[async_trait::async_trait]
impl ConnectionTrait for Session {
    fn get_database_backend(&self) -> DbBackend {
        self.manager().backend().dialect()
    }

    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        on_lease!(self, &stmt.sql, values_of(&stmt), lease => lease.execute(stmt))
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        on_lease!(self, sql, &[], lease => lease.execute_unprepared(sql))
    }

    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        on_lease!(self, &stmt.sql, values_of(&stmt), lease => lease.query_one(stmt))
    }

    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.query_all_as(stmt, Ok).await
    }
}

impl Session {
    /// What `read` makes of a statement's rows, each as it arrives.
    pub(crate) async fn query_all_as<T>(
        &self,
        stmt: Statement,
        read: impl FnMut(QueryResult) -> Result<T, DbErr>,
    ) -> Result<Vec<T>, DbErr> {
        on_lease!(self, &stmt.sql, values_of(&stmt), lease => lease.query_all_as(stmt, read))
    }

    /// Runs a statement of which nothing stays prepared on the connection.
    pub(crate) async fn execute_once(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        on_lease!(self, &stmt.sql, values_of(&stmt), lease => lease.execute_once(stmt))
    }

    /// Sends rows as text by `COPY .. FROM STDIN`, and returns how many there were.
    pub(crate) async fn copy_in(&self, sql: &str, data: Vec<u8>) -> Result<u64, DbErr> {
        on_lease!(self, sql, &[], lease => lease.copy_in(sql, &data))
    }
}

/// While a stream is open, other statements on the session are refused with
/// [`Error::SessionBusy`].
impl StreamTrait for Session {
    type Stream<'a> = BoxStream<'a, Result<QueryResult, DbErr>>;

    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(self)
    }

    fn stream_raw<'a>(
        &'a self,
        stmt: Statement,
    ) -> Pin<Box<dyn Future<Output = Result<Self::Stream<'a>, DbErr>> + 'a + Send>> {
        Box::pin(async move {
            self.refuse_endings(&stmt.sql)?;
            let mut guard = self.enter().await?;
            self.note_changes(&stmt.sql, values_of(&stmt));
            let streaming = Streaming::start(self);
            Ok(async_stream::stream! {
                let _streaming = streaming;
                let lease = match held(&mut guard) {
                    Ok(lease) => lease,
                    Err(error) => {
                        yield Err(error.into());
                        return;
                    }
                };
                lease.retire_after(&stmt.sql);
                for await row in lease.stream(stmt) {
                    yield row.map_err(|error| self.note(error));
                }
            }
            .boxed())
        })
    }
}

/// Marks the session for as long as a stream holds its connection.
struct Streaming<'a>(&'a Session);

impl<'a> Streaming<'a> {
    fn start(session: &'a Session) -> Self {
        session.set_streaming(true);
        Self(session)
    }
}

impl Drop for Streaming<'_> {
    fn drop(&mut self) {
        self.0.set_streaming(false);
    }
}

#[async_trait::async_trait]
impl TransactionTrait for Session {
    type Transaction = Self;

    async fn begin(&self) -> Result<Self, DbErr> {
        Ok(self.savepoint().await?)
    }

    async fn begin_with_config(
        &self,
        isolation_level: Option<IsolationLevel>,
        access_mode: Option<AccessMode>,
    ) -> Result<Self, DbErr> {
        self.begin_with_options(options(isolation_level, access_mode))
            .await
    }

    async fn begin_with_options(&self, options: TransactionOptions) -> Result<Self, DbErr> {
        if options != TransactionOptions::default() {
            return Err(Error::Unsupported {
                feature: "options on a savepoint",
                backend: self.manager().backend().name(),
            }
            .into());
        }
        self.begin().await
    }

    async fn transaction<F, T, E>(&self, callback: F) -> Result<T, TransactionError<E>>
    where
        F: for<'c> FnOnce(&'c Self) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>
            + Send,
        T: Send,
        E: std::fmt::Display + std::fmt::Debug + Send,
    {
        let session = self.begin().await.map_err(TransactionError::Connection)?;
        boxed(session, callback).await
    }

    async fn transaction_with_config<F, T, E>(
        &self,
        callback: F,
        isolation_level: Option<IsolationLevel>,
        access_mode: Option<AccessMode>,
    ) -> Result<T, TransactionError<E>>
    where
        F: for<'c> FnOnce(&'c Self) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>
            + Send,
        T: Send,
        E: std::fmt::Display + std::fmt::Debug + Send,
    {
        let session = self
            .begin_with_config(isolation_level, access_mode)
            .await
            .map_err(TransactionError::Connection)?;
        boxed(session, callback).await
    }
}

#[async_trait::async_trait]
impl TransactionSession for Session {
    async fn commit(self) -> Result<(), DbErr> {
        Ok(Session::commit(self).await?)
    }

    async fn rollback(self) -> Result<(), DbErr> {
        Ok(Session::rollback(self).await?)
    }
}

/// Statements join the [current session](SessionProvider::current_session) if there is one, and
/// stand alone otherwise.
#[async_trait::async_trait]
impl ConnectionTrait for SessionProvider {
    fn get_database_backend(&self) -> DbBackend {
        self.manager().backend().dialect()
    }

    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        match self.current_session() {
            Some(session) => session.execute_raw(stmt).await,
            None => self.manager().execute_raw(stmt).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match self.current_session() {
            Some(session) => session.execute_unprepared(sql).await,
            None => self.manager().execute_unprepared(sql).await,
        }
    }

    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self.current_session() {
            Some(session) => session.query_one_raw(stmt).await,
            None => self.manager().query_one_raw(stmt).await,
        }
    }

    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.query_all_as(stmt, Ok).await
    }
}

impl SessionProvider {
    /// What `read` makes of a statement's rows, each as it arrives, so that they are not all held
    /// twice: as the driver has them, and as they are read.
    ///
    /// The future is boxed, as those of SeaORM's traits are: a caller's would nest too deep.
    pub(crate) fn query_all_as<'a, T: Send + 'a>(
        &'a self,
        stmt: Statement,
        read: impl FnMut(QueryResult) -> Result<T, DbErr> + Send + 'a,
    ) -> BoxFuture<'a, Result<Vec<T>, DbErr>> {
        async move {
            match self.current_session() {
                Some(session) => session.query_all_as(stmt, read).await,
                None => self.manager().query_all_as(stmt, read).await,
            }
        }
        .boxed()
    }
}

impl StreamTrait for SessionProvider {
    type Stream<'a> = BoxStream<'a, Result<QueryResult, DbErr>>;

    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(self)
    }

    fn stream_raw<'a>(
        &'a self,
        stmt: Statement,
    ) -> Pin<Box<dyn Future<Output = Result<Self::Stream<'a>, DbErr>> + 'a + Send>> {
        Box::pin(async move {
            let Some(session) = self.current_session() else {
                return self.manager().stream_raw(stmt).await;
            };
            Ok(async_stream::stream! {
                match session.stream_raw(stmt).await {
                    Ok(rows) => {
                        for await row in rows {
                            yield row;
                        }
                    }
                    Err(error) => yield Err(error),
                }
            }
            .boxed())
        })
    }
}

/// A transaction of its own where there is no current session, otherwise a savepoint in it.
#[async_trait::async_trait]
impl TransactionTrait for SessionProvider {
    type Transaction = Session;

    async fn begin(&self) -> Result<Session, DbErr> {
        self.begin_with_options(TransactionOptions::default()).await
    }

    async fn begin_with_config(
        &self,
        isolation_level: Option<IsolationLevel>,
        access_mode: Option<AccessMode>,
    ) -> Result<Session, DbErr> {
        self.begin_with_options(options(isolation_level, access_mode))
            .await
    }

    async fn begin_with_options(&self, options: TransactionOptions) -> Result<Session, DbErr> {
        match self.current_session() {
            Some(session) => session.begin_with_options(options).await,
            None => Ok(self.create_session_with(options).await?),
        }
    }

    async fn transaction<F, T, E>(&self, callback: F) -> Result<T, TransactionError<E>>
    where
        F: for<'c> FnOnce(&'c Session) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>
            + Send,
        T: Send,
        E: std::fmt::Display + std::fmt::Debug + Send,
    {
        let session = self.begin().await.map_err(TransactionError::Connection)?;
        boxed(session, callback).await
    }

    async fn transaction_with_config<F, T, E>(
        &self,
        callback: F,
        isolation_level: Option<IsolationLevel>,
        access_mode: Option<AccessMode>,
    ) -> Result<T, TransactionError<E>>
    where
        F: for<'c> FnOnce(&'c Session) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>
            + Send,
        T: Send,
        E: std::fmt::Display + std::fmt::Debug + Send,
    {
        let session = self
            .begin_with_config(isolation_level, access_mode)
            .await
            .map_err(TransactionError::Connection)?;
        boxed(session, callback).await
    }
}

/// SeaORM's form of a transaction closure.
async fn boxed<F, T, E>(session: Session, callback: F) -> Result<T, TransactionError<E>>
where
    F: for<'c> FnOnce(&'c Session) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>,
    E: std::fmt::Display + std::fmt::Debug,
{
    let ended = |error: Error| TransactionError::Connection(error.into());
    match session.scope(callback(&session)).await {
        Ok(value) => {
            session.commit().await.map_err(ended)?;
            Ok(value)
        }
        Err(error) => {
            session.rollback().await.map_err(ended)?;
            Err(TransactionError::Transaction(error))
        }
    }
}

fn options(
    isolation_level: Option<IsolationLevel>,
    access_mode: Option<AccessMode>,
) -> TransactionOptions {
    TransactionOptions {
        isolation_level,
        access_mode,
        sqlite_transaction_mode: None,
    }
}
