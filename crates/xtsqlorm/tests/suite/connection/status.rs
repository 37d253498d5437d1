//! What a pool says about itself, under load.

use std::time::{Duration, Instant};

use sea_orm::{SqliteTransactionMode, TransactionOptions, TransactionTrait};
use xtsqlorm::{
    Error,
    config::PoolConfig,
    connection::ConnectionManager,
    session::{Session, SessionProvider},
};

use crate::support::{
    Kind, Result, TestDatabase, balance, create_ledger, eventually, on_every_backend,
    on_every_server,
};

on_every_backend!(
    a_pool_at_rest_has_nothing_in_use,
    holders_and_waiters_are_counted,
    a_caller_that_gives_up_is_not_counted_any_more,
    users_of_seaorm_s_handle_are_counted,
    a_caller_in_vain_learns_how_the_pool_stood,
);
on_every_server!(a_connection_that_is_being_opened_is_not_in_use);

/// A transaction that several may have open at a time, on SQLite as well.
pub(super) async fn hold(
    provider: &SessionProvider,
    db: &TestDatabase,
) -> xtsqlorm::Result<Session> {
    let options = TransactionOptions {
        sqlite_transaction_mode: (db.kind() == Kind::Sqlite)
            .then_some(SqliteTransactionMode::Deferred),
        ..TransactionOptions::default()
    };
    provider.create_session_with(options).await
}

/// After work, connections are idle, whoever keeps them.
async fn a_pool_at_rest_has_nothing_in_use(db: TestDatabase) -> Result {
    let manager = db.pool_of(3).await?;
    for pause in [0, 50] {
        manager.try_ping().await?;
        tokio::time::sleep(Duration::from_millis(pause)).await;
        eventually("all connections are idle", async || {
            let status = manager.pool_status();
            status.size == status.idle && (status.in_use, status.waiting) == (0, 0)
        })
        .await;
    }
    let status = manager.pool_status();
    assert_eq!((status.max, status.min, status.closed), (3, 0, false));
    let words = format!("0 in use, {} idle, 0 waiting, at most 3", status.idle);
    assert_eq!(status.to_string(), words);
    Ok(())
}

/// Three hold all there is, two wait, and get through when the three have ended.
async fn holders_and_waiters_are_counted(db: TestDatabase) -> Result {
    let provider = SessionProvider::new(db.pool_of(3).await?);
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(hold(&provider, &db).await?);
    }
    let waiters: Vec<_> = (0..2)
        .map(|_| {
            let (provider, db) = (provider.clone(), db.clone());
            tokio::spawn(async move { hold(&provider, &db).await?.rollback().await })
        })
        .collect();
    let status = || provider.manager().pool_status();
    eventually("two wait", async || status().waiting == 2).await;
    assert_eq!((status().size, status().idle, status().in_use), (3, 0, 3));
    drop(held);
    for waiter in waiters {
        waiter.await??;
    }
    eventually("all is idle", async || {
        (status().in_use, status().waiting) == (0, 0)
    })
    .await;
    Ok(())
}

/// A cancelled wait leaves no trace in the queue.
async fn a_caller_that_gives_up_is_not_counted_any_more(db: TestDatabase) -> Result {
    let provider = SessionProvider::new(db.pool_of(1).await?);
    let held = hold(&provider, &db).await?;
    for _ in 0..10 {
        let vain = tokio::time::timeout(Duration::from_millis(5), provider.manager().try_ping());
        assert!(vain.await.is_err());
    }
    assert_eq!(provider.manager().pool_status().waiting, 0);
    held.rollback().await?;
    provider.manager().try_ping().await?;
    Ok(())
}

/// A transaction on `db()` holds one of the same connections.
async fn users_of_seaorm_s_handle_are_counted(db: TestDatabase) -> Result {
    let manager = db.pool_of(2).await?;
    let transaction = manager.db().begin().await?;
    // The connection that `connect` tried may still be on its way back.
    eventually("only the transaction's is in use", async || {
        manager.pool_status().in_use == 1
    })
    .await;
    manager.try_ping().await?;
    transaction.rollback().await?;
    eventually("it is given back", async || {
        manager.pool_status().in_use == 0
    })
    .await;
    Ok(())
}

/// The error has the numbers, whether it comes directly or through SeaORM's traits.
async fn a_caller_in_vain_learns_how_the_pool_stood(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let limit = Duration::from_millis(200);
    let pool = PoolConfig::new().max_connections(1).acquire_timeout(limit);
    let manager = ConnectionManager::connect(&db.config().pool(pool)).await?;
    let provider = SessionProvider::new(manager.clone());
    let held = hold(&provider, &db).await?;
    let started = Instant::now();
    let direct = provider.create_session().await.unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(1));
    let passed_through = Error::from(balance(&provider).await.unwrap_err());
    for error in [direct, passed_through] {
        assert!(error.is_pool_timeout(), "{error:?}");
        assert!(!error.is_retryable());
        let Error::PoolTimeout { waited, status } = error else {
            unreachable!()
        };
        assert!(waited >= limit, "{waited:?}");
        assert_eq!((status.in_use, status.max), (1, 1));
        assert_eq!(status.waiting, 1, "the caller itself");
    }
    held.rollback().await?;
    assert!(balance(&provider).await?.is_empty());
    Ok(())
}

/// Whoever waits for a connection that the server does not complete waits, and uses nothing.
async fn a_connection_that_is_being_opened_is_not_in_use(db: TestDatabase) -> Result {
    let proxy = db.proxy().await;
    let manager = ConnectionManager::connect(&db.config_through(&proxy, 5)).await?;
    let provider = SessionProvider::new(manager.clone());
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(provider.create_session().await?);
    }
    proxy.stall(true);
    let waiters: Vec<_> = (0..2)
        .map(|_| {
            let provider = provider.clone();
            tokio::spawn(async move { provider.create_session().await?.rollback().await })
        })
        .collect();
    // Long enough for the pool to look why it takes so long.
    for pause in [100, 500] {
        tokio::time::sleep(Duration::from_millis(pause)).await;
        let status = manager.pool_status();
        assert_eq!((status.in_use, status.waiting), (3, 2), "{status}");
    }
    proxy.stall(false);
    for waiter in waiters {
        waiter.await??;
    }
    Ok(())
}
