//! `xtsqlorm completions`: what a shell needs to complete the command's words.

use std::process::ExitCode;

use anyhow::Result;
use clap::Command;
use clap_complete::Shell;

use crate::print::print;

/// The options of `xtsqlorm completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  xtsqlorm completions bash > \
    ~/.local/share/bash-completion/completions/xtsqlorm")]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

/// Prints the script for the shell.
///
/// # Errors
///
/// When it cannot be written.
pub(crate) fn run(args: &Args, mut command: Command) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "xtsqlorm", &mut script);
    print(String::from_utf8_lossy(&script))?;
    Ok(ExitCode::SUCCESS)
}
