//! A table as statements and rows need it.

use std::sync::Arc;

use sea_orm::{
    DbBackend, QueryResult, Value,
    sea_query::{
        Expr, ExprTrait, Func, IntoTableRef, Query, SelectExpr, SelectStatement, TableRef,
    },
};

use super::{Form, Row, form::Column};
use crate::{
    connection::Backend,
    error::{Error, Result},
    reflect::{DataType, TableKind, TableModel},
    repository::unknown_field,
    row::decode::{Decode, decode},
};

/// A reflected table, with everything worked out that does not change from statement to statement.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) model: Arc<TableModel>,
    pub(super) backend: Backend,
    pub(super) columns: Vec<Column>,
    /// The columns' names, shared by all rows that hold every column.
    pub(super) names: Arc<Vec<String>>,
    /// The places of the primary key's columns.
    pub(super) key: Vec<usize>,
}

impl Table {
    pub(super) fn new(model: Arc<TableModel>, backend: Backend) -> Self {
        // A virtual table of SQLite has hidden columns that are its commands.
        let is_virtual = model.kind == TableKind::VirtualTable;
        let columns: Vec<Column> = model
            .columns
            .iter()
            .filter(|column| !(is_virtual && column.hidden))
            .map(|column| Column::new(column.clone(), model.strict, backend))
            .collect();
        let place = |name: &String| columns.iter().position(|column| column.name() == name);
        let key = model.key_columns().iter().map(place);
        let key = key.collect::<Option<Vec<usize>>>().unwrap_or_default();
        Self {
            names: Arc::new(
                columns
                    .iter()
                    .map(|column| column.name().to_owned())
                    .collect(),
            ),
            model,
            backend,
            columns,
            key,
        }
    }

    /// The table's name, without its schema.
    pub(super) fn name(&self) -> &str {
        &self.model.name.table
    }

    /// `table.column`, for messages.
    pub(super) fn subject(&self, column: &Column) -> String {
        format!("{}.{}", self.name(), column.name())
    }

    /// The table in a statement.
    pub(super) fn reference(&self) -> TableRef {
        let name = &self.model.name;
        match name.schema.as_str() {
            "" => name.table.clone().into_table_ref(),
            schema => (schema.to_owned(), name.table.clone()).into_table_ref(),
        }
    }

    /// The place of a column.
    pub(super) fn place(&self, name: &str) -> Result<usize> {
        self.columns
            .iter()
            .position(|column| column.name() == name)
            .ok_or_else(|| {
                let names = self.columns.iter().map(Column::name);
                unknown_field(self.name(), name, names)
            })
    }

    /// A column by its name.
    pub(super) fn column(&self, name: &str) -> Result<&Column> {
        Ok(&self.columns[self.place(name)?])
    }

    /// The columns of the primary key.
    pub(super) fn key_columns(&self) -> impl Iterator<Item = &Column> + Clone {
        self.key.iter().map(|place| &self.columns[*place])
    }

    /// The columns of the primary key, of which there must be one.
    pub(super) fn require_key(&self) -> Result<()> {
        if self.key.is_empty() {
            return Err(Error::invalid(
                self.name(),
                format!(
                    "the {} has no primary key to find a row by",
                    self.model.kind
                ),
                "use `find`, `update_where` or `delete_where`, or give the model its `primary_key`",
            ));
        }
        Ok(())
    }

    /// A column in a SELECT, or in its conditions.
    pub(super) fn qualified(&self, column: &Column) -> Expr {
        Expr::col((self.name().to_owned(), column.name().to_owned()))
    }

    /// The rows of the table, without saying which columns of them.
    pub(super) fn rows(&self) -> SelectStatement {
        let mut select = Query::select();
        select.from(self.reference());
        select
    }

    /// Makes `select` return these columns and nothing else.
    pub(super) fn select_into(&self, select: &mut SelectStatement, places: Option<&[usize]>) {
        let select_one = |column: &Column| SelectExpr {
            // A cast has no name of its own.
            alias: column
                .select_as
                .as_ref()
                .map(|_| column.name().to_owned().into()),
            ..read_as(column, self.qualified(column)).into()
        };
        select.clear_selects();
        match places {
            None => select.exprs(self.columns.iter().map(select_one)),
            Some(places) => {
                select.exprs(places.iter().map(|place| select_one(&self.columns[*place])))
            }
        };
    }

    /// All columns as a write returns them.
    pub(super) fn returning(&self) -> Vec<Expr> {
        let returned = |column: &Column| read_as(column, Expr::col(column.name().to_owned()));
        self.columns.iter().map(returned).collect()
    }

    /// Reads a row that holds these columns.
    pub(super) fn decode(
        &self,
        row: &QueryResult,
        names: &Arc<Vec<String>>,
        places: Option<&[usize]>,
        decode: Decode,
    ) -> Result<Row> {
        let mut values = Vec::with_capacity(names.len());
        for index in 0..names.len() {
            let column = &self.columns[places.map_or(index, |places| places[index])];
            let value = decode(row, index, column.form).map_err(|source| Error::Decode {
                column: self.subject(column),
                sql_type: column.type_name().to_owned(),
                source,
            })?;
            values.push(value);
        }
        Ok(Row::read(names, values))
    }

    /// Reads a row that holds all columns.
    pub(super) fn decode_all(&self, row: &QueryResult) -> Result<Row> {
        self.decode(row, &self.names, None, decode)
    }
}

/// What of a column is read.
fn read_as(column: &Column, expression: Expr) -> Expr {
    match &column.select_as {
        Some(name) => expression.cast_as(name.clone()),
        None => expression,
    }
}

impl Column {
    /// A checked value in a condition.
    pub(super) fn bind_to_compare(&self, value: Value) -> Expr {
        if self.compares_as_json() {
            return Func::cast_as(Expr::value(value), "json").into();
        }
        match self.cast_to_compare(&value) {
            Some(name) => Func::cast_as(Expr::value(value), name.to_owned()).into(),
            None => Expr::value(value),
        }
    }

    /// What a value must be cast to that is compared: an array of a domain of PostgreSQL's equals none
    /// of the domain's type, in which values are written.
    pub(super) fn cast_to_compare(&self, value: &Value) -> Option<&str> {
        match self.model.data_type.base() {
            DataType::Array { of } if matches!(**of, DataType::Domain { .. }) => {
                let cast = self.save_as.as_ref();
                cast.map(|_| self.model.sql_type.as_str())
            }
            _ => self.cast(value),
        }
    }

    /// MySQL compares JSON with text as with a JSON string.
    pub(super) fn compares_as_json(&self) -> bool {
        self.form == Form::Json && self.dialect == DbBackend::MySql
    }

    /// A checked value in a statement.
    pub(super) fn bind(&self, value: Value) -> Expr {
        match self.cast(&value) {
            Some(name) => Func::cast_as(Expr::value(value), name.to_owned()).into(),
            None => Expr::value(value),
        }
    }

    /// What a value must be cast to. Each variant of values that a place in a statement may hold
    /// makes another text, since the driver keeps the types of parameters with the text.
    pub(super) fn cast(&self, value: &Value) -> Option<&str> {
        match (self.form, value) {
            (Form::Text | Form::Any, _) => self.save_as.as_deref(),
            // It is bound as its text.
            (Form::Json, _) => self.save_text_as.as_deref(),
            // Text that stands in for what the form cannot hold, such as 'infinity' in a date.
            (_, Value::String(_)) => self.save_text_as.as_deref(),
            _ => {
                let wide = self.held().cast_of(value);
                wide.or(self.save_as.as_deref())
            }
        }
    }
}
