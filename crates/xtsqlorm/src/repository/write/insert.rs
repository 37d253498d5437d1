//! Rows are inserted, and come back as they were stored.

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, DbErr,
    EntityTrait, FromQueryResult, IdenStatic, Insert, IntoActiveModel, Iterable, PrimaryKeyTrait,
    QueryFilter, QueryTrait, Statement,
    sea_query::{MysqlQueryBuilder, Query, SelectExpr, sea_value_to_json_value},
};

use super::{no_key, unknown_key};
use crate::{
    error::Result,
    repository::{Repository, conventions::Seen, key},
};

impl<E> Repository<E>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelBehavior + Send,
{
    /// Creates a row that the hooks agreed to.
    pub(super) async fn add(&self, row: E::ActiveModel) -> Result<E::Model> {
        if key::require::<E>().is_err() && !self.provider.manager().supports_insert_returning() {
            return Err(no_key(&key::table::<E>()));
        }
        let mut row = ActiveModelBehavior::before_save(row, &self.provider, true).await?;
        self.conventions().complete(&mut row)?;
        let model = self.insert(row).await?;
        Ok(E::ActiveModel::after_save(model, &self.provider, true).await?)
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
        let stored = self.seeing(Seen::WithDeleted).find();
        let stored = stored.filter(key::matches::<E>(key.clone())).one();
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
pub(crate) fn ask_for_a_key<E: EntityTrait>(row: &mut E::ActiveModel) {
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
