//! Columns.

use super::{Assembly, Text};
use crate::{
    connection::Backend,
    reflect::{
        ColumnModel, DataType, GeneratedModel, Identity, TableKind, TableName,
        mysql::{
            defaults::{default, exact_literal, is_doubtful},
            expression::{expression, keeps_json, on_update},
            types::data_type,
        },
    },
};

impl Assembly<'_> {
    pub(in crate::reflect::mysql) fn column(&mut self, row: [Text; 10]) {
        let [
            Some(table),
            Some(name),
            Some(sql_type),
            nullable,
            shown_default,
            extra,
            generated,
            charset,
            collation,
            comment,
        ] = row
        else {
            return;
        };
        let key = self.key(&table);
        let Some(table) = self.tables.get_mut(&key) else {
            return;
        };
        let mut data_type = data_type(&sql_type, self.backend);
        let json = self.backend == Backend::MariaDb
            && sql_type.eq_ignore_ascii_case("longtext")
            && table
                .checks
                .iter()
                .any(|check| keeps_json(&check.expression, &name));
        if json {
            data_type = DataType::Json { binary: false };
        }
        let written_extra = extra.unwrap_or_default();
        let extra = written_extra.to_ascii_lowercase();
        let stored = extra.contains("stored generated") || extra.contains("persistent");
        let generated = generated
            .filter(|expression| !expression.is_empty())
            .map(|shown| GeneratedModel {
                expression: expression(&shown, self.backend),
                stored,
            });
        let mut column = ColumnModel::new(name, sql_type, data_type);
        column.nullable = nullable.as_deref() == Some("YES");
        column.default = default(shown_default, &extra, &column.data_type, self.backend);
        column.on_update = on_update(&written_extra);
        column.generated = generated;
        column.identity = extra
            .contains("auto_increment")
            .then_some(Identity::AutoIncrement);
        column.charset = charset;
        column.collation = collation;
        column.comment = comment.filter(|comment| !comment.is_empty());
        column.hidden = extra.contains("invisible");
        if table.kind == TableKind::Table && is_doubtful(&column, &extra, self.backend) {
            self.doubtful.push((key, table.columns.len()));
        }
        table.columns.push(column);
    }

    /// The columns whose default may not be as shown.
    pub(in crate::reflect::mysql) fn doubtful(&self) -> Vec<(&TableName, &ColumnModel)> {
        let columns = self.doubtful.iter().filter_map(|(key, place)| {
            let table = self.tables.get(key)?;
            Some((&table.name, table.columns.get(*place)?))
        });
        columns.collect()
    }

    /// Takes the number of a doubtful column, and its default in hexadecimal digits.
    pub(in crate::reflect::mysql) fn exact_default(&mut self, row: [Text; 2]) {
        let [Some(number), Some(hex)] = row else {
            return;
        };
        let place = number.parse().ok();
        let Some((key, place)) = place.and_then(|number: usize| self.doubtful.get(number)) else {
            return;
        };
        let table = self.tables.get_mut(key);
        if let Some(column) = table.and_then(|table| table.columns.get_mut(*place))
            && let Some(literal) = exact_literal(&hex, &column.data_type)
        {
            column.default = Some(literal);
        }
    }
}
