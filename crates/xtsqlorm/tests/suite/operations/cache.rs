//! Rows that are remembered: what is read from memory, what is forgotten when, and what is never
//! remembered.

mod changes;
mod flights;
mod limits;
mod outcomes;
mod race;
mod sessions;

use entity::users;
use xtsqlorm::{
    operations::{CacheOptions, CachedRepository},
    prelude::*,
};

use crate::support::{Result, TestDatabase, on_every_backend};

type Users = CachedRepository<users::Entity>;

on_every_backend!(
    a_row_is_read_once,
    only_missing_rows_are_read,
    absence_is_remembered_where_asked,
    everything_can_be_forgotten,
);

/// A cache in front of the sample's users.
async fn cached(db: &TestDatabase, options: CacheOptions<users::Entity>) -> Result<Users> {
    db.seeded().await?;
    Ok(CachedRepository::new(
        Repository::new(&db.provider()),
        options,
    ))
}

fn name(name: &str) -> users::ActiveModel {
    users::ActiveModel {
        name: Set(name.into()),
        ..Default::default()
    }
}

fn new_user(email: &str) -> users::ActiveModel {
    users::ActiveModel {
        email: Set(email.into()),
        ..name("New")
    }
}

/// Whichever method reads it, and a clone shares what is known.
async fn a_row_is_read_once(db: TestDatabase) -> Result {
    let users = cached(&db, CacheOptions::new()).await?;
    let plain = users.repository().require_by_id(1).await?;
    let sent = db.manager().statements_sent();
    assert_eq!(users.get_by_id(1).await?.as_ref(), Some(&plain));
    assert_eq!(users.clone().require_by_id(1).await?, plain);
    assert!(users.exists(1).await?);
    assert_eq!(users.get_many([1, 1]).await?, [plain.clone(), plain]);
    assert_eq!(db.manager().statements_sent(), sent + 1);
    let statistics = users.cache_statistics();
    assert_eq!((statistics.hits, statistics.misses), (3, 1));
    assert_eq!((statistics.loads, statistics.entries), (1, 1));
    Ok(())
}

async fn only_missing_rows_are_read(db: TestDatabase) -> Result {
    let users = cached(&db, CacheOptions::new()).await?;
    users.get_many([1, 2]).await?;
    users.update(2, name("Changed")).await?;
    let sent = db.manager().statements_sent();
    let ids = [3, 1, -1, 2, 3];
    let rows = users.get_many(ids).await?;
    assert_eq!(db.manager().statements_sent(), sent + 1);
    assert_eq!(rows, users.repository().get_many(ids).await?);
    let found: Vec<i64> = rows.iter().map(|row| row.id).collect();
    assert_eq!(found, [3, 1, 2, 3]);
    let sent = db.manager().statements_sent();
    assert_eq!(users.get_many([1, 2, 3]).await?.len(), 3);
    assert_eq!(db.manager().statements_sent(), sent);
    Ok(())
}

/// Until a row appears, whose key nobody named before.
async fn absence_is_remembered_where_asked(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    for remembers in [false, true] {
        let options = CacheOptions::new().remember_absent(remembers);
        let users = CachedRepository::<users::Entity>::new(Repository::new(&provider), options);
        let last = users.create(new_user(&format!("{remembers}@a"))).await?.id;
        let next = last + 1;
        assert_eq!(users.get_by_id(next).await?, None);
        let sent = db.manager().statements_sent();
        assert!(!users.exists(next).await?);
        assert!(users.require_by_id(next).await.unwrap_err().is_not_found());
        let asked = db.manager().statements_sent() - sent;
        assert_eq!(asked, if remembers { 0 } else { 2 });

        let created = users.create(new_user(&format!("{remembers}@b"))).await?;
        assert_eq!(users.get_by_id(next).await?.map(|row| row.id), {
            (created.id == next).then_some(next)
        });
        assert!(users.exists(created.id).await?);
        assert!(users.delete(created.id).await?);
        assert!(!users.exists(created.id).await?);
    }
    Ok(())
}

async fn everything_can_be_forgotten(db: TestDatabase) -> Result {
    let users = cached(&db, CacheOptions::new()).await?;
    users.get_many([1, 2, 3]).await?;
    assert_eq!(users.cache_statistics().entries, 3);
    // By somebody of whom the pool knows nothing.
    db.execute(&["UPDATE users SET name = 'Elsewhere' WHERE id = 1"])
        .await?;
    assert_ne!(users.require_by_id(1).await?.name, "Elsewhere");
    users.clear_cache();
    assert_eq!(users.cache_statistics().entries, 0);
    assert_eq!(users.require_by_id(1).await?.name, "Elsewhere");
    Ok(())
}
