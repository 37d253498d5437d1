//! Rows as JSON on their way in.

use entity::{orders, sea_orm_active_enums::OrdersStatus, users};
use serde_json::json;
use xtsqlorm::prelude::*;

use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(
    json_creates_and_updates,
    a_field_that_is_left_out_keeps_the_default,
    null_is_null_and_absent_is_unchanged,
    bad_json_is_refused_before_any_sql,
    a_refused_value_is_not_in_the_message,
    fields_that_serde_skips_are_refused_or_left_alone,
);

/// A table as services have them: a secret that is not shown, a field that is not taken, and a role
/// in a text column.
mod accounts {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "accounts")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: i32,
        pub(super) login: String,
        #[serde(skip_serializing)]
        pub(super) password_hash: String,
        #[serde(skip)]
        pub(super) note: Option<String>,
        pub(super) role: Role,
    }

    #[derive(
        Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
    )]
    #[sea_orm(rs_type = "String", db_type = "String(StringLen::N(10))")]
    #[serde(rename_all = "lowercase")]
    pub(super) enum Role {
        #[sea_orm(string_value = "admin")]
        Admin,
        #[sea_orm(string_value = "guest")]
        Guest,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What goes in as JSON comes out as a model.
async fn json_creates_and_updates(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let fields = json!({
        "email": "a@example.com",
        "name": "美咲 \"A\" O'Neil",
        "birthday": "1999-12-31",
        "preferences": { "theme": "dark", "n": [1, 2.5, null] },
    });
    let row = users.create_json(fields.clone()).await?;
    assert_eq!(row.name, "美咲 \"A\" O'Neil");
    let stored = serde_json::to_value(users.require_by_id(row.id).await?)?;
    for (field, value) in fields.as_object().unwrap() {
        assert_eq!(&stored[field], value, "{field}");
    }
    let renamed = users
        .update_json(row.id, json!({ "name": "B" }))
        .await?
        .unwrap();
    assert_eq!(
        (renamed.name.as_str(), renamed.email.as_str()),
        ("B", "a@example.com")
    );
    assert_eq!(users.update_json(-1, json!({ "name": "B" })).await?, None);
    Ok(())
}

/// An enum and a time stamp have database defaults, which SeaORM's own `from_json` cannot leave out.
async fn a_field_that_is_left_out_keeps_the_default(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    let buyer = Repository::<users::Entity>::new(&provider)
        .create_json(json!({ "email": "a@example.com", "name": "A" }))
        .await?;
    let orders = Repository::<orders::Entity>::new(&provider);
    let order = json!({ "number": "J-1", "user_id": buyer.id, "total": "12.30" });
    let order = orders.create_json(order).await?;
    assert_eq!(order.status, OrdersStatus::Pending);
    let paid = orders
        .update_json(order.id, json!({ "status": "paid" }))
        .await?
        .unwrap();
    assert_eq!(paid.status, OrdersStatus::Paid);
    assert_eq!(paid.created_at, order.created_at);
    Ok(())
}

/// `null` empties a column; a field that is not there leaves it.
async fn null_is_null_and_absent_is_unchanged(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let fields = json!({ "email": "a@example.com", "name": "A", "birthday": "2000-02-29" });
    let row = users.create_json(fields).await?;
    let kept = users
        .update_json(row.id, json!({ "name": "B" }))
        .await?
        .unwrap();
    assert_eq!(kept.birthday, row.birthday);
    assert!(kept.birthday.is_some());
    let emptied = users
        .update_json(row.id, json!({ "birthday": null }))
        .await?
        .unwrap();
    assert_eq!(emptied.birthday, None);
    Ok(())
}

/// Unknown fields, wrong types and things that are no objects name themselves; nothing is sent.
async fn bad_json_is_refused_before_any_sql(db: TestDatabase) -> Result {
    db.migrated().await?;
    let manager = db.manager();
    let users = Repository::<users::Entity>::new(&db.provider());
    let before = manager.statements_sent();
    for (fields, message) in [
        (
            json!({ "emial": "a@example.com" }),
            "users.emial: there is no such field; did you mean `email`?",
        ),
        (json!([1]), "users: the row is not a JSON object"),
        (
            json!({ "email": 7 }),
            "users.email: a whole number does not suit the field, which takes a string;",
        ),
        (
            json!({ "name": null }),
            "users.name: null does not suit the field, which takes a string;",
        ),
        (json!({ "birthday": "1999-02-30" }), "users.birthday: "),
        (
            json!({ "email'; DROP TABLE users; --": 1 }),
            "users.email'; DROP TABLE users; --: there is no such field",
        ),
    ] {
        let error = users.create_json(fields).await.unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
    assert_eq!(manager.statements_sent(), before);
    Ok(())
}

/// It may be a password in the wrong field.
async fn a_refused_value_is_not_in_the_message(db: TestDatabase) -> Result {
    let users = Repository::<users::Entity>::new(&db.provider());
    let orders = Repository::<orders::Entity>::new(&db.provider());
    const SECRET: &str = "s3cret, expected s3cret";
    let mut messages = Vec::new();
    for field in ["id", "is_active", "birthday", "created_at", "version"] {
        let refused = users.create_json(json!({ field: SECRET })).await;
        messages.extend(refused.err());
    }
    for field in ["status", "total", "user_id"] {
        let refused = orders.create_json(json!({ field: SECRET })).await;
        messages.extend(refused.err());
    }
    assert_eq!(messages.len(), 8, "{messages:?}");
    for message in &messages {
        let shown = format!("{message} {message:?}");
        assert!(!shown.contains("s3cret"), "{shown}");
        assert!(matches!(message, Error::InvalidInput { .. }));
    }
    let status = messages[5].to_string();
    let expected =
        "orders.status: a text of 23 characters does not suit the field, which takes one of ";
    assert!(status.starts_with(expected), "{status}");
    Ok(())
}

/// What serde does not read is never written with its default.
async fn fields_that_serde_skips_are_refused_or_left_alone(db: TestDatabase) -> Result {
    let manager = db.manager();
    let create = "CREATE TABLE accounts (id INT PRIMARY KEY, login VARCHAR(20) NOT NULL, \
                  password_hash VARCHAR(20) NOT NULL, note VARCHAR(20), role VARCHAR(10) NOT NULL)";
    manager.execute_unprepared(create).await?;
    let accounts = Repository::<accounts::Entity>::new(&db.provider());
    let fields = json!({ "id": 7, "login": "ann", "password_hash": "x", "role": "admin" });
    let ann = accounts.create_json(fields.clone()).await?;
    assert_eq!(
        (ann.id, ann.password_hash.as_str(), ann.role),
        (7, "x", accounts::Role::Admin)
    );

    let mut with_note = fields.clone();
    with_note["note"] = json!("hello");
    let refused = accounts
        .create_json(with_note)
        .await
        .unwrap_err()
        .to_string();
    let expected = "accounts.note: the model does not read this field from JSON";
    assert!(refused.starts_with(expected), "{refused}");

    let guest = json!({ "role": "guest", "password_hash": "y" });
    let guest = accounts.update_json(7, guest).await?.unwrap();
    assert_eq!(
        (guest.password_hash.as_str(), guest.role),
        ("y", accounts::Role::Guest)
    );
    let refused = accounts
        .update_json(7, json!({ "login": "bob" }))
        .await
        .unwrap_err()
        .to_string();
    assert!(refused.contains("missing field `role`"), "{refused}");
    Ok(())
}
