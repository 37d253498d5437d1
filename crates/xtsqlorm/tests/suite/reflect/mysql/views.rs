//! Views.

use xtsqlorm::reflect::{TableKind, reflect_schema, reflect_table};

use crate::support::{Result, TestDatabase, on_mysql_and_mariadb};

on_mysql_and_mariadb!(
    a_view_has_columns_and_no_key,
    a_broken_view_costs_no_other_table,
);

async fn a_view_has_columns_and_no_key(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20) NOT NULL)",
        "CREATE VIEW v AS SELECT id, upper(name) AS `the name` FROM t",
    ])
    .await?;
    let view = reflect_table("v", &db.manager()).await?;
    assert_eq!(view.kind, TableKind::View);
    assert_eq!(view.comment, None);
    assert_eq!(view.primary_key, None);
    let columns: Vec<&str> = view
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(columns, ["id", "the name"]);
    Ok(())
}

async fn a_broken_view_costs_no_other_table(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE gone (id INT)",
        "CREATE TABLE stays (id INT)",
        "CREATE VIEW broken AS SELECT id FROM gone",
        "DROP TABLE gone",
    ])
    .await?;
    let schema = reflect_schema(&db.manager()).await?;
    assert_eq!(schema.tables.len(), 1);
    assert_eq!(schema.tables[0].name.table, "stays");
    assert_eq!(schema.unreadable.len(), 1);
    assert_eq!(schema.unreadable[0].table.table, "broken");
    assert!(schema.unreadable[0].kind.is_view());
    let error = reflect_table("broken", &db.manager()).await.unwrap_err();
    assert!(
        error.to_string().contains(&schema.unreadable[0].reason),
        "{error}"
    );
    Ok(())
}
