//! A database with the table in it.

use std::{fs, path::Path, str::FromStr};

use anyhow::Context;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, MySqlConnection, PgConnection, SqliteConnection,
    mysql::{MySqlConnectOptions, MySqlSslMode},
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};
use work::{Backend, Result, Target};

use crate::peers;

/// Keys from here on are of rows that are there to be deleted.
pub(crate) const SPARE: i64 = 1_000_000_000;

const COLUMNS: &str = "code, name, note, amount, quantity, active, rating, created_at, updated_at";

/// A database of ours with the table `bench_row`.
pub(crate) struct Place {
    pub(crate) target: Target,
    /// How many rows are in it to be read and changed, with the keys from 1 on.
    pub(crate) rows: i64,
    admin: Admin,
}

enum Admin {
    Sqlite(SqliteConnection),
    MySql(MySqlConnection),
    Postgres(PgConnection),
}

impl Place {
    /// Makes the database `xtsqlorm_bench_NAME`, or the file of this name, and so many rows in it.
    pub(crate) async fn make(
        backend: Backend,
        name: &str,
        folder: &Path,
        rows: u64,
        pool: u32,
    ) -> Result<Self> {
        let database = format!("xtsqlorm_bench_{name}");
        let url = match backend {
            Backend::Sqlite => {
                let file = folder.join(format!("{database}.db"));
                remove_files(&file)?;
                let options = SqliteConnectOptions::new()
                    .filename(&file)
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal);
                options.connect().await?.close().await?;
                format!("sqlite://{}", file.display())
            }
            _ => {
                let mut server = url::Url::parse(&server_url(backend)?)?;
                let mut admin = Admin::connect(backend, server.as_str()).await?;
                admin
                    .run(&format!("DROP DATABASE IF EXISTS {database}"))
                    .await?;
                admin.run(&format!("CREATE DATABASE {database}")).await?;
                server.set_path(&database);
                server.into()
            }
        };
        let mut admin = Admin::connect(backend, &url).await?;
        for statement in schema(backend) {
            admin.run(statement).await?;
        }
        let mut place = Self {
            target: Target { backend, url, pool },
            rows: i64::try_from(rows)?,
            admin,
        };
        place.seed(rows).await?;
        Ok(place)
    }

    /// Fills the empty table.
    async fn seed(&mut self, rows: u64) -> Result<()> {
        if rows == 0 {
            return Ok(());
        }
        let peer = peers::connect("sqlx-held", &self.target).await?;
        peer.bulk_insert("seed", rows).await?;
        self.admin
            .run(match self.target.backend {
                Backend::Sqlite => "ANALYZE",
                Backend::MySql | Backend::MariaDb => "ANALYZE TABLE bench_row",
                Backend::Postgres => "VACUUM ANALYZE bench_row",
            })
            .await
    }

    /// Removes all rows.
    pub(crate) async fn clear(&mut self) -> Result<()> {
        self.admin
            .run(match self.target.backend {
                Backend::Sqlite => "DELETE FROM bench_row",
                _ => "TRUNCATE TABLE bench_row",
            })
            .await
    }

    /// Adds rows with the keys from [`SPARE`] on.
    pub(crate) async fn add_spare(&mut self, number: u64) -> Result<()> {
        let code = match self.target.backend {
            Backend::MySql | Backend::MariaDb => "CONCAT('spare-', id)",
            _ => "'spare-' || id",
        };
        let first = SPARE - 1;
        let values = COLUMNS.replacen("code", code, 1);
        let text = format!(
            "INSERT INTO bench_row (id, {COLUMNS}) \
             SELECT id + {first}, {values} FROM bench_row WHERE id <= {number}"
        );
        self.admin.run(&text).await
    }

    /// Removes the rows that were added to those with which it began.
    pub(crate) async fn restore(&mut self) -> Result<()> {
        let text = format!("DELETE FROM bench_row WHERE id > {}", self.rows);
        self.admin.run(&text).await
    }

    /// The version of what answers.
    pub(crate) async fn version(&mut self) -> Result<String> {
        self.admin.version().await
    }

    /// Leaves nothing behind.
    pub(crate) async fn remove(self) -> Result<()> {
        let Self { target, admin, .. } = self;
        drop(admin);
        if let Some(file) = target.url.strip_prefix("sqlite://") {
            return remove_files(Path::new(file));
        }
        let name = target.url.rsplit('/').next().unwrap_or_default();
        let mut admin = Admin::connect(target.backend, &server_url(target.backend)?).await?;
        let force = match target.backend {
            Backend::Postgres => " WITH (FORCE)",
            _ => "",
        };
        admin
            .run(&format!("DROP DATABASE IF EXISTS {name}{force}"))
            .await
    }
}

impl Admin {
    async fn connect(backend: Backend, url: &str) -> Result<Self> {
        Ok(match backend {
            Backend::Sqlite => Self::Sqlite(SqliteConnectOptions::from_str(url)?.connect().await?),
            Backend::MySql | Backend::MariaDb => {
                let options = MySqlConnectOptions::from_str(url)?;
                Self::MySql(options.ssl_mode(MySqlSslMode::Disabled).connect().await?)
            }
            Backend::Postgres => Self::Postgres(PgConnectOptions::from_str(url)?.connect().await?),
        })
    }

    async fn run(&mut self, text: &str) -> Result<()> {
        let query = sqlx::raw_sql(AssertSqlSafe(text.to_owned()));
        match self {
            Self::Sqlite(connection) => {
                query.execute(connection).await?;
            }
            Self::MySql(connection) => {
                query.execute(connection).await?;
            }
            Self::Postgres(connection) => {
                query.execute(connection).await?;
            }
        }
        Ok(())
    }

    async fn version(&mut self) -> Result<String> {
        Ok(match self {
            Self::Sqlite(connection) => {
                let select = sqlx::query_scalar("SELECT sqlite_version()");
                select.fetch_one(connection).await?
            }
            Self::MySql(connection) => {
                sqlx::query_scalar("SELECT version()")
                    .fetch_one(connection)
                    .await?
            }
            Self::Postgres(connection) => {
                let select = sqlx::query_scalar("SELECT current_setting('server_version')");
                select.fetch_one(connection).await?
            }
        })
    }
}

/// Removes a file of SQLite and what stands beside it.
fn remove_files(file: &Path) -> Result<()> {
    for ending in ["db", "db-wal", "db-shm"] {
        let file = file.with_extension(ending);
        if file.exists() {
            fs::remove_file(file)?;
        }
    }
    Ok(())
}

fn server_url(backend: Backend) -> Result<String> {
    let variable = format!("XTSQLORM_TEST_{}_URL", backend.name().to_uppercase());
    std::env::var(&variable).with_context(|| format!("{variable} does not say where it is"))
}

fn schema(backend: Backend) -> [&'static str; 2] {
    let table = match backend {
        // REAL, since drivers refuse whole numbers, which NUMERIC would store as such.
        Backend::Sqlite => {
            "CREATE TABLE bench_row (
                id INTEGER PRIMARY KEY,
                code VARCHAR(40) NOT NULL UNIQUE,
                name VARCHAR(100) NOT NULL,
                note VARCHAR(255),
                amount REAL NOT NULL,
                quantity INTEGER NOT NULL,
                active BOOLEAN NOT NULL,
                rating DOUBLE NOT NULL,
                created_at DATETIME NOT NULL,
                updated_at DATETIME
            )"
        }
        Backend::MySql | Backend::MariaDb => {
            "CREATE TABLE bench_row (
                id BIGINT PRIMARY KEY AUTO_INCREMENT,
                code VARCHAR(40) NOT NULL UNIQUE,
                name VARCHAR(100) NOT NULL,
                note VARCHAR(255),
                amount DECIMAL(12, 2) NOT NULL,
                quantity INT NOT NULL,
                active BOOLEAN NOT NULL,
                rating DOUBLE NOT NULL,
                created_at DATETIME(6) NOT NULL,
                updated_at DATETIME(6)
            ) CHARACTER SET utf8mb4"
        }
        Backend::Postgres => {
            "CREATE TABLE bench_row (
                id BIGSERIAL PRIMARY KEY,
                code VARCHAR(40) NOT NULL UNIQUE,
                name VARCHAR(100) NOT NULL,
                note VARCHAR(255),
                amount NUMERIC(12, 2) NOT NULL,
                quantity INT NOT NULL,
                active BOOLEAN NOT NULL,
                rating DOUBLE PRECISION NOT NULL,
                created_at TIMESTAMP NOT NULL,
                updated_at TIMESTAMP
            )"
        }
    };
    [
        table,
        "CREATE INDEX bench_row_quantity ON bench_row (quantity)",
    ]
}
