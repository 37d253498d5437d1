//! Reads, by the cache where there is one.

use sea_orm::{
    EntityTrait, Iterable, Order, PrimaryKeyToColumn, QueryFilter, QueryOrder,
    sea_query::IntoCondition,
};

use super::OrmOperations;
use crate::{
    error::Result,
    operations::{FieldStats, RawSql},
    repository::{Filter, Key, ListQuery, Page, PageRequest, Paginated},
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

    /// The rows that meet one of several conditions, as JSON: a list of objects, of each of which all
    /// fields must hold. In the order of the keys.
    ///
    /// ```
    /// # include!("../../doctest_setup.rs");
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> { on_sample_database(doctest) }
    /// # async fn doctest(provider: SessionProvider) -> xtsqlorm::Result<()> {
    /// # migration::seed(&provider).await?;
    /// let users = OrmOperations::<users::Entity>::new(&provider);
    /// let either = serde_json::json!([
    ///     { "is_active": false },
    ///     { "is_active": true, "id": { "lte": 3 } },
    /// ]);
    /// let found = users.filter_by_conditions(&either).await?;
    /// assert!(found.iter().all(|user| !user.is_active || user.id <= 3));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Filter::from_json`] and [`Find::filter_by`](crate::repository::Find::filter_by), before any
    /// SQL.
    pub async fn filter_by_conditions(
        &self,
        conditions: &serde_json::Value,
    ) -> Result<Vec<E::Model>> {
        let filter = Filter::from_json(conditions)?;
        let found = self.find().filter_by(filter)?;
        let keys = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
        let sorted = keys.fold(found, |find, key| find.order_by_asc(key));
        sorted.all().await
    }

    /// The rows that a client asked for: its filter, its order, its page.
    ///
    /// # Errors
    ///
    /// As [`Find::list`](crate::repository::Find::list), before any SQL.
    pub async fn advanced_query(&self, query: ListQuery) -> Result<Vec<E::Model>> {
        self.find().list(query)?.all().await
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
