//! The database that a command works on.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use secrecy::{ExposeSecret, SecretString};
use xtsqlorm::config::{DatabaseConfig, DatabaseKind, PoolConfig, Settings};
use xtsqlorm::connection::ConnectionManager;

/// Which database it is.
#[derive(Debug, clap::Args)]
pub(crate) struct Database {
    /// The database, by its key in xtsqlorm.toml
    #[arg(long, value_name = "KEY", conflicts_with = "url")]
    key: Option<String>,
    /// The database, by its URL; without --key and --url it is DATABASE_URL, which keeps the
    /// password out of the process list
    #[arg(long)]
    url: Option<SecretString>,
    /// The configuration file that --key looks in; XTSQLORM_CONFIG or ./xtsqlorm.toml when absent
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    config: Option<PathBuf>,
}

/// What is done with the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

impl Database {
    /// Opens a small pool of connections.
    pub(crate) async fn connect(&self, access: Access) -> Result<ConnectionManager> {
        let mut config = self.find()?;
        if config.get_kind() == DatabaseKind::Sqlite && !config.is_memory() {
            // Neither makes a file of a path that is mistyped; nor changes one that is only read.
            config = config.option("mode", if access == Access::Read { "ro" } else { "rw" });
        }
        ConnectionManager::connect(&config.pool(PoolConfig::default()))
            .await
            .context("cannot connect to the database; `xtsqlorm ping` tells more")
    }

    /// The one place that decides where the database comes from.
    pub(crate) fn find(&self) -> Result<DatabaseConfig> {
        if let Some(url) = &self.url {
            return Ok(DatabaseConfig::from_url(url.expose_secret())?);
        }
        let key = match (&self.key, &self.config) {
            (Some(key), _) => Some(key.as_str()),
            (None, Some(_)) => Some("default"),
            (None, None) => None,
        };
        if let Some(key) = key {
            let settings = match &self.config {
                Some(file) => Settings::from_file(file)?,
                None => Settings::load()?,
            };
            return Ok(settings.database(key)?);
        }
        match std::env::var("DATABASE_URL") {
            Ok(url) if !url.is_empty() => Ok(DatabaseConfig::from_url(&url)?),
            _ => bail!(
                "no database named: give --key KEY, --url mysql://user:password@host/database, or \
                 set DATABASE_URL"
            ),
        }
    }
}
