//! What is there, without its columns; and what refers to it.

use sea_orm::{DbBackend, Value};

use super::TableEntry;
use crate::{
    connection::ConnectionManager,
    error::Result,
    reflect::{Modules, TableKind, TableName, candidates, texts},
};

/// The table or view that a name means, by the rule of
/// [`reflect_table`](crate::reflect::reflect_table).
pub(super) async fn find(name: &str, manager: &ConnectionManager) -> Result<Option<TableEntry>> {
    for candidate in candidates(name, manager).await? {
        if let Some(found) = entry(&candidate, manager).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The table or view of just that name.
pub(super) async fn entry(
    name: &TableName,
    manager: &ConnectionManager,
) -> Result<Option<TableEntry>> {
    let found = entries(&name.schema, Some(&name.table), manager).await?;
    Ok(found.into_iter().next())
}

/// The tables and views of a schema, or the one of that name, by name.
pub(super) async fn entries(
    schema: &str,
    table: Option<&str>,
    manager: &ConnectionManager,
) -> Result<Vec<TableEntry>> {
    let filtered = |filter: &'static str| if table.is_some() { filter } else { "" };
    let sql = match manager.backend().dialect() {
        DbBackend::Postgres => format!(
            "SELECT c.relname::text, c.relkind::text FROM pg_catalog.pg_class c \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname = $1{}",
            filtered(" AND c.relname = $2")
        ),
        // Equal to the catalogue is more than equal on disk, unless the server folds names.
        DbBackend::MySql => format!(
            "SELECT t.table_name, t.table_type FROM information_schema.tables t \
             WHERE t.table_schema = ?{}",
            filtered(
                " AND t.table_name = ? AND (@@lower_case_table_names > 0 \
                 OR CAST(t.table_name AS BINARY) = CAST(? AS BINARY))"
            )
        ),
        _ => format!(
            "SELECT name, type FROM pragma_table_list \
             WHERE schema = ? AND name NOT LIKE 'sqlite!_%' ESCAPE '!'{}",
            filtered(" AND name = ? COLLATE NOCASE")
        ),
    };
    let mut values = vec![Value::from(schema)];
    values.extend(table.map(Value::from));
    if let (Some(table), DbBackend::MySql) = (table, manager.backend().dialect()) {
        values.push(Value::from(table));
    }
    let rows = texts(manager, &sql, values).await?;
    let mut found: Vec<TableEntry> = rows
        .into_iter()
        .filter_map(|[name, kind]| {
            Some(TableEntry {
                name: TableName::new(schema, name?),
                kind: kind_of(&kind?)?,
            })
        })
        .collect();
    if found
        .iter()
        .any(|entry| entry.kind == TableKind::ShadowTable)
    {
        let modules = Modules::read(schema, manager).await?;
        for entry in &mut found {
            if entry.kind == TableKind::ShadowTable && modules.are_without(&entry.name.table) {
                entry.kind = TableKind::Table;
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// `relkind` of PostgreSQL, `table_type` of MySQL, the type of SQLite. `None` for what is no table.
fn kind_of(word: &str) -> Option<TableKind> {
    Some(match word {
        "r" | "p" | "BASE TABLE" | "SYSTEM VERSIONED" | "table" => TableKind::Table,
        "v" | "VIEW" | "SYSTEM VIEW" | "view" => TableKind::View,
        "m" => TableKind::MaterializedView,
        "f" => TableKind::ForeignTable,
        "virtual" => TableKind::VirtualTable,
        "shadow" => TableKind::ShadowTable,
        _ => return None,
    })
}

/// Something that would be left without what it refers to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Dependant {
    pub(super) table: TableName,
    /// The foreign key's name; `None` for a view, an heir, and for SQLite.
    pub(super) foreign_key: Option<String>,
}

/// What refers to a table: foreign keys of other tables; on PostgreSQL also views and heirs, which
/// other databases do not keep track of.
pub(super) async fn dependants(
    name: &TableName,
    manager: &ConnectionManager,
) -> Result<Vec<Dependant>> {
    let sql = match manager.backend().dialect() {
        DbBackend::Postgres => {
            "WITH wanted AS (SELECT c.oid FROM pg_catalog.pg_class c \
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                WHERE n.nspname = $1 AND c.relname = $2), \
             found (oid, name) AS ( \
                SELECT k.conrelid, k.conname::text FROM wanted \
                JOIN pg_catalog.pg_constraint k ON k.confrelid = wanted.oid \
                    AND k.contype = 'f' AND k.conparentid = 0 AND k.conrelid <> k.confrelid \
                UNION SELECT i.inhrelid, NULL FROM wanted \
                JOIN pg_catalog.pg_inherits i ON i.inhparent = wanted.oid \
                JOIN pg_catalog.pg_class h ON h.oid = i.inhrelid AND NOT h.relispartition \
                UNION SELECT r.ev_class, NULL FROM wanted \
                JOIN pg_catalog.pg_depend d ON d.refobjid = wanted.oid \
                    AND d.refclassid = 'pg_catalog.pg_class'::regclass \
                    AND d.classid = 'pg_catalog.pg_rewrite'::regclass \
                JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid AND r.ev_class <> wanted.oid) \
             SELECT n.nspname::text, c.relname::text, found.name FROM found \
             JOIN pg_catalog.pg_class c ON c.oid = found.oid \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace ORDER BY 1, 2, 3"
        }
        DbBackend::MySql => {
            "SELECT DISTINCT table_schema, table_name, constraint_name \
             FROM information_schema.key_column_usage \
             WHERE referenced_table_schema = ? AND referenced_table_name = ? \
             AND (@@lower_case_table_names > 0 \
                OR CAST(referenced_table_name AS BINARY) = CAST(? AS BINARY)) \
             AND NOT (table_schema = referenced_table_schema \
                AND table_name = referenced_table_name AND (@@lower_case_table_names > 0 \
                    OR CAST(table_name AS BINARY) = CAST(referenced_table_name AS BINARY))) \
             ORDER BY 1, 2, 3"
        }
        _ => {
            let schema = super::quote::name(DbBackend::Sqlite, &name.schema);
            let sql = format!(
                "SELECT DISTINCT ?1, m.name, NULL FROM {schema}.sqlite_master m \
                 JOIN pragma_foreign_key_list(m.name, ?1) f \
                 WHERE m.type = 'table' AND f.\"table\" = ?2 COLLATE NOCASE \
                 AND m.name <> ?2 COLLATE NOCASE ORDER BY m.name"
            );
            return rows(&sql, name, manager).await;
        }
    };
    rows(sql, name, manager).await
}

async fn rows(sql: &str, name: &TableName, manager: &ConnectionManager) -> Result<Vec<Dependant>> {
    let mut values = vec![
        Value::from(name.schema.as_str()),
        Value::from(name.table.as_str()),
    ];
    if manager.backend().dialect() == DbBackend::MySql {
        // As the catalogue compares names, and as the disk does.
        values.push(Value::from(name.table.as_str()));
    }
    let rows = texts(manager, sql, values).await?;
    let found = rows.into_iter().filter_map(|[schema, table, foreign_key]| {
        Some(Dependant {
            table: TableName::new(schema?, table?),
            foreign_key,
        })
    });
    Ok(found.collect())
}
