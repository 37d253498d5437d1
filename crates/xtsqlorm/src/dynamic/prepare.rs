//! Rows on their way to the database, checked.

use sea_orm::{DbBackend, Value};
use serde_json::Value as Json;

use super::{
    Row,
    form::Column,
    table::Table,
    value::{integer, text},
};
use crate::{
    error::{Error, Result},
    reflect::{DataType, Identity, TableKind},
    repository::object,
};

/// Columns by place, and what is written to them.
pub(super) type Values = Vec<(usize, Value)>;

/// A row that nothing speaks against creating.
#[derive(Clone, Debug)]
pub(super) struct NewRow(pub(super) Values);

/// Changes that nothing speaks against.
#[derive(Clone, Debug)]
pub(super) struct Changes(pub(super) Values);

impl Table {
    /// Checks a row that is to be created.
    pub(super) fn new_row(&self, row: Row) -> Result<NewRow> {
        self.check_writable()?;
        let mut values = self.values(&row, |_| true)?;
        if self.backend.dialect() == DbBackend::MySql {
            // MySQL gives a number to a row whose number is 0, so that it is not found again by 0.
            values.retain(|(place, value)| {
                let numbered = self.columns[*place].model.identity.is_some();
                !(numbered && integer(value) == Some(0))
            });
        }
        let is_given = |place: usize| values.iter().any(|(given, _)| *given == place);
        for (place, column) in self.columns.iter().enumerate() {
            if self.is_required(column) && !is_given(place) {
                return Err(Error::invalid(
                    self.subject(column),
                    "the column must have a value, and has no default",
                    "give it one",
                ));
            }
        }
        Ok(NewRow(values))
    }

    /// Checks changes of any rows.
    pub(super) fn changes(&self, mut row: Row) -> Result<Changes> {
        self.check_writable()?;
        row.whole_if_unchanged(self.key_columns().map(Column::name));
        let values = self.values(&row, |name| row.is_whole() || row.is_set(name))?;
        Ok(Changes(values))
    }

    /// Checks changes of the row with this key, which they may name but not change.
    pub(super) fn changes_of(&self, key: &[Value], mut row: Row) -> Result<Changes> {
        for (column, value) in self.key_columns().zip(key) {
            let Some(named) = row.remove(column.name()) else {
                continue;
            };
            let named = column.comparable(named);
            if named.map_err(|refusal| refusal.of(self.subject(column)))? != *value {
                return Err(Error::invalid(
                    self.subject(column),
                    "an update cannot change the primary key",
                    "leave it out of the changes, or create a new row and delete the old one",
                ));
            }
        }
        self.changes(row)
    }

    /// Reads a JSON object by the types of the columns.
    pub(super) fn row_of_json(&self, fields: Json) -> Result<Row> {
        let fields = object(self.name(), fields)?;
        for field in fields.keys() {
            self.place(field)?;
        }
        let mut row = Row::new();
        for (field, value) in fields {
            let column = self.column(&field)?;
            let value = column.accept_json(value);
            row.set(
                field,
                value.map_err(|refusal| refusal.of(self.subject(column)))?,
            );
        }
        Ok(row)
    }

    /// Rows of some views cannot be written at all.
    pub(super) fn check_writable(&self) -> Result<()> {
        if self.model.kind == TableKind::MaterializedView {
            return Err(Error::invalid(
                self.name(),
                "a materialized view takes no rows",
                "write to the tables that it is made from, and refresh it",
            ));
        }
        Ok(())
    }

    /// The checked values of those columns of the row that are to be written.
    fn values(&self, row: &Row, wanted: impl Fn(&str) -> bool) -> Result<Values> {
        let mut values = Vec::with_capacity(row.len());
        for (name, value) in row.iter() {
            let place = self.place(name)?;
            let column = &self.columns[place];
            if let Some(problem) = computed(column) {
                if row.is_set(name) {
                    return Err(Error::invalid(
                        self.subject(column),
                        problem,
                        "leave it out",
                    ));
                }
            } else if wanted(name) {
                let as_read = !column.strict && !row.is_set(name);
                let accepted = match column.accept(value.clone()) {
                    // What SQLite was made to store, whatever its column says and in whichever
                    // spelling, it stores again.
                    Ok(_) if as_read && column.is_dated() && text(value).is_some() => value.clone(),
                    Err(_) if as_read => value.clone(),
                    accepted => accepted.map_err(|refusal| refusal.of(self.subject(column)))?,
                };
                values.push((place, accepted));
            }
        }
        Ok(values)
    }

    /// Whether the database refuses a row without this column. What the catalogue does not tell is
    /// left to the database: the default of a domain, and which columns of a view have one.
    fn is_required(&self, column: &Column) -> bool {
        let model = &column.model;
        let is_domain = matches!(model.data_type, DataType::Domain { .. });
        // MySQL takes the first member.
        let is_enum = self.backend.dialect() == DbBackend::MySql
            && matches!(model.data_type, DataType::Enum { .. });
        !(model.nullable
            || model.default.is_some()
            || model.generated.is_some()
            || model.identity.is_some()
            || is_domain
            || is_enum
            || self.model.kind.is_view())
    }
}

/// Why a column takes no value.
fn computed(column: &Column) -> Option<&'static str> {
    if column.model.generated.is_some() {
        return Some("the database computes this column");
    }
    (column.model.identity == Some(Identity::Always)).then_some("the database numbers this column")
}

impl NewRow {
    /// The values of the key's columns, as far as they are given.
    pub(super) fn key(&self, table: &Table) -> Vec<Option<Value>> {
        let value = |place: &usize| {
            let given = self.0.iter().find(|(given, _)| given == place);
            given.map(|(_, value)| value.clone())
        };
        table.key.iter().map(value).collect()
    }
}
