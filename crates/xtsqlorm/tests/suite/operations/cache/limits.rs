//! How much is remembered, and for how long.

use std::time::Duration;

use entity::users;
use xtsqlorm::{operations::CacheOptions, prelude::*};

use super::{Users, cached, new_user};
use crate::support::{Result, TestDatabase, on_every_backend, on_sqlite};

on_every_backend!(a_row_is_forgotten_after_its_time);
on_sqlite!(
    neither_the_number_nor_the_size_exceeds_its_bound,
    a_row_that_nobody_wants_is_forgotten
);

const TIME: Duration = Duration::from_millis(400);

/// Which bounds how old a row can be that somebody else changed.
async fn a_row_is_forgotten_after_its_time(db: TestDatabase) -> Result {
    for limited in [true, false] {
        let options = CacheOptions::new().without_time_to_live();
        let options = if limited {
            options.time_to_live(TIME)
        } else {
            options
        };
        let users = match limited {
            true => cached(&db, options).await?,
            false => Users::new(Repository::new(&db.provider()), options),
        };
        let before = users.require_by_id(1).await?;
        db.execute(&[&format!("UPDATE users SET name = '{limited}' WHERE id = 1")])
            .await?;
        let at_once = users.require_by_id(1).await?;
        tokio::time::sleep(TIME * 2).await;
        let later = users.require_by_id(1).await?;
        if limited {
            assert_eq!(later.name, "true");
            assert_eq!(users.cache_statistics().evictions, 1);
        } else {
            assert_eq!((at_once, later), (before.clone(), before));
        }
    }
    Ok(())
}

async fn a_row_that_nobody_wants_is_forgotten(db: TestDatabase) -> Result {
    let options = CacheOptions::new().time_to_idle(TIME);
    let users = cached(&db, options).await?;
    users.get_many([1, 2]).await?;
    for _ in 0..8 {
        tokio::time::sleep(TIME / 4).await;
        users.require_by_id(1).await?;
    }
    let loads = users.cache_statistics().loads;
    assert_eq!(loads, 1, "it is wanted");
    users.require_by_id(2).await?;
    assert_eq!(users.cache_statistics().loads, 2);
    Ok(())
}

async fn neither_the_number_nor_the_size_exceeds_its_bound(db: TestDatabase) -> Result {
    let few = cached(&db, CacheOptions::new().max_entries(10)).await?;
    let rows = (0..200).map(|number| new_user(&format!("{number}@example.com")));
    let created = few.create_many(rows).await?;
    let ids: Vec<i64> = created.iter().map(|row| row.id).collect();
    for id in &ids {
        few.require_by_id(*id).await?;
    }
    let statistics = few.cache_statistics();
    assert!((1..=10).contains(&statistics.entries), "{statistics:?}");
    assert_eq!(statistics.evictions, 200 - statistics.entries);

    let size = serde_json::to_vec(&created[0])?.len() as u64;
    let options = CacheOptions::new().max_serialized_size(size * 20);
    let light = Users::new(Repository::new(&db.provider()), options);
    light.get_many(ids.clone()).await?;
    let statistics = light.cache_statistics();
    assert!((10..=20).contains(&statistics.entries), "{statistics:?}");
    assert!(statistics.weight <= size * 20, "{statistics:?}");

    let none = CacheOptions::<users::Entity>::new().max_weight(10, |_| 11);
    let none = Users::new(Repository::new(&db.provider()), none);
    none.get_many(ids).await?;
    assert_eq!(none.cache_statistics().entries, 0);
    Ok(())
}
