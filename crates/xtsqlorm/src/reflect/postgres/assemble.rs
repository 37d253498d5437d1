//! Puts what was answered together.

use std::collections::HashMap;

use super::{
    rows::{Catalogue, ColumnRow, ConstraintRow, IndexRow, PartRow, TableRow, list},
    types::Types,
};
use crate::{
    error::Result,
    reflect::{
        CheckModel, ColumnModel, Deferral, ForeignKeyModel, Found, GeneratedModel, Identity,
        IndexModel, IndexPart, KeyAction, KeyModel, TableKind, TableModel, TableName, Unreadable,
    },
};

/// Why something that is there has no definition.
const CHANGED: &str = "its definition was changed while it was read";

/// The tables, in no particular order.
pub(super) fn assemble(catalogue: Catalogue) -> Result<Found> {
    let types = Types::new(catalogue.types)?;
    let mut columns = by_table(catalogue.columns, |row| row.table_oid);
    let mut constraints = by_table(catalogue.constraints, |row| row.table_oid);
    let mut indexes = by_table(catalogue.indexes, |row| row.table_oid);
    let mut found = Found::default();
    for row in catalogue.tables {
        let oid = row.oid;
        let mut table = table(row)?;
        let read = read_columns(&mut table, columns.remove(&oid), &types)
            .and(read_constraints(&mut table, constraints.remove(&oid))?)
            .and(read_indexes(&mut table, indexes.remove(&oid))?);
        match read {
            Some(()) => found.tables.push(table),
            None => found.unreadable.push(Unreadable {
                table: table.name,
                kind: table.kind,
                reason: CHANGED.into(),
            }),
        }
    }
    Ok(found)
}

fn by_table<Row>(rows: Vec<Row>, table: impl Fn(&Row) -> i64) -> HashMap<i64, Vec<Row>> {
    let mut sorted: HashMap<i64, Vec<Row>> = HashMap::new();
    for row in rows {
        sorted.entry(table(&row)).or_default().push(row);
    }
    sorted
}

fn table(row: TableRow) -> Result<TableModel> {
    let kind = match row.kind.as_str() {
        "v" => TableKind::View,
        "m" => TableKind::MaterializedView,
        "f" => TableKind::ForeignTable,
        _ => TableKind::Table,
    };
    let mut table = TableModel::new(TableName::new(row.schema, row.name), kind);
    table.comment = row.comment;
    let parents: Vec<(String, String)> = list(row.parents.as_deref())?;
    let mut parents = parents
        .into_iter()
        .map(|(schema, table)| TableName::new(schema, table));
    if row.partition {
        table.partition_of = parents.next();
    } else {
        table.inherits = parents.collect();
    }
    Ok(table)
}

fn read_columns(table: &mut TableModel, rows: Option<Vec<ColumnRow>>, types: &Types) -> Option<()> {
    let rows = rows.unwrap_or_default();
    let of_view = table.kind.is_view();
    let columns = rows.into_iter().map(|row| column(row, types, of_view));
    table.columns = columns.collect::<Option<_>>()?;
    Some(())
}

fn column(row: ColumnRow, types: &Types, of_view: bool) -> Option<ColumnModel> {
    // The server's words for a type that is no more; one of that name would stand in quotes.
    let sql_type = row.sql_type.filter(|name| !name.starts_with("???"))?;
    let data_type = types.resolve(row.type_oid, row.modifier, &sql_type)?;
    let mut column = ColumnModel::new(row.name, sql_type, data_type);
    // A domain says what may be stored: an outer join yields NULL of it all the same.
    column.nullable = !(row.not_null || (!of_view && types.refuses_null(row.type_oid)));
    column.collation = row.collation;
    column.comment = row.comment;
    column.identity = match row.identity.as_str() {
        "a" => Some(Identity::Always),
        "d" => Some(Identity::ByDefault),
        _ => None,
    };
    if row.has_default {
        let expression = row.default_sql?;
        if !row.generated.is_empty() {
            column.generated = Some(GeneratedModel {
                expression,
                stored: row.generated == "s",
            });
        } else if row.owns_sequence && is_next_value(&expression) {
            column.identity = Some(Identity::AutoIncrement);
        } else {
            column.default = Some(expression);
        }
    }
    Some(column)
}

/// Whether an expression is the next value of a sequence and nothing else.
fn is_next_value(expression: &str) -> bool {
    expression.starts_with("nextval('") && expression.ends_with("'::regclass)")
}

fn read_constraints(
    table: &mut TableModel,
    rows: Option<Vec<ConstraintRow>>,
) -> Result<Option<()>> {
    let mut rows = rows.unwrap_or_default();
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    for row in rows {
        let columns = list(row.columns.as_deref())?;
        let name = Some(row.name);
        match row.kind.as_str() {
            "p" => table.primary_key = Some(KeyModel { name, columns }),
            "f" => {
                let (Some(schema), Some(referred)) = (row.foreign_schema, row.foreign_table) else {
                    return Ok(None);
                };
                let referenced = list(row.referenced.as_deref())?;
                let referred = TableName::new(schema, referred);
                let deferral = match (row.deferrable, row.deferred) {
                    (_, true) => Deferral::Deferred,
                    (true, false) => Deferral::Deferrable,
                    (false, false) => Deferral::Immediate,
                };
                table.foreign_keys.push(ForeignKeyModel {
                    name,
                    on_update: action(&row.on_update),
                    on_delete: action(&row.on_delete),
                    on_delete_columns: list(row.on_delete_columns.as_deref())?,
                    match_full: row.match_type == "f",
                    deferral,
                    ..ForeignKeyModel::new(columns, referred, referenced)
                });
            }
            _ => {
                let Some(expression) = row.expression else {
                    return Ok(None);
                };
                table.checks.push(CheckModel {
                    name,
                    expression,
                    enforced: row.enforced,
                });
            }
        }
    }
    Ok(Some(()))
}

/// `confupdtype`, `confdeltype`.
fn action(letter: &str) -> KeyAction {
    match letter {
        "r" => KeyAction::Restrict,
        "c" => KeyAction::Cascade,
        "n" => KeyAction::SetNull,
        "d" => KeyAction::SetDefault,
        _ => KeyAction::NoAction,
    }
}

fn read_indexes(table: &mut TableModel, rows: Option<Vec<IndexRow>>) -> Result<Option<()>> {
    let mut rows = rows.unwrap_or_default();
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    for row in rows {
        if row.partial && row.condition.is_none() {
            return Ok(None);
        }
        let parts: Vec<PartRow> = list(row.parts.as_deref())?;
        let (key, beside): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| part.in_key);
        let Some(key) = key.into_iter().map(index_part).collect() else {
            return Ok(None);
        };
        let include = beside.into_iter().map(|part| part.column_name);
        let Some(include) = include.collect() else {
            return Ok(None);
        };
        table.indexes.push(IndexModel {
            unique: row.is_unique,
            condition: row.condition,
            nulls_equal: row.nulls_equal,
            method: Some(row.method),
            include,
            exclusion: row.exclusion,
            ..IndexModel::new(row.name, key)
        });
    }
    Ok(Some(()))
}

fn index_part(row: PartRow) -> Option<IndexPart> {
    if row.column_name.is_none() && row.expression.is_none() {
        return None;
    }
    let descending = row.options & 1 != 0;
    let nulls_first = row.options & 2 != 0;
    Some(IndexPart {
        column: row.column_name,
        expression: row.expression,
        prefix: None,
        descending,
        // NULLs count as greater than everything.
        nulls_first: (nulls_first != descending).then_some(nulls_first),
        collation: row.collation,
        operator_class: row.operator_class,
    })
}
