//! One open transaction.

use std::{
    fmt,
    sync::{
        Arc, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use sea_orm::{DbBackend, DbErr, Statement, Value};
use tokio::sync::MutexGuard as AsyncMutexGuard;

use super::{
    HookOutcome, SessionProvider, TransactionOptions, ambient,
    begin::{self, Plan},
    hooks::{self, Hooks},
    nesting::Nesting,
};
use crate::{
    connection::{
        ConnectionManager, Lease,
        text::{self, Ending},
    },
    error::{self, Error, Result, Stage},
};

pub(super) const COMMITTED: &str = "it was committed";
pub(super) const ROLLED_BACK: &str = "it was rolled back";
pub(super) const GIVEN_UP: &str = "its closure was cancelled or panicked";
pub(super) const SAVEPOINT_ENDED: &str = "its savepoint has ended";
pub(super) const CANCELLED: &str =
    "a statement was cancelled under way, or its connection was lost";
pub(super) const ENDED_BY_SERVER: &str = "the server rolled the transaction back";

/// A cheap handle to one open transaction, or to a savepoint in it.
///
/// SeaORM runs on it: `users::Entity::find().all(&session)`. Clones are handles to the same
/// transaction, and their statements run one after another. [`commit`](Self::commit) and
/// [`rollback`](Self::rollback) end it for all of them, after which they answer
/// [`Error::SessionClosed`]; when the last handle is dropped, the transaction is rolled back.
///
/// # Cancel safety
///
/// Dropping the future of a statement while the statement is under way closes the session, since
/// nobody knows how far the statement came: nothing of the transaction is committed. Dropping a
/// stream between two rows is harmless.
#[derive(Clone)]
pub struct Session {
    pub(super) level: Arc<Level>,
}

/// A transaction, or a savepoint in it.
pub(super) struct Level {
    /// 1 is the transaction itself.
    pub(super) number: u32,
    pub(super) ended: AtomicBool,
    pub(super) transaction: Arc<Transaction>,
    /// The level around this one: held, so that it is not rolled back under this one when the last of
    /// its other handles is dropped.
    pub(super) parent: Option<Arc<Level>>,
}

impl Level {
    /// Whether it, or a level around it, has ended.
    fn is_over(&self) -> bool {
        let parent = self.parent.as_ref();
        self.ended.load(Relaxed) || parent.is_some_and(|parent| parent.is_over())
    }
}

pub(super) struct Transaction {
    manager: ConnectionManager,
    /// Given back when the transaction ends. Dropped with the last handle, it rolls back.
    pub(super) lease: tokio::sync::Mutex<Option<Lease>>,
    nesting: std::sync::Mutex<Nesting>,
    streams: AtomicBool,
    /// Whether SQLite's other writers wait for it.
    writes: bool,
    hooks: std::sync::Mutex<Hooks>,
    /// Whether another transaction was in the way of a statement.
    contended: AtomicBool,
    /// Whether a statement failed that may have taken the transaction with it.
    doubtful: AtomicBool,
}

impl Session {
    /// Opens a transaction.
    pub(super) async fn begin(
        manager: ConnectionManager,
        options: &TransactionOptions,
    ) -> Result<Self> {
        let Plan {
            statements,
            reset,
            writes,
        } = begin::plan(manager.backend(), options)?;
        if writes && ambient::is_writing(&manager) {
            // It would wait for the one around it, which waits for it.
            return Err(Error::Unsupported {
                feature: "a second write transaction inside the first",
                backend: manager.backend().name(),
            });
        }
        let mut lease = if writes {
            manager.lease_to_write().await?
        } else {
            manager.lease_to_read().await?
        };
        lease.enter_transaction();
        if let Some(sql) = reset {
            lease.reset_by(sql);
        }
        for sql in &statements {
            lease
                .execute_unprepared(sql)
                .await
                .map_err(|source| Error::at(Stage::Begin, source))?;
        }
        let transaction = Arc::new(Transaction {
            manager,
            lease: tokio::sync::Mutex::new(Some(lease)),
            nesting: std::sync::Mutex::new(Nesting::begun()),
            streams: AtomicBool::new(false),
            writes,
            hooks: std::sync::Mutex::default(),
            contended: AtomicBool::new(false),
            doubtful: AtomicBool::new(false),
        });
        Ok(Self {
            level: Arc::new(Level {
                number: 1,
                ended: AtomicBool::new(false),
                transaction,
                parent: None,
            }),
        })
    }

    /// A provider whose statements, repositories and transactions are part of this session.
    #[must_use]
    pub fn provider(&self) -> SessionProvider {
        SessionProvider::bound_to(self.clone())
    }

    /// The manager whose pool this session's connection is from.
    #[must_use]
    pub fn manager(&self) -> &ConnectionManager {
        &self.level.transaction.manager
    }

    /// Runs `hook` after the transaction has been committed: once, after the hooks registered
    /// before it, and never for an attempt that is run again. What a savepoint registers counts
    /// only if the savepoint is kept.
    ///
    /// The hook is outside the transaction, and may use the pool. It runs to its end even if nobody
    /// waits for the commit any more. Its failure, or its panic, is reported as a `tracing` event
    /// of level ERROR and does not undo the commit. Where the outcome of the commit stays unknown,
    /// it does not run.
    ///
    /// ```
    /// # include!("../doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// let session = provider.create_session().await?;
    /// session.after_commit(async || println!("send the mail now"));
    /// session.commit().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn after_commit<F, Fut>(&self, hook: F)
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output: HookOutcome> + Send + 'static,
    {
        let level = self.level.number;
        self.hooks().after_commit(level, hooks::hook(hook));
    }

    /// Runs `hook` after the transaction, or the savepoint that registered it, has been rolled back
    /// for whatever reason. Otherwise as [`after_commit`](Self::after_commit), but that the hook of a
    /// savepoint runs when the savepoint is rolled back, also where the attempt around it is run
    /// again later, and that after a cancelled closure it may start before the server has answered.
    pub fn after_rollback<F, Fut>(&self, hook: F)
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output: HookOutcome> + Send + 'static,
    {
        let level = self.level.number;
        self.hooks().after_rollback(level, hooks::hook(hook));
    }

    /// [`after_commit`](Self::after_commit) for a closure that does not wait for anything.
    pub fn after_commit_sync<T: HookOutcome>(&self, hook: impl FnOnce() -> T + Send + 'static) {
        self.after_commit(async move || hook());
    }

    /// [`after_rollback`](Self::after_rollback) for a closure that does not wait for anything.
    pub fn after_rollback_sync<T: HookOutcome>(&self, hook: impl FnOnce() -> T + Send + 'static) {
        self.after_rollback(async move || hook());
    }

    /// Runs `future` inside this session: repositories of the same pool take part in it without
    /// being told. It is not ended here.
    pub async fn scope<F: Future>(&self, future: F) -> F::Output {
        ambient::scope(self.clone(), future).await
    }

    /// Sees to it that this level is never committed, since a part of it failed.
    pub(super) fn forbid_commit(&self) {
        self.nesting().forbid_commit(self.level.number);
    }

    /// Waits for its turn on the connection; refuses where this level may not act.
    pub(super) async fn enter(&self) -> Result<AsyncMutexGuard<'_, Option<Lease>>> {
        let Transaction { lease, streams, .. } = &*self.level.transaction;
        let mut lease = match lease.try_lock() {
            Ok(lease) => lease,
            // Whoever reads the stream may be the one who waits here, and would wait for ever.
            Err(_) if streams.load(Relaxed) => {
                return Err(Error::SessionBusy {
                    reason: "a stream of its rows is open; read it to its end or drop it first",
                });
            }
            Err(_) => lease.lock().await,
        };
        if lease.as_ref().is_some_and(Lease::is_unusable) {
            self.finish(&mut lease, CANCELLED);
        }
        if self.level.transaction.doubtful.swap(false, Relaxed) {
            self.ask_whether_it_is_open(&mut lease).await?;
        }
        self.nesting().check(self.level.number)?;
        if self.level.is_over() {
            return Err(Error::SessionClosed {
                reason: SAVEPOINT_ENDED,
            });
        }
        self.settle(&mut lease).await?;
        Ok(lease)
    }

    /// Whether SQLite's other writers wait for this transaction.
    pub(super) fn is_writing(&self) -> bool {
        self.level.transaction.writes
    }

    /// Says whether a stream of rows holds the connection.
    pub(super) fn set_streaming(&self, streams: bool) {
        self.level.transaction.streams.store(streams, Relaxed);
    }

    /// Refuses a statement that would end the transaction behind this session's back.
    pub(super) fn refuse_endings(&self, sql: &str) -> Result<()> {
        let backend = self.manager().backend();
        match text::ending(backend.dialect(), sql) {
            None => Ok(()),
            Some(Ending::Controls) => Err(Error::invalid(
                "a statement in a session",
                "it would begin or end a transaction that the session knows nothing of",
                "use the session's commit, rollback, savepoint and transaction",
            )),
            Some(Ending::CommitsSilently) => Err(Error::Unsupported {
                feature: "a statement that commits the transaction around it, such as a change of the schema",
                backend: backend.name(),
            }),
        }
    }

    /// Asks whether the transaction is still open: SQLite by another one, which it refuses inside the
    /// first; MySQL by what it does when a lock is not to be had in time.
    async fn ask_whether_it_is_open(&self, lease: &mut Option<Lease>) -> Result<()> {
        const ENDS: &str = "SELECT CAST(@@innodb_rollback_on_timeout AS SIGNED)";
        let Some(lease) = lease else { return Ok(()) };
        let dialect = self.manager().backend().dialect();
        let has_ended = if dialect == DbBackend::Sqlite {
            let accepted = lease.execute_unprepared("BEGIN").await.is_ok();
            if accepted {
                lease.execute_unprepared("ROLLBACK").await?;
            }
            accepted
        } else {
            let ends = Statement::from_string(dialect, ENDS);
            let ends = lease.query_one(ends).await?;
            ends.is_some_and(|row| row.try_get_by_index::<i64>(0) != Ok(0))
        };
        if has_ended {
            self.nesting().end(ENDED_BY_SERVER);
        }
        Ok(())
    }

    /// Remembers what a statement may change until the transaction ends.
    pub(super) fn note_changes(&self, sql: &str, values: &[Value]) {
        let changes = self.manager().changes_by(sql, values);
        self.hooks().changed(changes);
    }

    /// Looks at a statement's failure for what it means for the transaction.
    pub(super) fn note(&self, error: DbErr) -> DbErr {
        if let Some(reported) = error::sqlx_error(&error) {
            if Error::from(error.clone()).is_retryable() {
                self.level.transaction.contended.store(true, Relaxed);
            }
            if error::rolls_back_transaction(reported) {
                self.nesting().end(ENDED_BY_SERVER);
            } else if error::may_roll_back_transaction(reported) {
                self.level.transaction.doubtful.store(true, Relaxed);
            } else if self.manager().backend().dialect() == DbBackend::Postgres
                && matches!(reported, sea_orm::sqlx::Error::Database(_))
            {
                self.nesting().fail();
            }
        }
        error
    }

    /// Ends this level for all handles, whoever holds them: its closure was cancelled, or panicked.
    pub(super) fn give_up(&self) {
        if self.level.number > 1 {
            if !self.level.ended.swap(true, Relaxed) {
                self.nesting().abandon(self.level.number);
            }
            return;
        }
        self.nesting().end(GIVEN_UP);
        // Where a statement of another handle is under way, the last handle gives the lease back.
        if let Ok(mut lease) = self.level.transaction.lease.try_lock() {
            drop(lease.take());
        }
    }

    /// Forgets a conflict that a rollback to a savepoint took back.
    pub(super) fn forget_contention(&self) {
        self.level.transaction.contended.store(false, Relaxed);
    }

    /// Whether a statement was cut short, so that nobody knows what became of it.
    pub(super) fn is_interrupted(&self) -> bool {
        let lease = self.level.transaction.lease.try_lock();
        lease.is_ok_and(|lease| lease.as_ref().is_some_and(Lease::is_unusable))
    }

    /// Whether the server ended the transaction, or refused a statement, for a concurrent one.
    pub(super) fn is_contended(&self) -> bool {
        self.level.transaction.contended.load(Relaxed)
    }

    pub(super) fn nesting(&self) -> MutexGuard<'_, Nesting> {
        lock(&self.level.transaction.nesting)
    }

    pub(super) fn hooks(&self) -> MutexGuard<'_, Hooks> {
        lock(&self.level.transaction.hooks)
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        if self.number > 1 && !self.is_over() {
            lock(&self.transaction.nesting).abandon(self.number);
        }
    }
}

/// Whoever dropped the last handle does not wait for the hooks.
impl Drop for Transaction {
    fn drop(&mut self) {
        let due = lock(&self.hooks).roll_back(1);
        if due.is_empty() {
            return;
        }
        let hooks = Box::pin(hooks::run(due, ROLLED_BACK));
        match self.lease.get_mut() {
            Some(lease) => lease.afterwards(hooks),
            None => self.manager.spawn(hooks),
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("level", &self.level.number)
            .field("manager", self.manager())
            .finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &std::sync::Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
