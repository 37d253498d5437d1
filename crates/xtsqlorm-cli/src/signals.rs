//! SIGINT and SIGTERM, which end an export or an import without a trace.

use std::future::Future;
use std::process::ExitCode;

use anyhow::Result;

/// Runs `work`. A signal drops it, which takes away an unfinished file and rolls an import back; the
/// exit code is then what a shell says of that signal.
///
/// # Errors
///
/// Those of `work`.
pub(crate) async fn until_signal(work: impl Future<Output = Result<ExitCode>>) -> Result<ExitCode> {
    tokio::select! {
        done = work => done,
        code = signal() => Ok(ExitCode::from(code)),
    }
}

#[cfg(unix)]
async fn signal() -> u8 {
    use tokio::signal::unix::{SignalKind, signal};

    let interrupt = signal(SignalKind::interrupt());
    let terminate = signal(SignalKind::terminate());
    let (Ok(mut interrupt), Ok(mut terminate)) = (interrupt, terminate) else {
        // Where they cannot be heard, they end the process as they always do.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => 130,
        _ = terminate.recv() => 143,
    }
}

#[cfg(not(unix))]
async fn signal() -> u8 {
    match tokio::signal::ctrl_c().await {
        Ok(()) => 130,
        Err(_) => std::future::pending().await,
    }
}
