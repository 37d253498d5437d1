//! Create, read, update and delete, wired by hand: `cargo run --example basic_crud`.
//!
//! Shows each layer by its name: configuration, connection manager, session provider, repository.

use entity::users;
use xtsqlorm::prelude::*;
use xtsqlorm_examples::{db_key, prepare, step};

const EMAIL: &str = "basic-crud@example.com";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    step("Wiring");
    let config = Settings::load()?.database(&db_key())?;
    let manager = ConnectionManager::connect(&config).await?;
    prepare(&manager).await?;
    let provider = SessionProvider::new(manager.clone());
    let users = Repository::<users::Entity>::new(&provider);
    users.delete_where(users::Column::Email.eq(EMAIL)).await?;
    println!("alive: {}", manager.ping().await);

    step("Create");
    let ada = users
        .create_json(serde_json::json!({ "email": EMAIL, "name": "Ada" }))
        .await?;
    println!("{} <{}>, active: {}", ada.name, ada.email, ada.is_active);
    let typo = users
        .create_json(serde_json::json!({ "emial": EMAIL }))
        .await;
    println!("refused: {}", typo.unwrap_err());

    step("Read");
    println!("by key: {}", users.require_by_id(ada.id).await?.name);
    println!("exists: {}", users.exists(ada.id).await?);
    println!("no such key: {:?}", users.get_by_id(-1).await?);
    println!("required: {}", users.require_by_id(-1).await.unwrap_err());

    step("Update");
    let changes = users::ActiveModel {
        name: Set("Ada L.".into()),
        ..Default::default()
    };
    let renamed = users.update(ada.id, changes.clone()).await?;
    println!("renamed: {:?}", renamed.map(|user| user.name));
    println!("no such row: {:?}", users.update(-1, changes).await?);

    step("Delete");
    println!("deleted: {}", users.delete(ada.id).await?);
    println!("again: {}", users.delete(ada.id).await?);
    manager.dispose().await;
    Ok(())
}
