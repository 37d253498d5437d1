//! Which foreign keys become relations, and what those are called.

mod names;

use std::collections::BTreeSet;

use xtsqlorm::reflect::{ForeignKeyModel, KeyAction, TableName};

use super::{Entity, Plan};

/// A way from one entity to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Relation {
    /// Its variant of `Relation`.
    pub(crate) name: String,
    /// The place in [`Plan::entities`] of the entity that it leads to.
    pub(crate) target: usize,
    /// Which side has the foreign key.
    pub(crate) kind: Kind,
    /// Whether it is the way that `find_related` takes: the only one to that entity.
    pub(crate) is_related: bool,
}

/// Which side of a relation has the foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// This one, in these columns.
    BelongsTo {
        /// The columns that refer.
        from: Vec<usize>,
        /// The columns referred to.
        to: Vec<usize>,
        /// `ON UPDATE`, when it is more than the default.
        on_update: Option<&'static str>,
        /// `ON DELETE`, when it is more than the default.
        on_delete: Option<&'static str>,
    },
    /// The other one.
    Has {
        /// Whether several rows may refer to one.
        many: bool,
        /// The relation of the other side that this one is the reverse of, where `Related` does not
        /// tell.
        reverse_of: Option<String>,
    },
}

/// A way from one entity to another by two foreign keys of a third.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Through {
    /// The entity that it leads to.
    pub(crate) target: usize,
    /// The junction.
    pub(crate) junction: usize,
    /// The junction's relation to the target.
    pub(crate) to: String,
    /// The junction's relation to where the way begins.
    pub(crate) back: String,
}

/// Gives each entity its relations, with a note for each foreign key that becomes none.
pub(super) fn give(plan: &mut Plan, qualified: &dyn Fn(&TableName) -> String) {
    let mut own: Vec<Vec<Relation>> = Vec::new();
    for place in 0..plan.entities.len() {
        let (relations, notes) = belongs_to(&plan.entities, place, qualified);
        own.push(relations);
        plan.notes.extend(notes);
    }
    for (place, relations) in own.iter_mut().enumerate() {
        names::belongs_to(&plan.entities, place, relations);
    }
    let through = junctions(&plan.entities, &own);
    for (place, relations) in own.iter_mut().enumerate() {
        // `find_related` goes through the junction where there is one.
        let is_through = |target: usize| through[place].iter().any(|way| way.target == target);
        for relation in relations {
            relation.is_related &= !is_through(relation.target);
        }
    }
    let mut all = own.clone();
    for (source, relations) in own.iter().enumerate() {
        for relation in relations.iter().filter(|way| way.target != source) {
            let reverse = reverse(&plan.entities, &own, source, relation);
            all[relation.target].push(reverse);
        }
    }
    for (place, (mut relations, mut ways)) in all.into_iter().zip(through).enumerate() {
        names::has(&plan.entities, own[place].len(), &mut relations);
        let by_target = |target: usize| (plan.entities[target].module.clone(), target);
        relations.sort_by_key(|relation| by_target(relation.target));
        ways.sort_by_key(|way| by_target(way.target));
        plan.entities[place].relations = relations;
        plan.entities[place].through = ways;
    }
}

/// The relations that an entity's own foreign keys make, without names, and notes on the others.
fn belongs_to(
    entities: &[Entity],
    place: usize,
    qualified: &dyn Fn(&TableName) -> String,
) -> (Vec<Relation>, Vec<String>) {
    let entity = &entities[place];
    let mut notes = Vec::new();
    let mut relations: Vec<Relation> = Vec::new();
    for key in &entity.table.model.foreign_keys {
        match relation(entities, entity, key) {
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

/// The relation of a foreign key, or why it is none.
fn relation(
    entities: &[Entity],
    from: &Entity,
    key: &ForeignKeyModel,
) -> Result<Relation, &'static str> {
    let target = entities
        .iter()
        .position(|entity| entity.table.model.name == key.table)
        .ok_or("which has no entity")?;
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

/// The same relation from the other side; still without a name where it is the only way between the
/// two.
fn reverse(
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

/// For each entity its ways through junctions: tables whose key is made of two foreign keys, to two
/// tables. Of two ways to the same table none is the way.
fn junctions(entities: &[Entity], own: &[Vec<Relation>]) -> Vec<Vec<Through>> {
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

#[cfg(test)]
mod tests {
    use super::super::{Selection, plan};
    use super::*;
    use crate::reflect::model::samples::{key, schema, schemas, table, unique};
    use xtsqlorm::reflect::TableModel;

    fn planned(tables: impl IntoIterator<Item = TableModel>) -> Plan {
        plan(schema(tables), &Selection::default()).unwrap()
    }

    /// The relations of an entity in short.
    fn relations(plan: &Plan, module: &str) -> Vec<String> {
        let entity = plan.entities.iter().find(|e| e.module == module).unwrap();
        let target = |place: usize| plan.entities[place].module.as_str();
        let direct = entity.relations.iter().map(|relation| {
            let kind = match &relation.kind {
                Kind::BelongsTo { .. } => "belongs to".to_owned(),
                Kind::Has { many, reverse_of } => {
                    let kind = if *many { "many" } else { "one" };
                    let by = reverse_of.as_ref().map(|name| format!(" by {name}"));
                    format!("{kind}{}", by.unwrap_or_default())
                }
            };
            let mark = if relation.is_related {
                ""
            } else {
                " (unrelated)"
            };
            format!(
                "{}: {kind} {}{mark}",
                relation.name,
                target(relation.target)
            )
        });
        let through = entity
            .through
            .iter()
            .map(|way| format!("{} through {}", target(way.target), target(way.junction)));
        direct.chain(through).collect()
    }

    #[test]
    fn a_key_makes_a_relation_on_both_sides() {
        let mut child = table("child", &["id", "parent_id"], &["id"]);
        child.foreign_keys = vec![key("parent_id", "parent")];
        let mut twin = table("twin", &["id", "parent_id"], &["id"]);
        twin.foreign_keys = vec![key("parent_id", "parent")];
        twin.indexes = vec![unique("one", &["parent_id"])];
        let plan = planned([child, table("parent", &["id"], &["id"]), twin]);
        assert_eq!(relations(&plan, "child"), ["Parent: belongs to parent"]);
        assert_eq!(
            relations(&plan, "parent"),
            ["Child: many child", "Twin: one twin"]
        );
    }

    #[test]
    fn two_keys_to_one_table_are_told_apart_by_their_columns_on_both_sides() {
        let mut film = table("film", &["id", "language_id", "dubbed_id"], &["id"]);
        film.foreign_keys = vec![key("language_id", "language"), key("dubbed_id", "language")];
        let plan = planned([film, table("language", &["id"], &["id"])]);
        assert_eq!(
            relations(&plan, "film"),
            [
                "Language: belongs to language (unrelated)",
                "Dubbed: belongs to language (unrelated)"
            ]
        );
        assert_eq!(
            relations(&plan, "language"),
            [
                "FilmByLanguage: many by Language film (unrelated)",
                "FilmByDubbed: many by Dubbed film (unrelated)"
            ]
        );
    }

    #[test]
    fn tables_that_refer_to_each_other_and_to_themselves() {
        let mut shop = table("shop", &["id", "head_id"], &["id"]);
        shop.foreign_keys = vec![key("head_id", "staff")];
        let mut staff = table("staff", &["id", "shop_id", "boss_id"], &["id"]);
        staff.foreign_keys = vec![key("shop_id", "shop"), key("boss_id", "staff")];
        let plan = planned([shop, staff]);
        assert_eq!(
            relations(&plan, "staff"),
            [
                "Shop: belongs to shop",
                "ShopByHead: many by Staff shop (unrelated)",
                "SelfRef: belongs to staff (unrelated)",
            ]
        );
        assert_eq!(
            relations(&plan, "shop"),
            [
                "Staff: belongs to staff",
                "StaffByShop: many by Shop staff (unrelated)"
            ]
        );
    }

    #[test]
    fn a_junction_has_a_key_of_two_foreign_keys() {
        let mut link = table("link", &["a_id", "b_id"], &["a_id", "b_id"]);
        link.foreign_keys = vec![key("a_id", "a"), key("b_id", "b")];
        let mut detail = table("detail", &["a_id", "line", "b_id"], &["a_id", "line"]);
        detail.foreign_keys = link.foreign_keys.clone();
        let (a, b) = (table("a", &["id"], &["id"]), table("b", &["id"], &["id"]));
        let plan = planned([a, b, detail, link]);
        assert_eq!(
            relations(&plan, "a"),
            ["Detail: many detail", "Link: many link", "b through link"]
        );
    }

    #[test]
    fn a_direct_way_beside_a_junction_keeps_its_relation() {
        let mut link = table("link", &["a_id", "b_id"], &["a_id", "b_id"]);
        link.foreign_keys = vec![key("a_id", "a"), key("b_id", "b")];
        let mut a = table("a", &["id", "main_id"], &["id"]);
        a.foreign_keys = vec![key("main_id", "b")];
        let plan = planned([a, table("b", &["id"], &["id"]), link]);
        assert_eq!(
            relations(&plan, "a"),
            [
                "B: belongs to b (unrelated)",
                "Link: many link",
                "b through link"
            ]
        );
        assert_eq!(
            relations(&plan, "b"),
            [
                "AByMain: many by B a (unrelated)",
                "Link: many link",
                "a through link"
            ]
        );
    }

    #[test]
    fn relations_to_absent_tables_are_dropped_with_a_note() {
        let mut child = table("child", &["id", "parent_id"], &["id"]);
        child.foreign_keys = vec![key("parent_id", "parent")];
        let plan = planned([child]);
        assert!(plan.entities[0].relations.is_empty());
        assert_eq!(
            plan.notes,
            ["child: no relation to parent, which has no entity"]
        );
    }

    #[test]
    fn a_table_of_the_same_name_in_another_schema_is_another_table() {
        let mut child = table("child", &["id", "parent_id", "other_id"], &["id"]);
        child.foreign_keys = vec![key("parent_id", "parent"), key("other_id", "parent")];
        child.foreign_keys[1].table.schema = "crm".to_owned();
        let mut other = table("parent", &["id"], &["id"]);
        other.name.schema = "crm".to_owned();
        let here = table("parent", &["id"], &["id"]);
        let flat = planned([child.clone(), here.clone()]);
        assert_eq!(
            flat.notes,
            ["child: no relation to parent, which has no entity"]
        );
        let found = schemas(&["shop", "crm"], [child, here, other]);
        let deep = plan(found, &Selection::default()).unwrap();
        let (_, child) = deep
            .entities
            .iter()
            .enumerate()
            .find(|(_, entity)| entity.module == "child")
            .unwrap();
        let names: Vec<&str> = child.relations.iter().map(|r| r.name.as_str()).collect();
        assert_eq!(names, ["CrmParent", "Parent"]);
    }
}
