//! A thousand moments to be cancelled at, in transactions of every form and depth.

use std::time::Duration;

use sea_orm::TransactionTrait;
use xtsqlorm::{
    connection::ConnectionManager,
    session::{CommitMarker, Propagation, Session, SessionProvider, TransactionOptions},
    unit_of_work::UnitOfWork,
};

use super::{Log, refused};
use crate::{
    cancellation::{
        look::{CONNECTIONS, all_are_clean},
        polls::cancel_after,
    },
    support::{
        Random, Raw, Result, TestDatabase, create_ledger, deposit, eventually, on_every_backend,
    },
};

on_every_backend!(a_thousand_cancellations_leave_the_pool_clean);

const ROUNDS: u64 = 1000;
/// Room for the rows of one transaction: two that are there together, and some that never are.
const STRIDE: i64 = 10;
/// The rows that the look writes.
const CLEAN: i64 = 1_000_000;

/// Begins, writes, nests, and ends, in a way of its own. Says whether it was committed.
async fn transaction(
    provider: &SessionProvider,
    id: i64,
    way: u64,
    depth: u64,
    log: &Log,
) -> xtsqlorm::Result<bool> {
    let commits = way.is_multiple_of(2);
    let work = async |session: &Session| -> xtsqlorm::Result<()> {
        session.after_commit_sync(log.hook(format!("{id} committed")));
        session.after_rollback_sync(log.hook(format!("{id} rolled back")));
        deposit(session, id).await?;
        nest(session, id + 2, depth).await?;
        deposit(provider, id + 1).await?;
        match commits {
            true => Ok(()),
            false => Err(refused()),
        }
    };
    let outcome = match way / 2 % 6 {
        0 => provider.transaction(work).await,
        1 => {
            let options = TransactionOptions::new()
                .deadline(Duration::from_secs(60))
                .verify_commit(CommitMarker::table());
            provider.transaction_with(options, work).await
        }
        2 => {
            let options = TransactionOptions::new().propagation(Propagation::Nested);
            provider
                .transaction(async |_| provider.transaction_with(options.clone(), work).await)
                .await
        }
        3 => {
            let session = provider.create_session().await?;
            match session.scope(work(&session)).await {
                Ok(()) => session.commit().await,
                Err(error) => {
                    session.rollback().await?;
                    Err(error)
                }
            }
        }
        4 => {
            let unit = UnitOfWork::begin(provider).await?;
            match unit.session().scope(work(unit.session())).await {
                Ok(()) => unit.commit().await,
                Err(error) => Err(error),
            }
        }
        _ => {
            let session = TransactionTrait::begin(provider).await?;
            match session.scope(work(&session)).await {
                Ok(()) => session.commit().await,
                Err(error) => Err(error),
            }
        }
    };
    match outcome {
        Ok(()) => Ok(true),
        Err(error) if error.is_not_found() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Savepoints in savepoints, none of which is kept.
async fn nest(session: &Session, id: i64, depth: u64) -> xtsqlorm::Result<()> {
    if depth == 0 {
        return Ok(());
    }
    let inner = session.savepoint().await?;
    deposit(&inner, id).await?;
    Box::pin(nest(&inner, id + 1, depth - 1)).await?;
    match depth % 3 {
        0 => drop(inner),
        1 => inner.rollback().await?,
        _ => {
            let kept = inner.savepoint().await?;
            kept.commit().await?;
            inner.rollback().await?;
        }
    }
    let failed: xtsqlorm::Result<()> = session
        .transaction(async |inner| {
            deposit(inner, id + 4).await?;
            Err(refused())
        })
        .await;
    match failed {
        Err(error) if error.is_not_found() => Ok(()),
        other => other,
    }
}

/// Every connection is clean, and what it writes is stored.
async fn look(db: &TestDatabase, raw: &mut Raw, manager: &ConnectionManager, first: i64) -> Result {
    let started = std::time::Instant::now();
    while !all_are_clean(db, raw, manager).await? {
        assert!(
            started.elapsed() < Duration::from_secs(2),
            "a transaction is open after two seconds"
        );
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    tokio::try_join!(
        deposit(manager, first),
        deposit(manager, first + 1),
        deposit(manager, first + 2),
    )?;
    let stored = format!("SELECT COUNT(*) FROM ledger WHERE id >= {first}");
    assert_eq!(raw.number(stored).await?, i64::from(CONNECTIONS));
    Ok(())
}

/// Cancelled after so many polls, or so many microseconds: in begin, a statement, a savepoint,
/// commit or rollback. What was committed is there, what was not is not, nothing by half; and the
/// hooks say the same.
async fn a_thousand_cancellations_leave_the_pool_clean(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let manager = db.pool_of(CONNECTIONS).await?;
    CommitMarker::create_table(&manager).await?;
    let provider = SessionProvider::new(manager.clone());
    let mut raw = db.raw().await?;
    let mut random = Random::new();
    let log = Log::default();
    let mut memories = Vec::new();
    // Follow the work's own length, so that most are cancelled.
    let (mut polls, mut micros) = (20, 2000);
    for round in 0..ROUNDS {
        let id = i64::try_from(round).unwrap() * STRIDE;
        let work = transaction(&provider, id, random.below(12), random.below(4), &log);
        let by_polls = random.below(2) == 0;
        let outcome = if by_polls {
            cancel_after(random.below(polls), work).await
        } else {
            let limit = Duration::from_micros(random.below(micros));
            tokio::time::timeout(limit, work).await.ok()
        };
        let cancelled = outcome.is_none();
        match (by_polls, cancelled) {
            (true, true) => polls += 1,
            (true, false) => polls = polls.saturating_sub(3).max(4),
            (false, true) => micros += 100,
            (false, false) => micros = micros.saturating_sub(300).max(300),
        }
        memories.push((id, outcome.transpose()?));
        if round % 4 == 0 {
            let first = CLEAN + i64::try_from(round).unwrap() * STRIDE;
            look(&db, &mut raw, &manager, first).await?;
        }
    }
    look(&db, &mut raw, &manager, 2 * CLEAN).await?;
    eventually("nothing is in use", async || {
        let status = manager.pool_status();
        status.in_use == 0 && status.waiting == 0
    })
    .await;
    manager.dispose().await;
    let rows = format!("SELECT id FROM ledger WHERE id < {CLEAN}");
    let rows: std::collections::HashSet<i64> = raw.numbers(rows).await?.into_iter().collect();
    let entries = log.entries();
    let mut cancelled = 0;
    for (id, outcome) in memories {
        let there: Vec<i64> = (0..STRIDE).filter(|n| rows.contains(&(id + n))).collect();
        let committed = there == [0, 1];
        assert!(
            committed || there.is_empty(),
            "{id} is there by half: {there:?}"
        );
        if let Some(told) = outcome {
            assert_eq!(told, committed, "{id}");
        } else {
            cancelled += 1;
        }
        let ran = |what: &str| {
            let entry = format!("{id} {what}");
            entries.iter().filter(|ran| **ran == entry).count()
        };
        let hooks = (ran("committed"), ran("rolled back"));
        match (outcome, committed) {
            (Some(true), _) => assert_eq!(hooks, (1, 0), "{id}"),
            (Some(false), _) => assert_eq!(hooks, (0, 1), "{id}"),
            // Cancelled before the hook was registered, or while COMMIT was under way.
            (None, true) => assert!(hooks.0 <= 1 && hooks.1 == 0, "{id}: {hooks:?}"),
            (None, false) => assert!(hooks.0 == 0 && hooks.1 <= 1, "{id}: {hooks:?}"),
        }
    }
    println!("{cancelled} of {ROUNDS} cancelled");
    assert!(cancelled > 300, "too few were cancelled: {cancelled}");
    Ok(())
}
