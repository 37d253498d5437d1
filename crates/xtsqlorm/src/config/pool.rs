//! How many connections a pool holds, and how long it waits and keeps them.

use std::time::Duration;

use super::place::Problem;

/// The size and the time limits of one connection pool.
///
/// ```
/// use std::time::Duration;
/// use xtsqlorm::config::PoolConfig;
///
/// let pool = PoolConfig::new().size(8).max_overflow(4).idle_timeout(None);
/// assert_eq!(pool.get_max_connections(), 12);
/// assert_eq!(pool.get_acquire_timeout(), Duration::from_secs(30));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolConfig {
    /// Connections of normal operation.
    size: u32,
    /// Connections on top of `size` under load.
    max_overflow: u32,
    /// Connections kept open when nobody asks.
    min_connections: u32,
    /// How long a caller waits for a connection.
    acquire_timeout: Duration,
    /// How long opening one connection may take.
    connect_timeout: Duration,
    /// How long an unused connection is kept.
    idle_timeout: Option<Duration>,
    /// How old a connection may become.
    max_lifetime: Option<Duration>,
}

impl PoolConfig {
    /// The default of [`connect_timeout`](Self::connect_timeout).
    pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

    /// Creates the defaults: 5 connections and 10 more under load.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            size: 5,
            max_overflow: 10,
            min_connections: 0,
            acquire_timeout: Duration::from_secs(30),
            connect_timeout: Self::CONNECT_TIMEOUT,
            idle_timeout: Some(Duration::from_secs(600)),
            max_lifetime: Some(Duration::from_secs(3600)),
        }
    }

    /// Sets the connections of normal operation. Default: 5.
    ///
    /// The pool never holds more than this and [`max_overflow`](Self::max_overflow) together.
    #[must_use]
    pub const fn size(mut self, connections: u32) -> Self {
        self.size = connections;
        self
    }

    /// Sets how many connections may be opened on top of [`size`](Self::size) under load.
    /// Default: 10.
    #[must_use]
    pub const fn max_overflow(mut self, connections: u32) -> Self {
        self.max_overflow = connections;
        self
    }

    /// Caps the pool at `connections`: short for that size and an overflow of 0. Default: 15, from
    /// size and overflow. Further callers wait.
    #[must_use]
    pub const fn max_connections(mut self, connections: u32) -> Self {
        self.size = connections;
        self.max_overflow = 0;
        self
    }

    /// Sets how many connections stay open when nobody asks for one. Default: 0.
    #[must_use]
    pub const fn min_connections(mut self, connections: u32) -> Self {
        self.min_connections = connections;
        self
    }

    /// Sets how long a caller waits for a connection before it gets an error. Default: 30 s.
    #[must_use]
    pub const fn acquire_timeout(mut self, limit: Duration) -> Self {
        self.acquire_timeout = limit;
        self
    }

    /// Sets how long opening one connection may take. Default: 5 s.
    #[must_use]
    pub const fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// Sets how long an unused connection is kept; `None` keeps it for good. Default: 10 min.
    #[must_use]
    pub fn idle_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.idle_timeout = limit.into();
        self
    }

    /// Sets the age at which a connection is replaced; `None` never replaces it. Default: 1 h.
    ///
    /// Stay below the limits of servers, proxies and firewalls that close old connections.
    #[must_use]
    pub fn max_lifetime(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.max_lifetime = limit.into();
        self
    }

    /// Returns the connections of normal operation.
    #[must_use]
    pub const fn get_size(&self) -> u32 {
        self.size
    }

    /// Returns the connections allowed on top of the size.
    #[must_use]
    pub const fn get_max_overflow(&self) -> u32 {
        self.max_overflow
    }

    /// Returns the most connections the pool may hold: size and overflow together.
    #[must_use]
    pub const fn get_max_connections(&self) -> u32 {
        self.size.saturating_add(self.max_overflow)
    }

    /// Returns how many connections stay open when nobody asks.
    #[must_use]
    pub const fn get_min_connections(&self) -> u32 {
        self.min_connections
    }

    /// Returns how long a caller waits for a connection.
    #[must_use]
    pub const fn get_acquire_timeout(&self) -> Duration {
        self.acquire_timeout
    }

    /// Returns how long opening one connection may take.
    #[must_use]
    pub const fn get_connect_timeout(&self) -> Duration {
        self.connect_timeout
    }

    /// Returns how long an unused connection is kept.
    #[must_use]
    pub const fn get_idle_timeout(&self) -> Option<Duration> {
        self.idle_timeout
    }

    /// Returns the age at which a connection is replaced.
    #[must_use]
    pub const fn get_max_lifetime(&self) -> Option<Duration> {
        self.max_lifetime
    }

    /// Finds the first setting that no pool can work with.
    pub(super) fn check(&self) -> Result<(), Problem> {
        let max = self.get_max_connections();
        if self.size == 0 {
            return Err(Problem::new(
                "pool.size",
                "a pool needs at least one connection",
            ));
        }
        if self.min_connections > max {
            let reason = format!(
                "{} is more than the pool may hold ({max})",
                self.min_connections
            );
            return Err(Problem::new("pool.min_connections", reason));
        }
        let limits = [
            (
                "pool.acquire_timeout",
                Some(self.acquire_timeout),
                "more than zero",
            ),
            (
                "pool.connect_timeout",
                Some(self.connect_timeout),
                "more than zero",
            ),
            (
                "pool.idle_timeout",
                self.idle_timeout,
                "more than zero, or \"never\"",
            ),
            (
                "pool.max_lifetime",
                self.max_lifetime,
                "more than zero, or \"never\"",
            ),
        ];
        match limits
            .into_iter()
            .find(|(_, limit, _)| *limit == Some(Duration::ZERO))
        {
            Some((field, _, remedy)) => Err(Problem::new(field, format!("must be {remedy}"))),
            None => Ok(()),
        }
    }
}

impl Default for PoolConfig {
    fn default() -> Self {
        Self::new()
    }
}
