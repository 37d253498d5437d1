//! Which level of a transaction may act: the innermost open one, and nobody else.

use crate::error::{Error, Result};

/// The open levels of one transaction: the transaction itself, then savepoints.
#[derive(Debug, Default)]
pub(super) struct Nesting {
    /// Levels that are open; 1 is the transaction alone, 0 is its end.
    open: u32,
    /// Savepoints from this level on were dropped without a word, and are still to be rolled back.
    abandoned: Option<u32>,
    /// The level in which a statement failed, so that PostgreSQL refuses more until it ends.
    failed: Option<u32>,
    /// Why nothing more can be done.
    over: Option<&'static str>,
    /// A closure that had joined this level failed, so that the level can only be rolled back.
    rollback_only: Option<u32>,
}

impl Nesting {
    /// One open level: the transaction.
    pub(super) fn begun() -> Self {
        Self {
            open: 1,
            ..Self::default()
        }
    }

    /// Whether `level` may act: nothing is over, and no savepoint inside it is open.
    pub(super) fn check(&self, level: u32) -> Result<()> {
        if let Some(reason) = self.over {
            return Err(Error::SessionClosed { reason });
        }
        let innermost = self.abandoned.map_or(self.open, |from| from - 1);
        if level < innermost {
            return Err(Error::SessionBusy {
                reason: "a savepoint inside it is open; commit or roll back that one first",
            });
        }
        Ok(())
    }

    pub(super) fn open_level(&mut self) -> u32 {
        self.open += 1;
        self.open
    }

    /// `level` has ended; with it, whatever failed inside.
    pub(super) fn close_level(&mut self, level: u32, rolled_back: bool) {
        self.open = level - 1;
        if rolled_back {
            self.failed = self.failed.filter(|failed| *failed < level);
            self.rollback_only = self.rollback_only.filter(|doomed| *doomed < level);
        }
    }

    pub(super) fn abandon(&mut self, level: u32) {
        if level <= self.open {
            let from = self.abandoned.map_or(level, |other| other.min(level));
            self.abandoned = Some(from);
        }
    }

    /// The outermost savepoint that is still to be rolled back.
    pub(super) fn take_abandoned(&mut self) -> Option<u32> {
        self.abandoned.take()
    }

    pub(super) fn fail(&mut self) {
        self.failed.get_or_insert(self.open);
    }

    pub(super) fn has_failed(&self) -> bool {
        self.failed.is_some()
    }

    pub(super) fn end(&mut self, reason: &'static str) {
        self.over.get_or_insert(reason);
    }

    pub(super) fn forbid_commit(&mut self, level: u32) {
        let outermost = self.rollback_only.map_or(level, |other| other.min(level));
        self.rollback_only = Some(outermost);
    }

    pub(super) fn may_commit(&self, level: u32) -> bool {
        self.rollback_only.is_none_or(|doomed| doomed < level)
    }
}
