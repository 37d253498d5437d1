//! Writes, each in as few round trips as the backend allows.

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbBackend,
    DbErr, EntityTrait, FromQueryResult, IdenStatic, Insert, IntoActiveModel, Iterable,
    PrimaryKeyTrait, QueryFilter, QueryTrait, Statement,
    sea_query::{
        FromValueTuple, IntoCondition, IntoValueTuple, MysqlQueryBuilder, OnConflict, Query,
        SelectExpr, ValueTuple, sea_value_to_json_value,
    },
};

use super::{Key, Repository, key, race};
use crate::error::{Error, Result};

/// Writes take an ActiveModel, of which what is set is written; a model, which is written as a
/// whole; or a DTO that derives [`DeriveIntoActiveModel`](sea_orm::DeriveIntoActiveModel). An
/// ActiveModel made from a model in which nothing was set counts as the model. The hooks of
/// [`ActiveModelBehavior`] run for single rows (`create`, `update`, `upsert`), as they do in
/// SeaORM.
impl<E> Repository<E>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelBehavior + Send,
{
    /// Creates a row and returns it as the database stored it: keys, defaults and all.
    ///
    /// # Errors
    ///
    /// [`Error::Constraint`] where the database refuses the row. [`Error::InvalidInput`] on MySQL,
    /// before anything is sent, where the row could not be found again: its key is neither given
    /// nor an auto-increment, or it has none.
    ///
    /// # Cancel safety
    ///
    /// Outside a transaction, a dropped future may or may not have created the row.
    pub async fn create(&self, row: impl IntoActiveModel<E::ActiveModel>) -> Result<E::Model> {
        if key::require::<E>().is_err() && !self.provider.manager().supports_insert_returning() {
            return Err(no_key(&key::table::<E>()));
        }
        let row = ActiveModelBehavior::before_save(row.into_active_model(), &self.provider, true);
        let model = self.insert(row.await?).await?;
        Ok(E::ActiveModel::after_save(model, &self.provider, true).await?)
    }

    /// Creates rows one after another, all of them or none: in the current transaction, or in one
    /// of its own.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create), of the first row that is refused.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future creates none.
    pub async fn create_many<I>(&self, rows: I) -> Result<Vec<E::Model>>
    where
        I: IntoIterator,
        I::Item: IntoActiveModel<E::ActiveModel>,
    {
        let rows: Vec<E::ActiveModel> = rows
            .into_iter()
            .map(IntoActiveModel::into_active_model)
            .collect();
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        self.provider
            .transaction(async |session| {
                let repository = self.in_session(session);
                let mut created = Vec::with_capacity(rows.len());
                for row in rows {
                    created.push(repository.create(row).await?);
                }
                Ok(created)
            })
            .await
    }

    /// Changes the row with this key, and returns it as it is then; `None` where there is none.
    /// Fields that are not set stay as they are.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] where the changes name another key, or rows have none;
    /// [`Error::Constraint`] where the database refuses them.
    ///
    /// # Cancel safety
    ///
    /// Outside a transaction, a dropped future may or may not have changed the row.
    pub async fn update(
        &self,
        id: impl Into<Key<E>>,
        changes: impl IntoActiveModel<E::ActiveModel>,
    ) -> Result<Option<E::Model>> {
        key::require::<E>()?;
        let mut changes = key::whole_if_unchanged::<E>(changes.into_active_model());
        key::assign::<E>(&mut changes, id.into().into_value_tuple())?;
        match changes.update(&self.provider).await {
            Ok(model) => Ok(Some(model)),
            Err(DbErr::RecordNotUpdated | DbErr::RecordNotFound(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Changes all rows that meet the condition, and returns how many there were.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for an empty condition, or where nothing is set; `Condition` with an
    /// always-true expression says that all rows are meant.
    pub async fn update_where(
        &self,
        condition: impl IntoCondition,
        changes: impl IntoActiveModel<E::ActiveModel>,
    ) -> Result<u64> {
        let condition = restricting(&key::table::<E>(), condition.into_condition())?;
        let changes = changes.into_active_model();
        if !E::Column::iter().any(|column| changes.get(column).is_set()) {
            return Err(no_changes(&key::table::<E>()));
        }
        let update = E::update_many().set(changes).filter(condition);
        Ok(update.exec(&self.provider).await?.rows_affected)
    }

    /// Creates the row, or changes the one that has its key already; returns it as it is then.
    ///
    /// Only the primary key is looked at: a row that is refused for another unique key is an error
    /// on every backend. The row must be one that could be created: PostgreSQL and SQLite refuse
    /// one that lacks a required column, even if it is there already. On MySQL and MariaDB,
    /// `before_save` runs for the update and, where the row is new, for the insert.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create) and [`update`](Self::update).
    ///
    /// # Cancel safety
    ///
    /// Outside a transaction, a dropped future may or may not have written the row.
    pub async fn upsert(&self, row: impl IntoActiveModel<E::ActiveModel>) -> Result<E::Model> {
        key::require::<E>()?;
        let row = key::whole_if_unchanged::<E>(row.into_active_model());
        let Some(key) = row.get_primary_key_value() else {
            return self.create(row).await;
        };
        if self.provider.get_database_backend() == DbBackend::MySql {
            return self.update_or_insert(key, row).await;
        }
        let row = ActiveModelBehavior::before_save(row, &self.provider, true).await?;
        let mut changed: Vec<E::Column> = E::Column::iter()
            .filter(|column| row.get(*column).is_set() && !key::contains::<E>(*column))
            .collect();
        // A row that is nothing but its key comes back only if something is set, and setting the
        // key takes a lock that other writers feel.
        if changed.is_empty() {
            changed = key::columns::<E>().collect();
        }
        let on_conflict = OnConflict::columns(key::columns::<E>())
            .update_columns(changed)
            .to_owned();
        let insert = E::insert(row).on_conflict(on_conflict);
        let model = insert.exec_with_returning(&self.provider).await?;
        Ok(E::ActiveModel::after_save(model, &self.provider, true).await?)
    }

    /// The first row that meets the condition, or the one that is created then, and whether it was.
    ///
    /// Where another transaction creates the row at the same time, that one is returned; the
    /// condition must name what a unique key protects. In a PostgreSQL transaction at REPEATABLE
    /// READ or above such a row cannot be seen, and the unique violation is returned.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create).
    pub async fn get_or_create(
        &self,
        condition: impl IntoCondition,
        row: impl IntoActiveModel<E::ActiveModel>,
    ) -> Result<(E::Model, bool)> {
        let condition = restricting(&key::table::<E>(), condition.into_condition())?;
        let find = self.find().filter(condition);
        let row = row.into_active_model();
        race::find_or_create(
            &self.provider,
            |look| find.clone().looking(look).one(),
            |provider| async move { Self::new(&provider).create(row).await },
        )
        .await
    }

    /// On MySQL, ON DUPLICATE KEY would change a row that shares any other unique key.
    async fn update_or_insert(&self, key: ValueTuple, row: E::ActiveModel) -> Result<E::Model> {
        let mut changes = row.clone();
        for column in key::columns::<E>() {
            changes.not_set(column);
        }
        let stored = self.find().filter(key::matches::<E>(key.clone()));
        race::update_or_create(
            &self.provider,
            move || self.update(Key::<E>::from_value_tuple(key.clone()), changes.clone()),
            || self.create(row),
            |look| stored.looking(look).one(),
        )
        .await
    }

    async fn insert(&self, mut row: E::ActiveModel) -> Result<E::Model> {
        if self.provider.get_database_backend() != DbBackend::MySql {
            return Ok(E::insert(row).exec_with_returning(&self.provider).await?);
        }
        ask_for_a_key::<E>(&mut row);
        if self.provider.manager().supports_insert_returning() {
            return self.insert_returning(E::insert(row)).await;
        }
        let Some(key) = row.get_primary_key_value() else {
            if !E::PrimaryKey::auto_increment() {
                return Err(unknown_key(&key::table::<E>()));
            }
            return Ok(E::insert(row).exec_with_returning(&self.provider).await?);
        };
        E::insert(row)
            .exec_without_returning(&self.provider)
            .await?;
        let stored = self.find().filter(key::matches::<E>(key.clone())).one();
        stored.await?.ok_or_else(|| key::not_found::<E>(&key))
    }

    async fn insert_returning(&self, insert: Insert<E::ActiveModel>) -> Result<E::Model> {
        let columns = E::Column::iter().map(|column| {
            let value = column.select_as(column.into_returning_expr(DbBackend::MySql));
            // A cast has no name of its own.
            SelectExpr {
                alias: Some(column.as_str().into()),
                ..value.into()
            }
        });
        let mut statement = insert.build(DbBackend::MySql);
        append_returning(&mut statement, columns);
        match self.provider.query_one_raw(statement).await? {
            Some(row) => Ok(E::Model::from_query_result(&row, "")?),
            None => Err(DbErr::RecordNotInserted.into()),
        }
    }
}

impl<E: EntityTrait> Repository<E> {
    /// Deletes the row with this key, and says whether there was one. It is not read before.
    ///
    /// # Errors
    ///
    /// [`Error::Constraint`] where other rows refer to it; [`Error::InvalidInput`] where rows have no
    /// key.
    ///
    /// # Cancel safety
    ///
    /// Outside a transaction, a dropped future may or may not have deleted the row.
    pub async fn delete(&self, id: impl Into<Key<E>>) -> Result<bool> {
        key::require::<E>()?;
        let deleted = E::delete_by_id(id).exec(&self.provider).await?;
        Ok(deleted.rows_affected > 0)
    }

    /// Deletes all rows that meet the condition, and returns how many there were.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for an empty condition; [`Error::Constraint`] where other rows refer
    /// to one of them.
    pub async fn delete_where(&self, condition: impl IntoCondition) -> Result<u64> {
        let condition = restricting(&key::table::<E>(), condition.into_condition())?;
        let delete = E::delete_many().filter(condition);
        Ok(delete.exec(&self.provider).await?.rows_affected)
    }
}

/// Refuses a condition that restricts nothing: it is a filter that somebody forgot to fill.
pub(crate) fn restricting(table: &str, condition: Condition) -> Result<Condition> {
    if condition.is_empty() {
        return Err(Error::invalid(
            table,
            "the condition is empty, and would mean every row",
            "give a condition; `Expr::value(true)` says that every row is meant",
        ));
    }
    Ok(condition)
}

/// Refuses changes that change nothing.
pub(crate) fn no_changes(table: &str) -> Error {
    Error::invalid(table, "the changes set no column", "set at least one")
}

/// MySQL knows the key of a new row only where it is given or an auto-increment.
pub(crate) fn unknown_key(table: &str) -> Error {
    Error::invalid(
        table,
        "the primary key is not set, and MySQL cannot tell which one a default made",
        "set it",
    )
}

/// MySQL cannot find a new row without a key.
pub(crate) fn no_key(table: &str) -> Error {
    Error::invalid(
        table,
        "MySQL returns no row, and without a primary key it cannot be found again",
        "give the table a primary key, or add the row by `insert_many`, which returns none",
    )
}

/// MariaDB has RETURNING and speaks a dialect for which sea-query does not write it.
pub(crate) fn append_returning(
    statement: &mut Statement,
    columns: impl IntoIterator<Item = SelectExpr>,
) {
    let columns = Query::select().exprs(columns).to_string(MysqlQueryBuilder);
    statement.sql.push_str(" RETURNING ");
    statement
        .sql
        .push_str(columns.trim_start_matches("SELECT "));
}

/// MySQL gives an auto-increment key to a row whose key is 0, so that it is not found again by 0.
fn ask_for_a_key<E: EntityTrait>(row: &mut E::ActiveModel) {
    if !E::PrimaryKey::auto_increment() {
        return;
    }
    for column in key::columns::<E>() {
        let value = row.get(column).into_value();
        let is_zero = value.is_some_and(|value| sea_value_to_json_value(&value) == 0);
        if is_zero {
            row.not_set(column);
        }
    }
}
