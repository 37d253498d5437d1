//! What a configuration may hold and no driver or pool can work with.

use super::{
    database::DatabaseConfig, kind::DatabaseKind, options, place::Problem, tls::TlsConfig,
    write_url,
};

impl DatabaseConfig {
    /// Finds the first setting that no driver or pool can work with.
    pub(super) fn check(&self) -> Result<(), Problem> {
        if self
            .database
            .as_deref()
            .is_some_and(|name| name.contains("://"))
        {
            return Err(Problem::new(
                "database",
                "is not for URLs; write `url` in place of all parts",
            ));
        }
        match self.kind {
            DatabaseKind::Sqlite => self.check_sqlite()?,
            _ => self.check_server()?,
        }
        for (name, value) in &self.options {
            options::check(self.kind, name, value)
                .map_err(|reason| Problem::new("options", reason))?;
        }
        self.pool.check()?;
        for replica in &self.replicas {
            self.check_replica(replica)?;
        }
        Ok(())
    }

    /// Finds what only a server has.
    fn check_sqlite(&self) -> Result<(), Problem> {
        if self.database.as_deref().is_none_or(str::is_empty) {
            return Err(Problem::new(
                "database",
                "SQLite needs a path, or \":memory:\"",
            ));
        }
        let foreign = [
            ("host", self.host.is_some()),
            ("port", self.port.is_some()),
            ("user", self.user.is_some()),
            ("password", self.password.is_some()),
            ("charset", self.charset.is_some()),
            ("tls", self.tls != TlsConfig::default()),
            ("replicas", !self.replicas.is_empty()),
        ];
        match foreign.into_iter().find(|(_, given)| *given) {
            Some((field, _)) => Err(Problem::new(field, "is for servers; SQLite is a file")),
            None => Ok(()),
        }
    }

    /// Finds what a server's URL cannot carry.
    fn check_server(&self) -> Result<(), Problem> {
        if let Some(host) = &self.host {
            write_url::host(self.kind, host).map_err(|reason| Problem::new("host", reason))?;
        }
        if self.port == Some(0) {
            return Err(Problem::new("port", "must be from 1 to 65535"));
        }
        if matches!(self.database.as_deref(), Some("" | "." | "..")) {
            return Err(Problem::new("database", "must be the name of a database"));
        }
        if self.charset.is_some() && !self.kind.speaks_mysql() {
            return Err(Problem::new(
                "charset",
                "is for MySQL and MariaDB; the driver speaks UTF-8 here",
            ));
        }
        self.tls.check()
    }

    /// Finds what keeps `replica` from being a copy of this database.
    fn check_replica(&self, replica: &Self) -> Result<(), Problem> {
        let same =
            replica.kind == self.kind || (replica.kind.speaks_mysql() && self.kind.speaks_mysql());
        if !same {
            let reason = format!(
                "a {} server is no copy of a {} database",
                replica.kind, self.kind
            );
            return Err(Problem::new("replicas", reason));
        }
        replica
            .check()
            .map_err(|inner| Problem::new("replicas", format!("{}: {}", inner.field, inner.reason)))
    }
}
