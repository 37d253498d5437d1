//! Which rows may be remembered, shared and given out while others change them.
//!
//! A change is announced before anybody can see it and ends after everybody can, or after it was
//! taken back. From its beginning to its end, a reader of what it concerns asks the database and
//! keeps nothing; at its beginning, the loads under way are cut off from the memory. So what is
//! remembered was read when no change was under way from before the read to after it, and is what
//! the last change left.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{
    flight::{Flight, Load, Progress},
    key::CacheKey,
    statistics::Counters,
    store::{Entry, Store},
};
use crate::connection::{Effect, Outcome};

/// For so long nothing is remembered of what a change concerns whose outcome is unknown: a server
/// may go on with a statement although its client is gone.
pub(super) const QUARANTINE: Duration = Duration::from_secs(60);

/// What a reader has to do.
pub(super) enum Found<M: Send + Sync + 'static> {
    /// Nothing: the row is known, or known to be absent.
    Row(Option<Arc<M>>),
    /// Somebody else reads the row already.
    Flight(Flight<M>),
    /// Read the row, also for others.
    Load(Load<M>),
    /// Read the row for itself: it is being changed.
    Alone,
}

/// The rows of one table, and who changes them.
pub(super) struct Guard<M> {
    state: Mutex<State<M>>,
    pub(super) counters: Arc<Counters>,
    /// Whether it is remembered that a row is absent.
    absent: bool,
}

struct State<M> {
    store: Store<M>,
    /// Loads that others may wait for and whose rows may be kept, by slot.
    flights: HashMap<String, Flight<M>>,
    /// Counts loads.
    loads: u64,
    rows: HashMap<String, Fence>,
    table: Fence,
    appearing: Fence,
    /// Counts the times that everything was forgotten.
    epoch: u64,
    /// Counts the beginnings of changes by which rows may appear.
    appearances: u64,
    /// Counts those that did not turn out to be nothing.
    appeared: u64,
}

/// The changes under way of one thing.
#[derive(Clone, Copy, Debug, Default)]
struct Fence {
    changes: u32,
    /// Set by a change whose outcome is unknown.
    until: Option<Instant>,
}

impl Fence {
    fn is_up(self, now: Instant) -> bool {
        self.changes > 0 || self.until.is_some_and(|until| now < until)
    }

    fn end(&mut self, outcome: Outcome, now: Instant) {
        self.changes = self.changes.saturating_sub(1);
        if outcome == Outcome::Unknown {
            self.until = Some(now + QUARANTINE);
        }
    }
}

impl<M: Send + Sync + 'static> Guard<M> {
    pub(super) fn new(store: Store<M>, counters: Arc<Counters>, absent: bool) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State {
                store,
                flights: HashMap::new(),
                loads: 0,
                rows: HashMap::new(),
                table: Fence::default(),
                appearing: Fence::default(),
                epoch: 0,
                appearances: 0,
                appeared: 0,
            }),
            counters,
            absent,
        })
    }

    /// Looks for the row with this key.
    pub(super) fn look(self: &Arc<Self>, key: &CacheKey, now: Instant) -> Found<M> {
        let mut state = self.state();
        let fence = state.rows.get(&key.slot).copied();
        if state.table.is_up(now) || fence.is_some_and(|fence| fence.is_up(now)) {
            self.counters.misses(1);
            return Found::Alone;
        }
        if fence.is_some() {
            state.rows.remove(&key.slot);
        }
        if let Some(row) = state.remembered(key, now) {
            self.counters.hits(1);
            return Found::Row(row);
        }
        self.counters.misses(1);
        if let Some(flight) = state.flights.get(&key.slot) {
            return match flight.spelling == key.spelling {
                true => Found::Flight(flight.clone()),
                false => Found::Alone,
            };
        }
        state.loads += 1;
        let still = !state.appearing.is_up(now);
        let number = state.loads;
        let load = Load::new(
            self,
            key.clone(),
            number,
            still.then_some(state.appearances),
        );
        state.flights.insert(key.slot.clone(), load.flight());
        Found::Load(load)
    }

    /// Ends a load that read `row`, and remembers it if nothing stands against that.
    /// `size` is `None` for a row that is kept nowhere: one that the database found by another
    /// spelling of its key.
    pub(super) fn settle(&self, mut load: Load<M>, row: Option<Arc<M>>, size: Option<u32>) {
        let mut state = self.state();
        let valid = state.land(&load.key.slot, load.number);
        // A row may have appeared between the look of the load and that of a later follower.
        let certain = row.is_some() || load.appearances == Some(state.appearances);
        if let Some(size) = size
            && valid
            && certain
            && (self.absent || row.is_some())
        {
            let entry = Entry {
                spelling: load.key.spelling.clone(),
                row: row.clone(),
                epoch: state.epoch,
                appeared: state.appeared,
                size,
            };
            state.store.insert(load.key.slot.clone(), entry);
        }
        drop(state);
        load.tell(if certain {
            Progress::Read(row)
        } else {
            Progress::Uncertain
        });
    }

    /// A load was dropped.
    pub(super) fn abandon(&self, slot: &str, number: u64) {
        self.state().land(slot, number);
    }

    /// Others may see a change from now on.
    pub(super) fn begin(&self, effect: &Effect) {
        let mut state = self.state();
        if effect.everything {
            state.table.changes += 1;
            state.flights.clear();
        }
        for slot in &effect.rows {
            state.rows.entry(slot.clone()).or_default().changes += 1;
            state.flights.remove(slot);
        }
        if effect.appearing {
            state.appearing.changes += 1;
            state.appearances += 1;
        }
    }

    /// A change has ended.
    pub(super) fn end(&self, effect: &Effect, outcome: Outcome, now: Instant) {
        let mut state = self.state();
        let happened = outcome != Outcome::Undone;
        if effect.everything {
            if happened {
                self.counters.invalidations(1);
                state.forget();
            }
            state.table.end(outcome, now);
        }
        for slot in &effect.rows {
            if happened && state.store.remove(slot) {
                self.counters.invalidations(1);
            }
            if let Some(fence) = state.rows.get_mut(slot) {
                fence.end(outcome, now);
            }
            if state.rows.get(slot).is_some_and(|fence| !fence.is_up(now)) {
                state.rows.remove(slot);
            }
        }
        if effect.appearing {
            state.appearing.end(outcome, now);
            state.appeared += u64::from(happened);
        }
        if outcome == Outcome::Unknown {
            // Nobody may ever look for the others again.
            state.rows.retain(|_, fence| fence.is_up(now));
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&self) {
        self.counters.invalidations(1);
        self.state().forget();
    }

    /// How many rows are remembered.
    pub(super) fn entries(&self) -> u64 {
        let state = self.state();
        state.store.entries()
    }

    fn state(&self) -> MutexGuard<'_, State<M>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<M: Send + Sync + 'static> State<M> {
    /// What is known of the row.
    fn remembered(&self, key: &CacheKey, now: Instant) -> Option<Option<Arc<M>>> {
        let entry = self.store.get(&key.slot)?;
        let absence_holds = !self.appearing.is_up(now) && entry.appeared == self.appeared;
        let holds = entry.epoch == self.epoch
            && entry.spelling == key.spelling
            && (entry.row.is_some() || absence_holds);
        holds.then_some(entry.row)
    }

    /// Takes a load off the list, and says whether it was still there.
    fn land(&mut self, slot: &str, number: u64) -> bool {
        let valid = self.flights.get(slot);
        let valid = valid.is_some_and(|flight| flight.number == number);
        if valid {
            self.flights.remove(slot);
        }
        valid
    }

    fn forget(&mut self) {
        self.epoch += 1;
        self.flights.clear();
        self.store.clear();
    }
}

#[cfg(test)]
mod tests;
