//! Names that mean something else to SQL.

use serde_json::json;
use xtsqlorm::{dynamic::column, prelude::*};

use crate::support::{
    Kind, Result, TestDatabase, on_every_backend, on_mysql_and_mariadb, on_postgres,
};

on_every_backend!(hostile_names_are_names);
on_mysql_and_mariadb!(columns_that_select_all_leaves_out_are_there);
on_postgres!(a_table_of_another_schema_is_named_with_it);

/// Quotes of all kinds, keywords, blanks, signs, placeholders and other scripts.
const NAMES: [&str; 8] = [
    "select",
    "two words",
    "it's",
    "a\"b",
    "c`d",
    "e;f--g",
    "100%?$1:x",
    "名前",
];

async fn hostile_names_are_names(db: TestDatabase) -> Result {
    let quoted = |name: &str| match db.kind() {
        Kind::MySql | Kind::MariaDb => format!("`{}`", name.replace('`', "``")),
        _ => format!("\"{}\"", name.replace('"', "\"\"")),
    };
    let provider = db.provider();
    let manager = db.manager();
    let mut raw = db.raw().await?;
    for table in NAMES {
        let columns: Vec<String> = NAMES
            .iter()
            .map(|column| format!("{} VARCHAR(50)", quoted(column)))
            .collect();
        raw.run(format!(
            "CREATE TABLE {} ({} INT NOT NULL PRIMARY KEY, {})",
            quoted(table),
            quoted("the \"key\""),
            columns.join(", ")
        ))
        .await?;
        let repository = DynamicRepository::reflect(&provider, table).await?;
        let mut row = Row::new().with("the \"key\"", 1);
        for (place, name) in NAMES.iter().enumerate() {
            row.set(*name, format!("'; DROP TABLE x; -- {place} ?"));
        }
        let created = repository.create(row.clone()).await?;
        assert_eq!(created.to_json(), row.to_json(), "{table}");
        let mut changed = created.clone();
        changed.set("it's", "changed");
        let changed = repository.update(1, changed).await?.unwrap();
        assert_eq!(changed["it's"], "changed".into());
        assert_eq!(repository.upsert(&changed).await?, changed);
        for name in NAMES {
            let found = repository
                .find()
                .filter(column(name).eq(changed[name].clone()))
                .order_by_desc(name)
                .columns([name])
                .all()
                .await?;
            assert_eq!(
                found,
                [Row::from([(name, changed[name].clone())])],
                "{table}.{name}"
            );
        }
        let inside = provider
            .transaction(async |_| -> xtsqlorm::Result<u64> {
                repository
                    .update_where(column("it's").eq("changed"), [("名前", "x")])
                    .await
            })
            .await?;
        assert_eq!(inside, 1, "{table}");
        let sent = manager.statements_sent();
        let error = repository
            .create_json(json!({ "it's; DROP TABLE users": 1 }))
            .await
            .unwrap_err();
        assert!(
            error.to_string().starts_with(&format!(
                "{table}.it's; DROP TABLE users: there is no such field"
            )),
            "{error}"
        );
        assert_eq!(manager.statements_sent(), sent);
        assert!(repository.delete(1).await?);
        assert_eq!(repository.count().await?, 0);
    }
    Ok(())
}

/// `INVISIBLE`.
async fn columns_that_select_all_leaves_out_are_there(db: TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    raw.run("CREATE TABLE shy (id INT PRIMARY KEY, secret VARCHAR(9) INVISIBLE)")
        .await?;
    let shy = DynamicRepository::reflect(&db.provider(), "shy").await?;
    let row = json!({ "id": 1, "secret": "here" });
    assert_eq!(shy.create_json(row.clone()).await?.to_json(), row);
    assert_eq!(shy.require_by_id(1).await?.to_json(), row);
    Ok(())
}

/// Beside one of the same name.
async fn a_table_of_another_schema_is_named_with_it(db: TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    raw.run("CREATE SCHEMA other").await?;
    for table in ["things", "other.things"] {
        raw.run(format!(
            "CREATE TABLE {table} (id INT PRIMARY KEY, name TEXT)"
        ))
        .await?;
    }
    let provider = db.provider();
    let here = DynamicRepository::reflect(&provider, "things").await?;
    let there = DynamicRepository::reflect(&provider, "other.things").await?;
    here.upsert_json(json!({ "id": 1, "name": "here" })).await?;
    there
        .upsert_json(json!({ "id": 1, "name": "there" }))
        .await?;
    there
        .upsert_json(json!({ "id": 1, "name": "over there" }))
        .await?;
    assert_eq!(here.require_by_id(1).await?["name"], "here".into());
    assert_eq!(
        there.update(1, [("name", "x")]).await?.unwrap()["name"],
        "x".into()
    );
    assert!(there.delete(1).await?);
    assert_eq!((here.count().await?, there.count().await?), (1, 0));
    Ok(())
}
