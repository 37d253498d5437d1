//! What is exported and imported again is what was there: the database compares it.

use tempfile::tempdir;
use xtsqlorm::{
    operations::{Csv, Export, Format, Import},
    prelude::*,
    tables::copy_table_structure,
};

use crate::{
    dynamic::types::{Case, every_type, table_of},
    support::{Kind, Result, TestDatabase, on_every_backend, on_postgres},
};

on_every_backend!(
    every_type_survives_each_format,
    every_text_survives_each_format,
    rows_without_values_and_tables_without_rows_survive_each_format,
    long_texts_survive_where_a_cell_does_not_cut_them,
    numbers_that_are_not_finite_survive_each_format,
    json_keeps_digits_keys_and_their_order_in_each_format,
);

on_postgres!(dates_beyond_those_of_rust_survive_each_format);

/// The formats, by the endings of their files.
fn formats() -> Vec<(&'static str, Format)> {
    vec![
        ("csv", Format::csv()),
        ("tsv", Format::Csv(Csv::new().delimiter('\t').null("\\N"))),
        ("ndjson", Format::Ndjson),
        #[cfg(feature = "arrow")]
        ("arrow", Format::Arrow),
        #[cfg(feature = "parquet")]
        ("parquet", Format::Parquet),
        #[cfg(feature = "xlsx")]
        ("xlsx", Format::Xlsx),
    ]
}

/// Exports `table`, imports the file into an empty copy of it, and gives the copy's name.
async fn copied(
    db: &TestDatabase,
    table: &DynamicRepository,
    ending: &str,
    format: &Format,
    texts: &[&str],
) -> Result<String> {
    let name = table.table().name.table.clone();
    let copy = format!("{name}_{ending}");
    let model = copy_table_structure(&name, &copy, &db.manager()).await?;
    let folder = tempdir()?;
    let file = folder.path().join(&copy);
    let export = Export::of(table).as_text(texts.iter().copied());
    let exported = export.to_path_as(&file, format.clone()).await?;
    assert_eq!(exported.rows, table.count().await?);
    assert_eq!(exported.bytes, std::fs::metadata(&file)?.len());
    let target = DynamicRepository::new(&db.provider(), model);
    let imported = Import::into(&target)
        .from_path_as(&file, format.clone())
        .await?;
    assert_eq!(imported.inserted, exported.rows, "{ending}");
    Ok(copy)
}

/// How many rows are the same in both tables in this column.
async fn same(db: &TestDatabase, name: &str, copy: &str, column: &str) -> Result<i64> {
    let same = match db.kind() {
        Kind::MySql | Kind::MariaDb => format!("HEX(a.{column}) <=> HEX(b.{column})"),
        Kind::Postgres => format!("a.{column}::text IS NOT DISTINCT FROM b.{column}::text"),
        Kind::Sqlite => {
            format!("a.{column} IS b.{column} AND typeof(a.{column}) = typeof(b.{column})")
        }
    };
    let sql = format!("SELECT COUNT(*) FROM {name} a JOIN {copy} b ON a.id = b.id WHERE {same}");
    Ok(db.raw().await?.number(sql).await?)
}

/// Whether a text file cannot tell this value from another one.
fn is_untold(ending: &str, Case(sql_type, value, _): &Case) -> bool {
    match ending {
        "ndjson" => *value == "'null'",
        _ => sql_type.is_empty() && *value == "7",
    }
}

/// Whether the type of Arrow that goes with the column does not hold this value.
fn is_beyond(kind: Kind, Case(sql_type, value, _): &Case) -> bool {
    match kind {
        Kind::MySql | Kind::MariaDb => sql_type.starts_with("TIME") && !sql_type.contains("STAMP"),
        Kind::Postgres => false,
        Kind::Sqlite => value.contains("+08:00"),
    }
}

/// Every type at the ends of its range, and NULL in each column.
async fn every_type_survives_each_format(db: TestDatabase) -> Result {
    let cases = every_type(&db).await?;
    let table = table_of(&db, &cases).await?;
    db.execute(&["INSERT INTO odd (id) VALUES (2)"]).await?;
    for (ending, format) in formats() {
        let texts: Vec<String> = (0..cases.len())
            .filter(|place| is_beyond(db.kind(), &cases[*place]))
            .map(|place| format!("c{place}"))
            .collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let copy = copied(&db, &table, ending, &format, &texts).await?;
        for (place, case) in cases.iter().enumerate() {
            if !is_untold(ending, case) {
                let same = same(&db, "odd", &copy, &format!("c{place}")).await?;
                assert_eq!(same, 2, "{} {} in {ending}", case.0, case.1);
            }
        }
    }
    Ok(())
}

/// Texts that files have trouble with.
const TEXTS: [&str; 34] = [
    "",
    " ",
    " both sides ",
    "007",
    "1e5",
    "true",
    "NULL",
    "null",
    "\\N",
    "\"",
    "\"\"",
    "say \"hi\"",
    "a,b;c\td",
    "two\nlines",
    "two\r\nlines",
    "a\rreturn",
    "\n",
    "=1+1",
    "@SUM(A1)",
    "中文，逗号",
    "日本語🦀👩‍👩‍👧",
    "\u{feff}mark",
    "back\\slash",
    "{\"a\": [1]}",
    "2026-02-28",
    "it's",
    "_x000D_",
    "_x000d_\r_x0041_",
    "_x005F_x000D_",
    "\r\r",
    "\u{1}\u{b}\u{1f}\u{7f}\u{85}\u{2028}",
    "<a>&amp;]]></a>",
    "\u{a0}\t tab",
    "#DIV/0!",
];

async fn every_text_survives_each_format(db: TestDatabase) -> Result {
    let text = match db.kind() {
        Kind::MySql | Kind::MariaDb => "VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        _ => "VARCHAR(100)",
    };
    let create = format!("CREATE TABLE texts (id INT NOT NULL PRIMARY KEY, t {text}, u {text})");
    db.execute(&[&create]).await?;
    let table = DynamicRepository::reflect(&db.provider(), "texts").await?;
    for (id, text) in TEXTS.iter().enumerate() {
        let turned = TEXTS[TEXTS.len() - 1 - id];
        let row = Row::new().with("id", id as i64).with("t", *text);
        table.create(row.with("u", turned)).await?;
    }
    table.create([("id", 100)]).await?;
    let rows = TEXTS.len() as i64 + 1;
    for (ending, format) in formats() {
        let copy = copied(&db, &table, ending, &format, &[]).await?;
        for column in ["t", "u"] {
            let same = same(&db, "texts", &copy, column).await?;
            assert_eq!(same, rows, "{column} in {ending}");
        }
    }
    Ok(())
}

/// All of NULL, and nothing at all.
async fn rows_without_values_and_tables_without_rows_survive_each_format(
    db: TestDatabase,
) -> Result {
    db.execute(&["CREATE TABLE bare (a INT, b VARCHAR(20))"])
        .await?;
    let table = DynamicRepository::reflect(&db.provider(), "bare").await?;
    for (rows, insert) in [
        (0, ""),
        (2, "INSERT INTO bare VALUES (NULL, NULL), (NULL, NULL)"),
        (4, "INSERT INTO bare VALUES (NULL, ''), (0, NULL)"),
    ] {
        if !insert.is_empty() {
            db.execute(&[insert]).await?;
        }
        for (ending, format) in formats() {
            let ending = format!("{ending}_{rows}");
            let copy = copied(&db, &table, &ending, &format, &[]).await?;
            let mut raw = db.raw().await?;
            for (condition, most) in [
                ("a IS NULL AND b IS NULL", 2),
                ("a IS NULL AND b = ''", 1),
                ("a = 0 AND b IS NULL", 1),
            ] {
                let count = |table: &str| format!("SELECT COUNT(*) FROM {table} WHERE {condition}");
                let there = raw.number(count("bare")).await?;
                assert!(there <= most);
                assert_eq!(
                    raw.number(count(&copy)).await?,
                    there,
                    "{ending}: {condition}"
                );
            }
        }
    }
    Ok(())
}

/// A cell holds 32,767 characters as UTF-16 counts them.
async fn long_texts_survive_where_a_cell_does_not_cut_them(db: TestDatabase) -> Result {
    let text = match db.kind() {
        Kind::MySql | Kind::MariaDb => "LONGTEXT CHARACTER SET utf8mb4",
        _ => "TEXT",
    };
    let create = format!("CREATE TABLE novels (id INT NOT NULL PRIMARY KEY, t {text})");
    db.execute(&[&create]).await?;
    let table = DynamicRepository::reflect(&db.provider(), "novels").await?;
    let row = |id: i32, text: String| Row::new().with("id", id).with("t", text);
    table.create(row(1, "日".repeat(32_767))).await?;
    table.create(row(2, "🦀".repeat(16_383))).await?;
    let longest = 1024 * 1024;
    for (ending, format) in formats() {
        let copy = copied(&db, &table, ending, &format, &[]).await?;
        assert_eq!(same(&db, "novels", &copy, "t").await?, 2, "{ending}");
    }
    table.create(row(3, "a".repeat(longest))).await?;
    for (ending, format) in formats() {
        if ending != "xlsx" {
            let ending = format!("{ending}_long");
            let copy = copied(&db, &table, &ending, &format, &[]).await?;
            assert_eq!(same(&db, "novels", &copy, "t").await?, 3, "{ending}");
        }
    }
    Ok(())
}

/// NaN and the infinite ones, which PostgreSQL has, and SQLite but for NaN.
async fn numbers_that_are_not_finite_survive_each_format(db: TestDatabase) -> Result {
    let values: &[&str] = match db.kind() {
        Kind::Postgres => &["'NaN'", "'Infinity'", "'-Infinity'"],
        Kind::Sqlite => &["9e999", "-9e999"],
        // They have none.
        Kind::MySql | Kind::MariaDb => &["1.5"],
    };
    let double = match db.kind() {
        Kind::Postgres => "double precision",
        _ => "DOUBLE",
    };
    let create = format!("CREATE TABLE odds (id INT NOT NULL PRIMARY KEY, d {double})");
    db.execute(&[&create]).await?;
    for (id, value) in values.iter().enumerate() {
        let insert = format!("INSERT INTO odds VALUES ({id}, {value})");
        db.execute(&[&insert]).await?;
    }
    let table = DynamicRepository::reflect(&db.provider(), "odds").await?;
    for (ending, format) in formats() {
        let copy = copied(&db, &table, ending, &format, &[]).await?;
        let same = same(&db, "odds", &copy, "d").await?;
        assert_eq!(same, values.len() as i64, "{ending}");
    }
    Ok(())
}

/// serde_json keeps neither all digits of a number nor a key that comes twice, and reads neither half
/// a surrogate pair nor 200 arrays in one another.
async fn json_keeps_digits_keys_and_their_order_in_each_format(db: TestDatabase) -> Result {
    let nested = format!("{}{}", "[".repeat(30), "]".repeat(30));
    let deeper = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let exact = [
        "12345678901234567890123",
        "{\"b\": 1.10, \"a\": 2, \"a\": 3}",
        "1e400",
        "[1,  2.50, 12345678901234567890123 ]",
        &nested,
    ];
    let odd = ["\"\\ud800\"", &deeper];
    let (columns, documents): (&[&str], Vec<&str>) = match db.kind() {
        Kind::MySql => (&["JSON"], vec!["[18446744073709551615, 1.5]", &nested]),
        Kind::MariaDb => (&["JSON"], exact.to_vec()),
        // It makes numbers of texts that are one.
        Kind::Sqlite => (&["JSON"], [exact[1], exact[3], odd[0], odd[1]].to_vec()),
        Kind::Postgres => (&["json", "jsonb"], [&exact[..], &odd].concat()),
    };
    for column in columns {
        let name = format!("documents_{}", column.to_lowercase());
        let create = format!("CREATE TABLE {name} (id INT NOT NULL PRIMARY KEY, d {column})");
        db.execute(&[&create]).await?;
        // As many as make PostgreSQL copy them.
        let mut rows = vec!["(0, NULL)".to_owned()];
        for id in 1..700 {
            let document = documents[id % documents.len()];
            // PostgreSQL's binary form has no half of a pair.
            if *column != "jsonb" || !document.contains("ud800") {
                rows.push(format!("({id}, '{document}')"));
            }
        }
        let insert = format!("INSERT INTO {name} VALUES {}", rows.join(", "));
        db.execute(&[&insert]).await?;
        let table = DynamicRepository::reflect(&db.provider(), &name).await?;
        for (ending, format) in formats() {
            let copy = copied(&db, &table, ending, &format, &[]).await?;
            let same = same(&db, &name, &copy, "d").await?;
            assert_eq!(same, rows.len() as i64, "{column} in {ending}");
        }
    }
    Ok(())
}

/// PostgreSQL's go to the year 5874897, or 294276 with a time.
async fn dates_beyond_those_of_rust_survive_each_format(db: TestDatabase) -> Result {
    db.execute(&[
        "CREATE TABLE ages (id INT NOT NULL PRIMARY KEY, d date, t timestamp, z timestamptz)",
        "INSERT INTO ages VALUES (1, '5874897-12-31', '294276-12-31 23:59:59.999999', \
         '294276-12-31 23:59:59.5+00'), (2, '262143-01-01', '262143-01-01', '262143-01-01Z'), \
         (3, '2026-02-28', 'infinity', '-infinity')",
    ])
    .await?;
    let ages = DynamicRepository::reflect(&db.provider(), "ages").await?;
    for (ending, format) in formats() {
        let copy = copied(&db, &ages, ending, &format, &["d", "t", "z"]).await?;
        for column in ["d", "t", "z"] {
            assert_eq!(same(&db, "ages", &copy, column).await?, 3, "{ending}");
        }
    }
    Ok(())
}
