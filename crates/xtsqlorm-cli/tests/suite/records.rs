//! Views and tables without a key become records: their rows are read in every way, and SeaORM
//! refuses what would need a key before any statement is sent.

use super::servers::{Scratch, Server, on_every_backend};
use super::support::{Result, assert_code, crate_with_program, reflect, run_program};

on_every_backend!(records_are_read_in_every_way_and_never_written_by_key);

/// What the program does: reads, writes that are refused, rows that are added.
const PROGRAM: &str = include_str!("programs/records.rs");

/// An owner, a log without a key, a table with a key wider than SeaORM holds, a view.
fn schema(server: Server) -> Vec<String> {
    let columns: Vec<String> = (1..=13).map(|n| format!("c{n} INTEGER NOT NULL")).collect();
    let key: Vec<String> = (1..=13).map(|n| format!("c{n}")).collect();
    let mut statements = vec![
        "CREATE TABLE owner (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL)".to_owned(),
        "CREATE TABLE log (owner_id INTEGER NOT NULL, note VARCHAR(40), no_key VARCHAR(10), \
         FOREIGN KEY (owner_id) REFERENCES owner (id))"
            .to_owned(),
        format!(
            "CREATE TABLE wide ({}, PRIMARY KEY ({}))",
            columns.join(", "),
            key.join(", ")
        ),
        "INSERT INTO owner VALUES (1, 'Ann'), (2, 'Bob')".to_owned(),
        "INSERT INTO log VALUES (1, 'in', NULL), (1, 'in', NULL), (2, NULL, 'x')".to_owned(),
        "INSERT INTO wide VALUES (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)".to_owned(),
        "CREATE VIEW entry AS SELECT o.name, l.note FROM log l JOIN owner o ON o.id = l.owner_id"
            .to_owned(),
    ];
    if server == Server::Postgres {
        statements.push("CREATE MATERIALIZED VIEW stored AS SELECT * FROM entry".to_owned());
    }
    statements
}

/// Two rows of the log are the same to the byte: a statement that meant one would change both.
async fn records_are_read_in_every_way_and_never_written_by_key(scratch: &Scratch) -> Result<()> {
    let schema = schema(scratch.server);
    let schema: Vec<&str> = schema.iter().map(String::as_str).collect();
    scratch.run(&schema).await?;
    let out = scratch.out();
    crate_with_program(&out, "records", &format!("{:?}", scratch.server), PROGRAM)?;
    let output = reflect(&scratch.url, &out, &[]);
    assert_code(&output, 0);
    let report = String::from_utf8(output.stderr)?;
    for told in [
        "tables   3 found, 3 written",
        "log: a table without a key; its rows can be read and added, not changed or deleted",
        "wide: a table with a key of 13 columns, and SeaORM holds 12; its rows",
    ] {
        assert!(report.contains(told), "no {told} in\n{report}");
    }
    if scratch.server == Server::Postgres {
        assert!(report.contains("views    2 found, 2 written"), "{report}");
    }
    let output = run_program(&out, &scratch.url)?;
    assert_code(&output, 0);
    let text = (output.stdout, output.stderr);
    let (stdout, stderr) = (String::from_utf8(text.0)?, String::from_utf8(text.1)?);
    assert_eq!(stderr, "", "it compiles without a warning");
    assert_eq!(stdout, "done\n");
    Ok(())
}
