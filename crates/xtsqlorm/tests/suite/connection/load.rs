//! Many callers on few connections.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use sea_orm::ConnectionTrait;

use crate::support::{
    Result, TestDatabase, balance, create_ledger, deposit, eventually, on_every_backend,
};

on_every_backend!(
    sixty_four_tasks_share_four_connections,
    writers_take_turns,
    users_of_seaorm_s_handle_get_their_turn,
    callers_that_come_and_go_lose_no_connection,
);

/// Nobody fails and nobody starves; the pool never grows past its limit.
async fn sixty_four_tasks_share_four_connections(db: TestDatabase) -> Result {
    let manager = db.pool_of(4).await?;
    let before = manager.statements_sent();
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let manager = manager.clone();
            tokio::spawn(async move {
                for _ in 0..50 {
                    manager.execute_unprepared("SELECT 1").await?;
                    assert!(manager.pool_status().in_use <= 4);
                }
                Ok::<_, xtsqlorm::Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    assert_eq!(manager.statements_sent() - before, 64 * 50);
    assert!(manager.pool_status().size <= 4);
    Ok(())
}

/// Writes of all tasks are stored, on SQLite too, where one writes at a time.
async fn writers_take_turns(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let manager = db.pool_of(4).await?;
    let tasks: Vec<_> = (0..16)
        .map(|task| {
            let manager = manager.clone();
            tokio::spawn(async move {
                for turn in 0..10 {
                    deposit(&manager, task * 10 + turn).await?;
                }
                Ok::<_, xtsqlorm::Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    assert_eq!(balance(&manager).await?, (0..160).collect::<Vec<_>>());
    Ok(())
}

/// Connections that are kept warm for our own callers do not keep `db()` out for long.
async fn users_of_seaorm_s_handle_get_their_turn(db: TestDatabase) -> Result {
    let manager = db.pool_of(4).await?;
    let over = Arc::new(AtomicBool::new(false));
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let (manager, over) = (manager.clone(), Arc::clone(&over));
            tokio::spawn(async move {
                while !over.load(Relaxed) {
                    manager.execute_unprepared("SELECT 1").await?;
                }
                Ok::<_, xtsqlorm::Error>(())
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut longest = Duration::ZERO;
    for _ in 0..5 {
        let started = Instant::now();
        manager.db().execute_unprepared("SELECT 1").await?;
        longest = longest.max(started.elapsed());
    }
    over.store(true, Relaxed);
    for task in tasks {
        task.await??;
    }
    println!("longest turn: {longest:?}");
    assert!(longest < Duration::from_secs(3), "{longest:?}");
    Ok(())
}

/// Callers that are cancelled at any moment, in the queue and after it, leave the pool whole.
async fn callers_that_come_and_go_lose_no_connection(db: TestDatabase) -> Result {
    let manager = db.pool_of(2).await?;
    for round in 0..100 {
        let callers: Vec<_> = (0..6)
            .map(|_| {
                let manager = manager.clone();
                tokio::spawn(async move { manager.try_ping().await })
            })
            .collect();
        tokio::time::sleep(Duration::from_micros(37 * (round % 30))).await;
        for caller in callers {
            caller.abort();
        }
    }
    eventually("all is free again", async || {
        let status = manager.pool_status();
        (status.in_use, status.waiting) == (0, 0)
    })
    .await;
    let (one, other) = tokio::join!(manager.try_ping(), manager.try_ping());
    one?;
    other?;
    Ok(())
}
