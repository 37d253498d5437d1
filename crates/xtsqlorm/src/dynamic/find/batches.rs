//! The rows of a table, a batch at a time.

use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt};
use sea_orm::{DbBackend, Value};

use super::{DynamicFind, Running};
use crate::{
    dynamic::{Form, Row, form::Column, table::Table},
    error::{Error, Result},
    repository::{BatchStream, Pages, arriving, is_only_filtered, paged, restrict},
    row::decode::decode_exported,
    session::SessionProvider,
};

/// A column of a query: its name, how its values are held, the digits of an exact number in all and
/// after the point where all values have them, and whether it may be NULL.
#[derive(Clone, Debug)]
pub(crate) struct ReadColumn {
    pub(crate) name: String,
    pub(crate) form: Form,
    #[cfg(feature = "arrow")]
    pub(crate) digits: Option<(u32, i32)>,
    #[cfg(feature = "arrow")]
    pub(crate) nullable: bool,
}

impl DynamicFind {
    /// The columns that are read, with what is wrong with the query.
    pub(crate) fn read_columns(&self) -> Result<Vec<ReadColumn>> {
        if let Some(error) = &self.refused {
            return Err(Error::clone(error));
        }
        let columns = &self.table.columns;
        let chosen: Vec<&Column> = match &self.places {
            None => columns.iter().collect(),
            Some(places) => places.iter().map(|place| &columns[*place]).collect(),
        };
        let read = |column: &Column| ReadColumn {
            name: column.name().to_owned(),
            form: column.form,
            #[cfg(feature = "arrow")]
            digits: match (column.model.precision(), column.model.scale()) {
                // SQLite holds no value to them.
                (Some(precision), scale) if !column.is_sqlite() => {
                    Some((precision, scale.unwrap_or(0)))
                }
                _ => None,
            },
            // Views do not tell.
            #[cfg(feature = "arrow")]
            nullable: column.model.nullable || self.table.model.kind.is_view(),
        };
        Ok(chosen.into_iter().map(read).collect())
    }

    /// Reads those of the columns that are read which stand at these places.
    pub(crate) fn only(mut self, places: &[usize]) -> Self {
        let place = |place: &usize| match &self.places {
            None => *place,
            Some(read) => read[*place],
        };
        self.places = Some(places.iter().map(place).collect());
        self
    }

    /// The table's name.
    pub(crate) fn table_name(&self) -> &str {
        self.table.name()
    }

    /// The values of the columns that are read, JSON as its text, a batch of rows at a time.
    pub(crate) fn batches(mut self) -> BatchStream {
        self.decode = decode_exported;
        let is_free = |find: &Self| {
            is_only_filtered(DbBackend::Sqlite, &find.table.rows(), &find.select)
                && has_plain_key(&find.table)
        };
        if self.table.backend.dialect() == DbBackend::Sqlite && is_free(&self) {
            // Behind the columns that were asked for, those of the key.
            let columns = match self.places.take() {
                None => (0..self.table.columns.len()).collect(),
                Some(places) => places.to_vec(),
            };
            let width = columns.len();
            let places: Vec<usize> = columns.into_iter().chain(self.table.key.clone()).collect();
            self.places = Some(Arc::from(places));
            let provider = self.provider.clone();
            return paged(provider, KeyedPages { find: self, width })
                .map_ok(move |mut page| {
                    page.iter_mut().for_each(|row| row.truncate(width));
                    page
                })
                .boxed();
        }
        arriving(self.stream().map_ok(Row::into_values).boxed())
    }
}

struct KeyedPages {
    find: DynamicFind,
    /// How many columns were asked for.
    width: usize,
}

impl Pages for KeyedPages {
    async fn page(
        &self,
        provider: &SessionProvider,
        after: Option<Vec<Value>>,
        rows: u64,
    ) -> Result<Vec<Vec<Value>>> {
        let mut find = self.find.clone();
        find.provider = provider.clone();
        let table = Arc::clone(&find.table);
        let key = table.key_columns().map(|column| table.qualified(column));
        restrict(find.select.limit(rows), key.collect(), after);
        let Running {
            provider,
            select,
            reader,
        } = find.run()?;
        let select = provider.manager().backend().dialect().build(&select);
        let values = |row| Ok(reader.read(&row).map(Row::into_values)?);
        Ok(provider.query_all_as(select, values).await?)
    }

    fn key(&self, row: &[Value]) -> Vec<Value> {
        row[self.width..].to_vec()
    }
}

/// Whether SQLite compares the key as it is read: not so a date, of which there are several texts.
/// A key of SQLite may be NULL, and then several rows have it.
fn has_plain_key(table: &Table) -> bool {
    let is_plain = |column: &Column| {
        let plain = matches!(column.form, Form::Integer { .. } | Form::Text | Form::Bytes);
        plain && !column.model.nullable
    };
    !table.key.is_empty() && table.key_columns().all(is_plain)
}
