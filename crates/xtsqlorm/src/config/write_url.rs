//! From a configuration to URLs: one for the driver, one for people.

use std::{
    net::{Ipv4Addr, Ipv6Addr},
    path::Path,
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};

use super::{database::DatabaseConfig, kind::DatabaseKind, tls::TlsMode};

/// Everything but letters, digits and `- _ . ~`, which need no encoding in any part of a URL.
const PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// As [`PART`], with `/` kept readable in paths of files.
const FILE: &AsciiSet = &PART.remove(b'/');

/// The URL for the driver.
pub(super) fn for_driver(config: &DatabaseConfig) -> SecretString {
    let scheme = if config.kind.speaks_mysql() {
        "mysql"
    } else {
        config.kind.as_str()
    };
    let password = config.password.as_ref().map(ExposeSecret::expose_secret);
    let password = password.map(encode);
    build(config, scheme, password.as_deref(), true).into()
}

/// The URL for people.
pub(super) fn for_people(config: &DatabaseConfig) -> String {
    let password = config.password.as_ref().map(|_| "***");
    build(config, config.kind.as_str(), password, false)
}

/// Puts the parts together; `password` is encoded already.
fn build(config: &DatabaseConfig, scheme: &str, password: Option<&str>, whole: bool) -> String {
    let mut url = match config.kind {
        DatabaseKind::Sqlite => sqlite(config),
        _ => server(config, scheme, password),
    };
    for (position, (name, value)) in parameters(config, whole).into_iter().enumerate() {
        url.push(if position == 0 { '?' } else { '&' });
        url.push_str(&name);
        url.push('=');
        url.push_str(&value);
    }
    url
}

/// Scheme, account, server and database.
fn server(config: &DatabaseConfig, scheme: &str, password: Option<&str>) -> String {
    let account = encode(config.get_user().unwrap_or_default());
    let account = match password {
        Some(password) => format!("{account}:{password}@"),
        None if account.is_empty() => account,
        None => format!("{account}@"),
    };
    let name = config.get_host().unwrap_or_default();
    // What `check` refuses still becomes a URL, which the driver then refuses.
    let host = host(config.kind, name).unwrap_or_else(|_| encode(name));
    let mut url = format!("{scheme}://{account}{host}");
    if let Some(port) = config.get_port() {
        url.push(':');
        url.push_str(&port.to_string());
    }
    if let Some(database) = &config.database {
        url.push('/');
        url.push_str(&encode(database));
    }
    url
}

/// The host as a URL writes it, or why there is no such host.
pub(super) fn host(kind: DatabaseKind, name: &str) -> Result<String, &'static str> {
    if name.starts_with('/') {
        return match kind {
            DatabaseKind::Postgres => Ok(encode(name)),
            _ => Err("is not a path; write the socket as `options = { socket = \"..\" }`"),
        };
    }
    let address = name
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(name);
    if let Ok(address) = address.parse::<Ipv6Addr>() {
        return Ok(format!("[{address}]"));
    }
    if let Ok(address) = name.parse::<Ipv4Addr>() {
        return Ok(address.to_string());
    }
    if name.contains([':', '/', '@', '?', '#', '%']) || name.contains(char::is_whitespace) {
        return Err(
            "is not a host name or address; port, user and database have fields of their own",
        );
    }
    let host = ::url::Host::parse(name).map_err(|_| "is not a host name or address")?;
    Ok(host.to_string())
}

/// Scheme and path.
fn sqlite(config: &DatabaseConfig) -> String {
    match config.database.as_deref().unwrap_or_default() {
        ":memory:" => "sqlite::memory:".to_owned(),
        // With the `//`, a path that begins with slashes keeps them.
        path => format!("sqlite://{}", utf8_percent_encode(path, FILE)),
    }
}

/// The parameters after the `?`; `whole` includes those that the driver assumes by itself or that
/// may carry a secret.
fn parameters(config: &DatabaseConfig, whole: bool) -> Vec<(String, String)> {
    let mut list = Vec::new();
    let mut add = |name: &str, value: String| list.push((encode(name), value));
    let created = config.kind == DatabaseKind::Sqlite && !config.is_memory();
    if whole && created && !config.options.contains_key("mode") {
        add("mode", "rwc".to_owned());
    }
    let mysql = config.kind.speaks_mysql();
    if config.tls.get_mode() != TlsMode::default() {
        let name = if mysql { "ssl-mode" } else { "sslmode" };
        add(name, config.tls.get_mode().in_url(config.kind).to_owned());
    }
    let files = [
        (
            if mysql { "ssl-ca" } else { "sslrootcert" },
            config.tls.get_ca(),
        ),
        (
            if mysql { "ssl-cert" } else { "sslcert" },
            config.tls.get_cert(),
        ),
        (
            if mysql { "ssl-key" } else { "sslkey" },
            config.tls.get_key(),
        ),
    ];
    for (name, file) in files {
        if let Some(file) = file {
            add(name, encode_path(file));
        }
    }
    if let Some(charset) = &config.charset {
        add("charset", encode(charset));
    }
    for (name, value) in &config.options {
        // PostgreSQL's `options` are settings of the server, which may hold anything.
        let hidden = !whole && name.starts_with("options");
        add(
            name,
            if hidden {
                "***".to_owned()
            } else {
                encode(value)
            },
        );
    }
    list
}

/// Percent-encodes one part.
fn encode(part: &str) -> String {
    utf8_percent_encode(part, PART).to_string()
}

/// Percent-encodes the path of a file.
fn encode_path(path: &Path) -> String {
    percent_encode(path.as_os_str().as_encoded_bytes(), FILE).to_string()
}
