//! Where rows come from.

use std::fmt;

use futures_util::{StreamExt, TryStreamExt};
use sea_orm::{ColumnTrait, EntityTrait, Iterable, Value};

use crate::{
    dynamic::{DynamicFind, DynamicRepository, Form, ReadColumn},
    error::Result,
    repository::{BatchStream, Find, Repository, unknown_field},
};

/// The rows of a query and the columns that they have, of an entity or of a table without one.
pub struct ExportRows(Result<Source>);

/// Rows of one shape.
pub(super) struct Source {
    shape: Shape,
    /// The places of the columns that are wanted, where these are not all.
    chosen: Option<Vec<usize>>,
    read: Box<dyn FnOnce(Option<Vec<usize>>) -> BatchStream + Send>,
}

/// What rows look like.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) table: String,
    pub(super) columns: Vec<ReadColumn>,
}

impl ExportRows {
    /// What is known of the rows, with these columns only, and those as text.
    pub(super) fn choose(self, columns: Option<Vec<String>>, as_text: &[String]) -> Result<Source> {
        let mut source = self.0?;
        if let Some(columns) = columns {
            source = source.choose(&columns)?;
        }
        source.with_text(as_text)
    }
}

impl Source {
    /// The rows, a batch at a time.
    pub(super) fn batches(self) -> (Shape, BatchStream) {
        let Self {
            shape,
            read,
            chosen,
        } = self;
        (shape, read(chosen))
    }

    /// The same with the values of these columns as text.
    fn with_text(mut self, columns: &[String]) -> Result<Self> {
        for place in self.shape.places(columns)? {
            let column = &mut self.shape.columns[place];
            // JSON is text already.
            if column.form != Form::Json {
                column.form = Form::Text;
            }
            #[cfg(feature = "arrow")]
            {
                column.digits = None;
            }
        }
        Ok(self)
    }

    fn choose(mut self, chosen: &[String]) -> Result<Self> {
        let places = self.shape.places(chosen)?;
        let columns = places.iter().map(|place| &self.shape.columns[*place]);
        self.shape.columns = columns.cloned().collect();
        self.chosen = Some(places);
        Ok(self)
    }
}

impl Shape {
    fn places(&self, names: &[String]) -> Result<Vec<usize>> {
        let place = |name: &String| {
            let names = self.columns.iter().map(|column| column.name.as_str());
            let place = names.clone().position(|column| column == name);
            place.ok_or_else(|| unknown_field(&self.table, name, names))
        };
        names.iter().map(place).collect()
    }
}

/// An entity is read whole; these columns of its rows are kept.
fn kept(batches: BatchStream, places: Vec<usize>) -> BatchStream {
    let chosen = move |row: Vec<Value>| places.iter().map(|place| row[*place].clone()).collect();
    batches
        .map_ok(move |batch| batch.into_iter().map(&chosen).collect())
        .boxed()
}

impl<E: EntityTrait> From<Find<E>> for ExportRows
where
    E::Model: 'static,
{
    fn from(find: Find<E>) -> Self {
        let is_sqlite = find.is_on_sqlite();
        let shape = Shape {
            table: E::default().table_name().to_owned(),
            columns: E::Column::iter()
                .map(|column| read_column(column, is_sqlite))
                .collect(),
        };
        Self(Ok(Source {
            shape,
            chosen: None,
            read: Box::new(|places| match places {
                None => find.batches(),
                Some(places) => kept(find.batches(), places),
            }),
        }))
    }
}

impl From<DynamicFind> for ExportRows {
    fn from(find: DynamicFind) -> Self {
        Self(find.read_columns().map(|columns| Source {
            shape: Shape {
                table: find.table_name().to_owned(),
                columns,
            },
            chosen: None,
            read: Box::new(|places| match places {
                None => find.batches(),
                Some(places) => find.only(&places).batches(),
            }),
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
                .field("shape", &source.shape)
                .finish_non_exhaustive(),
            Err(error) => f.debug_tuple("ExportRows").field(error).finish(),
        }
    }
}
