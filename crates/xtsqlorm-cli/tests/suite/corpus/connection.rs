//! A connection of the bare driver, for what is no work of an ORM.

use std::error::Error;

use sea_orm::sqlx::{
    self, AssertSqlSafe, Connection as _, Executor, MySqlConnection, PgConnection, Row,
    SqliteConnection,
};

use super::script::{Step, steps};
use crate::servers::Server;
use crate::support::Result;

/// One connection.
pub(super) enum Connection {
    Mysql(MySqlConnection),
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

macro_rules! with_driver {
    ($connection:expr, $conn:ident => $body:expr) => {
        match $connection {
            Connection::Mysql($conn) => $body,
            Connection::Postgres($conn) => $body,
            Connection::Sqlite($conn) => $body,
        }
    };
}

impl Connection {
    pub(super) async fn open(server: Server, url: &str) -> Result<Self> {
        Ok(match server {
            Server::Mysql | Server::Mariadb => Self::Mysql(MySqlConnection::connect(url).await?),
            Server::Postgres => Self::Postgres(PgConnection::connect(url).await?),
            Server::Sqlite => Self::Sqlite(SqliteConnection::connect(url).await?),
        })
    }

    /// Sends statements as they are.
    pub(super) async fn run(&mut self, sql: &str) -> Result<()> {
        let query = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        let done = with_driver!(self, conn => conn.execute(query).await.map(drop));
        done.map_err(|error| format!("{error}: {}", start(sql)).into())
    }

    /// The rows of a query of which all columns are text.
    pub(super) async fn texts(&mut self, sql: &str) -> Result<Vec<Vec<String>>> {
        let query = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        let rows = with_driver!(self, conn => {
            let rows = conn.fetch_all(query).await.map_err(|error| with(error, sql))?;
            rows.iter()
                .map(|row| (0..row.len()).map(|at| row.try_get_unchecked(at)).collect())
                .collect::<sqlx::Result<_>>()
        });
        rows.map_err(|error| with(error, sql))
    }

    /// Runs a script, going on after errors; answers what was refused and why.
    pub(super) async fn load(&mut self, server: Server, script: &str) -> Vec<String> {
        let mut refused = Vec::new();
        for step in steps(script, server) {
            let done = match &step {
                Step::Statement(sql) => self.run(sql).await,
                Step::Copy(sql, data) => self.copy_in(sql, data).await,
            };
            if let Err(error) = done {
                refused.push(error.to_string());
            }
        }
        refused
    }

    async fn copy_in(&mut self, sql: &str, data: &str) -> Result<()> {
        let Self::Postgres(conn) = self else {
            return Err("only PostgreSQL has COPY".into());
        };
        let mut copy = conn.copy_in_raw(sql).await?;
        copy.send(data.as_bytes()).await?;
        copy.finish().await?;
        Ok(())
    }
}

fn with(error: sqlx::Error, sql: &str) -> Box<dyn Error> {
    format!("{error}: {}", start(sql)).into()
}

fn start(sql: &str) -> String {
    sql.trim().chars().take(160).collect()
}
