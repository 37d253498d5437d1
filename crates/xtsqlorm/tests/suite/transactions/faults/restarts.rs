//! The bank while its server goes away and comes back, twice.
//!
//! With `XTSQLORM_TEST_CHAOS=1` (`scripts/chaos`) that is a server of its own, which is killed by
//! `kill -9` and started again on its data. Otherwise the proxy plays it.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use tokio::process::Command;
use xtsqlorm::{
    config::{DatabaseConfig, PoolConfig},
    connection::ConnectionManager,
    session::CommitMarker,
};

use super::serve;
use crate::{
    support::{Kind, Proxy, Raw, Result, TestDatabase, on_every_server},
    transactions::bank::{Bank, Rules, found, opening_hours},
};

on_every_server!(a_bank_whose_server_dies_twice_tells_the_truth);

/// The servers of these claims, which nobody else uses.
struct Servers {
    root: PathBuf,
    name: &'static str,
}

impl Servers {
    fn of(kind: Kind) -> Self {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
        let name = match kind {
            Kind::MySql => "mysql",
            Kind::MariaDb => "mariadb",
            _ => "postgres",
        };
        Self { root, name }
    }

    /// Runs `scripts/db` on a set of servers of its own.
    async fn script(&self, command: &str) -> Result<String> {
        let output = Command::new(self.root.join("scripts/db"))
            .args([command, self.name])
            .env("XTSQLORM_DB_DIR", self.root.join("target/chaos-db"))
            .stderr(std::process::Stdio::inherit())
            .output()
            .await?;
        anyhow::ensure!(output.status.success(), "scripts/db {command} failed");
        Ok(String::from_utf8(output.stdout)?)
    }

    async fn url(&self) -> Result<String> {
        let export = self.script("env").await?;
        let (_, url) = export.trim().split_once('=').expect("a variable");
        Ok(url.to_owned())
    }
}

/// What was committed survives, what was told rolled back stays so, and the pool goes on by itself.
async fn a_bank_whose_server_dies_twice_tells_the_truth(db: TestDatabase) -> Result {
    if std::env::var("XTSQLORM_TEST_CHAOS").is_ok_and(|chaos| chaos == "1") {
        let servers = Servers::of(db.kind());
        servers.script("up").await?;
        let outcome = with_a_server(&servers, db.kind()).await;
        servers.script("down").await?;
        outcome
    } else {
        with_a_proxy(&db).await
    }
}

async fn with_a_server(servers: &Servers, kind: Kind) -> Result {
    let url = servers.url().await?;
    let mut admin = Raw::connect(kind, &url).await?;
    admin.run("CREATE DATABASE chaos").await?;
    if kind == Kind::Postgres {
        // The test servers answer before what was committed has left their own memory.
        admin
            .run("ALTER DATABASE chaos SET synchronous_commit = on")
            .await?;
    }
    let pool = PoolConfig::new()
        .max_connections(8)
        .acquire_timeout(Duration::from_secs(10));
    let config = DatabaseConfig::from_url(&url)?.database("chaos").pool(pool);
    let driver_url = {
        use secrecy::ExposeSecret;
        config.connect_str().expose_secret().to_owned()
    };
    found(&mut Raw::connect(kind, &driver_url).await?).await?;
    let bank = bank(kind, &config).await?;
    let hours = opening_hours().max(Duration::from_secs(6));
    let until = Instant::now() + hours;
    let disturb = async {
        for _ in 0..2 {
            tokio::time::sleep(hours / 4).await;
            servers.script("kill").await?;
            tokio::time::sleep(Duration::from_millis(300)).await;
            servers.script("start").await?;
        }
        Ok::<_, anyhow::Error>(())
    };
    let (served, disturbed) = tokio::join!(serve(&bank, until), disturb);
    served?;
    disturbed?;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    bank.is_healthy().await?;
    bank.balance_the_books(&mut Raw::connect(kind, &driver_url).await?)
        .await
}

async fn with_a_proxy(db: &TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    found(&mut raw).await?;
    let proxy = db.proxy().await;
    let bank = bank(db.kind(), &db.config_through(&proxy, 8)).await?;
    let hours = opening_hours();
    let until = Instant::now() + hours;
    let (served, ()) = tokio::join!(serve(&bank, until), go_away_twice(&proxy, hours));
    served?;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    bank.is_healthy().await?;
    drop(proxy);
    bank.balance_the_books(&mut raw).await
}

async fn go_away_twice(proxy: &Proxy, hours: Duration) {
    for _ in 0..2 {
        tokio::time::sleep(hours / 4).await;
        proxy.go_away().await;
        tokio::time::sleep(hours / 8).await;
        proxy.come_back().await;
    }
}

async fn bank(kind: Kind, config: &DatabaseConfig) -> Result<Bank> {
    let manager = ConnectionManager::connect(config).await?;
    CommitMarker::create_table(&manager).await?;
    Ok(Bank::new(kind, manager, Rules::locking(kind))
        .with(|options| options.verify_commit(CommitMarker::table())))
}
