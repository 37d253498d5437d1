//! The end of the service.

use std::{io, pin::pin, time::Duration};

use axum::Router;
use tokio::{net::TcpListener, sync::oneshot, time::sleep};
use xtsqlorm::prelude::*;

/// So long the requests that are under way have to end. A client may never send the rest of its own.
const GRACE: Duration = Duration::from_secs(10);

/// Answers requests until it is asked to stop, and closes the pool.
pub(crate) async fn serve(
    listener: TcpListener,
    service: Router,
    manager: &ConnectionManager,
) -> io::Result<()> {
    let mut signals = Signals::new()?;
    let (stop, stopped) = oneshot::channel::<()>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async {
        stopped.await.ok();
    });
    let mut server = pin!(server.into_future());
    tokio::select! {
        ended = &mut server => return ended,
        () = signals.next() => {}
    }
    stop.send(()).ok();
    let in_order = async {
        server.await?;
        manager.dispose().await;
        Ok(())
    };
    tokio::select! {
        ended = in_order => return ended,
        () = sleep(GRACE) => tracing::warn!("requests are given up that did not end in time"),
        () = signals.next() => tracing::warn!("requests are given up that had not ended"),
    }
    // A request that still holds a connection ends with the process.
    tokio::select! {
        () = manager.dispose() => {}
        () = sleep(Duration::from_secs(1)) => {}
    }
    Ok(())
}

/// Ctrl-C, or what a supervisor sends.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        tokio::signal::ctrl_c().await.ok();
    }
}
