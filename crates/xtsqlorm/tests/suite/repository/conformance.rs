//! One suite for every implementation of a repository: the database's, the one with a cache, the one
//! in memory, and the one of tables that are known at run time only.

mod subject;

use entity::{countries, users};
use serde_json::{Value as Json, json};
use xtsqlorm::{
    operations::{CacheOptions, CachedRepository},
    prelude::*,
    repository::InMemoryRepository,
};

use self::subject::{Subject, Typed};
use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(
    a_repository_keeps_the_contract,
    a_cached_repository_keeps_the_contract,
    operations_keep_the_contract,
    a_dynamic_repository_keeps_the_contract,
);

async fn a_repository_keeps_the_contract(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    contract(&Typed::new(Repository::<users::Entity>::new(&provider))).await?;
    string_keys(&Typed::new(Repository::<countries::Entity>::new(&provider))).await
}

/// With everything remembered that can be.
async fn a_cached_repository_keeps_the_contract(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    let users = Repository::<users::Entity>::new(&provider);
    let options = CacheOptions::new().remember_absent(true);
    contract(&Typed::new(CachedRepository::new(users, options))).await?;
    let countries = Repository::<countries::Entity>::new(&provider);
    let options = CacheOptions::new().remember_absent(true);
    string_keys(&Typed::new(CachedRepository::new(countries, options))).await
}

/// With nothing switched on, and with everything.
async fn operations_keep_the_contract(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    let plain = OrmOperations::<users::Entity>::new(&provider);
    contract(&Typed::new(plain.clone())).await?;
    plain.delete_where(users::Column::Id.gt(0)).await?;
    contract(&Typed::new(plain.with_cache(CacheOptions::new()))).await?;
    string_keys(&Typed::new(OrmOperations::<countries::Entity>::new(
        &provider,
    )))
    .await
}

async fn a_dynamic_repository_keeps_the_contract(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    contract(&DynamicRepository::reflect(&provider, "users").await?).await?;
    string_keys(&DynamicRepository::reflect(&provider, "countries").await?).await
}

/// The one in memory needs to be told what only the database knows.
#[tokio::test]
async fn the_repository_in_memory_keeps_the_contract() -> Result {
    let users = InMemoryRepository::<users::Entity>::new()
        .with_default(users::Column::IsActive, || true)
        .with_default(users::Column::Version, || 1)
        .with_default(users::Column::CreatedAt, chrono::Utc::now)
        .with_default(users::Column::UpdatedAt, chrono::Utc::now);
    contract(&Typed::new(users)).await?;
    string_keys(&Typed::new(InMemoryRepository::<countries::Entity>::new())).await
}

fn user(email: &str) -> Json {
    json!({ "email": email, "name": format!("User {email}") })
}

async fn contract(users: &dyn Subject) -> Result {
    assert_eq!(users.count().await?, 0);
    let ann = users.create(user("ann@example.com")).await?;
    let bob = users.create(user("bob@example.com")).await?;
    let (ann_id, bob_id) = (ann["id"].clone(), bob["id"].clone());
    let nobody = json!(-1);
    assert!(bob_id.as_i64() > ann_id.as_i64());
    assert_eq!(
        (&ann["is_active"], &ann["version"]),
        (&json!(true), &json!(1))
    );
    assert_eq!(ann["birthday"], Json::Null);
    assert_eq!(users.get_by_id(ann_id.clone()).await?, Some(ann.clone()));
    assert_eq!(users.require_by_id(bob_id.clone()).await?, bob);
    let missing = users.require_by_id(nobody.clone()).await.unwrap_err();
    assert!(missing.is_not_found());
    assert_eq!(missing.to_string(), "no row of users has the key -1");
    assert_eq!(
        users
            .get_many(vec![bob_id.clone(), nobody.clone(), ann_id.clone()])
            .await?,
        [bob.clone(), ann.clone()]
    );
    assert_eq!(
        users.get_all(Page::all()).await?,
        [ann.clone(), bob.clone()]
    );
    assert_eq!(
        users.get_all(Page::limit(1).offset(1)).await?,
        std::slice::from_ref(&bob)
    );
    assert!(users.get_all(Page::limit(0)).await?.is_empty());
    assert!(users.exists(ann_id.clone()).await? && !users.exists(nobody.clone()).await?);

    violations(users, &bob_id).await?;

    let rename = json!({ "name": "Ann" });
    let renamed = users.update(ann_id.clone(), rename.clone()).await?.unwrap();
    assert_eq!((&renamed["id"], &renamed["name"]), (&ann_id, &json!("Ann")));
    assert_eq!(renamed["email"], ann["email"]);
    assert_eq!(users.update(nobody, rename).await?, None);
    let other_key = json!({ "id": bob_id });
    let refused = users.update(ann_id.clone(), other_key).await.unwrap_err();
    assert!(matches!(refused, Error::InvalidInput { .. }), "{refused}");
    assert!(refused.to_string().starts_with("users.id: "), "{refused}");
    let same_key = json!({ "id": ann_id });
    assert_eq!(
        users.update(ann_id, same_key).await?.as_ref(),
        Some(&renamed)
    );

    assert_eq!(users.upsert(renamed.clone()).await?["name"], "Ann");
    let many = users
        .create_many(vec![user("d@example.com"), user("e@example.com")])
        .await?;
    assert_eq!(many[1]["email"], "e@example.com");
    assert!(users.delete(many[0]["id"].clone()).await?);
    assert!(!users.delete(many[0]["id"].clone()).await?);
    assert_eq!(users.count().await?, 3);
    Ok(())
}

/// The same kind from all, and nothing changed.
async fn violations(users: &dyn Subject, bob: &Json) -> Result {
    let taken = users.create(user("ann@example.com")).await.unwrap_err();
    assert!(taken.is_unique_violation(), "{taken}");
    let nameless = json!({ "email": "c@example.com" });
    let missing = users.create(nameless).await.unwrap_err();
    assert!(lacks(&missing, "users", "name"), "{missing}");
    let taken = users.update(bob.clone(), user("ann@example.com")).await;
    assert!(taken.unwrap_err().is_unique_violation());
    let taken = users
        .create_many(vec![user("c@example.com"), user("bob@example.com")])
        .await;
    assert!(taken.unwrap_err().is_unique_violation());
    assert_eq!(users.count().await?, 2);
    Ok(())
}

/// Whether a column without a value was refused: by the database, or before it was asked.
fn lacks(error: &Error, table: &str, column: &str) -> bool {
    match error {
        Error::InvalidInput { subject, .. } => *subject == format!("{table}.{column}"),
        other => {
            let named = |violation: &xtsqlorm::error::Violation| {
                violation.columns().contains(&column.to_owned())
            };
            other.is_not_null_violation() && other.violation().is_some_and(named)
        }
    }
}

async fn string_keys(countries: &dyn Subject) -> Result {
    let country = |code: &str| json!({ "code": code, "name": format!("Country {code}") });
    for code in ["BB", "AA"] {
        assert_eq!(countries.upsert(country(code)).await?["code"], code);
    }
    let all = countries.get_all(Page::all()).await?;
    assert_eq!(all, [country("AA"), country("BB")]);
    let taken = countries.create(country("AA")).await.unwrap_err();
    assert!(taken.is_unique_violation(), "{taken}");
    assert_eq!(countries.get_by_id(json!("BB")).await?, Some(country("BB")));
    Ok(())
}
