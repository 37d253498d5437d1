//! The repository in front of which the cache stands.

use std::{collections::HashMap, fmt, ops::Deref, sync::Arc, time::Instant};

use sea_orm::{
    EntityTrait, ModelTrait, Value,
    sea_query::{FromValueTuple, IntoValueTuple, ValueTuple},
};

use super::{
    CacheOptions, CacheStatistics,
    effect::Shape,
    flight::{Landing, Load},
    guard::{Found, Guard},
    key::{CacheKey, kinds_of},
    statistics::Counters,
    store::Store,
};
use crate::{
    connection::{Effect, Outcome, Watch},
    error::{Error, Result},
    repository::{Key, Repository, display_key},
};

/// A [`Repository`] that remembers the rows that are read by their keys.
///
/// `get_by_id`, `require_by_id`, `get_many` and `exists` look into memory first; everything else is
/// the repository's own, which this derefs to. See the [module](super) for what is promised.
///
/// Clones share their memory. A second `CachedRepository::new` has a memory of its own.
///
/// ```
/// # include!("../../doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// # migration::seed(&provider).await?;
/// use xtsqlorm::operations::{CacheOptions, CachedRepository};
///
/// let users = Repository::<users::Entity>::new(&provider);
/// let cached = CachedRepository::new(users.clone(), CacheOptions::new());
/// let before = cached.require_by_id(1).await?;
/// // Whoever changes it, by whatever way through the same pool.
/// users.update_json(1, serde_json::json!({ "name": "Ada" })).await?;
/// assert_ne!(cached.require_by_id(1).await?, before);
/// # Ok(())
/// # }
/// ```
pub struct CachedRepository<E: EntityTrait> {
    inner: Repository<E>,
    cache: Arc<Cache<E::Model>>,
}

/// The memory, and what it needs to know of the table.
struct Cache<M> {
    guard: Arc<Guard<M>>,
    shape: Shape,
    weigher: Option<Weigher<M>>,
}

/// How much of the memory a row takes.
type Weigher<M> = Arc<dyn Fn(&M) -> u32 + Send + Sync>;

/// Keys that the memory does not know, and the loads that this call leads.
type Missing<M> = HashMap<CacheKey, (ValueTuple, Option<Load<M>>)>;

impl<M: Send + Sync + 'static> Watch for Cache<M> {
    fn effect_of(&self, sql: &str, values: &[Value]) -> Option<Effect> {
        self.shape.effect_of(sql, values)
    }

    fn begins(&self, effect: &Effect) {
        self.guard.begin(effect);
    }

    fn ended(&self, effect: &Effect, outcome: Outcome) {
        self.guard.end(effect, outcome, Instant::now());
    }
}

impl<E> CachedRepository<E>
where
    E: EntityTrait,
    E::Model: Sync,
{
    /// Puts a cache in front of `repository`.
    ///
    /// Make it once and clone it. It knows of statements that are sent from now on: a transaction
    /// that wrote before and is still open goes unnoticed.
    #[must_use]
    pub fn new(repository: Repository<E>, options: CacheOptions<E>) -> Self {
        let manager = repository.provider().manager();
        let counters = Arc::new(Counters::default());
        let store = Store::new(options.bounds, Arc::clone(&counters));
        let cache = Arc::new(Cache {
            guard: Guard::new(store, counters, options.absent),
            shape: Shape::new::<E>(manager.backend().dialect(), options.watched),
            weigher: options.weigher,
        });
        let watcher: Arc<dyn Watch> = Arc::<Cache<E::Model>>::clone(&cache);
        manager.watch(Arc::downgrade(&watcher));
        Self {
            inner: repository,
            cache,
        }
    }

    /// The repository behind the cache.
    #[must_use]
    pub fn repository(&self) -> &Repository<E> {
        &self.inner
    }

    /// See [`Repository::get_by_id`]. No round trip for a row that is remembered.
    ///
    /// # Errors
    ///
    /// As [`Repository::get_by_id`].
    ///
    /// # Cancel safety
    ///
    /// Where others wait for the row that a dropped future was reading, one of them reads it.
    pub async fn get_by_id(&self, id: impl Into<Key<E>>) -> Result<Option<E::Model>> {
        let key = id.into().into_value_tuple();
        Ok(self.find_by_key(key).await?.map(unshared))
    }

    /// See [`Repository::require_by_id`]. No round trip for a row that is remembered.
    ///
    /// # Errors
    ///
    /// As [`Repository::require_by_id`].
    pub async fn require_by_id(&self, id: impl Into<Key<E>>) -> Result<E::Model> {
        let key = id.into().into_value_tuple();
        let row = self.find_by_key(key.clone()).await?;
        row.map(unshared).ok_or_else(|| Error::NotFound {
            entity: E::default().table_name().to_owned(),
            key: display_key(&key),
        })
    }

    /// See [`Repository::exists`]. Where it is not known, the row is read as a whole.
    ///
    /// # Errors
    ///
    /// As [`Repository::get_by_id`].
    pub async fn exists(&self, id: impl Into<Key<E>>) -> Result<bool> {
        let key = id.into().into_value_tuple();
        Ok(self.find_by_key(key).await?.is_some())
    }

    /// See [`Repository::get_many`]. Only the rows that are not remembered are read, in one round
    /// trip for each 500.
    ///
    /// # Errors
    ///
    /// As [`Repository::get_many`].
    pub async fn get_many<I>(&self, ids: I) -> Result<Vec<E::Model>>
    where
        I: IntoIterator,
        I::Item: Into<Key<E>>,
    {
        let keys: Vec<ValueTuple> = ids
            .into_iter()
            .map(|id| id.into().into_value_tuple())
            .collect();
        let plain: Option<Vec<CacheKey>> = keys.iter().map(|key| self.key(key)).collect();
        match plain {
            Some(plain) if !self.in_transaction() => self.find_by_keys(keys, plain).await,
            _ => self.read_many(keys).await,
        }
    }

    /// Forgets all rows, for when something changed the table that the cache cannot know of.
    #[doc(alias = "invalidate_all")]
    pub fn clear_cache(&self) {
        self.cache.guard.clear();
    }

    /// What the cache was good for until now.
    #[must_use]
    pub fn cache_statistics(&self) -> CacheStatistics {
        // First, since it evicts what is due.
        let entries = self.cache.guard.entries();
        CacheStatistics {
            entries,
            ..self.cache.guard.counters.get()
        }
    }

    async fn find_by_key(&self, key: ValueTuple) -> Result<Option<Arc<E::Model>>> {
        if self.in_transaction() {
            return self.read(key).await;
        }
        let Some(plain) = self.key(&key) else {
            return self.read(key).await;
        };
        loop {
            match self.cache.guard.look(&plain, Instant::now()) {
                Found::Row(row) => return Ok(row),
                Found::Alone => return self.counted(self.read(key)).await,
                Found::Load(load) => return self.load(load, key).await,
                Found::Flight(flight) => match flight.landing().await {
                    Landing::Read(row) => return Ok(row),
                    Landing::Uncertain => return self.counted(self.read(key)).await,
                    Landing::Abandoned => {}
                },
            }
        }
    }

    /// Reads a row for all who wait for it.
    async fn load(&self, load: Load<E::Model>, key: ValueTuple) -> Result<Option<Arc<E::Model>>> {
        match self.counted(self.read(key)).await {
            Ok(row) => {
                self.settle(load, row.clone());
                Ok(row)
            }
            Err(error) => {
                load.fail();
                Err(error)
            }
        }
    }

    /// What is missing is read in one go. Whoever waits for others does so after it has done what
    /// others may wait for.
    async fn find_by_keys(
        &self,
        keys: Vec<ValueTuple>,
        plain: Vec<CacheKey>,
    ) -> Result<Vec<E::Model>> {
        let now = Instant::now();
        let mut known: HashMap<CacheKey, Option<Arc<E::Model>>> = HashMap::new();
        let mut missing = HashMap::new();
        let mut flights = Vec::new();
        for (key, plain) in keys.iter().zip(&plain) {
            if known.contains_key(plain) || missing.contains_key(plain) {
                continue;
            }
            match self.cache.guard.look(plain, now) {
                Found::Row(row) => {
                    known.insert(plain.clone(), row);
                }
                Found::Alone => {
                    missing.insert(plain.clone(), (key.clone(), None));
                }
                Found::Load(load) => {
                    missing.insert(plain.clone(), (key.clone(), Some(load)));
                }
                Found::Flight(flight) => {
                    known.insert(plain.clone(), None);
                    flights.push((plain.clone(), key.clone(), flight));
                }
            }
        }
        if !self.read_missing(missing, &mut known).await? {
            return self.read_many(keys).await;
        }
        let mut uncertain = HashMap::new();
        for (name, key, flight) in flights {
            match flight.landing().await {
                Landing::Read(row) => {
                    known.insert(name, row);
                }
                _ => {
                    uncertain.insert(name, (key, None));
                }
            }
        }
        if !self.read_missing(uncertain, &mut known).await? {
            return self.read_many(keys).await;
        }
        let rows = plain.iter().filter_map(|key| {
            let row = known.get(key)?.as_ref()?;
            Some(E::Model::clone(row))
        });
        Ok(rows.collect())
    }

    /// Reads rows that are missing, and says whether each was found by its own name: a database may
    /// call two keys the same that are spelled differently.
    async fn read_missing(
        &self,
        missing: Missing<E::Model>,
        known: &mut HashMap<CacheKey, Option<Arc<E::Model>>>,
    ) -> Result<bool> {
        if missing.is_empty() {
            return Ok(true);
        }
        let keys = missing.values().map(|(key, _)| key.clone()).collect();
        let rows = match self.counted(self.read_many(keys)).await {
            Ok(rows) => rows,
            Err(error) => {
                let loads = missing.into_values().filter_map(|(_, load)| load);
                loads.for_each(Load::fail);
                return Err(error);
            }
        };
        let mut found: HashMap<CacheKey, Arc<E::Model>> = HashMap::new();
        for row in rows {
            match CacheKey::new(&row.get_primary_key_value()) {
                Some(name) if missing.contains_key(&name) => {
                    found.insert(name, Arc::new(row));
                }
                _ => return Ok(false),
            }
        }
        for (name, (_, load)) in missing {
            let row = found.remove(&name);
            if let Some(load) = load {
                self.settle(load, row.clone());
            }
            known.insert(name, row);
        }
        Ok(true)
    }

    fn settle(&self, load: Load<E::Model>, row: Option<Arc<E::Model>>) {
        let size = match &row {
            None => Some(0),
            Some(row) => {
                let own = CacheKey::new(&row.get_primary_key_value());
                let weigh = |weigher: &Weigher<E::Model>| weigher(row);
                let size = self.cache.weigher.as_ref().map_or(0, weigh);
                (own.as_ref() == Some(&load.key)).then_some(size)
            }
        };
        self.cache.guard.settle(load, row, size);
    }

    /// Counts a statement that the cache could not spare.
    async fn counted<T>(&self, read: impl Future<Output = Result<T>>) -> Result<T> {
        let result = read.await;
        self.cache.guard.counters.loaded(result.is_err());
        result
    }

    async fn read(&self, key: ValueTuple) -> Result<Option<Arc<E::Model>>> {
        let row = self
            .inner
            .get_by_id(Key::<E>::from_value_tuple(key))
            .await?;
        Ok(row.map(Arc::new))
    }

    async fn read_many(&self, keys: Vec<ValueTuple>) -> Result<Vec<E::Model>> {
        let keys = keys.into_iter().map(Key::<E>::from_value_tuple);
        self.inner.get_many(keys.collect::<Vec<_>>()).await
    }

    fn in_transaction(&self) -> bool {
        self.inner.provider().current_session().is_some()
    }

    /// What the cache calls the row with this key.
    fn key(&self, key: &ValueTuple) -> Option<CacheKey> {
        self.cache.shape.kinds.get_or_init(|| kinds_of(key));
        CacheKey::new(key)
    }
}

/// A row of one's own.
fn unshared<M: Clone>(row: Arc<M>) -> M {
    Arc::unwrap_or_clone(row)
}

impl<E: EntityTrait> Deref for CachedRepository<E> {
    type Target = Repository<E>;

    fn deref(&self) -> &Repository<E> {
        &self.inner
    }
}

impl<E: EntityTrait> Clone for CachedRepository<E> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            cache: Arc::clone(&self.cache),
        }
    }
}

impl<E: EntityTrait> fmt::Debug for CachedRepository<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedRepository")
            .field("repository", &self.inner)
            .finish_non_exhaustive()
    }
}
