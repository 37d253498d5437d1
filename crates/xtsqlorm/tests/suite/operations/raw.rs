//! Statements in SQL with named parameters.

use entity::users;
use sea_orm::{
    FromQueryResult,
    sea_query::{Alias, Expr, ExprTrait},
};
use serde_json::json;
use xtsqlorm::{operations::RawSql, prelude::*, tables};

use crate::support::{
    Kind, Result, TestDatabase, on_every_backend, on_mysql_and_mariadb, on_postgres,
};

on_every_backend!(
    named_parameters_find_rows_of_every_shape,
    a_value_is_never_read_as_sql,
    raw_statements_write_inside_the_current_transaction,
    what_does_not_fit_is_refused_before_any_sql,
    a_result_with_two_columns_of_one_name_is_refused,
    rows_as_json_equal_the_models_as_json,
    names_and_values_of_every_kind_do_no_harm,
);
on_postgres!(postgres_types_are_read_or_refused_by_name);
on_mysql_and_mariadb!(mysql_types_are_read_as_what_they_are);

async fn named_parameters_find_rows_of_every_shape(db: TestDatabase) -> Result {
    let provider = db.seeded().await?.provider();
    #[derive(Debug, PartialEq, FromQueryResult)]
    struct Named {
        name: String,
    }
    let query = RawSql::new(
        "SELECT * FROM users -- not :this
         WHERE email = :email OR (name = :name AND email <> ':email') ORDER BY id",
    );
    let ada = Repository::<users::Entity>::new(&provider)
        .find()
        .one()
        .await?;
    let ada = ada.expect("the seed has users");
    let query = query
        .bind("email", ada.email.clone())
        .bind("name", "nobody");
    assert_eq!(
        query.all::<users::Model>(&provider).await?,
        std::slice::from_ref(&ada)
    );
    let named = query.one::<Named>(&provider).await?;
    assert_eq!(
        named,
        Some(Named {
            name: ada.name.clone()
        })
    );
    let rows = query.all::<Row>(&provider).await?;
    assert_eq!(rows[0].try_get::<String>("name")?, ada.name);
    assert_eq!(query.json(&provider).await?[0]["email"], json!(ada.email));

    let ids = RawSql::new("SELECT COUNT(*) FROM users WHERE id IN (:ids) OR id = :one");
    let ids = ids.bind_all("ids", [1_i64, 2, 3]).bind("one", 1_i64);
    assert_eq!(ids.value::<i64>(&provider).await?, Some(3));
    let none = RawSql::new("SELECT id FROM users WHERE id = :id").bind("id", -1_i64);
    assert_eq!(none.value::<i64>(&provider).await?, None);
    Ok(())
}

async fn a_value_is_never_read_as_sql(db: TestDatabase) -> Result {
    let provider = db.migrated().await?.provider();
    let hostile = "'; DROP TABLE users; -- :x \\' \" ` 名 😀";
    let insert = RawSql::new("INSERT INTO users (email, name) VALUES (:email, :name)");
    let insert = insert.bind("email", "a@example.com").bind("name", hostile);
    assert_eq!(insert.execute(&provider).await?, 1);
    let stored = RawSql::new("SELECT name FROM users")
        .value::<String>(&provider)
        .await?;
    assert_eq!(stored.as_deref(), Some(hostile));
    assert!(
        !format!("{insert:?}").contains("DROP"),
        "values may be secret"
    );
    Ok(())
}

async fn raw_statements_write_inside_the_current_transaction(db: TestDatabase) -> Result {
    let provider = db.migrated().await?.provider();
    let insert = RawSql::new("INSERT INTO tags (name) VALUES (:name)").bind("name", "vip");
    let count = RawSql::new("SELECT COUNT(*) FROM tags");
    let failed = provider
        .transaction(async |session| -> xtsqlorm::Result<()> {
            insert.execute(&provider).await?;
            assert_eq!(count.value::<i64>(session).await?, Some(1));
            Err(Error::Unsupported {
                feature: "going on",
                backend: "none",
            })
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(
        count.value::<i64>(&provider).await?,
        Some(0),
        "it was rolled back"
    );
    provider
        .transaction(async |session| insert.execute(session).await)
        .await?;
    assert_eq!(
        count.value::<i64>(&provider).await?,
        Some(1),
        "it was committed"
    );
    Ok(())
}

async fn what_does_not_fit_is_refused_before_any_sql(db: TestDatabase) -> Result {
    let provider = db.provider();
    for (raw, part) in [
        (RawSql::new("SELECT :a"), "has no value"),
        (RawSql::new("SELECT 1").bind("a", 1), "no such parameter"),
        (
            RawSql::new("SELECT 1 WHERE 1 IN (:a)").bind_all("a", [0_i32; 0]),
            "is empty",
        ),
        (
            RawSql::new(if db.kind() == Kind::Postgres {
                "SELECT $1"
            } else {
                "SELECT ?"
            }),
            "without a name",
        ),
    ] {
        let (refused, sent) = xtsqlorm::testing::count_queries(raw.execute(&provider)).await;
        let refused = refused.unwrap_err();
        assert!(matches!(refused, Error::InvalidInput { .. }), "{refused}");
        assert!(refused.to_string().contains(part), "{refused}");
        assert_eq!(sent, 0);
    }
    Ok(())
}

async fn a_result_with_two_columns_of_one_name_is_refused(db: TestDatabase) -> Result {
    let provider = db.provider();
    let twice = RawSql::new("SELECT 1 AS id, 2 AS id");
    let refused = twice.json(&provider).await.unwrap_err();
    assert!(
        refused.to_string().starts_with("id: two columns"),
        "{refused}"
    );
    let once = RawSql::new("SELECT 1 AS id, 2 AS other");
    assert_eq!(
        once.json(&provider).await?,
        [json!({ "id": 1, "other": 2 })]
    );
    Ok(())
}

async fn rows_as_json_equal_the_models_as_json(db: TestDatabase) -> Result {
    let provider = db.seeded().await?.provider();
    let models = entity::orders::Entity::find().order_by_asc(entity::orders::Column::Id);
    let models = models.all(&provider).await?;
    assert!(models.len() > 10);
    let rows = RawSql::new("SELECT * FROM orders ORDER BY id")
        .json(&provider)
        .await?;
    for (model, row) in models.iter().zip(&rows) {
        let model = serde_json::to_value(model)?;
        // On SQLite, a value is what it is stored as.
        let fields = match db.kind() {
            Kind::Sqlite => vec!["id", "number", "note", "status"],
            _ => model
                .as_object()
                .unwrap()
                .keys()
                .map(String::as_str)
                .collect(),
        };
        for field in fields {
            assert_eq!(model[field], row[field], "{field}");
        }
    }
    assert_eq!(models.len(), rows.len());
    Ok(())
}

async fn postgres_types_are_read_or_refused_by_name(db: TestDatabase) -> Result {
    let provider = db.provider();
    let rows = RawSql::new(
        "SELECT 1::int2 a, true b, 1.10::numeric c, 'x'::bytea d, '2026-02-28'::date e, \
         '{\"k\": [1]}'::jsonb f, '00000000-0000-0000-0000-000000000001'::uuid g, \
         'x'::char(3) h, 7::oid i, NULL::interval j, '<a/>'::xml k, 8.8::float4 l",
    );
    assert_eq!(
        rows.json(&provider).await?,
        [json!({
            "a": 1, "b": true, "c": "1.10", "d": [120], "e": "2026-02-28", "f": { "k": [1] },
            "g": "00000000-0000-0000-0000-000000000001", "h": "x  ", "i": 7, "j": null,
            "k": "<a/>", "l": 8.8,
        })]
    );
    db.execute(&[
        "CREATE TYPE mood AS ENUM ('glad', 'sad')",
        "CREATE DOMAIN short AS varchar(5)",
    ])
    .await?;
    let rows = RawSql::new("SELECT 'sad'::mood AS mood, 'abc'::short AS short");
    assert_eq!(
        rows.json(&provider).await?,
        [json!({ "mood": "sad", "short": "abc" })]
    );
    for (sql, name) in [
        ("SELECT '1 day'::interval AS v", "interval"),
        ("SELECT ARRAY[1] AS v", "int4[]"),
        ("SELECT '[1,2)'::int4range AS v", "int4range"),
    ] {
        let refused = RawSql::new(sql).json(&provider).await.unwrap_err();
        let refused = refused.to_string();
        assert!(
            refused.starts_with("v: ") && refused.contains(name),
            "{refused}"
        );
    }
    Ok(())
}

async fn mysql_types_are_read_as_what_they_are(db: TestDatabase) -> Result {
    let provider = db.provider();
    db.execute(&[
        "CREATE TABLE t (a TINYINT UNSIGNED, b MEDIUMINT, c YEAR, d BIT(10), e DECIMAL(5,2), \
         f SET('x','y'), g ENUM('p','q'), h VARCHAR(9) COLLATE utf8mb4_bin, i VARBINARY(3), \
         j TIME, k DATETIME(3), l TINYINT(1), m LONGTEXT, n BIGINT UNSIGNED)",
        "INSERT INTO t VALUES (200, -5, 2026, b'1000000001', 1.50, 'x,y', 'q', '123', 'abc', \
         '-10:00:00', '2026-02-28 10:00:00.5', 1, 'long', 18446744073709551615)",
    ])
    .await?;
    let rows = RawSql::new("SELECT * FROM t").json(&provider).await?;
    assert_eq!(
        rows,
        [json!({
            "a": 200, "b": -5, "c": 2026, "d": 513, "e": "1.50", "f": "x,y", "g": "q",
            "h": "123", "i": [97, 98, 99], "j": "-10:00:00", "k": "2026-02-28T10:00:00.500",
            "l": true, "m": "long", "n": 18_446_744_073_709_551_615_u64,
        })]
    );
    Ok(())
}

/// The builders for tables that are known by name only.
async fn names_and_values_of_every_kind_do_no_harm(db: TestDatabase) -> Result {
    let provider = db.provider();
    let backend = provider.manager().backend();
    let hostile = "a\"b`c'd; DROP TABLE x -- ?";
    let quoted = match db.kind().speaks_mysql() {
        true => format!("`{}`", hostile.replace('`', "``")),
        false => format!("\"{}\"", hostile.replace('"', "\"\"")),
    };
    db.execute(&[&format!(
        "CREATE TABLE {quoted} (id INT, {quoted} VARCHAR(40))"
    )])
    .await?;
    let values = [("id", sea_orm::Value::from(1)), (hostile, hostile.into())];
    let insert = tables::insert_sql(backend, hostile, values)?;
    assert_eq!(provider.execute_raw(insert).await?.rows_affected(), 1);
    let one = Expr::col("id").eq(1);
    let update = tables::update_sql(backend, hostile, [(hostile, "new")], one.clone())?;
    assert_eq!(provider.execute_raw(update).await?.rows_affected(), 1);
    let none = tables::delete_sql(backend, hostile, Expr::col(Alias::new(hostile)).eq("old"))?;
    assert_eq!(provider.execute_raw(none).await?.rows_affected(), 0);
    let delete = tables::delete_sql(backend, hostile, one)?;
    assert_eq!(provider.execute_raw(delete).await?.rows_affected(), 1);

    assert!(
        tables::delete_sql(backend, hostile, Condition::all()).is_err(),
        "every row"
    );
    assert!(
        tables::insert_sql(backend, hostile, [("a", 1), ("a", 2)]).is_err(),
        "twice"
    );
    assert!(
        tables::insert_sql(backend, "a\0", [("a", 1)]).is_err(),
        "a NUL"
    );
    assert!(tables::check_identifier(backend, "").is_err());
    assert!(tables::check_identifier(backend, "選択").is_ok());
    Ok(())
}
