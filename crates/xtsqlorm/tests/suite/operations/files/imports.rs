//! What an import takes, what it refuses, and what it keeps.

use xtsqlorm::{
    operations::{Csv, Export, Format, Import, Imported, OnError, Refused},
    prelude::*,
    repository::{
        conventions::ManualClock,
        hooks::{Event, Hooks},
    },
};

use super::text_of;
use crate::support::{Kind, Result, TestDatabase, on_every_backend};

on_every_backend!(
    bad_rows_are_reported_by_line_and_column,
    the_first_bad_row_ends_an_import_and_nothing_stays,
    what_was_committed_on_the_way_stays,
    names_that_are_no_columns_are_refused,
    names_can_be_given_another_meaning,
    what_a_file_leaves_out_gets_its_default,
    rows_that_the_database_refuses_are_found_among_others,
    hooks_refuse_rows_and_conventions_complete_them,
    an_import_is_a_part_of_the_transaction_around_it,
    a_dropped_import_leaves_nothing,
    broken_files_are_told_by_line,
    columns_that_the_database_computes_are_passed_over,
    numbers_keep_all_digits,
    numbers_that_a_column_does_not_hold_are_refused,
    a_field_that_comes_twice_is_refused,
    the_mark_of_utf8_is_no_part_of_a_name,
    another_delimiter_is_told,
    a_marker_for_null_that_spoils_the_file_is_refused,
    a_row_that_ended_an_import_is_told_without_its_values,
);

async fn people(db: &TestDatabase) -> Result<DynamicRepository> {
    let text = match db.kind() {
        Kind::MySql | Kind::MariaDb => "VARCHAR(50) CHARACTER SET utf8mb4",
        _ => "VARCHAR(50)",
    };
    db.execute(&[&format!(
        "CREATE TABLE people (id INT NOT NULL PRIMARY KEY, name {text} NOT NULL UNIQUE, \
         age INT, city {text} DEFAULT 'Oslo', CHECK (age < 200))"
    )])
    .await?;
    Ok(DynamicRepository::reflect(&db.provider(), "people").await?)
}

async fn import(import: Import, file: &str, format: Format) -> xtsqlorm::Result<Imported> {
    import.from_reader(file.as_bytes(), format).await
}

async fn bad_rows_are_reported_by_line_and_column(db: TestDatabase) -> Result {
    let people = people(&db).await?;
    let file = "id,name,age,city\n\
        1,Ann,36,Rome\n\
        2,Bob,secret-1,\n\
        3,,5,Rome\n\
        4,\"Cy\nril\",7,\"\"\n\
        5,Dan\n\
        6,Ann,9,Rome\n\
        7,Eve,900,Rome\n\
        8,Fay,,Rome\n";
    let skipping = Import::into(&people).on_error(OnError::Skip);
    let report = import(skipping, file, Format::csv()).await?;
    assert_eq!(
        (report.read, report.inserted, report.refused_rows),
        (8, 3, 5)
    );
    let places: Vec<(u64, Option<&str>)> = report
        .refused
        .iter()
        .map(|refused| (refused.line, refused.column.as_deref()))
        .collect();
    assert_eq!(
        places[..3],
        [(3, Some("age")), (4, Some("name")), (7, None)]
    );
    assert_eq!((places[3].0, places[4].0), (8, 9));
    let shown: Vec<String> = report.refused.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown[2],
        "line 7: the row has 2 fields and the header 4; put fields with a delimiter in them in quotes"
    );
    assert!(
        shown[3].contains("unique key rule violated"),
        "{}",
        shown[3]
    );
    assert!(shown[4].contains("check rule violated"), "{}", shown[4]);
    assert!(!format!("{report:?}").contains("secret"), "{report:?}");
    let stored = people.get_all(Page::all()).await?;
    let ids: Vec<i64> = stored
        .iter()
        .map(|row| row.try_get("id").unwrap())
        .collect();
    assert_eq!(ids, [1, 4, 8]);
    assert_eq!(stored[1]["name"], "Cy\nril".into());
    assert_eq!(stored[1]["city"], "".into());
    assert_eq!(stored[2].try_get::<Option<i64>>("age")?, None);
    Ok(())
}

async fn the_first_bad_row_ends_an_import_and_nothing_stays(db: TestDatabase) -> Result {
    let people = people(&db).await?;
    let file = "id,name\n1,Ann\n2,Bob\n3,Ann\nfour,Dan\n";
    let error = import(Import::into(&people), file, Format::csv())
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "line 4 of the file was refused");
    assert!(error.is_unique_violation());
    assert_eq!(people.count().await?, 0);
    let error = import(Import::into(&people), "id,name\nfour,Dan\n", Format::csv()).await;
    let error = error.unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(
        source.starts_with("people.id: a text of 4 characters does not suit"),
        "{source}"
    );
    assert_eq!(people.count().await?, 0);
    Ok(())
}

async fn what_was_committed_on_the_way_stays(db: TestDatabase) -> Result {
    let people = people(&db).await?;
    let mut file = String::from("id,name\n");
    for id in 0..2_500 {
        file.push_str(&format!("{id},n{id}\n"));
    }
    file.push_str("last,x\n");
    let all_at_once = import(Import::into(&people), &file, Format::csv()).await;
    assert!(all_at_once.is_err());
    assert_eq!(people.count().await?, 0);
    let in_parts = Import::into(&people).commit_every(1_000);
    let error = import(in_parts, &file, Format::csv()).await.unwrap_err();
    assert_eq!(error.to_string(), "line 2502 of the file was refused");
    let stays = people.count().await?;
    assert!(stays > 0 && stays <= 2_500, "{stays}");
    Ok(())
}

async fn names_that_are_no_columns_are_refused(db: TestDatabase) -> Result {
    let people = people(&db).await?;
    let before = db.manager().statements_sent();
    let error = import(Import::into(&people), "id,nmae\n1,Ann\n", Format::csv()).await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "people.nmae: there is no such field; did you mean `name`?"
    );
    let error = import(
        Import::into(&people),
        "id,name,id\n1,Ann,2\n",
        Format::csv(),
    )
    .await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "people.id: two columns of the file stand for it; tell the import to ignore one of them"
    );
    let error = import(Import::into(&people), "", Format::csv())
        .await
        .unwrap_err();
    assert!(
        error.to_string().starts_with("people: the file is empty"),
        "{error}"
    );
    assert_eq!(db.manager().statements_sent(), before);
    // Of JSON, each line has names of its own.
    let file = "{\"id\":1,\"name\":\"Ann\"}\n{\"id\":2,\"nmae\":\"Bob\"}\n";
    let skipping = Import::into(&people).on_error(OnError::Skip);
    let report = import(skipping, file, Format::Ndjson).await?;
    assert_eq!(
        report.refused[0].to_string(),
        "line 2, column `nmae`: there is no such field; did you mean `name`?"
    );
    Ok(())
}

async fn names_can_be_given_another_meaning(db: TestDatabase) -> Result {
    let people = people(&db).await?;
    let file = "\u{feff}\"Nr.\";Name;Remark\r\n1;Ann;x\r\n\r\n2;Bob;y";
    let renamed = Import::into(&people)
        .rename("Nr.", "id")
        .rename("Name", "name")
        .ignore("Remark");
    let format = Format::Csv(Csv::new().delimiter(';'));
    let report = import(renamed, file, format).await?;
    assert_eq!((report.read, report.inserted), (2, 2));
    assert_eq!(people.require_by_id(2).await?["name"], "Bob".into());
    Ok(())
}

async fn what_a_file_leaves_out_gets_its_default(db: TestDatabase) -> Result {
    let people = people(&db).await?;
    import(Import::into(&people), "id,name\n1,Ann\n", Format::csv()).await?;
    let file = "{\"id\":2,\"name\":\"Bob\"}\n\n{\"name\":\"Cyril\",\"city\":null,\"id\":3}\r\n\
        {\"id\":4,\"name\":\"Dan\",\"city\":\"Rome\"}";
    let report = import(Import::into(&people), file, Format::Ndjson).await?;
    assert_eq!(report.inserted, 3);
    let cities: Vec<Option<String>> = people
        .get_all(Page::all())
        .await?
        .iter()
        .map(|row| row.try_get("city").unwrap())
        .collect();
    let city = |name: &str| Some(name.to_owned());
    assert_eq!(cities, [city("Oslo"), city("Oslo"), None, city("Rome")]);
    Ok(())
}

async fn rows_that_the_database_refuses_are_found_among_others(db: TestDatabase) -> Result {
    let people = people(&db).await?;
    let mut file = String::from("id,name\n");
    for id in 0..1_500 {
        // Each hundredth has the name of the one before it.
        let name = if id % 100 == 99 { id - 1 } else { id };
        file.push_str(&format!("{id},n{name}\n"));
    }
    let skipping = Import::into(&people).on_error(OnError::Skip);
    let report = import(skipping, &file, Format::csv()).await?;
    assert_eq!((report.inserted, report.refused_rows), (1_485, 15));
    let lines: Vec<u64> = report.refused.iter().map(|refused| refused.line).collect();
    let expected: Vec<u64> = (0..15).map(|hundred| hundred * 100 + 101).collect();
    assert_eq!(lines, expected);
    assert_eq!(people.count().await?, 1_485);
    Ok(())
}

async fn an_import_is_a_part_of_the_transaction_around_it(db: TestDatabase) -> Result {
    let people = people(&db).await?;
    let outcome = db
        .provider()
        .transaction(async |_| -> Result {
            import(Import::into(&people), "id,name\n1,Ann\n", Format::csv()).await?;
            let bad = import(
                Import::into(&people),
                "id,name\n2,Bob\n3,Bob\n",
                Format::csv(),
            )
            .await;
            assert!(bad.unwrap_err().is_unique_violation());
            assert_eq!(
                people.count().await?,
                1,
                "the failed one took its rows back"
            );
            anyhow::bail!("changed my mind")
        })
        .await;
    assert_eq!(outcome.unwrap_err().to_string(), "changed my mind");
    assert_eq!(people.count().await?, 0);
    Ok(())
}

async fn a_dropped_import_leaves_nothing(db: TestDatabase) -> Result {
    let people = people(&db).await?;
    let mut file = String::from("id,name\n");
    for id in 0..5_000 {
        file.push_str(&format!("{id},n{id}\n"));
    }
    let (begun, hears) = tokio::sync::oneshot::channel();
    let mut begun = Some(begun);
    let watched = Import::into(&people).on_progress(move |progress| {
        if progress.inserted > 0
            && let Some(begun) = begun.take()
        {
            begun.send(()).ok();
        }
    });
    // A reader that never ends.
    let (mut writes, reads) = tokio::io::duplex(64 * 1024);
    let feeding = async {
        tokio::io::AsyncWriteExt::write_all(&mut writes, file.as_bytes()).await?;
        hears.await?;
        anyhow::Ok(())
    };
    tokio::select! {
        fed = feeding => fed?,
        done = watched.from_reader(reads, Format::csv()) => panic!("it ended: {done:?}"),
    }
    assert_eq!(people.count().await?, 0);
    Ok(())
}

async fn broken_files_are_told_by_line(db: TestDatabase) -> Result {
    let people = people(&db).await?;
    let skipping = || Import::into(&people).on_error(OnError::Skip);
    let lines = |report: &Imported| -> Vec<u64> {
        report.refused.iter().map(|refused| refused.line).collect()
    };
    let bytes = b"id,name\n1,\xff\xfe\n2,Bob\n3,\"x\"y\n4,\"open\n5,E\n";
    let report = skipping().from_reader(&bytes[..], Format::csv()).await?;
    assert_eq!((report.inserted, lines(&report)), (1, vec![2, 4, 5]));
    let file = "{\"id\":11,\"name\":\"hush\"\n[1]\n{\"id\":13,\"name\":\"M\"} {}\n{\"id\":14,\"name\":\"N\"}";
    let report = import(skipping(), file, Format::Ndjson).await?;
    assert_eq!((report.inserted, lines(&report)), (1, vec![1, 2, 3]));
    assert!(!format!("{report:?}").contains("hush"));
    Ok(())
}

/// Refuses rows of which it does not like the name.
struct NoBobs;

#[async_trait::async_trait]
impl Hooks<DynamicRepository> for NoBobs {
    async fn before_create(&self, row: &mut Row, _: &Event) -> xtsqlorm::Result<()> {
        match row.try_get::<String>("name")?.as_str() {
            "Bob" => Err(Error::InvalidInput {
                subject: "people.name".into(),
                problem: "it is Bob".into(),
                remedy: "ask another".into(),
            }),
            _ => Ok(()),
        }
    }
}

async fn hooks_refuse_rows_and_conventions_complete_them(db: TestDatabase) -> Result {
    let moment = match db.kind() {
        Kind::MySql | Kind::MariaDb => "DATETIME(6)",
        Kind::Postgres => "TIMESTAMPTZ",
        Kind::Sqlite => "TEXT",
    };
    db.execute(&[&format!(
        "CREATE TABLE people (id INT NOT NULL PRIMARY KEY, name VARCHAR(50) NOT NULL, \
         made {moment} NOT NULL, changed {moment} NOT NULL, version INT NOT NULL)"
    )])
    .await?;
    let clock = ManualClock::at("2026-02-28T10:00:00Z".parse()?);
    let people = DynamicRepository::reflect(&db.provider(), "people")
        .await?
        .timestamps("made", "changed")
        .versioned("version")
        .clock(clock)
        .hook(NoBobs);
    let file = "id,name,version\n1,Ann,7\n2,Bob,1\n3,Cyd,1\n";
    let error = import(Import::into(&people), file, Format::csv()).await;
    let error = error.unwrap_err();
    assert_eq!(error.to_string(), "line 3 of the file was refused");
    assert_eq!(people.count().await?, 0);
    let skipping = Import::into(&people).on_error(OnError::Skip);
    let report = import(skipping, file, Format::csv()).await?;
    assert_eq!(
        report.refused[0].to_string(),
        "line 3, column `name`: it is Bob; ask another"
    );
    let stored = people.get_all(Page::all()).await?;
    let of = |row: &Row| Ok::<_, Error>((row.try_get("id")?, row.try_get("version")?));
    let stored_ids: Vec<(i64, i64)> = stored.iter().map(of).collect::<Result<_, _>>()?;
    assert_eq!(stored_ids, [(1, 7), (3, 1)]);
    let json = stored[0].to_json();
    assert!(
        json["made"].as_str().unwrap().starts_with("2026-02-28"),
        "{json}"
    );
    assert_eq!(json["made"], json["changed"]);
    Ok(())
}

async fn columns_that_the_database_computes_are_passed_over(db: TestDatabase) -> Result {
    db.execute(&["CREATE TABLE boxes (id INT NOT NULL PRIMARY KEY, w INT, \
                  area INT GENERATED ALWAYS AS (w * w) STORED)"])
        .await?;
    let boxes = DynamicRepository::reflect(&db.provider(), "boxes").await?;
    boxes.create([("id", 1), ("w", 3)]).await?;
    let file = text_of(&boxes, Format::csv()).await?;
    assert_eq!(file, "id,w,area\n1,3,9\n");
    boxes.delete(1).await?;
    let report = import(Import::into(&boxes), &file, Format::csv()).await?;
    assert_eq!(
        (report.inserted, report.computed),
        (1, vec!["area".to_owned()])
    );
    assert_eq!(text_of(&boxes, Format::csv()).await?, file);
    Ok(())
}

/// Numbers of JSON, too, which most readers make floating-point numbers of.
async fn numbers_keep_all_digits(db: TestDatabase) -> Result {
    let exact = match db.kind() {
        Kind::Sqlite => "TEXT",
        _ => "DECIMAL(28, 10)",
    };
    db.execute(&[&format!(
        "CREATE TABLE sums (id BIGINT NOT NULL PRIMARY KEY, exact {exact}, f DOUBLE PRECISION)"
    )])
    .await?;
    let sums = DynamicRepository::reflect(&db.provider(), "sums").await?;
    let digits = "123456789012345678.0123456789";
    let quoted = if db.kind() == Kind::Sqlite {
        format!("\"{digits}\"")
    } else {
        digits.to_owned()
    };
    let file = format!("{{\"id\":9007199254740993,\"exact\":{quoted},\"f\":0.1}}\n");
    import(Import::into(&sums), &file, Format::Ndjson).await?;
    let stored = text_of(&sums, Format::csv()).await?;
    assert_eq!(
        stored,
        format!("id,exact,f\n9007199254740993,{digits},0.1\n")
    );
    let refused = import(Import::into(&sums), "{\"id\":1.5}\n", Format::Ndjson).await;
    assert!(refused.is_err() || db.kind() == Kind::Sqlite);
    Ok(())
}

/// Finite ones are neither infinite nor 0 for that.
async fn numbers_that_a_column_does_not_hold_are_refused(db: TestDatabase) -> Result {
    let float = match db.kind() {
        Kind::Postgres => "real",
        _ => "FLOAT",
    };
    db.execute(&[&format!(
        "CREATE TABLE sizes (id INT NOT NULL PRIMARY KEY, f {float}, d DOUBLE PRECISION)"
    )])
    .await?;
    let sizes = DynamicRepository::reflect(&db.provider(), "sizes").await?;
    let mut bad = vec![("d", "1e400"), ("d", "-1e400"), ("d", "1e-400")];
    if db.kind() != Kind::Sqlite {
        // There each is as wide as a double.
        bad.extend([("f", "1e39"), ("f", "1e-60")]);
    }
    for (column, number) in bad {
        for (file, format) in [
            (format!("id,{column}\n1,{number}\n"), Format::csv()),
            (
                format!("{{\"id\":1,\"{column}\":{number}}}\n"),
                Format::Ndjson,
            ),
        ] {
            let error = import(Import::into(&sizes), &file, format).await;
            assert!(error.is_err(), "{column} {number}");
        }
    }
    assert_eq!(sizes.count().await?, 0);
    import(Import::into(&sizes), "id,f,d\n1,0e9,-0\n", Format::csv()).await?;
    Ok(())
}

async fn a_field_that_comes_twice_is_refused(db: TestDatabase) -> Result {
    let people = people(&db).await?;
    let skipping = Import::into(&people)
        .on_error(OnError::Skip)
        .rename("nick", "name")
        .ignore("x");
    let file = "{\"id\":1,\"name\":\"Ann\",\"name\":\"Bob\"}\n\
        {\"id\":2,\"name\":\"Cyd\",\"nick\":\"Dan\"}\n\
        {\"id\":3,\"nick\":\"Eve\",\"x\":1,\"x\":2}\n";
    let report = import(skipping, file, Format::Ndjson).await?;
    let shown: Vec<String> = report.refused.iter().map(ToString::to_string).collect();
    assert_eq!(report.inserted, 1);
    for (line, shown) in [1, 2].into_iter().zip(&shown) {
        let begin = format!("line {line}, column `name`: two fields of the line stand for it");
        assert!(shown.starts_with(&begin), "{shown}");
    }
    Ok(())
}

/// Whatever the pieces that the file comes in.
async fn the_mark_of_utf8_is_no_part_of_a_name(db: TestDatabase) -> Result {
    let people = people(&db).await?;
    let file = "\u{feff}\"last, first\",id\nAnn,1\n";
    for first in [0, 1, 2, 3, 4, 20] {
        let (begin, rest) = file.as_bytes().split_at(first);
        let reader = tokio::io::AsyncReadExt::chain(begin, rest);
        let report = Import::into(&people)
            .rename("last, first", "name")
            .from_reader(reader, Format::csv())
            .await?;
        assert_eq!(report.inserted, 1);
        people.delete(1).await?;
    }
    Ok(())
}

async fn another_delimiter_is_told(db: TestDatabase) -> Result {
    let people = people(&db).await?;
    for (file, remedy) in [
        ("id;name\n1;Ann\n", "--delimiter ';'"),
        ("id\tname\n1\tAnn\n", "--delimiter $'\\t'"),
    ] {
        let error = import(Import::into(&people), file, Format::csv()).await;
        let told = error.unwrap_err().to_string();
        assert!(told.contains(remedy), "{told}");
    }
    let error = import(Import::into(&people), "di\n1\n", Format::csv()).await;
    let told = error.unwrap_err().to_string();
    assert!(told.contains("no such field"), "{told}");
    Ok(())
}

async fn a_marker_for_null_that_spoils_the_file_is_refused(db: TestDatabase) -> Result {
    let people = people(&db).await?;
    let before = db.manager().statements_sent();
    for marker in [",", "\"", "a,b", "\n", "\r"] {
        let format = Format::Csv(Csv::new().null(marker));
        let error = import(Import::into(&people), "id,name\n", format.clone()).await;
        assert!(error.is_err(), "{marker:?}");
        let error = Export::of(&people).to_writer(Vec::new(), format).await;
        assert!(error.is_err(), "{marker:?}");
    }
    assert_eq!(db.manager().statements_sent(), before);
    Ok(())
}

async fn a_row_that_ended_an_import_is_told_without_its_values(db: TestDatabase) -> Result {
    let people = people(&db).await?;
    let file = "id,name\n1,hush\n2,hush\n";
    let error = import(Import::into(&people), file, Format::csv()).await;
    let refused = Refused::of_error(people.table(), &error.unwrap_err()).unwrap();
    assert_eq!(refused.line, 3);
    let told = refused.to_string();
    assert!(told.contains("unique key rule violated"), "{told}");
    assert!(!told.contains("hush"), "{told}");
    let error = import(Import::into(&people), "nmae\nhush\n", Format::csv()).await;
    assert_eq!(Refused::of_error(people.table(), &error.unwrap_err()), None);
    Ok(())
}
