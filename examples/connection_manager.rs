//! One pool for one key, and what it tells: `cargo run --example connection_manager`.

use xtsqlorm::prelude::*;
use xtsqlorm_examples::{db_key, step};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let key = db_key();

    step("By key: the same pool for the whole process");
    let manager = create_connection_manager(&key).await?;
    let again = create_conn_mgr(&key).await?;
    println!("alive: {} and {}", manager.ping().await, again.ping().await);
    println!(
        "SeaORM on it: {:?}",
        manager.db().get_database_backend() == manager.backend().dialect()
    );

    step("By hand: a pool of one's own");
    let config = Settings::load()?.database(&key)?;
    let config = config.pool(PoolConfig::new().max_connections(1));
    let own = ConnectionManager::connect(&config).await?;
    let provider = SessionProvider::new(own.clone());
    let session = provider.create_session().await?;
    let status = own.pool_status();
    println!("in use: {} of {}", status.in_use, status.max);
    session.rollback().await?;

    step("A key that is not there");
    println!(
        "{}",
        create_connection_manager("defualt").await.unwrap_err()
    );

    step("The end");
    own.dispose().await;
    own.dispose().await;
    println!("after dispose, alive: {}", own.ping().await);
    println!("the shared one is untouched: {}", manager.ping().await);
    manager.dispose().await;
    Ok(())
}
