//! A database of each kind for a test, and the macro that runs a claim on all four.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection};

use super::support::Result;

/// What a claim is tried on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Server {
    Mysql,
    Mariadb,
    Postgres,
    Sqlite,
}

impl Server {
    /// The words for each of the four.
    pub(crate) fn choose<T>(self, mysql: T, postgres: T, sqlite: T) -> T {
        match self {
            Self::Mysql | Self::Mariadb => mysql,
            Self::Postgres => postgres,
            Self::Sqlite => sqlite,
        }
    }

    fn variable(self) -> &'static str {
        match self {
            Self::Mysql => "XTSQLORM_TEST_MYSQL_URL",
            Self::Mariadb => "XTSQLORM_TEST_MARIADB_URL",
            Self::Postgres => "XTSQLORM_TEST_POSTGRES_URL",
            Self::Sqlite => unreachable!("it is no server"),
        }
    }
}

/// An empty database of a server, and a directory for files.
pub(crate) struct Scratch {
    pub(crate) server: Server,
    /// Its URL.
    pub(crate) url: String,
    db: DatabaseConnection,
    admin: Option<(DatabaseConnection, String)>,
    dir: tempfile::TempDir,
}

impl Scratch {
    /// Our command with no configuration but the database's URL.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtsqlorm"));
        command
            .args(args)
            .env("DATABASE_URL", &self.url)
            .env_remove("XTSQLORM_CONFIG")
            .current_dir(std::env::temp_dir())
            .stdin(Stdio::null());
        command
    }

    pub(crate) async fn create(server: Server) -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let (url, admin) = if server == Server::Sqlite {
            let file = dir.path().join("scratch.db");
            (format!("sqlite://{}?mode=rwc", file.display()), None)
        } else {
            let variable = server.variable();
            let url = std::env::var(variable)
                .unwrap_or_else(|_| panic!("{variable} is not set: run scripts/test"));
            let admin = Database::connect(&url).await?;
            let name = dir.path().file_name().unwrap_or_default().to_string_lossy();
            let name =
                format!("cli{}_{}", name.replace('.', "_"), std::process::id()).to_lowercase();
            admin
                .execute_unprepared(&format!("CREATE DATABASE {name}"))
                .await?;
            let (scheme, rest) = url.split_once("://").ok_or("a URL")?;
            let host = rest.split(['/', '?']).next().unwrap_or_default();
            (format!("{scheme}://{host}/{name}"), Some((admin, name)))
        };
        let db = Database::connect(&url).await?;
        Ok(Self {
            server,
            url,
            db,
            admin,
            dir,
        })
    }

    /// Where the entity crate goes.
    pub(crate) fn out(&self) -> PathBuf {
        self.dir.path().join("entity")
    }

    /// A file beside it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Runs statements as text.
    pub(crate) async fn run(&self, statements: &[&str]) -> Result<()> {
        for statement in statements {
            let done = self.db.execute_unprepared(statement).await;
            done.map_err(|error| format!("{statement}: {error}"))?;
        }
        Ok(())
    }

    pub(crate) async fn drop(self) -> Result<()> {
        self.db.close().await?;
        if let Some((admin, name)) = self.admin {
            admin
                .execute_unprepared(&format!("DROP DATABASE {name}"))
                .await?;
            admin.close().await?;
        }
        Ok(())
    }
}

/// Makes `name::{sqlite, mysql, mariadb, postgres}` of `async fn name(&Scratch) -> Result<()>`.
macro_rules! on_every_backend {
    ($($name:ident),+ $(,)?) => { $(
        mod $name {
            use crate::servers::{Scratch, Server};

            async fn on(server: Server) -> crate::support::Result<()> {
                let scratch = Scratch::create(server).await?;
                super::$name(&scratch).await?;
                scratch.drop().await
            }

            #[tokio::test]
            async fn sqlite() -> crate::support::Result<()> {
                on(Server::Sqlite).await
            }

            #[tokio::test]
            #[ignore = "needs a server: scripts/test"]
            async fn mysql() -> crate::support::Result<()> {
                on(Server::Mysql).await
            }

            #[tokio::test]
            #[ignore = "needs a server: scripts/test"]
            async fn mariadb() -> crate::support::Result<()> {
                on(Server::Mariadb).await
            }

            #[tokio::test]
            #[ignore = "needs a server: scripts/test"]
            async fn postgres() -> crate::support::Result<()> {
                on(Server::Postgres).await
            }
        }
    )+ };
}

pub(crate) use on_every_backend;
