//! What becomes of a transaction where there is one already.

use sea_orm::{IsolationLevel, SqliteTransactionMode};
use xtsqlorm::{
    Error,
    session::{Propagation, Session, SessionProvider, TransactionOptions},
};

use crate::{
    support::{
        NOTHING, Result, TestDatabase, balance, create_ledger, deposit, on_every_backend,
        on_every_server, on_sqlite,
    },
    transactions::refused,
};

on_every_backend!(
    without_a_transaction_all_but_mandatory_open_one,
    required_and_mandatory_join,
    a_joined_failure_dooms_the_outer_one,
    nested_is_taken_back_alone,
    requires_new_stands_on_its_own,
    never_refuses_to_be_inside,
    joining_with_another_isolation_level_is_refused,
);
on_every_server!(requires_new_commits_beside_what_is_rolled_back);
on_sqlite!(
    joining_with_another_mode_is_refused,
    a_second_writer_inside_the_first_is_refused,
);

fn options(propagation: Propagation) -> TransactionOptions {
    TransactionOptions::new().propagation(propagation)
}

fn is_invalid<T>(outcome: &xtsqlorm::Result<T>) -> bool {
    matches!(outcome, Err(Error::InvalidInput { .. }))
}

/// There is nothing to join, so each opens its own, which commits on its own.
async fn without_a_transaction_all_but_mandatory_open_one(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    let mut kept = Vec::new();
    for (id, propagation) in [
        (1, Propagation::Required),
        (2, Propagation::RequiresNew),
        (3, Propagation::Nested),
        (4, Propagation::Mandatory),
        (5, Propagation::Never),
    ] {
        let outcome = provider
            .transaction_with(options(propagation), async |session| {
                Ok::<_, Error>(deposit(session, id).await?)
            })
            .await;
        if propagation == Propagation::Mandatory {
            assert!(is_invalid(&outcome), "{outcome:?}");
            continue;
        }
        outcome?;
        kept.push(id);
        let outcome: xtsqlorm::Result<()> = provider
            .transaction_with(options(propagation), async |session| {
                deposit(session, -id).await?;
                Err(refused())
            })
            .await;
        assert!(outcome.unwrap_err().is_not_found());
        assert_eq!(balance(&provider).await?, kept);
    }
    Ok(())
}

/// What joined is kept, or not, with the outer one.
async fn required_and_mandatory_join(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    for (id, propagation) in [(1, Propagation::Required), (2, Propagation::Mandatory)] {
        let outcome: xtsqlorm::Result<()> = provider
            .transaction(async |_| {
                provider
                    .transaction_with(options(propagation), async |session| {
                        Ok::<_, Error>(deposit(session, -id).await?)
                    })
                    .await?;
                Err(refused())
            })
            .await;
        assert!(outcome.unwrap_err().is_not_found());
        provider
            .transaction(async |_| {
                provider
                    .transaction_with(options(propagation), async |session| {
                        Ok::<_, Error>(deposit(session, id).await?)
                    })
                    .await
            })
            .await?;
    }
    assert_eq!(balance(&provider).await?, [1, 2]);
    Ok(())
}

/// Half of a transaction is never kept, even where its failure was swallowed.
async fn a_joined_failure_dooms_the_outer_one(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    let outcome = provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            deposit(session, 1).await?;
            let joined: xtsqlorm::Result<()> = provider
                .transaction_with(options(Propagation::Required), async |session| {
                    deposit(session, 2).await?;
                    Err(refused())
                })
                .await;
            assert!(joined.unwrap_err().is_not_found());
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

/// A savepoint of its own, inside of which everything joins.
async fn nested_is_taken_back_alone(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            deposit(session, 1).await?;
            let failed: xtsqlorm::Result<()> = provider
                .transaction_with(options(Propagation::Nested), async |inner| {
                    deposit(inner, 2).await?;
                    deposit(&provider, 3).await?;
                    Err(refused())
                })
                .await;
            assert!(failed.unwrap_err().is_not_found());
            provider
                .transaction_with(options(Propagation::Nested), async |_| {
                    Ok::<_, Error>(deposit(&provider, 4).await?)
                })
                .await?;
            Ok(deposit(session, 5).await?)
        })
        .await?;
    assert_eq!(balance(&provider).await?, [1, 4, 5]);
    Ok(())
}

/// Independent of a reader around it, also on SQLite, where two writers could only wait for each
/// other.
async fn requires_new_stands_on_its_own(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = SessionProvider::new(db.pool_of(2).await?);
    let outcome: xtsqlorm::Result<()> = provider
        .transaction_with(TransactionOptions::new().read_only(), async |outer| {
            balance(outer).await?;
            let work = async |session: &Session| -> xtsqlorm::Result<()> {
                deposit(session, 1).await?;
                assert_eq!(balance(&provider).await?, [1], "the new one is current");
                Ok(())
            };
            provider
                .transaction_with(options(Propagation::RequiresNew), work)
                .await?;
            Err(refused())
        })
        .await;
    assert!(outcome.as_ref().unwrap_err().is_not_found(), "{outcome:?}");
    assert_eq!(balance(&provider).await?, [1]);
    Ok(())
}

/// It would wait for the transaction around it, which waits for it: refused at once, and the outer
/// one goes on.
async fn a_second_writer_inside_the_first_is_refused(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = SessionProvider::new(db.pool_of(3).await?);
    let started = std::time::Instant::now();
    provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            deposit(session, 1).await?;
            let second = async || -> xtsqlorm::Result<()> {
                provider
                    .transaction_with(options(Propagation::RequiresNew), async |_| {
                        unreachable!("there is one writer")
                    })
                    .await
            };
            let outcome = second().await;
            assert!(
                matches!(outcome, Err(Error::Unsupported { .. })),
                "{outcome:?}"
            );
            // A reader between the two changes nothing.
            let reader = options(Propagation::RequiresNew).read_only();
            let outcome = provider
                .transaction_with(reader, async |_| second().await)
                .await;
            assert!(
                matches!(outcome, Err(Error::Unsupported { .. })),
                "{outcome:?}"
            );
            Ok(deposit(session, 2).await?)
        })
        .await?;
    assert!(started.elapsed() < std::time::Duration::from_secs(1));
    assert_eq!(balance(&provider).await?, [1, 2]);
    Ok(())
}

/// The outer one's failure does not reach it, nor does its failure reach the outer one.
async fn requires_new_commits_beside_what_is_rolled_back(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    let outcome: xtsqlorm::Result<()> = provider
        .transaction(async |session| {
            deposit(session, 1).await?;
            provider
                .transaction_with(options(Propagation::RequiresNew), async |session| {
                    Ok::<_, Error>(deposit(session, 2).await?)
                })
                .await?;
            Err(refused())
        })
        .await;
    assert!(outcome.unwrap_err().is_not_found());
    assert_eq!(balance(&provider).await?, [2]);
    provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            deposit(session, 3).await?;
            let failed: xtsqlorm::Result<()> = provider
                .transaction_with(options(Propagation::RequiresNew), async |session| {
                    deposit(session, 4).await?;
                    Err(refused())
                })
                .await;
            assert!(failed.unwrap_err().is_not_found());
            Ok(())
        })
        .await?;
    assert_eq!(balance(&provider).await?, [2, 3]);
    Ok(())
}

/// Refused before anything is sent, and the outer transaction goes on.
async fn never_refuses_to_be_inside(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            let refused: xtsqlorm::Result<()> = provider
                .transaction_with(options(Propagation::Never), async |_| {
                    unreachable!("it is inside")
                })
                .await;
            assert!(is_invalid(&refused), "{refused:?}");
            Ok(deposit(session, 1).await?)
        })
        .await?;
    assert_eq!(balance(&provider).await?, [1]);
    Ok(())
}

/// A transaction that is open has its level already; to ignore the wish would be a lie.
async fn joining_with_another_isolation_level_is_refused(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            for propagation in [
                Propagation::Required,
                Propagation::Mandatory,
                Propagation::Nested,
            ] {
                for wish in [
                    options(propagation).isolation(IsolationLevel::Serializable),
                    options(propagation).read_only(),
                ] {
                    let refused: xtsqlorm::Result<()> = provider
                        .transaction_with(wish, async |_| unreachable!("it cannot be had"))
                        .await;
                    assert!(is_invalid(&refused), "{propagation:?}: {refused:?}");
                }
            }
            Ok(deposit(session, 1).await?)
        })
        .await?;
    assert_eq!(balance(&provider).await?, [1]);
    Ok(())
}

/// The same for SQLite's modes.
async fn joining_with_another_mode_is_refused(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    provider
        .transaction(async |_| -> xtsqlorm::Result<()> {
            let wish = TransactionOptions::new().sqlite_mode(SqliteTransactionMode::Exclusive);
            let refused: xtsqlorm::Result<()> = provider
                .transaction_with(wish, async |_| unreachable!("it cannot be had"))
                .await;
            assert!(is_invalid(&refused), "{refused:?}");
            Ok(())
        })
        .await?;
    Ok(())
}
