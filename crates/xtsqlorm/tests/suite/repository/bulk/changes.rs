//! Rows that are there are changed, put and deleted.

use std::time::Duration;

use entity::{countries, orders, tags, users, users_tags};
use sea_orm::{ActiveModelTrait, IntoActiveModel, NotSet, prelude::Decimal};
use xtsqlorm::{
    prelude::*,
    repository::{
        bulk::{BulkOptions, OnError},
        conventions::Clock,
    },
};

use super::{many, order, user};
use crate::{
    repository::conventions::kept,
    support::{Kind, Result, TestDatabase, on_every_backend, on_postgres},
};

on_every_backend!(
    rows_are_changed_as_single_ones_are,
    missing_and_idle_rows_are_told_apart,
    of_two_changes_of_one_row_the_later_one_counts,
    a_row_without_a_key_is_no_change,
    stale_rows_are_refused,
    conventions_hold_for_many_changes,
    rows_with_texts_as_keys_are_changed,
    rows_are_put,
    a_put_leaves_rows_with_other_unique_values_alone,
    rows_with_keys_of_two_columns_are_changed_and_deleted,
    deleted_rows_are_passed_over_and_put_back,
    two_tasks_put_the_same_rows,
);
on_postgres!(what_is_no_number_is_written);

async fn rows_are_changed_as_single_ones_are(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let orders = Repository::<orders::Entity>::new(&db.provider());
    let buyer = users.create(user("buyer@example.com")).await?;
    orders
        .bulk_create((0..700).map(|number| order(number, buyer.id)))
        .await?;
    let before = orders.find().order_by_asc(orders::Column::Id).all().await?;
    // Each row becomes what another one is, but for what must be its own.
    let changed = |place: usize| {
        let mut row = before[(place + 1) % before.len()].clone();
        (row.id, row.number) = (before[place].id, format!("X{place}"));
        row
    };
    let rows: Vec<orders::Model> = (0..before.len()).map(changed).collect();
    let report = orders.bulk_update(rows.clone()).await?;
    assert_eq!((report.updated, report.is_complete()), (700, true));
    assert_eq!(
        orders.find().order_by_asc(orders::Column::Id).all().await?,
        rows
    );

    // Some columns of some rows.
    let some = rows.iter().step_by(2).map(|row| orders::ActiveModel {
        id: Set(row.id),
        note: Set(None),
        ..Default::default()
    });
    let others = rows
        .iter()
        .skip(1)
        .step_by(2)
        .map(|row| orders::ActiveModel {
            id: Set(row.id),
            total: Set(Decimal::new(1, 2)),
            ..Default::default()
        });
    let report = orders
        .bulk_update(some.chain(others).collect::<Vec<_>>())
        .await?;
    assert_eq!(report.updated, 700);
    let stored = orders.find().order_by_asc(orders::Column::Id).all().await?;
    for (place, (before, after)) in rows.into_iter().zip(stored).enumerate() {
        let expected = match place % 2 {
            0 => orders::Model {
                note: None,
                ..before
            },
            _ => orders::Model {
                total: Decimal::new(1, 2),
                ..before
            },
        };
        assert_eq!(after, expected);
    }
    Ok(())
}

async fn missing_and_idle_rows_are_told_apart(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let row = users.create(user("a@example.com")).await?;
    let change = |id: i64, name: Option<&str>| users::ActiveModel {
        id: Set(id),
        name: name.map_or(sea_orm::NotSet, |name| Set(name.into())),
        ..Default::default()
    };
    let rows = [
        change(-1, Some("x")),
        change(row.id, Some("B")),
        change(-2, None),
    ];
    let report = users.bulk_update(rows).await?;
    assert_eq!((report.updated, report.missing), (1, vec![0, 2]));
    let report = users.bulk_update([change(row.id, None)]).await?;
    assert_eq!((report.updated, report.unchanged), (0, 1));
    // What is set to what it is already is a change.
    let report = users.bulk_update([change(row.id, Some("B"))]).await?;
    assert_eq!(
        (report.updated, report.unchanged, report.missing),
        (1, 0, vec![])
    );
    let report = users.bulk_delete([row.id, -1]).await?;
    assert_eq!((report.deleted, report.missing), (1, vec![1]));
    Ok(())
}

async fn of_two_changes_of_one_row_the_later_one_counts(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let row = users.create(user("a@example.com")).await?;
    let named = |name: &str| users::ActiveModel {
        id: Set(row.id),
        name: Set(name.into()),
        email: Set("a@example.com".into()),
        ..Default::default()
    };
    let report = users.bulk_update(["B", "C", "D"].map(named)).await?;
    assert_eq!(report.updated, 3);
    assert_eq!(users.require_by_id(row.id).await?.name, "D");
    let report = users.bulk_upsert(["E", "F"].map(named)).await?;
    assert_eq!((report.inserted, report.updated), (0, 2));
    assert_eq!(users.require_by_id(row.id).await?.name, "F");
    let report = users.bulk_delete([row.id, row.id]).await?;
    assert_eq!((report.deleted, report.missing), (1, vec![1]));
    Ok(())
}

async fn a_row_without_a_key_is_no_change(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let error = users
        .bulk_update([user("a@example.com")])
        .await
        .unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(
        cause,
        "row 0 of users: it has no primary key, so that nobody knows which row it changes; \
         set the key, or create the row"
    );
    Ok(())
}

async fn stale_rows_are_refused(db: TestDatabase) -> Result {
    db.migrated().await?;
    let (users, _) = kept(&db);
    users.bulk_create(many("u", 5)).await?;
    let mut rows = users.find().order_by_asc(users::Column::Id).all().await?;
    assert!(rows.iter().all(|row| row.version == 1));
    rows.iter_mut().for_each(|row| row.name = "B".into());
    let other = users::ActiveModel {
        name: Set("other".into()),
        ..Default::default()
    };
    users.update(rows[3].id, other).await?;

    let error = users.bulk_update(rows.clone()).await.unwrap_err();
    assert!(error.is_stale_version(), "{error}");
    assert_eq!(users.require_by_id(rows[0].id).await?.version, 1);
    let error = users.bulk_upsert(rows.clone()).await.unwrap_err();
    assert!(error.is_stale_version(), "{error}");
    assert_eq!(users.require_by_id(rows[0].id).await?.version, 1);

    let skipping = users.bulk(BulkOptions::new().on_error(OnError::Skip));
    let report = skipping.update(rows.clone()).await?;
    assert_eq!((report.updated, report.refused[0].index), (4, 3));
    assert!(report.refused[0].error.is_stale_version());
    let with_keys = BulkOptions::new().on_error(OnError::Skip).return_keys();
    let report = users.bulk(with_keys).upsert(rows.clone()).await?;
    assert_eq!((report.updated, report.refused_rows), (0, 5));
    assert_eq!(report.keys, vec![None; 5]);
    rows.iter_mut().for_each(|row| row.version = 2);
    let report = skipping.upsert(rows.clone()).await?;
    assert_eq!((report.updated, report.inserted), (5, 0));
    let stored = users.find().order_by_asc(users::Column::Id).all().await?;
    assert!(stored.iter().all(|row| row.version == 3 && row.name == "B"));
    Ok(())
}

/// In more statements than one, the text of which is the same.
async fn conventions_hold_for_many_changes(db: TestDatabase) -> Result {
    db.migrated().await?;
    let (users, clock) = kept(&db);
    users.bulk_create(many("u", 700)).await?;
    let in_order = || users.find().order_by_asc(users::Column::Id).all();
    let mut rows = in_order().await?;
    for (version, unnamed_version) in [(2, false), (3, true)] {
        clock.advance(Duration::from_secs(60));
        for (number, row) in rows.iter_mut().enumerate() {
            row.name = format!("{number} of {version}");
        }
        let changes = rows.clone().into_iter().map(|row| {
            let mut change = row.into_active_model().reset_all();
            if unnamed_version {
                change.version = NotSet;
            }
            change
        });
        let report = users.bulk_update(changes.collect::<Vec<_>>()).await?;
        assert_eq!((report.updated, report.is_complete()), (700, true));
        for row in &mut rows {
            (row.version, row.updated_at) = (version, clock.now());
        }
        assert_eq!(in_order().await?, rows);
    }
    rows[650].version = 2;
    let error = users.bulk_update(rows).await.unwrap_err();
    assert!(error.is_stale_version(), "{error}");
    assert!(in_order().await?.iter().all(|row| row.version == 3));
    Ok(())
}

async fn rows_with_texts_as_keys_are_changed(db: TestDatabase) -> Result {
    db.migrated().await?;
    let countries = Repository::<countries::Entity>::new(&db.provider());
    let country = |(code, name): (&str, &str)| countries::Model {
        code: code.into(),
        name: name.into(),
    };
    let named = [("IS", "Iceland"), ("NO", "Norway"), ("01", "One")].map(country);
    countries.bulk_create(named).await?;
    let renamed = [("01", "NO"), ("IS", "Ísland"), ("NO", "Norge")].map(country);
    let report = countries.bulk_update(renamed.clone()).await?;
    assert_eq!(report.updated, 3);
    let stored = countries.find().order_by_asc(countries::Column::Code);
    assert_eq!(stored.all().await?, renamed);
    Ok(())
}

mod measured {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "measured")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: i64,
        pub(crate) value: f64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

async fn what_is_no_number_is_written(db: TestDatabase) -> Result {
    db.execute(&["CREATE TABLE measured (id BIGINT PRIMARY KEY, value DOUBLE PRECISION NOT NULL)"])
        .await?;
    let measured = Repository::<measured::Entity>::new(&db.provider());
    let valued = |value: f64| (0..300).map(move |id| measured::Model { id, value });
    measured.bulk_create(valued(1.0)).await?;
    let report = measured.bulk_update(valued(f64::NAN)).await?;
    assert_eq!(report.updated, 300);
    let stored = measured.find().all().await?;
    assert!(stored.iter().all(|row| row.value.is_nan()));
    Ok(())
}

async fn rows_are_put(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    users.bulk_create(many("u", 400)).await?;
    let mut rows = users.find().order_by_asc(users::Column::Id).all().await?;
    rows.iter_mut().for_each(|row| row.name = "put".into());
    let last = rows.last().unwrap().clone();
    rows.extend((1..=300).map(|number| users::Model {
        id: last.id + number,
        email: format!("new{number}@example.com"),
        ..last.clone()
    }));
    let report = users.bulk_upsert(rows.clone()).await?;
    assert_eq!((report.inserted, report.updated), (300, 400));
    assert_eq!(
        users.find().order_by_asc(users::Column::Id).all().await?,
        rows
    );
    // Again, and some without a key.
    let report = users.bulk_upsert(rows.clone()).await?;
    assert_eq!((report.inserted, report.updated), (0, 700));
    let put = |row: &users::Model| users::ActiveModel {
        id: Set(row.id),
        ..user(&row.email)
    };
    // PostgreSQL counts on by itself, and would give keys that were taken by hand.
    let free = users::ActiveModel {
        id: Set(last.id + 1_000),
        ..user("z@example.com")
    };
    let some = rows.iter().take(2).map(put).chain([free]);
    let report = users.bulk_upsert(some.collect::<Vec<_>>()).await?;
    assert_eq!((report.inserted, report.updated), (1, 2));
    let first = users.require_by_id(rows[0].id).await?;
    assert_eq!((first.name.as_str(), first.version), ("Somebody", 1));
    Ok(())
}

async fn a_put_leaves_rows_with_other_unique_values_alone(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let there = users.create(user("a@example.com")).await?;
    let other = users::ActiveModel {
        id: Set(there.id + 10),
        ..user("a@example.com")
    };
    let new = users::ActiveModel {
        id: Set(there.id + 20),
        ..user("b@example.com")
    };
    let rows = || [new.clone(), other.clone()];
    let error = users.bulk_upsert(rows()).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(users.find().all().await?, std::slice::from_ref(&there));
    let skipping = users.bulk(BulkOptions::new().on_error(OnError::Skip));
    let report = skipping.upsert(rows()).await?;
    assert_eq!((report.inserted, report.refused[0].index), (1, 1));
    assert_eq!(users.require_by_id(there.id).await?, there);
    Ok(())
}

async fn rows_with_keys_of_two_columns_are_changed_and_deleted(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let tags = Repository::<tags::Entity>::new(&db.provider());
    let links = Repository::<users_tags::Entity>::new(&db.provider());
    users.bulk_create(many("u", 20)).await?;
    let named = |number: i32| tags::ActiveModel {
        name: Set(format!("t{number}")),
        ..Default::default()
    };
    tags.bulk_create((0..20).map(named)).await?;
    let users = users.find().all().await?;
    let tags = tags.find().all().await?;
    let pairs = users
        .iter()
        .flat_map(|user| tags.iter().map(|tag| (user.id, tag.id)));
    let pairs: Vec<_> = pairs.collect();
    let link = |(user_id, tag_id): &(i64, i64)| users_tags::ActiveModel {
        user_id: Set(*user_id),
        tag_id: Set(*tag_id),
    };
    assert_eq!(
        links
            .bulk_create(pairs.iter().map(link).collect::<Vec<_>>())
            .await?
            .inserted,
        400
    );
    let report = links
        .bulk_upsert(pairs.iter().map(link).collect::<Vec<_>>())
        .await?;
    assert_eq!((report.inserted, report.unchanged), (0, 400));
    let mut some: Vec<(i64, i64)> = pairs.iter().copied().step_by(2).collect();
    some.push((-1, 1));
    let report = links.bulk_delete(some).await?;
    assert_eq!((report.deleted, report.missing), (200, vec![200]));
    let left = links.find().all().await?;
    let mut left: Vec<_> = left
        .iter()
        .map(|link| (link.user_id, link.tag_id))
        .collect();
    left.sort_unstable();
    let mut expected: Vec<_> = pairs.into_iter().skip(1).step_by(2).collect();
    expected.sort_unstable();
    assert_eq!(left, expected);
    Ok(())
}

async fn deleted_rows_are_passed_over_and_put_back(db: TestDatabase) -> Result {
    db.migrated().await?;
    let (users, _) = kept(&db);
    users.bulk_create(many("u", 6)).await?;
    let rows = users.find().order_by_asc(users::Column::Id).all().await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let report = users.bulk_delete(ids[..3].to_vec()).await?;
    assert_eq!((report.deleted, users.count().await?), (3, 3));
    assert_eq!(users.only_deleted().count().await?, 3);
    // Deleted again, or changed, they are not there.
    let report = users.bulk_delete(ids.clone()).await?;
    assert_eq!((report.deleted, report.missing), (3, vec![0, 1, 2]));
    let named = |id: &i64| users::ActiveModel {
        id: Set(*id),
        name: Set("B".into()),
        ..Default::default()
    };
    let report = users
        .bulk_update(ids.iter().map(named).collect::<Vec<_>>())
        .await?;
    assert_eq!((report.updated, report.missing.len()), (0, 6));
    let report = users.with_deleted().bulk_update([named(&ids[0])]).await?;
    assert_eq!(report.updated, 1);
    let put = ids.iter().zip(&rows).map(|(id, row)| users::ActiveModel {
        id: Set(*id),
        ..user(&row.email)
    });
    let report = users.bulk_upsert(put.collect::<Vec<_>>()).await?;
    assert_eq!((report.updated, users.count().await?), (6, 6));
    Ok(())
}

/// Each row is there once in the end, and no put is lost but by a conflict that can be run again: on
/// PostgreSQL one in the unique e-mail, too, where nobody waits for the other as in the key.
async fn two_tasks_put_the_same_rows(db: TestDatabase) -> Result {
    db.migrated().await?;
    let is_postgres = db.kind() == Kind::Postgres;
    let tasks = (0..2).map(|task| {
        let users = Repository::<users::Entity>::new(&db.provider());
        tokio::spawn(async move {
            for round in 0..10_i64 {
                let put = |number: i64| users::ActiveModel {
                    id: Set(1 + round * 20 + number),
                    name: Set(format!("task {task}")),
                    ..user(&format!("{round}.{number}@example.com"))
                };
                loop {
                    match users.bulk_upsert((0..20).map(put)).await {
                        Ok(report) => break assert_eq!(report.written(), 20),
                        Err(error) if error.is_retryable() => {}
                        Err(error) if is_postgres && error.is_unique_violation() => {}
                        Err(error) => return Err(error),
                    }
                }
            }
            Ok(())
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await??;
    }
    let users = Repository::<users::Entity>::new(&db.provider());
    let rows = users.find().all().await?;
    assert_eq!(rows.len(), 200);
    assert!(rows.iter().all(|row| row.name.starts_with("task ")));
    Ok(())
}
