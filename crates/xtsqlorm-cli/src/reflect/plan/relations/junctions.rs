//! Ways from one table to another through the rows of a third.

use std::collections::BTreeSet;

use super::super::Entity;
use super::{Kind, Relation, Through};

/// For each entity its ways through junctions: tables whose key is made of two foreign keys, to two
/// tables. Of two ways to the same table none is the way.
pub(super) fn junctions(entities: &[Entity], own: &[Vec<Relation>]) -> Vec<Vec<Through>> {
    let mut ways: Vec<Vec<Through>> = vec![Vec::new(); entities.len()];
    for (junction, relations) in own.iter().enumerate() {
        let [one, other] = relations.as_slice() else {
            continue;
        };
        if one.target == other.target
            || one.target == junction
            || other.target == junction
            || columns_of([one, other]) != entities[junction].key().iter().copied().collect()
        {
            continue;
        }
        for (from, to) in [(one, other), (other, one)] {
            ways[from.target].push(Through {
                target: to.target,
                junction,
                to: to.name.clone(),
                back: from.name.clone(),
            });
        }
    }
    for ways in &mut ways {
        let targets: Vec<usize> = ways.iter().map(|way| way.target).collect();
        ways.retain(|way| targets.iter().filter(|&&other| other == way.target).count() == 1);
    }
    ways
}

/// The columns that relations start from.
fn columns_of<'a>(relations: impl IntoIterator<Item = &'a Relation>) -> BTreeSet<usize> {
    let from = relations.into_iter().map(|relation| match &relation.kind {
        Kind::BelongsTo { from, .. } => from.as_slice(),
        Kind::Has { .. } => &[],
    });
    from.flatten().copied().collect()
}
