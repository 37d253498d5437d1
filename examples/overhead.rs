//! What our transactions cost beside SeaORM's own, as ratios measured side by side in one run:
//! `cargo run --release --example overhead -- --db KEY`. Smaller is faster; 1.00 is SeaORM's own.

use std::time::{Duration, Instant};

use sea_orm::{DatabaseConnection, DbErr};
use xtsqlorm::prelude::*;
use xtsqlorm_examples::{db_key, step};

const ROUNDS: usize = 40;
const RUNS: usize = 50;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let key = db_key();
    let manager = create_connection_manager(&key).await?;
    let provider = create_session_provider(&key).await?;
    let plain = manager.db();
    step(&format!(
        "{} {}",
        manager.backend(),
        manager.server_version()
    ));

    let mut empty = Vec::new();
    let mut reads = Vec::new();
    let mut ambient = Vec::new();
    for _ in 0..ROUNDS {
        let theirs = time(async || Ok(seaorm_transaction(plain, 0).await?)).await?;
        let ours = time(async || our_transaction(&provider, 0, false).await).await?;
        empty.push(ratio(ours, theirs));
        let theirs = time(async || Ok(seaorm_transaction(plain, 3).await?)).await?;
        let ours = time(async || our_transaction(&provider, 3, false).await).await?;
        let joined = time(async || our_transaction(&provider, 3, true).await).await?;
        reads.push(ratio(ours, theirs));
        ambient.push(ratio(joined, ours));
    }
    println!("an empty transaction:             {:.2}", median(empty));
    println!("a transaction of 3 reads:         {:.2}", median(reads));
    println!(
        "joining instead of being handed:  {:.2} (of ours)",
        median(ambient)
    );
    manager.dispose().await;
    Ok(())
}

async fn seaorm_transaction(db: &DatabaseConnection, reads: u32) -> Result<(), DbErr> {
    let done = db.transaction_async(async |transaction| {
        for _ in 0..reads {
            transaction.execute_unprepared("SELECT 1").await?;
        }
        Ok::<_, DbErr>(())
    });
    done.await.map_err(|error| DbErr::Custom(error.to_string()))
}

async fn our_transaction(
    provider: &SessionProvider,
    reads: u32,
    joins: bool,
) -> xtsqlorm::Result<()> {
    provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            for _ in 0..reads {
                if joins {
                    provider.execute_unprepared("SELECT 1").await?;
                } else {
                    session.execute_unprepared("SELECT 1").await?;
                }
            }
            Ok(())
        })
        .await
}

async fn time(run: impl AsyncFn() -> xtsqlorm::Result<()>) -> xtsqlorm::Result<Duration> {
    let started = Instant::now();
    for _ in 0..RUNS {
        run().await?;
    }
    Ok(started.elapsed())
}

fn ratio(ours: Duration, theirs: Duration) -> f64 {
    ours.as_secs_f64() / theirs.as_secs_f64()
}

fn median(mut ratios: Vec<f64>) -> f64 {
    ratios.sort_by(f64::total_cmp);
    ratios[ratios.len() / 2]
}
