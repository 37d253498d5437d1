//! What the pool counts.

use std::{
    collections::BTreeMap,
    sync::{MutexGuard, PoisonError, atomic::Ordering::Relaxed},
    time::Instant,
};

use super::Pool;
use crate::error::PoolStatus;

impl Pool {
    pub(in crate::connection) fn status(&self) -> PoolStatus {
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

    pub(in crate::connection) fn statements(&self) -> u64 {
        self.statements.load(Relaxed)
    }

    pub(in crate::connection) fn count_statement(&self) {
        self.statements.fetch_add(1, Relaxed);
        #[cfg(feature = "testing")]
        crate::connection::counting::count();
    }

    /// Notes a lease; the number is to be given back with it.
    pub(in crate::connection) fn count_lease(&self) -> u64 {
        let number = self.numbers.fetch_add(1, Relaxed);
        self.leases().insert(number, Instant::now());
        number
    }

    pub(in crate::connection) fn count_lease_end(&self, number: u64) {
        self.leases().remove(&number);
    }

    fn leases(&self) -> MutexGuard<'_, BTreeMap<u64, Instant>> {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
