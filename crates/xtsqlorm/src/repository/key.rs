//! Primary keys, whatever they are made of.

mod order;

use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IdenStatic, Iterable,
    PrimaryKeyToColumn, PrimaryKeyTrait, sea_query::ValueTuple,
};

use super::json::json_of;
use crate::error::{Error, Result};

pub(super) use order::order;

/// The primary key of an entity: one value, or a tuple for a composite key.
pub type Key<E> = <<E as EntityTrait>::PrimaryKey as PrimaryKeyTrait>::ValueType;

/// The columns of the primary key, in order.
pub(super) fn columns<E: EntityTrait>() -> impl Iterator<Item = E::Column> {
    E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column)
}

/// Whether rows have a key. That of a read-only record is a column that no statement lists.
pub(super) fn is_stored<E: EntityTrait>() -> bool {
    columns::<E>().all(|key| E::Column::iter().any(|column| column.as_str() == key.as_str()))
}

/// Refuses an entity whose rows have no key, before a statement names a column that is not there.
pub(super) fn require<E: EntityTrait>() -> Result<()> {
    if is_stored::<E>() {
        return Ok(());
    }
    Err(Error::invalid(
        table::<E>(),
        "its rows have no key to find one by",
        "use `find`, `update_where` or `delete_where`",
    ))
}

/// The row that has this key.
pub(super) fn matches<E: EntityTrait>(key: ValueTuple) -> Condition {
    columns::<E>()
        .zip(key)
        .fold(Condition::all(), |condition, (column, value)| {
            condition.add(column.eq(value))
        })
}

/// Writes the key into changes that may name it already, but may not name another one.
pub(super) fn assign<E: EntityTrait>(changes: &mut E::ActiveModel, key: ValueTuple) -> Result<()> {
    for (column, value) in columns::<E>().zip(key) {
        if let Some(other) = changes.get(column).into_value()
            && other != value
        {
            return Err(Error::invalid(
                format!("{}.{}", table::<E>(), column.as_str()),
                "an update cannot change the primary key",
                "leave it out of the changes, or create a new row and delete the old one",
            ));
        }
        changes.set(column, value);
    }
    Ok(())
}

/// Whether `column` is a part of the key.
pub(super) fn contains<E: EntityTrait>(column: E::Column) -> bool {
    columns::<E>().any(|key| key.as_str() == column.as_str())
}

/// A model comes as a row in which nothing was changed; whoever hands one to a write means all of
/// it.
pub(crate) fn whole_if_unchanged<E: EntityTrait>(row: E::ActiveModel) -> E::ActiveModel {
    let values = || E::Column::iter().filter(|column| !contains::<E>(*column));
    if values().any(|column| row.get(column).is_set()) {
        return row;
    }
    row.reset_all()
}

/// The row that was asked for and is not there.
pub(super) fn not_found<E: EntityTrait>(key: &ValueTuple) -> Error {
    Error::NotFound {
        entity: table::<E>(),
        key: display(key),
    }
}

pub(super) fn table<E: EntityTrait>() -> String {
    E::default().table_name().to_owned()
}

/// `7`, or `(7, "a")` for a composite key.
pub(crate) fn display(key: &ValueTuple) -> String {
    let mut values: Vec<String> = key.iter().map(|value| json_of(value).to_string()).collect();
    match values.len() {
        1 => values.remove(0),
        _ => format!("({})", values.join(", ")),
    }
}
