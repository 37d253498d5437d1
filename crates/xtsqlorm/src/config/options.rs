//! The parameters that the drivers act upon, and where each belongs.

use std::time::Duration;

use super::{
    database::DatabaseConfig, duration, kind::DatabaseKind, nearest::nearest, place::Place,
    tls::TlsMode,
};
use crate::error::ConfigError;

/// Parameters of MySQL's driver.
const MYSQL: &[&str] = &[
    "collation",
    "socket",
    "statement-cache-capacity",
    "timezone",
];
/// Parameters of PostgreSQL's driver.
const POSTGRES: &[&str] = &["application_name", "options", "statement-cache-capacity"];
/// Parameters of SQLite's driver.
const SQLITE: &[&str] = &["cache", "immutable", "mode", "vfs"];
/// Parameters of servers that have a field of their own in a configuration.
const FOLDED: &[&str] = &[
    "connect_timeout",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
];

/// The parameters that stay parameters.
fn known(kind: DatabaseKind) -> &'static [&'static str] {
    match kind {
        DatabaseKind::MySql | DatabaseKind::MariaDb => MYSQL,
        DatabaseKind::Postgres => POSTGRES,
        DatabaseKind::Sqlite => SQLITE,
    }
}

/// Checks a parameter that stays one; the error is the reason.
pub(super) fn check(kind: DatabaseKind, name: &str, value: &str) -> Result<(), String> {
    let server_setting =
        kind == DatabaseKind::Postgres && name.starts_with("options[") && name.ends_with(']');
    if !server_setting && !known(kind).contains(&name) {
        return Err(unknown(kind, name));
    }
    let choices: &[&str] = match name {
        "mode" => &["ro", "rw", "rwc", "memory"],
        "cache" => &["private", "shared"],
        "immutable" => &["true", "false", "1", "0"],
        "statement-cache-capacity" if value.parse::<usize>().is_err() => {
            return Err(format!("`{name}` must be a number"));
        }
        _ => return Ok(()),
    };
    match choices.contains(&value) {
        true => Ok(()),
        false => Err(format!("`{name}` must be one of {}", choices.join(", "))),
    }
}

/// Says that the driver would not act upon `name`.
fn unknown(kind: DatabaseKind, name: &str) -> String {
    let folded: &[&str] = match kind {
        DatabaseKind::Sqlite => &[],
        DatabaseKind::Postgres => FOLDED,
        _ => &[
            "charset",
            "connect_timeout",
            "ssl-ca",
            "ssl-cert",
            "ssl-key",
            "ssl-mode",
        ],
    };
    let mut names: Vec<_> = known(kind).iter().chain(folded).copied().collect();
    names.sort_unstable();
    let hint = nearest(name, names.iter().copied())
        .map(|name| format!("; did you mean `{name}`?"))
        .unwrap_or_default();
    format!(
        "the {kind} driver has no parameter `{name}`; it has {}{hint}",
        names.join(", ")
    )
}

/// Takes one parameter of a URL into `config`.
pub(super) fn take(
    config: &mut DatabaseConfig,
    name: &str,
    value: &str,
    place: &Place,
) -> Result<(), ConfigError> {
    if config.kind == DatabaseKind::Postgres && take_part(config, name, value, place)? {
        return Ok(());
    }
    take_option(config, name, value, place)
}

/// Takes a parameter that PostgreSQL's URLs may carry instead of a part.
fn take_part(
    config: &mut DatabaseConfig,
    name: &str,
    value: &str,
    place: &Place,
) -> Result<bool, ConfigError> {
    match name {
        "host" | "hostaddr" => config.host = Some(value.to_owned()),
        "dbname" => config.database = Some(value.to_owned()),
        "user" => *config = config.clone().user(value),
        "password" => *config = config.clone().password(value),
        "port" => {
            let port = value
                .parse()
                .map_err(|_| place.invalid_url("`port` is not a port number"))?;
            config.port = Some(port);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// What the spellings of one parameter have in common.
pub(super) fn one_name(name: &str) -> String {
    // A server's own setting, in brackets, has one spelling.
    if name.contains('[') {
        return name.to_owned();
    }
    let plain = name.to_ascii_lowercase().replace('-', "_");
    let one = match plain.as_str() {
        "sslmode" => "ssl_mode",
        "sslca" | "sslrootcert" | "ssl_root_cert" => "ssl_ca",
        "sslcert" => "ssl_cert",
        "sslkey" => "ssl_key",
        "time_zone" => "timezone",
        _ => return plain,
    };
    one.to_owned()
}

/// Takes one parameter of a URL or of the table `options` into `config`.
pub(super) fn take_option(
    config: &mut DatabaseConfig,
    name: &str,
    value: &str,
    place: &Place,
) -> Result<(), ConfigError> {
    let plain = one_name(name);
    if config.kind != DatabaseKind::Sqlite {
        let tls = config.tls.clone();
        match plain.as_str() {
            "ssl_mode" => {
                let mode = TlsMode::from_name(value).ok_or_else(|| {
                    place.invalid(format!("`{name}` must be one of {}", TlsMode::names()))
                })?;
                config.tls = tls.mode(mode);
                return Ok(());
            }
            "ssl_ca" => {
                config.tls = tls.ca(value);
                return Ok(());
            }
            "ssl_cert" => {
                config.tls = tls.cert(value);
                return Ok(());
            }
            "ssl_key" => {
                config.tls = tls.key(value);
                return Ok(());
            }
            "charset" if config.kind.speaks_mysql() => {
                config.charset = Some(value.to_owned());
                return Ok(());
            }
            "connect_timeout" => {
                let limit = duration::parse(value).filter(|limit| *limit > Duration::ZERO);
                let limit = limit.ok_or_else(|| {
                    place.invalid("`connect_timeout` must be a number of seconds above zero")
                })?;
                config.pool = config.pool.clone().connect_timeout(limit);
                return Ok(());
            }
            _ => {}
        }
    }
    let name = known(config.kind)
        .iter()
        .find(|known| known.replace('-', "_") == plain)
        .copied()
        .unwrap_or(name);
    check(config.kind, name, value).map_err(|reason| place.invalid(reason))?;
    config.options.insert(name.to_owned(), value.to_owned());
    Ok(())
}
