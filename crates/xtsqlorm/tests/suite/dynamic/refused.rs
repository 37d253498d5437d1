//! What is refused before anything is sent, each beside its twin that is taken.

use serde_json::{Value as Json, json};
use xtsqlorm::prelude::*;

use super::sample::everything;
use crate::support::{
    Kind, Result, TestDatabase, on_every_backend, on_every_server, on_mysql_and_mariadb,
    on_postgres,
};

on_every_backend!(
    what_is_wrong_with_a_row_is_told_before_it_is_sent,
    a_secret_is_in_no_message,
    what_the_database_computes_is_left_to_it,
);
on_every_server!(what_is_too_much_for_a_column_is_refused);
on_mysql_and_mariadb!(limits_of_mysql);
on_postgres!(limits_of_postgresql);

/// Refuses the JSON value for the column without a statement, and takes its twin.
async fn check(
    db: &TestDatabase,
    table: &DynamicRepository,
    field: &str,
    refused: Json,
    problem: &str,
    taken: Json,
) -> Result {
    let manager = db.manager();
    let before = manager.statements_sent();
    let name = &table.table().name.table;
    let expected = format!("{name}.{field}: {problem}");
    let changes = json!({ field: refused.clone() });
    for error in [
        table.update_json(1, changes.clone()).await.unwrap_err(),
        table.create_json(changes.clone()).await.unwrap_err(),
        table
            .upsert_json(json!({ "id": 1, field: refused }))
            .await
            .unwrap_err(),
        table
            .update_where_json(xtsqlorm::dynamic::column("id").eq(1), changes.clone())
            .await
            .unwrap_err(),
    ] {
        assert!(matches!(error, Error::InvalidInput { .. }), "{error:?}");
        assert!(
            error.to_string().starts_with(&expected),
            "{error}\n{expected}"
        );
    }
    assert_eq!(manager.statements_sent(), before, "{field}");
    let stored = table
        .update_json(1, json!({ field: taken.clone() }))
        .await?;
    assert_eq!(stored.unwrap().to_json()[field], taken, "{field}");
    assert!(manager.statements_sent() > before);
    Ok(())
}

async fn what_is_wrong_with_a_row_is_told_before_it_is_sent(db: TestDatabase) -> Result {
    let table = everything(&db).await?;
    table.create_json(json!({ "id": 1, "name": "A" })).await?;
    for (field, refused, problem, taken) in [
        (
            "nmae",
            json!("x"),
            "there is no such field; did you mean `name`?",
            None,
        ),
        (
            "name",
            json!(null),
            "it must not be NULL; give a value, or leave it out",
            Some(json!("B")),
        ),
        (
            "name",
            json!(7),
            "a whole number does not suit ",
            Some(json!("")),
        ),
        (
            "name",
            json!(true),
            "a truth value does not suit ",
            Some(json!("'")),
        ),
        (
            "name",
            json!(["a"]),
            "an array of 1 items does not suit ",
            Some(json!("[]")),
        ),
        (
            "flag",
            json!("true"),
            "a text of 4 characters does not suit ",
            Some(json!(true)),
        ),
        (
            "flag",
            json!(2),
            "a whole number does not suit ",
            Some(json!(false)),
        ),
        (
            "small",
            json!("7"),
            "a text of 1 characters does not suit ",
            Some(json!(7)),
        ),
        (
            "small",
            json!(7.5),
            "a number with a fraction does not suit ",
            Some(json!(-7)),
        ),
        (
            "big",
            json!(9_223_372_036_854_775_808_u64),
            "the number is out of the range of ",
            Some(json!(i64::MAX)),
        ),
        (
            "price",
            json!("12,50"),
            "a text of 5 characters does not suit ",
            Some(json!("12.05")),
        ),
        (
            "price",
            json!({ "a": 1 }),
            "an object of 1 fields does not suit ",
            Some(json!("-1.25")),
        ),
        (
            "ratio",
            json!("0.5"),
            "a text of 3 characters does not suit ",
            Some(json!(0.5)),
        ),
        (
            "data",
            json!([256]),
            "an array of 1 items does not suit ",
            Some(json!([255])),
        ),
        (
            "data",
            json!("text"),
            "a text of 4 characters does not suit ",
            Some(json!([])),
        ),
        (
            "born",
            json!("2026-02-30"),
            "a text of 10 characters does not suit ",
            Some(json!("2026-02-28")),
        ),
        (
            "born",
            json!("28.02.2026"),
            "a text of 10 characters does not suit ",
            Some(json!("0999-12-31")),
        ),
        (
            "slot",
            json!("25:00"),
            "a text of 5 characters does not suit ",
            Some(json!("00:00:00")),
        ),
        (
            "starts",
            json!("tomorrow"),
            "a text of 8 characters does not suit ",
            Some(json!("2026-02-28T10:00:00")),
        ),
        (
            "seen",
            json!("2026-02-28"),
            "a text of 10 characters does not suit ",
            Some(json!("2026-02-28T10:00:00Z")),
        ),
        (
            "kind",
            json!(1),
            "a whole number does not suit ",
            Some(json!("small")),
        ),
    ] {
        match taken {
            Some(taken) => check(&db, &table, field, refused, problem, taken).await?,
            None => {
                let before = db.manager().statements_sent();
                let error = table
                    .create_json(json!({ field: refused }))
                    .await
                    .unwrap_err();
                assert_eq!(error.to_string(), format!("everything.{field}: {problem}"));
                assert_eq!(db.manager().statements_sent(), before);
            }
        }
    }
    let before = db.manager().statements_sent();
    let error = table.create_json(json!([1])).await.unwrap_err().to_string();
    assert_eq!(
        error,
        "everything: the row is not a JSON object; give an object with a field for each column"
    );
    let error = table.create(Row::new()).await.unwrap_err().to_string();
    assert_eq!(
        error,
        "everything.name: the column must have a value, and has no default; give it one"
    );
    let error = table
        .update(1, [("born", "never")])
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("everything.born: a text of 5 characters does not suit "),
        "{error}"
    );
    let error = table
        .update(1, [("extra", "{not json")])
        .await
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("everything.extra: "), "{error}");
    assert_eq!(db.manager().statements_sent(), before);
    Ok(())
}

/// Messages tell the type and the length of a value.
async fn a_secret_is_in_no_message(db: TestDatabase) -> Result {
    let table = everything(&db).await?;
    const SECRET: &str = "hunter2-hunter2-hunter2";
    for field in [
        "flag", "small", "big", "price", "ratio", "data", "born", "slot", "starts", "seen",
    ] {
        let error = table
            .create_json(json!({ "name": "A", field: SECRET }))
            .await
            .unwrap_err();
        assert!(
            !format!("{error} {error:?}").contains("hunter2"),
            "{error:?}"
        );
    }
    let number = 987_654_321_987_654_321_u64;
    if db.kind() != Kind::Sqlite {
        let error = table
            .create_json(json!({ "name": SECRET }))
            .await
            .unwrap_err();
        assert!(
            !format!("{error} {error:?}").contains("hunter2"),
            "{error:?}"
        );
        let error = table
            .create_json(json!({ "name": "A", "small": number }))
            .await
            .unwrap_err();
        assert!(
            !format!("{error} {error:?}").contains("987654321"),
            "{error:?}"
        );
    }
    assert!(
        table
            .create_json(json!({ "name": "hunter2" }))
            .await
            .is_ok()
    );
    Ok(())
}

async fn what_the_database_computes_is_left_to_it(db: TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    raw.run(
        "CREATE TABLE sums (id INT NOT NULL PRIMARY KEY, a INT, \
         twice INT GENERATED ALWAYS AS (a * 2) STORED)",
    )
    .await?;
    let sums = DynamicRepository::reflect(&db.provider(), "sums").await?;
    let row = sums.create_json(json!({ "id": 1, "a": 21 })).await?;
    assert_eq!(row.try_get::<i64>("twice")?, 42);
    let before = db.manager().statements_sent();
    let expected = "sums.twice: the database computes this column; leave it out";
    for error in [
        sums.create_json(json!({ "id": 2, "twice": 1 }))
            .await
            .unwrap_err(),
        sums.update(1, [("twice", 1)]).await.unwrap_err(),
        sums.upsert_json(json!({ "id": 1, "twice": 1 }))
            .await
            .unwrap_err(),
    ] {
        assert_eq!(error.to_string(), expected);
    }
    assert_eq!(db.manager().statements_sent(), before);
    let mut changed = row;
    changed.set("a", 4);
    assert_eq!(sums.upsert(changed).await?.try_get::<i64>("twice")?, 8);
    Ok(())
}

async fn what_is_too_much_for_a_column_is_refused(db: TestDatabase) -> Result {
    let table = everything(&db).await?;
    table.create_json(json!({ "id": 1, "name": "A" })).await?;
    for (field, refused, problem, taken) in [
        (
            "name",
            json!("äöüäöüäöüäö"),
            "11 characters are too many for varchar(10); give at most 10",
            json!("äöüäöüäöüä"),
        ),
        (
            "name",
            json!("a          "),
            "11 characters are too many",
            json!("a"),
        ),
        (
            "letters",
            json!("abcd"),
            "4 characters are too many for ",
            json!("abc"),
        ),
        (
            "small",
            json!(32768),
            "the number is out of the range of smallint",
            json!(32767),
        ),
        (
            "small",
            json!(-32769),
            "the number is out of the range of smallint",
            json!(-32768),
        ),
        (
            "price",
            json!("1.005"),
            "3 digits after the point are too many for ",
            json!("1.05"),
        ),
        (
            "price",
            json!(123_456_789),
            "9 digits before the point are too many for ",
            json!("12345678.05"),
        ),
        (
            "kind",
            json!("medium"),
            "a text of 6 characters is no member of ",
            json!("large"),
        ),
        (
            "kind",
            json!("LARGE"),
            "a text of 5 characters is no member of ",
            json!("small"),
        ),
    ] {
        let problem = match db.kind() {
            Kind::Postgres => problem.replace("varchar(10)", "character varying(10)"),
            _ => problem.to_owned(),
        };
        check(&db, &table, field, refused, &problem, taken).await?;
    }
    // Zeros at the end are no digits too many.
    let stored = table
        .update_json(1, json!({ "price": "1.5000" }))
        .await?
        .unwrap();
    assert_eq!(stored.to_json()["price"], "1.50");
    let stored = table
        .update_json(1, json!({ "price": 1.5 }))
        .await?
        .unwrap();
    assert_eq!(stored.to_json()["price"], "1.50");
    Ok(())
}

async fn limits_of_mysql(db: TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    raw.run(
        "CREATE TABLE limits (id INT NOT NULL PRIMARY KEY, tiny TINYINT UNSIGNED, medium MEDIUMINT, \
         large BIGINT UNSIGNED, bits BIT(3), y YEAR, short TINYTEXT, narrow TINYTEXT CHARACTER SET latin1, \
         b BINARY(2), vb VARBINARY(2), blb TINYBLOB, few SET('a', 'b'), t TIME, d DATE, f FLOAT, r DOUBLE)",
    )
    .await?;
    let table = DynamicRepository::reflect(&db.provider(), "limits").await?;
    table.create_json(json!({ "id": 1 })).await?;
    for (field, refused, problem, taken) in [
        (
            "tiny",
            json!(-1),
            "the number is out of the range of tinyint",
            json!(0),
        ),
        (
            "tiny",
            json!(256),
            "the number is out of the range of tinyint",
            json!(255),
        ),
        (
            "medium",
            json!(8_388_608),
            "the number is out of the range of mediumint",
            json!(8_388_607),
        ),
        (
            "large",
            json!(-1),
            "the number is out of the range of bigint",
            json!(u64::MAX),
        ),
        (
            "bits",
            json!(8),
            "the number is out of the range of bit(3); give one from 0 to 7",
            json!(7),
        ),
        (
            "y",
            json!(1900),
            "the number is out of the range of year",
            json!(1901),
        ),
        (
            "y",
            json!(2156),
            "the number is out of the range of year",
            json!(0),
        ),
        (
            "short",
            json!("ä".repeat(128)),
            "256 bytes are too many for tinytext; give at most 255",
            json!("ä".repeat(127)),
        ),
        (
            "narrow",
            json!("ä".repeat(256)),
            "256 bytes are too many for tinytext",
            json!("ä".repeat(255)),
        ),
        (
            "b",
            json!([1, 2, 3]),
            "3 bytes are too many for binary(2)",
            json!([1, 2]),
        ),
        (
            "vb",
            json!([1, 2, 3]),
            "3 bytes are too many for varbinary(2)",
            json!([1]),
        ),
        (
            "blb",
            json!(vec![0; 256]),
            "256 bytes are too many for tinyblob",
            json!(vec![0; 255]),
        ),
        (
            "few",
            json!("a,c"),
            "a text of 3 characters is no member of set",
            json!("a,b"),
        ),
        (
            "few",
            json!("a, b"),
            "a text of 4 characters is no member of set",
            json!(""),
        ),
        (
            "t",
            json!("839:00:00"),
            "a text of 9 characters does not suit time; ",
            json!("838:59:59"),
        ),
        (
            "t",
            json!("10:60:00"),
            "a text of 8 characters does not suit time; ",
            json!("-10:59:00"),
        ),
        (
            "d",
            json!("+10000-01-01"),
            "the year is out of the range of date",
            json!("9999-12-31"),
        ),
        (
            "f",
            json!(1e39),
            "the number is out of the range of float",
            json!(1.5),
        ),
    ] {
        check(&db, &table, field, refused, problem, taken).await?;
    }
    let before = db.manager().statements_sent();
    for value in [f64::NAN, f64::INFINITY] {
        let error = table
            .update(1, [("r", value)])
            .await
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("limits.r: the database stores no number"),
            "{error}"
        );
    }
    assert_eq!(db.manager().statements_sent(), before);
    // An enum that must have a value gets its first one.
    raw.run("CREATE TABLE moods (id INT NOT NULL PRIMARY KEY, mood ENUM('b', 'a') NOT NULL)")
        .await?;
    let moods = DynamicRepository::reflect(&db.provider(), "moods").await?;
    assert_eq!(moods.create([("id", 1)]).await?["mood"], "b".into());
    Ok(())
}

async fn limits_of_postgresql(db: TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    raw.run("CREATE DOMAIN small_text AS varchar(3) DEFAULT 'd' NOT NULL")
        .await?;
    raw.run(
        "CREATE TABLE limits (id INT NOT NULL PRIMARY KEY, n integer, t text, dom small_text, \
         d date, f real)",
    )
    .await?;
    let table = DynamicRepository::reflect(&db.provider(), "limits").await?;
    // The default of a domain is one.
    assert_eq!(
        table.create_json(json!({ "id": 1 })).await?["dom"],
        "d".into()
    );
    for (field, refused, problem, taken) in [
        (
            "n",
            json!(2_147_483_648_u32),
            "the number is out of the range of integer",
            json!(2_147_483_647),
        ),
        (
            "t",
            json!("a\0b"),
            "PostgreSQL stores no text with a zero character in it",
            json!("a b"),
        ),
        (
            "dom",
            json!("abcd"),
            "4 characters are too many for public.small_text; give at most 3",
            json!("abc"),
        ),
        (
            "d",
            json!("-5000-01-01"),
            "the year is out of the range of date",
            json!("-0043-03-15"),
        ),
        (
            "f",
            json!(1e39),
            "the number is out of the range of real",
            json!(1.5),
        ),
    ] {
        check(&db, &table, field, refused, problem, taken).await?;
    }
    let stored = table.update(1, [("f", f32::INFINITY)]).await?.unwrap();
    assert_eq!(stored.try_get::<f32>("f")?, f32::INFINITY);
    Ok(())
}
