//! What goes to stdout.

use std::fmt;
use std::io::{ErrorKind, Write, stdout};

use anyhow::{Context, Result};

/// Prints `text` as it is. Whoever closes the pipe has read enough, which is no error.
///
/// # Errors
///
/// When it cannot be written, as on a full disk.
pub(crate) fn print(text: impl fmt::Display) -> Result<()> {
    let mut stdout = stdout().lock();
    let written = write!(stdout, "{text}").and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write to stdout"),
    }
}

/// Prints a line.
///
/// # Errors
///
/// As [`print`].
pub(crate) fn print_line(line: impl fmt::Display) -> Result<()> {
    print(format_args!("{line}\n"))
}
