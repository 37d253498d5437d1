//! Which tables become entities, and in which form.

use anyhow::{Result, bail};
use glob::Pattern;
use sea_query::ColumnType;
use xtsqlorm::connection::Backend;
use xtsqlorm::reflect::{MappedKind, Mapping, TableKind, TableName, map_column_as_text};

use super::{Form, LeftOut, Plan};
use crate::reflect::model::{Schema, Table};
use crate::reflect::nearest;

/// Most columns of a primary key that SeaORM's traits are implemented for.
const KEY_COLUMNS: usize = 12;

/// The table in which sea-orm-migration keeps its books; left out unless asked for by name.
const MIGRATIONS: &str = "seaql_migrations";

/// The tables that the user asked for, as `table` or `schema.table`.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// These only, each a name or a pattern; all when empty.
    pub(crate) tables: Vec<String>,
    /// Not those that match.
    pub(crate) exclude: Vec<Pattern>,
}

impl Selection {
    /// Refuses names that no table has, and patterns that match none.
    pub(super) fn check(&self, schema: &Schema) -> Result<()> {
        let tables = schema.tables.iter().map(|table| &table.model.name);
        let names: Vec<&TableName> = tables
            .chain(schema.unreadable.iter().map(|lost| &lost.table))
            .collect();
        for wanted in &self.tables {
            if !names.iter().any(|name| is_meant(name, wanted)) {
                let qualified = wanted.contains('.');
                let candidates = names.iter().map(|name| match qualified {
                    true => name.to_string(),
                    false => name.table.clone(),
                });
                let hint = nearest(wanted, candidates);
                bail!("--tables {wanted}: there is no such table{hint}");
            }
        }
        Ok(())
    }

    /// Why the user does not want the table.
    pub(crate) fn refuses(&self, name: &TableName) -> Option<String> {
        let asked_for = self.tables.iter().any(|wanted| is_meant(name, wanted));
        let excluded = self
            .exclude
            .iter()
            .find(|pattern| pattern.matches(&name.table) || pattern.matches(&name.to_string()));
        if !self.tables.is_empty() && !asked_for {
            Some("not among --tables".to_owned())
        } else if let Some(pattern) = excluded {
            Some(format!("matches --exclude {pattern}"))
        } else if name.table == MIGRATIONS && !self.names(name) {
            Some("the books of sea-orm-migration".to_owned())
        } else {
            None
        }
    }

    /// Whether the user asked for the table by its name.
    fn names(&self, name: &TableName) -> bool {
        self.tables.iter().any(|wanted| is_called(name, wanted))
    }
}

/// Whether the user means the table, by its name or by a pattern.
fn is_meant(name: &TableName, wanted: &str) -> bool {
    // A name may hold what is a sign in a pattern.
    let matches =
        |pattern: Pattern| pattern.matches(&name.table) || pattern.matches(&name.to_string());
    is_called(name, wanted) || Pattern::new(wanted).is_ok_and(matches)
}

/// Whether the user may call a table that.
fn is_called(name: &TableName, wanted: &str) -> bool {
    name.table == wanted || name.to_string() == wanted
}

/// The tables that become entities, with their forms; the others go into the plan with their
/// reasons.
pub(super) fn tables(
    schema: Schema,
    selection: &Selection,
    plan: &mut Plan,
    qualified: &dyn Fn(&TableName) -> String,
) -> Vec<(Table, Form)> {
    let mut kept: Vec<(Table, Form)> = Vec::new();
    let backend = schema.backend;
    let found: Vec<TableName> = schema
        .tables
        .iter()
        .map(|table| table.model.name.clone())
        .collect();
    for mut table in schema.tables {
        let name = table.model.name.clone();
        if let Some(reason) = selection.refuses(&name) {
            plan.left_out.push(LeftOut {
                name,
                reason,
                lost: false,
            });
        } else if let Some(parent) = parent_of(&table, &found)
            && !selection.names(&name)
        {
            plan.folded.push((name, parent.clone()));
        } else {
            match form(&mut table, backend) {
                Ok((form, note)) => {
                    plan.notes
                        .extend(note.map(|note| format!("{}: {note}", qualified(&name))));
                    kept.push((table, form));
                }
                Err((reason, lost)) => plan.left_out.push(LeftOut { name, reason, lost }),
            }
        }
    }
    for unreadable in schema.unreadable {
        let excluded = selection.refuses(&unreadable.table);
        plan.left_out.push(LeftOut {
            name: unreadable.table,
            lost: excluded.is_none(),
            reason: excluded.unwrap_or(unreadable.reason),
        });
    }
    kept
}

/// The table whose rows include those of this partition, if it was read too.
fn parent_of<'a>(table: &'a Table, found: &[TableName]) -> Option<&'a TableName> {
    let parent = table.model.partition_of.as_ref()?;
    found.contains(parent).then_some(parent)
}

/// The form of a table, and what the user should know of it. On failure the reason, and whether
/// something is lost.
///
/// The key is the primary key, or else the smallest unique index that allows no NULL.
fn form(table: &mut Table, backend: Backend) -> Result<(Form, Option<String>), (String, bool)> {
    let kind = table.model.kind;
    if kind == TableKind::ShadowTable {
        let reason = "a virtual table of SQLite keeps its data in it";
        return Err((reason.to_owned(), false));
    }
    if kind == TableKind::VirtualTable {
        leave_out_hidden_columns(table);
    }
    if table.model.columns.is_empty() {
        let reason = "it has no columns, or this user may read none of them";
        return Err((reason.to_owned(), true));
    }
    if kind.is_view() {
        return Ok((read_only(format!("a {kind}"), false), None));
    }
    let keyless = |why: &str| {
        let note = format!("{why}; its rows can be read and added, not changed or deleted");
        (read_only(why.to_owned(), true), Some(note))
    };
    let (key, note) = match &table.model.primary_key {
        Some(key) => (key.columns.clone(), None),
        None => match stand_in(table) {
            Some((index, key)) => {
                let note = format!("no primary key; the unique index {index} stands in");
                (key, Some(note))
            }
            None => return Ok(keyless("a table without a key")),
        },
    };
    if key.len() > KEY_COLUMNS {
        let why = format!(
            "a table with a key of {} columns, and SeaORM holds {KEY_COLUMNS}",
            key.len()
        );
        return Ok(keyless(&why));
    }
    let Some(key) = table.positions(&key) else {
        return Ok(keyless("a table whose key this user may not read"));
    };
    let note = note.or_else(|| may_be_null(table, &key));
    in_key(table, &key, backend);
    Ok((Form::Keyed(key), note))
}

/// The hidden columns of a virtual table take commands, such as the `rank` of FTS5; no row has them.
fn leave_out_hidden_columns(table: &mut Table) {
    let columns = std::mem::take(&mut table.model.columns);
    let fields = std::mem::take(&mut table.fields);
    let shown = columns.into_iter().zip(fields);
    (table.model.columns, table.fields) = shown.filter(|(column, _)| !column.hidden).unzip();
}

/// The unique index that serves as a key.
fn stand_in(table: &Table) -> Option<(String, Vec<String>)> {
    let required = |name: &&str| {
        let column = table.model.column(name);
        column.is_some_and(|column| !column.nullable)
    };
    table
        .unique()
        .filter(|(_, columns)| columns.iter().all(required))
        .min_by_key(|(name, columns)| (columns.len(), (*name).to_owned()))
        .map(|(name, columns)| {
            let columns = columns.into_iter().map(str::to_owned).collect();
            (name.to_owned(), columns)
        })
}

/// What there is to know of a key in which the database takes NULL.
fn may_be_null(table: &Table, key: &[usize]) -> Option<String> {
    let columns = key.iter().map(|&place| &table.model.columns[place]);
    let columns = columns.filter(|column| column.nullable);
    let names: Vec<&str> = columns.map(|column| column.name.as_str()).collect();
    (!names.is_empty()).then(|| {
        format!(
            "its key may be NULL in {}, and a field of a key may not: such a row does not decode",
            names.join(", ")
        )
    })
}

/// Makes the fields of the key what SeaORM takes in one: no `Option` and no `Vec`. SQLite lets a key
/// be NULL unless told otherwise; hardly a table makes use of that.
fn in_key(table: &mut Table, key: &[usize], backend: Backend) {
    for &place in key {
        let field = &mut table.fields[place];
        let is_list = matches!(
            field.kind,
            MappedKind::EnumArray { .. } | MappedKind::Plain(ColumnType::Array(_))
        );
        if is_list {
            *field = Mapping {
                note: Some("as text: SeaORM takes no Vec in a key".to_owned()),
                ..map_column_as_text(&table.model.columns[place], backend)
            };
        }
        field.nullable = false;
    }
}

fn read_only(why: String, appends: bool) -> Form {
    Form::ReadOnly { why, appends }
}

#[cfg(test)]
mod tests {
    use super::super::plan;
    use super::*;
    use crate::reflect::model::samples::{schema, table, unique};
    use xtsqlorm::reflect::{DataType, MappingOptions, TableModel, map_column};

    fn planned(tables: impl IntoIterator<Item = TableModel>) -> Plan {
        plan(schema(tables), &Selection::default()).unwrap()
    }

    #[test]
    fn a_unique_index_stands_in_for_a_key_only_without_null() {
        let mut good = table("good", &["a"], &[]);
        good.indexes = vec![unique("ua", &["a"])];
        let mut bad = good.clone();
        bad.name.table = "bad".to_owned();
        bad.columns[0].nullable = true;
        let plan = planned([bad, good]);
        let forms: Vec<&Form> = plan.entities.iter().map(|entity| &entity.form).collect();
        assert_eq!(
            forms,
            [
                &read_only("a table without a key".to_owned(), true),
                &Form::Keyed(vec![0])
            ]
        );
        assert_eq!(plan.notes.len(), 2, "{:?}", plan.notes);
    }

    #[test]
    fn a_partial_index_and_an_expression_are_no_key() {
        let mut partial = table("t", &["a"], &[]);
        partial.indexes = vec![unique("ua", &["a"])];
        partial.indexes[0].condition = Some("a > 0".to_owned());
        let plan = planned([partial]);
        assert!(plan.entities[0].key().is_empty());
    }

    #[test]
    fn views_and_keys_wider_than_seaorm_allows_are_read_only() {
        let names: Vec<String> = (0..13).map(|n| format!("c{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut view = table("seen", &["a"], &[]);
        view.kind = TableKind::View;
        let plan = planned([view, table("wide", &names, &names)]);
        let forms: Vec<_> = plan
            .entities
            .iter()
            .map(|entity| entity.form.clone())
            .collect();
        assert_eq!(forms[0], read_only("a view".to_owned(), false));
        assert!(
            matches!(&forms[1], Form::ReadOnly { why, appends: true } if why.contains("13 columns"))
        );
        assert!(plan.left_out.is_empty());
    }

    #[test]
    fn a_key_that_may_be_null_in_sqlite_has_plain_fields() {
        let mut loose = table("t", &["a"], &["a"]);
        loose.columns[0].nullable = true;
        let plan = planned([loose]);
        assert!(!plan.entities[0].table.fields[0].nullable);
        assert!(plan.notes[0].starts_with("t: its key may be NULL in a, "));
        assert!(planned([table("t", &["a"], &["a"])]).notes.is_empty());
    }

    #[test]
    fn an_array_in_the_key_is_text_whatever_is_assumed_of_arrays() {
        let of = || {
            Box::new(DataType::Integer {
                bits: 32,
                unsigned: false,
            })
        };
        let mut listed = table("t", &["a", "b"], &["a"]);
        for column in &mut listed.columns {
            column.data_type = DataType::Array { of: of() };
            column.sql_type = "integer[]".to_owned();
        }
        let mut found = schema([listed]);
        let options = MappingOptions {
            arrays_as_vec: true,
            ..MappingOptions::default()
        };
        let table = &mut found.tables[0];
        for (column, field) in table.model.columns.iter().zip(&mut table.fields) {
            *field = map_column(column, Backend::Postgres, &options);
        }
        let plan = plan(found, &Selection::default()).unwrap();
        let [key, other] = &plan.entities[0].table.fields[..] else {
            panic!("two columns");
        };
        assert_eq!(key.kind, MappedKind::Plain(ColumnType::Text));
        assert_eq!(key.save_as.as_deref(), Some("integer[]"));
        assert!(matches!(
            other.kind,
            MappedKind::Plain(ColumnType::Array(_))
        ));
    }

    #[test]
    fn partitions_fold_into_their_parent_unless_named() {
        let mut part = table("day_1", &["id"], &["id"]);
        part.partition_of = Some(TableName::new("shop", "day"));
        let found = || schema([table("day", &["id"], &["id"]), part.clone()]);
        let folded = plan(found(), &Selection::default()).unwrap();
        assert_eq!(folded.entities.len(), 1);
        assert_eq!(
            folded.folded,
            [(
                TableName::new("shop", "day_1"),
                TableName::new("shop", "day")
            )]
        );
        let selection = Selection {
            tables: vec!["day_1".to_owned()],
            exclude: Vec::new(),
        };
        let named = plan(found(), &selection).unwrap();
        assert_eq!(named.entities[0].module, "day_1");
    }

    #[test]
    fn shadow_tables_are_left_out_and_not_lost() {
        let mut shadow = table("fts_data", &["id"], &["id"]);
        shadow.kind = TableKind::ShadowTable;
        let plan = planned([shadow]);
        assert!(plan.entities.is_empty() && !plan.left_out[0].lost);
    }

    #[test]
    fn hidden_columns_count_but_in_virtual_tables() {
        let mut table = table("t", &["id", "rank"], &["id"]);
        table.columns[1].hidden = true;
        let mut search = table.clone();
        search.name.table = "search".to_owned();
        search.kind = TableKind::VirtualTable;
        let plan = planned([search, table]);
        let fields: Vec<usize> = plan.entities.iter().map(|e| e.fields.len()).collect();
        assert_eq!(fields, [1, 2]);
    }

    #[test]
    fn what_the_user_excludes_is_not_lost() {
        let tables =
            ["tmp_a", "seaql_migrations", "kept"].map(|name| table(name, &["id"], &["id"]));
        let selection = Selection {
            tables: Vec::new(),
            exclude: vec![Pattern::new("tmp_*").unwrap()],
        };
        let plan = plan(schema(tables), &selection).unwrap();
        let modules: Vec<&str> = plan
            .entities
            .iter()
            .map(|entity| entity.module.as_str())
            .collect();
        assert_eq!(modules, ["kept"]);
        assert!(plan.left_out.iter().all(|left| !left.lost));
    }

    #[test]
    fn a_pattern_selects_tables_but_names_none() {
        let found = || {
            let names = ["film", "film_actor", "a[1]", MIGRATIONS];
            schema(names.map(|name| table(name, &["id"], &["id"])))
        };
        let modules = |wanted: &str| -> Result<Vec<String>> {
            let selection = Selection {
                tables: vec![wanted.to_owned()],
                exclude: Vec::new(),
            };
            let plan = plan(found(), &selection)?;
            let modules = plan.entities.into_iter().map(|entity| entity.module);
            Ok(modules.collect())
        };
        assert_eq!(modules("film*").unwrap(), ["film", "film_actor"]);
        assert_eq!(modules("shop.film").unwrap(), ["film"]);
        assert_eq!(modules("a[1]").unwrap(), ["a_1"], "a name, and no pattern");
        assert_eq!(modules("*").unwrap().len(), 3, "its books were not named");
        assert_eq!(modules(MIGRATIONS).unwrap(), [MIGRATIONS]);
        assert!(modules("staff*").is_err());
    }

    #[test]
    fn unknown_tables_are_refused_with_a_hint() {
        let select = |table: &str| Selection {
            tables: vec![table.to_owned()],
            exclude: Vec::new(),
        };
        let users = || schema([table("users", &["id"], &["id"])]);
        let error = plan(users(), &select("user")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "--tables user: there is no such table, did you mean \"users\"?"
        );
        assert!(plan(users(), &select("shop.users")).is_ok());
        assert!(plan(users(), &select("crm.users")).is_err());
    }
}
