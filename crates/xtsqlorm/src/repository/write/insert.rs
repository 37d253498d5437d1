//! Rows are inserted, and come back as they were stored.

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, DbErr,
    EntityTrait, IdenStatic, IntoActiveModel, Iterable, PrimaryKeyTrait, QueryTrait, Statement,
    TryFromU64,
    sea_query::{
        Expr, IntoValueTuple, MysqlQueryBuilder, Query, SelectExpr, ValueTuple,
        sea_value_to_json_value,
    },
};

use super::{no_key, unknown_key};
use crate::{
    error::Result,
    repository::{
        Key, Repository,
        conventions::Seen,
        key,
        texts::{self, Verb},
    },
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
        let returns = self.provider.manager().supports_insert_returning();
        if self.provider.get_database_backend() == DbBackend::MySql {
            ask_for_a_key::<E>(&mut row);
        }
        let key = row.get_primary_key_value();
        if !returns && key.is_none() && !E::PrimaryKey::auto_increment() {
            return Err(unknown_key(&key::table::<E>()));
        }
        let (columns, values) = texts::brought(&row);
        let verb = columns.map(Verb::Create);
        let insert = self.statement(verb, values, |dialect| {
            insertion::<E>(row, returns, dialect)
        });
        if returns {
            let created = self.row_from(insert).await?;
            return created.ok_or_else(|| DbErr::RecordNotInserted.into());
        }
        let done = self.provider.execute_raw(insert).await?;
        let key = match key {
            Some(key) => key,
            None => key_of_number::<E>(done.last_insert_id())?,
        };
        let stored = self.seeing(Seen::WithDeleted).row_of(key.clone()).await?;
        stored.ok_or_else(|| key::not_found::<E>(&key))
    }
}

/// The key that MySQL gave to a new row.
fn key_of_number<E: EntityTrait>(number: u64) -> Result<ValueTuple> {
    if number == 0 {
        return Err(DbErr::RecordNotInserted.into());
    }
    let key = Key::<E>::try_from_u64(number).map_err(|_| DbErr::UnpackInsertId)?;
    Ok(key.into_value_tuple())
}

/// The statement that creates a row, and returns it if that is asked for.
fn insertion<E: EntityTrait>(row: E::ActiveModel, returns: bool, dialect: DbBackend) -> Statement {
    let insert = E::insert(row);
    if !returns {
        return insert.build(dialect);
    }
    if dialect == DbBackend::MySql {
        // A cast has no name of its own there.
        let columns = E::Column::iter().zip(stored::<E>(dialect));
        let columns = columns.map(|(column, value)| SelectExpr {
            alias: Some(column.as_str().into()),
            ..value.into()
        });
        let mut statement = insert.build(dialect);
        append_returning(&mut statement, columns);
        return statement;
    }
    let mut insert = insert.into_query();
    insert.returning(Query::returning().exprs(stored::<E>(dialect)));
    dialect.build(&insert)
}

/// The columns of a row that a write returns.
pub(super) fn stored<E: EntityTrait>(dialect: DbBackend) -> impl Iterator<Item = Expr> {
    E::Column::iter().map(move |column| column.select_as(column.into_returning_expr(dialect)))
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
