//! The texts of statements that come again and again with other values.
//!
//! SeaORM builds each of them once for a form and a pool. For a read by its key that takes as many
//! instructions as all that sqlx does to send it.

use std::{
    any::TypeId,
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use sea_orm::{
    ActiveModelTrait, ActiveValue, DbBackend, EntityTrait, IdenStatic, Iterable, Statement, Value,
    sea_query::{Expr, Values},
};

use super::{Repository, conventions::Seen};

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Verb {
    /// Reads the row with a key.
    Read,
    /// Looks whether there is a row with a key.
    Look,
    /// Creates a row, which comes back where the server can.
    Create(Columns),
    /// Changes the row with a key, which comes back where the server can.
    Change {
        columns: Columns,
        /// What conventions set beside them.
        touched: Columns,
        /// The column that a version is counted in, and whether it has to be a certain one.
        version: Option<(&'static str, bool)>,
    },
    /// Deletes the row with a key for good.
    Delete,
}

/// Columns, a bit for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Columns([u64; 4]);

/// What the text of a statement depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Shape {
    verb: Verb,
    entity: TypeId,
    schema: Option<String>,
    table: &'static str,
    /// The column that tells deleted rows, and which of them are seen.
    seen: Option<(&'static str, Seen)>,
}

/// Texts of one pool.
#[derive(Debug, Default)]
struct Texts {
    known: RwLock<HashMap<Shape, Arc<str>>>,
}

/// So many texts are remembered. A service has a few for each entity.
const MOST: usize = 4_096;

impl<E: EntityTrait> Repository<E> {
    /// The statement of that verb with these values, as `build` makes it. Without a verb, it is built
    /// each time.
    pub(super) fn statement(
        &self,
        verb: impl Into<Option<Verb>>,
        values: Vec<Value>,
        build: impl FnOnce(DbBackend) -> Statement,
    ) -> Statement {
        let manager = self.provider.manager();
        let dialect = manager.backend().dialect();
        let Some(verb) = verb.into() else {
            return build(dialect);
        };
        let entity = E::default();
        let deleted = self.conventions().deleted;
        let shape = Shape {
            verb,
            entity: TypeId::of::<E>(),
            schema: entity.schema_name().map(str::to_owned),
            table: entity.table_name(),
            seen: deleted.map(|column| (column.as_str(), self.seen)),
        };
        let texts = manager.extension::<Texts>();
        if let Some(text) = texts.get(&shape) {
            return Statement::from_sql_and_values(dialect, &*text, values);
        }
        let built = build(dialect);
        // Where SeaORM makes something else of a value, it has to do so each time.
        if built.values.as_ref() == Some(&Values(values)) {
            texts.keep(shape, &built.sql);
        }
        built
    }
}

impl Texts {
    fn get(&self, shape: &Shape) -> Option<Arc<str>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(shape).cloned()
    }

    fn keep(&self, shape: Shape, text: &str) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST {
            known.insert(shape, text.into());
        }
    }
}

impl Columns {
    /// The columns that `is_one` says yes to; `None` of a table with too many.
    pub(super) fn of<E: EntityTrait>(is_one: impl Fn(E::Column) -> bool) -> Option<Self> {
        let mut bits = [0; 4];
        for (place, column) in E::Column::iter().enumerate() {
            if is_one(column) {
                *bits.get_mut(place / 64)? |= 1 << (place % 64);
            }
        }
        Some(Self(bits))
    }
}

/// The columns that a new row has values for, and the values.
pub(super) fn brought<A: ActiveModelTrait>(row: &A) -> (Option<Columns>, Vec<Value>) {
    let has_value = |column| !row.get(column).is_not_set();
    let columns = <A::Entity as EntityTrait>::Column::iter();
    let values = columns.filter_map(|column| row.get(column).into_value());
    (Columns::of::<A::Entity>(has_value), values.collect())
}

/// The columns that changes set, and what to.
pub(super) fn changed<A: ActiveModelTrait>(changes: &A) -> (Option<Columns>, Vec<Value>) {
    let columns = <A::Entity as EntityTrait>::Column::iter();
    let values = columns.filter_map(|column| match changes.get(column) {
        ActiveValue::Set(value) => Some(value),
        ActiveValue::Unchanged(_) | ActiveValue::NotSet => None,
    });
    let is_set = |column| changes.get(column).is_set();
    (Columns::of::<A::Entity>(is_set), values.collect())
}

/// The value in an expression of a convention: a time, or what a version grows by.
pub(super) fn value_in(expression: &Expr) -> Option<Value> {
    match expression {
        Expr::Value(value) => Some(value.clone()),
        Expr::Binary(_, _, right) => value_in(right),
        _ => None,
    }
}
