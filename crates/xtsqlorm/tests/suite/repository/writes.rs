//! Writes, and what they leave behind.

use entity::{countries, orders, sea_orm_active_enums::OrdersStatus, tags, users, users_tags};
use sea_orm::ActiveModelTrait as _;
use xtsqlorm::prelude::*;

use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(
    a_created_row_comes_back_with_its_key_and_defaults,
    many_rows_are_created_or_none,
    an_update_changes_what_is_set_and_nothing_else,
    an_update_of_nothing_is_none,
    an_update_cannot_change_the_key,
    a_model_is_written_as_a_whole,
    a_row_with_key_0_comes_back,
    a_delete_says_whether_there_was_a_row,
    empty_conditions_are_refused,
    rows_are_changed_and_deleted_by_condition,
    an_upsert_creates_or_changes,
    an_upsert_leaves_rows_with_other_unique_values_alone,
    get_or_create_creates_once,
    get_or_create_survives_a_race,
    get_or_create_sees_what_others_committed,
    two_branches_of_one_task_share_a_transaction,
    writes_in_a_session_are_part_of_it,
);

pub(crate) fn user(email: &str) -> users::ActiveModel {
    users::ActiveModel {
        email: Set(email.into()),
        name: Set("Somebody".into()),
        ..Default::default()
    }
}

fn country(code: &str, name: &str) -> countries::ActiveModel {
    countries::ActiveModel {
        code: Set(code.into()),
        name: Set(name.into()),
    }
}

/// What the database filled in is in the model.
async fn a_created_row_comes_back_with_its_key_and_defaults(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let first = users.create(user("a@example.com")).await?;
    let second = users.create(user("b@example.com")).await?;
    assert!(second.id > first.id);
    assert!(first.is_active);
    assert_eq!(first.version, 1);
    assert_eq!(users.get_by_id(first.id).await?, Some(first));
    Ok(())
}

/// `create_many` is all or nothing, also where the last row is the bad one.
async fn many_rows_are_created_or_none(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let created = users
        .create_many((0..5).map(|n| user(&format!("{n}@example.com"))))
        .await?;
    assert_eq!(created.len(), 5);
    assert_eq!(created[3].email, "3@example.com");
    let refused = users
        .create_many(["x@example.com", "y@example.com", "0@example.com"].map(user))
        .await;
    assert!(refused.unwrap_err().is_unique_violation());
    assert_eq!(users.count().await?, 5);
    assert!(
        users
            .create_many(Vec::<users::ActiveModel>::new())
            .await?
            .is_empty()
    );
    Ok(())
}

/// Fields that are not set stay as they are.
async fn an_update_changes_what_is_set_and_nothing_else(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let before = users.create(user("a@example.com")).await?;
    let changes = users::ActiveModel {
        name: Set("Another".into()),
        is_active: Set(false),
        ..Default::default()
    };
    let after = users.update(before.id, changes.clone()).await?.unwrap();
    let expected = users::Model {
        name: "Another".into(),
        is_active: false,
        updated_at: after.updated_at,
        ..before
    };
    assert_eq!(after, expected);
    // The same once more: MySQL counts no changed row, and there is one all the same.
    assert_eq!(users.update(after.id, changes).await?.unwrap().id, after.id);
    Ok(())
}

/// Neither a missing row nor an empty change is an error.
async fn an_update_of_nothing_is_none(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    assert_eq!(users.update(-1, user("a@example.com")).await?, None);
    assert_eq!(
        users
            .update(
                -1,
                users::ActiveModel {
                    ..Default::default()
                }
            )
            .await?,
        None
    );
    let row = users.create(user("a@example.com")).await?;
    let unchanged = users
        .update(
            row.id,
            users::ActiveModel {
                ..Default::default()
            },
        )
        .await?;
    assert_eq!(unchanged, Some(row));
    Ok(())
}

/// A key in the changes must be the row's own.
async fn an_update_cannot_change_the_key(db: TestDatabase) -> Result {
    db.migrated().await?;
    let countries = Repository::<countries::Entity>::new(&db.provider());
    countries.create(country("AA", "A")).await?;
    let error = countries
        .update("AA", country("BB", "B"))
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("countries.code: an update cannot change the primary key")
    );
    assert_eq!(countries.require_by_id("AA").await?.name, "A");
    let same = countries.update("AA", country("AA", "B")).await?;
    assert_eq!(same.unwrap().name, "B");
    Ok(())
}

/// The second delete finds nothing.
async fn a_delete_says_whether_there_was_a_row(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let row = users.create(user("a@example.com")).await?;
    assert!(users.delete(row.id).await?);
    assert!(!users.delete(row.id).await?);
    assert_eq!(users.get_by_id(row.id).await?, None);
    Ok(())
}

/// A filter that somebody forgot to fill does not empty the table.
async fn empty_conditions_are_refused(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    users.create(user("a@example.com")).await?;
    let deleted = users.delete_where(Condition::all()).await;
    assert!(
        matches!(deleted, Err(Error::InvalidInput { .. })),
        "{deleted:?}"
    );
    let updated = users
        .update_where(Condition::any(), user("b@example.com"))
        .await;
    assert!(
        matches!(updated, Err(Error::InvalidInput { .. })),
        "{updated:?}"
    );
    let nothing = users
        .update_where(
            users::Column::Id.gt(0),
            users::ActiveModel {
                ..Default::default()
            },
        )
        .await;
    assert!(
        matches!(nothing, Err(Error::InvalidInput { .. })),
        "{nothing:?}"
    );
    assert_eq!(users.count().await?, 1);
    Ok(())
}

/// Just the rows that meet the condition.
async fn rows_are_changed_and_deleted_by_condition(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    users
        .create_many((0..6).map(|n| user(&format!("{n}@example.com"))))
        .await?;
    let some = users::Column::Email.is_in(["1@example.com", "2@example.com"]);
    let changes = users::ActiveModel {
        is_active: Set(false),
        ..Default::default()
    };
    assert_eq!(users.update_where(some, changes).await?, 2);
    assert_eq!(
        users
            .delete_where(users::Column::IsActive.eq(false))
            .await?,
        2
    );
    assert_eq!(users.count().await?, 4);
    Ok(())
}

/// The first upsert creates, the second changes, and there is one row.
async fn an_upsert_creates_or_changes(db: TestDatabase) -> Result {
    db.seeded().await?;
    let countries = Repository::<countries::Entity>::new(&db.provider());
    let before = countries.count().await?;
    assert_eq!(
        countries.upsert(country("XX", "first")).await?.name,
        "first"
    );
    assert_eq!(
        countries.upsert(country("XX", "second")).await?.name,
        "second"
    );
    assert_eq!(countries.require_by_id("XX").await?.name, "second");
    assert_eq!(countries.count().await?, before + 1);

    // A row that is nothing but its key.
    let links = Repository::<users_tags::Entity>::new(&db.provider());
    let link = links.get_all(Page::limit(1)).await?.remove(0);
    let again = links
        .upsert(link.clone().into_active_model().reset_all())
        .await?;
    assert_eq!(again, link);

    // Without a key there is nothing to conflict with.
    let tags = Repository::<tags::Entity>::new(&db.provider());
    let tag = tags::ActiveModel {
        name: Set("new".into()),
        ..Default::default()
    };
    assert_eq!(tags.upsert(tag).await?.name, "new");
    Ok(())
}

/// On MySQL, ON DUPLICATE KEY UPDATE would have changed the row with the same name.
async fn an_upsert_leaves_rows_with_other_unique_values_alone(db: TestDatabase) -> Result {
    db.migrated().await?;
    let countries = Repository::<countries::Entity>::new(&db.provider());
    countries.create(country("AA", "taken")).await?;
    let error = countries.upsert(country("BB", "taken")).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(countries.require_by_id("AA").await?.name, "taken");
    assert_eq!(countries.count().await?, 1);
    Ok(())
}

/// The row that is there is returned, inside a transaction, too.
async fn get_or_create_creates_once(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    let users = Repository::<users::Entity>::new(&provider);
    let by_email = || users::Column::Email.eq("a@example.com");
    let (first, created) = users
        .get_or_create(by_email(), user("a@example.com"))
        .await?;
    assert!(created);
    let (second, created) = users
        .get_or_create(by_email(), user("a@example.com"))
        .await?;
    assert!(!created);
    assert_eq!(first, second);

    // The condition misses the row, its unique value is taken all the same, and the transaction
    // goes on.
    let left = provider
        .transaction(async |_| -> xtsqlorm::Result<u64> {
            let missed = users::Column::Email.eq("nobody@example.com");
            let refused = users.get_or_create(missed, user("a@example.com")).await;
            assert!(refused.unwrap_err().is_unique_violation());
            users.create(user("b@example.com")).await?;
            users.count().await
        })
        .await?;
    assert_eq!(left, 2);
    assert_eq!(users.count().await?, 2);
    Ok(())
}

/// Many tasks at once create one row, and all get it.
async fn get_or_create_survives_a_race(db: TestDatabase) -> Result {
    db.migrated().await?;
    let manager = db.pool_of(8).await?;
    let users = Repository::<users::Entity>::new(&SessionProvider::new(manager.clone()));
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let users = users.clone();
            tokio::spawn(async move {
                let by_email = users::Column::Email.eq("a@example.com");
                users.get_or_create(by_email, user("a@example.com")).await
            })
        })
        .collect();
    let mut creations = 0;
    for task in tasks {
        let (row, created) = task.await??;
        assert_eq!(row.email, "a@example.com");
        creations += u32::from(created);
    }
    assert_eq!((creations, users.count().await?), (1, 1));
    manager.dispose().await;
    Ok(())
}

/// The four names of the Python original, committed and rolled back.
async fn writes_in_a_session_are_part_of_it(db: TestDatabase) -> Result {
    db.seeded().await?;
    let provider = db.provider();
    let users = Repository::<users::Entity>::new(&provider);
    let orders = Repository::<orders::Entity>::new(&provider);
    let (users_before, orders_before) = (users.count().await?, orders.count().await?);
    for keep in [false, true] {
        let session = provider.create_session().await?;
        let buyer = users
            .create_in_session(&session, user("buyer@example.com"))
            .await?;
        let order = orders
            .create_in_session(
                &session,
                orders::ActiveModel {
                    number: Set("T-1".into()),
                    user_id: Set(buyer.id),
                    status: Set(OrdersStatus::Paid),
                    total: Set("10.50".parse()?),
                    ..Default::default()
                },
            )
            .await?;
        let changes = orders::ActiveModel {
            note: Set(Some("x".into())),
            ..Default::default()
        };
        let order = orders
            .update_in_session(&session, order.id, changes)
            .await?
            .unwrap();
        let read = orders.get_by_id_in_session(&session, order.id).await?;
        assert_eq!(read.as_ref(), Some(&order));
        assert!(!orders.delete_in_session(&session, -1).await?);
        if keep {
            session.commit().await?;
        } else {
            session.rollback().await?;
        }
        let kept = u64::from(keep);
        assert_eq!(users.count().await?, users_before + kept);
        assert_eq!(orders.count().await?, orders_before + kept);
    }
    Ok(())
}

/// A model has nothing that is set, and means all of its fields.
async fn a_model_is_written_as_a_whole(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let mut first = users.create(user("a@example.com")).await?;
    let second = users.create(user("b@example.com")).await?;
    first.name = "Renamed".into();
    assert_eq!(
        users.update(first.id, first.clone()).await?,
        Some(first.clone())
    );
    first.name = "Again".into();
    assert_eq!(users.upsert(first.clone()).await?, first);
    assert_eq!(users.require_by_id(first.id).await?.name, "Again");

    // A row that was read is not another one.
    let refused = users.update(second.id, first.clone()).await.unwrap_err();
    assert!(matches!(refused, Error::InvalidInput { .. }), "{refused}");
    assert_eq!(users.require_by_id(second.id).await?, second);
    Ok(())
}

/// MySQL and MariaDB give it another key, and the others do not; it is found either way.
async fn a_row_with_key_0_comes_back(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let mut row = user("a@example.com");
    row.id = Set(0);
    let created = users.create(row).await?;
    assert_eq!(users.require_by_id(created.id).await?, created);
    Ok(())
}

/// The snapshot of the transaction is older than the other's row; a locking read is not.
async fn get_or_create_sees_what_others_committed(db: TestDatabase) -> Result {
    db.migrated().await?;
    if db.kind() == crate::support::Kind::Sqlite {
        // There are no others while a transaction writes.
        return Ok(());
    }
    let provider = db.provider();
    let users = Repository::<users::Entity>::new(&provider);
    let session = provider.create_session().await?;
    assert_eq!(users.in_session(&session).count().await?, 0);
    let other = users.create(user("a@example.com")).await?;
    let by_email = users::Column::Email.eq("a@example.com");
    let inside = users.in_session(&session);
    let (found, created) = inside
        .get_or_create(by_email, user("a@example.com"))
        .await?;
    assert_eq!((found, created), (other, false));
    session.commit().await?;
    Ok(())
}

/// What one branch opens for itself is not in the other's way.
async fn two_branches_of_one_task_share_a_transaction(db: TestDatabase) -> Result {
    db.migrated().await?;
    if db.kind() == crate::support::Kind::Postgres {
        // Each needs a savepoint there, and only one can be open.
        return Ok(());
    }
    let provider = db.provider();
    let users = Repository::<users::Entity>::new(&provider);
    let one = |email: &'static str| {
        let users = users.clone();
        async move {
            users
                .get_or_create(users::Column::Email.eq(email), user(email))
                .await
        }
    };
    provider
        .transaction(async |_| -> xtsqlorm::Result<()> {
            let (left, right) = tokio::join!(one("a@example.com"), one("b@example.com"));
            assert!(left?.1 && right?.1);
            Ok(())
        })
        .await?;
    assert_eq!(users.count().await?, 2);
    Ok(())
}
