//! COMMIT and ROLLBACK, and what they leave behind.

use std::sync::atomic::Ordering::Relaxed;

use sea_orm::DbErr;

use super::{
    Session, SessionWork, ambient,
    handle::{CANCELLED, COMMITTED, ENDED_BY_SERVER, GIVEN_UP, ROLLED_BACK},
    hooks,
};
use crate::{
    connection::Lease,
    error::{self, Error, Result, Stage},
};

/// What became of a COMMIT.
pub(super) enum Ending {
    Committed,
    /// It was rolled back.
    Refused(Error),
    /// The connection broke while COMMIT was under way, or the server does not know.
    Lost(DbErr),
}

impl Session {
    /// Commits the transaction, or releases the savepoint.
    ///
    /// # Errors
    ///
    /// Nothing is committed when the session was closed, when a savepoint inside it is still open,
    /// or when a statement in it failed on PostgreSQL. [`Error::CommitOutcomeUnknown`] where the
    /// connection was lost while `COMMIT` was under way, or where the server answers that it does not
    /// know (SQLSTATE 40003 and class 08).
    ///
    /// # Cancel safety
    ///
    /// Dropped before `COMMIT` is sent, the work is rolled back. Dropped after that, the server
    /// decides, and only a look at the data tells.
    pub async fn commit(self) -> Result<()> {
        if self.level.number > 1 {
            let mut lease = self.enter().await?;
            return self.release(&mut lease).await;
        }
        match self.send_commit().await {
            Ending::Committed => {
                self.run_commit_hooks().await;
                Ok(())
            }
            Ending::Refused(error) => {
                self.run_rollback_hooks().await;
                Err(error)
            }
            Ending::Lost(source) => {
                self.hooks().forget();
                Err(Error::CommitOutcomeUnknown { source })
            }
        }
    }

    /// Rolls the transaction back, or back to the savepoint.
    ///
    /// # Errors
    ///
    /// [`Error::SessionClosed`] where it was committed or rolled back before;
    /// [`Error::Transaction`] where the server could not be told, which then finds out by itself,
    /// since the connection is closed.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future rolls back, too.
    pub async fn rollback(self) -> Result<()> {
        let outcome = self.send_rollback().await;
        if self.level.number == 1 {
            self.run_rollback_hooks().await;
        }
        outcome
    }

    /// Runs `work` and ends the session by its result.
    pub(super) async fn run<T, E, F>(self, work: F) -> Result<T, E>
    where
        E: From<Error>,
        for<'s> F: SessionWork<&'s Session, Result<T, E>, Fut: Send>,
    {
        // Boxed here and wherever work begins: nested transactions would multiply in size.
        let owned = Owned::new(&self);
        let worked = ambient::scope(self.clone(), Box::pin(work(&self))).await;
        let result = self.end_by(worked).await;
        owned.ended();
        result
    }

    /// Ends the session by what its closure returned.
    pub(super) async fn end_by<T, E: From<Error>>(&self, worked: Result<T, E>) -> Result<T, E> {
        match worked {
            Ok(value) => {
                self.clone().commit().await?;
                Ok(value)
            }
            Err(error) => {
                // The caller is told the reason already.
                if let Err(failed) = self.clone().rollback().await {
                    tracing::warn!(error = %failed, "the transaction could not be rolled back in order");
                }
                Err(error)
            }
        }
    }

    /// Ends the whole transaction by COMMIT. Its hooks are the caller's to run.
    pub(super) async fn send_commit(&self) -> Ending {
        let mut lease = match self.enter().await {
            Ok(lease) => lease,
            Err(error) => {
                self.abort();
                return Ending::Refused(error);
            }
        };
        if let Err(error) = self.may_commit(Stage::Commit) {
            let outcome = self.end_by_rollback(&mut lease).await;
            return Ending::Refused(outcome.err().unwrap_or(error));
        }
        self.hooks().suspend();
        match run(&mut lease, "COMMIT").await {
            Ok(()) => {
                self.hooks().resume();
                self.finish(&mut lease, COMMITTED);
                Ending::Committed
            }
            Err(source) if error::sqlx_error(&source).is_some_and(error::leaves_commit_unknown) => {
                self.finish(&mut lease, CANCELLED);
                Ending::Lost(source)
            }
            Err(source) => {
                self.hooks().resume();
                // SQLite, when it is busy, keeps the transaction open.
                self.end_by_rollback(&mut lease).await.ok();
                Ending::Refused(Error::at(Stage::Commit, self.note(source)))
            }
        }
    }

    /// Rolls this level back. The hooks of the whole transaction are the caller's to run.
    pub(super) async fn send_rollback(&self) -> Result<()> {
        let mut lease = match self.enter().await {
            Ok(lease) => lease,
            Err(Error::SessionClosed {
                reason: CANCELLED | ENDED_BY_SERVER | GIVEN_UP,
            }) => {
                self.abort();
                return Ok(());
            }
            Err(error) => {
                self.abort();
                return Err(error);
            }
        };
        if self.level.number > 1 {
            self.level.ended.store(true, Relaxed);
            self.nesting().abandon(self.level.number);
            return self.settle(&mut lease).await;
        }
        self.end_by_rollback(&mut lease).await
    }

    /// PostgreSQL answers COMMIT after a failed statement with a rollback, and calls it success.
    pub(super) fn may_commit(&self, stage: Stage) -> Result<()> {
        let nesting = self.nesting();
        let problem = if nesting.has_failed() {
            "a statement in the transaction failed, so that PostgreSQL can only roll it back"
        } else if !nesting.may_commit(self.level.number) {
            "a transaction that had joined this one failed or was cancelled"
        } else {
            return Ok(());
        };
        Err(Error::Transaction {
            stage,
            source: DbErr::Custom(problem.into()),
        })
    }

    pub(super) async fn run_commit_hooks(&self) {
        let due = self.hooks().commit();
        hooks::run(due, COMMITTED).await;
    }

    pub(super) async fn run_rollback_hooks(&self) {
        let due = self.hooks().roll_back(1);
        hooks::run(due, ROLLED_BACK).await;
    }

    /// Gives the connection back: clean where the last statement ended the transaction.
    pub(super) fn finish(&self, lease: &mut Option<Lease>, reason: &'static str) {
        self.nesting().end(reason);
        drop(lease.take());
    }

    async fn end_by_rollback(&self, lease: &mut Option<Lease>) -> Result<()> {
        let outcome = run(lease, "ROLLBACK").await;
        self.finish(lease, ROLLED_BACK);
        outcome.map_err(|source| Error::at(Stage::Rollback, source))
    }

    /// Ends the whole transaction after a failed attempt to end it in order.
    fn abort(&self) {
        if self.level.number == 1
            && let Ok(mut lease) = self.level.transaction.lease.try_lock()
        {
            self.finish(&mut lease, ROLLED_BACK);
        }
    }
}

/// A session that a closure runs in. If the closure is cancelled or panics, the session is over for
/// whoever else holds a handle to it.
pub(super) struct Owned<'a>(Option<&'a Session>);

impl<'a> Owned<'a> {
    pub(super) fn new(session: &'a Session) -> Self {
        Self(Some(session))
    }

    /// The session was ended in order.
    pub(super) fn ended(mut self) {
        self.0 = None;
    }
}

impl Drop for Owned<'_> {
    fn drop(&mut self) {
        if let Some(session) = self.0 {
            session.give_up();
        }
    }
}

/// Sends a statement that the session itself needs.
pub(super) async fn run(lease: &mut Option<Lease>, sql: &str) -> Result<(), DbErr> {
    let Some(lease) = lease else {
        return Err(Error::SessionClosed {
            reason: ROLLED_BACK,
        }
        .into());
    };
    lease.execute_unprepared(sql).await?;
    if matches!(sql, "COMMIT" | "ROLLBACK") {
        lease.leave_transaction();
    }
    Ok(())
}
