//! Connections that cannot be had, and what the error says about it.

use std::time::{Duration, Instant};

use xtsqlorm::{
    Error,
    config::{DatabaseConfig, PoolConfig},
    connection::ConnectionManager,
    error::ConnectFailure,
};

use crate::support::{
    Result, TestDatabase, on_every_server, on_mysql_and_mariadb, on_postgres, on_sqlite,
};

on_every_server!(
    a_closed_port_is_told_at_once,
    a_dead_host_is_told_after_the_connect_timeout,
    an_unknown_host_is_unreachable,
    a_missing_database_is_named_as_such,
);
on_mysql_and_mariadb!(a_wrong_password_is_denied);
on_postgres!(a_role_that_does_not_exist_is_denied);
on_sqlite!(a_missing_file_is_a_missing_database);

/// Fails with `failure` within `limit`, and names the database.
async fn fails(config: &DatabaseConfig, failure: ConnectFailure, limit: Duration) -> Error {
    let started = Instant::now();
    let error = ConnectionManager::connect(config).await.unwrap_err();
    let took = started.elapsed();
    assert_eq!(error.connect_failure(), Some(failure), "{error:?}");
    assert!(took < limit, "{took:?}");
    assert!(
        error.to_string().contains(&config.redacted_url()),
        "{error}"
    );
    error
}

/// sqlx would knock at the door until the acquire timeout.
async fn a_closed_port_is_told_at_once(db: TestDatabase) -> Result {
    let proxy = db.proxy().await;
    proxy.go_away().await;
    let config = db.config_through(&proxy, 2);
    fails(&config, ConnectFailure::Refused, Duration::from_secs(2)).await;
    Ok(())
}

/// A host that takes the connection and never says a word.
async fn a_dead_host_is_told_after_the_connect_timeout(db: TestDatabase) -> Result {
    let proxy = db.proxy().await;
    proxy.stall(true);
    let pool = PoolConfig::new().connect_timeout(Duration::from_millis(500));
    let config = db.config_through(&proxy, 2).pool(pool);
    let started = Instant::now();
    fails(&config, ConnectFailure::TimedOut, Duration::from_secs(2)).await;
    assert!(started.elapsed() >= Duration::from_millis(500));
    Ok(())
}

/// A name that no resolver knows.
async fn an_unknown_host_is_unreachable(db: TestDatabase) -> Result {
    let config = db.config().host("no-such-host.invalid");
    fails(
        &config,
        ConnectFailure::Unreachable,
        Duration::from_secs(10),
    )
    .await;
    Ok(())
}

/// The server is there, the database is not.
async fn a_missing_database_is_named_as_such(db: TestDatabase) -> Result {
    let config = db.config().database("xt_no_such_database");
    fails(
        &config,
        ConnectFailure::UnknownDatabase,
        Duration::from_secs(2),
    )
    .await;
    Ok(())
}

/// The account exists, and has another password.
async fn a_wrong_password_is_denied(db: TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    let account = db.name();
    for host in ["%", "localhost"] {
        let grant = format!("CREATE USER '{account}'@'{host}' IDENTIFIED BY 'right'");
        raw.run(grant).await?;
        raw.run(format!("GRANT ALL ON {account}.* TO '{account}'@'{host}'"))
            .await?;
    }
    let config = db.config().user(account);
    let right = ConnectionManager::connect(&config.clone().password("right")).await?;
    let works = right.ping().await;
    let wrong = ConnectionManager::connect(&config.clone().password("wrong")).await;
    let missing = ConnectionManager::connect(&config).await;
    for host in ["%", "localhost"] {
        raw.run(format!("DROP USER '{account}'@'{host}'")).await?;
    }
    assert!(works);
    for denied in [wrong, missing] {
        let failure = denied.unwrap_err().connect_failure();
        assert_eq!(failure, Some(ConnectFailure::AccessDenied));
    }
    Ok(())
}

/// PostgreSQL's answer where the server trusts whoever it knows.
async fn a_role_that_does_not_exist_is_denied(db: TestDatabase) -> Result {
    let config = db.config().user("xt_no_such_role").password("whatever");
    fails(
        &config,
        ConnectFailure::AccessDenied,
        Duration::from_secs(2),
    )
    .await;
    Ok(())
}

/// Only where the configuration says that the file must be there.
async fn a_missing_file_is_a_missing_database(db: TestDatabase) -> Result {
    let config = db.config().database(format!("{}.other", db.name()));
    let config = config.option("mode", "rw");
    fails(
        &config,
        ConnectFailure::UnknownDatabase,
        Duration::from_secs(2),
    )
    .await;
    Ok(())
}
