//! A pool whose server goes away, and comes back.

use std::time::{Duration, Instant};

use xtsqlorm::{config::PoolConfig, connection::ConnectionManager, error::ConnectFailure};

use crate::support::{Result, TestDatabase, eventually, on_every_server};

on_every_server!(
    a_server_that_goes_away_is_an_error_soon_and_no_matter_once_it_is_back,
    connections_that_were_cut_are_replaced,
    idle_connections_that_were_lost_without_a_word_are_replaced,
    connections_lost_on_their_way_back_are_replaced,
    a_slow_line_is_no_failure,
);

/// No caller waits for the whole acquire timeout, and nobody has to restart anything.
async fn a_server_that_goes_away_is_an_error_soon_and_no_matter_once_it_is_back(
    db: TestDatabase,
) -> Result {
    let proxy = db.proxy().await;
    let pool = PoolConfig::new()
        .max_connections(3)
        .acquire_timeout(Duration::from_secs(30));
    let config = db.config_through(&proxy, 3).pool(pool);
    let manager = ConnectionManager::connect(&config).await?;
    manager.try_ping().await?;
    proxy.go_away().await;
    for attempt in 0..4 {
        let started = Instant::now();
        let error = manager.try_ping().await.unwrap_err();
        assert!(
            started.elapsed() < Duration::from_secs(3),
            "{:?}",
            started.elapsed()
        );
        let told =
            error.is_connection_lost() || error.connect_failure() == Some(ConnectFailure::Refused);
        assert!(told, "attempt {attempt}: {error:?}");
    }
    // All who wait are told, not one after another.
    let started = Instant::now();
    let many: Vec<_> = (0..20)
        .map(|_| {
            let manager = manager.clone();
            tokio::spawn(async move { manager.try_ping().await })
        })
        .collect();
    for one in many {
        assert!(one.await?.is_err());
    }
    assert!(
        started.elapsed() < Duration::from_secs(6),
        "{:?}",
        started.elapsed()
    );
    proxy.come_back().await;
    eventually("it works again", async || manager.ping().await).await;
    manager.try_ping().await?;
    Ok(())
}

/// After a restart of the server, at most those who were in the middle of something notice.
async fn connections_that_were_cut_are_replaced(db: TestDatabase) -> Result {
    let proxy = db.proxy().await;
    let manager = ConnectionManager::connect(&db.config_through(&proxy, 3)).await?;
    for pause in [0, 50, 1200] {
        manager.try_ping().await?;
        tokio::time::sleep(Duration::from_millis(pause)).await;
        proxy.cut();
        tokio::time::sleep(Duration::from_millis(20)).await;
        let first = manager.try_ping().await;
        assert!(
            first.is_ok() || pause < 1000,
            "an idle connection is tried first: {first:?}"
        );
        for _ in 0..3 {
            manager.ping().await;
        }
        manager.try_ping().await?;
    }
    Ok(())
}

fn impatient() -> PoolConfig {
    PoolConfig::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        .connect_timeout(Duration::from_secs(1))
}

/// A failover without a goodbye: the old connections are silent, new ones would work.
async fn idle_connections_that_were_lost_without_a_word_are_replaced(db: TestDatabase) -> Result {
    let proxy = db.proxy().await;
    let config = db.config_through(&proxy, 1).pool(impatient());
    let manager = ConnectionManager::connect(&config).await?;
    manager.try_ping().await?;
    tokio::time::sleep(Duration::from_millis(1200)).await;
    proxy.lose_all();
    let started = Instant::now();
    manager.try_ping().await?;
    assert!(
        started.elapsed() < Duration::from_secs(4),
        "{:?}",
        started.elapsed()
    );
    Ok(())
}

/// The same while sqlx tests the connection that it takes back. Its place must not be lost.
async fn connections_lost_on_their_way_back_are_replaced(db: TestDatabase) -> Result {
    let proxy = db.proxy().await;
    let config = db.config_through(&proxy, 1).pool(impatient());
    let manager = ConnectionManager::connect(&config).await?;
    manager.try_ping().await?;
    proxy.lose_all();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let started = Instant::now();
    manager.try_ping().await?;
    assert!(
        started.elapsed() < Duration::from_secs(8),
        "{:?}",
        started.elapsed()
    );
    Ok(())
}

/// Opening a connection takes several round trips, which may take longer than a look at what is
/// the matter.
async fn a_slow_line_is_no_failure(db: TestDatabase) -> Result {
    let proxy = db.proxy().await;
    proxy.delay(Duration::from_millis(60));
    let manager = ConnectionManager::connect(&db.config_through(&proxy, 3)).await?;
    let started = Instant::now();
    let many: Vec<_> = (0..6)
        .map(|_| {
            let manager = manager.clone();
            tokio::spawn(async move { manager.try_ping().await })
        })
        .collect();
    for one in many {
        one.await??;
    }
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
    Ok(())
}
