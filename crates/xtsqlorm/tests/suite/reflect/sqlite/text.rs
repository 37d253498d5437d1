//! What only the text of a `CREATE` statement tells.

use xtsqlorm::reflect::reflect_table;

use crate::support::{Result, TestDatabase, on_sqlite};

on_sqlite!(
    the_text_is_read_in_every_way_of_writing_it,
    a_column_that_was_added_or_renamed_is_in_the_text,
    words_of_rules_in_other_places_are_no_rules,
    a_table_made_from_a_query_has_no_rules,
);

async fn the_text_is_read_in_every_way_of_writing_it(db: TestDatabase) -> Result {
    db.execute(&[
        "create\ttable if not exists main.[odd \"name] (\"a,b\" int check(\"a,b\">0),\n\
           `c``d` int generated always as(abs(`c d`+1))stored,'c d' int,\
           [e]int/*)*/collate\n\"NOCASE\"--'\n,check/**/(\"a,b\"<>')''(' or(1)),\
           constraint\"q\"\"q\"check(1 in(1,2)),unique('c d'))",
    ])
    .await?;
    let found = reflect_table("odd \"name", &db.manager()).await?;
    let columns: Vec<&str> = found
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(columns, ["a,b", "c`d", "c d", "e"]);
    let generated = found.columns[1].generated.as_ref().unwrap();
    assert_eq!(generated.expression, "abs(`c d`+1)");
    assert!(generated.stored);
    assert_eq!(found.columns[3].collation.as_deref(), Some("NOCASE"));
    let checks: Vec<_> = found
        .checks
        .iter()
        .map(|check| (check.name.as_deref(), check.expression.as_str()))
        .collect();
    assert_eq!(
        checks,
        [
            (None, "\"a,b\">0"),
            (None, "\"a,b\"<>')''(' or(1)"),
            (Some("q\"q"), "1 in(1,2)"),
        ]
    );
    Ok(())
}

async fn a_column_that_was_added_or_renamed_is_in_the_text(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE t (a INT, b INT AS (a + 1))",
        "ALTER TABLE t ADD COLUMN c INT COLLATE RTRIM CHECK (c > 1)",
        "ALTER TABLE t ADD COLUMN d INT AS (c * 2) VIRTUAL",
        "ALTER TABLE t RENAME COLUMN a TO \"it's\"",
        "ALTER TABLE t RENAME TO \"u (\"",
    ])
    .await?;
    let found = reflect_table("u (", &db.manager()).await?;
    let expression = |name: &str| {
        let column = found.column(name).unwrap();
        column.generated.as_ref().unwrap().expression.as_str()
    };
    assert_eq!(expression("b"), "\"it's\" + 1");
    assert_eq!(expression("d"), "c * 2");
    assert_eq!(
        found.column("c").unwrap().collation.as_deref(),
        Some("RTRIM")
    );
    assert_eq!(found.checks[0].expression, "c > 1");
    Ok(())
}

/// In defaults, in names, in types, in expressions.
async fn words_of_rules_in_other_places_are_no_rules(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE t (\"check\" TEXT DEFAULT 'CHECK (1)', a TEXT DEFAULT (trim('AS (2)')), \
           b \"AS CHECK\" DEFAULT \"COLLATE\", c INT CHECK (c > CAST(1 AS INT)), \
           d INT AS (CASE WHEN c = 'COLLATE NOCASE' THEN 1 END))",
    ])
    .await?;
    let found = reflect_table("t", &db.manager()).await?;
    let checks: Vec<&str> = found
        .checks
        .iter()
        .map(|check| check.expression.as_str())
        .collect();
    assert_eq!(checks, ["c > CAST(1 AS INT)"]);
    assert!(
        found
            .columns
            .iter()
            .all(|column| column.collation.is_none())
    );
    let generated: Vec<&str> = found
        .columns
        .iter()
        .filter(|column| column.generated.is_some())
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(generated, ["d"]);
    Ok(())
}

async fn a_table_made_from_a_query_has_no_rules(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT CHECK (n > 1))",
        "CREATE TABLE u AS SELECT id, n AS \"n (\" FROM t",
    ])
    .await?;
    let found = reflect_table("u", &db.manager()).await?;
    assert_eq!(found.primary_key, None);
    assert!(found.checks.is_empty());
    assert_eq!(found.columns[1].name, "n (");
    Ok(())
}
