//! Transactions under contention, faults and cancellation, with all that surrounds them.

mod bank;
mod cancellation_deep;
mod faults;
mod hooks;
mod retry;
#[cfg(feature = "testing")]
mod sandbox;
mod skew;
mod sqlite_writers;
mod unit_of_work;

use std::sync::{Arc, Mutex};

use xtsqlorm::Error;

/// The error of a closure that does not want its work to be kept.
fn refused() -> Error {
    Error::NotFound {
        entity: "ledger".into(),
        key: "the one that this test wants".into(),
    }
}

/// What happened, in order.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, entry: impl Into<String>) {
        self.0.lock().unwrap().push(entry.into());
    }

    fn entries(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn is_empty(&self) -> bool {
        self.0.lock().unwrap().is_empty()
    }

    /// A hook that says that it ran.
    fn hook(&self, entry: impl Into<String>) -> impl FnOnce() + Send + 'static {
        let (log, entry) = (self.clone(), entry.into());
        move || log.add(entry)
    }
}
