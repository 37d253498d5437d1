//! Indexes and keys.

use super::{Assembly, Text};
use crate::reflect::{
    ForeignKeyModel, IndexModel, IndexPart, KeyAction, KeyModel, TableName,
    mysql::expression::expression,
};

impl Assembly<'_> {
    pub(in crate::reflect::mysql) fn index_part(&mut self, row: [Text; 8]) {
        let [
            Some(table),
            Some(name),
            not_unique,
            column,
            order,
            prefix,
            method,
            shown,
        ] = row
        else {
            return;
        };
        let backend = self.backend;
        let Some(table) = self.table_mut(&table) else {
            return;
        };
        if name == "PRIMARY" {
            let primary = table.primary_key.get_or_insert_with(|| KeyModel {
                name: None,
                columns: Vec::new(),
            });
            primary.columns.extend(column);
            return;
        }
        let method = method.map(|method| method.to_ascii_lowercase());
        let mut part = match (column, shown) {
            (Some(column), _) => IndexPart::column(column),
            (None, Some(shown)) => IndexPart::expression(expression(&shown, backend)),
            (None, None) => return,
        };
        part.descending = order.as_deref() == Some("D");
        // A spatial index has the size of a box there.
        part.prefix = prefix
            .filter(|_| method.as_deref() != Some("spatial"))
            .and_then(|prefix| prefix.parse().ok());
        match table.indexes.last_mut().filter(|index| index.name == name) {
            Some(index) => index.parts.push(part),
            None => {
                let mut index = IndexModel::new(name, vec![part]);
                index.unique = not_unique.as_deref() == Some("0");
                index.method = method;
                table.indexes.push(index);
            }
        }
    }

    pub(in crate::reflect::mysql) fn key_rule(&mut self, row: [Text; 4]) {
        if let [Some(table), Some(name), Some(update), Some(delete)] = row {
            let actions =
                [update, delete].map(|rule| KeyAction::from_sql(&rule).unwrap_or_default());
            self.rules.insert((self.key(&table), name), actions);
        }
    }

    pub(in crate::reflect::mysql) fn key_column(&mut self, row: [Text; 6]) {
        let [
            Some(table),
            Some(name),
            Some(column),
            Some(other_schema),
            Some(other_table),
            Some(other_column),
        ] = row
        else {
            return;
        };
        let key = self.key(&table);
        let Some(table) = self.tables.get_mut(&key) else {
            return;
        };
        let known = table.foreign_keys.last_mut();
        match known.filter(|known| known.name.as_ref() == Some(&name)) {
            Some(known) => {
                known.columns.push(column);
                known.referenced.push(other_column);
            }
            None => {
                let referred = TableName::new(other_schema, other_table);
                let mut foreign = ForeignKeyModel::new(vec![column], referred, vec![other_column]);
                if let Some([update, delete]) = self.rules.get(&(key, name.clone())) {
                    foreign.on_update = *update;
                    foreign.on_delete = *delete;
                }
                foreign.name = Some(name);
                table.foreign_keys.push(foreign);
            }
        }
    }
}
