//! One suite for every implementation of `CrudRepository`: the database's and the one in memory.

use entity::{countries, users};
use sea_orm::ActiveModelTrait as _;
use xtsqlorm::{prelude::*, repository::InMemoryRepository};

use super::writes::user;
use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(a_repository_keeps_the_contract);

type Users = dyn CrudRepository<users::Entity>;

async fn a_repository_keeps_the_contract(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    contract(&Repository::<users::Entity>::new(&provider)).await?;
    string_keys(&Repository::<countries::Entity>::new(&provider)).await
}

/// The one in memory needs to be told what only the database knows.
#[tokio::test]
async fn the_repository_in_memory_keeps_the_contract() -> Result {
    let users = InMemoryRepository::<users::Entity>::new()
        .with_default(users::Column::IsActive, || true)
        .with_default(users::Column::Version, || 1)
        .with_default(users::Column::CreatedAt, chrono::Utc::now)
        .with_default(users::Column::UpdatedAt, chrono::Utc::now);
    contract(&users).await?;
    string_keys(&InMemoryRepository::<countries::Entity>::new()).await
}

async fn contract(users: &Users) -> Result {
    assert_eq!(users.count().await?, 0);
    let ann = users.create(user("ann@example.com")).await?;
    let bob = users.create(user("bob@example.com")).await?;
    assert!(bob.id > ann.id && ann.is_active && ann.version == 1 && ann.birthday.is_none());
    assert_eq!(users.get_by_id(ann.id).await?, Some(ann.clone()));
    assert_eq!(users.require_by_id(bob.id).await?, bob);
    assert!(users.require_by_id(-1).await.unwrap_err().is_not_found());
    assert_eq!(
        users.get_many(vec![bob.id, -1, ann.id]).await?,
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
    assert!(users.exists(ann.id).await? && !users.exists(-1).await?);

    // Violations: the same kind, and nothing changed.
    let taken = users.create(user("ann@example.com")).await.unwrap_err();
    assert!(taken.is_unique_violation(), "{taken}");
    let nameless = users::ActiveModel {
        email: Set("c@example.com".into()),
        ..Default::default()
    };
    let missing = users.create(nameless).await.unwrap_err();
    assert!(missing.is_not_null_violation(), "{missing}");
    assert!(
        missing
            .violation()
            .unwrap()
            .columns()
            .contains(&"name".to_owned())
    );
    let taken = users
        .update(bob.id, user("ann@example.com"))
        .await
        .unwrap_err();
    assert!(taken.is_unique_violation(), "{taken}");
    let taken = users
        .create_many(vec![user("c@example.com"), user("bob@example.com")])
        .await;
    assert!(taken.unwrap_err().is_unique_violation());
    assert_eq!(users.count().await?, 2);

    let rename = users::ActiveModel {
        name: Set("Ann".into()),
        ..Default::default()
    };
    let renamed = users.update(ann.id, rename.clone()).await?.unwrap();
    assert_eq!((renamed.id, renamed.name.as_str()), (ann.id, "Ann"));
    assert_eq!(renamed.email, ann.email);
    assert_eq!(users.update(-1, rename).await?, None);
    let other_key = users::ActiveModel {
        id: Set(bob.id),
        ..Default::default()
    };
    let refused = users.update(ann.id, other_key).await.unwrap_err();
    assert!(matches!(refused, Error::InvalidInput { .. }), "{refused}");

    let again = users
        .upsert(renamed.clone().into_active_model().reset_all())
        .await?;
    assert_eq!(again.name, "Ann");
    let many = users
        .create_many(vec![user("d@example.com"), user("e@example.com")])
        .await?;
    assert_eq!(many[1].email, "e@example.com");
    assert!(users.delete(many[0].id).await?);
    assert!(!users.delete(many[0].id).await?);
    assert_eq!(users.count().await?, 3);
    Ok(())
}

async fn string_keys(countries: &dyn CrudRepository<countries::Entity>) -> Result {
    let country = |code: &str| countries::ActiveModel {
        code: Set(code.into()),
        name: Set(format!("Country {code}")),
    };
    for code in ["BB", "AA"] {
        assert_eq!(countries.upsert(country(code)).await?.code, code);
    }
    let all = countries.get_all(Page::all()).await?;
    assert_eq!(
        all.iter().map(|row| row.code.as_str()).collect::<Vec<_>>(),
        ["AA", "BB"]
    );
    let taken = countries.create(country("AA")).await.unwrap_err();
    assert!(taken.is_unique_violation(), "{taken}");
    Ok(())
}
