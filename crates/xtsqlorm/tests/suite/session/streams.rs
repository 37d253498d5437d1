//! Rows that are read while the transaction goes on.

use std::time::Duration;

use futures_util::TryStreamExt;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, StreamTrait};
use xtsqlorm::Error;

use crate::support::{
    NOTHING, Result, TestDatabase, balance, create_ledger, deposit, eventually, on_every_backend,
};

on_every_backend!(
    a_stream_gives_all_rows_of_the_session,
    another_statement_beside_an_open_stream_is_refused,
    a_stream_dropped_half_way_leaves_the_session_usable,
    a_stream_dropped_half_way_leaves_no_transaction,
    a_stream_on_the_pool_may_be_dropped_half_way,
);

const ROWS: i64 = 500;

async fn fill(on: &impl ConnectionTrait) -> Result<(), DbErr> {
    let rows: Vec<String> = (0..ROWS).map(|id| format!("({id}, 1)")).collect();
    let sql = format!("INSERT INTO ledger VALUES {}", rows.join(", "));
    on.execute_unprepared(&sql).await.map(drop)
}

fn all(on: &impl ConnectionTrait) -> Statement {
    Statement::from_string(
        on.get_database_backend(),
        "SELECT id FROM ledger ORDER BY id",
    )
}

fn id(row: QueryResult) -> Result<i64, DbErr> {
    row.try_get_by_index(0)
}

/// A stream sees what the transaction wrote, row by row.
async fn a_stream_gives_all_rows_of_the_session(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    fill(&session).await?;
    let mut rows = session.stream_raw(all(&session)).await?;
    let mut expected = 0;
    while let Some(row) = rows.try_next().await? {
        assert_eq!(id(row)?, expected);
        expected += 1;
    }
    drop(rows);
    assert_eq!(expected, ROWS);
    session.commit().await?;
    assert_eq!(balance(&db.manager()).await?.len(), 500);
    Ok(())
}

/// The connection is in the middle of an answer: a statement would wait for its own caller.
async fn another_statement_beside_an_open_stream_is_refused(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            fill(session).await?;
            let mut rows = session.stream_raw(all(session)).await?;
            rows.try_next().await?;
            for refused in [deposit(session, 1000).await, deposit(&provider, 1000).await] {
                let busy = Error::from(refused.unwrap_err());
                assert!(matches!(busy, Error::SessionBusy { .. }), "{busy:?}");
            }
            let busy = session.savepoint().await.unwrap_err();
            assert!(matches!(busy, Error::SessionBusy { .. }), "{busy:?}");
            drop(rows);
            deposit(session, 1000).await?;
            Ok(())
        })
        .await?;
    assert_eq!(balance(&provider).await?.len(), 501);
    Ok(())
}

/// What was not read is skipped, and nothing of the transaction is lost.
async fn a_stream_dropped_half_way_leaves_the_session_usable(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    fill(&session).await?;
    for read in [0, 1, 100] {
        let mut rows = session.stream_raw(all(&session)).await?;
        for _ in 0..read {
            rows.try_next().await?;
        }
        drop(rows);
        deposit(&session, 1000 + read).await?;
    }
    // A savepoint and a commit are statements as well.
    let mut rows = session.stream_raw(all(&session)).await?;
    rows.try_next().await?;
    drop(rows);
    session.savepoint().await?.commit().await?;
    let mut rows = session.stream_raw(all(&session)).await?;
    rows.try_next().await?;
    drop(rows);
    session.commit().await?;
    assert_eq!(balance(&db.manager()).await?.len(), 503);
    Ok(())
}

/// Dropped with its session, the stream does not keep the transaction open either.
async fn a_stream_dropped_half_way_leaves_no_transaction(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    fill(&session).await?;
    let mut rows = session.stream_raw(all(&session)).await?;
    rows.try_next().await?;
    drop(rows);
    drop(session);
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    eventually("the connection is free again", async || {
        db.manager().pool_status().in_use == 0
    })
    .await;
    deposit(&db.manager(), 1).await?;
    assert_eq!(db.raw().await?.numbers("SELECT id FROM ledger").await?, [1]);
    Ok(())
}

/// Outside of a transaction, the pool gives its next caller a connection that answers him.
async fn a_stream_on_the_pool_may_be_dropped_half_way(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let manager = db.pool_of(1).await?;
    fill(&manager).await?;
    for read in [0, 1, 100] {
        let mut rows = manager.stream_raw(all(&manager)).await?;
        for _ in 0..read {
            rows.try_next().await?;
        }
        drop(rows);
        let next = tokio::time::timeout(Duration::from_secs(5), balance(&manager));
        assert_eq!(next.await??.len(), 500);
    }
    Ok(())
}
