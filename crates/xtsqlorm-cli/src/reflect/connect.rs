//! From the command line to an open connection. The library keeps the password out of every message.

use anyhow::{Context, Result, bail};
use secrecy::ExposeSecret;
use xtsqlorm::config::{DatabaseConfig, DatabaseKind, PoolConfig, Settings};
use xtsqlorm::connection::ConnectionManager;

use super::Args;

/// The database to read; the one place that decides where it comes from.
fn config(args: &Args) -> Result<DatabaseConfig> {
    if let Some(url) = &args.url {
        return Ok(DatabaseConfig::from_url(url.expose_secret())?);
    }
    if let Some(key) = &args.key {
        return Ok(Settings::load()?.database(key)?);
    }
    match std::env::var("DATABASE_URL") {
        Ok(url) if !url.is_empty() => Ok(DatabaseConfig::from_url(&url)?),
        _ => bail!(
            "no database named: give --key KEY, --url mysql://user:password@host/database, or set \
             DATABASE_URL"
        ),
    }
}

/// Opens a small pool of connections.
pub(crate) async fn connect(args: &Args) -> Result<ConnectionManager> {
    let mut config = config(args)?;
    if config.get_kind() == DatabaseKind::Sqlite && !config.is_memory() {
        // Neither makes a file of a path that is mistyped, nor changes how a file is written.
        config = config.option("mode", "ro");
    }
    ConnectionManager::connect(&config.pool(PoolConfig::default()))
        .await
        .context("cannot connect to the database")
}
