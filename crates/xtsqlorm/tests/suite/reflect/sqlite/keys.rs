//! Primary keys and foreign keys.

use xtsqlorm::reflect::{Deferral, Identity, TableName, reflect_schema, reflect_table};

use crate::support::{Result, TestDatabase, on_sqlite};

on_sqlite!(
    only_an_integer_primary_key_is_numbered,
    a_key_may_be_null_where_sqlite_lets_it,
    a_key_is_in_its_own_order,
    a_foreign_key_without_columns_leads_to_the_key,
    names_and_deferral_go_with_their_foreign_key,
    tables_may_refer_to_each_other,
);

/// It is another name of the rowid, unless it is declared in the one way that makes it a column.
async fn only_an_integer_primary_key_is_numbered(db: TestDatabase) -> Result {
    for (number, (columns, numbered)) in [
        ("id INTEGER PRIMARY KEY", true),
        ("id INTEGER PRIMARY KEY AUTOINCREMENT", true),
        ("id integer primary key asc", true),
        ("id INTEGER, PRIMARY KEY (id)", true),
        ("id INTEGER, PRIMARY KEY (id DESC)", true),
        ("id INTEGER PRIMARY KEY DESC", false),
        ("id INT PRIMARY KEY", false),
        ("id BIGINT PRIMARY KEY", false),
        ("id INTEGER, b INTEGER, PRIMARY KEY (id, b)", false),
        ("id INTEGER UNIQUE", false),
    ]
    .into_iter()
    .enumerate()
    {
        db.execute(&[&format!("CREATE TABLE t{number} ({columns})")])
            .await?;
        let found = reflect_table(&format!("t{number}"), &db.manager()).await?;
        let id = found.column("id").unwrap();
        assert_eq!(id.identity.is_some(), numbered, "{columns}");
        assert_eq!(id.nullable, !numbered, "{columns}");
        if numbered {
            assert_eq!(id.identity, Some(Identity::AutoIncrement));
            let insert = format!("INSERT INTO t{number} DEFAULT VALUES");
            db.execute(&[&insert]).await?;
            let mut raw = db.raw().await?;
            assert_eq!(raw.number(format!("SELECT id FROM t{number}")).await?, 1);
        }
    }
    db.execute(&["CREATE TABLE w (id INTEGER PRIMARY KEY) WITHOUT ROWID"])
        .await?;
    let found = reflect_table("w", &db.manager()).await?;
    assert_eq!(found.columns[0].identity, None);
    Ok(())
}

async fn a_key_may_be_null_where_sqlite_lets_it(db: TestDatabase) -> Result {
    for (number, (create, nullable)) in [
        ("(k TEXT PRIMARY KEY)", true),
        ("(k TEXT NOT NULL PRIMARY KEY)", false),
        ("(k TEXT PRIMARY KEY) STRICT", false),
        ("(k TEXT PRIMARY KEY) WITHOUT ROWID", false),
        ("(k INTEGER PRIMARY KEY)", false),
    ]
    .into_iter()
    .enumerate()
    {
        db.execute(&[&format!("CREATE TABLE t{number} {create}")])
            .await?;
        let found = reflect_table(&format!("t{number}"), &db.manager()).await?;
        assert_eq!(found.columns[0].nullable, nullable, "{create}");
        if found.columns[0].identity.is_none() {
            // SQLite agrees.
            let insert = format!("INSERT INTO t{number} VALUES (NULL)");
            assert_eq!(db.execute(&[&insert]).await.is_ok(), nullable, "{create}");
        }
    }
    Ok(())
}

async fn a_key_is_in_its_own_order(db: TestDatabase) -> Result {
    db.execute(&["CREATE TABLE t (a INT, b INT, c INT, CONSTRAINT k PRIMARY KEY (c, a))"])
        .await?;
    let found = reflect_table("t", &db.manager()).await?;
    assert_eq!(found.key_columns(), ["c", "a"]);
    assert_eq!(
        found.primary_key.as_ref().unwrap().name.as_deref(),
        Some("k")
    );
    Ok(())
}

/// Also when the table it names comes later, or in another case, or not at all.
async fn a_foreign_key_without_columns_leads_to_the_key(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE t (a INT REFERENCES LATER, x INT, y INT REFERENCES missing, \
             z INT REFERENCES missing (Q), FOREIGN KEY (x, y) REFERENCES pair)",
        "CREATE TABLE later (id INTEGER PRIMARY KEY)",
        "CREATE TABLE pair (p INT, q INT, PRIMARY KEY (q, p))",
    ])
    .await?;
    let found = reflect_table("t", &db.manager()).await?;
    let keys: Vec<_> = found
        .foreign_keys
        .iter()
        .map(|key| {
            (
                key.columns.join(),
                key.table.table.as_str(),
                key.referenced.join(),
            )
        })
        .collect();
    assert_eq!(
        keys,
        [
            ("a".to_owned(), "later", "id".to_owned()),
            ("y".to_owned(), "missing", String::new()),
            ("z".to_owned(), "missing", "Q".to_owned()),
            ("x,y".to_owned(), "pair", "q,p".to_owned()),
        ]
    );
    Ok(())
}

trait Join {
    fn join(&self) -> String;
}

impl Join for Vec<String> {
    fn join(&self) -> String {
        self.as_slice().join(",")
    }
}

async fn names_and_deferral_go_with_their_foreign_key(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE p (id INTEGER PRIMARY KEY)",
        "CREATE TABLE t (\
             a INT CONSTRAINT c REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED NOT NULL, \
             b INT REFERENCES p ON DELETE CASCADE NOT DEFERRABLE INITIALLY DEFERRED, \
             c INT CONSTRAINT b NOT NULL CONSTRAINT a REFERENCES p DEFERRABLE INITIALLY IMMEDIATE, \
             d INT, \
             CONSTRAINT d FOREIGN KEY (d) REFERENCES p DEFERRABLE INITIALLY DEFERRED \
             CONSTRAINT e CHECK (d > 1))",
    ])
    .await?;
    let found = reflect_table("t", &db.manager()).await?;
    let keys: Vec<_> = found
        .foreign_keys
        .iter()
        .map(|key| (key.name.as_deref(), key.columns[0].as_str(), key.deferral))
        .collect();
    assert_eq!(
        keys,
        [
            (None, "b", Deferral::Immediate),
            (Some("a"), "c", Deferral::Immediate),
            (Some("c"), "a", Deferral::Deferred),
            (Some("d"), "d", Deferral::Deferred),
        ]
    );
    assert_eq!(found.checks[0].name.as_deref(), Some("e"));
    Ok(())
}

async fn tables_may_refer_to_each_other(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE a (id INTEGER PRIMARY KEY, b INT REFERENCES b (id))",
        "CREATE TABLE b (id INTEGER PRIMARY KEY, a INT REFERENCES a (id), \
             own INT REFERENCES b (id))",
    ])
    .await?;
    let schema = reflect_schema(&db.manager()).await?;
    let leads = |table: usize| -> Vec<TableName> {
        let keys = schema.tables[table].foreign_keys.iter();
        keys.map(|key| key.table.clone()).collect()
    };
    assert_eq!(leads(0), [TableName::new("main", "b")]);
    assert_eq!(
        leads(1),
        [TableName::new("main", "a"), TableName::new("main", "b")]
    );
    Ok(())
}
