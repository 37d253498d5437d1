//! Whether two tables have the same structure, whatever their names and those of their rules are.

use std::fmt::Debug;

use sea_orm::DbBackend;

use crate::{
    reflect::{ForeignKeyModel, IndexModel, TableModel, TableName, tokens::tokens},
    tables::{CopyOptions, edits::Edits},
};

/// Where a table differs from what a copy of `source` would be, in words.
pub(super) fn differences(
    source: &TableModel,
    table: &TableModel,
    options: CopyOptions,
    dialect: DbBackend,
) -> Vec<String> {
    let (source, table) = (&comparable(source, dialect), &comparable(table, dialect));
    let mut found = Vec::new();
    if table.kind != source.kind {
        found.push("its kind".to_owned());
    }
    if table.name != source.name {
        if table.partition_of.is_some() {
            found.push("being a partition".to_owned());
        }
        if !table.inherits.is_empty() {
            found.push("what it inherits".to_owned());
        }
    }
    for column in &source.columns {
        match table.column(&column.name) {
            Some(other) if other == column => {}
            Some(_) => found.push(format!("the column `{}`", column.name)),
            None => found.push(format!("the missing column `{}`", column.name)),
        }
    }
    for column in &table.columns {
        if source.column(&column.name).is_none() {
            found.push(format!("the additional column `{}`", column.name));
        }
    }
    let order = |table: &TableModel| -> Vec<String> {
        table
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect()
    };
    if found.is_empty() && order(source) != order(table) {
        found.push("the order of its columns".to_owned());
    }
    if source.key_columns() != table.key_columns() {
        found.push("its primary key".to_owned());
    }
    if indexes(source) != indexes(table) {
        found.push("its indexes".to_owned());
    }
    let wanted = if options.foreign_keys {
        foreign_keys(source, &table.name)
    } else {
        Vec::new()
    };
    if wanted != foreign_keys(table, &table.name) {
        found.push("its foreign keys".to_owned());
    }
    if checks(source) != checks(table) {
        found.push("its checks".to_owned());
    }
    if (source.strict, source.without_rowid) != (table.strict, table.without_rowid) {
        found.push("the way SQLite keeps its rows".to_owned());
    }
    found
}

/// With expressions in which the table's own name does not stand, which SQLite shows as they were
/// written.
fn comparable(table: &TableModel, dialect: DbBackend) -> TableModel {
    let mut table = table.clone();
    if dialect != DbBackend::Sqlite {
        return table;
    }
    let own = table.name.table.clone();
    let unqualified = |expression: &mut String| *expression = without_name(expression, &own);
    for index in &mut table.indexes {
        index.condition.iter_mut().for_each(unqualified);
        let parts = index.parts.iter_mut();
        parts
            .filter_map(|part| part.expression.as_mut())
            .for_each(unqualified);
    }
    let checks = table.checks.iter_mut();
    checks.for_each(|check| unqualified(&mut check.expression));
    let columns = table.columns.iter_mut();
    columns
        .filter_map(|column| column.generated.as_mut())
        .for_each(|generated| unqualified(&mut generated.expression));
    table
}

/// `price > 5` for `orders.price > 5`.
fn without_name(expression: &str, table: &str) -> String {
    let tokens = tokens(DbBackend::Sqlite, expression);
    let mut edits = Edits::of(expression);
    for pair in tokens.windows(2) {
        let [name, dot] = pair else { continue };
        if dot.is_sign('.') && name.may_be_name() && name.name().eq_ignore_ascii_case(table) {
            edits.replace(name.place.start..dot.place.end, "");
        }
    }
    edits.finish()
}

fn indexes(table: &TableModel) -> Vec<String> {
    sorted(table.indexes.iter().map(|index| IndexModel {
        name: String::new(),
        ..index.clone()
    }))
}

/// Those that refer to the table itself as if it were called `name`.
fn foreign_keys(table: &TableModel, name: &TableName) -> Vec<String> {
    sorted(table.foreign_keys.iter().map(|key| ForeignKeyModel {
        name: None,
        table: if key.table == table.name {
            name.clone()
        } else {
            key.table.clone()
        },
        ..key.clone()
    }))
}

fn checks(table: &TableModel) -> Vec<String> {
    let checks = table.checks.iter();
    sorted(checks.map(|check| (&check.expression, check.enforced)))
}

/// In an order that does not depend on names.
fn sorted<T: Debug>(parts: impl Iterator<Item = T>) -> Vec<String> {
    let mut words: Vec<String> = parts.map(|part| format!("{part:?}")).collect();
    words.sort();
    words
}
