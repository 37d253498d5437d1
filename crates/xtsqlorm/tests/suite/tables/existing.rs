//! A name that is taken.

use xtsqlorm::tables::{CopyOptions, copy_table_structure, copy_table_structure_with};

use super::{everything, number, run};
use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(
    a_table_in_the_way_stays_as_it_is,
    one_of_the_same_structure_is_as_good_as_a_copy,
    one_of_another_structure_is_refused_with_where_it_differs,
    a_view_in_the_way_stays_as_it_is,
    two_that_copy_at_once_get_one_table
);

const GET_OR_CREATE: fn() -> CopyOptions = || CopyOptions::new().get_or_create(true);

/// With its rows.
async fn a_table_in_the_way_stays_as_it_is(db: TestDatabase) -> Result {
    run(
        &db,
        &[
            "CREATE TABLE a (id INTEGER, x INTEGER)",
            "CREATE TABLE b (y INTEGER)",
        ],
    )
    .await?;
    run(&db, &["INSERT INTO b VALUES (1), (2)"]).await?;
    let manager = db.manager();
    let refused = copy_table_structure("a", "b", &manager).await.unwrap_err();
    assert!(
        refused.to_string().contains("it exists already"),
        "{refused}"
    );
    assert_eq!(number(&db, "SELECT COUNT(*) FROM b WHERE y > 0").await?, 2);
    // Nor does a table make room for itself.
    assert!(copy_table_structure("a", "a", &manager).await.is_err());
    Ok(())
}

/// Also when it has rows; nothing is sent that changes it.
async fn one_of_the_same_structure_is_as_good_as_a_copy(db: TestDatabase) -> Result {
    run(&db, &everything(db.kind())).await?;
    let manager = db.manager();
    let made = copy_table_structure_with("source", "copy", GET_OR_CREATE(), &manager).await?;
    let got = copy_table_structure_with("source", "copy", GET_OR_CREATE(), &manager).await?;
    assert_eq!(got, made);
    let itself = copy_table_structure_with("source", "source", GET_OR_CREATE(), &manager).await?;
    assert_eq!(itself.name.table, "source");
    Ok(())
}

/// Column by column.
async fn one_of_another_structure_is_refused_with_where_it_differs(db: TestDatabase) -> Result {
    let manager = db.manager();
    run(
        &db,
        &["CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY, x INTEGER, CONSTRAINT a_x CHECK (x > 0))"],
    )
    .await?;
    for (number, (definition, differs)) in [
        (
            "id INTEGER NOT NULL PRIMARY KEY, x VARCHAR(9), CHECK (x > 0)",
            "the column `x`",
        ),
        ("id INTEGER NOT NULL PRIMARY KEY", "the missing column `x`"),
        (
            "id INTEGER NOT NULL PRIMARY KEY, x INTEGER, y INTEGER, CHECK (x > 0)",
            "the additional column `y`",
        ),
        (
            "x INTEGER, id INTEGER NOT NULL PRIMARY KEY, CHECK (x > 0)",
            "the order of its columns",
        ),
        (
            "id INTEGER NOT NULL, x INTEGER, CHECK (x > 0)",
            "its primary key",
        ),
        (
            "id INTEGER NOT NULL PRIMARY KEY, x INTEGER UNIQUE, CHECK (x > 0)",
            "its indexes",
        ),
        (
            "id INTEGER NOT NULL PRIMARY KEY, x INTEGER, CHECK (x > 1)",
            "its checks",
        ),
        (
            "id INTEGER NOT NULL PRIMARY KEY, x INTEGER, CHECK (x > 0), \
             FOREIGN KEY (x) REFERENCES a (id)",
            "its foreign keys",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("other_{number}");
        let sql = match db.kind() {
            // Only as a number of its own is it taken as the one of `a` is.
            crate::support::Kind::Sqlite if differs == "its primary key" => continue,
            crate::support::Kind::Postgres => {
                definition.replace("x VARCHAR(9), CHECK (x > 0)", "x BIGINT, CHECK (x > 0)")
            }
            _ => definition.to_owned(),
        };
        run(&db, &[&format!("CREATE TABLE {name} ({sql})")]).await?;
        let refused = copy_table_structure_with("a", &name, GET_OR_CREATE(), &manager).await;
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains(differs), "{differs}: {refused}");
    }
    Ok(())
}

async fn a_view_in_the_way_stays_as_it_is(db: TestDatabase) -> Result {
    run(
        &db,
        &[
            "CREATE TABLE a (id INTEGER)",
            "CREATE VIEW v AS SELECT id FROM a",
        ],
    )
    .await?;
    let manager = db.manager();
    let refused = copy_table_structure("a", "v", &manager).await.unwrap_err();
    assert!(
        refused.to_string().contains("it exists already"),
        "{refused}"
    );
    let refused = copy_table_structure_with("a", "v", GET_OR_CREATE(), &manager).await;
    assert!(refused.unwrap_err().to_string().contains("its kind"));
    Ok(())
}

/// One makes it, the other is refused or gets it; it is whole in any case.
async fn two_that_copy_at_once_get_one_table(db: TestDatabase) -> Result {
    run(&db, &everything(db.kind())).await?;
    let (one, other) = (db.manager(), db.pool_of(1).await?);
    let copies = tokio::join!(
        copy_table_structure_with("source", "copy", GET_OR_CREATE(), &one),
        copy_table_structure_with("source", "copy", GET_OR_CREATE(), &other),
    );
    let made: Vec<_> = [copies.0, copies.1]
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(made[0], made[1]);
    Ok(())
}
