//! Whoever changes a row, by whichever way through the pool, is seen by the next read.

use entity::{countries, users};
use sea_orm::{ActiveModelTrait, ConnectionTrait, Statement};
use xtsqlorm::{operations::CacheOptions, prelude::*, tables};

use super::{Users, cached, name};
use crate::support::{Kind, Result, TestDatabase, on_every_backend};

on_every_backend!(
    writes_of_the_cached_repository_are_seen,
    writes_of_others_are_seen,
    writes_in_transactions_are_seen,
    a_write_by_key_forgets_its_row_only,
    rows_change_with_those_that_they_refer_to,
    rows_go_with_those_of_their_own_table,
    scripts_that_begin_with_a_query_are_seen,
    a_table_that_is_dropped_is_forgotten,
    keys_that_the_database_calls_the_same_are_one,
);

/// Remembers the row, lets `change` change it, and compares with the database.
macro_rules! seen {
    ($users:expr, $change:expr) => {{
        let users: &Users = $users;
        let before = users.get_by_id(1).await?;
        assert_eq!(users.get_by_id(1).await?, before);
        $change;
        let after = users.get_by_id(1).await?;
        assert_eq!(after, users.repository().get_by_id(1).await?);
        assert_ne!(after, before, "{}", stringify!($change));
    }};
}

async fn writes_of_the_cached_repository_are_seen(db: TestDatabase) -> Result {
    let users = cached(&db, CacheOptions::new().remember_absent(true)).await?;
    let first = users.require_by_id(1).await?;
    let one = users::Column::Id.eq(1_i64);
    let json = serde_json::json!({ "name": "B" });
    seen!(&users, users.update(1, name("A")).await?);
    seen!(&users, users.update_json(1, json).await?);
    seen!(&users, users.update_where(one.clone(), name("C")).await?);
    let renamed = users::Model {
        name: "D".into(),
        ..first.clone()
    };
    seen!(&users, users.upsert(renamed).await?);
    db.provider()
        .execute_unprepared("DELETE FROM orders")
        .await?;
    seen!(&users, users.delete(1).await?);
    seen!(&users, users.upsert(first.clone()).await?);
    seen!(&users, users.delete_where(one).await?);
    seen!(&users, users.create(first.clone()).await?);
    users.delete(1).await?;
    seen!(&users, users.create_many([first]).await?);
    Ok(())
}

/// Another repository, a dynamic one, SeaORM, and SQL; by key and otherwise.
async fn writes_of_others_are_seen(db: TestDatabase) -> Result {
    let users = cached(&db, CacheOptions::new()).await?;
    let provider = db.provider();
    let other = Repository::<users::Entity>::new(&provider);
    let dynamic = DynamicRepository::reflect(&provider, "users").await?;
    let row = |name: &str| serde_json::json!({ "name": name });
    let active = |to: &str| users::ActiveModel {
        id: Set(1),
        ..name(to)
    };
    seen!(&users, other.update(1, name("A")).await?);
    seen!(
        &users,
        other
            .update_where(users::Column::Id.lt(9), name("B"))
            .await?
    );
    seen!(&users, dynamic.update_json(1_i64, row("C")).await?);
    seen!(&users, active("D").update(&provider).await?);
    seen!(&users, active("E").update(&db.manager()).await?);
    let sql = "UPDATE users SET name = 'F'";
    seen!(&users, provider.execute_unprepared(sql).await?);
    let statement = Statement::from_string(
        ConnectionTrait::get_database_backend(&provider),
        "update users set name = 'G'",
    );
    seen!(&users, provider.execute_raw(statement).await?);
    Ok(())
}

/// At once after the commit, in whichever form the transaction was written.
async fn writes_in_transactions_are_seen(db: TestDatabase) -> Result {
    let users = cached(&db, CacheOptions::new()).await?;
    let provider = db.provider();
    let change = async |to: &str| users.update(1, name(to)).await;
    seen!(
        &users,
        provider.transaction(async |_| change("A").await).await?
    );
    let options = TransactionOptions::new();
    seen!(
        &users,
        provider
            .transaction_with(options, async |_| change("B").await)
            .await?
    );
    let session = provider.create_session().await?;
    seen!(&users, {
        users.in_session(&session).update(1, name("C")).await?;
        session.commit().await?;
    });
    let unit = UnitOfWork::begin(&provider).await?;
    seen!(&users, {
        unit.repository::<users::Entity>()
            .update(1, name("D"))
            .await?;
        unit.commit().await?;
    });
    let session = provider.create_session().await?;
    seen!(&users, {
        let savepoint = session.savepoint().await?;
        savepoint
            .execute_unprepared("UPDATE users SET name = 'E'")
            .await?;
        savepoint.commit().await?;
        session.commit().await?;
    });
    Ok(())
}

/// Else a table that is written often would never be remembered.
async fn a_write_by_key_forgets_its_row_only(db: TestDatabase) -> Result {
    let users = cached(&db, CacheOptions::new()).await?;
    let plain = users.repository().clone();
    users.get_many([1, 2, 3]).await?;
    plain.update(1, name("A")).await?;
    users.update(1, name("B")).await?;
    plain.create(super::new_user("new@example.com")).await?;
    db.provider()
        .transaction(async |_| plain.update(1, name("C")).await)
        .await?;
    let sent = db.manager().statements_sent();
    assert_eq!(users.get_many([2, 3]).await?.len(), 2);
    assert_eq!(db.manager().statements_sent(), sent);
    assert_eq!(users.require_by_id(1).await?.name, "C");
    let everybody = users::Column::Id.gt(0);
    plain.update_where(everybody, name("D")).await?;
    assert_eq!(users.require_by_id(2).await?.name, "D");
    Ok(())
}

/// `users.country_code` becomes NULL when the country goes.
async fn rows_change_with_those_that_they_refer_to(db: TestDatabase) -> Result {
    let users = cached(&db, CacheOptions::new()).await?;
    let countries = Repository::<countries::Entity>::new(&db.provider());
    let country = countries::ActiveModel {
        code: Set("XX".into()),
        name: Set("Nowhere".into()),
    };
    countries.create(country).await?;
    let there = users::ActiveModel {
        country_code: Set(Some("XX".into())),
        ..Default::default()
    };
    users.update(1, there).await?;
    seen!(&users, countries.delete("XX").await?);
    Ok(())
}

mod branches {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "branches")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: i64,
        pub(super) parent_id: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {
        #[sea_orm(
            belongs_to = "Entity",
            from = "Column::ParentId",
            to = "Column::Id",
            on_delete = "Cascade"
        )]
        Parent,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

async fn rows_go_with_those_of_their_own_table(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE branches (id BIGINT PRIMARY KEY, parent_id BIGINT, \
         FOREIGN KEY (parent_id) REFERENCES branches (id) ON DELETE CASCADE)",
    ])
    .await?;
    let plain = Repository::<branches::Entity>::new(&db.provider());
    let row = |id, parent_id| branches::Model { id, parent_id };
    plain.bulk_create([row(1, None), row(2, Some(1))]).await?;
    let branches = xtsqlorm::operations::CachedRepository::new(plain, CacheOptions::new());
    assert!(branches.exists(2).await?);
    branches.get_by_id(2).await?.unwrap();
    branches.delete(1).await?;
    assert!(!branches.exists(2).await?);
    assert_eq!(branches.get_by_id(2).await?, None);
    Ok(())
}

async fn scripts_that_begin_with_a_query_are_seen(db: TestDatabase) -> Result {
    let users = cached(&db, CacheOptions::new()).await?;
    let provider = db.provider();
    let run = async |sql: &str| provider.execute_unprepared(sql).await;
    seen!(
        &users,
        run("SELECT 1; UPDATE users SET name = 'script' WHERE id = 1").await?
    );
    if db.kind() == Kind::Postgres {
        seen!(
            &users,
            run("EXPLAIN ANALYZE UPDATE users SET name = 'explained' WHERE id = 1").await?
        );
    }
    Ok(())
}

/// What is remembered of it is not a row of the next table with that name.
async fn a_table_that_is_dropped_is_forgotten(db: TestDatabase) -> Result {
    db.seeded().await?;
    db.execute(&["DELETE FROM users_tags"]).await?;
    let tags = xtsqlorm::operations::CachedRepository::<entity::users_tags::Entity>::new(
        Repository::new(&db.provider()),
        CacheOptions::new().remember_absent(true),
    );
    let key = (1, 1);
    let row = entity::users_tags::ActiveModel {
        user_id: Set(1),
        tag_id: Set(1),
    };
    tags.create(row).await?;
    assert!(tags.exists(key).await?);
    tables::drop_table("users_tags", &db.manager()).await?;
    tags.exists(key).await.unwrap_err();
    Ok(())
}

/// MySQL finds "XA" by "xa". The row is changed under one name and read under the other.
async fn keys_that_the_database_calls_the_same_are_one(db: TestDatabase) -> Result {
    db.migrated().await?;
    let countries = xtsqlorm::operations::CachedRepository::<countries::Entity>::new(
        Repository::new(&db.provider()),
        CacheOptions::new().remember_absent(true),
    );
    let country = |name: &str| countries::ActiveModel {
        code: Set("XA".into()),
        name: Set(name.into()),
    };
    countries.create(country("A")).await?;
    for round in 0..2 {
        for code in ["XA", "xa", "XÀ"] {
            let plain = countries.repository().get_by_id(code).await?;
            assert_eq!(countries.get_by_id(code).await?, plain);
            let codes = [code, "XA", "xa"];
            let plain = countries.repository().get_many(codes).await?;
            assert_eq!(countries.get_many(codes).await?, plain);
        }
        for code in ["XA", "xa", "XÀ"] {
            countries.get_many(["XA", "xa"]).await?;
            let change = countries::ActiveModel {
                name: Set(format!("{code} {round}")),
                ..Default::default()
            };
            countries.update(code, change).await?;
            for code in ["XA", "xa"] {
                let plain = countries.repository().get_by_id(code).await?;
                assert_eq!(countries.get_by_id(code).await?, plain);
            }
        }
    }
    Ok(())
}
