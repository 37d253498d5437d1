//! Puts rows of `information_schema` together to tables.

mod columns;
mod keys;

use std::collections::{BTreeMap, HashMap};

use super::expression::expression;
use crate::{
    connection::Backend,
    reflect::{
        CheckModel, ColumnModel, Found, IndexPart, KeyAction, TableKind, TableModel, TableName,
        Unreadable,
    },
};

/// Why a table has none.
const NO_COLUMNS: &str = "the server shows no columns of it: it refers to something that is not \
                          there, or the account has no rights on it";

/// A value of a row.
type Text = Option<String>;

/// The tables of one schema, while they are read.
pub(super) struct Assembly<'a> {
    backend: Backend,
    schema: &'a str,
    /// Whether names that differ in case are the same.
    folds: bool,
    /// By name, folded where that is the same.
    tables: BTreeMap<String, TableModel>,
    /// What foreign keys do, by table and name.
    rules: HashMap<(String, String), [KeyAction; 2]>,
    /// Columns whose default may not be as shown, as key of the table and place in it.
    doubtful: Vec<(String, usize)>,
}

impl<'a> Assembly<'a> {
    pub(super) fn new(backend: Backend, schema: &'a str) -> Self {
        Self {
            backend,
            schema,
            folds: false,
            tables: BTreeMap::new(),
            rules: HashMap::new(),
            doubtful: Vec::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// Takes a table, if it is one, and the one that is wanted.
    pub(super) fn table(&mut self, only: Option<&str>, row: [Text; 4]) {
        let [Some(name), kind, comment, case] = row else {
            return;
        };
        self.folds = case.is_some_and(|case| case != "0");
        if only.is_some_and(|only| self.key(only) != self.key(&name)) {
            return;
        }
        let kind = match kind.as_deref() {
            Some("BASE TABLE" | "SYSTEM VERSIONED") => TableKind::Table,
            Some("VIEW" | "SYSTEM VIEW") => TableKind::View,
            // Sequences and temporary tables of MariaDB.
            _ => return,
        };
        let mut table = TableModel::new(TableName::new(self.schema, &name), kind);
        // All views have the comment VIEW, or what is wrong with them.
        table.comment = comment.filter(|comment| !comment.is_empty() && comment != "VIEW");
        self.tables.insert(self.key(&name), table);
    }

    pub(super) fn check(&mut self, row: [Text; 4]) {
        let [Some(table), name, Some(condition), enforced] = row else {
            return;
        };
        let condition = expression(&condition, self.backend);
        if let Some(table) = self.table_mut(&table) {
            table.checks.push(CheckModel {
                enforced: enforced.as_deref() != Some("NO"),
                ..CheckModel::new(name, condition)
            });
        }
    }

    pub(super) fn finish(self) -> Found {
        let mut found = Found::default();
        for mut table in self.tables.into_values() {
            if table.columns.is_empty() {
                let shown = table.comment.take().filter(|_| table.kind.is_view());
                found.unreadable.push(Unreadable {
                    table: table.name,
                    kind: table.kind,
                    reason: shown.unwrap_or_else(|| NO_COLUMNS.to_owned()),
                });
                continue;
            }
            drop_row_end(&mut table);
            table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
            table.foreign_keys.sort_by(|a, b| a.name.cmp(&b.name));
            table.checks.sort_by(|a, b| a.name.cmp(&b.name));
            found.tables.push(table);
        }
        found
    }

    fn table_mut(&mut self, name: &str) -> Option<&mut TableModel> {
        let key = self.key(name);
        self.tables.get_mut(&key)
    }

    fn key(&self, name: &str) -> String {
        if self.folds {
            name.to_lowercase()
        } else {
            name.to_owned()
        }
    }
}

/// Takes the end of a row's time out of the keys of a system-versioned table. MariaDB adds it to
/// each, since rows that ended stay; those that a SELECT shows all have the same.
fn drop_row_end(table: &mut TableModel) {
    let is_end = |column: &&ColumnModel| {
        let generated = column.generated.as_ref();
        generated.is_some_and(|generated| generated.expression == "ROW END")
    };
    let Some(end) = table.columns.iter().find(is_end) else {
        return;
    };
    if let Some(key) = &mut table.primary_key {
        key.columns.retain(|column| *column != end.name);
    }
    for index in table.indexes.iter_mut().filter(|index| index.unique) {
        let others = |part: &IndexPart| part.column.as_ref() != Some(&end.name);
        index.parts.retain(others);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row<const N: usize>(values: [&str; N]) -> [Text; N] {
        values.map(|value| Some(value.to_owned()))
    }

    /// The names of one table in two tables of the catalogue, as macOS has them.
    fn found(case: &str, wanted: &str) -> Found {
        let mut assembly = Assembly::new(Backend::MySql, "s");
        assembly.table(Some(wanted), row(["People", "BASE TABLE", "", case]));
        assembly.column(row(["people", "id", "int", "NO", "", "", "", "", "", ""]));
        assembly.finish()
    }

    #[test]
    fn names_are_compared_as_the_server_compares_them() {
        for case in ["1", "2"] {
            let found = found(case, "PEOPLE");
            assert_eq!(found.tables[0].name, TableName::new("s", "People"));
            assert_eq!(found.tables[0].columns.len(), 1);
        }
        let exact = found("0", "PEOPLE");
        assert!(exact.tables.is_empty() && exact.unreadable.is_empty());
    }
}
