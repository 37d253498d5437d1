//! From the name that a caller wrote to a table.

use std::sync::Arc;

use sea_orm::{DbBackend, Value};

use super::{TableModel, TableName, rows::texts};
use crate::{
    config::nearest,
    connection::ConnectionManager,
    error::{Error, Result},
};

/// The table of that name in the current schema, else of `schema.table`.
pub(super) async fn table(name: &str, manager: &ConnectionManager) -> Result<Arc<TableModel>> {
    for candidate in candidates(name, manager).await? {
        if let Some(table) = exactly(&candidate, manager).await? {
            return Ok(Arc::new(table));
        }
    }
    Err(unknown(name, manager).await)
}

/// What a name may mean: that table in the current schema, else `schema.table`.
pub(crate) async fn candidates(name: &str, manager: &ConnectionManager) -> Result<Vec<TableName>> {
    if name.is_empty() || name.contains('\0') {
        let problem = if name.is_empty() {
            "the name is empty"
        } else {
            "no name has a NUL in it"
        };
        return Err(Error::invalid(
            format!("the table {name:?}"),
            problem,
            "name a table as `table` or `schema.table`",
        ));
    }
    let mut candidates = Vec::new();
    // A connection that is in no schema still finds what is named with one.
    match super::current_schema(manager).await {
        Ok(schema) => candidates.push(TableName::new(schema, name)),
        Err(Error::InvalidInput { .. }) => {}
        Err(error) => return Err(error),
    }
    for (dot, _) in name.match_indices('.') {
        let (schema, table) = (&name[..dot], &name[dot + 1..]);
        if !schema.is_empty() && !table.is_empty() {
            candidates.push(TableName::new(schema, table));
        }
    }
    Ok(candidates)
}

/// The schemas to read, and the one table that is wanted of them, where it is one.
pub(super) fn wanted<'a>(
    schemas: &'a [String],
    only: Option<&'a TableName>,
) -> impl Iterator<Item = (&'a String, Option<&'a str>)> {
    schemas
        .iter()
        .filter(move |schema| only.is_none_or(|only| only.schema == **schema))
        .map(move |schema| (schema, only.map(|only| only.table.as_str())))
}

/// The table of just that name, if there is one.
pub(crate) async fn exactly(
    name: &TableName,
    manager: &ConnectionManager,
) -> Result<Option<TableModel>> {
    let found = super::tables(manager, std::slice::from_ref(&name.schema), Some(name)).await?;
    match found.unreadable.into_iter().next() {
        Some(unreadable) => Err(Error::invalid(
            format!("the table `{}`", unreadable.table),
            format!("it cannot be read: {}", unreadable.reason),
            "repair its definition",
        )),
        None => Ok(found.tables.into_iter().next()),
    }
}

/// Says which table may have been meant.
pub(crate) async fn unknown(name: &str, manager: &ConnectionManager) -> Error {
    let schema = match super::current_schema(manager).await {
        Ok(schema) => schema,
        Err(error) => return error,
    };
    let known = match names(manager, &schema).await {
        Ok(known) => known,
        Err(error) => return error,
    };
    let remedy = match nearest(name, known.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "create it first, or write `schema.table` for one of another schema".to_owned(),
    };
    Error::invalid(
        format!("the table `{name}`"),
        format!("there is none of that name in the schema `{schema}`"),
        remedy,
    )
}

/// The schemas of the database.
pub(super) async fn schemas(manager: &ConnectionManager) -> Result<Vec<String>> {
    let sql = match manager.backend().dialect() {
        DbBackend::Postgres => "SELECT nspname::text FROM pg_catalog.pg_namespace",
        DbBackend::MySql => "SELECT schema_name FROM information_schema.schemata",
        _ => "SELECT name FROM pragma_database_list",
    };
    let rows = texts(manager, sql, Vec::new()).await?;
    Ok(rows.into_iter().filter_map(|[name]| name).collect())
}

/// Refuses schemas that are not there.
pub(super) async fn check_schemas(manager: &ConnectionManager, wanted: &[String]) -> Result<()> {
    let known = schemas(manager).await?;
    for schema in wanted {
        if known.contains(schema) {
            continue;
        }
        let remedy = match nearest(schema, known.iter().map(String::as_str)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "name one that the account may see".to_owned(),
        };
        return Err(Error::invalid(
            format!("the schema `{schema}`"),
            "there is none of that name",
            remedy,
        ));
    }
    Ok(())
}

/// The names of the tables in a schema.
async fn names(manager: &ConnectionManager, schema: &str) -> Result<Vec<String>> {
    let sql = match manager.backend().dialect() {
        DbBackend::Postgres => {
            "SELECT c.relname::text FROM pg_catalog.pg_class c \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
        }
        DbBackend::MySql => {
            "SELECT table_name FROM information_schema.tables WHERE table_schema = ?"
        }
        _ => "SELECT name FROM pragma_table_list WHERE schema = ?",
    };
    let rows = texts(manager, sql, vec![Value::from(schema)]).await?;
    Ok(rows.into_iter().filter_map(|[name]| name).collect())
}
