//! SQLite has one writer at a time. Those of a process wait in turn, and nobody sees a locked
//! database.

use std::time::{Duration, Instant};

use sea_orm::ConnectionTrait;
use xtsqlorm::{
    Error,
    config::PoolConfig,
    connection::ConnectionManager,
    session::{RetryPolicy, SessionProvider, TransactionOptions},
};

use super::Log;
use crate::support::{
    Result, TestDatabase, balance, create_ledger, deposit, eventually, on_sqlite,
};

on_sqlite!(
    many_writers_wait_in_turn,
    a_queue_may_be_longer_than_sqlite_s_own_patience,
    readers_are_not_blocked_by_a_long_write_transaction,
    a_writer_that_waits_too_long_gets_a_retryable_error,
    a_writer_that_gave_up_leaves_its_place,
    writers_of_two_pools_meet_without_harm,
);

/// Transactions and single statements, all on one file, by 32 tasks on 8 connections.
async fn many_writers_wait_in_turn(db: TestDatabase) -> Result {
    const TASKS: i64 = 32;
    const TURNS: i64 = 20;
    create_ledger(&db).await?;
    let provider = SessionProvider::new(db.pool_of(8).await?);
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let provider = provider.clone();
            tokio::spawn(async move {
                for turn in 0..TURNS {
                    let id = 2 * (task * TURNS + turn);
                    provider
                        .transaction(async |session| -> xtsqlorm::Result<()> {
                            deposit(session, id).await?;
                            tokio::task::yield_now().await;
                            let sql = format!("UPDATE ledger SET amount = 2 WHERE id = {id}");
                            session.execute_unprepared(&sql).await?;
                            Ok(())
                        })
                        .await?;
                    deposit(provider.manager(), id + 1).await?;
                    assert!(balance(&provider).await?.contains(&id));
                }
                Ok::<_, Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    let rows = balance(&db.manager()).await?;
    assert_eq!(rows, (0..2 * TASKS * TURNS).collect::<Vec<_>>());
    eventually("nothing is in use", async || {
        let status = provider.manager().pool_status();
        status.in_use == 0 && status.waiting == 0
    })
    .await;
    Ok(())
}

/// SQLite gives up after five seconds of polling, in which whoever comes later may be first. In a
/// queue all get there, in the order in which they came.
async fn a_queue_may_be_longer_than_sqlite_s_own_patience(db: TestDatabase) -> Result {
    const WRITERS: i64 = 7;
    create_ledger(&db).await?;
    let provider = SessionProvider::new(db.pool_of(8).await?);
    let log = Log::default();
    let mut writers = Vec::new();
    for id in 0..WRITERS {
        let (provider, log) = (provider.clone(), log.clone());
        writers.push(tokio::spawn(async move {
            provider
                .transaction(async |session| -> xtsqlorm::Result<()> {
                    log.add(id.to_string());
                    deposit(session, id).await?;
                    tokio::time::sleep(Duration::from_millis(900)).await;
                    Ok(())
                })
                .await
        }));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for writer in writers {
        writer.await??;
    }
    assert_eq!(log.entries(), ["0", "1", "2", "3", "4", "5", "6"]);
    assert_eq!(
        balance(&db.manager()).await?,
        (0..WRITERS).collect::<Vec<_>>()
    );
    Ok(())
}

/// They see the last commit, at once.
async fn readers_are_not_blocked_by_a_long_write_transaction(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    deposit(&db.manager(), 1).await?;
    let provider = SessionProvider::new(db.pool_of(4).await?);
    let writer = provider.create_session().await?;
    deposit(&writer, 2).await?;
    let started = Instant::now();
    for _ in 0..20 {
        assert_eq!(balance(provider.manager()).await?, [1]);
        let read_only = TransactionOptions::new().read_only();
        let seen = provider
            .transaction_with(read_only, async |session| {
                Ok::<_, Error>(balance(session).await?)
            })
            .await?;
        assert_eq!(seen, [1]);
    }
    assert!(started.elapsed() < Duration::from_secs(1));
    writer.commit().await?;
    assert_eq!(balance(provider.manager()).await?, [1, 2]);
    Ok(())
}

/// A pool whose callers wait no longer than this.
async fn impatient(db: &TestDatabase, limit: Duration) -> xtsqlorm::Result<ConnectionManager> {
    let pool = PoolConfig::new().max_connections(4).acquire_timeout(limit);
    ConnectionManager::connect(&db.config().pool(pool)).await
}

/// Busy, as SQLite itself would call it; the transaction can be run again as it is.
async fn a_writer_that_waits_too_long_gets_a_retryable_error(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let limit = Duration::from_millis(200);
    let provider = SessionProvider::new(impatient(&db, limit).await?);
    let holder = provider.create_session().await?;
    deposit(&holder, 1).await?;
    let started = Instant::now();
    let late = provider.create_session().await.unwrap_err();
    assert!(late.is_retryable(), "{late:?}");
    let late = Error::from(deposit(provider.manager(), 2).await.unwrap_err());
    assert!(late.is_retryable(), "{late:?}");
    let took = started.elapsed();
    assert!(took >= 2 * limit && took < 5 * limit, "{took:?}");
    // A patient one tries again, and gets there when the holder has gone.
    let patient = TransactionOptions::new().retry(RetryPolicy::new().max_attempts(100));
    let waits = provider.transaction_with(patient, async |session| {
        Ok::<_, Error>(deposit(session, 3).await?)
    });
    let ends = async {
        tokio::time::sleep(3 * limit).await;
        holder.commit().await
    };
    let (waited, ended) = tokio::join!(waits, ends);
    waited?;
    ended?;
    assert_eq!(balance(provider.manager()).await?, [1, 3]);
    Ok(())
}

/// A cancelled wait holds nobody up.
async fn a_writer_that_gave_up_leaves_its_place(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = SessionProvider::new(db.pool_of(4).await?);
    let holder = provider.create_session().await?;
    for _ in 0..20 {
        let waits = tokio::time::timeout(Duration::from_millis(5), provider.create_session());
        waits.await.unwrap_err();
    }
    assert_eq!(provider.manager().pool_status().waiting, 0);
    holder.rollback().await?;
    deposit(provider.manager(), 1).await?;
    assert_eq!(balance(provider.manager()).await?, [1]);
    Ok(())
}

/// Another process does not stand in our queue. SQLite's own patience is for those.
async fn writers_of_two_pools_meet_without_harm(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let pools = [db.pool_of(2).await?, db.pool_of(2).await?];
    let tasks: Vec<_> = (0..8)
        .map(|task: i64| {
            let manager = pools[usize::try_from(task % 2).unwrap()].clone();
            tokio::spawn(async move {
                for turn in 0..20 {
                    deposit(&manager, task * 20 + turn).await?;
                }
                Ok::<_, Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    assert_eq!(balance(&db.manager()).await?.len(), 160);
    Ok(())
}
