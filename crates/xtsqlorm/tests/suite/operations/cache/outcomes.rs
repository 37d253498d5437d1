//! Writes of which nobody knows what became of them.

use std::time::Duration;

use entity::users;
use xtsqlorm::{
    operations::{CacheOptions, CachedRepository},
    prelude::*,
};

use super::{Users, cached, name};
use crate::{
    cancellation::polls::cancel_after,
    support::{Proxy, Result, TestDatabase, Trap, on_every_backend, on_every_server},
};

on_every_server!(
    a_commit_whose_answer_is_lost_is_seen,
    a_commit_that_arrives_late_is_seen,
    a_write_that_goes_on_without_its_client_is_seen,
);
on_every_backend!(transactions_that_are_cancelled_anywhere_leave_no_stale_row);

/// The row in memory is the one in the database, before or after.
async fn agrees(users: &Users, database: &Repository<users::Entity>) -> Result<String> {
    let before = database.require_by_id(1).await?.name;
    let read = users.require_by_id(1).await?.name;
    let after = database.require_by_id(1).await?.name;
    assert!(
        read == before || read == after,
        "{read}, not {before} or {after}"
    );
    Ok(read)
}

/// A row that is remembered and then changed by a transaction whose end got lost.
async fn lose(db: &TestDatabase, trap: Trap) -> Result<(Users, Repository<users::Entity>, Proxy)> {
    db.seeded().await?;
    let proxy = db.proxy().await;
    let manager = ConnectionManager::connect(&db.config_through(&proxy, 3)).await?;
    let provider = SessionProvider::new(manager);
    let users = CachedRepository::new(Repository::new(&provider), CacheOptions::new());
    users.require_by_id(1).await?;
    proxy.set_trap(trap);
    let lost = provider
        .transaction(async |_| users.update(1, name("Lost")).await)
        .await;
    let lost = lost.unwrap_err();
    assert!(matches!(lost, Error::CommitOutcomeUnknown { .. }), "{lost}");
    Ok((users, Repository::new(&db.provider()), proxy))
}

async fn a_commit_whose_answer_is_lost_is_seen(db: TestDatabase) -> Result {
    let (users, database, _proxy) = lose(&db, Trap::SwallowAnswer).await?;
    assert_eq!(agrees(&users, &database).await?, "Lost");
    Ok(())
}

/// Half a second after everybody thinks that it is over.
async fn a_commit_that_arrives_late_is_seen(db: TestDatabase) -> Result {
    let (users, database, _proxy) = lose(&db, Trap::Delay).await?;
    let mut seen = Vec::new();
    for _ in 0..40 {
        seen.push(agrees(&users, &database).await?);
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(seen.last().map(String::as_str), Some("Lost"), "{seen:?}");
    Ok(())
}

/// It waits for a lock, its client goes away, and then it gets the lock.
async fn a_write_that_goes_on_without_its_client_is_seen(db: TestDatabase) -> Result {
    let users = cached(&db, CacheOptions::new()).await?;
    let database = Repository::new(&db.provider());
    users.require_by_id(1).await?;
    let locker = SessionProvider::new(db.pool_of(1).await?);
    let lock = locker.create_session().await?;
    lock.execute_unprepared("UPDATE users SET version = 2 WHERE id = 1")
        .await?;
    let writer = users.clone();
    let write = tokio::spawn(async move { writer.update(1, name("Late")).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    write.abort();
    assert!(write.await.unwrap_err().is_cancelled());
    agrees(&users, &database).await?;
    lock.rollback().await?;
    for _ in 0..40 {
        agrees(&users, &database).await?;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

/// Wherever the caller stops waiting.
async fn transactions_that_are_cancelled_anywhere_leave_no_stale_row(db: TestDatabase) -> Result {
    db.seeded().await?;
    let provider = SessionProvider::new(db.pool_of(3).await?);
    let database = Repository::<users::Entity>::new(&provider);
    for polls in 1..40 {
        // A new one, whose rows are not shut out by the round before, of which it does not know: its
        // COMMIT may still be under way, and has an end before somebody else can write the row.
        let touch = "UPDATE users SET version = version WHERE id = 1";
        provider.execute_unprepared(touch).await?;
        let users = Users::new(database.clone(), CacheOptions::new());
        users.require_by_id(1).await?;
        let (writer, provider) = (users.clone(), provider.clone());
        let write = async move {
            provider
                .transaction(async |_| writer.update(1, name(&polls.to_string())).await)
                .await
        };
        let ended = cancel_after(polls, write).await.is_some();
        agrees(&users, &database).await?;
        tokio::time::sleep(Duration::from_millis(2)).await;
        agrees(&users, &database).await?;
        if ended {
            return Ok(());
        }
    }
    Ok(())
}
