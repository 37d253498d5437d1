//! The interface that services depend on.

use sea_orm::{ActiveModelBehavior, EntityTrait, IntoActiveModel};

use super::{Key, Page, Repository};
use crate::error::Result;

/// Reads and writes of one entity, behind an interface: a service takes
/// `Arc<dyn CrudRepository<users::Entity>>` and does not know whether rows are in a database or,
/// in its tests, in an `InMemoryRepository` (feature `testing`).
///
/// The methods are those of [`Repository`], with their meaning and their errors.
#[async_trait::async_trait]
#[doc(alias = "IAsyncRepository")]
pub trait CrudRepository<E: EntityTrait>: Send + Sync {
    /// See [`Repository::get_by_id`].
    async fn get_by_id(&self, id: Key<E>) -> Result<Option<E::Model>>;

    /// See [`Repository::require_by_id`].
    async fn require_by_id(&self, id: Key<E>) -> Result<E::Model>;

    /// See [`Repository::get_many`].
    async fn get_many(&self, ids: Vec<Key<E>>) -> Result<Vec<E::Model>>;

    /// See [`Repository::get_all`].
    async fn get_all(&self, page: Page) -> Result<Vec<E::Model>>;

    /// See [`Repository::count`].
    async fn count(&self) -> Result<u64>;

    /// See [`Repository::exists`].
    async fn exists(&self, id: Key<E>) -> Result<bool>;

    /// See [`Repository::create`].
    async fn create(&self, row: E::ActiveModel) -> Result<E::Model>;

    /// See [`Repository::create_many`].
    async fn create_many(&self, rows: Vec<E::ActiveModel>) -> Result<Vec<E::Model>>;

    /// See [`Repository::update`].
    async fn update(&self, id: Key<E>, changes: E::ActiveModel) -> Result<Option<E::Model>>;

    /// See [`Repository::upsert`].
    async fn upsert(&self, row: E::ActiveModel) -> Result<E::Model>;

    /// See [`Repository::delete`].
    async fn delete(&self, id: Key<E>) -> Result<bool>;
}

#[async_trait::async_trait]
impl<E> CrudRepository<E> for Repository<E>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelBehavior + Send,
{
    async fn get_by_id(&self, id: Key<E>) -> Result<Option<E::Model>> {
        Self::get_by_id(self, id).await
    }

    async fn require_by_id(&self, id: Key<E>) -> Result<E::Model> {
        Self::require_by_id(self, id).await
    }

    async fn get_many(&self, ids: Vec<Key<E>>) -> Result<Vec<E::Model>> {
        Self::get_many(self, ids).await
    }

    async fn get_all(&self, page: Page) -> Result<Vec<E::Model>> {
        Self::get_all(self, page).await
    }

    async fn count(&self) -> Result<u64> {
        Self::count(self).await
    }

    async fn exists(&self, id: Key<E>) -> Result<bool> {
        Self::exists(self, id).await
    }

    async fn create(&self, row: E::ActiveModel) -> Result<E::Model> {
        Self::create(self, row).await
    }

    async fn create_many(&self, rows: Vec<E::ActiveModel>) -> Result<Vec<E::Model>> {
        Self::create_many(self, rows).await
    }

    async fn update(&self, id: Key<E>, changes: E::ActiveModel) -> Result<Option<E::Model>> {
        Self::update(self, id, changes).await
    }

    async fn upsert(&self, row: E::ActiveModel) -> Result<E::Model> {
        Self::upsert(self, row).await
    }

    async fn delete(&self, id: Key<E>) -> Result<bool> {
        Self::delete(self, id).await
    }
}
