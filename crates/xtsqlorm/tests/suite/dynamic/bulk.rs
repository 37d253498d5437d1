//! Many rows of a table at once.

use serde_json::json;
use xtsqlorm::{prelude::*, repository::bulk::BulkOptions};

use crate::support::{Kind, Result, TestDatabase, on_every_backend};

on_every_backend!(
    rows_of_one_form_are_one_statement,
    a_table_without_a_key_takes_rows,
    rows_are_written_all_or_none,
    rows_beyond_the_limit_of_parameters_are_written,
);

async fn lines(db: &TestDatabase) -> Result<DynamicRepository> {
    db.execute(&[
        "CREATE TABLE line (number INT NOT NULL, note VARCHAR(20) DEFAULT 'none', UNIQUE (number))",
    ])
    .await?;
    Ok(DynamicRepository::reflect(&db.provider(), "line").await?)
}

fn line(number: i32) -> Row {
    Row::from([("number", number)])
}

async fn notes(lines: &DynamicRepository) -> Result<Vec<Option<String>>> {
    let rows = lines.find().order_by_asc("number").all().await?;
    let notes = rows.iter().map(|row| row.try_get("note"));
    Ok(notes.collect::<Result<_, _>>()?)
}

async fn rows_of_one_form_are_one_statement(db: TestDatabase) -> Result {
    let lines = lines(&db).await?;
    let before = db.manager().statements_sent();
    assert_eq!(lines.bulk_create(Vec::<Row>::new()).await?.inserted, 0);
    assert_eq!(db.manager().statements_sent(), before);
    // MySQL is asked once for its limits.
    let asks = u64::from(db.kind().speaks_mysql());
    assert_eq!(lines.bulk_create((1..=5).map(line)).await?.inserted, 5);
    assert_eq!(db.manager().statements_sent(), before + 1 + asks);
    // A column that is left out keeps its default. SQLite has no word for it in a list of rows.
    let mixed = [
        line(6),
        line(7).with("note", "seven"),
        line(8).with("note", Option::<String>::None),
        line(9),
    ];
    assert_eq!(lines.bulk_create(mixed).await?.inserted, 4);
    // BEGIN and COMMIT, and what lies between.
    let statements = 2 + if db.kind() == Kind::Sqlite { 3 } else { 1 };
    assert_eq!(
        db.manager().statements_sent(),
        before + 1 + asks + statements
    );
    let none = || Some("none".to_owned());
    let seven = Some("seven".to_owned());
    assert_eq!(notes(&lines).await?[5..], [none(), seven, None, none()]);
    Ok(())
}

/// `create_many` cannot give such rows back on MySQL.
async fn a_table_without_a_key_takes_rows(db: TestDatabase) -> Result {
    let lines = lines(&db).await?;
    let rows = || [json!({ "number": 1 }), json!({ "number": 2 })];
    let bulk = lines.bulk(BulkOptions::new());
    assert_eq!(bulk.create_json(rows()).await?.inserted, 2);
    let again = [json!({ "number": 3, "note": "x" })];
    let created = lines.create_many_json(again).await;
    if db.kind() == Kind::MySql {
        let refused = created.unwrap_err().to_string();
        assert!(refused.contains("`bulk_create`"), "{refused}");
    } else {
        assert_eq!(created?[0]["note"], "x".into());
    }
    Ok(())
}

async fn rows_are_written_all_or_none(db: TestDatabase) -> Result {
    let lines = lines(&db).await?;
    let twice = [line(1), line(2).with("note", "x"), line(1)];
    let refused = lines.bulk_create(twice).await.unwrap_err();
    assert!(refused.is_unique_violation(), "{refused}");
    let refused = lines.bulk_create([line(1), line(1)]).await.unwrap_err();
    assert!(refused.is_unique_violation(), "{refused}");
    let before = db.manager().statements_sent();
    let unknown = [line(1), line(2).with("nothing", 1)];
    let refused = lines.bulk_create(unknown).await.unwrap_err();
    assert_eq!(refused.to_string(), "row 1 of the input was refused");
    assert_eq!(db.manager().statements_sent(), before);
    assert_eq!(lines.count().await?, 0);

    let session = lines.provider().create_session().await?;
    let inside = lines.in_session(&session);
    assert_eq!(inside.bulk_create([line(1)]).await?.inserted, 1);
    session.rollback().await?;
    assert_eq!(lines.count().await?, 0);
    Ok(())
}

async fn rows_beyond_the_limit_of_parameters_are_written(db: TestDatabase) -> Result {
    const ROWS: i32 = 33_000;
    let lines = lines(&db).await?;
    let rows = (1..=ROWS).map(|number| line(number).with("note", "x"));
    let before = db.manager().statements_sent();
    assert_eq!(lines.bulk_create(rows).await?.inserted, 33_000);
    assert!(db.manager().statements_sent() >= before + 4);
    assert_eq!(lines.count().await?, 33_000);
    Ok(())
}
