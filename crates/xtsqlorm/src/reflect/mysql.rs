//! Reads MySQL and MariaDB, and what speaks their protocol, through `information_schema`.
//!
//! A fixed number of queries for each schema, whatever the number of its tables.

mod assembly;
mod checks;
mod defaults;
mod expression;
mod queries;
mod types;

use sea_orm::Value;

use self::{assembly::Assembly, queries::Queries};
use super::{Found, TableName, resolve, rows::texts};
use crate::{
    connection::ConnectionManager,
    error::{Error, Result},
};

/// How many defaults one query asks for.
const DEFAULTS_AT_ONCE: usize = 100;

/// The schema that a connection is in.
pub(super) async fn current_schema(manager: &ConnectionManager) -> Result<String> {
    let rows = texts(manager, "SELECT DATABASE()", Vec::new()).await?;
    let name = rows.into_iter().find_map(|[name]| name);
    name.ok_or_else(|| {
        Error::invalid(
            "the current schema",
            "the connection is in no database",
            "name one in the URL, as in mysql://host/database, or write `database.table`",
        )
    })
}

/// The tables of these schemas, or one of them only.
pub(super) async fn tables(
    manager: &ConnectionManager,
    schemas: &[String],
    only: Option<&TableName>,
) -> Result<Found> {
    let mut found = Found::default();
    for (schema, only) in resolve::wanted(schemas, only) {
        found.add(one_schema(manager, schema, only).await?);
    }
    Ok(found)
}

/// One schema at a time: MariaDB opens the tables of all schemas unless one is named with `=`.
async fn one_schema(
    manager: &ConnectionManager,
    schema: &str,
    only: Option<&str>,
) -> Result<Found> {
    let values = || -> Vec<Value> {
        let names = std::iter::once(schema).chain(only);
        names.map(Value::from).collect()
    };
    let mut assembly = Assembly::new(manager.backend(), schema);
    let rows = texts(manager, &queries::tables(only.is_some()), values()).await?;
    for row in rows {
        assembly.table(only, row);
    }
    if assembly.is_empty() {
        return Ok(Found::default());
    }
    let queries = Queries::of(manager, only.is_some()).await?;
    checks::read(manager, &queries, schema, only, &mut assembly).await?;
    for row in texts(manager, &queries.columns(), values()).await? {
        assembly.column(row);
    }
    for row in texts(manager, &queries.indexes(), values()).await? {
        assembly.index_part(row);
    }
    for row in texts(manager, &queries.key_rules(), values()).await? {
        assembly.key_rule(row);
    }
    for row in texts(manager, &queries.key_columns(), values()).await? {
        assembly.key_column(row);
    }
    exact_defaults(manager, &mut assembly).await?;
    Ok(assembly.finish())
}

/// Asks for the defaults that `information_schema` may not show as they are; most schemas have none.
async fn exact_defaults(manager: &ConnectionManager, assembly: &mut Assembly<'_>) -> Result<()> {
    let doubtful = assembly.doubtful();
    let queries: Vec<String> = doubtful
        .into_iter()
        .enumerate()
        .map(|(number, (table, column))| defaults::exact_query(number, table, column))
        .collect();
    for queries in queries.chunks(DEFAULTS_AT_ONCE) {
        match texts(manager, &queries.join(" UNION ALL "), Vec::new()).await {
            Ok(rows) => {
                for row in rows {
                    assembly.exact_default(row);
                }
            }
            // The account may not read one of them: they stay as shown.
            Err(Error::Database(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
