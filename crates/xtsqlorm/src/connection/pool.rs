//! The seam: every statement of ours borrows its connection here.
//!
//! sqlx's pool stays the owner of all connections, so that SeaORM's own handle keeps working beside
//! us. On top of it, connections that come back clean stay *warm* for a moment: the next borrower
//! takes one without the PING that sqlx sends on acquire and the one that it sends on release.
//! A warm connection goes back to sqlx after a moment without use, and before long in any case
//! ([`returns`]), so that users of SeaORM's handle, who wait in sqlx's queue, get their turn.

mod opener;
mod returns;
mod status;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use sea_orm::sqlx;
use tokio::{
    runtime::{EnterGuard, Handle},
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
};

use self::opener::Opener;
use super::{driver::DriverConnection, lease::Lease, repeats::Watch, source::Source};
use crate::error::{ConnectFailure, ContentionKind, Error, Result, connect_failure};

pub(super) use self::returns::Cleanup;

/// How long a caller waits for a connection before it asks why there is none.
const PATIENCE: Duration = Duration::from_millis(300);

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
    /// Where repeated queries are looked for.
    repeats: Option<Watch>,
    runtime: Handle,
}

/// What a lease holds on to until its connection is clean again.
#[derive(Debug)]
pub(super) struct Permits {
    _connection: OwnedSemaphorePermit,
    _turn: Option<OwnedSemaphorePermit>,
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
    /// How often a transaction may send the same query before that is told.
    pub(super) warn_repeated: Option<u64>,
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
            repeats: limits.warn_repeated.map(Watch::new),
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

    /// Runs a task where the connections live.
    pub(super) fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        self.runtime.spawn(future);
    }

    pub(super) fn repeats(&self) -> Option<&Watch> {
        self.repeats.as_ref()
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
