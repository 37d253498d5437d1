//! The three ways of use, each as short as it gets: `cargo run --example three_ways`.

use entity::{tags, users};
use xtsqlorm::prelude::*;
use xtsqlorm_examples::{db_key, prepare, step};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let key = db_key();
    prepare(&create_connection_manager(&key).await?).await?;

    step("Way 1: factories");
    let users = create_repo::<users::Entity>(&key).await?;
    let by_name = create_dynamic_repo("users", &key).await?;
    println!(
        "the same count: {}",
        users.count().await? == by_name.count().await?
    );

    step("Way 2: explicit wiring");
    let manager = ConnectionManager::connect(&Settings::load()?.database(&key)?).await?;
    let wired = Repository::<users::Entity>::new(&SessionProvider::new(manager.clone()));
    println!(
        "the same count: {}",
        users.count().await? == wired.count().await?
    );
    manager.dispose().await;

    step("Way 3: several repositories in one transaction");
    let provider = create_provider(&key).await?;
    let tags = Repository::<tags::Entity>::new(&provider);
    let before = (users.count().await?, tags.count().await?);
    let outcome = provider
        .transaction(async |_| -> anyhow::Result<()> {
            let user = serde_json::json!({ "email": "three@example.com", "name": "Three" });
            users.create_json(user).await?;
            tags.create_json(serde_json::json!({ "name": "three-ways" }))
                .await?;
            println!("inside: {} more user", users.count().await? - before.0);
            anyhow::bail!("and all of it is taken back")
        })
        .await;
    println!("{}", outcome.unwrap_err());
    println!(
        "outside: {}",
        before == (users.count().await?, tags.count().await?)
    );

    provider.manager().dispose().await;
    Ok(())
}
