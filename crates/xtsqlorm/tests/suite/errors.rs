//! Each kind of error, provoked on real servers, with what the server tells about it.

use entity::{countries, orders, products, users};
use sea_orm::ActiveModelTrait as _;
use xtsqlorm::{error::ConstraintKind, prelude::*};

use crate::support::{
    Kind, Result, TestDatabase, on_every_backend, on_every_server, on_mysql_and_mariadb,
    on_postgres, on_sqlite,
};

on_every_backend!(
    a_unique_violation_names_its_rule,
    a_foreign_key_violation_names_its_rule,
    a_check_violation_names_its_rule,
    a_not_null_violation_names_its_column,
    an_error_keeps_its_kind_through_seaorms_own_api,
    every_error_prints_each_fact_once,
);
on_every_server!(
    a_statement_that_runs_too_long_is_told_apart,
    a_lock_that_is_not_granted_is_told_apart
);
on_mysql_and_mariadb!(a_value_that_does_not_fit_is_refused);
on_postgres!(
    a_serialization_failure_can_be_retried,
    a_commit_that_the_server_is_not_sure_of_leaves_the_outcome_unknown
);
on_sqlite!(a_busy_database_can_be_retried);
on_every_server!(a_connection_lost_during_commit_leaves_the_outcome_unknown);

fn user(email: &str) -> users::ActiveModel {
    users::ActiveModel {
        email: Set(email.into()),
        name: Set("Somebody".into()),
        ..Default::default()
    }
}

async fn a_unique_violation_names_its_rule(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    users.create(user("a@example.com")).await?;
    let error = users.create(user("a@example.com")).await.unwrap_err();
    assert!(error.is_unique_violation() && !error.is_retryable());
    let violation = error.violation().unwrap();
    assert_eq!(violation.kind(), ConstraintKind::Unique);
    let (constraint, table, columns) = match db.kind() {
        Kind::MySql => (Some("uq_users_email"), Some("users"), vec![]),
        Kind::MariaDb => (Some("uq_users_email"), None, vec![]),
        Kind::Postgres => (Some("uq_users_email"), Some("users"), vec!["email"]),
        Kind::Sqlite => (None, Some("users"), vec!["email"]),
    };
    assert_eq!(violation.constraint(), constraint);
    assert_eq!(violation.table(), table);
    assert_eq!(violation.columns(), columns);
    // The refused value is the driver's to tell, and not in our own words.
    assert!(!error.to_string().contains("a@example.com"), "{error}");
    Ok(())
}

async fn a_foreign_key_violation_names_its_rule(db: TestDatabase) -> Result {
    db.seeded().await?;
    let provider = db.provider();
    let orders = Repository::<orders::Entity>::new(&provider);
    let orphan = orders::ActiveModel {
        number: Set("X-1".into()),
        user_id: Set(-1),
        total: Set("1".parse()?),
        ..Default::default()
    };
    let from_child = orders.create(orphan).await.unwrap_err();
    let buyer = orders.get_all(Page::limit(1)).await?[0].user_id;
    let users = Repository::<users::Entity>::new(&provider);
    let from_parent = users.delete(buyer).await.unwrap_err();
    for error in [from_child, from_parent] {
        assert!(error.is_foreign_key_violation(), "{error}");
        let violation = error.violation().unwrap();
        let (constraint, table, columns) = match db.kind() {
            Kind::MySql | Kind::MariaDb => {
                (Some("fk_orders_user"), Some("orders"), vec!["user_id"])
            }
            Kind::Postgres => (
                Some("fk_orders_user"),
                Some("orders"),
                violation.columns().iter().map(String::as_str).collect(),
            ),
            Kind::Sqlite => (None, None, vec![]),
        };
        assert_eq!(violation.constraint(), constraint);
        assert_eq!(violation.table(), table);
        assert_eq!(violation.columns(), columns);
    }
    Ok(())
}

async fn a_check_violation_names_its_rule(db: TestDatabase) -> Result {
    db.seeded().await?;
    let products = Repository::<products::Entity>::new(&db.provider());
    let some = products.get_all(Page::limit(1)).await?.remove(0);
    let changes = products::ActiveModel {
        price: Set("-0.01".parse()?),
        ..Default::default()
    };
    let error = products.update(some.id, changes).await.unwrap_err();
    assert!(error.is_check_violation(), "{error}");
    let violation = error.violation().unwrap();
    assert_eq!(violation.constraint(), Some("ck_products_price"));
    let table = match db.kind() {
        Kind::MariaDb | Kind::Postgres => Some("products"),
        Kind::MySql | Kind::Sqlite => None,
    };
    assert_eq!(violation.table(), table);
    assert_eq!(products.require_by_id(some.id).await?.price, some.price);
    Ok(())
}

async fn a_not_null_violation_names_its_column(db: TestDatabase) -> Result {
    db.migrated().await?;
    let users = Repository::<users::Entity>::new(&db.provider());
    let nameless = users::ActiveModel {
        email: Set("a@example.com".into()),
        ..Default::default()
    };
    let error = users.create(nameless).await.unwrap_err();
    assert!(error.is_not_null_violation(), "{error}");
    let violation = error.violation().unwrap();
    assert_eq!(violation.columns(), ["name"]);
    let table = match db.kind() {
        Kind::MySql | Kind::MariaDb => None,
        Kind::Postgres | Kind::Sqlite => Some("users"),
    };
    assert_eq!(violation.table(), table);
    Ok(())
}

/// What SeaORM returns as `DbErr` on our handles is the same error when it is turned into ours.
async fn an_error_keeps_its_kind_through_seaorms_own_api(db: TestDatabase) -> Result {
    db.migrated().await?;
    let provider = db.provider();
    user("a@example.com").insert(&provider).await?;
    let error = Error::from(user("a@example.com").insert(&provider).await.unwrap_err());
    assert!(error.is_unique_violation());

    let session = provider.create_session().await?;
    session.clone().rollback().await?;
    let error = Error::from(users::Entity::find().all(&session).await.unwrap_err());
    assert!(error.is_session_closed(), "{error}");
    drop(session);

    let held = hold_all(&db).await?;
    let error = Error::from(users::Entity::find().all(&held.0).await.unwrap_err());
    assert!(error.is_pool_timeout(), "{error}");
    Ok(())
}

/// A pool of one whose connection is taken.
async fn hold_all(db: &TestDatabase) -> Result<(SessionProvider, Session)> {
    let pool = PoolConfig::new()
        .max_connections(1)
        .acquire_timeout(std::time::Duration::from_millis(100));
    let manager = ConnectionManager::connect(&db.config().pool(pool)).await?;
    let provider = SessionProvider::new(manager);
    let session = provider.create_session().await?;
    Ok((provider, session))
}

/// Our words first, the driver's behind them, and no fact twice.
async fn every_error_prints_each_fact_once(db: TestDatabase) -> Result {
    db.migrated().await?;
    let countries = Repository::<countries::Entity>::new(&db.provider());
    let country = || countries::ActiveModel {
        code: Set("AA".into()),
        name: Set("A".into()),
    };
    countries.create(country()).await?;
    let error = countries.create(country()).await.unwrap_err();
    let chain: Vec<String> = anyhow::Chain::new(&error)
        .map(ToString::to_string)
        .collect();
    assert!(chain.len() >= 2, "{chain:?}");
    assert!(
        chain[0].starts_with("unique key rule violated"),
        "{chain:?}"
    );
    assert_ne!(chain[0], chain[1]);
    Ok(())
}

async fn a_statement_that_runs_too_long_is_told_apart(db: TestDatabase) -> Result {
    let provider = db.provider();
    let error = provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            match db.kind() {
                Kind::MySql => {
                    session
                        .execute_unprepared("SET SESSION max_execution_time = 50")
                        .await?;
                    // MySQL lets a plain SLEEP return early instead of failing.
                    session
                        .execute_unprepared(
                            "SELECT COUNT(*) FROM information_schema.columns a, \
                             information_schema.columns b, information_schema.columns c",
                        )
                        .await?;
                }
                Kind::MariaDb => {
                    session
                        .execute_unprepared("SET SESSION max_statement_time = 0.05")
                        .await?;
                    session.execute_unprepared("SELECT SLEEP(5)").await?;
                }
                _ => {
                    session
                        .execute_unprepared("SET LOCAL statement_timeout = 50")
                        .await?;
                    session.execute_unprepared("SELECT pg_sleep(5)").await?;
                }
            }
            Ok(())
        })
        .await
        .unwrap_err();
    assert!(error.is_statement_timeout(), "{error:?}");
    Ok(())
}

async fn a_lock_that_is_not_granted_is_told_apart(db: TestDatabase) -> Result {
    db.seeded().await?;
    let provider = db.provider();
    let users = Repository::<users::Entity>::new(&provider);
    let holder = provider.create_session().await?;
    users
        .in_session(&holder)
        .find()
        .lock_exclusive()
        .all()
        .await?;
    let waiter = provider.create_session().await?;
    let patience = match db.kind() {
        Kind::Postgres => "SET LOCAL lock_timeout = 50",
        _ => "SET SESSION innodb_lock_wait_timeout = 1",
    };
    waiter.execute_unprepared(patience).await?;
    let error = users
        .in_session(&waiter)
        .find()
        .lock_exclusive()
        .all()
        .await
        .unwrap_err();
    assert!(
        error.is_lock_timeout() && !error.is_retryable(),
        "{error:?}"
    );
    waiter.rollback().await?;
    holder.rollback().await?;
    Ok(())
}

/// Without a strict mode the servers would store what they make of it.
async fn a_value_that_does_not_fit_is_refused(db: TestDatabase) -> Result {
    db.migrated().await?;
    let countries = Repository::<countries::Entity>::new(&db.provider());
    let too_long = countries::ActiveModel {
        code: Set("TOO LONG".into()),
        name: Set("A".into()),
    };
    countries.create(too_long).await.unwrap_err();
    assert_eq!(countries.count().await?, 0);
    Ok(())
}

/// Two transactions on one snapshot change one row.
async fn a_serialization_failure_can_be_retried(db: TestDatabase) -> Result {
    db.seeded().await?;
    let provider = db.provider();
    let users = Repository::<users::Entity>::new(&provider);
    let row = users.get_all(Page::limit(1)).await?.remove(0);
    let snapshot = sea_orm::TransactionOptions {
        isolation_level: Some(sea_orm::IsolationLevel::RepeatableRead),
        ..Default::default()
    };
    let late = provider.create_session_with(snapshot).await?;
    users.get_by_id_in_session(&late, row.id).await?;
    let rename = |name: &str| users::ActiveModel {
        name: Set(name.into()),
        ..Default::default()
    };
    users.update(row.id, rename("First")).await?;
    let error = users
        .update_in_session(&late, row.id, rename("Second"))
        .await
        .unwrap_err();
    assert!(error.is_retryable() && !error.is_deadlock(), "{error:?}");
    late.rollback().await?;
    assert_eq!(users.require_by_id(row.id).await?.name, "First");
    Ok(())
}

/// A reader that turns writer while somebody else writes is told at once, whatever the timeout.
async fn a_busy_database_can_be_retried(db: TestDatabase) -> Result {
    db.seeded().await?;
    let provider = SessionProvider::new(db.pool_of(2).await?);
    let users = Repository::<users::Entity>::new(&provider);
    let deferred = sea_orm::TransactionOptions {
        sqlite_transaction_mode: Some(sea_orm::SqliteTransactionMode::Deferred),
        ..Default::default()
    };
    let reader = provider.create_session_with(deferred).await?;
    users.in_session(&reader).count().await?;
    users.create(user("first@example.com")).await?;
    let error = users
        .create_in_session(&reader, user("second@example.com"))
        .await
        .unwrap_err();
    assert!(error.is_retryable(), "{error:?}");
    reader.rollback().await?;
    provider.manager().dispose().await;
    Ok(())
}

/// Nobody can say whether the row is there, so the error does not say it either.
async fn a_connection_lost_during_commit_leaves_the_outcome_unknown(db: TestDatabase) -> Result {
    db.migrated().await?;
    let proxy = db.proxy().await;
    let manager = ConnectionManager::connect(&db.config_through(&proxy, 2)).await?;
    let provider = SessionProvider::new(manager.clone());
    let users = Repository::<users::Entity>::new(&provider);
    let session = provider.create_session().await?;
    users
        .create_in_session(&session, user("a@example.com"))
        .await?;
    proxy.stall(true);
    let commit = tokio::spawn(session.commit());
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    proxy.cut();
    proxy.stall(false);
    let error = commit.await?.unwrap_err();
    assert!(
        matches!(error, Error::CommitOutcomeUnknown { .. }),
        "{error:?}"
    );
    assert!(error.is_connection_lost() && !error.is_retryable());
    // The pool goes on.
    users.count().await?;
    manager.dispose().await;
    Ok(())
}

/// As CockroachDB answers, and what stands between a client and its server.
async fn a_commit_that_the_server_is_not_sure_of_leaves_the_outcome_unknown(
    db: TestDatabase,
) -> Result {
    db.execute(&[
        "CREATE TABLE t (code TEXT)",
        "CREATE FUNCTION answer() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'at the end' USING ERRCODE = NEW.code; END $$",
        "CREATE CONSTRAINT TRIGGER answer AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED \
         FOR EACH ROW EXECUTE FUNCTION answer()",
    ])
    .await?;
    let provider = db.provider();
    for (code, unknown) in [
        ("40003", true),
        ("08006", true),
        ("08007", true),
        ("40002", false),
        ("23514", false),
    ] {
        let insert = format!("INSERT INTO t VALUES ('{code}')");
        let outcome = provider
            .transaction(async |session| -> xtsqlorm::Result<()> {
                session.execute_unprepared(&insert).await?;
                Ok(())
            })
            .await;
        let error = outcome.unwrap_err();
        let told = matches!(error, Error::CommitOutcomeUnknown { .. });
        assert_eq!(told, unknown, "{code}: {error:?}");
        assert!(!error.is_retryable(), "{code}");
    }
    Ok(())
}
