//! Statements that write, for a table that is known by its name.

use sea_orm::{
    Condition, Statement, StatementBuilder, Value,
    sea_query::{Alias, IntoCondition, Query},
};

use super::quote;
use crate::{
    connection::Backend,
    error::{Error, Result},
};

/// An `INSERT` of one row. Names are quoted and values are bound, whatever they hold.
///
/// ```
/// use xtsqlorm::{connection::Backend, tables};
///
/// let insert = tables::insert_sql(Backend::Postgres, "users", [("name", "Ann")])?;
/// assert_eq!(insert.sql, r#"INSERT INTO "users" ("name") VALUES ($1)"#);
/// # Ok::<(), xtsqlorm::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::InvalidInput`] for a name that the database cannot have, for a column that comes twice,
/// and where there is no column.
#[doc(alias = "make_insert_sql")]
pub fn insert_sql<C: Into<String>, V: Into<Value>>(
    backend: Backend,
    table: &str,
    values: impl IntoIterator<Item = (C, V)>,
) -> Result<Statement> {
    let values = checked(backend, table, values)?;
    let (columns, values): (Vec<_>, Vec<_>) = values.into_iter().unzip();
    let mut insert = Query::insert();
    insert.into_table(Alias::new(table)).columns(columns);
    insert.values_panic(values.into_iter().map(Into::into));
    Ok(built(backend, &insert))
}

/// An `UPDATE` of the rows that meet the condition.
///
/// ```
/// use sea_orm::sea_query::{Condition, Expr, ExprTrait};
/// use xtsqlorm::{connection::Backend, tables};
///
/// let ann = Expr::col("id").eq(7);
/// let update = tables::update_sql(Backend::MySql, "users", [("name", "Ann")], ann)?;
/// assert_eq!(update.sql, "UPDATE `users` SET `name` = ? WHERE `id` = ?");
///
/// let all = tables::update_sql(Backend::MySql, "users", [("name", "Ann")], Condition::all());
/// assert!(all.is_err());
/// # Ok::<(), xtsqlorm::Error>(())
/// ```
///
/// # Errors
///
/// As [`insert_sql`], and for an empty condition, which would mean every row: `Expr::value(true)`
/// says so.
#[doc(alias = "make_update_sql")]
pub fn update_sql<C: Into<String>, V: Into<Value>>(
    backend: Backend,
    table: &str,
    values: impl IntoIterator<Item = (C, V)>,
    condition: impl IntoCondition,
) -> Result<Statement> {
    let values = checked(backend, table, values)?;
    let condition = restricting(table, condition)?;
    let mut update = Query::update();
    update.table(Alias::new(table)).cond_where(condition);
    for (column, value) in values {
        update.value(column, value);
    }
    Ok(built(backend, &update))
}

/// A `DELETE` of the rows that meet the condition.
///
/// # Errors
///
/// As [`update_sql`].
pub fn delete_sql(
    backend: Backend,
    table: &str,
    condition: impl IntoCondition,
) -> Result<Statement> {
    check_identifier(backend, table)?;
    let condition = restricting(table, condition)?;
    let mut delete = Query::delete();
    delete.from_table(Alias::new(table)).cond_where(condition);
    Ok(built(backend, &delete))
}

/// Whether the database can have a table or column of this name. Quotes, spaces and SQL in it do no
/// harm, since every name is quoted.
///
/// # Errors
///
/// [`Error::InvalidInput`] for a name that is empty, has a NUL in it, or is too long.
pub fn check_identifier(backend: Backend, name: &str) -> Result<()> {
    quote::check_name(backend, "table or column", name)
}

fn checked<C: Into<String>, V: Into<Value>>(
    backend: Backend,
    table: &str,
    values: impl IntoIterator<Item = (C, V)>,
) -> Result<Vec<(Alias, Value)>> {
    check_identifier(backend, table)?;
    let mut found: Vec<(String, Value)> = Vec::new();
    for (column, value) in values {
        let column = column.into();
        check_identifier(backend, &column)?;
        if found.iter().any(|(known, _)| *known == column) {
            let subject = format!("{table}.{column}");
            return Err(Error::invalid(
                subject,
                "the column is set twice",
                "set it once",
            ));
        }
        found.push((column, value.into()));
    }
    if found.is_empty() {
        return Err(Error::invalid(
            table,
            "no column is set",
            "set at least one",
        ));
    }
    let named = |(column, value)| (Alias::new(column), value);
    Ok(found.into_iter().map(named).collect())
}

fn restricting(table: &str, condition: impl IntoCondition) -> Result<Condition> {
    let condition = condition.into_condition();
    if condition.is_empty() {
        return Err(Error::empty_condition(table));
    }
    Ok(condition)
}

fn built(backend: Backend, statement: &impl StatementBuilder) -> Statement {
    backend.dialect().build(statement)
}
