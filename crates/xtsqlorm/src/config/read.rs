//! From a table of the configuration to the configuration of a database.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use secrecy::{ExposeSecret, SecretString};

use super::{
    database::DatabaseConfig,
    fields,
    kind::DatabaseKind,
    nearest::nearest,
    options,
    place::Place,
    read_pool, read_url,
    section::{Section, printable},
    tls::{TlsConfig, TlsMode},
};
use crate::error::ConfigError;

/// What a key stands for.
#[derive(Debug)]
pub(super) enum Entry {
    /// Another key.
    Alias {
        /// The other key.
        target: String,
        /// Where the alias stands.
        place: Place,
    },
    /// A database.
    Database {
        /// Its configuration, the password from a file left out.
        config: Box<DatabaseConfig>,
        /// The file with the password.
        password_file: Option<PasswordFile>,
    },
}

/// A file with a password. It is read when the database is asked for.
#[derive(Debug)]
pub(super) struct PasswordFile {
    /// The file.
    path: PathBuf,
    /// The field that names it.
    place: Place,
}

impl PasswordFile {
    /// Reads the password; one newline at its end is not part of it.
    pub(super) fn read(&self) -> Result<SecretString, ConfigError> {
        let text = fs::read_to_string(&self.path).map_err(|source| ConfigError::PasswordFile {
            place: self.place.to_string(),
            path: self.path.clone(),
            source: Arc::new(source),
        })?;
        let password = text.strip_suffix('\n').unwrap_or(&text);
        Ok(password.strip_suffix('\r').unwrap_or(password).into())
    }
}

/// Reads the table of one key. Relative paths from the file resolve against `folder`; `keys` are
/// all keys, for suggestions.
pub(super) fn entry(
    section: &Section<'_>,
    folder: &Path,
    keys: &[&str],
) -> Result<Entry, ConfigError> {
    section.only(fields::DATABASE)?;
    if let Some(target) = section.string("alias")? {
        return alias(section, target);
    }
    let mut config = match section.secret("url")? {
        Some(url) => from_url(section, &url)?,
        None => from_parts(section, keys)?,
    };
    if let Some(pool) = section.section("pool")? {
        config.pool = read_pool::read(&pool, config.pool)?;
    }
    if let Some(tls) = section.section("tls")? {
        if config.tls != TlsConfig::default() {
            return Err(tls
                .place
                .conflict("the URL or `options` configure TLS too; keep one of them"));
        }
        config.tls = read_tls(&tls, folder)?;
    }
    config.slow_query = section.duration_or_never("slow_query")?.flatten();
    config.warn_repeated = section.integer("warn_repeated", 1..=u64::MAX)?;
    config.echo = section.boolean("echo")?.unwrap_or(false);
    for url in section.secrets("replicas")? {
        config.replicas.push(read_url::parse(
            url.expose_secret(),
            &section.place_of("replicas"),
        )?);
    }
    let password_file = section.string("password_file")?.map(|file| PasswordFile {
        path: resolve(section, "password_file", file, folder),
        place: section.place_of("password_file"),
    });
    if config.kind == DatabaseKind::Sqlite
        && let Some(file) = &password_file
    {
        return Err(file.place.invalid("is for servers; SQLite is a file"));
    }
    config
        .check()
        .map_err(|problem| section.place_of(problem.field).invalid(problem.reason))?;
    Ok(Entry::Database {
        config: Box::new(config),
        password_file,
    })
}

/// Reads an alias, which has no other fields.
fn alias(section: &Section<'_>, target: &str) -> Result<Entry, ConfigError> {
    let place = section.place_of("alias");
    match section
        .names()
        .into_iter()
        .find(|name| *name != "alias" && section.has(name))
    {
        Some(field) => {
            let reason = if printable(target) {
                format!(
                    "the database is an alias of `{target}` and has no other fields; set it there"
                )
            } else {
                "the database is an alias and has no other fields".to_owned()
            };
            Err(section.place_of(field).conflict(reason))
        }
        None => Ok(Entry::Alias {
            target: target.to_owned(),
            place,
        }),
    }
}

/// Reads `url`, beside which no parts may stand.
fn from_url(section: &Section<'_>, url: &SecretString) -> Result<DatabaseConfig, ConfigError> {
    if let Some(part) = fields::CONNECTION.iter().find(|part| section.has(part)) {
        let place = section.place_of(part);
        return Err(place.conflict("stands beside `url`, which says all of it; keep one of them"));
    }
    read_url::parse(url.expose_secret(), &section.place_of("url"))
}

/// Reads the parts that a URL would have.
fn from_parts(section: &Section<'_>, keys: &[&str]) -> Result<DatabaseConfig, ConfigError> {
    let Some(kind) = section.string("type")? else {
        return Err(section.place.missing(missing_type(section, keys)));
    };
    let kind = DatabaseKind::parse_at(kind, &section.place_of("type"))?;
    let mut config = DatabaseConfig::empty(kind);
    if let Some(options) = section.section("options")? {
        once_each(&options)?;
        for name in options.names() {
            if let Some(value) = options.parameter(name)? {
                options::take_option(&mut config, name, &value, &options.place_of(name))?;
            }
        }
    }
    if let Some(charset) = section.string("charset")? {
        if config
            .charset
            .as_deref()
            .is_some_and(|other| other != charset)
        {
            return Err(section
                .place_of("charset")
                .conflict("`options` has another charset; keep one of them"));
        }
        config.charset = Some(charset.to_owned());
    }
    config.host = section.string("host")?.map(str::to_owned);
    config.port = section.integer("port", 1..=65_535)?;
    if let Some(user) = section.string("user")? {
        config = config.user(user);
    }
    if let Some(password) = section.secret("password")? {
        if section.has("password_file") {
            let place = section.place_of("password_file");
            return Err(place.conflict("stands beside `password`; keep one of them"));
        }
        config = config.password(password);
    }
    config.database = section.string("database")?.map(str::to_owned);
    if config.database.is_none() {
        let what = match kind {
            DatabaseKind::Sqlite => "`database`, a path or \":memory:\"",
            _ => "`database`",
        };
        return Err(section.place.missing(what));
    }
    Ok(config)
}

/// Refuses a parameter that stands there in two spellings. What an upper layer spells in another way
/// has replaced the lower one's by now, so that both are of one layer.
fn once_each(options: &Section<'_>) -> Result<(), ConfigError> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for name in options.names() {
        if let Some(other) = seen.insert(options::one_name(name), name) {
            let reason = format!("is `{other}` in another spelling; keep one of them");
            return Err(options.place_of(name).conflict(reason));
        }
    }
    Ok(())
}

/// Says what to add to a table without `type`. A misspelled key in a variable makes such a table.
fn missing_type(section: &Section<'_>, keys: &[&str]) -> String {
    let what = format!(
        "`type` (one of {}) or `url`",
        DatabaseKind::NAMES.join(", ")
    );
    let own = section.key();
    match nearest(own, keys.iter().copied().filter(|key| *key != own)) {
        Some(key) => format!("{what}; did you mean the database `{key}`?"),
        None => what,
    }
}

/// Reads `tls`.
fn read_tls(section: &Section<'_>, folder: &Path) -> Result<TlsConfig, ConfigError> {
    section.only(fields::TLS)?;
    let mut tls = TlsConfig::new();
    if let Some(name) = section.string("mode")? {
        let mode = TlsMode::from_name(name).ok_or_else(|| {
            section.wrong_type("mode", format!("one of {}", TlsMode::names()), true)
        })?;
        tls = tls.mode(mode);
    }
    if let Some(file) = section.string("ca")? {
        tls = tls.ca(resolve(section, "ca", file, folder));
    }
    if let Some(file) = section.string("cert")? {
        tls = tls.cert(resolve(section, "cert", file, folder));
    }
    if let Some(file) = section.string("key")? {
        tls = tls.key(resolve(section, "key", file, folder));
    }
    Ok(tls)
}

/// Resolves a path: from the file against the file's folder, from a variable against the working
/// directory.
fn resolve(section: &Section<'_>, name: &str, path: &str, folder: &Path) -> PathBuf {
    match section.is_from_environment(name) {
        true => PathBuf::from(path),
        false => folder.join(path),
    }
}
