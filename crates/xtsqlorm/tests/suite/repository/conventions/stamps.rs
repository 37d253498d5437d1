//! When rows were created and changed.

use entity::users;
use serde_json::json;
use xtsqlorm::prelude::*;

use super::{kept, named, time};
use crate::{
    repository::writes::user,
    support::{Result, TestDatabase, on_every_backend},
};

on_every_backend!(
    every_way_to_create_stamps_the_row,
    a_new_row_keeps_what_it_brings,
    every_way_to_change_stamps_the_row,
    an_update_of_nothing_writes_nothing,
    a_repository_without_conventions_stamps_nothing,
);

async fn every_way_to_create_stamps_the_row(db: TestDatabase) -> Result {
    db.migrated().await?;
    let (users, _) = kept(&db);
    let mut rows = vec![
        users.create(user("create@example.com")).await?,
        users.upsert(user("upsert@example.com")).await?,
        users
            .upsert(users::ActiveModel {
                id: Set(1000),
                ..user("upsert with key@example.com")
            })
            .await?,
        users
            .create_json(json!({ "email": "json@example.com", "name": "J" }))
            .await?,
        users
            .get_or_create(
                users::Column::Email.eq("got@example.com"),
                user("got@example.com"),
            )
            .await?
            .0,
    ];
    rows.extend(
        users
            .create_many(["a@example.com", "b@example.com"].map(user))
            .await?,
    );
    users.bulk_create([user("bulk@example.com")]).await?;
    let bulk = users
        .find()
        .filter(users::Column::Email.eq("bulk@example.com"));
    rows.extend(bulk.one().await?);
    let session = db.provider().create_session().await?;
    let row = users.create_in_session(&session, user("session@example.com"));
    rows.push(row.await?);
    session.commit().await?;
    let unit = UnitOfWork::begin(&db.provider()).await?;
    rows.push(unit.join(&users).create(user("unit@example.com")).await?);
    unit.commit().await?;
    let service: &dyn CrudRepository<users::Entity> = &users;
    rows.push(service.create(user("service@example.com")).await?);

    let now = time("2026-02-28T10:00:00.123456Z");
    for row in rows {
        assert_eq!((row.created_at, row.updated_at), (now, now), "{row:?}");
        assert_eq!((row.version, row.deleted_at), (1, None), "{row:?}");
        assert_eq!(users.require_by_id(row.id).await?, row);
    }
    Ok(())
}

/// An import brings its own times.
async fn a_new_row_keeps_what_it_brings(db: TestDatabase) -> Result {
    db.migrated().await?;
    let (users, _) = kept(&db);
    let old = time("1999-12-31T23:59:59Z");
    let row = users::ActiveModel {
        created_at: Set(old),
        version: Set(7),
        ..user("a@example.com")
    };
    let row = users.create(row).await?;
    assert_eq!((row.created_at, row.version), (old, 7));
    assert_eq!(row.updated_at, time("2026-02-28T10:00:00.123456Z"));
    let gone = users::ActiveModel {
        deleted_at: Set(Some(old)),
        ..user("gone@example.com")
    };
    let gone = users.create(gone).await?;
    assert_eq!(gone.deleted_at, Some(old));
    assert_eq!(users.get_by_id(gone.id).await?, None);
    Ok(())
}

async fn every_way_to_change_stamps_the_row(db: TestDatabase) -> Result {
    db.migrated().await?;
    let (users, clock) = kept(&db);
    let mut row = users.create(user("a@example.com")).await?;
    let created = row.created_at;
    macro_rules! changed {
        ($way:literal, $change:expr) => {{
            clock.advance(std::time::Duration::from_secs(60));
            $change.await?;
            let after = users.with_deleted().require_by_id(row.id).await?;
            assert_eq!(after.created_at, created, $way);
            let now = xtsqlorm::repository::conventions::Clock::now(&clock);
            assert_eq!(after.updated_at, now, $way);
            assert_eq!(after.version, row.version + 1, $way);
            row = after;
        }};
    }
    changed!("update", users.update(row.id, named("B")));
    changed!("update to the same", users.update(row.id, named("B")));
    changed!(
        "update by a model",
        users.update(
            row.id,
            users::Model {
                created_at: time("1999-12-31T23:59:59Z"),
                ..row.clone()
            }
        )
    );
    changed!(
        "update_json",
        users.update_json(
            row.id,
            json!({ "name": "C", "updated_at": "1999-12-31T23:59:59Z" })
        )
    );
    let itself = || users::Column::Id.eq(row.id);
    changed!("update_where", users.update_where(itself(), named("D")));
    changed!("upsert by a model", users.upsert(row.clone()));
    changed!(
        "upsert by fields",
        users.upsert(users::ActiveModel {
            id: Set(row.id),
            created_at: Set(time("1999-12-31T23:59:59Z")),
            ..user("b@example.com")
        })
    );
    let session = db.provider().create_session().await?;
    let change = users.update_in_session(&session, row.id, named("E"));
    change.await?;
    session.commit().await?;
    row.version += 1;
    let unit = UnitOfWork::begin(&db.provider()).await?;
    unit.join(&users).update(row.id, named("F")).await?;
    unit.commit().await?;
    row.version += 1;
    let service: &dyn CrudRepository<users::Entity> = &users;
    changed!("service", service.update(row.id, named("G")));
    changed!("bulk_update", users.bulk_update([row.clone()]));
    changed!("bulk_upsert", users.bulk_upsert([row.clone()]));
    changed!("bulk_delete", users.bulk_delete([row.id]));
    changed!("restore after bulk_delete", users.restore(row.id));
    changed!("delete", users.delete(row.id));
    changed!("restore", users.restore(row.id));
    let itself = || users::Column::Id.eq(row.id);
    changed!("delete_where", users.delete_where(itself()));
    changed!("upsert of a deleted row", users.upsert(row.clone()));
    assert_eq!(row.version, 19);
    Ok(())
}

/// Neither do columns of the conventions alone make a change.
async fn an_update_of_nothing_writes_nothing(db: TestDatabase) -> Result {
    db.migrated().await?;
    let (users, clock) = kept(&db);
    let row = users.create(user("a@example.com")).await?;
    clock.advance(std::time::Duration::from_secs(60));
    let nothing = users::ActiveModel {
        updated_at: Set(time("1999-12-31T23:59:59Z")),
        ..Default::default()
    };
    assert_eq!(
        users.update(row.id, nothing.clone()).await?.as_ref(),
        Some(&row)
    );
    assert_eq!(
        users.update_json(row.id, json!({})).await?.as_ref(),
        Some(&row)
    );
    assert_eq!(users.update(-1, nothing.clone()).await?, None);
    let refused = users
        .update_where(users::Column::Id.eq(row.id), nothing)
        .await;
    assert!(
        matches!(refused, Err(Error::InvalidInput { .. })),
        "{refused:?}"
    );
    assert_eq!(users.require_by_id(row.id).await?, row);

    let newer = json!({ "version": 2 });
    let stale = users.update_json(row.id, newer).await.unwrap_err();
    assert!(stale.is_stale_version(), "{stale}");
    Ok(())
}

/// What the database does by itself is all that happens.
async fn a_repository_without_conventions_stamps_nothing(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let row = users.create(user("a@example.com")).await?;
    let after = users.update(row.id, named("B")).await?.unwrap();
    assert_eq!(after.version, 1);
    let old = users::Model {
        version: 5,
        ..after.clone()
    };
    assert_eq!(users.update(row.id, old).await?.unwrap().version, 5);
    assert!(users.delete(row.id).await?);
    assert!(!users.with_deleted().exists(row.id).await?);
    Ok(())
}
