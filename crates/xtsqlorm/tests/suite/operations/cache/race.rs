//! Readers and writers of a few rows, all at the same time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use entity::users;
use sea_orm::sea_query::{Expr, ExprTrait};
use tokio::task::JoinSet;
use xtsqlorm::{operations::CacheOptions, prelude::*};

use super::Users;
use crate::support::{Random, Result, TestDatabase, on_every_backend};

on_every_backend!(no_read_is_older_than_what_was_committed_before_it);

const ROWS: u64 = 3;
const WRITERS: i64 = 3;
const READERS: i64 = 5;
const ROUNDS: u32 = 60;

/// Versions only grow, so that an older one is a stale one. Some transactions commit, some are
/// rolled back, some are cancelled on the way, some writes are no transactions.
async fn no_read_is_older_than_what_was_committed_before_it(db: TestDatabase) -> Result {
    db.seeded().await?;
    // What is cancelled keeps its row out of the memory for a while, so once without that.
    for cancels in [false, true] {
        race(&db, cancels).await?;
    }
    Ok(())
}

async fn race(db: &TestDatabase, cancels: bool) -> Result {
    let provider = SessionProvider::new(db.pool_of(6).await?);
    let users = Users::new(Repository::new(&provider), CacheOptions::new());
    let over = Arc::new(AtomicBool::new(false));
    let mut readers = JoinSet::new();
    for task in 0..READERS {
        let (users, over) = (users.clone(), Arc::clone(&over));
        readers.spawn(async move {
            let mut random = Random::of_task(task);
            while !over.load(Relaxed) {
                read(&users, &mut random).await?;
            }
            Result::<()>::Ok(())
        });
    }
    let mut writers = JoinSet::new();
    for task in 0..WRITERS {
        let (users, provider) = (users.clone(), provider.clone());
        writers.spawn(async move {
            let mut random = Random::of_task(100 + task);
            for _ in 0..ROUNDS {
                write(&users, &provider, cancels, &mut random).await?;
                tokio::time::sleep(Duration::from_millis(random.below(4))).await;
            }
            Result::<()>::Ok(())
        });
    }
    while let Some(ended) = writers.join_next().await {
        ended??;
    }
    over.store(true, Relaxed);
    while let Some(ended) = readers.join_next().await {
        ended??;
    }
    let statistics = users.cache_statistics();
    assert!(statistics.hits > 0, "{statistics:?}");
    Ok(())
}

fn row(random: &mut Random) -> i64 {
    1 + i64::try_from(random.below(ROWS)).unwrap_or_default()
}

/// The database is asked first: what it says was committed before.
async fn read(users: &Users, random: &mut Random) -> Result {
    let id = row(random);
    let floor = match random.below(4) {
        0 => users.repository().require_by_id(id).await?.version,
        _ => users.require_by_id(id).await?.version,
    };
    let version = match random.below(3) {
        0 => users.get_many([id]).await?[0].version,
        _ => users.require_by_id(id).await?.version,
    };
    assert!(version >= floor, "row {id}: {version} after {floor}");
    tokio::task::yield_now().await;
    Ok(())
}

async fn write(
    users: &Users,
    provider: &SessionProvider,
    cancels: bool,
    random: &mut Random,
) -> Result {
    let id = row(random);
    let raise = || {
        let version = Expr::col(users::Column::Version).add(1);
        let update = users::Entity::update_many().col_expr(users::Column::Version, version);
        update.filter(users::Column::Id.eq(id))
    };
    let floor = users.repository().require_by_id(id).await?.version;
    let commits = match random.below(5) {
        0 => raise().exec(provider).await.is_ok(),
        1 => {
            let sql = format!("UPDATE users SET version = version + 1 WHERE id = {id}");
            provider.execute_unprepared(&sql).await.is_ok()
        }
        2 => {
            let session = provider.create_session().await?;
            raise().exec(&session).await.ok();
            session.rollback().await.ok();
            false
        }
        3 if cancels => {
            let change = provider
                .transaction(async |session| raise().exec(session).await.map_err(Error::from));
            let patience = Duration::from_micros(random.below(3000));
            matches!(tokio::time::timeout(patience, change).await, Ok(Ok(_)))
        }
        _ => {
            let change = provider
                .transaction(async |session| raise().exec(session).await.map_err(Error::from));
            change.await.is_ok()
        }
    };
    let version = users.require_by_id(id).await?.version;
    let floor = floor + i32::from(commits);
    assert!(
        version >= floor,
        "row {id}: {version} after {floor}, own write"
    );
    Ok(())
}
