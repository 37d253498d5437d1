//! Counts the statements that one task sends.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

tokio::task_local! {
    /// A scope inside another one counts for both.
    static SENT: Vec<Arc<AtomicU64>>;
}

/// Counts a statement for the scopes that the current task is inside of.
pub(super) fn count() {
    SENT.try_with(|counters| {
        for counter in counters {
            counter.fetch_add(1, Relaxed);
        }
    })
    .ok();
}

/// Runs `future` and gives what it sent.
pub(crate) async fn scope<F: Future>(future: F) -> (F::Output, u64) {
    let counter = Arc::new(AtomicU64::new(0));
    let mut counters = SENT.try_with(Clone::clone).unwrap_or_default();
    counters.push(Arc::clone(&counter));
    let output = SENT.scope(counters, future).await;
    (output, counter.load(Relaxed))
}
