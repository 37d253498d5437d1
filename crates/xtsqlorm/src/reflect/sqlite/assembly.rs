//! Puts what SQLite's pragmas and texts say together to tables.

mod keys;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    create_index::IndexText,
    create_table::TableText,
    kind_of,
    modules::Modules,
    pieces::{default_expression, is_compound},
    types::data_type,
};
use crate::reflect::{
    ColumnModel, Found, GeneratedModel, Identity, KeyModel, TableKind, TableModel, TableName,
};

/// How the text of a virtual table begins; SQLite itself writes it so.
const VIRTUAL: &str = "CREATE VIRTUAL TABLE";

/// A value of a row.
type Text = Option<String>;

/// The tables of one schema, while they are read.
pub(super) struct Assembly<'a> {
    schema: &'a str,
    /// By name.
    tables: BTreeMap<String, Building>,
    /// The texts of indexes, by name.
    indexes: HashMap<String, IndexText>,
    /// The virtual tables.
    modules: Modules,
    /// The tables that foreign keys name, by the name there in lower case.
    parents: HashMap<String, Parent>,
}

struct Building {
    table: TableModel,
    text: TableText,
    /// Columns of the key with their places in it.
    key: Vec<(u32, String)>,
    /// Whether it is a view of several SELECTs.
    compound: bool,
    /// Whether an index serves the key: then its column is not the rowid.
    indexed_key: bool,
    /// The number of the last foreign key that was read.
    foreign_key: Text,
}

#[derive(Default)]
struct Parent {
    name: String,
    columns: Vec<String>,
    key: Vec<(u32, String)>,
}

impl<'a> Assembly<'a> {
    pub(super) fn new(schema: &'a str) -> Self {
        Self {
            schema,
            tables: BTreeMap::new(),
            indexes: HashMap::new(),
            modules: Modules::default(),
            parents: HashMap::new(),
        }
    }

    pub(super) fn table(&mut self, row: [Text; 4]) {
        let [Some(name), Some(kind), without_rowid, strict] = row else {
            return;
        };
        let name_here = TableName::new(self.schema, &name);
        let mut table = TableModel::new(name_here, kind_of(&kind));
        table.without_rowid = without_rowid.as_deref() == Some("1");
        table.strict = strict.as_deref() == Some("1");
        let building = Building {
            table,
            text: TableText::default(),
            key: Vec::new(),
            compound: false,
            indexed_key: false,
            foreign_key: None,
        };
        self.tables.insert(name, building);
    }

    pub(super) fn create_text(&mut self, row: [Text; 4]) {
        let [Some(kind), Some(name), Some(_), Some(sql)] = row else {
            return;
        };
        if kind == "index" {
            self.indexes.insert(name, IndexText::parse(&sql));
            return;
        }
        let is_virtual = sql.get(..VIRTUAL.len());
        if is_virtual.is_some_and(|start| start.eq_ignore_ascii_case(VIRTUAL)) {
            self.modules.add(&name, &sql);
        } else if let Some(building) = self.tables.get_mut(&name) {
            match kind.as_str() {
                "view" => building.compound = is_compound(&sql),
                _ => building.text = TableText::parse(&sql),
            }
        }
    }

    pub(super) fn column(&mut self, row: [Text; 7]) {
        let [
            Some(table),
            Some(name),
            sql_type,
            not_null,
            default,
            place,
            hidden,
        ] = row
        else {
            return;
        };
        let Some(building) = self.tables.get_mut(&table) else {
            return;
        };
        let sql_type = match sql_type {
            // SQLite says so of a view's column that has no type, too.
            Some(told) if building.table.kind == TableKind::View && told == "BLOB" => String::new(),
            told => told.unwrap_or_default(),
        };
        let data_type = data_type(&sql_type);
        let text = building.text.columns.get_mut(&name.to_lowercase());
        let (generated, collation) = match text {
            Some(text) => (text.generated.take(), text.collation.clone()),
            None => (None, None),
        };
        let mut column = ColumnModel::new(name, sql_type, data_type);
        column.nullable = not_null.as_deref() != Some("1");
        column.compound = building.compound;
        column.default = default.and_then(|default| default_expression(&default));
        column.collation = collation;
        match hidden.as_deref() {
            Some("1") => column.hidden = true,
            Some(how @ ("2" | "3")) => {
                column.generated = Some(GeneratedModel {
                    expression: generated.unwrap_or_default(),
                    stored: how == "3",
                });
            }
            _ => {}
        }
        if let Some(place) = key_place(place) {
            building.key.push((place, column.name.clone()));
        }
        building.table.columns.push(column);
    }

    pub(super) fn finish(self) -> Found {
        let modules = self.modules;
        let tables = self.tables.into_values().map(|building| {
            let mut table = building.finish();
            if table.kind == TableKind::ShadowTable && modules.are_without(&table.name.table) {
                table.kind = TableKind::Table;
            }
            table
        });
        Found {
            tables: tables.collect(),
            unreadable: Vec::new(),
        }
    }
}

impl Building {
    fn finish(self) -> TableModel {
        let Self {
            mut table,
            text,
            key,
            indexed_key,
            ..
        } = self;
        let columns = key_columns(key);
        let required: HashSet<&String> = if table.without_rowid {
            columns.iter().collect()
        } else {
            HashSet::new()
        };
        for column in &mut table.columns {
            let is_rowid = columns == [column.name.as_str()]
                && !indexed_key
                && column.sql_type.eq_ignore_ascii_case("INTEGER");
            if is_rowid {
                column.identity = Some(Identity::AutoIncrement);
            }
            if is_rowid || required.contains(&column.name) {
                column.nullable = false;
            }
        }
        if !columns.is_empty() {
            table.primary_key = Some(KeyModel {
                name: text.primary_key,
                columns,
            });
        }
        // SQLite numbers foreign keys from the last one backwards.
        if text.foreign_keys.len() == table.foreign_keys.len() {
            let told = text.foreign_keys.into_iter().rev();
            for (key, (name, deferral)) in table.foreign_keys.iter_mut().zip(told) {
                key.name = name;
                key.deferral = deferral;
            }
        }
        table.foreign_keys.reverse();
        table.foreign_keys.sort_by(|a, b| a.name.cmp(&b.name));
        table.checks = text.checks;
        table.checks.sort_by(|a, b| a.name.cmp(&b.name));
        table
    }
}

/// The place in the key, from 1.
fn key_place(place: Text) -> Option<u32> {
    place?.parse().ok().filter(|place| *place > 0)
}

fn key_columns(mut key: Vec<(u32, String)>) -> Vec<String> {
    key.sort();
    key.into_iter().map(|(_, column)| column).collect()
}
