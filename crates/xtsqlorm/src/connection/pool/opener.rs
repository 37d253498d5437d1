//! Connections that are taken out of sqlx's pool.

use std::sync::{Arc, atomic::Ordering::Relaxed};

use sea_orm::sqlx;
use tokio::{sync::oneshot, task::JoinHandle};

use super::{Pool, Warm};

impl Pool {
    /// Takes a connection out of sqlx's pool in a task of its own, which may outlive a caller who is
    /// served before.
    ///
    /// Where all are taken, only one of us stands in sqlx's queue, so that users of SeaORM's handle
    /// are not behind all of us; the others wait for a warm one.
    pub(super) fn open(self: &Arc<Self>) -> Option<Opener> {
        let room = self.max.saturating_sub(self.source.size()) + self.source.idle();
        let admitted = self.openers.fetch_update(Relaxed, Relaxed, |openers| {
            (openers <= room).then_some(openers + 1)
        });
        admitted.ok()?;
        let counted = CountedOpener(Arc::clone(self));
        let (sender, opened) = oneshot::channel();
        let task = self.runtime.spawn(async move {
            let opened = counted.0.source.acquire().await.map(Warm::new);
            if let Err(Ok(fresh)) = sender.send(opened) {
                counted.0.put_back(fresh.connection, fresh.borrowed);
            }
        });
        Some(Opener {
            opened,
            task: Some(task),
        })
    }
}

/// A task that takes a connection out of sqlx's pool. Dropped, it is stopped: sqlx may be waiting
/// for a server that is away, longer each time.
pub(super) struct Opener {
    pub(super) opened: oneshot::Receiver<sqlx::Result<Warm>>,
    task: Option<JoinHandle<()>>,
}

impl Opener {
    /// Lets the task come to its end by itself.
    pub(super) fn let_go(mut self) {
        self.task = None;
    }
}

impl Drop for Opener {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// One of the pool's openers. When it ends, the next one may stand in the queue.
struct CountedOpener(Arc<Pool>);

impl Drop for CountedOpener {
    fn drop(&mut self) {
        self.0.openers.fetch_sub(1, Relaxed);
        self.0.parked.notify_one();
    }
}
