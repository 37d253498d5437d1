//! `xtsqlorm completions`: what a shell needs to complete the command's words.

use std::process::ExitCode;

use clap::Command;
use clap_complete::Shell;

/// The options of `xtsqlorm completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  xtsqlorm completions bash > \
    ~/.local/share/bash-completion/completions/xtsqlorm")]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

/// Prints the script for the shell.
pub(crate) fn run(args: &Args, mut command: Command) -> ExitCode {
    clap_complete::generate(args.shell, &mut command, "xtsqlorm", &mut std::io::stdout());
    ExitCode::SUCCESS
}
