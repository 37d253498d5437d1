//! Which foreign keys become relations, and what those are called.

mod junctions;
mod names;
mod own;
mod reverse;

use xtsqlorm::reflect::TableName;

use super::Plan;

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
pub(super) fn give(
    plan: &mut Plan,
    asked_for: &[String],
    qualified: &dyn Fn(&TableName) -> String,
) {
    let mut own: Vec<Vec<Relation>> = Vec::new();
    for place in 0..plan.entities.len() {
        let (relations, notes) = own::belongs_to(plan, place, asked_for, qualified);
        own.push(relations);
        plan.notes.extend(notes);
    }
    for (place, relations) in own.iter_mut().enumerate() {
        names::belongs_to(plan, place, relations);
    }
    let through = junctions::junctions(&plan.entities, &own);
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
            let reverse = reverse::reverse(&plan.entities, &own, source, relation);
            all[relation.target].push(reverse);
        }
    }
    for (place, (mut relations, mut ways)) in all.into_iter().zip(through).enumerate() {
        names::has(plan, own[place].len(), &mut relations);
        let by_target = |target: usize| (plan.entities[target].module.clone(), target);
        relations.sort_by_key(|relation| by_target(relation.target));
        ways.sort_by_key(|way| by_target(way.target));
        plan.entities[place].relations = relations;
        plan.entities[place].through = ways;
    }
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
    fn a_name_stays_the_same_in_camel_case() {
        let mut child = table("child", &["id", "a_b", "x_y"], &["id"]);
        child.foreign_keys = vec![key("a_b", "parent"), key("x_y", "parent")];
        let plan = planned([child, table("parent", &["id"], &["id"])]);
        assert_eq!(
            relations(&plan, "child"),
            [
                "Ab: belongs to parent (unrelated)",
                "Xy: belongs to parent (unrelated)"
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
    fn a_partition_that_is_referred_to_is_called_one() {
        let mut child = table("child", &["id", "day_id"], &["id"]);
        child.foreign_keys = vec![key("day_id", "day_1")];
        let mut part = table("day_1", &["id"], &["id"]);
        part.partition_of = Some(TableName::new("shop", "day"));
        let plan = planned([child, table("day", &["id"], &["id"]), part]);
        assert_eq!(
            plan.notes,
            ["child: no relation to day_1, a partition that is read through day"]
        );
    }

    #[test]
    fn a_schema_that_begins_with_a_digit_makes_a_name() {
        let mut both = table("both", &["id", "t_id", "u_id"], &["id"]);
        both.foreign_keys = vec![key("t_id", "t"), key("u_id", "t")];
        both.foreign_keys[1].table.schema = "2024".to_owned();
        let mut old = table("t", &["id"], &["id"]);
        old.name.schema = "2024".to_owned();
        let here = table("t", &["id"], &["id"]);
        let plan = plan(
            schemas(&["shop", "2024"], [both, here, old]),
            &Selection::default(),
        );
        let plan = plan.unwrap();
        assert_eq!(
            relations(&plan, "both"),
            ["Schema2024T: belongs to t", "T: belongs to t"]
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
            ["child: no relation to crm.parent, whose schema was not asked for"]
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
