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
    connection::{Lease, Take, boxed::impl_connection_trait, values_of},
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

/// Implements SeaORM's [`TransactionTrait`] by the type's own `boxed_begin`, for the reason that
/// [`boxed`](crate::connection::boxed) gives.
macro_rules! impl_transaction_trait {
    ($(#[$attribute:meta])* $connection:ty) => {
        $(#[$attribute])*
        impl TransactionTrait for $connection {
            type Transaction = Session;

            fn begin<'a, 'f>(&'a self) -> BoxFuture<'f, Result<Session, DbErr>>
            where
                'a: 'f,
            {
                self.boxed_begin(TransactionOptions::default())
            }

            fn begin_with_config<'a, 'f>(
                &'a self,
                isolation_level: Option<IsolationLevel>,
                access_mode: Option<AccessMode>,
            ) -> BoxFuture<'f, Result<Session, DbErr>>
            where
                'a: 'f,
            {
                self.boxed_begin(options(isolation_level, access_mode))
            }

            fn begin_with_options<'a, 'f>(
                &'a self,
                options: TransactionOptions,
            ) -> BoxFuture<'f, Result<Session, DbErr>>
            where
                'a: 'f,
            {
                self.boxed_begin(options)
            }

            fn transaction<'a, 'f, F, T, E>(
                &'a self,
                callback: F,
            ) -> BoxFuture<'f, Result<T, TransactionError<E>>>
            where
                'a: 'f,
                F: for<'c> FnOnce(&'c Session) -> BoxFuture<'c, Result<T, E>> + Send + 'f,
                T: Send + 'f,
                E: std::fmt::Display + std::fmt::Debug + Send + 'f,
            {
                run(self.boxed_begin(TransactionOptions::default()), callback)
            }

            fn transaction_with_config<'a, 'f, F, T, E>(
                &'a self,
                callback: F,
                isolation_level: Option<IsolationLevel>,
                access_mode: Option<AccessMode>,
            ) -> BoxFuture<'f, Result<T, TransactionError<E>>>
            where
                'a: 'f,
                F: for<'c> FnOnce(&'c Session) -> BoxFuture<'c, Result<T, E>> + Send + 'f,
                T: Send + 'f,
                E: std::fmt::Display + std::fmt::Debug + Send + 'f,
            {
                let options = options(isolation_level, access_mode);
                run(self.boxed_begin(options), callback)
            }
        }
    };
}

fn held(lease: &mut Option<Lease>) -> Result<&mut Lease> {
    lease.as_mut().ok_or(Error::SessionClosed {
        reason: "it has ended",
    })
}

impl_connection_trait!(Session);

impl Session {
    fn dialect(&self) -> DbBackend {
        self.manager().backend().dialect()
    }

    fn boxed_execute(&self, stmt: Statement) -> BoxFuture<'_, Result<ExecResult, DbErr>> {
        async move { on_lease!(self, &stmt.sql, values_of(&stmt), lease => lease.execute(stmt)) }
            .boxed()
    }

    fn boxed_execute_unprepared<'a>(
        &'a self,
        sql: &'a str,
    ) -> BoxFuture<'a, Result<ExecResult, DbErr>> {
        async move { on_lease!(self, sql, &[], lease => lease.execute_unprepared(sql)) }.boxed()
    }

    fn boxed_query_one(
        &self,
        stmt: Statement,
    ) -> BoxFuture<'_, Result<Option<QueryResult>, DbErr>> {
        async move { on_lease!(self, &stmt.sql, values_of(&stmt), lease => lease.query_one(stmt)) }
            .boxed()
    }

    fn boxed_query_all(&self, stmt: Statement) -> BoxFuture<'_, Result<Vec<QueryResult>, DbErr>> {
        async move { on_lease!(self, &stmt.sql, values_of(&stmt), lease => lease.query_all(stmt)) }
            .boxed()
    }

    /// Gives each row of a statement to `take`, as it arrives.
    async fn query_each(&self, stmt: Statement, take: &mut Take<'_>) -> Result<(), DbErr> {
        on_lease!(self, &stmt.sql, values_of(&stmt), lease => lease.query_each(stmt, take))
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
        self.dialect()
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

impl_transaction_trait!(Session);

impl Session {
    fn boxed_begin(&self, options: TransactionOptions) -> BoxFuture<'_, Result<Self, DbErr>> {
        async move {
            if options != TransactionOptions::default() {
                return Err(Error::Unsupported {
                    feature: "options on a savepoint",
                    backend: self.manager().backend().name(),
                }
                .into());
            }
            Ok(self.savepoint().await?)
        }
        .boxed()
    }

    fn boxed_commit<'a>(self) -> BoxFuture<'a, Result<(), DbErr>> {
        async move { Ok(self.commit().await?) }.boxed()
    }

    fn boxed_rollback<'a>(self) -> BoxFuture<'a, Result<(), DbErr>> {
        async move { Ok(self.rollback().await?) }.boxed()
    }
}

impl TransactionSession for Session {
    fn commit<'f>(self) -> BoxFuture<'f, Result<(), DbErr>> {
        self.boxed_commit()
    }

    fn rollback<'f>(self) -> BoxFuture<'f, Result<(), DbErr>> {
        self.boxed_rollback()
    }
}

impl_connection_trait! {
    /// Statements join the [current session](SessionProvider::current_session) if there is one, and
    /// stand alone otherwise.
    SessionProvider
}

impl SessionProvider {
    fn dialect(&self) -> DbBackend {
        self.manager().backend().dialect()
    }

    fn boxed_execute(&self, stmt: Statement) -> BoxFuture<'_, Result<ExecResult, DbErr>> {
        async move {
            match self.current_session() {
                Some(session) => session.execute_raw(stmt).await,
                None => self.manager().execute_raw(stmt).await,
            }
        }
        .boxed()
    }

    fn boxed_execute_unprepared<'a>(
        &'a self,
        sql: &'a str,
    ) -> BoxFuture<'a, Result<ExecResult, DbErr>> {
        async move {
            match self.current_session() {
                Some(session) => session.execute_unprepared(sql).await,
                None => self.manager().execute_unprepared(sql).await,
            }
        }
        .boxed()
    }

    fn boxed_query_one(
        &self,
        stmt: Statement,
    ) -> BoxFuture<'_, Result<Option<QueryResult>, DbErr>> {
        async move {
            match self.current_session() {
                Some(session) => session.query_one_raw(stmt).await,
                None => self.manager().query_one_raw(stmt).await,
            }
        }
        .boxed()
    }

    fn boxed_query_all(&self, stmt: Statement) -> BoxFuture<'_, Result<Vec<QueryResult>, DbErr>> {
        async move {
            match self.current_session() {
                Some(session) => session.query_all_raw(stmt).await,
                None => self.manager().query_all_raw(stmt).await,
            }
        }
        .boxed()
    }

    /// What `read` makes of a statement's rows, each as it arrives, so that they are not all held
    /// twice: as the driver has them, and as they are read.
    pub(crate) async fn query_all_as<T: Send>(
        &self,
        stmt: Statement,
        mut read: impl FnMut(QueryResult) -> Result<T, DbErr> + Send,
    ) -> Result<Vec<T>, DbErr> {
        let mut all = Vec::new();
        let mut take = |row| {
            all.push(read(row)?);
            Ok(())
        };
        self.query_each(stmt, &mut take).await?;
        Ok(all)
    }

    /// Gives each row of a statement to `take`, as it arrives.
    fn query_each<'a>(
        &'a self,
        stmt: Statement,
        take: &'a mut Take<'a>,
    ) -> BoxFuture<'a, Result<(), DbErr>> {
        async move {
            match self.current_session() {
                Some(session) => session.query_each(stmt, take).await,
                None => self.manager().query_each(stmt, take).await,
            }
        }
        .boxed()
    }
}

impl StreamTrait for SessionProvider {
    type Stream<'a> = BoxStream<'a, Result<QueryResult, DbErr>>;

    fn get_database_backend(&self) -> DbBackend {
        self.dialect()
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

impl_transaction_trait! {
    /// A transaction of its own where there is no current session, otherwise a savepoint in it.
    SessionProvider
}

impl SessionProvider {
    fn boxed_begin(&self, options: TransactionOptions) -> BoxFuture<'_, Result<Session, DbErr>> {
        async move {
            match self.current_session() {
                Some(session) => session.begin_with_options(options).await,
                None => Ok(self.create_session_with(options).await?),
            }
        }
        .boxed()
    }
}

/// SeaORM's form of a transaction closure, run in the session that `begun` opens.
fn run<'f, F, T, E>(
    begun: BoxFuture<'f, Result<Session, DbErr>>,
    callback: F,
) -> BoxFuture<'f, Result<T, TransactionError<E>>>
where
    F: for<'c> FnOnce(&'c Session) -> BoxFuture<'c, Result<T, E>> + Send + 'f,
    T: Send + 'f,
    E: std::fmt::Display + std::fmt::Debug + Send + 'f,
{
    async move {
        let session = begun.await.map_err(TransactionError::Connection)?;
        match session.scope(callback(&session)).await {
            Ok(value) => {
                let ended = session.boxed_commit().await;
                ended.map_err(TransactionError::Connection)?;
                Ok(value)
            }
            Err(error) => {
                let ended = session.boxed_rollback().await;
                ended.map_err(TransactionError::Connection)?;
                Err(TransactionError::Transaction(error))
            }
        }
    }
    .boxed()
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
