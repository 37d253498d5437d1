//! A transaction ends within its deadline, and so does what it started on the server.

use std::{
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, Statement};
use xtsqlorm::{
    Error,
    session::{SessionProvider, TransactionOptions},
};

use super::{arena, collide};
use crate::support::{
    Kind, Result, TestDatabase, balance, create_ledger, deposit, on_every_backend, on_every_server,
};

on_every_backend!(
    work_that_takes_too_long_is_rolled_back,
    attempts_and_waits_are_within_the_deadline,
    waiting_for_a_connection_is_within_the_deadline,
    work_within_the_deadline_is_committed,
);
on_every_server!(
    the_server_stops_what_is_left_behind,
    the_limit_is_gone_for_the_next_user_of_the_connection,
);

fn within(limit: Duration) -> TransactionOptions {
    TransactionOptions::new().deadline(limit)
}

fn is_exceeded(error: &Error, limit: Duration) -> bool {
    matches!(error, Error::DeadlineExceeded { deadline } if *deadline == limit)
}

/// The caller is told in time, and nothing is kept.
async fn work_that_takes_too_long_is_rolled_back(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let limit = Duration::from_millis(200);
    let started = Instant::now();
    let outcome = db
        .provider()
        .transaction_with(within(limit), async |session| -> xtsqlorm::Result<()> {
            deposit(session, 1).await?;
            std::future::pending().await
        })
        .await;
    let took = started.elapsed();
    let error = outcome.unwrap_err();
    assert!(is_exceeded(&error, limit), "{error:?}");
    assert!(
        took >= limit && took < limit + Duration::from_millis(500),
        "{took:?}"
    );
    deposit(&db.manager(), 2).await?;
    assert_eq!(balance(&db.manager()).await?, [2]);
    Ok(())
}

/// Who still has attempts left and no time is told so in time.
async fn attempts_and_waits_are_within_the_deadline(db: TestDatabase) -> Result {
    let (provider, options) = arena(&db).await?;
    let limit = Duration::from_millis(300);
    let started = Instant::now();
    let attempts = AtomicU32::new(0);
    let outcome = provider
        .transaction_with(options.deadline(limit), async |session| {
            attempts.fetch_add(1, Relaxed);
            collide(&db, session).await
        })
        .await;
    let took = started.elapsed();
    let error = outcome.unwrap_err();
    assert!(
        error.is_retryable() || is_exceeded(&error, limit),
        "{error:?}"
    );
    assert!(attempts.load(Relaxed) > 1);
    assert!(took < limit + Duration::from_millis(500), "{took:?}");
    Ok(())
}

/// A pool that is in use elsewhere does not make the deadline longer.
async fn waiting_for_a_connection_is_within_the_deadline(db: TestDatabase) -> Result {
    let provider = SessionProvider::new(db.pool_of(1).await?);
    let holder = provider.create_session().await?;
    let limit = Duration::from_millis(200);
    let started = Instant::now();
    let outcome: xtsqlorm::Result<()> = provider
        .transaction_with(within(limit), async |_| unreachable!("there is none"))
        .await;
    let error = outcome.unwrap_err();
    assert!(is_exceeded(&error, limit), "{error:?}");
    assert!(started.elapsed() < limit + Duration::from_millis(500));
    holder.rollback().await?;
    assert_eq!(provider.manager().pool_status().waiting, 0);
    Ok(())
}

/// A deadline that is met changes nothing.
async fn work_within_the_deadline_is_committed(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    for id in 0..5 {
        db.provider()
            .transaction_with(
                within(Duration::from_secs(30)),
                async |session| -> xtsqlorm::Result<()> { Ok(deposit(session, id).await?) },
            )
            .await?;
    }
    assert_eq!(balance(&db.manager()).await?, [0, 1, 2, 3, 4]);
    Ok(())
}

/// The server knows the limit, and does not go on with a statement that nobody waits for.
async fn the_server_stops_what_is_left_behind(db: TestDatabase) -> Result {
    let (sleep, running) = match db.kind() {
        Kind::Postgres => (
            "SELECT pg_sleep(30)",
            "SELECT COUNT(*) FROM pg_stat_activity \
             WHERE datname = current_database() AND query LIKE '%pg_sleep(30)%' \
             AND state = 'active' AND pid <> pg_backend_pid()"
                .to_owned(),
        ),
        _ => (
            "SELECT SLEEP(30)",
            format!(
                "SELECT COUNT(*) FROM information_schema.processlist \
                 WHERE db = '{}' AND info = 'SELECT SLEEP(30)'",
                db.name()
            ),
        ),
    };
    let limit = Duration::from_millis(500);
    let mut raw = db.raw().await?;
    let provider = db.provider();
    let work = tokio::spawn(async move {
        provider
            .transaction_with(within(limit), async |session| -> xtsqlorm::Result<()> {
                session.execute_unprepared(sleep).await?;
                Ok(())
            })
            .await
    });
    tokio::time::sleep(limit / 2).await;
    assert_eq!(raw.number(&running).await?, 1, "the look sees what runs");
    let error = work.await?.unwrap_err();
    assert!(
        is_exceeded(&error, limit) || error.is_statement_timeout(),
        "{error:?}"
    );
    let ended = Instant::now();
    while raw.number(&running).await? > 0 {
        assert!(
            ended.elapsed() < Duration::from_secs(2),
            "the statement goes on"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// The connection, and the server's limit on it.
async fn look(on: &impl ConnectionTrait, kind: Kind) -> Result<(i64, String)> {
    let sql = match kind {
        Kind::Postgres => "SELECT pg_backend_pid()::bigint, current_setting('statement_timeout')",
        Kind::MySql => {
            "SELECT CAST(CONNECTION_ID() AS SIGNED), CAST(@@SESSION.max_execution_time AS CHAR)"
        }
        _ => "SELECT CAST(CONNECTION_ID() AS SIGNED), CAST(@@SESSION.max_statement_time AS CHAR)",
    };
    let statement = Statement::from_string(on.get_database_backend(), sql);
    let row = on.query_one_raw(statement).await?.expect("one row");
    Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))
}

/// What a transaction set on its connection ends with it, whichever way it ends.
async fn the_limit_is_gone_for_the_next_user_of_the_connection(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let manager = db.pool_of(1).await?;
    let provider = SessionProvider::new(manager.clone());
    let kind = db.kind();
    let before = look(&manager, kind).await?;
    let options = within(Duration::from_secs(20));
    let session = provider.create_session_with(options.clone()).await?;
    let inside = look(&session, kind).await?;
    assert_eq!(inside.0, before.0);
    assert_ne!(inside.1, before.1);
    deposit(&session, 1).await?;
    session.commit().await?;
    assert_eq!(look(&manager, kind).await?, before, "after a commit");
    let session = provider.create_session_with(options.clone()).await?;
    session.rollback().await?;
    assert_eq!(look(&manager, kind).await?, before, "after a rollback");
    drop(provider.create_session_with(options.clone()).await?);
    assert_eq!(look(&manager, kind).await?, before, "after a drop");
    let failed = provider
        .transaction_with(options, async |session| -> xtsqlorm::Result<()> {
            Ok(deposit(session, 1).await?)
        })
        .await;
    assert!(failed.unwrap_err().is_unique_violation());
    assert_eq!(look(&manager, kind).await?, before, "after a failure");
    let late = provider
        .transaction_with(
            within(Duration::from_millis(100)),
            async |_| -> xtsqlorm::Result<()> { std::future::pending().await },
        )
        .await;
    assert!(matches!(late, Err(Error::DeadlineExceeded { .. })));
    assert_eq!(look(&manager, kind).await?, before, "after the deadline");
    Ok(())
}
