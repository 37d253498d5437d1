//! The files that list the others: `lib.rs` or `mod.rs`, the preludes, the modules of schemas.

use std::collections::{BTreeMap, BTreeSet};

use unicode_ident::is_xid_continue;

use super::support::Support;
use super::{ADVICE, Layout, MARK, Options, docs, ident};
use crate::reflect::plan::{Entity, Plan};

/// The files by path.
pub(super) fn files(
    plan: &Plan,
    options: &Options,
    support: &BTreeSet<Support>,
) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut modules: Vec<&str> = support.iter().map(|support| support.module()).collect();
    if !plan.enums.is_empty() {
        modules.push("sea_orm_active_enums");
    }
    let about = if plan.schemas.is_empty() {
        modules.push("prelude");
        modules.extend(plan.entities.iter().map(|entity| entity.module.as_str()));
        files.insert("prelude.rs".to_owned(), prelude(&plan.entities));
        "SeaORM entities, a module per table."
    } else {
        modules.extend(plan.schemas.iter().map(|schema| schema.module.as_str()));
        "SeaORM entities, a module per schema and in it a module per table."
    };
    let root = match options.layout {
        Layout::Crate => "lib.rs",
        Layout::Module => "mod.rs",
    };
    let mut text = list(about, modules);
    if options.layout == Layout::Crate && has_other_scripts(plan) {
        let end = text.find("pub mod ").unwrap_or(text.len());
        text.insert_str(end, LETTERS);
    }
    files.insert(root.to_owned(), text);
    for (place, schema) in plan.schemas.iter().enumerate() {
        let entities: Vec<&Entity> = plan
            .entities
            .iter()
            .filter(|entity| entity.parent == Some(place))
            .collect();
        let mut modules: Vec<&str> = vec!["prelude"];
        modules.extend(entities.iter().map(|entity| entity.module.as_str()));
        let about = format!(
            "The schema `{}`, a module per table.",
            docs::visible(&docs::code(&schema.schema))
        );
        files.insert(format!("{}.rs", schema.module), list(&about, modules));
        files.insert(format!("{}/prelude.rs", schema.module), prelude(entities));
    }
    files
}

/// What the compiler warns of in names of other scripts; only the root of a crate can allow it.
const LETTERS: &str = "// Names are the database's, in any script.\n\
    #![allow(uncommon_codepoints, confusable_idents, mixed_script_confusables)]\n\n";

/// Whether a name in the code has letters that are not ASCII.
fn has_other_scripts(plan: &Plan) -> bool {
    let fields = plan.entities.iter().flat_map(|entity| &entity.fields);
    let enums = plan.enums.iter();
    let mut names = fields.chain(enums.flat_map(|of| of.values.iter().chain([&of.name])));
    let is_letter = |c: char| !c.is_ascii() && is_xid_continue(c);
    names.any(|name| name.contains(is_letter))
}

/// A file that declares modules.
fn list(about: &str, mut modules: Vec<&str>) -> String {
    modules.sort_unstable();
    let lines: String = modules
        .into_iter()
        .map(|module| format!("pub mod {};\n", ident(module)))
        .collect();
    format!("{}{lines}", head(about))
}

/// A prelude.
fn prelude<'a>(entities: impl IntoIterator<Item = &'a Entity>) -> String {
    let lines: String = entities
        .into_iter()
        .map(|entity| {
            let module = ident(&entity.module);
            format!("pub use super::{module}::Entity as {};\n", entity.alias)
        })
        .collect();
    format!(
        "{}{lines}",
        head("Every entity under the name of its table.")
    )
}

fn head(about: &str) -> String {
    format!("//! {about}\n//!\n//! {MARK}; {ADVICE}\n\n")
}
