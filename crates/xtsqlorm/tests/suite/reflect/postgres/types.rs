//! What a column stores.

use xtsqlorm::reflect::{DataType, TypeName, reflect_table};

use super::after;
use crate::support::{Result, TestDatabase, on_postgres};

on_postgres!(
    the_types_of_the_server_are_told_apart,
    types_that_stand_for_themselves_keep_their_names,
    enums_domains_row_types_and_ranges_are_read_to_the_bottom,
    a_view_yields_null_whatever_its_domains_say,
    arrays_are_told_by_what_they_hold,
    types_of_extensions_are_told_by_name,
    a_row_type_that_is_used_twice_is_read_twice
);

fn integer(bits: u8) -> DataType {
    DataType::Integer {
        bits,
        unsigned: false,
    }
}

fn array(of: DataType) -> DataType {
    DataType::Array { of: Box::new(of) }
}

fn built_in(name: &str) -> DataType {
    DataType::Other {
        name: TypeName::new(Some("pg_catalog"), name),
    }
}

fn decimal(precision: Option<u32>, scale: Option<i32>) -> DataType {
    DataType::Decimal { precision, scale }
}

fn time(precision: Option<u8>, zoned: bool) -> DataType {
    DataType::Time { precision, zoned }
}

fn bit(length: Option<u32>, varying: bool) -> DataType {
    DataType::Bit { length, varying }
}

/// Declares a column for each, and compares type and words of the server.
async fn declared(db: &TestDatabase, types: Vec<(&str, &str, DataType)>) -> Result {
    let columns: Vec<String> = types
        .iter()
        .enumerate()
        .map(|(place, (declared, ..))| format!("c{place} {declared}"))
        .collect();
    let table = after(db, &format!("CREATE TABLE t ({})", columns.join(", "))).await?;
    assert_eq!(table.columns.len(), types.len());
    for (column, (declared, sql_type, data_type)) in table.columns.iter().zip(types) {
        assert_eq!(column.sql_type, sql_type, "{declared}");
        assert_eq!(column.data_type, data_type, "{declared}");
    }
    Ok(())
}

/// Lengths, digits and zones as declared; negative scales.
async fn the_types_of_the_server_are_told_apart(db: TestDatabase) -> Result {
    let types = vec![
        ("bool", "boolean", DataType::Boolean),
        ("int2", "smallint", integer(16)),
        ("int4", "integer", integer(32)),
        ("int8", "bigint", integer(64)),
        ("float4", "real", DataType::Float { bits: 32 }),
        ("float8", "double precision", DataType::Float { bits: 64 }),
        ("numeric", "numeric", decimal(None, None)),
        ("numeric(10,2)", "numeric(10,2)", decimal(Some(10), Some(2))),
        ("numeric(10)", "numeric(10,0)", decimal(Some(10), Some(0))),
        ("numeric(5,-2)", "numeric(5,-2)", decimal(Some(5), Some(-2))),
        (
            "numeric(1000,-1000)",
            "numeric(1000,-1000)",
            decimal(Some(1000), Some(-1000)),
        ),
        (
            "numeric(3,1000)",
            "numeric(3,1000)",
            decimal(Some(3), Some(1000)),
        ),
        ("money", "money", DataType::Money),
        ("bit", "bit(1)", bit(Some(1), false)),
        ("bit(9)", "bit(9)", bit(Some(9), false)),
        ("varbit", "bit varying", bit(None, true)),
        ("varbit(9)", "bit varying(9)", bit(Some(9), true)),
        ("char", "character(1)", DataType::Char { length: Some(1) }),
        (
            "char(7)",
            "character(7)",
            DataType::Char { length: Some(7) },
        ),
        ("bpchar", "bpchar", DataType::Char { length: None }),
        (
            "varchar",
            "character varying",
            DataType::VarChar { length: None },
        ),
        (
            "varchar(255)",
            "character varying(255)",
            DataType::VarChar { length: Some(255) },
        ),
        ("text", "text", DataType::Text { max_bytes: None }),
        ("bytea", "bytea", DataType::Blob { max_bytes: None }),
        ("date", "date", DataType::Date),
        ("time", "time without time zone", time(None, false)),
        ("time(3)", "time(3) without time zone", time(Some(3), false)),
        ("timetz", "time with time zone", time(None, true)),
        ("timetz(0)", "time(0) with time zone", time(Some(0), true)),
        (
            "timestamp",
            "timestamp without time zone",
            DataType::DateTime { precision: None },
        ),
        (
            "timestamp(3)",
            "timestamp(3) without time zone",
            DataType::DateTime { precision: Some(3) },
        ),
        (
            "timestamptz(6)",
            "timestamp(6) with time zone",
            DataType::Timestamp { precision: Some(6) },
        ),
        ("interval", "interval", DataType::Interval),
        (
            "interval day to second(2)",
            "interval day to second(2)",
            DataType::Interval,
        ),
        ("json", "json", DataType::Json { binary: false }),
        ("jsonb", "jsonb", DataType::Json { binary: true }),
        ("uuid", "uuid", DataType::Uuid),
    ];
    declared(&db, types).await
}

/// No type of the server is taken for another.
async fn types_that_stand_for_themselves_keep_their_names(db: TestDatabase) -> Result {
    let names = [
        "aclitem",
        "box",
        "cid",
        "cidr",
        "circle",
        "inet",
        "int2vector",
        "jsonpath",
        "line",
        "lseg",
        "macaddr",
        "macaddr8",
        "name",
        "oid",
        "oidvector",
        "path",
        "pg_lsn",
        "pg_snapshot",
        "point",
        "polygon",
        "refcursor",
        "regclass",
        "regcollation",
        "regconfig",
        "regdictionary",
        "regnamespace",
        "regoper",
        "regoperator",
        "regproc",
        "regprocedure",
        "regrole",
        "regtype",
        "tid",
        "tsquery",
        "tsvector",
        "txid_snapshot",
        "xid",
        "xid8",
        "xml",
    ];
    let mut types: Vec<_> = names
        .into_iter()
        .map(|name| (name, name, built_in(name)))
        .collect();
    types.push(("\"char\"", "\"char\"", built_in("char")));
    declared(&db, types).await
}

/// With the schema of each, and `NOT NULL` where a domain of any depth says so.
async fn enums_domains_row_types_and_ranges_are_read_to_the_bottom(db: TestDatabase) -> Result {
    let table = after(
        &db,
        "CREATE SCHEMA \"Odd.schema\";
         CREATE TYPE mood AS ENUM ('sad', '', 'it''s', '\"quoted\"', '中文');
         ALTER TYPE mood ADD VALUE 'first' BEFORE 'sad';
         CREATE DOMAIN \"Odd.schema\".\"Code\" AS varchar(8);
         CREATE DOMAIN required AS \"Odd.schema\".\"Code\" NOT NULL CHECK (VALUE <> '');
         CREATE DOMAIN on_top AS required;
         CREATE TYPE gone AS (a int, b text);
         CREATE TYPE pair AS (price numeric(7,3), kind mood, codes \"Odd.schema\".\"Code\"[], \"Of\" gone);
         ALTER TYPE pair DROP ATTRIBUTE kind;
         CREATE TYPE prices AS RANGE (SUBTYPE = numeric, MULTIRANGE_TYPE_NAME = many_prices);
         CREATE TABLE t (m mood, c \"Odd.schema\".\"Code\", r required, o on_top, p pair,
            days daterange, ranged prices, many many_prices, i int4multirange)",
    )
    .await?;
    let public = |name| TypeName::new(Some("public"), name);
    let code = DataType::Domain {
        name: TypeName::new(Some("Odd.schema"), "Code"),
        of: Box::new(DataType::VarChar { length: Some(8) }),
    };
    let required = DataType::Domain {
        name: public("required"),
        of: Box::new(code.clone()),
    };
    let range = |schema, name, of: DataType, multiple| DataType::Range {
        name: TypeName::new(Some(schema), name),
        of: Box::new(of),
        multiple,
    };
    let expected = [
        (
            "public.mood",
            DataType::Enum {
                name: Some(public("mood")),
                values: ["first", "sad", "", "it's", "\"quoted\"", "中文"]
                    .map(String::from)
                    .into(),
            },
            true,
        ),
        ("\"Odd.schema\".\"Code\"", code.clone(), true),
        ("public.required", required.clone(), false),
        (
            "public.on_top",
            DataType::Domain {
                name: public("on_top"),
                of: Box::new(required),
            },
            false,
        ),
        (
            "public.pair",
            DataType::Composite {
                name: public("pair"),
                fields: vec![
                    ("price".into(), decimal(Some(7), Some(3))),
                    ("codes".into(), array(code)),
                    (
                        "Of".into(),
                        DataType::Composite {
                            name: public("gone"),
                            fields: vec![
                                ("a".into(), integer(32)),
                                ("b".into(), DataType::Text { max_bytes: None }),
                            ],
                        },
                    ),
                ],
            },
            true,
        ),
        (
            "daterange",
            range("pg_catalog", "daterange", DataType::Date, false),
            true,
        ),
        (
            "public.prices",
            range("public", "prices", decimal(None, None), false),
            true,
        ),
        (
            "public.many_prices",
            range("public", "many_prices", decimal(None, None), true),
            true,
        ),
        (
            "int4multirange",
            range("pg_catalog", "int4multirange", integer(32), true),
            true,
        ),
    ];
    assert_eq!(table.columns.len(), expected.len());
    for (column, (sql_type, data_type, nullable)) in table.columns.iter().zip(expected) {
        assert_eq!(column.sql_type, sql_type);
        assert_eq!(column.data_type, data_type, "{sql_type}");
        assert_eq!(column.nullable, nullable, "{sql_type}");
    }
    Ok(())
}

async fn a_view_yields_null_whatever_its_domains_say(db: TestDatabase) -> Result {
    let view = after(
        &db,
        "CREATE DOMAIN required AS int NOT NULL;
         CREATE TABLE base (id required);
         CREATE VIEW t AS SELECT base.id FROM (SELECT 1) one LEFT JOIN base ON true",
    )
    .await?;
    assert!(view.columns[0].nullable);
    let base = reflect_table("base", &db.manager()).await?;
    assert!(!base.columns[0].nullable);
    Ok(())
}

/// Of any number of dimensions, and of domains that are arrays themselves.
async fn arrays_are_told_by_what_they_hold(db: TestDatabase) -> Result {
    let table = after(
        &db,
        "CREATE TYPE mood AS ENUM ('a');
         CREATE DOMAIN positive AS int CHECK (VALUE > 0);
         CREATE DOMAIN several AS positive[] CHECK (cardinality(VALUE) > 1);
         CREATE TABLE t (a int[], b varchar(10)[], c numeric(5,-2)[][], d mood[], e positive[],
            f several, g several[], h int4range[], i name[], j \"char\"[], k point[])",
    )
    .await?;
    let public = |name| TypeName::new(Some("public"), name);
    let positive = || DataType::Domain {
        name: public("positive"),
        of: Box::new(integer(32)),
    };
    let several = || DataType::Domain {
        name: public("several"),
        of: Box::new(array(positive())),
    };
    let expected = [
        ("integer[]", array(integer(32))),
        (
            "character varying(10)[]",
            array(DataType::VarChar { length: Some(10) }),
        ),
        ("numeric(5,-2)[]", array(decimal(Some(5), Some(-2)))),
        (
            "public.mood[]",
            array(DataType::Enum {
                name: Some(public("mood")),
                values: vec!["a".into()],
            }),
        ),
        ("public.positive[]", array(positive())),
        ("public.several", several()),
        ("public.several[]", array(several())),
        (
            "int4range[]",
            array(DataType::Range {
                name: TypeName::new(Some("pg_catalog"), "int4range"),
                of: Box::new(integer(32)),
                multiple: false,
            }),
        ),
        ("name[]", array(built_in("name"))),
        ("\"char\"[]", array(built_in("char"))),
        ("point[]", array(built_in("point"))),
    ];
    assert_eq!(table.columns.len(), expected.len());
    for (column, (sql_type, data_type)) in table.columns.iter().zip(expected) {
        assert_eq!(column.sql_type, sql_type);
        assert_eq!(column.data_type, data_type, "{sql_type}");
    }
    Ok(())
}

/// Also in a schema that no `search_path` names. The types of PostGIS and pgvector are stood in for
/// by types of the same names and the same form of declaration.
async fn types_of_extensions_are_told_by_name(db: TestDatabase) -> Result {
    let table = after(
        &db,
        "CREATE SCHEMA ext;
         CREATE EXTENSION citext SCHEMA ext; CREATE EXTENSION hstore SCHEMA ext;
         CREATE EXTENSION ltree SCHEMA ext; CREATE EXTENSION cube SCHEMA ext;
         CREATE TYPE ext.vector;
         CREATE FUNCTION ext.vector_in(cstring, oid, int) RETURNS ext.vector
            LANGUAGE internal IMMUTABLE STRICT AS 'varbit_in';
         CREATE FUNCTION ext.vector_out(ext.vector) RETURNS cstring
            LANGUAGE internal IMMUTABLE STRICT AS 'varbit_out';
         CREATE TYPE ext.vector (INPUT = ext.vector_in, OUTPUT = ext.vector_out,
            TYPMOD_IN = varbittypmodin, TYPMOD_OUT = varbittypmodout);
         CREATE TYPE ext.geometry;
         CREATE FUNCTION ext.geometry_in(cstring) RETURNS ext.geometry
            LANGUAGE internal IMMUTABLE STRICT AS 'textin';
         CREATE FUNCTION ext.geometry_out(ext.geometry) RETURNS cstring
            LANGUAGE internal IMMUTABLE STRICT AS 'textout';
         CREATE TYPE ext.geometry (INPUT = ext.geometry_in, OUTPUT = ext.geometry_out);
         CREATE TABLE t (a ext.citext, b ext.hstore, c ext.ltree[], d ext.cube,
            v ext.vector(3), w ext.vector, g ext.geometry)",
    )
    .await?;
    let other = |name| DataType::Other {
        name: TypeName::new(Some("ext"), name),
    };
    let expected = [
        ("ext.citext", other("citext")),
        ("ext.hstore", other("hstore")),
        ("ext.ltree[]", array(other("ltree"))),
        ("ext.cube", other("cube")),
        (
            "ext.vector(3)",
            DataType::Vector {
                dimensions: Some(3),
            },
        ),
        ("ext.vector", DataType::Vector { dimensions: None }),
        (
            "ext.geometry",
            DataType::Geometry {
                kind: "geometry".into(),
            },
        ),
    ];
    assert_eq!(table.columns.len(), expected.len());
    for (column, (sql_type, data_type)) in table.columns.iter().zip(expected) {
        assert_eq!(column.sql_type, sql_type);
        assert_eq!(column.data_type, data_type, "{sql_type}");
    }
    Ok(())
}

/// Also the row type that comes with a table, beside itself inside another.
async fn a_row_type_that_is_used_twice_is_read_twice(db: TestDatabase) -> Result {
    let table = after(
        &db,
        "CREATE TABLE leaf (n int); CREATE TYPE branch AS (l leaf, r leaf);
         CREATE TABLE t (a leaf, b branch, c branch[])",
    )
    .await?;
    let public = |name| TypeName::new(Some("public"), name);
    let leaf = || DataType::Composite {
        name: public("leaf"),
        fields: vec![("n".into(), integer(32))],
    };
    let branch = || DataType::Composite {
        name: public("branch"),
        fields: vec![("l".into(), leaf()), ("r".into(), leaf())],
    };
    let found: Vec<_> = table.columns.iter().map(|c| c.data_type.clone()).collect();
    assert_eq!(found, [leaf(), branch(), array(branch())]);
    Ok(())
}
