//! What was read through a mapping is written back unchanged, byte for byte on the server.

mod decode;
mod exceptions;
mod mysql;
mod postgres;
mod sqlite;

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use anyhow::{Context, ensure};
use sea_orm::{
    ConnectionTrait, ExprTrait,
    sea_query::{Alias, Expr, Query, SimpleExpr, Value},
};
use xtsqlorm::{
    connection::ConnectionManager,
    reflect::{ColumnModel, Mapping, MappingOptions, map_column, reflect_table},
};

use self::decode::decode;
use crate::support::{Kind, Raw, Result, TestDatabase};

/// A type of column, and values for it in SQL.
struct Case {
    sql_type: String,
    values: Vec<String>,
    /// Whether the column takes NULL.
    null: bool,
    /// Whether values of the type can be compared.
    equality: bool,
    /// Whether blanks may differ.
    as_json: bool,
}

impl Case {
    fn new(sql_type: &str, values: &[&str]) -> Self {
        Self {
            sql_type: sql_type.to_owned(),
            values: values.iter().map(|&value| value.to_owned()).collect(),
            null: true,
            equality: true,
            as_json: false,
        }
    }

    /// Reads `type :: value | value`; after `!` of a type that cannot be compared, after `~` of JSON
    /// that is kept as text.
    fn parse(line: &str) -> Self {
        let (sql_type, values) = line.split_once(" :: ").expect("a type and its values");
        let name = sql_type.trim_start_matches(['!', '~']);
        Self {
            equality: name == sql_type,
            as_json: sql_type.starts_with('~'),
            ..Self::new(name, &values.split(" | ").collect::<Vec<_>>())
        }
    }
}

/// What is done about one case.
struct Trip<'a> {
    db: &'a TestDatabase,
    manager: &'a ConnectionManager,
    raw: &'a mut Raw,
    case: &'a Case,
    /// The tables from which and to which the values go.
    from: String,
    to: String,
    mapping: Mapping,
}

/// Fails with every value of the lines that does not come through, NULL too.
async fn assert_round_trips(db: &TestDatabase, lines: &str) -> Result {
    let mut lost = Vec::new();
    let lines = lines.lines().filter(|line| !line.is_empty());
    let cases: Vec<Case> = lines.map(Case::parse).collect();
    for case in &cases {
        let manager = db.manager();
        let usual = |column: &ColumnModel| {
            map_column(column, manager.backend(), &MappingOptions::default())
        };
        let outcome = lost_in(db, &manager, case, usual).await;
        lost.extend(outcome.with_context(|| case.sql_type.clone())?);
    }
    ensure!(cases.len() > 20, "the lines are read");
    ensure!(
        lost.is_empty(),
        "{} values:\n{}",
        lost.len(),
        lost.join("\n")
    );
    Ok(())
}

/// What becomes of the case's values, where it is not what it should be.
async fn lost_in(
    db: &TestDatabase,
    manager: &ConnectionManager,
    case: &Case,
    map: impl FnOnce(&ColumnModel) -> Mapping,
) -> Result<Vec<String>> {
    let mut raw = db.raw().await?;
    if db.kind().speaks_mysql() {
        // Zero dates, and enums of no valid value, which old tables hold.
        raw.run("SET sql_mode = ''").await?;
    }
    // Names of their own: the server remembers statements, and for these types.
    static TRIPS: AtomicU32 = AtomicU32::new(0);
    let number = TRIPS.fetch_add(1, Relaxed);
    let (from, to) = (format!("from_{number}"), format!("to_{number}"));
    for table in [&from, &to] {
        let columns = format!("id INTEGER PRIMARY KEY, v {}", case.sql_type);
        raw.run(format!("CREATE TABLE {table} ({columns})")).await?;
    }
    let table = reflect_table(&from, manager).await?;
    let column = table.column("v").context("the column is reflected")?;
    let mut trip = Trip {
        db,
        manager,
        raw: &mut raw,
        case,
        from,
        to,
        mapping: map(column),
    };
    let mut lost = Vec::new();
    let null = case.null.then(|| "NULL".to_owned());
    for (id, value) in (0..).zip(case.values.iter().chain(&null)) {
        let insert = format!("INSERT INTO {} VALUES ({id}, {value})", trip.from);
        trip.raw.run(insert).await.with_context(|| value.clone())?;
        if let Err(error) = trip.value(id, value != "NULL").await {
            lost.push(format!("{}: {value} {error:#}", case.sql_type));
        }
    }
    Ok(lost)
}

impl Trip<'_> {
    /// Reads a value, writes it to the other table, looks for it.
    async fn value(&mut self, id: i32, not_null: bool) -> Result {
        let manager = self.manager;
        let column = || Expr::col(Alias::new("v"));
        let mut select = Query::select();
        let read = match &self.mapping.select_as {
            Some(name) => column().cast_as(Alias::new(name)),
            None => column(),
        };
        select
            .expr(read)
            .from(Alias::new(&self.from))
            .and_where(Expr::col(Alias::new("id")).eq(id));
        let row = manager
            .db()
            .query_one(&select)
            .await
            .context("is not read")?;
        let row = row.context("is there")?;
        let value = decode(&row, &self.mapping.kind).context("does not decode")?;

        let mut insert = Query::insert();
        insert
            .into_table(Alias::new(&self.to))
            .columns([Alias::new("id"), Alias::new("v")])
            .values([Expr::val(id), self.written(value.clone())])?;
        let read = format!("read as {value:?}");
        let taken = manager.db().execute(&insert).await;
        taken.with_context(|| format!("{read}, is not taken back"))?;
        let same = format!(
            "SELECT count(*) FROM {} s JOIN {} d ON s.id = d.id WHERE s.id = {id} AND {}",
            self.from,
            self.to,
            same(self.db.kind(), self.case.as_json)
        );
        ensure!(
            self.raw.number(same).await? == 1,
            "{read}, is written as another"
        );

        if self.case.equality && not_null {
            let mut find = Query::select();
            find.expr(Expr::col(Alias::new("id")))
                .from(Alias::new(&self.from))
                .and_where(column().eq(self.written(value)));
            let rows = manager.db().query_all(&find).await;
            let rows = rows.with_context(|| format!("{read}, makes no condition"))?;
            let ids: Result<Vec<i32>, _> = rows.iter().map(|row| row.try_get_by_index(0)).collect();
            ensure!(ids?.contains(&id), "{read}, is not found by it");
        }
        Ok(())
    }

    fn written(&self, value: Value) -> SimpleExpr {
        match &self.mapping.save_as {
            Some(name) => Expr::val(value).cast_as(Alias::new(name)),
            None => Expr::val(value),
        }
    }
}

/// Whether `s.v` and `d.v` are the same to the last byte.
fn same(kind: Kind, as_json: bool) -> &'static str {
    match kind {
        Kind::Sqlite => "typeof(s.v) = typeof(d.v) AND s.v IS d.v AND quote(s.v) = quote(d.v)",
        Kind::Postgres if as_json => "s.v::jsonb IS NOT DISTINCT FROM d.v::jsonb",
        Kind::Postgres => "s.v::text IS NOT DISTINCT FROM d.v::text",
        Kind::MySql | Kind::MariaDb => {
            "(s.v <=> d.v) AND (HEX(s.v) <=> HEX(d.v)) \
             AND (HEX(CAST(s.v AS BINARY)) <=> HEX(CAST(d.v AS BINARY)))"
        }
    }
}
