//! Where in a configuration something stands.

use std::fmt;

use crate::error::ConfigError;

/// A field, and the file or environment variable it came from.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The field with its tables, as in `databases.mysql.port`; empty at the top level.
    path: String,
    /// The file or variable; `None` for text and URLs that the program itself handed over.
    origin: Option<String>,
}

impl Place {
    /// A place that no file or variable is known for.
    pub(super) fn new(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            origin: None,
        }
    }

    /// The top level of a file.
    pub(super) fn top_level(origin: Option<String>) -> Self {
        Self {
            path: String::new(),
            origin,
        }
    }

    /// A field of this table; `origin` where it is known to differ from the table's.
    pub(super) fn child(&self, name: &str, origin: Option<&str>) -> Self {
        let path = match self.path.as_str() {
            "" => name.to_owned(),
            table => format!("{table}.{name}"),
        };
        Self {
            path,
            origin: origin.map(str::to_owned).or_else(|| self.origin.clone()),
        }
    }

    /// The same field, with `origin` if it is known.
    pub(super) fn at_origin(mut self, origin: Option<&str>) -> Self {
        if let Some(origin) = origin {
            self.origin = Some(origin.to_owned());
        }
        self
    }

    /// The last name of the path. Keys of databases may contain dots.
    pub(super) fn name(&self) -> &str {
        self.path.strip_prefix("databases.").unwrap_or(&self.path)
    }

    /// The error for a value that cannot be used.
    pub(super) fn invalid(&self, reason: impl Into<String>) -> ConfigError {
        ConfigError::Invalid {
            place: self.to_string(),
            reason: reason.into(),
        }
    }

    /// The error for a URL that cannot be used.
    pub(super) fn invalid_url(&self, reason: impl Into<String>) -> ConfigError {
        ConfigError::InvalidUrl {
            place: self.to_string(),
            reason: reason.into(),
        }
    }

    /// The error for two fields that contradict each other.
    pub(super) fn conflict(&self, reason: impl Into<String>) -> ConfigError {
        ConfigError::Conflict {
            place: self.to_string(),
            reason: reason.into(),
        }
    }

    /// The error for something that is missing in this table.
    pub(super) fn missing(&self, what: impl Into<String>) -> ConfigError {
        ConfigError::Missing {
            place: self.to_string(),
            what: what.into(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.path.is_empty() {
            "the top level"
        } else {
            &self.path
        })?;
        match &self.origin {
            Some(origin) => write!(f, " ({origin})"),
            None => Ok(()),
        }
    }
}

/// A field that cannot be used and why, before anyone has said where it was written.
#[derive(Debug)]
pub(super) struct Problem {
    /// The field relative to its database, as in `pool.size`.
    pub(super) field: &'static str,
    /// Why it cannot be used.
    pub(super) reason: String,
}

impl Problem {
    /// A problem with `field`.
    pub(super) fn new(field: &'static str, reason: impl Into<String>) -> Self {
        Self {
            field,
            reason: reason.into(),
        }
    }
}
