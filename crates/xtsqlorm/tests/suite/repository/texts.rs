//! Texts of statements are built once: what they are kept by tells all apart that differ.

use entity::users;
use sea_orm::sea_query::Value;
use xtsqlorm::prelude::*;

use super::writes::user;
use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(
    what_one_repository_sees_is_not_what_another_sees,
    entities_of_one_table_read_their_own_columns,
    rows_of_one_form_differ_in_all_their_values,
    rows_of_other_forms_keep_their_defaults,
    changes_of_one_form_differ_by_what_is_kept_to,
);

/// In both orders, since the first one of a form is built.
async fn what_one_repository_sees_is_not_what_another_sees(db: TestDatabase) -> Result {
    db.migrated().await?;
    let plain = Repository::<users::Entity>::new(&db.provider());
    let soft = plain.clone().soft_delete(users::Column::DeletedAt);
    let ids = [
        plain.create(user("a@example.com")).await?.id,
        plain.create(user("b@example.com")).await?.id,
    ];
    for id in ids {
        assert!(soft.delete(id).await?);
    }
    for id in ids {
        assert!(plain.get_by_id(id).await?.is_some());
        assert!(soft.get_by_id(id).await?.is_none());
        assert!(soft.with_deleted().get_by_id(id).await?.is_some());
        assert!(soft.only_deleted().get_by_id(id).await?.is_some());
        assert!(!soft.exists(id).await?);
        assert!(soft.with_deleted().exists(id).await?);
        assert!(plain.exists(id).await?);
    }
    assert!(!soft.delete(ids[0]).await?);
    assert!(plain.delete(ids[0]).await?);
    assert!(!plain.exists(ids[0]).await?);
    assert!(plain.exists(ids[1]).await?);
    Ok(())
}

/// Fewer columns of the table `users`.
mod named {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) email: String,
        pub(crate) name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

async fn entities_of_one_table_read_their_own_columns(db: TestDatabase) -> Result {
    db.migrated().await?;
    let whole = Repository::<users::Entity>::new(&db.provider());
    let named = Repository::<named::Entity>::new(&db.provider());
    for email in ["a@example.com", "b@example.com"] {
        let made = named
            .create(named::ActiveModel {
                email: Set(email.into()),
                name: Set("Ann".into()),
                ..Default::default()
            })
            .await?;
        let read = whole.require_by_id(made.id).await?;
        assert_eq!((&read.email, read.version), (&made.email, 1));
        assert_eq!(named.get_by_id(made.id).await?, Some(made));
    }
    Ok(())
}

/// NULLs, empty texts, and signs that mean something in SQL, each beside what the first row had.
async fn rows_of_one_form_differ_in_all_their_values(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let before = db.manager().statements_sent();
    let mut sent = Vec::new();
    for (number, name) in ["first", "", "?", "$1", "'; --", "名前", "last"]
        .into_iter()
        .enumerate()
    {
        let row = users::ActiveModel {
            birthday: Set((number % 2 == 0).then(|| "2000-02-29".parse().unwrap())),
            preferences: Set((number % 3 == 0).then(|| serde_json::json!({ "n": name }))),
            name: Set(name.into()),
            ..user(&format!("{number}@example.com"))
        };
        let made = users.create(row.clone()).await?;
        for column in [
            users::Column::Birthday,
            users::Column::Preferences,
            users::Column::Name,
        ] {
            let given: Option<Value> = sea_orm::ActiveModelTrait::get(&row, column).into_value();
            assert_eq!(Some(sea_orm::ModelTrait::get(&made, column)), given);
        }
        assert_eq!(users.get_by_id(made.id).await?, Some(made));
        sent.push(db.manager().statements_sent() - before);
    }
    let each = sent[0];
    assert_eq!(sent.last().copied(), Some(each * sent.len() as u64));
    Ok(())
}

async fn rows_of_other_forms_keep_their_defaults(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    for (number, version) in [None, Some(7), None, Some(9)].into_iter().enumerate() {
        let row = users::ActiveModel {
            version: version.map_or(sea_orm::NotSet, Set),
            ..user(&format!("{number}@example.com"))
        };
        assert_eq!(users.create(row).await?.version, version.unwrap_or(1));
    }
    Ok(())
}

/// Beside a plain repository one with conventions, and changes that expect a version.
async fn changes_of_one_form_differ_by_what_is_kept_to(db: TestDatabase) -> Result {
    db.migrated().await?;
    let plain = Repository::<users::Entity>::new(&db.provider());
    let kept = plain
        .clone()
        .timestamps(users::Column::CreatedAt, users::Column::UpdatedAt)
        .soft_delete(users::Column::DeletedAt)
        .versioned(users::Column::Version);
    let id = plain.create(user("a@example.com")).await?.id;
    let named = |name: &str| users::ActiveModel {
        name: Set(name.into()),
        ..Default::default()
    };
    let expecting = |name: &str, version| users::ActiveModel {
        version: sea_orm::Unchanged(version),
        ..named(name)
    };
    for round in 0..2 {
        let before = plain.require_by_id(id).await?;
        let row = plain.update(id, named("plain")).await?.unwrap();
        assert_eq!(
            (row.version, row.updated_at),
            (before.version, before.updated_at)
        );
        let row = kept.update(id, named("kept")).await?.unwrap();
        assert_eq!(
            (row.name.as_str(), row.version),
            ("kept", before.version + 1)
        );
        assert!(row.updated_at > before.updated_at);
        let stale = kept.update(id, expecting("stale", before.version)).await;
        assert!(stale.unwrap_err().is_stale_version(), "{round}");
        let row = kept
            .update(id, expecting("fresh", row.version))
            .await?
            .unwrap();
        assert_eq!(
            (row.name.as_str(), row.version),
            ("fresh", before.version + 2)
        );
        assert!(kept.delete(id).await?);
        assert_eq!(kept.update(id, named("gone")).await?, None);
        assert_eq!(plain.update(id, named("seen")).await?.unwrap().name, "seen");
        let row = kept.restore(id).await?.unwrap();
        assert_eq!((row.name.as_str(), row.deleted_at), ("seen", None));
    }
    assert_eq!(plain.update(-1, named("nobody")).await?, None);
    Ok(())
}
