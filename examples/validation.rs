//! Rows that are refused before any SQL: `cargo run --example validation`.

use entity::users;
use xtsqlorm::{
    error::Language,
    operations::{
        validation::ModelRules,
        validators::{self, PasswordPolicy, email, length},
    },
    prelude::*,
};
use xtsqlorm_examples::{db_key, prepare, step};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = create_session_provider(&db_key()).await?;
    prepare(provider.manager()).await?;

    step("Validators are functions");
    let checked = [
        ("ann@example.com", email("ann@example.com")),
        ("ann@example,com", email("ann@example,com")),
        ("13800138000", validators::phone("13800138000")),
        (
            "11010519491231002X",
            validators::id_card("11010519491231002X"),
        ),
        (
            "110105194912310021",
            validators::id_card("110105194912310021"),
        ),
    ];
    for (value, outcome) in checked {
        println!(
            "{value}: {}",
            if outcome.is_ok() { "good" } else { "refused" }
        );
    }
    let weak = validators::password(PasswordPolicy::new())("password").unwrap_err();
    println!("{}", weak.message(Language::English));
    println!("{}", weak.message(Language::Chinese));

    step("Rules for a table, checked before any SQL");
    let rules = ModelRules::<users::Entity>::new()
        .required(users::Column::Email)
        .column(users::Column::Email, email)
        .column(users::Column::Name, length(1..=100));
    let users = OrmOperations::<users::Entity>::new(&provider).with_validation(rules);
    let before = users.count().await?;
    let row = |email: &str, name: &str| users::ActiveModel {
        email: Set(email.into()),
        name: Set(name.into()),
        ..Default::default()
    };
    let rows = [
        row("bo@example.com", "Bo"),
        row("no address", ""),
        row("eve@", "Eve"),
    ];
    let refused = users.create_many(rows).await.unwrap_err();
    let report = refused.validation().expect("it is a report");
    for failure in report.failures() {
        println!(
            "row {:?}: {} ({})",
            failure.row(),
            failure.path(),
            failure.code()
        );
    }
    println!("nothing was written: {}", users.count().await? == before);

    step("What an API answers");
    let problem = report.to_problem(Language::English);
    println!("{} {}", problem.status, problem.errors[0].pointer);

    provider.manager().dispose().await;
    Ok(())
}
