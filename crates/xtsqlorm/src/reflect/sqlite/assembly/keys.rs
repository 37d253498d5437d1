//! Indexes and foreign keys.

use super::{Assembly, Text, key_columns, key_place};
use crate::reflect::{ForeignKeyModel, IndexModel, IndexPart, KeyAction, TableName};

impl Assembly<'_> {
    pub(in crate::reflect::sqlite) fn index_part(&mut self, row: [Text; 7]) {
        let [
            Some(table),
            Some(name),
            unique,
            origin,
            column,
            descending,
            collation,
        ] = row
        else {
            return;
        };
        let Some(building) = self.tables.get_mut(&table) else {
            return;
        };
        if origin.as_deref() == Some("pk") {
            building.indexed_key = true;
            return;
        }
        let text = self.indexes.get(&name);
        let indexes = &mut building.table.indexes;
        if indexes.last().is_none_or(|index| index.name != name) {
            let mut index = IndexModel::new(name, Vec::new());
            index.unique = unique.as_deref() == Some("1");
            index.condition = text.and_then(|text| text.condition.clone());
            index.method = Some("btree".to_owned());
            indexes.push(index);
        }
        let Some(index) = indexes.last_mut() else {
            return;
        };
        let mut part = match &column {
            Some(column) => IndexPart::column(column.as_str()),
            None => {
                let written = text.and_then(|text| text.parts.get(index.parts.len()));
                IndexPart::expression(written.cloned().unwrap_or_default())
            }
        };
        part.descending = descending.as_deref() == Some("1");
        let usual = column
            .and_then(|column| building.table.columns.iter().find(|c| c.name == column))
            .and_then(|column| column.collation.as_deref())
            .unwrap_or("BINARY");
        part.collation = collation.filter(|collation| !collation.eq_ignore_ascii_case(usual));
        index.parts.push(part);
    }

    pub(in crate::reflect::sqlite) fn parent_column(&mut self, row: [Text; 4]) {
        let [Some(written), Some(name), Some(column), place] = row else {
            return;
        };
        let parent = self.parents.entry(written.to_lowercase()).or_default();
        parent.name = name;
        // The same table may be named in several ways of writing.
        if parent.columns.contains(&column) {
            return;
        }
        if let Some(place) = key_place(place) {
            parent.key.push((place, column.clone()));
        }
        parent.columns.push(column);
    }

    pub(in crate::reflect::sqlite) fn foreign_key_column(&mut self, row: [Text; 7]) {
        let [
            Some(table),
            number,
            Some(written),
            Some(column),
            to,
            update,
            delete,
        ] = row
        else {
            return;
        };
        let Some(building) = self.tables.get_mut(&table) else {
            return;
        };
        let parent = self.parents.get(&written.to_lowercase());
        let keys = &mut building.table.foreign_keys;
        if keys.is_empty() || building.foreign_key != number {
            building.foreign_key = number;
            let name = parent.map_or(written, |parent| parent.name.clone());
            let referred = TableName::new(self.schema, name);
            let mut key = ForeignKeyModel::new(Vec::new(), referred, Vec::new());
            let action = |words: Text| {
                let known = words.and_then(|words| KeyAction::from_sql(&words));
                known.unwrap_or_default()
            };
            key.on_update = action(update);
            key.on_delete = action(delete);
            if let (None, Some(parent)) = (&to, parent) {
                key.referenced = key_columns(parent.key.clone());
            }
            keys.push(key);
        }
        let Some(key) = keys.last_mut() else { return };
        key.columns.push(column);
        if let Some(to) = to {
            let known = parent.and_then(|parent| {
                let mut columns = parent.columns.iter();
                columns.find(|column| column.eq_ignore_ascii_case(&to))
            });
            key.referenced.push(known.cloned().unwrap_or(to));
        }
    }
}
