//! What the configuration promises, claim by claim.

mod fields;
mod layers;
mod messages;
mod places;
mod secrets;
mod urls;

use std::path::Path;

use secrecy::ExposeSecret;

use super::{DatabaseConfig, Settings, environment::Environment};
use crate::error::ConfigError;

/// The key `db` of a text in TOML.
fn db(text: &str) -> DatabaseConfig {
    Settings::from_toml(text).unwrap().database("db").unwrap()
}

/// The message about a text in TOML, or about its key `db`.
fn message(text: &str) -> String {
    Settings::from_toml(text)
        .and_then(|settings| settings.database("db"))
        .unwrap_err()
        .to_string()
}

/// Loads with `variables` and `folder` as environment and working directory.
fn load(variables: &[(&str, &str)], folder: &Path) -> Result<Settings, ConfigError> {
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Settings::load_from(&Environment::new(variables), folder)
}

/// The URL for the driver.
fn exposed(config: &DatabaseConfig) -> String {
    config.connect_str().expose_secret().to_owned()
}
