//! Names for relations where several foreign keys lead from one table to another.

use anyhow::{Result, bail};
use heck::ToUpperCamelCase;
use quote::format_ident;
use syn::{File, Item};

use super::attributes::{metas, text_of};
use crate::reflect::model::ForeignKey;
use crate::reflect::plan::Entity;

/// Names such relations after their columns.
///
/// codegen numbers them in the order of constraint names. `OriginalLanguage` says which one it is,
/// and stays so when another key is added; `Language2` does neither.
pub(super) fn name_relations(file: &mut File, entity: &Entity) -> Result<()> {
    let relations = file.items.iter_mut().find_map(|item| match item {
        Item::Enum(item) if item.ident == "Relation" => Some(item),
        _ => None,
    });
    let Some(relations) = relations else {
        return Ok(());
    };
    let self_is_ambiguous = relations
        .variants
        .iter()
        .filter(|variant| variant.ident == "SelfRef")
        .count()
        > 1;
    for key in &entity.table.foreign_keys {
        let to_itself = key.table == entity.table.name;
        if !(is_ambiguous(key, entity) || to_itself && self_is_ambiguous) {
            continue;
        }
        let fields: Vec<&str> = key
            .columns
            .iter()
            .filter_map(|name| entity.field(name))
            .collect();
        let from = columns(&fields);
        for variant in 0..relations.variants.len() {
            if text_of(&metas(&relations.variants[variant].attrs)?, "from").as_ref() != Some(&from)
            {
                continue;
            }
            let taken = |name: &String| relations.variants.iter().any(|v| v.ident == *name);
            if let Some(name) = names(&fields).find(|name| !taken(name) && name != "Self") {
                relations.variants[variant].ident = format_ident!("{name}");
            }
        }
    }
    let mut names: Vec<String> = relations
        .variants
        .iter()
        .map(|variant| variant.ident.to_string())
        .collect();
    names.sort();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => {
            bail!(
                "two relations of the table {} would be called {}",
                entity.table.name,
                pair[0]
            )
        }
        None => Ok(()),
    }
}

/// Whether another key of the table leads to the same table.
fn is_ambiguous(key: &ForeignKey, entity: &Entity) -> bool {
    entity
        .table
        .foreign_keys
        .iter()
        .filter(|other| other.table == key.table)
        .count()
        > 1
}

/// The columns in the words of codegen's `from` attribute.
fn columns(fields: &[&str]) -> String {
    let columns: Vec<String> = fields
        .iter()
        .map(|field| format!("Column::{}", field.to_upper_camel_case()))
        .collect();
    match columns.as_slice() {
        [column] => column.clone(),
        columns => format!("({})", columns.join(", ")),
    }
}

/// Names for a relation by these fields, the best first.
fn names(fields: &[&str]) -> impl Iterator<Item = String> {
    let short = fields
        .iter()
        .map(|field| field.strip_suffix("_id").unwrap_or(field));
    let short = short.collect::<Vec<_>>().join("_").to_upper_camel_case();
    let full = fields.join("_").to_upper_camel_case();
    let marked = format!("{full}Relation");
    [short, full, marked].into_iter()
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;
    use crate::reflect::model::samples::{key, schema, table};
    use crate::reflect::plan::{Selection, plan};

    #[test]
    fn two_keys_to_one_table_are_told_apart_by_their_columns() -> Result<()> {
        let mut film = table("film", &["id", "language_id", "dubbed_id"], &["id"]);
        film.foreign_keys = vec![key("language_id", "language"), key("dubbed_id", "language")];
        let tables = [film, table("language", &["id"], &["id"])];
        let plan = plan(schema(tables), &Selection::default())?;
        let mut file: File = parse_quote! {
            pub enum Relation {
                #[sea_orm(belongs_to = "super::language::Entity", from = "Column::LanguageId")]
                Language1,
                #[sea_orm(belongs_to = "super::language::Entity", from = "Column::DubbedId")]
                Language2,
            }
        };
        name_relations(&mut file, &plan.entities[0])?;
        let Item::Enum(relations) = &file.items[0] else {
            bail!("no enum")
        };
        let names: Vec<String> = relations
            .variants
            .iter()
            .map(|v| v.ident.to_string())
            .collect();
        assert_eq!(names, ["Language", "Dubbed"]);
        Ok(())
    }
}
