//! Isolation levels and access modes reach the server.

use std::time::Duration;

use sea_orm::{
    AccessMode, ConnectionTrait, IsolationLevel, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};
use xtsqlorm::{Error, session::Session};

use crate::support::{
    Kind, NOTHING, Result, TestDatabase, balance, create_ledger, deposit, on_every_backend,
    on_every_server, on_sqlite,
};

on_every_server!(
    the_isolation_level_is_the_server_s,
    the_next_transaction_has_the_default_level_again,
    sqlite_s_modes_are_unsupported,
    options_on_a_savepoint_are_unsupported,
);
on_every_backend!(a_read_only_transaction_refuses_writes);
on_sqlite!(sqlite_takes_its_own_options_only);

fn level(isolation_level: IsolationLevel) -> TransactionOptions {
    TransactionOptions {
        isolation_level: Some(isolation_level),
        ..TransactionOptions::default()
    }
}

fn read_only() -> TransactionOptions {
    TransactionOptions {
        access_mode: Some(AccessMode::ReadOnly),
        ..TransactionOptions::default()
    }
}

/// What the server says about the transaction that is open.
async fn isolation(db: &TestDatabase, session: &Session) -> Result<String> {
    // MySQL's variable has the level of the session, not that of the one transaction.
    let sql = match db.kind() {
        Kind::Postgres => "SELECT LOWER(current_setting('transaction_isolation'))",
        Kind::MySql => {
            "SELECT LOWER(isolation_level) FROM performance_schema.events_transactions_current \
             JOIN performance_schema.threads USING (thread_id) \
             WHERE processlist_id = CONNECTION_ID()"
        }
        _ => {
            // This table is a picture that the server renews ten times a second.
            tokio::time::sleep(Duration::from_millis(150)).await;
            "SELECT LOWER(trx_isolation_level) FROM information_schema.innodb_trx \
             WHERE trx_mysql_thread_id = CONNECTION_ID()"
        }
    };
    let statement = Statement::from_string(session.get_database_backend(), sql);
    let row = session.query_one_raw(statement).await?.expect("one row");
    Ok(row.try_get_by_index(0)?)
}

/// Each level is asked for, and in force.
async fn the_isolation_level_is_the_server_s(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    for (asked, words) in [
        (IsolationLevel::ReadCommitted, "read committed"),
        (IsolationLevel::RepeatableRead, "repeatable read"),
        (IsolationLevel::Serializable, "serializable"),
    ] {
        let session = db.provider().create_session_with(level(asked)).await?;
        deposit(&session, 1).await?;
        assert_eq!(isolation(&db, &session).await?, words);
        session.rollback().await?;
    }
    Ok(())
}

/// A level holds for one transaction and does not stay with the connection.
async fn the_next_transaction_has_the_default_level_again(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let manager = db.pool_of(1).await?;
    let provider = xtsqlorm::session::SessionProvider::new(manager);
    let session = provider
        .create_session_with(level(IsolationLevel::Serializable))
        .await?;
    session.rollback().await?;
    let session = provider.create_session().await?;
    deposit(&session, 1).await?;
    let default = match db.kind() {
        Kind::Postgres => "read committed",
        _ => "repeatable read",
    };
    assert_eq!(isolation(&db, &session).await?, default);
    Ok(())
}

/// The server refuses the write, and nothing is stored.
async fn a_read_only_transaction_refuses_writes(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session_with(read_only()).await?;
    assert_eq!(balance(&session).await?, NOTHING);
    let refused = deposit(&session, 1).await.unwrap_err().to_string();
    assert!(refused.to_uppercase().contains("READ"), "{refused}");
    session.rollback().await?;
    deposit(&db.manager(), 2).await?;
    assert_eq!(balance(&db.manager()).await?, [2]);
    Ok(())
}

fn unsupported<T: std::fmt::Debug>(outcome: xtsqlorm::Result<T>) {
    assert!(
        matches!(outcome, Err(Error::Unsupported { .. })),
        "{outcome:?}"
    );
}

/// Refused before anything is sent, instead of ignored.
async fn sqlite_s_modes_are_unsupported(db: TestDatabase) -> Result {
    let before = db.manager().statements_sent();
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    unsupported(db.provider().create_session_with(options).await);
    assert_eq!(db.manager().statements_sent(), before);
    Ok(())
}

/// A savepoint lives in its transaction, whose level is fixed.
async fn options_on_a_savepoint_are_unsupported(db: TestDatabase) -> Result {
    let session = db.provider().create_session().await?;
    let options = level(IsolationLevel::Serializable);
    unsupported(
        session
            .begin_with_options(options)
            .await
            .map_err(Error::from),
    );
    session.rollback().await?;
    Ok(())
}

/// SQLite is serializable whether asked or not, and has nothing weaker.
async fn sqlite_takes_its_own_options_only(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    unsupported(
        provider
            .create_session_with(level(IsolationLevel::ReadCommitted))
            .await,
    );
    for mode in [
        SqliteTransactionMode::Deferred,
        SqliteTransactionMode::Immediate,
        SqliteTransactionMode::Exclusive,
    ] {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(mode),
            ..level(IsolationLevel::Serializable)
        };
        let session = provider.create_session_with(options).await?;
        deposit(&session, 1).await?;
        session.rollback().await?;
    }
    Ok(())
}
