//! A database that is made for one claim.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use migration::{Migrator, MigratorTrait};
use sea_orm::{DbErr, sqlx};
use tempfile::TempDir;
use xtsqlorm::{
    config::{DatabaseConfig, PoolConfig, TlsConfig, TlsMode},
    connection::ConnectionManager,
    session::SessionProvider,
};

use super::{Proxy, Raw};

/// The backends that claims run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    MySql,
    MariaDb,
    Postgres,
}

impl Kind {
    pub(crate) fn is_server(self) -> bool {
        self != Self::Sqlite
    }

    pub(crate) fn speaks_mysql(self) -> bool {
        matches!(self, Self::MySql | Self::MariaDb)
    }

    /// Where an account is that may create databases.
    fn admin_url(self) -> String {
        let variable = match self {
            Self::Sqlite => unreachable!("SQLite has no server"),
            Self::MySql => "XTSQLORM_TEST_MYSQL_URL",
            Self::MariaDb => "XTSQLORM_TEST_MARIADB_URL",
            Self::Postgres => "XTSQLORM_TEST_POSTGRES_URL",
        };
        std::env::var(variable).unwrap_or_else(|_| {
            panic!("{variable} is not set; scripts/test starts the servers and sets it")
        })
    }
}

/// A new, empty database. Clones are handles to the same one.
#[derive(Clone)]
pub(crate) struct TestDatabase {
    inner: Arc<Inner>,
}

struct Inner {
    kind: Kind,
    /// The database's name; SQLite's file.
    name: String,
    config: DatabaseConfig,
    manager: ConnectionManager,
    /// Where SQLite's file is.
    _folder: Option<TempDir>,
}

impl TestDatabase {
    pub(super) async fn create(kind: Kind) -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "xt_{}_{}",
            std::process::id(),
            COUNTER.fetch_add(1, Relaxed)
        );
        let (name, config, folder) = if kind.is_server() {
            let url = kind.admin_url();
            let mut admin = Raw::connect(kind, &url).await.unwrap();
            admin.run(format!("CREATE DATABASE {name}")).await.unwrap();
            let config = DatabaseConfig::from_url(&url).unwrap().database(&name);
            let pool = PoolConfig::new()
                .max_connections(5)
                .acquire_timeout(Duration::from_secs(10));
            (name, config.pool(pool), None)
        } else {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("suite.db").display().to_string();
            let config = DatabaseConfig::from_url(&format!("sqlite://{file}")).unwrap();
            // One, and little patience: a statement beside the open transaction fails loudly. Not
            // too little: SQLite brings a cancelled statement to its end, on a busy machine, too.
            let pool = PoolConfig::new()
                .max_connections(1)
                .acquire_timeout(Duration::from_secs(8));
            (file, config.pool(pool), Some(folder))
        };
        let manager = ConnectionManager::connect(&config).await.unwrap();
        Self {
            inner: Arc::new(Inner {
                kind,
                name,
                config,
                manager,
                _folder: folder,
            }),
        }
    }

    pub(crate) fn kind(&self) -> Kind {
        self.inner.kind
    }

    /// The name on the server; SQLite's file.
    pub(crate) fn name(&self) -> &str {
        &self.inner.name
    }

    /// How to connect: a pool of five connections on a server, of one on SQLite.
    pub(crate) fn config(&self) -> DatabaseConfig {
        self.inner.config.clone()
    }

    /// How to connect with a pool of `max` connections.
    pub(crate) fn config_of(&self, max: u32) -> DatabaseConfig {
        let pool = PoolConfig::new()
            .max_connections(max)
            .acquire_timeout(Duration::from_secs(10));
        self.config().pool(pool)
    }

    /// How to connect through `proxy` with a pool of `max` connections, in plain text.
    pub(crate) fn config_through(&self, proxy: &Proxy, max: u32) -> DatabaseConfig {
        self.config_of(max)
            .host("127.0.0.1")
            .port(proxy.port())
            .tls(TlsConfig::new().mode(TlsMode::Disabled))
    }

    /// A proxy in front of this database's server.
    pub(crate) async fn proxy(&self) -> Proxy {
        let (Some(host), Some(port)) = (self.inner.config.get_host(), self.inner.config.get_port())
        else {
            panic!("SQLite has no server to put a proxy in front of");
        };
        Proxy::start(format!("{host}:{port}")).await
    }

    /// The claim's own pool, as in [`config`](Self::config).
    pub(crate) fn manager(&self) -> ConnectionManager {
        self.inner.manager.clone()
    }

    /// A provider on [`manager`](Self::manager)'s pool.
    pub(crate) fn provider(&self) -> SessionProvider {
        SessionProvider::new(self.manager())
    }

    /// Another pool, of `max` connections.
    pub(crate) async fn pool_of(&self, max: u32) -> xtsqlorm::Result<ConnectionManager> {
        ConnectionManager::connect(&self.config_of(max)).await
    }

    /// Makes the tables of the sample schema.
    pub(crate) async fn migrated(&self) -> Result<&Self, DbErr> {
        Migrator::up(self.manager().db(), None).await?;
        Ok(self)
    }

    /// Makes the tables of the sample schema, and its rows.
    pub(crate) async fn seeded(&self) -> Result<&Self, DbErr> {
        self.migrated().await?;
        migration::seed(self.manager().db()).await?;
        Ok(self)
    }

    /// A connection of its own, without a pool.
    pub(crate) async fn raw(&self) -> sqlx::Result<Raw> {
        Raw::connect(self.kind(), &self.url()).await
    }

    /// Sends statements one by one on a connection of its own.
    pub(crate) async fn execute(&self, statements: &[&str]) -> sqlx::Result<()> {
        let mut raw = self.raw().await?;
        for statement in statements {
            raw.run(*statement).await?;
        }
        Ok(())
    }

    /// The driver's URL of this database.
    pub(crate) fn url(&self) -> String {
        use secrecy::ExposeSecret;
        self.inner.config.connect_str().expose_secret().to_owned()
    }

    /// A statement that takes about a second and changes nothing.
    pub(crate) fn slow_statement(&self) -> &'static str {
        match self.kind() {
            Kind::MySql | Kind::MariaDb => "SELECT SLEEP(1)",
            Kind::Postgres => "SELECT pg_sleep(1)",
            Kind::Sqlite => {
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) \
                 SELECT COUNT(*) FROM n"
            }
        }
    }

    /// Drops the database, as far as that goes.
    pub(super) async fn remove(&self) {
        let disposed = self.inner.manager.dispose();
        tokio::time::timeout(Duration::from_secs(2), disposed)
            .await
            .ok();
        if self.kind().is_server() {
            let removed =
                tokio::time::timeout(Duration::from_secs(20), self.drop_on_server()).await;
            if !matches!(removed, Ok(Ok(()))) {
                eprintln!("the database {} stays behind: {removed:?}", self.name());
            }
        }
    }

    async fn drop_on_server(&self) -> sqlx::Result<()> {
        let name = self.name();
        let mut admin = Raw::connect(self.kind(), &self.kind().admin_url()).await?;
        if self.kind() == Kind::Postgres {
            return admin
                .run(format!("DROP DATABASE {name} WITH (FORCE)"))
                .await;
        }
        // A claim that failed may have left a transaction open, which DROP would wait for.
        let open = format!(
            "SELECT CAST(id AS SIGNED) FROM information_schema.processlist WHERE db = '{name}'"
        );
        for connection in admin.numbers(open).await? {
            admin.run(format!("KILL {connection}")).await.ok();
        }
        admin.run(format!("DROP DATABASE {name}")).await
    }
}
