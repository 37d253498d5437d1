//! What is read again, and what is not.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use sea_orm::ConnectionTrait;
use xtsqlorm::{
    connection::ConnectionManager,
    reflect::{TableModel, reflect_schema, reflect_table, refresh_table},
};

use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(
    a_table_is_read_once,
    callers_at_the_same_time_share_one_read,
    clones_of_a_manager_share_and_other_managers_do_not,
    a_model_stays_as_it_is_until_it_is_refreshed,
    a_refresh_counts_for_every_name_of_the_table,
    a_failed_read_is_forgotten,
    a_table_that_is_gone_is_forgotten_by_a_refresh,
    a_table_that_is_gone_is_forgotten_by_all_its_names,
    a_caller_that_gives_up_leaves_the_others_their_read,
    models_end_with_the_pool,
    a_whole_schema_is_read_each_time,
);

async fn with_table(db: &TestDatabase) -> Result<ConnectionManager> {
    db.execute(&["CREATE TABLE people (id INT)"]).await?;
    Ok(db.manager())
}

fn columns(table: &TableModel) -> Vec<&str> {
    let columns = table.columns.iter();
    columns.map(|column| column.name.as_str()).collect()
}

async fn a_table_is_read_once(db: TestDatabase) -> Result {
    let manager = with_table(&db).await?;
    let first = reflect_table("people", &manager).await?;
    let before = manager.statements_sent();
    let second = reflect_table("people", &manager).await?;
    assert_eq!(manager.statements_sent(), before);
    assert!(Arc::ptr_eq(&first, &second));
    refresh_table("people", &manager).await?;
    assert!(manager.statements_sent() > before);
    Ok(())
}

async fn callers_at_the_same_time_share_one_read(db: TestDatabase) -> Result {
    let manager = with_table(&db).await?;
    let before = manager.statements_sent();
    refresh_table("people", &manager).await?;
    let one_read = manager.statements_sent() - before;

    let fresh = db.pool_of(4).await?;
    let before = fresh.statements_sent();
    let callers = (0..20).map(|_| {
        let fresh = fresh.clone();
        tokio::spawn(async move { reflect_table("people", &fresh).await })
    });
    let mut models = Vec::new();
    for model in join_all(callers).await {
        models.push(model??);
    }
    assert_eq!(fresh.statements_sent() - before, one_read);
    assert!(models.iter().all(|model| Arc::ptr_eq(model, &models[0])));
    fresh.dispose().await;
    Ok(())
}

async fn clones_of_a_manager_share_and_other_managers_do_not(db: TestDatabase) -> Result {
    let manager = with_table(&db).await?;
    let other = db.pool_of(1).await?;
    let one = reflect_table("people", &manager).await?;
    let clone = reflect_table("people", &manager.clone()).await?;
    let apart = reflect_table("people", &other).await?;
    assert!(Arc::ptr_eq(&one, &clone));
    assert!(!Arc::ptr_eq(&one, &apart));
    assert_eq!(one, apart);
    other.dispose().await;
    Ok(())
}

async fn a_model_stays_as_it_is_until_it_is_refreshed(db: TestDatabase) -> Result {
    let manager = with_table(&db).await?;
    let before = reflect_table("people", &manager).await?;
    db.execute(&["ALTER TABLE people ADD COLUMN name INT"])
        .await?;
    let stale = reflect_table("people", &manager).await?;
    assert_eq!(columns(&stale), ["id"]);
    let fresh = refresh_table("people", &manager).await?;
    assert_eq!(columns(&fresh), ["id", "name"]);
    let after = reflect_table("people", &manager).await?;
    assert!(Arc::ptr_eq(&fresh, &after));
    assert_eq!(columns(&before), ["id"], "whoever holds one keeps it");
    Ok(())
}

async fn a_refresh_counts_for_every_name_of_the_table(db: TestDatabase) -> Result {
    let manager = with_table(&db).await?;
    let full = reflect_table("people", &manager).await?.name.to_string();
    reflect_table(&full, &manager).await?;
    db.execute(&["ALTER TABLE people ADD COLUMN name INT"])
        .await?;
    refresh_table("people", &manager).await?;
    let found = reflect_table(&full, &manager).await?;
    assert_eq!(columns(&found), ["id", "name"]);
    Ok(())
}

async fn a_failed_read_is_forgotten(db: TestDatabase) -> Result {
    let manager = db.manager();
    assert!(reflect_table("people", &manager).await.is_err());
    assert!(refresh_table("people", &manager).await.is_err());
    with_table(&db).await?;
    let found = reflect_table("people", &manager).await?;
    assert_eq!(columns(&found), ["id"]);
    Ok(())
}

async fn a_table_that_is_gone_is_forgotten_by_a_refresh(db: TestDatabase) -> Result {
    let manager = with_table(&db).await?;
    reflect_table("people", &manager).await?;
    db.execute(&["DROP TABLE people"]).await?;
    assert!(reflect_table("people", &manager).await.is_ok(), "as it was");
    assert!(refresh_table("people", &manager).await.is_err());
    assert!(reflect_table("people", &manager).await.is_err());
    Ok(())
}

/// Others are not.
async fn a_table_that_is_gone_is_forgotten_by_all_its_names(db: TestDatabase) -> Result {
    let manager = db.manager();
    db.execute(&["CREATE TABLE kept (id INT)"]).await?;
    let kept = reflect_table("kept", &manager).await?;
    for by_full_name in [false, true] {
        db.execute(&["CREATE TABLE people (id INT)"]).await?;
        let full = reflect_table("people", &manager).await?.name.to_string();
        reflect_table(&full, &manager).await?;
        db.execute(&["DROP TABLE people"]).await?;
        let name = if by_full_name { &full } else { "people" };
        assert!(refresh_table(name, &manager).await.is_err());
        assert!(reflect_table("people", &manager).await.is_err());
        assert!(reflect_table(&full, &manager).await.is_err());
    }
    let still = reflect_table("kept", &manager).await?;
    assert!(Arc::ptr_eq(&kept, &still));
    Ok(())
}

async fn a_caller_that_gives_up_leaves_the_others_their_read(db: TestDatabase) -> Result {
    let manager = with_table(&db).await?;
    for patience in (0..6_000).step_by(200).map(Duration::from_micros) {
        let fresh = db.pool_of(1).await?;
        let first = tokio::time::timeout(patience, reflect_table("people", &fresh));
        let second = reflect_table("people", &fresh);
        let (_, found) = tokio::join!(first, second);
        assert_eq!(columns(&*found?), ["id"]);
        let before = fresh.statements_sent();
        reflect_table("people", &fresh).await?;
        assert_eq!(
            fresh.statements_sent(),
            before,
            "given up after {patience:?}"
        );
        fresh.dispose().await;
    }
    drop(manager);
    Ok(())
}

async fn models_end_with_the_pool(db: TestDatabase) -> Result {
    with_table(&db).await?;
    let manager = db.pool_of(1).await?;
    let model = reflect_table("people", &manager).await?;
    let weak = Arc::downgrade(&model);
    drop(model);
    assert!(weak.upgrade().is_some(), "the pool keeps it");
    manager.dispose().await;
    drop(manager);
    assert!(weak.upgrade().is_none());
    Ok(())
}

async fn a_whole_schema_is_read_each_time(db: TestDatabase) -> Result {
    let manager = with_table(&db).await?;
    assert_eq!(reflect_schema(&manager).await?.tables.len(), 1);
    manager
        .execute_unprepared("CREATE TABLE things (id INT)")
        .await?;
    assert_eq!(reflect_schema(&manager).await?.tables.len(), 2);
    Ok(())
}
