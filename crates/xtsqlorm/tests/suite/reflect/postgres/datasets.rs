//! Databases of others are read whole.

use std::fs;

use xtsqlorm::reflect::{DataType, SchemaModel, TableKind, TableModel, reflect_schemas};

use crate::support::{Result, TestDatabase, dataset, on_postgres};

on_postgres!(
    sakila_is_read_whole,
    chinook_is_read_whole,
    northwind_is_read_whole,
    a_hostile_schema_is_read_whole
);

/// Runs a file as `psql` does, its commands for the client left out; one statement after the other
/// where some may fail.
async fn load(db: &TestDatabase, file: &str) -> Result {
    let script = fs::read_to_string(dataset(file))?;
    let lines = script.lines().filter(|line| !line.starts_with('\\'));
    // The script would go to a database of its own.
    let elsewhere = ["CREATE DATABASE", "DROP DATABASE"];
    let lines: Vec<&str> = lines
        .filter(|line| !elsewhere.iter().any(|words| line.starts_with(words)))
        .collect();
    Ok(db.raw().await?.run(lines.join("\n")).await?)
}

/// Reads all schemas, and compares with what the server counts.
async fn read_whole(db: &TestDatabase, schemas: &[&str]) -> Result<SchemaModel> {
    let schemas: Vec<String> = schemas.iter().map(|name| (*name).to_owned()).collect();
    let model = reflect_schemas(&db.manager(), &schemas).await?;
    assert!(model.unreadable.is_empty(), "{:?}", model.unreadable);
    let within = format!(
        "c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relnamespace IN (SELECT oid FROM pg_namespace \
         WHERE nspname IN ('{}'))",
        schemas.join("', '")
    );
    let mut raw = db.raw().await?;
    let mut count = async |what: &str, from: &str| {
        raw.number(format!(
            "SELECT count({what}) FROM pg_class c {from} WHERE {within}"
        ))
        .await
    };
    let total = |of: fn(&TableModel) -> usize| model.tables.iter().map(of).sum::<usize>() as i64;
    assert_eq!(model.tables.len() as i64, count("*", "").await?);
    let columns =
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped";
    assert_eq!(
        total(|table| table.columns.len()),
        count("*", columns).await?
    );
    let keyed = "JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'";
    assert_eq!(
        total(|table| table.key_columns().len().min(1)),
        count("*", keyed).await?
    );
    let indexes = "JOIN pg_index i ON i.indrelid = c.oid AND NOT i.indisprimary";
    assert_eq!(
        total(|table| table.indexes.len()),
        count("*", indexes).await?
    );
    let foreign = "JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'f'";
    assert_eq!(
        total(|table| table.foreign_keys.len()),
        count("*", foreign).await?
    );
    let checks = "JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'c'";
    assert_eq!(total(|table| table.checks.len()), count("*", checks).await?);
    let filled = "JOIN pg_attrdef d ON d.adrelid = c.oid";
    let filled = count("*", filled).await?;
    let found = model.tables.iter().flat_map(|table| &table.columns);
    let numbered = Some(xtsqlorm::reflect::Identity::AutoIncrement);
    let found = found.filter(|column| {
        column.default.is_some() || column.generated.is_some() || column.identity == numbered
    });
    assert_eq!(found.count() as i64, filled);
    Ok(model)
}

fn table<'m>(model: &'m SchemaModel, name: &str) -> &'m TableModel {
    let found = model.tables.iter().find(|table| table.name.table == name);
    found.unwrap_or_else(|| panic!("no table {name}"))
}

fn kinds(model: &SchemaModel) -> (usize, usize) {
    let views = model
        .tables
        .iter()
        .filter(|table| table.kind == TableKind::View);
    let tables = model
        .tables
        .iter()
        .filter(|table| table.kind == TableKind::Table);
    (tables.count(), views.count())
}

/// A domain, an enum, arrays, `tsvector`, six heirs of a table, seven views.
async fn sakila_is_read_whole(db: TestDatabase) -> Result {
    load(&db, "sakila/postgres-schema.sql").await?;
    let model = read_whole(&db, &["public"]).await?;
    assert_eq!(kinds(&model), (21, 7));
    let film = table(&model, "film");
    let year = &film.column("release_year").unwrap().data_type;
    assert!(
        matches!(year, DataType::Domain { name, .. } if name.name == "year"),
        "{year:?}"
    );
    let rating = film.column("rating").unwrap();
    assert_eq!(rating.default.as_deref(), Some("'G'::public.mpaa_rating"));
    let DataType::Enum { values, .. } = &rating.data_type else {
        panic!("{rating:?}");
    };
    assert_eq!(values, &["G", "PG", "PG-13", "R", "NC-17"]);
    let features = &film.column("special_features").unwrap().data_type;
    assert!(matches!(features, DataType::Array { .. }), "{features:?}");
    let gist = film
        .indexes
        .iter()
        .find(|index| index.method.as_deref() == Some("gist"));
    assert_eq!(gist.unwrap().parts[0].column.as_deref(), Some("fulltext"));
    let heirs = model
        .tables
        .iter()
        .filter(|table| !table.inherits.is_empty());
    assert_eq!(heirs.count(), 6);
    Ok(())
}

async fn chinook_is_read_whole(db: TestDatabase) -> Result {
    load(&db, "chinook/postgres.sql").await?;
    let model = read_whole(&db, &["public"]).await?;
    assert_eq!(kinds(&model), (11, 0));
    assert_eq!(
        table(&model, "playlist_track").key_columns(),
        ["playlist_id", "track_id"]
    );
    Ok(())
}

async fn northwind_is_read_whole(db: TestDatabase) -> Result {
    load(&db, "northwind/postgres.sql").await?;
    let model = read_whole(&db, &["public"]).await?;
    assert_eq!(kinds(&model), (14, 0));
    assert_eq!(table(&model, "order_details").foreign_keys.len(), 2);
    Ok(())
}

/// Each line of it stands alone, and some servers refuse some.
async fn a_hostile_schema_is_read_whole(db: TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    for line in fs::read_to_string(dataset("edge/pg.sql"))?.lines() {
        for statement in line.split_inclusive(';') {
            if let Err(refused) = raw.run(statement).await {
                println!("{refused}: {statement}");
            }
        }
    }
    let model = read_whole(&db, &["public", "other"]).await?;
    assert!(model.tables.len() >= 50, "{}", model.tables.len());
    Ok(())
}
