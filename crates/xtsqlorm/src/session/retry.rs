//! How often, and how far apart, a transaction is tried.

use std::time::{Duration, Instant};

/// When a transaction that the server ended for a concurrent one is run again: at most so many
/// attempts, in so much time, with exponential backoff and full jitter between them.
///
/// Full jitter means that the wait is drawn from zero to the backoff: tasks that met once do not meet
/// again in step (<https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing until it is part of the options of a transaction"]
pub struct RetryPolicy {
    max_attempts: u32,
    budget: Duration,
    base: Duration,
    cap: Duration,
}

impl RetryPolicy {
    /// At most 10 attempts in 30 s, with a backoff that doubles from 10 ms up to 1 s.
    pub const fn new() -> Self {
        Self {
            max_attempts: 10,
            budget: Duration::from_secs(30),
            base: Duration::from_millis(10),
            cap: Duration::from_secs(1),
        }
    }

    /// One attempt.
    pub const fn never() -> Self {
        Self::new().max_attempts(1)
    }

    /// Caps the attempts, the first included. Default: 10.
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// Starts no attempt later than this after the first. Default: 30 s.
    pub const fn budget(mut self, limit: Duration) -> Self {
        self.budget = limit;
        self
    }

    /// Sets the backoff after the first attempt, which doubles with each further one up to `cap`.
    /// Default: 10 ms, up to 1 s.
    pub const fn backoff(mut self, base: Duration, cap: Duration) -> Self {
        self.base = base;
        self.cap = cap;
        self
    }

    /// How long to wait before the attempt after `attempt`; `None` where there is to be none.
    pub(super) fn wait_after(&self, attempt: u32, started: Instant) -> Option<Duration> {
        if attempt >= self.max_attempts {
            return None;
        }
        let doubled = self.base.saturating_mul(1 << (attempt - 1).min(20));
        let wait = doubled.min(self.cap).mul_f64(fastrand::f64());
        (started.elapsed() + wait <= self.budget).then_some(wait)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_backoff_doubles_up_to_its_cap_and_is_spread() {
        let policy = RetryPolicy::new().max_attempts(100);
        let now = Instant::now();
        for (attempt, most) in [(1, 10), (2, 20), (5, 160), (8, 1000), (50, 1000)] {
            let waits: Vec<Duration> = (0..200)
                .map(|_| policy.wait_after(attempt, now).unwrap())
                .collect();
            let most = Duration::from_millis(most);
            assert!(
                waits.iter().all(|wait| *wait <= most),
                "{attempt}: {waits:?}"
            );
            assert!(waits.iter().any(|wait| *wait > most / 2), "{attempt}");
            assert!(waits.iter().any(|wait| *wait < most / 2), "{attempt}");
        }
    }

    #[test]
    fn attempts_and_time_are_limited() {
        let now = Instant::now();
        assert!(RetryPolicy::new().wait_after(9, now).is_some());
        assert!(RetryPolicy::new().wait_after(10, now).is_none());
        assert!(RetryPolicy::never().wait_after(1, now).is_none());
        let late = now.checked_sub(Duration::from_secs(31)).unwrap();
        assert!(RetryPolicy::new().wait_after(1, late).is_none());
    }
}
