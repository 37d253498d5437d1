//! The end of a table.

use sea_orm::DbBackend;

use super::{
    DropOptions,
    catalogue::{self, Dependant},
    quote, run,
};
use crate::{
    connection::ConnectionManager,
    error::{Error, Result},
    reflect::{TableKind, TableName, forget_table, unknown},
};

pub(super) async fn drop_table(
    name: &str,
    options: DropOptions,
    manager: &ConnectionManager,
) -> Result<bool> {
    run::refuse_inside_a_writer(manager)?;
    let Some(entry) = catalogue::find(name, manager).await? else {
        if options.if_exists {
            return Ok(false);
        }
        return Err(unknown(name, manager).await);
    };
    if !matches!(entry.kind, TableKind::Table | TableKind::VirtualTable) {
        return Err(Error::invalid(
            format!("the table `{}`", entry.name),
            format!("it is a {}", entry.kind),
            "drop it by a statement of its own, if that is what you mean",
        ));
    }
    let dependants = catalogue::dependants(&entry.name, manager).await?;
    if !options.cascade && !dependants.is_empty() {
        return Err(still_needed(&entry.name, &dependants));
    }
    let statements = statements(&entry.name, &dependants, manager)?;
    let dependants = dependants.into_iter().map(|dependant| dependant.table);
    let _forgotten = Forgotten {
        tables: dependants.chain([entry.name]).collect(),
        manager,
    };
    run::all(&statements, manager).await?;
    Ok(true)
}

/// Tables that are read anew from here on, whatever became of the change: MySQL has kept what was done
/// before the statement that failed, or that nobody waited for.
struct Forgotten<'a> {
    tables: Vec<TableName>,
    manager: &'a ConnectionManager,
}

impl Drop for Forgotten<'_> {
    fn drop(&mut self) {
        for table in &self.tables {
            forget_table(table, self.manager);
        }
    }
}

fn statements(
    name: &TableName,
    dependants: &[Dependant],
    manager: &ConnectionManager,
) -> Result<Vec<String>> {
    let dialect = manager.backend().dialect();
    let table = quote::table(dialect, name);
    let mut statements = Vec::new();
    let cascade = match dialect {
        DbBackend::Postgres if !dependants.is_empty() => " CASCADE",
        DbBackend::MySql => {
            for dependant in dependants {
                let key = dependant.foreign_key.as_deref().unwrap_or_default();
                statements.push(format!(
                    "ALTER TABLE {} DROP FOREIGN KEY {}",
                    quote::table(dialect, &dependant.table),
                    quote::name(dialect, key)
                ));
            }
            ""
        }
        DbBackend::Sqlite if !dependants.is_empty() => {
            return Err(Error::Unsupported {
                feature: "dropping the foreign keys that refer to a table",
                backend: manager.backend().name(),
            });
        }
        _ => "",
    };
    statements.push(format!("DROP TABLE {table}{cascade}"));
    Ok(statements)
}

fn still_needed(name: &TableName, dependants: &[Dependant]) -> Error {
    let mut tables: Vec<String> = dependants
        .iter()
        .map(|dependant| format!("`{}`", dependant.table))
        .collect();
    tables.dedup();
    let refer = if tables.len() == 1 { "refers" } else { "refer" };
    Error::invalid(
        format!("the table `{name}`"),
        format!("{} {refer} to it", tables.join(", ")),
        "drop what refers to it first, or ask for `DropOptions::cascade`",
    )
}
