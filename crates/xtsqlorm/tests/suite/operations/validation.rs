//! Rules for rows: nothing that breaks one is sent, and nothing that is refused is shown.

#![expect(clippy::needless_update, reason = "DeriveIntoActiveModel writes it")]

mod dto;
mod garde_reports;
mod hook;
mod model;
mod problem;

use std::collections::BTreeSet;

use sea_orm::DeriveIntoActiveModel;
use xtsqlorm::{
    error::Error,
    operations::{
        validation::rule,
        validators::{self, PasswordPolicy},
    },
};

/// A table with a secret.
mod accounts {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "accounts")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: i32,
        pub(super) email: String,
        pub(super) password: String,
        pub(super) age: Option<i32>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    pub(super) const CREATE: &str = "CREATE TABLE accounts (id INT PRIMARY KEY, \
        email VARCHAR(254) NOT NULL, password VARCHAR(128) NOT NULL, age INT)";
}

/// What a client sends to get an account.
#[derive(Clone, garde::Validate, DeriveIntoActiveModel)]
#[sea_orm(active_model = "accounts::ActiveModel")]
struct NewAccount {
    #[garde(skip)]
    id: i32,
    #[garde(custom(rule(validators::email)))]
    email: String,
    #[garde(custom(rule(validators::password(PasswordPolicy::new()))))]
    password: String,
    #[garde(range(min = 18, max = 120))]
    age: Option<i32>,
}

impl NewAccount {
    fn good(id: i32) -> Self {
        Self {
            id,
            email: format!("ada{id}@example.com"),
            password: "correct-Horse-7".into(),
            age: None,
        }
    }
}

/// What a client sends to change one.
#[derive(Clone, Default, garde::Validate, DeriveIntoActiveModel)]
#[sea_orm(active_model = "accounts::ActiveModel")]
struct AccountChanges {
    #[garde(inner(custom(rule(validators::email))))]
    email: Option<String>,
    #[garde(inner(custom(rule(validators::password(PasswordPolicy::new())))))]
    password: Option<String>,
}

/// A password that is refused, as a user would not like to read it in a log.
const REFUSED: &str = "hunter2hunter2";

/// Row, path and code of a failure.
type Failure = (Option<usize>, String, String);

fn failure(row: Option<usize>, path: &str, code: &str) -> Failure {
    (row, path.into(), code.into())
}

/// Row, path and code of each failure; in any order, since garde takes fields by the alphabet.
fn failures(error: &Error) -> BTreeSet<Failure> {
    let report = error.validation().expect("a validation error");
    let failures = report.failures().iter();
    failures
        .map(|found| failure(found.row(), &found.path().to_string(), found.code()))
        .collect()
}

/// Looks everywhere that an error can be printed or serialized.
fn assert_hidden(error: &Error, secret: &str) {
    use xtsqlorm::error::Language::{Chinese, English};
    let report = error.validation().expect("a validation error");
    let mut shown = vec![format!("{error} {error:?} {error:#?} {report} {report:?}")];
    for language in [English, Chinese] {
        let problem = report.to_problem(language);
        shown.push(format!("{problem:?} {}", serde_json::json!(problem)));
    }
    let carried = sea_orm::DbErr::from(error.clone());
    shown.push(format!("{carried} {carried:?}"));
    shown.push(format!("{:?}", anyhow::Error::from(error.clone())));
    assert!(
        shown.iter().all(|text| !text.contains(secret)),
        "{shown:#?}"
    );
}
