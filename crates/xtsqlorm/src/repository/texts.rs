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
    ActiveModelTrait, DbBackend, EntityTrait, IdenStatic, Iterable, Statement, Value,
    sea_query::Values,
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
    Create,
    /// Deletes the row with a key for good.
    Delete,
}

/// What the text of a statement depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Shape {
    verb: Verb,
    entity: TypeId,
    schema: Option<String>,
    table: &'static str,
    columns: Columns,
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

/// The columns that get a value, a bit for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Columns([u64; 4]);

impl<E: EntityTrait> Repository<E> {
    /// The statement of that verb with these values, as `build` makes it.
    pub(super) fn statement(
        &self,
        verb: Verb,
        columns: Columns,
        values: Vec<Value>,
        build: impl FnOnce(DbBackend) -> Statement,
    ) -> Statement {
        let manager = self.provider.manager();
        let entity = E::default();
        let deleted = self.conventions().deleted;
        let shape = Shape {
            verb,
            entity: TypeId::of::<E>(),
            schema: entity.schema_name().map(str::to_owned),
            table: entity.table_name(),
            columns,
            seen: deleted.map(|column| (column.as_str(), self.seen)),
        };
        let texts = manager.extension::<Texts>();
        let dialect = manager.backend().dialect();
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

/// What a new row brings: the columns, and their values. `None` of a table with too many columns.
pub(super) fn brought<A: ActiveModelTrait>(row: &A) -> Option<(Columns, Vec<Value>)> {
    let mut columns = Columns::default();
    let mut values = Vec::new();
    for (place, column) in <A::Entity as EntityTrait>::Column::iter().enumerate() {
        if let Some(value) = row.get(column).into_value() {
            *columns.0.get_mut(place / 64)? |= 1 << (place % 64);
            values.push(value);
        }
    }
    Some((columns, values))
}
