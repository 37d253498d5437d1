//! The table that claims about connections and transactions write to.

use sea_orm::{ConnectionTrait, DbErr, Statement};

use super::TestDatabase;

/// The keys of an empty ledger.
pub(crate) const NOTHING: [i64; 0] = [];

/// Makes an empty table of two numbers, the first of them its key.
pub(crate) async fn create_ledger(db: &TestDatabase) -> sea_orm::sqlx::Result<()> {
    let sql = "CREATE TABLE ledger (id BIGINT PRIMARY KEY, amount BIGINT NOT NULL)";
    db.raw().await?.run(sql).await
}

/// Writes a row.
pub(crate) async fn deposit(on: &impl ConnectionTrait, id: i64) -> Result<(), DbErr> {
    on.execute_unprepared(&format!("INSERT INTO ledger VALUES ({id}, 1)"))
        .await?;
    Ok(())
}

/// The keys there are, as `on` sees them.
pub(crate) async fn balance(on: &impl ConnectionTrait) -> Result<Vec<i64>, DbErr> {
    let sql = "SELECT id FROM ledger ORDER BY id";
    let statement = Statement::from_string(on.get_database_backend(), sql);
    let rows = on.query_all_raw(statement).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// Whether the row is there, as `on` sees it.
pub(crate) async fn ledger_row(on: &impl ConnectionTrait, id: i64) -> Result<bool, DbErr> {
    let sql = format!("SELECT id FROM ledger WHERE id = {id}");
    let statement = Statement::from_string(on.get_database_backend(), sql);
    Ok(on.query_one_raw(statement).await?.is_some())
}
