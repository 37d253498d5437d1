//! A transaction closure ends its transaction on every path.

use xtsqlorm::Error;

use crate::support::{
    NOTHING, Result, TestDatabase, balance, create_ledger, deposit, ledger_row, on_every_backend,
};

on_every_backend!(
    an_ok_commits,
    an_err_rolls_everything_back,
    a_panic_rolls_everything_back,
    the_callers_own_error_passes_through,
    a_failure_to_begin_becomes_the_callers_own_error,
    closures_borrow_from_around_them,
);

/// What the closure did is there after its `Ok`, and its value comes back.
async fn an_ok_commits(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let seen = db
        .provider()
        .transaction(async |session| {
            deposit(session, 1).await?;
            deposit(session, 2).await?;
            Ok::<_, Error>(balance(session).await?)
        })
        .await?;
    assert_eq!(seen, [1, 2]);
    assert_eq!(
        db.raw()
            .await?
            .numbers("SELECT id FROM ledger ORDER BY id")
            .await?,
        [1, 2]
    );
    Ok(())
}

/// An `Err` from the closure leaves no row behind.
async fn an_err_rolls_everything_back(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let outcome: xtsqlorm::Result<()> = db
        .provider()
        .transaction(async |session| {
            deposit(session, 1).await?;
            Err(Error::NotFound {
                entity: "ledger".into(),
                key: "2".into(),
            })
        })
        .await;
    assert!(outcome.unwrap_err().is_not_found());
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    Ok(())
}

/// A panic in the closure unwinds through the transaction, which is then rolled back.
async fn a_panic_rolls_everything_back(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    let panicked = tokio::spawn(async move {
        provider
            .transaction(async |session| -> xtsqlorm::Result<()> {
                deposit(session, 1).await?;
                panic!("as this test wants it")
            })
            .await
    });
    assert!(panicked.await.unwrap_err().is_panic());
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    deposit(&db.manager(), 2).await?;
    assert_eq!(db.raw().await?.numbers("SELECT id FROM ledger").await?, [2]);
    Ok(())
}

/// A service's error.
#[derive(Debug, PartialEq)]
enum Refused {
    TooPoor,
    Storage(String),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Storage(error.to_string())
    }
}

/// The closure's error type is the caller's, and nothing is wrapped around it.
async fn the_callers_own_error_passes_through(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let outcome: Result<(), Refused> = db
        .provider()
        .transaction(async |session| {
            deposit(session, 1).await.map_err(Error::from)?;
            Err(Refused::TooPoor)
        })
        .await;
    assert_eq!(outcome, Err(Refused::TooPoor));
    assert!(!ledger_row(&db.manager(), 1).await?);
    Ok(())
}

/// What fails before the closure runs is converted, too.
async fn a_failure_to_begin_becomes_the_callers_own_error(db: TestDatabase) -> Result {
    let provider = db.provider();
    provider.manager().dispose().await;
    let outcome: Result<(), Refused> = provider
        .transaction(async |_| unreachable!("there is no connection"))
        .await;
    let Err(Refused::Storage(words)) = outcome else {
        panic!("{outcome:?}");
    };
    assert!(words.contains("was disposed of"), "{words}");
    Ok(())
}

/// The closure reads and writes variables of the function around it, without `move` or `clone`.
async fn closures_borrow_from_around_them(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let ids = vec![3, 1, 2];
    let mut written = 0;
    let provider = db.provider();
    provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            for id in &ids {
                deposit(session, *id).await?;
                written += 1;
            }
            Ok(())
        })
        .await?;
    assert_eq!(written, ids.len());
    assert_eq!(balance(&db.manager()).await?, [1, 2, 3]);
    Ok(())
}
