//! MySQL and MariaDB.

use serde_json::json;
use xtsqlorm::{prelude::*, reflect::DataType};

use super::{Case, check, check_json, table_of};
use crate::support::{Kind, Result, TestDatabase, on_mysql_and_mariadb};

on_mysql_and_mariadb!(
    every_type_is_read_and_written_back,
    every_type_goes_in_as_json,
    dates_that_are_none_are_text,
    a_small_number_that_is_no_truth_value_stays_a_number,
    types_of_one_server_only,
);

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case("TINYINT", "-128", json!(-128)),
        Case("TINYINT UNSIGNED", "200", json!(200)),
        Case("TINYINT(1)", "1", json!(true)),
        Case("SMALLINT UNSIGNED", "65535", json!(65535)),
        Case("MEDIUMINT", "-8388608", json!(-8_388_608)),
        Case("MEDIUMINT UNSIGNED", "16777215", json!(16_777_215)),
        Case("INT UNSIGNED", "4294967295", json!(4_294_967_295_u32)),
        Case("BIGINT", "-9223372036854775808", json!(i64::MIN)),
        Case("BIGINT UNSIGNED", "18446744073709551615", json!(u64::MAX)),
        Case("FLOAT", "8.8", json!(8.8)),
        Case("DOUBLE", "1.7976931348623157e308", json!(f64::MAX)),
        Case("DECIMAL(5, 2)", "-999.99", json!("-999.99")),
        Case(
            "DECIMAL(28, 28)",
            "0.0000000000000000000000000001",
            json!("0.0000000000000000000000000001"),
        ),
        Case(
            "DECIMAL(65, 30)",
            "12345678901234567890123456789012345.123456789012345678901234567890",
            json!("12345678901234567890123456789012345.123456789012345678901234567890"),
        ),
        Case("BIT(1)", "b'1'", json!(true)),
        Case("BIT(8)", "b'10000001'", json!(129)),
        Case("BIT(64)", "18446744073709551615", json!(u64::MAX)),
        Case("YEAR", "2026", json!(2026)),
        Case("DATE", "'9999-12-31'", json!("9999-12-31")),
        Case("TIME", "'-838:59:59'", json!("-838:59:59")),
        Case("TIME", "'-10:00:00'", json!("-10:00:00")),
        Case("TIME", "'00:00:00'", json!("00:00:00")),
        Case("TIME(3)", "'24:00:00.5'", json!("24:00:00.500000")),
        Case("TIME(6)", "'10:00:00.5'", json!("10:00:00.500")),
        Case(
            "DATETIME(6)",
            "'1000-01-01 00:00:00.000001'",
            json!("1000-01-01T00:00:00.000001"),
        ),
        Case(
            "TIMESTAMP(6) NULL",
            "'2038-01-19 03:14:07.999999'",
            json!("2038-01-19T03:14:07.999999Z"),
        ),
        Case("CHAR(3)", "'äöü'", json!("äöü")),
        Case("VARCHAR(5) COLLATE utf8mb4_bin", "'123'", json!("123")),
        Case("TEXT COLLATE utf8mb4_bin", "'null'", json!("null")),
        Case("TINYTEXT", "'t'", json!("t")),
        Case("MEDIUMTEXT", "'m'", json!("m")),
        Case("LONGTEXT", "'[1]'", json!("[1]")),
        Case("VARCHAR(5) CHARACTER SET latin1", "'é'", json!("é")),
        Case("BINARY(16)", "REPEAT('a', 16)", json!(vec![97; 16])),
        Case("VARBINARY(3)", "x'00FF'", json!([0, 255])),
        Case("TINYBLOB", "x''", json!([])),
        Case("MEDIUMBLOB", "x'27'", json!([39])),
        Case("LONGBLOB", "x'5C'", json!([92])),
        Case("JSON", "'{\"a\":[1,null]}'", json!({ "a": [1, null] })),
        Case("ENUM('x y', 'x-y', '', 'it''s')", "'it''s'", json!("it's")),
        Case("ENUM('small', 'large')", "'large'", json!("large")),
        Case("SET('a', 'b', 'c')", "'a,c'", json!("a,c")),
        Case("SET('a', 'b')", "''", json!("")),
        Case(
            "POINT",
            "ST_GeomFromText('POINT(1 2)')",
            json!([
                0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 240, 63, 0, 0, 0, 0, 0, 0, 0, 64
            ]),
        ),
    ]
}

async fn every_type_is_read_and_written_back(db: TestDatabase) -> Result {
    check(&db, &cases()).await
}

async fn every_type_goes_in_as_json(db: TestDatabase) -> Result {
    check_json(&db, &cases()).await
}

/// The driver would take the first two for NULL and refuse the others.
async fn dates_that_are_none_are_text(db: TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    raw.run("SET SESSION sql_mode = ''").await?;
    raw.run("CREATE TABLE posts (id INT PRIMARY KEY, d DATE NOT NULL, t DATETIME(3) NOT NULL, e DATE, f DATETIME)")
        .await?;
    raw.run("INSERT INTO posts VALUES (1, '0000-00-00', '0000-00-00 00:00:00', '2026-02-00', '2026-00-00 10:11:12')")
        .await?;
    raw.run("INSERT INTO posts VALUES (2, '2026-02-28', '2026-02-28 00:00:00', NULL, NULL)")
        .await?;
    let posts = DynamicRepository::reflect(&db.provider(), "posts").await?;
    let rows = posts.get_all(Page::all()).await?;
    let json = json!({
        "id": 1,
        "d": "0000-00-00",
        "t": "0000-00-00 00:00:00",
        "e": "2026-02-00",
        "f": "2026-00-00 10:11:12",
    });
    assert_eq!(rows[0].to_json(), json);
    assert_eq!(rows[1].to_json()["e"], json!(null));
    assert_eq!(rows[1].to_json()["t"], json!("2026-02-28T00:00:00"));
    // The server decides whether it takes one.
    let zero = posts.update_json(2, json!({ "d": "0000-00-00" })).await;
    match db.kind() {
        Kind::MariaDb => assert_eq!(zero?.unwrap()["d"], "0000-00-00".into()),
        _ => assert!(matches!(zero.unwrap_err(), Error::Database(_))),
    }
    let refused = posts
        .update_json(2, json!({ "d": "2026-02-30" }))
        .await
        .unwrap_err();
    assert!(refused.to_string().starts_with("posts.d: "), "{refused}");
    Ok(())
}

async fn a_small_number_that_is_no_truth_value_stays_a_number(db: TestDatabase) -> Result {
    let cases = [
        Case("TINYINT(1)", "7", json!(7)),
        Case("BOOLEAN", "0", json!(false)),
    ];
    check(&db, &cases).await?;
    let table = DynamicRepository::reflect(&db.provider(), "odd").await?;
    let refused = table.update_json(1, json!({ "c0": 7 })).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "odd.c0: a whole number does not suit tinyint(1); give true or false"
    );
    let number = DataType::Integer {
        bits: 8,
        unsigned: false,
    };
    let numbers = table.with_type("c0", number)?;
    assert_eq!(
        numbers
            .update_json(1, json!({ "c0": 7 }))
            .await?
            .unwrap()
            .to_json()["c0"],
        7
    );
    assert_eq!(
        numbers.find().one().await?.unwrap().try_get::<i64>("c0")?,
        7
    );
    Ok(())
}

async fn types_of_one_server_only(db: TestDatabase) -> Result {
    let cases = match db.kind() {
        Kind::MariaDb => vec![
            Case(
                "UUID",
                "'6ccd780c-baba-1026-9564-5b8c656024db'",
                json!("6ccd780c-baba-1026-9564-5b8c656024db"),
            ),
            Case("INET6", "'2001:db8::1'", json!("2001:db8::1")),
            Case("INET4", "'192.0.2.1'", json!("192.0.2.1")),
        ],
        _ => vec![Case(
            "VECTOR(2)",
            "STRING_TO_VECTOR('[1,2]')",
            json!([0, 0, 128, 63, 0, 0, 0, 64]),
        )],
    };
    check(&db, &cases).await?;
    db.raw().await?.run("DROP TABLE odd").await?;
    db.raw().await?.run("DROP TABLE kept").await?;
    let virtual_one = [Case(
        "INT GENERATED ALWAYS AS (id + 1) VIRTUAL",
        "DEFAULT",
        json!(2),
    )];
    let table = table_of(&db, &virtual_one).await?;
    assert_eq!(table.require_by_id(1).await?.try_get::<i64>("c0")?, 2);
    Ok(())
}
