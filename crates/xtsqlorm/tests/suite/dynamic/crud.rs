//! Every operation, through rows and through JSON.

use sea_orm::{
    Value,
    prelude::{DateTimeUtc, Decimal},
    sea_query::{Expr, ExprTrait},
};
use serde_json::{Value as Json, json};
use xtsqlorm::{dynamic::column, prelude::*};

use super::sample::{everything, full};
use crate::support::{Kind, Result, TestDatabase, on_every_backend};

on_every_backend!(
    json_of_every_type_comes_back_as_it_went_in,
    rows_of_every_type_come_back_as_they_went_in,
    null_is_null_and_absent_is_unchanged,
    a_null_of_json_is_told_from_null,
    a_row_that_was_read_is_written_where_it_was_set,
    upserts_create_and_change,
    conditions_choose_what_is_written,
    rows_are_got_or_created,
    many_rows_are_created_or_none,
);

/// What goes in as JSON comes out as JSON, and is found by each of its values.
async fn json_of_every_type_comes_back_as_it_went_in(db: TestDatabase) -> Result {
    let table = everything(&db).await?;
    let created = table.create_json(full()).await?;
    let id: i64 = created.try_get("id")?;
    let stored = table.require_by_id(id).await?;
    assert_eq!(stored, created);
    let json = stored.to_json();
    for (field, value) in full().as_object().unwrap() {
        assert_eq!(&json[field], value, "{field}");
    }
    assert_eq!(json["state"], "new");
    assert!(json["made"].is_string());

    for column_name in [
        "name", "flag", "small", "big", "price", "data", "born", "seen", "kind",
    ] {
        let by_value = column(column_name).eq(stored[column_name].clone());
        let found = table.find().filter(by_value).all().await?;
        assert_eq!(found, std::slice::from_ref(&stored), "{column_name}");
    }
    assert!(table.delete(id).await?);
    assert!(!table.delete(id).await?);
    assert_eq!(table.get_by_id(id).await?, None);

    // All of it, key and defaults included, as it came.
    let again = table.create_json(json.clone()).await?;
    assert_eq!(again.to_json(), json);
    Ok(())
}

/// Values of the right type, and of those that mean the same.
async fn rows_of_every_type_come_back_as_they_went_in(db: TestDatabase) -> Result {
    let table = everything(&db).await?;
    let day = chrono::NaiveDate::from_ymd_opt(2026, 2, 28).unwrap();
    let seen: DateTimeUtc = "2026-02-28T10:00:00.5Z".parse()?;
    let row = Row::new()
        .with("name", "Ann")
        .with("flag", false)
        .with("small", 7_i64)
        .with("big", 7_u8)
        .with("price", Decimal::new(1250, 2))
        .with("ratio", 2)
        .with("data", vec![1_u8, 2])
        .with("born", day)
        .with("slot", day.and_hms_opt(9, 30, 0).unwrap().time())
        .with("starts", "2026-02-28 10:00:00")
        .with("seen", seen)
        .with("extra", "{\"a\": 1}")
        .with("note", Option::<String>::None);
    let created = table.create(row).await?;
    assert_eq!(created.try_get::<u64>("big")?, 7);
    assert_eq!(created.try_get::<i16>("small")?, 7);
    assert_eq!(created.try_get::<Decimal>("price")?, Decimal::new(125, 1));
    assert_eq!(created.try_get::<f64>("ratio")?, 2.0);
    assert_eq!(created.try_get::<chrono::NaiveDate>("born")?, day);
    assert_eq!(
        created.try_get::<chrono::NaiveTime>("slot")?.to_string(),
        "09:30:00"
    );
    assert_eq!(created.try_get::<DateTimeUtc>("seen")?, seen);
    assert_eq!(created.try_get::<Json>("extra")?, json!({ "a": 1 }));
    assert_eq!(created.try_get::<Option<String>>("note")?, None);
    assert_eq!(created.try_get::<Option<i32>>("kind")?, None);
    let names: Vec<&str> = created.columns().collect();
    let columns: Vec<&str> = table
        .table()
        .columns
        .iter()
        .map(|c| c.name.as_str())
        .collect();
    assert_eq!(names, columns, "in the order of the table");

    let refused = created.try_get::<i64>("name").unwrap_err().to_string();
    assert_eq!(
        refused,
        "name: a text of 3 characters is no i64; ask for a type that holds it"
    );
    let refused = created.try_get::<String>("note").unwrap_err().to_string();
    assert_eq!(
        refused,
        "note: NULL is no String; ask for an `Option<String>`"
    );
    let refused = created.try_get::<String>("nam").unwrap_err().to_string();
    assert_eq!(
        refused,
        "nam: the row has no such column; did you mean `name`?"
    );
    Ok(())
}

/// `null` empties a column, a field that is not there leaves it.
async fn null_is_null_and_absent_is_unchanged(db: TestDatabase) -> Result {
    let table = everything(&db).await?;
    let id: i32 = table.create_json(full()).await?.try_get("id")?;
    let before = table.require_by_id(id).await?.to_json();
    let changed = table
        .update_json(id, json!({ "name": "B" }))
        .await?
        .unwrap();
    let mut expected = before.clone();
    expected["name"] = json!("B");
    assert_eq!(changed.to_json(), expected);

    let optional = full()
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect::<Vec<_>>();
    let optional = optional.iter().filter(|field| *field != "name");
    let nulls: serde_json::Map<String, Json> =
        optional.map(|field| (field.clone(), Json::Null)).collect();
    let emptied = table.update_json(id, nulls.clone().into()).await?.unwrap();
    for field in nulls.keys() {
        assert_eq!(emptied.to_json()[field], Json::Null, "{field}");
        let by_null = table
            .find()
            .filter(column(field.as_str()).eq(Option::<i32>::None));
        assert_eq!(by_null.count().await?, 1, "{field}");
        assert_eq!(
            table
                .find()
                .filter(column(field.as_str()).is_not_null())
                .count()
                .await?,
            0
        );
    }
    assert_eq!(
        table.update_json(id, json!({})).await?.as_ref(),
        Some(&emptied)
    );
    assert_eq!(table.update_json(-1, json!({ "name": "B" })).await?, None);
    assert_eq!(table.update_json(-1, json!({})).await?, None);
    Ok(())
}

/// A row tells JSON's own `null` from NULL; as JSON, both are `null`.
async fn a_null_of_json_is_told_from_null(db: TestDatabase) -> Result {
    let table = everything(&db).await?;
    let null = Value::Json(Some(Box::new(Json::Null)));
    let row = Row::new().with("name", "A").with("extra", null.clone());
    let row = table.create(row).await?;
    assert_eq!(row["extra"], null);
    assert_eq!(row.to_json()["extra"], Json::Null);
    let without = table.find().filter(column("extra").is_null());
    assert!(!without.clone().exists().await?);
    table.update(&row, [("extra", Value::Json(None))]).await?;
    assert!(without.exists().await?);

    // A column that must not be NULL takes `null` as an entity does.
    db.migrated().await?;
    let mut log = DynamicRepository::reflect(&db.provider(), "audit_log").await?;
    if db.kind().speaks_mysql() {
        log = log.with_type("id", xtsqlorm::reflect::DataType::Uuid)?;
    }
    let entry = json!({
        "id": uuid::Uuid::now_v7(), "action": "a", "subject_table": "t", "subject_key": "k",
        "detail": null,
    });
    let entry = log.create_json(entry).await?;
    assert_eq!(entry["detail"], null);
    let model = Repository::<entity::audit_log::Entity>::new(&db.provider())
        .require_by_id(entry.try_get::<uuid::Uuid>("id")?)
        .await?;
    assert_eq!(model.detail, Json::Null);
    Ok(())
}

/// Only what was set since is written, so that two writers of different columns lose nothing.
async fn a_row_that_was_read_is_written_where_it_was_set(db: TestDatabase) -> Result {
    let table = everything(&db).await?;
    let mut ann = table.create_json(full()).await?;
    let id: i64 = ann.try_get("id")?;
    table.update(id, [("note", "by another")]).await?;
    ann.set("name", "Ann");
    let stored = table.update(id, &ann).await?.unwrap();
    assert_eq!(stored["note"], "by another".into());
    assert_eq!(stored["name"], "Ann".into());

    // Nothing was set: all of it is meant.
    let read = table.require_by_id(id).await?;
    table.update(id, [("note", "by another one")]).await?;
    assert_eq!(table.update(id, &read).await?, Some(read.clone()));

    // A copy under another key.
    let mut copy = read;
    copy.set("id", 77);
    let copy = table.create(copy).await?;
    assert_eq!(
        (&copy["id"], &copy["name"]),
        (&table.require_by_id(77).await?["id"], &"Ann".into())
    );
    Ok(())
}

async fn upserts_create_and_change(db: TestDatabase) -> Result {
    let table = everything(&db).await?;
    let first = table
        .upsert_json(json!({ "id": 5, "name": "A", "note": "n" }))
        .await?;
    assert_eq!(first.try_get::<i64>("id")?, 5);
    let second = table.upsert_json(json!({ "id": 5, "name": "B" })).await?;
    assert_eq!(
        (&second["name"], &second["note"]),
        (&"B".into(), &"n".into())
    );
    let numbered = table.upsert_json(json!({ "name": "C" })).await?;
    assert_ne!(numbered["id"], second["id"]);
    assert_eq!(table.count().await?, 2);
    let mut row = numbered.clone();
    row.set("flag", true);
    assert_eq!(table.upsert(&row).await?["flag"], true.into());

    // A row that is nothing but its key.
    let mut raw = db.raw().await?;
    raw.run("CREATE TABLE pairs (a INT NOT NULL, b INT NOT NULL, PRIMARY KEY (a, b))")
        .await?;
    let pairs = DynamicRepository::reflect(&db.provider(), "pairs").await?;
    for _ in 0..2 {
        let pair = pairs.upsert([("a", 1), ("b", 2)]).await?;
        assert_eq!(pair.to_json(), json!({ "a": 1, "b": 2 }));
    }
    assert_eq!(pairs.count().await?, 1);
    Ok(())
}

async fn conditions_choose_what_is_written(db: TestDatabase) -> Result {
    let table = everything(&db).await?;
    for (name, small) in [("a", 1), ("b", 2), ("c", 3)] {
        table
            .create_json(json!({ "name": name, "small": small }))
            .await?;
    }
    let some = column("small").gte(2);
    assert_eq!(table.update_where(some.clone(), [("note", "x")]).await?, 2);
    assert_eq!(
        table
            .update_where_json(some.clone(), json!({ "flag": true }))
            .await?,
        2
    );
    let flagged = table
        .find()
        .filter(column("flag").eq(true).and(column("note").eq("x")));
    assert_eq!(flagged.count().await?, 2);
    // sea-query's own conditions serve, too.
    let sql = Expr::col("small").lt(3);
    assert_eq!(table.find().filter(sql.clone()).count().await?, 2);
    assert_eq!(table.delete_where(sql).await?, 2);
    assert_eq!(table.delete_where(Expr::value(true)).await?, 1);
    assert_eq!(table.count().await?, 0);
    Ok(())
}

async fn rows_are_got_or_created(db: TestDatabase) -> Result {
    db.migrated().await?;
    let tags = DynamicRepository::reflect(&db.provider(), "tags").await?;
    let vip = column("name").eq("vip");
    let (first, created) = tags.get_or_create(vip.clone(), [("name", "vip")]).await?;
    assert!(created);
    let again = tags
        .get_or_create_json(vip.clone(), json!({ "name": "vip" }))
        .await?;
    assert_eq!(again, (first.clone(), false));

    // Another one is faster: the condition is looked at before, the unique key decides.
    let provider = db.provider();
    let inside = provider
        .transaction(async |_| -> xtsqlorm::Result<_> {
            let nobody = column("name").eq("vip").and(column("id").lt(0));
            let error = tags
                .get_or_create(nobody, [("name", "vip")])
                .await
                .unwrap_err();
            assert!(error.is_unique_violation(), "{error}");
            // The transaction goes on.
            tags.get_or_create(vip, [("name", "vip")]).await
        })
        .await?;
    assert_eq!(inside, (first, false));
    Ok(())
}

async fn many_rows_are_created_or_none(db: TestDatabase) -> Result {
    let table = everything(&db).await?;
    let rows = ["a", "b"].map(|name| Row::from([("name", name)]));
    let created = table.create_many(rows).await?;
    assert_eq!(created.len(), 2);
    assert_eq!(created[1]["name"], Value::from("b"));
    let ids: Vec<i64> = created
        .iter()
        .map(|row| row.try_get("id"))
        .collect::<Result<_, _>>()?;
    assert!(ids[0] < ids[1]);
    let taken = [json!({ "name": "c" }), json!({ "name": "d", "id": ids[0] })];
    let error = table.create_many_json(taken).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(table.count().await?, 2);
    assert!(table.create_many(Vec::<Row>::new()).await?.is_empty());
    if db.kind() != Kind::Sqlite {
        let before = db.manager().statements_sent();
        let long = [json!({ "name": "c" }), json!({ "name": "too long for it" })];
        table.create_many_json(long).await.unwrap_err();
        assert_eq!(db.manager().statements_sent(), before);
    }
    Ok(())
}
