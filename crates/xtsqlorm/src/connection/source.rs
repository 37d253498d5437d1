//! The sqlx pool below, whichever driver it is.

use sea_orm::{
    DatabaseConnection, SqlxMySqlConnector, SqlxPostgresConnector, SqlxSqliteConnector,
    sqlx::{self, ConnectOptions, Connection, MySqlPool, PgPool, SqlitePool},
};

use super::driver::DriverConnection;

/// One sqlx pool.
#[derive(Clone, Debug)]
pub(super) enum Source {
    MySql(MySqlPool),
    Postgres(PgPool),
    Sqlite(SqlitePool),
}

impl Source {
    /// SeaORM's handle on the same pool.
    pub(super) fn database_connection(&self) -> DatabaseConnection {
        match self.clone() {
            Self::MySql(pool) => SqlxMySqlConnector::from_sqlx_mysql_pool(pool),
            Self::Postgres(pool) => SqlxPostgresConnector::from_sqlx_postgres_pool(pool),
            Self::Sqlite(pool) => SqlxSqliteConnector::from_sqlx_sqlite_pool(pool),
        }
    }

    pub(super) async fn acquire(&self) -> sqlx::Result<DriverConnection> {
        Ok(match self {
            Self::MySql(pool) => DriverConnection::MySql(pool.acquire().await?),
            Self::Postgres(pool) => DriverConnection::Postgres(pool.acquire().await?),
            Self::Sqlite(pool) => DriverConnection::Sqlite(pool.acquire().await?),
        })
    }

    /// Opens a connection that is not the pool's, and asks for the server's version.
    ///
    /// SQLite's is the pool's first, since a database in memory lives and dies with its connection.
    pub(super) async fn probe(&self) -> sqlx::Result<String> {
        const VERSION: &str = "SELECT version()";
        match self {
            Self::MySql(pool) => {
                let mut connection = pool.connect_options().connect().await?;
                let version = sqlx::query_scalar(VERSION)
                    .fetch_one(&mut connection)
                    .await?;
                connection.close().await?;
                Ok(version)
            }
            Self::Postgres(pool) => {
                let mut connection = pool.connect_options().connect().await?;
                let version = sqlx::query_scalar(VERSION)
                    .fetch_one(&mut connection)
                    .await?;
                connection.close().await?;
                Ok(version)
            }
            Self::Sqlite(pool) => {
                sqlx::query_scalar("SELECT sqlite_version()")
                    .fetch_one(pool)
                    .await
            }
        }
    }

    pub(super) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    pub(super) fn size(&self) -> u32 {
        match self {
            Self::MySql(pool) => pool.size(),
            Self::Postgres(pool) => pool.size(),
            Self::Sqlite(pool) => pool.size(),
        }
    }

    pub(super) fn idle(&self) -> u32 {
        let idle = match self {
            Self::MySql(pool) => pool.num_idle(),
            Self::Postgres(pool) => pool.num_idle(),
            Self::Sqlite(pool) => pool.num_idle(),
        };
        u32::try_from(idle).unwrap_or(u32::MAX)
    }

    pub(super) async fn close(&self) {
        match self {
            Self::MySql(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
            Self::Sqlite(pool) => pool.close().await,
        }
    }
}
