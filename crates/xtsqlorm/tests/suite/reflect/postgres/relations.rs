//! Partitions, inheritance, views, tables of other servers.

use xtsqlorm::reflect::{DataType, Identity, TableKind, TableName, reflect_schema, reflect_table};

use crate::support::{Result, TestDatabase, on_postgres};

on_postgres!(
    partitions_follow_their_parents_down_all_levels,
    foreign_keys_from_and_to_partitions_appear_once,
    an_heir_names_the_tables_that_it_inherits_from,
    views_and_foreign_tables_have_columns_too,
    tables_of_extensions_are_tables
);

/// Also those in another schema; a partition is asked for by its own name, too.
async fn partitions_follow_their_parents_down_all_levels(db: TestDatabase) -> Result {
    db.raw()
        .await?
        .run(
            "CREATE TABLE zero (id int); CREATE TABLE p (id int, d date, PRIMARY KEY (id, d))
                PARTITION BY RANGE (d);
             CREATE TABLE z_2020 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')
                PARTITION BY LIST (id);
             CREATE TABLE a_2021 PARTITION OF p FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
             CREATE TABLE b_2020_1 PARTITION OF z_2020 FOR VALUES IN (1);
             CREATE TABLE b_2020_2 PARTITION OF z_2020 DEFAULT",
        )
        .await?;
    let schema = reflect_schema(&db.manager()).await?;
    let found: Vec<_> = schema
        .tables
        .iter()
        .map(|table| {
            let parent = table
                .partition_of
                .as_ref()
                .map(|parent| parent.table.as_str());
            (table.name.table.as_str(), parent)
        })
        .collect();
    let expected = [
        ("p", None),
        ("a_2021", Some("p")),
        ("z_2020", Some("p")),
        ("b_2020_1", Some("z_2020")),
        ("b_2020_2", Some("z_2020")),
        ("zero", None),
    ];
    assert_eq!(found, expected);
    for table in &schema.tables[..5] {
        assert_eq!(table.kind, TableKind::Table);
        assert_eq!(table.key_columns(), ["id", "d"]);
        assert!(table.inherits.is_empty());
        assert!(table.indexes.is_empty());
    }
    let partition = reflect_table("b_2020_1", &db.manager()).await?;
    assert_eq!(
        partition.partition_of,
        Some(TableName::new("public", "z_2020"))
    );
    Ok(())
}

/// The server keeps more of them for itself.
async fn foreign_keys_from_and_to_partitions_appear_once(db: TestDatabase) -> Result {
    db.raw()
        .await?
        .run(
            "CREATE TABLE target (id int PRIMARY KEY) PARTITION BY RANGE (id);
             CREATE TABLE target_1 PARTITION OF target FOR VALUES FROM (0) TO (10);
             CREATE TABLE target_2 PARTITION OF target FOR VALUES FROM (10) TO (20);
             CREATE TABLE source (id int, t int REFERENCES target) PARTITION BY RANGE (id);
             CREATE TABLE source_1 PARTITION OF source FOR VALUES FROM (0) TO (10);
             CREATE TABLE source_2 PARTITION OF source FOR VALUES FROM (10) TO (20);
             CREATE TABLE plain (t int REFERENCES target)",
        )
        .await?;
    for name in ["source", "source_1", "source_2", "plain"] {
        let table = reflect_table(name, &db.manager()).await?;
        let targets: Vec<_> = table
            .foreign_keys
            .iter()
            .map(|key| &key.table.table)
            .collect();
        assert_eq!(targets, ["target"], "{name}");
    }
    Ok(())
}

/// In order, with the columns of all.
async fn an_heir_names_the_tables_that_it_inherits_from(db: TestDatabase) -> Result {
    db.raw()
        .await?
        .run(
            "CREATE SCHEMA other; CREATE TABLE b (id serial, x int CHECK (x > 0));
             CREATE TABLE other.a (y text); CREATE TABLE t (z int) INHERITS (b, other.a)",
        )
        .await?;
    let table = reflect_table("t", &db.manager()).await?;
    let parents = [TableName::new("public", "b"), TableName::new("other", "a")];
    assert_eq!(table.inherits, parents);
    assert_eq!(table.partition_of, None);
    let columns: Vec<_> = table
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(columns, ["id", "x", "y", "z"]);
    assert_eq!(table.checks.len(), 1);
    // The sequence is the parent's.
    assert_eq!(table.columns[0].identity, None);
    assert_eq!(
        table.columns[0].default.as_deref(),
        Some("nextval('public.b_id_seq'::regclass)")
    );
    let parent = reflect_table("b", &db.manager()).await?;
    assert_eq!(parent.columns[0].identity, Some(Identity::AutoIncrement));
    Ok(())
}

/// With types, comments, and the indexes of a materialized view.
async fn views_and_foreign_tables_have_columns_too(db: TestDatabase) -> Result {
    db.raw()
        .await?
        .run(
            "CREATE TABLE base (id int PRIMARY KEY, price numeric(7,2) NOT NULL);
             CREATE VIEW v AS SELECT id, price, price * 2 AS twice FROM base;
             COMMENT ON VIEW v IS 'a view'; COMMENT ON COLUMN v.twice IS 'doubled';
             CREATE MATERIALIZED VIEW m AS SELECT id FROM base; CREATE UNIQUE INDEX m_id ON m (id);
             CREATE EXTENSION file_fdw; CREATE SERVER s FOREIGN DATA WRAPPER file_fdw;
             CREATE FOREIGN TABLE f (line text NOT NULL) SERVER s OPTIONS (filename '/dev/null')",
        )
        .await?;
    let schema = reflect_schema(&db.manager()).await?;
    let kinds: Vec<_> = schema
        .tables
        .iter()
        .map(|table| (table.name.table.as_str(), table.kind))
        .collect();
    let expected = [
        ("base", TableKind::Table),
        ("f", TableKind::ForeignTable),
        ("m", TableKind::MaterializedView),
        ("v", TableKind::View),
    ];
    assert_eq!(kinds, expected);
    let [_, foreign, stored, view] = &schema.tables[..] else {
        panic!("{kinds:?}");
    };
    assert!(!foreign.columns[0].nullable);
    assert_eq!(stored.indexes[0].unique_columns(), Some(vec!["id"]));
    assert_eq!(view.comment.as_deref(), Some("a view"));
    assert_eq!(view.columns[1].sql_type, "numeric(7,2)");
    let twice = &view.columns[2];
    assert_eq!(twice.comment.as_deref(), Some("doubled"));
    let unlimited = DataType::Decimal {
        precision: None,
        scale: None,
    };
    assert_eq!(twice.data_type, unlimited);
    assert!(twice.nullable);
    Ok(())
}

/// Such as PostGIS's `spatial_ref_sys`.
async fn tables_of_extensions_are_tables(db: TestDatabase) -> Result {
    db.raw()
        .await?
        .run(
            "CREATE EXTENSION pg_stat_statements;
             CREATE TABLE owned (id int PRIMARY KEY); ALTER EXTENSION plpgsql ADD TABLE owned",
        )
        .await?;
    let schema = reflect_schema(&db.manager()).await?;
    let names: Vec<_> = schema
        .tables
        .iter()
        .map(|table| table.name.table.as_str())
        .collect();
    assert_eq!(
        names,
        ["owned", "pg_stat_statements", "pg_stat_statements_info"]
    );
    Ok(())
}
