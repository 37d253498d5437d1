//! Reads by key and of whole tables.

use entity::{countries, users};
use sea_orm::ColumnTrait;
use xtsqlorm::{Error, prelude::*};

use crate::support::{Result, TestDatabase, on_every_backend, on_mysql_and_mariadb};

on_every_backend!(
    a_row_is_read_by_its_key,
    a_required_row_that_is_absent_is_named,
    many_keys_give_rows_in_their_order,
    pages_are_ordered_by_key_and_limit_0_means_none,
    rows_are_counted,
    numbers_beyond_the_database_s_are_no_panic,
);
on_mysql_and_mariadb!(keys_that_the_server_calls_equal_find_their_row);

/// A row comes back by its key, and no row by a key that nothing has.
async fn a_row_is_read_by_its_key(db: TestDatabase) -> Result {
    db.seeded().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let first = users.get_all(Page::limit(1)).await?.remove(0);
    assert_eq!(users.get_by_id(first.id).await?, Some(first.clone()));
    assert_eq!(users.require_by_id(first.id).await?, first);
    assert!(users.exists(first.id).await?);
    assert_eq!(users.get_by_id(-1).await?, None);
    assert!(!users.exists(-1).await?);
    Ok(())
}

/// The error says which row of which table was expected.
async fn a_required_row_that_is_absent_is_named(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let error = users.require_by_id(4711).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.to_string(), "no row of users has the key 4711");
    let countries = Repository::<countries::Entity>::new(&db.provider());
    let error = countries.require_by_id("ZZ").await.unwrap_err();
    assert_eq!(error.to_string(), "no row of countries has the key \"ZZ\"");
    Ok(())
}

/// `get_many` keeps the order asked for, leaves out what is not there, and takes many keys.
async fn many_keys_give_rows_in_their_order(db: TestDatabase) -> Result {
    db.seeded().await?;
    let countries = Repository::<countries::Entity>::new(&db.provider());
    let found = countries.get_many(["JP", "ZZ", "CN", "JP"]).await?;
    let codes: Vec<_> = found.iter().map(|country| country.code.as_str()).collect();
    assert_eq!(codes, ["JP", "CN", "JP"]);
    assert!(countries.get_many(Vec::<String>::new()).await?.is_empty());

    let users = Repository::<users::Entity>::new(&db.provider());
    let everybody = users.get_all(Page::all()).await?;
    assert_eq!(users.get_many(1..=3000).await?, everybody);
    Ok(())
}

/// Pages put together are the table, in the order of the key.
async fn pages_are_ordered_by_key_and_limit_0_means_none(db: TestDatabase) -> Result {
    db.seeded().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let everybody = users.get_all(Page::all()).await?;
    assert!(everybody.len() > 10);
    assert!(everybody.is_sorted_by_key(|user| user.id));
    let mut pages = users.get_all(Page::limit(4)).await?;
    pages.extend(users.get_all(Page::limit(4).offset(4)).await?);
    pages.extend(users.get_all(Page::all().offset(8)).await?);
    assert_eq!(pages, everybody);
    assert!(users.get_all(Page::limit(0)).await?.is_empty());
    assert!(users.get_all(Page::limit(5).offset(1000)).await?.is_empty());
    Ok(())
}

/// An empty table has no rows; a filled one as many as were created.
async fn rows_are_counted(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    assert_eq!(users.count().await?, 0);
    db.seeded().await?;
    assert_eq!(
        users.count().await?,
        users.get_all(Page::all()).await?.len() as u64
    );
    Ok(())
}

/// The collation does not tell upper from lower case, and neither does `get_many` then.
async fn keys_that_the_server_calls_equal_find_their_row(db: TestDatabase) -> Result {
    db.seeded().await?;
    let countries = Repository::<countries::Entity>::new(&db.provider());
    let found = countries.get_many(["jp", "CN", "zz"]).await?;
    let codes: Vec<_> = found.iter().map(|country| country.code.as_str()).collect();
    assert_eq!(codes, ["JP", "CN"]);
    // Beside the same key as it is spelled.
    let found = countries.get_many(["CN", "cn", "zz", "jp"]).await?;
    let codes: Vec<_> = found.iter().map(|country| country.code.as_str()).collect();
    assert_eq!(codes, ["CN", "CN", "JP"]);
    Ok(())
}

/// They come from URLs.
async fn numbers_beyond_the_database_s_are_no_panic(db: TestDatabase) -> Result {
    db.seeded().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let all = users.get_all(Page::limit(u64::MAX)).await?;
    assert_eq!(all, users.get_all(Page::all()).await?);
    let far = Page::limit(20).offset(u64::MAX);
    assert!(users.get_all(far).await?.is_empty());
    let found = users
        .find()
        .filter(users::Column::Id.eq(u64::MAX))
        .all()
        .await;
    match found {
        Ok(found) => assert!(db.kind().speaks_mysql() && found.is_empty()),
        Err(error) => assert!(matches!(error, Error::InvalidInput { .. }), "{error:?}"),
    }
    Ok(())
}
