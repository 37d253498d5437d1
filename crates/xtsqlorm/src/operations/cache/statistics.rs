//! What a cache was good for.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What a cache did since it was made, and what it holds.
///
/// Reads inside a session do not count: the cache has no part in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheStatistics {
    /// Reads that were answered from memory.
    pub hits: u64,
    /// Reads that were not, those that waited for somebody else's read included.
    pub misses: u64,
    /// Statements that read what was missing.
    pub loads: u64,
    /// Statements among them that failed.
    pub load_failures: u64,
    /// Rows that had to make room, or were too old.
    pub evictions: u64,
    /// Rows that were forgotten because they were changed. Forgetting all rows at once counts as
    /// one.
    pub invalidations: u64,
    /// Rows that are remembered now.
    pub entries: u64,
    /// What they weigh, by the weigher of the [options](super::CacheOptions); 0 without one.
    pub weight: u64,
}

impl CacheStatistics {
    /// The share of reads that were answered from memory; 0 before the first read.
    ///
    /// ```
    /// # include!("../../doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// # migration::seed(&provider).await?;
    /// use xtsqlorm::operations::{CacheOptions, CachedRepository};
    ///
    /// let users = Repository::<users::Entity>::new(&provider);
    /// let users = CachedRepository::new(users, CacheOptions::new());
    /// for _ in 0..4 {
    ///     users.require_by_id(1).await?;
    /// }
    /// assert_eq!(users.cache_statistics().hit_ratio(), 0.75);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn hit_ratio(&self) -> f64 {
        let reads = self.hits + self.misses;
        if reads == 0 {
            return 0.0;
        }
        self.hits as f64 / reads as f64
    }
}

/// The numbers as they are counted.
#[derive(Debug, Default)]
pub(super) struct Counters {
    hits: AtomicU64,
    misses: AtomicU64,
    loads: AtomicU64,
    load_failures: AtomicU64,
    evictions: AtomicU64,
    invalidations: AtomicU64,
    weight: AtomicU64,
}

impl Counters {
    pub(super) fn hits(&self, more: u64) {
        self.hits.fetch_add(more, Relaxed);
    }

    pub(super) fn misses(&self, more: u64) {
        self.misses.fetch_add(more, Relaxed);
    }

    pub(super) fn evictions(&self, more: u64) {
        self.evictions.fetch_add(more, Relaxed);
    }

    pub(super) fn invalidations(&self, more: u64) {
        self.invalidations.fetch_add(more, Relaxed);
    }

    /// A statement that reads rows has ended.
    pub(super) fn loaded(&self, failed: bool) {
        self.loads.fetch_add(1, Relaxed);
        self.load_failures.fetch_add(u64::from(failed), Relaxed);
    }

    pub(super) fn kept(&self, weight: u32) {
        self.weight.fetch_add(u64::from(weight), Relaxed);
    }

    pub(super) fn removed(&self, weight: u32) {
        self.weight.fetch_sub(u64::from(weight), Relaxed);
    }

    pub(super) fn weight(&self) -> u64 {
        self.weight.load(Relaxed)
    }

    /// All but the number of entries.
    pub(super) fn get(&self) -> CacheStatistics {
        CacheStatistics {
            hits: self.hits.load(Relaxed),
            misses: self.misses.load(Relaxed),
            loads: self.loads.load(Relaxed),
            load_failures: self.load_failures.load(Relaxed),
            evictions: self.evictions.load(Relaxed),
            invalidations: self.invalidations.load(Relaxed),
            entries: 0,
            weight: self.weight(),
        }
    }
}
