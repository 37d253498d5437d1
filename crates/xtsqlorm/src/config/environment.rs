//! The layer of settings that environment variables make.

use std::{collections::BTreeMap, env};

use ::config::{Value, ValueKind};

use super::{place::Place, section::Table};
use crate::error::ConfigError;

/// What the names of settings begin with.
const PREFIX: &str = "XTSQLORM__";
/// Names a file other than `xtsqlorm.toml`.
pub(super) const FILE: &str = "XTSQLORM_CONFIG";
/// The URL of the key `default`.
const URL: &str = "DATABASE_URL";

/// The variables that matter here.
#[derive(Default)]
pub(super) struct Environment {
    /// Values by name.
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// Takes the process's variables.
    pub(super) fn of_process() -> Result<Self, ConfigError> {
        let mut variables = Vec::new();
        for (name, value) in env::vars_os() {
            let Ok(name) = name.into_string() else {
                continue;
            };
            if !is_ours(&name) {
                continue;
            }
            match value.into_string() {
                Ok(value) => variables.push((name, value)),
                Err(_) => return Err(place(&name).invalid("its value is not UTF-8")),
            }
        }
        Ok(Self::new(variables))
    }

    /// Takes the variables that matter here out of `variables`.
    pub(super) fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            variables: variables
                .into_iter()
                .filter(|(name, _)| is_ours(name))
                .collect(),
        }
    }

    /// The file to read instead of `xtsqlorm.toml`.
    pub(super) fn file(&self) -> Option<&str> {
        self.variables
            .get(FILE)
            .map(String::as_str)
            .filter(|file| !file.is_empty())
    }

    /// The settings, nested as in a file. Each value carries its variable's name.
    ///
    /// Names are lower case there; where `file` spells a key with capitals or hyphens, its spelling
    /// is taken.
    pub(super) fn layer(&self, file: &Table) -> Result<Table, ConfigError> {
        let mut layer = Table::new();
        for (name, value) in &self.variables {
            let Some(path) = name.strip_prefix(PREFIX) else {
                continue;
            };
            let mut path: Vec<_> = path.split("__").map(str::to_ascii_lowercase).collect();
            if path.iter().any(String::is_empty) {
                return Err(place(name).invalid("a name between two `__` is empty"));
            }
            if let [first, key, ..] = path.as_mut_slice()
                && first == "databases"
                && let Some(spelled) = spelling(file, key)
            {
                *key = spelled;
            }
            insert(&mut layer, &path, value, name)?;
        }
        if let Some(url) = self.variables.get(URL).filter(|url| !url.is_empty())
            && !says_where(&layer)
        {
            let path = ["databases", "default", "url"].map(str::to_owned);
            insert(&mut layer, &path, url, URL)?;
        }
        Ok(layer)
    }
}

/// Tells whether a variable is a setting.
fn is_ours(name: &str) -> bool {
    name.starts_with(PREFIX) || name == FILE || name == URL
}

/// A variable as the place of a message.
fn place(name: &str) -> Place {
    Place::new(origin(name))
}

/// How messages call a variable.
fn origin(name: &str) -> String {
    format!("environment variable {name}")
}

/// The key of `file` that a variable's lower-case `key` means.
fn spelling(file: &Table, key: &str) -> Option<String> {
    let databases = table(file.get("databases")?)?;
    let mut keys: Vec<_> = databases.keys().collect();
    keys.sort_unstable();
    keys.into_iter()
        .find(|spelled| spelled.to_lowercase().replace('-', "_") == key.replace('-', "_"))
        .cloned()
}

/// Tells whether the layer itself says where the database `default` is, which puts `DATABASE_URL`
/// aside. An account or a password does not: without the URL, it would be sent to whatever server
/// the file names.
fn says_where(layer: &Table) -> bool {
    let default = layer
        .get("databases")
        .and_then(table)
        .and_then(|databases| table(databases.get("default")?));
    default.is_some_and(|fields| {
        super::fields::WHERE
            .iter()
            .any(|field| fields.contains_key(*field))
    })
}

/// The table in a value.
fn table(value: &Value) -> Option<&Table> {
    match &value.kind {
        ValueKind::Table(table) => Some(table),
        _ => None,
    }
}

/// Puts a value at the end of a path of tables.
fn insert(
    root: &mut Table,
    path: &[String],
    value: &str,
    variable: &str,
) -> Result<(), ConfigError> {
    let origin = origin(variable);
    let Some((name, tables)) = path.split_last() else {
        return Ok(());
    };
    let mut at = root;
    for table in tables {
        let entry = at
            .entry(table.clone())
            .or_insert_with(|| Value::new(Some(&origin), ValueKind::Table(Table::new())));
        at = match &mut entry.kind {
            ValueKind::Table(table) => table,
            _ => {
                let reason = "another variable sets a table above it to a plain value";
                return Err(place(variable).conflict(reason));
            }
        };
    }
    if at.contains_key(name) {
        return Err(place(variable)
            .conflict("other variables set fields inside it, so it cannot be a plain value"));
    }
    at.insert(name.clone(), Value::new(Some(&origin), value.to_owned()));
    Ok(())
}
