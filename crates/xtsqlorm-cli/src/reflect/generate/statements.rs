//! The tables as CREATE TABLE statements, which is what sea-orm-codegen reads.

use sea_orm_codegen::DateTimeCrate;
use sea_query::{
    Alias, ColumnDef, ColumnType, DynIden, ForeignKey as ForeignKeyStatement, Index, IntoIden,
    Table as TableStatement, TableCreateStatement,
};

use crate::reflect::model::{Column, ForeignKey, Kind, Unique};
use crate::reflect::plan::{Entity, Plan};

/// One statement per entity, under Rust names.
pub(super) fn statements(plan: &Plan, date_time_crate: DateTimeCrate) -> Vec<TableCreateStatement> {
    plan.entities
        .iter()
        .map(|entity| statement(plan, entity, date_time_crate))
        .collect()
}

fn statement(plan: &Plan, entity: &Entity, date_time_crate: DateTimeCrate) -> TableCreateStatement {
    let mut table = TableStatement::create();
    table.table(name(&entity.module));
    let key = &entity.table.primary_key;
    // codegen takes every table with two key columns and two relations for a junction. One whose
    // key is named twice has four key columns in its eyes, and is otherwise written the same.
    let twice = key.len() == 2 && !entity.is_junction();
    let columns = entity
        .table
        .columns
        .iter()
        .zip(&entity.fields)
        .zip(&entity.enums);
    for ((column, field), enumeration) in columns {
        let mut definition =
            column_definition(column, field, enumeration.as_deref(), date_time_crate);
        if twice && key.contains(&column.name) {
            definition.primary_key();
        }
        table.col(definition);
    }
    let mut primary = Index::create();
    primary.primary();
    for column in fields(entity, key) {
        primary.col(name(column));
    }
    table.index(&mut primary);
    for unique in entity
        .table
        .unique
        .iter()
        .filter(|unique| unique.columns != *key)
    {
        unique_index(&mut table, entity, unique);
    }
    for key in &entity.table.foreign_keys {
        if let Some(target) = plan
            .entities
            .iter()
            .find(|target| target.table.name == key.table)
        {
            table.foreign_key(&mut foreign_key(entity, key, target));
        }
    }
    table
}

fn column_definition(
    column: &Column,
    field: &str,
    enumeration: Option<&str>,
    date_time_crate: DateTimeCrate,
) -> ColumnDef {
    let column_type = match (&column.field.kind, enumeration) {
        (Kind::Enum(values), Some(enumeration)) => ColumnType::Enum {
            name: name(enumeration),
            // Stand-ins, which cannot clash; the names and values are put in afterwards.
            variants: (0..values.len())
                .map(|index| name(&format!("V{index}")))
                .collect(),
        },
        (Kind::Enum(_), None) => ColumnType::Text,
        // With the `time` crate a TIMESTAMP decodes with an offset only.
        (Kind::Plain(ColumnType::Timestamp), _) if date_time_crate == DateTimeCrate::Time => {
            ColumnType::TimestampWithTimeZone
        }
        (Kind::Plain(column_type), _) => column_type.clone(),
    };
    let mut definition = ColumnDef::new_with_type(name(field), column_type);
    if !column.nullable {
        definition.not_null();
    }
    if column.auto_increment {
        definition.auto_increment();
    }
    definition
}

fn unique_index(table: &mut TableCreateStatement, entity: &Entity, unique: &Unique) {
    let columns: Vec<&str> = fields(entity, &unique.columns).collect();
    if columns.len() != unique.columns.len() {
        return;
    }
    let mut index = Index::create();
    index.unique().name(&unique.name);
    for column in columns {
        index.col(name(column));
    }
    table.index(&mut index);
}

fn foreign_key(
    entity: &Entity,
    key: &ForeignKey,
    target: &Entity,
) -> sea_query::ForeignKeyCreateStatement {
    let mut statement = ForeignKeyStatement::create();
    statement.name(&key.name).to_tbl(name(&target.module));
    for column in fields(entity, &key.columns) {
        statement.from_col(name(column));
    }
    for column in fields(target, &key.referenced) {
        statement.to_col(name(column));
    }
    if let Some(action) = key.on_update {
        statement.on_update(action);
    }
    if let Some(action) = key.on_delete {
        statement.on_delete(action);
    }
    statement
}

/// The fields for columns of an entity.
fn fields<'a>(entity: &'a Entity, columns: &'a [String]) -> impl Iterator<Item = &'a str> {
    columns.iter().filter_map(|column| entity.field(column))
}

fn name(name: &str) -> DynIden {
    Alias::new(name).into_iden()
}
