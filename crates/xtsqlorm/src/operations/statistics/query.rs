//! The query, and what its rows say.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IdenStatic, ModelTrait, QueryResult,
    Value,
    prelude::Uuid,
    sea_query::{Alias, Asterisk, ColumnType, Expr, ExprTrait, Func, Order, SelectStatement},
};

use super::{FieldStats, Number, exact, fold};
use crate::{
    error::Result,
    repository::{Find, Form, rows_to_aggregate},
    row::decode::decode,
};

/// One entry for each group; without a group, one at most.
pub(super) async fn run<E: EntityTrait>(
    find: Find<E>,
    column: E::Column,
    group: Option<E::Column>,
) -> Result<Vec<(Value, FieldStats)>> {
    let (provider, rows) = find.into_rows();
    let (mut select, name) = rows_to_aggregate(&provider, rows);
    let dialect = provider.get_database_backend();
    let field = Field::of::<E>(column, name, dialect);
    let group = group.map(|group| Field::of::<E>(group, name, dialect));
    if let Some(group) = &group {
        let by = group.comparable();
        let told = group.told(by.clone());
        select.expr(told).add_group_by([by.clone()]);
        select.order_by_expr(by, Order::Asc);
    }
    if dialect == DbBackend::Sqlite && field.form == Some(Form::Decimal) {
        select
            .expr(field.expr.clone())
            .expr(Expr::col(Asterisk).count());
        select.add_group_by([field.expr.clone()]);
        let rows = provider.query_all(&select).await?;
        return fold::groups(&rows, group.as_ref());
    }
    field.select(&mut select);
    let rows = provider.query_all(&select).await?;
    rows.iter()
        .map(|row| {
            let at = usize::from(group.is_some());
            let group = group.as_ref().map(|group| group.read(row, 0)).transpose()?;
            Ok((group.unwrap_or(Value::String(None)), field.stats(row, at)?))
        })
        .collect()
}

/// A column of the query.
pub(super) struct Field {
    expr: Expr,
    /// How its values are held; `None` where they have no order.
    form: Option<Form>,
    is_json: bool,
    /// Whether PostgreSQL's order is not that of the texts that its values are read as.
    has_order: bool,
    /// As the model reads it.
    as_read: Box<dyn Fn(Expr) -> Expr + Send + Sync>,
    dialect: DbBackend,
}

impl Field {
    fn of<E: EntityTrait>(column: E::Column, rows: Option<&str>, dialect: DbBackend) -> Self {
        let name = Alias::new(column.as_str());
        let definition = column.def();
        Self {
            expr: match rows {
                Some(rows) => Expr::col((Alias::new(rows), name)),
                None => Expr::col(column.as_column_ref()),
            },
            form: Form::of_field(&E::Model::get_value_type(column)),
            is_json: matches!(definition.get_column_type(), ColumnType::Json),
            has_order: has_order(definition.get_column_type()),
            as_read: Box::new(move |value| column.select_as(value)),
            dialect,
        }
    }

    fn is_postgres(&self) -> bool {
        self.dialect == DbBackend::Postgres
    }

    /// The column in a form of which PostgreSQL knows the least and the greatest, and the driver
    /// the type: it has no order of truths, and the driver no enums.
    fn comparable(&self) -> Expr {
        let cast = |name: &str| Func::cast_as(self.expr.clone(), Alias::new(name)).into();
        match self.form {
            Some(Form::Text | Form::Uuid) if self.is_postgres() => cast("text"),
            Some(Form::Bool) if self.is_postgres() => cast("int"),
            None if self.is_postgres() && self.is_json => cast("text"),
            _ => self.expr.clone(),
        }
    }

    /// An aggregate or a group, as it is read.
    fn told(&self, value: Expr) -> Expr {
        match self.dialect {
            DbBackend::MySql => (self.as_read)(value),
            _ => value,
        }
    }

    /// The least and the greatest value.
    fn extremes(&self) -> [Expr; 2] {
        if self.is_postgres() && self.form == Some(Form::Text) && self.has_order {
            let text = |value: Expr| Func::cast_as(value, Alias::new("text")).into();
            return [self.expr.clone().min(), self.expr.clone().max()].map(text);
        }
        let compared = self.comparable();
        [compared.clone().min(), compared.max()].map(|value| self.told(value))
    }

    /// What [`stats`](Self::stats) reads.
    fn select(&self, select: &mut SelectStatement) {
        let column = || self.expr.clone();
        select
            .expr(Expr::col(Asterisk).count())
            .expr(column().count())
            .expr(self.comparable().count_distinct());
        if self.form.is_some() {
            select.exprs(self.extremes());
        }
        match self.form {
            Some(Form::Integer { .. }) if self.dialect == DbBackend::Sqlite => {
                const HALF: i64 = 1 << 32;
                select
                    .expr(column().div(HALF).sum())
                    .expr(column().modulo(HALF).sum());
            }
            Some(Form::Integer { .. } | Form::Decimal) if self.is_postgres() => {
                select.expr(Func::cast_as(column().sum(), Alias::new("numeric")));
            }
            Some(Form::Float) if self.is_postgres() => {
                let column = Func::cast_as(column(), Alias::new("double precision"));
                select.expr(Expr::from(column).sum());
            }
            Some(Form::Integer { .. } | Form::Decimal | Form::Float | Form::Double) => {
                select.expr(column().sum());
            }
            _ => {}
        }
    }

    fn stats(&self, row: &QueryResult, at: usize) -> Result<FieldStats> {
        let number = |index| -> Result<u64> {
            let count: i64 = row.try_get_by_index(at + index)?;
            Ok(u64::try_from(count).unwrap_or_default())
        };
        let (rows, count, distinct) = (number(0)?, number(1)?, number(2)?);
        let value = |index| -> Result<Option<Value>> {
            if self.form.is_none() || count == 0 {
                return Ok(None);
            }
            Ok(Some(self.read(row, at + index)?))
        };
        let sum = match self.form {
            _ if count == 0 => None,
            Some(Form::Integer { .. }) if self.dialect == DbBackend::Sqlite => {
                let halves = (row.try_get_by_index(at + 5)?, row.try_get_by_index(at + 6)?);
                Some(Number::Exact(exact::of_halves(halves.0, halves.1)?))
            }
            Some(Form::Integer { .. } | Form::Decimal) => {
                Some(Number::Exact(row.try_get_by_index(at + 5)?))
            }
            Some(Form::Float | Form::Double) => Some(Number::Float(row.try_get_by_index(at + 5)?)),
            _ => None,
        };
        Ok(FieldStats {
            rows,
            count,
            nulls: rows - count,
            distinct,
            min: value(3)?,
            max: value(4)?,
            sum,
            avg: exact::mean(sum, count),
        })
    }

    /// One of the column's values, as [`comparable`](Self::comparable) gives it.
    pub(super) fn read(&self, row: &QueryResult, index: usize) -> Result<Value> {
        let form = self.form.unwrap_or(Form::Any);
        if !self.is_postgres() {
            return Ok(decode(row, index, form)?);
        }
        Ok(match form {
            Form::Bool => {
                let number: Option<i32> = row.try_get_by_index(index)?;
                number.map(|number| number != 0).into()
            }
            Form::Uuid => {
                let text: Option<String> = row.try_get_by_index(index)?;
                let uuid = text.map(|text| text.parse::<Uuid>());
                match uuid.transpose() {
                    Ok(uuid) => uuid.into(),
                    Err(error) => return Err(sea_orm::DbErr::Type(error.to_string()).into()),
                }
            }
            Form::Any => decode(row, index, Form::Text)?,
            form => decode(row, index, form)?,
        })
    }
}

/// Whether values that are read as text are sorted as something else, and PostgreSQL knows the least
/// of them.
fn has_order(column_type: &ColumnType) -> bool {
    match column_type {
        ColumnType::Enum { .. } | ColumnType::Decimal(_) | ColumnType::Interval(..) => true,
        ColumnType::Custom(name) => {
            let name = name.to_string().to_ascii_lowercase();
            let known = ["numeric", "interval", "date", "time", "inet", "money"];
            let is_known = known.iter().any(|known| name.starts_with(known));
            is_known && !name.contains("range") && !name.ends_with(']')
        }
        _ => false,
    }
}
