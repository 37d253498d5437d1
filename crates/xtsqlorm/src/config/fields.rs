//! The names of all fields, and which of them replace each other across layers.

use ::config::ValueKind;

use super::{options::one_name, section::Table};

/// Tables of the top level.
pub(super) const TOP: &[&str] = &["databases", "reflect"];

/// Fields that say where a database is and how to log in.
pub(super) const CONNECTION: &[&str] = &[
    "type",
    "host",
    "port",
    "user",
    "password",
    "password_file",
    "database",
    "charset",
    "options",
];

/// Fields that say which database is meant.
pub(super) const WHERE: &[&str] = &["type", "host", "port", "database", "url", "alias"];

/// Fields of a database.
pub(super) const DATABASE: &[&str] = &[
    "alias",
    "charset",
    "database",
    "echo",
    "host",
    "options",
    "password",
    "password_file",
    "pool",
    "port",
    "replicas",
    "slow_query",
    "tls",
    "type",
    "url",
    "user",
    "warn_repeated",
];

/// Fields of `pool`.
pub(super) const POOL: &[&str] = &[
    "acquire_timeout",
    "connect_timeout",
    "idle_timeout",
    "max_connections",
    "max_lifetime",
    "max_overflow",
    "min_connections",
    "pool_recycle",
    "pool_timeout",
    "recycle",
    "size",
];

/// Fields of `tls`.
pub(super) const TLS: &[&str] = &["ca", "cert", "key", "mode"];

/// How deep a table stands.
#[derive(Clone, Copy)]
enum Level {
    /// The top level.
    Top,
    /// `databases`.
    Databases,
    /// One database or its pool.
    Fields,
    /// The parameters of a driver.
    Options,
    /// Anything else.
    Other,
}

/// Lays the settings of `layer` over those of `base`, field by field.
///
/// What a field of `layer` contradicts goes: a URL replaces the parts below it, `max_connections`
/// replaces `size` and `max_overflow`, and a parameter of the driver replaces itself however it is
/// spelled.
pub(super) fn overlay(base: &mut Table, layer: &Table) {
    overlay_at(base, layer, Level::Top);
}

/// [`overlay`] at some depth.
fn overlay_at(base: &mut Table, layer: &Table, level: Level) {
    match level {
        Level::Fields => {
            base.retain(|field, _| !layer.keys().any(|newer| replaces(newer, field)));
        }
        Level::Options => base.retain(|older, _| {
            let same = |newer: &String| newer != older && one_name(newer) == one_name(older);
            !layer.keys().any(same)
        }),
        Level::Top | Level::Databases | Level::Other => {}
    }
    for (name, value) in layer {
        let below = match (level, name.as_str()) {
            (Level::Top, "databases") => Level::Databases,
            (Level::Databases, _) | (Level::Fields, "pool") => Level::Fields,
            (Level::Fields, "options") => Level::Options,
            _ => Level::Other,
        };
        match (base.get_mut(name).map(|value| &mut value.kind), &value.kind) {
            (Some(ValueKind::Table(base)), ValueKind::Table(layer)) => {
                overlay_at(base, layer, below)
            }
            _ => {
                base.insert(name.clone(), value.clone());
            }
        }
    }
}

/// Tells whether `newer`, set by an upper layer, makes `older` of a lower layer void.
fn replaces(newer: &str, older: &str) -> bool {
    const ONE_MEANING: &[&[&str]] = &[
        &["password", "password_file"],
        &["acquire_timeout", "pool_timeout"],
        &["max_lifetime", "pool_recycle", "recycle"],
    ];
    match newer {
        _ if newer == older => false,
        "alias" => true,
        "url" => older == "alias" || older == "replicas" || CONNECTION.contains(&older),
        "type" => older == "alias" || older == "url",
        "max_connections" => older == "size" || older == "max_overflow",
        "size" | "max_overflow" => older == "max_connections",
        _ => ONE_MEANING
            .iter()
            .any(|names| names.contains(&newer) && names.contains(&older)),
    }
}
