//! DTOs are checked before any SQL, by their own rules for creating and changing.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::DeriveIntoActiveModel;
use xtsqlorm::{
    assert_queries,
    operations::validation::{ValidatedRepository, check, rule},
    prelude::*,
};

use super::{AccountChanges, NewAccount, REFUSED, accounts, assert_hidden, failure, failures};
use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(
    a_bad_row_is_refused_before_any_sql,
    every_bad_row_of_many_is_reported,
    changes_have_rules_of_their_own,
    an_upsert_is_validated,
    a_refusal_leaves_the_transaction_well,
    rules_can_ask_their_context,
);

async fn empty_table(db: &TestDatabase) -> Result<ValidatedRepository<accounts::Entity>> {
    db.manager().execute_unprepared(accounts::CREATE).await?;
    Ok(Repository::new(&db.provider()).validating())
}

/// All failures of a row, no statement, and no trace of the password; a good row is written.
async fn a_bad_row_is_refused_before_any_sql(db: TestDatabase) -> Result {
    let accounts = empty_table(&db).await?;
    let bad = NewAccount {
        email: "ada@example".into(),
        password: REFUSED.into(),
        age: Some(7),
        ..NewAccount::good(1)
    };
    let error = assert_queries!(== 0, { accounts.create(bad).await.unwrap_err() });
    assert!(error.is_validation());
    let expected = [
        ("email", "email"),
        ("password", "password"),
        ("age", "range"),
    ];
    let expected = expected.map(|(path, code)| failure(None, path, code));
    assert_eq!(failures(&error), BTreeSet::from(expected));
    assert_hidden(&error, REFUSED);
    assert_hidden(&error, "ada@example");

    let created = accounts.create(NewAccount::good(1)).await?;
    assert_eq!(created.email, "ada1@example.com");
    assert_eq!(accounts.repository().count().await?, 1);
    Ok(())
}

/// Rows are counted from 0; good ones beside bad ones are not written.
async fn every_bad_row_of_many_is_reported(db: TestDatabase) -> Result {
    let accounts = empty_table(&db).await?;
    let mut rows: Vec<NewAccount> = (0..6).map(NewAccount::good).collect();
    rows[1].password = REFUSED.into();
    rows[4].email = "@".into();
    rows[4].age = Some(121);
    let error = assert_queries!(== 0, { accounts.create_many(rows.clone()).await.unwrap_err() });
    let expected = [
        (1, "password", "password"),
        (4, "email", "email"),
        (4, "age", "range"),
    ];
    let expected = expected.map(|(row, path, code)| failure(Some(row), path, code));
    assert_eq!(failures(&error), BTreeSet::from(expected));
    assert!(
        error.to_string().starts_with("not valid: row 1: password "),
        "{error}"
    );
    assert_hidden(&error, REFUSED);
    assert_eq!(accounts.repository().count().await?, 0);

    let good = [rows[0].clone(), rows[2].clone()];
    assert_eq!(accounts.create_many(good).await?.len(), 2);
    let none = accounts.create_many(Vec::<NewAccount>::new()).await?;
    assert!(none.is_empty());
    Ok(())
}

/// What is left out of a change is not looked at; what is there is.
async fn changes_have_rules_of_their_own(db: TestDatabase) -> Result {
    let accounts = empty_table(&db).await?;
    accounts.create(NewAccount::good(1)).await?;
    let bad = AccountChanges {
        password: Some(REFUSED.into()),
        ..Default::default()
    };
    let error = assert_queries!(== 0, { accounts.update(1, bad).await.unwrap_err() });
    assert_eq!(
        failures(&error),
        BTreeSet::from([failure(None, "password", "password")])
    );
    assert_hidden(&error, REFUSED);

    let good = AccountChanges {
        email: Some("bob@example.com".into()),
        ..Default::default()
    };
    let changed = accounts.update(1, good.clone()).await?.unwrap();
    assert_eq!(
        (changed.email.as_str(), changed.password.as_str()),
        ("bob@example.com", "correct-Horse-7")
    );
    assert_eq!(accounts.update(2, good).await?, None);
    Ok(())
}

/// As a row that could be created.
async fn an_upsert_is_validated(db: TestDatabase) -> Result {
    let accounts = empty_table(&db).await?;
    accounts.upsert(NewAccount::good(1)).await?;
    let bad = NewAccount {
        password: REFUSED.into(),
        ..NewAccount::good(1)
    };
    let error = assert_queries!(== 0, { accounts.upsert(bad).await.unwrap_err() });
    assert_eq!(
        failures(&error),
        BTreeSet::from([failure(None, "password", "password")])
    );
    let stored = accounts.repository().require_by_id(1).await?;
    assert_eq!(stored.password, "correct-Horse-7");
    Ok(())
}

/// The server has seen nothing of it, so that PostgreSQL goes on as well.
async fn a_refusal_leaves_the_transaction_well(db: TestDatabase) -> Result {
    let accounts = empty_table(&db).await?;
    let session = db.provider().create_session().await?;
    let inside = accounts.in_session(&session);
    let bad = NewAccount {
        email: String::new(),
        ..NewAccount::good(1)
    };
    assert!(inside.create(bad).await.unwrap_err().is_validation());
    inside.create(NewAccount::good(1)).await?;
    session.commit().await?;
    assert_eq!(accounts.repository().count().await?, 1);
    Ok(())
}

struct Tenant {
    domain: &'static str,
}

/// A mail address inside of the tenant's domain.
#[derive(garde::Validate, DeriveIntoActiveModel)]
#[sea_orm(active_model = "accounts::ActiveModel")]
#[garde(context(Tenant))]
struct Invited {
    #[garde(skip)]
    id: i32,
    #[garde(custom(in_domain))]
    email: String,
    #[garde(skip)]
    password: String,
}

fn in_domain(email: &str, tenant: &Tenant) -> garde::Result {
    use xtsqlorm::error::RuleError;
    match email.ends_with(tenant.domain) {
        true => Ok(()),
        false => Err(RuleError::new("domain")
            .with("domain", tenant.domain)
            .saying("is of another organization", "不属于本组织")
            .into()),
    }
}

/// garde's context is handed on, and a rule of the caller has its code and words.
async fn rules_can_ask_their_context(db: TestDatabase) -> Result {
    empty_table(&db).await?;
    let accounts = Repository::<accounts::Entity>::new(&db.provider());
    let accounts = accounts.validating_with(Tenant {
        domain: "@example.org",
    });
    let invited = |email: &str| Invited {
        id: 1,
        email: email.into(),
        password: "correct-Horse-7".into(),
    };
    let stranger = invited("eve@evil.example");
    let error = assert_queries!(== 0, { accounts.create(stranger).await.unwrap_err() });
    assert_eq!(
        failures(&error),
        BTreeSet::from([failure(None, "email", "domain")])
    );
    assert_eq!(
        error.to_string(),
        "not valid: email is of another organization"
    );
    accounts.create(invited("ada@example.org")).await?;
    Ok(())
}

/// Paths lead into lists and structures, and not into the `Option` around a value.
#[test]
fn paths_are_kept() {
    #[derive(garde::Validate)]
    struct Address {
        #[garde(length(chars, min = 1))]
        city: String,
    }
    #[derive(garde::Validate)]
    struct Person {
        #[garde(dive)]
        addresses: Vec<Option<Address>>,
        #[garde(inner(inner(custom(rule(xtsqlorm::operations::validators::phone)))))]
        phones: Option<Vec<String>>,
        #[garde(dive)]
        by_name: BTreeMap<String, Address>,
    }
    let nowhere = || Address {
        city: String::new(),
    };
    let person = Person {
        addresses: vec![None, Some(nowhere())],
        phones: Some(vec!["13800138000".into(), "1".into()]),
        by_name: [("a.b/c".to_owned(), nowhere())].into(),
    };
    let report = check(&person, &()).unwrap_err();
    let paths: BTreeSet<_> = report
        .failures()
        .iter()
        .map(|failure| (failure.path().to_string(), failure.path().to_pointer()))
        .collect();
    let expected = [
        ("addresses[1].city", "/addresses/1/city"),
        ("phones[1]", "/phones/1"),
        ("by_name.a.b/c.city", "/by_name/a.b~1c/city"),
    ];
    let expected = expected.map(|(path, pointer)| (path.to_owned(), pointer.to_owned()));
    assert_eq!(paths, BTreeSet::from(expected));
}
