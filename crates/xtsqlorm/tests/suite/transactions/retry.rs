//! Work that met another transaction is run again, other work is not; all of it within limits.

mod deadline;
mod propagation;

use std::{
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, SqliteTransactionMode};
use tokio::sync::Barrier;
use xtsqlorm::{
    Error,
    session::{RetryPolicy, Session, SessionProvider, TransactionOptions},
};

use super::{Log, refused};
use crate::support::{
    Kind, Result, TestDatabase, balance, create_ledger, deposit, on_every_backend, on_every_server,
    on_postgres,
};

on_every_server!(
    a_deadlock_made_on_purpose_is_retried_and_both_succeed,
    work_whose_connection_broke_is_not_run_again,
);
on_every_backend!(
    work_is_run_again_until_it_succeeds,
    the_number_of_attempts_is_limited,
    the_time_for_attempts_is_limited,
    an_error_that_is_not_contention_is_not_retried,
    the_caller_s_own_error_type_passes_through_a_retry,
    the_hooks_of_a_retried_attempt_never_run,
    the_last_failed_attempt_s_rollback_hook_runs,
    a_retry_sees_what_the_other_transaction_stored,
);
on_postgres!(contention_that_a_savepoint_took_back_is_no_reason_to_retry);

/// Short waits and many attempts.
fn eager() -> RetryPolicy {
    RetryPolicy::new()
        .max_attempts(1000)
        .backoff(Duration::from_millis(2), Duration::from_millis(20))
}

/// A provider on a pool with room for others, and options under which [`collide`] works.
async fn arena(db: &TestDatabase) -> Result<(SessionProvider, TransactionOptions)> {
    create_ledger(db).await?;
    deposit(&db.manager(), 0).await?;
    let options = TransactionOptions::new().retry(eager());
    let options = match db.kind() {
        Kind::Sqlite => options.sqlite_mode(SqliteTransactionMode::Deferred),
        _ => options,
    };
    Ok((SessionProvider::new(db.pool_of(4).await?), options))
}

/// Fails for a concurrent transaction, as far as the driver can tell.
async fn collide(db: &TestDatabase, session: &Session) -> xtsqlorm::Result<()> {
    let sql = match db.kind() {
        Kind::MySql | Kind::MariaDb => {
            "SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = 'Deadlock found'"
        }
        Kind::Postgres => "DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $$",
        Kind::Sqlite => {
            // The snapshot is older than somebody else's write.
            balance(session).await?;
            let mut other = db.raw().await.unwrap();
            let raise = "UPDATE ledger SET amount = amount + 1 WHERE id = 0";
            other.run(raise).await.unwrap();
            raise
        }
    };
    session.execute_unprepared(sql).await?;
    unreachable!("it always fails");
}

async fn raise(session: &Session, id: i64) -> xtsqlorm::Result<()> {
    let sql = format!("UPDATE ledger SET amount = amount + 1 WHERE id = {id}");
    session.execute_unprepared(&sql).await?;
    Ok(())
}

/// Two transactions take two rows in opposite order, each holding the first when it wants the other.
async fn a_deadlock_made_on_purpose_is_retried_and_both_succeed(db: TestDatabase) -> Result {
    let (provider, options) = arena(&db).await?;
    deposit(&provider, 1).await?;
    let both_hold_one = Barrier::new(2);
    let attempts = AtomicU32::new(0);
    let swap = async |first: i64, second: i64| {
        let tries = AtomicU32::new(0);
        provider
            .transaction_with(options.clone(), async |session| -> xtsqlorm::Result<()> {
                attempts.fetch_add(1, Relaxed);
                raise(session, first).await?;
                if tries.fetch_add(1, Relaxed) == 0 {
                    both_hold_one.wait().await;
                }
                raise(session, second).await
            })
            .await
    };
    let (one, other) = tokio::join!(swap(0, 1), swap(1, 0));
    one?;
    other?;
    assert_eq!(attempts.load(Relaxed), 3);
    let amounts = db.raw().await?.numbers("SELECT amount FROM ledger").await?;
    assert_eq!(amounts, [3, 3]);
    Ok(())
}

/// Each attempt is a new transaction, and the last one's value comes back.
async fn work_is_run_again_until_it_succeeds(db: TestDatabase) -> Result {
    let (provider, options) = arena(&db).await?;
    let attempts = AtomicU32::new(0);
    let value = provider
        .transaction_with(options, async |session| {
            let attempt = attempts.fetch_add(1, Relaxed) + 1;
            if attempt < 4 {
                balance(session).await?;
                collide(&db, session).await?;
            }
            deposit(session, attempt.into()).await?;
            Ok::<_, Error>(attempt)
        })
        .await?;
    assert_eq!(value, 4);
    assert_eq!(balance(&provider).await?, [0, 4]);
    Ok(())
}

/// The first attempt counts, and the last one's error is what the caller gets.
async fn the_number_of_attempts_is_limited(db: TestDatabase) -> Result {
    let (provider, options) = arena(&db).await?;
    for limit in [1, 3] {
        let attempts = AtomicU32::new(0);
        let options = options.clone().retry(eager().max_attempts(limit));
        let outcome = provider
            .transaction_with(options, async |session| {
                attempts.fetch_add(1, Relaxed);
                collide(&db, session).await
            })
            .await;
        assert!(outcome.as_ref().unwrap_err().is_retryable(), "{outcome:?}");
        assert_eq!(attempts.load(Relaxed), limit);
    }
    let attempts = AtomicU32::new(0);
    let outcome = provider
        .transaction_with(options.retry(RetryPolicy::never()), async |session| {
            attempts.fetch_add(1, Relaxed);
            collide(&db, session).await
        })
        .await;
    assert!(outcome.unwrap_err().is_retryable());
    assert_eq!(attempts.load(Relaxed), 1);
    Ok(())
}

/// No attempt starts after the budget is spent.
async fn the_time_for_attempts_is_limited(db: TestDatabase) -> Result {
    let (provider, options) = arena(&db).await?;
    let budget = Duration::from_millis(300);
    let started = Instant::now();
    let latest = std::sync::Mutex::new(Duration::ZERO);
    let attempts = AtomicU32::new(0);
    let options = options.retry(eager().budget(budget));
    let outcome = provider
        .transaction_with(options, async |session| {
            *latest.lock().unwrap() = started.elapsed();
            attempts.fetch_add(1, Relaxed);
            collide(&db, session).await
        })
        .await;
    assert!(outcome.unwrap_err().is_retryable());
    assert!(attempts.load(Relaxed) > 2, "{attempts:?}");
    // Opening the transaction takes a moment, too.
    let latest = *latest.lock().unwrap();
    assert!(latest < budget + Duration::from_millis(300), "{latest:?}");
    Ok(())
}

/// A refused row stays refused, and the caller's own reasons are the caller's.
async fn an_error_that_is_not_contention_is_not_retried(db: TestDatabase) -> Result {
    let (provider, options) = arena(&db).await?;
    let attempts = AtomicU32::new(0);
    let own: xtsqlorm::Result<()> = provider
        .transaction_with(options.clone(), async |_| {
            attempts.fetch_add(1, Relaxed);
            Err(refused())
        })
        .await;
    assert!(own.unwrap_err().is_not_found());
    let taken: xtsqlorm::Result<()> = provider
        .transaction_with(options, async |session| {
            attempts.fetch_add(1, Relaxed);
            Ok(deposit(session, 0).await?)
        })
        .await;
    assert!(taken.unwrap_err().is_unique_violation());
    assert_eq!(attempts.load(Relaxed), 2);
    Ok(())
}

/// The work is known to have been rolled back, and yet why the line broke is not for us to guess.
async fn work_whose_connection_broke_is_not_run_again(db: TestDatabase) -> Result {
    let (_, options) = arena(&db).await?;
    let proxy = db.proxy().await;
    let config = db.config_through(&proxy, 2);
    let manager = xtsqlorm::connection::ConnectionManager::connect(&config).await?;
    let provider = SessionProvider::new(manager);
    let attempts = AtomicU32::new(0);
    let outcome = provider
        .transaction_with(options, async |session| -> xtsqlorm::Result<()> {
            attempts.fetch_add(1, Relaxed);
            deposit(session, 1).await?;
            proxy.cut();
            Ok(deposit(session, 2).await?)
        })
        .await;
    assert!(
        outcome.as_ref().unwrap_err().is_connection_lost(),
        "{outcome:?}"
    );
    assert_eq!(attempts.load(Relaxed), 1);
    assert_eq!(balance(&db.manager()).await?, [0]);
    Ok(())
}

/// What the savepoint met is undone with it. That the work fails later has another reason.
async fn contention_that_a_savepoint_took_back_is_no_reason_to_retry(db: TestDatabase) -> Result {
    let (provider, options) = arena(&db).await?;
    let attempts = AtomicU32::new(0);
    let outcome: xtsqlorm::Result<()> = provider
        .transaction_with(options, async |session| {
            attempts.fetch_add(1, Relaxed);
            let tried: xtsqlorm::Result<()> = session
                .transaction(async |inner| collide(&db, inner).await)
                .await;
            assert!(tried.unwrap_err().is_retryable());
            Err(refused())
        })
        .await;
    assert!(outcome.unwrap_err().is_not_found());
    assert_eq!(attempts.load(Relaxed), 1);
    Ok(())
}

/// A service's error, which hides what it was made from.
#[derive(Debug, PartialEq)]
enum Failure {
    TooPoor,
    Storage,
}

impl From<Error> for Failure {
    fn from(_: Error) -> Self {
        Self::Storage
    }
}

/// Whether to retry is known from the session, and not from an error that the closure has made.
async fn the_caller_s_own_error_type_passes_through_a_retry(db: TestDatabase) -> Result {
    let (provider, options) = arena(&db).await?;
    let attempts = AtomicU32::new(0);
    let outcome: Result<(), Failure> = provider
        .transaction_with(options.clone(), async |session| {
            if attempts.fetch_add(1, Relaxed) < 2 {
                collide(&db, session).await?;
            }
            Err(Failure::TooPoor)
        })
        .await;
    assert_eq!(outcome, Err(Failure::TooPoor));
    assert_eq!(attempts.load(Relaxed), 3);
    let outcome: Result<(), Failure> = provider
        .transaction_with(options.retry(RetryPolicy::never()), async |session| {
            Ok(collide(&db, session).await?)
        })
        .await;
    assert_eq!(outcome, Err(Failure::Storage));
    Ok(())
}

/// A mail that was to be sent by an attempt that never was is not sent, nor is it called off.
async fn the_hooks_of_a_retried_attempt_never_run(db: TestDatabase) -> Result {
    let (provider, options) = arena(&db).await?;
    let attempts = AtomicU32::new(0);
    let log = Log::default();
    provider
        .transaction_with(options, async |session| {
            let attempt = attempts.fetch_add(1, Relaxed) + 1;
            session.after_commit_sync(log.hook(format!("{attempt} committed")));
            session.after_rollback_sync(log.hook(format!("{attempt} rolled back")));
            match attempt {
                1 | 2 => collide(&db, session).await,
                _ => Ok(()),
            }
        })
        .await?;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(log.entries(), ["3 committed"]);
    Ok(())
}

/// The attempt after which nothing was tried any more is the one that counts.
async fn the_last_failed_attempt_s_rollback_hook_runs(db: TestDatabase) -> Result {
    let (provider, options) = arena(&db).await?;
    let attempts = AtomicU32::new(0);
    let log = Log::default();
    let options = options.retry(eager().max_attempts(3));
    let outcome = provider
        .transaction_with(options, async |session| {
            let attempt = attempts.fetch_add(1, Relaxed) + 1;
            session.after_commit_sync(log.hook(format!("{attempt} committed")));
            session.after_rollback_sync(log.hook(format!("{attempt} rolled back")));
            collide(&db, session).await
        })
        .await;
    assert!(outcome.unwrap_err().is_retryable());
    assert_eq!(log.entries(), ["3 rolled back"]);
    Ok(())
}

/// Counting in a row that many count in, by read and write: no count is lost.
async fn a_retry_sees_what_the_other_transaction_stored(db: TestDatabase) -> Result {
    const TASKS: i64 = 8;
    const TURNS: i64 = 5;
    let (provider, options) = arena(&db).await?;
    let options = match db.kind() {
        Kind::Sqlite => options,
        _ => options.isolation(sea_orm::IsolationLevel::Serializable),
    };
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let (provider, options) = (provider.clone(), options.clone());
            tokio::spawn(async move {
                for _ in 0..TURNS {
                    let count = provider.transaction_with(
                        options.clone(),
                        async |session| -> xtsqlorm::Result<()> {
                            let sql = "SELECT amount FROM ledger WHERE id = 0";
                            let statement = sea_orm::Statement::from_string(
                                session.get_database_backend(),
                                sql,
                            );
                            let row = session.query_one_raw(statement).await?.expect("a row");
                            let amount: i64 = row.try_get_by_index(0)?;
                            let sql =
                                format!("UPDATE ledger SET amount = {} WHERE id = 0", amount + 1);
                            session.execute_unprepared(&sql).await?;
                            Ok(())
                        },
                    );
                    count.await?;
                }
                Ok::<_, Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    let amount = db.raw().await?.number("SELECT amount FROM ledger").await?;
    assert_eq!(amount, 1 + TASKS * TURNS);
    Ok(())
}
