//! Statements that change or find many rows, each by its key.

use sea_orm::{
    DbBackend, Statement, Value,
    sea_query::{
        CaseStatement, Condition, Expr, ExprTrait, IntoColumnRef, LockType, OptionEnum, Query,
        TableRef, UpdateStatement, ValueTuple, Values,
    },
};

use super::{
    row::{BulkRow, key_tuple},
    table::BulkTable,
};
use crate::repository::value::integer;

/// Columns by their place, and what every change sets them to beside its own.
pub(crate) type Settings = Vec<(usize, Expr)>;

/// How the values of a list are called: by its columns, counted from 1, on SQLite and PostgreSQL.
const LIST: &str = "new";

/// How many rows a statement changes. A CASE grows with the square of them; a list costs no less
/// beyond this number.
pub(super) fn changed_at_once(dialect: DbBackend) -> usize {
    match dialect {
        DbBackend::MySql => 100,
        _ => 250,
    }
}

/// Writes UPDATE statements for one table. The text is made once for as many rows of one form.
#[derive(Default)]
pub(super) struct Updates {
    last: Option<Text>,
}

/// The text of a statement, and what it was made for.
struct Text {
    like: BulkRow,
    rows: usize,
    settings: String,
    sql: String,
}

impl Updates {
    /// Sets the cells of rows of one form, and what `settings` say.
    pub(super) fn statement(
        &mut self,
        table: &BulkTable,
        rows: &[BulkRow],
        settings: &Settings,
    ) -> Statement {
        let (settings_sql, set) = table.settings(settings);
        let values = table.values_of_update(rows, set);
        let known = self.last.as_ref().filter(|last| {
            last.rows == rows.len()
                && last.settings == settings_sql
                && table.are_alike(&last.like, &rows[0])
        });
        if let Some(text) = known {
            return Statement {
                sql: text.sql.clone(),
                values: Some(Values(values)),
                db_backend: table.dialect(),
            };
        }
        let statement = table.update(rows, settings);
        // As they print: what is not a number is not equal to itself.
        debug_assert_eq!(
            format!("{:?}", statement.values),
            format!("{:?}", Some(Values(values))),
            "{}",
            statement.sql
        );
        self.last = Some(Text {
            like: rows[0].clone(),
            rows: rows.len(),
            settings: settings_sql,
            sql: statement.sql.clone(),
        });
        statement
    }
}

impl BulkTable {
    /// What else a statement sets, as a statement of its own: its text and its values.
    fn settings(&self, settings: &Settings) -> (String, Vec<Value>) {
        if settings.is_empty() {
            return Default::default();
        }
        let mut update = Query::update();
        update
            .table(self.reference.clone())
            .values(self.named(settings));
        let Statement { sql, values, .. } = self.dialect().build(&update);
        (sql, values.map_or_else(Vec::new, |values| values.0))
    }

    /// Settings by the names of their columns.
    fn named(&self, settings: &Settings) -> impl Iterator<Item = (String, Expr)> {
        let settings = settings.iter();
        settings.map(|(place, to)| (self.columns[*place].clone(), to.clone()))
    }

    /// The values of [`update`](Self::update) in the order of its text; `set` are those of what else
    /// is set.
    fn values_of_update(&self, rows: &[BulkRow], set: Vec<Value>) -> Vec<Value> {
        let bound = |value: &Value| bound(self.dialect(), value);
        if self.dialect() != DbBackend::MySql {
            let mut values = set;
            for row in rows {
                values.extend(row.key.iter().chain(&row.version).map(bound));
                values.extend(row.cells.iter().map(|(_, value)| bound(value)));
            }
            return values;
        }
        let mut values = Vec::new();
        let cells = rows.first().map_or(0, |row| row.cells.len());
        for cell in 0..cells {
            for row in rows {
                values.extend(row.key.iter().map(bound));
                values.push(bound(&row.cells[cell].1));
            }
        }
        values.extend(set);
        for row in rows {
            values.extend(row.key.iter().map(bound));
        }
        for row in rows.iter().filter(|row| row.version.is_some()) {
            values.extend(row.key.iter().chain(&row.version).map(bound));
        }
        values
    }

    /// Sets the cells of rows of one form, where they are there, are seen, and are in the version
    /// that the change was made for.
    fn update(&self, rows: &[BulkRow], settings: &Settings) -> Statement {
        let mut update = Query::update();
        update.table(self.reference.clone());
        match self.dialect() {
            DbBackend::MySql => self.set_by_case(&mut update, rows),
            _ => self.set_by_list(&mut update, rows),
        }
        update.values(self.named(settings));
        if let Some(seen) = &self.seen {
            update.and_where(seen.clone());
        }
        self.dialect().build(&update)
    }

    /// `SET a = CASE .. END`: the values keep the types that they would have in a statement of their
    /// own, which those of a derived table of MySQL do not. No other rows are changed, so that there is
    /// no ELSE, whose type would have to suit them.
    fn set_by_case(&self, update: &mut UpdateStatement, rows: &[BulkRow]) {
        let places = rows.first().map_or(&[][..], |row| &row.cells);
        for (cell, (place, _)) in places.iter().enumerate() {
            let cells = rows.iter().map(|row| {
                let (_, value) = row.cells[cell].clone();
                (row.key.as_slice(), self.bind(*place, value))
            });
            let cases = match self.has_whole_numbers_as_keys(rows) {
                true => self.case_of_key(cells),
                false => self.case_of_row(cells),
            };
            update.value(self.columns[*place].clone(), cases);
        }
        update.and_where(self.among(rows.iter().map(|row| row.key.as_slice())));
        if let Some(place) = self.version {
            let any = rows.iter().filter_map(|row| {
                let version = self.bind(place, row.version.clone()?);
                let in_version = self.column(place).eq(version);
                Some(self.matches(&row.key).and(in_version))
            });
            if let Some(any) = any.reduce(ExprTrait::or) {
                update.and_where(any);
            }
        }
    }

    /// `CASE WHEN key = ? THEN ? .. END`
    fn case_of_row<'a>(&self, cells: impl Iterator<Item = (&'a [Value], Expr)>) -> Expr {
        let cases = cells.fold(CaseStatement::new(), |cases, (key, value)| {
            cases.case(self.matches(key), value)
        });
        cases.into()
    }

    /// `CASE key WHEN ? THEN ? .. END`, which MySQL computes faster. It compares in a type that all
    /// keys have in common, which whole numbers have without a doubt.
    fn case_of_key<'a>(&self, cells: impl Iterator<Item = (&'a [Value], Expr)>) -> Expr {
        let mut text = "CASE ?".to_owned();
        let place = self.key[0];
        let mut parts = vec![self.column(place)];
        for (key, value) in cells {
            text.push_str(" WHEN ? THEN ?");
            parts.extend([self.bind_to_compare(place, &key[0]), value]);
        }
        text.push_str(" END");
        Expr::cust_with_exprs(text, parts)
    }

    fn has_whole_numbers_as_keys(&self, rows: &[BulkRow]) -> bool {
        let mut keys = rows.iter().map(|row| row.key.as_slice());
        keys.all(|key| matches!(key, [key] if integer(key).is_some()))
    }

    /// `SET a = new.column2 .. FROM (VALUES (..), (..)) AS new WHERE key = new.column1`
    fn set_by_list(&self, update: &mut UpdateStatement, rows: &[BulkRow]) {
        let Some(like) = rows.first() else { return };
        let mut number = 0;
        let mut listed = || {
            number += 1;
            Expr::col((LIST, format!("column{number}")).into_column_ref())
        };
        let mut condition = Condition::all();
        for (place, value) in self.key.iter().zip(&like.key) {
            let bound = self.binding.bind_to_compare(*place, value, listed());
            condition = condition.add(self.column(*place).eq(bound));
        }
        if let (Some(place), Some(version)) = (self.version, &like.version) {
            let bound = self.binding.bind_to_compare(place, version, listed());
            condition = condition.add(self.column(place).eq(bound));
        }
        for (place, value) in &like.cells {
            let bound = self.binding.bind(*place, value, listed());
            update.value(self.columns[*place].clone(), bound);
        }
        let values = rows.iter().map(|row| {
            let cells = row.cells.iter().map(|(_, value)| value);
            let all = row.key.iter().chain(&row.version).chain(cells);
            key_tuple(all.cloned().collect::<Vec<Value>>())
        });
        let values: Vec<ValueTuple> = values.collect();
        update.from(TableRef::ValuesList(values, LIST.into()));
        update.cond_where(condition);
    }

    /// Which of these keys the table has, and in which version: one row for each that it has, of the
    /// place of the key in the list, and the version. `locks` has nobody change them meanwhile, and
    /// MySQL look at the rows as they are, and not at its snapshot.
    pub(super) fn locate(&self, keys: &[&[Value]], locks: bool, only_seen: bool) -> Statement {
        let mut places = CaseStatement::new();
        for (place, key) in keys.iter().enumerate() {
            // Its text is a number of ours, which needs no parameter.
            places = places.case(self.matches(key), Expr::cust(place.to_string()));
        }
        let mut select = Query::select();
        select
            .expr_as(places, "place")
            .from(self.reference.clone())
            .and_where(self.among(keys.iter().copied()));
        if let Some(version) = self.version {
            select.expr_as(self.column(version), "version");
        }
        if let Some(seen) = self.seen.as_ref().filter(|_| only_seen) {
            select.and_where(seen.clone());
        }
        if locks && self.dialect() != DbBackend::Sqlite {
            select.lock(LockType::Update);
        }
        self.dialect().build(&select)
    }

    /// Deletes the rows with these keys: by `settings` that mark them as deleted, or for good.
    pub(super) fn delete(&self, keys: &[&[Value]], settings: Option<&Settings>) -> Statement {
        let among = self.among(keys.iter().copied());
        let Some(settings) = settings else {
            let mut delete = Query::delete();
            delete.from_table(self.reference.clone()).and_where(among);
            if let Some(seen) = &self.seen {
                delete.and_where(seen.clone());
            }
            return self.dialect().build(&delete);
        };
        let mut update = Query::update();
        update
            .table(self.reference.clone())
            .values(self.named(settings))
            .and_where(among);
        if let Some(seen) = &self.seen {
            update.and_where(seen.clone());
        }
        self.dialect().build(&update)
    }
}

/// The value as sea-query binds it: PostgreSQL gets an enum's as text, and casts it.
fn bound(dialect: DbBackend, value: &Value) -> Value {
    match value {
        Value::Enum(variant) if dialect == DbBackend::Postgres => Value::String(match variant {
            OptionEnum::Some(variant) => Some(variant.value.to_string()),
            OptionEnum::None(_) => None,
        }),
        other => other.clone(),
    }
}
