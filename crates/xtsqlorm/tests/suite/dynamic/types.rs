//! The types that each database has beside the usual ones, and the ends of all.
//!
//! A value is read as what it is, and the row that was read, written back, is the row that was there:
//! the database compares them.

mod mysql;
mod postgres;
mod sqlite;

use sea_orm::sqlx;
use serde_json::Value as Json;
use xtsqlorm::{dynamic::column, prelude::*, reflect::refresh_table};

use crate::support::{Kind, Raw, Result, TestDatabase};

/// A column, the value that is stored in it, and that value as JSON.
pub(crate) struct Case(
    /// The column's type.
    pub(crate) &'static str,
    /// The value in SQL.
    pub(crate) &'static str,
    pub(crate) Json,
);

/// A column for each type of the claim's database, and the types that it needs.
#[cfg(feature = "export")]
pub(crate) async fn every_type(db: &TestDatabase) -> Result<Vec<Case>> {
    Ok(match db.kind() {
        Kind::MySql | Kind::MariaDb => mysql::cases(),
        Kind::Postgres => {
            postgres::types(db).await?;
            postgres::cases()
        }
        Kind::Sqlite => sqlite::cases(),
    })
}

/// Makes a table of all cases with one row in it, and gives its repository. The columns are named
/// `c0`, `c1` and so on.
pub(crate) async fn table_of(db: &TestDatabase, cases: &[Case]) -> Result<DynamicRepository> {
    let mut raw = db.raw().await?;
    let columns: Vec<String> = cases
        .iter()
        .enumerate()
        .map(|(place, Case(sql_type, ..))| format!("c{place} {sql_type}"))
        .collect();
    let values: Vec<&str> = cases.iter().map(|Case(_, value, _)| *value).collect();
    raw.run(format!(
        "CREATE TABLE odd (id INT NOT NULL PRIMARY KEY, {})",
        columns.join(", ")
    ))
    .await?;
    raw.run(format!("INSERT INTO odd VALUES (1, {})", values.join(", ")))
        .await?;
    let table = refresh_table("odd", &db.manager()).await?;
    Ok(DynamicRepository::new(&db.provider(), table))
}

/// Reads the row, compares it, and writes it back in each way that there is.
pub(super) async fn check(db: &TestDatabase, cases: &[Case]) -> Result {
    let table = table_of(db, cases).await?;
    let row = table.require_by_id(1).await?;
    let json = row.to_json();
    for (place, Case(sql_type, value, expected)) in cases.iter().enumerate() {
        assert_eq!(&json[format!("c{place}")], expected, "{sql_type} {value}");
    }
    let all = table.get_all(Page::all()).await?;
    assert_eq!(all, std::slice::from_ref(&row));
    let mut raw = db.raw().await?;
    raw.run("CREATE TABLE kept AS SELECT * FROM odd").await?;

    assert!(table.delete(1).await?);
    assert_eq!(table.create(&row).await?, row);
    assert_same(db, &mut raw, cases, 1).await?;
    assert_eq!(table.update(1, &row).await?.as_ref(), Some(&row));
    assert_eq!(table.upsert(&row).await?, row);
    assert_same(db, &mut raw, cases, 1).await?;

    let nulls = (0..cases.len()).map(|place| (format!("c{place}"), Option::<i32>::None));
    let nulls: Row = nulls.collect();
    check_in_bulk(db, cases, &table, &nulls).await?;
    let emptied = table.update(1, nulls).await?.unwrap();
    for (column, value) in emptied.to_json().as_object().unwrap() {
        assert!(column == "id" || value.is_null(), "{column}");
    }
    Ok(())
}

/// Writes the row as many, in each way that there is, between rows of NULLs.
async fn check_in_bulk(
    db: &TestDatabase,
    cases: &[Case],
    table: &DynamicRepository,
    nulls: &Row,
) -> Result {
    const ROWS: i32 = 600;
    let mut raw = db.raw().await?;
    let row = table.require_by_id(1).await?;
    let all = || (1..=ROWS).map(|id| row.clone().with("id", id));
    let odd = || (1..=ROWS).step_by(2).map(|id| row.clone().with("id", id));
    let emptied = async || {
        let all = column("id").gt(0);
        table.update_where(all, nulls.clone()).await
    };
    assert!(table.delete(1).await?);
    assert_eq!(table.bulk_create(all()).await?.inserted, 600);
    assert_same(db, &mut raw, cases, 600).await?;
    emptied().await?;
    assert_eq!(table.bulk_update(odd()).await?.updated, 300);
    assert_same(db, &mut raw, cases, 300).await?;
    assert_eq!(table.bulk_update(all()).await?.updated, 600);
    assert_same(db, &mut raw, cases, 600).await?;
    emptied().await?;
    table.bulk_delete(301..=ROWS).await?;
    let report = table.bulk_upsert(all()).await?;
    assert_eq!((report.inserted, report.updated), (300, 300));
    assert_same(db, &mut raw, cases, 600).await?;
    assert_eq!(table.bulk_delete(2..=ROWS).await?.deleted, 599);
    assert_same(db, &mut raw, cases, 1).await
}

/// What goes in as JSON is what was stored by SQL.
pub(super) async fn check_json(db: &TestDatabase, cases: &[Case]) -> Result {
    let table = table_of(db, cases).await?;
    let mut raw = db.raw().await?;
    raw.run("CREATE TABLE kept AS SELECT * FROM odd").await?;
    let json = table.require_by_id(1).await?.to_json();
    table.delete(1).await?;
    assert_eq!(table.create_json(json.clone()).await?.to_json(), json);
    assert_same(db, &mut raw, cases, 1).await
}

/// The database finds no difference between so many rows and the one that was kept.
async fn assert_same(db: &TestDatabase, raw: &mut Raw, cases: &[Case], rows: i64) -> Result {
    let same = |place: usize| match db.kind() {
        Kind::MySql | Kind::MariaDb => {
            format!("HEX(odd.c{place}) <=> HEX(kept.c{place})")
        }
        Kind::Postgres => format!("odd.c{place}::text IS NOT DISTINCT FROM kept.c{place}::text"),
        Kind::Sqlite => format!(
            "odd.c{place} IS kept.c{place} AND typeof(odd.c{place}) = typeof(kept.c{place})"
        ),
    };
    for (place, Case(sql_type, value, _)) in cases.iter().enumerate() {
        let sql = format!("SELECT COUNT(*) FROM odd, kept WHERE {}", same(place));
        let count: sqlx::Result<i64> = raw.number(sql).await;
        assert_eq!(count?, rows, "{sql_type} {value}");
    }
    Ok(())
}
