//! Writes of the repository behind the cache. What they change is forgotten by itself: the cache
//! watches what is sent, not who sends it.

use futures_util::future::BoxFuture;
use sea_orm::{ActiveModelBehavior, EntityTrait, IntoActiveModel};

use super::CachedRepository;
use crate::{
    error::Result,
    repository::{Key, Page, impl_crud_repository},
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

impl_crud_repository! {
    CachedRepository<E> where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel> + Sync,
        E::ActiveModel: ActiveModelBehavior + Send,
}
