//! Levels inside a transaction.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use super::{Session, SessionWork, ending::run, handle::Level, handle::ROLLED_BACK, hooks};
use crate::{
    connection::Lease,
    error::{Error, Result, Stage},
};

impl Session {
    /// Opens a savepoint: a session inside this one, which must end before this one goes on.
    ///
    /// # Errors
    ///
    /// [`Error::SessionClosed`] where this session has ended, [`Error::SessionBusy`] where another
    /// savepoint in it is open.
    pub async fn savepoint(&self) -> Result<Self> {
        let mut lease = self.enter().await?;
        let number = self.level.number + 1;
        run(&mut lease, &format!("SAVEPOINT {}", name(number)))
            .await
            .map_err(|source| Error::at(Stage::Savepoint, self.note(source)))?;
        let number = self.nesting().open_level();
        Ok(Self {
            level: Arc::new(Level {
                number,
                ended: AtomicBool::new(false),
                transaction: Arc::clone(&self.level.transaction),
                parent: Some(Arc::clone(&self.level)),
            }),
        })
    }

    /// Runs `work` in a savepoint: `Ok` keeps what it did, `Err` takes just that back.
    ///
    /// # Errors
    ///
    /// Whatever `work` returns, and what [`savepoint`](Self::savepoint) and
    /// [`commit`](Self::commit) return.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future rolls back to the savepoint; the transaction around it goes on, unless
    /// a statement was under way.
    pub async fn transaction<T, E, F>(&self, work: F) -> Result<T, E>
    where
        E: From<Error>,
        for<'s> F: SessionWork<&'s Session, Result<T, E>, Fut: Send>,
    {
        self.savepoint().await?.run(work).await
    }

    /// Keeps what this level did, as a part of the one around it.
    pub(super) async fn release(&self, lease: &mut Option<Lease>) -> Result<()> {
        self.may_commit(Stage::Savepoint)?;
        let number = self.level.number;
        run(lease, &format!("RELEASE SAVEPOINT {}", name(number)))
            .await
            .map_err(|source| Error::at(Stage::Savepoint, self.note(source)))?;
        self.level.ended.store(true, Relaxed);
        self.nesting().close_level(number, false);
        self.hooks().release(number);
        Ok(())
    }

    /// Rolls back the savepoints that were dropped without a word.
    pub(super) async fn settle(&self, lease: &mut Option<Lease>) -> Result<()> {
        let abandoned = self.nesting().take_abandoned();
        let Some(number) = abandoned else {
            return Ok(());
        };
        match run(lease, &format!("ROLLBACK TO SAVEPOINT {}", name(number))).await {
            Ok(()) => {
                self.nesting().close_level(number, true);
                self.forget_contention();
                let due = self.hooks().roll_back(number);
                if !due.is_empty() {
                    self.manager().spawn(hooks::run(due, ROLLED_BACK));
                }
                Ok(())
            }
            // Without it, nobody knows what a commit would keep.
            Err(source) => {
                self.finish(lease, ROLLED_BACK);
                Err(Error::at(Stage::Savepoint, source))
            }
        }
    }
}

fn name(level: u32) -> String {
    format!("xtsqlorm_{level}")
}
