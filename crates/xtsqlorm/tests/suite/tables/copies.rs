//! Copies of a table's structure.

use std::time::Duration;

use xtsqlorm::{
    reflect::{Identity, reflect_table},
    tables::{CopyOptions, copy_table_structure, copy_table_structure_with, create, exists, list},
};

use super::{HOSTILE, everything, number, quoted, run, without_names};
use crate::support::{Kind, Result, TestDatabase, eventually, on_every_backend};

on_every_backend!(
    a_copy_has_the_structure_of_its_source,
    rows_of_a_copy_are_held_to_its_rules,
    a_copy_counts_from_the_start_and_its_source_goes_on,
    foreign_keys_can_be_left_out_of_a_copy,
    a_copy_of_a_copy_is_a_copy,
    names_are_those_of_the_copy,
    hostile_names_are_copied_as_they_are,
    what_is_no_table_is_not_copied,
    a_name_that_cannot_be_is_refused_before_any_sql,
    a_copy_that_fails_leaves_nothing,
    a_copy_that_is_given_up_is_whole_or_nothing
);

/// Columns, defaults, computed columns, keys, indexes, checks, foreign keys, comments.
async fn a_copy_has_the_structure_of_its_source(db: TestDatabase) -> Result {
    run(&db, &everything(db.kind())).await?;
    let manager = db.manager();
    let source = reflect_table("source", &manager).await?;
    let copy = copy_table_structure("source", "copy", &manager).await?;
    assert_eq!(copy.name.schema, source.name.schema);
    assert_eq!(copy.name.table, "copy");
    assert_eq!(without_names(&copy), without_names(&source));
    assert_eq!(reflect_table("copy", &manager).await?, copy);
    assert!(source.foreign_keys.len() == 2 && source.checks.len() >= 2 && source.indexes.len() > 2);
    assert_eq!(
        without_names(&*reflect_table("source", &manager).await?),
        without_names(&source)
    );
    Ok(())
}

/// A row that has what the columns must have, with other values for some of them.
fn insert(kind: Kind, table: &str, columns: &str, values: &str) -> String {
    if kind.speaks_mysql() {
        let place = "ST_GeomFromText('POINT(1 2)')";
        format!("INSERT INTO {table} (place, {columns}) VALUES ({place}, {values})")
    } else {
        format!("INSERT INTO {table} ({columns}) VALUES ({values})")
    }
}

/// Defaults fill in, checks, unique keys and foreign keys refuse.
async fn rows_of_a_copy_are_held_to_its_rules(db: TestDatabase) -> Result {
    run(&db, &everything(db.kind())).await?;
    copy_table_structure("source", "copy", &db.manager()).await?;
    let insert = |columns: &str, values: &str| insert(db.kind(), "copy", columns, values);
    run(&db, &["INSERT INTO parent VALUES (7)"]).await?;
    let accepted = [
        insert("code, parent_id", "'first', 7"),
        insert("code, price, up", "'second', 9, 1"),
    ];
    run(&db, &accepted.each_ref().map(String::as_str)).await?;
    assert_eq!(
        number(
            &db,
            "SELECT COUNT(*) FROM copy WHERE price = 1 AND twice = 2"
        )
        .await?,
        1
    );
    for (columns, values) in [
        ("code, price", "'first', 40"),
        ("code, price", "'third', -1"),
        ("code", "NULL"),
        ("code, price, parent_id", "'third', 50, 8"),
        ("code, price, up", "'third', 60, 99"),
    ] {
        let refused = run(&db, &[&insert(columns, values)]).await;
        assert!(refused.is_err(), "{columns}: {values}");
    }
    assert_eq!(number(&db, "SELECT COUNT(*) FROM copy").await?, 2);
    assert_eq!(number(&db, "SELECT COUNT(*) FROM source").await?, 0);
    // To itself, not to its source.
    run(&db, &["DELETE FROM copy WHERE id = 1"]).await?;
    assert_eq!(
        number(&db, "SELECT COUNT(*) FROM copy").await?,
        0,
        "and the row below it"
    );
    Ok(())
}

/// Neither takes numbers from the other.
async fn a_copy_counts_from_the_start_and_its_source_goes_on(db: TestDatabase) -> Result {
    run(&db, &everything(db.kind())).await?;
    let into = |table: &str, code: &str| insert(db.kind(), table, "code, price", code);
    let before: Vec<String> = (1..=3)
        .map(|n| into("source", &format!("'s{n}', {n}")))
        .collect();
    run(&db, &before.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    let copy = copy_table_structure("source", "copy", &db.manager()).await?;
    assert_eq!(
        copy.column("id").unwrap().identity,
        Some(Identity::AutoIncrement)
    );
    let after = [
        into("copy", "'c1', 1"),
        into("source", "'s4', 4"),
        into("copy", "'c2', 2"),
    ];
    run(&db, &after.each_ref().map(String::as_str)).await?;
    let mut raw = db.raw().await?;
    let ids = |table: &str| {
        let id = if db.kind().speaks_mysql() {
            "CAST(id AS SIGNED)"
        } else {
            "CAST(id AS BIGINT)"
        };
        format!("SELECT {id} FROM {table} ORDER BY id")
    };
    assert_eq!(raw.numbers(ids("copy")).await?, [1, 2]);
    assert_eq!(raw.numbers(ids("source")).await?, [1, 2, 3, 4]);
    Ok(())
}

/// And nothing else; rows then need no partner.
async fn foreign_keys_can_be_left_out_of_a_copy(db: TestDatabase) -> Result {
    run(&db, &everything(db.kind())).await?;
    let manager = db.manager();
    let options = CopyOptions::new().foreign_keys(false);
    let copy = copy_table_structure_with("source", "copy", options, &manager).await?;
    let mut expected = without_names(&*reflect_table("source", &manager).await?);
    expected.foreign_keys.clear();
    assert_eq!(without_names(&copy), expected);
    run(
        &db,
        &[&insert(
            db.kind(),
            "copy",
            "code, parent_id, up",
            "'free', 77, 88",
        )],
    )
    .await?;
    Ok(())
}

async fn a_copy_of_a_copy_is_a_copy(db: TestDatabase) -> Result {
    run(&db, &everything(db.kind())).await?;
    let manager = db.manager();
    copy_table_structure("source", "first", &manager).await?;
    let second = copy_table_structure("first", "second", &manager).await?;
    let source = reflect_table("source", &manager).await?;
    assert_eq!(without_names(&second), without_names(&source));
    Ok(())
}

/// Where they are one of the schema, they stay apart; also where the obvious one is taken.
async fn names_are_those_of_the_copy(db: TestDatabase) -> Result {
    run(&db, &everything(db.kind())).await?;
    let taken = match db.kind() {
        Kind::Sqlite => "CREATE TABLE taken (a INT); CREATE INDEX copy_lower ON taken (a)",
        Kind::Postgres => "CREATE TABLE copy_id_seq (a INT)",
        _ => "CREATE TABLE taken (a INT, CONSTRAINT copy_price_check CHECK (a > 0))",
    };
    run(&db, &[taken]).await?;
    let copy = copy_table_structure("source", "copy", &db.manager()).await?;
    let keys: Vec<_> = copy
        .foreign_keys
        .iter()
        .filter_map(|key| key.name.as_deref())
        .collect();
    // In SQLite it is no more than a remark.
    let expected = match db.kind() {
        Kind::Sqlite => "source_parent_fk",
        _ => "copy_parent_fk",
    };
    assert!(keys.contains(&expected), "{keys:?}");
    let indexes: Vec<_> = copy
        .indexes
        .iter()
        .map(|index| index.name.as_str())
        .collect();
    if db.kind() == Kind::Sqlite {
        assert!(indexes.contains(&"copy_lower_1"), "{indexes:?}");
    }
    Ok(())
}

/// As source and as copy, of tables, columns, indexes and rules.
async fn hostile_names_are_copied_as_they_are(db: TestDatabase) -> Result {
    let manager = db.manager();
    for name in HOSTILE {
        let q = |suffix: &str| quoted(&db, &format!("{name}{suffix}"));
        let table = format!(
            "CREATE TABLE {t} ({id} INTEGER NOT NULL, {c} VARCHAR(19) DEFAULT 'REFERENCES', {up} INTEGER, \
             CONSTRAINT {pk} PRIMARY KEY ({id}), CONSTRAINT {ck} CHECK ({c} <> '{literal}'), \
             CONSTRAINT {fk} FOREIGN KEY ({up}) REFERENCES {t} ({id}))",
            t = q(""),
            id = q(" id"),
            c = q(""),
            up = q(" up"),
            pk = q(" pk"),
            ck = q(" ck"),
            fk = q(" fk"),
            literal = name.replace('\'', "''"),
        );
        let index = format!("CREATE UNIQUE INDEX {} ON {} ({})", q(" i"), q(""), q(""));
        run(&db, &[&table, &index]).await?;
        let copy_name = format!("copy of {name}");
        let source = reflect_table(name, &manager).await?;
        let copy = copy_table_structure(name, &copy_name, &manager).await?;
        assert_eq!(copy.name.table, copy_name);
        assert_eq!(without_names(&copy), without_names(&source), "{name}");
        assert_eq!(copy.foreign_keys[0].table, copy.name);
    }
    Ok(())
}

/// A view, a table that is not there. The error says what to do.
async fn what_is_no_table_is_not_copied(db: TestDatabase) -> Result {
    run(
        &db,
        &[
            "CREATE TABLE plain (id INTEGER)",
            "CREATE VIEW seen AS SELECT id FROM plain",
        ],
    )
    .await?;
    let manager = db.manager();
    let view = copy_table_structure("seen", "copy", &manager)
        .await
        .unwrap_err();
    assert!(view.to_string().contains("it is a view"), "{view}");
    let missing = copy_table_structure("plains", "copy", &manager)
        .await
        .unwrap_err();
    assert!(
        missing.to_string().contains("did you mean `plain`?"),
        "{missing}"
    );
    assert!(!exists("copy", &manager).await?);
    Ok(())
}

/// A server would cut some of them short without a word.
async fn a_name_that_cannot_be_is_refused_before_any_sql(db: TestDatabase) -> Result {
    let long = "x".repeat(65);
    let manager = db.manager();
    let sent = manager.statements_sent();
    let mut wrong = vec!["", "a\0b"];
    if db.kind().is_server() {
        wrong.push(&long);
    }
    for name in wrong {
        let refused = copy_table_structure("source", name, &manager)
            .await
            .unwrap_err();
        assert!(
            refused.to_string().starts_with("the table name"),
            "{refused}"
        );
    }
    assert_eq!(manager.statements_sent(), sent);
    Ok(())
}

/// Half a table would look like a whole one.
async fn a_copy_that_fails_leaves_nothing(db: TestDatabase) -> Result {
    run(&db, &everything(db.kind())).await?;
    let manager = db.manager();
    let mut model = reflect_table("source", &manager).await?.as_ref().clone();
    model.name.table = "half".into();
    for index in &mut model.indexes {
        index.name = format!("half_{}", index.name.trim_start_matches("sqlite_"));
    }
    for key in &mut model.foreign_keys {
        key.name = None;
        key.table.table = "nowhere".into();
        key.referenced = vec!["\"".into()];
    }
    for check in &mut model.checks {
        check.name = None;
    }
    model.primary_key.as_mut().unwrap().name = None;
    let last = model.indexes.last_mut().unwrap();
    last.name = "half_of_it".into();
    last.parts[0].column = None;
    last.parts[0].expression = Some("no_such_function(code)".into());
    let refused = create(&model, &manager).await;
    assert!(refused.is_err());
    assert!(!exists("half", &manager).await?);
    eventually("the connection is free again", async || {
        manager.pool_status().in_use == 0
    })
    .await;
    Ok(())
}

/// At whichever moment the caller goes away.
async fn a_copy_that_is_given_up_is_whole_or_nothing(db: TestDatabase) -> Result {
    run(&db, &everything(db.kind())).await?;
    let manager = db.manager();
    let source = reflect_table("source", &manager).await?;
    let (mut given_up, mut limit) = (0, Duration::from_micros(50));
    loop {
        let name = format!("copy_{given_up}");
        let copied = copy_table_structure("source", &name, &manager);
        if let Ok(copied) = tokio::time::timeout(limit, copied).await {
            assert_eq!(without_names(&*copied?), without_names(&source));
            break;
        }
        given_up += 1;
        limit = limit * 5 / 4;
    }
    assert!(given_up > 5, "{given_up}");
    // What a server was in the middle of comes to its end.
    tokio::time::sleep(Duration::from_millis(200)).await;
    for entry in list(&manager).await? {
        if entry.name.table.starts_with("copy_") {
            let copy = reflect_table(&entry.name.table, &manager).await?;
            assert_eq!(without_names(&copy), without_names(&source));
        }
    }
    Ok(())
}
