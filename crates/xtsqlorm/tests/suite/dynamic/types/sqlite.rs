//! SQLite, where a value has a type and a column an opinion.

use sea_orm::{Value, prelude::Uuid};
use serde_json::json;
use xtsqlorm::{prelude::*, reflect::DataType};

use super::{Case, check, check_json, table_of};
use crate::support::{Result, TestDatabase, on_sqlite};

on_sqlite!(
    every_type_is_read_and_written_back,
    every_type_goes_in_as_json,
    whatever_is_stored_is_read,
    the_declared_type_decides_what_is_taken,
    a_strict_table_takes_what_its_columns_say,
    the_type_of_a_column_can_be_set,
);

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case("INTEGER", "-9223372036854775808", json!(i64::MIN)),
        Case("TINYINT", "300", json!(300)),
        Case("MEDIUMINT", "2147483648", json!(2_147_483_648_i64)),
        Case("BOOLEAN", "1", json!(true)),
        Case("REAL", "1.5", json!(1.5)),
        Case("FLOAT", "1e300", json!(1e300)),
        Case("DECIMAL(5, 2)", "2", json!("2")),
        Case("DECIMAL(5, 2)", "2.50", json!("2.5")),
        Case("NUMERIC", "0.1", json!("0.1")),
        Case("VARCHAR(2)", "'longer'", json!("longer")),
        Case("TEXT", "'123'", json!("123")),
        Case("BLOB", "x'00FF'", json!([0, 255])),
        Case("DATE", "'2026-02-28'", json!("2026-02-28")),
        Case("TIME", "'10:00:00'", json!("10:00:00")),
        Case(
            "DATETIME",
            "'2026-02-28 10:00:00'",
            json!("2026-02-28T10:00:00"),
        ),
        Case(
            "DATETIME",
            "'2026-02-28T10:00:00+08:00'",
            json!("2026-02-28T10:00:00+08:00"),
        ),
        Case(
            "TIMESTAMP",
            "'2026-02-28T10:00:00+00:00'",
            json!("2026-02-28T10:00:00Z"),
        ),
        Case("JSON", "'{\"a\":[1,null]}'", json!({ "a": [1, null] })),
        Case("", "'text'", json!("text")),
        Case("", "7", json!(7)),
        Case("WHATEVER", "1.5", json!(1.5)),
    ]
}

async fn every_type_is_read_and_written_back(db: TestDatabase) -> Result {
    check(&db, &cases()).await
}

async fn every_type_goes_in_as_json(db: TestDatabase) -> Result {
    check_json(&db, &cases()).await
}

/// Values that their columns do not lead one to expect: as they are, with nothing lost.
async fn whatever_is_stored_is_read(db: TestDatabase) -> Result {
    let cases = [
        Case("INTEGER", "1.5", json!(1.5)),
        Case("INTEGER", "'abc'", json!("abc")),
        Case("BOOLEAN", "7", json!(7)),
        Case("BOOLEAN", "'t'", json!("t")),
        Case("DECIMAL(5, 2)", "'free'", json!("free")),
        Case(
            "DECIMAL(20, 18)",
            "0.30000000000000004",
            json!(0.300_000_000_000_000_04),
        ),
        Case("MONEY", "2.5", json!("2.5")),
        Case("TEXT", "x'FF'", json!([255])),
        Case("DATE", "'28.02.2026'", json!("28.02.2026")),
        Case("DATE", "2461100.5", json!(2_461_100.5)),
        Case("DATETIME", "1772272800", json!(1_772_272_800)),
        Case(
            "DATETIME",
            "'2026-02-28T10:00Z'",
            json!("2026-02-28T10:00Z"),
        ),
        Case("DATETIME", "'now'", json!("now")),
        Case("JSON", "'not json'", json!("not json")),
        Case("JSON", "7", json!(7)),
        Case(
            "UUID",
            "'6ccd780c-baba-1026-9564-5b8c656024db'",
            json!("6ccd780c-baba-1026-9564-5b8c656024db"),
        ),
        Case(
            "UUID",
            "x'6ccd780cbaba102695645b8c656024db'",
            json!("6ccd780c-baba-1026-9564-5b8c656024db"),
        ),
        Case("BLOB", "'text'", json!("text")),
        Case("INTEGER", "9223372036854775807", json!(i64::MAX)),
        Case("STRING", "7", json!(7)),
        Case("LONG", "2.5", json!(2.5)),
        Case(
            "DATETIME",
            "'2026-02-28T10:00:00Z'",
            json!("2026-02-28T10:00:00Z"),
        ),
        Case(
            "TIMESTAMP",
            "'2026-02-28 10:00Z'",
            json!("2026-02-28 10:00Z"),
        ),
        Case("DATE", "'2026-2-8'", json!("2026-2-8")),
        Case("TIME", "'10:00'", json!("10:00")),
    ];
    let table = table_of(&db, &cases).await?;
    let row = table.require_by_id(1).await?;
    for (place, Case(sql_type, value, expected)) in cases.iter().enumerate() {
        assert_eq!(
            &row.to_json()[format!("c{place}")],
            expected,
            "{sql_type} {value}"
        );
    }
    assert_eq!(row["c8"], Value::from("28.02.2026"));
    assert_eq!(
        row["c16"],
        Value::from(Uuid::parse_str("6ccd780c-baba-1026-9564-5b8c656024db")?)
    );
    // Written back, each is what it was.
    assert_eq!(table.update(1, &row).await?.as_ref(), Some(&row));
    assert_eq!(table.upsert(&row).await?, row);
    // An update writes what was set, whatever the other columns hold.
    let mut changed = row.clone();
    changed.set("c0", 2);
    let changed = table.update(1, changed).await?.unwrap();
    assert_eq!(
        (&changed["c0"], &changed["c8"]),
        (&2_i64.into(), &row["c8"])
    );
    Ok(())
}

/// Widths and lengths are not SQLite's concern; the kind of a value is that of whoever reads it.
async fn the_declared_type_decides_what_is_taken(db: TestDatabase) -> Result {
    let cases = [
        Case("INTEGER", "1", json!(1)),
        Case("VARCHAR(2)", "'a'", json!("a")),
        Case("DATE", "NULL", json!(null)),
        Case("DECIMAL(3, 1)", "1", json!("1")),
        Case("", "NULL", json!(null)),
        Case("BOOLEAN", "NULL", json!(null)),
        Case("TINYINT", "1", json!(1)),
    ];
    let table = table_of(&db, &cases).await?;
    let before = db.manager().statements_sent();
    for (field, value, problem) in [
        (
            "c0",
            json!("1"),
            "a text of 1 characters does not suit INTEGER",
        ),
        (
            "c0",
            json!(1.5),
            "a number with a fraction does not suit INTEGER",
        ),
        ("c1", json!(7), "a whole number does not suit VARCHAR(2)"),
        (
            "c2",
            json!("1999-02-30"),
            "a text of 10 characters does not suit DATE",
        ),
        (
            "c3",
            json!("free"),
            "a text of 4 characters does not suit DECIMAL(3, 1)",
        ),
        (
            "c4",
            json!({ "a": 1 }),
            "an object of 1 fields does not suit any type",
        ),
        (
            "c5",
            json!("yes"),
            "a text of 3 characters does not suit BOOLEAN",
        ),
    ] {
        let error = table
            .update_json(1, json!({ field: value }))
            .await
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with(&format!("odd.{field}: {problem}; ")),
            "{error}"
        );
    }
    assert_eq!(db.manager().statements_sent(), before);
    let taken = json!({
        "c0": i64::MAX, "c1": "longer", "c2": 1_772_272_800, "c3": "123456.789", "c4": [1, 2], "c5": false,
        "c6": 300,
    });
    let stored = table
        .update_json(1, taken.clone())
        .await?
        .unwrap()
        .to_json();
    for (field, value) in taken.as_object().unwrap() {
        assert_eq!(&stored[field], value, "{field}");
    }
    // Of a row, numbers are taken as they are, as they may have been read.
    let numbers = Row::new().with("c0", 1.5).with("c5", 7);
    let stored = table.update(1, numbers).await?.unwrap().to_json();
    assert_eq!((&stored["c0"], &stored["c5"]), (&json!(1.5), &json!(7)));
    Ok(())
}

async fn a_strict_table_takes_what_its_columns_say(db: TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    raw.run(
        "CREATE TABLE firm (id INTEGER PRIMARY KEY, n INT, r REAL, t TEXT, b BLOB, a ANY) STRICT",
    )
    .await?;
    let firm = DynamicRepository::reflect(&db.provider(), "firm").await?;
    let row = json!({ "n": 1, "r": 1.5, "t": "x", "b": [1], "a": "any" });
    let stored = firm.create_json(row.clone()).await?.to_json();
    for (field, value) in row.as_object().unwrap() {
        assert_eq!(&stored[field], value, "{field}");
    }
    let before = db.manager().statements_sent();
    let error = firm.update(1, [("n", 1.5)]).await.unwrap_err().to_string();
    assert!(
        error.starts_with("firm.n: a floating-point number does not suit INT"),
        "{error}"
    );
    assert!(firm.update(1, [("t", 7)]).await.is_err());
    assert!(firm.update(1, [("b", "text")]).await.is_err());
    assert_eq!(db.manager().statements_sent(), before);
    Ok(())
}

/// For columns whose declared type says something else than their values.
async fn the_type_of_a_column_can_be_set(db: TestDatabase) -> Result {
    let table = table_of(&db, &[Case("DATE", "'28.02.2026'", json!("28.02.2026"))]).await?;
    let row = table.require_by_id(1).await?;
    let error = table
        .update(1, [("c0", "01.03.2026")])
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("odd.c0: a text of 10 characters does not suit DATE"),
        "{error}"
    );
    let texts = table.with_type("c0", DataType::Text { max_bytes: None })?;
    assert_eq!(texts.update(1, &row).await?, Some(row));
    let changed = texts.update(1, [("c0", "01.03.2026")]).await?.unwrap();
    assert_eq!(changed["c0"], "01.03.2026".into());
    Ok(())
}
