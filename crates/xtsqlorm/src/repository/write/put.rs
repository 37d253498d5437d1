//! Rows are created, or changed where they are there already.

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, DbErr,
    EntityTrait, IntoActiveModel, Iterable, QueryFilter,
    sea_query::{OnConflict, ValueTuple},
};

use super::Change;
use crate::{
    error::Result,
    repository::{Repository, conventions::Seen, key, race},
};

impl<E> Repository<E>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelBehavior + Send,
{
    /// Writes a row that the hooks agreed to.
    pub(super) async fn put(&self, row: E::ActiveModel) -> Result<E::Model> {
        let Some(id) = row.get_primary_key_value() else {
            return self.add(row).await;
        };
        if self.provider.get_database_backend() == DbBackend::MySql {
            return self.update_or_insert(id, row).await;
        }
        let mut row = ActiveModelBehavior::before_save(row, &self.provider, true).await?;
        let expected = self.conventions().version_in(&row);
        let on_conflict = self.on_conflict(&row)?;
        self.conventions().complete(&mut row)?;
        let insert = E::insert(row).on_conflict(on_conflict);
        match insert.exec_with_returning(&self.provider).await {
            Ok(model) => Ok(E::ActiveModel::after_save(model, &self.provider, true).await?),
            // The row is there, and was passed over.
            Err(DbErr::RecordNotInserted | DbErr::RecordNotFound(_)) if expected.is_some() => {
                self.refuse_stale(&id, expected, Seen::WithDeleted).await?;
                Err(key::not_found::<E>(&id))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// What is done to the row that has the key already.
    fn on_conflict(&self, row: &E::ActiveModel) -> Result<OnConflict> {
        let conventions = self.conventions();
        let is_set = |column: E::Column| row.get(column).is_set();
        let deletion = conventions.deleted.filter(|deleted| is_set(*deleted));
        let mut settings = conventions.touch::<E::ActiveModel>()?;
        if deletion.is_none() {
            settings.extend(conventions.revival::<E::ActiveModel>()?);
        }
        let mut changed: Vec<E::Column> = E::Column::iter()
            .filter(|column| is_set(*column) && !key::contains::<E>(*column))
            .filter(|column| !conventions.own(*column))
            .chain(deletion)
            .collect();
        // A row that is nothing but its key comes back only if something is set, and setting the
        // key takes a lock that other writers feel.
        if changed.is_empty() && settings.is_empty() {
            changed = key::columns::<E>().collect();
        }
        let mut on_conflict = OnConflict::columns(key::columns::<E>());
        on_conflict.update_columns(changed).values(settings);
        if let (Some(column), Some(version)) = (conventions.version, conventions.version_in(row)) {
            on_conflict.action_and_where(column.eq(version));
        }
        Ok(on_conflict)
    }

    /// On MySQL, ON DUPLICATE KEY would change a row that shares any other unique key.
    async fn update_or_insert(&self, id: ValueTuple, row: E::ActiveModel) -> Result<E::Model> {
        let mut changes = row.clone();
        for column in key::columns::<E>() {
            changes.not_set(column);
        }
        let stored = self.seeing(Seen::WithDeleted).find();
        let stored = stored.filter(key::matches::<E>(id.clone()));
        race::update_or_create(
            &self.provider,
            move || {
                let changed = self.change(id.clone(), changes.clone(), Change::put());
                async { Ok(changed.await?.row()) }
            },
            || self.add(row),
            |look| stored.looking(look).one(),
        )
        .await
    }
}
