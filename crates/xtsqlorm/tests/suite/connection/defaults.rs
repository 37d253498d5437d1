//! What a backend needs and nobody should have to know.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbErr, Statement, TryGetable};
use xtsqlorm::{
    config::{DatabaseConfig, PoolConfig},
    connection::{Backend, ConnectionManager},
};

use crate::support::{
    Kind, Result, TestDatabase, balance, deposit, on_every_backend, on_mysql_and_mariadb,
    on_postgres, on_sqlite,
};

on_every_backend!(
    a_manager_knows_which_database_answers,
    statements_are_not_tested_by_a_ping_while_the_connection_is_warm,
    handles_to_one_pool_are_equal,
);
on_mysql_and_mariadb!(mysql_is_strict_and_speaks_utf8mb4_in_utc);
on_postgres!(postgres_is_in_utc);
on_sqlite!(
    a_database_in_memory_has_one_connection_that_stays,
    a_database_in_memory_survives_cancelled_statements,
    a_database_in_a_file_has_a_log_foreign_keys_and_patience,
);

async fn value<T: TryGetable>(on: &impl ConnectionTrait, sql: &str) -> Result<T, DbErr> {
    let statement = Statement::from_string(on.get_database_backend(), sql);
    let row = on.query_one_raw(statement).await?.expect("one row");
    row.try_get_by_index(0)
}

/// MariaDB is told from MySQL although both are configured as `mysql`, and what it can do, too.
async fn a_manager_knows_which_database_answers(db: TestDatabase) -> Result {
    let (backend, insert_returning) = match db.kind() {
        Kind::Sqlite => (Backend::Sqlite, true),
        Kind::MySql => (Backend::MySql, false),
        Kind::MariaDb => (Backend::MariaDb, true),
        Kind::Postgres => (Backend::Postgres, true),
    };
    let manager = db.manager();
    assert_eq!(manager.backend(), backend);
    assert_eq!(manager.supports_insert_returning(), insert_returning);
    assert!(!manager.server_version().is_empty());
    assert_eq!(manager.get_database_backend(), backend.dialect());
    Ok(())
}

/// A statement is one statement: nothing is sent around it that the server would have to answer.
async fn statements_are_not_tested_by_a_ping_while_the_connection_is_warm(
    db: TestDatabase,
) -> Result {
    let manager = db.manager();
    let before = manager.statements_sent();
    for _ in 0..10 {
        manager.try_ping().await?;
    }
    assert_eq!(manager.statements_sent() - before, 10);
    Ok(())
}

/// Equality is about the pool.
async fn handles_to_one_pool_are_equal(db: TestDatabase) -> Result {
    assert_eq!(db.manager(), db.manager().clone());
    assert_ne!(db.manager(), db.pool_of(1).await?);
    Ok(())
}

/// A value that does not fit is an error, and a timestamp means the same everywhere.
async fn mysql_is_strict_and_speaks_utf8mb4_in_utc(db: TestDatabase) -> Result {
    let manager = db.manager();
    assert_eq!(
        value::<String>(&manager, "SELECT @@SESSION.time_zone").await?,
        "+00:00"
    );
    let charset = "SELECT @@SESSION.character_set_connection";
    assert_eq!(value::<String>(&manager, charset).await?, "utf8mb4");
    manager
        .execute_unprepared("CREATE TABLE short (word VARCHAR(3) CHARACTER SET utf8mb4)")
        .await?;
    manager
        .execute_unprepared("INSERT INTO short VALUES ('🐚🐚🐚')")
        .await?;
    manager
        .execute_unprepared("INSERT INTO short VALUES ('long')")
        .await
        .unwrap_err();
    assert_eq!(
        value::<String>(&manager, "SELECT word FROM short").await?,
        "🐚🐚🐚"
    );
    Ok(())
}

/// Whatever the server's own time zone is.
async fn postgres_is_in_utc(db: TestDatabase) -> Result {
    let zone = "SELECT current_setting('TimeZone')";
    assert_eq!(value::<String>(&db.manager(), zone).await?, "UTC");
    Ok(())
}

async fn in_memory() -> xtsqlorm::Result<ConnectionManager> {
    // More than one connection would be more than one database; a reaped one, none.
    let pool = PoolConfig::new()
        .max_connections(8)
        .idle_timeout(Duration::from_millis(1))
        .max_lifetime(Duration::from_millis(1));
    ConnectionManager::connect(&DatabaseConfig::from_url("sqlite::memory:")?.pool(pool)).await
}

/// A pool of one, whatever was asked for, that is never closed for its age.
async fn a_database_in_memory_has_one_connection_that_stays(_db: TestDatabase) -> Result {
    let manager = in_memory().await?;
    manager
        .execute_unprepared("CREATE TABLE ledger (id BIGINT PRIMARY KEY, amount BIGINT)")
        .await?;
    assert_eq!(manager.pool_status().max, 1);
    let tasks: Vec<_> = (0..8)
        .map(|id| {
            let manager = manager.clone();
            tokio::spawn(async move { deposit(&manager, id).await })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(balance(&manager).await?, (0..8).collect::<Vec<_>>());
    // Its foreign keys are on as well.
    assert_eq!(value::<i32>(&manager, "PRAGMA foreign_keys").await?, 1);
    Ok(())
}

/// A cancelled statement costs a server's connection. Here it would cost the data, so it does not.
async fn a_database_in_memory_survives_cancelled_statements(db: TestDatabase) -> Result {
    let manager = in_memory().await?;
    manager
        .execute_unprepared("CREATE TABLE ledger (id BIGINT PRIMARY KEY, amount BIGINT)")
        .await?;
    deposit(&manager, 1).await?;
    for _ in 0..3 {
        let cancelled = manager.execute_unprepared(db.slow_statement());
        tokio::time::timeout(Duration::from_millis(20), cancelled)
            .await
            .unwrap_err();
        assert_eq!(balance(&manager).await?, [1]);
    }
    Ok(())
}

/// Readers do not wait for the writer, and rows do not point nowhere.
async fn a_database_in_a_file_has_a_log_foreign_keys_and_patience(db: TestDatabase) -> Result {
    let manager = db.pool_of(3).await?;
    for _ in 0..3 {
        assert_eq!(
            value::<String>(&manager, "PRAGMA journal_mode").await?,
            "wal"
        );
        assert_eq!(value::<i32>(&manager, "PRAGMA foreign_keys").await?, 1);
        assert_eq!(value::<i32>(&manager, "PRAGMA busy_timeout").await?, 5000);
    }
    Ok(())
}
