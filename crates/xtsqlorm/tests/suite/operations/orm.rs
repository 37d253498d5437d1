//! A repository and what is switched on beside it.

use entity::users;
use serde_json::json;
use xtsqlorm::{
    operations::{CacheOptions, RawSql, validation::ModelRules, validators::length},
    prelude::*,
    repository::{PageRequest, QueryRules},
};

use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(
    one_row_is_the_first_by_its_key,
    what_is_not_switched_on_does_nothing,
    the_cache_follows_what_the_operations_write,
    rows_that_break_a_rule_are_refused_before_any_sql,
    pages_are_of_what_meets_the_condition,
    conditions_from_clients_are_ors_of_ands,
    statements_of_ones_own_are_seen_by_the_cache,
);

async fn one_row_is_the_first_by_its_key(db: TestDatabase) -> Result {
    db.seeded().await?;
    let users = OrmOperations::<users::Entity>::new(&db.provider());
    let active = users::Column::IsActive.eq(true);
    let all = users.find().filter(active.clone()).all().await?;
    let first = all.iter().map(|row| row.id).min();
    let found = users.get_one(active).await?;
    assert_eq!(found.map(|row| row.id), first);
    assert_eq!(users.get_one(users::Column::Id.lt(0)).await?, None);
    Ok(())
}

async fn conditions_from_clients_are_ors_of_ands(db: TestDatabase) -> Result {
    db.seeded().await?;
    let users = OrmOperations::<users::Entity>::new(&db.provider());
    let all = users.find().all().await?;
    let either = json!([{ "id": { "in": [2, 3] }, "is_active": true }, { "id": 1 }]);
    let found = users.filter_by_conditions(&either).await?;
    let mut expected: Vec<i64> = all
        .iter()
        .filter(|row| row.id == 1 || (row.is_active && [2, 3].contains(&row.id)))
        .map(|row| row.id)
        .collect();
    expected.sort_unstable();
    assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), expected);
    assert!(
        users
            .filter_by_conditions(&json!([{ "pasword": 1 }]))
            .await
            .is_err()
    );

    let rules = QueryRules::new().filter_by(["is_active"]).sort_by(["id"]);
    let query = rules.parse("is_active=true&sort=-id&size=2&page=1")?;
    let page = users.advanced_query(query).await?;
    let mut active: Vec<i64> = all
        .iter()
        .filter(|row| row.is_active)
        .map(|row| row.id)
        .collect();
    active.sort_unstable();
    active.reverse();
    assert_eq!(
        page.iter().map(|row| row.id).collect::<Vec<_>>(),
        active[..2]
    );
    Ok(())
}

async fn what_is_not_switched_on_does_nothing(db: TestDatabase) -> Result {
    db.seeded().await?;
    let users = OrmOperations::<users::Entity>::new(&db.provider());
    let sent = db.manager().statements_sent();
    for _ in 0..3 {
        assert!(users.exists(1).await?);
    }
    users.clear_cache();
    assert_eq!(db.manager().statements_sent(), sent + 3);
    assert_eq!(users.cache_statistics(), Default::default());
    Ok(())
}

async fn the_cache_follows_what_the_operations_write(db: TestDatabase) -> Result {
    db.seeded().await?;
    let users = OrmOperations::<users::Entity>::new(&db.provider()).with_cache(CacheOptions::new());
    let name = |name: &str| users::ActiveModel {
        name: Set(name.into()),
        ..Default::default()
    };
    users.require_by_id(1).await?;
    users.require_by_id(1).await?;
    assert_eq!(users.cache_statistics().hits, 1);
    users.update(1, name("A")).await?;
    assert_eq!(users.require_by_id(1).await?.name, "A");
    users
        .update_where(users::Column::Id.lte(1), name("B"))
        .await?;
    assert_eq!(users.require_by_id(1).await?.name, "B");
    let session = db.provider().create_session().await?;
    users.in_session(&session).update(1, name("C")).await?;
    session.commit().await?;
    assert_eq!(users.require_by_id(1).await?.name, "C");
    users.clear_cache();
    assert_eq!(users.cache_statistics().entries, 0);
    Ok(())
}

/// On every path, and a model that is written as a whole is looked at as a whole.
async fn rows_that_break_a_rule_are_refused_before_any_sql(db: TestDatabase) -> Result {
    db.seeded().await?;
    let rules = ModelRules::<users::Entity>::new()
        .column(users::Column::Name, length(2..=20))
        .required(users::Column::Email);
    let users = OrmOperations::<users::Entity>::new(&db.provider()).with_validation(rules);
    let named = |name: &str| users::ActiveModel {
        email: Set("rule@example.com".into()),
        name: Set(name.into()),
        ..Default::default()
    };
    let mut model = users.require_by_id(1).await?;
    model.name = "x".into();
    let everybody = users::Column::Id.gt(0);
    let session = db.provider().create_session().await?;
    let inside = users.in_session(&session);
    let sent = db.manager().statements_sent();
    let refused = [
        users.create(named("x")).await.err(),
        users.create_many([named("fine"), named("x")]).await.err(),
        users.update(1, named("x")).await.err(),
        users.update(1, model.clone()).await.err(),
        users.update_where(everybody, named("x")).await.err(),
        users.upsert(model).await.err(),
        inside.create(named("x")).await.err(),
        CrudRepository::create(&users, named("x")).await.err(),
        users.repository().create(named("x")).await.err(),
    ];
    for (path, error) in refused.into_iter().enumerate() {
        assert!(
            matches!(error, Some(Error::Validation { .. })),
            "{path}: {error:?}"
        );
    }
    assert_eq!(db.manager().statements_sent(), sent);
    session.rollback().await?;
    let bulk = users.bulk_create([named("fine"), named("x")]).await;
    let refused = bulk.unwrap_err();
    let failures = refused.validation().unwrap().failures();
    assert_eq!(failures[0].row(), Some(1), "{refused}");
    assert_eq!(users.create(named("fine")).await?.name, "fine");
    Ok(())
}

async fn pages_are_of_what_meets_the_condition(db: TestDatabase) -> Result {
    db.seeded().await?;
    let users = OrmOperations::<users::Entity>::new(&db.provider());
    let active = users::Column::IsActive.eq(true);
    let all = users
        .find()
        .filter(active.clone())
        .order_by_desc(users::Column::Email);
    let all = all.all().await?;
    let order = [(users::Column::Email, Order::Desc)];
    let page = users
        .get_paginated(PageRequest::new(2, 3), active, order)
        .await?;
    assert_eq!(page.total, all.len() as u64);
    let second: Vec<users::Model> = all.into_iter().skip(3).take(3).collect();
    assert_eq!(page.items, second);
    Ok(())
}

async fn statements_of_ones_own_are_seen_by_the_cache(db: TestDatabase) -> Result {
    db.seeded().await?;
    let users = OrmOperations::<users::Entity>::new(&db.provider()).with_cache(CacheOptions::new());
    users.require_by_id(1).await?;
    let rename = RawSql::new("UPDATE users SET name = :name WHERE id = :id");
    let rename = rename.bind("name", "Raw").bind("id", 1_i64);
    assert_eq!(users.execute_raw(&rename).await?, 1);
    let read = users.require_by_id(1).await?;
    assert_eq!(read.name, "Raw");
    let by_name = RawSql::new("SELECT * FROM users WHERE name = :name").bind("name", "Raw");
    assert_eq!(users.from_statement(&by_name).await?, [read]);
    let stats = users.field_stats(users::Column::Id).await?;
    assert_eq!(stats.rows, users.count().await?);
    Ok(())
}
