//! Tables of others, made again from nothing but their models.

use std::collections::BTreeSet;

use tempfile::tempdir;
use xtsqlorm::{
    config::DatabaseConfig,
    connection::ConnectionManager,
    reflect::{SchemaModel, TableKind, TableModel, TableName, reflect_schema, reflect_table},
    tables::{copy_table_structure, create},
};

use super::without_names;
use crate::support::{
    Kind, Result, TestDatabase, dataset, load, on_mysql_and_mariadb, on_postgres, on_sqlite,
};

on_sqlite!(
    schemas_of_sqlite_come_back_from_their_models,
    tables_of_sqlite_are_copied_whole
);
on_mysql_and_mariadb!(
    schemas_of_mysql_come_back_from_their_models,
    tables_of_mysql_are_copied_whole
);
on_postgres!(
    schemas_of_postgres_come_back_from_their_models,
    tables_of_postgres_are_copied_whole
);

const SQLITE: [&str; 2] = ["edge/sqlite.sql", "chinook/sqlite.sql"];
const MYSQL: [&str; 2] = ["edge/mysql.sql", "sakila/mysql-schema.sql"];
const POSTGRES: [&str; 2] = ["edge/pg.sql", "sakila/postgres-schema.sql"];

/// Loads a dataset into the claim's database, and reads it. What belongs to others is not refused.
async fn loaded(db: &TestDatabase, files: &[&str]) -> Result<SchemaModel> {
    for file in files {
        if db.kind() == Kind::Postgres {
            let script = std::fs::read_to_string(dataset(file))?;
            let lines = script.lines().filter(|line| {
                let elsewhere = ["\\", "CREATE DATABASE", "DROP DATABASE"];
                !elsewhere.iter().any(|words| line.starts_with(words))
            });
            let lines: Vec<&str> = lines.collect();
            db.raw().await?.run(lines.join("\n")).await?;
        } else {
            load(db, file).await?;
        }
    }
    let schema = reflect_schema(&db.manager()).await?;
    assert!(schema.unreadable.is_empty(), "{:?}", schema.unreadable);
    Ok(schema)
}

/// A model that is to be made in another schema, with those that it refers to.
fn moved(table: &TableModel, from: &str, to: &str) -> TableModel {
    let mut table = table.clone();
    let move_name = |name: &mut TableName| {
        if name.schema == from {
            name.schema = to.to_owned();
        }
    };
    move_name(&mut table.name);
    for key in &mut table.foreign_keys {
        move_name(&mut key.table);
    }
    table.inherits.iter_mut().for_each(move_name);
    table
}

/// Makes all tables in an order in which what they refer to is there, and reads them again. Returns
/// what was refused or came back otherwise.
async fn made_again(models: Vec<TableModel>, manager: &ConnectionManager) -> Result<Vec<String>> {
    let all: BTreeSet<TableName> = models.iter().map(|table| table.name.clone()).collect();
    let mut made: BTreeSet<TableName> = BTreeSet::new();
    let mut waiting = models;
    let mut wrong = Vec::new();
    while !waiting.is_empty() {
        let ready = |table: &TableModel| {
            let needed = table
                .foreign_keys
                .iter()
                .map(|key| &key.table)
                .chain(&table.inherits);
            let mut needed = needed.filter(|name| all.contains(name) && **name != table.name);
            needed.all(|name| made.contains(name))
        };
        let next = waiting.iter().position(ready).unwrap_or(0);
        let mut table = waiting.remove(next);
        if !ready(&table) {
            // In a circle: the first goes without.
            table
                .foreign_keys
                .retain(|key| made.contains(&key.table) || key.table == table.name);
        }
        if let Err(error) = create(&table, manager).await {
            let source = std::error::Error::source(&error).map(ToString::to_string);
            wrong.push(format!("{}: {error} {source:?}", table.name));
        }
        let found = reflect_table(&table.name.to_string(), manager).await.ok();
        made.insert(table.name.clone());
        if let Some(found) = found
            && *found != table
        {
            wrong.push(format!(
                "{} was\n{table:#?}\nand is\n{found:#?}",
                table.name
            ));
        }
    }
    Ok(wrong)
}

fn tables(schema: &SchemaModel) -> Vec<&TableModel> {
    let tables = schema.tables.iter();
    tables
        .filter(|table| table.kind == TableKind::Table)
        .collect()
}

async fn schemas_of_sqlite_come_back_from_their_models(db: TestDatabase) -> Result {
    for file in SQLITE {
        let folder = tempdir()?;
        let url = format!("sqlite://{}", folder.path().join("again.db").display());
        let again = ConnectionManager::connect(&DatabaseConfig::from_url(&url)?).await?;
        let fresh = fresh(&db, file).await?;
        let wrong = made_again(tables(&fresh).into_iter().cloned().collect(), &again).await?;
        assert!(wrong.is_empty(), "{file}: {wrong:#?}");
        again.dispose().await;
    }
    Ok(())
}

/// Each dataset in the claim's own database, which is emptied before.
async fn fresh(db: &TestDatabase, file: &str) -> Result<SchemaModel> {
    let mut raw = db.raw().await?;
    raw.run("PRAGMA foreign_keys = OFF").await?;
    for table in reflect_schema(&db.manager()).await?.tables {
        let name = super::quoted(db, &table.name.table);
        let kind = if table.kind.is_view() {
            "VIEW"
        } else {
            "TABLE"
        };
        raw.run(format!("DROP {kind} IF EXISTS {name}")).await?;
    }
    loaded(db, &[file]).await
}

async fn schemas_of_mysql_come_back_from_their_models(db: TestDatabase) -> Result {
    let again = format!("{}_again", db.name());
    let schema = loaded(&db, &MYSQL).await?;
    let models = tables(&schema)
        .into_iter()
        .map(|table| moved(table, db.name(), &again));
    super::run(&db, &[&format!("CREATE DATABASE {again}")]).await?;
    let wrong = made_again(models.collect(), &db.manager()).await;
    super::run(&db, &[&format!("DROP DATABASE {again}")]).await?;
    // An ENUM of `x y` and `X Y`, which only a server that is not strict takes.
    let (refused, wrong): (Vec<_>, Vec<_>) = wrong?
        .into_iter()
        .partition(|wrong| wrong.contains("t_enums: ") && wrong.contains("1291"));
    assert_eq!(refused.len(), 1);
    assert!(wrong.is_empty(), "{wrong:#?}");
    Ok(())
}

async fn schemas_of_postgres_come_back_from_their_models(db: TestDatabase) -> Result {
    let manager = db.manager();
    for file in POSTGRES {
        let schema = loaded(&db, &[file]).await?;
        super::run(&db, &["CREATE SCHEMA again"]).await?;
        let models = tables(&schema)
            .into_iter()
            .map(|table| moved(table, "public", "again"));
        let mut models: Vec<TableModel> = models.collect();
        // Their bounds are in no model.
        models.retain(|table| table.partition_of.is_none());
        let wrong = made_again(models, &manager).await?;
        assert!(wrong.is_empty(), "{file}: {wrong:#?}");
        super::run(
            &db,
            &["DROP SCHEMA IF EXISTS again, other CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public"],
        )
        .await?;
    }
    Ok(())
}

/// Copies each table, and compares the copy with its source.
async fn copied_whole(db: &TestDatabase, schema: &SchemaModel) -> Result {
    let manager = db.manager();
    let mut wrong = Vec::new();
    for table in tables(schema) {
        let name = format!("{} copy", table.name.table);
        match copy_table_structure(&table.name.to_string(), &name, &manager).await {
            Ok(copy) => {
                let mut expected = table.clone();
                expected.partition_of = None;
                expected.inherits.clear();
                if without_names(&copy) != without_names(&expected) {
                    wrong.push(format!("{}: {expected:#?}\nis\n{copy:#?}", table.name));
                }
            }
            Err(error) => {
                let source = std::error::Error::source(&error).map(ToString::to_string);
                wrong.push(format!("{}: {error} {source:?}", table.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    Ok(())
}

async fn tables_of_sqlite_are_copied_whole(db: TestDatabase) -> Result {
    for file in SQLITE {
        let schema = fresh(&db, file).await?;
        copied_whole(&db, &schema).await?;
    }
    Ok(())
}

async fn tables_of_mysql_are_copied_whole(db: TestDatabase) -> Result {
    let schema = loaded(&db, &MYSQL).await?;
    copied_whole(&db, &schema).await
}

async fn tables_of_postgres_are_copied_whole(db: TestDatabase) -> Result {
    for file in POSTGRES {
        let schema = loaded(&db, &[file]).await?;
        copied_whole(&db, &schema).await?;
        super::run(
            &db,
            &["DROP SCHEMA IF EXISTS other CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public"],
        )
        .await?;
    }
    Ok(())
}
