//! What only one kind of database has, and what becomes of it in a copy.

use xtsqlorm::{
    reflect::{Identity, reflect_table},
    tables::{CopyOptions, copy_table_structure, copy_table_structure_with},
};

use super::{number, run, without_names};
use crate::support::{Result, TestDatabase, on_mysql_and_mariadb, on_postgres, on_sqlite};

on_postgres!(
    sequences_keep_their_steps_and_are_the_copys_own,
    a_partitioned_table_is_copied_as_a_plain_one,
    a_table_in_another_schema_is_copied_beside_itself,
    what_reflection_does_not_know_is_copied_too
);
on_mysql_and_mariadb!(
    engine_partitions_and_parsers_are_copied,
    defaults_that_a_strict_server_refuses_are_copied,
    the_connection_keeps_its_mode,
    foreign_keys_into_another_schema_are_copied
);
on_sqlite!(
    rules_that_only_the_text_knows_are_copied,
    the_tables_own_name_may_stand_in_its_rules,
    tables_of_every_form_are_copied
);

/// One that is shared by intent stays shared.
async fn sequences_keep_their_steps_and_are_the_copys_own(db: TestDatabase) -> Result {
    run(
        &db,
        &[
            "CREATE SEQUENCE shared; CREATE SEQUENCE odd AS smallint INCREMENT BY -3 MINVALUE -99 \
                MAXVALUE 50 START WITH 40 CYCLE; \
             CREATE TABLE t (a bigserial, b smallint DEFAULT nextval('odd'), \
                c int DEFAULT nextval('shared'), \
                d int GENERATED ALWAYS AS IDENTITY (START WITH 1000 INCREMENT BY 5)); \
             ALTER SEQUENCE odd OWNED BY t.b; \
             INSERT INTO t DEFAULT VALUES; INSERT INTO t DEFAULT VALUES",
        ],
    )
    .await?;
    let copy = copy_table_structure("t", "copy", &db.manager()).await?;
    assert_eq!(
        copy.column("b").unwrap().identity,
        Some(Identity::AutoIncrement)
    );
    let insert = "INSERT INTO copy DEFAULT VALUES";
    run(&db, &[insert, insert, "INSERT INTO t DEFAULT VALUES"]).await?;
    for (column, of_copy, of_source) in [
        ("a", [1, 2], 3),
        ("b", [40, 37], 34),
        ("c", [3, 4], 5),
        ("d", [1000, 1005], 1010),
    ] {
        let order = if column == "b" { "DESC" } else { "" };
        let mut raw = db.raw().await?;
        let copied = format!("SELECT {column}::bigint FROM copy ORDER BY {column} {order}");
        assert_eq!(raw.numbers(copied).await?, of_copy, "{column}");
        let last = format!("SELECT {column}::bigint FROM t ORDER BY a DESC LIMIT 1");
        assert_eq!(raw.number(last).await?, of_source, "{column}");
    }
    // It goes with its table, and with nothing else.
    run(&db, &["DROP TABLE t", insert]).await?;
    assert_eq!(
        number(&db, "SELECT count(*) FROM pg_class WHERE relkind = 'S'").await?,
        4
    );
    run(&db, &["DROP TABLE copy"]).await?;
    assert_eq!(
        number(&db, "SELECT count(*) FROM pg_class WHERE relkind = 'S'").await?,
        1
    );
    Ok(())
}

/// So is a partition, and an heir.
async fn a_partitioned_table_is_copied_as_a_plain_one(db: TestDatabase) -> Result {
    run(
        &db,
        &[
            "CREATE TABLE p (id int, d date NOT NULL, PRIMARY KEY (id, d)) PARTITION BY RANGE (d); \
             CREATE TABLE p1 PARTITION OF p DEFAULT; \
             CREATE TABLE base (a int CHECK (a > 0)); CREATE TABLE heir (b int) INHERITS (base)",
        ],
    )
    .await?;
    let manager = db.manager();
    for name in ["p", "p1", "heir"] {
        let mut source = reflect_table(name, &manager).await?.as_ref().clone();
        let copy = copy_table_structure(name, &format!("{name} copy"), &manager).await?;
        source.partition_of = None;
        source.inherits.clear();
        assert_eq!(without_names(&copy), without_names(&source));
    }
    run(&db, &["INSERT INTO \"p copy\" VALUES (1, now())"]).await?;
    assert_eq!(number(&db, "SELECT count(*) FROM p").await?, 0);
    Ok(())
}

/// Not in the current one.
async fn a_table_in_another_schema_is_copied_beside_itself(db: TestDatabase) -> Result {
    run(
        &db,
        &[
            "CREATE SCHEMA other; CREATE TYPE other.kind AS ENUM ('k'); \
             CREATE TABLE other.up (id serial PRIMARY KEY); \
             CREATE TABLE other.t (id serial PRIMARY KEY, k other.kind DEFAULT 'k', \
                up int REFERENCES other.up, t int REFERENCES other.t)",
        ],
    )
    .await?;
    let manager = db.manager();
    let copy = copy_table_structure("other.t", "copy", &manager).await?;
    assert_eq!(copy.name.to_string(), "other.copy");
    let source = reflect_table("other.t", &manager).await?;
    assert_eq!(without_names(&copy), without_names(&source));
    let sequences = "SELECT count(*) FROM pg_class WHERE relkind = 'S' AND relname = 'copy_id_seq' \
        AND relnamespace = 'other'::regnamespace";
    assert_eq!(number(&db, sequences).await?, 1);
    Ok(())
}

/// Statistics, storage, a unique rule that waits for the end of the transaction.
async fn what_reflection_does_not_know_is_copied_too(db: TestDatabase) -> Result {
    run(
        &db,
        &["CREATE TABLE t (a int, b text STORAGE EXTERNAL, \
                UNIQUE (a) DEFERRABLE INITIALLY DEFERRED, CHECK (a > 0) NO INHERIT); \
             CREATE STATISTICS s ON a, b FROM t"],
    )
    .await
    .or(run(
        &db,
        &["CREATE TABLE t (a int, b text, \
                UNIQUE (a) DEFERRABLE INITIALLY DEFERRED, CHECK (a > 0) NO INHERIT); \
             ALTER TABLE t ALTER b SET STORAGE EXTERNAL; CREATE STATISTICS s ON a, b FROM t"],
    )
    .await)?;
    copy_table_structure("t", "copy", &db.manager()).await?;
    for found in [
        "pg_constraint WHERE conrelid = 'copy'::regclass AND condeferred",
        "pg_constraint WHERE conrelid = 'copy'::regclass AND connoinherit AND contype = 'c'",
        "pg_attribute WHERE attrelid = 'copy'::regclass AND attname = 'b' AND attstorage = 'e'",
        "pg_statistic_ext WHERE stxrelid = 'copy'::regclass",
    ] {
        assert_eq!(
            number(&db, &format!("SELECT count(*) FROM {found}")).await?,
            1,
            "{found}"
        );
    }
    Ok(())
}

/// As the server shows them.
async fn engine_partitions_and_parsers_are_copied(db: TestDatabase) -> Result {
    run(
        &db,
        &[
            "CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, y INT NOT NULL, body TEXT, \
                PRIMARY KEY (id, y), KEY by_year (y) COMMENT 'of the index') \
                ENGINE = InnoDB ROW_FORMAT = COMPRESSED AUTO_INCREMENT = 500 DEFAULT CHARSET latin1 \
                PARTITION BY RANGE (y) (PARTITION p0 VALUES LESS THAN (10), \
                PARTITION p1 VALUES LESS THAN MAXVALUE)",
            "CREATE TABLE m (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, body TEXT, FULLTEXT KEY (body)) \
                ENGINE = MyISAM AUTO_INCREMENT = 77",
            "INSERT INTO t (y) VALUES (1)",
            "INSERT INTO m (body) VALUES ('a')",
        ],
    )
    .await?;
    let manager = db.manager();
    for name in ["t", "m"] {
        copy_table_structure(name, &format!("{name}_copy"), &manager).await?;
    }
    run(
        &db,
        &[
            "INSERT INTO t_copy (y) VALUES (1)",
            "INSERT INTO m_copy (body) VALUES ('a')",
        ],
    )
    .await?;
    assert_eq!(number(&db, "SELECT id FROM t_copy").await?, 1);
    assert_eq!(number(&db, "SELECT id FROM m_copy").await?, 1);
    let schema = db.name();
    for found in [
        "partitions WHERE table_name = 't_copy' AND partition_name IN ('p0', 'p1') AND 2 = 2",
        "tables WHERE table_name = 'm_copy' AND engine = 'MyISAM'",
        "tables WHERE table_name = 't_copy' AND row_format = 'Compressed'",
        "tables WHERE table_name = 't_copy' AND table_collation LIKE 'latin1%'",
        "statistics WHERE table_name = 't_copy' AND index_comment = 'of the index'",
    ] {
        let expected = if found.starts_with("partitions") {
            2
        } else {
            1
        };
        let sql = format!(
            "SELECT COUNT(*) FROM information_schema.{found} AND table_schema = '{schema}'"
        );
        assert_eq!(number(&db, &sql).await?, expected, "{found}");
    }
    Ok(())
}

/// It is the mode of those who made the table that counts.
async fn defaults_that_a_strict_server_refuses_are_copied(db: TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    raw.run("SET sql_mode = 'ALLOW_INVALID_DATES,ANSI_QUOTES,NO_BACKSLASH_ESCAPES'")
        .await?;
    raw.run(
        r#"CREATE TABLE "t" (id INT PRIMARY KEY, d DATE NOT NULL DEFAULT '0000-00-00',
            e DATE DEFAULT '2024-02-31', s VARCHAR(20) DEFAULT 'a\' COMMENT 'b\')"#,
    )
    .await?;
    let manager = db.manager();
    let source = reflect_table("t", &manager).await?;
    let copy = copy_table_structure("t", "copy", &manager).await?;
    assert_eq!(without_names(&copy), without_names(&source));
    assert_eq!(copy.column("s").unwrap().comment.as_deref(), Some("b\\"));
    raw.run("INSERT INTO copy (id) VALUES (1)").await?;
    let as_declared = r"SELECT COUNT(*) FROM copy WHERE s = 'a\' AND d = '0000-00-00'";
    assert_eq!(raw.number(as_declared).await?, 1);
    Ok(())
}

/// Whoever gets it next finds it strict.
async fn the_connection_keeps_its_mode(db: TestDatabase) -> Result {
    use sea_orm::{ConnectionTrait, Statement};

    run(&db, &["CREATE TABLE t (id INT PRIMARY KEY, d DATE)"]).await?;
    let manager = db.pool_of(1).await?;
    let mode = async || -> Result<String> {
        let ask = "SELECT CAST(@@SESSION.sql_mode AS CHAR) AS mode";
        let ask = Statement::from_string(manager.get_database_backend(), ask);
        Ok(manager
            .query_one_raw(ask)
            .await?
            .unwrap()
            .try_get("", "mode")?)
    };
    let before = mode().await?;
    copy_table_structure("t", "copy", &manager).await?;
    assert_eq!(mode().await?, before);
    assert!(before.contains("STRICT"), "{before}");
    copy_table_structure("missing", "copy_2", &manager)
        .await
        .unwrap_err();
    assert_eq!(mode().await?, before);
    Ok(())
}

/// Also to a table that has the source's name there.
async fn foreign_keys_into_another_schema_are_copied(db: TestDatabase) -> Result {
    let other = format!("{}_other", db.name());
    let result = across_schemas(&db, &other).await;
    run(
        &db,
        &[
            "DROP TABLE IF EXISTS copy, t",
            &format!("DROP DATABASE {other}"),
        ],
    )
    .await?;
    result
}

async fn across_schemas(db: &TestDatabase, other: &str) -> Result {
    run(
        db,
        &[
            &format!("CREATE DATABASE {other}"),
            &format!("CREATE TABLE {other}.t (id INT PRIMARY KEY)"),
            &format!(
                "CREATE TABLE t (id INT PRIMARY KEY, o INT, FOREIGN KEY (o) REFERENCES {other}.t (id))"
            ),
        ],
    )
    .await?;
    let manager = db.manager();
    let copy = copy_table_structure("t", "copy", &manager).await?;
    anyhow::ensure!(copy.foreign_keys[0].table.to_string() == format!("{other}.t"));
    let left_out = CopyOptions::new().foreign_keys(false);
    let plain =
        copy_table_structure_with(&format!("{other}.t"), "plain", left_out, &manager).await?;
    anyhow::ensure!(plain.name.to_string() == format!("{other}.plain"));
    Ok(())
}

/// What happens in a conflict, in which order keys are, which numbers are never used again.
async fn rules_that_only_the_text_knows_are_copied(db: TestDatabase) -> Result {
    run(
        &db,
        &[
            "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT UNIQUE ON CONFLICT REPLACE, \
                b INT REFERENCES t (id) MATCH FULL) /* t, REFERENCES t */",
        ],
    )
    .await?;
    copy_table_structure("t", "copy", &db.manager()).await?;
    let insert = "INSERT INTO copy (a) VALUES ('same')";
    run(&db, &[insert, insert, insert]).await?;
    assert_eq!(number(&db, "SELECT id FROM copy").await?, 3);
    run(&db, &["DELETE FROM copy", insert]).await?;
    assert_eq!(number(&db, "SELECT id FROM copy").await?, 4);
    Ok(())
}

/// There it is the name of the copy.
async fn the_tables_own_name_may_stand_in_its_rules(db: TestDatabase) -> Result {
    run(
        &db,
        &[
            "CREATE TABLE t (a INT CHECK (t.a > 0 OR \"T\".a IS NULL), t INT)",
            "CREATE UNIQUE INDEX i ON t (a) WHERE [t].t > 1 AND 't.t' <> ''",
        ],
    )
    .await?;
    let manager = db.manager();
    let copy = copy_table_structure("t", "copy", &manager).await?;
    assert_eq!(
        copy.checks[0].expression,
        "\"copy\".a > 0 OR \"copy\".a IS NULL"
    );
    let condition = copy.indexes[0].condition.as_deref();
    assert_eq!(condition, Some("\"copy\".t > 1 AND 't.t' <> ''"));
    run(&db, &["INSERT INTO copy VALUES (1, 2)", "DROP TABLE t"]).await?;
    assert!(run(&db, &["INSERT INTO copy VALUES (1, 2)"]).await.is_err());
    assert!(
        run(&db, &["INSERT INTO copy VALUES (-1, 1)"])
            .await
            .is_err()
    );
    let options = CopyOptions::new().get_or_create(true);
    let again = copy_table_structure("copy", "again", &manager).await?;
    assert_eq!(
        copy_table_structure_with("copy", "again", options, &manager).await?,
        again
    );
    Ok(())
}

/// However the statement was written.
async fn tables_of_every_form_are_copied(db: TestDatabase) -> Result {
    let manager = db.manager();
    for (number, sql) in [
        "CREATE TABLE t (k TEXT PRIMARY KEY, v) WITHOUT ROWID, STRICT",
        "CREATE TABLE main.t(a, b, PRIMARY KEY (b, a)) WITHOUT ROWID",
        "create table if not exists [t] ([a] int, `b` int, 'c' int, \"d\" int)",
        "CREATE TABLE t AS SELECT 1 AS a, 'x' AS b",
        "CREATE /* ( */ TABLE -- (\n \"t\" /* t.a */ (a INT CHECK (a > 0), \"t\" INT)",
        "CREATE TABLE t (\"REFERENCES\" INT DEFAULT 1, b CONSTRAINT c REFERENCES t ON DELETE SET NULL)",
    ]
    .into_iter()
    .enumerate()
    {
        let sql = sql.replace("WITHOUT ROWID, STRICT", "WITHOUT ROWID");
        run(&db, &[&sql]).await?;
        let source = reflect_table("t", &manager).await?;
        let copy = copy_table_structure("t", &format!("copy {number}"), &manager).await?;
        assert_eq!(without_names(&copy), without_names(&source), "{sql}");
        xtsqlorm::tables::drop_table("t", &manager).await?;
    }
    Ok(())
}
