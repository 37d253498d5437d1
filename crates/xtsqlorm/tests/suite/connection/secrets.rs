//! A password is in nothing that is printed.

use std::{
    error::Error as StdError,
    fmt::Debug,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use sea_orm::ConnectionTrait;
use tracing::instrument::WithSubscriber;
use xtsqlorm::{config::TlsConfig, connection::ConnectionManager, session::SessionProvider};

use crate::support::{Proxy, Result, TestDatabase, on_every_server};

on_every_server!(no_error_no_debug_and_no_log_has_the_password);

const PASSWORD: &str = "Tr0ub4dor&3/%secret";

/// Neither the password nor the form that it has inside a URL.
fn clean(text: &str, place: &str) {
    for secret in [PASSWORD, "Tr0ub4dor"] {
        assert!(!text.contains(secret), "the password is in {place}");
    }
}

fn chain_is_clean(error: &(dyn StdError + 'static)) {
    let mut next = Some(error);
    while let Some(error) = next {
        clean(&error.to_string(), "an error's Display");
        clean(&format!("{error:?}"), "an error's Debug");
        next = error.source();
    }
}

fn debug_is_clean(value: &impl Debug) {
    clean(&format!("{value:?}"), "a Debug");
    clean(&format!("{value:#?}"), "a Debug");
}

/// What was logged.
#[derive(Clone, Default)]
pub(super) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(super) fn text(&self) -> String {
        let log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&log).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Connects in many ways, some of which work, with everything logged that there is to log.
async fn no_error_no_debug_and_no_log_has_the_password(db: TestDatabase) -> Result {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let account = create_account(&db).await?;
    let ways = async {
        // Whether anybody listens is asked once for each event, and may have been on the thread of
        // another claim, where nobody does.
        db.pool_of(1).await?.dispose().await;
        tracing::callsite::rebuild_interest_cache();
        connect_in_many_ways(&db, &account).await
    };
    let outcome = ways.with_subscriber(subscriber).await;
    drop_account(&db).await?;
    outcome?;
    let log = log.text();
    assert!(log.contains("connected"), "something is logged at all");
    clean(&log, "the log");
    Ok(())
}

/// An account with the password. PostgreSQL takes any from somebody whom it trusts anyway.
async fn create_account(db: &TestDatabase) -> Result<String> {
    if !db.kind().speaks_mysql() {
        return Ok(db.config().get_user().expect("an account").to_owned());
    }
    let mut raw = db.raw().await?;
    let account = db.name();
    for host in ["%", "localhost"] {
        raw.run(format!(
            "CREATE USER '{account}'@'{host}' IDENTIFIED BY '{PASSWORD}'"
        ))
        .await?;
        raw.run(format!("GRANT ALL ON {account}.* TO '{account}'@'{host}'"))
            .await?;
    }
    Ok(account.to_owned())
}

async fn drop_account(db: &TestDatabase) -> Result {
    if db.kind().speaks_mysql() {
        let mut raw = db.raw().await?;
        for host in ["%", "localhost"] {
            raw.run(format!("DROP USER '{}'@'{host}'", db.name()))
                .await?;
        }
    }
    Ok(())
}

async fn connect_in_many_ways(db: &TestDatabase, account: &str) -> Result {
    let nobody = db.config().user("xt_no_such_user").password(PASSWORD);
    for config in [
        nobody.clone(),
        nobody.clone().host("no-such-host.invalid"),
        nobody.clone().port(1),
        nobody.database("xt_no_such_database"),
    ] {
        debug_is_clean(&config);
        clean(&config.to_string(), "a configuration's Display");
        let error = ConnectionManager::connect(&config).await.unwrap_err();
        chain_is_clean(&error);
        chain_is_clean(&sea_orm::DbErr::from(error));
    }
    // Encrypted if the server can: MySQL takes no password over a plain line.
    let proxy = db.proxy().await;
    let config = db
        .config_through(&proxy, 1)
        .tls(TlsConfig::new())
        .echo(true)
        .user(account)
        .password(PASSWORD);
    let manager = ConnectionManager::connect(&config).await?;
    use_and_lose(&manager, &proxy).await
}

async fn use_and_lose(manager: &ConnectionManager, proxy: &Proxy) -> Result {
    let provider = SessionProvider::new(manager.clone());
    debug_is_clean(manager);
    debug_is_clean(&provider);
    debug_is_clean(manager.db());
    provider.execute_unprepared("SELECT 1").await?;
    let session = provider.create_session().await?;
    debug_is_clean(&session);
    chain_is_clean(&session.execute_unprepared("SELEKT 1").await.unwrap_err());
    proxy.go_away().await;
    drop(session);
    for _ in 0..2 {
        chain_is_clean(&manager.try_ping().await.unwrap_err());
        chain_is_clean(&provider.execute_unprepared("SELECT 1").await.unwrap_err());
    }
    manager.dispose().await;
    chain_is_clean(&manager.try_ping().await.unwrap_err());
    Ok(())
}
