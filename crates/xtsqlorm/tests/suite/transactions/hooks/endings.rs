//! Hooks after the ways in which a transaction ends without a word, or by half.

use std::time::Duration;

use xtsqlorm::{
    Error,
    connection::ConnectionManager,
    session::{Session, SessionProvider},
};

use crate::{
    support::{
        NOTHING, Proxy, Result, TestDatabase, balance, create_ledger, deposit, eventually,
        on_every_backend, on_every_server, on_postgres,
    },
    transactions::{Log, refused},
};

on_every_backend!(
    rollback_hooks_run_after_an_error,
    rollback_hooks_run_after_a_drop,
    rollback_hooks_run_after_a_cancellation,
    rollback_hooks_run_after_a_panic,
    rollback_hooks_run_after_a_refused_commit,
    a_hook_that_is_registered_after_the_end_never_runs,
);
on_every_server!(
    rollback_hooks_run_after_the_connection_was_lost,
    no_hook_runs_where_the_outcome_is_unknown,
    no_hook_runs_where_commit_was_cancelled_under_way,
);
on_postgres!(rollback_hooks_run_after_a_failed_commit);

fn register(session: &Session, log: &Log) {
    session.after_commit_sync(log.hook("committed"));
    session.after_rollback_sync(log.hook("rolled back"));
}

async fn only_the_rollback_hook_runs(log: &Log) {
    eventually("it ran", async || !log.is_empty()).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(log.entries(), ["rolled back"]);
}

async fn through(db: &TestDatabase, proxy: &Proxy) -> xtsqlorm::Result<SessionProvider> {
    let manager = ConnectionManager::connect(&db.config_through(proxy, 2)).await?;
    Ok(SessionProvider::new(manager))
}

/// By the time the caller has the error.
async fn rollback_hooks_run_after_an_error(db: TestDatabase) -> Result {
    let log = Log::default();
    let outcome: xtsqlorm::Result<()> = db
        .provider()
        .transaction(async |session| {
            register(session, &log);
            Err(refused())
        })
        .await;
    assert!(outcome.unwrap_err().is_not_found());
    assert_eq!(log.entries(), ["rolled back"]);
    Ok(())
}

/// And the rollback has been done by then.
async fn rollback_hooks_run_after_a_drop(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let log = Log::default();
    let session = db.provider().create_session().await?;
    register(&session, &log);
    deposit(&session, 1).await?;
    let (there, seen) = (db.clone(), Log::default());
    let looked = seen.clone();
    session.after_rollback(async move || {
        // Would wait for the row, or fail, if it were there still.
        let mut raw = there.raw().await.unwrap();
        raw.run("INSERT INTO ledger VALUES (1, 2)").await.unwrap();
        looked.add("wrote");
    });
    drop(session);
    only_the_rollback_hook_runs(&log).await;
    eventually("the key is free", async || !seen.is_empty()).await;
    Ok(())
}

async fn rollback_hooks_run_after_a_cancellation(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    for under_way in [false, true] {
        let log = Log::default();
        let provider = db.provider();
        let slow = db.slow_statement();
        let work = provider.transaction(async |session| -> xtsqlorm::Result<()> {
            register(session, &log);
            deposit(session, 1).await?;
            if under_way {
                sea_orm::ConnectionTrait::execute_unprepared(session, slow).await?;
            }
            std::future::pending().await
        });
        let limit = Duration::from_millis(200);
        tokio::time::timeout(limit, work).await.unwrap_err();
        only_the_rollback_hook_runs(&log).await;
    }
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    Ok(())
}

async fn rollback_hooks_run_after_a_panic(db: TestDatabase) -> Result {
    let log = Log::default();
    let (provider, inside) = (db.provider(), log.clone());
    let panicked = tokio::spawn(async move {
        provider
            .transaction(async |session| -> xtsqlorm::Result<()> {
                register(session, &inside);
                panic!("as this test wants it")
            })
            .await
    });
    assert!(panicked.await.unwrap_err().is_panic());
    only_the_rollback_hook_runs(&log).await;
    Ok(())
}

/// A savepoint was open, so that nothing was committed.
async fn rollback_hooks_run_after_a_refused_commit(db: TestDatabase) -> Result {
    let log = Log::default();
    let session = db.provider().create_session().await?;
    register(&session, &log);
    let child = session.savepoint().await?;
    assert!(session.commit().await.is_err());
    drop(child);
    only_the_rollback_hook_runs(&log).await;
    Ok(())
}

/// A statement had failed, so that PostgreSQL could only roll back.
async fn rollback_hooks_run_after_a_failed_commit(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    deposit(&db.manager(), 1).await?;
    let log = Log::default();
    let session = db.provider().create_session().await?;
    register(&session, &log);
    deposit(&session, 1).await.unwrap_err();
    assert!(session.commit().await.is_err());
    only_the_rollback_hook_runs(&log).await;
    Ok(())
}

/// There is nothing left that it could wait for.
async fn a_hook_that_is_registered_after_the_end_never_runs(db: TestDatabase) -> Result {
    for commits in [true, false] {
        let log = Log::default();
        let session = db.provider().create_session().await?;
        let late = session.clone();
        match commits {
            true => session.commit().await?,
            false => session.rollback().await?,
        }
        register(&late, &log);
        drop(late);
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(log.is_empty(), "{:?}", log.entries());
    }
    Ok(())
}

/// The server rolls back by itself.
async fn rollback_hooks_run_after_the_connection_was_lost(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let proxy = db.proxy().await;
    let provider = through(&db, &proxy).await?;
    let log = Log::default();
    let outcome = provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            register(session, &log);
            proxy.cut();
            Ok(deposit(session, 1).await?)
        })
        .await;
    assert!(outcome.unwrap_err().is_connection_lost());
    only_the_rollback_hook_runs(&log).await;
    Ok(())
}

/// Either would be a lie half of the time.
async fn no_hook_runs_where_the_outcome_is_unknown(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let proxy = db.proxy().await;
    let provider = through(&db, &proxy).await?;
    let log = Log::default();
    let outcome = {
        let work = async |session: &Session| -> xtsqlorm::Result<()> {
            register(session, &log);
            deposit(session, 1).await?;
            proxy.stall(true);
            Ok(())
        };
        let committing = provider.transaction_with(Default::default(), work);
        let cut = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            proxy.cut();
        };
        tokio::join!(committing, cut).0
    };
    assert!(
        matches!(outcome, Err(Error::CommitOutcomeUnknown { .. })),
        "{outcome:?}"
    );
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(log.is_empty(), "{:?}", log.entries());
    Ok(())
}

/// The server may have committed: whoever cancelled the commit has to look.
async fn no_hook_runs_where_commit_was_cancelled_under_way(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let proxy = db.proxy().await;
    let provider = through(&db, &proxy).await?;
    for by_hand in [true, false] {
        let log = Log::default();
        let limit = Duration::from_millis(200);
        if by_hand {
            let session = provider.create_session().await?;
            register(&session, &log);
            deposit(&session, 1).await?;
            proxy.stall(true);
            let committing = tokio::time::timeout(limit, session.commit());
            committing.await.unwrap_err();
        } else {
            let work = async |session: &Session| -> xtsqlorm::Result<()> {
                register(session, &log);
                deposit(session, 2).await?;
                proxy.stall(true);
                Ok(())
            };
            let committing = provider.transaction_with(Default::default(), work);
            tokio::time::timeout(limit, committing).await.unwrap_err();
        }
        proxy.stall(false);
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(log.is_empty(), "{:?}", log.entries());
    }
    Ok(())
}
