//! `xtsqlorm ping`: whether the database answers, and how soon.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use serde_json::json;

use crate::database::{Access, Database};
use crate::print::print_line;

/// The options of `xtsqlorm ping`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  xtsqlorm ping --url postgres://app@db.example.com/shop\n\n\
    Ends with 0 when the database answers, and with 1 and the reason when it does not."
)]
pub(crate) struct Args {
    #[command(flatten)]
    database: Database,
    /// Print a JSON object
    #[arg(long)]
    json: bool,
}

/// Connects, asks once, and prints who answered.
///
/// # Errors
///
/// When the database does not answer. No message holds the password.
pub(crate) async fn run(args: &Args) -> Result<ExitCode> {
    let begun = Instant::now();
    let manager = args.database.connect(Access::Read).await?;
    let connected = begun.elapsed();
    let answered = manager.try_ping().await;
    let backend = manager.backend();
    let version = manager.server_version().to_owned();
    manager.dispose().await;
    let answered = answered?;
    if args.json {
        let told = json!({
            "backend": backend.name(),
            "version": version,
            "connect_ms": connected.as_secs_f64() * 1_000.0,
            "ping_ms": answered.as_secs_f64() * 1_000.0,
        });
        print_line(told)?;
    } else {
        print_line(format_args!(
            "{} {version} answers in {answered:.1?}; connecting took {connected:.1?}",
            backend.name()
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}
