//! What is there, and what it looks like.

use xtsqlorm::tables::{describe, exists, list};

use super::{HOSTILE, everything, quoted, run};
use crate::support::{Kind, Result, TestDatabase, on_every_backend, on_postgres};

on_every_backend!(
    tables_and_views_are_listed_by_name,
    a_name_means_the_table_that_it_means_for_reflection,
    a_description_has_all_that_a_table_has,
    a_description_keeps_to_its_lines
);
on_postgres!(kinds_of_relations_are_told_apart);

async fn tables_and_views_are_listed_by_name(db: TestDatabase) -> Result {
    let manager = db.manager();
    assert!(list(&manager).await?.is_empty());
    run(
        &db,
        &[
            "CREATE TABLE b (id INTEGER PRIMARY KEY)",
            "CREATE TABLE a (id INTEGER)",
            "CREATE VIEW c AS SELECT id FROM a",
            "CREATE INDEX i ON a (id)",
        ],
    )
    .await?;
    for name in HOSTILE {
        run(
            &db,
            &[&format!("CREATE TABLE {} (id INTEGER)", quoted(&db, name))],
        )
        .await?;
    }
    let entries = list(&manager).await?;
    let found: Vec<_> = entries
        .iter()
        .map(|entry| (entry.name.table.as_str(), entry.kind.to_string()))
        .collect();
    let mut expected = vec![("a", "table"), ("b", "table"), ("c", "view")];
    expected.extend(HOSTILE.map(|name| (name, "table")));
    expected.sort_unstable();
    let expected: Vec<_> = expected
        .into_iter()
        .map(|(name, kind)| (name, kind.to_owned()))
        .collect();
    assert_eq!(found, expected);
    for name in HOSTILE {
        assert!(exists(name, &manager).await?, "{name}");
        assert!(!exists(&format!("{name}x"), &manager).await?, "{name}");
    }
    Ok(())
}

/// In the current schema first, dots and all, then in another.
async fn a_name_means_the_table_that_it_means_for_reflection(db: TestDatabase) -> Result {
    run(
        &db,
        &[
            &format!("CREATE TABLE {} (dotted INTEGER)", quoted(&db, "with.dot")),
            "CREATE TABLE plain (id INTEGER)",
        ],
    )
    .await?;
    let manager = db.manager();
    let schema = match db.kind() {
        Kind::Sqlite => "main",
        Kind::Postgres => "public",
        _ => db.name(),
    };
    for (name, there) in [
        ("with.dot".to_owned(), true),
        (format!("{schema}.with.dot"), true),
        (format!("{schema}.plain"), true),
        ("with".to_owned(), false),
        ("dot".to_owned(), false),
        (format!("{schema}."), false),
        ("nowhere.plain".to_owned(), false),
        // SQLite's names are the same in any case.
        ("PLAIN".to_owned(), db.kind() == Kind::Sqlite),
    ] {
        assert_eq!(exists(&name, &manager).await?, there, "{name}");
    }
    assert!(exists("", &manager).await.is_err());
    assert!(describe("with.dot", &manager).await?.contains("dotted"));
    assert!(describe("dot", &manager).await.is_err());
    Ok(())
}

/// Columns below each other, rules with what they say.
async fn a_description_has_all_that_a_table_has(db: TestDatabase) -> Result {
    run(&db, &everything(db.kind())).await?;
    let words = describe("source", &db.manager()).await?;
    println!("{words}");
    let schema = match db.kind() {
        Kind::Sqlite => "main",
        Kind::Postgres => "public",
        _ => db.name(),
    };
    let mut expected = vec![
        format!("table {schema}.source\n"),
        "\ncolumns\n  id ".to_owned(),
        "not null  auto increment".to_owned(),
        "\nprimary key\n  (id)".to_owned(),
        "\nforeign keys\n".to_owned(),
        format!("(parent_id) -> {schema}.parent (id)"),
        "on delete set null".to_owned(),
        format!("(up) -> {schema}.source (id)"),
        "on delete cascade".to_owned(),
        "\nchecks\n".to_owned(),
        "source_price_check".to_owned(),
        "stored as ".to_owned(),
        "unique (".to_owned(),
    ];
    let own: &[&str] = match db.kind() {
        Kind::Postgres => &[
            "\n  it's a \\ table\n",
            "-- the \"code\"",
            "using gin",
            "price desc nulls last) where (price > (5)::numeric)",
            "EXCLUDE USING gist (during WITH &&)",
            "identity always",
            "include (j)",
            "collate C",
            "deferrable initially deferred",
        ],
        Kind::MySql | Kind::MariaDb => &[
            "\n  it's a \\ table, AUTO_INCREMENT=7\n",
            "body(10), price desc",
            "using fulltext",
            "using spatial",
            "virtual as",
            "hidden",
            "on update",
        ],
        Kind::Sqlite => &["price desc) where", "virtual as", "collate NOCASE"],
    };
    expected.extend(own.iter().map(|words| (*words).to_owned()));
    for part in expected {
        assert!(
            words.to_lowercase().contains(&part.to_lowercase()),
            "{part:?} is missing:\n{words}"
        );
    }
    let types: Vec<usize> = words
        .lines()
        .skip_while(|line| *line != "columns")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| {
            line.find(" null ")
                .or(line.find(" not null"))
                .map(|_| line.find("  ").unwrap_or(0))
        })
        .collect();
    assert!(
        types.iter().all(|start| *start == 0),
        "every line begins in the same place"
    );
    Ok(())
}

/// Whatever is in a comment or a name.
async fn a_description_keeps_to_its_lines(db: TestDatabase) -> Result {
    let column = quoted(&db, "two\nlines\tand\u{7f}");
    run(
        &db,
        &[&format!("CREATE TABLE t ({column} INTEGER, b INTEGER)")],
    )
    .await?;
    let words = describe("t", &db.manager()).await?;
    assert_eq!(words.lines().count(), 5, "{words}");
    assert!(words.contains(r"two\nlines\tand\u{7f}"), "{words}");
    Ok(())
}

/// Sequences and indexes are none.
async fn kinds_of_relations_are_told_apart(db: TestDatabase) -> Result {
    run(
        &db,
        &[
            "CREATE TABLE t (id serial PRIMARY KEY) PARTITION BY RANGE (id); \
             CREATE TABLE t1 PARTITION OF t DEFAULT; \
             CREATE MATERIALIZED VIEW m AS SELECT * FROM t; CREATE TYPE row_type AS (a int); \
             CREATE EXTENSION file_fdw; CREATE SERVER s FOREIGN DATA WRAPPER file_fdw; \
             CREATE FOREIGN TABLE f (line text) SERVER s OPTIONS (filename '/dev/null')",
        ],
    )
    .await?;
    let manager = db.manager();
    let found: Vec<String> = list(&manager)
        .await?
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        found,
        [
            "public.f (foreign table)",
            "public.m (materialized view)",
            "public.t (table)",
            "public.t1 (table)",
        ]
    );
    assert!(!exists("t_id_seq", &manager).await? && !exists("row_type", &manager).await?);
    Ok(())
}
