//! Transactions, savepoints, a unit of work, hooks and retries.

use std::time::Duration;

use entity::{tags, users};
use xtsqlorm::{prelude::*, session::RetryPolicy};
use xtsqlorm_examples::{db_key, prepare, step};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt::init();
    let key = db_key();
    prepare(&create_connection_manager(&key).await?).await?;
    let provider = create_session_provider(&key).await?;
    let tags = Repository::<tags::Entity>::new(&provider);
    tags.delete_where(tags::Column::Name.starts_with("example-"))
        .await?;

    step("A savepoint takes back just its own part");
    provider
        .transaction(async |session| -> anyhow::Result<()> {
            tags.create(tag("example-kept")).await?;
            let inner = session
                .transaction(async |_| -> anyhow::Result<()> {
                    tags.create(tag("example-lost")).await?;
                    anyhow::bail!("not this one")
                })
                .await;
            println!("inside: {}", inner.unwrap_err());
            Ok(())
        })
        .await?;
    print_tags(&tags).await?;

    step("A unit of work: repositories in one transaction");
    let unit = UnitOfWork::begin(&provider).await?;
    let first = unit
        .repository::<users::Entity>()
        .get_all(Page::limit(1))
        .await?;
    let created = unit
        .repository::<tags::Entity>()
        .create(tag("example-unit"))
        .await?;
    println!("{} could have the tag {}", first[0].name, created.name);
    unit.rollback().await?;
    print_tags(&tags).await?;

    step("Options: a deadline, retries, and a hook after the commit");
    let options = TransactionOptions::new()
        .deadline(Duration::from_secs(5))
        .retry(RetryPolicy::new().max_attempts(5));
    provider
        .transaction_with(options, async |session| -> xtsqlorm::Result<()> {
            session.after_commit(async || println!("committed: now the mail may go out"));
            tags.upsert(tag("example-options")).await?;
            Ok(())
        })
        .await?;
    print_tags(&tags).await?;

    tags.delete_where(tags::Column::Name.starts_with("example-"))
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

async fn print_tags(tags: &Repository<tags::Entity>) -> anyhow::Result<()> {
    let ours = tags
        .find()
        .filter(tags::Column::Name.starts_with("example-"));
    let names: Vec<String> = ours.all().await?.into_iter().map(|tag| tag.name).collect();
    println!("outside: {names:?}");
    Ok(())
}
