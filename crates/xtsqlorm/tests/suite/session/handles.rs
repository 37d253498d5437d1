//! Sessions that the caller ends.

use sea_orm::{ConnectionTrait, Statement, StreamTrait, TransactionTrait};
use xtsqlorm::{Error, session::Session};

use crate::support::{
    NOTHING, Result, TestDatabase, balance, create_ledger, deposit, eventually, ledger_row,
    on_every_backend,
};

on_every_backend!(
    commit_keeps_and_rollback_drops,
    dropping_the_last_handle_rolls_back,
    clones_are_handles_to_one_transaction,
    statements_of_clones_run_one_after_another,
    a_finished_handle_answers_session_closed,
    a_handle_may_go_outside_the_runtime,
);

/// `commit` keeps the work, `rollback` drops it.
async fn commit_keeps_and_rollback_drops(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    let session = provider.create_session().await?;
    deposit(&session, 1).await?;
    session.commit().await?;
    let session = provider.create_session().await?;
    deposit(&session, 2).await?;
    session.rollback().await?;
    assert_eq!(balance(&db.manager()).await?, [1]);
    eventually("nothing is in use", async || {
        db.manager().pool_status().in_use == 0
    })
    .await;
    Ok(())
}

/// The transaction lives as long as one handle does, and no longer.
async fn dropping_the_last_handle_rolls_back(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    let clone = session.clone();
    deposit(&session, 1).await?;
    drop(session);
    assert!(ledger_row(&clone, 1).await?);
    drop(clone);
    // On SQLite the pool's one connection comes back only when it is clean.
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    eventually("the connection is free again", async || {
        db.manager().pool_status().in_use == 0
    })
    .await;
    deposit(&db.manager(), 2).await?;
    assert_eq!(db.raw().await?.numbers("SELECT id FROM ledger").await?, [2]);
    Ok(())
}

/// What one clone wrote the other one sees, and one commit is for both.
async fn clones_are_handles_to_one_transaction(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    let clone = session.clone();
    deposit(&session, 1).await?;
    deposit(&clone, 2).await?;
    clone.commit().await?;
    assert!(session.commit().await.unwrap_err().is_session_closed());
    assert_eq!(balance(&db.manager()).await?, [1, 2]);
    Ok(())
}

/// Two tasks with a handle each take turns on the one connection.
async fn statements_of_clones_run_one_after_another(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let session = session.clone();
            tokio::spawn(async move {
                for turn in 0..5 {
                    deposit(&session, task * 5 + turn).await?;
                }
                Ok::<_, Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    eventually("all shared one connection", async || {
        db.manager().pool_status().in_use == 1
    })
    .await;
    session.commit().await?;
    assert_eq!(balance(&db.manager()).await?, (0..40).collect::<Vec<_>>());
    Ok(())
}

/// No method of a handle panics, or does anything, after another handle ended the transaction.
async fn a_finished_handle_answers_session_closed(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    for commit in [true, false] {
        let session = db.provider().create_session().await?;
        let rest: Vec<Session> = vec![session.clone(); 3];
        match commit {
            true => session.commit().await?,
            false => session.rollback().await?,
        }
        every_method_is_refused(&rest[0]).await;
        for (session, commit) in rest.into_iter().skip(1).zip([true, false]) {
            let ended = match commit {
                true => session.commit().await,
                false => session.rollback().await,
            };
            assert!(ended.unwrap_err().is_session_closed());
        }
    }
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    Ok(())
}

async fn every_method_is_refused(session: &Session) {
    fn closed(error: impl Into<Error>) {
        let error = error.into();
        assert!(error.is_session_closed(), "{error:?}");
    }
    let insert = || {
        let backend = ConnectionTrait::get_database_backend(session);
        Statement::from_string(backend, "INSERT INTO ledger VALUES (9, 9)")
    };
    closed(session.execute_raw(insert()).await.unwrap_err());
    closed(session.execute_unprepared("SELECT 1").await.unwrap_err());
    closed(session.query_one_raw(insert()).await.unwrap_err());
    closed(session.query_all_raw(insert()).await.unwrap_err());
    closed(session.stream_raw(insert()).await.err().unwrap());
    closed(session.savepoint().await.unwrap_err());
    closed(session.begin().await.unwrap_err());
    let nested = session.transaction(async |_| Ok::<_, Error>(())).await;
    closed(nested.unwrap_err());
    let bound = session.provider();
    closed(deposit(&bound, 9).await.unwrap_err());
    let joined = bound.transaction(async |session| {
        deposit(session, 9).await?;
        Ok::<_, Error>(())
    });
    closed(joined.await.unwrap_err());
    assert!(format!("{session:?}").contains("Session"));
}

/// The last handle may be dropped on a thread that knows nothing of tokio.
async fn a_handle_may_go_outside_the_runtime(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    deposit(&session, 1).await?;
    std::thread::spawn(move || drop(session)).join().unwrap();
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    deposit(&db.manager(), 2).await?;
    Ok(())
}
