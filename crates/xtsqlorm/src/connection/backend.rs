//! Which database answers, told by its version.

use std::fmt;

use sea_orm::DbBackend;
use serde::Serialize;

/// The database behind a connection, as it introduced itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Backend {
    /// MySQL.
    MySql,
    /// MariaDB, which speaks MySQL's protocol.
    MariaDb,
    /// TiDB, which speaks MySQL's protocol.
    TiDb,
    /// PostgreSQL.
    Postgres,
    /// CockroachDB, which speaks PostgreSQL's protocol.
    CockroachDb,
    /// SQLite, inside this process.
    Sqlite,
}

impl Backend {
    /// The name that people write.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::MySql => "MySQL",
            Self::MariaDb => "MariaDB",
            Self::TiDb => "TiDB",
            Self::Postgres => "PostgreSQL",
            Self::CockroachDb => "CockroachDB",
            Self::Sqlite => "SQLite",
        }
    }

    /// The dialect that SeaORM writes for this backend.
    #[must_use]
    pub fn dialect(self) -> DbBackend {
        match self {
            Self::MySql | Self::MariaDb | Self::TiDb => DbBackend::MySql,
            Self::Postgres | Self::CockroachDb => DbBackend::Postgres,
            Self::Sqlite => DbBackend::Sqlite,
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A server and what it can do.
#[derive(Clone, Debug)]
pub(super) struct Server {
    pub(super) backend: Backend,
    pub(super) version: String,
    /// INSERT .. RETURNING: PostgreSQL, SQLite, and MariaDB since 10.5.
    pub(super) insert_returning: bool,
}

impl Server {
    /// Reads what `SELECT version()` answered.
    pub(super) fn identify(dialect: DbBackend, version: String) -> Self {
        let backend = match dialect {
            DbBackend::MySql if version.contains("MariaDB") => Backend::MariaDb,
            DbBackend::MySql if version.contains("TiDB") => Backend::TiDb,
            DbBackend::MySql => Backend::MySql,
            DbBackend::Postgres if version.contains("CockroachDB") => Backend::CockroachDb,
            DbBackend::Postgres => Backend::Postgres,
            _ => Backend::Sqlite,
        };
        let insert_returning = match backend {
            Backend::MySql | Backend::TiDb => false,
            Backend::MariaDb => mariadb_release(&version) >= (10, 5),
            Backend::Postgres | Backend::CockroachDb | Backend::Sqlite => true,
        };
        Self {
            backend,
            version,
            insert_returning,
        }
    }
}

/// Major and minor of `10.11.6-MariaDB-0+deb12u1`, or of `5.5.5-10.4.7-MariaDB`, the form that
/// proxies and old servers send.
fn mariadb_release(version: &str) -> (u32, u32) {
    let version = version.strip_prefix("5.5.5-").unwrap_or(version);
    let mut numbers = version
        .split(['.', '-'])
        .map_while(|part| part.parse().ok());
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_told_by_its_version() {
        for (dialect, version, backend, insert_returning) in [
            (DbBackend::MySql, "8.4.3", Backend::MySql, false),
            (DbBackend::MySql, "9.7.4-debian", Backend::MySql, false),
            (DbBackend::MySql, "8.0.11-TiDB-v8.5.1", Backend::TiDb, false),
            (
                DbBackend::MySql,
                "10.11.6-MariaDB-0+deb12u1",
                Backend::MariaDb,
                true,
            ),
            (
                DbBackend::MySql,
                "5.5.5-10.4.7-MariaDB",
                Backend::MariaDb,
                false,
            ),
            (DbBackend::MySql, "11.4.2-MariaDB", Backend::MariaDb, true),
            (
                DbBackend::Postgres,
                "PostgreSQL 15.18 (Debian ..)",
                Backend::Postgres,
                true,
            ),
            (
                DbBackend::Postgres,
                "CockroachDB CCL v24.1.0",
                Backend::CockroachDb,
                true,
            ),
            (DbBackend::Sqlite, "3.46.0", Backend::Sqlite, true),
        ] {
            let server = Server::identify(dialect, version.to_owned());
            assert_eq!(
                (server.backend, server.insert_returning),
                (backend, insert_returning)
            );
        }
    }
}
