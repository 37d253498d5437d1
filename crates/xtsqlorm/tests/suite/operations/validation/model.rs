//! Rules for the columns of an entity, whatever form a row comes in.

use std::collections::BTreeSet;

use entity::{orders, sea_orm_active_enums::OrdersStatus};
use serde_json::json;
use xtsqlorm::{
    error::RuleError,
    operations::{
        validation::ModelRules,
        validators::{PasswordPolicy, choices, email, enum_name, password, range},
    },
    prelude::*,
};

use super::{REFUSED, accounts, assert_hidden, failure, failures};

pub(super) fn rules() -> ModelRules<accounts::Entity> {
    ModelRules::<accounts::Entity>::new()
        .required(accounts::Column::Email)
        .column(accounts::Column::Email, email)
        .column(accounts::Column::Password, password(PasswordPolicy::new()))
        .column(accounts::Column::Age, range(18..=120))
}

pub(super) fn good() -> accounts::ActiveModel {
    accounts::ActiveModel {
        id: Set(1),
        email: Set("ada@example.com".into()),
        password: Set("correct-Horse-7".into()),
        age: NotSet,
    }
}

/// A new row wants what is required; a change is looked at where it changes something.
#[test]
fn creating_and_changing_have_different_rules() {
    assert!(rules().check_create(&good()).is_ok());
    let bad = accounts::ActiveModel {
        email: NotSet,
        password: Set(REFUSED.into()),
        age: Set(Some(7)),
        ..good()
    };
    let error = rules().check_create(&bad).unwrap_err();
    let all = [
        ("email", "required"),
        ("password", "password"),
        ("age", "range"),
    ];
    assert_eq!(
        failures(&error),
        BTreeSet::from(all.map(|(path, code)| failure(None, path, code)))
    );
    assert_hidden(&error, REFUSED);

    let error = rules().check_update(&bad).unwrap_err();
    let set = [("password", "password"), ("age", "range")];
    assert_eq!(
        failures(&error),
        BTreeSet::from(set.map(|(path, code)| failure(None, path, code)))
    );
    assert!(
        rules()
            .check_update(&accounts::ActiveModel::default())
            .is_ok()
    );
    // What is stored already is not changed, but is written again with a new row.
    let stored = accounts::ActiveModel {
        email: Unchanged("x".into()),
        ..good()
    };
    assert!(rules().check_update(&stored).is_ok());
    assert!(rules().check_create(&stored).is_err());
}

/// NULL is the absence of a value: refused where one is required, and by nothing else.
#[test]
fn null_passes_unless_a_value_is_required() {
    let without = accounts::ActiveModel {
        age: Set(None),
        ..good()
    };
    assert!(rules().check_create(&without).is_ok());
    let rules = rules().required(accounts::Column::Age);
    let error = rules.check_create(&without).unwrap_err();
    assert_eq!(
        failures(&error),
        BTreeSet::from([failure(None, "age", "required")])
    );
    assert!(rules.check_update(&without).is_err());
    assert!(
        rules
            .check_update(&accounts::ActiveModel::default())
            .is_ok()
    );
    let blank = accounts::ActiveModel {
        email: Set("\u{3000}".into()),
        ..Default::default()
    };
    let error = rules.check_update(&blank).unwrap_err();
    let both = [
        failure(None, "email", "required"),
        failure(None, "email", "email"),
    ];
    assert_eq!(failures(&error), BTreeSet::from(both));
}

/// One of the two, and rules that look at several columns.
#[test]
fn rules_for_one_of_the_two_and_for_rows() {
    let rules = ModelRules::<accounts::Entity>::new()
        .on_create(accounts::Column::Age, range(18..))
        .on_update(accounts::Column::Age, choices([18, 19]))
        .row(accounts::Column::Password, |row| {
            match (&row.password, &row.email) {
                (Set(password), Set(email)) if password == email => {
                    Err(RuleError::new("differs").saying("is the e-mail address", "不能与邮箱相同"))
                }
                _ => Ok(()),
            }
        });
    let aged = |age| accounts::ActiveModel {
        age: Set(Some(age)),
        ..good()
    };
    assert!(rules.check_create(&aged(20)).is_ok());
    assert!(rules.check_create(&aged(17)).is_err());
    assert!(rules.check_update(&aged(19)).is_ok());
    assert!(rules.check_update(&aged(20)).is_err());
    let same = accounts::ActiveModel {
        password: Set("ada@example.com".into()),
        ..good()
    };
    let error = rules.check_update(&same).unwrap_err();
    assert_eq!(
        failures(&error),
        BTreeSet::from([failure(None, "password", "differs")])
    );
    assert_hidden(&error, "ada@example.com");
}

/// Rows are counted from 0, and all are looked at.
#[test]
fn every_row_of_many_is_reported() {
    let bad = accounts::ActiveModel {
        email: Set(String::new()),
        ..good()
    };
    let error = rules()
        .check_create_many(&[good(), bad.clone(), good(), bad])
        .unwrap_err();
    let rows: Vec<_> = failures(&error).into_iter().map(|(row, ..)| row).collect();
    assert_eq!(rows, [Some(1), Some(1), Some(3), Some(3)]);
    assert!(rules().check_create_many(&[]).is_ok());
}

/// Enums and decimals, as texts and as what they are.
#[test]
fn rules_take_the_types_of_the_model() {
    let rules = ModelRules::<orders::Entity>::new()
        .column(orders::Column::Status, enum_name::<OrdersStatus>)
        .column(orders::Column::Status, choices(["pending", "paid"]))
        .column(orders::Column::Total, range(rust_decimal::Decimal::ONE..));
    let order = |status, cents| orders::ActiveModel {
        status: Set(status),
        total: Set(rust_decimal::Decimal::new(cents, 2)),
        ..Default::default()
    };
    assert!(rules.check_create(&order(OrdersStatus::Paid, 100)).is_ok());
    let error = rules
        .check_create(&order(OrdersStatus::Shipped, 99))
        .unwrap_err();
    let expected = [
        failure(None, "status", "choices"),
        failure(None, "total", "range"),
    ];
    assert_eq!(failures(&error), BTreeSet::from(expected));
}

/// A rule for another type than the column has is the caller's error, and not a row's.
#[test]
fn a_rule_of_another_type_is_told() {
    let rules =
        ModelRules::<accounts::Entity>::new().column(accounts::Column::Age, range(18_i64..));
    let row = accounts::ActiveModel {
        age: Set(Some(666)),
        ..good()
    };
    let error = rules.check_create(&row).unwrap_err();
    assert!(!error.is_validation());
    assert_eq!(
        error.to_string(),
        "accounts.age: its rule takes `i64`, which is not what the column holds; \
         write the rule for the type of the model's field, or for `str`"
    );
    assert_eq!(format!("{rules:?}"), json!(["age"]).to_string());
}
