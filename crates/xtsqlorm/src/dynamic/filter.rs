//! Filters on a reflected table.

use sea_orm::{
    Condition, Value,
    sea_query::{Expr, ExprTrait},
};

use super::{Form, check::Refusal, form::Column, table::Table};
use crate::{
    error::Result,
    repository::{Compared, Filter, Held, Target, restricting},
};

impl Target for Table {
    fn compared(&self, name: &str) -> Result<Box<dyn Compared + '_>> {
        let column = self.column(name)?;
        Ok(Box::new(InTable {
            table: self,
            column,
        }))
    }
}

/// A column of a table that is read.
struct InTable<'a> {
    table: &'a Table,
    column: &'a Column,
}

impl Compared for InTable<'_> {
    fn subject(&self) -> String {
        self.table.subject(self.column)
    }

    fn held(&self) -> Held<'_> {
        self.column.held()
    }

    fn left(&self) -> Expr {
        self.table.qualified(self.column)
    }

    fn searched(&self) -> Result<Expr, Refusal> {
        if !matches!(self.column.form, Form::Text | Form::Any) {
            return Err(Refusal::no_text(self.column.type_name()));
        }
        Ok(match &self.column.select_as {
            Some(name) => self.left().cast_as(name.clone()),
            None => self.left(),
        })
    }

    fn bind(&self, value: Value) -> Result<Expr, Refusal> {
        let value = self.column.comparable(value)?;
        Ok(self.column.bind_to_compare(value))
    }
}

impl Table {
    /// The condition of a write, which must restrict something.
    pub(super) fn restricting(&self, filter: impl Into<Filter>) -> Result<Condition> {
        let filter = filter.into();
        if filter.is_empty() {
            return restricting(self.name(), Condition::all());
        }
        restricting(self.name(), filter.resolve(self)?)
    }
}
