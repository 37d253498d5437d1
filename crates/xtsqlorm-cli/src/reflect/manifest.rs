//! The manifest for an entity crate that has none.

use std::path::Path;

use sea_orm_codegen::{DateTimeCrate, WithSerde};

use super::generate::Options;

/// A manifest that stands alone: SeaORM without a driver, for the application chooses that.
pub(crate) fn manifest(dir: &Path, options: &Options) -> String {
    let name = dir
        .canonicalize()
        .ok()
        .as_deref()
        .or(Some(dir))
        .and_then(Path::file_name)
        .map(|name| name.to_string_lossy().into_owned())
        .filter(|name| is_package_name(name))
        .unwrap_or_else(|| "entity".to_owned());
    let time = match options.date_time_crate {
        DateTimeCrate::Chrono => "with-chrono",
        DateTimeCrate::Time => "with-time",
    };
    let serde = match options.serde {
        WithSerde::None => "",
        _ => "serde = { version = \"1\", features = [\"derive\"] }\n",
    };
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n[dependencies]\n\
         sea-orm = {{ version = \"2.0\", default-features = false, features = [\"macros\", \"{time}\", \"with-json\", \
         \"with-rust_decimal\", \"with-uuid\"] }}\n{serde}"
    )
}

/// Whether cargo takes the name for a package.
fn is_package_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}
