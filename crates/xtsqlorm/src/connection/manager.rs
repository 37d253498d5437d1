//! The owner of one pool.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream::BoxStream};
use sea_orm::{
    DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement, StreamTrait, Value,
};

use super::{
    backend::{Backend, Server},
    boxed::impl_connection_trait,
    lease::{Lease, Take},
    open,
    pool::Pool,
    registry,
    repeats::{self, Repeat},
    text,
    watch::{Changes, Outcome, Watchers, is_lost},
};
use crate::{
    config::{DatabaseConfig, DatabaseKind},
    error::{Error, PoolStatus, Result},
};

/// The pool of one database. Clones are cheap handles to the same pool.
///
/// A manager is a connection for SeaORM: each statement on it stands alone, on whichever
/// connection is free.
///
/// ```
/// use xtsqlorm::{config::DatabaseConfig, connection::ConnectionManager};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> xtsqlorm::Result<()> {
/// let manager = ConnectionManager::connect(&DatabaseConfig::from_url("sqlite::memory:")?).await?;
/// assert!(manager.ping().await);
/// assert_eq!(manager.pool_status().in_use, 0);
/// manager.dispose().await;
/// assert!(!manager.ping().await);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[doc(alias = "AsyncConnectionManager")]
pub struct ConnectionManager {
    inner: Arc<Inner>,
}

struct Inner {
    pool: Arc<Pool>,
    database: DatabaseConnection,
    server: Server,
    target: String,
    /// What the layers above keep for each pool, one value of a type.
    extensions: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
    watchers: Watchers,
}

impl ConnectionManager {
    /// Connects to a database of the configuration, once for the process: all callers that name the
    /// same key, or an alias of it, get the same pool.
    ///
    /// On another tokio runtime the same key opens another pool, since connections live and die
    /// with the runtime that they were opened on. A manager that was disposed of is replaced.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a wrong configuration or an unknown key; otherwise as
    /// [`connect`](Self::connect).
    pub async fn shared(db_key: &str) -> Result<Self> {
        registry::shared(db_key).await
    }

    /// Connects to a database with a pool of its own.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for what the configuration cannot mean, [`Error::Connect`] where the
    /// server cannot be reached, or refuses: at once for a refused connection, after the
    /// configured connect timeout for a dead host. The password is in none of them.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind.
    pub async fn connect(config: &DatabaseConfig) -> Result<Self> {
        config.validate()?;
        let target = config.redacted_url();
        let (source, limits) = open::open(config).map_err(|error| Error::Connect {
            target: target.clone(),
            failure: crate::error::connect_failure(&error),
            source: DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into())),
        })?;
        let database = source.database_connection();
        let pool = Pool::new(source, target.clone(), &limits);
        let dialect = match config.get_kind() {
            DatabaseKind::MySql | DatabaseKind::MariaDb => DbBackend::MySql,
            DatabaseKind::Postgres => DbBackend::Postgres,
            DatabaseKind::Sqlite => DbBackend::Sqlite,
        };
        let server = Server::identify(dialect, pool.probe().await?);
        let replicas = config.get_replicas().len();
        if replicas > 0 {
            tracing::warn!(%target, replicas, "all reads go to the primary: replicas are not read from yet");
        }
        tracing::debug!(%target, backend = %server.backend, version = server.version, "connected");
        Ok(Self {
            inner: Arc::new(Inner {
                pool,
                database,
                server,
                target,
                extensions: Mutex::default(),
                watchers: Watchers::default(),
            }),
        })
    }

    /// SeaORM's handle on the pool, for code that wants exactly that type.
    ///
    /// What it does is neither counted nor part of any transaction of a
    /// [`Session`](crate::session::Session). A transaction that its cancelled `begin()` left open
    /// is ended when the connection returns to the pool.
    #[must_use]
    #[doc(alias = "engine")]
    pub fn db(&self) -> &DatabaseConnection {
        &self.inner.database
    }

    /// The database behind the pool, as it introduced itself: MariaDB is told from MySQL.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.inner.server.backend
    }

    /// What the server said when asked for its version.
    #[must_use]
    pub fn server_version(&self) -> &str {
        &self.inner.server.version
    }

    /// Whether an INSERT can return the row: PostgreSQL, SQLite, and MariaDB since 10.5.
    #[must_use]
    pub fn supports_insert_returning(&self) -> bool {
        self.inner.server.insert_returning
    }

    /// Whether the database answers. Never fails; [`try_ping`](Self::try_ping) says why not.
    pub async fn ping(&self) -> bool {
        self.try_ping().await.is_ok()
    }

    /// Asks the database for an answer, and returns how long it took, the wait for a free
    /// connection left out.
    ///
    /// # Errors
    ///
    /// What stood in the way: no connection, or one that broke.
    pub async fn try_ping(&self) -> Result<Duration> {
        let mut lease = self.lease_to_read().await?;
        let started = Instant::now();
        lease.execute_unprepared("SELECT 1").await?;
        Ok(started.elapsed())
    }

    /// The pool at this moment.
    #[must_use]
    pub fn pool_status(&self) -> PoolStatus {
        self.inner.pool.status()
    }

    /// How many statements went through the seam since the pool was opened, `BEGIN`, `COMMIT` and
    /// the like included. For tests that count round trips.
    #[must_use]
    pub fn statements_sent(&self) -> u64 {
        self.inner.pool.statements()
    }

    /// The queries that a transaction sent more often than
    /// [`warn_repeated`](DatabaseConfig::warn_repeated) allows: at most 100, each with the most times
    /// that it was sent in one transaction. Transactions that are still open are not in it.
    #[must_use]
    pub fn repeated_statements(&self) -> Vec<Repeat> {
        let watch = self.inner.pool.repeats();
        watch.map(repeats::Watch::found).unwrap_or_default()
    }

    /// Closes the pool: refuses new callers, waits for the connections in use, closes them all.
    /// Calling it again does nothing more.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the pool closed to new callers.
    pub async fn dispose(&self) {
        self.inner.pool.close().await;
    }

    /// The value of that type which a layer above keeps with the pool; it lives as long as the pool.
    pub(crate) fn extension<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        let extensions = self.inner.extensions.lock();
        let mut extensions = extensions.unwrap_or_else(PoisonError::into_inner);
        let kept = extensions
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Arc::new(T::default()));
        // Kept under its own type, so that this is never another one.
        Arc::clone(kept).downcast().unwrap_or_default()
    }

    /// A connection of the pool, for exclusive use.
    pub(crate) async fn lease_to_read(&self) -> Result<Lease> {
        self.inner.pool.acquire(false).await
    }

    /// A connection of the pool to write with, for exclusive use. SQLite's writers take turns.
    pub(crate) async fn lease_to_write(&self) -> Result<Lease> {
        self.inner.pool.acquire(true).await
    }

    /// Tells `watcher` of every statement that may write, for as long as it lives.
    #[cfg(feature = "cache")]
    pub(crate) fn watch(&self, watcher: std::sync::Weak<dyn super::Watch>) {
        self.inner.watchers.add(watcher);
    }

    /// What a statement may change of what is watched.
    pub(crate) fn changes_by(&self, sql: &str, values: &[Value]) -> Changes {
        let dialect = self.backend().dialect();
        self.inner.watchers.changes_by(dialect, sql, values)
    }

    /// A connection for one statement.
    async fn lease_for(&self, sql: &str) -> Result<Lease> {
        let dialect = self.backend().dialect();
        let mut lease = self.inner.pool.acquire(text::writes(dialect, sql)).await?;
        if text::may_leave_transaction(dialect, sql) {
            // Whatever it leaves open ends with it.
            lease.enter_transaction();
        }
        lease.retire_after(sql);
        Ok(lease)
    }

    /// Gives each row to `take`, as it arrives.
    pub(crate) async fn query_each(
        &self,
        stmt: Statement,
        take: &mut Take<'_>,
    ) -> Result<(), DbErr> {
        let mut lease = self.lease_for(&stmt.sql).await?;
        let changes = self.changes_by(&stmt.sql, values_of(&stmt));
        changes.by(lease.query_each(stmt, take)).await
    }

    /// Runs a task where the connections live, also from outside the runtime.
    pub(crate) fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        self.inner.pool.spawn(future);
    }
}

/// Handles to the same pool are equal.
impl PartialEq for ConnectionManager {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }
}

impl Eq for ConnectionManager {}

impl fmt::Debug for ConnectionManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionManager")
            .field("target", &self.inner.target)
            .field("backend", &self.inner.server.backend)
            .field("status", &self.pool_status())
            .finish_non_exhaustive()
    }
}

/// What a statement binds.
pub(crate) fn values_of(statement: &Statement) -> &[Value] {
    let values = statement.values.as_ref();
    values.map_or(&[], |values| values.0.as_slice())
}

impl ConnectionManager {
    fn boxed_execute(&self, stmt: Statement) -> BoxFuture<'_, Result<ExecResult, DbErr>> {
        async move {
            let mut lease = self.lease_for(&stmt.sql).await?;
            let changes = self.changes_by(&stmt.sql, values_of(&stmt));
            changes.by(lease.execute(stmt)).await
        }
        .boxed()
    }

    fn boxed_execute_unprepared<'a>(
        &'a self,
        sql: &'a str,
    ) -> BoxFuture<'a, Result<ExecResult, DbErr>> {
        async move {
            let mut lease = self.lease_for(sql).await?;
            let changes = self.changes_by(sql, &[]);
            changes.by(lease.execute_unprepared(sql)).await
        }
        .boxed()
    }

    fn boxed_query_one(
        &self,
        stmt: Statement,
    ) -> BoxFuture<'_, Result<Option<QueryResult>, DbErr>> {
        async move {
            let mut lease = self.lease_for(&stmt.sql).await?;
            let changes = self.changes_by(&stmt.sql, values_of(&stmt));
            changes.by(lease.query_one(stmt)).await
        }
        .boxed()
    }

    fn boxed_query_all(&self, stmt: Statement) -> BoxFuture<'_, Result<Vec<QueryResult>, DbErr>> {
        async move {
            let mut lease = self.lease_for(&stmt.sql).await?;
            let changes = self.changes_by(&stmt.sql, values_of(&stmt));
            changes.by(lease.query_all(stmt)).await
        }
        .boxed()
    }

    fn dialect(&self) -> DbBackend {
        self.backend().dialect()
    }
}

impl_connection_trait!(ConnectionManager);

/// A stream holds its connection until it ends. One that is dropped before costs a server's
/// connection, since the rest of the rows is still on its way.
impl StreamTrait for ConnectionManager {
    type Stream<'a> = BoxStream<'a, Result<QueryResult, DbErr>>;

    fn get_database_backend(&self) -> DbBackend {
        self.dialect()
    }

    fn stream_raw<'a>(
        &'a self,
        stmt: Statement,
    ) -> Pin<Box<dyn Future<Output = Result<Self::Stream<'a>, DbErr>> + 'a + Send>> {
        Box::pin(async move {
            let mut lease = self.lease_for(&stmt.sql).await?;
            let mut changes = self.changes_by(&stmt.sql, values_of(&stmt));
            Ok(async_stream::stream! {
                changes.begin();
                let mut lost = false;
                for await row in lease.stream(stmt) {
                    lost |= row.as_ref().is_err_and(is_lost);
                    yield row;
                }
                changes.end(if lost { Outcome::Unknown } else { Outcome::Visible });
            }
            .boxed())
        })
    }
}

/// What services need of a connection manager, for those that swap it in tests.
#[async_trait::async_trait]
#[doc(alias = "IAsyncConnectionManager")]
pub trait ManageConnection: Send + Sync {
    /// Whether the database answers.
    async fn ping(&self) -> bool;

    /// The pool at this moment.
    fn pool_status(&self) -> PoolStatus;

    /// Closes the pool.
    async fn dispose(&self);
}

impl ConnectionManager {
    fn boxed_ping(&self) -> BoxFuture<'_, bool> {
        self.ping().boxed()
    }

    fn boxed_dispose(&self) -> BoxFuture<'_, ()> {
        self.dispose().boxed()
    }
}

// Without `async_trait` for the reason that `boxed` gives.
impl ManageConnection for ConnectionManager {
    fn ping<'a, 'f>(&'a self) -> BoxFuture<'f, bool>
    where
        'a: 'f,
    {
        self.boxed_ping()
    }

    fn pool_status(&self) -> PoolStatus {
        Self::pool_status(self)
    }

    fn dispose<'a, 'f>(&'a self) -> BoxFuture<'f, ()>
    where
        'a: 'f,
    {
        self.boxed_dispose()
    }
}
