//! The `xtsqlorm` command: from a database to SeaORM entities, and rows to files and back.

mod completions;
mod database;
mod describe;
mod export;
mod format;
mod import;
mod meter;
mod ping;
mod reflect;
mod tables;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "xtsqlorm",
    version,
    about = "From a database to SeaORM entities, and rows to files and back",
    after_help = "Each command has an example in its --help. Exit codes: 0 done, 1 failed, 2 the \
        command line is wrong, 3 done, but not for all."
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

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    let done = match Cli::parse().command {
        Command::Reflect(args) => reflect::run(&args).await,
        Command::Export(args) => export::run(&args).await,
        Command::Import(args) => import::run(&args).await,
        Command::Tables(args) => tables::run(&args).await,
        Command::Describe(args) => describe::run(&args).await,
        Command::Ping(args) => ping::run(&args).await,
        Command::Completions(args) => Ok(completions::run(&args, Cli::command())),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
