//! Reads SQLite: its pragmas as table-valued functions, with bound names, and the texts of the
//! `CREATE` statements for what no pragma tells.

mod assembly;
mod create_index;
mod create_table;
mod modules;
mod pieces;
mod queries;
mod types;

use sea_orm::sqlx;

pub(crate) use self::modules::Modules;
use self::{assembly::Assembly, queries::Queries};
use super::{Found, TableKind, TableName, Unreadable, resolve, rows::texts};
use crate::{
    connection::ConnectionManager,
    error::{Error, Result, sqlx_error},
};

/// The schema that a connection is in.
#[expect(clippy::unused_async, reason = "the other databases have to be asked")]
pub(super) async fn current_schema(_manager: &ConnectionManager) -> Result<String> {
    Ok("main".to_owned())
}

/// The tables of these schemas, or one of them only.
pub(super) async fn tables(
    manager: &ConnectionManager,
    schemas: &[String],
    only: Option<&TableName>,
) -> Result<Found> {
    let known = resolve::schemas(manager).await?;
    let mut found = Found::default();
    for (schema, only) in resolve::wanted(schemas, only) {
        if known.contains(schema) {
            found.add(one_schema(manager, schema, only).await?);
        }
    }
    Ok(found)
}

/// A fixed number of queries, unless a table is broken: then all are read one by one, so that it
/// does not cost the others.
async fn one_schema(
    manager: &ConnectionManager,
    schema: &str,
    only: Option<&str>,
) -> Result<Found> {
    let names = names(manager, schema, only).await?;
    if names.is_empty() {
        return Ok(Found::default());
    }
    match read(manager, schema, only).await {
        Ok(found) => return Ok(found),
        Err(error) if broken(&error).is_some() => {}
        Err(error) => return Err(error),
    }
    let mut found = Found::default();
    for (name, kind) in names {
        match read(manager, schema, Some(&name)).await {
            Ok(read) => found.tables.extend(read.tables),
            Err(error) => match broken(&error) {
                Some(reason) => found.unreadable.push(Unreadable {
                    table: TableName::new(schema, name),
                    kind,
                    reason,
                }),
                None => return Err(error),
            },
        }
    }
    Ok(found)
}

/// What SQLite says of a view that refers to what is not there, or of a table whose module is not.
fn broken(error: &Error) -> Option<String> {
    let Error::Database(error) = error else {
        return None;
    };
    match sqlx_error(error)? {
        // SQLITE_ERROR: the statement makes no sense. Others are of the file.
        sqlx::Error::Database(reported) if reported.code().as_deref() == Some("1") => {
            Some(reported.message().to_owned())
        }
        _ => None,
    }
}

async fn names(
    manager: &ConnectionManager,
    schema: &str,
    only: Option<&str>,
) -> Result<Vec<(String, TableKind)>> {
    let queries = Queries::new(schema, only);
    let rows = texts(manager, &queries.names(), queries.values()).await?;
    let names = rows.into_iter();
    let names = names.filter_map(|[name, kind]| Some((name?, kind_of(&kind?))));
    Ok(names.collect())
}

/// What `pragma_table_list` calls a table.
fn kind_of(word: &str) -> TableKind {
    match word {
        "view" => TableKind::View,
        "virtual" => TableKind::VirtualTable,
        "shadow" => TableKind::ShadowTable,
        _ => TableKind::Table,
    }
}

async fn read(manager: &ConnectionManager, schema: &str, only: Option<&str>) -> Result<Found> {
    let queries = Queries::new(schema, only);
    let mut assembly = Assembly::new(schema);
    for row in texts(manager, &queries.tables(), queries.values()).await? {
        assembly.table(row);
    }
    for row in texts(manager, &queries.texts(), queries.values()).await? {
        assembly.create_text(row);
    }
    for row in texts(manager, &queries.columns(), queries.values()).await? {
        assembly.column(row);
    }
    for row in texts(manager, &queries.index_parts(), queries.values()).await? {
        assembly.index_part(row);
    }
    for row in texts(manager, &queries.parents(), queries.values()).await? {
        assembly.parent_column(row);
    }
    for row in texts(manager, &queries.foreign_keys(), queries.values()).await? {
        assembly.foreign_key_column(row);
    }
    Ok(assembly.finish())
}
