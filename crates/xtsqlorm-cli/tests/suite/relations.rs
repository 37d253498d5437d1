//! Every foreign key becomes a relation that joins what it should, whatever its columns and tables
//! are called.

use super::servers::{Scratch, Server, on_every_backend};
use super::support::{Result, assert_code, crate_with_program, reflect, run_program};

on_every_backend!(every_foreign_key_joins_what_it_should);

/// Joins along every relation.
const PROGRAM: &str = include_str!("programs/relations.rs");

/// Keys of two columns, keys to a unique column, several keys between two tables, tables that refer
/// to themselves and to each other, a junction beside a direct way; and names that Rust does not
/// take.
const TABLES: [&str; 10] = [
    r#"CREATE TABLE op (a INTEGER, b INTEGER, code VARCHAR(10) NOT NULL UNIQUE, PRIMARY KEY (a, b))"#,
    r#"CREATE TABLE task (id INTEGER PRIMARY KEY, op_a INTEGER, op_b INTEGER, "type" VARCHAR(10),
       boss INTEGER, FOREIGN KEY (op_a, op_b) REFERENCES op (a, b),
       FOREIGN KEY ("type") REFERENCES op (code), FOREIGN KEY (boss) REFERENCES task (id))"#,
    r#"CREATE TABLE film (id INTEGER PRIMARY KEY, title VARCHAR(20) NOT NULL)"#,
    r#"CREATE TABLE actor (id INTEGER PRIMARY KEY, best_film_id INTEGER,
       FOREIGN KEY (best_film_id) REFERENCES film (id))"#,
    r#"CREATE TABLE film_actor (film_id INTEGER, actor_id INTEGER, PRIMARY KEY (film_id, actor_id),
       FOREIGN KEY (film_id) REFERENCES film (id), FOREIGN KEY (actor_id) REFERENCES actor (id))"#,
    r#"CREATE TABLE poster (film_id INTEGER PRIMARY KEY, FOREIGN KEY (film_id) REFERENCES film (id))"#,
    r#"CREATE TABLE "Option" (id INTEGER PRIMARY KEY, "a-b" INTEGER, a_b INTEGER, "self" INTEGER,
       "gen" INTEGER, "2col" INTEGER)"#,
    r#"CREATE TABLE "1digit" ("type" INTEGER PRIMARY KEY, FOREIGN KEY ("type") REFERENCES "Option" (id))"#,
    r#"CREATE TABLE "中文表" (id INTEGER PRIMARY KEY, "名称" INTEGER, "self" INTEGER,
       FOREIGN KEY ("名称") REFERENCES "1digit" ("type"), FOREIGN KEY ("self") REFERENCES "中文表" (id))"#,
    r#"CREATE TABLE "type" ("crate" INTEGER PRIMARY KEY, FOREIGN KEY ("crate") REFERENCES "中文表" (id))"#,
];

/// Two tables that refer to each other.
fn cycle(server: Server) -> Vec<&'static str> {
    let staff = "CREATE TABLE staff (id INTEGER PRIMARY KEY, shop_id INTEGER, \
                 FOREIGN KEY (shop_id) REFERENCES shop (id))";
    if server == Server::Sqlite {
        let shop =
            "CREATE TABLE shop (id INTEGER PRIMARY KEY, head_id INTEGER REFERENCES staff (id))";
        return vec![shop, staff];
    }
    vec![
        "CREATE TABLE shop (id INTEGER PRIMARY KEY, head_id INTEGER)",
        staff,
        "ALTER TABLE shop ADD FOREIGN KEY (head_id) REFERENCES staff (id)",
    ]
}

const ROWS: [&str; 14] = [
    "INSERT INTO op VALUES (1, 1, 'x'), (1, 2, 'y')",
    "INSERT INTO task VALUES (1, 1, 1, 'y', NULL), (2, 1, 2, 'y', 1)",
    "INSERT INTO film VALUES (1, 'one'), (2, 'two')",
    "INSERT INTO actor VALUES (7, 2)",
    "INSERT INTO film_actor VALUES (1, 7)",
    "INSERT INTO poster VALUES (2)",
    "INSERT INTO \"Option\" VALUES (1, 11, 12, 13, 14, 15)",
    "INSERT INTO \"1digit\" VALUES (1)",
    "INSERT INTO \"中文表\" VALUES (5, 1, NULL)",
    "INSERT INTO \"中文表\" VALUES (6, 1, 5)",
    "INSERT INTO \"type\" VALUES (6)",
    "INSERT INTO shop VALUES (1, NULL)",
    "INSERT INTO staff VALUES (3, 1)",
    "UPDATE shop SET head_id = 3",
];

async fn every_foreign_key_joins_what_it_should(scratch: &Scratch) -> Result<()> {
    let quoted = |sql: &&str| {
        let quote = scratch.server.choose("`", "\"", "\"");
        sql.replace('"', quote)
    };
    let cycle = cycle(scratch.server);
    let statements = TABLES.iter().chain(&cycle).chain(&ROWS);
    let statements: Vec<String> = statements.map(quoted).collect();
    let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
    scratch.run(&statements).await?;
    let out = scratch.out();
    crate_with_program(&out, "relations", &format!("{:?}", scratch.server), PROGRAM)?;
    let output = reflect(&scratch.url, &out, &[]);
    assert_code(&output, 0);
    let report = String::from_utf8(output.stderr)?;
    assert!(!report.contains("no relation"), "{report}");
    let output = run_program(&out, &scratch.url)?;
    assert_code(&output, 0);
    let text = (output.stdout, output.stderr);
    let (stdout, stderr) = (String::from_utf8(text.0)?, String::from_utf8(text.1)?);
    assert_eq!(stderr, "", "it compiles without a warning");
    assert_eq!(stdout, "done\n");
    Ok(())
}
