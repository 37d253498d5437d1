//! A session whose closure did not come to its end is over for everybody.

use std::time::Duration;

use xtsqlorm::Error;

use crate::support::{
    NOTHING, Result, TestDatabase, balance, create_ledger, deposit, on_every_backend,
};

on_every_backend!(
    a_handle_does_not_outlive_a_cancelled_closure,
    a_handle_does_not_outlive_a_panic,
    a_handle_does_not_outlive_a_cancelled_savepoint,
);

/// Another task that holds the session cannot commit what its owner gave up.
async fn a_handle_does_not_outlive_a_cancelled_closure(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    let (send, receive) = tokio::sync::oneshot::channel();
    let work = provider.transaction(async move |session| -> xtsqlorm::Result<()> {
        deposit(session, 1).await?;
        send.send(session.clone()).ok();
        std::future::pending().await
    });
    tokio::time::timeout(Duration::from_millis(300), work)
        .await
        .unwrap_err();
    let left = receive.await?;
    let refused = deposit(&left, 2).await.map_err(Error::from).unwrap_err();
    assert!(refused.is_session_closed(), "{refused}");
    assert!(left.commit().await.unwrap_err().is_session_closed());
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    Ok(())
}

async fn a_handle_does_not_outlive_a_panic(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let provider = db.provider();
    let (send, receive) = tokio::sync::oneshot::channel();
    let work = tokio::spawn(async move {
        provider
            .transaction(async move |session| -> xtsqlorm::Result<()> {
                deposit(session, 1).await?;
                send.send(session.clone()).ok();
                panic!("on purpose");
            })
            .await
    });
    assert!(work.await.unwrap_err().is_panic());
    assert!(
        receive
            .await?
            .commit()
            .await
            .unwrap_err()
            .is_session_closed()
    );
    assert_eq!(balance(&db.manager()).await?, NOTHING);
    Ok(())
}

/// The transaction around the savepoint goes on, without what the savepoint did.
async fn a_handle_does_not_outlive_a_cancelled_savepoint(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let session = db.provider().create_session().await?;
    deposit(&session, 1).await?;
    let (send, receive) = tokio::sync::oneshot::channel();
    let work = session.transaction(async move |inner| -> xtsqlorm::Result<()> {
        deposit(inner, 2).await?;
        send.send(inner.clone()).ok();
        std::future::pending().await
    });
    tokio::time::timeout(Duration::from_millis(300), work)
        .await
        .unwrap_err();
    let left = receive.await?;
    assert!(deposit(&left, 3).await.map_err(Error::from).is_err());
    drop(left);
    deposit(&session, 4).await?;
    session.commit().await?;
    assert_eq!(balance(&db.manager()).await?, [1, 4]);
    Ok(())
}
