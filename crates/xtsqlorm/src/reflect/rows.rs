//! Rows of a catalogue, every value as text.

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use crate::{connection::ConnectionManager, error::Result};

/// The rows of a query whose `N` columns are texts, in whatever form the server hands texts out:
/// MySQL's `information_schema` mixes character and binary strings.
pub(crate) async fn texts<const N: usize>(
    manager: &ConnectionManager,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<[Option<String>; N]>> {
    let postgres = manager.get_database_backend() == DbBackend::Postgres;
    let statement = Statement::from_sql_and_values(manager.get_database_backend(), sql, values);
    let rows = manager.query_all_raw(statement).await?;
    let mut texts = Vec::with_capacity(rows.len());
    for row in rows {
        let mut values = [const { None }; N];
        for (index, value) in values.iter_mut().enumerate() {
            *value = if postgres {
                row.try_get_by_index(index)?
            } else {
                let bytes: Option<Vec<u8>> = row.try_get_by_index(index)?;
                bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            };
        }
        texts.push(values);
    }
    Ok(texts)
}
