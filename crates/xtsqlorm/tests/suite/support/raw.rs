//! A connection that has nothing to do with the pools under test.

use sea_orm::sqlx::{
    self, AssertSqlSafe, Connection, Executor, MySqlConnection, PgConnection, SqliteConnection,
};

use super::Kind;

/// One connection of the bare driver, to look at what is really stored.
pub(crate) enum Raw {
    MySql(MySqlConnection),
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

macro_rules! with_driver {
    ($raw:expr, $conn:ident => $body:expr) => {
        match $raw {
            Raw::MySql($conn) => $body,
            Raw::Postgres($conn) => $body,
            Raw::Sqlite($conn) => $body,
        }
    };
}

impl Raw {
    pub(crate) async fn connect(kind: Kind, url: &str) -> sqlx::Result<Self> {
        Ok(match kind {
            Kind::MySql | Kind::MariaDb => Self::MySql(MySqlConnection::connect(url).await?),
            Kind::Postgres => Self::Postgres(PgConnection::connect(url).await?),
            Kind::Sqlite => Self::Sqlite(SqliteConnection::connect(url).await?),
        })
    }

    /// Sends statements as they are.
    pub(crate) async fn run(&mut self, sql: impl Into<String>) -> sqlx::Result<()> {
        let sql = AssertSqlSafe(sql.into());
        with_driver!(self, conn => conn.execute(sql).await.map(drop))
    }

    /// The first column of the only row, a 64-bit number.
    pub(crate) async fn number(&mut self, sql: impl Into<String>) -> sqlx::Result<i64> {
        let query = AssertSqlSafe(sql.into());
        with_driver!(self, conn => sqlx::query_scalar(query).fetch_one(conn).await)
    }

    /// The first column of all rows, each a text.
    pub(crate) async fn texts(&mut self, sql: impl Into<String>) -> sqlx::Result<Vec<String>> {
        let query = AssertSqlSafe(sql.into());
        with_driver!(self, conn => sqlx::query_scalar(query).fetch_all(conn).await)
    }

    /// The first column of all rows, each a 64-bit number.
    pub(crate) async fn numbers(&mut self, sql: impl Into<String>) -> sqlx::Result<Vec<i64>> {
        let query = AssertSqlSafe(sql.into());
        with_driver!(self, conn => sqlx::query_scalar(query).fetch_all(conn).await)
    }
}
