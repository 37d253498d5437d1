//! Tables that are made from models.

use sea_orm::ConnectionTrait;
use xtsqlorm::{
    reflect::{
        CheckModel, ColumnModel, DataType, Deferral, ForeignKeyModel, Identity, TableKind,
        TableModel, TableName, reflect_table,
    },
    tables::{create, create_if_missing, create_statements, drop_table, exists},
};

use super::{everything, number, run, without_names};
use crate::support::{Kind, Result, TestDatabase, on_every_backend, on_postgres};

on_every_backend!(
    a_table_is_made_from_its_model,
    a_table_that_is_there_is_not_made_again,
    what_cannot_be_made_is_refused_before_any_sql,
    a_model_by_hand_is_as_good,
    a_key_may_refer_to_a_unique_column_of_its_own_table
);
on_postgres!(a_partition_is_not_made_without_its_bounds);

/// Another table of everything, from nothing but the model.
async fn a_table_is_made_from_its_model(db: TestDatabase) -> Result {
    run(&db, &everything(db.kind())).await?;
    let manager = db.manager();
    let source = reflect_table("source", &manager).await?;
    let mut model = source.as_ref().clone();
    model.name.table = "again".into();
    let again = |name: &str| match name.strip_prefix("sqlite_") {
        Some(_) => name.to_owned(),
        None => format!("again_{name}"),
    };
    for key in &mut model.foreign_keys {
        key.name = key.name.as_deref().map(again);
        if key.table == source.name {
            key.table = model.name.clone();
        }
    }
    for index in &mut model.indexes {
        index.name = again(&index.name);
    }
    for check in &mut model.checks {
        check.name = check.name.as_deref().map(again);
    }
    let key = model.primary_key.as_mut().unwrap();
    key.name = key.name.as_deref().map(again);
    create(&model, &manager).await?;
    let made = reflect_table("again", &manager).await?;
    assert_eq!(without_names(&made), without_names(&model));
    assert_eq!(without_names(&made), without_names(&source));
    Ok(())
}

/// Nor changed, nor emptied.
async fn a_table_that_is_there_is_not_made_again(db: TestDatabase) -> Result {
    run(
        &db,
        &["CREATE TABLE t (id INTEGER)", "INSERT INTO t VALUES (7)"],
    )
    .await?;
    let manager = db.manager();
    let mut model = reflect_table("t", &manager).await?.as_ref().clone();
    let refused = create(&model, &manager).await.unwrap_err();
    assert!(
        refused.to_string().contains("it exists already"),
        "{refused}"
    );
    assert!(!create_if_missing(&model, &manager).await?);
    assert_eq!(number(&db, "SELECT COUNT(*) FROM t WHERE id = 7").await?, 1);
    model.name.table = "u".into();
    assert!(create_if_missing(&model, &manager).await?);
    assert!(!create_if_missing(&model, &manager).await?);
    assert!(exists("u", &manager).await?);
    Ok(())
}

/// Which has no other rule than an index, and that comes after the table.
async fn a_key_may_refer_to_a_unique_column_of_its_own_table(db: TestDatabase) -> Result {
    run(
        &db,
        &[
            "CREATE TABLE category (id INTEGER NOT NULL PRIMARY KEY, code VARCHAR(20) NOT NULL, \
             parent_code VARCHAR(20), CONSTRAINT category_code UNIQUE (code), \
             CONSTRAINT category_parent FOREIGN KEY (parent_code) REFERENCES category (code) \
             ON DELETE CASCADE)",
        ],
    )
    .await?;
    let manager = db.manager();
    let model = reflect_table("category", &manager).await?;
    drop_table("category", &manager).await?;
    create(&model, &manager).await?;
    let made = reflect_table("category", &manager).await?;
    assert_eq!(without_names(&made), without_names(&model));
    assert_eq!(made.foreign_keys.len(), 1);
    let insert = async |row: &str| {
        let sql = format!("INSERT INTO category VALUES {row}");
        manager.execute_unprepared(&sql).await
    };
    insert("(1, 'a', NULL)").await?;
    insert("(2, 'b', 'a')").await?;
    assert!(insert("(3, 'c', 'nobody')").await.is_err());
    assert!(insert("(4, 'a', NULL)").await.is_err());
    Ok(())
}

/// What is wrong is named.
async fn what_cannot_be_made_is_refused_before_any_sql(db: TestDatabase) -> Result {
    run(
        &db,
        &[
            "CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER)",
            "CREATE INDEX ix ON t (x)",
        ],
    )
    .await?;
    let manager = db.manager();
    let mut good = reflect_table("t", &manager).await?.as_ref().clone();
    good.name.table = "made".into();
    let mut wrong: Vec<(&str, TableModel)> = Vec::new();
    let mut view = good.clone();
    view.kind = TableKind::View;
    wrong.push(("it is a view", view));
    let mut nameless = good.clone();
    nameless.name.table = String::new();
    wrong.push(("it is empty", nameless));
    let mut unknown = good.clone();
    unknown.indexes[0].parts[0].column = Some("nothing".into());
    wrong.push(("the column `nothing`", unknown));
    let mut cut = good.clone();
    cut.columns[1].name = "NUL\0".into();
    wrong.push(("has a NUL", cut));
    if db.kind() != Kind::Postgres {
        let empty = TableModel::new(good.name.clone(), TableKind::Table);
        wrong.push(("it has no columns", empty));
    }
    if matches!(db.kind(), Kind::Sqlite | Kind::MariaDb) {
        let mut lax = good.clone();
        lax.checks.push(CheckModel {
            enforced: false,
            ..CheckModel::new(None, "x > 0")
        });
        wrong.push(("not enforced", lax));
    }
    let mut nul = good.clone();
    nul.columns[1].default = Some("'a\0b'".into());
    wrong.push(("has a NUL in it", nul));
    wrong.extend(foreign_features(&good, db.kind()));
    let sent = manager.statements_sent();
    for (problem, model) in wrong {
        let refused = create(&model, &manager).await.unwrap_err();
        assert!(
            refused.to_string().contains(problem),
            "{problem}: {refused}"
        );
    }
    assert_eq!(manager.statements_sent(), sent);
    good.indexes[0].name = "ix_made".into();
    good.primary_key.as_mut().unwrap().name = None;
    create(&good, &manager).await?;
    Ok(())
}

/// What another database has would be left out without a word.
fn foreign_features(good: &TableModel, kind: Kind) -> Vec<(&'static str, TableModel)> {
    let mut found = Vec::new();
    let mut with = |problem, known_to: &[Kind], change: fn(&mut TableModel)| {
        if !known_to.contains(&kind) {
            let mut model = good.clone();
            change(&mut model);
            found.push((problem, model));
        }
    };
    let mysql = [Kind::MySql, Kind::MariaDb];
    let servers = [Kind::MySql, Kind::MariaDb, Kind::Postgres];
    with("no comments", &servers, |table| {
        table.comment = Some("c".into())
    });
    with("no comments", &servers, |table| {
        table.columns[0].comment = Some("c".into())
    });
    with("no STRICT", &[Kind::Sqlite], |table| table.strict = true);
    with("no ON UPDATE", &mysql, |table| {
        table.columns[1].on_update = Some("CURRENT_TIMESTAMP".into());
    });
    with("no hidden columns", &mysql, |table| {
        table.columns[1].hidden = true
    });
    with("no GENERATED .. AS IDENTITY", &[Kind::Postgres], |table| {
        table.columns[0].identity = Some(Identity::Always);
    });
    with("SQLite numbers nothing but", &servers, |table| {
        table.columns[1].identity = Some(Identity::AutoIncrement);
    });
    with(
        "no partial indexes",
        &[Kind::Postgres, Kind::Sqlite],
        |table| {
            table.indexes[0].condition = Some("x > 0".into());
        },
    );
    with("no indexes of prefixes", &mysql, |table| {
        table.indexes[0].parts[0].prefix = Some(2)
    });
    with("no INCLUDE", &[Kind::Postgres], |table| {
        table.indexes[0].include = vec!["id".into()]
    });
    with("no index methods", &servers, |table| {
        table.indexes[0].method = Some("hash".into())
    });
    with("no deferrable", &[Kind::Postgres, Kind::Sqlite], |table| {
        let columns = vec!["x".to_owned()];
        let mut key = ForeignKeyModel::new(columns, table.name.clone(), vec!["id".into()]);
        key.deferral = Deferral::Deferred;
        table.foreign_keys.push(key);
    });
    found
}

/// Nothing in it was read from a database.
async fn a_model_by_hand_is_as_good(db: TestDatabase) -> Result {
    let manager = db.manager();
    let schema = xtsqlorm::reflect::reflect_schema(&manager).await?.schemas[0].clone();
    let mut model = TableModel::new(TableName::new(schema, "by hand"), TableKind::Table);
    let integer = DataType::Integer {
        bits: 32,
        unsigned: false,
    };
    let mut column = ColumnModel::new("it's", "integer", integer);
    column.nullable = false;
    column.default = Some("40 + 2".into());
    model.columns.push(column);
    model
        .checks
        .push(CheckModel::new(Some("a rule".into()), "1 < 2"));
    let statements = create_statements(&model, manager.backend())?;
    assert_eq!(statements.len(), 1);
    create(&model, &manager).await?;
    let table = reflect_table("by hand", &manager).await?;
    assert!(!table.column("it's").unwrap().nullable);
    assert_eq!(table.checks.len(), 1);
    let table = super::quoted(&db, "by hand");
    let insert = match db.kind() {
        Kind::MySql | Kind::MariaDb => format!("INSERT INTO {table} VALUES ()"),
        _ => format!("INSERT INTO {table} DEFAULT VALUES"),
    };
    run(&db, &[&insert]).await?;
    let column = super::quoted(&db, "it's");
    let answer = format!(
        "SELECT CAST({column} AS {}) FROM {table}",
        if db.kind().speaks_mysql() {
            "SIGNED"
        } else {
            "BIGINT"
        }
    );
    assert_eq!(number(&db, &answer).await?, 42);
    Ok(())
}

/// It could take any rows otherwise.
async fn a_partition_is_not_made_without_its_bounds(db: TestDatabase) -> Result {
    run(
        &db,
        &["CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p DEFAULT"],
    )
    .await?;
    let manager = db.manager();
    let mut partition = reflect_table("p1", &manager).await?.as_ref().clone();
    partition.name.table = "p2".into();
    let refused = create(&partition, &manager).await.unwrap_err();
    assert!(
        refused.to_string().contains("a partition of `public.p`"),
        "{refused}"
    );
    partition.partition_of = None;
    create(&partition, &manager).await?;
    Ok(())
}
