//! SQLite: what its pragmas and the texts of its tables say.

mod keys;
mod kinds;
mod text;

use xtsqlorm::reflect::{
    Affinity, CheckModel, ColumnModel, DataType, Deferral, ForeignKeyModel, GeneratedModel,
    Identity, IndexModel, IndexPart, KeyAction, KeyModel, TableKind, TableModel, TableName,
    TypeName, reflect_table,
};

use crate::support::{Result, TestDatabase, on_sqlite};

/// One of sea-query's spellings of a column type.
type Spelling = fn(&mut sea_orm::sea_query::ColumnDef) -> &mut sea_orm::sea_query::ColumnDef;

on_sqlite!(
    a_table_with_everything_is_read_field_by_field,
    declared_types_are_read_as_people_and_tools_write_them,
    the_types_that_sea_query_writes_are_known,
    defaults_are_expressions_that_give_the_default_again,
);

const EVERYTHING: &str = r#"CREATE TABLE t ( -- a ( comment, with brackets
    id INTEGER CONSTRAINT "the key" PRIMARY KEY AUTOINCREMENT,
    code VARCHAR(20) NOT NULL DEFAULT 'it''s, (odd)' COLLATE NOCASE UNIQUE,
    /* CHECK (in a comment) */
    n INT CONSTRAINT big CHECK (n > 1 AND ")" <> '('),
    twice INT GENERATED ALWAYS AS (n * 2) VIRTUAL,
    thrice INT AS ((n) * 3) STORED,
    boss INT REFERENCES T ON DELETE SET NULL,
    price DECIMAL(10, 2) DEFAULT -1.5,
    a INT, b INT,
    CONSTRAINT pair FOREIGN KEY (a, b) REFERENCES other (Y, x)
        ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CHECK (a <> b) CONSTRAINT `last` CHECK (a IS NOT NULL)
)"#;

async fn a_table_with_everything_is_read_field_by_field(db: TestDatabase) -> Result {
    db.execute(&[
        r#"CREATE TABLE other (x INT, y INT, ")" INT, PRIMARY KEY (y, x))"#,
        EVERYTHING,
        r#"CREATE UNIQUE INDEX shown ON t (n DESC, lower(code), price COLLATE RTRIM, code)
               WHERE n > 5 AND code <> 'WHERE'"#,
    ])
    .await?;
    let integer = DataType::Integer {
        bits: 64,
        unsigned: false,
    };
    let int = |name: &str| ColumnModel::new(name, "INT", integer.clone());
    let generated = |expression: &str, stored| {
        Some(GeneratedModel {
            expression: expression.to_owned(),
            stored,
        })
    };
    let names = |names: &[&str]| -> Vec<String> { names.iter().map(|n| (*n).to_owned()).collect() };
    let expected = TableModel {
        columns: vec![
            ColumnModel {
                nullable: false,
                identity: Some(Identity::AutoIncrement),
                ..ColumnModel::new("id", "INTEGER", integer.clone())
            },
            ColumnModel {
                nullable: false,
                default: Some("'it''s, (odd)'".to_owned()),
                collation: Some("NOCASE".to_owned()),
                ..ColumnModel::new(
                    "code",
                    "VARCHAR(20)",
                    DataType::VarChar { length: Some(20) },
                )
            },
            int("n"),
            ColumnModel {
                generated: generated("n * 2", false),
                ..int("twice")
            },
            ColumnModel {
                generated: generated("(n) * 3", true),
                ..int("thrice")
            },
            int("boss"),
            ColumnModel {
                default: Some("-1.5".to_owned()),
                ..ColumnModel::new(
                    "price",
                    "DECIMAL(10, 2)",
                    DataType::Decimal {
                        precision: Some(10),
                        scale: Some(2),
                    },
                )
            },
            int("a"),
            int("b"),
        ],
        primary_key: Some(KeyModel {
            name: Some("the key".to_owned()),
            columns: names(&["id"]),
        }),
        indexes: vec![
            IndexModel {
                unique: true,
                method: Some("btree".to_owned()),
                condition: Some("n > 5 AND code <> 'WHERE'".to_owned()),
                ..IndexModel::new(
                    "shown",
                    vec![
                        IndexPart {
                            descending: true,
                            ..IndexPart::column("n")
                        },
                        IndexPart::expression("lower(code)"),
                        IndexPart {
                            collation: Some("RTRIM".to_owned()),
                            ..IndexPart::column("price")
                        },
                        IndexPart::column("code"),
                    ],
                )
            },
            IndexModel {
                unique: true,
                method: Some("btree".to_owned()),
                ..IndexModel::new("sqlite_autoindex_t_1", vec![IndexPart::column("code")])
            },
        ],
        foreign_keys: vec![
            ForeignKeyModel {
                on_delete: KeyAction::SetNull,
                ..ForeignKeyModel::new(
                    names(&["boss"]),
                    TableName::new("main", "t"),
                    names(&["id"]),
                )
            },
            ForeignKeyModel {
                name: Some("pair".to_owned()),
                on_update: KeyAction::Cascade,
                deferral: Deferral::Deferred,
                ..ForeignKeyModel::new(
                    names(&["a", "b"]),
                    TableName::new("main", "other"),
                    names(&["y", "x"]),
                )
            },
        ],
        checks: vec![
            CheckModel::new(None, "a <> b"),
            CheckModel::new(Some("big".to_owned()), r#"n > 1 AND ")" <> '('"#),
            CheckModel::new(Some("last".to_owned()), "a IS NOT NULL"),
        ],
        ..TableModel::new(TableName::new("main", "t"), TableKind::Table)
    };
    let found = reflect_table("t", &db.manager()).await?;
    for (found, expected) in found.columns.iter().zip(&expected.columns) {
        assert_eq!(found, expected);
    }
    assert_eq!(*found, expected);
    Ok(())
}

async fn declared_types_are_read_as_people_and_tools_write_them(db: TestDatabase) -> Result {
    let whole = DataType::Integer {
        bits: 64,
        unsigned: false,
    };
    let decimal = |precision, scale| DataType::Decimal { precision, scale };
    let varchar = |length| DataType::VarChar { length };
    let other = |name: &str| DataType::Other {
        name: TypeName::new(None, name),
    };
    let text = DataType::Text { max_bytes: None };
    let types = [
        ("INT", whole.clone(), Affinity::Integer),
        ("tinyint", whole.clone(), Affinity::Integer),
        ("UNSIGNED BIG INT", whole.clone(), Affinity::Integer),
        ("INTEGER(11)", whole.clone(), Affinity::Integer),
        ("INT UNSIGNED", whole, Affinity::Integer),
        ("Bool", DataType::Boolean, Affinity::Numeric),
        (
            "DOUBLE PRECISION",
            DataType::Float { bits: 64 },
            Affinity::Real,
        ),
        ("FLOAT", DataType::Float { bits: 64 }, Affinity::Real),
        ("NUMERIC", decimal(None, None), Affinity::Numeric),
        (
            "DECIMAL(10,5)",
            decimal(Some(10), Some(5)),
            Affinity::Numeric,
        ),
        ("NUMERIC(7)", decimal(Some(7), Some(0)), Affinity::Numeric),
        (
            "NATIVE CHARACTER(70)",
            DataType::Char { length: Some(70) },
            Affinity::Text,
        ),
        (
            "VARYING CHARACTER (255)",
            varchar(Some(255)),
            Affinity::Text,
        ),
        ("NVARCHAR(100)", varchar(Some(100)), Affinity::Text),
        ("VARCHAR", varchar(None), Affinity::Text),
        ("CLOB", text.clone(), Affinity::Text),
        ("longtext", text, Affinity::Text),
        ("BLOB", DataType::Blob { max_bytes: None }, Affinity::Blob),
        (
            "BINARY(16)",
            DataType::Binary { length: 16 },
            Affinity::Numeric,
        ),
        ("DATE", DataType::Date, Affinity::Numeric),
        (
            "TIME",
            DataType::Time {
                precision: None,
                zoned: false,
            },
            Affinity::Numeric,
        ),
        (
            "DATETIME",
            DataType::DateTime { precision: None },
            Affinity::Numeric,
        ),
        (
            "TIMESTAMP(3)",
            DataType::Timestamp { precision: Some(3) },
            Affinity::Numeric,
        ),
        ("JSON", DataType::Json { binary: false }, Affinity::Numeric),
        ("JSONB", DataType::Json { binary: true }, Affinity::Numeric),
        ("UUID", DataType::Uuid, Affinity::Numeric),
        // What is none of them keeps its name; its affinity is SQLite's business.
        ("FLOATING POINT", other("floating point"), Affinity::Integer),
        ("STRING", other("string"), Affinity::Numeric),
        ("", other(""), Affinity::Blob),
    ];
    let columns: Vec<String> = types
        .iter()
        .enumerate()
        .map(|(number, (sql_type, ..))| format!("c{number} {sql_type}"))
        .collect();
    db.execute(&[&format!("CREATE TABLE t ({})", columns.join(", "))])
        .await?;
    let found = reflect_table("t", &db.manager()).await?;
    for (column, (sql_type, data_type, affinity)) in found.columns.iter().zip(types) {
        assert_eq!(column.data_type, data_type, "{sql_type}");
        assert_eq!(Affinity::of(&column.sql_type), affinity, "{sql_type}");
        // SQLite agrees.
        let stored = stored_classes(&db, &column.name).await?;
        let expected = match affinity {
            Affinity::Text => ["text", "text"],
            Affinity::Real => ["real", "real"],
            Affinity::Numeric | Affinity::Integer => ["integer", "integer"],
            Affinity::Blob => ["integer", "text"],
        };
        assert_eq!(stored, expected, "{sql_type}");
    }
    Ok(())
}

/// How a column of `t` stores the number 1 and the text '2'.
async fn stored_classes(db: &TestDatabase, column: &str) -> Result<[String; 2]> {
    use sea_orm::{ConnectionTrait, Statement};
    let manager = db.manager();
    manager.execute_unprepared("DELETE FROM t").await?;
    let insert = format!("INSERT INTO t ({column}) VALUES (1), ('2')");
    manager.execute_unprepared(&insert).await?;
    let select = format!("SELECT typeof({column}) FROM t ORDER BY rowid");
    let statement = Statement::from_string(manager.get_database_backend(), select);
    let rows = manager.query_all_raw(statement).await?;
    Ok([rows[0].try_get_by_index(0)?, rows[1].try_get_by_index(0)?])
}

async fn the_types_that_sea_query_writes_are_known(db: TestDatabase) -> Result {
    use sea_orm::{
        ConnectionTrait,
        sea_query::{Alias, ColumnDef, Table},
    };
    let mut create = Table::create();
    create.table(Alias::new("t"));
    let columns: [(Spelling, &str, DataType); 17] = [
        (|c| c.char_len(3), "a", DataType::Char { length: Some(3) }),
        (
            |c| c.string_len(9),
            "b",
            DataType::VarChar { length: Some(9) },
        ),
        (
            |c| c.big_integer(),
            "c",
            DataType::Integer {
                bits: 64,
                unsigned: false,
            },
        ),
        (|c| c.float(), "d", DataType::Float { bits: 64 }),
        (|c| c.double(), "e", DataType::Float { bits: 64 }),
        (
            |c| c.decimal_len(9, 3),
            "f",
            DataType::Decimal {
                precision: Some(9),
                scale: Some(3),
            },
        ),
        (
            |c| c.decimal(),
            "g",
            DataType::Decimal {
                precision: None,
                scale: None,
            },
        ),
        (
            |c| c.date_time(),
            "h",
            DataType::DateTime { precision: None },
        ),
        (
            |c| c.timestamp(),
            "i",
            DataType::Timestamp { precision: None },
        ),
        (
            |c| c.timestamp_with_time_zone(),
            "j",
            DataType::Timestamp { precision: None },
        ),
        (
            |c| c.time(),
            "k",
            DataType::Time {
                precision: None,
                zoned: false,
            },
        ),
        (|c| c.date(), "l", DataType::Date),
        (
            |c| c.var_binary(9),
            "m",
            DataType::VarBinary { length: Some(9) },
        ),
        (|c| c.boolean(), "n", DataType::Boolean),
        (|c| c.json(), "o", DataType::Json { binary: false }),
        (|c| c.uuid(), "p", DataType::Uuid),
        (
            |c| c.enumeration(Alias::new("kind"), [Alias::new("x")]),
            "q",
            DataType::Text { max_bytes: None },
        ),
    ];
    for (define, name, _) in &columns {
        let mut column = ColumnDef::new(Alias::new(*name));
        define(&mut column);
        create.col(column);
    }
    db.manager().execute(&create).await?;
    let found = reflect_table("t", &db.manager()).await?;
    for (column, (_, name, data_type)) in found.columns.iter().zip(columns) {
        assert_eq!(
            (column.name.as_str(), &column.data_type),
            (name, &data_type)
        );
    }
    Ok(())
}

/// What the model says of a default, put into a new table, gives the same value.
async fn defaults_are_expressions_that_give_the_default_again(db: TestDatabase) -> Result {
    let columns = [
        "a TEXT DEFAULT 'it''s'",
        r#"b TEXT DEFAULT "double ""quoted"" it's""#,
        "c TEXT DEFAULT bare",
        "d TEXT DEFAULT [in brackets]",
        "e INT DEFAULT (1 + 1)",
        "f REAL DEFAULT - 1.5",
        "g TEXT DEFAULT (lower('X') || 'it''s')",
        "h BLOB DEFAULT x'00ff'",
        "i BOOLEAN DEFAULT TRUE",
        "j INT DEFAULT 0x1F",
        "k INT DEFAULT +5",
        "l TEXT DEFAULT `current_date`",
    ];
    db.execute(&[
        &format!(
            "CREATE TABLE one ({}, z TEXT DEFAULT NULL)",
            columns.join(", ")
        ),
        "INSERT INTO one DEFAULT VALUES",
    ])
    .await?;
    let one = reflect_table("one", &db.manager()).await?;
    assert_eq!(one.column("z").unwrap().default, None);
    let again: Vec<String> = one
        .columns
        .iter()
        .filter_map(|column| {
            let default = column.default.as_deref()?;
            Some(format!(
                "{} {} DEFAULT ({default})",
                column.name, column.sql_type
            ))
        })
        .collect();
    assert_eq!(again.len(), columns.len());
    db.execute(&[
        &format!("CREATE TABLE two ({}, z TEXT)", again.join(", ")),
        "INSERT INTO two DEFAULT VALUES",
    ])
    .await?;
    let mut raw = db.raw().await?;
    for column in &one.columns {
        let name = &column.name;
        let same = format!(
            "SELECT COUNT(*) FROM one JOIN two \
             ON one.{name} IS two.{name} AND typeof(one.{name}) = typeof(two.{name})"
        );
        assert_eq!(raw.number(same).await?, 1, "{name}: {:?}", column.default);
    }
    Ok(())
}
