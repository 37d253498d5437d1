//! Keys of several columns, of any type, and none at all.

use sea_orm::{Value, prelude::Uuid};
use serde_json::json;
use std::sync::Arc;
use xtsqlorm::{
    dynamic::column,
    prelude::*,
    reflect::{DataType, KeyModel, TableModel, reflect_table},
};

use crate::support::{Kind, Result, TestDatabase, on_every_backend, on_postgres};

on_every_backend!(
    composite_keys_name_one_row_in_any_form,
    keys_of_the_wrong_form_are_refused_before_any_sql,
    uuid_keys_are_found_again,
    a_table_without_a_key_is_read_and_not_found_in,
    a_view_is_read_and_has_the_key_that_it_is_given,
);
on_postgres!(
    a_materialized_view_takes_no_rows,
    a_number_that_the_database_insists_on_is_left_to_it,
);

async fn links(db: &TestDatabase) -> Result<DynamicRepository> {
    let mut raw = db.raw().await?;
    raw.run("CREATE TABLE links (host VARCHAR(20) NOT NULL, port INT NOT NULL, note VARCHAR(20), PRIMARY KEY (port, host))")
        .await?;
    let links = DynamicRepository::reflect(&db.provider(), "links").await?;
    for (host, port) in [("a", 1), ("a", 2), ("b", 1)] {
        links
            .create_json(json!({ "host": host, "port": port }))
            .await?;
    }
    Ok(links)
}

/// All columns of the key count: no write touches a row that shares only one of them.
async fn composite_keys_name_one_row_in_any_form(db: TestDatabase) -> Result {
    let links = links(&db).await?;
    let stored = links.require_by_id((2, "a")).await?;
    assert_eq!(
        stored.to_json(),
        json!({ "host": "a", "port": 2, "note": null })
    );
    let of_values = vec![Value::from(2_i64), Value::from("a")];
    assert_eq!(links.get_by_id(of_values).await?.as_ref(), Some(&stored));
    assert_eq!(links.get_by_id(&stored).await?.as_ref(), Some(&stored));
    assert_eq!(
        links
            .get_by_id(json!({ "host": "a", "port": 2 }))
            .await?
            .as_ref(),
        Some(&stored)
    );
    assert_eq!(
        links.get_by_id(json!([2, "a"])).await?.as_ref(),
        Some(&stored)
    );
    assert_eq!(links.get_by_id((2, "b")).await?, None);

    let found = links
        .get_many([(1, "b"), (9, "z"), (2, "a"), (1, "b")])
        .await?;
    let hosts: Vec<String> = found
        .iter()
        .map(|row| row.try_get("host"))
        .collect::<Result<_, _>>()?;
    assert_eq!(hosts, ["b", "a", "b"]);
    let all = links.get_all(Page::all()).await?;
    let keys: Vec<_> = all.iter().map(Row::to_json).collect();
    assert_eq!(keys[1], json!({ "host": "b", "port": 1, "note": null }));

    assert_eq!(
        links.update((1, "a"), [("note", "x")]).await?.unwrap()["note"],
        "x".into()
    );
    assert_eq!(
        links.find().filter(column("note").eq("x")).count().await?,
        1
    );
    assert!(links.delete((1, "a")).await? && !links.exists((1, "a")).await?);
    assert_eq!(links.count().await?, 2);
    let error = links.require_by_id((7, "a")).await.unwrap_err();
    assert_eq!(error.to_string(), "no row of links has the key (7, \"a\")");
    Ok(())
}

async fn keys_of_the_wrong_form_are_refused_before_any_sql(db: TestDatabase) -> Result {
    let links = links(&db).await?;
    let manager = db.manager();
    let before = manager.statements_sent();
    let refused = |error: Error| error.to_string();
    assert_eq!(
        refused(links.get_by_id(2).await.unwrap_err()),
        "links: the key has 2 columns and not 1; give a value for each of port, host"
    );
    let of_json = json!({ "port": 2 });
    assert_eq!(
        refused(links.delete(of_json).await.unwrap_err()),
        "links.host: the key lacks this column; give it"
    );
    let swapped = refused(links.exists(("a", 2)).await.unwrap_err());
    assert!(
        swapped.starts_with("links.port: a text of 1 characters does not suit "),
        "{swapped}"
    );
    assert_eq!(
        refused(links.update((2, "a"), [("port", 3)]).await.unwrap_err()),
        "links.port: an update cannot change the primary key; leave it out of the changes, or \
         create a new row and delete the old one"
    );
    assert_eq!(manager.statements_sent(), before);
    assert!(
        links
            .update((2, "a"), Row::from([("port", 2)]).with("note", "y"))
            .await?
            .is_some()
    );
    Ok(())
}

/// MySQL and SQLite know no such type, and are told.
async fn uuid_keys_are_found_again(db: TestDatabase) -> Result {
    let sql_type = match db.kind() {
        Kind::MySql | Kind::MariaDb => "BINARY(16)",
        _ => "UUID",
    };
    let mut raw = db.raw().await?;
    raw.run(format!(
        "CREATE TABLE things (id {sql_type} PRIMARY KEY, name VARCHAR(20))"
    ))
    .await?;
    let mut things = DynamicRepository::reflect(&db.provider(), "things").await?;
    if db.kind().speaks_mysql() {
        things = things.with_type("id", DataType::Uuid)?;
    }
    let ids = [Uuid::now_v7(), Uuid::nil(), Uuid::max()];
    for id in ids {
        let row = things.create_json(json!({ "id": id, "name": "x" })).await?;
        assert_eq!(row["id"], id.into());
        assert_eq!(row.to_json()["id"], json!(id));
        assert_eq!(things.get_by_id(id).await?, Some(row.clone()));
        assert_eq!(things.get_by_id(json!(id)).await?, Some(row));
    }
    assert_eq!(things.get_many(ids).await?.len(), 3);
    assert!(things.with_type("di", DataType::Uuid).is_err());
    let absent = Uuid::from_u128(7);
    let error = things.require_by_id(absent).await.unwrap_err().to_string();
    assert_eq!(error, format!("no row of things has the key \"{absent}\""));
    Ok(())
}

/// Reads and conditions work; what takes a key says that there is none.
async fn a_table_without_a_key_is_read_and_not_found_in(db: TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    raw.run("CREATE TABLE log (at INT, line VARCHAR(20))")
        .await?;
    raw.run("INSERT INTO log VALUES (2, 'b'), (1, 'z'), (1, 'a'), (1, 'a')")
        .await?;
    let log = DynamicRepository::reflect(&db.provider(), "log").await?;
    let lines = |rows: &[Row]| -> Vec<String> {
        rows.iter()
            .map(|row| row.try_get("line").unwrap())
            .collect()
    };
    assert_eq!(
        lines(&log.get_all(Page::all()).await?),
        ["a", "a", "z", "b"]
    );
    assert_eq!(
        lines(&log.get_all(Page::limit(2).offset(1)).await?),
        ["a", "z"]
    );
    assert_eq!(log.count().await?, 4);
    let manager = db.manager();
    let before = manager.statements_sent();
    let message = "log: the table has no primary key to find a row by; ";
    for error in [
        log.get_by_id(1).await.unwrap_err(),
        log.require_by_id(1).await.unwrap_err(),
        log.get_many([1]).await.unwrap_err(),
        log.exists(1).await.unwrap_err(),
        log.update(1, [("line", "x")]).await.unwrap_err(),
        log.upsert([("line", "x")]).await.unwrap_err(),
        log.delete(1).await.unwrap_err(),
    ] {
        assert!(error.to_string().starts_with(message), "{error}");
    }
    assert_eq!(manager.statements_sent(), before);
    assert_eq!(
        log.update_where(column("at").eq(2), [("line", "c")])
            .await?,
        1
    );
    assert_eq!(log.delete_where(column("line").eq("a")).await?, 2);
    let new = log.create_json(json!({ "at": 3, "line": "n" })).await;
    if db.kind() == Kind::MySql {
        let error = new.unwrap_err().to_string();
        assert!(error.starts_with("log: MySQL returns no row"), "{error}");
        assert_eq!(log.count().await?, 2);
    } else {
        assert_eq!(new?["line"], "n".into());
        assert_eq!(log.count().await?, 3);
    }
    Ok(())
}

async fn a_view_is_read_and_has_the_key_that_it_is_given(db: TestDatabase) -> Result {
    db.seeded().await?;
    let mut raw = db.raw().await?;
    raw.run("CREATE VIEW named AS SELECT id, email, name FROM users")
        .await?;
    let provider = db.provider();
    let named = DynamicRepository::reflect(&provider, "named").await?;
    let users = DynamicRepository::reflect(&provider, "users").await?;
    assert_eq!(named.count().await?, users.count().await?);
    let first = named.find().order_by_asc("id").one().await?.unwrap();
    assert!(!first.try_get::<String>("email")?.is_empty());
    let error = named.get_by_id(1).await.unwrap_err().to_string();
    assert!(
        error.starts_with("named: the view has no primary key"),
        "{error}"
    );

    let mut model = TableModel::clone(&*reflect_table("named", &db.manager()).await?);
    model.primary_key = Some(KeyModel {
        name: None,
        columns: vec!["id".to_owned()],
    });
    let named = DynamicRepository::new(&provider, Arc::new(model));
    let id: i64 = first.try_get("id")?;
    assert_eq!(named.get_by_id(id).await?.as_ref(), Some(&first));
    let renamed = named.update(id, [("name", "By a view")]).await;
    if db.kind() == Kind::Sqlite {
        assert!(renamed.is_err(), "SQLite's views take no rows");
    } else {
        assert_eq!(renamed?.unwrap()["name"], "By a view".into());
        assert_eq!(users.require_by_id(id).await?["name"], "By a view".into());
    }
    Ok(())
}

async fn a_materialized_view_takes_no_rows(db: TestDatabase) -> Result {
    db.seeded().await?;
    let mut raw = db.raw().await?;
    raw.run("CREATE MATERIALIZED VIEW frozen AS SELECT id, name FROM users")
        .await?;
    let frozen = DynamicRepository::reflect(&db.provider(), "frozen").await?;
    assert!(frozen.count().await? > 0);
    let before = db.manager().statements_sent();
    let error = frozen
        .create([("name", "x")])
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("frozen: a materialized view takes no rows"),
        "{error}"
    );
    assert!(frozen.delete_where(column("id").eq(1)).await.is_err());
    assert!(
        frozen
            .update_where(column("id").eq(1), [("name", "x")])
            .await
            .is_err()
    );
    assert_eq!(db.manager().statements_sent(), before);
    Ok(())
}

/// `GENERATED ALWAYS AS IDENTITY`.
async fn a_number_that_the_database_insists_on_is_left_to_it(db: TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    raw.run(
        "CREATE TABLE numbered (id INT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \
         name TEXT, loud TEXT GENERATED ALWAYS AS (upper(name)) STORED)",
    )
    .await?;
    let table = DynamicRepository::reflect(&db.provider(), "numbered").await?;
    let row = table.create([("name", "a")]).await?;
    assert_eq!(row["loud"], "A".into());
    let before = db.manager().statements_sent();
    let error = table
        .create_json(json!({ "id": 7, "name": "b" }))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "numbered.id: the database numbers this column; leave it out"
    );
    let error = table.update(1, [("loud", "B")]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "numbered.loud: the database computes this column; leave it out"
    );
    assert_eq!(db.manager().statements_sent(), before);
    // What was only read along with the rest is no attempt to set it.
    let copy = table.create(&row).await?;
    assert_ne!(copy["id"], row["id"]);
    let mut changed = row.clone();
    changed.set("name", "c");
    let changed = table.upsert(changed).await?;
    assert_eq!(
        (&changed["id"], &changed["loud"]),
        (&row["id"], &"C".into())
    );
    assert_eq!(table.count().await?, 2);
    let error = table
        .upsert_json(json!({ "id": 99, "name": "z" }))
        .await
        .unwrap_err();
    assert!(error.to_string().starts_with("numbered.id: "), "{error}");
    Ok(())
}
