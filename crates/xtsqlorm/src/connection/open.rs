//! Opens the sqlx pool of a configuration, with the defaults that a backend needs.

use std::{io, str::FromStr, time::Duration};

use futures_util::future::BoxFuture;
use sea_orm::sqlx::{
    self, AssertSqlSafe, ConnectOptions, Connection, Executor, MySql, Postgres, Sqlite,
    mysql::MySqlConnectOptions,
    pool::PoolOptions,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};
use secrecy::ExposeSecret;

use super::{pool::Limits, source::Source};
use crate::config::{DatabaseConfig, DatabaseKind};

/// A connection that was idle for less is handed out without a PING.
const TRUSTED_FOR: Duration = Duration::from_secs(1);
/// How long SQLite waits for another writer.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Makes the pool without connecting.
pub(super) fn open(config: &DatabaseConfig) -> sqlx::Result<(Source, Limits)> {
    let limits = limits(config);
    let limit = answer_within(config);
    let url = config.connect_str();
    let url = url.expose_secret();
    let source = match config.get_kind() {
        DatabaseKind::MySql | DatabaseKind::MariaDb => {
            let options = logged(MySqlConnectOptions::from_str(url)?, config);
            let pool = pool_options::<MySql>(config, &limits)
                .after_connect(|connection, _| Box::pin(be_strict(connection)))
                .after_release(move |connection, _| end_transaction(connection, "ROLLBACK", limit));
            Source::MySql(pool.connect_lazy_with(options))
        }
        DatabaseKind::Postgres => {
            let options = logged(PgConnectOptions::from_str(url)?, config);
            // A ROLLBACK alone makes the server warn where there is no transaction.
            let sql = "BEGIN; ROLLBACK";
            let pool = pool_options::<Postgres>(config, &limits)
                .after_release(move |connection, _| end_transaction(connection, sql, limit));
            Source::Postgres(pool.connect_lazy_with(options))
        }
        DatabaseKind::Sqlite => {
            let options = SqliteConnectOptions::from_str(url)?
                .foreign_keys(true)
                .busy_timeout(BUSY_TIMEOUT);
            let read_only = config
                .get_options()
                .get("mode")
                .is_some_and(|mode| mode == "ro");
            let options = if config.is_memory() || read_only {
                options
            } else {
                options.journal_mode(SqliteJournalMode::Wal)
            };
            let pool = pool_options::<Sqlite>(config, &limits)
                .after_release(move |connection, _| end_transaction(connection, "ROLLBACK", limit));
            Source::Sqlite(pool.connect_lazy_with(logged(options, config)))
        }
    };
    Ok((source, limits))
}

/// A database in memory lives as long as its one connection.
fn limits(config: &DatabaseConfig) -> Limits {
    let pool = config.get_pool();
    let (max, min) = if config.is_memory() {
        (1, 0)
    } else {
        (pool.get_max_connections(), pool.get_min_connections())
    };
    Limits {
        max,
        min,
        acquire_timeout: pool.get_acquire_timeout(),
        connect_timeout: pool.get_connect_timeout(),
        warn_repeated: config.get_warn_repeated(),
    }
}

/// How long a connection that is tested may take to answer. SQLite is in this process, and answers
/// when its statement has ended.
fn answer_within(config: &DatabaseConfig) -> Duration {
    match config.get_kind() {
        DatabaseKind::Sqlite => Duration::MAX,
        _ => config.get_pool().get_connect_timeout(),
    }
}

fn pool_options<DB: sqlx::Database>(config: &DatabaseConfig, limits: &Limits) -> PoolOptions<DB> {
    let pool = config.get_pool();
    let limit = answer_within(config);
    let mut options = PoolOptions::<DB>::new()
        .max_connections(limits.max)
        .min_connections(limits.min)
        .acquire_timeout(limits.acquire_timeout)
        .idle_timeout(pool.get_idle_timeout())
        .max_lifetime(pool.get_max_lifetime())
        .test_before_acquire(false)
        .before_acquire(move |connection, meta| {
            Box::pin(async move {
                if meta.idle_for < TRUSTED_FOR {
                    return Ok(true);
                }
                Ok(within(limit, connection.ping()).await.is_ok())
            })
        });
    if config.is_memory() {
        options = options.idle_timeout(None).max_lifetime(None);
    }
    options
}

fn logged<O: ConnectOptions>(options: O, config: &DatabaseConfig) -> O {
    let mut options = options.disable_statement_logging();
    if config.get_echo() {
        options = options.log_statements(log::LevelFilter::Info);
    }
    if let Some(limit) = config.get_slow_query() {
        options = options.log_slow_statements(log::LevelFilter::Warn, limit);
    }
    options
}

/// Without a strict mode, MySQL stores what it makes of a value that does not fit; without
/// autocommit, it forgets a write that stands alone.
async fn be_strict(connection: &mut sqlx::MySqlConnection) -> sqlx::Result<()> {
    connection
        .execute(
            "SET SESSION autocommit = 1, \
             SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',STRICT_TRANS_TABLES')",
        )
        .await?;
    Ok(())
}

/// Ends what a cancelled `begin()` of SeaORM's own handle may have left open. It runs while the
/// connection is on its way back, so that nobody waits for it.
fn end_transaction<'c, C>(
    connection: &'c mut C,
    sql: &'static str,
    limit: Duration,
) -> BoxFuture<'c, sqlx::Result<bool>>
where
    C: Connection,
    for<'e> &'e mut C: Executor<'e, Database = C::Database>,
{
    let end = async move {
        // In a failed transaction PostgreSQL refuses BEGIN; where there is none SQLite refuses
        // ROLLBACK.
        match connection.execute(AssertSqlSafe(sql)).await {
            Err(sqlx::Error::Database(_)) => match connection.execute("ROLLBACK").await {
                Ok(_) | Err(sqlx::Error::Database(_)) => {}
                Err(broken) => return Err(broken),
            },
            ended => drop(ended?),
        }
        // A reply that does not fit the statement shows here.
        connection.ping().await
    };
    // An error would make sqlx close the connection the hard way, which over TLS waits for a server
    // that has nothing to say; in order, the server hangs up.
    Box::pin(async move { Ok(within(limit, end).await.is_ok()) })
}

/// Gives a connection up that does not answer: its host may have gone without a word, and while
/// sqlx waits for it, its place in the pool is taken.
async fn within<T>(
    limit: Duration,
    answer: impl Future<Output = sqlx::Result<T>>,
) -> sqlx::Result<T> {
    match tokio::time::timeout(limit, answer).await {
        Ok(answer) => answer,
        Err(_) => Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into())),
    }
}
