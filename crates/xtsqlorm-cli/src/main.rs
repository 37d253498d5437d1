//! The `xtsqlorm` command: from a database to SeaORM entities, and rows to files and back.

mod completions;
mod database;
mod describe;
mod export;
mod format;
mod import;
mod meter;
mod ping;
mod print;
mod reflect;
mod signals;
mod tables;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::{CommandFactory, Parser, Subcommand};
use tokio::runtime::Runtime;
use tracing_subscriber::EnvFilter;

use self::signals::until_signal;

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "xtsqlorm",
    version,
    about = "From a database to SeaORM entities, and rows to files and back",
    after_help = "Each command has an example in its --help. Exit codes: 0 done, 1 failed, 2 the \
        command line is wrong, 3 done, but not for all, 130 and 143 ended by a signal."
)]
struct Cli {
    /// What to do.
    #[command(subcommand)]
    command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
enum Command {
    /// Read a database and write a crate of SeaORM entities that loses nothing
    Reflect(reflect::Args),
    /// Write the rows of a table to a file
    Export(export::Args),
    /// Read the rows of a file into a table
    Import(import::Args),
    /// List the tables and views
    Tables(tables::Args),
    /// Say what a table is made of
    Describe(describe::Args),
    /// Say whether the database answers, and how soon
    Ping(ping::Args),
    /// Print the completions of a shell
    Completions(completions::Args),
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    let command = Cli::parse().command;
    let done = Runtime::new().map_err(Into::into).and_then(|runtime| {
        let done = runtime.block_on(run(command));
        // A thread that waits for stdin would hold the process.
        runtime.shutdown_timeout(Duration::from_secs(1));
        done
    });
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Reflect(args) => reflect::run(&args).await,
        Command::Export(args) => until_signal(export::run(&args)).await,
        Command::Import(args) => until_signal(import::run(&args)).await,
        Command::Tables(args) => tables::run(&args).await,
        Command::Describe(args) => describe::run(&args).await,
        Command::Ping(args) => ping::run(&args).await,
        Command::Completions(args) => completions::run(&args, Cli::command()),
    }
}
