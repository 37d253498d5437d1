//! Statements that create rows, as few as the server's limits allow.

use sea_orm::{
    DbBackend, Statement, Value,
    sea_query::{Expr, OnConflict, Query, ReturningClause, SelectExpr, Values},
};

use super::{limits::Limits, row::BulkRow, table::BulkTable};
use crate::{connection::Backend, repository::append_returning};

/// One statement of several.
pub(crate) struct Part {
    pub(crate) statement: Statement,
    /// How many rows it writes.
    pub(crate) rows: usize,
    /// Whether its text is not worth remembering: most operations end with such a part.
    pub(crate) once: bool,
}

/// Writes INSERT statements for one table. The text is made once for rows of one form, which takes
/// a quarter of the time of an insert otherwise.
#[derive(Default)]
pub(crate) struct Inserts {
    /// Has statements return the keys of their rows.
    pub(crate) returning: bool,
    /// Keeps rows apart that differ in what they give, so that generated keys can be told.
    pub(crate) apart: bool,
    /// Of the last text: a row that it was made for, how many of them, and itself.
    pub(crate) last: Option<(BulkRow, usize, String)>,
}

impl Inserts {
    /// The statements that create the rows, in their order. `usual` is how many rows statements
    /// usually have.
    pub(crate) fn parts(
        &mut self,
        table: &BulkTable,
        limits: &Limits,
        mut rows: Vec<BulkRow>,
        usual: usize,
    ) -> Vec<Part> {
        let mut parts = Vec::new();
        while !rows.is_empty() {
            let alike = self.alike(table, &rows);
            let mixes = alike < rows.len() && !self.apart && table.dialect() != DbBackend::Sqlite;
            let columns = if mixes { columns_of(&rows) } else { Vec::new() };
            let fitting = match mixes {
                true => limits.fit(&rows, rows.len(), 0, |row| row.cells.len()),
                false => limits.fit(&rows[..alike], alike, 0, |row| row.cells.len()),
            };
            let rest = rows.split_off(fitting);
            let part = std::mem::replace(&mut rows, rest);
            let count = part.len();
            let (statement, once) = match mixes {
                true => (self.mixed(table, part, columns), true),
                false => (self.uniform(table, part), count != usual),
            };
            parts.push(Part {
                statement,
                rows: count,
                once,
            });
        }
        parts
    }

    /// How many rows, from the first on, are of one form. No statement of SQLite holds two rows of
    /// nothing but defaults.
    pub(super) fn alike(&self, table: &BulkTable, rows: &[BulkRow]) -> usize {
        let Some(first) = rows.first() else { return 0 };
        if first.cells.is_empty() && table.dialect() == DbBackend::Sqlite {
            return 1;
        }
        let alike = rows.iter();
        alike
            .take_while(|row| table.cells_are_alike(&first.cells, &row.cells))
            .count()
    }

    /// Rows that give the same columns in the same form.
    fn uniform(&mut self, table: &BulkTable, rows: Vec<BulkRow>) -> Statement {
        let known = self.last.as_ref().filter(|(like, count, _)| {
            *count == rows.len() && table.cells_are_alike(&like.cells, &rows[0].cells)
        });
        let sql = match known {
            Some((_, _, sql)) => sql.clone(),
            None => {
                let sql = self.text(table, &rows[0], rows.len());
                self.last = Some((rows[0].clone(), rows.len(), sql.clone()));
                sql
            }
        };
        let values: Vec<Value> = rows
            .into_iter()
            .flat_map(|row| row.cells)
            .map(|(_, value)| value)
            .collect();
        Statement {
            sql,
            values: (!values.is_empty()).then_some(Values(values)),
            db_backend: table.dialect(),
        }
    }

    /// The text that writes so many rows such as `like`.
    fn text(&self, table: &BulkTable, like: &BulkRow, rows: usize) -> String {
        let columns = like.cells.iter().map(|(place, _)| *place).collect();
        let row = like.cells.iter().cloned();
        let row: Vec<Expr> = row.map(|(place, value)| table.bind(place, value)).collect();
        self.statement(table, columns, std::iter::repeat_n(row, rows), None)
            .sql
    }

    /// Rows of several forms; what one of them does not give gets its default.
    fn mixed(&self, table: &BulkTable, rows: Vec<BulkRow>, columns: Vec<usize>) -> Statement {
        let written = rows.into_iter().map(|row| {
            let mut cells = row.cells.into_iter().peekable();
            let mut written = Vec::with_capacity(columns.len());
            for place in &columns {
                let cell = cells.next_if(|(given, _)| given == place);
                written.push(match cell {
                    Some((place, value)) => table.bind(place, value),
                    None => Expr::keyword_default(),
                });
            }
            written
        });
        let written: Vec<Vec<Expr>> = written.collect();
        self.statement(table, columns, written, None)
    }

    /// Rows of one form, and what is done to those that are there already.
    pub(crate) fn or_change(
        &self,
        table: &BulkTable,
        rows: Vec<BulkRow>,
        on_conflict: OnConflict,
    ) -> Statement {
        let columns = rows.first().map_or(&[][..], |row| &row.cells);
        let columns = columns.iter().map(|(place, _)| *place).collect();
        let rows = rows.into_iter().map(|row| {
            let cells = row.cells.into_iter();
            cells
                .map(|(place, value)| table.bind(place, value))
                .collect()
        });
        self.statement(table, columns, rows, Some(on_conflict))
    }

    fn statement(
        &self,
        table: &BulkTable,
        columns: Vec<usize>,
        rows: impl IntoIterator<Item = Vec<Expr>>,
        on_conflict: Option<OnConflict>,
    ) -> Statement {
        let mut insert = Query::insert();
        insert.into_table(table.reference.clone());
        if columns.is_empty() {
            let count = rows.into_iter().count();
            insert.or_default_values_many(u32::try_from(count).unwrap_or(u32::MAX));
        } else {
            insert.columns(columns.iter().map(|place| table.columns[*place].clone()));
            for row in rows {
                insert.values_panic(row);
            }
        }
        if let Some(on_conflict) = on_conflict {
            insert.on_conflict(on_conflict);
        }
        let key = || {
            let names = table.key.iter().map(|place| table.columns[*place].clone());
            names.map(Expr::col)
        };
        if self.returning && table.dialect() != DbBackend::MySql {
            insert.returning(ReturningClause::Exprs(key().collect()));
        }
        let mut statement = table.dialect().build(&insert);
        if self.returning && table.backend == Backend::MariaDb {
            append_returning(&mut statement, key().map(SelectExpr::from));
        }
        statement
    }
}

/// The columns that any of the rows gives, in their order.
fn columns_of(rows: &[BulkRow]) -> Vec<usize> {
    let cells = rows.iter().flat_map(|row| &row.cells);
    let mut columns: Vec<usize> = cells.map(|(place, _)| *place).collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}
