//! The manifest for an entity crate that has none.

use std::collections::BTreeSet;
use std::path::Path;

use super::generate::{Options, Serde};

/// A manifest that stands alone: SeaORM with the value types that the entities use, and without a
/// driver, for the application chooses that.
pub(crate) fn manifest(dir: &Path, options: &Options, features: &BTreeSet<&str>) -> String {
    let name = dir
        .canonicalize()
        .ok()
        .as_deref()
        .or(Some(dir))
        .and_then(Path::file_name)
        .map(|name| name.to_string_lossy().into_owned())
        .filter(|name| is_package_name(name))
        .unwrap_or_else(|| "entity".to_owned());
    let mut features = features.clone();
    if options.serde != Serde::None {
        // It is by this feature that SeaORM's value types have serde's traits.
        features.insert("with-json");
    }
    let features: String = features
        .iter()
        .map(|feature| format!(", \"{feature}\""))
        .collect();
    let serde = match options.serde {
        Serde::None => "",
        _ => "serde = { version = \"1\", features = [\"derive\"] }\n",
    };
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n[dependencies]\n\
         sea-orm = {{ version = \"2.0\", default-features = false, features = [\"macros\"{features}] }}\n{serde}"
    )
}

/// Whether cargo takes the name for a package.
fn is_package_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}
