//! Those who want to know which statements may write, and what became of them.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, PoisonError, RwLock, Weak,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use sea_orm::{DbBackend, DbErr, Value};

use crate::error::{breaks_connection, sqlx_error};

/// So many rows of one transaction are remembered one by one; of more, everything counts.
const MOST_ROWS: usize = 1000;

/// What a statement may change of what somebody watches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effect {
    /// These rows, by the names that the watcher has for them.
    pub(crate) rows: BTreeSet<String>,
    /// Rows that nobody can name yet may come into being.
    pub(crate) appearing: bool,
    /// Any row.
    pub(crate) everything: bool,
}

impl Effect {
    fn add(&mut self, other: Self) {
        self.appearing |= other.appearing;
        self.everything |= other.everything;
        self.rows.extend(other.rows);
        if self.everything || self.rows.len() > MOST_ROWS {
            self.everything = true;
            self.rows.clear();
        }
    }
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Everybody sees it from now on.
    Visible,
    /// Nobody ever saw it.
    Undone,
    /// Nobody knows, and it may become visible later.
    Unknown,
}

/// A watcher of one pool. Its methods are short, wait for nothing, and use no connection.
pub(crate) trait Watch: Send + Sync {
    /// What a statement may change, if it concerns the watcher.
    fn effect_of(&self, sql: &str, values: &[Value]) -> Option<Effect>;

    /// Others may see the effect from now on.
    fn begins(&self, effect: &Effect);

    /// The end of what [`begins`](Self::begins) began.
    fn ended(&self, effect: &Effect, outcome: Outcome);
}

/// The watchers of one pool.
#[derive(Default)]
pub(super) struct Watchers {
    any: AtomicBool,
    all: RwLock<Vec<Weak<dyn Watch>>>,
}

impl Watchers {
    #[cfg(feature = "cache")]
    pub(super) fn add(&self, watcher: Weak<dyn Watch>) {
        let mut all = self.all.write().unwrap_or_else(PoisonError::into_inner);
        all.retain(|known| known.strong_count() > 0);
        all.push(watcher);
        self.any.store(true, Relaxed);
    }

    /// What a statement that is about to be sent may change.
    pub(super) fn changes_by(&self, dialect: DbBackend, sql: &str, values: &[Value]) -> Changes {
        if !self.any.load(Relaxed) || !super::text::writes(dialect, sql) {
            return Changes::default();
        }
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        let concerned = all.iter().filter_map(|watcher| {
            let watcher = watcher.upgrade()?;
            let effect = watcher.effect_of(sql, values)?;
            Some((watcher, effect))
        });
        Changes {
            all: concerned.collect(),
            begun: 0,
        }
    }
}

/// What a statement, or a transaction, may change, each with whom it concerns.
///
/// Dropped after its beginning and before its end, its outcome is unknown.
#[derive(Default)]
pub(crate) struct Changes {
    all: Vec<(Arc<dyn Watch>, Effect)>,
    /// Those before this one have begun.
    begun: usize,
}

impl Changes {
    /// Adds what another statement of the same transaction may change.
    pub(crate) fn add(&mut self, mut other: Self) {
        for (watcher, effect) in other.all.drain(..) {
            let waiting = self.all.iter_mut().skip(self.begun);
            let mut known = waiting.filter(|(known, _)| Arc::ptr_eq(known, &watcher));
            match known.next() {
                Some((_, known)) => known.add(effect),
                None => self.all.push((watcher, effect)),
            }
        }
    }

    /// Others may see them from now on.
    pub(crate) fn begin(&mut self) {
        for (watcher, effect) in self.all.iter().skip(self.begun) {
            watcher.begins(effect);
        }
        self.begun = self.all.len();
    }

    /// What became of them is known.
    pub(crate) fn end(&mut self, outcome: Outcome) {
        for (watcher, effect) in self.all.drain(..).take(self.begun) {
            watcher.ended(&effect, outcome);
        }
        self.begun = 0;
    }

    /// Runs the statement that makes them, outside a transaction.
    pub(super) async fn by<T>(
        mut self,
        statement: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<T, DbErr> {
        self.begin();
        let result = statement.await;
        if !result.as_ref().is_err_and(is_lost) {
            self.end(Outcome::Visible);
        }
        result
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        self.end(Outcome::Unknown);
    }
}

/// Whether the server may go on with a statement although the connection to it is gone.
pub(super) fn is_lost(error: &DbErr) -> bool {
    sqlx_error(error).is_some_and(breaks_connection)
}
