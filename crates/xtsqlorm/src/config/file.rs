//! Finding and parsing configuration files.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use ::config::{File, FileFormat, Source as _};

use super::{place::Place, section::Table};
use crate::error::ConfigError;

/// The name of the file that is looked for.
pub(super) const FILE_NAME: &str = "xtsqlorm.toml";

/// The first `xtsqlorm.toml` in `folder` and the folders above it.
pub(super) fn find(folder: &Path) -> Option<PathBuf> {
    folder
        .ancestors()
        .map(|folder| folder.join(FILE_NAME))
        .find(|file| file.is_file())
}

/// Reads and parses a file, which messages call `label`.
pub(super) fn read(path: &Path, label: &str, variable: Option<&str>) -> Result<Table, ConfigError> {
    let format = format(path, label)?;
    let text = fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
        path: path.to_owned(),
        variable: variable.map(str::to_owned),
        source: Arc::new(source),
    })?;
    parse(&text, format, label)
}

/// Parses a text, which messages call `label`.
pub(super) fn parse(text: &str, format: FileFormat, label: &str) -> Result<Table, ConfigError> {
    File::from_str(text, format).collect().map_err(|error| {
        let (line, reason) = reason(&error.to_string(), format);
        ConfigError::Syntax {
            place: label.to_owned(),
            line,
            reason,
        }
    })
}

/// The format that the file's name ends in.
fn format(path: &Path, label: &str) -> Result<FileFormat, ConfigError> {
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "toml" => Ok(FileFormat::Toml),
        #[cfg(feature = "yaml")]
        "yaml" | "yml" => Ok(FileFormat::Yaml),
        #[cfg(not(feature = "yaml"))]
        "yaml" | "yml" => Err(Place::new(label)
            .invalid("YAML is read with xtsqlorm's feature `yaml`; without it, TOML and JSON are")),
        "json" => Ok(FileFormat::Json),
        _ => Err(Place::new(label)
            .invalid("the name of a configuration file ends in .toml, .yaml, .yml or .json")),
    }
}

/// Takes the line and the parser's reason out of its message, and leaves the text of the line, in
/// which there may be a password. A message of unknown shape is not repeated.
fn reason(message: &str, format: FileFormat) -> (Option<usize>, String) {
    let known = match format {
        FileFormat::Toml => toml_reason(message),
        _ => other_reason(message),
    };
    match known {
        Some((line, reason)) => (Some(line), reason),
        None => (None, "this is not a table of settings".to_owned()),
    }
}

/// Reads "TOML parse error at line 3, column 5", three lines that show the place, then the reason.
fn toml_reason(message: &str) -> Option<(usize, String)> {
    let mut lines = message.lines();
    let line = number(lines.next()?.strip_prefix("TOML parse error at line ")?)?;
    let reason: Vec<_> = lines.skip(3).collect();
    Some((line, reason.join(", ")))
}

/// Reads "the reason at line 3 column 5"; YAML has "at byte 20 line 3 column 5".
fn other_reason(message: &str) -> Option<(usize, String)> {
    let (before, after) = message.rsplit_once(" line ")?;
    let reason = before
        .rsplit_once(" at")
        .map_or(before, |(reason, _)| reason);
    Some((number(after)?, reason.to_owned()))
}

/// The number a text begins with.
fn number(text: &str) -> Option<usize> {
    text.split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}
