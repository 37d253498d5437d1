//! Which foreign keys become relations: those that lead to another entity.

use crate::reflect::model::{ForeignKey, Table};

/// Drops the foreign keys that lead elsewhere; answers a note for each.
pub(super) fn keep_inner(tables: &mut [Table]) -> Vec<String> {
    let mut notes = Vec::new();
    for index in 0..tables.len() {
        let (inner, outer): (Vec<_>, Vec<_>) = std::mem::take(&mut tables[index].foreign_keys)
            .into_iter()
            .map(|key| (why_not(&key, &tables[index], tables), key))
            .partition(|(reason, _)| reason.is_none());
        let name = &tables[index].name;
        notes.extend(outer.iter().filter_map(|(reason, key)| {
            reason
                .as_ref()
                .map(|why| format!("{name}: no relation to {}, which {why}", key.table))
        }));
        let mut keys: Vec<ForeignKey> = inner.into_iter().map(|(_, key)| key).collect();
        keys.dedup_by(|a, b| a.table == b.table && a.columns == b.columns);
        tables[index].foreign_keys = keys;
    }
    notes
}

/// Why the key cannot be a relation, as what is said of the table that it leads to.
fn why_not(key: &ForeignKey, from: &Table, tables: &[Table]) -> Option<String> {
    if let Some(database) = &key.foreign_database {
        return Some(format!("is in the database {database}"));
    }
    let Some(to) = tables.iter().find(|table| table.name == key.table) else {
        return Some("has no entity".to_owned());
    };
    let hidden = |table: &Table, names: &[String]| {
        names
            .iter()
            .find(|name| table.column(name).is_none())
            .cloned()
    };
    hidden(to, &key.referenced)
        .or_else(|| hidden(from, &key.columns))
        .map(|column| format!("is joined by the column {column}, which this user may not read"))
}

#[cfg(test)]
mod tests {
    use super::super::{Plan, Selection, plan};
    use super::*;
    use crate::reflect::model::samples::{key, schema, table};

    fn planned<const N: usize>(tables: [Table; N]) -> Plan {
        plan(schema(tables), &Selection::default()).unwrap()
    }

    #[test]
    fn relations_to_absent_tables_are_dropped_with_a_note() {
        let mut child = table("child", &["id", "parent_id"], &["id"]);
        child.foreign_keys = vec![key("parent_id", "parent")];
        let plan = planned([child]);
        assert!(plan.entities[0].table.foreign_keys.is_empty());
        assert_eq!(
            plan.notes,
            ["child: no relation to parent, which has no entity"]
        );
    }

    #[test]
    fn a_table_of_the_same_name_in_another_database_is_no_relation() {
        let mut child = table("child", &["id", "parent_id"], &["id"]);
        child.foreign_keys = vec![key("parent_id", "parent")];
        child.foreign_keys[0].foreign_database = Some("crm".to_owned());
        let plan = planned([child, table("parent", &["id"], &["id"])]);
        assert_eq!(
            plan.notes,
            ["child: no relation to parent, which is in the database crm"]
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
        let junctions = plan.entities.iter().filter(|entity| entity.is_junction());
        assert_eq!(
            junctions
                .map(|entity| entity.module.as_str())
                .collect::<Vec<_>>(),
            ["link"]
        );
    }
}
