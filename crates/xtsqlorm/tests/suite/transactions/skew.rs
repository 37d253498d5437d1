//! What each isolation level prevents, and what it lets through.

use std::{
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use sea_orm::{ConnectionTrait, IsolationLevel, SqliteTransactionMode, Statement};
use tokio::{sync::Barrier, task::JoinHandle};
use xtsqlorm::session::{RetryPolicy, Session, SessionProvider, TransactionOptions};

use crate::support::{Kind, Result, TestDatabase, on_every_backend};

on_every_backend!(
    each_level_prevents_what_the_table_says,
    write_skew_is_prevented_and_both_callers_succeed,
);

use IsolationLevel::{ReadCommitted, ReadUncommitted, RepeatableRead, Serializable};

/// What two transactions can do to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Anomaly {
    /// One reads what the other has not committed, and never does.
    DirtyRead,
    /// One reads a row twice, and the other's commit lies between.
    NonRepeatableRead,
    /// One counts rows twice, and a row of the other has come.
    Phantom,
    /// Both read a number and write it back with one added; one of the two is gone.
    LostUpdate,
    /// Each reads two rows and changes one of them, by which what the other relied on is gone.
    WriteSkew,
}

const ANOMALIES: [Anomaly; 5] = [
    Anomaly::DirtyRead,
    Anomaly::NonRepeatableRead,
    Anomaly::Phantom,
    Anomaly::LostUpdate,
    Anomaly::WriteSkew,
];

/// For each level, which of [`ANOMALIES`] happen.
type Table = &'static [(IsolationLevel, [bool; 5])];

const POSTGRES: Table = &[
    (ReadUncommitted, [false, true, true, true, true]),
    (ReadCommitted, [false, true, true, true, true]),
    (RepeatableRead, [false, false, false, false, true]),
    (Serializable, [false, false, false, false, false]),
];

const MYSQL: Table = &[
    (ReadUncommitted, [true, true, true, true, true]),
    (ReadCommitted, [false, true, true, true, true]),
    (RepeatableRead, [false, false, false, true, true]),
    (Serializable, [false, false, false, false, false]),
];

/// MariaDB with `innodb_snapshot_isolation`, the default since 11.6.2.
const MARIADB_SNAPSHOT: Table = &[
    (ReadUncommitted, [true, true, true, true, true]),
    (ReadCommitted, [false, true, true, true, true]),
    (RepeatableRead, [false, false, false, false, true]),
    (Serializable, [false, false, false, false, false]),
];

const SQLITE: Table = &[(Serializable, [false, false, false, false, false])];

/// The table that holds for the server at hand.
async fn table(db: &TestDatabase) -> Result<Table> {
    Ok(match db.kind() {
        Kind::Sqlite => SQLITE,
        Kind::Postgres => POSTGRES,
        Kind::MySql => MYSQL,
        Kind::MariaDb => {
            let setting = "SHOW VARIABLES LIKE 'innodb_snapshot_isolation'";
            let statement = Statement::from_string(sea_orm::DbBackend::MySql, setting);
            let row = db.manager().query_one_raw(statement).await?;
            match row
                .map(|row| row.try_get_by_index::<String>(1))
                .transpose()?
            {
                Some(value) if value == "ON" => MARIADB_SNAPSHOT,
                _ => MYSQL,
            }
        }
    })
}

/// Measured anew, each of them, so that the documentation cannot be wrong.
async fn each_level_prevents_what_the_table_says(db: TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    raw.run("CREATE TABLE marks (id BIGINT PRIMARY KEY, amount BIGINT NOT NULL)")
        .await?;
    let provider = SessionProvider::new(db.pool_of(4).await?);
    let mut wrong = Vec::new();
    for (level, expected) in table(&db).await? {
        let mut happened = [false; 5];
        for (happens, anomaly) in happened.iter_mut().zip(ANOMALIES) {
            raw.run("DELETE FROM marks").await?;
            raw.run("INSERT INTO marks VALUES (1, 1), (2, 1)").await?;
            let pair = Pair {
                one: begin(&db, &provider, *level).await?,
                other: begin(&db, &provider, *level).await?,
            };
            *happens = pair.play(anomaly).await?;
        }
        println!("{level}: {happened:?}");
        if happened != *expected {
            wrong.push(format!("{level}: {happened:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

async fn begin(
    db: &TestDatabase,
    provider: &SessionProvider,
    level: IsolationLevel,
) -> xtsqlorm::Result<Session> {
    let options = TransactionOptions::new().isolation(level);
    let options = match db.kind() {
        // IMMEDIATE, the default, keeps the second one out altogether.
        Kind::Sqlite => options.sqlite_mode(SqliteTransactionMode::Deferred),
        _ => options,
    };
    provider.create_session_with(options).await
}

/// Two transactions that are open at the same time.
struct Pair {
    one: Session,
    other: Session,
}

/// A step that may have to wait for the other transaction.
type Step<T> = JoinHandle<xtsqlorm::Result<T>>;

/// Starts a step, and gives it a moment to be done.
async fn start<T: Send + 'static>(
    step: impl Future<Output = xtsqlorm::Result<T>> + Send + 'static,
) -> Step<T> {
    let step = tokio::spawn(step);
    let mut moments = 0;
    while !step.is_finished() && moments < 30 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        moments += 1;
    }
    step
}

fn amount(session: &Session, id: i64) -> impl Future<Output = xtsqlorm::Result<i64>> + 'static {
    number(session, format!("SELECT amount FROM marks WHERE id = {id}"))
}

fn number(session: &Session, sql: String) -> impl Future<Output = xtsqlorm::Result<i64>> + use<> {
    let session = session.clone();
    async move {
        let statement = Statement::from_string(session.get_database_backend(), sql);
        let row = session.query_one_raw(statement).await?.expect("one row");
        Ok(row.try_get_by_index(0)?)
    }
}

fn run(session: &Session, sql: String) -> impl Future<Output = xtsqlorm::Result<()>> + use<> {
    let session = session.clone();
    async move {
        session.execute_unprepared(&sql).await?;
        Ok(())
    }
}

fn set(
    session: &Session,
    id: i64,
    amount: i64,
) -> impl Future<Output = xtsqlorm::Result<()>> + use<> {
    run(
        session,
        format!("UPDATE marks SET amount = {amount} WHERE id = {id}"),
    )
}

impl Pair {
    /// Whether it happens. A step that waits for the other transaction, or is refused, prevents it.
    async fn play(self, anomaly: Anomaly) -> Result<bool> {
        let Self { one, other } = self;
        match anomaly {
            Anomaly::DirtyRead => {
                set(&one, 1, 99).await?;
                let read = start(amount(&other, 1)).await;
                one.rollback().await?;
                let seen = read.await??;
                other.rollback().await?;
                Ok(seen == 99)
            }
            Anomaly::NonRepeatableRead => {
                let before = amount(&one, 1).await?;
                let write = start(async move {
                    set(&other, 1, 99).await?;
                    other.commit().await
                })
                .await;
                let after = amount(&one, 1).await?;
                one.commit().await?;
                write.await??;
                Ok(before != after)
            }
            Anomaly::Phantom => {
                let count = || "SELECT COUNT(*) FROM marks WHERE amount = 1".to_owned();
                let before = number(&one, count()).await?;
                let write = start(async move {
                    run(&other, "INSERT INTO marks VALUES (3, 1)".to_owned()).await?;
                    other.commit().await
                })
                .await;
                let after = number(&one, count()).await?;
                one.commit().await?;
                write.await??;
                Ok(before != after)
            }
            Anomaly::LostUpdate => {
                let seen = (amount(&one, 1).await?, amount(&other, 1).await?);
                let first = start(async move {
                    set(&one, 1, seen.0 + 1).await?;
                    one.commit().await
                })
                .await;
                let second = start(async move {
                    set(&other, 1, seen.1 + 1).await?;
                    other.commit().await
                })
                .await;
                both_committed(first, second).await
            }
            Anomaly::WriteSkew => {
                for session in [&one, &other] {
                    for id in [1, 2] {
                        assert_eq!(amount(session, id).await?, 1);
                    }
                }
                let first = start(async move {
                    set(&one, 1, 0).await?;
                    Ok(one)
                })
                .await;
                let second = start(async move {
                    set(&other, 2, 0).await?;
                    other.commit().await
                })
                .await;
                let first = tokio::spawn(async move {
                    match first.await {
                        Ok(Ok(one)) => one.commit().await,
                        Ok(Err(error)) => Err(error),
                        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
                    }
                });
                both_committed(first, second).await
            }
        }
    }
}

/// Whether neither was refused, as both are here if the level lets the anomaly through.
async fn both_committed(first: Step<()>, second: Step<()>) -> Result<bool> {
    let outcomes = [first.await?, second.await?];
    for outcome in &outcomes {
        if let Err(error) = outcome {
            assert!(error.is_retryable(), "{error:?}");
        }
    }
    assert!(
        outcomes.iter().any(Result::is_ok),
        "one can always commit: {outcomes:?}"
    );
    Ok(outcomes.iter().all(Result::is_ok))
}

/// Two on call, of whom each may leave as long as the other stays. Run again, the second one sees
/// that it must stay, and its caller is told so without an error.
async fn write_skew_is_prevented_and_both_callers_succeed(db: TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    raw.run("CREATE TABLE marks (id BIGINT PRIMARY KEY, amount BIGINT NOT NULL)")
        .await?;
    raw.run("INSERT INTO marks VALUES (1, 1), (2, 1)").await?;
    let provider = SessionProvider::new(db.pool_of(4).await?);
    let options = TransactionOptions::new()
        .isolation(Serializable)
        .retry(RetryPolicy::new().max_attempts(100));
    let options = match db.kind() {
        Kind::Sqlite => options.sqlite_mode(SqliteTransactionMode::Deferred),
        _ => options,
    };
    let both_have_looked = Barrier::new(2);
    let attempts = AtomicU32::new(0);
    let leave = async |id: i64| {
        let tries = AtomicU32::new(0);
        provider
            .transaction_with(options.clone(), async |session| -> xtsqlorm::Result<bool> {
                attempts.fetch_add(1, Relaxed);
                let on_call = amount(session, 1).await? + amount(session, 2).await?;
                if tries.fetch_add(1, Relaxed) == 0 {
                    both_have_looked.wait().await;
                }
                if on_call < 2 {
                    return Ok(false);
                }
                set(session, id, 0).await?;
                Ok(true)
            })
            .await
    };
    let (one, other) = tokio::join!(leave(1), leave(2));
    let (one, other): (bool, bool) = (one?, other?);
    assert!(one != other, "one leaves, one stays");
    assert!(attempts.load(Relaxed) > 2);
    let on_call = "SELECT COUNT(*) FROM marks WHERE amount = 1";
    assert_eq!(raw.number(on_call).await?, 1);
    Ok(())
}
