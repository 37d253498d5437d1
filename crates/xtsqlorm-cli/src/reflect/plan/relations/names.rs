//! Names for relations.
//!
//! The only way between two tables is named after the table that it leads to. Of several, each is
//! named after its columns: `OriginalLanguage` says which one it is, and stays so when another key
//! is added; a number does neither.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase;

use super::super::{Entity, Plan};
use super::{Kind, Relation};

/// Names the relations by an entity's own foreign keys.
pub(super) fn belongs_to(plan: &Plan, place: usize, relations: &mut [Relation]) {
    let mut taken = BTreeSet::new();
    let targets: Vec<usize> = relations.iter().map(|relation| relation.target).collect();
    let is_only = |target: usize| targets.iter().filter(|&&other| other == target).count() == 1;
    // The only ways first, for they have no choice.
    let mut order: Vec<usize> = (0..relations.len()).collect();
    order.sort_by_key(|&index| !is_only(targets[index]));
    for index in order {
        let target = targets[index];
        let mut names = Vec::new();
        if is_only(target) {
            names.extend(plain(plan, place, target));
        }
        names.extend(by_columns(&plan.entities[place], &relations[index]));
        relations[index].name = first_free(names, &mut taken);
    }
}

/// Names the relations by the foreign keys of others, which stand behind the `own` first ones: those
/// that have no name yet, and those that have one which is taken.
pub(super) fn has(plan: &Plan, own: usize, relations: &mut [Relation]) {
    let (own, others) = relations.split_at_mut(own);
    let mut taken: BTreeSet<String> = own.iter().map(|relation| relation.name.clone()).collect();
    let (only, several): (Vec<_>, Vec<_>) = others
        .iter_mut()
        .partition(|relation| relation.name.is_empty());
    for relation in only {
        let source = plan.entities[relation.target].name();
        let marked = format!("{source}Rows");
        let long = with_schema(plan, relation.target);
        let names = [Some(source), long, Some(marked)];
        relation.name = first_free(names.into_iter().flatten(), &mut taken);
    }
    for relation in several {
        relation.name = first_free([relation.name.clone()], &mut taken);
    }
}

/// The name for the reverse of one of several relations.
pub(super) fn reverse(source: &Entity, relation: &Relation) -> String {
    let columns = by_columns(source, relation);
    format!(
        "{}By{}",
        source.name(),
        columns.first().unwrap_or(&relation.name)
    )
}

/// The names for the only way to a table.
fn plain(plan: &Plan, place: usize, target: usize) -> impl Iterator<Item = String> {
    let name = match target == place {
        true => "SelfRef".to_owned(),
        false => plan.entities[target].name(),
    };
    std::iter::once(name).chain(with_schema(plan, target))
}

/// The table's name with that of its schema's module before it, where schemas are kept apart.
fn with_schema(plan: &Plan, target: usize) -> Option<String> {
    let target = &plan.entities[target];
    let schema = &plan.schemas[target.parent?].module;
    Some(format!("{schema}_{}", target.module).to_upper_camel_case())
}

/// Names after the columns of a foreign key, the best first.
fn by_columns(entity: &Entity, relation: &Relation) -> Vec<String> {
    let Kind::BelongsTo { from, .. } = &relation.kind else {
        return Vec::new();
    };
    let fields: Vec<&str> = from
        .iter()
        .map(|&column| entity.fields[column].as_str())
        .collect();
    let short = fields
        .iter()
        .map(|field| field.strip_suffix("_id").unwrap_or(field));
    let short = short.collect::<Vec<_>>().join("_").to_upper_camel_case();
    let full = fields.join("_").to_upper_camel_case();
    let marked = format!("{full}Relation");
    vec![short, full, marked]
}

/// The first name that is free and that Rust takes, with a number behind it if it must be.
///
/// SeaORM's macros bring some names into camel case once more: `AB`, from `a_b`, must be `Ab`.
fn first_free(names: impl IntoIterator<Item = String>, taken: &mut BTreeSet<String>) -> String {
    let names = names.into_iter().map(|name| name.to_upper_camel_case());
    let names: Vec<String> = names.collect();
    let last = names
        .last()
        .cloned()
        .unwrap_or_else(|| "Relation".to_owned());
    let numbered = (2..).map(|number| format!("{last}{number}"));
    let name = names
        .into_iter()
        .chain(numbered)
        .find(|name| name != "Self" && !taken.contains(name))
        .expect("numbers do not run out");
    taken.insert(name.clone());
    name
}
