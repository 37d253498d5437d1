//! What runs after a transaction: in order, once, and only for what became of it.

mod endings;

use std::{sync::Arc, time::Duration};

use tokio::sync::Notify;
use xtsqlorm::{
    Error,
    session::{Session, SessionProvider},
};

use super::{Log, refused};
use crate::support::{
    Result, TestDatabase, balance, create_ledger, deposit, eventually, on_every_backend,
};

on_every_backend!(
    hooks_run_in_order_and_once,
    a_hook_sees_what_was_committed,
    a_hook_is_outside_the_transaction,
    hooks_may_use_a_pool_of_one_connection,
    a_rolled_back_savepoint_takes_its_commit_hooks_with_it,
    a_kept_savepoint_s_hooks_wait_for_the_transaction,
    a_joined_transaction_s_hooks_wait_for_the_outer_one,
    a_failing_hook_stops_neither_the_commit_nor_the_others,
    hooks_run_to_their_end_where_nobody_waits_for_them,
    hooks_of_closures_that_are_retried_forms_run_the_same,
);

/// As registered, sync and async mixed, from whichever handle; and not again.
async fn hooks_run_in_order_and_once(db: TestDatabase) -> Result {
    for commits in [true, false] {
        let log = Log::default();
        let session = db.provider().create_session().await?;
        let other = session.clone();
        session.after_commit_sync(log.hook("committed 1"));
        session.after_rollback_sync(log.hook("rolled back 1"));
        let slow = log.clone();
        other.after_commit(async move || {
            tokio::time::sleep(Duration::from_millis(30)).await;
            slow.add("committed 2");
        });
        let slow = log.clone();
        other.after_rollback(async move || {
            tokio::time::sleep(Duration::from_millis(30)).await;
            slow.add("rolled back 2");
        });
        session.after_commit_sync(log.hook("committed 3"));
        session.after_rollback_sync(log.hook("rolled back 3"));
        assert!(log.is_empty());
        let expected = if commits {
            session.commit().await?;
            ["committed 1", "committed 2", "committed 3"]
        } else {
            session.rollback().await?;
            ["rolled back 1", "rolled back 2", "rolled back 3"]
        };
        assert_eq!(log.entries(), expected);
        assert!(other.clone().commit().await.is_err());
        assert!(other.clone().rollback().await.is_err());
        drop(other);
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(log.entries(), expected);
    }
    Ok(())
}

/// Another connection has the row by then.
async fn a_hook_sees_what_was_committed(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let log = Log::default();
    let (there, seen) = (db.clone(), log.clone());
    db.provider()
        .transaction(async |session| -> xtsqlorm::Result<()> {
            session.after_commit(async move || -> Result<(), Error> {
                let mut raw = there.raw().await.unwrap();
                let rows = raw.numbers("SELECT id FROM ledger").await.unwrap();
                seen.add(format!("{rows:?}"));
                Ok(())
            });
            Ok(deposit(session, 7).await?)
        })
        .await?;
    assert_eq!(log.entries(), ["[7]"]);
    Ok(())
}

/// What a hook writes is written, and by nobody's transaction.
async fn a_hook_is_outside_the_transaction(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    let log = Log::default();
    let (there, seen) = (provider.clone(), log.clone());
    provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            session.after_commit(async move || {
                seen.add(format!("{:?}", there.current_session().is_some()));
                let work = async |session: &Session| Ok::<_, Error>(deposit(session, 2).await?);
                there.transaction(work).await
            });
            Ok(deposit(session, 1).await?)
        })
        .await?;
    assert_eq!(log.entries(), ["false"]);
    assert_eq!(balance(&provider).await?, [1, 2]);
    Ok(())
}

/// The connection is back, and clean, before the first hook runs; whichever way it ended.
async fn hooks_may_use_a_pool_of_one_connection(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = SessionProvider::new(db.pool_of(1).await?);
    let manager = provider.manager().clone();
    let later = |id: i64| {
        let manager = manager.clone();
        async move || deposit(&manager, id).await
    };
    let session = provider.create_session().await?;
    session.after_commit(later(1));
    session.commit().await?;
    let session = provider.create_session().await?;
    session.after_rollback(later(2));
    session.rollback().await?;
    assert_eq!(balance(&manager).await?, [1, 2]);

    let session = provider.create_session().await?;
    session.after_rollback(later(3));
    drop(session);
    let failed: xtsqlorm::Result<()> = provider
        .transaction(async |session| {
            session.after_rollback(later(4));
            Err(refused())
        })
        .await;
    assert!(failed.unwrap_err().is_not_found());
    eventually("all wrote their row", async || {
        balance(&manager).await.unwrap() == [1, 2, 3, 4]
    })
    .await;
    Ok(())
}

/// Its rollback hooks run at once, or nearly so; its commit hooks never, even though the transaction
/// commits.
async fn a_rolled_back_savepoint_takes_its_commit_hooks_with_it(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let log = Log::default();
    let session = db.provider().create_session().await?;
    session.after_commit_sync(log.hook("outer committed"));
    session.after_rollback_sync(log.hook("outer rolled back"));
    let register = |session: &Session, name: &str| {
        session.after_commit_sync(log.hook(format!("{name} committed")));
        session.after_rollback_sync(log.hook(format!("{name} rolled back")));
    };
    let rolled_back = session.savepoint().await?;
    register(&rolled_back, "first");
    let kept_inside = rolled_back.savepoint().await?;
    register(&kept_inside, "inside");
    kept_inside.commit().await?;
    rolled_back.rollback().await?;
    let dropped = session.savepoint().await?;
    register(&dropped, "dropped");
    drop(dropped);
    let failed: xtsqlorm::Result<()> = session
        .transaction(async |inner| {
            register(inner, "failed");
            Err(refused())
        })
        .await;
    assert!(failed.unwrap_err().is_not_found());
    let expected = [
        "dropped rolled back",
        "failed rolled back",
        "first rolled back",
        "inside rolled back",
    ];
    eventually("those of the savepoints ran", async || {
        let mut entries = log.entries();
        entries.sort();
        entries == expected
    })
    .await;
    session.commit().await?;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(log.entries().len(), 5);
    assert_eq!(log.entries().last().unwrap(), "outer committed");
    Ok(())
}

/// What a savepoint keeps is not stored before the transaction is.
async fn a_kept_savepoint_s_hooks_wait_for_the_transaction(db: TestDatabase) -> Result {
    for commits in [true, false] {
        let log = Log::default();
        let session = db.provider().create_session().await?;
        session.after_commit_sync(log.hook("committed 1"));
        session.after_rollback_sync(log.hook("rolled back 1"));
        let savepoint = session.savepoint().await?;
        savepoint.after_commit_sync(log.hook("committed 2"));
        savepoint.after_rollback_sync(log.hook("rolled back 2"));
        savepoint.commit().await?;
        // What a later savepoint takes back is its own.
        session.savepoint().await?.rollback().await?;
        session.after_commit_sync(log.hook("committed 3"));
        session.after_rollback_sync(log.hook("rolled back 3"));
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(log.is_empty());
        if commits {
            session.commit().await?;
            assert_eq!(log.entries(), ["committed 1", "committed 2", "committed 3"]);
        } else {
            session.rollback().await?;
            let expected = ["rolled back 1", "rolled back 2", "rolled back 3"];
            assert_eq!(log.entries(), expected);
        }
    }
    Ok(())
}

/// A service that does not know whether it is the outermost one registers the same hook.
async fn a_joined_transaction_s_hooks_wait_for_the_outer_one(db: TestDatabase) -> Result {
    let provider = db.provider();
    for commits in [true, false] {
        let log = Log::default();
        let outcome = provider
            .transaction(async |_| {
                provider
                    .transaction(async |session| -> xtsqlorm::Result<()> {
                        session.after_commit_sync(log.hook("committed"));
                        session.after_rollback_sync(log.hook("rolled back"));
                        Ok(())
                    })
                    .await?;
                assert!(log.is_empty());
                match commits {
                    true => Ok(()),
                    false => Err(refused()),
                }
            })
            .await;
        assert_eq!(outcome.is_ok(), commits);
        let expected = if commits { "committed" } else { "rolled back" };
        assert_eq!(log.entries(), [expected]);
    }
    Ok(())
}

/// The commit has been done, and says so; each hook stands for itself.
async fn a_failing_hook_stops_neither_the_commit_nor_the_others(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let log = Log::default();
    db.provider()
        .transaction(async |session| -> xtsqlorm::Result<()> {
            session.after_commit(async || Err::<(), _>("the mail server is away"));
            session.after_commit_sync(log.hook("after the failure"));
            session.after_commit_sync(|| -> () { panic!("as this test wants it") });
            session.after_commit_sync(log.hook("after the panic"));
            session.after_commit(async || -> () { panic!("as this test wants it") });
            session.after_commit_sync(log.hook("at last"));
            Ok(deposit(session, 1).await?)
        })
        .await?;
    assert_eq!(
        log.entries(),
        ["after the failure", "after the panic", "at last"]
    );
    assert_eq!(balance(&db.manager()).await?, [1]);
    Ok(())
}

/// The caller of `commit` gave up after COMMIT was answered: the commit stands, and so do its hooks.
async fn hooks_run_to_their_end_where_nobody_waits_for_them(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let log = Log::default();
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let session = db.provider().create_session().await?;
    deposit(&session, 1).await?;
    let (first, signal, wait) = (log.clone(), Arc::clone(&begun), Arc::clone(&go_on));
    session.after_commit(async move || {
        signal.notify_one();
        wait.notified().await;
        first.add("first");
    });
    session.after_commit_sync(log.hook("second"));
    session.after_rollback_sync(log.hook("rolled back"));
    tokio::select! {
        _ = session.commit() => panic!("the first hook is not done"),
        () = begun.notified() => {}
    }
    assert!(log.is_empty());
    go_on.notify_one();
    eventually("both ran", async || log.entries() == ["first", "second"]).await;
    assert_eq!(balance(&db.manager()).await?, [1]);
    Ok(())
}

/// `transaction_with` ends by another road, which treats hooks the same.
async fn hooks_of_closures_that_are_retried_forms_run_the_same(db: TestDatabase) -> Result {
    let provider = db.provider();
    for commits in [true, false] {
        let log = Log::default();
        let outcome = provider
            .transaction_with(Default::default(), async |session: &Session| {
                session.after_commit_sync(log.hook("committed 1"));
                session.after_rollback_sync(log.hook("rolled back 1"));
                let kept = async |inner: &Session| {
                    inner.after_commit_sync(log.hook("committed 2"));
                    inner.after_rollback_sync(log.hook("rolled back 2"));
                    Ok::<_, Error>(())
                };
                session.transaction(kept).await?;
                match commits {
                    true => Ok(()),
                    false => Err(refused()),
                }
            })
            .await;
        assert_eq!(outcome.is_ok(), commits);
        let expected = if commits {
            ["committed 1", "committed 2"]
        } else {
            ["rolled back 1", "rolled back 2"]
        };
        assert_eq!(log.entries(), expected);
    }
    Ok(())
}
