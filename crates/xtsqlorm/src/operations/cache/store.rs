//! Where rows are kept: moka, bounded by their number and by their size.

use std::{sync::Arc, time::Duration};

use moka::{notification::RemovalCause, sync::Cache};

use super::statistics::Counters;

/// moka has one bound. Each row takes the greater of its two shares of it, so that neither the
/// number of rows nor their size exceeds its own.
const WHOLE: u64 = u32::MAX as u64 - 1;

/// What is kept of a row. Costs about 200 bytes beside the row itself.
pub(super) struct Entry<M> {
    /// The key as it was asked for.
    pub(super) spelling: String,
    /// `None` is a row that is known to be absent.
    pub(super) row: Option<Arc<M>>,
    pub(super) epoch: u64,
    pub(super) appeared: u64,
    pub(super) size: u32,
}

impl<M> Clone for Entry<M> {
    fn clone(&self) -> Self {
        Self {
            spelling: self.spelling.clone(),
            row: self.row.clone(),
            ..*self
        }
    }
}

/// The bounds of a store.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) entries: u64,
    pub(super) size: Option<u64>,
    pub(super) time_to_live: Option<Duration>,
    pub(super) time_to_idle: Option<Duration>,
}

impl Bounds {
    /// A row's share of the store.
    fn share(self, size: u32) -> u32 {
        let by_number = WHOLE.div_ceil(self.entries.max(1));
        let by_size = self.size.map_or(0, |most| {
            if u64::from(size) > most {
                return u64::from(u32::MAX);
            }
            (u64::from(size) * WHOLE).div_ceil(most.max(1))
        });
        u32::try_from(by_number.max(by_size)).unwrap_or(u32::MAX)
    }
}

/// Rows by slot. Each call is short and waits for nothing, so that it can be made under a lock.
pub(super) struct Store<M> {
    rows: Cache<String, Entry<M>>,
    counters: Arc<Counters>,
}

impl<M: Send + Sync + 'static> Store<M> {
    pub(super) fn new(bounds: Bounds, counters: Arc<Counters>) -> Self {
        let removed = Arc::clone(&counters);
        let mut rows = Cache::builder()
            .max_capacity(WHOLE)
            .weigher(move |_: &String, entry: &Entry<M>| bounds.share(entry.size))
            .eviction_listener(move |_, entry: Entry<M>, cause| {
                removed.removed(entry.size);
                if matches!(cause, RemovalCause::Size | RemovalCause::Expired) {
                    removed.evictions(1);
                }
            });
        if let Some(limit) = bounds.time_to_live {
            rows = rows.time_to_live(limit);
        }
        if let Some(limit) = bounds.time_to_idle {
            rows = rows.time_to_idle(limit);
        }
        Self {
            rows: rows.build(),
            counters,
        }
    }

    pub(super) fn get(&self, slot: &str) -> Option<Entry<M>> {
        self.rows.get(slot)
    }

    pub(super) fn insert(&self, slot: String, entry: Entry<M>) {
        self.counters.kept(entry.size);
        self.rows.insert(slot, entry);
    }

    /// Says whether there was one.
    pub(super) fn remove(&self, slot: &str) -> bool {
        self.rows.remove(slot).is_some()
    }

    pub(super) fn clear(&self) {
        self.rows.invalidate_all();
    }

    /// How many there are, after what is due was evicted.
    pub(super) fn entries(&self) -> u64 {
        self.rows.run_pending_tasks();
        self.rows.entry_count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(entries: u64, size: Option<u64>) -> (Store<()>, Arc<Counters>) {
        let counters = Arc::new(Counters::default());
        let bounds = Bounds {
            entries,
            size,
            time_to_live: None,
            time_to_idle: None,
        };
        (Store::new(bounds, Arc::clone(&counters)), counters)
    }

    fn fill(store: &Store<()>, rows: u32, size: u32) {
        for row in 0..rows {
            let entry = Entry {
                spelling: String::new(),
                row: None,
                epoch: 0,
                appeared: 0,
                size,
            };
            store.insert(row.to_string(), entry);
        }
    }

    /// Whichever is reached first, and what was evicted is counted.
    #[test]
    fn a_store_exceeds_neither_bound() {
        let (many, counters) = store(100, Some(1_000_000));
        fill(&many, 250, 10);
        let entries = many.entries();
        assert!((90..=100).contains(&entries), "{entries}");
        assert_eq!(counters.weight(), entries * 10);
        assert_eq!(counters.get().evictions, 250 - entries);

        let (large, counters) = store(1_000_000, Some(1000));
        fill(&large, 250, 100);
        let entries = large.entries();
        assert!((9..=10).contains(&entries), "{entries}");
        assert!(counters.weight() <= 1000);
    }

    /// It would push everything else out, and not fit all the same.
    #[test]
    fn a_row_above_the_bound_is_not_kept() {
        let (store, counters) = store(100, Some(1000));
        fill(&store, 3, 10);
        fill(&store, 1, 1001);
        assert!(store.entries() <= 3);
        assert!(counters.weight() <= 30);
    }

    #[test]
    fn a_store_without_rows_weighs_nothing() {
        let (store, counters) = store(100, None);
        fill(&store, 10, 5);
        assert!(store.remove("3"));
        assert!(!store.remove("3"));
        store.clear();
        assert_eq!((store.entries(), counters.weight()), (0, 0));
        assert_eq!(counters.get().evictions, 0);
    }
}
