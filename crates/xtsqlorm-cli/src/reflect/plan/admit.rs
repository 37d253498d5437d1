//! Which tables become entities: those that the user selected and that have a key.

use anyhow::{Result, bail};
use glob::Pattern;

use super::{LeftOut, Plan};
use crate::reflect::model::{Schema, Table};
use crate::reflect::nearest;

/// Most columns of a primary key that SeaORM's traits are implemented for.
const KEY_COLUMNS: usize = 12;

/// The table in which sea-orm-migration keeps its books; left out unless asked for by name.
const MIGRATIONS: &str = "seaql_migrations";

/// The tables that the user asked for.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// These only; all when empty.
    pub(crate) tables: Vec<String>,
    /// Not those that match.
    pub(crate) exclude: Vec<Pattern>,
}

impl Selection {
    /// Refuses names that no table has.
    pub(super) fn check(&self, schema: &Schema) -> Result<()> {
        let tables = schema.tables.iter().map(|table| &table.name);
        let names: Vec<&String> = tables
            .chain(schema.unreadable.iter().map(|(name, _)| name))
            .collect();
        for wanted in &self.tables {
            if let Some((_, kind)) = schema.others.iter().find(|(name, _)| name == wanted) {
                bail!("--tables {wanted}: that is a {kind}, and only base tables become entities");
            }
            if !names.contains(&wanted) {
                let hint = nearest(wanted, names.into_iter().cloned());
                bail!("--tables {wanted}: there is no such table{hint}");
            }
        }
        Ok(())
    }

    /// Why the user does not want the table.
    fn refuses(&self, table: &str) -> Option<String> {
        let excluded = self.exclude.iter().find(|pattern| pattern.matches(table));
        if !self.tables.is_empty() && !self.tables.iter().any(|name| name == table) {
            Some("not among --tables".to_owned())
        } else if let Some(pattern) = excluded {
            Some(format!("matches --exclude {pattern}"))
        } else if table == MIGRATIONS && self.tables.is_empty() {
            Some("the books of sea-orm-migration".to_owned())
        } else {
            None
        }
    }
}

/// The tables that become entities; the others go into the plan with their reasons.
pub(super) fn tables(schema: Schema, selection: &Selection, plan: &mut Plan) -> Vec<Table> {
    let mut kept = Vec::new();
    for mut table in schema.tables {
        let refused = match selection.refuses(&table.name) {
            Some(reason) => Err((reason, false)),
            None => give_key(&mut table),
        };
        match refused {
            Ok(note) => {
                plan.notes.extend(note);
                kept.push(table);
            }
            Err((reason, lost)) => plan.left_out.push(LeftOut {
                name: table.name,
                reason,
                lost,
            }),
        }
    }
    for (name, reason) in schema.unreadable {
        match selection.refuses(&name) {
            Some(reason) => plan.left_out.push(LeftOut {
                name,
                reason,
                lost: false,
            }),
            None => plan.left_out.push(LeftOut {
                name,
                reason,
                lost: true,
            }),
        }
    }
    kept
}

/// Makes sure of a key: the primary key, or else the smallest unique index that allows no NULL,
/// which the note tells. On failure the reason, and whether the table had a key to lose.
fn give_key(table: &mut Table) -> Result<Option<String>, (String, bool)> {
    if table.columns.is_empty() {
        return Err(("this user may read none of its columns".to_owned(), true));
    }
    let mut note = None;
    if table.primary_key.is_empty() {
        let required = |name: &String| table.column(name).is_some_and(|column| !column.nullable);
        let index = table
            .unique
            .iter()
            .filter(|index| index.columns.iter().all(required))
            .min_by_key(|index| (index.columns.len(), index.name.clone()))
            .cloned();
        let Some(index) = index else {
            let reason = "it has no primary key and no unique index without NULL";
            return Err((reason.to_owned(), false));
        };
        let name = &table.name;
        note = Some(format!(
            "{name}: no primary key; the unique index {} stands in",
            index.name
        ));
        table.primary_key = index.columns;
    }
    let key = &table.primary_key;
    if key.len() > KEY_COLUMNS {
        let count = key.len();
        return Err((
            format!("its key has {count} columns; SeaORM holds {KEY_COLUMNS}"),
            true,
        ));
    }
    match key.iter().find(|name| table.column(name).is_none()) {
        Some(hidden) => Err((
            format!("this user may not read its key column {hidden}"),
            true,
        )),
        None => Ok(note),
    }
}

#[cfg(test)]
mod tests {
    use super::super::plan;
    use super::*;
    use crate::reflect::model::Unique;
    use crate::reflect::model::samples::{column, schema, table};

    #[test]
    fn a_unique_index_stands_in_for_a_key_only_without_null() {
        let unique = vec![Unique {
            name: "ua".to_owned(),
            columns: vec!["a".to_owned()],
        }];
        let mut good = table("good", &["a"], &[]);
        good.unique = unique.clone();
        let mut bad = table("bad", &[], &[]);
        bad.columns.push(column("a"));
        bad.columns[0].nullable = true;
        bad.unique = unique;
        let plan = plan(schema([bad, good]), &Selection::default()).unwrap();
        assert_eq!(plan.entities.len(), 1);
        assert_eq!(plan.entities[0].table.primary_key, ["a"]);
        assert_eq!(
            (plan.left_out[0].name.as_str(), plan.left_out[0].lost),
            ("bad", false)
        );
    }

    #[test]
    fn a_key_wider_than_seaorm_allows_counts_as_lost() {
        let names: Vec<String> = (0..13).map(|n| format!("c{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let plan = plan(
            schema([table("wide", &names, &names)]),
            &Selection::default(),
        )
        .unwrap();
        assert!(plan.entities.is_empty() && plan.left_out[0].lost);
    }

    #[test]
    fn what_the_user_excludes_is_not_lost() {
        let tables =
            ["tmp_a", "seaql_migrations", "kept"].map(|name| table(name, &["id"], &["id"]));
        let exclude = vec![Pattern::new("tmp_*").unwrap()];
        let plan = plan(
            schema(tables),
            &Selection {
                tables: Vec::new(),
                exclude,
            },
        )
        .unwrap();
        assert_eq!(
            plan.entities
                .iter()
                .map(|e| e.module.as_str())
                .collect::<Vec<_>>(),
            ["kept"]
        );
        assert!(plan.left_out.iter().all(|left| !left.lost));
    }

    #[test]
    fn unknown_tables_are_refused_with_a_hint() {
        let selection = Selection {
            tables: vec!["user".to_owned()],
            exclude: Vec::new(),
        };
        let error = plan(schema([table("users", &["id"], &["id"])]), &selection).unwrap_err();
        assert_eq!(
            error.to_string(),
            "--tables user: there is no such table, did you mean \"users\"?"
        );
    }
}
