//! `--check` finds what has changed in the database since the entities were written.

use std::process::Output;

use super::servers::{Scratch, Server, on_every_backend};
use super::support::{Result, assert_code, reflect};

on_every_backend!(
    each_change_is_found,
    nothing_is_said_of_an_unchanged_database
);

/// An owner, an item with an enum where there are enums, a table to spare, a view.
async fn create(scratch: &Scratch) -> Result<()> {
    scratch
        .run(scratch.server.choose(
            &[
                "CREATE TABLE owner (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL)",
                "CREATE TABLE item (id INT AUTO_INCREMENT PRIMARY KEY, owner_id INT NOT NULL, \
                 note VARCHAR(40), size INT NOT NULL, state ENUM('new','used') NOT NULL)",
                "CREATE TABLE spare (id INT PRIMARY KEY)",
                "CREATE VIEW listed AS SELECT id FROM item",
            ][..],
            &[
                "CREATE TYPE item_state AS ENUM ('new','used')",
                "CREATE TABLE owner (id SERIAL PRIMARY KEY, name VARCHAR(40) NOT NULL)",
                "CREATE TABLE item (id SERIAL PRIMARY KEY, owner_id INT NOT NULL, \
                 note VARCHAR(40), size INT NOT NULL, state item_state NOT NULL)",
                "CREATE TABLE spare (id INT PRIMARY KEY)",
                "CREATE VIEW listed AS SELECT id FROM item",
            ][..],
            &[
                "CREATE TABLE owner (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL)",
                "CREATE TABLE item (id INTEGER PRIMARY KEY, owner_id INT NOT NULL, \
                 note VARCHAR(40), size INT NOT NULL)",
                "CREATE TABLE spare (id INTEGER PRIMARY KEY)",
                "CREATE VIEW listed AS SELECT id FROM item",
            ][..],
        ))
        .await
}

/// A change, and the file and the lines of the diff that tell it.
struct Step {
    what: &'static str,
    sql: Vec<&'static str>,
    file: &'static str,
    lines: &'static [&'static str],
}

fn step(
    what: &'static str,
    sql: &[&'static str],
    file: &'static str,
    lines: &'static [&'static str],
) -> Step {
    Step {
        what,
        sql: sql.to_vec(),
        file,
        lines,
    }
}

/// The changes, in an order in which each is possible after those before it.
fn steps(server: Server) -> Vec<Step> {
    let mut steps = vec![
        step(
            "a column added",
            &["ALTER TABLE item ADD COLUMN extra VARCHAR(10)"],
            "item.rs",
            &["+    pub extra: Option<String>,"],
        ),
        step(
            "a column renamed",
            &["ALTER TABLE item RENAME COLUMN note TO remark"],
            "item.rs",
            &[
                "-    pub note: Option<String>,",
                "+    pub remark: Option<String>,",
            ],
        ),
        step(
            "a column dropped",
            &["ALTER TABLE item DROP COLUMN remark"],
            "item.rs",
            &["-    pub remark: Option<String>,"],
        ),
        step(
            "a type changed",
            server.choose(
                &["ALTER TABLE owner MODIFY name INT NOT NULL"],
                &["ALTER TABLE owner ALTER COLUMN name TYPE INT USING 1"],
                &[
                    "DROP TABLE owner",
                    "CREATE TABLE owner (id INTEGER PRIMARY KEY, name BIGINT NOT NULL)",
                ],
            ),
            "owner.rs",
            &["-    pub name: String,", "+    pub name: i"],
        ),
        step(
            "a column that may be NULL now",
            server.choose(
                &["ALTER TABLE owner MODIFY name INT NULL"],
                &["ALTER TABLE owner ALTER COLUMN name DROP NOT NULL"],
                &[
                    "DROP TABLE owner",
                    "CREATE TABLE owner (id INTEGER PRIMARY KEY, name BIGINT)",
                ],
            ),
            "owner.rs",
            &["-    pub name: i", "+    pub name: Option<i"],
        ),
        step(
            "a foreign key added",
            server.choose(
                &["ALTER TABLE item ADD FOREIGN KEY (owner_id) REFERENCES owner (id)"],
                &["ALTER TABLE item ADD FOREIGN KEY (owner_id) REFERENCES owner (id)"],
                &[
                    "DROP VIEW listed",
                    "DROP TABLE item",
                    "CREATE TABLE item (id INTEGER PRIMARY KEY, owner_id INT NOT NULL \
                     REFERENCES owner (id), size INT NOT NULL, extra VARCHAR(10))",
                    "CREATE VIEW listed AS SELECT id FROM item",
                ],
            ),
            "item.rs",
            &[
                "+        belongs_to = \"super::owner::Entity\",",
                "+    Owner,",
            ],
        ),
        step(
            "a table added",
            &["CREATE TABLE fresh (id INTEGER PRIMARY KEY)"],
            "fresh.rs",
            &["+    pub id: i"],
        ),
        step(
            "a table dropped",
            &["DROP TABLE spare"],
            "spare.rs",
            &["-    pub id: i"],
        ),
        step(
            "a view changed",
            &[
                "DROP VIEW listed",
                "CREATE VIEW listed AS SELECT id, owner_id FROM item",
            ],
            "listed.rs",
            &["+    pub owner_id: "],
        ),
    ];
    let values = server.choose(
        Some("ALTER TABLE item MODIFY state ENUM('new','used','gone') NOT NULL"),
        Some("ALTER TYPE item_state ADD VALUE 'gone'"),
        None, // it has no enums
    );
    steps.extend(values.map(|sql| {
        let lines = &["+    #[sea_orm(string_value = \"gone\")]", "+    Gone,"];
        step(
            "a value added to an enum",
            &[sql],
            "sea_orm_active_enums.rs",
            lines,
        )
    }));
    steps
}

fn run(scratch: &Scratch, arguments: &[&str]) -> Output {
    reflect(&scratch.url, &scratch.out(), arguments)
}

/// Each change ends the check with 1 and a diff that names the file and the lines; once the
/// entities are written anew, the check is content.
async fn each_change_is_found(scratch: &Scratch) -> Result<()> {
    create(scratch).await?;
    assert_code(&run(scratch, &[]), 0);
    for Step {
        what,
        sql,
        file,
        lines,
    } in steps(scratch.server)
    {
        scratch.run(&sql).await?;
        let output = run(scratch, &["--check"]);
        assert_eq!(output.status.code(), Some(1), "{what}: {output:?}");
        let diff = String::from_utf8(output.stdout)?;
        let path = scratch.out().join("src").join(file).display().to_string();
        assert!(
            diff.contains(&format!("--- {path}\t(now)\n+++ {path}\t")),
            "{what}:\n{diff}"
        );
        assert!(diff.contains("\n@@ -"), "{what}:\n{diff}");
        for line in lines {
            let told = diff.lines().any(|found| found.starts_with(line));
            assert!(told, "{what}: no {line} in\n{diff}");
        }
        assert_code(&run(scratch, &["--prune"]), 0);
        assert_code(&run(scratch, &["--check"]), 0);
    }
    Ok(())
}

/// An unchanged database: 0, nothing on stdout, a line on stderr; and as JSON.
async fn nothing_is_said_of_an_unchanged_database(scratch: &Scratch) -> Result<()> {
    create(scratch).await?;
    assert_code(&run(scratch, &[]), 0);
    let output = run(scratch, &["--check"]);
    assert_code(&output, 0);
    assert_eq!(String::from_utf8(output.stdout)?, "");
    let line = String::from_utf8(output.stderr)?;
    assert!(
        line.ends_with("up to date\n") && line.lines().count() == 1,
        "{line}"
    );

    let output = run(scratch, &["--check", "--report", "json"]);
    assert_code(&output, 0);
    assert_eq!(String::from_utf8(output.stderr)?, "");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    assert_eq!(
        (&report["diff"], &report["lost"]),
        (&"".into(), &false.into())
    );

    scratch
        .run(&["ALTER TABLE owner ADD COLUMN extra VARCHAR(10)"])
        .await?;
    let output = run(scratch, &["--check", "--report", "json"]);
    assert_code(&output, 1);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let diff = report["diff"].as_str().unwrap_or_default();
    assert!(diff.contains("+    pub extra: Option<String>,"), "{report}");
    assert_eq!(report["files"]["action"], "out of date");
    assert_eq!(
        report["files"]["changed"].as_array().map(Vec::len),
        Some(1),
        "{report}"
    );
    Ok(())
}
