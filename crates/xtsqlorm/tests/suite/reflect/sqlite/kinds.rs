//! Kinds of tables.

use sea_orm::sea_query::ColumnType;
use xtsqlorm::reflect::{
    DataType, MappedKind, MappingOptions, TableKind, map_column, reflect_schema, reflect_table,
};

use crate::support::{Result, TestDatabase, on_sqlite};

on_sqlite!(
    each_kind_is_told_from_the_others,
    a_users_table_with_the_name_of_a_shadow_is_a_table,
    a_view_has_the_types_of_the_columns_it_shows,
    a_number_of_a_compound_view_is_any_value,
    what_is_broken_costs_no_other_table,
    internal_tables_are_left_out,
    a_temporary_table_is_of_another_schema,
);

async fn each_kind_is_told_from_the_others(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE a_plain (x INT)",
        "CREATE TABLE b_strict (x INT) STRICT",
        "CREATE TABLE c_keyed (x TEXT PRIMARY KEY) WITHOUT ROWID, STRICT",
        "CREATE VIEW d_view AS SELECT x FROM a_plain",
        "CREATE VIRTUAL TABLE e_words USING fts5 (title, body)",
    ])
    .await?;
    let schema = reflect_schema(&db.manager()).await?;
    let kinds: Vec<_> = schema
        .tables
        .iter()
        .map(|table| {
            (
                table.name.table.as_str(),
                table.kind,
                table.strict,
                table.without_rowid,
            )
        })
        .collect();
    assert_eq!(
        kinds,
        [
            ("a_plain", TableKind::Table, false, false),
            ("b_strict", TableKind::Table, true, false),
            ("c_keyed", TableKind::Table, true, true),
            ("d_view", TableKind::View, false, false),
            ("e_words", TableKind::VirtualTable, false, false),
            ("e_words_config", TableKind::ShadowTable, false, true),
            ("e_words_content", TableKind::ShadowTable, false, false),
            ("e_words_data", TableKind::ShadowTable, false, false),
            ("e_words_docsize", TableKind::ShadowTable, false, false),
            ("e_words_idx", TableKind::ShadowTable, false, true),
        ]
    );
    let hidden: Vec<_> = schema.tables[4]
        .columns
        .iter()
        .map(|column| (column.name.as_str(), column.hidden))
        .collect();
    assert_eq!(
        hidden,
        [
            ("title", false),
            ("body", false),
            ("e_words", true),
            ("rank", true)
        ]
    );
    Ok(())
}

/// SQLite calls all of them shadows.
async fn a_users_table_with_the_name_of_a_shadow_is_a_table(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE docs_content (id INTEGER PRIMARY KEY, body TEXT NOT NULL)",
        "CREATE VIRTUAL TABLE docs USING fts5(body, content='docs_content', content_rowid='id')",
        "CREATE TABLE mail_stat (id INTEGER PRIMARY KEY)",
        "CREATE VIRTUAL TABLE mail USING fts3(body)",
    ])
    .await?;
    let manager = db.manager();
    let kind = async |table: &str| {
        let name = format!("main.{table}");
        let alone = reflect_table(&name, &manager).await?.kind;
        let schema = reflect_schema(&manager).await?;
        let listed = schema.tables.iter().find(|of| of.name.table == table);
        assert_eq!(listed.map(|table| table.kind), Some(alone), "{table}");
        anyhow::Ok(alone)
    };
    for own in ["docs_content", "mail_stat"] {
        assert_eq!(kind(own).await?, TableKind::Table, "{own}");
    }
    for shadow in ["docs_data", "docs_docsize", "mail_content", "mail_segdir"] {
        assert_eq!(kind(shadow).await?, TableKind::ShadowTable, "{shadow}");
    }
    let listed = xtsqlorm::tables::list(&manager).await?;
    let own = listed
        .iter()
        .find(|entry| entry.name.table == "docs_content");
    assert_eq!(own.map(|entry| entry.kind), Some(TableKind::Table));
    Ok(())
}

/// The type that SQLite tells of it is the first one's.
async fn a_number_of_a_compound_view_is_any_value(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE t (id INTEGER PRIMARY KEY, r REAL)",
        "CREATE VIEW parts AS SELECT id AS n FROM t UNION ALL SELECT r FROM t",
        "CREATE VIEW whole AS SELECT id AS \"union\" FROM t",
    ])
    .await?;
    let manager = db.manager();
    for (view, expected) in [
        ("parts", MappedKind::Any),
        ("whole", MappedKind::Plain(ColumnType::BigInteger)),
    ] {
        let view = reflect_table(view, &manager).await?;
        let mapping = map_column(
            &view.columns[0],
            manager.backend(),
            &MappingOptions::default(),
        );
        assert_eq!(mapping.kind, expected);
    }
    Ok(())
}

async fn a_view_has_the_types_of_the_columns_it_shows(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE t (id INTEGER PRIMARY KEY, price DECIMAL(10,2) NOT NULL, b BLOB, v)",
        "CREATE VIEW v AS SELECT id, price AS \"the price\", price * 2 AS twice, b, v FROM t",
    ])
    .await?;
    let view = reflect_table("v", &db.manager()).await?;
    assert_eq!(view.kind, TableKind::View);
    assert_eq!(view.primary_key, None);
    let columns: Vec<_> = view
        .columns
        .iter()
        .map(|column| {
            (
                column.name.as_str(),
                column.sql_type.as_str(),
                column.nullable,
            )
        })
        .collect();
    assert_eq!(
        columns,
        [
            ("id", "INTEGER", true),
            ("the price", "DECIMAL(10,2)", true),
            ("twice", "", true),
            // SQLite says BLOB of both, and only one of them must hold bytes.
            ("b", "", true),
            ("v", "", true),
        ]
    );
    let decimal = DataType::Decimal {
        precision: Some(10),
        scale: Some(2),
    };
    assert_eq!(view.columns[1].data_type, decimal);
    Ok(())
}

/// A view of a table that is gone, and a table whose module this SQLite has not.
async fn what_is_broken_costs_no_other_table(db: TestDatabase) -> Result {
    db.execute(&[
            "CREATE TABLE gone (x INT)",
            "CREATE TABLE stays (x INT)",
            "CREATE VIEW broken AS SELECT x FROM gone",
            "DROP TABLE gone",
            "PRAGMA writable_schema = ON",
            "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES \
             ('table', 'foreign', 'foreign', 0, 'CREATE VIRTUAL TABLE \"foreign\" USING absent(x)')",
        ],
    )
    .await?;
    let manager = db.pool_of(1).await?;
    let schema = reflect_schema(&manager).await?;
    let read: Vec<&str> = schema
        .tables
        .iter()
        .map(|table| table.name.table.as_str())
        .collect();
    assert_eq!(read, ["stays"]);
    let mut reasons: Vec<_> = schema
        .unreadable
        .iter()
        .map(|table| {
            (
                table.table.table.as_str(),
                table.kind,
                table.reason.as_str(),
            )
        })
        .collect();
    reasons.sort_unstable_by_key(|(name, ..)| *name);
    assert_eq!(
        reasons,
        [
            ("broken", TableKind::View, "no such table: main.gone"),
            ("foreign", TableKind::VirtualTable, "no such module: absent")
        ]
    );
    let error = reflect_table("broken", &manager).await.unwrap_err();
    assert!(
        error.to_string().contains("no such table: main.gone"),
        "{error}"
    );
    manager.dispose().await;
    Ok(())
}

async fn internal_tables_are_left_out(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n INT)",
        "CREATE INDEX i ON t (n)",
        "INSERT INTO t (n) VALUES (1)",
        "ANALYZE",
        // No internal one.
        "CREATE TABLE sqlitex (id INT)",
    ])
    .await?;
    let schema = reflect_schema(&db.manager()).await?;
    let read: Vec<&str> = schema
        .tables
        .iter()
        .map(|table| table.name.table.as_str())
        .collect();
    assert_eq!(read, ["sqlitex", "t"]);
    Ok(())
}

async fn a_temporary_table_is_of_another_schema(db: TestDatabase) -> Result {
    use sea_orm::ConnectionTrait;
    let manager = db.manager();
    manager
        .execute_unprepared("CREATE TEMPORARY TABLE t (x INT)")
        .await?;
    assert!(reflect_schema(&manager).await?.tables.is_empty());
    let found = reflect_table("temp.t", &manager).await?;
    assert_eq!(found.name.to_string(), "temp.t");
    assert_eq!(found.columns.len(), 1);
    Ok(())
}
