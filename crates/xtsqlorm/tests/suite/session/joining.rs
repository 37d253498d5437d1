//! Who takes part in a transaction without being told.

use std::time::Duration;

use xtsqlorm::{Error, session::SessionProvider};

use crate::support::{
    NOTHING, Result, TestDatabase, balance, create_ledger, deposit, ledger_row, on_every_backend,
    on_every_server,
};

on_every_backend!(
    statements_on_the_provider_take_part,
    two_providers_on_one_pool_join,
    two_pools_do_not_join,
    a_spawned_task_does_not_inherit,
    a_scope_makes_statements_join,
    a_session_s_provider_is_bound_to_it,
    the_innermost_session_is_the_current_one,
    nothing_is_current_after_the_end,
    a_joined_transaction_commits_with_the_outer_one,
    a_joined_transaction_that_fails_dooms_the_outer_one,
    a_joined_transaction_that_is_cancelled_dooms_the_outer_one,
    a_joined_failure_inside_a_savepoint_ends_with_it,
);
on_every_server!(a_session_made_by_hand_is_independent);

fn refused() -> Error {
    Error::NotFound {
        entity: "ledger".into(),
        key: "the one that this test wants".into(),
    }
}

/// A statement that was not handed the session is rolled back with it. In a pool of one, a
/// statement on a connection of its own would wait for ever.
async fn statements_on_the_provider_take_part(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = SessionProvider::new(db.pool_of(1).await?);
    let outcome: xtsqlorm::Result<()> = provider
        .transaction(async |_| {
            deposit(&provider, 1).await?;
            assert!(ledger_row(&provider, 1).await?);
            Err(refused())
        })
        .await;
    assert!(outcome.unwrap_err().is_not_found());
    assert_eq!(balance(&provider).await?, NOTHING);
    Ok(())
}

/// What counts is the pool, not the provider.
async fn two_providers_on_one_pool_join(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let manager = db.pool_of(1).await?;
    let one = SessionProvider::new(manager.clone());
    let other = SessionProvider::new(manager.clone());
    let outcome: xtsqlorm::Result<()> = one
        .transaction(async |_| {
            deposit(&other, 1).await?;
            Err(refused())
        })
        .await;
    assert!(outcome.unwrap_err().is_not_found());
    assert_eq!(balance(&manager).await?, NOTHING);
    Ok(())
}

/// A transaction on one pool means nothing to a provider on another one.
async fn two_pools_do_not_join(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let other = SessionProvider::new(db.pool_of(1).await?);
    db.provider()
        .transaction(async |session| -> xtsqlorm::Result<()> {
            deposit(session, 1).await?;
            assert!(other.current_session().is_none());
            assert_eq!(balance(&other).await?, NOTHING);
            Ok(())
        })
        .await?;
    assert_eq!(balance(&other).await?, [1]);
    Ok(())
}

/// A spawned task is outside, and is told so before it waits for a connection.
async fn a_spawned_task_does_not_inherit(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    provider
        .transaction(async |_| -> xtsqlorm::Result<()> {
            assert!(provider.current_session().is_some());
            let there = provider.clone();
            let inherited = tokio::spawn(async move { there.current_session().is_some() });
            assert!(!inherited.await.unwrap());
            Ok(())
        })
        .await?;
    Ok(())
}

/// `Session::scope` does for a session made by hand what a closure does by itself.
async fn a_scope_makes_statements_join(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    let session = provider.create_session().await?;
    session.scope(deposit(&provider, 1)).await?;
    assert!(provider.current_session().is_none());
    // The scope has ended, the session has not.
    assert!(ledger_row(&session, 1).await?);
    session.rollback().await?;
    assert_eq!(balance(&provider).await?, NOTHING);
    Ok(())
}

/// Handing a provider on is enough to hand the session on, to a spawned task, too.
async fn a_session_s_provider_is_bound_to_it(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    let bound = session.provider();
    tokio::spawn(async move { deposit(&bound, 1).await }).await??;
    assert!(ledger_row(&session, 1).await?);
    session.rollback().await?;
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    Ok(())
}

/// Inside a savepoint, the savepoint is what statements join: they are taken back with it.
async fn the_innermost_session_is_the_current_one(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            deposit(&provider, 1).await?;
            let inner: xtsqlorm::Result<()> = session
                .transaction(async |_| {
                    deposit(&provider, 2).await?;
                    Err(refused())
                })
                .await;
            assert!(inner.unwrap_err().is_not_found());
            deposit(&provider, 3).await?;
            Ok(())
        })
        .await?;
    assert_eq!(balance(&provider).await?, [1, 3]);
    Ok(())
}

/// The task is outside again when the closure has returned, whichever way.
async fn nothing_is_current_after_the_end(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    provider.transaction(async |_| Ok::<_, Error>(())).await?;
    assert!(provider.current_session().is_none());
    let cancelled = provider.transaction(async |_| -> xtsqlorm::Result<()> {
        deposit(&provider, 1).await?;
        std::future::pending().await
    });
    tokio::time::timeout(Duration::from_millis(50), cancelled)
        .await
        .unwrap_err();
    assert!(provider.current_session().is_none());
    assert_eq!(balance(&provider).await?, NOTHING);
    Ok(())
}

/// `transaction` inside `transaction` is the same transaction: kept if the outer one is.
async fn a_joined_transaction_commits_with_the_outer_one(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    for (id, outer_commits) in [(1, true), (2, false)] {
        let outcome: xtsqlorm::Result<()> = provider
            .transaction(async |_| {
                provider
                    .transaction(async |session| -> xtsqlorm::Result<()> {
                        Ok(deposit(session, id).await?)
                    })
                    .await?;
                if outer_commits {
                    Ok(())
                } else {
                    Err(refused())
                }
            })
            .await;
        assert_eq!(outcome.is_ok(), outer_commits);
    }
    assert_eq!(balance(&provider).await?, [1]);
    Ok(())
}

/// An outer transaction that swallows the joined one's error cannot commit half of its work.
async fn a_joined_transaction_that_fails_dooms_the_outer_one(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    let outcome = provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            deposit(session, 1).await?;
            let joined: xtsqlorm::Result<()> = provider
                .transaction(async |session| {
                    deposit(session, 2).await?;
                    Err(refused())
                })
                .await;
            assert!(joined.unwrap_err().is_not_found());
            deposit(session, 3).await?;
            Ok(())
        })
        .await;
    assert!(
        matches!(outcome, Err(Error::Transaction { .. })),
        "{outcome:?}"
    );
    assert_eq!(balance(&provider).await?, NOTHING);
    Ok(())
}

/// The same for one that was cancelled between two statements.
async fn a_joined_transaction_that_is_cancelled_dooms_the_outer_one(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    let outcome = provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            let joined = provider.transaction(async |session| -> xtsqlorm::Result<()> {
                deposit(session, 1).await?;
                std::future::pending().await
            });
            let joined = tokio::time::timeout(Duration::from_millis(100), joined).await;
            assert!(joined.is_err());
            deposit(session, 2).await?;
            Ok(())
        })
        .await;
    assert!(
        matches!(outcome, Err(Error::Transaction { .. })),
        "{outcome:?}"
    );
    assert_eq!(balance(&provider).await?, NOTHING);
    Ok(())
}

/// A savepoint takes back what a transaction that had joined it did: the failure is undone with it,
/// and what is around the savepoint can be committed.
async fn a_joined_failure_inside_a_savepoint_ends_with_it(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    let joined_and_failed = async || -> xtsqlorm::Result<()> {
        provider
            .transaction(async |session| {
                deposit(session, 2).await?;
                Err(refused())
            })
            .await
    };
    provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            deposit(session, 1).await?;
            let passed_on: xtsqlorm::Result<()> = session
                .transaction(async |_| joined_and_failed().await)
                .await;
            assert!(passed_on.unwrap_err().is_not_found());
            let swallowed: xtsqlorm::Result<()> = session
                .transaction(async |_| {
                    joined_and_failed().await.ok();
                    Ok(())
                })
                .await;
            assert!(
                matches!(swallowed, Err(Error::Transaction { .. })),
                "{swallowed:?}"
            );
            deposit(session, 3).await?;
            Ok(())
        })
        .await?;
    assert_eq!(balance(&provider).await?, [1, 3]);
    Ok(())
}

/// `create_session` inside a closure opens another transaction, on another connection.
async fn a_session_made_by_hand_is_independent(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    let outcome: xtsqlorm::Result<()> = provider
        .transaction(async |session| {
            deposit(session, 1).await?;
            let other = provider.create_session().await?;
            assert!(!ledger_row(&other, 1).await?);
            deposit(&other, 2).await?;
            other.commit().await?;
            Err(refused())
        })
        .await;
    assert!(outcome.unwrap_err().is_not_found());
    assert_eq!(balance(&provider).await?, [2]);
    Ok(())
}
