//! Modules that stand beside the entities which need them, as they are written here.

use xtsqlorm::reflect::MappedKind;

use super::{ADVICE, MARK, Serde};
use crate::reflect::plan::{Entity, Form};

/// A module that entities share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Support {
    /// Whatever SQLite stored.
    AnyValue,
    /// Rows without a key.
    ReadOnly,
}

impl Support {
    /// The modules that an entity needs.
    pub(super) fn needed_by(entity: &Entity) -> impl Iterator<Item = Self> {
        let fields = &entity.table.fields;
        let any = fields
            .iter()
            .any(|field| field.kind == MappedKind::Any && field.rust_type.is_none());
        let read_only = matches!(entity.form, Form::ReadOnly { .. });
        [(any, Self::AnyValue), (read_only, Self::ReadOnly)]
            .into_iter()
            .filter_map(|(needed, support)| needed.then_some(support))
    }

    /// Its name.
    pub(super) fn module(self) -> &'static str {
        match self {
            Self::AnyValue => "any_value",
            Self::ReadOnly => "read_only",
        }
    }

    /// Its file.
    pub(super) fn text(self, serde: Serde) -> String {
        let source = match self {
            Self::AnyValue => include_str!("support/any_value.rs"),
            Self::ReadOnly => include_str!("support/read_only.rs"),
        };
        let (import, derives) = match serde {
            Serde::None => ("", ""),
            Serde::Serialize => ("use serde::Serialize;\n", ", Serialize"),
            Serde::Deserialize => ("use serde::Deserialize;\n", ", Deserialize"),
            Serde::Both => (
                "use serde::{Deserialize, Serialize};\n",
                ", Serialize, Deserialize",
            ),
        };
        let attribute = if serde == Serde::None {
            ""
        } else {
            "#[serde(untagged)]\n"
        };
        source
            .replacen("\n\n", &format!("\n//!\n//! {MARK}; {ADVICE}\n\n"), 1)
            .replace("/* use serde */\n", import)
            .replace(" /* serde */", derives)
            .replace("/* untagged */\n", attribute)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_modules_parse_with_and_without_serde() {
        for support in [Support::AnyValue, Support::ReadOnly] {
            for serde in [
                Serde::None,
                Serde::Serialize,
                Serde::Deserialize,
                Serde::Both,
            ] {
                let text = support.text(serde);
                assert!(syn::parse_file(&text).is_ok(), "{text}");
                assert!(!text.contains("/*") && text.contains(MARK), "{text}");
            }
        }
    }
}
