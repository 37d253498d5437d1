//! Inside a transaction, and what is left of it outside.

use entity::users;
use xtsqlorm::{operations::CacheOptions, prelude::*, testing::Sandbox};

use super::{Users, cached, name};
use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(
    a_transaction_sees_what_it_wrote_and_nobody_else_does,
    a_rollback_forgets_nothing,
    what_a_transaction_reads_is_not_remembered,
    a_sandbox_leaves_nothing_behind,
);

/// Readers outside go on with what is remembered, on a pool of one connection, too.
async fn a_transaction_sees_what_it_wrote_and_nobody_else_does(db: TestDatabase) -> Result {
    let users = cached(&db, CacheOptions::new()).await?;
    let before = users.require_by_id(1).await?;
    let outside = users.clone();
    db.provider()
        .transaction(async |_| {
            users.update(1, name("Inside")).await?;
            assert_eq!(users.require_by_id(1).await?.name, "Inside");
            assert_eq!(users.get_many([1]).await?[0].name, "Inside");
            let read = async move { outside.require_by_id(1).await };
            let outside = tokio::spawn(read).await.unwrap()?;
            assert_eq!(outside.name, before.name);
            Ok::<_, Error>(())
        })
        .await?;
    assert_eq!(users.require_by_id(1).await?.name, "Inside");
    Ok(())
}

async fn a_rollback_forgets_nothing(db: TestDatabase) -> Result {
    let users = cached(&db, CacheOptions::new()).await?;
    let before = users.require_by_id(1).await?;
    let provider = db.provider();
    let refused = provider
        .transaction(async |_| -> anyhow::Result<()> {
            users.update(1, name("Never")).await?;
            let everybody = users::Column::Id.gt(0);
            users.update_where(everybody, name("Never")).await?;
            anyhow::bail!("no")
        })
        .await;
    assert!(refused.is_err());
    let session = provider.create_session().await?;
    users.in_session(&session).update(1, name("Never")).await?;
    drop(session);
    let sent = db.manager().statements_sent();
    assert_eq!(users.require_by_id(1).await?, before);
    assert_eq!(db.manager().statements_sent(), sent);
    assert_eq!(users.cache_statistics().invalidations, 0);
    Ok(())
}

async fn what_a_transaction_reads_is_not_remembered(db: TestDatabase) -> Result {
    let users = cached(&db, CacheOptions::new().remember_absent(true)).await?;
    db.provider()
        .transaction(async |session| {
            users.require_by_id(1).await?;
            users.get_many([1, 2, -1]).await?;
            users.in_session(session).exists(3).await
        })
        .await?;
    let statistics = users.cache_statistics();
    assert_eq!(
        (statistics.entries, statistics.hits, statistics.misses),
        (0, 0, 0)
    );
    Ok(())
}

async fn a_sandbox_leaves_nothing_behind(db: TestDatabase) -> Result {
    db.seeded().await?;
    let outside = Users::new(Repository::new(&db.provider()), CacheOptions::new());
    let before = outside.require_by_id(1).await?;
    let sandbox = Sandbox::begin(&db.manager()).await?;
    let inside = Users::new(Repository::new(sandbox.provider()), CacheOptions::new());
    sandbox
        .provider()
        .transaction(async |_| inside.update(1, name("Sand")).await)
        .await?;
    assert_eq!(inside.require_by_id(1).await?.name, "Sand");
    sandbox.end().await?;
    assert_eq!(outside.require_by_id(1).await?, before);
    assert_eq!(outside.cache_statistics().invalidations, 0);
    Ok(())
}
