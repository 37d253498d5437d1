//! `CHECK` rules, which are in one table of the catalogue or in two.

use std::collections::HashMap;

use sea_orm::Value;

use super::{assembly::Assembly, queries::Queries};
use crate::{connection::ConnectionManager, error::Result, reflect::rows::texts};

/// Reads the rules of a schema or of one table of it, where the server has such.
pub(super) async fn read(
    manager: &ConnectionManager,
    queries: &Queries,
    schema: &str,
    only: Option<&str>,
    assembly: &mut Assembly<'_>,
) -> Result<()> {
    let scope: Vec<Value> = std::iter::once(schema)
        .chain(only)
        .map(Value::from)
        .collect();
    if let Some(sql) = queries.checks() {
        for row in texts(manager, &sql, scope).await? {
            assembly.check(row);
        }
        return Ok(());
    }
    let Some(sql) = queries.check_names() else {
        return Ok(());
    };
    let mut tables = HashMap::new();
    for [name, table, enforced] in texts(manager, &sql, scope).await? {
        if let Some(name) = name {
            tables.insert(name, (table, enforced));
        }
    }
    if tables.is_empty() {
        return Ok(());
    }
    let mut values = vec![Value::from(schema)];
    // Of one table there are few.
    let named = only.map(|_| tables.len());
    if named.is_some() {
        values.extend(tables.keys().map(|name| Value::from(name.as_str())));
    }
    // The names are unique in a schema.
    for [name, clause] in texts(manager, &Queries::check_clauses(named), values).await? {
        let known = name.as_ref().and_then(|name| tables.remove(name));
        if let Some((table, enforced)) = known {
            assembly.check([table, name, clause, enforced]);
        }
    }
    Ok(())
}
