//! Savepoints, and the order in which levels end.

use std::time::Duration;

use sea_orm::ConnectionTrait;
use xtsqlorm::{Error, session::Session};

use crate::support::{
    NOTHING, Random, Result, TestDatabase, balance, create_ledger, deposit, on_every_backend,
};

on_every_backend!(
    a_savepoint_is_kept_or_taken_back_alone,
    a_rolled_back_parent_takes_its_savepoints_with_it,
    committing_a_parent_with_an_open_child_commits_nothing,
    rolling_back_a_parent_with_an_open_child_is_refused_and_keeps_nothing,
    a_parent_is_busy_while_its_child_is_open,
    a_dropped_child_is_rolled_back_and_the_parent_goes_on,
    a_child_outlives_the_parent_s_handle_without_harm,
    dropping_the_parent_while_its_child_runs_does_not_panic,
    an_ended_savepoint_answers_session_closed,
    a_savepoint_ends_with_the_one_around_it,
    a_thousand_savepoints_in_a_row_are_no_burden,
    any_order_of_savepoints_stores_what_it_should,
);

fn refused() -> Error {
    Error::NotFound {
        entity: "ledger".into(),
        key: "the one that this test wants".into(),
    }
}

/// `Ok` keeps a savepoint's work for the transaction to decide about, `Err` takes just that back.
async fn a_savepoint_is_kept_or_taken_back_alone(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    db.provider()
        .transaction(async |session| -> xtsqlorm::Result<()> {
            deposit(session, 1).await?;
            session
                .transaction(async |inner| -> xtsqlorm::Result<()> {
                    deposit(inner, 2).await?;
                    let innermost: xtsqlorm::Result<()> = inner
                        .transaction(async |innermost| {
                            deposit(innermost, 3).await?;
                            Err(refused())
                        })
                        .await;
                    assert!(innermost.unwrap_err().is_not_found());
                    deposit(inner, 4).await?;
                    Ok(())
                })
                .await?;
            let failed: xtsqlorm::Result<()> = session
                .transaction(async |inner| {
                    deposit(inner, 5).await?;
                    Err(refused())
                })
                .await;
            assert!(failed.unwrap_err().is_not_found());
            deposit(session, 6).await?;
            Ok(())
        })
        .await?;
    assert_eq!(balance(&db.manager()).await?, [1, 2, 4, 6]);
    Ok(())
}

/// A savepoint that was committed is not more than its transaction.
async fn a_rolled_back_parent_takes_its_savepoints_with_it(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    let savepoint = session.savepoint().await?;
    deposit(&savepoint, 1).await?;
    savepoint.commit().await?;
    session.rollback().await?;
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    Ok(())
}

/// Whoever else holds it writes into no later savepoint, and takes none back.
async fn a_savepoint_ends_with_the_one_around_it(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    let mut kept = None;
    let cancelled = session.transaction(async |outer| -> xtsqlorm::Result<()> {
        let inner = outer.savepoint().await?;
        deposit(&inner, 1).await?;
        kept = Some(inner);
        std::future::pending().await
    });
    tokio::time::timeout(Duration::from_millis(300), cancelled)
        .await
        .unwrap_err();
    let kept = kept.unwrap();
    deposit(&session, 2).await?;
    let refused = Error::from(deposit(&kept, 3).await.unwrap_err());
    assert!(refused.is_session_closed(), "{refused:?}");
    let outer = session.savepoint().await?;
    let inner = outer.savepoint().await?;
    deposit(&inner, 4).await?;
    drop(kept);
    inner.commit().await?;
    outer.commit().await?;
    session.commit().await?;
    assert_eq!(balance(&db.manager()).await?, [2, 4]);
    Ok(())
}

/// The forgotten child shows up at once, and not as rows that vanish after a commit said Ok.
async fn committing_a_parent_with_an_open_child_commits_nothing(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    deposit(&session, 1).await?;
    let child = session.savepoint().await?;
    deposit(&child, 2).await?;
    let refused = session.commit().await.unwrap_err();
    assert!(matches!(refused, Error::SessionBusy { .. }), "{refused:?}");
    assert!(child.commit().await.unwrap_err().is_session_closed());
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    Ok(())
}

/// Ending a parent the other way is out of order as well; the transaction is over all the same.
async fn rolling_back_a_parent_with_an_open_child_is_refused_and_keeps_nothing(
    db: TestDatabase,
) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    deposit(&session, 1).await?;
    let child = session.savepoint().await?;
    session.rollback().await.unwrap_err();
    let late = deposit(&child, 2).await.unwrap_err();
    assert!(Error::from(late).is_session_closed());
    drop(child);
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    Ok(())
}

/// A statement of the parent would be taken back with the child, unseen by whoever wrote it.
async fn a_parent_is_busy_while_its_child_is_open(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    let child = session.savepoint().await?;
    let busy = Error::from(deposit(&session, 1).await.unwrap_err());
    assert!(matches!(busy, Error::SessionBusy { .. }), "{busy:?}");
    let busy = session.savepoint().await.unwrap_err();
    assert!(matches!(busy, Error::SessionBusy { .. }), "{busy:?}");
    deposit(&child, 2).await?;
    child.commit().await?;
    deposit(&session, 3).await?;
    session.commit().await?;
    assert_eq!(balance(&db.manager()).await?, [2, 3]);
    Ok(())
}

/// A child that goes without a word is taken back before the parent's next statement.
async fn a_dropped_child_is_rolled_back_and_the_parent_goes_on(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    deposit(&session, 1).await?;
    let child = session.savepoint().await?;
    deposit(&child, 2).await?;
    let grandchild = child.savepoint().await?;
    deposit(&grandchild, 3).await?;
    drop(child);
    deposit(&grandchild, 4).await?;
    drop(grandchild);
    assert_eq!(balance(&session).await?, [1]);
    let child = session.savepoint().await?;
    deposit(&child, 5).await?;
    drop(child);
    session.commit().await?;
    assert_eq!(balance(&db.manager()).await?, [1]);
    Ok(())
}

/// Nobody can commit any more when the parent's handles are gone; the child finds that it can
/// work, and that nothing is kept.
async fn a_child_outlives_the_parent_s_handle_without_harm(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    let child = session.savepoint().await?;
    drop(session);
    deposit(&child, 1).await?;
    child.commit().await?;
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    Ok(())
}

/// The child's statement ends in order, and the transaction is rolled back after it.
async fn dropping_the_parent_while_its_child_runs_does_not_panic(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    let child = session.savepoint().await?;
    deposit(&child, 1).await?;
    let slow = db.slow_statement();
    let running = tokio::spawn(async move { child.execute_unprepared(slow).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(session);
    running.await??;
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    Ok(())
}

/// Handles to a savepoint that has ended say so, and do not act on the level around it.
async fn an_ended_savepoint_answers_session_closed(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    for commit in [true, false] {
        let savepoint = session.savepoint().await?;
        let clone = savepoint.clone();
        match commit {
            true => savepoint.commit().await?,
            false => savepoint.rollback().await?,
        }
        assert!(Error::from(deposit(&clone, 1).await.unwrap_err()).is_session_closed());
        assert!(clone.savepoint().await.unwrap_err().is_session_closed());
        assert!(
            clone
                .clone()
                .commit()
                .await
                .unwrap_err()
                .is_session_closed()
        );
        assert!(clone.rollback().await.unwrap_err().is_session_closed());
    }
    deposit(&session, 2).await?;
    session.commit().await?;
    assert_eq!(balance(&db.manager()).await?, [2]);
    Ok(())
}

/// Savepoints that failed leave nothing behind on the server that grows with their number.
async fn a_thousand_savepoints_in_a_row_are_no_burden(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    for id in 0..1000 {
        let savepoint = session.savepoint().await?;
        deposit(&savepoint, id).await?;
        if id % 10 != 0 {
            savepoint.rollback().await?;
        } else {
            savepoint.commit().await?;
        }
    }
    session.commit().await?;
    let kept: Vec<i64> = (0..1000).step_by(10).collect();
    assert_eq!(balance(&db.manager()).await?, kept);
    Ok(())
}

/// Random walks over open, write, commit, roll back and drop agree with a model of what is stored.
async fn any_order_of_savepoints_stores_what_it_should(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let mut random = Random::new();
    let mut next_id = 0;
    let mut stored = Vec::new();
    for _ in 0..20 {
        // Each level with the rows that it would keep.
        let mut levels: Vec<(Session, Vec<i64>)> =
            vec![(db.provider().create_session().await?, Vec::new())];
        for _ in 0..25 {
            let depth = levels.len();
            let (session, kept) = levels.last_mut().unwrap();
            match random.below(10) {
                0..=4 => {
                    deposit(session, next_id).await?;
                    kept.push(next_id);
                    next_id += 1;
                }
                5..=6 if depth < 5 => {
                    let savepoint = session.savepoint().await?;
                    levels.push((savepoint, Vec::new()));
                }
                7 if depth > 1 => {
                    let (session, kept) = levels.pop().unwrap();
                    session.commit().await?;
                    levels.last_mut().unwrap().1.extend(kept);
                }
                8 if depth > 1 => levels.pop().unwrap().0.rollback().await?,
                9 if depth > 1 => drop(levels.pop()),
                _ => {}
            }
        }
        levels.truncate(1);
        let (session, kept) = levels.pop().unwrap();
        if random.below(4) > 0 {
            session.commit().await?;
            stored.extend(kept);
        } else {
            session.rollback().await?;
        }
        stored.sort_unstable();
        assert_eq!(balance(&db.manager()).await?, stored);
    }
    Ok(())
}
