//! A database of its own for each claim, as the examples' configuration names it.

use std::path::{Path, PathBuf};

use xtsqlorm::prelude::*;

/// An empty database.
pub(crate) struct Database {
    /// Its key in `xtsqlorm.toml`.
    pub(crate) key: &'static str,
    pub(crate) config: DatabaseConfig,
    fields: Vec<(&'static str, String)>,
    /// Where SQLite's file is.
    _folder: tempfile::TempDir,
}

impl Database {
    pub(crate) fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("examples.db").display().to_string();
        Self {
            key: "default",
            config: DatabaseConfig::from_url(&format!("sqlite://{file}")).unwrap(),
            fields: vec![("DATABASE", file)],
            _folder: folder,
        }
    }

    /// On the server whose URL `variable` holds. `claim` makes the name one of its own.
    pub(crate) async fn on_server(key: &'static str, variable: &str, claim: &str) -> Self {
        let url = std::env::var(variable)
            .unwrap_or_else(|_| panic!("{variable} is not set; scripts/test sets it"));
        let config = DatabaseConfig::from_url(&url).unwrap();
        let admin = ConnectionManager::connect(&config).await.unwrap();
        let name = format!("xt_{}_{}", std::process::id(), claim.len());
        let create = format!("CREATE DATABASE {name}");
        admin.db().execute_unprepared(&create).await.unwrap();
        admin.dispose().await;
        Self {
            key,
            fields: vec![
                ("HOST", config.get_host().unwrap_or("127.0.0.1").to_owned()),
                ("PORT", config.get_port().unwrap_or_default().to_string()),
                ("DATABASE", name.clone()),
            ],
            config: config.database(&name),
            _folder: tempfile::tempdir().unwrap(),
        }
    }

    /// What tells a program where the database is.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        let config = root().with_file_name("xtsqlorm.toml").display().to_string();
        let key = self.key.to_uppercase();
        let field = |(name, value): &(&str, String)| {
            (format!("XTSQLORM__DATABASES__{key}__{name}"), value.clone())
        };
        let fields = self.fields.iter().map(field);
        fields
            .chain([("XTSQLORM_CONFIG".to_owned(), config)])
            .collect()
    }
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where cargo put the example of that name, before it ran this test.
pub(crate) fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(Path::parent).unwrap();
    folder.join("examples").join(name)
}

/// Makes `claim::{sqlite, mysql, mariadb, postgres}` from `async fn claim(database: Database)`.
macro_rules! on_every_backend {
    ($claim:ident) => {
        mod claims {
            use crate::databases::Database;

            mod $claim {
                use super::*;

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn sqlite() {
                    super::super::$claim(Database::on_sqlite()).await;
                }

                $crate::databases::on_server!($claim, mysql, "XTSQLORM_TEST_MYSQL_URL");
                $crate::databases::on_server!($claim, mariadb, "XTSQLORM_TEST_MARIADB_URL");
                $crate::databases::on_server!($claim, postgres, "XTSQLORM_TEST_POSTGRES_URL");
            }
        }
    };
}

macro_rules! on_server {
    ($claim:ident, $name:ident, $variable:literal) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        #[ignore = "needs a server: scripts/test"]
        async fn $name() {
            let claim = stringify!($claim);
            let database = Database::on_server(stringify!($name), $variable, claim).await;
            super::super::$claim(database).await;
        }
    };
}

pub(crate) use {on_every_backend, on_server};
