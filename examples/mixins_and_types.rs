//! Time stamps, soft deletion, versions, and column types: `cargo run --example mixins_and_types`.

use std::time::Duration;

use entity::users;
use xtsqlorm::{
    prelude::*,
    repository::{DictOptions, ModelExt, conventions::ManualClock},
    types::JsonText,
};
use xtsqlorm_examples::{db_key, prepare, step};

const EMAIL: &str = "mixins@example.com";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = create_session_provider(&db_key()).await?;
    prepare(provider.manager()).await?;
    let clock = ManualClock::at("2026-02-28T10:00:00Z".parse()?);
    let users = Repository::<users::Entity>::new(&provider)
        .timestamps(users::Column::CreatedAt, users::Column::UpdatedAt)
        .soft_delete(users::Column::DeletedAt)
        .versioned(users::Column::Version)
        .clock(clock.clone());
    let plain = Repository::<users::Entity>::new(&provider);
    plain.delete_where(users::Column::Email.eq(EMAIL)).await?;

    step("Time stamps and versions");
    let ann = users
        .create_json(serde_json::json!({ "email": EMAIL, "name": "Ann" }))
        .await?;
    println!(
        "created {}, version {}",
        ann.created_at.to_rfc3339(),
        ann.version
    );
    clock.advance(Duration::from_secs(3600));
    let mut changes = ann.clone().into_active_model();
    changes.name = Set("Anna".into());
    let anna = users.update(ann.id, changes).await?.expect("she is there");
    println!(
        "updated {}, version {}",
        anna.updated_at.to_rfc3339(),
        anna.version
    );
    let mut late = ann.clone().into_active_model();
    late.name = Set("Anne".into());
    let stale = users.update(ann.id, late).await.unwrap_err();
    println!(
        "a writer who read version 1 is told: {}",
        stale.is_stale_version()
    );

    step("Soft deletion");
    println!("deleted: {}", users.delete(ann.id).await?);
    println!("found: {}", users.exists(ann.id).await?);
    clock.advance(Duration::from_secs(86_400));
    let gone = users.only_deleted().require_by_id(ann.id).await?;
    let age = users.deletion_age(&gone).unwrap_or_default();
    println!(
        "still in the table, deleted {} hours ago",
        age.as_secs() / 3600
    );
    println!("restored: {}", users.restore(ann.id).await?.is_some());
    println!("found: {}", users.exists(ann.id).await?);

    step("A model without its secrets");
    let shown = DictOptions::new()
        .only("name")
        .only("email")
        .rename("email", "contact");
    println!("{}", anna.to_dict_with(&shown)?);

    step("JSON in a column of text");
    let tags = JsonText::new(vec!["new", "sale"])?;
    println!("{} has {} items", tags.text(), tags.len());

    users.delete(ann.id).await?;
    clock.advance(Duration::from_secs(1));
    println!("\npurged: {}", users.purge(ann.id).await?);
    provider.manager().dispose().await;
    Ok(())
}
