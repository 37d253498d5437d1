//! Deleted rows are out of sight, and there.

use std::time::Duration;

use entity::users;
use futures_util::TryStreamExt;
use xtsqlorm::{
    prelude::*,
    repository::{PageRequest, TokenKey, WindowRequest},
};

use super::{kept, named, time};
use crate::{
    repository::writes::user,
    support::{Result, TestDatabase, on_every_backend},
};

on_every_backend!(
    reads_pass_over_deleted_rows,
    writes_pass_over_deleted_rows,
    a_row_is_deleted_once,
    a_deleted_row_comes_back,
    rows_are_purged,
    old_deleted_rows_are_purged,
    a_deleted_row_keeps_its_unique_values,
    an_upsert_makes_a_deleted_row_alive,
    deletion_without_the_convention_is_refused,
    a_rollback_takes_a_deletion_back,
);

/// One row alive, one deleted.
async fn two(db: &TestDatabase) -> Result<(Repository<users::Entity>, i64, i64)> {
    db.migrated().await?;
    let (users, clock) = kept(db);
    let alive = users.create(user("alive@example.com")).await?.id;
    let gone = users.create(user("gone@example.com")).await?.id;
    clock.advance(Duration::from_secs(60));
    assert!(users.delete(gone).await?);
    Ok((users, alive, gone))
}

async fn reads_pass_over_deleted_rows(db: TestDatabase) -> Result {
    let (users, alive, gone) = two(&db).await?;
    let with = users.with_deleted();
    let only = users.only_deleted();
    for (sees, sees_alive, sees_gone) in [
        (&users, true, false),
        (&with, true, true),
        (&only, false, true),
    ] {
        let ids: Vec<i64> = [(alive, sees_alive), (gone, sees_gone)]
            .into_iter()
            .filter_map(|(id, seen)| seen.then_some(id))
            .collect();
        let of = |rows: Vec<users::Model>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
        for (id, seen) in [(alive, sees_alive), (gone, sees_gone)] {
            assert_eq!(sees.get_by_id(id).await?.is_some(), seen);
            assert_eq!(sees.require_by_id(id).await.is_ok(), seen);
            assert_eq!(sees.exists(id).await?, seen);
            let session = db.provider().create_session().await?;
            let read = sees.get_by_id_in_session(&session, id).await?;
            assert_eq!(read.is_some(), seen);
            session.rollback().await?;
        }
        assert_eq!(of(sees.get_many([gone, alive]).await?).len(), ids.len());
        assert_eq!(of(sees.get_all(Page::all()).await?), ids);
        assert_eq!(sees.count().await?, ids.len() as u64);
        let find = || sees.find().order_by_asc(users::Column::Id);
        assert_eq!(of(find().all().await?), ids);
        assert_eq!(find().one().await?.map(|row| row.id), ids.first().copied());
        assert_eq!(find().count().await?, ids.len() as u64);
        let nobody = find().filter(users::Column::Id.eq(gone)).exists().await?;
        assert_eq!(nobody, sees_gone);
        assert_eq!(of(find().stream().try_collect().await?), ids);
        assert_eq!(
            find().into_select().all(&db.provider()).await?.len(),
            ids.len()
        );
        let page = find().paginate(PageRequest::new(1, 10)).await?;
        assert_eq!(
            (page.total, of(page.items)),
            (ids.len() as u64, ids.clone())
        );
        let slice = find().slice(PageRequest::new(1, 10)).await?;
        assert_eq!(of(slice.items), ids);
        let request = WindowRequest::new(10, &TokenKey::random()?);
        let window = sees.find().window(request).await?;
        assert_eq!(of(window.items), ids);
        // What the query itself says comes first, wherever in it.
        let find = sees.find().with_deleted().filter(users::Column::Id.gt(0));
        assert_eq!(find.clone().count().await?, 2);
        assert_eq!(of(find.only_deleted().all().await?), [gone]);
        let (row, created) = sees
            .get_or_create(users::Column::Id.eq(ids[0]), user("x@example.com"))
            .await?;
        assert_eq!((row.id, created), (ids[0], false));
    }
    Ok(())
}

async fn writes_pass_over_deleted_rows(db: TestDatabase) -> Result {
    let (users, alive, gone) = two(&db).await?;
    assert_eq!(users.update(gone, named("B")).await?, None);
    let both = || users::Column::Id.is_in([alive, gone]);
    assert_eq!(users.update_where(both(), named("B")).await?, 1);
    let changed = users
        .with_deleted()
        .update(gone, named("C"))
        .await?
        .unwrap();
    assert_eq!(changed.name, "C");
    assert!(users.is_deleted(&changed));
    assert_eq!(
        users
            .only_deleted()
            .update_where(both(), named("D"))
            .await?,
        1
    );
    assert_eq!(users.require_by_id(alive).await?.name, "B");

    // An update neither deletes nor restores.
    let now = time("2026-03-01T00:00:00Z");
    let changes = |deleted_at| users::ActiveModel {
        deleted_at: Set(deleted_at),
        ..named("E")
    };
    users.update(alive, changes(Some(now))).await?;
    users.with_deleted().update(gone, changes(None)).await?;
    assert!(users.exists(alive).await? && !users.exists(gone).await?);
    Ok(())
}

/// The time of the first deletion stays.
async fn a_row_is_deleted_once(db: TestDatabase) -> Result {
    let (users, alive, gone) = two(&db).await?;
    let before = users.with_deleted().require_by_id(gone).await?;
    assert_eq!(before.deleted_at, Some(time("2026-02-28T10:01:00.123456Z")));
    let both = || users::Column::Id.is_in([alive, gone]);
    for sees in [&users, &users.with_deleted(), &users.only_deleted()] {
        assert!(!sees.delete(gone).await?);
        assert!(!sees.delete(-1).await?);
    }
    assert_eq!(users.only_deleted().delete_where(both()).await?, 0);
    assert_eq!(users.with_deleted().delete_where(both()).await?, 1);
    let after = users.with_deleted().require_by_id(gone).await?;
    assert_eq!(after, before);
    assert_eq!(users.count().await?, 0);
    Ok(())
}

async fn a_deleted_row_comes_back(db: TestDatabase) -> Result {
    let (users, alive, gone) = two(&db).await?;
    let deleted = users.only_deleted().require_by_id(gone).await?;
    let restored = users.restore(gone).await?.unwrap();
    assert_eq!(restored, users.require_by_id(gone).await?);
    let expected = users::Model {
        deleted_at: None,
        version: 3,
        updated_at: restored.updated_at,
        ..deleted
    };
    assert_eq!(restored, expected);
    // None of these is a deleted row.
    for id in [gone, alive, -1] {
        assert_eq!(users.restore(id).await?, None);
    }
    assert_eq!(users.require_by_id(gone).await?.version, 3);
    Ok(())
}

async fn rows_are_purged(db: TestDatabase) -> Result {
    let (users, alive, gone) = two(&db).await?;
    for id in [alive, gone] {
        assert!(users.purge(id).await?);
        assert!(!users.purge(id).await?);
    }
    assert_eq!(users.with_deleted().count().await?, 0);
    Ok(())
}

async fn old_deleted_rows_are_purged(db: TestDatabase) -> Result {
    db.migrated().await?;
    let (users, clock) = kept(&db);
    let ids = users.create_many(["a@example.com", "b@example.com", "c@example.com"].map(user));
    let ids: Vec<i64> = ids.await?.into_iter().map(|row| row.id).collect();
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    users.delete(ids[0]).await?;
    clock.advance(10 * DAY);
    users.delete(ids[1]).await?;
    clock.advance(DAY);
    let gone = users.only_deleted().get_all(Page::all()).await?;
    assert_eq!(users.deletion_age(&gone[0]), Some(11 * DAY));
    assert_eq!(users.deletion_age(&gone[1]), Some(DAY));
    let alive = users.require_by_id(ids[2]).await?;
    assert_eq!(
        (users.deletion_age(&alive), users.is_deleted(&alive)),
        (None, false)
    );

    assert_eq!(users.purge_deleted(Duration::MAX).await?, 0);
    assert_eq!(users.purge_deleted(12 * DAY).await?, 0);
    assert_eq!(users.purge_deleted(11 * DAY).await?, 1);
    assert_eq!(users.only_deleted().get_all(Page::all()).await?, gone[1..]);
    assert_eq!(users.purge_deleted(Duration::ZERO).await?, 1);
    assert_eq!(users.with_deleted().get_all(Page::all()).await?, [alive]);
    Ok(())
}

async fn a_deleted_row_keeps_its_unique_values(db: TestDatabase) -> Result {
    let (users, _, gone) = two(&db).await?;
    let taken = users.create(user("gone@example.com")).await.unwrap_err();
    assert!(taken.is_unique_violation(), "{taken}");
    let by_email = users::Column::Email.eq("gone@example.com");
    let taken = users
        .get_or_create(by_email, user("gone@example.com"))
        .await;
    assert!(taken.unwrap_err().is_unique_violation());
    assert!(users.only_deleted().exists(gone).await?);
    Ok(())
}

async fn an_upsert_makes_a_deleted_row_alive(db: TestDatabase) -> Result {
    let (users, _, gone) = two(&db).await?;
    let row = || users::ActiveModel {
        id: Set(gone),
        ..user("back@example.com")
    };
    let back = users.upsert(row()).await?;
    assert_eq!((back.deleted_at, back.version), (None, 3));
    assert_eq!(back.created_at, time("2026-02-28T10:00:00.123456Z"));
    assert_eq!(users.require_by_id(gone).await?, back);

    // One that says when it was deleted stays deleted.
    let when = Some(time("2020-01-01T00:00:00Z"));
    let row = users::ActiveModel {
        deleted_at: Set(when),
        ..row()
    };
    let deleted = users.upsert(row).await?;
    assert_eq!((deleted.deleted_at, deleted.version), (when, 4));
    Ok(())
}

async fn deletion_without_the_convention_is_refused(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let row = users.create(user("a@example.com")).await?;
    let before = db.manager().statements_sent();
    let restored = users.restore(row.id).await.unwrap_err();
    let purged = users.purge_deleted(Duration::ZERO).await.unwrap_err();
    assert_eq!(db.manager().statements_sent(), before);
    for refused in [restored, purged] {
        assert_eq!(
            refused.to_string(),
            "users: the repository deletes for good, and has no deleted rows; \
             name the column by `soft_delete`"
        );
    }
    assert!(!users.is_deleted(&row));
    assert!(users.purge(row.id).await?);
    Ok(())
}

async fn a_rollback_takes_a_deletion_back(db: TestDatabase) -> Result {
    let (users, alive, gone) = two(&db).await?;
    let unit = UnitOfWork::begin(&db.provider()).await?;
    let inside = unit.join(&users);
    assert!(inside.delete(alive).await?);
    assert!(inside.restore(gone).await?.is_some());
    assert_eq!(inside.count().await?, 1);
    unit.rollback().await?;
    assert!(users.exists(alive).await? && !users.exists(gone).await?);
    let session = db.provider().create_session().await?;
    assert!(users.delete_in_session(&session, alive).await?);
    session.commit().await?;
    assert_eq!(users.count().await?, 0);
    assert_eq!(users.with_deleted().count().await?, 2);
    Ok(())
}
