//! What no statement could make, or would make otherwise than the model says.

use sea_orm::DatabaseBackend::{self, MySql, Postgres, Sqlite};

use crate::{
    connection::Backend,
    error::{Error, Result},
    reflect::{
        ColumnModel, Deferral, ForeignKeyModel, Identity, IndexModel, TableKind, TableModel,
    },
    tables::quote,
};

/// Refuses a model that this database cannot have as it is.
pub(super) fn check(table: &TableModel, backend: Backend) -> Result<()> {
    kind(table, backend)?;
    names(table, backend)?;
    known_columns(table)?;
    of_table(table, backend)?;
    for column in &table.columns {
        of_column(table, column, backend)?;
    }
    for index in &table.indexes {
        of_index(index, backend)?;
    }
    for key in &table.foreign_keys {
        of_foreign_key(key, backend)?;
    }
    Ok(())
}

fn kind(table: &TableModel, backend: Backend) -> Result<()> {
    let refused = |problem: String, remedy: &str| {
        let subject = format!("the table `{}`", table.name);
        Err(Error::invalid(subject, problem, remedy))
    };
    if table.kind != TableKind::Table {
        return refused(
            format!("it is a {}", table.kind),
            "make it by a statement of its own, or set `kind` to make a table of its columns",
        );
    }
    if let Some(parent) = &table.partition_of {
        return refused(
            format!("it is a partition of `{parent}`, and its model does not say of which rows"),
            "clear `partition_of` to make a table by itself",
        );
    }
    if table.columns.is_empty() && backend.dialect() != Postgres {
        return refused("it has no columns".into(), "give it at least one");
    }
    Ok(())
}

fn names(table: &TableModel, backend: Backend) -> Result<()> {
    quote::check_name(backend, "schema", &table.name.schema)?;
    quote::check_name(backend, "table", &table.name.table)?;
    for column in &table.columns {
        quote::check_name(backend, "column", &column.name)?;
    }
    for index in &table.indexes {
        quote::check_name(backend, "index", &index.name)?;
    }
    let keys = table.foreign_keys.iter().map(|key| &key.name);
    let checks = table.checks.iter().map(|check| &check.name);
    let primary = table.primary_key.iter().map(|key| &key.name);
    for name in keys.chain(checks).chain(primary).flatten() {
        quote::check_name(backend, "constraint", name)?;
    }
    Ok(())
}

/// Refuses keys of columns that are not there.
fn known_columns(table: &TableModel) -> Result<()> {
    let keys = table.primary_key.iter().flat_map(|key| &key.columns);
    let indexes = table.indexes.iter();
    let parts = indexes.flat_map(|index| &index.parts);
    let parts = parts.filter_map(|part| part.column.as_ref());
    let included = table.indexes.iter().flat_map(|index| &index.include);
    let referring = table.foreign_keys.iter().flat_map(|key| &key.columns);
    for name in keys.chain(parts).chain(included).chain(referring) {
        let mut columns = table.columns.iter();
        if !columns.any(|column| column.name.eq_ignore_ascii_case(name)) {
            return Err(Error::invalid(
                format!("the column `{name}` of the table `{}`", table.name),
                "a key or an index names it, and there is none of that name",
                "add the column, or take it out of the key",
            ));
        }
    }
    Ok(())
}

/// What a model says, what it is called, and who has it.
type Use = (bool, &'static str, &'static [DatabaseBackend]);

/// Refuses what this database does not have, so that nothing is left out without a word.
fn only_what_it_has(subject: impl Fn() -> String, uses: &[Use], backend: Backend) -> Result<()> {
    for (used, feature, known_to) in uses {
        if *used && !known_to.contains(&backend.dialect()) {
            return Err(Error::invalid(
                subject(),
                format!("{backend} has no {feature}"),
                "take that out of the model",
            ));
        }
    }
    Ok(())
}

fn of_table(table: &TableModel, backend: Backend) -> Result<()> {
    let subject = || format!("the table `{}`", table.name);
    only_what_it_has(
        subject,
        &[
            (table.comment.is_some(), "comments", &[MySql, Postgres]),
            (!table.inherits.is_empty(), "inheritance", &[Postgres]),
            (table.strict, "STRICT tables", &[Sqlite]),
            (table.without_rowid, "tables WITHOUT ROWID", &[Sqlite]),
        ],
        backend,
    )?;
    let enforces_all = matches!(backend, Backend::MariaDb | Backend::Sqlite);
    if enforces_all && table.checks.iter().any(|check| !check.enforced) {
        return Err(Error::invalid(
            subject(),
            format!("{backend} has no checks that are not enforced"),
            "take them out of the model",
        ));
    }
    Ok(())
}

fn of_column(table: &TableModel, column: &ColumnModel, backend: Backend) -> Result<()> {
    let subject = || format!("the column `{}`", column.name);
    let standard = matches!(
        column.identity,
        Some(Identity::Always | Identity::ByDefault)
    );
    only_what_it_has(
        subject,
        &[
            (column.comment.is_some(), "comments", &[MySql, Postgres]),
            (column.on_update.is_some(), "ON UPDATE of columns", &[MySql]),
            (
                column.charset.is_some(),
                "character sets of columns",
                &[MySql],
            ),
            (column.hidden, "hidden columns", &[MySql]),
            (standard, "GENERATED .. AS IDENTITY", &[Postgres]),
        ],
        backend,
    )?;
    let counts = column.identity.is_some() && backend.dialect() == Sqlite;
    if counts && super::sqlite::row_number(table) != Some(column.name.as_str()) {
        return Err(Error::invalid(
            subject(),
            "SQLite numbers nothing but a column of the type INTEGER that is all of the primary key",
            "make it that, or clear `identity`",
        ));
    }
    Ok(())
}

fn of_index(index: &IndexModel, backend: Backend) -> Result<()> {
    let any = |holds: fn(&crate::reflect::IndexPart) -> bool| index.parts.iter().any(holds);
    let method = index.method.as_deref().unwrap_or("btree");
    only_what_it_has(
        || format!("the index `{}`", index.name),
        &[
            (
                index.condition.is_some(),
                "partial indexes",
                &[Postgres, Sqlite],
            ),
            (!index.include.is_empty(), "INCLUDE", &[Postgres]),
            (index.nulls_equal, "NULLS NOT DISTINCT", &[Postgres]),
            (index.exclusion.is_some(), "EXCLUDE rules", &[Postgres]),
            (
                any(|part| part.prefix.is_some()),
                "indexes of prefixes",
                &[MySql],
            ),
            (
                any(|part| part.nulls_first.is_some()),
                "NULLS FIRST in indexes",
                &[Postgres],
            ),
            (
                any(|part| part.collation.is_some()),
                "collations of indexes",
                &[Postgres, Sqlite],
            ),
            (
                any(|part| part.operator_class.is_some()),
                "operator classes",
                &[Postgres],
            ),
            (
                method != "btree",
                "index methods other than btree",
                &[MySql, Postgres],
            ),
        ],
        backend,
    )
}

fn of_foreign_key(key: &ForeignKeyModel, backend: Backend) -> Result<()> {
    let deferred = key.deferral != Deferral::Immediate;
    let some_columns = !key.on_delete_columns.is_empty();
    only_what_it_has(
        || {
            format!(
                "the foreign key ({}) to `{}`",
                key.columns.join(", "),
                key.table
            )
        },
        &[
            (deferred, "deferrable foreign keys", &[Postgres, Sqlite]),
            (key.match_full, "MATCH FULL", &[Postgres]),
            (some_columns, "SET NULL of some columns", &[Postgres]),
        ],
        backend,
    )
}
