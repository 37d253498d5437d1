//! The end of a pool.

use std::time::Duration;

use sea_orm::ConnectionTrait;
use xtsqlorm::{Error, connection::ConnectionManager, session::SessionProvider};

use crate::support::{Result, TestDatabase, balance, create_ledger, deposit, on_every_backend};

on_every_backend!(
    dispose_waits_for_those_at_work,
    dispose_may_be_called_again,
    a_disposed_pool_says_so_to_everybody,
    waiting_callers_are_told,
);

/// A session in use ends in order, and what it commits is there.
async fn dispose_waits_for_those_at_work(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let manager = db.pool_of(2).await?;
    let session = SessionProvider::new(manager.clone())
        .create_session()
        .await?;
    deposit(&session, 1).await?;
    let closing = manager.clone();
    let disposing = tokio::spawn(async move { closing.dispose().await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!disposing.is_finished());
    deposit(&session, 2).await?;
    session.commit().await?;
    disposing.await?;
    let status = manager.pool_status();
    assert_eq!(
        (status.size, status.idle, status.in_use, status.closed),
        (0, 0, 0, true)
    );
    assert_eq!(balance(&db.manager()).await?, [1, 2]);
    Ok(())
}

/// One after another, and at the same time.
async fn dispose_may_be_called_again(db: TestDatabase) -> Result {
    let manager = db.pool_of(2).await?;
    manager.try_ping().await?;
    tokio::join!(manager.dispose(), manager.dispose());
    manager.dispose().await;
    assert!(manager.pool_status().closed);
    Ok(())
}

fn closed(error: impl Into<Error>) {
    let error = error.into();
    assert!(matches!(error, Error::PoolClosed { .. }), "{error:?}");
    assert!(!error.to_string().contains("pass"));
}

/// Each way in gives the same error, and at once.
async fn a_disposed_pool_says_so_to_everybody(db: TestDatabase) -> Result {
    let manager = db.pool_of(2).await?;
    manager.dispose().await;
    let provider = SessionProvider::new(manager.clone());
    assert!(!manager.ping().await);
    closed(manager.try_ping().await.unwrap_err());
    closed(provider.create_session().await.unwrap_err());
    closed(manager.execute_unprepared("SELECT 1").await.unwrap_err());
    closed(provider.execute_unprepared("SELECT 1").await.unwrap_err());
    manager
        .db()
        .execute_unprepared("SELECT 1")
        .await
        .unwrap_err();
    // Another pool on the same database has nothing to do with it.
    ConnectionManager::connect(&db.config_of(1))
        .await?
        .try_ping()
        .await?;
    Ok(())
}

/// Who stands in the queue does not wait for the acquire timeout.
async fn waiting_callers_are_told(db: TestDatabase) -> Result {
    let manager = db.pool_of(1).await?;
    let held = SessionProvider::new(manager.clone())
        .create_session()
        .await?;
    let waiting = manager.clone();
    let waiting = tokio::spawn(async move { waiting.try_ping().await });
    tokio::time::sleep(Duration::from_millis(20)).await;
    let closing = manager.clone();
    let disposing = tokio::spawn(async move { closing.dispose().await });
    let told = tokio::time::timeout(Duration::from_secs(1), waiting).await??;
    closed(told.unwrap_err());
    drop(held);
    disposing.await?;
    Ok(())
}
