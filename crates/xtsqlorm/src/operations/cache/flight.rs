//! One read for all who want the same row at the same time.

use std::sync::{Arc, Weak};

use tokio::sync::watch;

use super::{guard::Guard, key::CacheKey};

/// How far a load came.
pub(super) enum Progress<M> {
    UnderWay,
    /// The row, or that there is none.
    Read(Option<Arc<M>>),
    /// The read failed, or says nothing to those who came later.
    Uncertain,
}

/// A read that somebody else does.
pub(super) struct Flight<M> {
    pub(super) number: u64,
    pub(super) spelling: String,
    progress: watch::Receiver<Progress<M>>,
}

/// What came of waiting for somebody else's read.
pub(super) enum Landing<M> {
    Read(Option<Arc<M>>),
    /// Everybody reads for itself.
    Uncertain,
    /// The reader was cancelled; the next one takes its place.
    Abandoned,
}

impl<M> Flight<M> {
    pub(super) async fn landing(mut self) -> Landing<M> {
        let ended = self
            .progress
            .wait_for(|progress| !matches!(progress, Progress::UnderWay));
        match ended.await.as_deref() {
            Ok(Progress::Read(row)) => Landing::Read(row.clone()),
            Ok(_) => Landing::Uncertain,
            Err(_) => Landing::Abandoned,
        }
    }
}

impl<M> Clone for Flight<M> {
    fn clone(&self) -> Self {
        Self {
            number: self.number,
            spelling: self.spelling.clone(),
            progress: self.progress.clone(),
        }
    }
}

/// A read that is done for others, too. Dropped without a result, it leaves the place to the next
/// reader.
pub(super) struct Load<M: Send + Sync + 'static> {
    pub(super) key: CacheKey,
    pub(super) number: u64,
    /// How many changes by which rows may appear had begun before, if none was under way.
    pub(super) appearances: Option<u64>,
    progress: watch::Sender<Progress<M>>,
    guard: Weak<Guard<M>>,
    told: bool,
}

impl<M: Send + Sync + 'static> Load<M> {
    pub(super) fn new(
        guard: &Arc<Guard<M>>,
        key: CacheKey,
        number: u64,
        appearances: Option<u64>,
    ) -> Self {
        Self {
            key,
            number,
            appearances,
            progress: watch::Sender::new(Progress::UnderWay),
            guard: Arc::downgrade(guard),
            told: false,
        }
    }

    pub(super) fn flight(&self) -> Flight<M> {
        Flight {
            number: self.number,
            spelling: self.key.spelling.clone(),
            progress: self.progress.subscribe(),
        }
    }

    /// Tells those who wait.
    pub(super) fn tell(&mut self, progress: Progress<M>) {
        self.told = true;
        self.progress.send_replace(progress);
    }

    /// The read failed.
    pub(super) fn fail(mut self) {
        self.leave();
        self.tell(Progress::Uncertain);
    }

    fn leave(&self) {
        if let Some(guard) = self.guard.upgrade() {
            guard.abandon(&self.key.slot, self.number);
        }
    }
}

impl<M: Send + Sync + 'static> Drop for Load<M> {
    fn drop(&mut self) {
        if !self.told {
            self.leave();
        }
    }
}
