//! The relations that an entity's own foreign keys make.

use xtsqlorm::reflect::{ForeignKeyModel, KeyAction, TableName};

use super::super::{Entity, Plan};
use super::{Kind, Relation};

/// The relations that an entity's own foreign keys make, without names, and notes on the others.
pub(super) fn belongs_to(
    plan: &Plan,
    place: usize,
    asked_for: &[String],
    qualified: &dyn Fn(&TableName) -> String,
) -> (Vec<Relation>, Vec<String>) {
    let entities = &plan.entities;
    let entity = &entities[place];
    let mut notes = Vec::new();
    let mut relations: Vec<Relation> = Vec::new();
    for key in &entity.table.model.foreign_keys {
        let target = entities
            .iter()
            .position(|entity| entity.table.model.name == key.table)
            .ok_or_else(|| absent(plan, &key.table, asked_for, qualified));
        let relation = target
            .and_then(|target| relation(entities, entity, target, key).map_err(str::to_owned));
        match relation {
            Ok(relation) if !relations.contains(&relation) => relations.push(relation),
            Ok(_) => {}
            Err(why) => notes.push(format!(
                "{}: no relation to {}, {why}",
                qualified(&entity.table.model.name),
                qualified(&key.table),
            )),
        }
    }
    let targets: Vec<usize> = relations.iter().map(|relation| relation.target).collect();
    for relation in &mut relations {
        let ways = targets.iter().filter(|&&other| other == relation.target);
        relation.is_related = relation.target != place && ways.count() == 1;
    }
    (relations, notes)
}

/// Why a table that is referred to has no entity.
fn absent(
    plan: &Plan,
    table: &TableName,
    asked_for: &[String],
    qualified: &dyn Fn(&TableName) -> String,
) -> String {
    if !asked_for.contains(&table.schema) {
        return "whose schema was not asked for".to_owned();
    }
    match plan.folded.iter().find(|(part, _)| part == table) {
        Some((_, whole)) => format!("a partition that is read through {}", qualified(whole)),
        None => "which has no entity".to_owned(),
    }
}

/// The relation of a foreign key, or why it is none.
fn relation(
    entities: &[Entity],
    from: &Entity,
    target: usize,
    key: &ForeignKeyModel,
) -> Result<Relation, &'static str> {
    let unreadable = "which is joined by a column that this user may not read";
    let columns = from.table.positions(&key.columns).ok_or(unreadable)?;
    let referenced = entities[target]
        .table
        .positions(&key.referenced)
        .ok_or(unreadable)?;
    if columns.is_empty() || columns.len() != referenced.len() {
        return Err("which has no such key");
    }
    Ok(Relation {
        name: String::new(),
        target,
        kind: Kind::BelongsTo {
            from: columns,
            to: referenced,
            on_update: action(key.on_update),
            on_delete: action(key.on_delete),
        },
        is_related: false,
    })
}

/// What a foreign key does, in the words of SeaORM. RESTRICT and NO ACTION are one here, for the
/// servers do not agree which of them is the default.
fn action(action: KeyAction) -> Option<&'static str> {
    match action {
        KeyAction::Cascade => Some("Cascade"),
        KeyAction::SetNull => Some("SetNull"),
        KeyAction::SetDefault => Some("SetDefault"),
        KeyAction::NoAction | KeyAction::Restrict => None,
    }
}
