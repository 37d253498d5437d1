//! PostgreSQL.

use serde_json::json;
use xtsqlorm::dynamic::column;

use super::{Case, check, check_json, table_of};
use crate::support::{Result, TestDatabase, on_postgres};

on_postgres!(
    every_type_is_read_and_written_back,
    every_type_goes_in_as_json,
    values_beyond_their_types_are_text,
    a_year_beyond_those_of_rust_comes_as_its_text,
    odd_values_can_be_asked_for,
);

pub(super) async fn types(db: &TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    for statement in [
        "CREATE SCHEMA other",
        "CREATE TYPE other.\"Mood It's\" AS ENUM ('so so', 'fine')",
        "CREATE TYPE mood AS ENUM ('sad', 'ok')",
        "CREATE TYPE pair AS (a int, b text)",
        "CREATE DOMAIN positive AS numeric(6, 2) CHECK (VALUE > 0)",
        "CREATE DOMAIN short AS varchar(3)",
    ] {
        raw.run(statement).await?;
    }
    Ok(())
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case("smallint", "-32768", json!(-32768)),
        Case("integer", "2147483647", json!(2_147_483_647)),
        Case("bigint", "-9223372036854775808", json!(i64::MIN)),
        Case("real", "8.8", json!(8.8)),
        Case(
            "double precision",
            "1.7976931348623157e308",
            json!(f64::MAX),
        ),
        Case("numeric(5, 2)", "-999.99", json!("-999.99")),
        Case(
            "numeric(28, 0)",
            "9999999999999999999999999999",
            json!("9999999999999999999999999999"),
        ),
        Case("numeric(5, -2)", "1234567", json!("1234600")),
        Case("numeric", "1.10", json!("1.10")),
        Case(
            "numeric",
            "1e40",
            json!("10000000000000000000000000000000000000000"),
        ),
        Case("numeric(40, 20)", "1.5", json!("1.50000000000000000000")),
        Case("money", "12.5", json!("$12.50")),
        Case("boolean", "true", json!(true)),
        Case("char(5)", "'ab'", json!("ab   ")),
        Case("varchar(3)", "'äöü'", json!("äöü")),
        Case("text", "''", json!("")),
        Case("name", "'n'", json!("n")),
        Case("\"char\"", "'c'", json!("c")),
        Case("bytea", "'\\x00ff'", json!([0, 255])),
        Case("date", "'0044-03-15 BC'", json!("-0043-03-15")),
        Case("time", "'23:59:59.999999'", json!("23:59:59.999999")),
        Case("time with time zone", "'10:00:00+02'", json!("10:00:00+02")),
        Case(
            "timestamp",
            "'2026-02-28 10:00:00.000001'",
            json!("2026-02-28T10:00:00.000001"),
        ),
        Case(
            "timestamptz",
            "'2026-02-28 10:00:00+02'",
            json!("2026-02-28T08:00:00Z"),
        ),
        Case(
            "interval",
            "'1 year 2 days 03:04:05'",
            json!("1 year 2 days 03:04:05"),
        ),
        Case(
            "uuid",
            "'6ccd780c-baba-1026-9564-5b8c656024db'",
            json!("6ccd780c-baba-1026-9564-5b8c656024db"),
        ),
        Case(
            "json",
            "'{\"a\":[null],\"b\":1}'",
            json!({ "a": [null], "b": 1 }),
        ),
        Case("jsonb", "'[1, 2.5, \"x\"]'", json!([1, 2.5, "x"])),
        Case("jsonb", "'null'", json!(null)),
        Case("mood", "'ok'", json!("ok")),
        Case("other.\"Mood It's\"", "'so so'", json!("so so")),
        Case("mood[]", "'{ok,sad}'", json!("{ok,sad}")),
        Case("integer[]", "'{1,NULL,3}'", json!("{1,NULL,3}")),
        Case("integer[][]", "'{{1,2},{3,4}}'", json!("{{1,2},{3,4}}")),
        Case(
            "text[]",
            "array['a,b', 'c\"d']",
            json!("{\"a,b\",\"c\\\"d\"}"),
        ),
        Case("bit(3)", "b'101'", json!("101")),
        Case("bit varying(5)", "b'1'", json!("1")),
        Case("inet", "'192.0.2.1/24'", json!("192.0.2.1/24")),
        Case("cidr", "'10.0.0.0/8'", json!("10.0.0.0/8")),
        Case("macaddr", "'08:00:2b:01:02:03'", json!("08:00:2b:01:02:03")),
        Case("point", "'(1,2)'", json!("(1,2)")),
        Case("box", "'(1,1),(0,0)'", json!("(1,1),(0,0)")),
        Case("int4range", "'[1,5)'", json!("[1,5)")),
        Case("int4multirange", "'{[1,3),[5,7)}'", json!("{[1,3),[5,7)}")),
        Case("tsvector", "'a fat cat'", json!("'a' 'cat' 'fat'")),
        Case("tsquery", "'fat & cat'", json!("'fat' & 'cat'")),
        Case("xml", "'<a>b</a>'", json!("<a>b</a>")),
        Case("jsonpath", "'$.a'", json!("$.\"a\"")),
        Case("oid", "4294967295", json!("4294967295")),
        Case("pg_lsn", "'16/B374D848'", json!("16/B374D848")),
        Case("pair", "row(1, 'a,b')", json!("(1,\"a,b\")")),
        Case("positive", "12.5", json!("12.50")),
        Case("short", "'abc'", json!("abc")),
        Case("short[]", "'{a,b}'", json!("{a,b}")),
    ]
}

async fn every_type_is_read_and_written_back(db: TestDatabase) -> Result {
    types(&db).await?;
    check(&db, &cases()).await
}

async fn every_type_goes_in_as_json(db: TestDatabase) -> Result {
    types(&db).await?;
    // As JSON, JSON's own `null` is NULL.
    let cases = cases();
    let cases: Vec<Case> = cases.into_iter().filter(|case| !case.2.is_null()).collect();
    check_json(&db, &cases).await
}

/// Where the driver would panic, refuse, or read another value.
async fn values_beyond_their_types_are_text(db: TestDatabase) -> Result {
    let cases = || {
        vec![
            Case("date", "'infinity'", json!("infinity")),
            Case("date", "'-infinity'", json!("-infinity")),
            Case("timestamp", "'infinity'", json!("infinity")),
            Case("timestamptz", "'-infinity'", json!("-infinity")),
            Case("numeric(10, 2)", "'NaN'", json!("NaN")),
            Case("time", "'24:00:00'", json!("24:00:00")),
            Case("time", "'00:00:00'", json!("00:00:00")),
            Case("numeric", "'Infinity'", json!("Infinity")),
        ]
    };
    check(&db, &cases()).await?;
    db.raw()
        .await?
        .run("DROP TABLE odd; DROP TABLE kept")
        .await?;
    check_json(&db, &cases()).await
}

async fn a_year_beyond_those_of_rust_comes_as_its_text(db: TestDatabase) -> Result {
    let cases = [Case("timestamptz", "'294276-01-01 00:00:00Z'", json!(null))];
    let table = table_of(&db, &cases).await?;
    let rows = table.find().all().await?;
    assert_eq!(rows[0]["c0"], "294276-01-01 00:00:00+00".into());
    table.create(rows[0].clone().with("id", 2)).await?;
    let same = "SELECT COUNT(DISTINCT c0) FROM odd";
    assert_eq!(db.raw().await?.number(same).await?, 1);
    Ok(())
}

/// Conditions cast the value as writes do.
async fn odd_values_can_be_asked_for(db: TestDatabase) -> Result {
    types(&db).await?;
    let cases = cases();
    let table = table_of(&db, &cases).await?;
    let row = table.require_by_id(1).await?;
    // No value of these is equal to another one, as far as the server knows.
    const WITHOUT_EQUALITY: [&str; 5] = ["json", "point", "xml", "jsonpath", "box"];
    for (place, Case(sql_type, ..)) in cases.iter().enumerate() {
        let name = format!("c{place}");
        if WITHOUT_EQUALITY.contains(sql_type) {
            continue;
        }
        let found = table
            .find()
            .filter(column(&name).eq(row[name.as_str()].clone()));
        assert_eq!(found.count().await?, 1, "{sql_type}");
    }
    Ok(())
}
