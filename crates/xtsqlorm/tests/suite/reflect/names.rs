//! From what a caller writes to a table.

use std::fmt::Display;

use xtsqlorm::{
    Error,
    reflect::{ForeignKeyModel, TableName, reflect_schema, reflect_schemas, reflect_table},
};

use crate::support::{Kind, Result, TestDatabase, on_every_backend, on_every_server, on_sqlite};

on_every_backend!(
    any_name_is_found_as_it_is_written,
    a_name_with_a_dot_is_a_table_of_this_schema_before_one_of_another,
    an_unknown_table_is_refused_with_the_nearest_name,
    an_unknown_schema_is_refused_with_the_nearest_name,
    what_cannot_be_a_name_is_refused_before_any_statement,
    schemas_are_read_once_however_often_they_are_named,
);
on_every_server!(
    names_that_differ_in_case_are_different_tables,
    several_schemas_are_read_at_once,
);
on_sqlite!(a_name_is_found_in_any_case);

const HOSTILE: [&str; 20] = [
    "it's",
    "dq\"t",
    "back`tick",
    "[brackets]",
    "with space",
    "with-dash",
    "with.dot",
    "a.b.c",
    "中文表",
    "select",
    "back\\slash",
    "per%cent",
    "under_score",
    "x; DROP TABLE y; --",
    "$1",
    "?",
    ":name",
    "1digit",
    "naïve",
    "' OR 1=1 --",
];

fn quoted(kind: Kind, name: &str) -> String {
    if kind.speaks_mysql() {
        format!("`{}`", name.replace('`', "``"))
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// As a table, as a column, as an index and as the table that another one refers to.
async fn any_name_is_found_as_it_is_written(db: TestDatabase) -> Result {
    let manager = db.manager();
    for (number, name) in HOSTILE.iter().enumerate() {
        let q = quoted(db.kind(), name);
        let index = quoted(db.kind(), &format!("{name}{number}"));
        let referring = quoted(db.kind(), &format!("{name}!"));
        db.execute(&[
            &format!("CREATE TABLE {q} (id INT NOT NULL PRIMARY KEY, {q} INT)"),
            &format!("CREATE INDEX {index} ON {q} ({q})"),
            &format!(
                "CREATE TABLE {referring} (id INT NOT NULL PRIMARY KEY, {q} INT, \
                 FOREIGN KEY ({q}) REFERENCES {q} (id))"
            ),
        ])
        .await?;
    }
    let schema = reflect_schema(&manager).await?;
    assert!(schema.unreadable.is_empty(), "{:?}", schema.unreadable);
    assert_eq!(schema.tables.len(), 2 * HOSTILE.len());
    for (number, name) in HOSTILE.iter().enumerate() {
        let found = reflect_table(name, &manager).await?;
        assert_eq!(found.name.table, *name);
        assert_eq!(found.columns[1].name, *name);
        assert_eq!(found.key_columns(), ["id"]);
        let index = &found.indexes[0];
        assert_eq!(index.name, format!("{name}{number}"));
        assert_eq!(index.parts[0].column.as_deref(), Some(*name));
        let full = format!("{}.{name}", found.name.schema);
        assert_eq!(*reflect_table(&full, &manager).await?, *found);
        assert!(schema.tables.contains(&found), "{name}");

        let referring = reflect_table(&format!("{name}!"), &manager).await?;
        let key: &ForeignKeyModel = &referring.foreign_keys[0];
        assert_eq!(key.table, found.name);
        assert_eq!(key.columns, [*name]);
        assert_eq!(key.referenced, ["id"]);
    }
    Ok(())
}

async fn a_name_with_a_dot_is_a_table_of_this_schema_before_one_of_another(
    db: TestDatabase,
) -> Result {
    let manager = db.manager();
    let schema = reflect_schema(&manager).await?.schemas[0].clone();
    let full = format!("{schema}.t");
    let dotted = quoted(db.kind(), &full);
    db.execute(&["CREATE TABLE t (plain INT)"]).await?;
    let found = reflect_table(&full, &manager).await?;
    assert_eq!(found.name, TableName::new(&schema, "t"));

    db.execute(&[&format!("CREATE TABLE {dotted} (dotted INT)")])
        .await?;
    let found = xtsqlorm::reflect::refresh_table(&full, &manager).await?;
    assert_eq!(found.name, TableName::new(&schema, &full));
    assert_eq!(found.columns[0].name, "dotted");
    let both = reflect_table(&format!("{schema}.{schema}.t"), &manager).await?;
    assert_eq!(both, found);
    Ok(())
}

fn assert_refused(error: impl Into<Error>, with: &[&dyn Display]) {
    let error = error.into();
    assert!(matches!(error, Error::InvalidInput { .. }), "{error:?}");
    for part in with {
        let part = part.to_string();
        assert!(error.to_string().contains(&part), "{part}: {error}");
    }
}

async fn an_unknown_table_is_refused_with_the_nearest_name(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE customers (id INT)",
        "CREATE VIEW invoices AS SELECT id FROM customers",
    ])
    .await?;
    let manager = db.manager();
    let error = reflect_table("custmers", &manager).await.unwrap_err();
    assert_refused(error, &[&"`custmers`", &"did you mean `customers`?"]);
    let error = reflect_table("invoice", &manager).await.unwrap_err();
    assert_refused(error, &[&"did you mean `invoices`?"]);
    let error = reflect_table("nowhere.customers", &manager)
        .await
        .unwrap_err();
    assert_refused(error, &[&"`nowhere.customers`"]);
    let error = reflect_table("nothing_like_it", &manager)
        .await
        .unwrap_err();
    assert_refused(error, &[&"`nothing_like_it`", &"schema.table"]);
    Ok(())
}

async fn an_unknown_schema_is_refused_with_the_nearest_name(db: TestDatabase) -> Result {
    let manager = db.manager();
    let schema = reflect_schema(&manager).await?.schemas[0].clone();
    let wrong = format!("{schema}x");
    let wanted = [schema.clone(), wrong.clone()];
    let error = reflect_schemas(&manager, &wanted).await.unwrap_err();
    let meant = format!("did you mean `{schema}`?");
    assert_refused(error, &[&format!("`{wrong}`"), &meant]);
    Ok(())
}

async fn what_cannot_be_a_name_is_refused_before_any_statement(db: TestDatabase) -> Result {
    let manager = db.manager();
    let before = manager.statements_sent();
    for name in ["", "us\0ers", "\0"] {
        let error = reflect_table(name, &manager).await.unwrap_err();
        assert_refused(error, &[&"schema.table"]);
    }
    assert_eq!(manager.statements_sent(), before);
    Ok(())
}

async fn schemas_are_read_once_however_often_they_are_named(db: TestDatabase) -> Result {
    db.execute(&["CREATE TABLE t (id INT)"]).await?;
    let manager = db.manager();
    let once = reflect_schema(&manager).await?;
    let schema = once.schemas[0].clone();
    let twice = reflect_schemas(&manager, &[schema.clone(), schema]).await?;
    assert_eq!(twice, once);
    assert!(reflect_schemas(&manager, &[]).await?.tables.is_empty());
    Ok(())
}

async fn names_that_differ_in_case_are_different_tables(db: TestDatabase) -> Result {
    let create = |name: &str, column: &str| {
        let name = quoted(db.kind(), name);
        format!("CREATE TABLE {name} ({column} INT)")
    };
    db.execute(&[&create("people", "a"), &create("People", "b")])
        .await?;
    let manager = db.manager();
    assert_eq!(reflect_schema(&manager).await?.tables.len(), 2);
    for (name, column) in [("people", "a"), ("People", "b")] {
        let found = reflect_table(name, &manager).await?;
        assert_eq!(found.name.table, name);
        let columns: Vec<&str> = found
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        assert_eq!(columns, [column]);
    }
    let error = reflect_table("PEOPLE", &manager).await.unwrap_err();
    assert_refused(error, &[&"did you mean"]);
    Ok(())
}

async fn several_schemas_are_read_at_once(db: TestDatabase) -> Result {
    let other = format!("{}_2", db.name());
    db.execute(&[
        &format!("CREATE SCHEMA {other}"),
        &format!("CREATE TABLE {other}.t (far INT)"),
        "CREATE TABLE t (near INT)",
    ])
    .await?;
    let manager = db.manager();
    let here = reflect_schema(&manager).await?.schemas[0].clone();
    let wanted = [here.clone(), other.clone()];
    let read = reflect_schemas(&manager, &wanted).await;
    db.execute(&[
        &format!("DROP TABLE {other}.t"),
        &format!("DROP SCHEMA {other}"),
    ])
    .await?;
    let read = read?;
    assert_eq!(read.schemas, wanted);
    let mut columns: Vec<_> = read
        .tables
        .iter()
        .map(|table| (table.name.schema.clone(), table.columns[0].name.as_str()))
        .collect();
    columns.sort();
    let mut expected = vec![(here, "near"), (other, "far")];
    expected.sort();
    assert_eq!(columns, expected);
    Ok(())
}

async fn a_name_is_found_in_any_case(db: TestDatabase) -> Result {
    db.execute(&["CREATE TABLE Users (id INT)"]).await?;
    let manager = db.manager();
    let found = reflect_table("uSERS", &manager).await?;
    assert_eq!(found.name.table, "Users");
    let before = manager.statements_sent();
    reflect_table("users", &manager).await?;
    assert_eq!(manager.statements_sent(), before, "read before");
    Ok(())
}
