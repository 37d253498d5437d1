//! A table as bulk statements need it, whether an entity describes it or the catalogue.

use std::sync::Arc;

use sea_orm::{
    DbBackend, Value,
    sea_query::{Expr, ExprTrait, IntoColumnRef, TableRef},
};

use super::row::{BulkRow, Cells};
use crate::{connection::Backend, repository::Form};

/// How values get into columns. A column is known by its place.
pub(crate) trait Columns: Send + Sync {
    /// What a value is cast to beside what every value of the column goes through. Values with
    /// different casts do not share a column of a list.
    fn cast(&self, place: usize, value: &Value) -> Option<&str>;

    /// The expression that writes a value such as `like`.
    fn bind(&self, place: usize, like: &Value, value: Expr) -> Expr;

    /// The same for a comparison.
    fn bind_to_compare(&self, place: usize, like: &Value, value: Expr) -> Expr;

    /// What the column holds, where its text is what PostgreSQL reads for it.
    fn text_form(&self, place: usize) -> Option<Form>;
}

/// A table, and which of its rows an operation sees.
#[derive(Clone)]
pub(crate) struct BulkTable {
    pub(crate) backend: Backend,
    pub(crate) name: String,
    pub(crate) reference: TableRef,
    /// The names of all columns.
    pub(crate) columns: Vec<String>,
    /// The places of the key's columns.
    pub(crate) key: Vec<usize>,
    pub(crate) version: Option<usize>,
    /// Where the time of deletion stands.
    pub(crate) deleted: Option<usize>,
    /// Which rows there are, for a change or a deletion.
    pub(crate) seen: Option<Expr>,
    pub(crate) binding: Arc<dyn Columns>,
}

impl BulkTable {
    pub(super) fn dialect(&self) -> DbBackend {
        self.backend.dialect()
    }

    /// A column in a condition.
    pub(super) fn column(&self, place: usize) -> Expr {
        Expr::col((self.name.clone(), self.columns[place].clone()).into_column_ref())
    }

    /// A value in the place of a column.
    pub(super) fn bind(&self, place: usize, value: Value) -> Expr {
        let bound = Expr::val(value.clone());
        self.binding.bind(place, &value, bound)
    }

    /// A value that a column is compared with.
    pub(super) fn bind_to_compare(&self, place: usize, value: &Value) -> Expr {
        let bound = Expr::val(value.clone());
        self.binding.bind_to_compare(place, value, bound)
    }

    /// Whether the row has this key.
    pub(super) fn matches(&self, key: &[Value]) -> Expr {
        let equal = |(place, value): (&usize, &Value)| {
            self.column(*place).eq(self.bind_to_compare(*place, value))
        };
        let mut parts = self.key.iter().zip(key).map(equal);
        let first = parts.next().unwrap_or_else(|| Expr::val(false));
        parts.fold(first, ExprTrait::and)
    }

    /// Whether the row has one of these keys.
    pub(super) fn among<'a>(&self, keys: impl Iterator<Item = &'a [Value]>) -> Expr {
        if let [place] = self.key.as_slice() {
            let keys = keys.filter_map(|key| key.first());
            let keys = keys.map(|value| self.bind_to_compare(*place, value));
            return self.column(*place).is_in(keys);
        }
        // SQLite has no list of tuples, and finds a row by its key in either form.
        if self.dialect() == DbBackend::Sqlite {
            let any = keys.map(|key| self.matches(key)).reduce(ExprTrait::or);
            return any.unwrap_or_else(|| Expr::val(false));
        }
        let tuple = |key: &[Value]| {
            let parts = self.key.iter().zip(key);
            Expr::tuple(parts.map(|(place, value)| self.bind_to_compare(*place, value)))
        };
        let columns = self.key.iter().map(|place| self.column(*place));
        Expr::tuple(columns).is_in(keys.map(tuple))
    }

    /// Whether two rows can stand in one list: they give the same columns, in the same form.
    pub(super) fn are_alike(&self, one: &BulkRow, other: &BulkRow) -> bool {
        self.cells_are_alike(&one.cells, &other.cells)
            && one.changed == other.changed
            && one.version.is_some() == other.version.is_some()
            && one.key.is_empty() == other.key.is_empty()
    }

    pub(super) fn cells_are_alike(&self, one: &Cells, other: &Cells) -> bool {
        one.len() == other.len()
            && one.iter().zip(other).all(|((place, value), (same, like))| {
                place == same && self.binding.cast(*place, value) == self.binding.cast(*same, like)
            })
    }

    /// Rows that can stand in one list together, each group in the order of the input.
    pub(super) fn groups(&self, rows: Vec<BulkRow>) -> Vec<Vec<BulkRow>> {
        let mut groups: Vec<Vec<BulkRow>> = Vec::new();
        for row in rows {
            let mut known = groups.iter_mut();
            match known.find(|group| self.are_alike(&group[0], &row)) {
                Some(group) => group.push(row),
                None => groups.push(vec![row]),
            }
        }
        groups
    }
}
