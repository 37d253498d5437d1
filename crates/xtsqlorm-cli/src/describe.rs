//! `xtsqlorm describe`: what a table is made of.

use std::process::ExitCode;

use anyhow::Result;
use xtsqlorm::{reflect::reflect_table, tables::Description};

use crate::database::{Access, Database};
use crate::print::{print, print_line};

/// The options of `xtsqlorm describe`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  xtsqlorm describe orders --key default")]
pub(crate) struct Args {
    /// The table or view, as table or schema.table
    table: String,
    #[command(flatten)]
    database: Database,
    /// Print the model as JSON
    #[arg(long)]
    json: bool,
}

/// Prints columns, keys, indexes, foreign keys and rules.
///
/// # Errors
///
/// When there is no such table, with the nearest name.
pub(crate) async fn run(args: &Args) -> Result<ExitCode> {
    let manager = args.database.connect(Access::Read).await?;
    let found = reflect_table(&args.table, &manager).await;
    manager.dispose().await;
    let table = found?;
    if args.json {
        print_line(serde_json::to_string(&*table)?)?;
    } else {
        print(Description(&table))?;
    }
    Ok(ExitCode::SUCCESS)
}
