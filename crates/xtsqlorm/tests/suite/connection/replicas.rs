//! Servers that hold copies.

use tracing::{Level, instrument::WithSubscriber};
use xtsqlorm::{config::DatabaseConfig, connection::ConnectionManager};

use super::secrets::Log;
use crate::support::{Result, TestDatabase, on_every_server};

on_every_server!(replicas_that_nothing_reads_from_are_warned_of_once);

async fn warnings(config: &DatabaseConfig) -> xtsqlorm::Result<String> {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::WARN)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let connected = async {
        let manager = ConnectionManager::connect(config).await?;
        manager.try_ping().await?;
        manager.dispose().await;
        Ok(())
    };
    let connected: xtsqlorm::Result<()> = connected.with_subscriber(subscriber).await;
    connected?;
    Ok(log.text())
}

async fn replicas_that_nothing_reads_from_are_warned_of_once(db: TestDatabase) -> Result {
    assert_eq!(warnings(&db.config()).await?, "");
    let with_replica = db.config().replica(&db.url())?;
    let warned = warnings(&with_replica).await?;
    assert_eq!(
        warned.matches("replicas are not read from yet").count(),
        1,
        "{warned}"
    );
    Ok(())
}
