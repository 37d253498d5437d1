//! The seam: every statement of ours borrows its connection here.
//!
//! sqlx's pool stays the owner of all connections, so that SeaORM's own handle keeps working beside
//! us. On top of it, connections that come back clean stay *warm* for a moment: the next borrower
//! takes one without the PING that sqlx sends on acquire and the one that it sends on release.
//! A warm connection goes back to sqlx after [`WARM_FOR`] without use and after [`BORROWED_FOR`] in
//! any case, so that users of SeaORM's handle, who wait in sqlx's queue, get their turn.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;
use sea_orm::sqlx;
use tokio::{
    runtime::{EnterGuard, Handle},
    sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot},
    task::JoinHandle,
};

use super::{driver::DriverConnection, lease::Lease, source::Source};
use crate::error::{ConnectFailure, ContentionKind, Error, PoolStatus, Result, connect_failure};

/// How long an unused connection stays warm.
const WARM_FOR: Duration = Duration::from_millis(10);
/// How long a connection may stay out of sqlx's pool in a row of uses.
const BORROWED_FOR: Duration = Duration::from_millis(250);
/// How long a caller waits for a connection before it asks why there is none.
const PATIENCE: Duration = Duration::from_millis(300);
/// How long the clean-up of an abandoned transaction may take before its connection is closed.
const CLEAN_WITHIN: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct Pool {
    source: Source,
    /// The address without its password, for messages.
    target: String,
    /// One for each connection that may be in use; first come, first served.
    permits: Arc<Semaphore>,
    /// SQLite has one writer at a time; those of this process wait in turn instead of polling.
    writers: Option<Arc<Semaphore>>,
    warm: Mutex<Vec<Warm>>,
    /// Tells those who wait for a connection to be opened that one is warm.
    parked: Notify,
    reaping: AtomicBool,
    max: u32,
    min: u32,
    acquire_timeout: Duration,
    connect_timeout: Duration,
    /// The last time somebody looked why there was no connection, and what was found.
    diagnosis: tokio::sync::Mutex<Option<(Instant, Option<Error>)>>,
    /// Since when each lease is held, by its number, which grows.
    leases: Mutex<BTreeMap<u64, Instant>>,
    numbers: AtomicU64,
    waiting: AtomicU32,
    /// Those of the waiting for whom no connection was warm.
    opening: AtomicU32,
    /// Tasks of ours that wait for a connection of sqlx's pool.
    openers: AtomicU32,
    statements: AtomicU64,
    runtime: Handle,
}

/// What a lease holds on to until its connection is clean again.
#[derive(Debug)]
pub(super) struct Permits {
    _connection: OwnedSemaphorePermit,
    _turn: Option<OwnedSemaphorePermit>,
}

/// A connection that nobody else may see before it is clean.
pub(super) struct Cleanup {
    pub(super) connection: DriverConnection,
    pub(super) borrowed: Instant,
    /// Held until then.
    pub(super) permits: Permits,
    /// What to send after ROLLBACK.
    pub(super) reset: Option<&'static str>,
    /// What to do after that.
    pub(super) afterwards: Option<BoxFuture<'static, ()>>,
}

#[derive(Debug)]
struct Warm {
    connection: DriverConnection,
    borrowed: Instant,
    parked: Instant,
}

impl Warm {
    fn new(connection: DriverConnection) -> Self {
        let now = Instant::now();
        Self {
            connection,
            borrowed: now,
            parked: now,
        }
    }
}

/// What the pool is told by the configuration.
#[derive(Debug)]
pub(super) struct Limits {
    pub(super) max: u32,
    pub(super) min: u32,
    pub(super) acquire_timeout: Duration,
    pub(super) connect_timeout: Duration,
}

impl Pool {
    /// Must be called inside a tokio runtime: abandoned transactions are rolled back on it.
    pub(super) fn new(source: Source, target: String, limits: &Limits) -> Arc<Self> {
        let writers = source.is_sqlite().then(|| Arc::new(Semaphore::new(1)));
        Arc::new(Self {
            source,
            target,
            writers,
            permits: Arc::new(Semaphore::new(limits.max as usize)),
            warm: Mutex::default(),
            parked: Notify::new(),
            reaping: AtomicBool::default(),
            max: limits.max,
            min: limits.min,
            acquire_timeout: limits.acquire_timeout,
            connect_timeout: limits.connect_timeout,
            diagnosis: tokio::sync::Mutex::default(),
            leases: Mutex::default(),
            numbers: AtomicU64::default(),
            waiting: AtomicU32::default(),
            opening: AtomicU32::default(),
            openers: AtomicU32::default(),
            statements: AtomicU64::default(),
            runtime: Handle::current(),
        })
    }

    /// Borrows a connection, in order of arrival. One to write with waits for its turn first, on
    /// SQLite.
    ///
    /// Dropping the future gives up the place in the queue and loses nothing.
    pub(super) async fn acquire(self: &Arc<Self>, to_write: bool) -> Result<Lease> {
        let writers = self.writers.as_ref().filter(|_| to_write);
        if writers.is_none()
            && let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned()
            && let Some(warm) = self.take_warm()
        {
            return Ok(self.lease(warm, permit, None));
        }
        let started = Instant::now();
        let _waiting = Counted::enter(&self.waiting);
        let deadline = tokio::time::Instant::now() + self.acquire_timeout;
        let turn = match writers {
            None => None,
            Some(writers) => {
                let turn = Arc::clone(writers).acquire_owned();
                match tokio::time::timeout_at(deadline, turn).await {
                    Ok(turn) => Some(turn.map_err(|_| self.closed())?),
                    Err(_) => return Err(self.busy()),
                }
            }
        };
        match tokio::time::timeout_at(deadline, self.acquire_in_turn(turn)).await {
            Ok(lease) => lease,
            Err(_) => Err(Error::PoolTimeout {
                waited: started.elapsed(),
                status: self.status(),
            }),
        }
    }

    async fn acquire_in_turn(
        self: &Arc<Self>,
        turn: Option<OwnedSemaphorePermit>,
    ) -> Result<Lease> {
        let permit = Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| self.closed())?;
        if let Some(warm) = self.take_warm() {
            return Ok(self.lease(warm, permit, turn));
        }
        let _opening = Counted::enter(&self.opening);
        let mut opener: Option<Opener> = None;
        loop {
            if opener.is_none() {
                opener = self.open();
            }
            let opened = async {
                match &mut opener {
                    Some(opener) => (&mut opener.opened).await,
                    None => std::future::pending().await,
                }
            };
            // sqlx goes on knocking at a closed door until its time is up.
            let look_why = async {
                tokio::time::sleep(PATIENCE).await;
                self.diagnose(Instant::now()).await
            };
            tokio::select! {
                biased;
                opened = opened => match opened {
                    Ok(Ok(fresh)) => return Ok(self.lease(fresh, permit, turn)),
                    Ok(Err(sqlx::Error::PoolClosed)) | Err(_) => return Err(self.closed()),
                    // The caller's time is up as well, which is told with the pool's state.
                    Ok(Err(sqlx::Error::PoolTimedOut)) => std::future::pending().await,
                    Ok(Err(error)) => return Err(self.connect_error(error)),
                },
                () = self.parked.notified() => {
                    if let Some(warm) = self.take_warm() {
                        // What is being opened becomes warm for the next one.
                        if let Some(opener) = opener {
                            opener.let_go();
                        }
                        return Ok(self.lease(warm, permit, turn));
                    }
                }
                looked = look_why => looked?,
            }
        }
    }

    /// Takes a connection out of sqlx's pool in a task of its own, which may outlive a caller who is
    /// served before.
    ///
    /// Where all are taken, only one of us stands in sqlx's queue, so that users of SeaORM's handle
    /// are not behind all of us; the others wait for a warm one.
    fn open(self: &Arc<Self>) -> Option<Opener> {
        let room = self.max.saturating_sub(self.source.size()) + self.source.idle();
        let admitted = self.openers.fetch_update(Relaxed, Relaxed, |openers| {
            (openers <= room).then_some(openers + 1)
        });
        admitted.ok()?;
        let counted = CountedOpener(Arc::clone(self));
        let (sender, opened) = oneshot::channel();
        let task = self.runtime.spawn(async move {
            let opened = counted.0.source.acquire().await.map(Warm::new);
            if let Err(Ok(fresh)) = sender.send(opened) {
                counted.0.put_back(fresh.connection, fresh.borrowed);
            }
        });
        Some(Opener {
            opened,
            task: Some(task),
        })
    }

    /// Finds out whether the server can be reached at all, once for all callers who wait.
    async fn diagnose(&self, since: Instant) -> Result<()> {
        let mut last = self.diagnosis.lock().await;
        if let Some((at, found)) = &*last
            && *at >= since
        {
            return found.clone().map_or(Ok(()), Err);
        }
        let found = match self.probe().await {
            // It answers, and has other reasons not to take one more.
            Err(error) if error.connect_failure() == Some(ConnectFailure::Other) => None,
            probed => probed.err(),
        };
        *last = Some((Instant::now(), found.clone()));
        found.map_or(Ok(()), Err)
    }

    /// Opens and closes a connection beside the pool. Returns the server's version.
    pub(super) async fn probe(&self) -> Result<String> {
        match tokio::time::timeout(self.connect_timeout, self.source.probe()).await {
            Ok(probed) => probed.map_err(|error| self.connect_error(error)),
            Err(_) => Err(self.connect_error(sqlx::Error::Io(std::io::Error::new(
                std::io::ErrorKind::TimedOut,
                format!("no answer within {:?}", self.connect_timeout),
            )))),
        }
    }

    fn lease(
        self: &Arc<Self>,
        warm: Warm,
        connection: OwnedSemaphorePermit,
        turn: Option<OwnedSemaphorePermit>,
    ) -> Lease {
        let permits = Permits {
            _connection: connection,
            _turn: turn,
        };
        Lease::new(warm.connection, warm.borrowed, Arc::clone(self), permits)
    }

    fn take_warm(&self) -> Option<Warm> {
        self.warm().pop()
    }

    fn warm(&self) -> MutexGuard<'_, Vec<Warm>> {
        self.warm.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a clean connection back.
    pub(super) fn put_back(self: &Arc<Self>, connection: DriverConnection, borrowed: Instant) {
        if borrowed.elapsed() > BORROWED_FOR || self.permits.is_closed() {
            drop(connection);
            return;
        }
        self.warm().push(Warm {
            connection,
            borrowed,
            parked: Instant::now(),
        });
        if self.opening.load(Relaxed) > 0 {
            self.parked.notify_one();
        }
        if !self.reaping.swap(true, Relaxed) {
            self.runtime.spawn(reap(Arc::downgrade(self)));
        }
    }

    /// Takes a connection back that must be clean before anybody else gets it.
    pub(super) fn clean_up(self: &Arc<Self>, cleanup: Cleanup) {
        let pool = Arc::clone(self);
        self.runtime.spawn(async move {
            let Cleanup {
                mut connection,
                borrowed,
                permits,
                reset,
                afterwards,
            } = cleanup;
            // SQLite is in this process and answers when its statement has ended. Closing the
            // connection instead would be the end of a database in memory.
            let limit = if connection.is_sqlite() {
                Duration::MAX
            } else {
                CLEAN_WITHIN
            };
            let cleaned = tokio::time::timeout(limit, pool.clean(&mut connection, reset)).await;
            match cleaned {
                Ok(Ok(())) => pool.put_back(connection, borrowed),
                _ => connection.sever(),
            }
            drop(permits);
            if let Some(afterwards) = afterwards {
                afterwards.await;
            }
        });
    }

    async fn clean(
        &self,
        connection: &mut DriverConnection,
        reset: Option<&'static str>,
    ) -> sqlx::Result<()> {
        self.count_statement();
        match connection.run_text("ROLLBACK").await {
            Ok(_) => {}
            // SQLite calls it an error when there was nothing to roll back.
            Err(sqlx::Error::Database(_)) if connection.is_sqlite() => {}
            Err(error) => return Err(error),
        }
        if let Some(sql) = reset {
            self.count_statement();
            connection.run_text(sql).await?;
        }
        Ok(())
    }

    /// Runs a task where the connections live.
    pub(super) fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        self.runtime.spawn(future);
    }

    pub(super) fn status(&self) -> PoolStatus {
        let open = self.source.size();
        let idle = self.source.idle() + u32::try_from(self.warm().len()).unwrap_or(u32::MAX);
        let (ours, longest) = {
            let leases = self.leases();
            let ours = u32::try_from(leases.len()).unwrap_or(u32::MAX);
            (ours, leases.values().next().map(Instant::elapsed))
        };
        // Lent by sqlx, and not to us: being opened, or with a user of SeaORM's handle.
        let others = open.saturating_sub(idle + ours);
        let being_opened = others.min(self.openers.load(Relaxed));
        PoolStatus {
            size: open - being_opened,
            idle,
            in_use: ours + others - being_opened,
            max: self.max,
            min: self.min,
            waiting: self.waiting.load(Relaxed),
            longest,
            closed: self.permits.is_closed(),
        }
    }

    pub(super) fn statements(&self) -> u64 {
        self.statements.load(Relaxed)
    }

    pub(super) fn count_statement(&self) {
        self.statements.fetch_add(1, Relaxed);
        #[cfg(feature = "testing")]
        super::counting::count();
    }

    /// Notes a lease; the number is to be given back with it.
    pub(super) fn count_lease(&self) -> u64 {
        let number = self.numbers.fetch_add(1, Relaxed);
        self.leases().insert(number, Instant::now());
        number
    }

    pub(super) fn count_lease_end(&self, number: u64) {
        self.leases().remove(&number);
    }

    fn leases(&self) -> MutexGuard<'_, BTreeMap<u64, Instant>> {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn enter_runtime(&self) -> EnterGuard<'_> {
        self.runtime.enter()
    }

    /// Refuses new callers, waits for the connections in use, closes all. May be called again.
    pub(super) async fn close(&self) {
        self.permits.close();
        if let Some(writers) = &self.writers {
            writers.close();
        }
        let warm = std::mem::take(&mut *self.warm());
        drop(warm);
        self.source.close().await;
    }

    fn busy(&self) -> Error {
        Error::Contention {
            kind: ContentionKind::Busy,
            source: sea_orm::DbErr::Custom(format!(
                "other writers of this process were before this one for {:?}",
                self.acquire_timeout
            )),
        }
    }

    fn closed(&self) -> Error {
        Error::PoolClosed {
            target: self.target.clone(),
        }
    }

    fn connect_error(&self, error: sqlx::Error) -> Error {
        Error::Connect {
            target: self.target.clone(),
            failure: connect_failure(&error),
            source: sea_orm::DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into())),
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let _runtime = self.runtime.enter();
        let warm = std::mem::take(&mut *self.warm());
        drop(warm);
    }
}

/// A task that takes a connection out of sqlx's pool. Dropped, it is stopped: sqlx may be waiting
/// for a server that is away, longer each time.
struct Opener {
    opened: oneshot::Receiver<sqlx::Result<Warm>>,
    task: Option<JoinHandle<()>>,
}

impl Opener {
    /// Lets the task come to its end by itself.
    fn let_go(mut self) {
        self.task = None;
    }
}

impl Drop for Opener {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// One of the pool's openers. When it ends, the next one may stand in the queue.
struct CountedOpener(Arc<Pool>);

impl Drop for CountedOpener {
    fn drop(&mut self) {
        self.0.openers.fetch_sub(1, Relaxed);
        self.0.parked.notify_one();
    }
}

/// Gives connections that cooled down back to sqlx, until none is warm.
async fn reap(pool: Weak<Pool>) {
    loop {
        tokio::time::sleep(WARM_FOR).await;
        let Some(pool) = pool.upgrade() else { return };
        let mut warm = pool.warm();
        let cooled: Vec<Warm> = warm
            .extract_if(.., |warm| warm.parked.elapsed() >= WARM_FOR)
            .collect();
        if warm.is_empty() {
            pool.reaping.store(false, Relaxed);
            drop(warm);
            drop(cooled);
            return;
        }
    }
}

/// Counts somebody for as long as this value lives.
struct Counted<'a>(&'a AtomicU32);

impl<'a> Counted<'a> {
    fn enter(counter: &'a AtomicU32) -> Self {
        counter.fetch_add(1, Relaxed);
        Self(counter)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}
