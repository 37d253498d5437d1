//! In which order the rows of a table come.

use sea_orm::{
    ColumnTrait, DbBackend, EntityTrait, Iterable,
    sea_query::{ColumnType, Expr},
};

/// What puts the rows in one order: their key; where they have none, all columns that can be sorted
/// by, which makes the order of equal rows the only open one.
pub(in crate::repository) fn order<E: EntityTrait>(backend: DbBackend) -> Vec<Expr> {
    if super::is_stored::<E>() {
        return super::columns::<E>().map(expression).collect();
    }
    let columns = E::Column::iter();
    columns
        .filter_map(|column| sorted(column, backend))
        .collect()
}

fn expression(column: impl ColumnTrait) -> Expr {
    Expr::col(column.as_column_ref())
}

/// The column, or the text that it is read as where the server may not know which of two of its
/// values comes first.
fn sorted(column: impl ColumnTrait, backend: DbBackend) -> Option<Expr> {
    let stored = expression(column);
    if backend == DbBackend::Sqlite || can_be_sorted(column.def().get_column_type()) {
        return Some(stored);
    }
    let read = column.select_as(stored.clone());
    (read != stored).then_some(read)
}

fn can_be_sorted(column_type: &ColumnType) -> bool {
    match column_type {
        ColumnType::Array(of) => can_be_sorted(of),
        ColumnType::Json | ColumnType::Vector(_) | ColumnType::Custom(_) => false,
        _ => true,
    }
}
