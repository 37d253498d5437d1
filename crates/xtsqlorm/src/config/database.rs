//! The configuration of one database.

use std::{collections::BTreeMap, fmt, time::Duration};

use secrecy::{ExposeSecret, SecretString};

use super::{
    kind::DatabaseKind, place::Place, pool::PoolConfig, read_url, tls::TlsConfig, write_url,
};
use crate::error::ConfigError;

/// Everything needed to connect to one database.
///
/// Made by [`Settings::database`](super::Settings::database) from a file and the environment, by
/// [`from_url`](Self::from_url), or part by part. `Debug` and `Display` show the URL with `***` in
/// place of the password.
///
/// ```
/// use xtsqlorm::config::{DatabaseConfig, DatabaseKind, PoolConfig};
///
/// let config = DatabaseConfig::new(DatabaseKind::Postgres, "shop")
///     .user("ann")
///     .password("p@ss/word")
///     .pool(PoolConfig::new().max_connections(20));
/// assert_eq!(config.to_string(), "postgres://ann:***@127.0.0.1:5432/shop");
/// ```
#[derive(Clone)]
pub struct DatabaseConfig {
    /// The product.
    pub(super) kind: DatabaseKind,
    /// The server; the local machine if not set.
    pub(super) host: Option<String>,
    /// The port; the product's own if not set.
    pub(super) port: Option<u16>,
    /// The account, never empty; the driver's choice if not set.
    pub(super) user: Option<String>,
    /// The account's password, never empty.
    pub(super) password: Option<SecretString>,
    /// The database's name, or SQLite's path.
    pub(super) database: Option<String>,
    /// The connection's character set.
    pub(super) charset: Option<String>,
    /// Further parameters of the driver's URL, by the driver's names.
    pub(super) options: BTreeMap<String, String>,
    /// Size and time limits of the pool.
    pub(super) pool: PoolConfig,
    /// Encryption.
    pub(super) tls: TlsConfig,
    /// From which duration on a statement is logged as slow.
    pub(super) slow_query: Option<Duration>,
    /// How often a transaction may send the same query before that is logged.
    pub(super) warn_repeated: Option<u64>,
    /// Whether each statement is logged.
    pub(super) echo: bool,
    /// Servers that hold copies to read from.
    pub(super) replicas: Vec<DatabaseConfig>,
}

impl DatabaseConfig {
    /// Creates the configuration of `database`, for SQLite a path or `:memory:`, with defaults for
    /// all else.
    #[must_use]
    pub fn new(kind: DatabaseKind, database: impl Into<String>) -> Self {
        Self {
            database: Some(database.into()),
            ..Self::empty(kind)
        }
    }

    /// All defaults and no database.
    pub(super) fn empty(kind: DatabaseKind) -> Self {
        Self {
            kind,
            host: None,
            port: None,
            user: None,
            password: None,
            database: None,
            charset: None,
            options: BTreeMap::new(),
            pool: PoolConfig::new(),
            tls: TlsConfig::default(),
            slow_query: None,
            warn_repeated: None,
            echo: false,
            replicas: Vec::new(),
        }
    }

    /// Parses a URL; its scheme (`mysql`, `mariadb`, `postgres`, `postgresql`, `sqlite`) says which
    /// product it is.
    ///
    /// The parameters for TLS, `charset` and `connect_timeout` (seconds) go where their setters
    /// would put them. Other parameters must be ones the driver acts upon: it would skip a
    /// misspelled `sslmode` without a word. A server's URL may leave the database out. An SQLite
    /// file is created if it is absent, unless `mode` says otherwise.
    ///
    /// ```
    /// use xtsqlorm::config::DatabaseConfig;
    ///
    /// let config = DatabaseConfig::from_url("mysql://root:s3cret@db.example/shop")?;
    /// assert_eq!(config.get_port(), Some(3306));
    /// assert_eq!(config.to_string(), "mysql://root:***@db.example:3306/shop");
    /// # Ok::<(), xtsqlorm::error::ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigError::UnsupportedBackend`] for another scheme, [`ConfigError::InvalidUrl`] for what
    /// cannot be parsed or would be ignored. The error does not contain the URL.
    pub fn from_url(url: &str) -> Result<Self, ConfigError> {
        read_url::parse(url, &Place::new("database URL"))
    }

    /// Sets the server: a name, an IPv4 or IPv6 address, or for PostgreSQL the absolute path of the
    /// socket's folder. Default: `127.0.0.1`.
    #[must_use]
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.host = Some(host.into());
        self
    }

    /// Sets the port. Default: 3306 for MySQL and MariaDB, 5432 for PostgreSQL.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Sets the account; an empty one counts as none. Default: the driver's, that is `root` for
    /// MySQL and MariaDB, `PGUSER` or the account of the operating system for PostgreSQL.
    #[must_use]
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into()).filter(|user| !user.is_empty());
        self
    }

    /// Sets the account's password; an empty one counts as none. Default: none; PostgreSQL's
    /// driver then looks at `PGPASSWORD` and the file `.pgpass`.
    #[must_use]
    pub fn password(mut self, password: impl Into<SecretString>) -> Self {
        self.password =
            Some(password.into()).filter(|password| !password.expose_secret().is_empty());
        self
    }

    /// Sets the database's name, or SQLite's path. Default: what the constructor was given.
    #[must_use]
    pub fn database(mut self, database: impl Into<String>) -> Self {
        self.database = Some(database.into());
        self
    }

    /// Sets the character set of a MySQL or MariaDB connection. Default: the driver's, `utf8mb4`.
    #[must_use]
    pub fn charset(mut self, charset: impl Into<String>) -> Self {
        self.charset = Some(charset.into());
        self
    }

    /// Adds a parameter of the driver's URL, as in `application_name` or `mode`. Default: none.
    #[must_use]
    pub fn option(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.insert(name.into(), value.into());
        self
    }

    /// Sets the size and the time limits of the pool. Default: [`PoolConfig::new`].
    #[must_use]
    pub fn pool(mut self, pool: PoolConfig) -> Self {
        self.pool = pool;
        self
    }

    /// Sets the encryption. Default: encrypt if the server can.
    #[must_use]
    pub fn tls(mut self, tls: TlsConfig) -> Self {
        self.tls = tls;
        self
    }

    /// Sets from which duration on a statement is logged as slow; `None` logs none. Default:
    /// `None`.
    #[must_use]
    pub fn slow_query(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.slow_query = limit.into();
        self
    }

    /// Sets how often one transaction may send the same query before a warning is logged that tells
    /// where it was sent. What counts as the same is told at
    /// [`repeats`](crate::connection::repeats). Default: none is.
    #[must_use]
    pub fn warn_repeated(mut self, times: u64) -> Self {
        self.warn_repeated = Some(times);
        self
    }

    /// Sets whether each statement is logged. Default: `false`.
    #[must_use]
    pub fn echo(mut self, echo: bool) -> Self {
        self.echo = echo;
        self
    }

    /// Adds a server that holds a copy to read from. Default: none.
    ///
    /// Nothing reads from it yet: it is for code that opens a pool for each of
    /// [`get_replicas`](Self::get_replicas) itself. A manager that is opened says so by a `tracing`
    /// event of level WARN.
    ///
    /// # Errors
    ///
    /// As [`from_url`](Self::from_url).
    pub fn replica(mut self, url: &str) -> Result<Self, ConfigError> {
        let replica = read_url::parse(url, &Place::new("replica URL"))?;
        self.replicas.push(replica);
        Ok(self)
    }

    /// Returns the product.
    #[must_use]
    pub fn get_kind(&self) -> DatabaseKind {
        self.kind
    }

    /// Returns the server; `None` for SQLite.
    #[must_use]
    pub fn get_host(&self) -> Option<&str> {
        match self.kind {
            DatabaseKind::Sqlite => None,
            _ => Some(self.host.as_deref().unwrap_or("127.0.0.1")),
        }
    }

    /// Returns the port; `None` for SQLite.
    #[must_use]
    pub fn get_port(&self) -> Option<u16> {
        self.kind
            .default_port()
            .map(|default| self.port.unwrap_or(default))
    }

    /// Returns the account; `None` leaves it to the driver.
    #[must_use]
    pub fn get_user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// Returns the account's password.
    #[must_use]
    pub fn get_password(&self) -> Option<&SecretString> {
        self.password.as_ref()
    }

    /// Returns the database's name or SQLite's path; `None` if the URL of a server names none.
    #[must_use]
    pub fn get_database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    /// Returns the character set, if it was set.
    #[must_use]
    pub fn get_charset(&self) -> Option<&str> {
        self.charset.as_deref()
    }

    /// Returns the further parameters of the driver's URL.
    #[must_use]
    pub fn get_options(&self) -> &BTreeMap<String, String> {
        &self.options
    }

    /// Returns the size and the time limits of the pool.
    #[must_use]
    pub fn get_pool(&self) -> &PoolConfig {
        &self.pool
    }

    /// Returns the encryption.
    #[must_use]
    pub fn get_tls(&self) -> &TlsConfig {
        &self.tls
    }

    /// Returns from which duration on a statement is logged as slow.
    #[must_use]
    pub fn get_slow_query(&self) -> Option<Duration> {
        self.slow_query
    }

    /// Returns how often one transaction may send the same query before a warning is logged.
    #[must_use]
    pub fn get_warn_repeated(&self) -> Option<u64> {
        self.warn_repeated
    }

    /// Returns whether each statement is logged.
    #[must_use]
    pub fn get_echo(&self) -> bool {
        self.echo
    }

    /// Returns the servers that hold copies, each with the pool, the logging, the character set and
    /// (unless its own URL says otherwise) the encryption of this configuration.
    #[must_use]
    pub fn get_replicas(&self) -> Vec<Self> {
        let inherit = |replica: &Self| {
            let own_tls = replica.tls != TlsConfig::default();
            Self {
                charset: replica.charset.clone().or_else(|| self.charset.clone()),
                tls: if own_tls {
                    replica.tls.clone()
                } else {
                    self.tls.clone()
                },
                pool: self.pool.clone(),
                slow_query: self.slow_query,
                warn_repeated: self.warn_repeated,
                echo: self.echo,
                ..replica.clone()
            }
        };
        self.replicas.iter().map(inherit).collect()
    }

    /// Tells whether this is an SQLite database in memory, which lives as long as its connection.
    #[must_use]
    pub fn is_memory(&self) -> bool {
        self.kind == DatabaseKind::Sqlite
            && (self.database.as_deref() == Some(":memory:")
                || self
                    .options
                    .get("mode")
                    .is_some_and(|mode| mode == "memory"))
    }

    /// Returns the URL for the driver, every part percent-encoded. Its scheme is `mysql` for
    /// MariaDB too.
    #[must_use]
    pub fn connect_str(&self) -> SecretString {
        write_url::for_driver(self)
    }

    /// Returns the URL for people, with `***` in place of the password.
    #[must_use]
    pub fn redacted_url(&self) -> String {
        write_url::for_people(self)
    }

    /// Checks what the setters accept and no driver or pool can work with.
    ///
    /// A configuration from a URL or from [`Settings`](super::Settings) has been checked already.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Invalid`] names the first such setting.
    pub fn validate(&self) -> Result<(), ConfigError> {
        self.check()
            .map_err(|problem| Place::new(problem.field).invalid(problem.reason))
    }
}

impl fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseConfig")
            .field("url", &format_args!("{self}"))
            .field("pool", &self.pool)
            .field("slow_query", &self.slow_query)
            .field("warn_repeated", &self.warn_repeated)
            .field("echo", &self.echo)
            .field("replicas", &self.replicas)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for DatabaseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted_url())
    }
}
