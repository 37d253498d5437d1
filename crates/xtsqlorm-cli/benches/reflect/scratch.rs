//! A database for as long as it is measured.

use anyhow::{Context, Result};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use tempfile::TempDir;

/// Where the tables are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Mysql,
    Mariadb,
    Postgres,
}

impl Backend {
    pub(crate) const ALL: [Self; 4] = [Self::Sqlite, Self::Mysql, Self::Mariadb, Self::Postgres];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Mysql => "mysql",
            Self::Mariadb => "mariadb",
            Self::Postgres => "postgres",
        }
    }

    /// Whether there is one to measure on.
    pub(crate) fn is_there(self) -> bool {
        self == Self::Sqlite || self.server().is_ok()
    }

    /// The URL of a user who may create databases.
    fn server(self) -> Result<String> {
        let variable = format!("XTSQLORM_TEST_{}_URL", self.name().to_uppercase());
        std::env::var(&variable).with_context(|| format!("{variable} names no server"))
    }
}

/// A database of its own.
pub(crate) struct Scratch {
    pub(crate) url: String,
    db: DatabaseConnection,
    /// The server and the name there.
    server: Option<(DatabaseConnection, String)>,
    _dir: TempDir,
}

impl Scratch {
    pub(crate) async fn create(backend: Backend) -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let (url, server) = match backend {
            Backend::Sqlite => {
                let file = dir.path().join("scratch.db");
                (format!("sqlite://{}?mode=rwc", file.display()), None)
            }
            _ => {
                let url = backend.server()?;
                let server = Database::connect(&url).await?;
                let name = format!("reflect_bench_{}", std::process::id());
                let create = format!("CREATE DATABASE {name}");
                server.execute_unprepared(&create).await?;
                let (front, _) = url.rsplit_once('/').context("a URL without a database")?;
                (format!("{front}/{name}"), Some((server, name)))
            }
        };
        let db = Database::connect(&url).await?;
        Ok(Self {
            url,
            db,
            server,
            _dir: dir,
        })
    }

    /// Its URL without parameters, which not every program takes.
    pub(crate) fn plain_url(&self) -> &str {
        self.url.split('?').next().unwrap_or_default()
    }

    pub(crate) async fn run(&self, statements: &[String]) -> Result<()> {
        for statement in statements {
            let done = self.db.execute_unprepared(statement).await;
            done.with_context(|| statement.clone())?;
        }
        Ok(())
    }

    pub(crate) async fn drop(self) -> Result<()> {
        self.db.close().await?;
        if let Some((server, name)) = self.server {
            let drop = format!("DROP DATABASE {name}");
            server.execute_unprepared(&drop).await?;
            server.close().await?;
        }
        Ok(())
    }
}
