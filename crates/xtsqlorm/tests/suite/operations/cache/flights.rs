//! Many who want the same row at the same time.

use std::{sync::Arc, time::Duration};

use entity::users;
use tokio::{sync::Barrier, task::JoinSet};
use xtsqlorm::{
    operations::{CacheOptions, CachedRepository},
    prelude::*,
};

use super::Users;
use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(
    one_statement_reads_for_all,
    a_cancelled_reader_leaves_its_place_to_the_next,
    a_failed_read_fails_for_each_and_is_not_remembered,
    lists_that_overlap_wait_for_each_other_and_end,
);

const MANY: usize = 40;

async fn one_statement_reads_for_all(db: TestDatabase) -> Result {
    db.seeded().await?;
    for _ in 0..10 {
        let users = Users::new(Repository::new(&db.provider()), CacheOptions::new());
        let barrier = Arc::new(Barrier::new(MANY));
        let sent = db.manager().statements_sent();
        let mut readers = JoinSet::new();
        for _ in 0..MANY {
            let (users, barrier) = (users.clone(), Arc::clone(&barrier));
            readers.spawn(async move {
                barrier.wait().await;
                users.require_by_id(1).await
            });
        }
        while let Some(row) = readers.join_next().await {
            assert_eq!(row??.id, 1);
        }
        assert_eq!(db.manager().statements_sent(), sent + 1);
        assert_eq!(users.cache_statistics().loads, 1);
    }
    Ok(())
}

/// A pool of one connection, which is taken, so that a reader waits.
async fn taken(db: &TestDatabase) -> Result<(Users, xtsqlorm::session::Session)> {
    db.seeded().await?;
    let provider = SessionProvider::new(db.pool_of(1).await?);
    let session = provider.create_session().await?;
    let users = CachedRepository::new(Repository::new(&provider), CacheOptions::new());
    Ok((users, session))
}

async fn a_cancelled_reader_leaves_its_place_to_the_next(db: TestDatabase) -> Result {
    let (users, session) = taken(&db).await?;
    let mut readers = Vec::new();
    for _ in 0..MANY {
        let users = users.clone();
        readers.push(tokio::spawn(async move { users.require_by_id(1).await }));
        // The first one reads, the others wait for it.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    for reader in readers.drain(..MANY / 2) {
        reader.abort();
        assert!(reader.await.unwrap_err().is_cancelled());
    }
    session.rollback().await?;
    for reader in readers {
        let row = tokio::time::timeout(Duration::from_secs(5), reader).await;
        assert_eq!(row???.id, 1);
    }
    assert_eq!(users.cache_statistics().loads, 1);
    Ok(())
}

async fn a_failed_read_fails_for_each_and_is_not_remembered(db: TestDatabase) -> Result {
    db.seeded().await?;
    let options = CacheOptions::new().remember_absent(true);
    let users = Users::new(Repository::new(&db.provider()), options);
    db.execute(&["ALTER TABLE users RENAME TO elsewhere"])
        .await?;
    let mut readers = JoinSet::new();
    for _ in 0..MANY {
        let users = users.clone();
        readers.spawn(async move { users.get_by_id(1).await });
    }
    while let Some(row) = readers.join_next().await {
        row?.unwrap_err();
    }
    users.get_many([1, 2]).await.unwrap_err();
    let failed = users.cache_statistics();
    assert_eq!(failed.load_failures, failed.loads);
    assert!(failed.loads > 0 && failed.entries == 0);
    db.execute(&["ALTER TABLE elsewhere RENAME TO users"])
        .await?;
    assert!(users.get_by_id(1).await?.is_some());
    Ok(())
}

/// Each list holds some keys and waits for others.
async fn lists_that_overlap_wait_for_each_other_and_end(db: TestDatabase) -> Result {
    db.seeded().await?;
    let plain = Repository::<users::Entity>::new(&db.provider());
    let ids: Vec<i64> = plain
        .get_all(Page::limit(8))
        .await?
        .iter()
        .map(|row| row.id)
        .collect();
    for _ in 0..10 {
        let users = Users::new(plain.clone(), CacheOptions::new());
        let mut readers = JoinSet::new();
        for task in 0..MANY {
            let users = users.clone();
            let mut ids = ids.clone();
            let turn = task % ids.len();
            ids.rotate_left(turn);
            readers.spawn(async move { (users.get_many(ids.clone()).await, ids) });
        }
        while let Some(read) = readers.join_next().await {
            let (rows, ids) = read?;
            let found: Vec<i64> = rows?.iter().map(|row| row.id).collect();
            assert_eq!(found, ids);
        }
    }
    Ok(())
}
