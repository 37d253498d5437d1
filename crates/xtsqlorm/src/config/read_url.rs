//! From a URL to a configuration. No error repeats the URL.

use percent_encoding::percent_decode_str;
use url::form_urlencoded;

use super::{database::DatabaseConfig, kind::DatabaseKind, options, place::Place};
use crate::error::ConfigError;

/// Parses `raw`; errors name `place`.
pub(super) fn parse(raw: &str, place: &Place) -> Result<DatabaseConfig, ConfigError> {
    let raw = raw.trim();
    if raw.contains(char::is_control) {
        return Err(place.invalid_url("it contains a control character; percent-encode it"));
    }
    let (kind, rest) = scheme(raw, place)?;
    let config = match kind {
        DatabaseKind::Sqlite => sqlite(rest, place)?,
        _ => server(kind, raw, place)?,
    };
    match config.check() {
        Ok(()) => Ok(config),
        Err(problem) => Err(place.invalid_url(format!("`{}` {}", problem.field, problem.reason))),
    }
}

/// Splits off the scheme. It is part of an error only if what follows shows that it is one: in a
/// URL whose scheme was forgotten, a user name stands there.
fn scheme<'a>(raw: &'a str, place: &Place) -> Result<(DatabaseKind, &'a str), ConfigError> {
    let no_scheme = || place.invalid_url("it does not begin with a scheme such as `mysql://`");
    let (scheme, rest) = raw.split_once(':').ok_or_else(no_scheme)?;
    if scheme.eq_ignore_ascii_case("sqlite") {
        return Ok((
            DatabaseKind::Sqlite,
            rest.strip_prefix("//").unwrap_or(rest),
        ));
    }
    match rest.strip_prefix("//") {
        Some(rest) => Ok((DatabaseKind::parse_at(scheme, place)?, rest)),
        None => Err(no_scheme()),
    }
}

/// Reads what the driver reads in an SQLite URL: a percent-encoded path up to the `?`.
fn sqlite(rest: &str, place: &Place) -> Result<DatabaseConfig, ConfigError> {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut config = DatabaseConfig::empty(DatabaseKind::Sqlite);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        options::take(&mut config, &name, &value, place)?;
    }
    let path = if path.is_empty() && config.is_memory() {
        ":memory:"
    } else {
        path
    };
    config.database = Some(decode(path, place)?);
    Ok(config)
}

/// Reads the URL of a server.
fn server(kind: DatabaseKind, raw: &str, place: &Place) -> Result<DatabaseConfig, ConfigError> {
    let after_scheme = raw.split_once("//").map_or("", |(_, rest)| rest);
    let after_host = after_scheme
        .find(['/', '?', '#'])
        .map_or("", |end| &after_scheme[end..]);
    if after_host.contains(['@', '#']) {
        // A password with `/`, `?` or `#` ends the host early, and its rest would pass for a
        // database name.
        let reason = "a `@` or `#` stands after the host; in user, password and database write \
            `@` as %40, \
                      `/` as %2F, `?` as %3F, `#` as %23";
        return Err(place.invalid_url(reason));
    }
    let url = ::url::Url::parse(raw).map_err(|error| place.invalid_url(error.to_string()))?;
    let mut config = DatabaseConfig::empty(kind);
    let host = decode(url.host_str().unwrap_or_default(), place)?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    config.host = (!host.is_empty()).then(|| host.to_owned());
    config.port = url.port();
    config = config.user(decode(url.username(), place)?);
    config = config.password(decode(url.password().unwrap_or_default(), place)?);
    let database = decode(url.path().trim_start_matches('/'), place)?;
    config.database = (!database.is_empty()).then_some(database);
    for (name, value) in url.query_pairs() {
        options::take(&mut config, &name, &value, place)?;
    }
    Ok(config)
}

/// Takes the percent-encoding off one part.
fn decode(part: &str, place: &Place) -> Result<String, ConfigError> {
    percent_decode_str(part)
        .decode_utf8()
        .map(|text| text.into_owned())
        .map_err(|_| place.invalid_url("a percent-encoded part of it is not UTF-8"))
}
