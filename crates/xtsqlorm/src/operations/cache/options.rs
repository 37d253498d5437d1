//! What a cache may keep, and for how long.

use std::{fmt, sync::Arc, time::Duration};

use sea_orm::EntityTrait;
use serde::Serialize;

use super::store::Bounds;

type Weigher<M> = Arc<dyn Fn(&M) -> u32 + Send + Sync>;

/// How much a [`CachedRepository`](super::CachedRepository) remembers, and for how long.
///
/// ```
/// use std::time::Duration;
/// # use entity::users;
/// use xtsqlorm::operations::CacheOptions;
///
/// let options = CacheOptions::<users::Entity>::new()
///     .max_entries(50_000)
///     .max_serialized_size(16 * 1024 * 1024)
///     .time_to_live(Duration::from_secs(300))
///     .remember_absent(true);
/// # let _ = options;
/// ```
#[must_use]
pub struct CacheOptions<E: EntityTrait> {
    pub(super) bounds: Bounds,
    pub(super) weigher: Option<Weigher<E::Model>>,
    pub(super) absent: bool,
    pub(super) watched: Vec<String>,
}

impl<E: EntityTrait> CacheOptions<E> {
    /// 10,000 rows, each for a minute.
    pub fn new() -> Self {
        Self {
            bounds: Bounds {
                entries: 10_000,
                size: None,
                time_to_live: Some(Duration::from_secs(60)),
                time_to_idle: None,
            },
            weigher: None,
            absent: false,
            watched: Vec::new(),
        }
    }

    /// Remembers at most `n` rows; those that are asked for least make room. Default: 10,000.
    pub fn max_entries(mut self, n: u64) -> Self {
        self.bounds.entries = n;
        self
    }

    /// Remembers rows of at most this weight together, as `weigher` weighs each. A single row above
    /// it is not remembered. Default: no such bound.
    pub fn max_weight(
        mut self,
        weight: u64,
        weigher: impl Fn(&E::Model) -> u32 + Send + Sync + 'static,
    ) -> Self {
        self.bounds.size = Some(weight);
        self.weigher = Some(Arc::new(weigher));
        self
    }

    /// [`max_weight`](Self::max_weight) in bytes of the rows' JSON. Costs the serialization of each
    /// row that is read from the database.
    pub fn max_serialized_size(self, bytes: u64) -> Self
    where
        E::Model: Serialize,
    {
        self.max_weight(bytes, |row| {
            let mut counter = Counter(0);
            // A row that cannot be serialized is too heavy.
            match serde_json::to_writer(&mut counter, row) {
                Ok(()) => u32::try_from(counter.0).unwrap_or(u32::MAX),
                Err(_) => u32::MAX,
            }
        })
    }

    /// Forgets a row so long after it was read. This bounds how old a row can be that was changed by
    /// somebody whose statements do not pass through the same pool. Default: one minute.
    pub fn time_to_live(mut self, limit: Duration) -> Self {
        self.bounds.time_to_live = Some(limit);
        self
    }

    /// Remembers rows for as long as there is room. Right where nobody else writes the table.
    pub fn without_time_to_live(mut self) -> Self {
        self.bounds.time_to_live = None;
        self
    }

    /// Forgets a row that nobody asked for so long. Default: never.
    pub fn time_to_idle(mut self, limit: Duration) -> Self {
        self.bounds.time_to_idle = Some(limit);
        self
    }

    /// Remembers that a row is absent, too, until rows are created. Default: no.
    pub fn remember_absent(mut self, remember: bool) -> Self {
        self.absent = remember;
        self
    }

    /// Forgets all rows whenever this other table is written: for triggers, and for cascades over
    /// more than one foreign key. A foreign key of the entity itself needs no mention.
    pub fn changed_by_table(mut self, table: impl Into<String>) -> Self {
        self.watched.push(table.into());
        self
    }
}

/// Counts the bytes that are written to it.
struct Counter(usize);

impl std::io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<E: EntityTrait> Default for CacheOptions<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E: EntityTrait> Clone for CacheOptions<E> {
    fn clone(&self) -> Self {
        Self {
            weigher: self.weigher.clone(),
            watched: self.watched.clone(),
            ..*self
        }
    }
}

impl<E: EntityTrait> fmt::Debug for CacheOptions<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheOptions")
            .field("bounds", &self.bounds)
            .field("remember_absent", &self.absent)
            .field("changed_by", &self.watched)
            .finish_non_exhaustive()
    }
}
