//! Which tables are read, by whom, in how many statements.

use xtsqlorm::reflect::{TableName, reflect_schema, reflect_schemas, reflect_table};

use crate::support::{Result, TestDatabase, on_postgres};

on_postgres!(
    hostile_names_come_back_as_they_are,
    several_schemas_are_read_at_once,
    a_type_in_another_schema_is_no_obstacle,
    the_current_schema_is_the_first_that_exists,
    the_model_is_the_same_under_any_search_path,
    who_owns_nothing_reads_the_same,
    the_number_of_statements_does_not_grow_with_the_tables,
    nothing_is_left_set_on_the_connection,
    tables_that_come_and_go_are_no_obstacle
);

const HOSTILE: [&str; 9] = [
    "it's",
    "a\"b",
    "back\\slash",
    "select",
    "中文 表",
    "dot.ted",
    "; DROP TABLE users; --",
    "$1 ${x} %s ?",
    "Upper\nCase",
];

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// As schema, table, column, type, constraint and index.
async fn hostile_names_come_back_as_they_are(db: TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    for name in HOSTILE {
        let q = quoted(name);
        raw.run(format!(
            "CREATE SCHEMA {q}; CREATE TYPE {q}.{} AS ENUM ('{}');
             CREATE TABLE {q}.{q} ({q} serial, k {q}.{}, CONSTRAINT {} PRIMARY KEY ({q}),
                CONSTRAINT {} FOREIGN KEY ({q}) REFERENCES {q}.{q});
             CREATE UNIQUE INDEX {} ON {q}.{q} (k, {q})",
            quoted(&format!("{name} type")),
            name.replace('\'', "''"),
            quoted(&format!("{name} type")),
            quoted(&format!("{name} key")),
            quoted(&format!("{name} fk")),
            quoted(&format!("{name} index")),
        ))
        .await?;
    }
    let schemas: Vec<String> = HOSTILE.map(String::from).into();
    let model = reflect_schemas(&db.manager(), &schemas).await?;
    assert_eq!(model.tables.len(), HOSTILE.len());
    for name in HOSTILE {
        let whole = TableName::new(name, name);
        let table = model.tables.iter().find(|table| table.name == whole);
        let table = table.unwrap_or_else(|| panic!("{name} is missing"));
        assert_eq!(table.columns[0].name, name);
        assert_eq!(
            table.columns[0].default, None,
            "{name}: the sequence is the column's own"
        );
        let sql_type = &table.columns[1].sql_type;
        raw.run(format!("SELECT NULL::{sql_type}")).await?;
        assert_eq!(table.key_columns(), [name]);
        assert_eq!(table.foreign_keys[0].table, whole);
        assert_eq!(table.foreign_keys[0].referenced, [name]);
        assert_eq!(table.indexes[0].name, format!("{name} index"));
        assert_eq!(table.indexes[0].unique_columns(), Some(vec!["k", name]));
        let alone = reflect_table(&format!("{name}.{name}"), &db.manager()).await?;
        assert_eq!(*alone, *table);
    }
    Ok(())
}

/// By schema and name. No schema asked for is none read.
async fn several_schemas_are_read_at_once(db: TestDatabase) -> Result {
    db.raw()
        .await?
        .run(
            "CREATE SCHEMA b; CREATE SCHEMA a; CREATE SCHEMA unread;
             CREATE TABLE b.t (id int); CREATE TABLE a.t (name text); CREATE TABLE unread.t (x int);
             CREATE TABLE b.\"S\" (id int); CREATE TABLE a.u (id int); CREATE TABLE public.t (x int)",
        )
        .await?;
    let schemas = ["b".to_owned(), "a".to_owned()];
    let model = reflect_schemas(&db.manager(), &schemas).await?;
    let names: Vec<String> = model
        .tables
        .iter()
        .map(|table| table.name.to_string())
        .collect();
    assert_eq!(names, ["a.t", "a.u", "b.S", "b.t"]);
    assert_eq!(model.schemas, schemas);
    assert!(reflect_schemas(&db.manager(), &[]).await?.tables.is_empty());
    let unknown = reflect_schemas(&db.manager(), &["c".to_owned()]).await;
    assert!(unknown.is_err());
    Ok(())
}

/// Nor is an extension there.
async fn a_type_in_another_schema_is_no_obstacle(db: TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    raw.run(
        "CREATE SCHEMA m; CREATE SCHEMA kinds; CREATE SCHEMA ext;
         CREATE EXTENSION cube SCHEMA ext;
         CREATE TYPE kinds.kind AS ENUM ('a'); CREATE DOMAIN kinds.few AS kinds.kind[];
         CREATE TABLE m.t (c ext.cube DEFAULT '1', k kinds.kind DEFAULT 'a', f kinds.few)",
    )
    .await?;
    let model = reflect_schemas(&db.manager(), &["m".to_owned()]).await?;
    assert!(model.unreadable.is_empty());
    let types: Vec<_> = model.tables[0]
        .columns
        .iter()
        .map(|c| c.sql_type.as_str())
        .collect();
    assert_eq!(types, ["ext.cube", "kinds.kind", "kinds.few"]);
    for column in &model.tables[0].columns {
        let default = column.default.as_deref().unwrap_or("NULL");
        raw.run(format!(
            "SET search_path = ''; SELECT ({default})::{}",
            column.sql_type
        ))
        .await?;
    }
    Ok(())
}

/// One that names none says what to do.
async fn the_current_schema_is_the_first_that_exists(db: TestDatabase) -> Result {
    let set = |path: &str| format!("ALTER DATABASE {} SET search_path = {path}", db.name());
    let mut raw = db.raw().await?;
    raw.run("CREATE SCHEMA second; CREATE TABLE second.t (in_second int); CREATE TABLE t (a int)")
        .await?;
    raw.run(set("missing, second, public")).await?;
    let model = reflect_schema(&db.pool_of(1).await?).await?;
    assert_eq!(model.schemas, ["second"]);
    assert_eq!(model.tables.len(), 1);
    raw.run(set("missing")).await?;
    let refused = reflect_schema(&db.pool_of(1).await?).await.unwrap_err();
    assert!(
        refused
            .to_string()
            .starts_with("search_path: it names no schema"),
        "{refused}"
    );
    Ok(())
}

/// Types and expressions mean the same wherever they are used again.
async fn the_model_is_the_same_under_any_search_path(db: TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    raw.run(
        "CREATE SCHEMA x; CREATE TYPE x.kind AS ENUM ('a'); CREATE EXTENSION citext SCHEMA x;
         CREATE TABLE x.t (id serial, k x.kind DEFAULT 'a', c x.citext CHECK (c <> 'none'))",
    )
    .await?;
    let schemas = ["x".to_owned()];
    let mut models = Vec::new();
    for path in ["\"$user\", public", "x, public", "pg_catalog, x", "''"] {
        raw.run(format!(
            "ALTER DATABASE {} SET search_path = {path}",
            db.name()
        ))
        .await?;
        models.push(
            reflect_schemas(&db.pool_of(1).await?, &schemas)
                .await?
                .tables,
        );
    }
    assert_eq!(
        models[0][0].columns[1].default.as_deref(),
        Some("'a'::x.kind")
    );
    for model in &models[1..] {
        assert_eq!(*model, models[0]);
    }
    Ok(())
}

/// What `information_schema` would hide.
async fn who_owns_nothing_reads_the_same(db: TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    raw.run(
        "CREATE TABLE a (id serial PRIMARY KEY, x int DEFAULT 7 CHECK (x > 0));
         CREATE TABLE b (a int REFERENCES a, PRIMARY KEY (a)); COMMENT ON TABLE a IS 'secret'",
    )
    .await?;
    let owner = reflect_schema(&db.manager()).await?;
    // A role that every server has, and that may not read these tables.
    raw.run(format!(
        "ALTER DATABASE {} SET role = pg_signal_backend",
        db.name()
    ))
    .await?;
    let stranger = db.pool_of(1).await?;
    let mut other = db.raw().await?;
    assert!(other.run("SELECT * FROM a").await.is_err());
    assert_eq!(reflect_schema(&stranger).await?, owner);
    Ok(())
}

/// One table or sixty, one schema or two.
async fn the_number_of_statements_does_not_grow_with_the_tables(db: TestDatabase) -> Result {
    let manager = db.manager();
    let mut raw = db.raw().await?;
    let mut counted = Vec::new();
    for number in 0..60 {
        raw.run(format!(
            "CREATE SCHEMA s{number}; CREATE TYPE s{number}.e AS ENUM ('a');
             CREATE TABLE t{number} (id serial PRIMARY KEY, e s{number}.e[], x int CHECK (x > 0));
             CREATE INDEX ON t{number} (x)"
        ))
        .await?;
        if matches!(number, 0 | 59) {
            let before = manager.statements_sent();
            let schemas = ["public".to_owned(), "s0".to_owned()];
            let model = reflect_schemas(&manager, &schemas).await?;
            assert_eq!(model.tables.len(), number + 1);
            counted.push(manager.statements_sent() - before);
        }
    }
    assert_eq!(counted[0], counted[1]);
    assert!(counted[0] <= 10, "{counted:?}");
    Ok(())
}

/// The connection comes back with its own `search_path`, outside any transaction.
async fn nothing_is_left_set_on_the_connection(db: TestDatabase) -> Result {
    use sea_orm::{ConnectionTrait, Statement};

    let manager = db.pool_of(1).await?;
    let state = "SELECT current_setting('search_path') || '; ' || current_setting('jit') \
        || '; ' || current_setting('transaction_read_only') AS state";
    let ask = || Statement::from_string(manager.get_database_backend(), state);
    let before: String = manager
        .query_one_raw(ask())
        .await?
        .unwrap()
        .try_get("", "state")?;
    reflect_schema(&manager).await?;
    let after: String = manager
        .query_one_raw(ask())
        .await?
        .unwrap()
        .try_get("", "state")?;
    assert_eq!(after, before);
    Ok(())
}

/// Somebody drops and makes tables all the while; those that stay are read each time.
async fn tables_that_come_and_go_are_no_obstacle(db: TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    raw.run("CREATE TABLE stays (id serial PRIMARY KEY, x int DEFAULT 7 CHECK (x > 0))")
        .await?;
    let expected = reflect_table("stays", &db.manager()).await?;
    let churn = tokio::spawn(async move {
        for number in 0..60 {
            raw.run(format!(
                "CREATE TYPE e{number} AS ENUM ('a');
                 CREATE TABLE t{number} (id serial PRIMARY KEY, e e{number} DEFAULT NULL,
                    x int DEFAULT 1 CHECK (x > 0)); CREATE INDEX ON t{number} (x) WHERE x > 2"
            ))
            .await?;
            raw.run(format!("DROP TABLE t{number}; DROP TYPE e{number}"))
                .await?;
        }
        anyhow::Ok(())
    });
    let mut times = 0;
    while !churn.is_finished() {
        let model = reflect_schema(&db.manager()).await?;
        assert!(model.tables.contains(&expected));
        times += 1;
    }
    churn.await??;
    assert!(times > 1, "reading and changing overlapped");
    Ok(())
}
