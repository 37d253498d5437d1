//! Sessions that end on every path: `cargo run --example session_provider`.

use entity::tags;
use xtsqlorm::prelude::*;
use xtsqlorm_examples::{db_key, prepare, step};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = create_session_provider(&db_key()).await?;
    prepare(provider.manager()).await?;
    let tags = Repository::<tags::Entity>::new(&provider);
    let ours = || {
        tags.find()
            .filter(tags::Column::Name.starts_with("session-"))
    };
    tags.delete_where(tags::Column::Name.starts_with("session-"))
        .await?;

    step("A transaction: Ok commits, Err rolls back");
    provider
        .transaction(async |_| tags.create(tag("session-kept")).await)
        .await?;
    let failed = provider
        .transaction(async |_| -> anyhow::Result<()> {
            tags.create(tag("session-lost")).await?;
            anyhow::bail!("something else went wrong")
        })
        .await;
    println!("{}", failed.unwrap_err());
    println!("tags: {}", ours().count().await?);

    step("A transaction that is cancelled");
    let never = provider.transaction(async |_| -> xtsqlorm::Result<()> {
        tags.create(tag("session-cancelled")).await?;
        std::future::pending().await
    });
    let waited = tokio::time::timeout(std::time::Duration::from_millis(200), never).await;
    println!("gave up: {}", waited.is_err());
    println!("tags: {}", ours().count().await?);

    step("A session that the caller ends");
    let session = provider.create_session().await?;
    tags.create_in_session(&session, tag("session-own")).await?;
    session.commit().await?;
    println!("tags: {}", ours().count().await?);

    step("SeaORM's own API on a session");
    let session = provider.create_session().await?;
    let deleted = tags::Entity::delete_many()
        .filter(tags::Column::Name.starts_with("session-"))
        .exec(&session)
        .await?;
    println!("deleted: {}", deleted.rows_affected);
    drop(session);
    println!("dropped, so rolled back; tags: {}", ours().count().await?);

    tags.delete_where(tags::Column::Name.starts_with("session-"))
        .await?;
    provider.manager().dispose().await;
    Ok(())
}

fn tag(name: &str) -> tags::ActiveModel {
    tags::ActiveModel {
        name: Set(name.into()),
        ..Default::default()
    }
}
