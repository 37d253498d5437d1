//! Tests of services: whatever they do is rolled back, and what they send is counted.

use sea_orm::{ConnectionTrait, TransactionTrait};
use xtsqlorm::{
    Error, assert_queries,
    session::{Propagation, Session, SessionProvider, TransactionOptions},
    testing::{Sandbox, count_queries},
    unit_of_work::UnitOfWork,
};

use super::{Log, refused};
use crate::support::{
    Kind, NOTHING, Result, TestDatabase, balance, create_ledger, deposit, eventually,
    on_every_backend, on_every_server,
};

on_every_backend!(
    code_that_commits_is_rolled_back_with_the_sandbox,
    code_that_fails_takes_back_its_own_part_alone,
    code_that_nests_and_joins_does_so_inside,
    sessions_made_by_hand_are_savepoints,
    a_dropped_sandbox_is_rolled_back,
    a_failed_statement_does_not_spoil_the_rest_of_the_test,
    a_failed_attempt_runs_its_own_hooks_and_no_others,
    two_transactions_side_by_side_are_refused,
    statements_are_counted,
    only_the_test_s_own_task_is_counted,
);
on_every_server!(sandboxes_run_side_by_side_on_one_database);

/// The service under test.
async fn service(provider: &SessionProvider, id: i64) -> xtsqlorm::Result<()> {
    provider
        .transaction(async |session| -> xtsqlorm::Result<()> { Ok(deposit(session, id).await?) })
        .await
}

/// The code under test sees what it committed, and nobody else ever does.
async fn code_that_commits_is_rolled_back_with_the_sandbox(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let sandbox = Sandbox::begin(&db.manager()).await?;
    let provider = sandbox.provider().clone();
    service(&provider, 1).await?;
    service(&provider, 2).await?;
    deposit(&provider, 3).await?;
    assert_eq!(balance(&provider).await?, [1, 2, 3]);
    let mut raw = db.raw().await?;
    assert_eq!(raw.numbers("SELECT id FROM ledger").await?, NOTHING);
    drop(provider);
    sandbox.end().await?;
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    Ok(())
}

/// A rollback in the code under test is a rollback of that transaction, as outside.
async fn code_that_fails_takes_back_its_own_part_alone(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let sandbox = Sandbox::begin(&db.manager()).await?;
    let provider = sandbox.provider();
    service(provider, 1).await?;
    let failed: xtsqlorm::Result<()> = provider
        .transaction(async |session| {
            deposit(session, 2).await?;
            Err(refused())
        })
        .await;
    assert!(failed.unwrap_err().is_not_found());
    let failed: xtsqlorm::Result<()> = provider
        .transaction_with(TransactionOptions::new(), async |session| {
            deposit(session, 3).await?;
            Err(refused())
        })
        .await;
    assert!(failed.unwrap_err().is_not_found());
    service(provider, 4).await?;
    assert_eq!(balance(provider).await?, [1, 4]);
    Ok(())
}

/// Savepoints in transactions, transactions in transactions, and units of work.
async fn code_that_nests_and_joins_does_so_inside(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let sandbox = Sandbox::begin(&db.manager()).await?;
    let provider = sandbox.provider();
    provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            service(provider, 1).await?;
            let inner: xtsqlorm::Result<()> = session
                .transaction(async |inner| {
                    deposit(inner, 2).await?;
                    Err(refused())
                })
                .await;
            assert!(inner.unwrap_err().is_not_found());
            let nested = TransactionOptions::new().propagation(Propagation::Nested);
            provider
                .transaction_with(nested, async |inner| {
                    Ok::<_, Error>(deposit(inner, 3).await?)
                })
                .await?;
            Ok(())
        })
        .await?;
    provider
        .unit_of_work(async |unit| -> xtsqlorm::Result<()> {
            Ok(deposit(unit.session(), 4).await?)
        })
        .await?;
    assert_eq!(balance(provider).await?, [1, 3, 4]);
    Ok(())
}

/// Whichever way the code under test opens them, SeaORM's own included.
async fn sessions_made_by_hand_are_savepoints(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let sandbox = Sandbox::begin(&db.manager()).await?;
    let provider = sandbox.provider();
    let session = provider.create_session().await?;
    deposit(&session, 1).await?;
    session.commit().await?;
    let session = TransactionTrait::begin(provider).await?;
    deposit(&session, 2).await?;
    session.rollback().await?;
    let unit = UnitOfWork::begin(provider).await?;
    deposit(unit.session(), 3).await?;
    unit.commit().await?;
    drop(provider.create_session().await?);
    assert_eq!(balance(provider).await?, [1, 3]);
    let mut raw = db.raw().await?;
    assert_eq!(raw.numbers("SELECT id FROM ledger").await?, NOTHING);
    Ok(())
}

/// A test that fails half-way does not reach its last line.
async fn a_dropped_sandbox_is_rolled_back(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let manager = db.manager();
    let failing = tokio::spawn(async move {
        let sandbox = Sandbox::begin(&manager).await.unwrap();
        service(sandbox.provider(), 1).await.unwrap();
        panic!("an assertion of the test");
    });
    assert!(failing.await.unwrap_err().is_panic());
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    Ok(())
}

/// PostgreSQL would refuse the rest of a transaction; the savepoint around each keeps that small.
async fn a_failed_statement_does_not_spoil_the_rest_of_the_test(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let sandbox = Sandbox::begin(&db.manager()).await?;
    let provider = sandbox.provider();
    service(provider, 1).await?;
    let taken = service(provider, 1).await.unwrap_err();
    assert!(taken.is_unique_violation(), "{taken:?}");
    service(provider, 2).await?;
    assert_eq!(balance(provider).await?, [1, 2]);
    Ok(())
}

/// In a sandbox it is a savepoint: what is around it has not ended, whether it is tried again or not.
async fn a_failed_attempt_runs_its_own_hooks_and_no_others(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let sandbox = Sandbox::begin(&db.manager()).await?;
    let provider = sandbox.provider();
    let log = Log::default();
    let own = TransactionOptions::new().propagation(Propagation::RequiresNew);
    provider
        .transaction(async |outer| -> xtsqlorm::Result<()> {
            outer.after_rollback_sync(log.hook("outer"));
            let failed: xtsqlorm::Result<()> = provider
                .transaction_with(own.clone(), async |inner| {
                    inner.after_rollback_sync(log.hook("inner"));
                    deposit(inner, 1).await?;
                    Err(refused())
                })
                .await;
            assert!(failed.unwrap_err().is_not_found());
            Ok(deposit(outer, 2).await?)
        })
        .await?;
    eventually("the inner one's hook ran", async || {
        log.entries() == ["inner"]
    })
    .await;
    let tries = Log::default();
    provider
        .transaction_with(own, async |session| {
            tries.add("try");
            if tries.entries().len() == 1 {
                in_the_way(db.kind(), session).await?;
            }
            Ok::<_, Error>(deposit(session, 3).await?)
        })
        .await?;
    assert_eq!(balance(provider).await?, [2, 3]);
    let whole = provider.current_session().expect("the sandbox's own");
    whole.after_rollback_sync(log.hook("later"));
    drop(whole);
    sandbox.end().await?;
    assert_eq!(log.entries(), ["inner", "outer", "later"]);
    Ok(())
}

/// Fails for a concurrent transaction where that leaves the transaction open. On MySQL it does not,
/// and SQLite has nobody to fail for inside a transaction that writes.
async fn in_the_way(kind: Kind, session: &Session) -> xtsqlorm::Result<()> {
    if kind == Kind::Postgres {
        let raise = "DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $$";
        session.execute_unprepared(raise).await?;
    }
    Ok(())
}

/// There is one connection, and a savepoint has no sister.
async fn two_transactions_side_by_side_are_refused(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let sandbox = Sandbox::begin(&db.manager()).await?;
    let provider = sandbox.provider();
    let one = provider.create_session().await?;
    let other = provider.create_session().await;
    assert!(matches!(other, Err(Error::SessionBusy { .. })), "{other:?}");
    deposit(&one, 1).await?;
    one.commit().await?;
    assert_eq!(balance(provider).await?, [1]);
    Ok(())
}

/// Neither sees what the other writes, and the same keys are free for both.
async fn sandboxes_run_side_by_side_on_one_database(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let manager = db.pool_of(8).await?;
    let tasks: Vec<_> = (0..8)
        .map(|task: i64| {
            let manager = manager.clone();
            tokio::spawn(async move {
                for turn in 0..5 {
                    let sandbox = Sandbox::begin(&manager).await?;
                    let id = task * 5 + turn;
                    service(sandbox.provider(), id).await?;
                    tokio::task::yield_now().await;
                    assert_eq!(balance(sandbox.provider()).await?, [id]);
                    sandbox.end().await?;
                }
                Ok::<_, Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    assert_eq!(balance(&manager).await?, NOTHING);
    eventually("all connections are back", async || {
        manager.pool_status().in_use == 0
    })
    .await;
    Ok(())
}

async fn count(db: &TestDatabase, sends: u32, limit: u64) -> Result {
    let manager = db.manager();
    assert_queries!(<= limit, {
        for _ in 0..sends {
            manager.execute_unprepared("SELECT 1").await?;
        }
    });
    Ok(())
}

/// More than allowed is a panic that names the number.
async fn statements_are_counted(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    count(&db, 3, 3).await?;
    let there = db.clone();
    let panicked = tokio::spawn(async move { count(&there, 4, 3).await })
        .await
        .unwrap_err()
        .into_panic();
    let words = panicked.downcast_ref::<String>().expect("words");
    assert!(
        words.contains("4 statements were sent, not <= 3"),
        "{words}"
    );
    let provider = db.provider();
    // BEGIN, the row, COMMIT.
    assert_queries!(== 3, { service(&provider, 1).await? });
    assert_queries!(< 1, {});
    let rows = assert_queries!(== 1, { balance(&provider).await? });
    assert_eq!(rows, [1]);
    let (inner, outer) = count_queries(async {
        balance(&provider).await?;
        let (_, inner) = count_queries(balance(&provider)).await;
        Ok::<_, Error>(inner)
    })
    .await;
    assert_eq!((inner?, outer), (1, 2));
    Ok(())
}

/// As documented: a spawned task counts for itself.
async fn only_the_test_s_own_task_is_counted(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    let log = Log::default();
    let seen = log.clone();
    assert_queries!(== 1, {
        let there = provider.clone();
        let elsewhere = tokio::spawn(async move { balance(&there).await });
        seen.add(format!("{:?}", elsewhere.await.unwrap()?));
        provider
            .manager()
            .execute_unprepared("SELECT 1")
            .await?
    });
    assert_eq!(log.entries(), ["[]"]);
    // Hooks are tasks of their own.
    let there = provider.clone();
    assert_queries!(== 2, {
        let work = async |session: &Session| -> xtsqlorm::Result<()> {
            session.after_commit(async move || deposit(&there, 1).await);
            Ok(())
        };
        provider.transaction(work).await?
    });
    assert_eq!(balance(&provider).await?, [1]);
    Ok(())
}
