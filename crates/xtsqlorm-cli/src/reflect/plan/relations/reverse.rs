//! Relations from the side that has no foreign key.

use super::super::Entity;
use super::{Kind, Relation, names};

/// The same relation from the other side; still without a name where it is the only way between the
/// two.
pub(super) fn reverse(
    entities: &[Entity],
    own: &[Vec<Relation>],
    source: usize,
    relation: &Relation,
) -> Relation {
    let leads_back = own[relation.target]
        .iter()
        .any(|back| back.target == source);
    let plain = relation.is_related && !leads_back;
    let many = !is_unique(&entities[source], relation);
    Relation {
        name: match plain {
            true => String::new(),
            false => names::reverse(&entities[source], relation),
        },
        target: source,
        kind: Kind::Has {
            // SeaORM knows the reverse of a relation by its name as "many" only.
            many: many || !plain,
            reverse_of: (!plain).then(|| relation.name.clone()),
        },
        is_related: plain,
    }
}

/// Whether no two rows of the entity refer to the same row.
fn is_unique(entity: &Entity, relation: &Relation) -> bool {
    let Kind::BelongsTo { from, .. } = &relation.kind else {
        return false;
    };
    let covers = |columns: &[usize]| {
        !columns.is_empty() && columns.iter().all(|column| from.contains(column))
    };
    let unique = entity.table.unique();
    covers(entity.key())
        || unique
            .filter_map(|(_, columns)| {
                let columns: Vec<String> = columns.into_iter().map(str::to_owned).collect();
                entity.table.positions(&columns)
            })
            .any(|columns| covers(&columns))
}
