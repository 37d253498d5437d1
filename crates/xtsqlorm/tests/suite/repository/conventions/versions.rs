//! Whoever changes a row that somebody else changed in between is told.

use entity::users;
use sea_orm::ExprTrait;
use xtsqlorm::prelude::*;

use super::{kept, named};
use crate::{
    repository::writes::user,
    support::{Kind, Result, TestDatabase, on_every_backend, on_every_server},
};

on_every_backend!(
    a_stale_update_is_refused,
    a_missing_row_is_not_a_stale_one,
    an_update_without_a_version_changes_whatever_is_there,
    a_stale_upsert_is_refused,
    the_version_of_many_rows_cannot_be_set,
    no_update_is_lost,
    the_check_costs_a_round_trip_only_where_no_row_was_found,
);
on_every_server!(a_stale_update_is_told_the_newest_version);

async fn a_stale_update_is_refused(db: TestDatabase) -> Result {
    db.migrated().await?;
    let (users, _) = kept(&db);
    let read = users.create(user("a@example.com")).await?;
    users.update(read.id, named("by another")).await?;
    let as_a_whole = users::Model {
        name: "mine".into(),
        ..read.clone()
    };
    let mut by_field = read.clone().into_active_model();
    by_field.name = Set("mine".into());
    for stale in [
        users.update(read.id, as_a_whole).await,
        users.update(read.id, by_field).await,
        users
            .update_json(read.id, serde_json::json!({ "name": "mine", "version": 1 }))
            .await,
    ] {
        let stale = stale.unwrap_err();
        assert!(stale.is_stale_version(), "{stale}");
        assert_eq!(
            stale.to_string(),
            format!(
                "the row of users with the key {} was changed in between, and is in version 2",
                read.id
            )
        );
    }
    let stored = users.require_by_id(read.id).await?;
    assert_eq!((stored.name.as_str(), stored.version), ("by another", 2));

    // With the newest it is changed.
    let mine = users::Model {
        name: "mine".into(),
        ..stored
    };
    let mine = users.update(read.id, mine).await?.unwrap();
    assert_eq!((mine.name.as_str(), mine.version), ("mine", 3));
    Ok(())
}

async fn a_missing_row_is_not_a_stale_one(db: TestDatabase) -> Result {
    db.migrated().await?;
    let (users, _) = kept(&db);
    let row = users.create(user("a@example.com")).await?;
    users.delete(row.id).await?;
    assert_eq!(users.update(row.id, row.clone()).await?, None);
    let deleted = users.with_deleted().update(row.id, row.clone()).await;
    assert!(deleted.unwrap_err().is_stale_version());
    users.purge(row.id).await?;
    assert_eq!(users.with_deleted().update(row.id, row).await?, None);
    Ok(())
}

async fn an_update_without_a_version_changes_whatever_is_there(db: TestDatabase) -> Result {
    db.migrated().await?;
    let (users, _) = kept(&db);
    let row = users.create(user("a@example.com")).await?;
    for version in 2..5 {
        let row = users.update(row.id, named("B")).await?.unwrap();
        assert_eq!(row.version, version);
    }
    Ok(())
}

async fn a_stale_upsert_is_refused(db: TestDatabase) -> Result {
    db.migrated().await?;
    let (users, _) = kept(&db);
    let read = users.create(user("a@example.com")).await?;
    users.update(read.id, named("by another")).await?;
    let stale = users.upsert(read.clone()).await.unwrap_err();
    assert!(stale.is_stale_version(), "{stale}");
    assert_eq!(users.require_by_id(read.id).await?.name, "by another");
    users.purge(read.id).await?;
    // Nobody's version is in the way of a new row.
    assert_eq!(users.upsert(read.clone()).await?, read);
    Ok(())
}

async fn the_version_of_many_rows_cannot_be_set(db: TestDatabase) -> Result {
    db.migrated().await?;
    let (users, _) = kept(&db);
    users.create(user("a@example.com")).await?;
    let all = || users::Column::Id.gt(0);
    let changes = users::ActiveModel {
        version: Set(9),
        ..named("B")
    };
    let refused = users.update_where(all(), changes).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "users.version: the version of many rows is raised, and cannot be set; \
         leave it out, or make it a part of the condition"
    );
    let in_version = |version: i32| ExprTrait::and(all(), users::Column::Version.eq(version));
    assert_eq!(users.update_where(in_version(2), named("B")).await?, 0);
    assert_eq!(users.update_where(in_version(1), named("B")).await?, 1);
    assert_eq!(users.count().await?, 1);
    Ok(())
}

/// Writers that read, change and write the same row, and try again when they are refused.
async fn no_update_is_lost(db: TestDatabase) -> Result {
    db.migrated().await?;
    let manager = db.pool_of(4).await?;
    let (users, _) = kept(&db);
    let id = users.create(user("a@example.com")).await?.id;
    users.update(id, named("0")).await?;
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let users = Repository::<users::Entity>::new(&SessionProvider::new(manager.clone()))
                .versioned(users::Column::Version);
            tokio::spawn(async move {
                let mut done = 0;
                while done < 5 {
                    let mut row = users.require_by_id(id).await?;
                    row.name = (row.name.parse::<u32>().unwrap() + 1).to_string();
                    match users.update(id, row).await {
                        Ok(_) => done += 1,
                        Err(error) if error.is_stale_version() => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    let row = users.require_by_id(id).await?;
    assert_eq!((row.name.as_str(), row.version), ("20", 22));
    manager.dispose().await;
    Ok(())
}

async fn the_check_costs_a_round_trip_only_where_no_row_was_found(db: TestDatabase) -> Result {
    db.migrated().await?;
    let (users, _) = kept(&db);
    let manager = db.manager();
    let row = users.create(user("a@example.com")).await?;
    let counted = async |row: users::Model| {
        let before = manager.statements_sent();
        let result = users.update(row.id, row).await;
        (manager.statements_sent() - before, result)
    };
    let usual = match db.kind() {
        Kind::Sqlite | Kind::Postgres => 1,
        Kind::MySql | Kind::MariaDb => 2,
    };
    let (sent, result) = counted(row.clone()).await;
    assert_eq!((sent, result?.unwrap().version), (usual, 2));
    let (sent, result) = counted(row.clone()).await;
    assert!(result.unwrap_err().is_stale_version());
    assert_eq!(sent, 2);
    let (sent, result) = counted(users::Model { id: -1, ..row }).await;
    assert_eq!((sent, result?), (2, None));
    Ok(())
}

/// The transaction's snapshot shows the row as it was; what stands in the way is newer.
async fn a_stale_update_is_told_the_newest_version(db: TestDatabase) -> Result {
    db.migrated().await?;
    let (users, _) = kept(&db);
    let row = users.create(user("a@example.com")).await?;
    let session = db.provider().create_session().await?;
    let inside = users.in_session(&session);
    let read = inside.require_by_id(row.id).await?;
    users.update(row.id, named("by another")).await?;
    let stale = inside.update(row.id, read).await.unwrap_err();
    assert!(
        matches!(stale, Error::StaleVersion { current: 2, .. }),
        "{stale}"
    );
    session.rollback().await?;
    Ok(())
}
