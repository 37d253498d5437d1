//! Writes, of what keeps the rules. The cache sees them by itself.

use sea_orm::{ActiveModelBehavior, EntityTrait, IntoActiveModel, sea_query::IntoCondition};

use super::OrmOperations;
#[cfg(feature = "validation")]
use crate::repository::whole_if_unchanged;
use crate::{error::Result, operations::RawSql, repository::Key};

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
    /// As there, and where a rule is broken.
    pub async fn create(&self, row: impl IntoActiveModel<E::ActiveModel>) -> Result<E::Model> {
        let row = row.into_active_model();
        self.check_create(&row)?;
        self.repository.create(row).await
    }

    /// See [`Repository::create_many`](crate::repository::Repository::create_many).
    ///
    /// # Errors
    ///
    /// As there, and where a rule is broken.
    pub async fn create_many<I>(&self, rows: I) -> Result<Vec<E::Model>>
    where
        I: IntoIterator,
        I::Item: IntoActiveModel<E::ActiveModel>,
    {
        let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
        let rows: Vec<E::ActiveModel> = rows.collect();
        self.check_create_many(&rows)?;
        self.repository.create_many(rows).await
    }

    /// See [`Repository::update`](crate::repository::Repository::update).
    ///
    /// # Errors
    ///
    /// As there, and where a rule is broken.
    pub async fn update(
        &self,
        id: impl Into<Key<E>>,
        changes: impl IntoActiveModel<E::ActiveModel>,
    ) -> Result<Option<E::Model>> {
        let changes = changes.into_active_model();
        self.check_update(&changes)?;
        self.repository.update(id, changes).await
    }

    /// See [`Repository::update_where`](crate::repository::Repository::update_where).
    ///
    /// # Errors
    ///
    /// As there, and where a rule is broken.
    pub async fn update_where(
        &self,
        condition: impl IntoCondition,
        changes: impl IntoActiveModel<E::ActiveModel>,
    ) -> Result<u64> {
        let changes = changes.into_active_model();
        self.check_update(&changes)?;
        self.repository.update_where(condition, changes).await
    }

    /// See [`Repository::upsert`](crate::repository::Repository::upsert).
    ///
    /// # Errors
    ///
    /// As there, and where a rule is broken.
    pub async fn upsert(&self, row: impl IntoActiveModel<E::ActiveModel>) -> Result<E::Model> {
        let row = row.into_active_model();
        self.check_create(&row)?;
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
    pub async fn delete_where(&self, condition: impl IntoCondition) -> Result<u64> {
        self.repository.delete_where(condition).await
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

/// What the rules say, where there are any.
#[cfg(feature = "validation")]
impl<E: EntityTrait> OrmOperations<E> {
    fn check_create(&self, row: &E::ActiveModel) -> Result<()> {
        let rules = self.rules.as_ref();
        rules.map_or(Ok(()), |rules| rules.check_create(row))
    }

    fn check_create_many(&self, rows: &[E::ActiveModel]) -> Result<()> {
        let rules = self.rules.as_ref();
        rules.map_or(Ok(()), |all| all.check_create_many(rows))
    }

    fn check_update(&self, changes: &E::ActiveModel) -> Result<()> {
        let Some(rules) = &self.rules else {
            return Ok(());
        };
        // A model in which nothing was set is written as a whole.
        rules.check_update(&whole_if_unchanged::<E>(changes.clone()))
    }
}

#[cfg(not(feature = "validation"))]
impl<E: EntityTrait> OrmOperations<E> {
    fn check_create(&self, _: &E::ActiveModel) -> Result<()> {
        Ok(())
    }

    fn check_create_many(&self, _: &[E::ActiveModel]) -> Result<()> {
        Ok(())
    }

    fn check_update(&self, _: &E::ActiveModel) -> Result<()> {
        Ok(())
    }
}
