//! Writes of the repository behind the cache. What they change is forgotten by itself: the cache
//! watches what is sent, not who sends it.

use sea_orm::{ActiveModelBehavior, EntityTrait, IntoActiveModel};

use super::CachedRepository;
use crate::{
    error::Result,
    repository::{CrudRepository, Key, Page},
};

impl<E> CachedRepository<E>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel> + Sync,
    E::ActiveModel: ActiveModelBehavior + Send,
{
    /// See [`Repository::create`](crate::repository::Repository::create).
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn create(&self, row: impl IntoActiveModel<E::ActiveModel>) -> Result<E::Model> {
        self.repository().create(row).await
    }

    /// See [`Repository::create_many`](crate::repository::Repository::create_many).
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn create_many<I>(&self, rows: I) -> Result<Vec<E::Model>>
    where
        I: IntoIterator,
        I::Item: IntoActiveModel<E::ActiveModel>,
    {
        self.repository().create_many(rows).await
    }

    /// See [`Repository::update`](crate::repository::Repository::update).
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn update(
        &self,
        id: impl Into<Key<E>>,
        changes: impl IntoActiveModel<E::ActiveModel>,
    ) -> Result<Option<E::Model>> {
        self.repository().update(id, changes).await
    }

    /// See [`Repository::upsert`](crate::repository::Repository::upsert).
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn upsert(&self, row: impl IntoActiveModel<E::ActiveModel>) -> Result<E::Model> {
        self.repository().upsert(row).await
    }

    /// See [`Repository::delete`](crate::repository::Repository::delete).
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn delete(&self, id: impl Into<Key<E>>) -> Result<bool> {
        self.repository().delete(id).await
    }
}

#[async_trait::async_trait]
impl<E> CrudRepository<E> for CachedRepository<E>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel> + Sync,
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
        self.repository().get_all(page).await
    }

    async fn count(&self) -> Result<u64> {
        self.repository().count().await
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
