//! Filters on the table of an entity.

use std::marker::PhantomData;

use sea_orm::{
    ColumnTrait, ColumnType, DbBackend, EntityTrait, IdenStatic, Iterable, Value,
    sea_query::{Expr, Func},
};

use super::{Compared, Target};
use crate::{
    connection::Backend,
    error::Result,
    repository::{Form, Held, Refusal, key, unknown_field, value},
};

/// The table of an entity, on one backend.
pub(crate) struct OfEntity<E> {
    backend: Backend,
    entity: PhantomData<fn() -> E>,
}

impl<E: EntityTrait> OfEntity<E> {
    pub(crate) fn new(backend: Backend) -> Self {
        Self {
            backend,
            entity: PhantomData,
        }
    }
}

impl<E: EntityTrait> Target for OfEntity<E> {
    fn compared(&self, name: &str) -> Result<Box<dyn Compared + '_>> {
        let column = column_of::<E>(name)?;
        Ok(Box::new(OfColumn {
            column_type: column.def().get_column_type().clone(),
            column,
            backend: self.backend,
            table: key::table::<E>(),
        }))
    }
}

/// The column that is called so in JSON or else in the database.
pub(crate) fn column_of<E: EntityTrait>(name: &str) -> Result<E::Column> {
    let in_json = E::Column::iter().find(|column| column.json_key() == name);
    let in_database = || E::Column::iter().find(|column| column.as_str() == name);
    in_json.or_else(in_database).ok_or_else(|| {
        let names = E::Column::iter().map(|column| column.json_key());
        unknown_field(&key::table::<E>(), name, names)
    })
}

struct OfColumn<C> {
    column: C,
    column_type: ColumnType,
    backend: Backend,
    table: String,
}

impl<C: ColumnTrait> Compared for OfColumn<C> {
    fn subject(&self) -> String {
        format!("{}.{}", self.table, self.column.as_str())
    }

    fn held(&self) -> Held<'_> {
        let form = Form::of(&self.column_type).unwrap_or(Form::Text);
        Held {
            form,
            dialect: self.backend.dialect(),
            type_name: form.type_name(),
        }
    }

    fn left(&self) -> Expr {
        Expr::col(self.column.as_column_ref())
    }

    fn searched(&self) -> Result<Expr, Refusal> {
        match Form::of(&self.column_type) {
            Some(Form::Text) => Ok(self.column.select_as(self.left())),
            form => Err(Refusal::no_text(
                form.map_or("a column of its own type", Form::type_name),
            )),
        }
    }

    fn bind(&self, given: Value) -> Result<Expr, Refusal> {
        if Form::of(&self.column_type).is_none() {
            return Err(Refusal::new(
                "values of this column's type cannot be compared by a filter",
                "use a condition of SeaORM, or ask whether it is NULL",
            ));
        }
        let held = self.held();
        let value = match held.convert(&given) {
            Ok(Some(value)) => value,
            Ok(None) => return Err(held.mismatch(&value::describe(&given))),
            Err(refusal) => held.widest(&given).ok_or(refusal)?,
        };
        held.check_date(&value)?;
        self.check_width(&value)?;
        self.check_member(&value)?;
        if held.form == Form::Json {
            return self.json(value);
        }
        Ok(match held.cast_of(&value) {
            Some(name) => Func::cast_as(Expr::value(value), name).into(),
            None => self.column.save_as(Expr::value(value)),
        })
    }
}

impl<C: ColumnTrait> OfColumn<C> {
    /// PostgreSQL and SQLite have no unsigned numbers.
    fn check_width(&self, value: &Value) -> Result<(), Refusal> {
        match value {
            Value::BigUnsigned(Some(number))
                if self.backend.dialect() != DbBackend::MySql
                    && i64::try_from(*number).is_err() =>
            {
                Err(self.held().out_of_range(0, i128::from(i64::MAX)))
            }
            _ => Ok(()),
        }
    }

    fn check_member(&self, value: &Value) -> Result<(), Refusal> {
        let (ColumnType::Enum { variants, .. }, Value::String(Some(text))) =
            (&self.column_type, value)
        else {
            return Ok(());
        };
        let members = || variants.iter().map(ToString::to_string);
        if members().any(|member| member == *text) {
            return Ok(());
        }
        Err(Refusal::new(
            format!("{} is no member of the enum", value::describe(value)),
            format!(
                "the members are {}",
                members().collect::<Vec<_>>().join(", ")
            ),
        ))
    }

    /// JSON, where the database knows which JSON is equal.
    fn json(&self, value: Value) -> Result<Expr, Refusal> {
        match (self.backend, &self.column_type) {
            // MySQL compares JSON with text as with a JSON string.
            (Backend::MySql, _) => Ok(Func::cast_as(Expr::value(value), "json").into()),
            (backend, ColumnType::JsonBinary) if backend.dialect() == DbBackend::Postgres => {
                Ok(Expr::value(value))
            }
            _ => Err(Refusal::new(
                "JSON of this column is compared letter by letter, as text",
                "compare a part of it by a condition of SeaORM, or ask whether it is NULL",
            )),
        }
    }
}
