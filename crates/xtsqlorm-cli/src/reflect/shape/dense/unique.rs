//! Unique columns, for which the macro makes `find_by_..`: what it cannot name is not declared.

use std::collections::BTreeMap;

use anyhow::Result;
use heck::{ToSnakeCase, ToUpperCamelCase};
use quote::quote;
use syn::{Meta, parse_quote};

use crate::reflect::shape::source::Column;

/// Changes what columns say of being unique into what the macro can handle; answers the names of
/// the columns that cannot say it.
pub(super) fn adapt(columns: &mut [Column]) -> Result<Vec<String>> {
    let mut silent = Vec::new();
    let mut keys: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, column) in columns.iter_mut().enumerate() {
        if let Some(key) = column.text("unique_key")? {
            keys.entry(key).or_default().push(place);
        } else if column.has("unique") && !is_nameable(column) {
            column.metas.retain(|meta| !meta.path().is_ident("unique"));
            silent.push(column.field.to_string());
        }
    }
    let mut taken: Vec<String> = columns
        .iter()
        .filter(|column| column.has("unique"))
        .map(|column| column.field.to_string())
        .collect();
    for (key, places) in keys {
        if places.iter().any(|&place| !is_nameable(&columns[place])) {
            for place in places {
                columns[place]
                    .metas
                    .retain(|meta| !meta.path().is_ident("unique_key"));
                silent.push(columns[place].field.to_string());
            }
            continue;
        }
        let name = name(&key, &taken);
        for place in places {
            for meta in &mut columns[place].metas {
                if meta.path().is_ident("unique_key") {
                    *meta = parse_quote!(unique_key = #name);
                }
            }
        }
        taken.push(name);
    }
    Ok(silent)
}

/// Whether the macro finds the column: it takes the field's name as it stands.
fn is_nameable(column: &Column) -> bool {
    column.variant == column.field.to_string().to_upper_camel_case()
}

/// The name of a key as an identifier that no other has.
fn name(key: &str, taken: &[String]) -> String {
    let is_free = |name: &String| {
        syn::parse_str::<syn::Ident>(name).is_ok() && name != "id" && !taken.contains(name)
    };
    let tame = key.to_snake_case();
    let numbered = (2..).map(|number| format!("key_{tame}_{number}"));
    [key.to_owned(), tame.clone(), format!("key_{tame}")]
        .into_iter()
        .chain(numbered)
        .chain((1..).map(|number| format!("unique_{number}")))
        .take(200)
        .find(is_free)
        .unwrap_or_else(|| format!("unique_{}", taken.len() + 1))
}

/// The attribute of a column, from its parts.
pub(super) fn attribute(metas: &[Meta]) -> Option<syn::Attribute> {
    (!metas.is_empty()).then(|| {
        let metas = quote!(#(#metas),*);
        parse_quote!(#[sea_orm(#metas)])
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::source::Source;
    use super::*;

    fn adapted(fields: &str) -> (Vec<String>, Vec<String>) {
        let code = format!(
            "#[derive(DeriveEntityModel)] #[sea_orm(table_name = \"t\")] pub struct Model {{ {fields} }}\n\
             pub enum Relation {{}}"
        );
        let mut columns = Source::read("t.rs", &code).unwrap().unwrap().columns;
        let silent = adapt(&mut columns).unwrap();
        let keys = columns.iter().map(|column| {
            let key = column.text("unique_key").unwrap();
            key.unwrap_or_else(|| {
                if column.has("unique") {
                    "alone"
                } else {
                    "none"
                }
                .to_owned()
            })
        });
        (keys.collect(), silent)
    }

    #[test]
    fn a_keyword_is_not_declared_and_takes_its_key_with_it() {
        let (keys, silent) = adapted(
            "#[sea_orm(unique)] pub a: i32, #[sea_orm(unique)] pub r#type: i32, \
             #[sea_orm(unique_key = \"x\")] pub b: i32, #[sea_orm(unique_key = \"x\")] pub r#ref: i32",
        );
        assert_eq!(keys, ["alone", "none", "none", "none"]);
        assert_eq!(silent, ["r#type", "b", "r#ref"]);
    }

    #[test]
    fn keys_get_names_that_methods_can_have() {
        let (keys, silent) = adapted(
            "#[sea_orm(unique)] pub a: i32, #[sea_orm(unique_key = \"a\")] pub b: i32, \
             #[sea_orm(unique_key = \"a-b c\")] pub c: i32, #[sea_orm(unique_key = \"plain\")] pub d: i32, \
             #[sea_orm(unique_key = \"%\")] pub e: i32, #[sea_orm(unique_key = \"id\")] pub f: i32",
        );
        assert_eq!(keys, ["alone", "key_a", "a_b_c", "plain", "key_", "key_id"]);
        assert_eq!(silent, [""; 0]);
    }
}
