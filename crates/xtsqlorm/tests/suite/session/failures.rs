//! What a failed, cancelled or interrupted statement means for its transaction.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbErr, SqliteTransactionMode, TransactionOptions};
use xtsqlorm::{
    Error,
    session::{Session, SessionProvider},
};

use crate::support::{
    NOTHING, Result, TestDatabase, balance, create_ledger, deposit, on_every_backend,
    on_every_server, on_mysql_and_mariadb, on_postgres, on_sqlite,
};

on_every_backend!(
    a_cancelled_statement_closes_the_session,
    a_cancelled_statement_inside_a_savepoint_closes_all_levels,
);
on_every_server!(
    a_lost_connection_is_an_error_and_nothing_is_kept,
    a_connection_lost_during_commit_leaves_the_outcome_open,
);
on_postgres!(
    a_commit_after_a_failed_statement_is_an_error,
    a_failure_inside_a_savepoint_does_not_doom_the_parent,
    releasing_a_failed_savepoint_is_an_error_that_the_parent_survives,
);
on_mysql_and_mariadb!(
    the_victim_of_a_deadlock_is_refused_any_further_statement,
    a_failed_statement_leaves_the_transaction_usable,
    a_lock_that_is_not_to_be_had_ends_what_the_server_rolled_back,
);
on_sqlite!(
    a_constraint_that_rolls_back_closes_the_session,
    a_write_transaction_begins_immediate,
    a_busy_database_is_retryable,
    statements_may_fail_and_the_rest_is_kept,
);

async fn cancel(session: &Session, db: &TestDatabase) {
    let slow = session.execute_unprepared(db.slow_statement());
    tokio::time::timeout(Duration::from_millis(50), slow)
        .await
        .expect_err("the statement is slower than that");
}

/// Nobody knows how far the statement came, so nothing can be built upon it.
async fn a_cancelled_statement_closes_the_session(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    deposit(&session, 1).await?;
    cancel(&session, &db).await;
    let refused = Error::from(deposit(&session, 2).await.unwrap_err());
    assert!(refused.is_session_closed(), "{refused:?}");
    assert!(session.commit().await.unwrap_err().is_session_closed());
    assert_eq!(balance(&db.manager()).await?, NOTHING);

    // Without another call, too.
    let session = db.provider().create_session().await?;
    deposit(&session, 3).await?;
    cancel(&session, &db).await;
    drop(session);
    assert_eq!(balance(&db.manager()).await?, NOTHING);

    // A rollback wants what has happened already.
    let session = db.provider().create_session().await?;
    cancel(&session, &db).await;
    session.rollback().await?;
    Ok(())
}

/// A savepoint cannot be rolled back to on a connection that answers somebody else's question.
async fn a_cancelled_statement_inside_a_savepoint_closes_all_levels(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    deposit(&session, 1).await?;
    let savepoint = session.savepoint().await?;
    cancel(&savepoint, &db).await;
    drop(savepoint);
    let refused = Error::from(deposit(&session, 2).await.unwrap_err());
    assert!(refused.is_session_closed(), "{refused:?}");
    assert!(session.commit().await.unwrap_err().is_session_closed());
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    Ok(())
}

/// The statement fails with the loss, later calls with the session's end.
async fn a_lost_connection_is_an_error_and_nothing_is_kept(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let proxy = db.proxy().await;
    let provider = SessionProvider::new(
        xtsqlorm::connection::ConnectionManager::connect(&db.config_through(&proxy, 2)).await?,
    );
    let session = provider.create_session().await?;
    deposit(&session, 1).await?;
    proxy.cut();
    let lost = Error::from(deposit(&session, 2).await.unwrap_err());
    assert!(lost.is_connection_lost(), "{lost:?}");
    let closed = session.commit().await.unwrap_err();
    assert!(closed.is_session_closed(), "{closed:?}");
    assert_eq!(balance(&provider).await?, NOTHING);
    Ok(())
}

/// The one error after which the work may be stored. It is told from all the others.
async fn a_connection_lost_during_commit_leaves_the_outcome_open(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let proxy = db.proxy().await;
    let provider = SessionProvider::new(
        xtsqlorm::connection::ConnectionManager::connect(&db.config_through(&proxy, 2)).await?,
    );
    let session = provider.create_session().await?;
    deposit(&session, 1).await?;
    proxy.stall(true);
    let committing = tokio::spawn(session.commit());
    tokio::time::sleep(Duration::from_millis(50)).await;
    proxy.cut();
    let unknown = committing.await?.unwrap_err();
    assert!(
        matches!(unknown, Error::CommitOutcomeUnknown { .. }),
        "{unknown:?}"
    );
    assert!(!unknown.is_retryable());
    proxy.stall(false);
    // This COMMIT never got through.
    assert_eq!(balance(&provider).await?, NOTHING);
    Ok(())
}

async fn duplicate(session: &Session) -> Error {
    let error = Error::from(deposit(session, 1).await.unwrap_err());
    assert!(error.is_unique_violation(), "{error:?}");
    error
}

/// PostgreSQL would answer this COMMIT with a rollback and call it success.
async fn a_commit_after_a_failed_statement_is_an_error(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let outcome = db
        .provider()
        .transaction(async |session| -> xtsqlorm::Result<()> {
            deposit(session, 1).await?;
            duplicate(session).await;
            Ok(())
        })
        .await;
    assert!(
        matches!(outcome, Err(Error::Transaction { .. })),
        "{outcome:?}"
    );
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    Ok(())
}

/// Rolling back to the savepoint heals the transaction.
async fn a_failure_inside_a_savepoint_does_not_doom_the_parent(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    db.provider()
        .transaction(async |session| -> xtsqlorm::Result<()> {
            deposit(session, 1).await?;
            let inner: xtsqlorm::Result<()> = session
                .transaction(async |inner| Err(duplicate(inner).await))
                .await;
            assert!(inner.unwrap_err().is_unique_violation());
            deposit(session, 2).await?;
            Ok(())
        })
        .await?;
    assert_eq!(balance(&db.manager()).await?, [1, 2]);
    Ok(())
}

/// A swallowed failure does not turn a savepoint's commit into a silent rollback either.
async fn releasing_a_failed_savepoint_is_an_error_that_the_parent_survives(
    db: TestDatabase,
) -> Result {
    create_ledger(&db).await?;
    db.provider()
        .transaction(async |session| -> xtsqlorm::Result<()> {
            deposit(session, 1).await?;
            let inner: xtsqlorm::Result<()> = session
                .transaction(async |inner| {
                    deposit(inner, 2).await?;
                    duplicate(inner).await;
                    Ok(())
                })
                .await;
            assert!(matches!(inner, Err(Error::Transaction { .. })), "{inner:?}");
            deposit(session, 3).await?;
            Ok(())
        })
        .await?;
    assert_eq!(balance(&db.manager()).await?, [1, 3]);
    Ok(())
}

async fn raise(session: &Session, id: i64) -> Result<(), DbErr> {
    let sql = format!("UPDATE ledger SET amount = amount + 1 WHERE id = {id}");
    session.execute_unprepared(&sql).await.map(drop)
}

/// After a deadlock the server has rolled back, and the connection is in autocommit mode: what the
/// victim did next would be stored at once, on its own.
async fn the_victim_of_a_deadlock_is_refused_any_further_statement(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    for id in [1, 2] {
        deposit(&db.manager(), id).await?;
    }
    let one = db.provider().create_session().await?;
    let two = db.provider().create_session().await?;
    deposit(&one, 11).await?;
    deposit(&two, 12).await?;
    raise(&one, 1).await?;
    raise(&two, 2).await?;
    let (first, second) = tokio::join!(raise(&one, 2), raise(&two, 1));
    let (victim, error, winner, kept) = match (first, second) {
        (Err(error), Ok(())) => (one, error, two, 12),
        (Ok(()), Err(error)) => (two, error, one, 11),
        other => panic!("not one victim: {other:?}"),
    };
    let error = Error::from(error);
    assert!(error.is_deadlock() && error.is_retryable(), "{error:?}");
    assert!(Error::from(deposit(&victim, 21).await.unwrap_err()).is_session_closed());
    assert!(victim.savepoint().await.unwrap_err().is_session_closed());
    assert!(victim.commit().await.unwrap_err().is_session_closed());
    winner.commit().await?;
    assert_eq!(balance(&db.manager()).await?, [1, 2, kept]);
    Ok(())
}

/// MySQL rolls just the failed statement back.
async fn a_failed_statement_leaves_the_transaction_usable(db: TestDatabase) -> Result {
    statements_may_fail_and_the_rest_is_kept(db).await
}

/// So does SQLite.
async fn statements_may_fail_and_the_rest_is_kept(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    db.provider()
        .transaction(async |session| -> xtsqlorm::Result<()> {
            deposit(session, 1).await?;
            duplicate(session).await;
            deposit(session, 2).await?;
            Ok(())
        })
        .await?;
    assert_eq!(balance(&db.manager()).await?, [1, 2]);
    Ok(())
}

/// That is the statement, or with `innodb_rollback_on_timeout` the transaction.
async fn a_lock_that_is_not_to_be_had_ends_what_the_server_rolled_back(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let rolls_back = "SELECT CAST(@@innodb_rollback_on_timeout AS SIGNED)";
    let rolls_back = db.raw().await?.number(rolls_back).await? == 1;
    deposit(&db.manager(), 1).await?;
    let holder = db.provider().create_session().await?;
    holder
        .execute_unprepared("DELETE FROM ledger WHERE id = 1")
        .await?;
    let waiter = db.provider().create_session().await?;
    waiter
        .execute_unprepared("SET SESSION innodb_lock_wait_timeout = 1")
        .await?;
    deposit(&waiter, 2).await?;
    let error = waiter.execute_unprepared("UPDATE ledger SET amount = 5 WHERE id = 1");
    assert!(Error::from(error.await.unwrap_err()).is_lock_timeout());
    holder.rollback().await?;
    let later = deposit(&waiter, 3).await;
    let committed = waiter.commit().await;
    assert_eq!(
        (later.is_err(), committed.is_err()),
        (rolls_back, rolls_back)
    );
    let kept: &[i64] = if rolls_back { &[1] } else { &[1, 2, 3] };
    assert_eq!(balance(&db.manager()).await?, kept);
    Ok(())
}

/// SQLite's rollback, of which its reply says nothing: what came later would stay on its own.
async fn a_constraint_that_rolls_back_closes_the_session(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    db.execute(&[
        "CREATE TABLE harsh (id INTEGER PRIMARY KEY ON CONFLICT ROLLBACK)",
        "INSERT INTO harsh VALUES (1)",
        "CREATE TRIGGER no BEFORE DELETE ON harsh BEGIN SELECT RAISE(ROLLBACK, 'no'); END",
    ])
    .await?;
    for text in ["INSERT INTO harsh VALUES (1)", "DELETE FROM harsh"] {
        let session = db.provider().create_session().await?;
        deposit(&session, 1).await?;
        session.execute_unprepared(text).await.unwrap_err();
        let refused = Error::from(deposit(&session, 2).await.unwrap_err());
        assert!(refused.is_session_closed(), "{text}: {refused:?}");
        assert!(session.commit().await.unwrap_err().is_session_closed());
        assert_eq!(balance(&db.manager()).await?, NOTHING);
    }
    let session = db.provider().create_session().await?;
    session
        .execute_unprepared("DELETE FROM harsh")
        .await
        .unwrap_err();
    session.rollback().await?;
    deposit(&db.manager(), 3).await?;
    assert_eq!(balance(&db.manager()).await?, [3]);
    Ok(())
}

/// Two transactions that read and then write wait for each other, where DEFERRED ones would fail.
async fn a_write_transaction_begins_immediate(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    deposit(&db.manager(), 1).await?;
    let provider = SessionProvider::new(db.pool_of(4).await?);
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let provider = provider.clone();
            tokio::spawn(async move {
                for _ in 0..5 {
                    provider
                        .transaction(async |session| -> xtsqlorm::Result<()> {
                            balance(session).await?;
                            tokio::time::sleep(Duration::from_millis(2)).await;
                            Ok(raise(session, 1).await?)
                        })
                        .await?;
                }
                Ok::<_, Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    assert_eq!(
        db.raw().await?.number("SELECT amount FROM ledger").await?,
        21
    );
    Ok(())
}

/// Who insists on DEFERRED gets what SQLite has for it, as an error of its own kind.
async fn a_busy_database_is_retryable(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    deposit(&db.manager(), 1).await?;
    let provider = SessionProvider::new(db.pool_of(2).await?);
    let deferred = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
        ..TransactionOptions::default()
    };
    let late = provider.create_session_with(deferred).await?;
    balance(&late).await?;
    provider
        .transaction(async |session| -> xtsqlorm::Result<()> { Ok(raise(session, 1).await?) })
        .await?;
    let busy = Error::from(raise(&late, 1).await.unwrap_err());
    assert!(busy.is_retryable(), "{busy:?}");
    late.rollback().await?;
    Ok(())
}
