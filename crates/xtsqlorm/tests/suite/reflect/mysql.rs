//! MySQL and MariaDB: a table that has everything, against the model that is expected of it.

mod mariadb;
mod on_mysql;
mod rights;
mod views;

use xtsqlorm::reflect::{
    ColumnModel, DataType, ForeignKeyModel, IndexModel, IndexPart, KeyAction, KeyModel, TableKind,
    TableModel, TableName, reflect_table,
};

use crate::support::{Kind, Result, TestDatabase, on_mysql_and_mariadb};

on_mysql_and_mariadb!(
    numbers_and_times_have_their_widths,
    texts_and_bytes_have_their_sizes,
    an_enum_has_its_values_whatever_is_in_them,
    defaults_are_expressions_that_give_the_default_again,
    indexes_have_their_parts,
    foreign_keys_lead_to_other_tables_to_the_same_and_to_other_databases,
    a_partitioned_table_is_one_table,
);

/// A column that is NOT NULL and has nothing else to it.
pub(super) fn required(name: &str, sql_type: &str, data_type: DataType) -> ColumnModel {
    ColumnModel {
        nullable: false,
        ..ColumnModel::new(name, sql_type, data_type)
    }
}

pub(super) fn key(columns: &[&str]) -> KeyModel {
    KeyModel {
        name: None,
        columns: names(columns),
    }
}

pub(super) fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

pub(super) fn integer(bits: u8, unsigned: bool) -> DataType {
    DataType::Integer { bits, unsigned }
}

fn decimal(precision: u32, scale: i32) -> DataType {
    DataType::Decimal {
        precision: Some(precision),
        scale: Some(scale),
    }
}

async fn data_types(db: &TestDatabase, table: &str) -> Result<Vec<(String, DataType)>> {
    let table = reflect_table(table, &db.manager()).await?;
    let columns = table.columns.iter();
    Ok(columns
        .map(|column| (column.name.clone(), column.data_type.clone()))
        .collect())
}

fn assert_types(found: Vec<(String, DataType)>, expected: Vec<(&str, DataType)>) {
    let expected: Vec<(String, DataType)> = expected
        .into_iter()
        .map(|(name, data_type)| (name.to_owned(), data_type))
        .collect();
    assert_eq!(found, expected);
}

async fn numbers_and_times_have_their_widths(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE t (ti TINYINT, tu TINYINT UNSIGNED, bo BOOLEAN, \
           one TINYINT(1) UNSIGNED, sm SMALLINT, me MEDIUMINT UNSIGNED, i INT, \
           z INT(8) ZEROFILL, bi BIGINT UNSIGNED, b BIT, b64 BIT(64), f FLOAT, f2 FLOAT(7,3), \
           du DOUBLE UNSIGNED, de DECIMAL, d65 DECIMAL(65,30) UNSIGNED, y YEAR, d DATE, \
           t TIME, t6 TIME(6), dt DATETIME, dt3 DATETIME(3), ts TIMESTAMP(1) NULL)",
    ])
    .await?;
    let bit = |length| DataType::Bit {
        length: Some(length),
        varying: false,
    };
    let time = |precision| DataType::Time {
        precision: Some(precision),
        zoned: false,
    };
    let moment = |precision| DataType::DateTime {
        precision: Some(precision),
    };
    let found = data_types(&db, "t").await?;
    assert_types(
        found,
        vec![
            ("ti", integer(8, false)),
            ("tu", integer(8, true)),
            ("bo", DataType::Boolean),
            // 0 to 255, which is no truth value.
            ("one", integer(8, true)),
            ("sm", integer(16, false)),
            ("me", integer(24, true)),
            ("i", integer(32, false)),
            ("z", integer(32, true)),
            ("bi", integer(64, true)),
            ("b", bit(1)),
            ("b64", bit(64)),
            ("f", DataType::Float { bits: 32 }),
            ("f2", DataType::Float { bits: 32 }),
            ("du", DataType::Float { bits: 64 }),
            ("de", decimal(10, 0)),
            ("d65", decimal(65, 30)),
            ("y", DataType::Year),
            ("d", DataType::Date),
            ("t", time(0)),
            ("t6", time(6)),
            ("dt", moment(0)),
            ("dt3", moment(3)),
            ("ts", DataType::Timestamp { precision: Some(1) }),
        ],
    );
    Ok(())
}

async fn texts_and_bytes_have_their_sizes(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE t (c CHAR, c9 CHAR(9), v VARCHAR(20), tt TINYTEXT, tx TEXT, mt MEDIUMTEXT, \
           lt LONGTEXT, b BINARY, b16 BINARY(16), vb VARBINARY(20), tb TINYBLOB, bl BLOB, \
           mb MEDIUMBLOB, lb LONGBLOB, g GEOMETRY, p POINT, gc GEOMETRYCOLLECTION, \
           ml MULTILINESTRING)",
    ])
    .await?;
    let text = |bytes| DataType::Text {
        max_bytes: Some(bytes),
    };
    let blob = |bytes| DataType::Blob {
        max_bytes: Some(bytes),
    };
    let geometry = |kind: &str| DataType::Geometry {
        kind: kind.to_owned(),
    };
    let found = data_types(&db, "t").await?;
    assert_types(
        found,
        vec![
            ("c", DataType::Char { length: Some(1) }),
            ("c9", DataType::Char { length: Some(9) }),
            ("v", DataType::VarChar { length: Some(20) }),
            ("tt", text(255)),
            ("tx", text(65_535)),
            ("mt", text(16_777_215)),
            ("lt", text(4_294_967_295)),
            ("b", DataType::Binary { length: 1 }),
            ("b16", DataType::Binary { length: 16 }),
            ("vb", DataType::VarBinary { length: Some(20) }),
            ("tb", blob(255)),
            ("bl", blob(65_535)),
            ("mb", blob(16_777_215)),
            ("lb", blob(4_294_967_295)),
            ("g", geometry("geometry")),
            ("p", geometry("point")),
            // MySQL calls it geomcollection.
            ("gc", geometry("geometrycollection")),
            ("ml", geometry("multilinestring")),
        ],
    );
    Ok(())
}

/// Quotes, commas, brackets, backslashes, line ends, nothing at all.
async fn an_enum_has_its_values_whatever_is_in_them(db: TestDatabase) -> Result {
    let values = [
        "plain",
        "it's",
        "a,b",
        "a','b",
        "c)d",
        r"back\slash",
        r"\'",
        "two\nlines",
        "",
        "中文",
        "\"",
    ];
    let list: Vec<String> = values
        .iter()
        .map(|value| format!("'{}'", value.replace('\\', r"\\").replace('\'', "''")))
        .collect();
    let create = format!(
        "CREATE TABLE t (e ENUM({}), s SET('r','w''x','q\\\\y') NOT NULL) CHARACTER SET utf8mb4",
        list.join(", ")
    );
    db.execute(&[&create]).await?;
    let found = data_types(&db, "t").await?;
    let set = DataType::Set {
        values: names(&["r", "w'x", r"q\y"]),
    };
    let listed = DataType::Enum {
        name: None,
        values: names(&values),
    };
    assert_types(found, vec![("e", listed), ("s", set)]);
    Ok(())
}

/// What the model says of a default, put into a new table, gives the same value.
async fn defaults_are_expressions_that_give_the_default_again(db: TestDatabase) -> Result {
    let columns = [
        r"a VARCHAR(20) DEFAULT 'it''s \\ x'",
        "b VARCHAR(20) DEFAULT ''",
        "c VARCHAR(20) DEFAULT 'NULL'",
        "d VARCHAR(20) DEFAULT 'uuid()'",
        "e INT DEFAULT -5",
        "f DECIMAL(10,2) DEFAULT 1.5",
        "g DOUBLE DEFAULT 1e10",
        "h BIT(8) DEFAULT b'101'",
        "i BINARY(4) DEFAULT 'ab'",
        "j BINARY(4) DEFAULT x'00ff0102'",
        "k VARBINARY(9) DEFAULT x'6100ff3f'",
        "l VARBINARY(9) DEFAULT ''",
        "m ENUM('x','it''s','c\\\\d') DEFAULT 'c\\\\d'",
        "n SET('r','w') DEFAULT 'r,w'",
        "o DATE DEFAULT '2020-01-02'",
        "p DATETIME(3) DEFAULT '2020-01-02 03:04:05.678'",
        "q TIME DEFAULT '-10:00:00'",
        "r YEAR DEFAULT 1999",
        "s BOOLEAN DEFAULT TRUE",
        "t VARCHAR(40) DEFAULT (concat('it''s \\\\', 'x\\n'))",
        "u VARCHAR(20) DEFAULT '😀?'",
        "v INT DEFAULT (1 + 1)",
        "w TEXT DEFAULT ('te''xt')",
        "x BLOB DEFAULT ('b?')",
    ];
    db.execute(&[
        &format!(
            "CREATE TABLE one ({}) CHARACTER SET utf8mb4",
            columns.join(", ")
        ),
        "INSERT INTO one VALUES ()",
    ])
    .await?;
    let one = reflect_table("one", &db.manager()).await?;
    let again: Vec<String> = one
        .columns
        .iter()
        .map(|column| {
            let default = column.default.as_deref().expect("a default");
            // MySQL takes no bare expression, and TEXT takes no bare literal there.
            format!("`{}` {} DEFAULT ({default})", column.name, column.sql_type)
        })
        .collect();
    db.execute(&[
        &format!(
            "CREATE TABLE two ({}) CHARACTER SET utf8mb4",
            again.join(", ")
        ),
        "INSERT INTO two VALUES ()",
    ])
    .await?;
    let mut raw = db.raw().await?;
    for column in &one.columns {
        let name = &column.name;
        let same = format!(
            "SELECT COUNT(*) FROM one JOIN two \
             ON CAST(one.`{name}` AS BINARY) = CAST(two.`{name}` AS BINARY)"
        );
        assert_eq!(raw.number(same).await?, 1, "{name}: {:?}", column.default);
    }
    Ok(())
}

async fn indexes_have_their_parts(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE t (a VARCHAR(20), b INT NOT NULL, c TEXT, p POINT NOT NULL, \
           PRIMARY KEY (b), UNIQUE KEY z (b, a), KEY y (a(5), b DESC), FULLTEXT KEY x (c), \
           SPATIAL KEY w (p), UNIQUE KEY v (a(3)))",
    ])
    .await?;
    let found = reflect_table("t", &db.manager()).await?;
    let index = |name: &str, method: &str, parts| IndexModel {
        method: Some(method.to_owned()),
        ..IndexModel::new(name, parts)
    };
    let prefix = |column: &str, length| IndexPart {
        prefix: Some(length),
        ..IndexPart::column(column)
    };
    assert_eq!(
        found.indexes,
        [
            IndexModel {
                unique: true,
                ..index("v", "btree", vec![prefix("a", 3)])
            },
            index("w", "spatial", vec![IndexPart::column("p")]),
            index("x", "fulltext", vec![IndexPart::column("c")]),
            index(
                "y",
                "btree",
                vec![
                    prefix("a", 5),
                    IndexPart {
                        descending: true,
                        ..IndexPart::column("b")
                    }
                ]
            ),
            IndexModel {
                unique: true,
                ..index(
                    "z",
                    "btree",
                    vec![IndexPart::column("b"), IndexPart::column("a")]
                )
            },
        ]
    );
    assert_eq!(found.primary_key, Some(key(&["b"])));
    let unique: Vec<_> = found
        .indexes
        .iter()
        .map(IndexModel::unique_columns)
        .collect();
    assert_eq!(unique[4], Some(vec!["b", "a"]));
    assert_eq!(unique[0], None, "three letters of it are unique");
    Ok(())
}

async fn foreign_keys_lead_to_other_tables_to_the_same_and_to_other_databases(
    db: TestDatabase,
) -> Result {
    let here = db.name();
    let other = format!("{here}_other");
    db.execute(&[
        &format!("CREATE DATABASE {other}"),
        &format!("CREATE TABLE {other}.far (id INT PRIMARY KEY)"),
        "CREATE TABLE pair (a INT, b INT, PRIMARY KEY (b, a))",
        "CREATE TABLE t (id INT PRIMARY KEY, boss INT, x INT, y INT, far INT, \
             CONSTRAINT t_boss FOREIGN KEY (boss) REFERENCES t (id) ON DELETE SET NULL, \
             CONSTRAINT t_pair FOREIGN KEY (y, x) REFERENCES pair (b, a) \
             ON UPDATE CASCADE ON DELETE CASCADE)",
        &format!(
            "ALTER TABLE t ADD CONSTRAINT t_far FOREIGN KEY (far) REFERENCES {other}.far (id)"
        ),
        "ALTER TABLE pair ADD COLUMN back INT, \
             ADD CONSTRAINT pair_back FOREIGN KEY (back) REFERENCES t (id)",
    ])
    .await?;
    let read = reflect_table("t", &db.manager()).await;
    let far = reflect_table(&format!("{other}.far"), &db.manager()).await;
    db.execute(&[
        "ALTER TABLE t DROP FOREIGN KEY t_far",
        &format!("DROP DATABASE {other}"),
    ])
    .await?;
    // What MySQL calls NO ACTION, MariaDB calls RESTRICT. They are the same there.
    let refuse = match db.kind() {
        Kind::MySql => KeyAction::NoAction,
        _ => KeyAction::Restrict,
    };
    let foreign =
        |name: &str, columns: &[&str], table: TableName, referenced: &[&str]| ForeignKeyModel {
            name: Some(name.to_owned()),
            on_update: refuse,
            on_delete: refuse,
            ..ForeignKeyModel::new(names(columns), table, names(referenced))
        };
    assert_eq!(
        read?.foreign_keys,
        [
            ForeignKeyModel {
                on_delete: KeyAction::SetNull,
                ..foreign("t_boss", &["boss"], TableName::new(here, "t"), &["id"])
            },
            foreign("t_far", &["far"], TableName::new(&other, "far"), &["id"]),
            ForeignKeyModel {
                on_update: KeyAction::Cascade,
                on_delete: KeyAction::Cascade,
                ..foreign(
                    "t_pair",
                    &["y", "x"],
                    TableName::new(here, "pair"),
                    &["b", "a"]
                )
            },
        ]
    );
    assert_eq!(far?.name, TableName::new(&other, "far"));
    Ok(())
}

async fn a_partitioned_table_is_one_table(db: TestDatabase) -> Result {
    db.execute(&["CREATE TABLE t (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 4"])
        .await?;
    let schema = xtsqlorm::reflect::reflect_schema(&db.manager()).await?;
    let sql_type = match db.kind() {
        Kind::MySql => "int",
        _ => "int(11)",
    };
    let expected = TableModel {
        columns: vec![required("id", sql_type, integer(32, false))],
        primary_key: Some(key(&["id"])),
        ..TableModel::new(TableName::new(db.name(), "t"), TableKind::Table)
    };
    assert_eq!(schema.tables, [expected]);
    Ok(())
}
