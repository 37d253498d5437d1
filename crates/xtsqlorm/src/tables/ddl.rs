//! From a model to the statements that make the table.

mod check;
mod mysql;
mod postgres;
mod sqlite;

use sea_orm::DbBackend;

pub(super) use postgres::sequence;

use super::quote;
use crate::{
    connection::Backend,
    error::{Error, Result},
    reflect::{
        CheckModel, ColumnModel, Deferral, ForeignKeyModel, Identity, KeyAction, TableModel,
    },
};

/// The statements in the order in which they are to be sent.
pub(super) fn statements(table: &TableModel, backend: Backend) -> Result<Vec<String>> {
    check::check(table, backend)?;
    let statements = match backend.dialect() {
        DbBackend::MySql => mysql::statements(table, backend)?,
        DbBackend::Postgres => postgres::statements(table),
        _ => sqlite::statements(table)?,
    };
    // A server would read up to there.
    if statements.iter().any(|sql| sql.contains('\0')) {
        return Err(Error::invalid(
            format!("the table `{}`", table.name),
            "a comment or an expression has a NUL in it",
            "take it out",
        ));
    }
    Ok(statements)
}

/// `CONSTRAINT "name" `, or nothing.
fn constraint(dialect: DbBackend, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("CONSTRAINT {} ", quote::name(dialect, name)),
        None => String::new(),
    }
}

fn check_rule(dialect: DbBackend, check: &CheckModel) -> String {
    let enforced = if check.enforced { "" } else { " NOT ENFORCED" };
    format!(
        "{}CHECK ({}){enforced}",
        constraint(dialect, check.name.as_deref()),
        check.expression
    )
}

/// A foreign key as a rule of a table.
pub(super) fn foreign_key(dialect: DbBackend, key: &ForeignKeyModel) -> String {
    let name = constraint(dialect, key.name.as_deref());
    let columns = quote::names(dialect, &key.columns);
    // SQLite's never leave their schema.
    let referred = match dialect {
        DbBackend::Sqlite => quote::name(dialect, &key.table.table),
        _ => quote::table(dialect, &key.table),
    };
    let mut sql = format!("{name}FOREIGN KEY ({columns}) REFERENCES {referred}");
    if !key.referenced.is_empty() {
        sql.push_str(&format!(" ({})", quote::names(dialect, &key.referenced)));
    }
    if key.match_full {
        sql.push_str(" MATCH FULL");
    }
    // What a key does that says nothing differs between MySQL and MariaDB.
    let unsaid = |action| action == KeyAction::NoAction && dialect != DbBackend::MySql;
    if !unsaid(key.on_update) {
        sql.push_str(&format!(" ON UPDATE {}", key.on_update.sql()));
    }
    if !unsaid(key.on_delete) {
        sql.push_str(&format!(" ON DELETE {}", key.on_delete.sql()));
        if !key.on_delete_columns.is_empty() {
            let columns = quote::names(dialect, &key.on_delete_columns);
            sql.push_str(&format!(" ({columns})"));
        }
    }
    match key.deferral {
        Deferral::Immediate => {}
        Deferral::Deferrable => sql.push_str(" DEFERRABLE"),
        Deferral::Deferred => sql.push_str(" DEFERRABLE INITIALLY DEFERRED"),
    }
    sql
}

/// The items of a `CREATE TABLE`, one a line.
fn body(items: &[String]) -> String {
    format!("(\n    {}\n)", items.join(",\n    "))
}

/// Whether a sequence of its own numbers a column of PostgreSQL.
pub(super) fn has_sequence(column: &ColumnModel) -> bool {
    column.identity == Some(Identity::AutoIncrement)
}
