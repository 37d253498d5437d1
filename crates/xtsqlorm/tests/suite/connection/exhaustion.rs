//! More callers than connections, and callers who give up.

use std::time::{Duration, Instant};

use xtsqlorm::{Error, config::PoolConfig, prelude::*};

use crate::support::{
    Random, Result, TestDatabase, balance, create_ledger, eventually, on_every_backend,
};

on_every_backend!(
    nobody_starves,
    a_timeout_tells_who_holds_what,
    nothing_leaks_after_many_cancelled_waits,
);

/// 200 callers on 4 connections: each gets its turn 5 times, and none much later than the others.
async fn nobody_starves(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let manager = db.pool_of(4).await?;
    let started = Instant::now();
    let tasks: Vec<_> = (0..200)
        .map(|_| {
            let provider = SessionProvider::new(manager.clone());
            tokio::spawn(async move {
                let mut longest = Duration::ZERO;
                for _ in 0..5 {
                    let asked = Instant::now();
                    balance(&provider).await?;
                    longest = longest.max(asked.elapsed());
                }
                Ok::<_, sea_orm::DbErr>(longest)
            })
        })
        .collect();
    let mut longest = Duration::ZERO;
    for task in tasks {
        longest = longest.max(task.await??);
    }
    // In order of arrival, a wait takes about a fifth of the whole.
    let whole = started.elapsed();
    assert!(longest < whole * 3 / 4, "{longest:?} of {whole:?}");
    assert_eq!(manager.pool_status().waiting, 0);
    manager.dispose().await;
    Ok(())
}

/// Size, in use, waiting, and for how long the first has been holding its connection.
async fn a_timeout_tells_who_holds_what(db: TestDatabase) -> Result {
    let pool = PoolConfig::new()
        .max_connections(2)
        .acquire_timeout(Duration::from_millis(300));
    let manager = ConnectionManager::connect(&db.config().pool(pool)).await?;
    let provider = SessionProvider::new(manager.clone());
    let read_only = || TransactionOptions::new().read_only();
    let first = provider.create_session_with(read_only()).await?;
    let second = provider.create_session_with(read_only()).await?;
    let error = manager.try_ping().await.unwrap_err();
    let Error::PoolTimeout { waited, status } = &error else {
        panic!("{error:?}");
    };
    assert!(*waited >= Duration::from_millis(300));
    assert_eq!(
        (status.size, status.in_use, status.waiting, status.max),
        (2, 2, 1, 2)
    );
    assert!(status.longest.unwrap() >= Duration::from_millis(300));
    assert!(
        error.to_string().contains("the longest held for"),
        "{error}"
    );
    drop((first, second));
    assert!(manager.ping().await);
    manager.dispose().await;
    Ok(())
}

/// 10,000 callers who go away while they wait, or just then.
async fn nothing_leaks_after_many_cancelled_waits(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let manager = db.pool_of(4).await?;
    let mut random = Random::new();
    let holders: Vec<_> = (0..4)
        .map(|_| {
            let manager = manager.clone();
            tokio::spawn(async move {
                for _ in 0..200 {
                    balance(&manager).await?;
                }
                Ok::<_, sea_orm::DbErr>(())
            })
        })
        .collect();
    for _ in 0..100 {
        let callers: Vec<_> = (0..100)
            .map(|_| {
                let manager = manager.clone();
                let patience = Duration::from_micros(random.below(300));
                tokio::spawn(async move {
                    tokio::time::timeout(patience, manager.try_ping())
                        .await
                        .ok();
                })
            })
            .collect();
        for caller in callers {
            caller.await?;
        }
    }
    for holder in holders {
        holder.await??;
    }
    let all: Vec<_> = (0..4).map(|_| balance(&manager)).collect();
    for read in futures_util::future::join_all(all).await {
        assert!(read?.is_empty());
    }
    eventually("nobody holds one or waits", async || {
        let status = manager.pool_status();
        (status.in_use, status.waiting) == (0, 0)
    })
    .await;
    manager.dispose().await;
    Ok(())
}
