//! `xtsqlorm tables`: what tables and views there are.

use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;
use xtsqlorm::tables::{self, TableEntry};

use crate::database::{Access, Database};
use crate::print::{print, print_line};

/// The options of `xtsqlorm tables`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  xtsqlorm tables --key default --json")]
pub(crate) struct Args {
    #[command(flatten)]
    database: Database,
    /// Print a JSON array of objects
    #[arg(long)]
    json: bool,
}

/// Prints one line for each table and view of the schema that the connection is in.
///
/// # Errors
///
/// When the database cannot be read.
pub(crate) async fn run(args: &Args) -> Result<ExitCode> {
    let manager = args.database.connect(Access::Read).await?;
    let found = tables::list(&manager).await;
    manager.dispose().await;
    let found = found?;
    if args.json {
        let told: Vec<serde_json::Value> = found
            .iter()
            .map(|entry| {
                json!({
                    "schema": entry.name.schema,
                    "table": entry.name.table,
                    "kind": entry.kind.to_string(),
                })
            })
            .collect();
        print_line(serde_json::Value::from(told))?;
        return Ok(ExitCode::SUCCESS);
    }
    let width = found.iter().map(|entry| entry.name.table.chars().count());
    let width = width.max().unwrap_or(0);
    let line = |entry: &TableEntry| format!("{:width$}  {}\n", entry.name.table, entry.kind);
    print(found.iter().map(line).collect::<String>())?;
    Ok(ExitCode::SUCCESS)
}
