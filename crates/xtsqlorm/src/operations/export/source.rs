//! Where rows come from.

use std::fmt;

use futures_util::{StreamExt, TryStreamExt};
use sea_orm::{ColumnTrait, EntityTrait, Iterable};

use crate::{
    dynamic::{DynamicFind, DynamicRepository, Form, ReadColumn},
    error::Result,
    repository::{BatchStream, Find, Repository, unknown_field},
};

/// The rows of a query and the columns that they have, of an entity or of a table without one.
pub struct ExportRows(Result<Source>);

/// Rows of one shape.
pub(super) struct Source {
    pub(super) table: String,
    pub(super) columns: Vec<ReadColumn>,
    pub(super) batches: BatchStream,
}

impl ExportRows {
    /// The rows with these columns only.
    pub(super) fn choose(self, columns: Option<Vec<String>>) -> Result<Source> {
        let source = self.0?;
        match columns {
            None => Ok(source),
            Some(columns) => source.choose(&columns),
        }
    }
}

impl Source {
    /// The same with the values of these columns as text.
    pub(super) fn with_text(mut self, columns: &[String]) -> Result<Self> {
        for name in columns {
            let names = self.columns.iter().map(|column| column.name.as_str());
            let place = names.clone().position(|column| column == name);
            let place = place.ok_or_else(|| unknown_field(&self.table, name, names))?;
            let column = &mut self.columns[place];
            column.form = Form::Text;
            #[cfg(feature = "arrow")]
            {
                column.digits = None;
            }
        }
        Ok(self)
    }

    fn choose(self, chosen: &[String]) -> Result<Self> {
        let place = |name: &String| {
            let names = self.columns.iter().map(|column| column.name.as_str());
            let place = names.clone().position(|column| column == name);
            place.ok_or_else(|| unknown_field(&self.table, name, names))
        };
        let places = chosen.iter().map(place).collect::<Result<Vec<usize>>>()?;
        Ok(Self {
            table: self.table,
            columns: places
                .iter()
                .map(|place| self.columns[*place].clone())
                .collect(),
            batches: self
                .batches
                .map_ok(move |batch| {
                    let chosen = |row: Vec<sea_orm::Value>| {
                        places.iter().map(|place| row[*place].clone()).collect()
                    };
                    batch.into_iter().map(chosen).collect()
                })
                .boxed(),
        })
    }
}

impl<E: EntityTrait> From<Find<E>> for ExportRows
where
    E::Model: 'static,
{
    fn from(find: Find<E>) -> Self {
        let is_sqlite = find.is_on_sqlite();
        Self(Ok(Source {
            table: E::default().table_name().to_owned(),
            columns: E::Column::iter()
                .map(|column| read_column(column, is_sqlite))
                .collect(),
            batches: find.batches(),
        }))
    }
}

impl From<DynamicFind> for ExportRows {
    fn from(find: DynamicFind) -> Self {
        Self(find.read_columns().map(|columns| Source {
            table: find.table_name().to_owned(),
            columns,
            batches: find.batches(),
        }))
    }
}

impl<E: EntityTrait> From<&Repository<E>> for ExportRows
where
    E::Model: 'static,
{
    fn from(repository: &Repository<E>) -> Self {
        repository.find().into()
    }
}

impl From<&DynamicRepository> for ExportRows {
    fn from(repository: &DynamicRepository) -> Self {
        repository.find().into()
    }
}

fn read_column<C: ColumnTrait>(
    column: C,
    #[cfg_attr(
        not(feature = "arrow"),
        expect(unused_variables, reason = "only Arrow holds values to their digits")
    )]
    is_sqlite: bool,
) -> ReadColumn {
    let definition = column.def();
    let column_type = definition.get_column_type();
    ReadColumn {
        name: column.as_str().to_owned(),
        form: Form::of(column_type).unwrap_or(Form::Text),
        #[cfg(feature = "arrow")]
        digits: match column_type {
            // SQLite holds no value to them.
            sea_orm::ColumnType::Decimal(Some((precision, scale))) if !is_sqlite => {
                i32::try_from(*scale).ok().map(|scale| (*precision, scale))
            }
            _ => None,
        },
        #[cfg(feature = "arrow")]
        nullable: definition.is_null(),
    }
}

impl fmt::Debug for ExportRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(source) => f
                .debug_struct("ExportRows")
                .field("table", &source.table)
                .field("columns", &source.columns)
                .finish_non_exhaustive(),
            Err(error) => f.debug_tuple("ExportRows").field(error).finish(),
        }
    }
}
