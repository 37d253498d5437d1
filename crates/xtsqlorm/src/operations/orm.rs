//! A repository and what a service switches on beside it.

mod reads;
mod writes;

use std::fmt;

use futures_util::future::BoxFuture;
use sea_orm::{ActiveModelBehavior, EntityTrait, IntoActiveModel};

#[cfg(feature = "cache")]
use super::cache::{CacheOptions, CacheStatistics, CachedRepository};
#[cfg(feature = "validation")]
use super::validation::ModelRules;
#[cfg(feature = "validation")]
use crate::repository::hooks::Hooked;
use crate::{
    error::Result,
    repository::{Find, Key, Page, Repository, impl_crud_repository},
    session::{Session, SessionProvider},
};

/// A [`Repository`] plus what is switched on, one by one: rules that rows must keep, a cache.
///
/// Its methods are the repository's, with the same meaning, the same errors and the same round
/// trips, but for those that what is switched on spares. What it does not have is at
/// [`repository`](Self::repository).
///
/// ```
/// # include!("../doctest_setup.rs");
/// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
/// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
/// # migration::seed(&provider).await?;
/// let users = OrmOperations::<users::Entity>::new(&provider);
/// let first = users.get_one(users::Column::IsActive.eq(true)).await?;
/// assert!(first.is_some_and(|user| user.is_active));
/// # Ok(())
/// # }
/// ```
#[doc(alias = "AsyncOrmOperations")]
pub struct OrmOperations<E: EntityTrait> {
    repository: Repository<E>,
    #[cfg(feature = "cache")]
    cache: Option<CachedRepository<E>>,
}

impl<E: EntityTrait> OrmOperations<E> {
    /// Operations on the provider's pool, with nothing switched on.
    #[must_use]
    pub fn new(provider: &SessionProvider) -> Self {
        Self::of(Repository::new(provider))
    }

    /// Operations by this repository, with nothing switched on.
    #[must_use]
    pub fn of(repository: Repository<E>) -> Self {
        Self {
            repository,
            #[cfg(feature = "cache")]
            cache: None,
        }
    }

    /// The repository below. What it reads is not remembered; it keeps to the rules, and the cache
    /// sees what it changes.
    #[must_use]
    pub fn repository(&self) -> &Repository<E> {
        &self.repository
    }

    /// The same operations inside `session`, where nothing is remembered.
    #[must_use]
    pub fn in_session(&self, session: &Session) -> Self {
        let mut inside = self.clone();
        inside.repository = self.repository.in_session(session);
        #[cfg(feature = "cache")]
        {
            inside.cache = None;
        }
        inside
    }

    /// See [`Repository::find`].
    pub fn find(&self) -> Find<E> {
        self.repository.find()
    }
}

#[cfg(feature = "validation")]
impl<E> OrmOperations<E>
where
    E: EntityTrait + Hooked<Changes = E::ActiveModel, Row = E::Model>,
    E::ActiveModel: Send,
{
    /// Refuses rows that break a rule, before any SQL, on every path; see
    /// [`Repository::validated`]. Default: no rules.
    ///
    /// ```
    /// # include!("../doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// use xtsqlorm::operations::{validation::ModelRules, validators::length};
    ///
    /// let rules = ModelRules::<tags::Entity>::new().column(tags::Column::Name, length(2..=20));
    /// let tags = OrmOperations::<tags::Entity>::new(&provider).with_validation(rules);
    /// let tag = tags::ActiveModel { name: Set("x".into()), ..Default::default() };
    /// assert!(tags.create(tag).await.is_err());
    /// assert_eq!(tags.count().await?, 0);
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "validation")]
    #[must_use]
    pub fn with_validation(mut self, rules: ModelRules<E>) -> Self {
        self.repository = self.repository.validated(rules);
        self
    }
}

#[cfg(feature = "cache")]
impl<E> OrmOperations<E>
where
    E: EntityTrait,
    E::Model: Sync,
{
    /// Remembers rows that are read by their keys; see [`cache`](super::cache). Default: no.
    ///
    /// ```
    /// # include!("../doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// # migration::seed(&provider).await?;
    /// use xtsqlorm::operations::CacheOptions;
    ///
    /// let users = OrmOperations::<users::Entity>::new(&provider).with_cache(CacheOptions::new());
    /// users.require_by_id(1).await?;
    /// users.require_by_id(1).await?;
    /// assert_eq!(users.cache_statistics().hits, 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[doc(alias = "cache_enabled")]
    pub fn with_cache(mut self, options: CacheOptions<E>) -> Self {
        self.cache = Some(CachedRepository::new(self.repository.clone(), options));
        self
    }

    /// Forgets what is remembered; see [`CachedRepository::clear_cache`].
    pub fn clear_cache(&self) {
        if let Some(cache) = &self.cache {
            cache.clear_cache();
        }
    }

    /// What the cache was good for until now; all 0 without one.
    #[must_use]
    pub fn cache_statistics(&self) -> CacheStatistics {
        let cache = self.cache.as_ref();
        cache
            .map(CachedRepository::cache_statistics)
            .unwrap_or_default()
    }
}

impl_crud_repository! {
    OrmOperations<E> where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel> + Sync,
        E::ActiveModel: ActiveModelBehavior + Send,
}

impl<E: EntityTrait> Clone for OrmOperations<E> {
    fn clone(&self) -> Self {
        Self {
            repository: self.repository.clone(),
            #[cfg(feature = "cache")]
            cache: self.cache.clone(),
        }
    }
}

impl<E: EntityTrait> fmt::Debug for OrmOperations<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrmOperations")
            .field("repository", &self.repository)
            .finish_non_exhaustive()
    }
}
