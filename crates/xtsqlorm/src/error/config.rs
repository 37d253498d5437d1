//! What is wrong with a configuration, and where.

use std::{io, path::PathBuf, sync::Arc};

/// The configuration is wrong.
///
/// Every message names the place: the field, and the file or environment variable it came from,
/// as in `databases.mysql.port (xtsqlorm.toml)`. No message contains a password or a whole URL.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// No database of that name is configured.
    #[error(
        "{}unknown database key `{key}`{}",
        prefix(place.as_deref()),
        key_hint(nearest.as_deref(), known)
    )]
    UnknownKey {
        /// The name that was asked for.
        key: String,
        /// The configured name that is spelled most like it.
        nearest: Option<String>,
        /// All configured names.
        known: Vec<String>,
        /// The alias that asked for it; `None` when the caller did.
        place: Option<String>,
    },

    /// A table has a field that means nothing there.
    #[error("unknown field `{field}` in {place}{}", field_hint(nearest.as_deref(), known))]
    UnknownField {
        /// The field's name as written.
        field: String,
        /// The table it stands in.
        place: String,
        /// The valid field that is spelled most like it.
        nearest: Option<String>,
        /// All valid fields of that table.
        known: Vec<String>,
    },

    /// A value has the wrong type or lies outside its range.
    #[error("{place}: expected {expected}, found {found}")]
    WrongType {
        /// The field.
        place: String,
        /// What the field takes.
        expected: String,
        /// What was there; the value itself only where it cannot be a secret.
        found: String,
    },

    /// A value has the right type and still cannot be used.
    #[error("{place}: {reason}")]
    Invalid {
        /// The field.
        place: String,
        /// Why it cannot be used, and what to write instead.
        reason: String,
    },

    /// A URL cannot be used. The URL itself is not part of the message.
    #[error("{place}: not a usable database URL: {reason}")]
    InvalidUrl {
        /// The field.
        place: String,
        /// What is wrong with it.
        reason: String,
    },

    /// The kind of database is not one of those that are supported.
    #[error(
        "{place}: {}; supported are {}{}",
        unsupported(name.as_deref()),
        supported.join(", "),
        did_you_mean(nearest.as_deref())
    )]
    UnsupportedBackend {
        /// The field.
        place: String,
        /// The kind that was asked for; `None` where it might be a secret.
        name: Option<String>,
        /// The supported kind that is spelled most like it.
        nearest: Option<String>,
        /// All supported kinds.
        supported: Vec<String>,
    },

    /// Something that has no default is missing.
    #[error("{place} needs {what}")]
    Missing {
        /// The table that lacks it.
        place: String,
        /// What is missing.
        what: String,
    },

    /// Two fields say different things about one matter.
    #[error("{place}: {reason}")]
    Conflict {
        /// One of the fields.
        place: String,
        /// Which other field stands against it, and which to keep.
        reason: String,
    },

    /// Aliases lead back to themselves.
    #[error("aliases form a cycle: {}", cycle.join(" -> "))]
    AliasCycle {
        /// The keys in the order they point to each other; the first stands again at the end.
        cycle: Vec<String>,
    },

    /// A configuration file cannot be read.
    #[error(
        "cannot read the configuration file {}{}",
        path.display(),
        named_by(variable.as_deref())
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The environment variable that names the file.
        variable: Option<String>,
        /// The operating system's reason.
        source: Arc<io::Error>,
    },

    /// A configuration file is not valid TOML, YAML or JSON.
    #[error("{place}: {}{reason}", on_line(*line))]
    Syntax {
        /// The file.
        place: String,
        /// The line, counted from 1.
        line: Option<usize>,
        /// The parser's reason, without the text of the line.
        reason: String,
    },

    /// A `password_file` cannot be read.
    #[error("{place}: cannot read the password from {}", path.display())]
    PasswordFile {
        /// The field.
        place: String,
        /// The file, after resolving a relative path.
        path: PathBuf,
        /// The operating system's reason.
        source: Arc<io::Error>,
    },
}

/// `"<place>: "`, or nothing.
fn prefix(place: Option<&str>) -> String {
    place.map(|place| format!("{place}: ")).unwrap_or_default()
}

/// The end of the message about an unknown database key.
fn key_hint(nearest: Option<&str>, known: &[String]) -> String {
    if known.is_empty() {
        return "; no database is configured: write an xtsqlorm.toml or set DATABASE_URL"
            .to_owned();
    }
    format!(
        "; configured are {}{}",
        known.join(", "),
        did_you_mean(nearest)
    )
}

/// The end of the message about an unknown field.
fn field_hint(nearest: Option<&str>, known: &[String]) -> String {
    match nearest {
        Some(_) => did_you_mean(nearest),
        None => format!("; valid are {}", known.join(", ")),
    }
}

/// The suggestion, or nothing.
fn did_you_mean(nearest: Option<&str>) -> String {
    nearest
        .map(|name| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}

/// The subject of the message about an unsupported backend.
fn unsupported(name: Option<&str>) -> String {
    match name {
        Some(name) => format!("unsupported database type `{name}`"),
        None => "unsupported database type".to_owned(),
    }
}

/// The line number as a prefix, or nothing.
fn on_line(line: Option<usize>) -> String {
    line.map(|line| format!("line {line}: "))
        .unwrap_or_default()
}

/// Who named the file, or nothing.
fn named_by(variable: Option<&str>) -> String {
    variable
        .map(|name| format!(" named by {name}"))
        .unwrap_or_default()
}
