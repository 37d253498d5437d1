//! Dynamic repositories in transactions.

use serde_json::json;
use xtsqlorm::{prelude::*, reflect::reflect_table};

use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(
    a_repository_joins_the_transaction_of_its_task,
    a_repository_stays_in_the_session_it_was_given,
    the_names_of_the_original_take_a_session,
    a_unit_of_work_gives_dynamic_repositories,
    entities_and_rows_share_a_transaction,
);

async fn tags(db: &TestDatabase) -> Result<DynamicRepository> {
    db.migrated().await?;
    Ok(DynamicRepository::reflect(&db.provider(), "tags").await?)
}

/// Beside a rollback that takes its rows back, the commit that keeps them.
async fn a_repository_joins_the_transaction_of_its_task(db: TestDatabase) -> Result {
    let tags = tags(&db).await?;
    let provider = db.provider();
    let failed = provider
        .transaction(async |_| -> anyhow::Result<()> {
            let tag = tags.create([("name", "lost")]).await?;
            tags.update(&tag, [("description", "x")]).await?;
            tags.create_many_json([json!({ "name": "too" })]).await?;
            assert_eq!(tags.count().await?, 2);
            anyhow::bail!("no")
        })
        .await;
    assert_eq!(failed.unwrap_err().to_string(), "no");
    assert_eq!(tags.count().await?, 0);

    let kept = provider
        .transaction(async |_| tags.create([("name", "kept")]).await)
        .await?;
    assert_eq!(tags.get_all(Page::all()).await?, [kept]);
    Ok(())
}

async fn a_repository_stays_in_the_session_it_was_given(db: TestDatabase) -> Result {
    let tags = tags(&db).await?;
    let session = db.provider().create_session().await?;
    let inside = tags.in_session(&session);
    inside.create([("name", "a")]).await?;
    assert_eq!(inside.count().await?, 1);
    session.rollback().await?;
    assert!(inside.count().await.unwrap_err().is_session_closed());
    assert_eq!(tags.count().await?, 0);
    Ok(())
}

async fn the_names_of_the_original_take_a_session(db: TestDatabase) -> Result {
    let tags = tags(&db).await?;
    let session = db.provider().create_session().await?;
    let tag = tags.create_in_session(&session, [("name", "a")]).await?;
    let found = tags.get_by_id_in_session(&session, &tag).await?;
    assert_eq!(found.as_ref(), Some(&tag));
    let renamed = tags
        .update_in_session(&session, &tag, [("name", "b")])
        .await?;
    assert_eq!(renamed.unwrap()["name"], "b".into());
    let other = tags.create_in_session(&session, [("name", "c")]).await?;
    assert!(tags.delete_in_session(&session, &other).await?);
    session.commit().await?;
    let stored = tags.get_all(Page::all()).await?;
    assert_eq!((stored.len(), &stored[0]["name"]), (1, &"b".into()));
    Ok(())
}

async fn a_unit_of_work_gives_dynamic_repositories(db: TestDatabase) -> Result {
    let tags = tags(&db).await?;
    let table = reflect_table("tags", &db.manager()).await?;
    let unit = UnitOfWork::begin(&db.provider()).await?;
    unit.dynamic_repository(table.clone())
        .create([("name", "a")])
        .await?;
    unit.rollback().await?;
    assert_eq!(tags.count().await?, 0);
    let count = db
        .provider()
        .unit_of_work(async |unit| {
            let tags = unit.dynamic_repository(table);
            tags.create([("name", "a")]).await?;
            tags.count().await
        })
        .await?;
    assert_eq!((count, tags.count().await?), (1, 1));
    Ok(())
}

async fn entities_and_rows_share_a_transaction(db: TestDatabase) -> Result {
    let rows = tags(&db).await?;
    let provider = db.provider();
    let models = Repository::<entity::tags::Entity>::new(&provider);
    provider
        .transaction(async |_| -> xtsqlorm::Result<()> {
            let row = rows.create([("name", "both")]).await?;
            let model = models.require_by_id(row.try_get::<i64>("id")?).await?;
            assert_eq!(model.name, "both");
            models.delete(model.id).await?;
            assert_eq!(rows.get_by_id(&row).await?, None);
            Ok(())
        })
        .await?;
    Ok(())
}
