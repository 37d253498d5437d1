//! A column of the order: how it is sorted by, read without loss, and compared.

use std::fmt;

use sea_orm::{
    ColumnTrait, DbErr, QueryResult, Value,
    sea_query::{Alias, ColumnType, Expr, ExprTrait},
};

use super::{
    super::sort::Sort,
    reading::{Reading, is_member, stored},
};
use crate::{
    connection::Backend,
    error::{Error, Result},
};

/// One of the columns that make the order.
pub(super) struct Term {
    /// `table.column`, for messages.
    pub(super) name: String,
    /// What is sorted by.
    pub(super) column: Expr,
    /// What is compared with the values of a position.
    pub(super) compared: Expr,
    pub(super) descending: bool,
    /// Whether NULLs come first; `None` for a column that has none.
    pub(super) nulls_first: Option<bool>,
    /// The column's own name.
    field: String,
    reading: Reading,
    bind: Box<dyn Fn(&Value) -> Expr + Send + Sync>,
}

impl Term {
    /// The term of an entity's column.
    pub(super) fn new<C: ColumnTrait>(sort: &Sort<C>, backend: Backend) -> Result<Self> {
        let column = sort.column;
        let definition = column.def();
        let column_type = definition.get_column_type();
        let name = format!("{}.{}", column.entity_name(), column.as_str());
        let Some(reading) = Reading::of(column_type, backend) else {
            return Err(Error::invalid(
                name,
                "the databases do not agree on an order of such values",
                "sort by another column",
            ));
        };
        let expression = Expr::col(column.as_column_ref());
        Ok(Self {
            name,
            compared: match reading {
                Reading::Member => expression.clone().add(Expr::cust("0")),
                _ => expression.clone(),
            },
            column: expression,
            descending: sort.descending,
            nulls_first: definition.is_null().then_some(sort.nulls_first),
            field: column.as_str().to_owned(),
            reading,
            bind: match (reading, column_type) {
                (Reading::Digits, _) => Box::new(decimal),
                (Reading::Text, ColumnType::Decimal(_)) => cast("numeric"),
                (Reading::Text, ColumnType::Char(_)) => cast("bpchar"),
                (Reading::Text | Reading::Model, _) => {
                    Box::new(move |value| column.save_as(Expr::value(value.clone())))
                }
                _ => Box::new(|value| Expr::value(value.clone())),
            },
        })
    }

    /// What a position in the order depends on.
    pub(super) fn shape(&self) -> String {
        format!(
            "{} {} {:?} {:?}",
            self.name, self.descending, self.nulls_first, self.reading
        )
    }

    /// What has to be selected for [`read`](Self::read).
    pub(super) fn selected(&self) -> Option<Expr> {
        let column = self.column.clone();
        match self.reading {
            Reading::Model => None,
            Reading::Stored | Reading::Double => Some(column),
            Reading::Text => Some(column.cast_as(Alias::new("text"))),
            Reading::Digits => Some(column.cast_as(Alias::new("char"))),
            Reading::Member => Some(column.cast_as(Alias::new("unsigned"))),
            Reading::Truth => Some(column.cast_as(Alias::new("signed"))),
        }
    }

    /// A value in a comparison.
    pub(super) fn bound(&self, value: &Value) -> Expr {
        (self.bind)(value)
    }

    /// The sort value of a row, in which what was [selected](Self::selected) has this name; the
    /// model's value is `of_model`.
    pub(super) fn read(
        &self,
        row: &QueryResult,
        name: &str,
        of_model: impl FnOnce() -> Value,
    ) -> Result<Option<Value>> {
        let value = match self.reading {
            Reading::Model => {
                if is_member(row, &self.field) {
                    return Err(self.undeclared_enum());
                }
                Some(of_model()).filter(|value| *value != value.as_null())
            }
            Reading::Stored => stored(row, name)?,
            Reading::Digits | Reading::Text => get::<String>(row, name)?,
            Reading::Double => get::<f64>(row, name)?,
            Reading::Member => get::<u64>(row, name)?,
            Reading::Truth => get::<i64>(row, name)?,
        };
        if value.is_none() && self.nulls_first.is_none() {
            return Err(Error::invalid(
                &self.name,
                "the column holds a NULL, which the entity says it cannot",
                "make the entity's field an `Option`",
            ));
        }
        Ok(value)
    }

    fn undeclared_enum(&self) -> Error {
        Error::invalid(
            &self.name,
            "the server sorts this ENUM or SET by number, and compares it as text",
            "declare an ENUM with `db_type = \"Enum\"`, or sort by another column",
        )
    }
}

impl fmt::Debug for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Term").field(&self.shape()).finish()
    }
}

fn get<T>(row: &QueryResult, name: &str) -> Result<Option<Value>, DbErr>
where
    T: sea_orm::TryGetable + Into<Value>,
{
    let value: Option<T> = row.try_get("", name)?;
    Ok(value.map(Into::into))
}

fn cast(to: &'static str) -> Box<dyn Fn(&Value) -> Expr + Send + Sync> {
    Box::new(move |value| Expr::value(value.clone()).cast_as(Alias::new(to)))
}

/// A number with all its digits. MySQL compares a decimal with text as two doubles.
fn decimal(value: &Value) -> Expr {
    let bound = Expr::value(value.clone());
    let Value::String(Some(digits)) = value else {
        return bound;
    };
    let count = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let behind_point = digits
        .split_once('.')
        .map_or(0, |(_, behind)| count(behind));
    let all = count(digits).max(1);
    bound.cast_as(Alias::new(format!("decimal({all}, {behind_point})")))
}
