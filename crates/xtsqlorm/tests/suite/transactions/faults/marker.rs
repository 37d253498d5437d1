//! What became of a COMMIT whose answer was lost.

use std::{
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use sea_orm::ConnectionTrait;
use xtsqlorm::{
    Error,
    connection::ConnectionManager,
    session::{CommitMarker, Session, SessionProvider, TransactionOptions},
};

use crate::{
    support::{
        Proxy, Raw, Result, TestDatabase, Trap, create_ledger, ledger_row, on_every_backend,
        on_every_server,
    },
    transactions::Log,
};

on_every_server!(
    a_commit_that_never_reached_the_server_is_run_again,
    a_commit_whose_answer_was_lost_is_not_run_again,
    the_application_s_own_question_clears_it_up_as_well,
    without_a_marker_the_outcome_is_reported_as_unknown,
    a_marker_waits_for_a_transaction_that_is_still_open,
);
on_every_backend!(
    a_token_is_there_if_and_only_if_the_transaction_is,
    old_tokens_can_be_purged,
    a_marker_without_its_table_is_an_error_before_commit,
);

struct Scene {
    provider: SessionProvider,
    proxy: Proxy,
    raw: Raw,
    log: Log,
    attempts: AtomicU32,
}

impl Scene {
    async fn set(db: &TestDatabase) -> Result<Self> {
        create_ledger(db).await?;
        // A key would refuse work that is run twice, instead of showing it.
        let mut raw = db.raw().await?;
        raw.run("CREATE TABLE done (id BIGINT NOT NULL)").await?;
        let proxy = db.proxy().await;
        let manager = ConnectionManager::connect(&db.config_through(&proxy, 4)).await?;
        CommitMarker::create_table(&manager).await?;
        Ok(Self {
            provider: SessionProvider::new(manager),
            proxy,
            raw,
            log: Log::default(),
            attempts: AtomicU32::new(0),
        })
    }

    /// Work that counts how often it is done.
    async fn work(&self, options: TransactionOptions) -> xtsqlorm::Result<()> {
        self.provider
            .transaction_with(options, async |session: &Session| {
                let attempt = self.attempts.fetch_add(1, Relaxed) + 1;
                session.after_commit_sync(self.log.hook(format!("{attempt} committed")));
                session.after_rollback_sync(self.log.hook(format!("{attempt} rolled back")));
                session
                    .execute_unprepared("INSERT INTO done VALUES (1)")
                    .await?;
                Ok(())
            })
            .await
    }

    async fn times_done(&mut self) -> Result<i64> {
        Ok(self.raw.number("SELECT COUNT(*) FROM done").await?)
    }

    fn attempts(&self) -> u32 {
        self.attempts.load(Relaxed)
    }
}

fn marked() -> TransactionOptions {
    TransactionOptions::new().verify_commit(CommitMarker::table())
}

/// It is known not to be there, and only therefore done once more.
async fn a_commit_that_never_reached_the_server_is_run_again(db: TestDatabase) -> Result {
    let mut scene = Scene::set(&db).await?;
    scene.proxy.set_trap(Trap::Swallow);
    scene.work(marked()).await?;
    assert_eq!(scene.attempts(), 2);
    assert_eq!(scene.times_done().await?, 1);
    assert_eq!(scene.log.entries(), ["2 committed"]);
    Ok(())
}

/// It is known to be there, and done with, hooks included.
async fn a_commit_whose_answer_was_lost_is_not_run_again(db: TestDatabase) -> Result {
    let mut scene = Scene::set(&db).await?;
    scene.proxy.set_trap(Trap::SwallowAnswer);
    scene.work(marked()).await?;
    assert_eq!(scene.attempts(), 1);
    assert_eq!(scene.times_done().await?, 1);
    assert_eq!(scene.log.entries(), ["1 committed"]);
    Ok(())
}

/// No table of ours: the rows that were written tell.
async fn the_application_s_own_question_clears_it_up_as_well(db: TestDatabase) -> Result {
    for (trap, attempts) in [(Trap::Swallow, 2), (Trap::SwallowAnswer, 1)] {
        let scene = Scene::set(&db).await?;
        let question = CommitMarker::query(async |manager: ConnectionManager| {
            // The commit may be on its way still.
            tokio::time::sleep(Duration::from_millis(200)).await;
            Ok(ledger_row(&manager, 1).await?)
        });
        let options = TransactionOptions::new().verify_commit(question);
        scene.proxy.set_trap(trap);
        let tries = AtomicU32::new(0);
        scene
            .provider
            .transaction_with(options, async |session| -> xtsqlorm::Result<()> {
                tries.fetch_add(1, Relaxed);
                session
                    .execute_unprepared("INSERT INTO ledger VALUES (1, 1)")
                    .await?;
                Ok(())
            })
            .await?;
        assert_eq!(tries.load(Relaxed), attempts, "{trap:?}");
        let mut raw = db.raw().await?;
        assert_eq!(raw.number("SELECT COUNT(*) FROM ledger").await?, 1);
        for table in ["ledger", "done"] {
            raw.run(format!("DROP TABLE {table}")).await?;
        }
    }
    Ok(())
}

/// Both ways look the same from here, so that neither is guessed.
async fn without_a_marker_the_outcome_is_reported_as_unknown(db: TestDatabase) -> Result {
    let mut scene = Scene::set(&db).await?;
    for (trap, done) in [(Trap::Swallow, 0), (Trap::SwallowAnswer, 1)] {
        scene.proxy.set_trap(trap);
        let outcome = scene.work(TransactionOptions::new()).await;
        assert!(
            matches!(outcome, Err(Error::CommitOutcomeUnknown { .. })),
            "{outcome:?}"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(scene.times_done().await?, done);
    }
    assert_eq!(scene.attempts(), 2);
    assert!(scene.log.is_empty(), "{:?}", scene.log.entries());
    Ok(())
}

/// The line is cut on our side only: COMMIT is on its way and arrives later, when the token is being
/// looked for already.
async fn a_marker_waits_for_a_transaction_that_is_still_open(db: TestDatabase) -> Result {
    let mut scene = Scene::set(&db).await?;
    scene.proxy.set_trap(Trap::Delay);
    scene.work(marked()).await?;
    assert_eq!(scene.attempts(), 1);
    assert_eq!(scene.times_done().await?, 1);
    assert_eq!(scene.log.entries(), ["1 committed"]);
    Ok(())
}

/// One more row for each commit, none for a rollback.
async fn a_token_is_there_if_and_only_if_the_transaction_is(db: TestDatabase) -> Result {
    let manager = db.manager();
    CommitMarker::create_table(&manager).await?;
    CommitMarker::create_table(&manager).await?;
    let provider = db.provider();
    for turn in 0..4 {
        let outcome: xtsqlorm::Result<()> = provider
            .transaction_with(marked(), async |_| match turn % 2 {
                0 => Ok(()),
                _ => Err(crate::transactions::refused()),
            })
            .await;
        assert_eq!(outcome.is_ok(), turn % 2 == 0);
    }
    let tokens = "SELECT COUNT(*) FROM xtsqlorm_commits";
    assert_eq!(db.raw().await?.number(tokens).await?, 2);
    Ok(())
}

/// By age, and the number is told.
async fn old_tokens_can_be_purged(db: TestDatabase) -> Result {
    let manager = db.manager();
    CommitMarker::create_table(&manager).await?;
    for _ in 0..3 {
        db.provider()
            .transaction_with(marked(), async |_| Ok::<_, Error>(()))
            .await?;
    }
    let hour = Duration::from_secs(3600);
    assert_eq!(CommitMarker::purge(&manager, hour).await?, 0);
    tokio::time::sleep(Duration::from_millis(2100)).await;
    let second = Duration::from_secs(1);
    assert_eq!(CommitMarker::purge(&manager, second).await?, 3);
    assert_eq!(CommitMarker::purge(&manager, second).await?, 0);
    Ok(())
}

/// Found out in time, and nothing is committed.
async fn a_marker_without_its_table_is_an_error_before_commit(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let outcome = db
        .provider()
        .transaction_with(marked(), async |session| -> xtsqlorm::Result<()> {
            session
                .execute_unprepared("INSERT INTO ledger VALUES (1, 1)")
                .await?;
            Ok(())
        })
        .await;
    assert!(matches!(outcome, Err(Error::Database(_))), "{outcome:?}");
    let rows = "SELECT COUNT(*) FROM ledger";
    assert_eq!(db.raw().await?.number(rows).await?, 0);
    Ok(())
}
