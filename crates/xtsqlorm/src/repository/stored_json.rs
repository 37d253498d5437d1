//! JSON as the text that the database has of it.

use sea_orm::{
    DbErr, QueryResult, RuntimeErr,
    sqlx::{self, Row as _, ValueRef as _, postgres::PgRow},
};

/// The text of the JSON at `index`: the digits of its numbers, the order of its keys and those that
/// come twice are in it, of which serde_json keeps none.
pub(crate) fn stored_json(row: &QueryResult, index: usize) -> Result<Option<String>, DbErr> {
    let text = if let Some(row) = row.try_as_mysql_row() {
        row.try_get_unchecked(index)
    } else if let Some(row) = row.try_as_pg_row() {
        of_postgres(row, index)
    } else if let Some(row) = row.try_as_sqlite_row() {
        row.try_get_unchecked(index)
    } else {
        return Err(DbErr::Type("the row is of no known database".to_owned()));
    };
    text.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(error.into())))
}

/// The text of `json`, or of `jsonb`, before which a byte tells its version.
fn of_postgres(row: &PgRow, index: usize) -> sqlx::Result<Option<String>> {
    let value = row.try_get_raw(index)?;
    if value.is_null() {
        return Ok(None);
    }
    let unreadable = |source| sqlx::Error::ColumnDecode {
        index: index.to_string(),
        source,
    };
    let bytes = value.as_bytes().map_err(unreadable)?;
    let text = std::str::from_utf8(bytes.strip_prefix(&[1]).unwrap_or(bytes));
    let text = text.map_err(|error| unreadable(error.into()))?;
    Ok(Some(text.to_owned()))
}
