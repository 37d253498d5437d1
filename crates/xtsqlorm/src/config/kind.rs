//! Which database product a configuration speaks to.

use std::{fmt, str::FromStr};

use super::{nearest::nearest, place::Place};
use crate::error::ConfigError;

/// The database products that are supported.
///
/// ```
/// use xtsqlorm::config::DatabaseKind;
///
/// let kind: DatabaseKind = "postgresql".parse()?;
/// assert_eq!(kind, DatabaseKind::Postgres);
/// assert_eq!(kind.to_string(), "postgres");
/// # Ok::<(), xtsqlorm::error::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DatabaseKind {
    /// MySQL, written `mysql`.
    MySql,
    /// MariaDB, written `mariadb`. It speaks MySQL's protocol, so the driver is the same.
    MariaDb,
    /// PostgreSQL, written `postgres` or `postgresql`.
    Postgres,
    /// SQLite, written `sqlite`.
    Sqlite,
}

impl DatabaseKind {
    /// The names to choose from, as written in a configuration.
    pub(super) const NAMES: [&str; 4] = ["mysql", "mariadb", "postgres", "sqlite"];

    /// Returns the name as written in a configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MySql => "mysql",
            Self::MariaDb => "mariadb",
            Self::Postgres => "postgres",
            Self::Sqlite => "sqlite",
        }
    }

    /// Returns the port a server of this kind listens on unless told otherwise; SQLite has none.
    #[must_use]
    pub const fn default_port(self) -> Option<u16> {
        match self {
            Self::MySql | Self::MariaDb => Some(3306),
            Self::Postgres => Some(5432),
            Self::Sqlite => None,
        }
    }

    /// Tells whether MySQL's driver, and so MySQL's URL scheme, is the one to use.
    #[must_use]
    pub const fn speaks_mysql(self) -> bool {
        matches!(self, Self::MySql | Self::MariaDb)
    }

    /// Parses a name or a URL scheme; an error names `place`.
    pub(super) fn parse_at(name: &str, place: &Place) -> Result<Self, ConfigError> {
        match name.to_ascii_lowercase().as_str() {
            "mysql" => Ok(Self::MySql),
            "mariadb" => Ok(Self::MariaDb),
            "postgres" | "postgresql" => Ok(Self::Postgres),
            "sqlite" => Ok(Self::Sqlite),
            other => {
                // "mysql+aiomysql" and its like name a driver after the `+`.
                let product = other.split('+').next().unwrap_or_default();
                let printable = other.len() <= 30
                    && other
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "+-_.".contains(c));
                Err(ConfigError::UnsupportedBackend {
                    place: place.to_string(),
                    name: printable.then(|| name.to_owned()),
                    nearest: nearest(product, Self::NAMES).map(str::to_owned),
                    supported: Self::NAMES.map(str::to_owned).to_vec(),
                })
            }
        }
    }
}

impl fmt::Display for DatabaseKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for DatabaseKind {
    type Err = ConfigError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::parse_at(name, &Place::new("database type"))
    }
}
