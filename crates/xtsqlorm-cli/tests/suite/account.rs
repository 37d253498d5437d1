//! The report accounts for every table, view and column, and the exit code tells of losses.

use serde_json::Value;

use super::servers::{Scratch, Server, on_every_backend};
use super::support::{Result, assert_code, reflect};

on_every_backend!(every_table_is_written_folded_or_left_out_with_a_reason);

/// A table with a key, one without, one that the user excludes, a view; and what only some have.
fn schema(server: Server) -> Vec<&'static str> {
    let mut statements = vec![
        "CREATE TABLE kept (id INTEGER PRIMARY KEY, name VARCHAR(10))",
        "CREATE TABLE log (note VARCHAR(10))",
        "CREATE TABLE tmp_a (id INTEGER PRIMARY KEY)",
        "CREATE VIEW seen AS SELECT id FROM kept",
    ];
    match server {
        Server::Postgres => statements.extend([
            "CREATE TABLE day (id INTEGER, at DATE NOT NULL, PRIMARY KEY (id, at)) \
             PARTITION BY RANGE (at)",
            "CREATE TABLE day_1 PARTITION OF day FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
            "CREATE TABLE day_2 PARTITION OF day FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')",
            "CREATE TABLE child (extra INTEGER) INHERITS (kept)",
            "CREATE MATERIALIZED VIEW stored AS SELECT id FROM kept",
        ]),
        Server::Sqlite => statements.push("CREATE VIRTUAL TABLE search USING fts5(title, body)"),
        Server::Mysql | Server::Mariadb => statements.push(
            "CREATE TABLE day (id INT PRIMARY KEY) PARTITION BY RANGE (id) \
             (PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN (20))",
        ),
    }
    statements
}

fn names(list: &Value, field: &str) -> Vec<String> {
    let entries = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let names = entries
        .iter()
        .map(|entry| entry[field].as_str().unwrap_or_default());
    names.map(str::to_owned).collect()
}

async fn every_table_is_written_folded_or_left_out_with_a_reason(scratch: &Scratch) -> Result<()> {
    scratch.run(&schema(scratch.server)).await?;
    let arguments = ["--dry-run", "--report", "json", "--exclude", "tmp_*"];
    let output = reflect(&scratch.url, &scratch.out(), &arguments);
    assert_code(&output, 0);
    let report: Value = serde_json::from_slice(&output.stdout)?;

    let count = |what: &str, of: &str| report[what][of].as_u64().unwrap_or_default();
    let (folded, left_out) = (
        names(&report["folded"], "table"),
        names(&report["left_out"], "table"),
    );
    let elsewhere = u64::try_from(folded.len() + left_out.len())?;
    assert_eq!(
        count("tables", "found"),
        count("tables", "written") + elsewhere,
        "{report}"
    );
    assert_eq!(
        count("columns", "found"),
        count("columns", "written"),
        "{report}"
    );
    assert_eq!(report["lost"], false, "{report}");
    let mysql = (4, 3, 1, 1);
    let (found, written, views, read_only) =
        scratch.server.choose(mysql, (7, 4, 2, 2), (9, 3, 1, 2));
    assert_eq!(
        (count("tables", "found"), count("tables", "written")),
        (found, written),
        "{report}"
    );
    assert_eq!(
        (count("views", "found"), count("views", "written")),
        (views, views),
        "{report}"
    );
    assert_eq!(report["read_only"], read_only, "{report}");

    let expected: (&[&str], &[&str]) = scratch.server.choose(
        (&[], &["tmp_a"]),
        (&["day_1", "day_2"], &["tmp_a"]),
        (
            &[],
            &[
                "search_config",
                "search_content",
                "search_data",
                "search_docsize",
                "search_idx",
                "tmp_a",
            ],
        ),
    );
    assert_eq!(
        (folded, left_out),
        (owned(expected.0), owned(expected.1)),
        "{report}"
    );
    let reasons = names(&report["left_out"], "reason");
    assert_eq!(
        reasons.last().map(String::as_str),
        Some("matches --exclude tmp_*")
    );
    Ok(())
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// A table in which no column can be read has no entity, and that is a loss.
mod a_loss_has_an_exit_code_of_its_own {
    use super::*;

    #[tokio::test]
    #[ignore = "needs a server: scripts/test"]
    async fn postgres() -> Result<()> {
        let scratch = Scratch::create(Server::Postgres).await?;
        scratch
            .run(&[
                "CREATE TABLE kept (id INTEGER PRIMARY KEY)",
                "CREATE TABLE bare ()",
            ])
            .await?;
        let output = reflect(&scratch.url, &scratch.out(), &[]);
        assert_code(&output, 3);
        let report = String::from_utf8(output.stderr)?;
        assert!(
            report.contains("bare: it has no columns, or this user may read none of them (LOST)"),
            "{report}"
        );
        assert!(scratch.out().join("src/kept.rs").exists());
        let output = reflect(&scratch.url, &scratch.out(), &["--exclude", "bare"]);
        assert_code(&output, 0);
        scratch.drop().await
    }
}
