//! Where the time comes from.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sea_orm::prelude::DateTimeUtc;

/// Tells the time to a repository: the [`SystemClock`], or in tests a [`ManualClock`].
pub trait Clock: Send + Sync + 'static {
    /// What time it is.
    fn now(&self) -> DateTimeUtc;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTimeUtc {
        std::time::SystemTime::now().into()
    }
}

/// A clock that stands still until it is set. Clones show the same time.
///
/// ```
/// use std::time::Duration;
///
/// use xtsqlorm::repository::conventions::{Clock, ManualClock};
///
/// let clock = ManualClock::at("2026-02-28T10:00:00Z".parse()?);
/// clock.advance(Duration::from_secs(3600));
/// assert_eq!(clock.now().to_rfc3339(), "2026-02-28T11:00:00+00:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<Mutex<DateTimeUtc>>);

impl ManualClock {
    /// A clock that shows this time.
    #[must_use]
    pub fn at(time: DateTimeUtc) -> Self {
        Self(Arc::new(Mutex::new(time)))
    }

    /// Shows another time from now on.
    pub fn set(&self, time: DateTimeUtc) {
        *self.time() = time;
    }

    /// Goes on by `by`.
    ///
    /// # Panics
    ///
    /// Where the time would be later than a date and time can hold, some 260,000 years from now.
    pub fn advance(&self, by: Duration) {
        let mut time = self.time();
        *time += by;
    }

    fn time(&self) -> MutexGuard<'_, DateTimeUtc> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTimeUtc {
        *self.time()
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> DateTimeUtc {
        (**self).now()
    }
}
