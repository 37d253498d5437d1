//! Large schemas.

use std::time::Instant;

use sea_orm::ConnectionTrait;
use xtsqlorm::reflect::{SchemaModel, reflect_schema, reflect_table, refresh_table};

use crate::support::{Kind, Result, TestDatabase, on_every_backend};

on_every_backend!(four_hundred_tables_take_as_many_statements_as_two);

/// Each with a key, an index, a check, a default and a foreign key.
async fn four_hundred_tables_take_as_many_statements_as_two(db: TestDatabase) -> Result {
    let manager = db.manager();
    create(&db, 0..2).await?;
    let two = statements(&manager).await?;
    let one = statements_of_one(&manager).await?;
    create(&db, 2..400).await?;
    let started = Instant::now();
    let four_hundred = statements(&manager).await?;
    let took = started.elapsed();
    assert_eq!(four_hundred.0.tables.len(), 400);
    assert_eq!(four_hundred.1, two.1);
    assert!(two.1 <= 15, "{}", two.1);
    assert_eq!(statements_of_one(&manager).await?, one);
    let last = reflect_table("t399", &manager).await?;
    assert_eq!(last.foreign_keys[0].table.table, "t398");
    assert!(four_hundred.0.tables.contains(&last));
    println!("{:?}: 400 tables in {took:?}", db.kind());
    Ok(())
}

async fn create(db: &TestDatabase, tables: std::ops::Range<u32>) -> Result {
    let sqlite = db.kind() == Kind::Sqlite;
    let mut raw = db.raw().await?;
    if sqlite {
        // Not one write to the disk for each table.
        raw.run("BEGIN").await?;
    }
    for table in tables {
        let parent = table.saturating_sub(1);
        raw.run(format!(
            "CREATE TABLE t{table} (id INT NOT NULL PRIMARY KEY, parent INT, n INT DEFAULT 5, \
             name VARCHAR(20) NOT NULL DEFAULT 'x', at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, \
             CONSTRAINT c{table} CHECK (n > 1), \
             CONSTRAINT f{table} FOREIGN KEY (parent) REFERENCES t{parent} (id))"
        ))
        .await?;
        raw.run(format!("CREATE INDEX i{table} ON t{table} (name, n)"))
            .await?;
    }
    if sqlite {
        raw.run("COMMIT").await?;
    }
    Ok(())
}

async fn statements(
    manager: &xtsqlorm::connection::ConnectionManager,
) -> Result<(SchemaModel, u64)> {
    let before = manager.statements_sent();
    let schema = reflect_schema(manager).await?;
    assert!(schema.unreadable.is_empty(), "{:?}", schema.unreadable);
    Ok((schema, manager.statements_sent() - before))
}

async fn statements_of_one(manager: &xtsqlorm::connection::ConnectionManager) -> Result<u64> {
    // The connection is there before it is counted.
    manager.execute_unprepared("SELECT 1").await?;
    let before = manager.statements_sent();
    refresh_table("t1", manager).await?;
    Ok(manager.statements_sent() - before)
}
