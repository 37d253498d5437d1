//! A repository with rules sends nothing that breaks one, on any path.

use std::collections::BTreeSet;

use serde_json::json;
use xtsqlorm::{
    assert_queries,
    error::RuleError,
    operations::validation::ModelRules,
    prelude::*,
    repository::hooks::{Event, Hooks},
};

use super::{
    NewAccount, REFUSED, accounts, assert_hidden, failure, failures,
    model::{good, rules},
};
use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(
    no_path_writes_what_breaks_a_rule,
    every_bad_row_is_reported_before_any_sql,
    rules_follow_into_transactions,
    hooks_before_the_rules_can_mend_a_row,
);

async fn empty_table(db: &TestDatabase) -> Result<Repository<accounts::Entity>> {
    db.manager().execute_unprepared(accounts::CREATE).await?;
    Ok(Repository::new(&db.provider()).validated(rules()))
}

/// One bad password on every way in; no statement, and nothing shown.
async fn no_path_writes_what_breaks_a_rule(db: TestDatabase) -> Result {
    let accounts = empty_table(&db).await?;
    accounts.create(good()).await?;
    let bad_row = || accounts::ActiveModel {
        id: Set(2),
        password: Set(REFUSED.into()),
        ..good()
    };
    let bad_change = || accounts::ActiveModel {
        password: Set(REFUSED.into()),
        ..Default::default()
    };
    let bad_model = || accounts::Model {
        id: 1,
        email: "ada@example.com".into(),
        password: REFUSED.into(),
        age: None,
    };
    let json = || json!({ "id": 2, "email": "a@example.com", "password": REFUSED, "age": null });
    let is_second = || accounts::Column::Id.eq(2);
    macro_rules! refused {
        ($($name:literal: $write:expr),+ $(,)?) => {$(
            let error = assert_queries!(== 0, { $write.await.map(drop).unwrap_err() });
            assert_eq!(failures(&error), BTreeSet::from([failure(None, "password", "password")]), $name);
            assert_hidden(&error, REFUSED);
        )+};
    }
    refused!(
        "create": accounts.create(bad_row()),
        "create from a model": accounts.create(bad_model()),
        "create_json": accounts.create_json(json()),
        "update": accounts.update(1, bad_change()),
        "update by a model": accounts.update(1, bad_model()),
        "update_json": accounts.update_json(1, json!({ "password": REFUSED, "email": "a@example.com" })),
        "update_where": accounts.update_where(accounts::Column::Id.eq(1), bad_change()),
        "upsert": accounts.upsert(bad_row()),
    );
    let error = accounts
        .get_or_create(is_second(), bad_row())
        .await
        .unwrap_err();
    assert_eq!(
        failures(&error),
        BTreeSet::from([failure(None, "password", "password")])
    );
    let error = CrudRepository::create(&accounts, bad_row())
        .await
        .unwrap_err();
    assert!(error.is_validation());

    assert_eq!(accounts.count().await?, 1);
    assert_eq!(accounts.require_by_id(1).await?.password, "correct-Horse-7");
    // Without rules, the database takes it.
    let plain = Repository::<accounts::Entity>::new(&db.provider());
    assert_eq!(plain.create(bad_row()).await?.password, REFUSED);
    Ok(())
}

/// All of them, with their places, whether they come as rows, models or DTOs.
async fn every_bad_row_is_reported_before_any_sql(db: TestDatabase) -> Result {
    let accounts = empty_table(&db).await?;
    let mut rows: Vec<NewAccount> = (0..5).map(NewAccount::good).collect();
    rows[1].password = REFUSED.into();
    rows[3].email = "ada@example。com".into();
    rows[4].age = Some(-1);
    let error = assert_queries!(== 0, { accounts.create_many(rows.clone()).await.unwrap_err() });
    let expected = [
        (1, "password", "password"),
        (3, "email", "email"),
        (4, "age", "range"),
    ];
    let expected = expected.map(|(row, path, code)| failure(Some(row), path, code));
    assert_eq!(failures(&error), BTreeSet::from(expected));
    assert_hidden(&error, REFUSED);
    assert_eq!(accounts.count().await?, 0);
    rows.truncate(1);
    assert_eq!(accounts.create_many(rows).await?.len(), 1);
    Ok(())
}

/// Inside a session as outside; a refusal leaves the transaction well.
async fn rules_follow_into_transactions(db: TestDatabase) -> Result {
    let accounts = empty_table(&db).await?;
    let bad = accounts::ActiveModel {
        email: Set("ada".into()),
        ..good()
    };
    let session = db.provider().create_session().await?;
    let error = accounts
        .create_in_session(&session, bad.clone())
        .await
        .unwrap_err();
    assert!(error.is_validation());
    accounts.create_in_session(&session, good()).await?;
    let error = accounts
        .update_in_session(&session, 1, bad)
        .await
        .unwrap_err();
    assert!(error.is_validation());
    session.commit().await?;
    assert_eq!(accounts.require_by_id(1).await?.email, "ada@example.com");
    Ok(())
}

/// Cuts spaces off, and knows a word that no password has.
struct Tidy;

#[async_trait::async_trait]
impl Hooks<accounts::Entity> for Tidy {
    async fn before_create(
        &self,
        row: &mut accounts::ActiveModel,
        _: &Event,
    ) -> xtsqlorm::Result<()> {
        if let ActiveValue::Set(email) = &row.email {
            row.email = Set(email.trim().to_owned());
        }
        Ok(())
    }
}

/// Rules see what is stored, and not what came in; a hook of the caller refuses with its own rule.
async fn hooks_before_the_rules_can_mend_a_row(db: TestDatabase) -> Result {
    empty_table(&db).await?;
    let taken =
        ModelRules::<accounts::Entity>::new().column(accounts::Column::Email, |email: &str| {
            match email {
                "root@example.com" => Err(RuleError::new("taken").saying("is taken", "已被占用")),
                _ => Ok(()),
            }
        });
    let plain = Repository::<accounts::Entity>::new(&db.provider());
    let accounts = plain.clone().hook(Tidy).validated(rules()).validated(taken);
    let spaced = accounts::ActiveModel {
        email: Set(" ada@example.com\n".into()),
        ..good()
    };
    assert!(
        plain
            .validated(rules())
            .create(spaced.clone())
            .await
            .is_err()
    );
    assert_eq!(accounts.create(spaced).await?.email, "ada@example.com");
    let root = accounts::ActiveModel {
        id: Set(2),
        email: Set("root@example.com".into()),
        ..good()
    };
    let error = accounts.create(root).await.unwrap_err();
    assert_eq!(error.to_string(), "not valid: email is taken");
    Ok(())
}
