//! Keys, indexes and rules.

use xtsqlorm::reflect::{
    CheckModel, Deferral, ForeignKeyModel, IndexModel, IndexPart, KeyAction, KeyModel, TableName,
    reflect_table,
};

use super::after;
use crate::support::{Result, TestDatabase, on_postgres};

on_postgres!(
    a_key_has_its_columns_in_key_order,
    every_kind_of_index_is_read,
    an_index_that_was_not_finished_is_left_out,
    foreign_keys_are_read_with_all_they_say,
    checks_are_read_as_conditions
);

fn names<const N: usize>(names: [&str; N]) -> Vec<String> {
    names.map(String::from).into()
}

/// Which need not be the order of the table.
async fn a_key_has_its_columns_in_key_order(db: TestDatabase) -> Result {
    let table = after(
        &db,
        "CREATE TABLE t (a int, b int, c int, CONSTRAINT \"the key\" PRIMARY KEY (c, a) INCLUDE (b))",
    )
    .await?;
    let key = KeyModel {
        name: Some("the key".into()),
        columns: names(["c", "a"]),
    };
    assert_eq!(table.primary_key, Some(key));
    assert!(table.indexes.is_empty(), "the key is no index beside");
    let nullable: Vec<bool> = table.columns.iter().map(|column| column.nullable).collect();
    assert_eq!(nullable, [false, true, false]);
    Ok(())
}

fn btree(name: &str, parts: Vec<IndexPart>) -> IndexModel {
    IndexModel {
        method: Some("btree".into()),
        ..IndexModel::new(name, parts)
    }
}

/// Constraints and plain indexes; parts, order, NULLs, collations, operator classes, conditions.
async fn every_kind_of_index_is_read(db: TestDatabase) -> Result {
    let table = after(
        &db,
        "CREATE EXTENSION pg_trgm; CREATE EXTENSION citext;
         CREATE TABLE t (id int PRIMARY KEY, a int, b int, c text, d citext, e int4range, v varchar(9),
            CONSTRAINT i01 UNIQUE (b, a) INCLUDE (id, c),
            CONSTRAINT i02 UNIQUE NULLS NOT DISTINCT (b),
            CONSTRAINT i03 EXCLUDE USING gist (e WITH &&) WHERE (a > 0));
         CREATE UNIQUE INDEX i04 ON t (a) WHERE b IS NOT NULL;
         CREATE UNIQUE INDEX i05 ON t (lower(c), (a + b) DESC);
         CREATE INDEX i06 ON t (a DESC, b ASC NULLS FIRST, id DESC NULLS LAST);
         CREATE INDEX i07 ON t USING hash (a);
         CREATE INDEX i08 ON t USING gin (c gin_trgm_ops);
         CREATE INDEX i09 ON t USING gist (c gist_trgm_ops (siglen = 32));
         CREATE INDEX i10 ON t (c COLLATE \"C\", v text_pattern_ops);
         CREATE INDEX i11 ON t (d text_ops);
         CREATE INDEX i12 ON t (d, v);
         CREATE INDEX i13 ON t USING brin (a int4_bloom_ops)",
    )
    .await?;
    let column = |name: &str| IndexPart::column(name);
    let class = |name: &str, class: &str| IndexPart {
        operator_class: Some(class.into()),
        ..column(name)
    };
    let unique = |index: IndexModel| IndexModel {
        unique: true,
        ..index
    };
    let by = |method: &str, index: IndexModel| IndexModel {
        method: Some(method.into()),
        ..index
    };
    let expected = [
        unique(IndexModel {
            include: names(["id", "c"]),
            ..btree("i01", vec![column("b"), column("a")])
        }),
        unique(IndexModel {
            nulls_equal: true,
            ..btree("i02", vec![column("b")])
        }),
        by(
            "gist",
            IndexModel {
                exclusion: Some("EXCLUDE USING gist (e WITH &&) WHERE ((a > 0))".into()),
                condition: Some("(a > 0)".into()),
                ..IndexModel::new("i03", vec![column("e")])
            },
        ),
        unique(IndexModel {
            condition: Some("(b IS NOT NULL)".into()),
            ..btree("i04", vec![column("a")])
        }),
        unique(btree(
            "i05",
            vec![
                IndexPart::expression("lower(c)"),
                IndexPart {
                    descending: true,
                    ..IndexPart::expression("((a + b))")
                },
            ],
        )),
        btree(
            "i06",
            vec![
                IndexPart {
                    descending: true,
                    ..column("a")
                },
                IndexPart {
                    nulls_first: Some(true),
                    ..column("b")
                },
                IndexPart {
                    descending: true,
                    nulls_first: Some(false),
                    ..column("id")
                },
            ],
        ),
        by("hash", IndexModel::new("i07", vec![column("a")])),
        by(
            "gin",
            IndexModel::new("i08", vec![class("c", "public.gin_trgm_ops")]),
        ),
        by(
            "gist",
            IndexModel::new("i09", vec![class("c", "public.gist_trgm_ops(siglen=32)")]),
        ),
        btree(
            "i10",
            vec![
                IndexPart {
                    collation: Some("C".into()),
                    ..column("c")
                },
                class("v", "text_pattern_ops"),
            ],
        ),
        btree("i11", vec![class("d", "text_ops")]),
        btree("i12", vec![column("d"), column("v")]),
        by(
            "brin",
            IndexModel::new("i13", vec![class("a", "int4_bloom_ops")]),
        ),
    ];
    assert_eq!(table.indexes.len(), expected.len());
    for (found, expected) in table.indexes.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    let keys: Vec<_> = table
        .indexes
        .iter()
        .map(IndexModel::unique_columns)
        .collect();
    assert_eq!(keys[0], Some(vec!["b", "a"]));
    assert_eq!(keys[1], Some(vec!["b"]));
    assert!(keys[2..].iter().all(Option::is_none), "{keys:?}");
    Ok(())
}

/// It promises nothing yet.
async fn an_index_that_was_not_finished_is_left_out(db: TestDatabase) -> Result {
    let mut raw = db.raw().await?;
    raw.run("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)")
        .await?;
    let refused = raw
        .run("CREATE UNIQUE INDEX CONCURRENTLY once ON t (a)")
        .await;
    assert!(refused.is_err());
    assert_eq!(
        raw.number("SELECT count(*) FROM pg_class WHERE relname = 'once'")
            .await?,
        1
    );
    let table = reflect_table("t", &db.manager()).await?;
    assert!(table.indexes.is_empty(), "{:?}", table.indexes);
    Ok(())
}

/// Across schemas, of several columns, with actions, in the order of the key.
async fn foreign_keys_are_read_with_all_they_say(db: TestDatabase) -> Result {
    let table = after(
        &db,
        "CREATE SCHEMA \"Other\";
         CREATE TABLE \"Other\".\"Two\" (x int, y int, PRIMARY KEY (x, y));
         CREATE TABLE one (id int PRIMARY KEY, code text UNIQUE);
         CREATE TABLE t (
            id int PRIMARY KEY, a int, b int, c int, d text,
            parent int CONSTRAINT f1 REFERENCES t,
            CONSTRAINT f2 FOREIGN KEY (b, a) REFERENCES \"Other\".\"Two\" (y, x)
                ON DELETE SET NULL (a) ON UPDATE CASCADE,
            CONSTRAINT f3 FOREIGN KEY (c) REFERENCES one ON DELETE RESTRICT ON UPDATE SET DEFAULT
                DEFERRABLE,
            CONSTRAINT f4 FOREIGN KEY (d) REFERENCES one (code) ON DELETE CASCADE
                ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED,
            CONSTRAINT f5 FOREIGN KEY (c) REFERENCES one MATCH FULL ON DELETE SET DEFAULT)",
    )
    .await?;
    let one = TableName::new("public", "one");
    let key = |name: &str, columns, table: &TableName, referenced| ForeignKeyModel {
        name: Some(name.into()),
        ..ForeignKeyModel::new(columns, table.clone(), referenced)
    };
    let expected = [
        key("f1", names(["parent"]), &table.name, names(["id"])),
        ForeignKeyModel {
            on_update: KeyAction::Cascade,
            on_delete: KeyAction::SetNull,
            on_delete_columns: names(["a"]),
            ..key(
                "f2",
                names(["b", "a"]),
                &TableName::new("Other", "Two"),
                names(["y", "x"]),
            )
        },
        ForeignKeyModel {
            on_update: KeyAction::SetDefault,
            on_delete: KeyAction::Restrict,
            deferral: Deferral::Deferrable,
            ..key("f3", names(["c"]), &one, names(["id"]))
        },
        ForeignKeyModel {
            on_update: KeyAction::SetNull,
            on_delete: KeyAction::Cascade,
            deferral: Deferral::Deferred,
            ..key("f4", names(["d"]), &one, names(["code"]))
        },
        ForeignKeyModel {
            on_delete: KeyAction::SetDefault,
            match_full: true,
            ..key("f5", names(["c"]), &one, names(["id"]))
        },
    ];
    assert_eq!(table.foreign_keys, expected);
    Ok(())
}

/// Those of columns and of the table; `NOT NULL` is none, nor is the rule of a domain.
async fn checks_are_read_as_conditions(db: TestDatabase) -> Result {
    let table = after(
        &db,
        "CREATE DOMAIN positive AS int CHECK (VALUE > 0);
         CREATE TABLE t (a int NOT NULL CHECK (a > 0), b text, c positive,
            CONSTRAINT \"a 'rule'\" CHECK (b <> 'it''s' OR b IS NULL));
         INSERT INTO t (a, b) VALUES (1, 'old');
         ALTER TABLE t ADD CONSTRAINT later CHECK (b <> 'old') NOT VALID",
    )
    .await?;
    let check = |name: &str, condition| CheckModel::new(Some(name.into()), condition);
    let expected = [
        check("a 'rule'", "((b <> 'it''s'::text) OR (b IS NULL))"),
        check("later", "(b <> 'old'::text)"),
        check("t_a_check", "(a > 0)"),
    ];
    assert_eq!(table.checks, expected);
    Ok(())
}
