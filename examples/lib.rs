//! Runnable examples, one per user question; this library is what they share.
//!
//! Each runs on embedded SQLite with nothing set up, and elsewhere by `--db KEY`, where KEY is a
//! database in `xtsqlorm.toml`.

use migration::{Migrator, MigratorTrait};
use xtsqlorm::prelude::*;

/// The database that the command line names, `default` otherwise.
#[must_use]
pub fn db_key() -> String {
    argument("--db").unwrap_or_else(|| "default".to_owned())
}

/// What stands behind `name` on the command line.
#[must_use]
pub fn argument(name: &str) -> Option<String> {
    std::env::args()
        .skip_while(|argument| argument != name)
        .nth(1)
}

/// Makes the sample schema and its rows where they are not there yet.
///
/// # Errors
///
/// What the database reports.
pub async fn prepare(manager: &ConnectionManager) -> anyhow::Result<()> {
    Migrator::up(manager.db(), None).await?;
    let provider = SessionProvider::new(manager.clone());
    provider
        .transaction(async |session| -> anyhow::Result<()> { Ok(migration::seed(session).await?) })
        .await
}

/// Prints what comes next.
pub fn step(title: &str) {
    println!("\n{title}\n{}", "-".repeat(title.len()));
}
