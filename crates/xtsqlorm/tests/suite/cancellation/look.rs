//! Whether any connection of a pool is inside a transaction, by the word of the database.

use sea_orm::{ConnectionTrait, DbErr, SqliteTransactionMode, Statement, TransactionOptions};
use xtsqlorm::{connection::ConnectionManager, session::SessionProvider};

use crate::support::{Kind, Raw, Result, TestDatabase, create_ledger, deposit, on_every_backend};

on_every_backend!(an_open_transaction_does_not_escape_the_look);

/// The pool's size in all of these claims.
pub(crate) const CONNECTIONS: u32 = 3;

/// Whether all connections of `manager` are outside of a transaction.
pub(crate) async fn all_are_clean(
    db: &TestDatabase,
    raw: &mut Raw,
    manager: &ConnectionManager,
) -> Result<bool> {
    match db.kind() {
        Kind::Sqlite => sqlite(raw, manager).await,
        Kind::MariaDb => mariadb(manager).await,
        Kind::MySql => {
            let open = format!(
                "SELECT COUNT(*) FROM performance_schema.events_transactions_current AS t \
                 JOIN performance_schema.threads USING (thread_id) \
                 WHERE processlist_db = '{}' AND t.state = 'ACTIVE' AND t.autocommit = 'NO'",
                db.name()
            );
            Ok(raw.number(open).await? == 0)
        }
        Kind::Postgres => {
            let open = "SELECT COUNT(*) FROM pg_stat_activity \
                 WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
            Ok(raw.number(open).await? == 0)
        }
    }
}

/// MariaDB tells of a connection only itself, so all are asked at the same time.
async fn mariadb(manager: &ConnectionManager) -> Result<bool> {
    let (one, two, three) = tokio::try_join!(is_open(manager), is_open(manager), is_open(manager))?;
    Ok(!(one || two || three))
}

/// Takes a moment, so that nobody else is answered on the same connection.
async fn is_open(on: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let ask = "SELECT CAST(@@in_transaction AS SIGNED), SLEEP(0.01)";
    let statement = Statement::from_string(on.get_database_backend(), ask);
    let row = on.query_one_raw(statement).await?.expect("one row");
    Ok(row.try_get_by_index::<i64>(0)? != 0)
}

/// SQLite refuses a BEGIN inside a transaction, and a writer beside another one.
async fn sqlite(raw: &mut Raw, manager: &ConnectionManager) -> Result<bool> {
    raw.run("PRAGMA busy_timeout = 0").await?;
    if raw.run("BEGIN IMMEDIATE").await.is_err() {
        return Ok(false);
    }
    raw.run("ROLLBACK").await?;
    let deferred = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
        ..TransactionOptions::default()
    };
    let provider = SessionProvider::new(manager.clone());
    let mut all = Vec::new();
    for _ in 0..CONNECTIONS {
        all.push(provider.create_session_with(deferred).await?);
    }
    for session in all {
        session.rollback().await?;
    }
    Ok(true)
}

/// A look that never finds anything would be no proof.
async fn an_open_transaction_does_not_escape_the_look(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let manager = db.pool_of(CONNECTIONS).await?;
    let mut raw = db.raw().await?;
    assert!(all_are_clean(&db, &mut raw, &manager).await?);
    let session = SessionProvider::new(manager.clone())
        .create_session()
        .await?;
    deposit(&session, 1).await?;
    let seen = match db.kind() {
        // Its look asks the connections that are free, and this one is not.
        Kind::MariaDb => is_open(&session).await?,
        _ => !all_are_clean(&db, &mut raw, &manager).await?,
    };
    assert!(seen);
    session.rollback().await?;
    assert!(all_are_clean(&db, &mut raw, &manager).await?);
    Ok(())
}
