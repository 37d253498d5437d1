//! Decides what is written: which tables, under which names, with which keys and relations.

mod admit;
mod relations;

use std::collections::BTreeSet;

use anyhow::Result;

pub(crate) use self::admit::Selection;
use super::model::{Kind, Schema, Table};
use super::names;

/// What will be written, and what will not.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// One per table, by module name.
    pub(crate) entities: Vec<Entity>,
    /// Tables without an entity.
    pub(crate) left_out: Vec<LeftOut>,
    /// What else the user should know.
    pub(crate) notes: Vec<String>,
}

/// A table that becomes an entity.
#[derive(Debug)]
pub(crate) struct Entity {
    /// The table; its key is never empty, its foreign keys all lead to entities.
    pub(crate) table: Table,
    /// Its module.
    pub(crate) module: String,
    /// The field for each column.
    pub(crate) fields: Vec<String>,
    /// The enum for each column that has one, in snake case.
    pub(crate) enums: Vec<Option<String>>,
}

impl Entity {
    /// An entity without names for its enums.
    fn new(table: Table, module: String) -> Self {
        let fields = names::fields(table.columns.iter().map(|column| column.name.as_str()));
        let enums = vec![None; fields.len()];
        Self {
            table,
            module,
            fields,
            enums,
        }
    }

    /// The field for a column of that name.
    pub(crate) fn field(&self, column: &str) -> Option<&str> {
        let index = self
            .table
            .columns
            .iter()
            .position(|candidate| candidate.name == column)?;
        Some(&self.fields[index])
    }

    /// Whether the table joins two others: its key is made of two foreign keys.
    pub(crate) fn is_junction(&self) -> bool {
        let keys = &self.table.foreign_keys;
        let from: BTreeSet<_> = keys.iter().flat_map(|key| &key.columns).collect();
        keys.len() == 2
            && keys[0].table != keys[1].table
            && from == self.table.primary_key.iter().collect::<BTreeSet<_>>()
    }
}

/// A table without an entity.
#[derive(Debug)]
pub(crate) struct LeftOut {
    /// Its name.
    pub(crate) name: String,
    /// Why it has none.
    pub(crate) reason: String,
    /// Whether the user loses something that they did not exclude and that has a key.
    pub(crate) lost: bool,
}

/// Makes the plan.
///
/// # Errors
///
/// When the selection names a table that is not there.
pub(crate) fn plan(schema: Schema, selection: &Selection) -> Result<Plan> {
    selection.check(&schema)?;
    let mut plan = Plan::default();
    let mut kept = admit::tables(schema, selection, &mut plan);
    plan.notes.extend(relations::keep_inner(&mut kept));
    let modules = names::modules(kept.iter().map(|table| table.name.as_str()));
    plan.entities = kept
        .into_iter()
        .zip(modules)
        .map(|(table, module)| Entity::new(table, module))
        .collect();
    plan.entities.sort_by(|a, b| a.module.cmp(&b.module));
    plan.name_enums();
    Ok(plan)
}

impl Plan {
    /// Names the enums after table and column, for two tables may have a column of the same name
    /// with different values.
    fn name_enums(&mut self) {
        let columns = self.entities.iter().enumerate().flat_map(|(e, entity)| {
            entity
                .table
                .columns
                .iter()
                .enumerate()
                .map(move |(c, column)| (e, c, &column.field))
        });
        let places: Vec<(usize, usize)> = columns
            .filter(|(_, _, field)| matches!(field.kind, Kind::Enum(_)))
            .map(|(e, c, _)| (e, c))
            .collect();
        let owners = places.iter().map(|&(e, c)| {
            let entity = &self.entities[e];
            (entity.module.as_str(), entity.fields[c].as_str())
        });
        for ((e, c), name) in places.iter().copied().zip(names::enums(owners)) {
            self.entities[e].enums[c] = Some(name);
        }
    }
}
