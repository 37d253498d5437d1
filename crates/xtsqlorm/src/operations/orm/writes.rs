//! Writes. The rules are hooks of the repository, and the cache sees what it sends.

use futures_util::future::BoxFuture;
use sea_orm::{ActiveModelBehavior, EntityTrait, IntoActiveModel};

use super::OrmOperations;
use crate::{
    error::Result,
    operations::RawSql,
    repository::{
        Filter, Key,
        bulk::{Bulk, BulkOptions, BulkReport},
    },
};

impl<E> OrmOperations<E>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelBehavior + Send,
{
    /// See [`Repository::create`](crate::repository::Repository::create).
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn create(&self, row: impl IntoActiveModel<E::ActiveModel>) -> Result<E::Model> {
        self.repository.create(row).await
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
        self.repository.create_many(rows).await
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
        self.repository.update(id, changes).await
    }

    /// See [`Repository::update_where`](crate::repository::Repository::update_where).
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn update_where(
        &self,
        filter: impl Into<Filter>,
        changes: impl IntoActiveModel<E::ActiveModel>,
    ) -> Result<u64> {
        self.repository.update_where(filter, changes).await
    }

    /// See [`Repository::upsert`](crate::repository::Repository::upsert).
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn upsert(&self, row: impl IntoActiveModel<E::ActiveModel>) -> Result<E::Model> {
        self.repository.upsert(row).await
    }

    /// See [`Repository::delete`](crate::repository::Repository::delete).
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn delete(&self, id: impl Into<Key<E>>) -> Result<bool> {
        self.repository.delete(id).await
    }

    /// See [`Repository::delete_where`](crate::repository::Repository::delete_where).
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn delete_where(&self, filter: impl Into<Filter>) -> Result<u64> {
        self.repository.delete_where(filter).await
    }

    /// See [`Repository::bulk`](crate::repository::Repository::bulk).
    #[must_use]
    pub fn bulk(&self, options: BulkOptions) -> Bulk<E> {
        self.repository.bulk(options)
    }

    /// See [`Bulk::create`].
    ///
    /// # Errors
    ///
    /// As there.
    #[doc(alias = "bulk_create_optimized")]
    pub fn bulk_create<'a, I>(&self, rows: I) -> BoxFuture<'a, Result<BulkReport>>
    where
        I: IntoIterator<Item: IntoActiveModel<E::ActiveModel>, IntoIter: Send + 'a>,
    {
        self.repository.bulk_create(rows)
    }

    /// See [`Bulk::update`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn bulk_update<'a, I>(&self, rows: I) -> BoxFuture<'a, Result<BulkReport>>
    where
        I: IntoIterator<Item: IntoActiveModel<E::ActiveModel>, IntoIter: Send + 'a>,
    {
        self.repository.bulk_update(rows)
    }

    /// See [`Bulk::upsert`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn bulk_upsert<'a, I>(&self, rows: I) -> BoxFuture<'a, Result<BulkReport>>
    where
        I: IntoIterator<Item: IntoActiveModel<E::ActiveModel>, IntoIter: Send + 'a>,
    {
        self.repository.bulk_upsert(rows)
    }

    /// See [`Bulk::delete`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn bulk_delete<'a, I>(&self, ids: I) -> BoxFuture<'a, Result<BulkReport>>
    where
        I: IntoIterator<Item: Into<Key<E>>, IntoIter: Send + 'a>,
    {
        self.repository.bulk_delete(ids)
    }

    /// Runs a statement of yours, and returns how many rows it wrote. The rules do not see it, the
    /// cache does.
    ///
    /// # Errors
    ///
    /// As [`RawSql::execute`].
    #[doc(alias = "execute_raw_sql")]
    pub async fn execute_raw(&self, sql: &RawSql) -> Result<u64> {
        sql.execute(self.repository.provider()).await
    }
}
