//! Transactions that are cancelled at any moment leave a pool that can be trusted.
//!
//! On the servers a slow line puts time between a statement and its reply, and a timeout strikes
//! somewhere in it. SQLite has no line; there the future is dropped after so many polls.

pub(crate) mod look;
pub(crate) mod polls;
mod storm;

use sea_orm::{ConnectionTrait, DbErr, StreamTrait, TransactionTrait};
use xtsqlorm::{
    Error,
    session::{Session, SessionProvider},
};

use self::storm::Storm;
use crate::support::{
    Result, TestDatabase, create_ledger, deposit, on_every_backend, on_every_server,
};

on_every_backend!(
    transactions_cancelled_anywhere_leave_the_pool_clean,
    savepoints_cancelled_anywhere_leave_the_pool_clean,
    seaorm_s_own_transactions_cancelled_anywhere_leave_the_pool_clean,
    a_savepoint_cancelled_between_two_statements_leaves_its_parent_well,
);
on_every_server!(many_transactions_cancelled_at_once_leave_the_pool_clean);

const ROUNDS: u32 = 200;

/// Two rows that are there together or not at all.
async fn pair(on: &impl ConnectionTrait, id: i64) -> Result<(), DbErr> {
    deposit(on, id).await?;
    deposit(on, id + 1).await
}

fn refused() -> Error {
    Error::NotFound {
        entity: "ledger".into(),
        key: "the one that this test wants".into(),
    }
}

/// Begin, statements, a stream, and each way to an end. Says whether it was committed.
async fn transaction(provider: &SessionProvider, id: i64, way: u64) -> xtsqlorm::Result<bool> {
    match way % 6 {
        0 => {
            let work = async |session: &Session| Ok::<_, Error>(pair(session, id).await?);
            provider.transaction(work).await?;
            Ok(true)
        }
        1 => {
            let failed = provider.transaction(async |session| -> xtsqlorm::Result<()> {
                pair(session, id).await?;
                Err(refused())
            });
            assert!(failed.await.unwrap_err().is_not_found());
            Ok(false)
        }
        2 => {
            let session = provider.create_session().await?;
            pair(&session, id).await?;
            session.commit().await?;
            Ok(true)
        }
        3 => {
            let session = provider.create_session().await?;
            pair(&session, id).await?;
            session.rollback().await?;
            Ok(false)
        }
        4 => {
            let session = provider.create_session().await?;
            pair(&session, id).await?;
            Ok(false)
        }
        _ => {
            let session = provider.create_session().await?;
            pair(&session, id).await?;
            let backend = ConnectionTrait::get_database_backend(&session);
            let all = sea_orm::Statement::from_string(backend, "SELECT id FROM ledger");
            let mut rows = session.stream_raw(all).await?;
            futures_util::StreamExt::next(&mut rows).await;
            drop(rows);
            session.commit().await?;
            Ok(true)
        }
    }
}

/// The promise itself: 200 cancelled transactions, and a look at every connection after each.
async fn transactions_cancelled_anywhere_leave_the_pool_clean(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let mut storm = Storm::start(&db).await?;
    for _ in 0..ROUNDS {
        let (provider, id, way) = (storm.provider(), storm.next_pair(), storm.random.below(6));
        storm.strike(id, transaction(&provider, id, way)).await?;
    }
    storm.end().await
}

/// The same with levels inside, of which some are kept, some fail, and some are dropped.
async fn nested(provider: &SessionProvider, id: i64, way: u64) -> xtsqlorm::Result<bool> {
    let commit = way.is_multiple_of(2);
    let session = provider.create_session().await?;
    deposit(&session, id).await?;
    let kept = session.transaction(async |inner| -> xtsqlorm::Result<()> {
        deposit(inner, id + 1).await?;
        let dropped = inner.savepoint().await?;
        // Would break the key, had it been kept.
        deposit(&dropped, id + 2).await?;
        Ok(())
    });
    kept.await?;
    let failed = session.transaction(async |inner| -> xtsqlorm::Result<()> {
        deposit(inner, id + 2).await?;
        Err(refused())
    });
    assert!(failed.await.unwrap_err().is_not_found());
    match commit {
        true => session.commit().await?,
        false => session.rollback().await?,
    }
    Ok(commit)
}

/// Savepoints do not open a way out of the promise.
async fn savepoints_cancelled_anywhere_leave_the_pool_clean(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let mut storm = Storm::start(&db).await?;
    for _ in 0..ROUNDS {
        let (provider, id, way) = (storm.provider(), storm.next_pair(), storm.random.below(2));
        storm.strike(id, nested(&provider, id, way)).await?;
    }
    storm.end().await
}

async fn seaorm_s_own(provider: &SessionProvider, id: i64, way: u64) -> xtsqlorm::Result<bool> {
    let transaction = provider.manager().db().begin().await?;
    pair(&transaction, id).await?;
    match way {
        0 => transaction.commit().await?,
        1 => transaction.rollback().await?,
        _ => drop(transaction),
    }
    Ok(way == 0)
}

/// `manager.db()` has no seam to go through, and is made clean on its way back to the pool.
async fn seaorm_s_own_transactions_cancelled_anywhere_leave_the_pool_clean(
    db: TestDatabase,
) -> Result {
    create_ledger(&db).await?;
    let mut storm = Storm::start(&db).await?;
    for _ in 0..ROUNDS {
        let (provider, id, way) = (storm.provider(), storm.next_pair(), storm.random.below(3));
        storm.strike(id, seaorm_s_own(&provider, id, way)).await?;
    }
    storm.end().await
}

/// Nothing was under way, so that the transaction around it goes on.
async fn a_savepoint_cancelled_between_two_statements_leaves_its_parent_well(
    db: TestDatabase,
) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    deposit(&session, 1).await?;
    for _ in 0..3 {
        let dawdling = session.transaction(async |inner| -> xtsqlorm::Result<()> {
            deposit(inner, 2).await?;
            std::future::pending().await
        });
        let limit = std::time::Duration::from_millis(100);
        tokio::time::timeout(limit, dawdling).await.unwrap_err();
    }
    deposit(&session, 3).await?;
    session.commit().await?;
    assert_eq!(
        db.raw()
            .await?
            .numbers("SELECT id FROM ledger ORDER BY id")
            .await?,
        [1, 3]
    );
    Ok(())
}

/// Eight tasks at a time on three connections, all cancelled at moments of their own.
async fn many_transactions_cancelled_at_once_leave_the_pool_clean(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let mut storm = Storm::start(&db).await?;
    for _ in 0..ROUNDS / 10 {
        let mut tasks = Vec::new();
        for _ in 0..8 {
            let (provider, id, way) = (storm.provider(), storm.next_pair(), storm.random.below(6));
            let limit = std::time::Duration::from_millis(storm.random.below(60));
            tasks.push(tokio::spawn(async move {
                let done = tokio::time::timeout(limit, transaction(&provider, id, way)).await;
                (id, done.ok())
            }));
        }
        for task in tasks {
            let (id, outcome) = task.await?;
            storm.note(id, outcome.transpose()?);
        }
        storm.look().await?;
    }
    storm.end().await
}
