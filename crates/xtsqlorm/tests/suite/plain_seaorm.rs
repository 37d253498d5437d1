//! What happens on SeaORM alone. Each claim here is a reason for something in this library.
//!
//! When one of them turns red, SeaORM or sqlx has been cured, and the reason is gone; its
//! counterpart among our own claims, named beside it, holds either way.
//!
//! Not here is what does not compile. On SeaORM, a function that takes a transaction closure with a
//! bound `impl AsyncFnOnce(&DatabaseTransaction) -> ..` cannot be called inside `tokio::spawn`
//! ("implementation of `Send` is not general enough"), and a boxed closure cannot borrow from
//! around it. Ours can: `async_closures`.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement,
    TransactionTrait, Value, prelude::Date,
};
use xtsqlorm::config::TlsMode;

use crate::support::{
    NOTHING, Proxy, Random, Raw, Result, TestDatabase, balance, create_ledger, deposit, ledger_row,
    on_every_backend, on_every_server, on_postgres, on_sqlite,
};

// Not on SQLite: sqlx's worker for it rolls back a BEGIN whose caller has gone.
on_every_server!(
    a_cancelled_begin_loses_a_row_that_was_acknowledged,
    a_refused_connection_is_reported_as_a_timeout,
);
on_postgres!(
    a_cancelled_begin_makes_a_failure_last,
    an_infinite_date_panics_in_the_caller_s_task,
    a_text_keeps_the_types_of_its_first_parameters,
);
on_every_backend!(
    committing_a_parent_with_an_open_child_says_ok_and_keeps_nothing,
    dropping_a_parent_while_its_child_runs_panics,
);
on_sqlite!(reading_and_then_writing_fails_beside_another_writer);

/// SeaORM's pool as it comes, but of one connection, so that the next caller gets the same one.
async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await
}

/// A line on which statements and replies take their time.
async fn slow_line(db: &TestDatabase) -> (Proxy, String) {
    use secrecy::ExposeSecret;
    let proxy = db.proxy().await;
    proxy.delay(Duration::from_millis(4));
    let config = db.config_through(&proxy, 1);
    assert_eq!(config.get_tls().get_mode(), TlsMode::Disabled);
    let url = config.connect_str().expose_secret().to_owned();
    (proxy, url)
}

/// Cancels `begin()` at random moments until the pool's connection is left inside a transaction,
/// and returns the row that was then written, acknowledged and not stored.
async fn poison(pool: &DatabaseConnection, raw: &mut Raw) -> Result<i64> {
    const ATTEMPTS: i64 = 100;
    let mut random = Random::new();
    for id in 1..=ATTEMPTS {
        let limit = Duration::from_millis(random.below(30));
        drop(tokio::time::timeout(limit, pool.begin()).await);
        // No error, whatever has happened.
        deposit(pool, id).await?;
        let stored = format!("SELECT COUNT(*) FROM ledger WHERE id = {id}");
        if raw.number(stored).await? == 0 {
            println!("attempt {id} of {ATTEMPTS}");
            return Ok(id);
        }
    }
    panic!("{ATTEMPTS} times cancelled, and nothing was lost");
}

/// A client that went away in the middle of `begin()` costs another one his data: his INSERT
/// returns Ok, he reads the row back, nobody else ever sees it, and it goes with the connection.
///
/// Ours: `cancellation`, also for this very handle when it is `manager.db()`.
async fn a_cancelled_begin_loses_a_row_that_was_acknowledged(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let (_proxy, url) = slow_line(&db).await;
    let pool = connect(&url).await?;
    let mut raw = db.raw().await?;
    let lost = poison(&pool, &mut raw).await?;
    assert!(ledger_row(&pool, lost).await?, "who wrote it is shown it");
    pool.close().await?;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let stored = raw.numbers("SELECT id FROM ledger").await?;
    assert!(!stored.contains(&lost));
    Ok(())
}

/// One duplicate key later, PostgreSQL refuses everything that anybody says on that connection.
async fn a_cancelled_begin_makes_a_failure_last(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    let (_proxy, url) = slow_line(&db).await;
    let pool = connect(&url).await?;
    let mut raw = db.raw().await?;
    let lost = poison(&pool, &mut raw).await?;
    deposit(&pool, lost).await.unwrap_err();
    for _ in 0..3 {
        let error = pool
            .execute_unprepared("SELECT 1")
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains("current transaction is aborted"), "{error}");
    }
    Ok(())
}

/// Ours: `connection::dates`.
async fn an_infinite_date_panics_in_the_caller_s_task(db: TestDatabase) -> Result {
    let pool = connect(&db.url()).await?;
    for sql in [
        "SELECT DATE 'infinity' AS day",
        "SELECT DATE '300000-01-01' AS day",
    ] {
        let row = pool.query_one_raw(Statement::from_string(DbBackend::Postgres, sql));
        let row = row.await?.expect("a row");
        let read = tokio::spawn(async move { row.try_get::<Date>("", "day") });
        assert!(read.await.unwrap_err().is_panic(), "{sql}");
    }
    Ok(())
}

/// An `i64` is sent as the `i32` that was there first, and refused.
///
/// Ours: `connection::parameters`.
async fn a_text_keeps_the_types_of_its_first_parameters(db: TestDatabase) -> Result {
    let pool = connect(&db.url()).await?;
    let add = async |number: Value| {
        let sql = "SELECT $1 + 1";
        let add = Statement::from_sql_and_values(DbBackend::Postgres, sql, [number]);
        pool.query_one_raw(add).await
    };
    add(7_i32.into()).await?;
    let error = add(7_i64.into()).await.unwrap_err().to_string();
    assert!(error.contains("incorrect binary data format"), "{error}");
    Ok(())
}

/// `commit()` releases the child's savepoint and calls that a commit; the child's drop then rolls
/// everything back.
///
/// Ours: `session::nesting::committing_a_parent_with_an_open_child_commits_nothing`, with an error.
async fn committing_a_parent_with_an_open_child_says_ok_and_keeps_nothing(
    db: TestDatabase,
) -> Result {
    create_ledger(&db).await?;
    let pool = connect(&db.url()).await?;
    let parent = pool.begin().await?;
    deposit(&parent, 1).await?;
    let child = parent.begin().await?;
    deposit(&child, 2).await?;
    parent.commit().await?;
    drop(child);
    assert_eq!(balance(&pool).await?, NOTHING);
    Ok(())
}

/// Ours: `session::nesting::dropping_the_parent_while_its_child_runs_does_not_panic`.
async fn dropping_a_parent_while_its_child_runs_panics(db: TestDatabase) -> Result {
    let pool = connect(&db.url()).await?;
    let parent = pool.begin().await?;
    let child = parent.begin().await?;
    let slow = db.slow_statement();
    let running = tokio::spawn(async move { child.execute_unprepared(slow).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    let panic = catch_unwind(AssertUnwindSafe(|| drop(parent))).unwrap_err();
    let words = panic.downcast_ref::<String>().expect("a panic with words");
    assert!(words.contains("locked Transaction"), "{words}");
    running.await??;
    Ok(())
}

/// Ours: `connection::secrets::no_error_no_debug_and_no_log_has_the_password`.
#[tokio::test]
async fn the_password_is_printed() {
    // What the options print when somebody logs them.
    let options = ConnectOptions::new("mysql://ann:s3cret@db.example/shop");
    assert!(format!("{options:?}").contains("s3cret"));
    // What the error says when the URL is not one of a database that was compiled in.
    let error = Database::connect("oracle://ann:s3cret@db.example/shop")
        .await
        .unwrap_err();
    assert!(error.to_string().contains("s3cret"), "{error}");
}

/// The cause is dropped, and the caller looks for a pool that is too small.
///
/// Ours: `connection::failures::a_closed_port_is_told_at_once`.
async fn a_refused_connection_is_reported_as_a_timeout(db: TestDatabase) -> Result {
    let (proxy, url) = slow_line(&db).await;
    proxy.go_away().await;
    let limit = Duration::from_millis(500);
    let mut options = ConnectOptions::new(url);
    options.acquire_timeout(limit).sqlx_logging(false);
    let started = Instant::now();
    let error = Database::connect(options).await.unwrap_err().to_string();
    assert!(started.elapsed() >= limit);
    assert!(error.to_lowercase().contains("timed out"), "{error}");
    assert!(!error.contains("refused"), "{error}");
    Ok(())
}

/// Two units that read and then write: the second fails, and at once, however long it was told to
/// wait for a lock.
///
/// Ours: `session::failures::a_write_transaction_begins_immediate`.
async fn reading_and_then_writing_fails_beside_another_writer(db: TestDatabase) -> Result {
    create_ledger(&db).await?;
    // The file is in WAL mode, and the driver waits 5 s for a lock.
    let (one, other) = (connect(&db.url()).await?, connect(&db.url()).await?);
    let late = one.begin().await?;
    assert_eq!(balance(&late).await?, NOTHING);
    let early = other.begin().await?;
    assert_eq!(balance(&early).await?, NOTHING);
    deposit(&early, 1).await?;
    early.commit().await?;
    let started = Instant::now();
    let busy = deposit(&late, 2).await.unwrap_err().to_string();
    assert!(busy.contains("locked"), "{busy}");
    assert!(started.elapsed() < Duration::from_secs(1));
    Ok(())
}
