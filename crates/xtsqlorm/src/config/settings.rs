//! All databases of an application, from a file and the environment.

use std::{
    collections::BTreeMap,
    env,
    path::{Path, PathBuf},
};

use ::config::{FileFormat, Value};
use serde::de::DeserializeOwned;

use super::{
    database::DatabaseConfig,
    environment::{self, Environment},
    fields, file,
    nearest::nearest,
    place::Place,
    read::{self, Entry},
    section::{Section, Table, printable},
};
use crate::error::ConfigError;

/// The configured databases of an application and where they were written.
///
/// See the [module](super) for the fields and where they may come from.
#[derive(Debug)]
pub struct Settings {
    /// What each key stands for.
    entries: BTreeMap<String, Entry>,
    /// The section `reflect`.
    reflect: Option<Value>,
    /// The file, if there is one.
    file: Option<PathBuf>,
}

impl Settings {
    /// Loads the configuration file, then lays the environment over it.
    ///
    /// The file is the one that `XTSQLORM_CONFIG` names, else the first `xtsqlorm.toml` in the
    /// working directory and the folders above it. Without a file the environment must say
    /// everything.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for a file that `XTSQLORM_CONFIG` names and that cannot be read, for a file
    /// that cannot be parsed, and for the first field that is unknown, missing or unusable, in
    /// whichever database it stands. Only password files wait until their database is asked for.
    pub fn load() -> Result<Self, ConfigError> {
        // Without a working directory there is nothing to look for a file in.
        let folder = env::current_dir().unwrap_or_default();
        Self::load_from(&Environment::of_process()?, &folder)
    }

    /// [`load`](Self::load) with the environment and the working directory handed in.
    pub(super) fn load_from(environment: &Environment, folder: &Path) -> Result<Self, ConfigError> {
        let (path, variable) = match environment.file() {
            Some(file) => (Some(folder.join(file)), Some(environment::FILE)),
            None => (file::find(folder), None),
        };
        let label = path.as_deref().map(|path| label(path, folder));
        let mut table = match (&path, &label) {
            (Some(path), Some(label)) => file::read(path, label, variable)?,
            _ => Table::new(),
        };
        let layer = environment.layer(&table)?;
        fields::overlay(&mut table, &layer);
        Self::new(&table, path, label)
    }

    /// Reads a file whose name ends in `.toml`, `.json`, `.yaml` or `.yml` (feature `yaml`), and no
    /// environment.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let path = path.as_ref();
        let label = path.display().to_string();
        let table = file::read(path, &label, None)?;
        Self::new(&table, Some(path.to_owned()), Some(label))
    }

    /// Reads a text in TOML, and no environment. Paths are relative to the working directory.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let table = file::parse(text, FileFormat::Toml, "TOML text")?;
        Self::new(&table, None, None)
    }

    /// Reads all of `table`, which came from `file`.
    fn new(
        table: &Table,
        file: Option<PathBuf>,
        label: Option<String>,
    ) -> Result<Self, ConfigError> {
        let folder = file
            .as_deref()
            .and_then(Path::parent)
            .unwrap_or(Path::new(""));
        let top = Section::new(Place::top_level(label), table);
        top.only(fields::TOP)?;
        top.section("reflect")?;
        let mut entries = BTreeMap::new();
        if let Some(databases) = top.section("databases")? {
            let keys = databases.names();
            for key in &keys {
                if let Some(section) = databases.section(key)? {
                    entries.insert((*key).to_owned(), read::entry(&section, folder, &keys)?);
                }
            }
        }
        let settings = Self {
            entries,
            reflect: top.raw("reflect").cloned(),
            file,
        };
        for key in settings.entries.keys() {
            settings.resolve(key)?;
        }
        Ok(settings)
    }

    /// Returns the configuration of the database that `key` or its alias stands for. A
    /// `password_file` is read now.
    ///
    /// # Errors
    ///
    /// [`ConfigError::UnknownKey`] if nothing has that name, [`ConfigError::PasswordFile`] if its
    /// password cannot be read.
    pub fn database(&self, key: &str) -> Result<DatabaseConfig, ConfigError> {
        let (_, config, password_file) = self.resolve(key)?;
        let config = config.clone();
        match password_file {
            Some(file) => Ok(config.password(file.read()?)),
            None => Ok(config),
        }
    }

    /// Returns all keys, aliases too, in alphabetical order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Returns the file that was read, if any.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Reads the section `reflect` as a `T`, or its default if there is no such section.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Invalid`] with serde's reason if the section does not have `T`'s shape.
    pub fn reflect<T: DeserializeOwned + Default>(&self) -> Result<T, ConfigError> {
        match &self.reflect {
            None => Ok(T::default()),
            Some(section) => section.clone().try_deserialize().map_err(|error| {
                let origin = self.file.as_ref().map(|file| file.display().to_string());
                Place::new("reflect")
                    .at_origin(origin.as_deref())
                    .invalid(error.to_string())
            }),
        }
    }

    /// Returns the key that `key` is an alias of, in the end; `key` itself if it is none.
    pub(crate) fn canonical<'a>(&'a self, key: &'a str) -> Result<&'a str, ConfigError> {
        self.resolve(key).map(|(key, ..)| key)
    }

    /// Follows aliases to a database.
    fn resolve<'a>(&'a self, key: &'a str) -> Result<Resolved<'a>, ConfigError> {
        let mut path = vec![key];
        let mut asked_by = None;
        loop {
            let key = path[path.len() - 1];
            match self.entries.get(key) {
                None => return Err(self.unknown(key, asked_by)),
                Some(Entry::Database {
                    config,
                    password_file,
                }) => {
                    return Ok((key, config, password_file.as_ref()));
                }
                Some(Entry::Alias { target, place }) => {
                    if let Some(start) = path.iter().position(|key| key == target) {
                        path.push(target);
                        let cycle = path[start..].iter().map(|key| (*key).to_owned()).collect();
                        return Err(ConfigError::AliasCycle { cycle });
                    }
                    path.push(target);
                    asked_by = Some(place);
                }
            }
        }
    }

    /// The error for a key that nothing has.
    fn unknown(&self, key: &str, asked_by: Option<&Place>) -> ConfigError {
        if !printable(key) {
            let place = asked_by
                .cloned()
                .unwrap_or_else(|| Place::new("database key"));
            return place.invalid(
                "a key is the name of a configured database, not a URL; \
                                  `DatabaseConfig::from_url` takes URLs",
            );
        }
        ConfigError::UnknownKey {
            key: key.to_owned(),
            nearest: nearest(key, self.keys()).map(str::to_owned),
            known: self.keys().map(str::to_owned).collect(),
            place: asked_by.map(Place::to_string),
        }
    }
}

/// The key of a database, its configuration, and where its password is, if in a file.
type Resolved<'a> = (&'a str, &'a DatabaseConfig, Option<&'a read::PasswordFile>);

/// How messages call the file: by its name alone if it lies in the working directory.
fn label(path: &Path, folder: &Path) -> String {
    path.strip_prefix(folder)
        .unwrap_or(path)
        .display()
        .to_string()
}
