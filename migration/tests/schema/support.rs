//! A database of its own for each test, on each backend.

use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::sea_query::{Alias, Asterisk, Expr, Query};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, ExprTrait,
};
use url::Url;

/// Makes `claim::{sqlite, mysql, mariadb, postgres}` from `async fn claim(db) -> Result<(), DbErr>`.
macro_rules! on_every_backend {
    ($($claim:ident),+ $(,)?) => {$(
        mod $claim {
            use crate::support;

            #[tokio::test]
            async fn sqlite() {
                support::on_sqlite(super::$claim).await;
            }

            #[tokio::test]
            #[ignore = "needs a server: scripts/test"]
            async fn mysql() {
                support::on_server("XTSQLORM_TEST_MYSQL_URL", super::$claim).await;
            }

            #[tokio::test]
            #[ignore = "needs a server: scripts/test"]
            async fn mariadb() {
                support::on_server("XTSQLORM_TEST_MARIADB_URL", super::$claim).await;
            }

            #[tokio::test]
            #[ignore = "needs a server: scripts/test"]
            async fn postgres() {
                support::on_server("XTSQLORM_TEST_POSTGRES_URL", super::$claim).await;
            }
        }
    )+};
}
pub(crate) use on_every_backend;

/// Runs a claim on a new database file, and again in memory.
pub(crate) async fn on_sqlite<F>(claim: fn(DatabaseConnection) -> F)
where
    F: Future<Output = Result<(), DbErr>>,
{
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("schema.db");
    for url in [
        format!("sqlite://{}?mode=rwc", file.display()),
        "sqlite::memory:".to_owned(),
    ] {
        let db = connect(&url).await;
        claim(db.clone()).await.unwrap();
        db.close().await.unwrap();
    }
}

/// Runs a claim in a new database on the server that `variable` names, and drops the database
/// whether the claim held or not.
pub(crate) async fn on_server<F>(variable: &str, claim: fn(DatabaseConnection) -> F)
where
    F: Future<Output = Result<(), DbErr>> + Send + 'static,
{
    static COUNTER: AtomicU32 = AtomicU32::new(0);

    let Ok(url) = std::env::var(variable) else {
        panic!("{variable} is not set: run scripts/test, which starts the servers");
    };
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let name = format!("xtsqlorm_schema_{}_{number}", std::process::id());
    let admin = connect(&url).await;
    run(&admin, &format!("CREATE DATABASE {name}")).await;

    let mut own = Url::parse(&url).unwrap();
    own.set_path(&name);
    let db = connect(own.as_str()).await;
    let outcome = tokio::spawn(claim(db.clone())).await;
    db.close().await.unwrap();

    let force = match admin.get_database_backend() {
        DbBackend::Postgres => " WITH (FORCE)",
        _ => "",
    };
    run(&admin, &format!("DROP DATABASE {name}{force}")).await;
    admin.close().await.unwrap();
    match outcome {
        Ok(result) => result.unwrap(),
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

/// The number of rows in a table; an error where there is no such table.
pub(crate) async fn count(db: &DatabaseConnection, table: &str) -> Result<i64, DbErr> {
    let select = Query::select()
        .expr_as(Expr::col(Asterisk).count(), "rows_there")
        .from(Alias::new(table))
        .take();
    let row = db.query_one(&select).await?;
    row.expect("a count is a row").try_get("", "rows_there")
}

/// One connection, so that a database in memory stays one database.
async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

async fn run(db: &DatabaseConnection, sql: &str) {
    db.execute_unprepared(sql).await.unwrap();
}
