//! Keys that are no integers: strings, UUIDs, several columns.

use entity::{audit_log, tags, users, users_tags};
use sea_orm::{ActiveModelTrait as _, prelude::Uuid};
use xtsqlorm::prelude::*;

use super::writes::user;
use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(composite_keys_name_one_row, uuid_keys_are_found_again);

/// All columns of the key count: no write touches a row that shares only one of them.
async fn composite_keys_name_one_row(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    let users = Repository::<users::Entity>::new(&provider);
    let tags = Repository::<tags::Entity>::new(&provider);
    let links = Repository::<users_tags::Entity>::new(&provider);
    let buyer = users.create(user("a@example.com")).await?.id;
    let mut keys = Vec::new();
    for name in ["red", "green", "blue"] {
        let tag = tags::ActiveModel {
            name: Set(name.into()),
            ..Default::default()
        };
        let key = (buyer, tags.create(tag).await?.id);
        let link = links
            .create(users_tags::ActiveModel {
                user_id: Set(key.0),
                tag_id: Set(key.1),
            })
            .await?;
        assert_eq!((link.user_id, link.tag_id), key);
        keys.push(key);
    }
    assert!(links.exists(keys[1]).await?);
    assert!(links.delete(keys[1]).await?);
    assert_eq!(links.get_by_id(keys[1]).await?, None);
    assert_eq!(links.count().await?, 2);
    let found = links.get_many([keys[2], keys[1], keys[0]]).await?;
    let found: Vec<_> = found
        .iter()
        .map(|link| (link.user_id, link.tag_id))
        .collect();
    assert_eq!(found, [keys[2], keys[0]]);
    let error = links.require_by_id((buyer, -1)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("no row of users_tags has the key ({buyer}, -1)")
    );
    Ok(())
}

/// A key that the writer makes comes back as it was, although MySQL knows no last insert id then.
async fn uuid_keys_are_found_again(db: TestDatabase) -> Result {
    db.migrated().await?;
    let log = Repository::<audit_log::Entity>::new(&db.provider());
    let entry = |id| audit_log::ActiveModel {
        id: Set(id),
        action: Set("test".into()),
        subject_table: Set("users".into()),
        subject_key: Set("1".into()),
        detail: Set(serde_json::json!({ "a": [1, null] })),
        ..Default::default()
    };
    let ids = [Uuid::now_v7(), Uuid::from_u128(0), Uuid::max()];
    for id in ids {
        let row = log.create(entry(id)).await?;
        assert_eq!(row.id, id);
        assert_eq!(log.get_by_id(id).await?, Some(row));
    }
    assert!(
        log.create(entry(ids[0]))
            .await
            .unwrap_err()
            .is_unique_violation()
    );
    let found = log.get_many(ids).await?;
    assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), ids);
    assert!(log.delete(ids[2]).await?);

    let mut keyless = entry(ids[0]);
    keyless.not_set(audit_log::Column::Id);
    let refused = log.create(keyless).await.unwrap_err();
    assert!(
        matches!(refused, Error::InvalidInput { .. }) || refused.is_not_null_violation(),
        "{refused}"
    );
    assert_eq!(log.count().await?, 2);
    Ok(())
}
