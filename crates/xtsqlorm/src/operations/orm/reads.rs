//! Reads, by the cache where there is one.

use sea_orm::{EntityTrait, Order, QueryFilter, QueryOrder, sea_query::IntoCondition};

use super::OrmOperations;
use crate::{
    error::Result,
    operations::{FieldStats, RawSql},
    repository::{Key, Page, PageRequest, Paginated},
};

/// Calls a method of the cache where there is one, else of the repository.
macro_rules! by_key {
    ($self:ident.$method:ident($ids:expr)) => {{
        #[cfg(feature = "cache")]
        if let Some(cache) = &$self.cache {
            return cache.$method($ids).await;
        }
        $self.repository.$method($ids).await
    }};
}

impl<E> OrmOperations<E>
where
    E: EntityTrait,
    E::Model: Sync,
{
    /// See [`Repository::get_by_id`](crate::repository::Repository::get_by_id).
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn get_by_id(&self, id: impl Into<Key<E>>) -> Result<Option<E::Model>> {
        by_key!(self.get_by_id(id))
    }

    /// See [`Repository::require_by_id`](crate::repository::Repository::require_by_id).
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn require_by_id(&self, id: impl Into<Key<E>>) -> Result<E::Model> {
        by_key!(self.require_by_id(id))
    }

    /// See [`Repository::get_many`](crate::repository::Repository::get_many).
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn get_many<I>(&self, ids: I) -> Result<Vec<E::Model>>
    where
        I: IntoIterator,
        I::Item: Into<Key<E>>,
    {
        by_key!(self.get_many(ids))
    }

    /// See [`Repository::exists`](crate::repository::Repository::exists).
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn exists(&self, id: impl Into<Key<E>>) -> Result<bool> {
        by_key!(self.exists(id))
    }

    /// See [`Repository::get_all`](crate::repository::Repository::get_all).
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn get_all(&self, page: Page) -> Result<Vec<E::Model>> {
        self.repository.get_all(page).await
    }

    /// See [`Repository::count`](crate::repository::Repository::count).
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn count(&self) -> Result<u64> {
        self.repository.count().await
    }

    /// The first row that meets the condition, in the order of the keys. One round trip.
    ///
    /// # Errors
    ///
    /// What the database reports.
    pub async fn get_one(&self, condition: impl IntoCondition) -> Result<Option<E::Model>> {
        let found = self.find().filter(condition.into_condition());
        let first = found.slice(PageRequest::new(1, 1)).await?;
        Ok(first.items.into_iter().next())
    }

    /// A page of the rows that meet the condition, in this order, and how many there are. Rows that
    /// the order leaves equal are ordered by their keys.
    ///
    /// ```
    /// # include!("../../doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// # migration::seed(&provider).await?;
    /// use xtsqlorm::repository::PageRequest;
    ///
    /// let users = OrmOperations::<users::Entity>::new(&provider);
    /// let active = users::Column::IsActive.eq(true);
    /// let order = [(users::Column::Name, Order::Asc)];
    /// let page = users.get_paginated(PageRequest::new(1, 3), active, order).await?;
    /// assert_eq!((page.items.len(), page.page), (3, 1));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Find::paginate`](crate::repository::Find::paginate).
    pub async fn get_paginated(
        &self,
        request: PageRequest,
        condition: impl IntoCondition,
        order: impl IntoIterator<Item = (E::Column, Order)>,
    ) -> Result<Paginated<E::Model>> {
        let mut find = self.find().filter(condition.into_condition());
        for (column, order) in order {
            find = find.order_by(column, order);
        }
        find.paginate(request).await
    }

    /// See [`Repository::field_stats`](crate::repository::Repository::field_stats).
    ///
    /// # Errors
    ///
    /// As there.
    #[doc(alias = "get_field_stats")]
    pub async fn field_stats(&self, column: E::Column) -> Result<FieldStats> {
        self.repository.field_stats(column).await
    }

    /// The rows of a statement of yours, which selects all columns of the entity.
    ///
    /// # Errors
    ///
    /// As [`RawSql::all`].
    pub async fn from_statement(&self, sql: &RawSql) -> Result<Vec<E::Model>> {
        sql.all(self.repository.provider()).await
    }
}
